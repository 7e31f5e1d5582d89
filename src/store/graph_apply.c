/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a batch changed, as one statement a table. Rows go as one JSON array,
 * in which the digits of amounts and traits stay as they were sent.
 */
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "io/db.h"
#include "store/graph.h"
#include "store/graph_rows.h"
#include "store/sql.h"

enum { STATEMENTS = 16 };

struct apply {
	struct db *db;
	graph_done done;
	void *arg;
	const char *number;
	struct step {
		const char *sql;
		char *rows;
		bool numbered;
	} steps[STATEMENTS];
	size_t step, step_count;
};

static void
add_step(struct arena *a, struct apply *apply, const char *sql, json_t *rows,
	bool numbered)
{
	if (json_array_size(rows))
		apply->steps[apply->step_count++] =
			(struct step){ sql, json_write(a, rows), numbered };
	json_decref(rows);
}

static void run(struct apply *apply);

static void
on_step(const struct db_result *result, void *arg)
{
	struct apply *apply = arg;
	struct err why = { 0 };

	if (result->ok) {
		run(apply);
		return;
	}
	graph_why(result, &why);
	apply->done(&why, apply->arg);
}

static void
run(struct apply *apply)
{
	const struct step *step = &apply->steps[apply->step];
	const char *params[2];

	if (apply->step++ == apply->step_count) {
		apply->done(NULL, apply->arg);
		return;
	}
	params[0] = step->rows;
	params[1] = apply->number;
	db_query(apply->db, step->sql, step->numbered ? 2 : 1, params, on_step,
		apply);
}

void
graph_apply(struct db *db, struct graph *g, struct span hash_key,
	const char *number, graph_done done, void *arg)
{
	struct arena *a = g->arena;
	struct apply *apply = arena_alloc(a, sizeof(*apply));
	json_t *changes = graph_change_rows(g);

	*apply = (struct apply){ .db = db, .done = done, .arg = arg };
	apply->number = arena_printf(a, "%s", number);
	add_step(
		a, apply, sql_put_touchpoints, graph_touchpoint_rows(g), false);
	add_step(a, apply, sql_put_members, graph_member_rows(g), false);
	add_step(a, apply, sql_put_identifiers, graph_identifier_rows(g), true);
	add_step(a, apply, sql_drop_tenures, graph_gone_rows(g), false);
	add_step(a, apply, sql_put_cuts, graph_cut_rows(g), false);
	add_step(a, apply, sql_drop_counts, graph_again_rows(g), false);
	/* Moved before the batch's own, which know the standing stays. */
	add_step(a, apply, sql_move_traits, graph_stay_rows(g, true), false);
	add_step(a, apply, sql_move_spend, graph_stay_rows(g, true), false);
	add_step(a, apply, sql_drop_stays, graph_stay_rows(g, true), false);
	add_step(a, apply, sql_put_stays, graph_stay_rows(g, false), true);
	add_step(a, apply, sql_put_traits, graph_trait_rows(g), false);
	add_step(a, apply, sql_put_spend, graph_spend_rows(g, hash_key), false);
	add_step(a, apply, sql_put_decisions, graph_decision_rows(g), true);
	add_step(a, apply, sql_put_decided, graph_decision_rows(g), false);
	add_step(a, apply, sql_put_changed, json_incref(changes), true);
	add_step(a, apply, sql_put_changes, changes, true);
	run(apply);
}
