/* SPDX-License-Identifier: Apache-2.0 */
/* One-click unsubscribing, of our own. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_unsubscribe;
Suite *suite(void);

/* As src/channels/unsubscribe.c has it. */
struct conf {
	struct source_conf base;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "unsubscribe",
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
	{ "List-Unsubscribe=One-Click", "consent \"one-click\"" },
	{ "--x\r\nContent-Disposition: form-data; name=List-Unsubscribe\r\n\r\n"
	  "One-Click\r\n--x--\r\n",
		"consent \"one-click\"" },
	{ "List-Unsubscribe=1",
		"1 expected List-Unsubscribe=One-Click (RFC 8058)" },
	{ "", "1 expected List-Unsubscribe=One-Click (RFC 8058)" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(say_body(a, &channel_unsubscribe, &conf,
				 say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

/* What openssl makes of the address. */
START_TEST(links)
{
	char *query = arena_printf(a, "%s",
		"recipient=ana@mail.example&token="
		"663cf17011802ba24151c4882c4739aa"
		"04cc52aa76432dab3947ef63cb0fc45e");
	struct inbound in = { .method = "POST",
		.query = span_of(query),
		.body = span_of("List-Unsubscribe=One-Click") };
	struct events events = { 0 };
	struct err e = { 0 };

	assert_each_byte(&channel_unsubscribe, &in, &conf, query);
	in.query = span_of(arena_printf(a, "%s&list=news", query));
	ck_assert(channel_unsubscribe.verify(&in, &conf, &e));
	ck_assert(channel_unsubscribe.parse(a, &in, &conf, &events, &e));
	ck_assert_str_eq(say_events(a, &events),
		"consent \"one-click\" email=ana@mail.example/attested");
	ck_assert_str_eq(json_write(a, events.items->body),
		"{\"channel\":\"email\",\"list\":\"news\",\"purpose\":"
		"\"marketing\",\"status\":\"denied\"}");
	ck_assert(channel_keeps(&channel_unsubscribe, span_of("?recipient")));
	ck_assert(!channel_keeps(&channel_unsubscribe, span_of("?token")));
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("unsubscribe");
	TCase *t = tcase_create("unsubscribe");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, links);
	suite_add_tcase(s, t);
	return s;
}
