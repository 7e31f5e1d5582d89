/* SPDX-License-Identifier: Apache-2.0 */
#include "app/cursor.h"

#include "base/clock.h"
#include "base/id.h"

#define NUMBER_DIGITS 18 /* of a bigint */
#define ORDINAL_DIGITS 9 /* of an integer */

bool
cursor_time(
	struct arena *a, struct span cursor, const char **time, const char **id)
{
	struct span rest, first = span_cut(cursor, ',', &rest);
	struct id good;
	int64_t at;

	if (!clock_parse_rfc3339(first, 0, &at, NULL) || !id_parse(rest, &good))
		return false;
	*time = span_text(a, first);
	*id = span_text(a, rest);
	return true;
}

static bool
is_number(struct span s, size_t digits)
{
	return s.len && s.len <= digits && span_is_all(s, "0123456789");
}

bool
cursor_change(struct arena *a, struct span cursor, const char **number,
	const char **ordinal)
{
	struct span after, before = span_cut(cursor, '.', &after);

	if (!is_number(before, NUMBER_DIGITS) ||
		!is_number(after, ORDINAL_DIGITS))
		return false;
	*number = span_text(a, before);
	*ordinal = span_text(a, after);
	return true;
}

bool
cursor_review(struct arena *a, struct span cursor, const char *parts[3])
{
	struct span rest, second, weight = span_cut(cursor, ',', &rest);
	struct span first = span_cut(rest, ',', &second);
	struct span digits = weight;
	struct id id;

	if (span_starts(digits, "-"))
		span_cut(weight, '-', &digits);
	if (!is_number(digits, ORDINAL_DIGITS) || !id_parse(first, &id) ||
		!id_parse(second, &id))
		return false;
	parts[0] = span_text(a, weight);
	parts[1] = span_text(a, first);
	parts[2] = span_text(a, second);
	return true;
}
