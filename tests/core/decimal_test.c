/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/decimal.h"

#include <check.h> /* last: its macro fail() would hide ours */

Suite *suite(void);

static const struct {
	const char *sent;
	const char *want; /* with its sign; NULL: refused */
} cases[] = {
	{ "12", "12" }, { "119.90", "119.90" }, { "119,90", "119.90" },
	{ "0,5", "0.5" }, { "007.10", "007.10" }, { "+3.10", "3.10" },
	{ "-1", "-1" },
	/* Two marks: the last is the decimal one. */
	{ "1.234,56", "1234.56" }, { "1,234.56", "1234.56" },
	{ "-1.234.567,8", "-1234567.8" },
	/* One mark that repeats; one mark alone. */
	{ "1.234.567", "1234567" }, { "1,234,567", "1234567" },
	{ "1.234", "1.234" },
	/* Nothing is negative zero. */
	{ "-0,00", "0.00" }, { "-0.01", "-0.01" },
	/* No double could hold it. */
	{ "12345678901234567890123456789.10",
		"12345678901234567890123456789.10" },
	{ "-12345678901234567890123456789.10",
		"-12345678901234567890123456789.10" },
	{ "123456789012345678901234567890123", NULL }, { "", NULL },
	{ "-", NULL }, { "--1", NULL }, { "+-1", NULL }, { "1-", NULL },
	{ " 1", NULL }, { "12 34", NULL }, { "abc", NULL }, { "1e3", NULL },
	{ "0x1f", NULL }, { "12,", NULL }, { ",5", NULL }, { ".", NULL },
	{ "1,2,3", NULL }, { "1.23.456", NULL }, { "1234.567.890", NULL },
	{ "1.234.56", NULL }, { "1234.567,8", NULL }, { "1.234,56,7", NULL },
	{ "1,234.567,8", NULL },
	{ "\xd9\xa1", NULL }, /* digits of another script */
};

START_TEST(read_or_refused)
{
	const struct span untouched = { NULL, 77 };
	struct arena *a = arena_create();
	struct span sent = span_of(cases[_i].sent);
	struct span digits = untouched, all = untouched;
	const char *want = cases[_i].want;
	bool negative = true;
	bool good = decimal_parse(a, sent, &negative, &digits);

	ck_assert_msg(good == (want != NULL), "%s", cases[_i].sent);
	ck_assert_int_eq(decimal_parse_signed(a, sent, &all), good);
	if (good) {
		ck_assert_int_eq(negative, *want == '-');
		ck_assert_str_eq(digits.data, want + negative);
		ck_assert_uint_eq(digits.len, strlen(digits.data));
		ck_assert_str_eq(all.data, want);
		ck_assert_uint_eq(all.len, strlen(want));
	} else {
		ck_assert(negative);
		ck_assert_uint_eq(digits.len, untouched.len);
		ck_assert_uint_eq(all.len, untouched.len);
	}
	arena_destroy(a);
}
END_TEST

START_TEST(nul_is_no_mark)
{
	struct arena *a = arena_create();
	struct span out;

	ck_assert(!decimal_parse_signed(a, (struct span){ "1\0", 2 }, &out));
	ck_assert(!decimal_parse_signed(a, (struct span){ "\0", 1 }, &out));
	arena_destroy(a);
}
END_TEST

START_TEST(plain_ones)
{
	static const char *const plain[] = { "0", "119.90", "-1.5", "007",
		"12345678901234567890123456789.10" };
	static const char *const other[] = { "", "-", "--1", "+1", "1.", ".5",
		"1,5", "1.2.3", "1e3", " 1", "1-",
		"123456789012345678901234567890123" };

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		ck_assert_msg(
			decimal_is_plain(span_of(plain[i])), "%s", plain[i]);
	for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++)
		ck_assert_msg(
			!decimal_is_plain(span_of(other[i])), "%s", other[i]);
	ck_assert(!decimal_is_plain((struct span){ "1\0", 2 }));
}
END_TEST

START_TEST(sums)
{
	static const char *const added[][3] = {
		{ "0.10", "0.20", "0.30" },
		{ "0.10", "-1", "-0.90" },
		{ "-0.10", "0.1", "0.00" },
		{ "999", "1", "1000" },
		{ "0.005", "0.005", "0.010" },
		{ "-1.50", "-2.5", "-4.00" },
		{ "12345678901234567890.10", "0.90",
			"12345678901234567891.00" },
		{ "0", "0", "0" },
		{ "99999999999999999999999999999999", "0.01", NULL },
		{ "0.0000000000000000000000000000001",
			"99999999999999999999999999999999", NULL },
	};
	struct arena *arena = arena_create();

	for (size_t i = 0; i < sizeof(added) / sizeof(*added); i++) {
		struct span sum = span_of("untouched");
		bool done = decimal_add(arena, span_of(added[i][0]),
			span_of(added[i][1]), &sum);

		ck_assert_int_eq(done, added[i][2] != NULL);
		ck_assert_str_eq(span_text(arena, sum),
			done ? added[i][2] : "untouched");
	}
	arena_destroy(arena);
}
END_TEST

START_TEST(sums_of_many)
{
	static const char *const added[][5] = {
		{ "0" },
		{ "5", "5" },
		{ "250.000", "119.9", "130.10", "0.000" },
		{ "-0.90", "0.10", "-1" },
		{ "0.00", "0.1", "-0.10" },
		{ "-4.00", "-1.50", "-2.5" },
		{ "-90", "-100", "10" },
		{ "199999999999999999999999999999998.01",
			"99999999999999999999999999999999", "0.01",
			"99999999999999999999999999999999" },
		{ "-199999999999999999999999999999998",
			"-99999999999999999999999999999999",
			"-99999999999999999999999999999999" },
	};
	struct arena *arena = arena_create();

	for (size_t i = 0; i < sizeof(added) / sizeof(*added); i++) {
		struct span items[4];
		size_t count = 0;

		for (; count < 4 && added[i][count + 1]; count++)
			items[count] = span_of(added[i][count + 1]);
		ck_assert_str_eq(
			span_text(arena, decimal_sum(arena, items, count)),
			added[i][0]);
	}
	arena_destroy(arena);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("decimal");
	TCase *t = tcase_create("decimal");

	tcase_add_loop_test(
		t, read_or_refused, 0, (int)(sizeof(cases) / sizeof(cases[0])));
	tcase_add_test(t, nul_is_no_mark);
	tcase_add_test(t, plain_ones);
	tcase_add_test(t, sums);
	tcase_add_test(t, sums_of_many);
	suite_add_tcase(s, t);
	return s;
}
