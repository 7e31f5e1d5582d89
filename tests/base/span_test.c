/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>

#include "base/arena.h"
#include "base/span.h"

Suite *suite(void);

START_TEST(cut_and_trim)
{
	struct span rest, first = span_cut(span_of(" a =b=c"), '=', &rest);

	ck_assert(span_is(span_trim(first), "a"));
	ck_assert(span_is(rest, "b=c"));
	first = span_cut(span_of("alone"), '=', &rest);
	ck_assert(span_is(first, "alone"));
	ck_assert_uint_eq(rest.len, 0);
	ck_assert_uint_eq(span_trim(span_of(" \t\r\n")).len, 0);
	ck_assert(span_is(span_of(NULL), ""));
	ck_assert(span_is_nocase(span_of("BeArEr"), "bearer"));
	ck_assert(!span_starts(span_of("ab"), "abc"));
}
END_TEST

static const struct {
	const char *text;
	bool good;
} utf8[] = {
	{ "", true },
	{ "Jos\xc3\xa9", true },
	{ "\xf0\x9f\x98\x80", true },
	{ "\xc0\xaf", false },	       /* overlong */
	{ "\xe0\x80\x80", false },     /* overlong */
	{ "\xed\xa0\x80", false },     /* surrogate */
	{ "\xf4\x90\x80\x80", false }, /* beyond U+10FFFF */
	{ "\xe2\x82", false },	       /* cut short */
	{ "\xff", false },
};

START_TEST(well_formed)
{
	ck_assert_int_eq(span_is_utf8(span_of(utf8[_i].text)), utf8[_i].good);
}
END_TEST

START_TEST(nul_is_not_text)
{
	ck_assert(!span_is_utf8((struct span){ "a\0b", 3 }));
}
END_TEST

START_TEST(what_is_not_utf8_is_latin1)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ "Jose", "Jose" },
		{ "Jos\xc3\xa9", "Jos\xc3\xa9" },
		{ "Jos\xe9", "Jos\xc3\xa9" },
		{ "\x80\xbf\xc0\xff", "\xc2\x80\xc2\xbf\xc3\x80\xc3\xbf" },
		/* One stray byte makes all of it Latin-1. */
		{ "\xc3\xa9\xe9", "\xc3\x83\xc2\xa9\xc3\xa9" },
	};
	struct arena *a = arena_create();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct span s = span_to_utf8(a, span_of(cases[i][0]));

		ck_assert_str_eq(s.data, cases[i][1]);
		ck_assert(span_is(s, cases[i][1]));
		ck_assert(span_is_utf8(s));
	}
	arena_destroy(a);
}
END_TEST

START_TEST(equal_in_length_and_bytes)
{
	ck_assert(span_equal(span_of("ab"), (struct span){ "abc", 2 }));
	ck_assert(!span_equal(span_of("ab"), span_of("abc")));
	ck_assert(!span_equal(span_of("ab"), span_of("aB")));
	ck_assert(span_equal(span_of(NULL), span_of("")));
}
END_TEST

START_TEST(characters_of_a_text)
{
	ck_assert(span_is_all(span_of("0918"), "0123456789"));
	ck_assert(!span_is_all(span_of("09a8"), "0123456789"));
	ck_assert(!span_is_all(span_of(""), "0123456789"));
	ck_assert(!span_is_all((struct span){ "1\0", 2 }, "0123456789"));
	ck_assert_uint_eq(
		span_characters(span_of("a\xc3\xa9\xf0\x9f\x98\x80")), 3);
	ck_assert_uint_eq(span_characters(span_of(NULL)), 0);
}
END_TEST

START_TEST(parts_with_a_mark)
{
	struct arena *a = arena_create();

	ck_assert_str_eq(
		span_path(a, span_of("page"), span_of("7")).data, "page/7");
	ck_assert_uint_eq(
		span_path(a, span_of("a"), span_of(NULL), span_of("b")).len, 4);
	ck_assert_uint_eq(span_join(a, '.', NULL, 0).len, 0);
	arena_destroy(a);
}
END_TEST

static void
count_up(void *arg)
{
	++*(int *)arg;
}

START_TEST(order_of_bytes)
{
	static const char *const sorted[] = { "", "A", "AB", "B", "a",
		"\xc3\xa9" };

	for (int i = 0; i < 6; i++) {
		for (int j = 0; j < 6; j++) {
			int order = span_compare(
				span_of(sorted[i]), span_of(sorted[j]));

			ck_assert_int_eq(
				(order > 0) - (order < 0), (i > j) - (i < j));
		}
	}
}
END_TEST

START_TEST(arena_grows_and_runs_what_was_deferred)
{
	struct arena *a = arena_create();
	int calls = 0;
	size_t cap = 0;
	int *items = NULL;

	arena_defer(a, count_up, &calls);
	for (size_t i = 0; i < 10000; i++) {
		items = arena_grow(a, items, i, &cap, sizeof(*items));
		items[i] = (int)i;
	}
	ck_assert_int_eq(items[9999], 9999);
	ck_assert_int_eq(items[0], 0);
	ck_assert_str_eq(arena_printf(a, "%s-%d", "a", 7), "a-7");
	arena_destroy(a);
	ck_assert_int_eq(calls, 1);
	arena_destroy(NULL);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("span");
	TCase *t = tcase_create("span");

	tcase_add_test(t, cut_and_trim);
	tcase_add_loop_test(
		t, well_formed, 0, (int)(sizeof(utf8) / sizeof(utf8[0])));
	tcase_add_test(t, nul_is_not_text);
	tcase_add_test(t, what_is_not_utf8_is_latin1);
	tcase_add_test(t, equal_in_length_and_bytes);
	tcase_add_test(t, characters_of_a_text);
	tcase_add_test(t, parts_with_a_mark);
	tcase_add_test(t, order_of_bytes);
	tcase_add_test(t, arena_grows_and_runs_what_was_deferred);
	suite_add_tcase(s, t);
	return s;
}
