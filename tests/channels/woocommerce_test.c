/* SPDX-License-Identifier: Apache-2.0 */
/* WooCommerce: deliveries of our own in the shapes of its REST API. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_woocommerce;
Suite *suite(void);

/* As src/channels/woocommerce.c has it. */
struct conf {
	struct source_conf base;
	const char *customer;
	const char *const *anonymous;
};

static const char *secrets[] = { "old", "a&b \"c\" 'd' <e>", NULL };
static const struct conf conf = { .base = { .name = "loja",
					  .region = "BR",
					  .assurance = ASSERTED,
					  .secrets = secrets },
	.customer = "record" };

#define SIGNED "a9DYrvez/iS8INUcsS63a6nh5rgWj2vzuELcs4IHADM="

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

static struct events
deliver(const struct conf *own, const char *topic, const char *body,
	struct err *e)
{
	const struct header headers[] = {
		{ span_of("x-wc-webhook-topic"), span_of(topic) },
		{ span_of("X-WC-Webhook-Source"),
			span_of("https://loja.example/br/") },
		{ span_of("X-WC-Webhook-Delivery-ID"), span_of("d1") },
	};
	struct inbound in = { .method = "POST",
		.headers = headers + (*topic == '\0'),
		.header_count = 3 - (*topic == '\0'),
		.body = span_of(body) };
	struct events events = { 0 };

	*e = (struct err){ 0 };
	if (!channel_woocommerce.parse(a, &in, own, &events, e))
		events.count = 0;
	return events;
}

/* What the events say, with the digest of the bytes as "#". */
static const char *
said(const struct conf *own, const char *topic, const char *body)
{
	struct err e;
	struct events events = deliver(own, topic, body, &e);

	if (e.code)
		return arena_printf(a, "%d %s", e.code, e.text);
	for (size_t i = 0; i < events.count; i++) {
		struct span *id = &events.items[i].external_id;

		if (id->len > 64)
			*id = span_of(arena_printf(
				a, "%.*s#", (int)id->len - 64, id->data));
	}
	return say_events(a, &events);
}

#define BILLING                                                                \
	"\"billing\":{\"first_name\":\"Ana\",\"last_name\":\"Lima\","          \
	"\"email\":\"ana@mail.example\",\"phone\":\"(11) 98765-4321\"},"       \
	"\"shipping\":{\"first_name\":\"Rui\",\"phone\":\"11900000001\"}"
#define ORDER(status, more)                                                    \
	"{\"id\":727,\"number\":\"727\",\"status\":\"" status                  \
	"\",\"currency\":\"BRL\",\"total\":\"29.35\",\"customer_id\":26,"      \
	"\"date_created\":\"2026-11-24T09:00:00\",\"date_created_gmt\":"       \
	"\"2026-11-24T12:00:00\",\"date_modified_gmt\":"                       \
	"\"2026-11-24T13:00:00\"," BILLING more "}"
#define BOUGHT                                                                 \
	"record=loja.example/br/26/verified email=ana@mail.example/asserted "  \
	"phone=(11) 98765-4321/asserted"
#define PAID ",\"date_paid_gmt\":\"2026-11-24T12:30:00\""
#define UPDATED                                                                \
	"order \"order.updated\" id=order.updated/# "                          \
	"at=2026-11-24T13:00:00Z " BOUGHT

