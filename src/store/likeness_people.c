/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "io/db.h"
#include "store/likeness_set.h"
#include "store/sql.h"

static const struct id none;

static void cluster_all(struct likeness_set *run);

static void
on_edges(const struct db_result *result, void *arg)
{
	struct likeness_set *run = arg;

	if (!result->ok) {
		likeness_finish(run, result);
		return;
	}
	for (int row = 0; row < result->rows; row++) {
		struct id from, to;
		uint32_t a, b;
		struct alike *l;

		if (!id_parse(span_of(db_value(result, row, 0)), &from) ||
			!id_parse(span_of(db_value(result, row, 1)), &to))
			continue;
		a = likeness_at(run, &from);
		b = likeness_at(run, &to);
		l = likeness_to(run, a, b);
		l->new = true;
		l->weight = (int)likeness_number(db_value(result, row, 2));
	}
	likeness_reach(run);
}

static void
on_profiles(const struct db_result *result, void *arg)
{
	struct likeness_set *run = arg;

	if (!result->ok) {
		likeness_finish(run, result);
		return;
	}
	for (int row = 0; row < result->rows; row++) {
		struct id id;

		if (id_parse(span_of(db_value(result, row, 0)), &id))
			id_parse(span_of(db_value(result, row, 1)),
				&likeness_who(run, &id)->profile);
	}
	cluster_all(run);
}

/* Of those reached, the profiles that the batch did not ask for. */
static void
load_profiles(struct likeness_set *run)
{
	struct columns *ids = columns_create(run->arena, "u");

	for (size_t i = 0; i < run->count; i++) {
		const struct someone *s = &run->all[i];

		if (s->reached && s->known && !s->asked)
			columns_id(ids, &s->id);
	}
	if (columns_rows(ids))
		likeness_ask(run, sql_likeness_profiles, ids, on_profiles);
	else
		cluster_all(run);
}

/* Whoever is joined to somebody reached is, too. */
void
likeness_reach(struct likeness_set *run)
{
	struct columns *ids = columns_create(run->arena, "u");
	bool more = true;

	while (more) {
		more = false;
		for (uint32_t i = 0; i < run->count; i++) {
			const struct someone *s = &run->all[i];

			for (size_t k = 0;
				s->reached && s->edged && k < s->alike_count;
				k++) {
				const struct alike *l = &s->alike[k];

				if (!l->new || l->weight < run->model->join ||
					run->all[l->to].reached)
					continue;
				run->all[l->to].reached = more = true;
			}
		}
	}
	for (size_t i = 0; i < run->count; i++) {
		struct someone *s = &run->all[i];

		if (!s->reached || s->edged)
			continue;
		s->edged = true;
		columns_id(ids, &s->id);
	}
	if (columns_rows(ids)) {
		likeness_ask(run, sql_likeness_edges, ids, on_edges);
	} else if (!likeness_load(run)) {
		load_profiles(run);
	}
}

static void
on_moved(const struct db_result *result, void *arg)
{
	likeness_finish(arg, result->ok ? NULL : result);
}

static void
on_people(const struct db_result *result, void *arg)
{
	struct likeness_set *run = arg;
	struct db_param params[COLUMNS_MAX + 1];
	struct graph *g = run->g;

	if (!result->ok) {
		likeness_finish(run, result);
		return;
	}
	/* As they were stored before this: those of the batch know better. */
	for (int row = 0; row < result->rows; row++) {
		struct id id;
		uint32_t at;

		if (!id_parse(span_of(db_value(result, row, 0)), &id))
			continue;
		at = graph_node(g, &id);
		if (g->nodes[at].kind)
			continue;
		g->nodes[at].kind = arena_printf(
			run->arena, "%s", db_value(result, row, 1));
		g->nodes[at].value = span_of(arena_printf(
			run->arena, "%s", db_value(result, row, 2)));
		id_parse(span_of(db_value(result, row, 3)), &g->nodes[at].was);
		id_parse(span_of(db_value(result, row, 4)),
			&g->nodes[at].founder);
		g->nodes[at].profile = g->nodes[at].was;
		g->nodes[at].stored = true;
	}
	for (size_t i = 0; i < g->node_count; i++) {
		struct node *n = &g->nodes[i];
		uint32_t at = idmap_get(&run->place_of, &n->founder);

		if (n->kind && !n->shared && at != IDMAP_NONE &&
			run->all[at].there &&
			id_compare(&run->all[at].profile, &none))
			n->profile = run->all[at].profile;
	}
	if (!columns_rows(run->rows[0])) {
		likeness_finish(run, NULL);
		return;
	}
	db_send(run->db, sql_put_profiles,
		columns_params(run->rows[0], 1, &run->number, params), params,
		on_moved, run);
}

