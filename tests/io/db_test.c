/* SPDX-License-Identifier: Apache-2.0 */
/* Against the private PostgreSQL that tests/tools/pg.sh started. */
#include <check.h>
#include <event2/event.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "io/pool.h"

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
	db = db_create(base, "connect_timeout=5", DB_SESSION, 0);
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

static const char count_prepared[] =
	"SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE "
	"'%probe%'";

static void
probe(struct db *to, const char *param, struct answer *answer)
{
	const char *params[] = { param };

	*answer = (struct answer){ .left = 1 };
	db_query(to, "SELECT 10 / $1::int AS probe", 1, params, keep, answer);
	wait_for(answer);
}

START_TEST(statements_are_prepared_once)
{
	struct answer answer;

	probe(db, "2", &answer);
	ck_assert_str_eq(answer.value, "5");
	probe(db, "0", &answer);
	ck_assert_str_eq(answer.sqlstate, "22012");
	probe(db, "5", &answer);
	ck_assert_str_eq(answer.value, "2");
	ask(count_prepared, &answer);
	ck_assert_str_eq(answer.value, "1");
	ask("SHOW jit", &answer);
	ck_assert_str_eq(answer.value, "off");
	/* What went with the session is prepared anew in the next. */
	ask("DEALLOCATE ALL", &answer);
	probe(db, "2", &answer);
	ck_assert_str_eq(answer.sqlstate, "26000");
	do
		probe(db, "2", &answer);
	while (!answer.ok);
	ck_assert_str_eq(answer.value, "5");
}
END_TEST

START_TEST(who_serves_goes_by_keys)
{
	struct db *serving = db_create(base, "", DB_SERVING, 0);
	struct answer answer = { .left = 1 };

	db_query(serving,
		"SELECT string_agg(setting, ' ' ORDER BY name) FROM "
		"pg_settings WHERE name IN ('jit', 'enable_seqscan', "
		"'plan_cache_mode')",
		0, NULL, keep, &answer);
	wait_for(&answer);
	ck_assert_str_eq(answer.value, "off off force_generic_plan");
	db_destroy(serving);
}
END_TEST

/* As PgBouncer has it in transaction mode, where each may meet another. */
START_TEST(nothing_is_prepared_behind_a_pooler)
{
	struct db *pooled = db_create(base, "", DB_POOLED, 0);
	struct answer answer = { .left = 1 };

	probe(pooled, "2", &answer);
	ck_assert_str_eq(answer.value, "5");
	answer = (struct answer){ .left = 1 };
	db_query(pooled, count_prepared, 0, NULL, keep, &answer);
	wait_for(&answer);
	ck_assert_str_eq(answer.value, "0");
	db_destroy(pooled);
}
END_TEST

START_TEST(binary_parameters)
{
	static const char two[] = { 0, 0, 0, 2 };
	struct db_param params[] = { { two, sizeof(two), true },
		{ .data = "3" }, { .data = NULL } };
	struct answer answer = { .left = 1 };

	db_send(db, "SELECT $1::int || $2 || coalesce($3, '!')", 3, params,
		keep, &answer);
	wait_for(&answer);
	ck_assert_str_eq(answer.value, "23!");
}
END_TEST

/* Two connections: one is asleep, and the other answers all who come. */
START_TEST(a_slow_statement_stops_nobody_else)
{
	struct pool *pool = pool_create(base, "", DB_SESSION, 0, 2);
	struct answer slow = { .left = 1 }, answer;

	db_query(pool_db(pool), "SELECT pg_sleep(60)", 0, NULL, keep, &slow);
	for (int i = 0; i < 10; i++) {
		answer = (struct answer){ .left = 1 };
		db_query(pool_db(pool), "SELECT 1", 0, NULL, keep, &answer);
		wait_for(&answer);
		ck_assert(answer.ok);
	}
	ck_assert_int_eq(slow.left, 1);
	/* Its connection may only now be there. */
	do
		ask("SELECT count(pg_terminate_backend(pid)) FROM "
		    "pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'",
			&answer);
	while (strcmp(answer.value, "1") != 0);
	wait_for(&slow);
	ck_assert(!slow.ok);
	pool_destroy(pool);
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
	struct db *none = db_create(base, "host=/nonexistent", DB_SESSION, 0);
	struct answer answer = { .left = 1 };

	db_query(none, "SELECT 1", 0, NULL, keep, &answer);
	wait_for(&answer);
	ck_assert(!answer.ok);
	ck_assert(!db_ready(none));
	db_destroy(none);
}
END_TEST

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000) + ts.tv_nsec / 1000000;
}

