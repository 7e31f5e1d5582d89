/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one grouping makes of another. Groups as they were and as they are now
 * are the two sides of a graph, with an edge for each identifier that both
 * hold. A part of it with one group on either side is one profile still;
 * several of which one came are a merge, one that became several a split.
 */
#ifndef CORE_DIFFERENCE_H
#define CORE_DIFFERENCE_H

#include <jansson.h>

#include "base/arena.h"
#include "base/id.h"

/* An identifier, with the group that it was in and the one it is in now; the
 * zero id: it was, or is, nobody's. */
struct lot {
	struct id id, was, is;
	uint32_t part; /* difference_find's own */
};

enum difference_kind {
	DIFFERENCE_NONE,      /* the same group of the same identifiers */
	DIFFERENCE_CREATED,   /* one that was not there */
	DIFFERENCE_UPDATED,   /* one, of other identifiers or another founder */
	DIFFERENCE_MERGED,    /* one of several */
	DIFFERENCE_SPLIT,     /* several of one */
	DIFFERENCE_REGROUPED, /* several of several */
	DIFFERENCE_ENDED      /* it has no identifier that is somebody's */
};

const char *difference_word(enum difference_kind kind);

struct part {
	enum difference_kind kind;
	size_t first, count; /* of its lots */
	size_t was, is;	     /* groups */
};

struct difference {
	struct lot *lots; /* sorted by part, then by id */
	size_t count;
	struct part *parts; /* all, those without a difference too */
	size_t part_count;
};

/* Sorts lots. Everything is on the arena. */
struct difference difference_find(
	struct arena *a, struct lot *lots, size_t count);
/* One side of a part: [{"profile","identifiers":[ids]}], in the order of the
 * profiles; profile null: those that are nobody's. The caller owns it. */
json_t *difference_side(
	const struct difference *d, const struct part *part, bool is);

#endif
