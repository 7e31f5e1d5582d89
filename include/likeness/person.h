/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Step four of the grouping: which groups, that no identifier joins, are one
 * person. A function of the set of groups, their portraits, the decisions on
 * them, the policy and the model.
 */
#ifndef LIKENESS_PERSON_H
#define LIKENESS_PERSON_H

#include "base/idmap.h"
#include "core/graph.h"
#include "core/policy.h"
#include "likeness/cluster.h"
#include "likeness/model.h"
#include "likeness/portrait.h"

/* Adds an identifier that stays of the group name; exact: nobody typed it.
 * Record keys and accounts are nothing that two could have alike. */
void person_named(struct arena *a, struct portrait *p,
	const struct policy *policy, const char *kind, struct span value,
	const struct id *id, bool exact);
/* Adds one of the group's own: of some kinds one person has but few. */
void person_own(struct arena *a, struct portrait *p, struct policy *policy,
	const char *kind);
/* Whether the traits of a source count. */
bool person_listens(const struct policy *policy, const char *source);

/* How an event calls its person, and when it has it born, for core/names.h;
 * NULL where it does not say its name or that does not count. */
const char *person_called(struct arena *a, const struct policy *policy,
	const char *source, const json_t *traits);
/* A graph by a copy of the policy, in which names count as far as likeness
 * does: given names contradict, suffixes, or family names and birth dates. */
struct graph *person_graph(struct arena *a, const struct policy *policy);

/* Two groups, by place, that a steward said are not one person. */
struct parted {
	uint32_t a, b; /* a < b */
};

/* A decision, for finding those: its sides as groups. A later one covers what
 * an earlier one said of the same identifiers. */
struct judgement {
	struct id id;
	int64_t at;
	bool same;
	const struct id *left, *right; /* identifiers */
	size_t left_count, right_count;
};

struct persons {
	struct arena *arena;
	struct policy *policy;
	const struct model *model;
	const struct portrait *portraits; /* sorted by group */
	size_t count;
	const struct parted *parted; /* sorted */
	size_t parted_count;
};

/* The pairs that judgements keep apart; place_of: an identifier to its group's
 * place, as of a time. Sorts the judgements. On the arena. */
size_t persons_part(struct arena *a, struct judgement *judgements, size_t count,
	uint32_t (*place_of)(void *arg, const struct id *id, int64_t at),
	void *arg, struct parted **parted);
/* Which are one: of each cluster the first place, and in profiles, by place,
 * the group that names its profile: the one first seen. */
struct clustering persons_find(struct arena *a, const struct persons *in,
	const struct edge *edges, size_t edge_count, struct id **profiles);

#endif
