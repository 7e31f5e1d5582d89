/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unifyctl verify: makes everything again from the journal, in memory, and
 * compares it with what is stored; names the first difference (invariant 4).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "ctl/recount.h"
#include "store/graph_rows.h"
#include "store/sql.h"

#define PART 1000 /* touchpoints or identifiers in one comparison */

struct verify {
	struct ctl *ctl;
	uint64_t counts[9]; /* as verify_counts gives them */
	char *difference;   /* the first, on ctl's arena */
};

/* Rows against what is stored, of these ids or, where NULL, in all. */
static bool
compare(struct verify *v, const char *sql, struct columns *rows,
	const char *ids, struct err *e)
{
	struct db_param params[COLUMNS_MAX + 4];
	struct arena *outer = v->ctl->arena;
	struct ctl_rows found;
	bool ok;

	v->ctl->arena = arena_create();
	ok = ctl_send(v->ctl, sql,
		columns_params(rows, ids != NULL, &ids, params), params, &found,
		e);
	if (ok && found.rows && !v->difference)
		v->difference =
			span_text(outer, span_of(ctl_value(&found, 0, 0)));
	arena_destroy(v->ctl->arena);
	v->ctl->arena = outer;
	return ok;
}

/* An array literal of ids: every size bytes from first. */
static char *
literal(struct arena *a, const struct id *first, size_t count, size_t size)
{
	char *text = arena_alloc(a, count * ID_TEXT + 3), *to = text;

	*to++ = '{';
	for (size_t i = 0; i < count; i++) {
		const struct id *id =
			(const struct id *)(const void *)((const char *)first +
							  i * size);

		if (i)
			*to++ = ',';
		id_format(id, to);
		to += ID_TEXT - 1;
	}
	*to = '}';
	return text;
}

static bool
on_chunk(void *arg, struct graph *g, struct err *e)
{
	struct verify *v = arg;
	struct columns *traits = graph_trait_rows(g->arena, g);
	struct columns *spend =
		graph_spend_rows(g->arena, g, v->ctl->config->hash_key);
	const char *ids = literal(
		g->arena, &g->spots[0].id, g->spot_count, sizeof(g->spots[0]));

	v->counts[4] += columns_rows(traits);
	v->counts[5] += columns_rows(spend);
	return compare(v, sql_verify_traits, traits, ids, e) &&
	       compare(v, sql_verify_spend, spend, ids, e);
}

/* A part of a graph that shares its arrays, so that rows of a part can be
 * made. */
static struct graph
part_of(const struct graph *g, size_t spot, size_t spots)
{
	struct graph part = *g;

	part.spots = g->spots + spot;
	part.spot_count = spots;
	return part;
}

static bool
compare_spots(struct verify *v, const struct graph *g, struct err *e)
{
	bool ok = true;

	for (size_t i = 0; i < g->spot_count && ok; i += PART) {
		size_t n = g->spot_count - i < PART ? g->spot_count - i : PART;
		struct graph part = part_of(g, i, n);
		struct arena *a = arena_create();
		char *ids =
			literal(a, &part.spots[0].id, n, sizeof(part.spots[0]));

		ok = compare(v, sql_verify_touchpoints,
			     graph_touchpoint_rows(a, &part), ids, e) &&
		     compare(v, sql_verify_stays, graph_stay_rows(a, &part),
			     ids, e);
		for (size_t k = 0; k < n; k++) {
			v->counts[1] += part.spots[k].member_count;
			v->counts[3] += part.spots[k].stays.count;
		}
		arena_destroy(a);
	}
	v->counts[2] = g->spot_count;
	return ok;
}

static bool
compare_nodes(struct verify *v, const struct graph *g, struct err *e)
{
	bool ok = true;

	for (size_t i = 0; i < g->node_count && ok; i += PART) {
		size_t n = g->node_count - i < PART ? g->node_count - i : PART;
		struct graph part = *g;
		struct arena *a = arena_create();

		part.nodes = g->nodes + i;
		part.node_count = n;
		ok = compare(v, sql_verify_identifiers,
			graph_identifier_rows(a, &part),
			literal(a, &part.nodes[0].id, n, sizeof(part.nodes[0])),
			e);
		arena_destroy(a);
	}
	/* A decision may name what no event does any more. */
	for (size_t i = 0; i < g->node_count; i++)
		v->counts[0] += g->nodes[i].kind != NULL;
	return ok;
}

static bool
compare_decisions(struct verify *v, const struct graph *g, struct err *e)
{
	return compare(v, sql_verify_decisions,
		       graph_decision_rows(g->arena, g), NULL, e) &&
	       compare(v, sql_verify_cuts, graph_cut_rows(g->arena, g), NULL,
		       e);
}

static bool
compare_likeness(
	void *arg, enum whole_table table, struct columns *rows, struct err *e)
{
	static const char *const verifies[] = { sql_verify_portraits,
		sql_verify_blocks, sql_verify_edges };
	struct verify *v = arg;

	v->counts[6 + table] += columns_rows(rows);
	return compare(v, verifies[table], rows, NULL, e);
}

/* What is stored and should not be: there are more rows than there should. */
static bool
compare_counts(struct verify *v, struct err *e)
{
	static const char *const tables[] = { "identifier", "member",
		"touchpoint", "stay", "trait", "spend", "portrait", "block",
		"alike" };
	struct ctl_rows rows;

	if (!ctl_query(v->ctl, sql_verify_counts, 0, NULL, &rows, e))
		return false;
	for (int i = 0; i < 9 && !v->difference; i++) {
		uint64_t have = strtoull(ctl_value(&rows, 0, i), NULL, 10);

		if (have != v->counts[i])
			v->difference = arena_printf(v->ctl->arena,
				"%s: %llu rows, want %llu", tables[i],
				(unsigned long long)have,
				(unsigned long long)v->counts[i]);
	}
	return true;
}

static int
verify_run(struct ctl *ctl, int argc, char **argv)
{
	struct verify v = { .ctl = ctl };
	struct recount recount = { 0 };
	struct err e = { 0 };
	bool ok;

	(void)argv;
	if (argc) {
		fputs("usage: unifyctl verify\n", stderr);
		return CTL_USAGE;
	}
	ok = ctl_snapshot(ctl, &e) &&
	     recount_journal(ctl, ctl->config->policy, NULL, false, on_chunk,
		     &v, &recount, &e) &&
	     compare_spots(&v, recount.whole, &e) &&
	     compare_nodes(&v, recount.whole, &e) &&
	     compare_decisions(&v, recount.whole, &e) &&
	     whole_likeness_rows(&recount.likeness, columns_create,
		     compare_likeness, &v, &e) &&
	     compare_counts(&v, &e) && ctl_snapshot_end(ctl, &e);
	if (ok && ctl->json)
		printf("{\"events\":%llu,\"difference\":%s%s%s}\n",
			(unsigned long long)recount.events,
			v.difference ? "\"" : "",
			v.difference ? v.difference : "null",
			v.difference ? "\"" : "");
	else if (ok && v.difference)
		printf("different: %s\n", v.difference);
	else if (ok)
		printf("%llu events, no difference\n",
			(unsigned long long)recount.events);
	recount_clear(&recount);
	if (!ok)
		return ctl_fail(&e);
	return v.difference ? CTL_FAILED : CTL_OK;
}

extern const struct command command_verify;
const struct command command_verify = {
	.name = "verify",
	.usage = "",
	.summary = "recompute everything from the journal and compare",
	.run = verify_run,
};
