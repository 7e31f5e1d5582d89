/* SPDX-License-Identifier: Apache-2.0 */
/* CloudEvents: requests of our own, the recorded ones of its npm client, and
 * what its conformance suite says where the shared folder is at hand. */
#include "core/channel.h"

#include "say.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_cloudevents;
Suite *suite(void);

/* Begins like the channel's own conf: base, then its settings. */
struct conf {
	struct source_conf base;
	const char **identifiers, **traits, **fields, **types, **origins;
};

static const char *keys[] = { "k1", NULL };
static const char *identifiers[] = { "email=/data/email",
	"loyalty=/data/loyaltyId verified", "phone=/data/phones",
	"user_id=/data/a~1b/0/id attested", "record=/customer",
	"phone=/data/old given_up", "phone=/data/new taken_over", NULL };
static const char *traits[] = { "name=/data/who", NULL };
static const char *fields[] = { "order_id=/subject", "total=/data/sum/amount",
	"currency=/data/sum/unit", NULL };
static const char *types[] = { "com.example.order.created=order",
	"com.example.back.*=refund", "cart.add=Product Added",
	"opt.out=consent", NULL };
static const struct conf conf = {
	{ .name = "bus",
		.region = "BR",
		.assurance = ASSERTED,
		.currency = "BRL",
		.secrets = keys },
	identifiers,
	traits,
	fields,
	types,
	NULL,
};

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

/* Headers as "name: value" lines. */
static struct inbound
request(const char *headers, const char *body)
{
	return say_request(a,
		span_of(arena_printf(a, "POST /v1/events HTTP/1.1\r\n%s\r\n%s",
			headers, body)));
}

static char *
say(const struct inbound *in)
{
	struct events events = { 0 };
	struct err e = { 0 };

	if (!channel_cloudevents.parse(a, in, &conf, &events, &e))
		return arena_printf(a, "%d %s", e.code, e.text);
	return say_events(a, &events);
}

#define STRUCTURED "Content-Type: application/cloudevents+json\r\n"
#define BATCH                                                                  \
	"content-type: Application/CloudEvents-Batch+JSON; charset=utf-8\r\n"
#define ONE "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\","
#define BINARY                                                                 \
	"ce-specversion: 1.0\r\nce-id: 1\r\nce-source: /s\r\n"                 \
	"Content-Type: application/json\r\n"

