/* SPDX-License-Identifier: Apache-2.0 */
/* All portraits at once: who is to be compared with whom. */
#ifndef LIKENESS_WHOLE_H
#define LIKENESS_WHOLE_H

#include "likeness/cluster.h"
#include "likeness/model.h"
#include "likeness/portrait.h"

struct pair {
	uint32_t a, b; /* a < b */
};

#define WHOLE_ALL (-1)

/* The pairs that share a key that counts, of one type or of all, each once,
 * sorted; on the arena. */
size_t whole_pairs(struct arena *a, const struct portrait *portraits,
	size_t count, int type, struct pair **pairs);

#endif
