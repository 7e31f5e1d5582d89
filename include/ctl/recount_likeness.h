/* SPDX-License-Identifier: Apache-2.0 */
/* Likeness of the whole journal: portraits of all groups, and which are one. */
#ifndef CTL_RECOUNT_LIKENESS_H
#define CTL_RECOUNT_LIKENESS_H

#include "core/graph.h"
#include "likeness/cluster.h"
#include "likeness/model.h"
#include "likeness/portrait.h"
#include "store/columns.h"

/* What a stay told of who stays. */
struct heard {
	struct id touchpoint;
	int stay;
	struct portrait portrait;
};

struct whole_likeness {
	struct heard *heard;
	size_t heard_count, heard_cap;
	struct portrait *portraits; /* of groups of which something is known */
	size_t count;
	struct edge *edges; /* at or above review, by place in portraits */
	size_t edge_count, edge_cap;
};

/* Hears a folded chunk; what is kept is on the arena. */
void whole_hear(
	struct arena *a, struct whole_likeness *w, const struct graph *chunk);
/* When all is heard and grouped: makes portraits, and puts the profiles into
 * the nodes. */
void whole_likeness_find(struct graph *whole, struct whole_likeness *w,
	const struct model *model);

/* As they are stored, some rows at a time: a table after the other. Of
 * columns_create or its like. */
enum whole_table { WHOLE_PORTRAITS, WHOLE_BLOCKS, WHOLE_EDGES };
typedef struct columns *(*whole_columns)(struct arena *a, const char *kinds);
typedef bool (*whole_part)(
	void *arg, enum whole_table table, struct columns *rows, struct err *e);
bool whole_likeness_rows(const struct whole_likeness *w, whole_columns make,
	whole_part each, void *arg, struct err *e) MUST_CHECK;

#endif
