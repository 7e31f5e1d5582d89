/* SPDX-License-Identifier: Apache-2.0 */
/* Answers to surveys, of our own. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_survey;
Suite *suite(void);

/* As src/channels/survey.c has it. */
struct conf {
	struct source_conf base;
	const char *const *fields;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "survey",
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

#define ANA "'email':'ana@mail.example','phone':'+5511999990000'"

static const struct {
	const char *body, *said;
} rows[] = {
	{ "{'metric':'nps','score':9,'id':'r1','at':'2026-11-25T12:00:00Z'," ANA
	  ",'user_id':'u1'}",
		"track \"survey\" id=r1 at=2026-11-25T12:00:00Z "
		"user_id=u1/asserted email=ana@mail.example/asserted "
		"phone=+5511999990000/asserted" },
	{ "[{'score':1},{'score':2,'id':'r2'}]",
		"track \"survey\"\ntrack \"survey\" id=r2" },
	{ "metric=csat&score=5&email=ana%40mail.example",
		"track \"survey\" email=ana@mail.example/asserted" },
	{ "Topic=x&Status=Complete&SurveyID=SV&ResponseID=R1&CompletedDate="
	  "2026-11-25+12%3A00%3A00",
		"track \"survey\" id=R1 at=2026-11-25T12:00:00Z" },
	{ "[1]", "refused: an object with fields" },
	{ "{}", "refused: an object with fields" },
	{ "", "1 expected a form or JSON with fields" },
	{ "{", "1 json: line 1: string or '}' expected" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(
		say_body(a, &channel_survey, &conf, say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(bodies)
{
	struct inbound in = { .method = "POST",
		.body = say_json(a,
			"{'metric':'ces','score':2,'comment':"
			"'Slow.','survey':'S','name':'Ana'," ANA "}") };
	struct events events = { 0 };

	ck_assert(channel_survey.parse(a, &in, &conf, &events, NULL));
	ck_assert_str_eq(json_write(a, events.items->body),
		"{\"comment\":\"Slow.\",\"metric\":\"ces\",\"score\":2,"
		"\"survey\":\"S\"}");
	ck_assert_str_eq(
		json_write(a, events.items->traits), "{\"name\":\"Ana\"}");
}
END_TEST

START_TEST(settings)
{
	static const char *const named[] = { "ref=loyalty", NULL };
	struct conf own = conf;
	struct err e = { 0 };

	own.fields = named;
	ck_assert(channel_survey.check(&own, &e));
	ck_assert_str_eq(
		say_body(a, &channel_survey, &own, span_of("ref=L1&score=1")),
		"track \"survey\" loyalty=L1/asserted");
	assert_keeps(a, &channel_survey, "/", "score=1", &conf);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("survey");
	TCase *t = tcase_create("survey");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, bodies);
	tcase_add_test(t, settings);
	suite_add_tcase(s, t);
	return s;
}
