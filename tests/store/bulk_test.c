/* SPDX-License-Identifier: Apache-2.0 */
/* Rows into the private PostgreSQL that tests/tools/pg.sh started, by COPY, and
 * out again. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "io/bulk.h"
#include "io/loader.h"
#include "store/columns.h"

Suite *suite(void);

#define CONNINFO "connect_timeout=5"
#define TABLE                                                                  \
	"CREATE TEMPORARY TABLE given (place serial, u uuid, t text, j "       \
	"jsonb, z timestamptz, b boolean, i integer, l bigint, ids uuid[], "   \
	"smalls smallint[], n numeric)"
#define LOAD                                                                   \
	"COPY given (u, t, j, z, b, i, l, ids, smalls, n) FROM STDIN "         \
	"(FORMAT binary)"
#define SAVE                                                                   \
	"COPY (SELECT u, z, b, i, l, smalls, j, n FROM given ORDER BY place) " \
	"TO STDOUT (FORMAT binary)"

static struct arena *a;
static struct bulk *b;
static const struct id id = { { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	15, 16 } };

static void
setup(void)
{
	struct err e;

	a = arena_create();
	b = bulk_open(CONNINFO, &e);
	ck_assert_msg(b != NULL, "%s", e.text);
}

static void
teardown(void)
{
	bulk_close(b);
	arena_destroy(a);
}

static void
run(const char *sql)
{
	struct err e;

	ck_assert_msg(bulk_run(b, sql, &e), "%s", e.text);
}

static const char *
ask(const char *sql)
{
	const char **cells;
	size_t rows;
	struct err e;

	ck_assert_msg(bulk_list(b, a, sql, &cells, &rows, &e), "%s", e.text);
	return rows ? cells[0] : NULL;
}

static void
put_row(struct columns *c, const char *number)
{
	const struct id ids[] = { id, { { 0 } } };
	const int16_t smalls[] = { 1, -32768, 3 };

	columns_id(c, &id);
	columns_text(c, span_of("ã"));
	columns_json(c, "{\"price\":12.50}");
	columns_time(c, INT64_C(1780000000123456));
	columns_bool(c, true);
	columns_int(c, -5);
	columns_int(c, INT64_C(-5000000000));
	columns_ids(c, ids, 2);
	columns_smalls(c, smalls, 3);
	columns_decimal(c, span_of(number));
}

static void
put_empty(struct columns *c)
{
	for (int i = 0; i < 7; i++)
		columns_null(c);
	columns_ids(c, NULL, 0);
	columns_smalls(c, NULL, 0);
	columns_null(c);
}

START_TEST(every_kind)
{
	struct columns *c = columns_create_copy(a, "utjzbilUSn");
	struct err e;

	run(TABLE);
	put_row(c, "0.10");
	put_empty(c);
	ck_assert_uint_eq(columns_rows(c), 2);
	ck_assert_msg(bulk_write(b, LOAD, columns_copy(c), &e), "%s", e.text);
	run("SET timezone = UTC");
	ck_assert_str_eq(ask("SELECT given::text FROM given WHERE place = 1"),
		"(1,01020304-0506-0708-090a-0b0c0d0e0f10,ã,"
		"\"{\"\"price\"\": 12.50}\",\"2026-05-28 20:26:40.123456+00\","
		"t,-5,-5000000000,"
		"\"{01020304-0506-0708-090a-0b0c0d0e0f10,"
		"00000000-0000-0000-0000-000000000000}\","
		"\"{1,-32768,3}\",0.10)");
	ck_assert_str_eq(ask("SELECT given::text FROM given WHERE place = 2"),
		"(2,,,,,,,,{},{},)");
}
END_TEST

START_TEST(and_back)
{
	struct columns *c = columns_create_copy(a, "utjzbilUSn");
	int16_t smalls[8];
	struct span row, cell;
	struct cells cells;
	struct id found;
	struct err e;

	run(TABLE);
	put_row(c, "1");
	put_empty(c);
	ck_assert(bulk_write(b, LOAD, columns_copy(c), &e));
	ck_assert_msg(bulk_read(b, SAVE, &e), "%s", e.text);
	ck_assert(bulk_next(b, &row, &e) && row.data);
	cells = cells_of(row);
	found = cells_id(&cells);
	ck_assert_int_eq(id_compare(&found, &id), 0);
	ck_assert_int_eq(cells_time(&cells, 0), INT64_C(1780000000123456));
	ck_assert_int_eq(cells_int(&cells), 1);
	ck_assert_int_eq(cells_int(&cells), -5);
	ck_assert_int_eq(cells_int(&cells), INT64_C(-5000000000));
	ck_assert_uint_eq(cells_smalls(&cells, smalls, 8), 3);
	ck_assert_int_eq(smalls[1], -32768);
	ck_assert(span_is(cells_json(&cells), "{\"price\": 12.50}"));
	ck_assert(bulk_next(b, &row, &e) && row.data);
	cells = cells_of(row);
	found = cells_id(&cells);
	ck_assert_int_eq(id_compare(&found, &(struct id){ { 0 } }), 0);
	ck_assert_int_eq(cells_time(&cells, 7), 7);
	ck_assert_int_eq(cells_int(&cells), 0);
	ck_assert_int_eq(cells_int(&cells), 0);
	ck_assert_int_eq(cells_int(&cells), 0);
	ck_assert_uint_eq(cells_smalls(&cells, smalls, 8), 0);
	ck_assert(!cells_json(&cells).data);
	ck_assert(!cells_next(&cells, &cell) && !cells_next(&cells, &cell));
	ck_assert(bulk_next(b, &row, &e) && !row.data);
	/* And the connection is free again. */
	ck_assert_str_eq(ask("SELECT 'free'"), "free");
	ck_assert_msg(bulk_read(b,
			      "COPY (SELECT 1 WHERE false) TO STDOUT "
			      "(FORMAT binary)",
			      &e),
		"%s", e.text);
	ck_assert(bulk_next(b, &row, &e) && !row.data);
}
END_TEST

