/* SPDX-License-Identifier: Apache-2.0 */
/* Delighted: webhooks of our own. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_delighted;
Suite *suite(void);

/* As src/channels/delighted.c has it. */
struct conf {
	struct source_conf base;
	const char *const *properties;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "delighted",
					  .region = "BR",
					  .assurance = ASSERTED,
					  .secrets = secrets } };

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

#define HOOK(type, more)                                                       \
	"{'event_type':'" type "','event_id':'e1','event_data':{'id':'r',"     \
	"'person':{'id':'7','email':'ana@mail.example','phone_number':"        \
	"'+5511999990000','name':'Ana'},'created_at':1700000000" more "}}"
#define SAID(word, type)                                                       \
	word " \"" type "\" id=e1 at=2023-11-14T22:13:20Z "                    \
	     "record=delighted/7/verified email=ana@mail.example/asserted "    \
	     "phone=+5511999990000/asserted"

static const struct {
	const char *body, *said;
} rows[] = {
	{ HOOK("survey_response.created", ",'score':9"),
		SAID("track", "survey_response.created") },
	{ HOOK("survey_response.updated", ",'score':9,'comment':'Fast.'"),
		SAID("track", "survey_response.updated") },
	{ HOOK("unsubscribe.created", ""),
		SAID("consent", "unsubscribe.created") },
	{ "{'event_type':'unsubscribe.created','event_id':'e1','event_data':"
	  "{'id':'7','email':'ana@mail.example'}}",
		"consent \"unsubscribe.created\" id=e1 "
		"record=delighted/7/verified email=ana@mail.example/asserted" },
	{ HOOK("tomorrow", ""), SAID("unknown", "tomorrow") },
	{ "{}", "1 expected an object with event_type" },
	{ "", "1 json: line 1: unexpected token" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(say_body(a, &channel_delighted, &conf,
				 say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(bodies)
{
	struct inbound in = { .method = "POST",
		.body = say_json(a, HOOK("survey_response.updated",
					    ",'score':9,'comment':'Fast.',"
					    "'tags':['a']")) };
	struct events events = { 0 };

	ck_assert(channel_delighted.parse(a, &in, &conf, &events, NULL));
	ck_assert_str_eq(json_write(a, events.items->body),
		"{\"comment\":\"Fast.\",\"metric\":\"nps\",\"response_id\":"
		"\"r\",\"score\":\"9\",\"tags\":[\"a\"]}");
}
END_TEST

START_TEST(settings)
{
	static const char *const named[] = { "number=user_id", NULL };
	struct conf own = conf;
	struct err e = { 0 };

	own.properties = named;
	ck_assert(channel_delighted.check(&own, &e));
	ck_assert_str_eq(
		say_body(a, &channel_delighted, &own,
			say_json(a, HOOK("survey_response.created",
					    ",'person_properties':{'number':"
					    "'u1'}"))),
		SAID("track",
			"survey_response.created") " user_id=u1/asserted");
	own.properties = (const char *const[]){ "x", NULL };
	ck_assert(channel_delighted.check(&own, &e) == false);
	assert_keeps(a, &channel_delighted, "/",
		say_json(a, HOOK("tomorrow", "")).data, &conf);
}
END_TEST

/* Nobody published one; this is what openssl makes of it. */
START_TEST(signatures)
{
	char *body = arena_printf(a, "%s", "{\"event_type\":\"x\"}");
	struct header h = { span_of("X-Delighted-Webhook-Signature"),
		span_of("sha256=45c0cc9a4ae03c5bb27624259277f50c"
			"fb5ed025114821e84c5cce106c7624a2") };
	struct inbound in = { .method = "POST",
		.headers = &h,
		.header_count = 1,
		.raw = span_of(body) };

	assert_each_byte(&channel_delighted, &in, &conf, body);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("delighted");
	TCase *t = tcase_create("delighted");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, bodies);
	tcase_add_test(t, settings);
	tcase_add_test(t, signatures);
	suite_add_tcase(s, t);
	return s;
}
