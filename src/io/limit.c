/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of each who there is one number: when all that was done so far would have
 * been done, had it come at an even pace. Who is past that time is as if never
 * seen, so its place is free. Places are found by a hash under a seed, so that
 * nobody can choose whose place is taken.
 */
#include "io/limit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/digest.h"

#define SETS 1024
#define WAYS 8 /* places of a set; all have the same hash to begin with */
#define SEED 32
#define NANO INT64_C(1000)

struct place {
	uint64_t hash;
	int64_t due; /* nanoseconds */
};

struct limit {
	uint8_t seed[SEED];
	struct place places[SETS][WAYS];
};

struct limit *
limit_create(void)
{
	struct limit *l = calloc(1, sizeof(*l));

	if (!l || getrandom(l->seed, SEED, 0) != SEED)
		abort();
	return l;
}

void
limit_destroy(struct limit *l)
{
	free(l);
}

static uint64_t
hash_of(const struct limit *l, struct span who)
{
	uint8_t digest[DIGEST_SIZE];
	uint64_t hash;

	digest_hmac((struct span){ (const char *)l->seed, SEED }, who, digest);
	memcpy(&hash, digest, sizeof(hash));
	return hash;
}

/* Its own place, or the one that is free, or will be first; a copy. */
static struct place
look(const struct limit *l, uint64_t hash, size_t *way)
{
	const struct place *set = l->places[hash % SETS];

	*way = 0;
	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].hash == hash) {
			*way = i;
			return set[i];
		}
		if (set[i].due < set[*way].due)
			*way = i;
	}
	return (struct place){ .hash = hash };
}

/* When p may do it again, in nanoseconds from now; 0 or less: now. */
static int64_t
early(struct place *p, struct limit_rate rate, int64_t now)
{
	int64_t period = rate.seconds * INT64_C(1000000000);

	if (p->due < now)
		p->due = now;
	p->due += period / (int64_t)rate.count;
	return p->due - now - period;
}

static unsigned
seconds(int64_t early)
{
	return (unsigned)((early + 999999999) / 1000000000);
}

unsigned
limit_take(
	struct limit *l, struct span who, struct limit_rate rate, int64_t now)
{
	uint64_t hash = hash_of(l, who);
	size_t way;
	struct place p = look(l, hash, &way);
	int64_t wait = rate.count ? early(&p, rate, now * NANO) : 0;

	if (wait > 0)
		return seconds(wait);
	if (rate.count)
		l->places[hash % SETS][way] = p;
	return 0;
}

unsigned
limit_wait(const struct limit *l, struct span who, struct limit_rate rate,
	int64_t now)
{
	size_t way;
	struct place p = look(l, hash_of(l, who), &way);
	int64_t wait = rate.count ? early(&p, rate, now * NANO) : 0;

	return wait > 0 ? seconds(wait) : 0;
}
