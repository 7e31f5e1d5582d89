/* SPDX-License-Identifier: Apache-2.0 */
/* The web channel's requests as whole: beacons, pixels, signals of consent,
 * and what RudderStack's SDKs sent where the shared folder is at hand. */
#include <string.h>

#include "core/channel.h"
#include "core/json.h"

#include "say.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_web;
Suite *suite(void);

static const char *keys[] = { "old", "wk1", NULL };
static const struct source_conf conf = {
	.name = "shop",
	.region = "BR",
	.assurance = ASSERTED,
	.currency = "BRL",
	.secrets = keys,
};

static struct arena *arena;

static void
setup(void)
{
	arena = arena_create();
}

static void
teardown(void)
{
	arena_destroy(arena);
}

static const char *
text(struct span s)
{
	return span_text(arena, s);
}

/* Requests as they come, by method, target and one header. */
static const struct {
	const char *head, *header, *body, *said, *kept;
} requests[] = {
	/* A beacon of RudderStack's, and those of a page's own. */
	{ "POST /beacon/v1/batch?writeKey=wk1", "X: y",
		"{\"batch\":[{\"type\":\"page\",\"anonymousId\":\"a\","
		"\"messageId\":\"m\",\"context\":{\"consentManagement\":"
		"{\"deniedConsentIds\":[\"ads\"]}}}]}",
		"page id=m anonymous_id=a/verified",
		"{\"consent_management\":{\"deniedConsentIds\":[\"ads\"]}}" },
	{ "POST /v1/track?writeKey=wk1", "Sec-GPC: 1",
		"data=%7B%22event%22%3A%22E%22%2C%22userId%22%3A%22u%22%7D",
		"track \"E\" user_id=u/verified", "{\"gpc\":true}" },
	{ "POST /v1/t", "Sec-GPC: 0",
		"--X\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n"
		"{\"writeKey\":\"wk1\",\"event\":\"E\",\"userId\":\"u\"}\r\n"
		"--X--\r\n",
		"track \"E\" user_id=u/verified", "{}" },
	/* Pixels, by their parameters or by a call in one. */
	{ "GET /pixel/v1/track?writeKey=wk1&event=Order+Completed&userId=u"
	  "&messageId=m&properties.order_id=7&properties.total=5.10"
	  "&gdpr_consent=CPx&us_privacy=1YNN",
		"Sec-GPC: 1", "",
		"order \"Order Completed\" id=m user_id=u/verified 5.10 BRL",
		"{\"cart\":[{\"all\":true,\"removed\":true}],\"gdpr_consent\":"
		"\"CPx\",\"gpc\":true,\"properties\":{\"order_id\":\"7\","
		"\"total\":\"5.10\"},\"us_privacy\":\"1YNN\"}" },
	{ "GET /v1/pixel/page?data=eyJ3cml0ZUtleSI6IndrMSIsInVzZXJJZCI6InUifQ",
		"X: y", "", "page user_id=u/verified", "{}" },
	{ "GET /pixel/v1/page?writeKey=wk1", "X: y", "",
		"refused: expected userId or anonymousId", "{}" },
	/* Sameness as RudderStack says it; consent as Segment does. */
	{ "POST /v1/merge?writeKey=wk1", "X: y",
		"{\"messageId\":\"m\",\"mergeProperties\":[{\"type\":\"email\","
		"\"value\":\"a@x.example\"},{\"type\":\"mobile\",\"value\":"
		"\"+5511987654321\"},{\"type\":\"shoe\",\"value\":\"38\"}]}",
		"alias \"merge\" id=m email=a@x.example/asserted "
		"phone=+5511987654321/asserted",
		"{}" },
	{ "POST /v1/merge?writeKey=wk1", "X: y", "{\"userId\":\"u\"}",
		"refused: expected mergeProperties, an array", "{}" },
	{ "POST /v1/t?writeKey=wk1", "X: y",
		"{\"userId\":\"u\",\"event\":\"Segment Consent Preference "
		"Updated\",\"context\":{\"consent\":{\"categoryPreferences\":"
		"{\"ads\":false}}}}",
		"consent \"Segment Consent Preference Updated\" "
		"user_id=u/verified",
		"{\"consent\":{\"categoryPreferences\":{\"ads\":false}}}" },
};

START_TEST(what_a_request_says)
{
	struct inbound in = say_request(
		arena, span_of(arena_printf(arena,
			       "%s HTTP/1.1\r\n%s\r\n\r\n%s", requests[_i].head,
			       requests[_i].header, requests[_i].body)));
	struct events events = { .count = 0 };
	struct err e = { .code = ERR_NONE };

	ck_assert(channel_web.verify(&in, &conf, &e));
	ck_assert(channel_web.parse(arena, &in, &conf, &events, &e));
	ck_assert_str_eq(say_events(arena, &events), requests[_i].said);
	ck_assert_str_eq(
		json_write(arena, events.items->body), requests[_i].kept);
}
END_TEST

