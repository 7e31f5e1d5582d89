/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a graph says, as JSON arrays of rows for the statements put_* and
 * verify_*. The caller owns the result. Digits of amounts and traits stay as
 * they were sent, if written by json_write.
 */
#ifndef STORE_GRAPH_ROWS_H
#define STORE_GRAPH_ROWS_H

#include "base/span.h"
#include "core/difference.h"
#include "core/graph.h"

/* Those to be written. */
json_t *graph_identifier_rows(const struct graph *g);
/* Of stored tenures that are none any more. */
json_t *graph_gone_rows(const struct graph *g);
/* Of the instants at which those that this batch cuts were given up. */
json_t *graph_cut_rows(const struct graph *g);
/* Of touchpoints whose stays are made anew. */
json_t *graph_again_rows(const struct graph *g);
/* Of touchpoints that are not stored yet. */
json_t *graph_touchpoint_rows(const struct graph *g);
json_t *graph_member_rows(const struct graph *g);
/* Those that changed. */
json_t *graph_stay_rows(const struct graph *g);
/* Those that went into others, with "into". */
json_t *graph_joined_rows(const struct graph *g);
/* Of decisions that are to be written. */
json_t *graph_decision_rows(const struct graph *g);
/* What has become of profiles, for the feed: those of other identifiers than
 * before, and those that events of this batch belong to. */
json_t *graph_change_rows(const struct graph *g);
/* One of them; takes cause. */
json_t *graph_change_row(const struct difference *d, const struct part *part,
	size_t ordinal, json_t *cause);
/* The latest word of the told events on each trait, order and refund of each
 * stay; hash_key makes the ids of purchases. */
json_t *graph_trait_rows(const struct graph *g);
json_t *graph_spend_rows(const struct graph *g, struct span hash_key);

#endif
