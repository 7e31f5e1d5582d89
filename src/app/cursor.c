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
