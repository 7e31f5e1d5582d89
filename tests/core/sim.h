/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A store in memory, for the real graph: it loads in rounds as store/graph.c
 * does and writes only the rows that store/graph_apply.c would write, so a
 * change that nobody flagged is lost here as it would be in PostgreSQL.
 */
#ifndef TESTS_CORE_SIM_H
#define TESTS_CORE_SIM_H

#include "core/graph.h"
#include "world.h"

struct sim;

/* shake: rows come in an order that depends on it. */
struct sim *sim_create(
	struct arena *a, const struct policy *policy, uint64_t shake);
/* One batch, appended and resolved. The journal drops repeats. */
void sim_append(
	struct sim *sim, const struct happening *const *batch, size_t count);
/* The same, on the arena, as far as nothing is written yet. */
struct graph *sim_regroup(struct arena *a, struct sim *sim,
	const struct happening *const *batch, size_t count);
/* What is stored, as a page. */
char *sim_export(struct arena *a, const struct sim *sim);
/* How many rows were loaded till now: the price of batches. */
size_t sim_loaded(const struct sim *sim);

#endif
