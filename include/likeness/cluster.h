/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of some groups are one person: average linkage over all pairs of a
 * component, under constraints. Ties go to the
 * pair that stands first, so groups in the order of their ids make it a
 * function of the set.
 */
#ifndef LIKENESS_CLUSTER_H
#define LIKENESS_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Two groups, by place in their list, a < b, and what speaks for their being
 * one, in millibits. */
struct edge {
	uint32_t a, b;
	int weight;
};

/* What a pair weighs. Some of it many pairs cannot tell (a birth date): of two
 * clusters its mean is over those that do, and what the others do not tell
 * cannot hide it. */
struct pair_weight {
	int weight; /* all of it */
	int part;   /* that of it */
	bool told;
};

/* What the caller knows of groups, by place. */
struct cluster_rules {
	struct pair_weight (*weigh)(void *arg, uint32_t a, uint32_t b);
	/* Whether two clusters, lists of places, may not be one whatever
	 * their weight. */
	bool (*apart)(void *arg, const uint32_t *a, size_t a_count,
		const uint32_t *b, size_t b_count);
	void *arg;
	int join;    /* the weight at which two groups become one */
	int support; /* the mean at which two clusters do, by several pairs */
	int rest;    /* the mean from which two of a component that did not are
		      * told */
};

/* Two clusters that stayed apart, by their first groups. */
struct apart {
	uint32_t a, b;
	int weight;	/* mean */
	bool forbidden; /* it would have joined them */
};

struct clustering {
	uint32_t *of; /* by place: the first of its cluster */
	struct apart *apart;
	size_t apart_count, apart_cap;
};

/* Groups of a component that are weighed pair by pair. */
#define CLUSTER_MAX 500

/*
 * Groups 0 to count-1; edges at or above join count. Where a
 * component has more than CLUSTER_MAX groups, edges are left out from the
 * weakest on until its parts have not. Everything is on the arena.
 */
struct clustering cluster(struct arena *a, size_t count,
	const struct edge *edges, size_t edge_count,
	const struct cluster_rules *rules);

#endif
