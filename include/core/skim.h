/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A look into JSON without a tree of it: for text of which little is wanted,
 * and which was JSON when it was stored. A value is its text, from its first
 * character to its last; what nobody asks for is passed over, and not checked
 * but for its brackets and quotes.
 */
#ifndef CORE_SKIM_H
#define CORE_SKIM_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

struct skim {
	const char *at, *end;
	char close;	    /* what ends it; NUL: it has ended */
	bool begun, broken; /* broken: it is no JSON */
};

/* kind: '{' or '['; false where the value is none. */
bool skim_open(struct skim *s, struct span value, char kind) MUST_CHECK;
/* The next; name only of members, without its quotes and as it is written.
 * False at the end, and where the text is broken. */
bool skim_next(struct skim *s, struct span *name, struct span *value);
/* The values of an object's members of these names, which end with NULL; empty
 * where there is none. False where it is no object. */
bool skim_members(struct span object, const char *const *names,
	struct span *values) MUST_CHECK;
/* What json_span gives of the value; may be a part of it, or on the arena. */
struct span skim_text(struct arena *a, struct span value);

#endif
