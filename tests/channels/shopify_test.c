/* SPDX-License-Identifier: Apache-2.0 */
/* Shopify: deliveries of our own in the shapes it documents, with both
 * families of headers, and what is recorded where the shared folder is. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_shopify;
Suite *suite(void);

/* As src/channels/shopify.c has it. */
struct conf {
	struct source_conf base;
	const char *customer;
	const char **anonymous;
};

static const char *secrets[] = { "old", "hush", NULL };
static const struct conf conf = { .base = { .name = "shop",
					  .region = "BR",
					  .assurance = ASSERTED,
					  .secrets = secrets },
	.customer = "record" };

static struct arena *a;

static void
setup(void)
{
	a = arena_create();
}

static void
teardown(void)
{
	arena_destroy(a);
}

#define AT "2026-11-25T12:00:00Z"

/* A delivery of a topic, as webhooks bring it. */
static struct events
deliver(const struct conf *own, const char *topic, const char *body,
	struct err *e)
{
	const struct header headers[] = {
		{ span_of("X-Shopify-Topic"), span_of(topic) },
		{ span_of("x-shopify-shop-domain"),
			span_of("loja.myshopify.com") },
		{ span_of("X-Shopify-Event-Id"), span_of("ev1") },
		{ span_of("X-Shopify-Webhook-Id"), span_of("wh1") },
		{ span_of("X-Shopify-Triggered-At"), span_of(AT) },
	};
	struct inbound in = { .method = "POST",
		.headers = headers + (*topic == '\0'),
		.header_count = 5 - (*topic == '\0'),
		.body = span_of(body) };
	struct events events = { 0 };

	*e = (struct err){ 0 };
	if (!channel_shopify.parse(a, &in, own, &events, e))
		events.count = 0;
	return events;
}

static const char *
said(const struct conf *own, const char *topic, const char *body)
{
	struct err e;
	struct events events = deliver(own, topic, body, &e);

	if (e.code)
		return arena_printf(a, "%d %s", e.code, e.text);
	return say_events(a, &events);
}

#define ANA                                                                    \
	"\"customer\":{\"id\":7,\"email\":\"ana@mail.example\",\"phone\":"     \
	"null,\"first_name\":\"Ana\",\"last_name\":\"Lima\"}"
#define ORDER(more)                                                            \
	"{\"id\":820982911946154508,\"name\":\"#1001\",\"email\":"             \
	"\"ana@mail.example\",\"phone\":\"+5511987654321\",\"currency\":"      \
	"\"BRL\",\"total_price\":\"119.90\",\"financial_status\":\"paid\","    \
	"\"created_at\":\"2026-11-24T09:00:00-03:00\",\"updated_at\":"         \
	"\"2026-11-24T10:00:00-03:00\"" more "}"
#define BOUGHT                                                                 \
	"record=loja.myshopify.com/7/verified "                                \
	"email=ana@mail.example/asserted phone=+5511987654321/asserted"
#define CREATED                                                                \
	"id=orders/create/ev1/820982911946154508 at=2026-11-24T12:00:00Z"
#define CHANGED(topic)                                                         \
	"order \"" topic "\" id=" topic "/ev1/820982911946154508 "             \
	"at=2026-11-24T13:00:00Z "
#define REFUNDS                                                                \
	",\"refunds\":[{\"id\":9,\"created_at\":\"2026-11-25T01:00:00Z\","     \
	"\"transactions\":[{\"kind\":\"refund\",\"status\":\"success\","       \
	"\"amount\":\"10.00\"},{\"kind\":\"refund\",\"status\":\"failure\","   \
	"\"amount\":\"99.00\"},{\"kind\":\"refund\",\"status\":\"success\","   \
	"\"amount\":\"0.50\"}]},{\"id\":10,\"transactions\":[]}]"
#define CONSENT(state)                                                         \
	"\"email_marketing_consent\":{\"state\":\"" state                      \
	"\",\"opt_in_level\":\"single_opt_in\",\"consent_updated_at\":"        \
	"\"2026-11-01T00:00:00Z\"}"

