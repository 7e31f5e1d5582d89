/* SPDX-License-Identifier: Apache-2.0 */
/* Square: notifications of our own, and the examples that Square publishes
 * where the shared folder is. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_square;
Suite *suite(void);

/* As src/channels/square.c has it. */
struct conf {
	struct source_conf base;
	const char *url, *customer, *reference;
};

static const char *secrets[] = { "old", "signature-key", NULL };
static const struct conf conf = { .base = { .name = "sq",
					  .region = "US",
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

static struct events
read_body(const struct conf *own, struct span body, struct err *e)
{
	struct inbound in = { .method = "POST", .body = body };
	struct events events = { 0 };

	*e = (struct err){ 0 };
	if (!channel_square.parse(a, &in, own, &events, e))
		events.count = 0;
	return events;
}

static const char *
said(const struct conf *own, struct span body)
{
	struct err e;
	struct events events = read_body(own, body, &e);

	return e.code ? arena_printf(a, "%d %s", e.code, e.text)
		      : say_events(a, &events);
}

#define EVENT(type, name, thing, more)                                         \
	"{\"merchant_id\":\"M\",\"type\":\"" type "\",\"event_id\":\"e1\","    \
	"\"created_at\":\"2026-11-25T12:00:00.123456789Z\",\"data\":{"         \
	"\"type\":\"" name "\",\"id\":\"x\",\"object\":{\"" name "\":{" thing  \
	"}" more "}}}"
#define HEAD(word, type)                                                       \
	word " \"" type "\" id=e1 at=2026-11-25T12:00:00.123456Z"
#define PAYMENT(more)                                                          \
	"\"id\":\"P\",\"order_id\":\"O\",\"status\":\"COMPLETED\","            \
	"\"total_money\":{\"amount\":12345,\"currency\":\"JPY\"}," more        \
	"\"customer_id\":\"C\""

static const struct {
	const char *body, *said;
	const char *kept; /* of the first event; NULL: not looked at */
} rows[] = {
	{ EVENT("payment.updated", "payment",
		  PAYMENT("\"refunded_money\":{\"amount\":45,\"currency\":"
			  "\"JPY\"},"),
		  ""),
		HEAD("order",
			"payment.updated") " record=M/C/verified 12345 "
					   "JPY\nrefund \"payment.updated\" "
					   "id=e1/refund "
					   "at=2026-11-25T12:00:00.123456Z "
					   "record=M/C/verified 45 JPY "
					   "back",
		"{\"merchant_id\":\"M\",\"order_id\":\"O\",\"status\":"
		"\"COMPLETED\"}" },
	{ EVENT("payment.updated", "payment",
		  PAYMENT("\"refunded_money\":{\"amount\":0,\"currency\":"
			  "\"JPY\"},"),
		  ""),
		HEAD("order", "payment.updated") " record=M/C/verified 12345 "
						 "JPY",
		NULL },
	{ EVENT("payment.created", "payment",
		  "\"id\":\"P\",\"status\":\"COMPLETED\",\"total_money\":{"
		  "\"amount\":1.5,\"currency\":\"USD\"}",
		  ""),
		HEAD("order", "payment.created"), NULL },
	{ EVENT("refund.updated", "refund",
		  "\"id\":\"R\",\"payment_id\":\"P\",\"status\":\"COMPLETED\","
		  "\"amount_money\":{\"amount\":45,\"currency\":\"USD\"}",
		  ""),
		HEAD("refund", "refund.updated") " 0.45 USD back", NULL },
	{ EVENT("customer.created", "customer", "\"id\":\"C3\"",
		  ",\"event_context\":{\"merge\":{\"from_customer_ids\":["
		  "\"C1\",\"C2\"],\"to_customer_id\":\"C3\"}}"),
		HEAD("identify",
			"customer.created") " record=M/C3/verified\n"
					    "alias \"customer.created\" "
					    "id=e1/merge/0 "
					    "at=2026-11-25T12:00:00.123456Z "
					    "record=M/C3/verified "
					    "record=M/C1/verified "
					    "record=M/C2/verified",
		NULL },
	{ EVENT("customer.deleted", "customer",
		  "\"id\":\"C1\",\"email_address\":\"ana@mail.example\","
		  "\"preferences\":{\"email_unsubscribed\":true}",
		  ",\"event_context\":{\"merge\":{\"from_customer_ids\":["
		  "\"C1\"],\"to_customer_id\":\"C3\"}}"),
		HEAD("track",
			"customer.deleted") " record=M/C1/verified\n"
					    "alias \"customer.deleted\" "
					    "id=e1/merge/0 "
					    "at=2026-11-25T12:00:00.123456Z "
					    "record=M/C3/verified "
					    "record=M/C1/verified",
		NULL },
	{ EVENT("customer.updated", "customer",
		  "\"id\":\"C\",\"email_address\":\"ana@mail.example\","
		  "\"reference_id\":\"u1\",\"birthday\":\"0000-03-04\","
		  "\"preferences\":{\"email_unsubscribed\":true}",
		  ""),
		HEAD("identify",
			"customer.updated") " record=M/C/verified "
					    "email=ana@mail.example/asserted\n"
					    "consent \"customer.updated\" "
					    "id=e1/consent "
					    "at=2026-11-25T12:00:00.123456Z "
					    "record=M/C/verified "
					    "email=ana@mail.example/asserted",
		NULL },
	{ EVENT("loyalty.account.deleted", "loyalty_account",
		  "\"id\":\"L\",\"customer_id\":\"C\"", ""),
		HEAD("track", "loyalty.account.deleted") " record=M/C/verified "
							 "loyalty=L/verified",
		NULL },
	{ EVENT("loyalty.program.updated", "loyalty_program", "\"id\":\"L\"",
		  ""),
		HEAD("unknown", "loyalty.program.updated"), NULL },
	{ EVENT("subscription.updated", "subscription",
		  "\"customer_id\":\"C\",\"status\":\"ACTIVE\"", ""),
		HEAD("track", "subscription.updated") " record=M/C/verified",
		NULL },
	{ EVENT("gift_card.customer_unlinked", "gift_card", "\"id\":\"g\"",
		  ",\"unlinked_customer_id\":\"C\""),
		HEAD("track",
			"gift_card.customer_unlinked") " record=M/C/verified",
		NULL },
	{ EVENT("inventory.count.updated", "inventory_counts", "", ""),
		HEAD("unknown", "inventory.count.updated"),
		"{\"merchant_id\":\"M\"}" },
	{ "{\"type\":\"oauth.authorization.revoked\",\"event_id\":\"e1\"}",
		"unknown \"oauth.authorization.revoked\" id=e1", NULL },
	{ "{\"type\":\"x\"}", "1 expected an object with type and event_id",
		NULL },
	{ "[]", "1 expected an object with type and event_id", NULL },
	{ "", "1 json: line 1: unexpected token", NULL },
};

START_TEST(what_a_notification_says)
{
	struct err e;

	ck_assert_str_eq(said(&conf, span_of(rows[_i].body)), rows[_i].said);
	if (rows[_i].kept)
		ck_assert_str_eq(
			json_write(
				a, read_body(&conf, span_of(rows[_i].body), &e)
					   .items->body),
			rows[_i].kept);
}
END_TEST

/* A merge of more than one event can name takes several. */
START_TEST(merges_of_many)
{
	const char *ids = "\"C0\"";
	struct events events;
	struct err e;

	for (int i = 1; i < 40; i++)
		ids = arena_printf(a, "%s,\"C%d\"", ids, i);
	events = read_body(&conf,
		span_of(arena_printf(a,
			"{\"type\":\"customer.created\",\"event_id\":\"e\","
			"\"data\":{\"object\":{\"customer\":{},"
			"\"event_context\":{\"merge\":{\"to_customer_id\":"
			"\"C99\",\"from_customer_ids\":[%s]}}}}}",
			ids)),
		&e);
	ck_assert_uint_eq(events.count, 4);
	for (size_t i = 1; i < 4; i++) {
		const struct event *ev = &events.items[i];

		ck_assert_str_eq(ev->type, "alias");
		ck_assert(span_is(ev->external_id,
			arena_printf(a, "e/merge/%zu", i - 1)));
		ck_assert(span_is(ev->claims[0].value, "C99"));
		ck_assert_uint_eq(ev->claim_count, i < 3 ? 16 : 11);
	}
}
END_TEST

/* The refund of a payment has the payment's key, however often it is told. */
START_TEST(keys_of_purchases)
{
	struct err e;
	struct events events = read_body(&conf,
		span_of(EVENT("payment.updated", "payment",
			PAYMENT("\"refunded_money\":{\"amount\":45,"
				"\"currency\":\"JPY\"},"),
			"")),
		&e);

	for (size_t i = 0; i < 2; i++) {
		ck_assert(span_is(events.items[i].purchase->key, "P"));
		ck_assert(span_is(events.items[i].purchase->id, "O"));
	}
}
END_TEST

START_TEST(a_thing_of_another_name)
{
	ck_assert_str_eq(
		said(&conf, span_of("{\"type\":\"x\",\"event_id\":\"e\","
				    "\"data\":{\"type\":\"y\",\"object\":{"
				    "\"event_context\":{\"customer_id\":"
				    "\"N\"},\"z\":{\"customer_id\":"
				    "\"C\"}}}}")),
		"track \"x\" id=e record=C/verified");
}
END_TEST

START_TEST(what_is_known_of_a_customer)
{
	struct err e;
	struct events events = read_body(&conf,
		span_of(EVENT("customer.created", "customer",
			"\"id\":\"C\",\"given_name\":\"Ana\",\"family_name\":"
			"\"Lima\",\"birthday\":\"1962-03-04\"",
			"")),
		&e);

	ck_assert_str_eq(json_write(a, events.items->traits),
		"{\"birth_date\":\"1962-03-04\",\"family_name\":\"Lima\","
		"\"given_name\":\"Ana\"}");
	events = read_body(&conf,
		span_of(EVENT("customer.updated", "customer",
			"\"birthday\":\"0000-03-04\","
			"\"preferences\":{\"email_unsubscribed\":true}",
			"")),
		&e);
	ck_assert_str_eq(json_write(a, events.items->traits), "{}");
	ck_assert_str_eq(json_write(a, events.items[1].body),
		"{\"at\":\"2026-11-25T12:00:00.123456Z\",\"channel\":"
		"\"email\",\"merchant_id\":\"M\",\"purpose\":\"marketing\","
		"\"status\":\"denied\"}");
}
END_TEST

START_TEST(settings)
{
	struct conf own = conf;
	struct err e = { 0 };

	own.customer = "square_customer";
	own.reference = "user_id";
	ck_assert_str_eq(
		said(&own, span_of(EVENT("customer.updated", "customer",
				   "\"id\":\"C\",\"reference_id\":"
				   "\"u1\"",
				   ""))),
		HEAD("identify",
			"customer.updated") " square_customer=C/verified "
					    "user_id=u1/verified");
	ck_assert(channel_square.check(&own, &e));
	own.url = "http://loja.example/";
	ck_assert(!channel_square.check(&own, &e));
	own.url = "https://loja.example/v1/channels/square";
	ck_assert(channel_square.check(&own, &e));
	own.reference = "User";
	ck_assert(!channel_square.check(&own, &e));
	assert_keeps(a, &channel_square, "/", EVENT("x", "y", "", ""), &conf);
}
END_TEST

/* The address is what Square was given, with the query it calls. */
START_TEST(signatures)
{
	static const struct {
		const char *url, *query;
		bool good;
	} cases[] = {
		{ "https://webhook.site/webhooks", "", true },
		{ "https://webhook.site/webhooks", "a=1", false },
		{ "https://webhook.site/webhooks/", "", false },
		{ "https://webhook.site", "", false },
		{ NULL, "", false },
	};
	struct header h = { span_of("x-square-hmacsha256-signature"),
		span_of("W3FlCNk5IA3ZQ2LHTWoajvzfaDu/OwY2tNHIHC3IUOA=") };
	struct inbound in = { .method = "POST",
		.headers = &h,
		.header_count = 1,
		.raw = span_of("{\"data\":{\"type\":\"webhooks\",\"id\":"
			       "\"fake_id\"}}") };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct conf own = conf;
		struct err e = { 0 };

		own.url = cases[i].url;
		in.query = span_of(cases[i].query);
		ck_assert_msg(
			channel_square.verify(&in, &own, &e) == cases[i].good,
			"%zu", i);
		ck_assert_int_eq(e.code, cases[i].good ? ERR_NONE : ERR_AUTH);
	}
}
END_TEST

START_TEST(recorded_signatures)
{
	struct vector vectors[VECTORS_MAX];
	size_t count = vectors_of(a, "square", vectors);
	struct conf own = conf;

	for (size_t i = 0; i < count; i++) {
		const struct vector *v = &vectors[i];
		const char *live[] = { v->secret, NULL };
		struct header h = { span_of("X-Square-HmacSha256-Signature"),
			span_of(v->expected) };
		struct inbound in = { .method = "POST",
			.headers = &h,
			.header_count = 1,
			.raw = span_of(v->body) };

		own.base.secrets = live;
		own.url = v->url;
		assert_each_byte(&channel_square, &in, &own, v->body);
		assert_each_byte(&channel_square, &in, &own, v->secret);
		assert_each_byte(&channel_square, &in, &own, v->url);
	}
}
END_TEST

static const struct {
	const char *file, *said;
} recorded[] = {
	{ "booking.created",
		"track \"booking.created\" "
		"id=76193e8a-db85-53c6-b538-1837519cbc12 "
		"at=2020-12-08T19:56:53Z "
		"record=GQQWA3J6A3AEZ/SSKBT02ECWZXK6W3VWYC78E52R/verified" },
	{ "card.created",
		"track \"card.created\" "
		"id=d214f854-adb1-4f56-b078-4b8697a3187a "
		"at=2020-02-15T04:38:13Z "
		"record=6SSW7HV8K2ST5/VDKXEEKPJN48QDG3BGGFAK05P8/verified "
		"card=ex-p-cs80EK9Flz7LsCMv-szbptQ_"
		"ssAGrhemzSTsPFgt9nzyE6t7okiLIQc-qw_quqKX4Q/attested" },
	{ "customer.created",
		"identify \"customer.created\" "
		"id=e12b5591-e0b6-4967-810a-307c7efcb1a7 "
		"at=2022-11-09T21:23:25Z "
		"record=G7MMEBVW021Q4/QPTXM8PQNX3Q726ZYHPMNP46XC/verified "
		"email=jenkins+smorly@squareup.com/asserted "
		"phone=+12126668929/asserted" },
	{ "customer.custom_attribute.public.updated",
		"track \"customer.custom_attribute.public.updated\" "
		"id=1cc2925c-f6e2-4fb6-a597-07c198de59e1 "
		"at=2022-04-26T01:22:29Z "
		"record=DM7VKY8Q63GNP/TNQC0TYTWMRSFFQ157KK4V7MVR/verified" },
	{ "customer.deleted",
		"track \"customer.deleted\" "
		"id=8e84fec8-f04b-46f0-b66d-dbb8b59590fa "
		"at=2022-11-09T21:26:50Z "
		"record=G7MMEBVW021Q4/QPTXM8PQNX3Q726ZYHPMNP46XC/verified" },
	{ "customer.updated",
		"identify \"customer.updated\" "
		"id=b4ce4698-00de-4b5d-a771-4941b3913b34 "
		"at=2022-11-09T21:38:29Z "
		"record=G7MMEBVW021Q4/A0AP25A6SCVTH8JES9BX01GXM4/verified "
		"email=jenkins+smorly@squareup.com/asserted "
		"phone=+13477947111/asserted" },
	{ "gift_card.customer_linked",
		"track \"gift_card.customer_linked\" "
		"id=875f2038-6015-492e-9f29-d040b3809e49 "
		"at=2020-12-17T03:41:35.157000Z "
		"record=C337NFWQT2A6W/QPTXM8PQNX3Q726ZYHPMNP46XC/verified" },
	{ "invoice.payment_made",
		"track \"invoice.payment_made\" "
		"id=891e3589-462f-4215-9b61-f6df2d4432b7 "
		"at=2020-06-18T18:23:11Z "
		"record=031FEV2Q6VMPK/JDKYHBWT1D4F8MFH63DBMEN8Y4/verified "
		"email=Amelia.Earhart@example.com/asserted "
		"phone=1-212-555-4240/asserted" },
	{ "loyalty.account.created",
		"identify \"loyalty.account.created\" "
		"id=875f2038-6015-492e-9f29-d040b3809e49 "
		"at=2020-05-13T01:41:35.157000Z "
		"record=C337NFWQT2A6W/QPTXM8PQNX3Q726ZYHPMNP46XC/verified "
		"loyalty=ba2f8ab6-e131-46d9-9882-17714404eb49/verified "
		"phone=+14155551234/asserted" },
	{ "loyalty.account.updated",
		"identify \"loyalty.account.updated\" "
		"id=3ca83966-230e-4a61-8484-22ea749ea765 "
		"at=2020-05-13T01:46:58.794000Z "
		"record=C337NFWQT2A6W/QPTXM8PQNX3Q726ZYHPMNP46XC/verified "
		"loyalty=ba2f8ab6-e131-46d9-9882-17714404eb49/verified "
		"phone=+14155551234/asserted" },
	{ "loyalty.event.created",
		"track \"loyalty.event.created\" "
		"id=f151e2c6-9340-4cca-9d37-1bcd1c2d6a0d "
		"at=2020-05-13T01:46:58.783000Z "
		"loyalty=ba2f8ab6-e131-46d9-9882-17714404eb49/verified" },
	{ "order.created", "order \"order.created\" "
			   "id=116038d3-2948-439f-8679-fc86dbf80f69 "
			   "at=2020-04-16T23:14:26.129000Z" },
	{ "order.fulfillment.updated",
		"order \"order.fulfillment.updated\" "
		"id=b3adf364-4937-436e-a833-49c72b4baee8 "
		"at=2020-04-16T23:16:30.789000Z" },
	{ "order.updated", "order \"order.updated\" "
			   "id=4b8e5c91-9f17-4cf1-900a-4a0629f81add "
			   "at=2020-04-16T23:14:26.359000Z" },
	{ "payment.created", "track \"payment.created\" "
			     "id=13b867cf-db3d-4b1c-90b6-2f32a9d78124 "
			     "at=2020-02-06T21:27:30.792000Z "
			     "card=sq-1-"
			     "Tvruf3vPQxlvI6n0IcKYfBukrcv6IqWr8UyBdViWXU2yzGn5V"
			     "MJvrsHMKpINMhPmVg/attested" },
	{ "payment.updated", "order \"payment.updated\" "
			     "id=6a8f5f28-54a1-4eb0-a98a-3111513fd4fc "
			     "at=2020-02-06T21:27:34.308000Z "
			     "card=sq-1-"
			     "Tvruf3vPQxlvI6n0IcKYfBukrcv6IqWr8UyBdViWXU2yzGn5V"
			     "MJvrsHMKpINMhPmVg/attested "
			     "1.00 USD" },
	{ "refund.created", "refund \"refund.created\" "
			    "id=bc316346-6691-4243-88ed-6d651a0d0c47 "
			    "at=2020-02-06T21:27:41.852000Z" },
	{ "webhooks_test_notification",
		"unknown \"webhooks.test_notification\" "
		"id=ac3ac95b-f97d-458c-a6e6-18981597e05f "
		"at=2022-07-13T20:30:59.037339Z" },
};

START_TEST(recorded_notifications)
{
	struct span body = say_recorded(
		a, arena_printf(a, "square/%s.json", recorded[_i].file));

	if (body.len)
		ck_assert_str_eq(said(&conf, body), recorded[_i].said);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("channels/square");
	TCase *t = tcase_create("square");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, what_a_notification_says, 0,
		(int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, merges_of_many);
	tcase_add_test(t, keys_of_purchases);
	tcase_add_test(t, a_thing_of_another_name);
	tcase_add_test(t, what_is_known_of_a_customer);
	tcase_add_test(t, settings);
	tcase_add_test(t, signatures);
	tcase_add_test(t, recorded_signatures);
	tcase_add_loop_test(t, recorded_notifications, 0,
		(int)(sizeof(recorded) / sizeof(*recorded)));
	suite_add_tcase(s, t);
	return s;
}
