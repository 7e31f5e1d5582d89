/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times are microseconds since 1970-01-01T00:00:00Z in an int64_t, so that
 * they sort and never depend on a zone. Pure: nothing here reads a clock. What
 * is parsed is of the years 1 to 9999.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

#define CLOCK_NONE INT64_MIN /* the sender gave no time */
#define CLOCK_SECOND INT64_C(1000000)
/* Where PostgreSQL counts from. */
#define CLOCK_2000 (INT64_C(946684800) * CLOCK_SECOND)
#define CLOCK_DAY (INT64_C(86400) * CLOCK_SECOND)

/* UTC civil time; month 1 to 12. False where there is no such instant. */
bool clock_civil(int year, int month, int day, int hour, int minute,
	double second, int64_t *out);
/* RFC 3339, with a zone or without (then zone_minutes east of UTC). */
bool clock_parse_rfc3339(struct span s, int zone_minutes, int64_t *out,
	struct err *e) MUST_CHECK;
/* dd/mm/yyyy[ hh:mm[:ss]], the civil time of a zone that is zone_minutes east
 * of UTC; day, month and times may lack their first zero. */
bool clock_parse_dmy(struct span s, int zone_minutes, int64_t *out,
	struct err *e) MUST_CHECK;
/* A zone as settings have it, in minutes east of UTC: "-03:00", "Z", "" (also
 * UTC) or the minutes themselves, "-180"; at most a day. */
bool clock_parse_zone(struct span s, int *minutes, struct err *e) MUST_CHECK;
/* Seconds or milliseconds since the epoch, as digits: 10^11 and more is ms. */
bool clock_parse_epoch(struct span s, int64_t *out, struct err *e) MUST_CHECK;
/* RFC 5322, with or without the day's name: "Thu, 26 Nov 2026 09:30:00 +0000".
 * Of zones in letters only UT, UTC, GMT and Z are known. */
bool clock_parse_rfc5322(struct span s, int64_t *out, struct err *e) MUST_CHECK;
/* Any of these but dd/mm/yyyy, in UTC where it has no zone; CLOCK_NONE where it
 * is none: a time that cannot be read is no reason to lose an event. */
int64_t clock_read(struct span s);
#define CLOCK_TEXT 48
/* "2026-11-25T20:38:00.123456Z"; fractions only where there are any. */
const char *clock_format(int64_t at, char text[CLOCK_TEXT]);

#endif
