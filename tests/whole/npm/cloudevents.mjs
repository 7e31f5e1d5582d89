// SPDX-License-Identifier: Apache-2.0
// cloudevents.mjs URL TOKEN: the same event in each of its modes, by the
// CloudEvents library; tries again where it is told 503. Prints the statuses.
import { CloudEvent, HTTP } from 'cloudevents'

const [url, token] = process.argv.slice(2)
const said = []

function event(id) {
	return new CloudEvent({ id, source: '/pos/recife', subject: 'pedido',
		type: 'com.example.order.created',
		time: '2026-11-23T12:00:00Z', data: { email: 'cora@example.org',
			card: 'L-9201', order_id: id, total: '10.10',
			currency: 'BRL' } })
}

async function send(message) {
	for (let tries = 0; tries < 5; tries++) {
		const answer = await fetch(url, { method: 'POST',
			body: message.body, headers: { ...message.headers,
				authorization: `Bearer ${token}` } })

		await answer.text()
		if (answer.status !== 503) {
			said.push(answer.status)
			return
		}
	}
	said.push('gave up')
}

await send(HTTP.binary(event('ce-1')))
await send(HTTP.structured(event('ce-2')))
await send({ headers: { 'content-type': 'application/cloudevents-batch+json' },
	body: JSON.stringify([event('ce-3'), event('ce-4')]) })
console.log(said.join(' '))
