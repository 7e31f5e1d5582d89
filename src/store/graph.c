/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading goes in rounds: the touchpoints of the frontier, their stays, the
 * nodes that those name, and again, until nothing new is in reach.
 */
#include "store/graph.h"

#include <stdlib.h>
#include <string.h>

#include "io/db.h"
#include "store/sql.h"

struct load {
	struct db *db;
	struct graph *g;
	graph_done done;
	void *arg;
	bool reach; /* go on with the frontier */
};

static void load_touchpoints(struct load *load);
static void load_round(struct load *load);

void
graph_why(const struct db_result *result, struct err *e)
{
	fail(e, db_may_pass(result) ? ERR_BUSY : ERR_DB, "postgresql: %s",
		result->text);
}

static void
load_end(struct load *load, const struct db_result *failed)
{
	struct err why = { 0 };
	graph_done done = load->done;
	void *arg = load->arg;

	if (failed)
		graph_why(failed, &why);
	done(failed ? &why : NULL, arg);
}

/* An array literal that grows by ids. */
struct ids {
	struct arena *arena;
	char *text;
	size_t len, cap;
};

static void
ids_add(struct ids *ids, const struct id *id)
{
	if (ids->cap < ids->len + ID_TEXT + 2) {
		size_t cap = ids->cap ? ids->cap * 2 : 1024;
		char *more = arena_alloc(ids->arena, cap);

		if (ids->len)
			memcpy(more, ids->text, ids->len);
		ids->text = more;
		ids->cap = cap;
	}
	ids->text[ids->len] = ids->len ? ',' : '{';
	id_format(id, ids->text + ids->len + 1);
	ids->len += ID_TEXT;
}

/* NULL where no id was added. */
static const char *
ids_end(struct ids *ids)
{
	if (!ids->len)
		return NULL;
	ids->text[ids->len] = '}';
	ids->text[ids->len + 1] = '\0';
	return ids->text;
}

static void
ask(struct load *load, const char *sql, const char *ids, db_done done)
{
	const char *params[] = { ids };

	db_query(load->db, sql, 1, params, done, load);
}

static void on_members(const struct db_result *result, void *arg);

/* Once the nodes are there: on with the frontier, or with the touchpoints of
 * what this batch says was given up. */
static void
load_next(struct load *load)
{
	struct graph *g = load->g;
	struct ids ids = { g->arena, NULL, 0, 0 };
	uint32_t *nodes;
	size_t count;

	if (load->reach) {
		load_round(load);
		return;
	}
	count = graph_handed_over(g, &nodes);
	for (size_t i = 0; i < count; i++)
		ids_add(&ids, &g->nodes[nodes[i]].id);
	if (count)
		ask(load, sql_graph_members, ids_end(&ids), on_members);
	else
		load_end(load, NULL);
}

static int64_t
number(const char *text)
{
	return text ? strtoll(text, NULL, 10) : 0;
}

static void
on_identifiers(const struct db_result *result, void *arg)
{
	struct load *load = arg;
	struct graph *g = load->g;

	if (!result->ok) {
		load_end(load, result);
		return;
	}
	for (int r = 0; r < result->rows; r++) {
		struct id id;
		struct node *n;
		uint32_t at;
		int64_t first = number(db_value(result, r, 3));

		if (!id_parse(span_of(db_value(result, r, 0)), &id))
			continue;
		at = graph_node(g, &id); /* which may move the nodes */
		if (!db_value(result, r, 1)) {
			graph_cut(g, at, first);
			continue;
		}
		n = &g->nodes[at];
		n->kind = span_text(g->arena, span_of(db_value(result, r, 1)));
		n->value = span_of(
			span_text(g->arena, span_of(db_value(result, r, 2))));
		n->first_seen = first;
		id_parse(span_of(db_value(result, r, 4)), &n->founder);
		n->shared = db_value(result, r, 5)[0] == 't';
		if (db_value(result, r, 6))
			id_parse(span_of(db_value(result, r, 6)), &n->base);
		if (db_value(result, r, 7))
			n->until = number(db_value(result, r, 7));
		if (db_value(result, r, 8))
			n->run_at = number(db_value(result, r, 8));
		n->crowded = db_value(result, r, 10)[0] == 't';
		n->stored = n->asked = true;
		if (!n->shared) {
			n->was_group = n->founder;
			id_parse(span_of(db_value(result, r, 9)), &n->was);
		}
	}
	load_next(load);
}

