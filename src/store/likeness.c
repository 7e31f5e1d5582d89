/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In rounds: what the groups are known by, who shares a key with those that
 * changed, whom they are alike now, and the components that this touches, which
 * are clustered anew. A key that comes to count, or ceases to, changes all who
 * have it.
 */
#include "store/likeness.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "io/db.h"
#include "likeness/block.h"
#include "likeness/weigh.h"
#include "store/likeness_set.h"
#include "store/sql.h"

#define GATHERED 100 /* groups in one statement */

static const struct id none;

/* Whom the batch touched. */

static void
touch(struct likeness_set *run, const struct id *group)
{
	if (id_compare(group, &none))
		likeness_who(run, group)->asked = true;
}

static bool
tells_looks(const struct told *told)
{
	static const char *const traits[] = { "name", "given_name",
		"family_name", "middle_name", "birth_date", "gender", "address",
		"street", "house_number", "city", "postcode", "birth_place",
		"occupation", "employer", NULL };

	for (const char *const *t = traits; *t; t++)
		if (json_object_get(told->traits, *t))
			return true;
	return false;
}

static void
touch_owner(struct likeness_set *run, const struct id *owner)
{
	uint32_t at = idmap_get(&run->g->node_of, owner);

	if (at != IDMAP_NONE)
		touch(run, &run->g->nodes[at].founder);
}

static void
touch_stays(struct likeness_set *run, const struct spot *s, int stay)
{
	for (size_t k = 0; k < s->stays.count; k++)
		if (s->stays.items[k].number == stay)
			touch_owner(run, &s->owners[k]);
}

/* What a steward said, or took back, parts or joins though nobody looks
 * otherwise. */
static void
touch_ruling(struct likeness_set *run, const struct ruling *r)
{
	const uint32_t *sides[] = { r->left, r->right };
	const size_t counts[] = { r->says.left_count, r->says.right_count };

	for (int side = 0; r->known && side < 2; side++) {
		for (size_t i = 0; i < counts[side]; i++) {
			const struct node *n = &run->g->nodes[sides[side][i]];

			if (!n->kind || n->shared || n->gone)
				continue;
			touch(run, &n->founder);
			likeness_who(run, &n->founder)->reached = true;
		}
	}
}

static void
touch_all(struct likeness_set *run)
{
	const struct graph *g = run->g;

	for (size_t i = 0; i < g->node_count; i++) {
		const struct node *n = &g->nodes[i];

		if (!n->kind || !(n->write || n->expanded || n->gone))
			continue;
		touch(run, &n->was_group);
		if (!n->shared && !n->gone)
			touch(run, &n->founder);
	}
	for (size_t i = 0; i < g->event_count; i++)
		if (tells_looks(&g->events[i].told))
			touch_stays(run, &g->spots[g->events[i].spot],
				g->events[i].stay);
	for (size_t i = 0; i < g->ruling_count; i++)
		if (g->rulings[i].write)
			touch_ruling(run, &g->rulings[i]);
}

/* What they are known by */

static void
take_gathered(struct likeness_set *run, const struct db_result *result, int row)
{
	const char *what = db_value(result, row, 1);
	const char *first = db_value(result, row, 2);
	const char *second = db_value(result, row, 3);
	struct arena *a = run->arena;
	struct policy *policy = run->g->policy;
	struct someone *s;
	struct portrait *p;
	struct id id;

	if (!id_parse(span_of(db_value(result, row, 0)), &id))
		return;
	s = likeness_who(run, &id);
	p = &s->portrait;
	if (!strcmp(what, "group")) {
		s->there = true;
		p->first_seen = likeness_number(first);
		id_parse(span_of(second), &s->profile);
	} else if (!strcmp(what, "stored")) {
		s->stored = arena_printf(a, "%s", second);
		s->stored_first = likeness_number(first);
	} else if (!strcmp(what, "trait")) {
		if (person_listens(policy, first))
			portrait_traits(
				a, p, json_read(a, span_of(second), NULL));
	} else if (!strcmp(what, "named") || !strcmp(what, "exact")) {
		if (id_parse(span_of(db_value(result, row, 4)), &id))
			person_named(a, p, policy, arena_printf(a, "%s", first),
				span_of(second), &id, *what == 'e');
	} else {
		person_own(a, p, policy, arena_printf(a, "%s", first));
	}
}

struct columns *
likeness_portrait_columns(struct arena *a)
{
	return columns_create(a, LIKENESS_PORTRAIT);
}

static void
put_portrait(struct columns *c, const struct portrait *p, const char *text)
{
	columns_id(c, &p->group);
	columns_time(c, p->first_seen);
	columns_text(c, span_of(text));
}

void
likeness_portrait_row(
	struct columns *c, struct arena *a, const struct portrait *p)
{
	put_portrait(c, p, portrait_write(a, p));
}

