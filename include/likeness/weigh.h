/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a likeness says, in millibits: how much likelier it is that two are one
 * person than that they are strangers, or of one household.
 */
#ifndef LIKENESS_WEIGH_H
#define LIKENESS_WEIGH_H

#include "likeness/compare.h"

struct weighing {
	int weight[COMPARISONS]; /* by comparison, rarity included */
	int rarity[COMPARISONS];
	int household; /* at most 0: what speaks for two of one household is
			* taken off, as far as it could outweigh strangers at
			* the model's join */
	int evidence;  /* all of that */
	bool vetoed;   /* they contradict */
	bool named;    /* nothing speaks for them but what they are called, and
			* things that several may use */
	int sum;       /* what counts: WEIGHT_VETOED, or less than people are
			* asked about, or the evidence */
};

/* Two alone stay apart by it; where many others of a cluster agree, one that
 * was mistyped is not lost. */
#define WEIGHT_VETOED (-12000)

/* Whether it ends at the level at which they contradict. */
bool likeness_opposes(const struct likeness *l, enum comparison c);
void likeness_weigh(
	const struct model *m, const struct likeness *l, struct weighing *out);
/* The sum alone; the same whichever stands first. */
int likeness_weight(const struct model *m, const struct portrait *a,
	const struct portrait *b);

#endif