static const struct {
	const char *topic, *body, *said;
	const char *kept; /* of the first event; NULL: not looked at */
} rows[] = {
	{ "orders/create", ORDER("," ANA ",\"source_name\":\"web\""),
		"order \"orders/create\" " CREATED " " BOUGHT " 119.90 BRL",
		"{\"financial_status\":\"paid\",\"order_name\":\"#1001\","
		"\"shop\":\"loja.myshopify.com\",\"source_name\":\"web\"}" },
	/* A guest: the addresses say who; who is shipped to is another. */
	{ "orders/create",
		"{\"id\":1,\"customer\":null,\"contact_email\":"
		"\"ana@mail.example\",\"billing_address\":{\"phone\":"
		"\"+5511987654321\",\"first_name\":\"Ana\"},"
		"\"shipping_address\":{\"phone\":\"+5511900000001\","
		"\"first_name\":\"Rui\"},\"created_at\":"
		"\"2026-11-24T12:00:00Z\"}",
		"order \"orders/create\" id=orders/create/ev1/1 "
		"at=2026-11-24T12:00:00Z email=ana@mail.example/asserted "
		"phone=+5511987654321/asserted",
		NULL },
	/* Who browsed is who bought, and the cart is empty. */
	{ "orders/create",
		ORDER(",\"customer\":null,\"cart_token\":\"c1\","
		      "\"note_attributes\":[{\"name\":\"gift\",\"value\":"
		      "\"x\"},{\"name\":\"anonymousId\",\"value\":\"a-1\"}]"),
		"order \"orders/create\" " CREATED
		" email=ana@mail.example/asserted "
		"phone=+5511987654321/asserted anonymous_id=a-1/verified "
		"anonymous_id=loja.myshopify.com/cart/c1/verified 119.90 BRL",
		"{\"cart\":[{\"all\":true,\"removed\":true}],"
		"\"financial_status\":\"paid\",\"order_name\":\"#1001\","
		"\"shop\":\"loja.myshopify.com\"}" },
	{ "orders/updated", ORDER("," ANA REFUNDS),
		CHANGED("orders/updated") BOUGHT
		" 119.90 BRL\nrefund \"refund\" at=2026-11-25T01:00:00Z " BOUGHT
		" 10.50 BRL back",
		NULL },
	{ "orders/fulfilled", ORDER("," ANA),
		CHANGED("orders/fulfilled") BOUGHT " 119.90 BRL", NULL },
	/* Cancelled: all of it where nothing was paid, else what went back. */
	{ "orders/cancelled",
		"{\"id\":1,\"total_price\":\"119.90\",\"currency\":\"BRL\","
		"\"financial_status\":\"voided\",\"cancelled_at\":"
		"\"2026-11-24T14:00:00Z\"" REFUNDS "}",
		"order \"orders/cancelled\" id=orders/cancelled/ev1/1 "
		"at=2026-11-24T14:00:00Z 119.90 BRL\n"
		"refund \"refund\" at=2026-11-25T01:00:00Z 10.50 BRL back\n"
		"refund \"cancelled\" at=2026-11-24T14:00:00Z 109.40 BRL back",
		NULL },
	{ "orders/cancelled",
		"{\"id\":1,\"total_price\":\"119.90\",\"currency\":\"BRL\","
		"\"financial_status\":\"refunded\",\"cancelled_at\":"
		"\"2026-11-24T14:00:00Z\"}",
		"order \"orders/cancelled\" id=orders/cancelled/ev1/1 "
		"at=2026-11-24T14:00:00Z 119.90 BRL",
		NULL },
	/* A later change leaves the next cart alone. */
	{ "orders/paid",
		"{\"id\":1,\"cart_token\":\"c1\",\"customer\":{\"phone\":"
		"\"+5511987654321\",\"email\":\"ana@mail.example\","
		"\"accepts_marketing\":false,\"created_at\":\"2026-01-01\"}}",
		"order \"orders/paid\" id=orders/paid/ev1/1 at=" AT
		" email=ana@mail.example/asserted "
		"phone=+5511987654321/asserted "
		"anonymous_id=loja.myshopify.com/cart/c1/verified",
		"{\"shop\":\"loja.myshopify.com\"}" },
	/* No money that can be counted: an event still. */
	{ "orders/create", "{\"id\":1,\"total_price\":\"1,00\"}",
		"order \"orders/create\" id=orders/create/ev1/1 "
		"at=2026-11-25T12:00:00Z",
		NULL },
	/* Tests are nobody's. */
	{ "orders/create", ORDER(",\"test\":true," ANA REFUNDS),
		"unknown \"orders/create\" " CREATED,
		"{\"financial_status\":\"paid\",\"order_name\":\"#1001\","
		"\"shop\":\"loja.myshopify.com\",\"test\":\"true\"}" },
	{ "refunds/create",
		"{\"id\":9,\"order_id\":820982911946154508,\"note\":\"size\","
		"\"created_at\":\"2026-11-25T01:00:00Z\",\"transactions\":["
		"{\"kind\":\"refund\",\"status\":\"success\",\"amount\":"
		"\"10.00\",\"currency\":\"BRL\"}]}",
		"refund \"refunds/create\" id=refunds/create/ev1/9 "
		"at=2026-11-25T01:00:00Z 10.00 BRL back",
		"{\"note\":\"size\",\"order_id\":\"820982911946154508\","
		"\"refund_id\":\"9\",\"shop\":\"loja.myshopify.com\"}" },
	{ "checkouts/update",
		"{\"id\":3,\"token\":\"t3\",\"cart_token\":\"c1\",\"email\":"
		"\"ana@mail.example\",\"currency\":\"BRL\",\"updated_at\":"
		"\"2026-11-24T11:00:00Z\",\"completed_at\":null,"
		"\"abandoned_checkout_url\":\"https://l.example/r\","
		"\"buyer_accepts_marketing\":true,\"line_items\":[{\"sku\":"
		"\"A1\",\"title\":\"Caf\\u00e9\",\"quantity\":2,\"price\":"
		"\"9.95\"},{\"sku\":\"\",\"variant_id\":77,\"quantity\":1}]}",
		"checkout \"checkouts/update\" id=checkouts/update/ev1/3 "
		"at=2026-11-24T11:00:00Z email=ana@mail.example/asserted "
		"anonymous_id=loja.myshopify.com/cart/c1/verified",
		"{\"abandoned_checkout_url\":\"https://l.example/r\",\"cart\":"
		"[{\"all\":true,\"removed\":true},{\"currency\":\"BRL\","
		"\"name\":\"Café\",\"price\":\"9.95\",\"quantity\":\"2\","
		"\"sku\":\"A1\"},{\"currency\":\"BRL\",\"quantity\":\"1\","
		"\"sku\":\"77\"}],\"currency\":\"BRL\",\"shop\":"
		"\"loja.myshopify.com\",\"token\":\"t3\"}" },
	{ "checkouts/update",
		"{\"id\":3,\"completed_at\":\"2026-11-24T11:30:00Z\","
		"\"line_items\":[{\"sku\":\"A1\"}]}",
		"checkout \"checkouts/update\" id=checkouts/update/ev1/3 "
		"at=2026-11-25T12:00:00Z",
		"{\"completed_at\":\"2026-11-24T11:30:00Z\",\"shop\":"
		"\"loja.myshopify.com\"}" },
	{ "carts/create",
		"{\"id\":\"c1\",\"token\":\"c1\",\"created_at\":"
		"\"2026-11-24T08:00:00Z\",\"line_items\":[{\"sku\":\"A1\","
		"\"quantity\":1}]}",
		"cart \"carts/create\" id=carts/create/ev1/c1 "
		"at=2026-11-24T08:00:00Z "
		"anonymous_id=loja.myshopify.com/cart/c1/verified",
		"{\"cart\":[{\"all\":true,\"removed\":true},{\"quantity\":"
		"\"1\",\"sku\":\"A1\"}],\"shop\":\"loja.myshopify.com\"}" },
	/* One without any contact is a customer all the same. */
	{ "customers/create",
		"{\"id\":7,\"email\":null,\"phone\":null,\"state\":"
		"\"disabled\",\"created_at\":\"2026-11-24T08:00:00Z\"}",
		"identify \"customers/create\" id=customers/create/ev1/7 "
		"at=2026-11-24T08:00:00Z record=loja.myshopify.com/7/verified",
		"{\"shop\":\"loja.myshopify.com\",\"state\":\"disabled\"}" },
	{ "customers/update",
		"{\"id\":7,\"email\":\"ana@mail.example\",\"phone\":"
		"\"+5511987654321\",\"updated_at\":\"2026-11-24T08:00:00Z\","
		"" CONSENT("subscribed") ",\"sms_marketing_consent\":{"
					 "\"state\":\"unsubscribed\",\"consent_"
					 "updated_at\":null}}",
		"identify \"customers/update\" id=customers/update/ev1/7 "
		"at=2026-11-24T08:00:00Z " BOUGHT "\n"
		"consent \"subscribed\" at=2026-11-01T00:00:00Z "
		"record=loja.myshopify.com/7/verified "
		"email=ana@mail.example/asserted\n"
		"consent \"unsubscribed\" at=2026-11-24T08:00:00Z "
		"record=loja.myshopify.com/7/verified "
		"phone=+5511987654321/asserted",
		NULL },
	{ "customers/update",
		"{\"id\":7," CONSENT(
			"not_subscribed") ",\"accepts_marketing\":true}",
		"identify \"customers/update\" id=customers/update/ev1/7 "
		"at=2026-11-25T12:00:00Z record=loja.myshopify.com/7/verified",
		NULL },
	/* Older versions of the API have a flag. */
	{ "customers/enable",
		"{\"id\":7,\"accepts_marketing\":false,\"created_at\":"
		"\"2026-01-01T00:00:00Z\",\"accepts_marketing_updated_at\":"
		"\"2026-11-02T00:00:00Z\"}",
		"identify \"customers/enable\" id=customers/enable/ev1/7 "
		"at=2026-01-01T00:00:00Z record=loja.myshopify.com/7/verified"
		"\nconsent \"unsubscribed\" at=2026-11-02T00:00:00Z "
		"record=loja.myshopify.com/7/verified",
		NULL },
	{ "customers/create",
		"{\"id\":7,\"accepts_marketing\":false,\"created_at\":"
		"\"2026-01-01T00:00:00Z\",\"accepts_marketing_updated_at\":"
		"\"2026-01-01T00:00:00Z\"}",
		"identify \"customers/create\" id=customers/create/ev1/7 "
		"at=2026-01-01T00:00:00Z record=loja.myshopify.com/7/verified",
		NULL },
	{ "customers_email_marketing_consent/update",
		"{\"customer_id\":7,\"email_address\":\"ana@mail.example\","
		"" CONSENT("subscribed") "}",
		"consent \"subscribed\" at=2026-11-01T00:00:00Z "
		"record=loja.myshopify.com/7/verified "
		"email=ana@mail.example/asserted",
		"{\"at\":\"2026-11-01T00:00:00Z\",\"channel\":\"email\","
		"\"opt_in_level\":\"single_opt_in\",\"purpose\":\"marketing\","
		"\"status\":\"granted\"}" },
	{ "customers_email_marketing_consent/update",
		"{\"customer_id\":7," CONSENT("not_subscribed") "}",
		"unknown \"customers_email_marketing_consent/update\" "
		"id=customers_email_marketing_consent/update/ev1/7 at=" AT,
		NULL },
	{ "customers_marketing_consent/update",
		"{\"id\":7,\"phone\":\"+5511987654321\","
		"\"sms_marketing_consent\":{\"state\":\"pending\","
		"\"consent_collected_from\":\"SHOPIFY\"}}",
		"consent \"pending\" at=" AT
		" record=loja.myshopify.com/7/verified "
		"phone=+5511987654321/asserted",
		"{\"at\":\"2026-11-25T12:00:00Z\",\"channel\":\"sms\","
		"\"consent_collected_from\":\"SHOPIFY\",\"purpose\":"
		"\"marketing\",\"status\":\"pending\"}" },
	{ "customers/merge",
		"{\"admin_graphql_api_customer_kept_id\":"
		"\"gid://shopify/Customer/1\","
		"\"admin_graphql_api_customer_deleted_id\":"
		"\"gid://shopify/Customer/2\",\"status\":\"completed\"}",
		"alias \"customers/merge\" id=customers/merge/ev1 at=" AT
		" record=loja.myshopify.com/1/verified "
		"record=loja.myshopify.com/2/verified",
		NULL },
	{ "customers/merge",
		"{\"admin_graphql_api_customer_kept_id\":"
		"\"gid://shopify/Customer/1\","
		"\"admin_graphql_api_customer_deleted_id\":"
		"\"gid://shopify/Customer/2\",\"status\":\"failed\"}",
		"unknown \"customers/merge\" id=customers/merge/ev1 at=" AT,
		NULL },
	{ "customers/delete", "{\"id\":7,\"phone\":null}",
		"track \"customers/delete\" id=customers/delete/ev1/7 at=" AT
		" record=loja.myshopify.com/7/verified",
		NULL },
	{ "customers/data_request",
		"{\"shop_id\":9,\"shop_domain\":\"loja.myshopify.com\","
		"\"orders_requested\":[299938,280263],\"customer\":{\"id\":7,"
		"\"email\":\"ana@mail.example\",\"phone\":"
		"\"+5511987654321\"},\"data_request\":{\"id\":9999}}",
		"access \"customers/data_request\" "
		"id=customers/data_request/ev1/7 at=" AT " " BOUGHT,
		"{\"orders\":[299938,280263],\"request_id\":\"9999\","
		"\"shop\":\"loja.myshopify.com\"}" },
	/* Whatever names a customer is about that customer, and only those. */
	{ "fulfillments/create",
		"{\"id\":5,\"order_id\":6,\"email\":\"ana@mail.example\","
		"\"destination\":{\"phone\":\"+5511900000001\"}}",
		"track \"fulfillments/create\" id=fulfillments/create/ev1/5 "
		"at=" AT " email=ana@mail.example/asserted",
		"{\"order_id\":\"6\",\"shop\":\"loja.myshopify.com\"}" },
	{ "subscription_contracts/create",
		"{\"id\":5,\"customer_id\":7,\"created_at\":"
		"\"2026-11-24T08:00:00Z\"}",
		"track \"subscription_contracts/create\" "
		"id=subscription_contracts/create/ev1/5 "
		"at=2026-11-24T08:00:00Z record=loja.myshopify.com/7/verified",
		NULL },
	{ "customer.tags_added",
		"{\"customerId\":\"gid://shopify/Customer/7\",\"tags\":[\"v\"],"
		"\"occurredAt\":\"2026-11-24T08:00:00Z\"}",
		"track \"customer.tags_added\" id=customer.tags_added/ev1 "
		"at=2026-11-24T08:00:00Z record=loja.myshopify.com/7/verified",
		NULL },
	{ "app/uninstalled",
		"{\"id\":1,\"email\":\"owner@loja.example\",\"phone\":\"1\"}",
		"unknown \"app/uninstalled\" id=app/uninstalled/ev1/1 at=" AT,
		"{\"shop\":\"loja.myshopify.com\"}" },
	{ "products/update", "{\"id\":1}",
		"unknown \"products/update\" id=products/update/ev1/1 at=" AT,
		NULL },
	{ "", "{}", "1 expected X-Shopify-Topic or Shopify-Topic", NULL },
	{ "orders/create", "[]", "1 expected a JSON object", NULL },
	{ "orders/create", "", "1 json: line 1: unexpected token", NULL },
};

