/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>

#include "base/clock.h"

Suite *suite(void);

static const struct {
	const char *sent;
	int zone;
	const char *want; /* NULL: refused */
} times[] = {
	{ "2026-11-25T20:38:00Z", 0, "2026-11-25T20:38:00Z" },
	{ "2026-11-25T20:38:00.5Z", 0, "2026-11-25T20:38:00.500000Z" },
	{ "2026-11-25T20:38:00.123456789-03:00", 0,
		"2026-11-25T23:38:00.123456Z" },
	{ "2026-11-25 20:38", -180, "2026-11-25T23:38:00Z" },
	{ "2024-02-29T00:00:00Z", 0, "2024-02-29T00:00:00Z" },
	{ "1969-12-31T23:59:59Z", 0, "1969-12-31T23:59:59Z" },
	{ "0001-01-01T00:00:00Z", 0, "0001-01-01T00:00:00Z" },
	{ "2023-02-29T00:00:00Z", 0, NULL },
	{ "2026-13-01T00:00:00Z", 0, NULL },
	{ "2026-11-25T24:00:00Z", 0, NULL },
	{ "2026-11-25T20:38:00.Z", 0, NULL },
	{ "2026-11-25T20:38:00Zx", 0, NULL },
	{ "2026-11-25", 0, NULL },
	{ "", 0, NULL },
};

START_TEST(rfc3339)
{
	char text[CLOCK_TEXT];
	struct err e = { 0 };
	int64_t at = 42;
	bool ok = clock_parse_rfc3339(
		span_of(times[_i].sent), times[_i].zone, &at, &e);

	ck_assert_int_eq(ok, times[_i].want != NULL);
	if (ok) {
		ck_assert_str_eq(clock_format(at, text), times[_i].want);
	} else {
		ck_assert_int_eq(at, 42);
		ck_assert_int_eq(e.code, ERR_INPUT);
	}
}
END_TEST

static const struct {
	const char *sent, *want; /* NULL: no time */
} any[] = {
	{ "Thu, 26 Nov 2026 09:30:07 +0000", "2026-11-26T09:30:07Z" },
	{ "Thu, 26 Nov 2026 09:30:07 -0300", "2026-11-26T12:30:07Z" },
	{ "6 Nov 2026 09:30 GMT", "2026-11-06T09:30:00Z" },
	{ "26 Nov 2026 09:30:07 UT", "2026-11-26T09:30:07Z" },
	{ "1795685407", "2026-11-26T09:30:07Z" },
	{ "1795685407125", "2026-11-26T09:30:07.125000Z" },
	{ "2026-11-26 09:30:07", "2026-11-26T09:30:07Z" },
	{ "26 Nov 2026 09:30:07 PST", NULL },
	{ "26 Nov 2026 09:30:07", NULL },
	{ "26 Nuv 2026 09:30:07 +0000", NULL },
	{ "31 Feb 2026 09:30:07 +0000", NULL },
	{ "Thu,", NULL },
	{ "", NULL },
	{ "-1", NULL },
};

START_TEST(any_form)
{
	char text[CLOCK_TEXT];
	int64_t at = clock_read(span_of(any[_i].sent));

	if (any[_i].want)
		ck_assert_str_eq(clock_format(at, text), any[_i].want);
	else
		ck_assert(at == CLOCK_NONE);
}
END_TEST

static const struct {
	const char *sent;
	int zone;
	const char *want; /* NULL: refused */
} days[] = {
	{ "25/11/2026 20:38:07", 0, "2026-11-25T20:38:07Z" },
	{ "25/11/2026 20:38", -180, "2026-11-25T23:38:00Z" },
	{ "25/11/2026 20:38", 330, "2026-11-25T15:08:00Z" },
	{ "25/11/2026", -180, "2026-11-25T03:00:00Z" },
	{ "5/1/2026 8:3:1", 0, "2026-01-05T08:03:01Z" },
	{ "29/02/2024", 0, "2024-02-29T00:00:00Z" },
	{ "31/02/2026", 0, NULL },
	{ "11/25/2026", 0, NULL },
	/* A year of two digits is no year of the first century. */
	{ "25/11/26", 0, NULL },
	{ "25/11/26 20:38", 0, NULL },
	{ "25/11/20266", 0, NULL },
	{ "25/11/2026T20:38", 0, NULL },
	{ "25/11/2026 ", 0, NULL },
	{ "25/11/2026 20", 0, NULL },
	{ "25/11/2026 20:", 0, NULL },
	{ "25/11/2026 20:38:", 0, NULL },
	{ "25/11/2026 24:00", 0, NULL },
	{ "25/11/2026 20:38Z", 0, NULL },
	{ "025/11/2026", 0, NULL },
	{ "25-11-2026", 0, NULL },
	{ "2026-11-25T20:38:00Z", 0, NULL },
	{ "", 0, NULL },
};

