/* SPDX-License-Identifier: Apache-2.0 */
/* Twilio: forms of our own, and the signatures of its SDK's tests where the
 * shared folder is. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_twilio;
Suite *suite(void);

/* As src/channels/twilio.c has it. */
struct conf {
	struct source_conf base;
	const char **urls;
};

static const char *secrets[] = { "old", "token", NULL };
static const struct conf conf = {
	.base = { .name = "twilio", .assurance = ASSERTED, .secrets = secrets }
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

#define CALL "CallSid=CA1&To=%2B18005551212&From=%2B14158675309"

static const struct {
	const char *body, *said;
} rows[] = {
	{ CALL "&CallStatus=ringing&Direction=inbound",
		"call \"ringing\" id=CA1/ringing phone=+14158675309/asserted" },
	{ CALL "&CallStatus=ringing&Direction=inbound&StirVerstat="
	       "TN-Validation-Passed-A",
		"call \"ringing\" id=CA1/ringing phone=+14158675309/attested" },
	{ CALL "&CallStatus=ringing&StirVerstat=TN-Validation-Passed-B",
		"call \"ringing\" id=CA1/ringing phone=+14158675309/asserted" },
	{ CALL "&CallStatus=completed&Direction=outbound-api&SequenceNumber=3"
	       "&Timestamp=Wed%2C+15+Nov+2023+00%3A00%3A01+%2B0000",
		"call \"completed\" id=CA1/completed/3 at=2023-11-15T00:00:01Z "
		"phone=+18005551212/asserted" },
	{ CALL "&CallStatus=in-progress&Digits=12",
		"call \"in-progress\" phone=+14158675309/asserted" },
	{ "CallSid=CA1&From=anonymous&CallStatus=ringing",
		"call \"ringing\" id=CA1/ringing" },
	{ "CallSid=CA1&From=%2B266696687&CallStatus=ringing",
		"call \"ringing\" id=CA1/ringing" },
	{ "CallSid=CA1&From=client%3Aana&CallStatus=ringing",
		"call \"ringing\" id=CA1/ringing" },
	{ "CallSid=CA1&From=sip%3A%2B1415%40x&CallStatus=ringing",
		"call \"ringing\" id=CA1/ringing" },
	{ "MessageSid=SM1&From=%2B14158675309&To=%2B18005551212&Body=hi",
		"message \"received\" id=SM1 phone=+14158675309/attested" },
	{ "SmsSid=SM1&From=%2B14158675309&Body=hi",
		"message \"received\" id=SM1 phone=+14158675309/attested" },
	{ "MessageSid=SM1&From=whatsapp%3A%2B14158675309&Body=hi",
		"message \"received\" id=SM1 phone=+14158675309/attested" },
	{ "MessageSid=SM1&From=messenger%3A17&Body=hi",
		"message \"received\" id=SM1" },
	{ "MessageSid=SM1&From=%2B14158675309&Body=STOP&OptOutType=STOP",
		"message \"received\" id=SM1 phone=+14158675309/attested\n"
		"consent \"STOP\" id=SM1/consent "
		"phone=+14158675309/attested" },
	{ "MessageSid=SM1&From=%2B14158675309&Body=HELP&OptOutType=HELP",
		"message \"received\" id=SM1 phone=+14158675309/attested" },
	{ "MessageSid=SM1&To=%2B14158675309&MessageStatus=delivered",
		"status \"delivered\" id=SM1/delivered "
		"phone=+14158675309/asserted" },
	{ "MessageSid=SM1&To=%2B14158675309&MessageStatus=failed&"
	  "ErrorCode=21610",
		"status \"failed\" id=SM1/failed phone=+14158675309/asserted\n"
		"consent \"21610\" id=SM1/failed/consent "
		"phone=+14158675309/asserted" },
	{ "{\"type\":\"x\"}", "unknown \"json\"" },
	{ "{", "1 json: line 1: string or '}' expected" },
	{ "a=b", "1 expected a form with CallSid or MessageSid" },
	{ "", "1 expected a form with CallSid or MessageSid" },
};

START_TEST(what_a_form_says)
{
	ck_assert_str_eq(
		say_body(a, &channel_twilio, &conf, span_of(rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(bodies)
{
	struct inbound in = { .method = "POST",
		.body = span_of("MessageSid=SM1&From=%2B1&Body=STOP&"
				"OptOutType=STOP&To=%2B2") };
	struct events events = { 0 };

	ck_assert(channel_twilio.parse(a, &in, &conf, &events, NULL));
	ck_assert_str_eq(json_write(a, events.items[0].body),
		"{\"line\":\"+2\",\"message_id\":\"SM1\",\"text\":\"STOP\"}");
	ck_assert_str_eq(json_write(a, events.items[1].body),
		"{\"channel\":\"sms\",\"purpose\":\"marketing\",\"status\":"
		"\"denied\"}");
}
END_TEST

START_TEST(settings)
{
	static const char *bad[] = { "https://a.example/", "ftp://b", NULL };
	struct conf own = conf;
	struct err e = { 0 };

	ck_assert(channel_twilio.check(&own, &e));
	own.urls = bad;
	ck_assert(!channel_twilio.check(&own, &e));
	assert_keeps(a, &channel_twilio, "/", CALL, &conf);
}
END_TEST

static void
assert_vector(const struct vector *v, char *form)
{
	const char *live[] = { v->secret, NULL };
	char *query = strchr(v->url, '?');
	const char *urls[] = { "https://other.example/",
		arena_printf(a, "%.*s", (int)(query - v->url), v->url), NULL };
	struct conf own = conf;
	struct header h = { span_of("X-Twilio-Signature"),
		span_of(v->expected) };
	struct inbound in = { .method = "POST",
		.query = span_of(query + 1),
		.headers = &h,
		.header_count = 1,
		.raw = span_of(form) };

	own.base.secrets = live;
	own.urls = urls;
	assert_each_byte(&channel_twilio, &in, &own, v->secret);
	assert_each_byte(&channel_twilio, &in, &own, query + 1);
	assert_each_byte(
		&channel_twilio, &in, &own, (char *)(uintptr_t)urls[1] + 9);
	assert_each_byte(&channel_twilio, &in, &own, form);
	urls[1] = NULL;
	own.urls = urls + 1;
	ck_assert(!channel_twilio.verify(&in, &own, &(struct err){ 0 }));
}

START_TEST(recorded_signatures)
{
	struct vector vectors[VECTORS_MAX];
	size_t count = vectors_of(a, "twilio", vectors);

	for (size_t i = 0; i < count; i++)
		assert_vector(&vectors[i],
			say_form(a, json_object_get(vectors[i].all, "params")));
	count = vectors_of(a, "twilio-json", vectors);
	for (size_t i = 0; i < count; i++)
		assert_vector(&vectors[i], vectors[i].body);
}
END_TEST

/* The port of the scheme may stand in what was signed, or not. */
START_TEST(ports)
{
	struct vector v[VECTORS_MAX];
	size_t count = vectors_of(a, "twilio", v);
	char *with;

	if (count < 4)
		return;
	with = v[1].url;
	v[1].url = v[0].url;
	assert_vector(&v[1], say_form(a, json_object_get(v[1].all, "params")));
	v[0].url = with;
	assert_vector(&v[0], say_form(a, json_object_get(v[0].all, "params")));
}
END_TEST

START_TEST(recorded_forms)
{
	struct span body =
		say_recorded(a, "twilio/voice_request_validator.form");

	if (body.len)
		ck_assert_str_eq(say_body(a, &channel_twilio, &conf, body),
			"call phone=+14158675309/asserted");
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("twilio");
	TCase *t = tcase_create("twilio");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_form_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, bodies);
	tcase_add_test(t, settings);
	tcase_add_test(t, recorded_signatures);
	tcase_add_test(t, ports);
	tcase_add_test(t, recorded_forms);
	suite_add_tcase(s, t);
	return s;
}