START_TEST(what_a_delivery_says)
{
	struct err e;

	ck_assert_str_eq(
		said(&conf, rows[_i].topic, rows[_i].body), rows[_i].said);
	if (rows[_i].kept)
		ck_assert_str_eq(json_write(a, deliver(&conf, rows[_i].topic,
						       rows[_i].body, &e)
						       .items->body),
			rows[_i].kept);
}
END_TEST

/* Events: what the subscription asked of GraphQL, as the webhook it means. */
static const struct {
	const char *topic, *body, *said;
} asked[] = {
	{ "Customer",
		"{\"topic\":\"Customer\",\"action\":\"update\",\"handle\":"
		"\"h\",\"fields_changed\":{\"added\":[],\"updated\":["
		"\"customer.email\"],\"removed\":[]},\"query_variables\":{"
		"\"customerId\":\"gid://shopify/Customer/7\"},\"data\":{"
		"\"customer\":{\"id\":\"gid://shopify/Customer/7\","
		"\"firstName\":\"Ana\",\"updatedAt\":\"2026-11-24T08:00:00Z\","
		"\"defaultEmailAddress\":{\"emailAddress\":"
		"\"ana@mail.example\",\"marketingState\":\"UNSUBSCRIBED\"},"
		"\"defaultPhoneNumber\":{\"phoneNumber\":\"+5511987654321\"}}}"
		"}",
		"identify \"customers/update\" id=customers/update/d1/7 "
		"at=2026-11-24T08:00:00Z " BOUGHT "\n"
		"consent \"unsubscribed\" at=2026-11-24T08:00:00Z "
		"record=loja.myshopify.com/7/verified "
		"email=ana@mail.example/asserted" },
	{ "Customer",
		"{\"action\":\"delete\",\"query_variables\":{\"customerId\":"
		"\"gid://shopify/Customer/7\"}}",
		"track \"customers/delete\" id=customers/delete/d1/7 at=" AT
		" record=loja.myshopify.com/7/verified" },
	{ "Order",
		"{\"action\":\"update\",\"query_variables\":{\"orderId\":"
		"\"gid://shopify/Order/5\"},\"data\":{\"order\":{\"name\":"
		"\"#5\",\"email\":\"ana@mail.example\",\"updatedAt\":"
		"\"2026-11-24T08:00:00Z\",\"cancelledAt\":"
		"\"2026-11-24T07:00:00Z\",\"displayFinancialStatus\":"
		"\"VOIDED\",\"totalPriceSet\":{\"shopMoney\":{\"amount\":"
		"\"27.5\",\"currencyCode\":\"BRL\"}},\"customer\":{\"id\":"
		"\"gid://shopify/Customer/7\"},\"lineItems\":{\"edges\":[{"
		"\"node\":{\"sku\":\"A1\",\"quantity\":1}}],\"nodes\":[]}}}}",
		"order \"orders/updated\" id=orders/updated/d1/5 "
		"at=2026-11-24T08:00:00Z record=loja.myshopify.com/7/verified "
		"email=ana@mail.example/asserted 27.5 BRL\n"
		"refund \"cancelled\" at=2026-11-24T07:00:00Z "
		"record=loja.myshopify.com/7/verified "
		"email=ana@mail.example/asserted 27.5 BRL back" },
	{ "Product", "{\"action\":\"update\",\"data\":{}}",
		"unknown \"Product/update\" id=Product/update/d1 at=" AT },
};

