/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often somebody may do something: so many in a period, all at once or
 * spread over it (the generic cell rate algorithm: ITU-T I.371, annex A). In
 * memory that does not grow, whoever comes; who is forgotten starts afresh.
 */
#ifndef IO_LIMIT_H
#define IO_LIMIT_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct limit;

struct limit_rate {
	size_t count; /* 0: as often as one likes */
	int seconds;  /* of the period */
};

struct limit *limit_create(void);
/* Takes NULL. */
void limit_destroy(struct limit *l);
/* 0, and it is counted; or in how many seconds, at least one, it may be tried
 * again. now: microseconds of a clock that never goes back. */
unsigned limit_take(
	struct limit *l, struct span who, struct limit_rate rate, int64_t now);
/* What limit_take would say, without counting. */
unsigned limit_wait(const struct limit *l, struct span who,
	struct limit_rate rate, int64_t now);

#endif
