/* SPDX-License-Identifier: Apache-2.0 */
/* From ids to small numbers, on an arena. Ids are hashes already. */
#ifndef BASE_IDMAP_H
#define BASE_IDMAP_H

#include <stdint.h>

#include "base/arena.h"
#include "base/id.h"

#define IDMAP_NONE UINT32_MAX

struct idmap {
	struct idmap_slot {
		struct id id;
		uint32_t value;
	} * slots;
	size_t count, cap; /* cap is a power of two */
};

/* IDMAP_NONE where there is none. */
uint32_t idmap_get(const struct idmap *map, const struct id *id);
/* Sets or replaces; value is not IDMAP_NONE. */
void idmap_set(struct arena *a, struct idmap *map, const struct id *id,
	uint32_t value);

#endif
