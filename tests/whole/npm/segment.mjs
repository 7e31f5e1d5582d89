// SPDX-License-Identifier: Apache-2.0
// segment.mjs HOST WRITE_KEY: one shopper's way, told by Segment's own library
// for Node as a shop's server would use it. Prints how many calls the daemon
// took; fails where the library reports an error.
import { Analytics } from '@segment/analytics-node'

const [host, writeKey] = process.argv.slice(2)
const analytics = new Analytics({ host, writeKey, maxRetries: 0, flushAt: 3 })
let taken = 0

analytics.on('error', (error) => {
	console.error(error.code, error.reason?.message ?? '')
	process.exitCode = 1
})
for (const call of ['identify', 'track', 'page', 'screen', 'group', 'alias'])
	analytics.on(call, () => taken++)

const anonymousId = 'server-anon-9001'
const userId = 'cliente-9001'

analytics.page({ anonymousId, name: 'Sapatos', category: 'Loja',
	properties: { url: 'https://loja.example/sapatos' } })
analytics.identify({ userId, anonymousId, traits: { name: 'Caio Prado',
	email: 'Caio.Prado@example.org', phone: '+5511976543210',
	createdAt: new Date('2026-01-02T03:04:05Z') } })
analytics.track({ userId, event: 'Order Completed', properties: {
	order_id: 'A-9001', total: 1249.9, currency: 'BRL', products: [
		{ product_id: 'p1', sku: 'SAP-38', name: 'Sapatilha',
			price: 624.95, quantity: 2 }] } })
analytics.track({ userId, event: 'Order Refunded', properties: {
	order_id: 'A-9001', total: 624.95, currency: 'BRL' } })
analytics.group({ userId, groupId: 'clube-recife', traits: { tier: 'ouro' } })
analytics.screen({ userId, name: 'Carrinho' })
analytics.alias({ userId, previousId: 'app-anon-9001' })
await analytics.closeAndFlush({ timeout: 10000 })
console.log(taken)
