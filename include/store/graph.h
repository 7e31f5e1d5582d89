/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Brings the stored part of the identity graph in, and what a batch changed
 * out. Every call asks PostgreSQL and answers once, later, with NULL or with
 * why not; what it works on must last until then. The caller owns the
 * transaction.
 */
#ifndef STORE_GRAPH_H
#define STORE_GRAPH_H

#include "base/err.h"
#include "base/span.h"
#include "core/graph.h"

struct db;
struct db_result;

typedef void (*graph_done)(const struct err *why, void *arg);

/* What went wrong, as an error: ERR_BUSY where the same transaction may well
 * succeed when tried again, ERR_DB otherwise. */
void graph_why(const struct db_result *result, struct err *e);
/* Loads the stays of touched touchpoints, and the rows of nodes, not yet
 * asked for. */
void graph_load_touched(
	struct db *db, struct graph *g, graph_done done, void *arg);
/* Loads until the frontier is empty. */
void graph_load_reach(
	struct db *db, struct graph *g, graph_done done, void *arg);
/* Both, for a graph that is only looked at. */
void graph_load_look(
	struct db *db, struct graph *g, graph_done done, void *arg);
/* Writes what changed but for the feed, under this number of the lease.
 * hash_key makes the ids of purchases. */
void graph_apply(struct db *db, const struct graph *g, struct span hash_key,
	const char *number, graph_done done, void *arg);
/* And then what the feed says of it. */
void graph_tell_feed(struct db *db, const struct graph *g, const char *number,
	graph_done done, void *arg);

#endif
