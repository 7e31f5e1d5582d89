/* SPDX-License-Identifier: Apache-2.0 */
/* Snowplow: events of our own, and what its trackers sent where the shared
 * folder is at hand. */
#include <string.h>

#include "core/channel.h"
#include "core/json.h"

#include "say.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_snowplow;
Suite *suite(void);

static const char *apps[] = { "shop-web", NULL };
static const struct source_conf conf = {
	.name = "sp",
	.region = "BR",
	.assurance = ASSERTED,
	.currency = "BRL",
	.secrets = apps,
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

#define PAYLOAD(items)                                                         \
	"{\"schema\":\"iglu:com.snowplowanalytics.snowplow/payload_data/"      \
	"jsonschema/1-0-4\",\"data\":[" items "]}"
#define IGLU(schema) "\\\"schema\\\":\\\"iglu:" schema "/jsonschema/1-0-0\\\""
#define UE(schema, data)                                                       \
	"\"e\":\"ue\",\"ue_pr\":\"{" IGLU(                                     \
		"x/unstruct_event") ",\\\"data\\\":{" IGLU(schema) ",\\\"data" \
								   "\\\""      \
								   ":" data    \
								   "}}\""
#define CO(items) "\"co\":\"{" IGLU("x/contexts") ",\\\"data\\\":[" items "]}\""
#define SHOP "com.snowplowanalytics.snowplow.ecommerce/"

static const struct {
	const char *body, *said, *kept;
} rows[] = {
	{ PAYLOAD("{\"e\":\"pv\",\"eid\":\"1\",\"page\":\"Loja\",\"url\":\"u\","
		  "\"aid\":\"shop-web\",\"uid\":\"c1\",\"duid\":\"d1\","
		  "\"tnuid\":\"n1\",\"dtm\":\"1795384849731\","
		  "\"ttm\":\"1795384849000\",\"res\":\"800x600\"}"),
		"page \"Loja\" id=1 at=2026-11-22T22:00:49Z "
		"user_id=c1/verified anonymous_id=d1/verified "
		"anonymous_id=n1/verified",
		"{\"app\":\"shop-web\",\"url\":\"u\"}" },
	{ PAYLOAD("{" UE("com.example/order_completed",
		  "{\\\"order_id\\\":\\\"A\\\",\\\"total\\\":27.50,"
		  "\\\"email\\\":\\\"m@example.com\\\"}") "}"),
		"order \"order_completed\" email=m@example.com/asserted "
		"27.50 BRL",
		"{\"cart\":[{\"all\":true,\"removed\":true}],\"properties\":"
		"{\"email\":\"m@example.com\",\"order_id\":\"A\",\"total\":"
		"27.50}}" },
	{ PAYLOAD("{" UE(SHOP "snowplow_ecommerce_action",
		  "{\\\"type\\\":\\\"transaction\\\"}") "," CO("{" IGLU(SHOP
		  "transaction") ",\\\"data\\\":{"
				 "\\\"transaction_id\\\":\\\"T1\\\","
				 "\\\"revenue\\\":0.10,"
				 "\\\"currency\\\":\\\"EUR\\\"}},{" IGLU(SHOP
					 "product") ",\\\"data\\\":{\\\"id\\\":"
						    "\\\"p1\\\",\\\"price\\\":"
						    "0.10}}") "}"),
		"order \"transaction\" 0.10 EUR",
		"{\"cart\":[{\"all\":true,\"removed\":true}],"
		"\"properties\":{\"type\":\"transaction\"}}" },
	{ PAYLOAD("{" UE(SHOP "snowplow_ecommerce_action",
		  "{\\\"type\\\":\\\"add_to_cart\\\"}") "," CO("{" IGLU(SHOP
		  "product") ",\\\"data\\\":{\\\"id\\\":\\\"p1\\\","
			     "\\\"quantity\\\":2,\\\"currency\\\":"
			     "\\\"EUR\\\"}}") "}"),
		"cart \"add_to_cart\"",
		"{\"cart\":[{\"currency\":\"EUR\",\"quantity\":\"2\",\"sku\":"
		"\"p1\"}],\"properties\":{\"type\":\"add_to_cart\"}}" },
	/* An action of nothing. */
	{ PAYLOAD("{\"e\":\"ue\",\"ue_pr\":\"{" IGLU(
		  "x/unstruct_event") ",\\\"data\\\":{" IGLU(SHOP
		  "snowplow_ecommerce_action") "}}\"}"),
		"track \"snowplow_ecommerce_action\"", "{}" },
	{ PAYLOAD("{\"e\":\"tr\",\"tr_id\":\"9\",\"tr_tt\":\"5.10\","
		  "\"tr_cu\":\"USD\"}"),
		"order \"transaction\" 5.10 USD",
		"{\"cart\":[{\"all\":true,\"removed\":true}]}" },
	{ PAYLOAD("{" UE("com.snowplowanalytics.snowplow/consent_withdrawn",
		  "{"
		  "\\\"all\\\":true}") "," CO("{" IGLU("x/client_session") ",\\"
									   "\"d"
									   "ata"
									   "\\"
									   "\":"
									   "{\\"
									   "\"u"
									   "ser"
									   "Id"
									   "\\"
									   "\":"
									   "\\"
									   "\"s"
									   "1\\"
									   "\"}"
									   "},"
									   "{" IGLU(
										   "x/mobile_context") ",\\"
												       "\"da"
												       "ta\\"
												       "\":{"
												       "\\\""
												       "appl"
												       "eIdf"
												       "v\\"
												       "\""
												       ":\\"
												       "\"v1"
												       "\\\""
												       "}}") "}"),
		"consent \"consent_withdrawn\" anonymous_id=s1/verified "
		"device=v1/verified",
		"{\"properties\":{\"all\":true}}" },
	{ PAYLOAD("{\"e\":\"se\",\"se_ca\":\"shop\",\"se_ac\":\"zoom\","
		  "\"se_va\":1.50}"),
		"track \"zoom\"",
		"{\"category\":\"shop\",\"value\":\"1.50\"}" },
	{ PAYLOAD("{\"e\":\"pp\"},{\"e\":\"ti\"},{\"e\":\"xx\"},{},7,"
		  "{\"e\":\"ue\"},{\"e\":\"ue\",\"ue_px\":\"?\"},"
		  "{\"e\":\"tr\",\"tr_id\":1,\"tr_tt\":\"1,00\"}"),
		"track \"page_ping\"\ntrack \"transaction_item\"\n"
		"unknown \"xx\"\nrefused: expected e, the kind of event\n"
		"refused: expected an object\n"
		"refused: expected ue_pr or ue_px with a self-describing event"
		"\nrefused: expected ue_pr or ue_px with a self-describing "
		"event\nrefused: expected total, revenue or value like 119.90",
		NULL },
	{ PAYLOAD(""), "", NULL },
	{ "{\"schema\":\"iglu:x\",\"data\":[]}",
		"1 expected iglu:com.snowplowanalytics.snowplow/payload_data/"
		"... with an array of data",
		NULL },
	{ "[]",
		"1 expected iglu:com.snowplowanalytics.snowplow/payload_data/"
		"... with an array of data",
		NULL },
	{ "", "1 json: line 1: unexpected token", NULL },
};

static char *
say(const struct inbound *in, struct events *events)
{
	struct err e = { 0 };

	if (!channel_snowplow.parse(a, in, &conf, events, &e))
		return arena_printf(a, "%d %s", e.code, e.text);
	return say_events(a, events);
}

START_TEST(what_a_request_says)
{
	struct inbound in = { .method = "POST",
		.body = span_of(rows[_i].body) };
	struct events events = { 0 };

	ck_assert_str_eq(say(&in, &events), rows[_i].said);
	if (rows[_i].kept != NULL)
		ck_assert_str_eq(
			json_write(a, events.items->body), rows[_i].kept);
}
END_TEST

START_TEST(whose_events_are_believed)
{
	static const struct {
		const char *request;
		bool believed;
	} cases[] = {
		{ "GET /i?e=pv&aid=shop-web H\r\n\r\n", true },
		{ "GET /i?e=pv&aid=other H\r\n\r\n", false },
		{ "GET /i?e=pv H\r\n\r\n", false },
		{ "POST /i H\r\n\r\n" PAYLOAD("{\"aid\":\"shop-web\"}"), true },
		{ "POST /i H\r\n\r\n" PAYLOAD("{\"aid\":\"shop-web\"},"
					      "{\"aid\":\"other\"}"),
			false },
		{ "POST /i H\r\n\r\n" PAYLOAD("{\"aid\":\"other\"},"
					      "{\"aid\":\"shop-web\"}"),
			false },
		{ "POST /i H\r\n\r\n" PAYLOAD("{\"aid\":\"\"}"), false },
		{ "POST /i H\r\n\r\n" PAYLOAD(""), false },
		{ "POST /i H\r\n\r\n", false },
		{ "POST /i H\r\nAuthorization: Bearer shop-web\r\n\r\n", true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct inbound in = say_request(a, span_of(cases[i].request));
		struct err e = { 0 };

		ck_assert_int_eq(channel_snowplow.verify(&in, &conf, &e),
			cases[i].believed);
		ck_assert_int_eq(
			e.code, cases[i].believed ? ERR_NONE : ERR_AUTH);
	}
}
END_TEST

static const struct {
	const char *file, *said;
} recorded[] = {
	{ "node-tracker-4.8.0-get__001_i.http",
		"page \"Product 42\" id=b2bf618b-4462-4bc6-b5c4-a1d47894c981 "
		"at=2026-11-22T21:37:15.148000Z user_id=cust-10042/verified" },
	{ "node-tracker-4.8.0-get__002_i.http",
		"order \"order_completed\" "
		"id=dc87c0b4-da21-4bb1-b861-5c7297dfbba6 "
		"at=2026-11-22T21:37:15.149000Z "
		"email=maria.silva@example.com.br/asserted "
		"user_id=cust-10042/verified 27.5 BRL" },
	{ "node-tracker-4.8.0-post-base64__001_tp2.http",
		"page \"Product 42\" id=061b65a6-264a-46aa-b880-b83d96169be7 "
		"at=2026-11-22T21:37:12.511000Z user_id=cust-10042/verified\n"
		"order \"order_completed\" "
		"id=fcc14d8c-224d-4e91-9d73-b6923f2774a3 "
		"at=2026-11-22T21:37:12.511000Z "
		"email=maria.silva@example.com.br/asserted "
		"user_id=cust-10042/verified 27.5 BRL" },
	{ "node-tracker-4.8.0-post__001_tp2.http",
		"page \"Product 42\" id=69fcb7b9-e3ea-43bf-a24d-8f040e01171c "
		"at=2026-11-22T21:37:09.876000Z user_id=cust-10042/verified\n"
		"order \"order_completed\" "
		"id=1e649aae-2739-4e69-a76f-8ceb373a66e4 "
		"at=2026-11-22T21:37:09.877000Z "
		"email=maria.silva@example.com.br/asserted "
		"user_id=cust-10042/verified 27.5 BRL" },
	{ "browser-chromium-browser-tracker-4.10.1__002_POST_com."
	  "snowplowanalytics.snowplow_tp2.http",
		"page \"Loja\" id=3a2ba254-7a13-46f5-9cdc-74981bf48c01 "
		"at=2026-11-22T22:00:49.731000Z user_id=cust-10042/verified "
		"anonymous_id=2c9f0af4-4854-42c6-8865-3b8027b8cf9b/verified\n"
		"order \"order_completed\" "
		"id=ded25134-6fd6-494d-9bb4-97812e0bf895 "
		"at=2026-11-22T22:00:49.736000Z "
		"email=maria.silva@example.com.br/asserted "
		"user_id=cust-10042/verified "
		"anonymous_id=2c9f0af4-4854-42c6-8865-3b8027b8cf9b/verified" },
};

START_TEST(recorded_trackers)
{
	struct span bytes = say_recorded(
		a, arena_printf(a, "web_snowplow/%s", recorded[_i].file));
	struct events events = { 0 };
	struct err e = { 0 };
	struct inbound in;

	if (bytes.len == 0)
		return;
	in = say_request(a, bytes);
	ck_assert(channel_snowplow.verify(&in, &conf, &e));
	ck_assert_str_eq(say(&in, &events), recorded[_i].said);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("channels/snowplow");
	TCase *t = tcase_create("snowplow");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, whose_events_are_believed);
	tcase_add_loop_test(t, recorded_trackers, 0,
		(int)(sizeof(recorded) / sizeof(*recorded)));
	suite_add_tcase(s, t);
	return s;
}