/* The profiles that differ from those before, or that have more groups than the
 * batch knows of: all their identifiers are looked for. */
static void
tell_people(struct likeness_set *run, const struct id *profiles)
{
	struct columns *ids = columns_create(run->arena, "u");

	run->rows[0] = columns_create(run->arena, "uuu");
	for (size_t i = 0; i < run->member_count; i++) {
		struct someone *s = &run->all[run->members[i]];

		if (!id_compare(&s->profile, &profiles[i]))
			continue;
		columns_id(run->rows[0], &s->id);
		columns_id(run->rows[0], &s->profile);
		columns_id(run->rows[0], &profiles[i]);
		columns_id(ids, &s->profile);
		columns_id(ids, &profiles[i]);
		s->profile = profiles[i];
	}
	for (size_t i = 0; i < run->count; i++) {
		struct someone *s = &run->all[i];

		if (!s->asked || !s->there || s->known)
			continue;
		if (id_compare(&s->profile, &s->id)) {
			columns_id(run->rows[0], &s->id);
			columns_id(run->rows[0], &s->profile);
			columns_id(run->rows[0], &s->id);
			columns_id(ids, &s->profile);
			s->profile = s->id;
		}
	}
	for (size_t i = 0; i < run->count; i++)
		if (run->all[i].asked && run->all[i].there &&
			run->all[i].stored)
			columns_id(ids, &run->all[i].profile);
	likeness_ask(run, sql_likeness_people, ids, on_people);
}

static int
compare_members(const void *left, const void *right, void *arg)
{
	const struct likeness_set *run = arg;

	return id_compare(&run->all[*(const uint32_t *)left].id,
		&run->all[*(const uint32_t *)right].id);
}

static uint32_t
tenant_place(void *arg, const struct id *id, int64_t at)
{
	const struct likeness_set *run = arg;

	for (size_t i = 0; i < run->tenant_count; i++) {
		const struct tenant *t = &run->tenants[i];

		if (!id_compare(&t->identifier, id) && at >= t->first &&
			at < t->until)
			return t->at;
	}
	return IDMAP_NONE;
}

static void
find_profiles(struct likeness_set *run)
{
	struct arena *a = run->arena;
	struct portrait *portraits =
		arena_array(a, run->member_count + 1, sizeof(*portraits));
	uint32_t *place = arena_array(a, run->count + 1, sizeof(*place));
	struct edge *edges = NULL;
	size_t edge_count = 0, edge_cap = 0;
	struct persons in = { a, run->g->policy, run->model, portraits,
		run->member_count, NULL, 0 };
	struct parted *parted;
	struct id *profiles;

	for (size_t i = 0; i < run->count; i++)
		place[i] = UINT32_MAX;
	for (uint32_t i = 0; i < run->member_count; i++) {
		portraits[i] = run->all[run->members[i]].portrait;
		place[run->members[i]] = i;
	}
	for (size_t i = 0; i < run->member_count; i++) {
		const struct someone *s = &run->all[run->members[i]];

		for (size_t k = 0; k < s->alike_count; k++) {
			const struct alike *l = &s->alike[k];

			if (!l->new || l->weight < run->model->join ||
				place[l->to] == UINT32_MAX || place[l->to] <= i)
				continue;
			edges = arena_grow(a, edges, edge_count, &edge_cap,
				sizeof(*edges));
			edges[edge_count++] = (struct edge){ (uint32_t)i,
				place[l->to], l->weight };
		}
	}
	in.parted_count = persons_part(a, run->judgements, run->judgement_count,
		tenant_place, run, &parted);
	in.parted = parted;
	(void)persons_find(a, &in, edges, edge_count, &profiles);
	tell_people(run, profiles);
}

