/* SPDX-License-Identifier: Apache-2.0 */
/* Two portraits side by side. */
#ifndef LIKENESS_COMPARE_H
#define LIKENESS_COMPARE_H

#include "likeness/model.h"
#include "likeness/portrait.h"

/* What each comparison came to: the best level over all values of either, and
 * the two values that it is by. */
struct likeness {
	int level[COMPARISONS];
	const char *left[COMPARISONS], *right[COMPARISONS]; /* or NULL */
};

/* The same levels whichever stands first. */
void likeness_compare(const struct portrait *a, const struct portrait *b,
	struct likeness *out);

#endif