static const struct {
	const char *headers, *body, *said;
} rows[] = {
	{ STRUCTURED,
		"{" ONE "\"type\":\"com.example.order.created\",\"subject\":"
		"\"o-1\",\"time\":\"1970-01-01T00:00:01Z\",\"customer\":\"c7\","
		"\"data\":{\"email\":\"m@example.com\",\"loyaltyId\":778,"
		"\"phones\":[\"+5511987654321\",7,{}],\"who\":\"M\","
		"\"a/b\":[{\"id\":\"u1\"}],"
		"\"sum\":{\"amount\":12345678901234567.10,\"unit\":\"eur\"}}}",
		"order \"com.example.order.created\" id=/s 1 "
		"at=1970-01-01T00:00:01Z email=m@example.com/asserted "
		"loyalty=778/verified phone=+5511987654321/asserted "
		"phone=7/asserted user_id=u1/attested record=c7/asserted "
		"12345678901234567.10 EUR" },
	/* The same by headers; what is encoded without need is decoded, once,
	 * and after the quotes are gone. */
	{ BINARY "CE-Type: \"com.example.%62ack.a\"\r\nce-subject: "
		 "o%2D1%2541\r\n"
		 "ce-customer: \"c\\\"7\"\r\n",
		"{\"sum\":{\"amount\":\"5\"}}",
		"refund \"com.example.back.a\" id=/s 1 record=c\"7/asserted "
		"5 BRL back" },
	{ BATCH,
		"[{" ONE "\"type\":\"x\"},{\"id\":\"2\"},7,{" ONE
		"\"type\":\"opt.out\",\"data\":\"text\"}]",
		"track \"x\" id=/s 1\nrefused: expected specversion 1.0\n"
		"refused: expected an object\nconsent \"opt.out\" id=/s 1" },
	{ BATCH, "[]", "" },
	/* JSON with its label wrong or none. */
	{ "Content-Type: text/plain\r\n", "{" ONE "\"type\":\"x\"}",
		"track \"x\" id=/s 1" },
	{ "", "[{" ONE "\"type\":\"x\"}]", "track \"x\" id=/s 1" },
	/* null is absent; JSON in base64 is JSON. */
	{ STRUCTURED,
		"{" ONE "\"type\":\"x\",\"time\":null,\"datacontenttype\":"
		"\"application/vnd.x+json; a=b\",\"data_base64\":"
		"\"eyJlbWFpbCI6Im1AeC5leGFtcGxlIn0=\"}",
		"track \"x\" id=/s 1 email=m@x.example/asserted" },
	{ STRUCTURED, "{" ONE "\"type\":\"cart.add\",\"data\":{\"sku\":1}}",
		"cart \"cart.add\" id=/s 1" },
	/* A provider says that numbers were given up. */
	{ STRUCTURED,
		"{" ONE "\"type\":\"number.changed\",\"data\":{\"phones\":"
		"\"+5511987654322\",\"old\":[\"+5511987654321\",\"\"]}}",
		"handover \"number.changed\" id=/s 1 "
		"phone=+5511987654322/asserted phone=+5511987654321/attested "
		"gives up phone=+5511987654321" },
	{ STRUCTURED,
		"{" ONE "\"type\":\"number.changed\",\"data\":{\"new\":"
		"\"+5511987654323\"}}",
		"handover \"number.changed\" id=/s 1 "
		"phone=+5511987654323/attested "
		"takes over phone=+5511987654323" },
	/* No body, and one that is no JSON and does not say so. */
	{ "ce-specversion: 1.0\r\nce-id: 1\r\nce-source: /s\r\nce-type: x\r\n",
		"", "track \"x\" id=/s 1" },
	{ "ce-specversion: 1.0\r\nce-id: 1\r\nce-source: /s\r\nce-type: x\r\n"
	  "Content-Type: text/plain\r\n",
		"{torn", "track \"x\" id=/s 1" },
	/* What is not understood says what was expected. */
	{ BINARY "ce-type: x\r\n", "{torn", "1 json: line 1: " },
	{ BINARY "ce-type: %C0%A0\r\n", "{}",
		"1 ce-type: expected UTF-8 in percent-encoding" },
	{ BINARY, "{}", "1 expected type, which every event has" },
	{ "Content-Type: application/json\r\n", "{}",
		"1 expected specversion 1.0" },
	{ STRUCTURED, "{\"specversion\":\"0.3\"}",
		"1 expected specversion 1.0" },
	{ STRUCTURED, "{" ONE "\"type\":\"x\",\"time\":\"noon\"}",
		"1 expected time as RFC 3339 has it" },
	{ STRUCTURED,
		"{" ONE "\"type\":\"x\",\"data\":1,\"data_base64\":\"MQ\"}",
		"1 expected either data or data_base64" },
	{ STRUCTURED, "{" ONE "\"type\":\"x\",\"data_base64\":\"?\"}",
		"1 expected data_base64 to be base64" },
	{ STRUCTURED, "7", "1 expected an object" },
	{ STRUCTURED, "", "1 json: line 1: " },
	{ "Content-Type: application/cloudevents+avro\r\n", "{}",
		"11 expected application/cloudevents+json, " },
	{ "Content-Type: application/cloudevents-batch\r\n", "[]",
		"11 expected application/cloudevents+json, " },
};

START_TEST(what_a_request_says)
{
	const struct inbound in = request(rows[_i].headers, rows[_i].body);
	const char *said = say(&in);

	/* Errors may go on. */
	if (said[0] == '1')
		ck_assert_msg(
			span_starts(span_of(said), rows[_i].said), "%s", said);
	else
		ck_assert_str_eq(said, rows[_i].said);
}
END_TEST

START_TEST(the_body_keeps_what_was_said)
{
	struct inbound in = request(STRUCTURED,
		"{" ONE
		"\"type\":\"x\",\"subject\":\"s\",\"tenant\":7,\"cart\":"
		"[],\"data\":{\"b\":0.10}}");
	struct events events = { 0 };
	struct err e = { 0 };

	ck_assert(channel_cloudevents.parse(a, &in, &conf, &events, &e));
	ck_assert_str_eq(json_write(a, events.items->body),
		"{\"data\":{\"b\":0.10},\"extensions\":{\"cart\":[],"
		"\"tenant\":7},\"source\":\"/s\",\"subject\":\"s\"}");
}
END_TEST