static const struct {
	const char *topic, *body, *said;
	const char *kept; /* of the first event; NULL: not looked at */
} rows[] = {
	{ "order.created", ORDER("processing", ",\"payment_method\":\"cod\""),
		"order \"order.created\" id=order.created/# "
		"at=2026-11-24T12:00:00Z " BOUGHT " 29.35 BRL",
		"{\"cart\":[{\"all\":true,\"removed\":true}],"
		"\"order_number\":\"727\",\"payment_method\":\"cod\","
		"\"shop\":\"loja.example/br\",\"status\":\"processing\"}" },
	/* What is not paid does not count, until it is. */
	{ "order.updated", ORDER("pending", ""), UPDATED, NULL },
	{ "order.updated", ORDER("on-hold", ""), UPDATED, NULL },
	{ "order.updated", ORDER("failed", ""), UPDATED, NULL },
	{ "order.updated", ORDER("cancelled", ""), UPDATED, NULL },
	{ "order.updated", ORDER("on-hold", PAID), UPDATED " 29.35 BRL", NULL },
	{ "order.updated", ORDER("shipped", ""), UPDATED " 29.35 BRL", NULL },
	{ "order.restored", ORDER("completed", PAID),
		"order \"order.restored\" id=order.restored/# "
		"at=2026-11-24T13:00:00Z " BOUGHT " 29.35 BRL",
		NULL },
	{ "order.updated",
		ORDER("refunded",
			PAID ",\"refunds\":[{\"id\":730,\"reason\":\"size\","
			     "\"total\":\"-9.35\"},{\"id\":731,\"total\":"
			     "\"-20.00\"},{\"id\":732,\"total\":\"0.00\"}]"),
		UPDATED " 29.35 BRL\n"
			"refund \"refund\" " BOUGHT " 9.35 BRL back\n"
			"refund \"refund\" " BOUGHT " 20.00 BRL back",
		NULL },
	{ "order.updated",
		ORDER("cancelled",
			PAID ",\"refunds\":[{\"id\":730,\"total\":\"-9.35\"}]"),
		UPDATED " 29.35 BRL\n"
			"refund \"refund\" " BOUGHT " 9.35 BRL back\n"
			"refund \"cancelled\" at=2026-11-24T13:00:00Z " BOUGHT
			" 20.00 BRL back",
		NULL },
	{ "order.updated", ORDER("cancelled", ",\"payment_method\":\"cod\""),
		UPDATED " 29.35 BRL\n"
			"refund \"cancelled\" at=2026-11-24T13:00:00Z " BOUGHT
			" 29.35 BRL back",
		NULL },
	/* A guest, and who browsed. */
	{ "order.created",
		"{\"id\":1,\"customer_id\":0,\"billing\":{\"email\":"
		"\"ana@mail.example\"},\"meta_data\":[{\"id\":1,\"key\":"
		"\"anonymous_id\",\"value\":\"a-1\"}]}",
		"order \"order.created\" id=order.created/# "
		"email=ana@mail.example/asserted anonymous_id=a-1/verified",
		NULL },
	/* A checkout page that is being filled in. */
	{ "order.updated",
		"{\"id\":1,\"status\":\"checkout-draft\",\"currency\":\"BRL\","
		"\"total\":\"9.90\",\"date_modified_gmt\":"
		"\"2026-11-24T13:00:00\",\"line_items\":[{\"name\":\"Caf\\u00e9"
		"\",\"product_id\":93,\"variation_id\":0,\"quantity\":2,"
		"\"sku\":\"\",\"price\":4.95}]}",
		"checkout \"order.updated\" id=order.updated/# "
		"at=2026-11-24T13:00:00Z",
		"{\"cart\":[{\"all\":true,\"removed\":true},{\"currency\":"
		"\"BRL\",\"name\":\"Café\",\"price\":\"4.95\",\"quantity\":"
		"\"2\",\"sku\":\"93\"}],\"shop\":\"loja.example/br\","
		"\"status\":\"checkout-draft\"}" },
	{ "order.deleted", "{\"id\":727}",
		"track \"order.deleted\" id=order.deleted/#",
		"{\"order_id\":\"727\",\"shop\":\"loja.example/br\"}" },
	{ "customer.created",
		"{\"id\":26,\"date_created_gmt\":\"2026-11-24T12:00:00\","
		"\"date_modified_gmt\":null,\"email\":\"ana@mail.example\","
		"\"first_name\":\"\",\"username\":\"ana\",\"role\":"
		"\"customer\"," BILLING "}",
		"identify \"customer.created\" id=customer.created/# "
		"at=2026-11-24T12:00:00Z " BOUGHT,
		"{\"role\":\"customer\",\"shop\":\"loja.example/br\","
		"\"username\":\"ana\"}" },
	{ "customer.updated",
		"{\"id\":26,\"email\":\"ana@other.example\",\"first_name\":"
		"\"Ana\"," BILLING "}",
		"identify \"customer.updated\" id=customer.updated/# "
		"record=loja.example/br/26/verified "
		"email=ana@other.example/asserted "
		"phone=(11) 98765-4321/asserted",
		NULL },
	{ "customer.deleted", "{\"id\":26}",
		"track \"customer.deleted\" id=customer.deleted/# "
		"record=loja.example/br/26/verified",
		NULL },
	{ "subscription.updated",
		"{\"id\":9,\"status\":\"active\",\"customer_id\":26," BILLING
		"}",
		"track \"subscription.updated\" "
		"id=subscription.updated/# " BOUGHT,
		NULL },
	{ "product.updated",
		"{\"id\":9,\"date_modified_gmt\":\"2026-11-24T12:00:00\"}",
		"unknown \"product.updated\" id=product.updated/# "
		"at=2026-11-24T12:00:00Z",
		NULL },
	{ "action.woocommerce_add_to_cart",
		"{\"action\":\"woocommerce_add_to_cart\",\"arg\":\"x\"}",
		"unknown \"action.woocommerce_add_to_cart\" "
		"id=action.woocommerce_add_to_cart/#",
		"{\"action\":\"woocommerce_add_to_cart\",\"shop\":"
		"\"loja.example/br\"}" },
	/* A webhook that is being saved. */
	{ "", "webhook_id=7", "", NULL },
	{ "", "webhook_id=7x", "1 json: line 1: invalid token", NULL },
	{ "", "{}", "1 expected X-WC-Webhook-Topic", NULL },
	{ "order.created", "[]", "1 expected a JSON object", NULL },
	{ "order.created", "", "1 json: line 1: unexpected token", NULL },
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

START_TEST(what_is_known_of_a_buyer)
{
	struct err e;
	struct events events = deliver(&conf, "order.created",
		ORDER("completed",
			",\"line_items\":[{\"sku\":\"A1\",\"quantity\":1,"
			"\"price\":29.35}]"),
		&e);

	ck_assert_str_eq(json_write(a, events.items->traits),
		"{\"family_name\":\"Lima\",\"given_name\":\"Ana\"}");
	ck_assert_str_eq(json_write(a, events.items->purchase->lines),
		"[{\"price\":\"29.35\",\"quantity\":\"1\",\"sku\":\"A1\"}]");
	ck_assert(span_is(events.items->purchase->id, "727"));
	ck_assert(span_is(events.items->purchase->key, "loja.example/br/727"));
}
END_TEST

/* Two deliveries of one second have one id; their bytes tell them apart, and
 * the same words again are the same event. */
START_TEST(bytes_are_the_id)
{
	struct err e;
	struct events one = deliver(&conf, "order.updated", "{\"id\":1}", &e);
	struct events two = deliver(&conf, "order.updated", "{\"id\":2}", &e);
	struct events again = deliver(&conf, "order.updated", "{\"id\":1}", &e);

	ck_assert(!span_equal(one.items->external_id, two.items->external_id));
	ck_assert(span_equal(one.items->external_id, again.items->external_id));
}
END_TEST

static bool
believes(const struct conf *own, const char *body, const char *signature)
{
	struct header h = { span_of("x-wc-webhook-signature"),
		span_of(signature) };
	struct inbound in = { .method = "POST",
		.headers = &h,
		.header_count = signature != NULL,
		.raw = span_of(body) };
	struct err e = { 0 };
	bool good = channel_woocommerce.verify(&in, own, &e);

	ck_assert_int_eq(e.code, good ? ERR_NONE : ERR_AUTH);
	return good;
}

START_TEST(signatures)
{
	char body[] = "{\"id\":820982911946154508,\"email\":"
		      "\"jon@example.com\"}";
	char secret[] = "wc-secret";
	const char *live[] = { "old", secret, NULL };
	struct header h = { span_of("X-WC-Webhook-Signature"),
		span_of("miCwl4CHeZPX8kX0m4rmPyiaQ3twaIg7V1my0YBYmN8=") };
	struct inbound in = { .method = "POST",
		.headers = &h,
		.header_count = 1,
		.raw = span_of(body) };
	struct conf own = conf;

	own.base.secrets = live;
	assert_each_byte(&channel_woocommerce, &in, &own, body);
	assert_each_byte(&channel_woocommerce, &in, &own, secret);
	ck_assert(!believes(&own, body, NULL));
	ck_assert(!believes(&own, body, ""));
	/* Only this, exactly, is believed of anybody. */
	ck_assert(believes(&own, "webhook_id=12", NULL));
	ck_assert(!believes(&own, "webhook_id=", NULL));
	ck_assert(!believes(&own, "webhook_id=1&x=2", NULL));
	ck_assert(!believes(&own, "", NULL));
}
END_TEST

/* As it was typed, or as WordPress keeps it: both stand for one key, with
 * which "{}" was signed by another program. */
START_TEST(secrets_as_wordpress_keeps_them)
{
	static const char *const good[] = { "a&b \"c\" 'd' <e>",
		"a&amp;b &quot;c&quot; &#039;d&#039; &lt;e&gt;",
		"a&#38;b &#x22;c&#x22; &#39;d&#X27; &#60;e&#62;" };
	static const char *const bad[] = { "a&amp;amp;b \"c\" 'd' <e>",
		"a&amp b \"c\" 'd' <e>", "a&ampb \"c\" 'd' <e>", "a&#97;b",
		"&#;", "&;", "a&b &quote;c" };
	struct conf own = conf;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		const char *live[] = { good[i], NULL };

		own.base.secrets = live;
		ck_assert_msg(believes(&own, "{}", SIGNED), "%s", good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		const char *live[] = { bad[i], NULL };

		own.base.secrets = live;
		ck_assert_msg(!believes(&own, "{}", SIGNED), "%s", bad[i]);
	}
}
END_TEST

START_TEST(recorded_signatures)
{
	struct vector vectors[VECTORS_MAX];
	size_t count = vectors_of(a, "woocommerce", vectors);
	struct conf own = conf;

	for (size_t i = 0; i < count; i++) {
		const char *live[] = { vectors[i].secret, NULL };
		struct header h = { span_of("X-WC-Webhook-Signature"),
			span_of(vectors[i].expected) };
		struct inbound in = { .method = "POST",
			.headers = &h,
			.header_count = 1,
			.raw = span_of(vectors[i].body) };

		own.base.secrets = live;
		assert_each_byte(
			&channel_woocommerce, &in, &own, vectors[i].body);
		assert_each_byte(
			&channel_woocommerce, &in, &own, vectors[i].secret);
	}
}
END_TEST

START_TEST(settings)
{
	struct conf own = conf;
	struct err e = { 0 };

	own.customer = "user_id";
	ck_assert_str_eq(said(&own, "customer.deleted", "{\"id\":26}"),
		"track \"customer.deleted\" id=customer.deleted/# "
		"user_id=26/verified");
	ck_assert(channel_woocommerce.check(&own, &e));
	own.customer = "";
	ck_assert(!channel_woocommerce.check(&own, &e));
	assert_keeps(a, &channel_woocommerce, "/", "webhook_id=7", &conf);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("channels/woocommerce");
	TCase *t = tcase_create("woocommerce");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, what_a_delivery_says, 0,
		(int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, what_is_known_of_a_buyer);
	tcase_add_test(t, bytes_are_the_id);
	tcase_add_test(t, signatures);
	tcase_add_test(t, secrets_as_wordpress_keeps_them);
	tcase_add_test(t, recorded_signatures);
	tcase_add_test(t, settings);
	suite_add_tcase(s, t);
	return s;
}
