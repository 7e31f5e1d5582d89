/* SPDX-License-Identifier: Apache-2.0 */
#include "keeps.h"
#include "say.h"

extern const struct channel channel_bell;
Suite *suite(void);

static const char *const rows[][2] = {
	{ "{\"id\":1,\"at\":\"1970-01-01T00:00:01Z\",\"card\":\"c\"}",
		"track \"came in\" id=1 at=1970-01-01T00:00:01Z "
		"loyalty=c/verified" },
	{ "{}", "refused: expected an id" },
};

START_TEST(what_a_bell_says)
{
	const struct source_conf conf = { .name = "door" };
	struct arena *a = arena_create();
	struct inbound in = { .method = "POST", .body = span_of(rows[_i][0]) };
	struct events events = { 0 };
	struct err e;

	ck_assert(channel_bell.parse(a, &in, &conf, &events, &e));
	ck_assert_str_eq(say_events(a, &events), rows[_i][1]);
	assert_keeps(a, &channel_bell, "/", rows[_i][0], &conf);
	arena_destroy(a);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("channels/bell");
	TCase *t = tcase_create("bell");

	tcase_add_loop_test(t, what_a_bell_says, 0, 2);
	suite_add_tcase(s, t);
	return s;
}
