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

void likeness_compare(const struct portrait *a, const struct portrait *b,
	struct likeness *out);

/* How a likeness is weighed, in millibits. */
struct weighing {
	int weight[COMPARISONS]; /* by comparison, rarity included */
	int rarity[COMPARISONS];
	int household; /* what speaks for two of one household, at most 0 */
	int sum;       /* all of that */
	bool vetoed;   /* they contradict; then sum is WEIGHT_NEVER */
};

#define WEIGHT_NEVER (-12000)

void likeness_weigh(
	const struct model *m, const struct likeness *l, struct weighing *out);
/* Both, for who wants the sum alone. */
int likeness_weight(const struct model *m, const struct portrait *a,
	const struct portrait *b);
/* Whether given names contradict: both are known, and no two are near. */
bool likeness_names_apart(const struct likeness *l);

#endif
