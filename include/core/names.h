/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people are called, in texts of which only who asks for a grouping knows
 * what they mean, and whether two can be of one person (likeness/person.h).
 */
#ifndef CORE_NAMES_H
#define CORE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/id.h"
#include "base/span.h"

/* How a stay's person is called: the latest word, by (at, event). */
struct called {
	const char *text; /* or NULL */
	int64_t at;
	struct id event;
};

/* Takes a word in, which may be none; whether the text is another now. *gone
 * becomes true where one was there before that is not now, or the word's is
 * not. */
bool called_take(struct called *called, const struct called *word, bool *gone);
/* With time and event, and back; the same for the same. NULL: nothing is told.
 */
char *called_write(struct arena *a, const struct called *called);
struct called called_read(struct arena *a, struct span text);

/* A set of texts: sorted, each once; of more than NAMES_MOST
 * the first. By then there are too many to be one person's. */
#define NAMES_MOST 32

struct names {
	const char **items; /* never changed in place: copies may share it */
	size_t count;
};

/* Whether two texts cannot be of one person. */
typedef bool (*names_contradict)(struct arena *a, const char *x, const char *y);

/* The text stays the caller's. */
void names_add(struct arena *a, struct names *names, const char *text);
/* Whether some two of them cannot be of one person; or there are too many. */
bool names_are_several(struct arena *a, const struct names *names,
	names_contradict contradict);
/* Whether there are some, and none can be of the person that is called so. */
bool names_are_others(struct arena *a, const struct names *names,
	const char *text, names_contradict contradict);

#endif
