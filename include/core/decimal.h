/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exact decimals as people and tills write them, read to plain text with a
 * point. They stay text: no digit passes through a double, and zeros at
 * either end stay as sent.
 */
#ifndef CORE_DECIMAL_H
#define CORE_DECIMAL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

#define DECIMAL_MAX 32 /* characters, marks too, without the sign */

/*
 * "-1.234,56" gives "1234.56" and *negative; "-0,00" is not negative.
 * Point and comma may each be the decimal mark or that of thousands: of two
 * different marks the last is the decimal one; one that repeats is that of
 * thousands; a single one is the decimal one ("1.234" is less than two).
 * Groups of thousands have three digits. No blanks, no exponent, no bare
 * mark at an end. *digits is on the arena, NUL-terminated; both outputs are
 * untouched on failure.
 */
bool decimal_parse(struct arena *a, struct span sent, bool *negative,
	struct span *digits) MUST_CHECK;
/* The same with the sign in the text: "-1.234,56" gives "-1234.56". */
bool decimal_parse_signed(
	struct arena *a, struct span sent, struct span *out) MUST_CHECK;
/* Is it plain already, [-]digits[.digits] of at most DECIMAL_MAX? */
bool decimal_is_plain(struct span s);
/* The sum of two plain ones, exactly: "0.10" and "-1" give "-0.90". False
 * where it would have more than DECIMAL_MAX characters. *sum is on the arena,
 * and untouched on failure. */
bool decimal_add(struct arena *a, struct span left, struct span right,
	struct span *sum) MUST_CHECK;
/* The sum of plain ones of any length and number, exactly: with as many digits
 * behind the point as the one that has most, as PostgreSQL has it. Of none it
 * is "0". On the arena. */
struct span decimal_sum(
	struct arena *a, const struct span *items, size_t count);

#endif
