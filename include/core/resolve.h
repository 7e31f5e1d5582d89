/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The grouping of identifiers into profiles: a pure function of what was
 * seen and of the policy. It does not depend on the order of nodes,
 * touchpoints, members or stays (invariant 5).
 */
#ifndef CORE_RESOLVE_H
#define CORE_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/id.h"
#include "core/event.h"
#include "core/policy.h"
#include "core/stay.h"

/* An identifier. No two nodes have the same id. */
struct resolve_node {
	struct id id;
	size_t kind;	    /* index into policy->kinds */
	int64_t first_seen; /* the least over all stays that name it */
	/* Known to be shared already: its other touchpoints need not be in
	 * the input, and it stays shared whatever is there. */
	bool shared;
	bool claimed;	  /* not for who asks: shared because of names */
	struct cuts cuts; /* at which it was given up */
};

struct resolve_stay {
	int64_t first, last;
	/* One per member of the touchpoint; 0 where the stay does not name
	 * that member. */
	const enum assurance *assurance;
	const char *called; /* how its person is called, or NULL */
};

/* Identifiers that were named together; members index the nodes. */
struct resolve_touchpoint {
	const uint32_t *members;
	size_t member_count;
	const struct resolve_stay *stays;
	size_t stay_count;
};

/* A steward's word on every pair of one from either side. */
struct resolve_decision {
	struct id id;
	int64_t at;
	bool same;		      /* or not the same */
	const uint32_t *left, *right; /* nodes; no node is on both sides */
	size_t left_count, right_count;
};

struct resolve_input {
	const struct resolve_node *nodes;
	size_t node_count; /* less than RESOLVE_NOBODY */
	const struct resolve_touchpoint *touchpoints;
	size_t touchpoint_count;
	/* Not withdrawn. For a pair the latest by (at, id) holds. */
	const struct resolve_decision *decisions;
	size_t decision_count;
	/* NULL: names do not count. */
	names_contradict contradict;
};

/* Why a link did not join its ends; the first that applies, in this order. */
enum held_reason {
	HELD_DECISION = 1, /* a steward said that they are not the same */
	HELD_LIMIT,	   /* more values of a kind than one person may hold */
	HELD_DEVICE,	   /* a device would join two people */
	HELD_PROOF,	   /* asserted, and both have proof of the same kind */
	HELD_CONTESTED, /* asserted, and others' proof names the same value */
	HELD_NAMES, /* asserted, by people of other names than who proves it */
};

/* A link between two profiles that was refused. Ends are tenures, the
 * higher-ranked first. */
struct held_link {
	uint32_t a, b;
	enum held_reason reason;
	enum assurance assurance; /* the lower of its ends, in its best stay */
	int64_t first_seen;
};

#define RESOLVE_NOBODY UINT32_MAX

/* What made two groups one. Ends are tenures. */
struct joined_link {
	uint32_t a, b;
	uint32_t decision; /* index of it, or RESOLVE_NOBODY: the evidence */
	enum assurance assurance;
	int64_t first_seen; /* of a decision: when it was taken */
};

/* The time one person holds an identifier; a recycled number has several
 * (core/tenure.h). */
struct tenure {
	struct id id;  /* of the first: the identifier's */
	uint32_t node; /* the identifier */
	int64_t first_seen;
	int64_t until; /* the next begins, or INT64_MAX */
	/* Of the first: when the last run of the identifier begins, where it
	 * has several; INT64_MIN. A stay that began before and gets longer
	 * may close the silence between two. */
	int64_t run_at;
};

/* What it says of identifiers it says of their tenures, by index. */
struct resolve_output {
	/* First those of all nodes, in their order; then later ones. */
	struct tenure *tenures;
	size_t tenure_count;
	/* By tenure: the least of its group by (first_seen, id), which names
	 * the group. A shared one is a group alone. */
	uint32_t *founder;
	bool *shared;  /* by tenure: joins nobody; such a node has but one */
	bool *claimed; /* and that because of names alone */
	/* By touchpoint and stay: the tenure that the stay belongs to. It is
	 * none that people of other names prove if there is another, a shared
	 * one only if all the others are, and RESOLVE_NOBODY if it names
	 * none. Ties of rank go to the better assurance, then to
	 * the least (first_seen, id), among shared ones to the least id. */
	uint32_t **owner;
	/* Best evidence first. Links to shared nodes are not among them, nor
	 * are links whose ends other links joined after all. */
	struct held_link *held;
	size_t held_count;
	/* In the order in which they were taken; no two between the same
	 * groups, so that there is one way from each to each of a group. */
	struct joined_link *joined;
	size_t joined_count;
};

/* Everything returned is on the arena. Costs n log n in the links, which are
 * the pairs that some stay names together: the caller bounds the members of
 * a touchpoint. */
struct resolve_output *resolve(struct arena *a, const struct policy *policy,
	const struct resolve_input *in);

#endif
