/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events through the journal and the resolver into a real PostgreSQL: groups,
 * stays and what hangs on them, in any order and any batches (invariants 4, 5
 * and 7).
 */
#include <check.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/resolver.h"

#include "core/policy.h"
#include "core/touchpoint.h"
#include "io/db.h"
#include "store/journal.h"

Suite *suite(void);

#define KEY span_of("0123456789abcdef0123456789abcdef")

static struct event_base *base;
static struct db *db, *resolver_db, *other;
static struct journal *journal;
static struct resolver *resolver;
#define WAIT_MS 30000

static struct arena *a;
static int left;
static char *value;

static void
must_run(const char *command)
{
	ck_assert_int_eq(system(command), 0);
}

static void
open_all(void)
{
	must_run("dropdb -f --if-exists resolver_test 2>/dev/null && "
		 "createdb resolver_test && for f in sql/schema/*.sql; do "
		 "psql -X -q -1 -v ON_ERROR_STOP=1 -d resolver_test -f $f "
		 "|| exit 1; done");
	base = event_base_new();
	db = db_create(base, "dbname=resolver_test", DB_SESSION, 0);
	resolver_db = db_create(base, "dbname=resolver_test", DB_SESSION, 0);
	other = db_create(base, "dbname=resolver_test", DB_SESSION, 0);
	journal = journal_create(base, db);
	resolver = resolver_create(base, resolver_db, KEY, policy_create(a));
}

static void
close_all(void)
{
	resolver_destroy(resolver);
	journal_destroy(journal);
	db_destroy(db);
	db_destroy(resolver_db);
	db_destroy(other);
	event_base_free(base);
}

static void
setup(void)
{
	a = arena_create();
	open_all();
}

static void
teardown(void)
{
	close_all();
	arena_destroy(a);
}

static void
turn(void)
{
	ck_assert_int_eq(event_base_loop(base, EVLOOP_ONCE), 0);
}

static void
on_value(const struct db_result *result, void *arg)
{
	(void)arg;
	value = NULL;
	if (result->ok && result->rows)
		value = arena_printf(a, "%s",
			db_value(result, 0, 0) ? db_value(result, 0, 0) : "");
	left--;
}

static const char *
ask(const char *sql)
{
	do {
		left = 1;
		db_query(other, sql, 0, NULL, on_value, NULL);
		while (left)
			turn();
	} while (!value);
	return value;
}

/* One event as a test writes it: "kind=value! kind=value", where ! says
 * verified, ~ attested, and nothing asserted; day of 2026. */
struct line {
	const char *source, *claims;
	int day;
	const char *name, *order;
};

static void
claim_words(struct event *ev, const char *words)
{
	struct span rest = span_of(words);

	while (rest.len) {
		struct span given, word = span_cut(rest, ' ', &rest);
		enum assurance know = ASSERTED;
		struct span kind = span_cut(word, '=', &given);

		if (given.len && given.data[given.len - 1] == '!')
			know = VERIFIED;
		if (given.len && given.data[given.len - 1] == '~')
			know = ATTESTED;
		given.len -= know != ASSERTED;
		event_claim(a, ev, span_text(a, kind), given, know);
	}
}

static struct entry
entry(const struct line *line)
{
	struct events events = { 0 };
	struct event *ev = events_add(a, &events);
	struct source_conf source = { .name = line->source, .region = "BR" };
	struct placed placed;
	struct purchase *p = arena_alloc(a, sizeof(*p));
	struct entry e;

	ev->occurred_at = (INT64_C(20454) + line->day) * CLOCK_DAY;
	claim_words(ev, line->claims);
	if (line->name)
		event_trait(ev, "name", span_of(line->name));
	if (line->order) {
		*p = (struct purchase){ .id = span_of(line->order),
			.amount = span_of("19.90"),
			.currency = "BRL" };
		ev->purchase = p;
	}
	touchpoint_place(a, KEY, &source, ev, &placed);
	e = (struct entry){ .event = placed.event,
		.touchpoint = placed.touchpoint,
		.occurred_at = ev->occurred_at,
		.received_at = INT64_C(1800000000000000),
		.source = line->source,
		.channel = "web",
		.type = "page",
		.body = placed.body };
	memcpy(e.digest, placed.digest, DIGEST_SIZE);
	return e;
}