START_TEST(what_an_event_says)
{
	const struct header headers[] = {
		{ span_of("shopify-topic"), span_of(asked[_i].topic) },
		{ span_of("shopify-shop-domain"),
			span_of("loja.myshopify.com") },
		{ span_of("shopify-webhook-id"), span_of("d1") },
		{ span_of("shopify-triggered-at"), span_of(AT) },
	};
	struct inbound in = { .method = "POST",
		.headers = headers,
		.header_count = 4,
		.body = span_of(asked[_i].body) };
	struct events events = { 0 };
	struct err e = { 0 };

	ck_assert(channel_shopify.parse(a, &in, &conf, &events, &e));
	ck_assert_str_eq(say_events(a, &events), asked[_i].said);
}
END_TEST

/* The same state in another delivery is the same event. */
START_TEST(a_consent_is_told_once)
{
	struct err e;
	const char *customer =
		"{\"id\":7,\"email\":\"ana@mail.example\"," CONSENT(
			"subscribed") "}";
	struct events one = deliver(&conf, "customers/update", customer, &e);
	struct events two =
		deliver(&conf, "customers_email_marketing_consent/update",
			"{\"customer_id\":7,\"email_address\":\"ana@mail."
			"example\"," CONSENT("subscribed") "}",
			&e);
	struct events three = deliver(&conf, "orders/paid",
		arena_printf(a, "{\"id\":1,\"customer\":%s}", customer), &e);

	ck_assert_str_eq(event_content(a, &one.items[1]),
		event_content(a, &two.items[0]));
	ck_assert_str_eq(event_content(a, &one.items[1]),
		event_content(a, &three.items[1]));
}
END_TEST