START_TEST(libraries_get_the_settings_of_their_key)
{
	static const char *const cases[][3] = {
		{ "GET /sourceConfig/?p=npm&writeKey=wk1", "X: y",
			"/source/writeKey" },
		{ "GET /sourceConfig",
			"Authorization: Basic d2sxOg==", "/source/writeKey" },
		{ "GET /v1/projects/wk1/settings", "X: y",
			"/integrations/Segment.io/apiKey" },
		{ "GET /sourceConfig/?writeKey=no", "X: y", NULL },
		{ "GET /sourceConfig/", "X: y", NULL },
		{ "GET /v1/projects/wk1/other", "X: y", NULL },
		{ "GET /v1/projects/no/settings", "X: y", NULL },
		{ "GET /v1/channels/shop?writeKey=wk1", "X: y", NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct inbound in = say_request(arena,
			span_of(arena_printf(arena, "%s HTTP/1.1\r\n%s\r\n\r\n",
				cases[i][0], cases[i][1])));
		struct span answer = { NULL, 0 };
		struct err e = { .code = ERR_NONE };
		bool done = channel_web.greet(arena, &in, &conf, &answer, &e);

		ck_assert_int_eq(done, cases[i][2] != NULL);
		if (!done)
			ck_assert_int_eq(e.code, ERR_MISSING);
		else
			ck_assert_str_eq(
				text(json_span(arena,
					json_pointer(arena,
						json_read(arena, answer, NULL),
						span_of(cases[i][2])))),
				"wk1");
	}
}
END_TEST

/* Every recorded request of RudderStack's SDKs, and what it says. */
static const struct {
	const char *file, *said;
} recorded[] = {
	{ "browser-chromium-analytics-js-3.34.1__004_POST_v1_page.http",
		"page \"Product 42\" id=%s at=%s "
		"anonymous_id=abd9deaf-2bca-4233-9f4d-976480098804/verified" },
	{ "browser-chromium-analytics-js-3.34.1__006_POST_v1_track.http",
		"track \"Product Viewed\" id=%s at=%s "
		"anonymous_id=abd9deaf-2bca-4233-9f4d-976480098804/verified" },
	{ "browser-chromium-analytics-js-3.34.1__008_POST_v1_identify.http",
		"identify id=%s at=%s user_id=cust-10042/verified "
		"anonymous_id=abd9deaf-2bca-4233-9f4d-976480098804/verified "
		"email=maria.silva@example.com.br/asserted" },
	{ "browser-chromium-analytics-js-3.34.1-useBeacon__003_POST_beacon_v1_"
	  "batch.http",
		"page \"Product 42\" id=%s at=%s " },
	{ "rudder-sdk-node-3.0.13-plain__001_batch.http",
		"identify id=%s at=%s user_id=cust-10042/verified "
		"email=maria.silva@example.com.br/asserted "
		"phone=+5511987654321/asserted" },
	{ "rudder-sdk-node-3.0.13-plain__002_batch.http",
		"order \"Order Completed\" id=%s at=%s "
		"user_id=cust-10042/verified 27.5 BRL\nalias id=" },
};

START_TEST(recorded_rudderstack)
{
	struct span bytes = say_recorded(arena,
		arena_printf(arena, "web_rudderstack/%s", recorded[_i].file));
	struct events events = { .count = 0 };
	struct err e = { .code = ERR_NONE };
	struct inbound in;
	const struct event *ev;
	char at[CLOCK_TEXT], *want;

	if (bytes.len == 0)
		return;
	in = say_request(arena, bytes);
	ck_assert(channel_web.parse(arena, &in, &conf, &events, &e));
	ev = events.items;
	/* Ids and times differ from file to file; that they are there. */
	ck_assert_uint_gt(ev->external_id.len, 30);
	ck_assert_int_ne(ev->occurred_at, CLOCK_NONE);
	want = arena_printf(arena, "%s", recorded[_i].said);
	want = arena_printf(arena, "%.*sid=%s at=%s%s",
		(int)(strstr(want, "id=%s") - want), want,
		text(ev->external_id), clock_format(ev->occurred_at, at),
		strstr(want, "at=%s") + 5);
	ck_assert_msg(span_starts(span_of(say_events(arena, &events)), want),
		"%s: %s", recorded[_i].file, say_events(arena, &events));
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("channels/web_requests");
	TCase *t = tcase_create("web_requests");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, what_a_request_says, 0,
		(int)(sizeof(requests) / sizeof(*requests)));
	tcase_add_test(t, libraries_get_the_settings_of_their_key);
	tcase_add_loop_test(t, recorded_rudderstack, 0,
		(int)(sizeof(recorded) / sizeof(*recorded)));
	suite_add_tcase(s, t);
	return s;
}
