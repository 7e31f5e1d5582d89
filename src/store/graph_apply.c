/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a batch changed, as one statement a table. The rows of the next are made
 * while PostgreSQL has the one before.
 */
#include "io/db.h"
#include "store/graph.h"
#include "store/graph_rows.h"
#include "store/sql.h"

struct step {
	const char *sql;
	/* NULL: of purchases */
	struct columns *(*rows)(struct arena *, const struct graph *);
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
	{ 0 },
};

static const struct step feed[] = {
	{ sql_put_changed, graph_change_rows, true, OWN },
	{ sql_put_changes, NULL, true, SAME },
	{ 0 },
};
/* clang-format on */

struct apply {
	struct db *db;
	graph_done done;
	void *arg;
	const struct graph *graph;
	struct span hash_key;
	const char *number;
	const struct step *step;
	struct columns *rows;
	int sent; /* statements without an answer */
	bool failed;
	struct err why;
};

#define AHEAD 2 /* statements that are sent at once */

static void run(struct apply *apply);

static void
on_step(const struct db_result *result, void *arg)
{
	struct apply *apply = arg;

	apply->sent--;
	if (!result->ok && !apply->failed) {
		apply->failed = true;
		graph_why(result, &apply->why);
	}
	run(apply);
}

/* Rows are made when it is their turn, so that others have theirs between.
 * False where all are sent. */
static bool
send_next(struct apply *apply)
{
	struct db_param params[COLUMNS_MAX + 4];
	struct arena *a = apply->graph->arena;

	while (apply->step->sql) {
		const struct step *step = apply->step++;

		if (step->whose == OWN)
			apply->rows =
				step->rows ? step->rows(a, apply->graph)
					   : graph_spend_rows(a, apply->graph,
						     apply->hash_key);
		if (!columns_rows(apply->rows))
			continue;
		apply->sent++;
		db_send(apply->db, step->sql,
			columns_params(apply->rows, step->numbered,
				&apply->number, params),
			params, on_step, apply);
		return true;
	}
	return false;
}

static void
run(struct apply *apply)
{
	while (!apply->failed && apply->sent < AHEAD && send_next(apply))
		;
	if (!apply->sent)
		apply->done(apply->failed ? &apply->why : NULL, apply->arg);
}

static void
start(struct db *db, const struct graph *g, const struct step *first,
	struct span hash_key, const char *number, graph_done done, void *arg)
{
	struct apply *apply = arena_alloc(g->arena, sizeof(*apply));

	*apply = (struct apply){ .db = db,
		.done = done,
		.arg = arg,
		.graph = g,
		.hash_key = hash_key,
		.number = arena_printf(g->arena, "%s", number),
		.step = first };
	run(apply);
}

void
graph_apply(struct db *db, const struct graph *g, struct span hash_key,
	const char *number, graph_done done, void *arg)
{
	start(db, g, steps, hash_key, number, done, arg);
}

void
graph_tell_feed(struct db *db, const struct graph *g, const char *number,
	graph_done done, void *arg)
{
	start(db, g, feed, (struct span){ NULL, 0 }, number, done, arg);
}
