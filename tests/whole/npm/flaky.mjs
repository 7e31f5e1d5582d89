// SPDX-License-Identifier: Apache-2.0
// flaky.mjs TARGET: stands before the daemon at TARGET and lies: whatever it
// hands on for the first time, by the ids in the body, it answers with 503,
// though the daemon took it. A sender that tries again then sends repeats.
// Prints its port. GET /flaky tells how many ids were met, and how many were
// answered well in the end.
import { createServer, request } from 'node:http'
import { gunzipSync } from 'node:zlib'

const target = new URL(process.argv[2])
const told = new Set()
const heard = new Set()

function ids(req, body) {
	const text = req.headers['content-encoding'] === 'gzip'
		? gunzipSync(body).toString() : body.toString()
	const found = [...text.matchAll(/"(?:messageId|eid|id)":"([^"]+)"/g)]
		.map((match) => match[1])
	return req.headers['ce-id'] ? [req.headers['ce-id']] : found
}

const server = createServer((req, res) => {
	const parts = []

	if (req.url === '/flaky?all') {
		res.end([...told].filter((id) => !heard.has(id)).join('\n') + '\n')
		return
	}
	if (req.url === '/flaky') {
		res.end(`${told.size} ${heard.size}\n`)
		return
	}
	req.on('data', (part) => parts.push(part))
	req.on('end', () => {
		const body = Buffer.concat(parts)
		const met = req.method === 'POST' ? ids(req, body) : []
		const lie = met.some((id) => !told.has(id))
		const onward = request({ host: target.hostname, port: target.port,
			method: req.method, path: req.url, headers: req.headers },
		(answer) => {
			for (const id of met)
				if (lie)
					told.add(id)
				else if (answer.statusCode < 300)
					heard.add(id)
			if (lie && answer.statusCode < 300)
				res.writeHead(503, { ...answer.headers,
					'retry-after': '0' })
			else
				res.writeHead(answer.statusCode, answer.headers)
			answer.pipe(res)
		})
		onward.on('error', () => res.destroy())
		onward.end(body)
	})
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
