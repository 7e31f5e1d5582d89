/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <string.h>

#include "core/names.h"

Suite *suite(void);

static bool
first_letters(struct arena *a, const char *x, const char *y)
{
	(void)a;
	return *x != *y;
}

static struct names
of(struct arena *a, const char *text)
{
	struct names names = { 0 };
	struct span rest = span_of(text);

	while (rest.len)
		names_add(a, &names, span_text(a, span_cut(rest, ' ', &rest)));
	return names;
}

START_TEST(any_order_gives_the_same)
{
	struct arena *a = arena_create();
	struct names x = of(a, "bia ana bia cris"), y = of(a, "cris ana bia");

	ck_assert_uint_eq(x.count, 3);
	ck_assert_str_eq(names_write(a, &x), names_write(a, &y));
	ck_assert(!names_add(a, &x, "ana"));
	ck_assert(!names_unite(a, &x, &y));
	arena_destroy(a);
}
END_TEST

/* Also where there are more than are kept, and one is a copy of the other. */
START_TEST(of_many_the_first_are_kept)
{
	struct arena *a = arena_create();
	struct names up = { 0 }, down = { 0 }, copy;
	size_t n = NAMES_MOST + 9;

	for (size_t i = 0; i < n; i++) {
		names_add(a, &up, arena_printf(a, "a%03zu", i));
		names_add(a, &down, arena_printf(a, "a%03zu", n - 1 - i));
	}
	ck_assert_uint_eq(up.count, NAMES_MOST);
	ck_assert_str_eq(names_write(a, &up), names_write(a, &down));
	ck_assert(names_are_several(a, &up, first_letters));
	copy = up;
	ck_assert(names_add(a, &copy, "a"));
	ck_assert_str_eq(names_write(a, &up), names_write(a, &down));
	arena_destroy(a);
}
END_TEST

START_TEST(written_and_read)
{
	struct arena *a = arena_create();
	struct names none = { 0 }, back;
	struct names some = of(a, "n\tana\nb\t1971\n n\tbia\n");

	ck_assert_ptr_null(names_write(a, &none));
	back = names_read(a, span_of(names_write(a, &some)));
	ck_assert_uint_eq(back.count, 2);
	ck_assert_str_eq(back.items[0], "n\tana\nb\t1971\n");
	ck_assert_str_eq(back.items[1], "n\tbia\n");
	arena_destroy(a);
}
END_TEST

START_TEST(whose_they_are)
{
	struct arena *a = arena_create();
	struct names none = { 0 };
	struct names ana = of(a, "ana annie"), bia = of(a, "bia");
	struct names both = of(a, "bea abe");

	ck_assert(!names_are_several(a, &none, first_letters));
	ck_assert(!names_are_several(a, &ana, first_letters));
	ck_assert(names_are_several(a, &both, first_letters));
	ck_assert(names_are_others(a, &ana, &bia, first_letters));
	ck_assert(!names_are_others(a, &ana, &both, first_letters));
	ck_assert(!names_are_others(a, &ana, &none, first_letters));
	ck_assert(!names_are_others(a, &none, &ana, first_letters));
	arena_destroy(a);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("names");
	TCase *c = tcase_create("names");

	tcase_add_test(c, any_order_gives_the_same);
	tcase_add_test(c, of_many_the_first_are_kept);
	tcase_add_test(c, written_and_read);
	tcase_add_test(c, whose_they_are);
	suite_add_tcase(s, c);
	return s;
}
