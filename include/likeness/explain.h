/* SPDX-License-Identifier: Apache-2.0 */
/* Why likeness made two groups one, or did not: told by the weighing itself. */
#ifndef LIKENESS_EXPLAIN_H
#define LIKENESS_EXPLAIN_H

#include <jansson.h>

#include "likeness/model.h"

/* A group, as the queries alike_* and review_list have it. */
struct explain_side {
	const char *group, *profile; /* ids */
	const char *kind, *value; /* of the identifier that names the group */
	const char *looks;	  /* portrait_write's; NULL: nothing is known */
};

/* Columns of those queries; the first ten are two sides. */
#define EXPLAIN_COLUMNS 10
struct explain_pair_sides {
	struct explain_side left, right;
};
/* cell gives a column's text, which lasts as long as the sides, or NULL. */
struct explain_pair_sides explain_sides(
	const char *(*cell)(void *arg, int column), void *arg);

/*
 * {"groups":[{"id","kind","value","profile"}, ...], "same", "verdict", "text",
 * "weight", "join", "review", "household", "comparisons":[{"comparison",
 * "level", "left", "right", "weight", "rarity"}]}; weights in bits: each is
 * log2 of how much likelier it is to be seen of one person than of strangers.
 * The verdict: "joined", "held", "review" or "unlike". The caller owns it.
 */
json_t *likeness_explain(struct arena *a, const struct model *m,
	const struct explain_pair_sides *pair);
/* Puts that into what core/explain.h says of two identifiers, which knows of no
 * likeness, as "likeness". Takes it. */
void likeness_explain_into(json_t *explanation, json_t *likeness);

#endif
