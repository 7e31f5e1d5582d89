/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The groups that a batch makes likeness look at, in memory: what
 * store/likeness.c finds out of them, and store/likeness_people.c makes of it.
 */
#ifndef STORE_LIKENESS_SET_H
#define STORE_LIKENESS_SET_H

#include "base/idmap.h"
#include "likeness/model.h"
#include "likeness/person.h"
#include "store/columns.h"
#include "store/graph.h"
#include "store/likeness_memory.h"

/* That somebody is like another. */
struct alike {
	uint32_t to; /* place */
	int weight;
	bool old; /* it is stored */
	bool new; /* it is to be */
	bool weighed;
};

/* A group. */
struct someone {
	struct id id, profile; /* zero: it is no group, or none any more */
	struct portrait portrait;
	int64_t *keys; /* NULL: not made yet */
	size_t key_count;
	const char *stored; /* its text as it was, or NULL */
	int64_t stored_first;
	bool asked;    /* the batch touched it */
	bool there;    /* it is a group */
	bool known;    /* its portrait is here; not empty */
	bool changed;  /* its edges are to be found anew */
	bool compared; /* the members of its keys were asked for */
	bool fetched;  /* its portrait was */
	bool reached;  /* its component is to be clustered */
	bool edged;    /* its edges are here */
	struct alike *alike;
	size_t alike_count, alike_cap;
};

/* A blocking key. */
struct lock {
	int64_t key;
	int added, removed; /* by this batch */
	int most;	    /* so many are too many */
	uint32_t *members;  /* NULL where they are */
	size_t count;
	bool asked;
};

struct likeness_set {
	struct db *db;
	struct graph *g;
	struct arena *arena;
	const struct model *model;
	const char *number;
	struct likeness_memory *memory;
	uint64_t *compared;
	graph_done done;
	void *arg;
	struct someone *all;
	size_t count, cap;
	struct idmap place_of;
	struct lock *locks; /* open addressing */
	size_t lock_count, lock_cap;
	bool reaching; /* edges are here: components are wanted */
	struct columns *rows[4];
	size_t step;
	int sent; /* statements of several at once that have no answer yet */
	bool failed;
	struct err why;
	/* of the clustering */
	uint32_t *members; /* places in all, sorted by id */
	size_t member_count;
	struct judgement *judgements;
	size_t judgement_count, judgement_cap;
	struct tenant {
		struct id identifier;
		int64_t first, until;
		uint32_t at;
	} * tenants;
	size_t tenant_count, tenant_cap;
};

/* The place of a group; made, empty, where it has none. Pointers to others do
 * not hold after it. */
uint32_t likeness_at(struct likeness_set *run, const struct id *id);
/* The group itself. */
struct someone *likeness_who(struct likeness_set *run, const struct id *id);
/* What is known of the likeness of two, as the first of them has it. */
struct alike *likeness_to(struct likeness_set *run, uint32_t from, uint32_t to);
/* Its blocking keys are made, once. */
void likeness_keys(struct likeness_set *run, struct someone *s);
int64_t likeness_number(const char *text);
/* A statement about a column, or columns, of ids. */
void likeness_ask(struct likeness_set *run, const char *sql,
	struct columns *ids, db_done done);
/* Answers the caller. */
void likeness_finish(struct likeness_set *run, const struct db_result *failed);
/* One of several statements has its answer: true with the last, where all went
 * well. Where one did not, the caller is answered then. */
bool likeness_answered(
	struct likeness_set *run, const struct db_result *result);
/* Asks for the portraits of those of whom only the id is here, then goes on;
 * false where there are none. */
bool likeness_load(struct likeness_set *run);

/* The lock of a key, which holds until the next is asked for. */
struct lock *likeness_lock(struct likeness_set *run, int64_t key);
/* Somebody has a key from now on, or has it no more. */
void likeness_put_key(struct likeness_set *run, int64_t key,
	const struct id *whose, bool drop);
/* Asks who has the keys of those that changed, and those that were put or
 * dropped, then goes on. */
void likeness_ask_members(struct likeness_set *run);
/* Whether those who have it are compared by it. */
bool likeness_counts(const struct lock *l);
/* Marks as changed whoever has a key that comes to count, or ceases to; false
 * where they all were. */
bool likeness_crossed(struct likeness_set *run);

/* On with those that are to be found (store/likeness.c). */
void likeness_find(struct likeness_set *run);
/* Everybody has edges: on with the components that this touches, and with
 * who is one. (store/likeness_people.c) */
void likeness_reach(struct likeness_set *run);

#endif
