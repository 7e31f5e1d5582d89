/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Likeness of what a batch changed. To be called when the graph was applied, in
 * the same transaction: then what is stored is what is known of groups.
 */
#ifndef STORE_LIKENESS_H
#define STORE_LIKENESS_H

#include "likeness/model.h"
#include "store/graph.h"
#include "store/likeness_memory.h"

/* Makes the portraits of groups that the graph has changed, compares those that
 * are news, and writes the profiles. Afterwards nodes name the profiles that
 * they are in; those of others that came or went with theirs are nodes, too.
 * The model must last until the answer; compared is added to, by the pairs that
 * were weighed for being candidates. */
void likeness_apply(struct db *db, struct graph *g, const struct model *model,
	struct likeness_memory *memory, const char *number, uint64_t *compared,
	graph_done done, void *arg);

/* Rows of portraits. */
#define LIKENESS_PORTRAIT "uzt"
struct columns *likeness_portrait_columns(struct arena *a);
void likeness_portrait_row(
	struct columns *c, struct arena *a, const struct portrait *p);

#endif
