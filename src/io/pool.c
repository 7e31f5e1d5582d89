/* SPDX-License-Identifier: Apache-2.0 */
#include "io/pool.h"

#include <stdlib.h>

struct pool {
	size_t size, next;
	struct db *items[];
};

struct pool *
pool_create(struct event_base *base, const char *conninfo, enum db_mode mode,
	int patience_ms, size_t size)
{
	struct pool *pool =
		calloc(1, sizeof(*pool) + size * sizeof(pool->items[0]));

	if (!pool)
		abort();
	pool->size = size;
	for (size_t i = 0; i < size; i++)
		pool->items[i] = db_create(base, conninfo, mode, patience_ms);
	return pool;
}

void
pool_destroy(struct pool *pool)
{
	if (!pool)
		return;
	for (size_t i = 0; i < pool->size; i++)
		db_destroy(pool->items[i]);
	free(pool);
}

size_t
pool_size(const struct pool *pool)
{
	return pool->size;
}

static bool
is_better(const struct db *a, const struct db *b)
{
	if (db_ready(a) != db_ready(b))
		return db_ready(a);
	return db_waiting(a) < db_waiting(b);
}

/* They take turns where they have as much to do. */
struct db *
pool_db(struct pool *pool)
{
	size_t best = pool->next;

	for (size_t i = 1; i < pool->size; i++) {
		size_t at = (pool->next + i) % pool->size;

		if (is_better(pool->items[at], pool->items[best]))
			best = at;
	}
	pool->next = (best + 1) % pool->size;
	return pool->items[best];
}
