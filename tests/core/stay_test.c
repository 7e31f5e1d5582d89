/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/stay.h"

Suite *suite(void);

enum { SILENCE = 10 };

static struct arena *a;
static struct cuts cuts;

static void
setup(void)
{
	a = arena_create();
	cuts = (struct cuts){ 0 };
}

static void
teardown(void)
{
	arena_destroy(a);
}

static int
compare(const void *left, const void *right)
{
	return strcmp(left, right);
}

/* The standing stays as text, in an order of their own. */
static char *
print(const struct stays *stays)
{
	char(*lines)[64] = arena_array(a, stays->count + 1, 64);
	size_t count = 0;
	char *text = arena_strndup(a, "", 0);

	for (size_t i = 0; i < stays->count; i++) {
		const struct stay *s = &stays->items[i];

		if (!s->into)
			snprintf(lines[count++], 64, "%06ld-%ld n%ld a%d%d",
				(long)s->first, (long)s->last, (long)s->events,
				s->assurance[0], s->assurance[1]);
	}
	qsort(lines, count, 64, compare);
	for (size_t i = 0; i < count; i++)
		text = arena_printf(a, "%s%s\n", text, lines[i]);
	return text;
}

static int
add(struct stays *stays, int64_t at, enum assurance one, enum assurance two)
{
	enum assurance both[] = { one, two };

	return stays_add(a, stays, SILENCE, &cuts, at, both, 2, NULL);
}

START_TEST(a_silence_parts_and_a_late_event_joins)
{
	struct stays stays = { 0 };

	ck_assert_int_eq(add(&stays, 100, ASSERTED, VERIFIED), 1);
	ck_assert_int_eq(add(&stays, 110, ASSERTED, ASSERTED), 1);
	ck_assert_int_eq(add(&stays, 130, VERIFIED, ASSERTED), 2);
	ck_assert_str_eq(
		print(&stays), "000100-110 n2 a13\n000130-130 n1 a31\n");
	ck_assert_int_eq(add(&stays, 120, ASSERTED, ASSERTED), 1);
	ck_assert_str_eq(print(&stays), "000100-130 n4 a33\n");
	ck_assert_int_eq(stays_standing(&stays, 2), 1);
}
END_TEST

START_TEST(the_limit_is_inclusive)
{
	struct stays stays = { 0 };

	add(&stays, 0, ASSERTED, ASSERTED);
	add(&stays, SILENCE, ASSERTED, ASSERTED);
	add(&stays, 2 * SILENCE + 1, ASSERTED, ASSERTED);
	ck_assert_str_eq(print(&stays), "000000-10 n2 a11\n000021-21 n1 a11\n");
}
END_TEST

START_TEST(only_evidence_moves)
{
	struct stays stays = { 0 };

	add(&stays, 100, ASSERTED, ASSERTED);
	ck_assert(stays.items[0].moved);
	stays.items[0].moved = stays.items[0].changed = false;
	add(&stays, 105, ASSERTED, ASSERTED);
	ck_assert(stays.items[0].changed);
	ck_assert(!stays.items[0].moved);
	add(&stays, 99, ASSERTED, ASSERTED);
	ck_assert(stays.items[0].moved);
}
END_TEST

/* Rows come in any order: the lower number stands, whichever was first, and
 * what joined something that joined is found. */
START_TEST(the_lower_number_stands)
{
	struct stays stays = { 0 };

	add(&stays, 100, ASSERTED, ASSERTED);
	add(&stays, 120, ASSERTED, ASSERTED);
	add(&stays, 140, ASSERTED, ASSERTED);
	stays.items[0].number = 3;
	stays.items[2].number = 1;
	for (int i = 0; i < 3; i++)
		stays.items[i].moved = false;
	ck_assert_int_eq(add(&stays, 110, ASSERTED, ASSERTED), 2);
	ck_assert_int_eq(stays_standing(&stays, 3), 2);
	ck_assert_int_eq(add(&stays, 130, ASSERTED, ASSERTED), 1);
	ck_assert_int_eq(stays_standing(&stays, 3), 1);
	ck_assert_int_eq(stays_standing(&stays, 1), 1);
	ck_assert(stays.items[2].moved); /* its first is earlier */
	ck_assert_str_eq(print(&stays), "000100-140 n5 a11\n");
}
END_TEST

/* Invariant 5, for stays: 200 worlds, each in two orders. */
START_TEST(any_order_gives_the_same)
{
	srand((unsigned)_i + 1);
	for (int world = 0; world < 20; world++) {
		struct stays one = { 0 }, two = { 0 };
		int64_t at[40];
		enum assurance know[40];
		int count = rand() % 40 + 1;

		for (int i = 0; i < count; i++) {
			at[i] = rand() % 400;
			know[i] = (enum assurance)(rand() % 3 + 1);
			add(&one, at[i], know[i], ASSERTED);
		}
		for (int left = count; left; left--) {
			int pick = rand() % left;

			add(&two, at[pick], know[pick], ASSERTED);
			at[pick] = at[left - 1];
			know[pick] = know[left - 1];
		}
		ck_assert_str_eq(print(&one), print(&two));
	}
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("stay");
	TCase *t = tcase_create("stay");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_silence_parts_and_a_late_event_joins);
	tcase_add_test(t, the_limit_is_inclusive);
	tcase_add_test(t, only_evidence_moves);
	tcase_add_test(t, the_lower_number_stands);
	tcase_add_loop_test(t, any_order_gives_the_same, 0, 10);
	suite_add_tcase(s, t);
	return s;
}
