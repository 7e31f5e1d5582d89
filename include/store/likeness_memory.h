/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the resolver remembers of likeness between batches, of what it would
 * have to read again and again: keys that too many have to count, and
 * portraits. It holds as long as nobody else writes, and is to be forgotten
 * where a batch was taken back. Some is forgotten by itself: it stays below 80
 * MB.
 */
#ifndef STORE_LIKENESS_MEMORY_H
#define STORE_LIKENESS_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/id.h"

struct likeness_memory;

struct likeness_memory *likeness_memory_create(void);
void likeness_memory_destroy(struct likeness_memory *m); /* takes NULL */
void likeness_forget(struct likeness_memory *m);

/* Too many have the key; or somebody gave it up, and perhaps they have not. */
void memory_crowd(struct likeness_memory *m, int64_t key);
void memory_uncrowd(struct likeness_memory *m, int64_t key);
bool memory_is_crowded(const struct likeness_memory *m, int64_t key);

/* A portrait as it is stored; text NULL: it is not any more. Copied. */
void memory_portrait(struct likeness_memory *m, const struct id *id,
	int64_t first_seen, const char *text);
/* Its text, until the next is remembered; NULL: not known. */
const char *memory_find(
	struct likeness_memory *m, const struct id *id, int64_t *first_seen);

#endif