/* Who waits hears soon that nothing comes, behind a slow statement too; the
 * answers come in order all the same. */
START_TEST(who_waits_hears_soon)
{
	struct answer slow = { .left = 1 }, behind = { .left = 1 },
		      patient = { .left = 1 };
	int64_t start;

	ask("SELECT 1", &slow);
	slow.left = 1;
	start = now_ms();
	db_ask(db, "SELECT pg_sleep(2)", 0, NULL, keep, &slow);
	db_ask(db, "SELECT 'never sent'", 0, NULL, keep, &behind);
	db_query(db, "SELECT 'at last'", 0, NULL, keep, &patient);
	wait_for(&slow);
	wait_for(&behind);
	ck_assert_int_ge(now_ms() - start, DB_ASK_MS);
	ck_assert_int_lt(now_ms() - start, DB_ASK_MS + 300);
	ck_assert(!slow.ok && !behind.ok);
	ck_assert_str_eq(slow.sqlstate, "");
	wait_for(&patient);
	ck_assert_str_eq(patient.value, "at last");
	ck_assert(now_ms() - start >= 2000);
	ck_assert(db_ready(db));
}
END_TEST

START_TEST(patience_ends)
{
	struct db *hasty = db_create(base, "", DB_SESSION, 300);
	struct answer answer = { .left = 1 };
	int64_t start;

	db_query(hasty, "SELECT 1", 0, NULL, keep, &answer);
	wait_for(&answer);
	answer = (struct answer){ .left = 1 };
	start = now_ms();
	db_query(hasty, "SELECT pg_sleep(30)", 0, NULL, keep, &answer);
	wait_for(&answer);
	ck_assert(!answer.ok);
	ck_assert_int_lt(now_ms() - start, 1000);
	do {
		answer = (struct answer){ .left = 1 };
		db_query(hasty, "SELECT 'back'", 0, NULL, keep, &answer);
		wait_for(&answer);
	} while (!answer.ok);
	ck_assert_str_eq(answer.value, "back");
	db_destroy(hasty);
}
END_TEST

/* A host that takes connections and says nothing, before one that is well. */
START_TEST(the_next_host_is_tried)
{
	char folder[] = "/tmp/unifyd-dumb.XXXXXX", conninfo[256];
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int dumb = socket(AF_UNIX, SOCK_STREAM, 0);
	struct answer answer = { 0 };
	int64_t start = now_ms();
	struct db *two;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(at.sun_path, sizeof(at.sun_path), "%s/.s.PGSQL.5432", folder);
	ck_assert_int_eq(bind(dumb, (struct sockaddr *)&at, sizeof(at)), 0);
	ck_assert_int_eq(listen(dumb, 8), 0);
	snprintf(conninfo, sizeof(conninfo), "host=%s,%s", folder,
		getenv("PGHOST"));
	two = db_create(base, conninfo, DB_SESSION, 0);
	do {
		answer = (struct answer){ .left = 1 };
		db_query(two, "SHOW transaction_read_only", 0, NULL, keep,
			&answer);
		wait_for(&answer);
	} while (!answer.ok);
	ck_assert_str_eq(answer.value, "off");
	ck_assert_int_lt(now_ms() - start, 5000);
	db_destroy(two);
	close(dumb);
	unlink(at.sun_path);
	rmdir(folder);
}
END_TEST

/* Of two hosts it is the one that can be written: when the first cannot any
 * more, the connection is had anew. */
START_TEST(a_refusal_to_write_ends_a_connection)
{
	struct answer answer;

	ask("SET default_transaction_read_only = on", &answer);
	ck_assert(answer.ok);
	ask("CREATE TABLE never ()", &answer);
	ck_assert_str_eq(answer.sqlstate, "25006");
	ck_assert(!db_ready(db));
	do
		ask("CREATE TEMPORARY TABLE now ()", &answer);
	while (!answer.ok);
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
	tcase_add_test(t, statements_are_prepared_once);
	tcase_add_test(t, nothing_is_prepared_behind_a_pooler);
	tcase_add_test(t, who_serves_goes_by_keys);
	tcase_add_test(t, binary_parameters);
	tcase_add_test(t, a_slow_statement_stops_nobody_else);
	tcase_add_test(t, a_lost_connection_fails_and_comes_back);
	tcase_add_test(t, no_server_is_an_answer_too);
	tcase_add_test(t, who_waits_hears_soon);
	tcase_add_test(t, patience_ends);
	tcase_add_test(t, the_next_host_is_tried);
	tcase_add_test(t, a_refusal_to_write_ends_a_connection);
	suite_add_tcase(s, t);
	return s;
}
