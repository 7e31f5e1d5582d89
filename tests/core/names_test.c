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

static bool
are_same(const struct names *x, const struct names *y)
{
	for (size_t i = 0; i < x->count && x->count == y->count; i++)
		if (strcmp(x->items[i], y->items[i]) != 0)
			return false;
	return x->count == y->count;
}

START_TEST(any_order_gives_the_same)
{
	struct arena *a = arena_create();
	struct names x = of(a, "bia ana bia cris"), y = of(a, "cris ana bia");

	ck_assert_uint_eq(x.count, 3);
	ck_assert(are_same(&x, &y));
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
	ck_assert(are_same(&up, &down));
	ck_assert(names_are_several(a, &up, first_letters));
	copy = up;
	names_add(a, &copy, "a");
	ck_assert(are_same(&up, &down));
	arena_destroy(a);
}
END_TEST

START_TEST(whose_they_are)
{
	struct arena *a = arena_create();
	struct names none = { 0 };
	struct names ana = of(a, "ana annie"), both = of(a, "bea abe");

	ck_assert(!names_are_several(a, &none, first_letters));
	ck_assert(!names_are_several(a, &ana, first_letters));
	ck_assert(names_are_several(a, &both, first_letters));
	ck_assert(names_are_others(a, &ana, "bia", first_letters));
	ck_assert(!names_are_others(a, &both, "bia", first_letters));
	ck_assert(!names_are_others(a, &none, "bia", first_letters));
	arena_destroy(a);
}
END_TEST

static bool
tell(struct called *called, const char *text, int64_t at, uint8_t event,
	bool *gone)
{
	struct called word = { text, at, { { event } } };

	return called_take(called, &word, gone);
}

START_TEST(the_latest_word_holds)
{
	struct called one = { 0 };
	bool gone = false;

	ck_assert(!tell(&one, NULL, 9, 1, &gone));
	ck_assert(tell(&one, "bia", 5, 1, &gone));
	ck_assert(!tell(&one, "bia", 9, 1, &gone)); /* the same, later */
	ck_assert(!gone);
	ck_assert(!tell(&one, "ana", 8, 9, &gone)); /* too late */
	ck_assert(gone);
	gone = false;
	ck_assert(tell(&one, "ana", 9, 2, &gone)); /* of one instant */
	ck_assert(gone);
	ck_assert_str_eq(one.text, "ana");
}
END_TEST

START_TEST(written_and_read)
{
	struct arena *a = arena_create();
	struct called one = { 0 }, back;
	bool gone = false;

	ck_assert_ptr_null(called_write(a, &one));
	tell(&one, "n\tana maria", -5, 7, &gone);
	back = called_read(a, span_of(called_write(a, &one)));
	ck_assert_str_eq(called_write(a, &back), called_write(a, &one));
	ck_assert_str_eq(back.text, "n\tana maria");
	back = called_read(a, span_of("9 x y"));
	ck_assert_ptr_null(back.text);
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
	tcase_add_test(c, whose_they_are);
	tcase_add_test(c, the_latest_word_holds);
	tcase_add_test(c, written_and_read);
	suite_add_tcase(s, c);
	return s;
}
