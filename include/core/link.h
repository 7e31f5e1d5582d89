/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stays say of pairs of identifiers, in an order of its content: the
 * first step of resolve(), and a part of it. Only resolve.c and tenure.c may
 * include this.
 */
#ifndef CORE_LINK_H
#define CORE_LINK_H

#include "core/resolve.h"

/* How many values of a kind a group holds, and how many of them are proof.
 * Each node brings one; joining merges lists sorted by kind. */
struct tally {
	size_t kind;
	size_t values, proofs;
	struct tally *next;
};

/* A node at its place; also, where parent is itself, a group. */
struct place {
	const struct resolve_node *node;
	const struct kind *kind;
	uint32_t input; /* index into the input's nodes */
	uint32_t parent, founder, size;
	bool proof; /* person-proof in some stay */
	bool shared;
	bool claimed;	     /* shared because of names alone */
	bool personal;	     /* the group has a personal or proof identifier */
	struct names told;   /* in the stays that name it */
	struct names proven; /* and in those that prove it */
	struct tally *tallies;
};

/* Two places, a < b, that some stay names together. */
struct link {
	uint32_t a, b;
	enum assurance assurance;
	int64_t first_seen;
	bool a_proves, b_proves; /* in a stay that names both */
	bool contested;
	bool others; /* no stay names both but those that are_others */
	enum held_reason held;
};

/* A link as one of its ends sees it. */
struct tie {
	uint32_t from, to;
	uint32_t base; /* of to: its parts are one value */
	size_t kind;   /* of to */
	bool proves;   /* to does */
	struct link *link;
};

/* A grouping in the making. */
struct work {
	struct arena *arena;
	const struct policy *policy;
	const struct resolve_input *in;
	const uint32_t *base_of; /* by node: what it is a part of, or itself */
	struct place *places;
	uint32_t *place_of; /* by index into the input's nodes */
	struct link *links;
	size_t link_count, link_cap;
	struct tie *ties;	  /* two a link; sorted by from, kind, base */
	struct verdict *verdicts; /* the latest first */
	size_t verdict_count;
	struct joined_link *joined; /* room for a link less than places */
	size_t joined_count;
};

static inline int
compare_size(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static inline int
compare_time(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* Places, links and ties of w->in. */
void links_make(struct work *w);
/* Whether the stay merely asserts its member i, and is told other names than
 * where that is proven. */
bool links_are_others(const struct work *w, const struct resolve_touchpoint *t,
	const struct resolve_stay *stay, size_t i);
/* Marks those that more people have than may share one, and those that nobody
 * proves and people of several names have. */
void links_mark_shared(struct work *w);
/* Of n ties, how many from the first on have its end and its kind. */
size_t links_run(const struct tie *ties, size_t n);
/* By both ends. */
int links_compare_ends(const void *a, const void *b);

#endif
