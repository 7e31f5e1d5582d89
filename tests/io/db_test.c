/* SPDX-License-Identifier: Apache-2.0 */
/* Against the private PostgreSQL that tests/tools/pg.sh started. */
#include <check.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "io/db.h"

Suite *suite(void);

static struct event_base *base;
static struct db *db;

struct answer {
	int left; /* answers still awaited */
	bool ok;
	char sqlstate[8], value[64];
};

static void
setup(void)
{
	base = event_base_new();
	db = db_create(base, "connect_timeout=5");
}

static void
teardown(void)
{
	db_destroy(db);
	event_base_free(base);
}

static void
keep(const struct db_result *result, void *arg)
{
	struct answer *answer = arg;

	answer->left--;
	answer->ok = result->ok;
	strncpy(answer->sqlstate, result->sqlstate,
		sizeof(answer->sqlstate) - 1);
	if (result->ok && result->rows && db_value(result, 0, 0))
		strncpy(answer->value, db_value(result, 0, 0),
			sizeof(answer->value) - 1);
}

/* Check's own time limit ends a wait for an answer that never comes. */
static void
wait_for(struct answer *answer)
{
	while (answer->left > 0)
		ck_assert_int_eq(event_base_loop(base, EVLOOP_ONCE), 0);
}

static void
ask(const char *sql, struct answer *answer)
{
	*answer = (struct answer){ .left = 1 };
	db_query(db, sql, 0, NULL, keep, answer);
	wait_for(answer);
}

START_TEST(answers_come_in_order)
{
	struct answer answers[3] = { { .left = 1 }, { .left = 1 },
		{ .left = 1 } };
	const char *params[] = { "it's", NULL };

	db_query(db, "SELECT $1::text || coalesce($2, '!')", 2, params, keep,
		&answers[0]);
	db_query(db, "SELECT 1/0", 0, NULL, keep, &answers[1]);
	db_query(db, "SELECT 'after'", 0, NULL, keep, &answers[2]);
	wait_for(&answers[2]);
	ck_assert_str_eq(answers[0].value, "it's!");
	ck_assert(!answers[1].ok);
	ck_assert_str_eq(answers[1].sqlstate, "22012");
	ck_assert_str_eq(answers[2].value, "after");
}
END_TEST

START_TEST(large_values_go_both_ways)
{
	struct answer answer = { .left = 1 };
	char *large = malloc(8 * 1024 * 1024 + 1);
	const char *params[1] = { large };

	memset(large, 'x', 8 * 1024 * 1024);
	large[8 * 1024 * 1024] = '\0';
	db_query(db, "SELECT length($1), $1", 1, params, keep, &answer);
	wait_for(&answer);
	ck_assert_str_eq(answer.value, "8388608");
	free(large);
}
END_TEST

START_TEST(a_lost_connection_fails_and_comes_back)
{
	struct answer answer;

	ask("SELECT 1", &answer);
	ck_assert(answer.ok);
	ask("SELECT pg_terminate_backend(pg_backend_pid())", &answer);
	ck_assert(!answer.ok);
	do
		ask("SELECT 'back'", &answer);
	while (!answer.ok);
	ck_assert_str_eq(answer.value, "back");
	ck_assert(db_ready(db));
}
END_TEST

START_TEST(no_server_is_an_answer_too)
{
	struct db *none = db_create(base, "host=/nonexistent");
	struct answer answer = { .left = 1 };

	db_query(none, "SELECT 1", 0, NULL, keep, &answer);
	wait_for(&answer);
	ck_assert(!answer.ok);
	ck_assert(!db_ready(none));
	db_destroy(none);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("db");
	TCase *t = tcase_create("db");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 20);
	tcase_add_test(t, answers_come_in_order);
	tcase_add_test(t, large_values_go_both_ways);
	tcase_add_test(t, a_lost_connection_fails_and_comes_back);
	tcase_add_test(t, no_server_is_an_answer_too);
	suite_add_tcase(s, t);
	return s;
}
