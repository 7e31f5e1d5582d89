/* SPDX-License-Identifier: Apache-2.0 */
/* Adjust: callbacks of our own. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_adjust;
Suite *suite(void);

/* As src/channels/adjust.c has it. */
struct conf {
	struct source_conf base;
	const char *const *fields;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "adjust",
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

static const struct {
	const char *body, *said;
} rows[] = {
	{ "activity_kind=install&adid=AD1&gps_adid=G1&created_at=1700000000",
		"track \"install\" at=2023-11-14T22:13:20Z device=AD1/attested "
		"device=G1/attested" },
	{ "event_name=sale&adid=AD1&customer=u1",
		"track \"sale\" device=AD1/attested" },
	{ "adid=AD1", "track \"adjust\" device=AD1/attested" },
	{ "a=b", "1 expected a query or a form with adid, event_name or "
		 "activity_kind" },
	{ "", "1 expected a query or a form with adid, event_name or "
	      "activity_kind" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(
		say_body(a, &channel_adjust, &conf, say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(by_get)
{
	static const char *const named[] = { "customer=user_id", NULL };
	struct conf own = conf;
	struct inbound in = { .method = "GET",
		.query = span_of("event_name=sale&customer=u1&adid=AD1") };
	struct events events = { 0 };
	struct err e = { 0 };

	own.fields = named;
	ck_assert(channel_adjust.check(&own, &e));
	ck_assert(channel_adjust.parse(a, &in, &own, &events, &e));
	ck_assert_str_eq(say_events(a, &events),
		"track \"sale\" user_id=u1/asserted device=AD1/attested");
	ck_assert(channel_keeps(&channel_adjust, span_of("?adid")));
	ck_assert(!channel_keeps(&channel_adjust, span_of("?key")));
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("adjust");
	TCase *t = tcase_create("adjust");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, by_get);
	suite_add_tcase(s, t);
	return s;
}
