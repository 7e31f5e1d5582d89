/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people are called, and when they were born, in texts of which only who
 * asks for a grouping knows what they mean, and whether two can be of one
 * person (likeness/person.h).
 */
#ifndef CORE_NAMES_H
#define CORE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/id.h"
#include "base/span.h"

/* What is told apart from the rest: a name, and a birth date. Each is a line
 * without its end. */
#define CALLED_PARTS 2

/* How a stay's person is called: of each part the latest word, by (at, event).
 */
struct called {
	struct {
		const char *text; /* or NULL */
		int64_t at;
		struct id event;
	} parts[CALLED_PARTS];
};

/* Takes an event's word in, NULL where it has none; whether a text is another
 * now. *gone becomes true where one was there before. */
bool called_tell(struct called *called, const char *const texts[CALLED_PARTS],
	int64_t at, const struct id *event, bool *gone);
/* The same for all that another has. */
bool called_unite(struct called *called, const struct called *more, bool *gone);
/* The lines that are there, each with its end; NULL where none is. */
const char *called_text(struct arena *a, const struct called *called);
/* As one text with times and events, the same for the same, and back. NULL:
 * nothing is told. */
char *called_write(struct arena *a, const struct called *called);
struct called called_read(struct arena *a, struct span text);

/* A set of what called_text gives: sorted, each once; of more than NAMES_MOST
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
