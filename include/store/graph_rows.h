/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a graph says, as rows for the statements put_*, drop_*, move_* and
 * verify_*, whose heads name the columns. Digits of amounts and traits stay as
 * they were sent.
 */
#ifndef STORE_GRAPH_ROWS_H
#define STORE_GRAPH_ROWS_H

#include "base/span.h"
#include "core/difference.h"
#include "core/graph.h"
#include "store/columns.h"

/* Those to be written. */
struct columns *graph_identifier_rows(struct arena *a, const struct graph *g);
/* Of stored tenures that are none any more. */
struct columns *graph_gone_rows(struct arena *a, const struct graph *g);
/* Of the instants at which those that this batch cuts were given up. */
struct columns *graph_cut_rows(struct arena *a, const struct graph *g);
/* Of touchpoints whose stays are made anew. */
struct columns *graph_again_rows(struct arena *a, const struct graph *g);
/* Of touchpoints that are not stored yet. */
struct columns *graph_touchpoint_rows(struct arena *a, const struct graph *g);
struct columns *graph_member_rows(struct arena *a, const struct graph *g);
/* Those that changed. */
struct columns *graph_stay_rows(struct arena *a, const struct graph *g);
/* Those that went into others. */
struct columns *graph_joined_rows(struct arena *a, const struct graph *g);
/* Of decisions that are to be written. */
struct columns *graph_decision_rows(struct arena *a, const struct graph *g);
/* What has become of profiles, for the feed: those of other identifiers than
 * before, and those that events of this batch belong to. */
struct columns *graph_change_rows(struct arena *a, const struct graph *g);
/* The same of a difference, one by one; takes cause. */
struct columns *graph_change_columns(struct arena *a);
void graph_change_row(struct columns *c, struct arena *a,
	const struct difference *d, const struct part *part, json_t *cause);
/* The latest word of the told events on each trait, order and refund of each
 * stay; hash_key makes the ids of purchases. */
struct columns *graph_trait_rows(struct arena *a, const struct graph *g);
struct columns *graph_spend_rows(
	struct arena *a, const struct graph *g, struct span hash_key);

/* For COPY, into columns of these kinds. */
#define GRAPH_IDENTIFIER "uttzuubuzzb"
#define GRAPH_TOUCHPOINT "uttU"
#define GRAPH_MEMBER "uu"
#define GRAPH_STAY "uiuzzlSt"
#define GRAPH_TRAIT "uitjzu"
#define GRAPH_SPEND "uiubntzu"
void graph_identifier_row(struct columns *c, const struct node *n);
void graph_touchpoint_row(
	struct columns *c, const struct graph *g, const struct spot *s);
void graph_put_members(
	struct columns *c, const struct graph *g, const struct spot *s);
/* Of the kth. */
void graph_stay_row(
	struct columns *c, struct arena *a, const struct spot *s, size_t k);
void graph_put_traits(struct columns *c, const struct graph *g);
void graph_put_spend(
	struct columns *c, const struct graph *g, struct span hash_key);

#endif
