/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* qsort, which must not be given nothing at NULL. */
static inline void
sort(void *items, size_t count, size_t size,
	int (*compare)(const void *, const void *))
{
	if (count > 1)
		qsort(items, count, size, compare);
}

static inline int
sort_compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

#endif