/* Both sorted. */
static void
put_keys(struct likeness_set *run, const struct someone *s, const int64_t *was,
	size_t was_count)
{
	size_t i = 0, k = 0;

	/* The analyzer does not see that there are none without a list.
	 * NOLINTBEGIN(clang-analyzer-core.NullDereference) */
	while (i < was_count || k < s->key_count) {
		if (k == s->key_count || (i < was_count && was[i] < s->keys[k]))
			likeness_put_key(run, was[i++], &s->id, true);
		else if (i == was_count || s->keys[k] < was[i])
			likeness_put_key(run, s->keys[k++], &s->id, false);
		else
			i++, k++;
	}
	/* NOLINTEND(clang-analyzer-core.NullDereference) */
}

/* What is news goes into the rows; false where nothing is. */
static bool
compare_portrait(struct likeness_set *run, struct someone *s)
{
	struct arena *a = run->arena;
	struct portrait was = { .group = s->id };
	const char *text;
	int64_t *keys = NULL;
	size_t count = 0;

	portrait_end(&s->portrait);
	s->known = s->there && !portrait_is_empty(&s->portrait);
	if (s->known)
		likeness_keys(run, s);
	text = s->known ? portrait_write(a, &s->portrait) : NULL;
	if (s->known == (s->stored != NULL) &&
		(!s->known || (s->stored_first == s->portrait.first_seen &&
				      !strcmp(s->stored, text))))
		return false;
	if (s->stored) {
		portrait_read(a, span_of(s->stored), &was);
		count = block_keys(a, &was, &keys);
	}
	put_keys(run, s, keys, count);
	if (s->known)
		put_portrait(run->rows[1], &s->portrait, text);
	else
		columns_id(run->rows[0], &s->id);
	memory_portrait(run->memory, &s->id, s->portrait.first_seen, text);
	return true;
}

static const char *const writes[] = { sql_drop_portraits, sql_put_portraits,
	sql_drop_blocks, sql_put_blocks };

static void
on_written(const struct db_result *result, void *arg)
{
	if (likeness_answered(arg, result))
		likeness_find(arg);
}

/* The rows, a table after the other, once. */
static void
write_rows(struct likeness_set *run)
{
	struct db_param params[COLUMNS_MAX];

	for (int i = 0; i < 4; i++) {
		struct columns *rows = run->rows[i];

		run->rows[i] = NULL;
		if (!rows || !columns_rows(rows))
			continue;
		run->sent++;
		db_send(run->db, writes[i],
			columns_params(rows, 0, NULL, params), params,
			on_written, run);
	}
}

/* Groups that are asked for together, from a place on. */
struct part {
	struct likeness_set *run;
	size_t first, end;
};

static void
on_gathered(const struct db_result *result, void *arg)
{
	const struct part *part = arg;
	struct likeness_set *run = part->run;

	for (int row = 0; row < result->rows; row++)
		take_gathered(run, result, row);
	for (size_t i = part->first; result->ok && i < part->end; i++)
		run->all[i].changed = compare_portrait(run, &run->all[i]);
	if (likeness_answered(run, result))
		likeness_find(run);
}

/* In parts, so that PostgreSQL has the next while we look at one. */
static void
gather(struct likeness_set *run)
{
	static const char *const kinds[] = { "u", NULL, "lu", "lu" };

	for (int i = 0; i < 4; i++)
		run->rows[i] = kinds[i] ? columns_create(run->arena, kinds[i])
					: likeness_portrait_columns(run->arena);
	for (size_t i = 0; i < run->count; i += GATHERED) {
		struct part *part = arena_alloc(run->arena, sizeof(*part));
		struct columns *ids = columns_create(run->arena, "u");
		struct db_param params[COLUMNS_MAX];

		part->run = run;
		part->first = i;
		part->end =
			run->count - i < GATHERED ? run->count : i + GATHERED;
		for (size_t k = part->first; k < part->end; k++)
			columns_id(ids, &run->all[k].id);
		run->sent++;
		db_send(run->db, sql_likeness_gather,
			columns_params(ids, 0, NULL, params), params,
			on_gathered, part);
	}
}

/* Whom they are alike */

static void
weigh(struct likeness_set *run, uint32_t a, uint32_t b)
{
	const struct someone *x = &run->all[a], *y = &run->all[b];
	struct alike *there, *back;

	if (a == b || !x->known || !y->known)
		return;
	there = likeness_to(run, a, b);
	back = likeness_to(run, b, a);
	if (there->weighed)
		return;
	there->weighed = back->weighed = true;
	++*run->compared;
	there->weight = back->weight =
		likeness_weight(run->model, &x->portrait, &y->portrait);
	there->new = back->new = there->weight >= run->model->review;
}

