/* SPDX-License-Identifier: Apache-2.0 */
/* The toy. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_toy;
Suite *suite(void);

/* As src/channels/toy.c has it. */
struct conf {
	struct source_conf base;
	const char *robot;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "toy",
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
	{ "{'press':'p1','button':'red','at':1700000000,'player':7}",
		"track \"red\" id=p1 at=2023-11-14T22:13:20Z "
		"account=toy/7/attested" },
	{ "{}", "1 expected an object with a press" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(
		say_body(a, &channel_toy, &conf, say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(signatures)
{
	char *body = arena_printf(a, "%s", "{\"press\":\"p\"}");
	struct header h = { span_of("X-Toy-Signature"),
		span_of("1d249b72646197162dac527ec5699739"
			"b7b6265bda155202a76ba1b65b2f3b20") };
	struct inbound in = { .method = "POST",
		.headers = &h,
		.header_count = 1,
		.raw = span_of(body) };

	assert_each_byte(&channel_toy, &in, &conf, body);
	assert_keeps(a, &channel_toy, "/", body, &conf);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("toy");
	TCase *t = tcase_create("toy");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, signatures);
	suite_add_tcase(s, t);
	return s;
}
