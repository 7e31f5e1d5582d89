// SPDX-License-Identifier: Apache-2.0
// pages.mjs ENDPOINT WRITE_KEY APP: serves the pages of a shop that uses each
// library for browsers as it is published, from another origin than the
// daemon's at ENDPOINT. Prints its port. GET /said tells what the pages saw.
import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

const [endpoint, writeKey, app] = process.argv.slice(2)
const modules = join(dirname(fileURLToPath(import.meta.url)), 'node_modules')
const said = []

const order = `{ order_id: 'B-1', total: 19.9, currency: 'BRL' }`

const pages = {
	segment: `<script src="/npm/@segment/analytics-next/dist/umd/index.js">
</script><script>
const ajs = AnalyticsNext.AnalyticsBrowser.load({ writeKey: '${writeKey}',
	cdnURL: '${endpoint}' }, { integrations: { 'Segment.io': {
	apiHost: '${new URL(endpoint).host}/v1', protocol: 'http' } } })
ajs.page('Loja')
ajs.track('Order Completed', ${order})
ajs.identify('cliente-9401', { email: 'bel@example.org' })
</script>`,
	rudder: `<script type="module">
import { RudderAnalytics } from
	'/npm/@rudderstack/analytics-js/dist/npm/modern/bundled/esm/index.mjs'
const rudder = new RudderAnalytics()
rudder.load('${writeKey}', '${endpoint}', { configUrl: '${endpoint}' })
rudder.page('Loja')
rudder.track('Order Completed', ${order})
rudder.identify('cliente-9402', { email: 'bia@example.org' })
</script>`,
	rudderbeacon: `<script type="module">
import { RudderAnalytics } from
	'/npm/@rudderstack/analytics-js/dist/npm/modern/bundled/esm/index.mjs'
const rudder = new RudderAnalytics()
rudder.load('${writeKey}', '${endpoint}', { configUrl: '${endpoint}',
	useBeacon: true, beaconQueueOptions: { flushQueueInterval: 500 } })
rudder.identify('cliente-9403', { email: 'caju@example.org' })
rudder.track('Visto')
</script>`,
	snowplow: `<script
src="/npm/@snowplow/browser-tracker/dist/index.umd.min.js"></script><script>
const s = snowplowBrowserTracking
s.newTracker('sp', '${endpoint}', { appId: '${app}' })
s.setUserId('cliente-9404')
s.trackPageView()
s.trackSelfDescribingEvent({ event: {
	schema: 'iglu:com.example/order_completed/jsonschema/1-0-0',
	data: { order_id: 'B-4', total: '3.3', email: 'duda@example.org' } } })
// It tries again when there is more to send; a shopper would go on.
setInterval(() => s.flushBuffer(), 1000)
</script>`,
	beacons: `<script>
const url = '${endpoint}/v1/track?writeKey=${writeKey}'
const call = (n) => JSON.stringify({ userId: 'cliente-9405',
	event: 'Beacon ' + n })
const form = new FormData()
form.append('data', call(2))
const sent = [
	navigator.sendBeacon(url, call(1)),
	navigator.sendBeacon(url, form),
	navigator.sendBeacon(url, new URLSearchParams({ data: call(3) })),
	navigator.sendBeacon(url, new Blob([call(4)],
		{ type: 'application/json' })) ]
const image = new Image()
image.onload = () => fetch('/said', { method: 'POST',
	body: 'beacons ' + sent + ' dot ' + image.width + 'x' + image.height })
image.onerror = () => fetch('/said', { method: 'POST', body: 'no dot' })
image.src = '${endpoint}/pixel/v1/track?writeKey=${writeKey}' +
	'&userId=cliente-9405&event=Pixel'
</script>`,
}

// Two pages of one library are two browsers: each has cookies of its own.
function origin(name) {
	const host = name === 'rudderbeacon' ? '127.0.0.1' : 'localhost'

	return `http://${host}:${server.address().port}`
}

async function serve(req, res) {
	const path = new URL(req.url, 'http://x').pathname

	if (path === '/said' && req.method === 'POST') {
		for await (const part of req)
			said.push(part.toString())
		res.end()
	} else if (path === '/said') {
		res.end(said.join('\n') + '\n')
	} else if (path.startsWith('/npm/')) {
		res.setHeader('content-type', 'text/javascript')
		res.end(await readFile(join(modules, normalize(path.slice(4)))))
	} else if (pages[path.slice(1)]) {
		res.setHeader('content-type', 'text/html')
		res.end('<!DOCTYPE html><title>Loja</title>'
			+ pages[path.slice(1)])
	} else if (path === '/') {
		res.setHeader('content-type', 'text/html')
		res.end(Object.keys(pages).map((name) =>
			`<iframe src="${origin(name)}/${name}"></iframe>`)
			.join(''))
	} else {
		res.writeHead(404)
		res.end()
	}
}

const server = createServer((req, res) => serve(req, res).catch(() => {
	res.writeHead(404)
	res.end()
}))
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
