/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys are in a table that is emptied when it is half full. Portraits are in
 * two generations: when the younger is full, the elder goes.
 */
#include "store/likeness_memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define KEY_SLOTS (1 << 18)	 /* of 8 bytes */
#define GONE (-1)		 /* no key: its type would be 255 */
#define PORTRAIT_SLOTS (1 << 18) /* of 32 bytes; half of them are used */
#define TEXTS ((size_t)24 << 20) /* bytes */

/* Open addressing, by the id. */
struct remembered {
	struct id id;
	int64_t first_seen;
	const char *text; /* NULL: the slot is empty; no_text: there is none */
};

static const char no_text[] = "";

struct generation {
	struct remembered *slots; /* NULL: it is empty */
	struct arena *texts;
	size_t count, bytes;
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
generation_start(struct generation *g)
{
	g->slots = calloc(PORTRAIT_SLOTS, sizeof(*g->slots));
	if (!g->slots)
		abort();
	g->texts = arena_create();
	g->count = g->bytes = 0;
}

static void
generation_end(struct generation *g)
{
	free(g->slots);
	arena_destroy(g->texts);
	*g = (struct generation){ 0 };
}

/* Where it is, or would be; ids are hashes. */
static struct remembered *
place_of(const struct generation *g, const struct id *id)
{
	uint64_t hash;
	size_t at;

	memcpy(&hash, id->bytes + 8, sizeof(hash));
	at = (size_t)(hash >> 8) & (PORTRAIT_SLOTS - 1);
	while (g->slots[at].text && id_compare(&g->slots[at].id, id) != 0)
		at = (at + 1) & (PORTRAIT_SLOTS - 1);
	return &g->slots[at];
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
	struct remembered *place;

	if (g->bytes + len > TEXTS || g->count * 2 >= PORTRAIT_SLOTS) {
		generation_end(&m->old);
		m->old = *g;
		*g = (struct generation){ 0 };
	}
	if (!g->slots)
		generation_start(g);
	place = place_of(g, id);
	g->count += !place->text;
	*place = (struct remembered){ *id, first_seen,
		text ? arena_strndup(g->texts, text, len) : no_text };
	g->bytes += len + 1;
}

const char *
memory_find(struct likeness_memory *m, const struct id *id, int64_t *first_seen)
{
	const struct generation *const all[] = { &m->young, &m->old };

	for (int i = 0; i < 2; i++) {
		const struct remembered *found =
			all[i]->slots ? place_of(all[i], id) : NULL;

		if (!found || !found->text)
			continue;
		*first_seen = found->first_seen;
		return found->text == no_text ? NULL : found->text;
	}
	return NULL;
}
