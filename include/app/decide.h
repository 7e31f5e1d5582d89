/* SPDX-License-Identifier: Apache-2.0 */
/* A steward's decision as an entry of the journal: an event like any other,
 * which lists the identifiers that it is about as they are when it is taken. */
#ifndef APP_DECIDE_H
#define APP_DECIDE_H

#include <jansson.h>

#include "store/journal.h"

struct deciding {
	const char *name; /* of the event */
	bool withdraws; /* the decision; else it says same of left and right */
	struct id decision;
	bool same;
	json_t *left, *right; /* arrays of ids */
	const char *reason, *author;
	struct span key; /* what repeats have in common beside all but the time;
			  * empty: it is no repeat */
};

/* On the arena. The decision's own id is the entry's event. */
struct entry decide_entry(
	struct arena *a, struct span hash_key, const struct deciding *d);

#endif