START_TEST(day_month_year)
{
	char text[CLOCK_TEXT];
	struct err e = { 0 };
	int64_t at = 42;
	bool ok =
		clock_parse_dmy(span_of(days[_i].sent), days[_i].zone, &at, &e);

	ck_assert_msg(ok == (days[_i].want != NULL), "%s", days[_i].sent);
	if (ok) {
		ck_assert_str_eq(clock_format(at, text), days[_i].want);
	} else {
		ck_assert_int_eq(at, 42);
		ck_assert_int_eq(e.code, ERR_INPUT);
	}
}
END_TEST

static const struct {
	const char *sent;
	bool good;
	int want;
} zones[] = {
	{ "-03:00", true, -180 },
	{ "+05:30", true, 330 },
	{ "5:30", true, 330 },
	{ " -180 ", true, -180 },
	{ "60", true, 60 },
	{ "Z", true, 0 },
	{ "z", true, 0 },
	{ "", true, 0 },
	{ "24:00", true, 1440 },
	{ "24:01", false, 0 },
	{ "-1441", false, 0 },
	{ "12345", false, 0 },
	{ "03:60", false, 0 },
	{ "03:", false, 0 },
	{ ":30", false, 0 },
	{ "-", false, 0 },
	{ "--3", false, 0 },
	{ "Brasilia", false, 0 },
};

START_TEST(zones_in_minutes)
{
	struct err e = { 0 };
	int minutes = 7;
	bool ok = clock_parse_zone(span_of(zones[_i].sent), &minutes, &e);

	ck_assert_msg(ok == zones[_i].good, "%s", zones[_i].sent);
	ck_assert_int_eq(minutes, ok ? zones[_i].want : 7);
	ck_assert_int_eq(e.code, ok ? ERR_NONE : ERR_INPUT);
}
END_TEST

START_TEST(epoch_seconds_and_milliseconds)
{
	int64_t seconds = 0, millis = 0;

	ck_assert(clock_parse_epoch(span_of("1697043223"), &seconds, NULL));
	ck_assert(clock_parse_epoch(span_of("1697043223000"), &millis, NULL));
	ck_assert_int_eq(seconds, millis);
	ck_assert(!clock_parse_epoch(span_of("12a"), &seconds, NULL));
	ck_assert(!clock_parse_epoch(span_of(""), &seconds, NULL));
	ck_assert(!clock_parse_epoch(
		span_of("1234567890123456"), &seconds, NULL));
}
END_TEST

/* A zone moves an instant over the edge, and so do milliseconds. */
START_TEST(years_have_four_digits)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z" },
		{ "0001-01-01T00:00:00+00:01", NULL },
		{ "9999-12-31T23:59:59.999999Z",
			"9999-12-31T23:59:59.999999Z" },
		{ "9999-12-31T23:59:59-00:01", NULL },
		{ "9999-12-31T23:59:60Z", NULL },
		{ "Fri, 31 Dec 9999 23:59:59 -0001", NULL },
		{ "253402300799999", "9999-12-31T23:59:59.999000Z" },
		{ "253402300800000", NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[CLOCK_TEXT];
		int64_t at = clock_read(span_of(cases[i].text));

		if (cases[i].want)
			ck_assert_str_eq(clock_format(at, text), cases[i].want);
		else
			ck_assert_int_eq(at, CLOCK_NONE);
	}
}
END_TEST

START_TEST(every_day_of_four_centuries_comes_back)
{
	int64_t first = 0, at = 0;
	char text[CLOCK_TEXT];

	ck_assert(clock_civil(1800, 1, 1, 12, 0, 0, &first));
	for (int day = 0; day < 146097; day++) {
		int64_t want = first + day * CLOCK_DAY;

		clock_format(want, text);
		ck_assert(clock_parse_rfc3339(span_of(text), 0, &at, NULL));
		ck_assert_int_eq(at, want);
	}
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("clock");
	TCase *t = tcase_create("clock");

	tcase_add_loop_test(
		t, any_form, 0, (int)(sizeof(any) / sizeof(any[0])));
	tcase_add_loop_test(
		t, rfc3339, 0, (int)(sizeof(times) / sizeof(times[0])));
	tcase_add_loop_test(
		t, day_month_year, 0, (int)(sizeof(days) / sizeof(days[0])));
	tcase_add_loop_test(t, zones_in_minutes, 0,
		(int)(sizeof(zones) / sizeof(zones[0])));
	tcase_add_test(t, epoch_seconds_and_milliseconds);
	tcase_add_test(t, years_have_four_digits);
	tcase_add_test(t, every_day_of_four_centuries_comes_back);
	suite_add_tcase(s, t);
	return s;
}
