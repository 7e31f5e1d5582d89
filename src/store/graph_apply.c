/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a batch changed, as one statement a table. Rows go as one JSON array,
 * in which the digits of amounts and traits stay as they were sent.
 */
#include "core/json.h"
#include "io/db.h"
#include "store/graph.h"
#include "store/graph_rows.h"
#include "store/sql.h"

struct step {
	const char *sql;
	json_t *(*rows)(const struct graph *g); /* NULL: of purchases */
	bool numbered;
	enum { OWN, SAME } whose; /* rows; SAME: of the step before */
};

/* clang-format off */
static const struct step steps[] = {
	{ sql_put_touchpoints, graph_touchpoint_rows, false, OWN },
	{ sql_put_members, graph_member_rows, false, OWN },
	{ sql_put_identifiers, graph_identifier_rows, true, OWN },
	{ sql_drop_tenures, graph_gone_rows, false, OWN },
	{ sql_put_cuts, graph_cut_rows, false, OWN },
	{ sql_drop_counts, graph_again_rows, false, OWN },
	/* Moved before the batch's own, which know the standing stays. */
	{ sql_move_traits, graph_joined_rows, false, OWN },
	{ sql_move_spend, NULL, false, SAME },
	{ sql_drop_stays, NULL, false, SAME },
	{ sql_put_stays, graph_stay_rows, true, OWN },
	{ sql_put_traits, graph_trait_rows, false, OWN },
	{ sql_put_spend, NULL, false, OWN },
	{ sql_put_decisions, graph_decision_rows, true, OWN },
	{ sql_put_decided, NULL, false, SAME },
	{ sql_put_changed, graph_change_rows, true, OWN },
	{ sql_put_changes, NULL, true, SAME },
};
/* clang-format on */
#define STEPS (sizeof(steps) / sizeof(steps[0]))

struct apply {
	struct db *db;
	graph_done done;
	void *arg;
	const struct graph *graph;
	struct span hash_key;
	const char *number;
	size_t step;
	char *rows; /* NULL: there are none */
};

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
make_rows(struct apply *apply, const struct step *step)
{
	const struct graph *g = apply->graph;
	json_t *rows;

	if (step->whose == SAME)
		return;
	rows = step->rows ? step->rows(g)
			  : graph_spend_rows(g, apply->hash_key);
	apply->rows = json_array_size(rows) ? json_write(g->arena, rows) : NULL;
	json_decref(rows);
}

/* Rows are made when it is their turn, so that others have theirs between. */
static void
run(struct apply *apply)
{
	while (apply->step < STEPS) {
		const struct step *step = &steps[apply->step++];
		const char *params[2] = { NULL, apply->number };

		make_rows(apply, step);
		params[0] = apply->rows;
		if (!params[0])
			continue;
		db_query(apply->db, step->sql, step->numbered ? 2 : 1, params,
			on_step, apply);
		return;
	}
	apply->done(NULL, apply->arg);
}

void
graph_apply(struct db *db, const struct graph *g, struct span hash_key,
	const char *number, graph_done done, void *arg)
{
	struct apply *apply = arena_alloc(g->arena, sizeof(*apply));

	*apply = (struct apply){ .db = db,
		.done = done,
		.arg = arg,
		.graph = g,
		.hash_key = hash_key,
		.number = arena_printf(g->arena, "%s", number) };
	run(apply);
}
