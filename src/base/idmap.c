/* SPDX-License-Identifier: Apache-2.0 */
#include "base/idmap.h"

#include <string.h>

/* Bytes of an id are as good as any hash of it. */
static size_t
find(const struct idmap *map, const struct id *id)
{
	uint64_t hash;
	size_t at;

	memcpy(&hash, id->bytes + 8, sizeof(hash));
	at = (size_t)(hash >> 8) & (map->cap - 1);
	while (map->slots[at].value != IDMAP_NONE &&
		id_compare(&map->slots[at].id, id) != 0)
		at = (at + 1) & (map->cap - 1);
	return at;
}

uint32_t
idmap_get(const struct idmap *map, const struct id *id)
{
	return map->cap ? map->slots[find(map, id)].value : IDMAP_NONE;
}

static void
grow(struct arena *a, struct idmap *map)
{
	struct idmap old = *map;

	map->cap = old.cap ? old.cap * 2 : 64;
	map->slots = arena_array(a, map->cap, sizeof(*map->slots));
	for (size_t i = 0; i < map->cap; i++)
		map->slots[i].value = IDMAP_NONE;
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].value != IDMAP_NONE)
			map->slots[find(map, &old.slots[i].id)] = old.slots[i];
}

void
idmap_set(
	struct arena *a, struct idmap *map, const struct id *id, uint32_t value)
{
	size_t at;

	if (map->count * 2 >= map->cap)
		grow(a, map);
	at = find(map, id);
	if (map->slots[at].value == IDMAP_NONE)
		map->count++;
	map->slots[at].id = *id;
	map->slots[at].value = value;
}