/* A refund told alone and in its order is one purchase, by one key. */
START_TEST(a_refund_is_told_twice)
{
	struct err e;
	struct events alone = deliver(&conf, "refunds/create",
		"{\"id\":9,\"order_id\":820982911946154508,\"transactions\":[{"
		"\"kind\":\"refund\",\"status\":\"success\",\"amount\":"
		"\"10.50\",\"currency\":\"BRL\"}]}",
		&e);
	struct events within =
		deliver(&conf, "orders/updated", ORDER(REFUNDS), &e);
	const struct purchase *p = within.items[1].purchase;

	ck_assert(span_is(p->key, "loja.myshopify.com/9"));
	ck_assert(span_equal(p->key, alone.items[0].purchase->key));
	ck_assert(span_equal(p->id, alone.items[0].purchase->id));
	ck_assert(span_is(within.items[0].purchase->key,
		"loja.myshopify.com/820982911946154508"));
}
END_TEST

START_TEST(a_test_is_nobody)
{
	const struct header headers[] = {
		{ span_of("X-Shopify-Topic"), span_of("customers/update") },
		{ span_of("X-Shopify-Test"), span_of("true") },
	};
	struct inbound in = { .method = "POST",
		.headers = headers,
		.header_count = 2,
		.body = span_of(
			"{\"id\":7,\"email\":\"bob@biller.example\","
			"\"first_name\":\"Bob\"," CONSENT("subscribed") "}") };
	struct events events = { 0 };
	struct err e = { 0 };

	ck_assert(channel_shopify.parse(a, &in, &conf, &events, &e));
	ck_assert_str_eq(
		say_events(a, &events), "unknown \"customers/update\"");
	ck_assert_str_eq(json_write(a, events.items->traits), "{}");
}
END_TEST

