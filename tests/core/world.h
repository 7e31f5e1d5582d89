/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random worlds: a seed gives a policy and the events of a few people who
 * share phones, cards, browsers and shops, as the journal would have them.
 * The same seed gives the same world for ever.
 */
#ifndef TESTS_CORE_WORLD_H
#define TESTS_CORE_WORLD_H

#include "core/policy.h"
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
	size_t place; /* worlds of different places have nobody in common */
	const struct policy *policy;
	struct happening *events;
	size_t count;
};

/* The shipped policy with some of its numbers changed. */
struct policy *world_policy(struct arena *a, uint64_t seed);
struct world *world_create(
	struct arena *a, uint64_t seed, const struct policy *policy);
/* The same for a place from 0 to 99, so that many can be told as one; at the
 * first it is as world_create has it. */
struct world *world_at(struct arena *a, uint64_t seed, size_t place,
	const struct policy *policy);
/* A world told by hand, one event a line: "12 till loyalty:1! phone:2", with
 * the day, the source, and + for attested, ! for verified, ~ for attested and
 * given up. Stewards say
 * who is whom: "5 stewards same email:1@x.example,phone:2 loyalty:3", or apart.
 * An event is known by its line and place. */
struct world *world_of(
	struct arena *a, const struct policy *policy, const char *lines);
/* One line for people: when, where and who. */
const char *world_tell(struct arena *a, const struct happening *h);

/* Names count where its policy says likeness: those of two letters are two
 * people's. By hand: "=ana". */
bool world_contradict(struct arena *a, const char *x, const char *y);

/* Numbers that look random and are a function of their arguments. */
uint64_t mix(uint64_t a, uint64_t b, uint64_t c);

#endif