static void
load_identifiers(struct load *load)
{
	struct graph *g = load->g;
	struct ids ids = { g->arena, NULL, 0, 0 };
	const char *text;

	for (size_t i = 0; i < g->node_count; i++) {
		if (g->nodes[i].asked)
			continue;
		g->nodes[i].asked = true;
		ids_add(&ids, &g->nodes[i].id);
	}
	text = ids_end(&ids);
	if (text)
		ask(load, sql_graph_identifiers, text, on_identifiers);
	else
		load_next(load);
}

static void
on_stays(const struct db_result *result, void *arg)
{
	struct load *load = arg;
	struct graph *g = load->g;

	if (!result->ok) {
		load_end(load, result);
		return;
	}
	for (int r = 0; r < result->rows; r++) {
		const char *know = db_value(result, r, 6);
		struct stay stay = { 0 };
		struct id touchpoint, owner = { { 0 } };
		uint32_t at;

		if (!id_parse(span_of(db_value(result, r, 0)), &touchpoint))
			continue;
		stay.number = (int)number(db_value(result, r, 1));
		if (db_value(result, r, 2))
			id_parse(span_of(db_value(result, r, 2)), &owner);
		stay.first = number(db_value(result, r, 3));
		stay.last = number(db_value(result, r, 4));
		stay.events = number(db_value(result, r, 5));
		for (size_t i = 0; know[i] && i < EVENT_CLAIMS; i++)
			stay.assurance[i] = (enum assurance)(know[i] - '0');
		if (db_value(result, r, 7))
			stay.called = called_read(
				g->arena, span_of(db_value(result, r, 7)));
		at = graph_spot(g, &touchpoint);
		g->spots[at].stored = true;
		graph_stay(g, at, &stay, &owner);
	}
	load_touchpoints(load);
}

static void
load_stays(struct load *load)
{
	struct graph *g = load->g;
	struct ids ids = { g->arena, NULL, 0, 0 };
	const char *text;

	for (size_t i = 0; i < g->spot_count; i++) {
		if (g->spots[i].asked)
			continue;
		g->spots[i].asked = true;
		ids_add(&ids, &g->spots[i].id);
	}
	text = ids_end(&ids);
	if (text)
		ask(load, sql_graph_stays, text, on_stays);
	else
		load_identifiers(load);
}

static void
take_members(struct graph *g, uint32_t at, struct span list)
{
	size_t count = list.len ? (list.len + 1) / ID_TEXT : 0;
	uint32_t *members = arena_array(g->arena, count + 1, sizeof(*members));

	for (size_t i = 0; i < count; i++) {
		struct id id = { { 0 } };
		struct span one = span_cut(list, ',', &list);

		if (id_parse(one, &id))
			members[i] = graph_node(g, &id);
	}
	g->spots[at].members = members;
	g->spots[at].member_count = count;
}

static void
on_touchpoints(const struct db_result *result, void *arg)
{
	struct load *load = arg;
	struct graph *g = load->g;

	if (!result->ok) {
		load_end(load, result);
		return;
	}
	for (int r = 0; r < result->rows; r++) {
		struct id id;
		uint32_t at;

		if (!id_parse(span_of(db_value(result, r, 0)), &id))
			continue;
		at = graph_spot(g, &id);
		g->spots[at].source =
			span_text(g->arena, span_of(db_value(result, r, 1)));
		g->spots[at].channel =
			span_text(g->arena, span_of(db_value(result, r, 2)));
		take_members(g, at, span_of(db_value(result, r, 3)));
	}
	load_identifiers(load);
}

/* Those of spots that came by way of a member, whose row we have not got. */
static void
load_touchpoints(struct load *load)
{
	struct graph *g = load->g;
	struct ids ids = { g->arena, NULL, 0, 0 };
	const char *text;

	for (size_t i = 0; i < g->spot_count; i++)
		if (!g->spots[i].members)
			ids_add(&ids, &g->spots[i].id);
	text = ids_end(&ids);
	if (text)
		ask(load, sql_graph_touchpoints, text, on_touchpoints);
	else
		load_identifiers(load);
}

static void
on_members(const struct db_result *result, void *arg)
{
	struct load *load = arg;

	if (!result->ok) {
		load_end(load, result);
		return;
	}
	for (int r = 0; r < result->rows; r++) {
		struct id id;

		if (id_parse(span_of(db_value(result, r, 0)), &id))
			graph_spot(load->g, &id);
	}
	load_stays(load);
}