static void
on_edges_written(const struct db_result *result, void *arg)
{
	struct likeness_set *run = arg;
	struct db_param params[COLUMNS_MAX];

	if (!result->ok) {
		likeness_finish(run, result);
		return;
	}
	if (run->step == 1 && columns_rows(run->rows[1])) {
		run->step++;
		db_send(run->db, sql_put_edges,
			columns_params(run->rows[1], 0, NULL, params), params,
			on_edges_written, run);
		return;
	}
	likeness_reach(run);
}

/* From either side, so that both are right whoever is asked. */
static void
write_edges(struct likeness_set *run)
{
	struct db_param params[COLUMNS_MAX];

	run->rows[0] = columns_create(run->arena, "uu");
	run->rows[1] = columns_create(run->arena, "uui");
	for (uint32_t i = 0; i < run->count; i++) {
		const struct someone *s = &run->all[i];

		for (size_t k = 0; k < s->alike_count; k++) {
			const struct alike *l = &s->alike[k];
			const struct someone *other = &run->all[l->to];

			if (!s->changed && !other->changed)
				continue;
			if (l->old && !l->new) {
				columns_id(run->rows[0], &s->id);
				columns_id(run->rows[0], &other->id);
			} else if (l->new) {
				columns_id(run->rows[1], &s->id);
				columns_id(run->rows[1], &other->id);
				columns_int(run->rows[1], l->weight);
			}
		}
	}
	run->reaching = true;
	run->step = 1;
	if (columns_rows(run->rows[0])) {
		db_send(run->db, sql_drop_edges,
			columns_params(run->rows[0], 0, NULL, params), params,
			on_edges_written, run);
	} else if (columns_rows(run->rows[1])) {
		run->step++;
		db_send(run->db, sql_put_edges,
			columns_params(run->rows[1], 0, NULL, params), params,
			on_edges_written, run);
	} else {
		likeness_reach(run);
	}
}

/* Old edges of those that changed: what is not found again goes. */
static void
on_old_edges(const struct db_result *result, void *arg)
{
	struct likeness_set *run = arg;

	if (!result->ok) {
		likeness_finish(run, result);
		return;
	}
	for (int row = 0; row < result->rows; row++) {
		struct id from, to;
		uint32_t a, b;

		if (!id_parse(span_of(db_value(result, row, 0)), &from) ||
			!id_parse(span_of(db_value(result, row, 1)), &to))
			continue;
		a = likeness_at(run, &from);
		b = likeness_at(run, &to);
		likeness_to(run, a, b)->old = true;
		likeness_to(run, b, a)->old = true;
		/* By less nobody is of a component. */
		run->all[b].reached |= likeness_number(db_value(result, row,
					       2)) >= run->model->join;
	}
	write_edges(run);
}

/* All pairs of those that changed and whoever shares a key with them. */
static void
weigh_all(struct likeness_set *run)
{
	for (uint32_t i = 0; i < run->count; i++) {
		struct someone *s = &run->all[i];

		s->reached |= s->changed;
		s->edged = s->changed;
		for (size_t k = 0; s->changed && k < s->key_count; k++) {
			const struct lock *l = likeness_lock(run, s->keys[k]);

			for (size_t m = 0; likeness_counts(l) && m < l->count;
				m++)
				weigh(run, i, l->members[m]);
		}
	}
}

/* Weighed while PostgreSQL looks for the old ones. */
static void
find_edges(struct likeness_set *run)
{
	struct columns *ids = columns_create(run->arena, "u");

	for (size_t i = 0; i < run->count; i++)
		if (run->all[i].changed)
			columns_id(ids, &run->all[i].id);
	likeness_ask(run, sql_likeness_edges, ids, on_old_edges);
	weigh_all(run);
}

/* Who has which key is asked for when the rows are on their way, until no other
 * changes. */
void
likeness_find(struct likeness_set *run)
{
	write_rows(run);
	likeness_ask_members(run);
	if (!run->sent)
		likeness_load(run);
	if (run->sent)
		return;
	if (likeness_crossed(run)) {
		likeness_find(run);
		return;
	}
	find_edges(run);
}

void
likeness_apply(struct db *db, struct graph *g, const struct model *model,
	struct likeness_memory *memory, const char *number, uint64_t *compared,
	graph_done done, void *arg)
{
	struct likeness_set *run = arena_alloc(g->arena, sizeof(*run));

	*run = (struct likeness_set){ .db = db,
		.g = g,
		.arena = g->arena,
		.model = model,
		.memory = memory,
		.number = arena_printf(g->arena, "%s", number),
		.compared = compared,
		.done = done,
		.arg = arg };
	touch_all(run);
	if (run->count)
		gather(run);
	else
		likeness_finish(run, NULL);
}
