/* SPDX-License-Identifier: Apache-2.0 */
#include "likeness/whole.h"

#include <stdlib.h>
#include <string.h>

#include "likeness/block.h"

struct posting {
	int64_t key;
	uint32_t at;
};

static int
compare_posting(const void *left, const void *right)
{
	const struct posting *a = left, *b = right;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

static int
compare_pair(const void *left, const void *right)
{
	const struct pair *a = left, *b = right;

	if (a->a != b->a)
		return a->a < b->a ? -1 : 1;
	return (a->b > b->b) - (a->b < b->b);
}

/* Sorts, and leaves each once. */
static size_t
distinct(struct pair *pairs, size_t count)
{
	size_t kept = 0;

	if (count)
		qsort(pairs, count, sizeof(*pairs), compare_pair);
	for (size_t i = 0; i < count; i++)
		if (!kept || compare_pair(&pairs[kept - 1], &pairs[i]))
			pairs[kept++] = pairs[i];
	return kept;
}

size_t
whole_pairs(struct arena *a, const struct portrait *portraits, size_t count,
	int type, struct pair **pairs)
{
	struct arena *scratch = arena_create();
	struct posting *postings = NULL;
	size_t n = 0, cap = 0, found = 0, room = 0;

	*pairs = NULL;
	for (uint32_t i = 0; i < count; i++) {
		struct arena *own = arena_create();
		int64_t *keys;
		size_t of = block_keys(own, &portraits[i], &keys);

		for (size_t k = 0; k < of; k++) {
			if (type != WHOLE_ALL && block_type(keys[k]) != type)
				continue;
			postings = arena_grow(
				scratch, postings, n, &cap, sizeof(*postings));
			postings[n++] = (struct posting){ keys[k], i };
		}
		arena_destroy(own);
	}
	if (n)
		qsort(postings, n, sizeof(*postings), compare_posting);
	for (size_t i = 0, next; i < n; i = next) {
		for (next = i;
			next < n && postings[next].key == postings[i].key;
			next++)
			;
		if (next - i > (size_t)block_cap(postings[i].key))
			continue;
		for (size_t x = i; x < next; x++) {
			for (size_t y = x + 1; y < next; y++) {
				if (found == room && found > 4096)
					found = distinct(*pairs, found);
				*pairs = arena_grow(a, *pairs, found, &room,
					sizeof(**pairs));
				(*pairs)[found++] =
					(struct pair){ postings[x].at,
						postings[y].at };
			}
		}
	}
	arena_destroy(scratch);
	return distinct(*pairs, found);
}
