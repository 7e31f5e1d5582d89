// SPDX-License-Identifier: Apache-2.0
// snowplow.mjs URL APP: a page and an order by Snowplow's own tracker for
// Node, posted and as pixels. Prints each status there was, once.
import { buildPageView, buildSelfDescribingEvent, newTracker } from
	'@snowplow/node-tracker'

const [endpoint, appId] = process.argv.slice(2)
const statuses = []

for (const eventMethod of ['post', 'get']) {
	const tracker = newTracker({ namespace: eventMethod, appId }, { endpoint,
		eventMethod, bufferSize: 1,
		onRequestSuccess: (batch, response) =>
			statuses.push(response.status),
		onRequestFailure: () => statuses.push('failed') })

	tracker.setUserId('cliente-9301')
	tracker.track(buildPageView({ pageUrl: 'https://loja.example/',
		pageTitle: 'Loja' }))
	tracker.track(buildSelfDescribingEvent({ event: {
		schema: 'iglu:com.example/order_completed/jsonschema/1-0-0',
		data: { order_id: `S-${eventMethod}`, total: 5.5,
			email: 'sol@example.org' } } }))
	await tracker.flush()
	for (let tries = 0; tries < 100 && !statuses.length; tries++)
		await new Promise((resolve) => setTimeout(resolve, 50))
}
console.log([...new Set(statuses)].join(' '))
