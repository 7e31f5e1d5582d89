/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random worlds: a seed gives a policy and the events of a few people who
 * share phones, cards, browsers and shops, as the journal would have them.
 * The same seed gives the same world for ever.
 */
#ifndef TESTS_CORE_WORLD_H
#define TESTS_CORE_WORLD_H

#include "core/policy.h"
#include "core/stay.h"
#include "core/touchpoint.h"

/* An event of a world: its row of the journal. */
struct happening {
	const char *source;
	int64_t at;
	struct placed placed;
	struct told told;
};

struct world {
	uint64_t seed;
	const struct policy *policy;
	struct happening *events;
	size_t count;
};

/* The shipped policy with some of its numbers changed. */
struct policy *world_policy(struct arena *a, uint64_t seed);
struct world *world_create(
	struct arena *a, uint64_t seed, const struct policy *policy);
/* A world told by hand, one event a line: "12 till loyalty:1! phone:2", with
 * the day, the source, and + for attested, ! for verified. An event is known
 * by its line and place. */
struct world *world_of(
	struct arena *a, const struct policy *policy, const char *lines);
/* One line for people: when, where and who. */
const char *world_tell(struct arena *a, const struct happening *h);
const char *name_of(struct arena *a, const char *kind, struct span value);

/* Numbers that look random and are a function of their arguments. */
uint64_t mix(uint64_t a, uint64_t b, uint64_t c);

/*
 * What is stored, as text: a line for each identifier, stay and trait, sorted.
 * The numbers of stays are not told, since they tell nothing.
 */
struct page {
	struct arena *arena;
	char **lines;
	size_t count, cap;
};

void page_identifier(struct page *p, const char *name, const char *founder,
	int64_t first_seen, bool shared);
/* touchpoint: its source and members. owner: a name, or NULL. */
void page_stay(struct page *p, const char *touchpoint, const struct stay *stay,
	size_t width, const char *owner);
void page_trait(struct page *p, const char *touchpoint, int64_t first,
	const char *name, const char *value, int64_t at);
char *page_end(struct page *p);

#endif