START_TEST(settings_say_what_numbers_are)
{
	static const char *names[] = { "visitor", NULL };
	struct conf own = conf;
	struct err e = { 0 };

	own.customer = "user_id";
	own.anonymous = names;
	ck_assert_str_eq(said(&own, "orders/create",
				 "{\"id\":1,\"customer\":{\"id\":7},"
				 "\"note_attributes\":[{\"name\":\"visitor\","
				 "\"value\":\"v\"},{\"name\":\"anonymousId\","
				 "\"value\":\"a\"}]}"),
		"order \"orders/create\" id=orders/create/ev1/1 at=" AT
		" user_id=7/verified anonymous_id=v/verified");
	ck_assert(channel_shopify.check(&own, &e));
	own.customer = "User Id";
	ck_assert(!channel_shopify.check(&own, &e));
	assert_keeps(a, &channel_shopify, "/",
		"{\"topic\":\"Customer\","
		"\"action\":\"create\",\"data\":{\"customer\":{\"id\":1}}}",
		&conf);
}
END_TEST

/* 401 is what an app must answer to a signature that is not good. */
START_TEST(signatures)
{
	static const char *const names[] = { "X-Shopify-Hmac-SHA256",
		"shopify-hmac-sha256" };
	char body[] = "{\"id\":820982911946154508,\"email\":"
		      "\"jon@example.com\"}";
	char secret[] = "hush";
	const char *live[] = { "old", secret, NULL };
	struct conf own = conf;

	own.base.secrets = live;
	for (size_t i = 0; i < 2; i++) {
		struct header h = { span_of(names[i]),
			span_of("D0UMXmhjwBRi4y66TmhJrDlhQABD7zI2fm3p6/"
				"QLMo8=") };
		struct inbound in = { .method = "POST",
			.headers = &h,
			.header_count = 1,
			.raw = span_of(body) };
		struct err e = { 0 };

		assert_each_byte(&channel_shopify, &in, &own, body);
		assert_each_byte(&channel_shopify, &in, &own, secret);
		h.value = span_of("");
		ck_assert(!channel_shopify.verify(&in, &own, &e));
		ck_assert_int_eq(e.code, ERR_AUTH);
		in.header_count = 0;
		ck_assert(!channel_shopify.verify(&in, &own, &e));
		ck_assert_int_eq(e.code, ERR_AUTH);
	}
}
END_TEST

