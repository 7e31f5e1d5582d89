/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers of stays that a replay leaves as they were. */
#ifndef CTL_STAY_NUMBERS_H
#define CTL_STAY_NUMBERS_H

#include "core/graph.h"
#include "ctl/command.h"

struct stay_numbers {
	size_t *first; /* by spot: the place of its first stay's */
	int64_t *numbers;
};

/* On the arena of whole, as ctl's connection sees them. */
bool stay_numbers_read(struct ctl *ctl, const struct graph *whole,
	struct stay_numbers *n, struct err *e) MUST_CHECK;
/* That of the kth stay of a spot; 0: it is new, or another than it was. */
int64_t *stay_number(struct stay_numbers *n, size_t spot, size_t k);

#endif
