/* SPDX-License-Identifier: Apache-2.0 */
#include "io/limit.h"

#include <check.h>
#include <stdio.h>

#include "base/clock.h"

Suite *suite(void);

static struct limit *l;

static void
setup(void)
{
	l = limit_create();
}

static void
teardown(void)
{
	limit_destroy(l);
}

static unsigned
take(const char *who, struct limit_rate rate, double seconds)
{
	return limit_take(l, span_of(who), rate,
		(int64_t)(seconds * (double)CLOCK_SECOND));
}

/* A period's worth at once, then one each time that one more has passed. */
START_TEST(at_once_and_then_at_its_pace)
{
	static const struct limit_rate rate = { 10, 60 };

	for (int i = 0; i < 10; i++)
		ck_assert_uint_eq(take("a", rate, 100), 0);
	ck_assert_uint_eq(take("a", rate, 100), 6);
	ck_assert_uint_eq(take("a", rate, 104.5), 2);
	ck_assert_uint_eq(take("a", rate, 105.999), 1);
	ck_assert_uint_eq(take("a", rate, 106), 0);
	ck_assert_uint_eq(take("a", rate, 106), 6);
	ck_assert_uint_eq(take("b", rate, 106), 0);
	/* who waited is as if never seen */
	for (int i = 0; i < 10; i++)
		ck_assert_uint_eq(take("a", rate, 166), 0);
	ck_assert_uint_eq(take("a", rate, 166), 6);
}
END_TEST

START_TEST(an_even_pace_is_never_too_fast)
{
	for (int i = 0; i < 3000; i++)
		ck_assert_uint_eq(
			take("a", (struct limit_rate){ 1000, 1 }, i / 1000.0),
			0);
}
END_TEST

START_TEST(a_second_is_the_least_to_wait)
{
	static const struct limit_rate rate = { 1000, 1 };

	for (int i = 0; i < 1000; i++)
		ck_assert_uint_eq(take("a", rate, 5), 0);
	ck_assert_uint_eq(take("a", rate, 5), 1);
}
END_TEST

START_TEST(none_is_no_limit)
{
	for (int i = 0; i < 10000; i++)
		ck_assert_uint_eq(take("a", (struct limit_rate){ 0, 1 }, 5), 0);
}
END_TEST

START_TEST(looking_does_not_count)
{
	static const struct limit_rate rate = { 2, 60 };
	const struct span a = span_of("a");

	for (int i = 0; i < 10; i++)
		ck_assert_uint_eq(limit_wait(l, a, rate, 0), 0);
	ck_assert_uint_eq(take("a", rate, 0), 0);
	ck_assert_uint_eq(limit_wait(l, a, rate, 0), 0);
	ck_assert_uint_eq(take("a", rate, 0), 0);
	ck_assert_uint_eq(limit_wait(l, a, rate, 0), 30);
	ck_assert_uint_eq(limit_wait(l, a, rate, 30 * CLOCK_SECOND), 0);
	ck_assert_uint_eq(limit_wait(l, a, (struct limit_rate){ 0, 1 }, 0), 0);
}
END_TEST

/* Whoever else comes: of few, each keeps his count; of a million, nothing
 * grows, and those who do it often are not forgotten for those who do not. */
START_TEST(many)
{
	static const struct limit_rate rate = { 5, 3600 };
	char name[32];

	for (int round = 0; round < 6; round++)
		for (int i = 0; i < 100; i++) {
			snprintf(name, sizeof(name), "%d", i);
			ck_assert_uint_eq(
				take(name, rate, 10) != 0, round == 5);
		}
	for (int i = 100; i < 50000; i++) {
		snprintf(name, sizeof(name), "%d", i);
		ck_assert_uint_eq(take(name, rate, 10), 0);
	}
	ck_assert_uint_ne(take("7", rate, 10), 0);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("limit");
	TCase *t = tcase_create("limit");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, at_once_and_then_at_its_pace);
	tcase_add_test(t, an_even_pace_is_never_too_fast);
	tcase_add_test(t, a_second_is_the_least_to_wait);
	tcase_add_test(t, none_is_no_limit);
	tcase_add_test(t, looking_does_not_count);
	tcase_add_test(t, many);
	suite_add_tcase(s, t);
	return s;
}
