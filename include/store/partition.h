/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal is partitioned by time: by month from the year in which the
 * database was made, by year before it. What is of no partition's time goes to
 * journal_rest, which should stay small, for making a partition reads it.
 */
#ifndef STORE_PARTITION_H
#define STORE_PARTITION_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define PARTITION_AHEAD 2	/* months */
#define PARTITION_MADE_MAX 2048 /* in one go, at the most */

struct partitions {
	const char *
		*names; /* those there are, as sql_partition_list has them */
	size_t count;
};

/* The next partition that should be there now and is not, as a statement on
 * the arena; NULL where none is missing. Put its name into p when it is made;
 * *name is on the arena too. */
const char *partition_missing(struct arena *a, const struct partitions *p,
	int64_t now, const char **name);

#endif
