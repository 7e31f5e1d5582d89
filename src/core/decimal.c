/* SPDX-License-Identifier: Apache-2.0 */
#include "core/decimal.h"

#include <stdint.h>

/*
 * Finds the decimal mark and the mark of thousands, 0 where there is none.
 * Of two different marks the last is the decimal one; a mark that repeats is
 * one of thousands; a single mark is the decimal one.
 */
static void
find_marks(struct span s, char *decimal, char *group)
{
	size_t points = 0, commas = 0;
	char last = 0;

	for (size_t i = 0; i < s.len; i++) {
		points += s.data[i] == '.';
		commas += s.data[i] == ',';
		if (s.data[i] == '.' || s.data[i] == ',')
			last = s.data[i];
	}
	*decimal = last;
	*group = 0;
	if (points && commas) {
		*group = last == '.' ? ',' : '.';
	} else if (points + commas > 1) {
		*decimal = 0;
		*group = last;
	}
}

bool
decimal_parse(
	struct arena *a, struct span sent, bool *negative, struct span *digits)
{
	char text[DECIMAL_MAX], decimal, group;
	size_t n = 0, run = 0;
	bool nonzero = false, grouped = false, whole = true;
	bool minus = span_starts(sent, "-");

	if (minus || span_starts(sent, "+"))
		sent = (struct span){ sent.data + 1, sent.len - 1 };
	if (!sent.len || sent.len > sizeof(text))
		return false;
	find_marks(sent, &decimal, &group);
	for (size_t i = 0; i < sent.len; i++) {
		char c = sent.data[i];

		if (c >= '0' && c <= '9') {
			text[n++] = c;
			run++;
			nonzero = nonzero || c != '0';
		} else if (group && c == group && whole) {
			if (grouped ? run != 3 : run < 1 || run > 3)
				return false;
			grouped = true;
			run = 0;
		} else if (decimal && c == decimal && whole) {
			if (!run || (grouped && run != 3))
				return false;
			whole = false;
			text[n++] = '.';
			run = 0;
		} else {
			return false;
		}
	}
	if (!run || (whole && grouped && run != 3))
		return false;
	*negative = minus && nonzero;
	*digits = (struct span){ arena_strndup(a, text, n), n };
	return true;
}

bool
decimal_parse_signed(struct arena *a, struct span sent, struct span *out)
{
	bool minus;

	if (!decimal_parse(a, sent, &minus, out))
		return false;
	if (minus)
		*out = span_of(arena_printf(a, "-%s", out->data));
	return true;
}

bool
decimal_is_plain(struct span s)
{
	static const char digits[] = "0123456789";
	struct span whole, part;

	if (span_starts(s, "-"))
		s = (struct span){ s.data + 1, s.len - 1 };
	whole = span_cut(s, '.', &part);
	return s.len <= DECIMAL_MAX && span_is_all(whole, digits) &&
	       (whole.len == s.len || span_is_all(part, digits));
}

__extension__ typedef __int128 int128;

/* Digits behind the point. */
static size_t
scale_of(struct span s)
{
	struct span behind;

	span_cut(s, '.', &behind);
	return behind.len;
}

/* In units of ten to the power of -scale. */
static bool
units_of(struct span s, size_t scale, int128 *out)
{
	bool negative = span_starts(s, "-");
	size_t zeros = scale - scale_of(s);
	int128 units = 0;

	for (size_t i = negative; i < s.len + zeros; i++) {
		if (i < s.len && s.data[i] == '.')
			continue;
		if (__builtin_mul_overflow(units, 10, &units) ||
			__builtin_add_overflow(
				units, i < s.len ? s.data[i] - '0' : 0, &units))
			return false;
	}
	*out = negative ? -units : units;
	return true;
}

bool
decimal_add(
	struct arena *a, struct span left, struct span right, struct span *sum)
{
	size_t scale = scale_of(left) > scale_of(right) ? scale_of(left)
							: scale_of(right);
	char text[48], *to = text + sizeof(text);
	int128 x, y;
	bool negative;
	size_t digits = 0;

	if (!units_of(left, scale, &x) || !units_of(right, scale, &y) ||
		__builtin_add_overflow(x, y, &x))
		return false;
	negative = x < 0;
	while (x != 0 || digits <= scale) {
		if (digits && digits == scale)
			*--to = '.';
		*--to = (char)('0' + (int)(negative ? -(x % 10) : x % 10));
		x /= 10;
		digits++;
	}
	if (digits > DECIMAL_MAX - 1)
		return false;
	if (negative)
		*--to = '-';
	digits = (size_t)(text + sizeof(text) - to);
	*sum = (struct span){ arena_strndup(a, to, digits), digits };
	return true;
}

/* Digits before the point. */
static size_t
width_of(struct span s)
{
	struct span behind, before = span_cut(s, '.', &behind);

	return before.len - span_starts(s, "-");
}

/* Each digit to the column of its power; the first is the greatest. */
static void
add_digits(int64_t *columns, size_t width, struct span s)
{
	bool negative = span_starts(s, "-");
	size_t at = width - width_of(s);

	for (size_t i = negative; i < s.len; i++)
		if (s.data[i] != '.')
			columns[at++] +=
				negative ? '0' - s.data[i] : s.data[i] - '0';
}

/* Makes digits of the columns; what is left over at the front is negative
 * where the sum is. */
static int64_t
carry(int64_t *columns, size_t count)
{
	int64_t over = 0;

	while (count--) {
		int64_t all = columns[count] + over;
		int64_t digit = (all % 10 + 10) % 10;

		columns[count] = digit;
		over = (all - digit) / 10;
	}
	return over;
}

struct span
decimal_sum(struct arena *a, const struct span *items, size_t count)
{
	/* So many in front that nothing is left over but a sign. */
	size_t width = 0, scale = 0, first = 0, len = 0;
	int64_t *columns;
	char *text;
	bool negative;

	for (size_t i = 0; i < count; i++) {
		if (width_of(items[i]) > width)
			width = width_of(items[i]);
		if (scale_of(items[i]) > scale)
			scale = scale_of(items[i]);
	}
	width += 20;
	columns = arena_array(a, width + scale, sizeof(*columns));
	for (size_t i = 0; i < count; i++)
		add_digits(columns, width, items[i]);
	negative = carry(columns, width + scale) < 0;
	if (negative) {
		for (size_t i = 0; i < width + scale; i++)
			columns[i] = i ? -columns[i] : 10 - columns[i];
		carry(columns, width + scale);
	}
	while (first < width - 1 && !columns[first])
		first++;
	text = arena_alloc(a, width + scale + 3);
	if (negative)
		text[len++] = '-';
	for (size_t i = first; i < width + scale; i++) {
		if (i == width)
			text[len++] = '.';
		text[len++] = (char)('0' + columns[i]);
	}
	return (struct span){ text, len };
}
