/* SPDX-License-Identifier: Apache-2.0 */
/* Civil dates by day counting in 400-year eras, so that no zone data and no
 * C library call with hidden state takes part. */
#include "base/clock.h"

#include <stdio.h>
#include <string.h>

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days from 1970-01-01 to the civil date; years count from March. */
static int64_t
days_from_civil(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year =
		(153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 -
			     year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

bool
clock_civil(int year, int month, int day, int hour, int minute, double second,
	int64_t *out)
{
	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
		day > month_days(year, month))
		return false;
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
		!(second >= 0 && second < 61))
		return false;
	*out = days_from_civil(year, month, day) * CLOCK_DAY +
	       (hour * INT64_C(3600) + minute * INT64_C(60)) * CLOCK_SECOND +
	       (int64_t)(second * 1e6 + 0.5);
	return true;
}

/* Only what clock_format writes with four digits of the year: no more can be
 * read back. */
static bool
in_zone(int64_t at, int zone_minutes, int64_t *out)
{
	at -= (int64_t)zone_minutes * 60 * CLOCK_SECOND;
	if (at < days_from_civil(1, 1, 1) * CLOCK_DAY ||
		at >= days_from_civil(10000, 1, 1) * CLOCK_DAY)
		return false;
	*out = at;
	return true;
}

/* Exactly count digits; moves s on. */
static bool
take_digits(struct span *s, size_t count, int *out)
{
	int value = 0;

	if (s->len < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (s->data[i] < '0' || s->data[i] > '9')
			return false;
		value = value * 10 + (s->data[i] - '0');
	}
	*out = value;
	s->data += count;
	s->len -= count;
	return true;
}

/* One to max digits; moves s on. */
static bool
take_up_to(struct span *s, size_t max, int *out)
{
	size_t count = 0;

	while (count < max && count < s->len && s->data[count] >= '0' &&
		s->data[count] <= '9')
		count++;
	return count && take_digits(s, count, out);
}

static bool
take_char(struct span *s, const char *any_of)
{
	if (!s->len)
		return false;
	for (; *any_of; any_of++) {
		if (s->data[0] == *any_of) {
			s->data++;
			s->len--;
			return true;
		}
	}
	return false;
}

/* ".123456789" as microseconds; what is finer is dropped. */
static bool
take_fraction(struct span *s, int *micros)
{
	int scale = 100000, digit;
	size_t count = 0;

	*micros = 0;
	if (!take_char(s, ".,"))
		return true;
	while (take_digits(s, 1, &digit)) {
		*micros += digit * scale;
		scale /= 10;
		count++;
	}
	return count > 0;
}

static bool
take_zone(struct span *s, int *minutes)
{
	bool west = s->len && s->data[0] == '-';
	int h, m;

	if (take_char(s, "Zz")) {
		*minutes = 0;
		return true;
	}
	if (!take_char(s, "+-"))
		return s->len == 0; /* the caller's zone */
	if (!take_digits(s, 2, &h))
		return false;
	take_char(s, ":");
	if (!take_digits(s, 2, &m) || h > 23 || m > 59)
		return false;
	*minutes = (h * 60 + m) * (west ? -1 : 1);
	return true;
}

bool
clock_parse_rfc3339(
	struct span s, int zone_minutes, int64_t *out, struct err *e)
{
	int year, month, day, hour, minute, second = 0, micros = 0;
	int64_t at;
	bool ok = take_digits(&s, 4, &year) && take_char(&s, "-") &&
		  take_digits(&s, 2, &month) && take_char(&s, "-") &&
		  take_digits(&s, 2, &day) && take_char(&s, "Tt ") &&
		  take_digits(&s, 2, &hour) && take_char(&s, ":") &&
		  take_digits(&s, 2, &minute);

	if (ok && take_char(&s, ":"))
		ok = take_digits(&s, 2, &second) && take_fraction(&s, &micros);
	ok = ok && take_zone(&s, &zone_minutes) && s.len == 0 &&
	     clock_civil(year, month, day, hour, minute, second, &at) &&
	     in_zone(at + micros, zone_minutes, out);
	return ok || fail(e, ERR_INPUT,
			     "time: want RFC 3339, such as "
			     "2026-11-25T20:38:00Z");
}

bool
clock_parse_dmy(struct span s, int zone_minutes, int64_t *out, struct err *e)
{
	int day, month, year, hour = 0, minute = 0, second = 0;
	int64_t at;
	bool ok = take_up_to(&s, 2, &day) && take_char(&s, "/") &&
		  take_up_to(&s, 2, &month) && take_char(&s, "/") &&
		  take_digits(&s, 4, &year);

	if (ok && take_char(&s, " ")) {
		ok = take_up_to(&s, 2, &hour) && take_char(&s, ":") &&
		     take_up_to(&s, 2, &minute);
		if (ok && take_char(&s, ":"))
			ok = take_up_to(&s, 2, &second);
	}
	ok = ok && s.len == 0 &&
	     clock_civil(year, month, day, hour, minute, second, &at) &&
	     in_zone(at, zone_minutes, out);
	return ok || fail(e, ERR_INPUT,
			     "time: want dd/mm/yyyy hh:mm:ss, such as "
			     "25/11/2026 20:38:00");
}