static const char *const numbers[] = { "0", "0.00", "-0.5", "7", "1234",
	"12345", "10000", "100000000", "99999999.9999", "0.0001", "0.00010",
	"-1234567890123456789.0123456789", "007.10", "5.12345" };

/* Not a digit more or less than were sent, but for what leads. */
START_TEST(decimals)
{
	struct columns *c = columns_create_copy(a, "n");
	struct err e;

	columns_decimal(c, span_of(numbers[_i]));
	run("CREATE TEMPORARY TABLE given (n numeric)");
	ck_assert_msg(bulk_write(b, "COPY given FROM STDIN (FORMAT binary)",
			      columns_copy(c), &e),
		"%s", e.text);
	ck_assert_str_eq(ask("SELECT n FROM given"),
		ask(arena_printf(a, "SELECT '%s'::numeric", numbers[_i])));
}
END_TEST

static void
wait_for(struct loader *l)
{
	bool done = false;
	struct err e;

	while (!done)
		ck_assert_msg(loader_wait(l, 100, &done, &e), "%s", e.text);
}

/* In the order in which it was told, with more than may wait. */
START_TEST(in_the_background)
{
	enum { PARTS = 40, ROWS = 30000 };
	struct loader *l;
	struct err e;

	run("CREATE TABLE IF NOT EXISTS many (i integer)");
	run("TRUNCATE many");
	l = loader_start(bulk_open(CONNINFO, &e));
	for (int part = 0; part < PARTS; part++) {
		struct arena *own = arena_create();
		struct columns *c = columns_create_copy(own, "i");
		struct span rows;
		char *copy;

		for (int i = 0; i < ROWS; i++)
			columns_int(c, part);
		rows = columns_copy(c);
		copy = malloc(rows.len);
		ck_assert_ptr_nonnull(copy);
		memcpy(copy, rows.data, rows.len);
		ck_assert(loader_add(l, "COPY many FROM STDIN (FORMAT binary)",
			copy, rows.len, &e));
		arena_destroy(own);
	}
	ck_assert(loader_add(l, "ALTER TABLE many ADD j integer", NULL, 0, &e));
	wait_for(l);
	loader_stop(l);
	ck_assert_str_eq(ask("SELECT count(j IS NULL) || ' ' || sum(i) "
			     "FROM many"),
		"1200000 23400000");
	run("DROP TABLE many");
}
END_TEST

/* What comes after a failure is not done; the reason quotes no value. */
START_TEST(failure_is_the_last)
{
	struct loader *l;
	struct err e = { 0 };
	bool done, ok;

	l = loader_start(bulk_open(CONNINFO, &e));
	ck_assert(loader_add(l, "SELECT 'secret'::integer", NULL, 0, &e));
	do
		ok = loader_wait(l, 100, &done, &e);
	while (ok && !done);
	ck_assert(!ok);
	ck_assert_str_eq(e.text, "postgresql: a value was refused");
	ck_assert(!loader_add(l, "CREATE TABLE late ()", NULL, 0, &e));
	loader_stop(l);
	ck_assert_str_eq(ask("SELECT count(*) FROM pg_class "
			     "WHERE relname = 'late'"),
		"0");
}
END_TEST

START_TEST(no_connection)
{
	struct err e = { 0 };

	ck_assert(!bulk_open("host=/nowhere", &e));
	ck_assert_int_eq(e.code, ERR_BUSY);
	bulk_close(NULL);
	loader_stop(NULL);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("store/bulk");
	TCase *tc = tcase_create("bulk");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, every_kind);
	tcase_add_test(tc, and_back);
	tcase_add_loop_test(
		tc, decimals, 0, sizeof(numbers) / sizeof(numbers[0]));
	tcase_add_test(tc, in_the_background);
	tcase_add_test(tc, failure_is_the_last);
	tcase_add_test(tc, no_connection);
	suite_add_tcase(s, tc);
	return s;
}
