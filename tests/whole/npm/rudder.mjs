// SPDX-License-Identifier: Apache-2.0
// rudder.mjs HOST WRITE_KEY: what a shop's server tells by RudderStack's own
// library for Node. Prints how many calls got through.
import RudderAnalytics from '@rudderstack/rudder-sdk-node'

const [host, writeKey] = process.argv.slice(2)
const client = new RudderAnalytics(writeKey, { dataPlaneUrl: host })
const userId = 'cliente-9101'
let taken = 0
const done = (error) => {
	if (error) {
		console.error(error.message)
		process.exitCode = 1
	} else {
		taken++
	}
}

client.identify({ userId, traits: { name: 'Rui Melo',
	email: 'rui.melo@example.org', phone: '+5511976543211' } }, done)
client.track({ userId, event: 'Order Completed', properties: {
	order_id: 'R-9101', total: 99.9, currency: 'BRL' } }, done)
client.page({ userId, name: 'Sapatos' }, done)
client.screen({ userId, name: 'Carrinho' }, done)
client.group({ userId, groupId: 'clube-recife' }, done)
client.alias({ userId, previousId: 'rudder-anon-9101' }, done)
await new Promise((resolve, reject) =>
	client.flush((error) => error ? reject(error) : resolve()))
console.log(taken)
