/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys are in a table that is emptied when it is half full. Portraits are in
 * two generations: when the younger is full, the elder goes.
 */
#include "store/likeness_memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/idmap.h"

#define KEY_SLOTS (1 << 18)	      /* of 8 bytes */
#define GONE (-1)		      /* no key: its type would be 255 */
#define GENERATION ((size_t)30 << 20) /* bytes of portraits */
#define ENTRY 80		      /* bytes that one takes beside its text */

struct remembered {
	int64_t first_seen;
	const char *text; /* NULL: there is none */
};

struct generation {
	struct arena *arena; /* NULL: it is empty */
	struct idmap places;
	struct remembered *items;
	size_t count, cap, bytes;
};

struct likeness_memory {
	struct generation young, old;
	size_t key_count;
	int64_t keys[KEY_SLOTS]; /* open addressing; 0: empty */
};

struct likeness_memory *
likeness_memory_create(void)
{
	struct likeness_memory *m = calloc(1, sizeof(*m));

	if (!m)
		abort();
	return m;
}

static void
generation_end(struct generation *g)
{
	arena_destroy(g->arena);
	*g = (struct generation){ 0 };
}

static void
forget_keys(struct likeness_memory *m)
{
	if (m->key_count)
		memset(m->keys, 0, sizeof(m->keys));
	m->key_count = 0;
}

void
likeness_forget(struct likeness_memory *m)
{
	generation_end(&m->young);
	generation_end(&m->old);
	forget_keys(m);
}

void
likeness_memory_destroy(struct likeness_memory *m)
{
	if (m)
		likeness_forget(m);
	free(m);
}

/* Where the key is, or would be. */
static size_t
slot_of(const struct likeness_memory *m, int64_t key)
{
	size_t at =
		((uint64_t)key * 0x9e3779b97f4a7c15u >> 20) & (KEY_SLOTS - 1);

	while (m->keys[at] && m->keys[at] != key)
		at = (at + 1) & (KEY_SLOTS - 1);
	return at;
}

void
memory_crowd(struct likeness_memory *m, int64_t key)
{
	size_t at;

	if (m->key_count * 2 >= KEY_SLOTS)
		forget_keys(m);
	at = slot_of(m, key);
	m->key_count += !m->keys[at];
	m->keys[at] = key;
}

void
memory_uncrowd(struct likeness_memory *m, int64_t key)
{
	size_t at = slot_of(m, key);

	if (m->keys[at])
		m->keys[at] = GONE;
}

bool
memory_is_crowded(const struct likeness_memory *m, int64_t key)
{
	return m->keys[slot_of(m, key)] == key;
}

void
memory_portrait(struct likeness_memory *m, const struct id *id,
	int64_t first_seen, const char *text)
{
	struct generation *g = &m->young;
	size_t len = text ? strlen(text) : 0;

	if (g->bytes > GENERATION) {
		generation_end(&m->old);
		m->old = *g;
		*g = (struct generation){ 0 };
	}
	if (!g->arena)
		g->arena = arena_create();
	g->items = arena_grow(
		g->arena, g->items, g->count, &g->cap, sizeof(*g->items));
	g->items[g->count] = (struct remembered){ first_seen,
		text ? arena_strndup(g->arena, text, len) : NULL };
	idmap_set(g->arena, &g->places, id, (uint32_t)g->count++);
	g->bytes += len + ENTRY;
}

const char *
memory_find(struct likeness_memory *m, const struct id *id, int64_t *first_seen)
{
	const struct generation *g = &m->young;
	uint32_t at = idmap_get(&g->places, id);

	if (at == IDMAP_NONE) {
		g = &m->old;
		at = idmap_get(&g->places, id);
	}
	if (at == IDMAP_NONE)
		return NULL;
	*first_seen = g->items[at].first_seen;
	return g->items[at].text;
}
