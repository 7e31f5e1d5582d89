/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the people of some events were called, and when they were born: a set of
 * texts. What a text means, and whether two can be of one person, who asks for
 * a grouping knows (likeness/person.h).
 */
#ifndef CORE_NAMES_H
#define CORE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"

/* Sorted, each once. Of more than so many, the first: by then there are too
 * many to be one person's. */
#define NAMES_MOST 32

struct names {
	const char **items; /* never changed in place: copies may share it */
	size_t count;
};

/* Whether two texts cannot be of one person. */
typedef bool (*names_contradict)(struct arena *a, const char *x, const char *y);

/* Adds one; false where that changes nothing. The text stays the caller's. */
bool names_add(struct arena *a, struct names *names, const char *text);
bool names_unite(
	struct arena *a, struct names *names, const struct names *more);
/* Whether some two of them cannot be of one person; or there are too many. */
bool names_are_several(struct arena *a, const struct names *names,
	names_contradict contradict);
/* Whether there are some on either side, and none can be of a person of the
 * other. */
bool names_are_others(struct arena *a, const struct names *x,
	const struct names *y, names_contradict contradict);
/* As one text, the same for the same set, and back. NULL: the empty set. Texts
 * are lines that are not empty, each with its end. */
char *names_write(struct arena *a, const struct names *names);
struct names names_read(struct arena *a, struct span text);

#endif