static void
on_done(const struct err *why, void *arg)
{
	*(enum err_code *)arg = why ? why->code : ERR_NONE;
	left--;
}

static void
append(struct entry *entries, size_t count)
{
	enum err_code code;

	do {
		left = 1;
		journal_append(
			journal, a, entries, count, WAIT_MS, on_done, &code);
		while (left)
			turn();
	} while (code == ERR_BUSY);
	ck_assert_int_eq(code, ERR_NONE);
	resolver_kick(resolver);
}

static void
settle(void)
{
	while (!resolver_is_idle(resolver))
		turn();
}

/* All lines, batch by batch of so many, and what comes of them. */
static void
feed(const struct line *lines, size_t count, size_t batch)
{
	for (size_t i = 0; i < count; i += batch) {
		struct entry entries[64];
		size_t n = 0;

		for (; n < batch && n < 64 && i + n < count; n++)
			entries[n] = entry(&lines[i + n]);
		append(entries, n);
		if (batch < 64)
			settle();
	}
	settle();
}

/* Profiles as text: the sorted values of each group, and who owns what. */
#define GROUPS                                                                 \
	"SELECT coalesce(string_agg(line, '; ' ORDER BY line), '') FROM "      \
	"(SELECT string_agg(value || CASE WHEN shared THEN '*' ELSE '' END, "  \
	"' ' ORDER BY value) AS line FROM live.identifier GROUP BY founder) "  \
	"AS groups"
/* Everything that must not depend on the order, ids included. */
#define DIGEST_OF_ALL                                                          \
	"SELECT (SELECT string_agg(concat_ws(' ', identifier, value, "         \
	"first_seen, founder, shared), E'\\n' ORDER BY identifier) FROM "      \
	"live.identifier) || (SELECT string_agg(concat_ws(' ', touchpoint, "   \
	"owner, first_at, last_at, events, assurance), E'\\n' ORDER BY "       \
	"touchpoint, first_at) FROM live.stay) || coalesce((SELECT "           \
	"string_agg(concat_ws(' ', t.touchpoint, s.first_at, name, value, "    \
	"at, event), E'\\n' ORDER BY t.touchpoint, s.first_at, name) FROM "    \
	"live.trait t JOIN live.stay s USING (touchpoint, stay)), '') || "     \
	"coalesce((SELECT string_agg(concat_ws(' ', p.touchpoint, "            \
	"s.first_at, purchase, amount, at), E'\\n' ORDER BY p.touchpoint, "    \
	"s.first_at, purchase) FROM live.spend p JOIN live.stay s USING "      \
	"(touchpoint, stay)), '')"

static const struct line story[] = {
	{ "web", "anonymous_id=browser!", 1, NULL, NULL },
	{ "whatsapp", "phone=+558187654321~ whatsapp_user=1/BR.1~", 2, "Ana",
		NULL },
	{ "web",
		"anonymous_id=browser! user_id=ana! email=ana@example.com! "
		"phone=(81)98765-4321!",
		3, "Ana Lima", NULL },
	{ "pos", "phone=(81)987654321", 4, NULL, "r1" },
	{ "pos", "phone=81987654321", 5, NULL, "r2" },
	{ "email", "email=Ana@Example.com~", 6, NULL, NULL },
	{ "web", "anonymous_id=tablet! user_id=ana!", 7, NULL, NULL },
	{ "web", "anonymous_id=tablet! user_id=bia! email=bia@example.com!", 8,
		"Bia", NULL },
	{ "web", "anonymous_id=tablet!", 9, NULL, NULL },
};
#define STORY (sizeof(story) / sizeof(story[0]))

START_TEST(the_story)
{
	feed(story, STORY, 1);
	ck_assert_str_eq(ask(GROUPS),
		"+5581987654321 1/BR.1 ana ana@example.com browser; "
		"bia bia@example.com; tablet*");
	ck_assert_str_eq(ask("SELECT count(*) FROM append"), "0");
	ck_assert_str_eq(ask("SELECT sum(events) FROM live.stay"), "9");
	ck_assert_int_eq((int)resolver_resolved(resolver), STORY);
}
END_TEST