/* A list of ids with commas between them. */
static size_t
read_list(struct arena *a, const char *text, struct id **ids)
{
	struct span list = span_of(text);
	size_t count = 0;

	*ids = arena_array(a, list.len / (ID_TEXT - 1) + 1, sizeof(**ids));
	while (list.len)
		if (id_parse(span_cut(list, ',', &list), &(*ids)[count]))
			count++;
	return count;
}

static void
on_decisions(const struct db_result *result, void *arg)
{
	struct load *load = arg;
	struct graph *g = load->g;

	if (!result->ok) {
		load_end(load, result);
		return;
	}
	for (int row = 0; row < result->rows; row++) {
		struct decided says = { 0 };
		struct ruling *r;
		struct id id;

		if (!id_parse(span_of(db_value(result, row, 0)), &id))
			continue;
		r = graph_ruling(g, &id);
		r->asked = true;
		r->withdrawn |= db_value(result, row, 3)[0] == 't';
		if (r->known || !db_value(result, row, 1))
			continue;
		says.same = db_value(result, row, 2)[0] == 't';
		says.left_count = read_list(
			g->arena, db_value(result, row, 4), &says.left);
		says.right_count = read_list(
			g->arena, db_value(result, row, 5), &says.right);
		says.reason =
			span_text(g->arena, span_of(db_value(result, row, 6)));
		says.author =
			span_text(g->arena, span_of(db_value(result, row, 7)));
		graph_rule(g, r, number(db_value(result, row, 1)), &says);
	}
	load_identifiers(load);
}

/* Decisions on what has come into reach, and what is stored of those that the
 * batch tells of. False where there is nothing to ask. */
static bool
load_decisions(struct load *load)
{
	struct graph *g = load->g;
	struct ids nodes = { g->arena, NULL, 0, 0 };
	struct ids rulings = { g->arena, NULL, 0, 0 };
	const char *params[2];

	for (size_t i = 0; i < g->node_count; i++) {
		if (!g->nodes[i].expanded || g->nodes[i].judged)
			continue;
		g->nodes[i].judged = true;
		ids_add(&nodes, &g->nodes[i].id);
	}
	for (size_t i = 0; i < g->ruling_count; i++) {
		if (g->rulings[i].asked)
			continue;
		g->rulings[i].asked = true;
		ids_add(&rulings, &g->rulings[i].id);
	}
	if (!nodes.len && !rulings.len)
		return false;
	params[0] = nodes.len ? ids_end(&nodes) : "{}";
	params[1] = rulings.len ? ids_end(&rulings) : "{}";
	db_query(load->db, sql_graph_decisions, 2, params, on_decisions, load);
	return true;
}

static void
load_round(struct load *load)
{
	struct graph *g = load->g;
	struct ids ids = { g->arena, NULL, 0, 0 };
	uint32_t *nodes;
	size_t count;

	if (load_decisions(load))
		return;
	count = graph_frontier(g, &nodes);
	for (size_t i = 0; i < count; i++)
		ids_add(&ids, &g->nodes[nodes[i]].id);
	if (count)
		ask(load, sql_graph_members, ids_end(&ids), on_members);
	else
		load_end(load, NULL);
}

static struct load *
load_create(struct db *db, struct graph *g, graph_done done, void *arg)
{
	struct load *load = arena_alloc(g->arena, sizeof(*load));

	*load = (struct load){ db, g, done, arg, false };
	return load;
}

void
graph_load_touched(struct db *db, struct graph *g, graph_done done, void *arg)
{
	load_stays(load_create(db, g, done, arg));
}

void
graph_load_reach(struct db *db, struct graph *g, graph_done done, void *arg)
{
	struct load *load = load_create(db, g, done, arg);

	load->reach = true;
	load_round(load);
}

struct look {
	struct db *db;
	struct graph *g;
	graph_done done;
	void *arg;
};

static void
on_looked(const struct err *why, void *arg)
{
	struct look *look = arg;

	if (why)
		look->done(why, look->arg);
	else
		graph_load_reach(look->db, look->g, look->done, look->arg);
}

void
graph_load_look(struct db *db, struct graph *g, graph_done done, void *arg)
{
	struct look *look = arena_alloc(g->arena, sizeof(*look));

	*look = (struct look){ db, g, done, arg };
	graph_load_touched(db, g, on_looked, look);
}