bool
clock_parse_zone(struct span s, int *minutes, struct err *e)
{
	int value = 0, rest = 0;
	bool west, ok;

	s = span_trim(s);
	if (!s.len || span_is_nocase(s, "Z")) {
		*minutes = 0;
		return true;
	}
	west = s.data[0] == '-';
	take_char(&s, "+-");
	ok = take_up_to(&s, 4, &value);
	if (ok && take_char(&s, ":")) {
		ok = take_up_to(&s, 2, &rest) && rest < 60;
		value = value * 60 + rest;
	}
	if (!ok || s.len || value > 24 * 60)
		return fail(e, ERR_INPUT,
			"expected zone like -03:00 or minutes east of UTC");
	*minutes = west ? -value : value;
	return true;
}

bool
clock_parse_epoch(struct span s, int64_t *out, struct err *e)
{
	int64_t value = 0;

	if (s.len == 0 || s.len > 15)
		return fail(
			e, ERR_INPUT, "time: want 1 to 15 digits since 1970");
	for (size_t i = 0; i < s.len; i++) {
		if (s.data[i] < '0' || s.data[i] > '9')
			return fail(e, ERR_INPUT,
				"time: want seconds or milliseconds "
				"since 1970");
		value = value * 10 + (s.data[i] - '0');
	}
	value *= value >= INT64_C(100000000000) ? 1000 : CLOCK_SECOND;
	return in_zone(value, 0, out) ||
	       fail(e, ERR_INPUT, "time: want one before the year 10000");
}

static bool
take_month(struct span *s, int *month)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12 && s->len >= 3; i++) {
		if (memcmp(s->data, &names[(size_t)i * 3], 3) != 0)
			continue;
		*month = i + 1;
		s->data += 3;
		s->len -= 3;
		return true;
	}
	return false;
}

static bool
take_mail_zone(struct span *s, int *minutes)
{
	if (span_is(*s, "GMT") || span_is(*s, "UTC") || span_is(*s, "UT"))
		*s = (struct span){ "Z", 1 };
	return s->len && take_zone(s, minutes);
}

bool
clock_parse_rfc5322(struct span s, int64_t *out, struct err *e)
{
	int year, month, day, hour, minute, second = 0, zone = 0;
	struct span rest;
	int64_t at;
	bool ok;

	if (s.len > 4 && s.data[3] == ',') {
		span_cut(s, ',', &rest);
		s = span_trim(rest);
	}
	ok = take_up_to(&s, 2, &day) && take_char(&s, " ") &&
	     take_month(&s, &month) && take_char(&s, " ") &&
	     take_digits(&s, 4, &year) && take_char(&s, " ") &&
	     take_digits(&s, 2, &hour) && take_char(&s, ":") &&
	     take_digits(&s, 2, &minute);
	if (ok && take_char(&s, ":"))
		ok = take_digits(&s, 2, &second);
	ok = ok && take_char(&s, " ") && take_mail_zone(&s, &zone) &&
	     s.len == 0 &&
	     clock_civil(year, month, day, hour, minute, second, &at) &&
	     in_zone(at, zone, out);
	return ok || fail(e, ERR_INPUT,
			     "time: want RFC 5322, such as "
			     "Thu, 26 Nov 2026 09:30:00 +0000");
}

int64_t
clock_read(struct span s)
{
	int64_t at = CLOCK_NONE;

	return clock_parse_epoch(s, &at, NULL) ||
			       clock_parse_rfc3339(s, 0, &at, NULL) ||
			       clock_parse_rfc5322(s, &at, NULL)
		       ? at
		       : CLOCK_NONE;
}

const char *
clock_format(int64_t at, char text[CLOCK_TEXT])
{
	int64_t days = at / CLOCK_DAY, rest = at % CLOCK_DAY;
	int64_t era, doe, yoe, doy, mp;
	int year, month, day, seconds, micros;

	if (rest < 0) {
		rest += CLOCK_DAY;
		days--;
	}
	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	day = (int)(doy - (153 * mp + 2) / 5 + 1);
	month = (int)(mp < 10 ? mp + 3 : mp - 9);
	year = (int)(yoe + era * 400 + (month <= 2));
	seconds = (int)(rest / CLOCK_SECOND);
	micros = (int)(rest % CLOCK_SECOND);
	if (micros)
		snprintf(text, CLOCK_TEXT,
			"%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", year, month, day,
			seconds / 3600, seconds / 60 % 60, seconds % 60,
			micros);
	else
		snprintf(text, CLOCK_TEXT, "%04d-%02d-%02dT%02d:%02d:%02dZ",
			year, month, day, seconds / 3600, seconds / 60 % 60,
			seconds % 60);
	return text;
}
