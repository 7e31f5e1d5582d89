/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small graphs told by hand, without anything stored behind them: events as
 * world_of has them, and stewards' decisions on those that they name.
 */
#ifndef TESTS_CORE_SMALL_H
#define TESTS_CORE_SMALL_H

#include "core/graph.h"

/* Those of lines are new; by the shipped policy. */
struct graph *small_fresh(struct arena *a, const char *lines);
/* Those of lines have been there before: nothing of them moves. */
struct graph *small_stored(struct arena *a, const char *lines);
/* By what people call it, "user_id:1"; NULL where there is none. */
struct node *small_node(const struct graph *g, const char *name);
/* A word on two names; "-" is somebody of whom nothing is loaded. */
struct decided small_decided(
	struct graph *g, bool same, const char *left, const char *right);
/* The n-th event of stewards, which happens at n. */
struct id small_steward(uint8_t n);
void small_tell(struct graph *g, uint8_t n, const struct decided *word);
void small_withdraw(struct graph *g, uint8_t n, uint8_t decision);
/* Folds, brings all that is in reach into it, and groups. */
void small_finish(struct graph *g);

#endif