START_TEST(recorded_signatures)
{
	struct vector vectors[VECTORS_MAX];
	size_t count = vectors_of(a, "shopify", vectors);
	struct conf own = conf;

	for (size_t i = 0; i < count; i++) {
		const char *live[] = { vectors[i].secret, NULL };
		struct header h = { span_of("X-Shopify-Hmac-Sha256"),
			span_of(vectors[i].expected) };
		struct inbound in = { .method = "POST",
			.headers = &h,
			.header_count = 1,
			.raw = span_of(vectors[i].body) };

		own.base.secrets = live;
		assert_each_byte(&channel_shopify, &in, &own, vectors[i].body);
		assert_each_byte(
			&channel_shopify, &in, &own, vectors[i].secret);
	}
}
END_TEST

static const struct {
	const char *file, *topic, *said;
} recorded[] = {
	{ "customers_redact.json", "customers/redact",
		"erasure \"customers/redact\" id=customers/redact/ev1/191167 "
		"at=" AT " record=loja.myshopify.com/191167/verified "
		"email=john@example.com/asserted phone=555-625-1199/asserted" },
	{ "shop_redact.json", "shop/redact",
		"erasure \"shop/redact\" id=shop/redact/ev1 at=" AT },
};

START_TEST(recorded_deliveries)
{
	struct span body = say_recorded(
		a, arena_printf(a, "shopify/%s", recorded[_i].file));

	if (body.len)
		ck_assert_str_eq(
			said(&conf, recorded[_i].topic, span_text(a, body)),
			recorded[_i].said);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("channels/shopify");
	TCase *t = tcase_create("shopify");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, what_a_delivery_says, 0,
		(int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_loop_test(t, what_an_event_says, 0,
		(int)(sizeof(asked) / sizeof(*asked)));
	tcase_add_test(t, a_consent_is_told_once);
	tcase_add_test(t, a_refund_is_told_twice);
	tcase_add_test(t, a_test_is_nobody);
	tcase_add_test(t, settings_say_what_numbers_are);
	tcase_add_test(t, signatures);
	tcase_add_test(t, recorded_signatures);
	tcase_add_loop_test(t, recorded_deliveries, 0,
		(int)(sizeof(recorded) / sizeof(*recorded)));
	suite_add_tcase(s, t);
	return s;
}