/* Whole, one by one, reversed: the same bytes, ids included. */
START_TEST(order_and_batches_change_nothing)
{
	struct line reversed[STORY];
	char *want;

	feed(story, STORY, 64);
	want = arena_printf(a, "%s", ask(DIGEST_OF_ALL));
	close_all();
	open_all();
	for (size_t i = 0; i < STORY; i++)
		reversed[i] = story[STORY - 1 - i];
	feed(reversed, STORY, 1);
	ck_assert_str_eq(ask(DIGEST_OF_ALL), want);
	feed(story, STORY, 3); /* repeats */
	ck_assert_str_eq(ask(DIGEST_OF_ALL), want);
}
END_TEST

/* A silence of more than 90 days parts, and a late event joins again, with
 * what hangs on the stays. */
START_TEST(stays_join_with_what_hangs_on_them)
{
	static const struct line lines[] = {
		{ "web", "user_id=u!", 1, "old", "o1" },
		{ "web", "user_id=u!", 150, "new", "o1" },
		{ "web", "user_id=u!", 75, NULL, "o2" },
	};

	feed(lines, 2, 1);
	ck_assert_str_eq(ask("SELECT count(*) FROM live.stay"), "2");
	ck_assert_str_eq(ask("SELECT count(*) FROM live.spend"), "2");
	feed(lines, 3, 1);
	ck_assert_str_eq(ask("SELECT string_agg(events::text, ' ') FROM "
			     "live.stay"),
		"3");
	ck_assert_str_eq(
		ask("SELECT string_agg(value::text, ' ') FROM live.trait"),
		"\"new\"");
	ck_assert_str_eq(ask("SELECT count(*) FROM live.spend"), "2");
}
END_TEST

/* Random worlds of few people and many ties, each in two orders. */
START_TEST(random_worlds)
{
	static const char *const words[] = { "user_id=u1!", "user_id=u2!",
		"user_id=u3!", "email=e1@example.com", "email=e2@example.com!",
		"email=e3@example.com~", "phone=+5581987654321",
		"phone=+5581987654322~", "phone=+5581987654323!",
		"anonymous_id=a1!", "anonymous_id=a2!", "loyalty=l1!",
		"loyalty=l2" };
	struct line lines[40], shuffled[40];
	char *want;

	srand((unsigned)_i + 1);
	for (int i = 0; i < 40; i++) {
		char *claims = arena_printf(a, "%s", words[rand() % 13]);

		for (int k = rand() % 3; k; k--)
			claims = arena_printf(
				a, "%s %s", claims, words[rand() % 13]);
		lines[i] = (struct line){
			rand() % 2 ? "web" : "pos", claims, rand() % 700, NULL,
			rand() % 4 ? NULL : arena_printf(a, "o%d", rand() % 5)
		};
	}
	memcpy(shuffled, lines, sizeof(lines));
	for (int i = 39; i > 0; i--) {
		int k = rand() % (i + 1);
		struct line swap = shuffled[i];

		shuffled[i] = shuffled[k];
		shuffled[k] = swap;
	}
	feed(lines, 40, 64);
	want = arena_printf(a, "%s", ask(DIGEST_OF_ALL));
	close_all();
	open_all();
	feed(shuffled, 40, (size_t)(rand() % 6 + 1));
	ck_assert_str_eq(ask(DIGEST_OF_ALL), want);
}
END_TEST

/* An event that PostgreSQL refuses stands alone in the end, and is parked. */
START_TEST(the_event_to_blame_is_parked)
{
	struct line lines[5];
	struct entry entries[5];

	for (int i = 0; i < 5; i++) {
		lines[i] = story[i];
		entries[i] = entry(&lines[i]);
	}
	ask("SELECT 1");
	must_run("psql -X -q -d resolver_test -c \"ALTER TABLE live.stay ADD "
		 "CHECK (last_at <> '2026-01-04Z')\"");
	append(entries, 5);
	settle();
	ck_assert_str_eq(ask("SELECT count(*) FROM parked"), "1");
	ck_assert_str_eq(ask("SELECT sum(events) FROM live.stay"), "4");
	ck_assert_int_eq((int)resolver_parked(resolver), 1);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("resolver");
	TCase *t = tcase_create("resolver");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, the_story);
	tcase_add_test(t, order_and_batches_change_nothing);
	tcase_add_test(t, stays_join_with_what_hangs_on_them);
	tcase_add_loop_test(t, random_worlds, 0, 12);
	tcase_add_test(t, the_event_to_blame_is_parked);
	suite_add_tcase(s, t);
	return s;
}