static size_t
read_ids(struct arena *a, const char *text, const struct id **out)
{
	struct span list = span_of(text);
	struct id *ids =
		arena_array(a, list.len / (ID_TEXT - 1) + 1, sizeof(*ids));
	size_t count = 0;

	while (list.len)
		if (id_parse(span_cut(list, ',', &list), &ids[count]))
			count++;
	*out = ids;
	return count;
}

static void
take_judgement(struct likeness_set *run, const struct db_result *result,
	int row, const struct id *id)
{
	struct judgement *j;

	for (size_t i = 0; i < run->judgement_count; i++)
		if (!id_compare(&run->judgements[i].id, id))
			return;
	run->judgements =
		arena_grow(run->arena, run->judgements, run->judgement_count,
			&run->judgement_cap, sizeof(*run->judgements));
	j = &run->judgements[run->judgement_count++];
	*j = (struct judgement){ .id = *id,
		.at = likeness_number(db_value(result, row, 6)),
		.same = db_value(result, row, 7)[0] == 't' };
	j->left_count =
		read_ids(run->arena, db_value(result, row, 8), &j->left);
	j->right_count =
		read_ids(run->arena, db_value(result, row, 9), &j->right);
}

static void
on_decisions(const struct db_result *result, void *arg)
{
	struct likeness_set *run = arg;

	if (!result->ok) {
		likeness_finish(run, result);
		return;
	}
	for (int row = 0; row < result->rows; row++) {
		struct id group, identifier, decision;
		uint32_t at, place = IDMAP_NONE;
		const char *until = db_value(result, row, 4);

		if (!id_parse(span_of(db_value(result, row, 0)), &group) ||
			!id_parse(span_of(db_value(result, row, 1)),
				&identifier) ||
			!id_parse(span_of(db_value(result, row, 5)), &decision))
			continue;
		at = likeness_at(run, &group);
		for (uint32_t i = 0; i < run->member_count; i++)
			if (run->members[i] == at)
				place = i;
		run->tenants =
			arena_grow(run->arena, run->tenants, run->tenant_count,
				&run->tenant_cap, sizeof(*run->tenants));
		run->tenants[run->tenant_count++] = (struct tenant){ identifier,
			db_value(result, row, 3)[0] == 't'
				? likeness_number(db_value(result, row, 2))
				: INT64_MIN,
			until ? likeness_number(until) : INT64_MAX, place };
		take_judgement(run, result, row, &decision);
	}
	find_profiles(run);
}

/* To somebody who is enough like it: nobody else can be told apart. */
static bool
is_joined(const struct likeness_set *run, const struct someone *s)
{
	for (size_t k = 0; k < s->alike_count; k++)
		if (s->alike[k].new && s->alike[k].weight >= run->model->join)
			return true;
	return false;
}

static void
cluster_all(struct likeness_set *run)
{
	struct columns *pairs = columns_create(run->arena, "uu");
	size_t n = 0;

	run->members =
		arena_array(run->arena, run->count + 1, sizeof(*run->members));
	for (uint32_t i = 0; i < run->count; i++)
		if (run->all[i].reached && run->all[i].known)
			run->members[n++] = i;
	run->member_count = n;
	qsort_r(run->members, n, sizeof(*run->members), compare_members, run);
	for (size_t i = 0; i < n; i++) {
		const struct someone *s = &run->all[run->members[i]];

		if (!is_joined(run, s))
			continue;
		columns_id(pairs, &s->id);
		columns_id(pairs, &s->profile);
	}
	if (columns_rows(pairs))
		likeness_ask(run, sql_likeness_decisions, pairs, on_decisions);
	else
		find_profiles(run);
}