START_TEST(who_may_send)
{
	static const struct {
		const char *headers, *query;
		bool may;
	} cases[] = {
		{ "Authorization: Bearer k1\r\n", "", true },
		{ "Authorization: Basic azE6\r\n", "", true },
		{ "", "?access_token=k%31", true },
		{ "", "?access_token=", false },
		{ "", "?access_token=k2", false },
		{ "Authorization: Bearer k2\r\n", "", false },
		{ "", "", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct inbound in = say_request(
			a, span_of(arena_printf(a,
				   "POST /v1/events%s HTTP/1.1\r\n%s\r\n",
				   cases[i].query, cases[i].headers)));
		struct err e = { 0 };

		ck_assert_int_eq(channel_cloudevents.verify(&in, &conf, &e),
			cases[i].may);
		ck_assert_int_eq(e.code, cases[i].may ? ERR_NONE : ERR_AUTH);
	}
}
END_TEST

START_TEST(the_handshake)
{
	static const char *some[] = { "shop.example", "bus.example", NULL };
	struct conf own = conf;
	struct inbound in = request("WebHook-Request-Origin: Bus.example\r\n"
				    "WebHook-Request-Rate: 120\r\n",
		"");

	ck_assert_str_eq(channel_cloudevents.options(a, &in, &own),
		"Allow: POST, OPTIONS\r\nWebHook-Allowed-Origin: *\r\n"
		"WebHook-Allowed-Rate: *\r\n");
	own.origins = some;
	ck_assert_str_eq(channel_cloudevents.options(a, &in, &own),
		"Allow: POST, OPTIONS\r\n"
		"WebHook-Allowed-Origin: bus.example\r\n"
		"WebHook-Allowed-Rate: *\r\n");
	in = request("WebHook-Request-Origin: evil.example\r\n", "");
	ck_assert_ptr_null(channel_cloudevents.options(a, &in, &own));
	in = request("", "");
	ck_assert_ptr_null(channel_cloudevents.options(a, &in, &own));
}
END_TEST

START_TEST(settings_are_checked)
{
	static const struct {
		const char *identifier, *field, *type, *want;
	} cases[] = {
		{ "email=/a", "total=/b", "x=order", NULL },
		{ "email=/a verified", "total=/b", "x*=order", NULL },
		{ "phone=/a given_up", "total=/b", "x=order", NULL },
		{ "phone=/a taken_over", "total=/b", "x=order", NULL },
		{ "phone=/a verified given_up", "total=/b", "x=order",
			"identifiers " },
		{ "email=/a proved", "total=/b", "x=order", "identifiers " },
		{ "email", "total=/b", "x=order", "identifiers email: not" },
		{ "E mail=/a", "total=/b", "x=order", "identifiers " },
		{ "=/a", "total=/b", "x=order", "identifiers " },
		{ "email=a", "total=/b", "x=order", "identifiers " },
		{ "email=/a", "total=/b verified", "x=order", "fields " },
		{ "email=/a", "total=/b", "x", "types x: not understood" },
		{ "email=/a", "total=/b", "=order", "types " },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *list[3][2] = { { cases[i].identifier },
			{ cases[i].field }, { cases[i].type } };
		struct conf own = { .identifiers = list[0],
			.fields = list[1],
			.types = list[2] };
		struct err e = { 0 };

		ck_assert_int_eq(channel_cloudevents.check(&own, &e),
			cases[i].want == NULL);
		if (cases[i].want != NULL)
			ck_assert_msg(
				span_starts(span_of(e.text), cases[i].want),
				"%s", e.text);
	}
}
END_TEST

/* Recorded: npm's client, both ways; and the conformance suite's example. */
static const char *const captures[] = {
	"cloudevents/cloudevents-js-10.0.0__001_ce.http",
	"cloudevents/cloudevents-js-10.0.0__002_ce.http",
};

START_TEST(recorded_requests)
{
	for (size_t i = 0; i < 2; i++) {
		struct span bytes = say_recorded(a, captures[i]);
		struct inbound in;

		if (bytes.len == 0)
			return;
		in = say_request(a, bytes);
		ck_assert_str_eq(say(&in),
			"order \"com.example.order.created\" "
			"id=/pos/store-17 A234-1234-1234 "
			"at=2026-05-01T17:31:00Z "
			"email=maria.silva@example.com.br/asserted "
			"loyalty=L-778/verified");
	}
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("channels/cloudevents");
	TCase *t = tcase_create("cloudevents");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, the_body_keeps_what_was_said);
	tcase_add_test(t, who_may_send);
	tcase_add_test(t, the_handshake);
	tcase_add_test(t, settings_are_checked);
	tcase_add_test(t, recorded_requests);
	suite_add_tcase(s, t);
	return s;
}
