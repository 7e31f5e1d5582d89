/* SPDX-License-Identifier: Apache-2.0 */
/* Which partitions of the journal are missing at which time; no database. */
#include "store/partition.h"

#include <string.h>

#include "base/clock.h"

#include <check.h> /* last: it has a macro called fail */

Suite *suite(void);

static struct arena *a;
static struct partitions p;

static void
setup(void)
{
	a = arena_create();
	p = (struct partitions){
		arena_array(a, PARTITION_MADE_MAX, sizeof(char *)), 0
	};
}

static void
teardown(void)
{
	arena_destroy(a);
}

/* Makes all that is missing; gives the last statement. */
static const char *
make_all(const char *day, size_t *made)
{
	const char *name, *sql, *last = "";
	int64_t now;

	ck_assert(clock_parse_rfc3339(span_of(day), 0, &now, NULL));
	for (*made = 0; (sql = partition_missing(a, &p, now, &name)); ++*made) {
		p.names[p.count++] = name;
		last = sql;
	}
	return last;
}

START_TEST(from_the_first_day)
{
	size_t made;

	/* 26 years, and January to the second month ahead. */
	ck_assert_str_eq(make_all("2026-11-26T00:00:00Z", &made),
		"CREATE TABLE IF NOT EXISTS journal_2027_01 PARTITION OF "
		"journal FOR VALUES FROM ('2027-01-01Z') TO ('2027-02-01Z')");
	ck_assert_uint_eq(made, 26 + 13);
	ck_assert_str_eq(p.names[0], "journal_2000");
	ck_assert_str_eq(p.names[25], "journal_2025");
	ck_assert_str_eq(p.names[26], "journal_2026_01");
	make_all("2026-11-30T23:59:59Z", &made);
	ck_assert_uint_eq(made, 0);
	make_all("2026-12-01T00:00:00Z", &made);
	ck_assert_uint_eq(made, 1);
}
END_TEST

/* A year whose months are there never becomes a year's, and what a daemon
 * that slept missed is made up for. */
START_TEST(over_the_years)
{
	size_t made;

	make_all("2026-02-01T00:00:00Z", &made);
	ck_assert_uint_eq(made, 26 + 4);
	make_all("2028-01-31T00:00:00Z", &made);
	ck_assert_uint_eq(made, 8 + 12 + 3);
	for (size_t i = 26; i < p.count; i++)
		ck_assert_uint_eq(
			strlen(p.names[i]), strlen("journal_2026_01"));
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("partition");
	TCase *t = tcase_create("partition");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, from_the_first_day);
	tcase_add_test(t, over_the_years);
	suite_add_tcase(s, t);
	return s;
}
