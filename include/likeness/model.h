/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model of likeness, after Fellegi and Sunter (1969), with a third class:
 * pairs are one person (M), two of one household (H), or strangers (N). A
 * comparison of two portraits ends at one of its levels. A level weighs
 * log2 of how much more often it is seen among M (or H) than among N; missing
 * values weigh nothing. Weights are whole thousandths of a bit ("millibits"),
 * so that sums are exact and the same everywhere.
 *
 * A model is frozen: new data changes nothing until another is used.
 */
#ifndef LIKENESS_MODEL_H
#define LIKENESS_MODEL_H

#include <jansson.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "likeness/portrait.h"

enum comparison {
	COMPARE_GIVEN,
	COMPARE_FAMILY,
	COMPARE_MIDDLE,
	COMPARE_SUFFIX,
	COMPARE_BIRTH,
	COMPARE_GENDER,
	COMPARE_PHONE,
	COMPARE_EMAIL,
	COMPARE_NUMBER,
	COMPARE_STREET,
	COMPARE_PLACE,
	COMPARE_BIRTH_PLACE,
	COMPARE_OCCUPATION,
	COMPARE_EMPLOYER,
	COMPARE_DEVICE,
	COMPARISONS
};

#define LEVEL_MISSING 0
#define LEVELS 7 /* of a comparison at most, with the one of missing */

/* What a comparison is called, and its levels from the best (1) on. */
struct comparison_kind {
	const char *name;
	const char *levels[LEVELS]; /* [0]: NULL; then until NULL */
	int by_value; /* up to this level a rare value says more than others */
	bool household; /* those of one household often agree */
	int opposes;	/* the level at which they contradict, or 0 */
};
extern const struct comparison_kind comparison_kinds[COMPARISONS];
/* How many levels it has, without the one of missing. */
int comparison_levels(enum comparison c);

/* How often a level is seen, in millionths, by class. */
struct level_shares {
	int m, u, h;
};

struct frequency {
	const char *value;
	int count;
};

#define RELATIVES_TRAINED 1500 /* and of models that do not say */

struct model {
	struct level_shares shares[COMPARISONS][LEVELS];
	int join;    /* the weight at which two groups are one, in millibits */
	int support; /* and two clusters, by the mean of several pairs */
	int review;  /* and from which a person should look */
	int kin;     /* log2 of how many pairs are H for one that is M */
	/* What speaks besides for two of one household where they look like
	 * twins or like parent and child, in millibits: where classes were
	 * learned without labels, some of those were taken for one person. */
	int relatives;
	/* By comparison: how often values are seen, sorted by value, among
	 * total; those that are not in the list are rare. */
	struct frequency *values[COMPARISONS];
	size_t value_count[COMPARISONS];
	int total[COMPARISONS];
	/* Made of the above by model_ready. */
	double usual[COMPARISONS]; /* how many share the value of one */
	int weight[COMPARISONS][LEVELS], kin_weight[COMPARISONS][LEVELS];
};

/* The one that is shipped, on the arena, ready. */
struct model *model_create(struct arena *a);
/* Makes the weights. */
void model_ready(struct model *m);
/* How much more, in millibits, the value says at level 1 than values do on
 * average. */
int model_rarity(const struct model *m, enum comparison c, const char *value);
/* As JSON, which the caller owns, and back. ERR_INPUT says what is wrong. */
json_t *model_json(const struct model *m);
struct model *model_parse(
	struct arena *a, const json_t *json, struct err *e) MUST_CHECK;

#endif
