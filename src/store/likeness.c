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

static const struct id none;

static void
list_key(struct likeness_list *l, int64_t key)
{
	likeness_list_add(l, arena_printf(l->arena, "%lld", (long long)key));
}

static size_t
slot_of(const struct lock *locks, size_t cap, int64_t key)
{
	size_t at = ((uint64_t)key * 0x9e3779b97f4a7c15u >> 20) & (cap - 1);

	while (locks[at].key && locks[at].key != key)
		at = (at + 1) & (cap - 1);
	return at;
}

/* Keys are never 0: their first byte may be, the hash is not. */
static struct lock *
lock(struct likeness_set *run, int64_t key)
{
	size_t at;

	if (run->lock_count * 2 >= run->lock_cap) {
		size_t cap = run->lock_cap ? run->lock_cap * 2 : 256;
		struct lock *more = arena_array(run->arena, cap, sizeof(*more));

		for (size_t i = 0; i < run->lock_cap; i++)
			if (run->locks[i].key)
				more[slot_of(more, cap, run->locks[i].key)] =
					run->locks[i];
		run->locks = more;
		run->lock_cap = cap;
	}
	at = slot_of(run->locks, run->lock_cap, key);
	run->lock_count += !run->locks[at].key;
	run->locks[at].key = key;
	return &run->locks[at];
}

/* Whom the batch touched. */

static void
touch(struct likeness_set *run, const struct id *group,
	struct likeness_list *ids)
{
	uint32_t at;

	if (!id_compare(group, &none))
		return;
	at = likeness_at(run, group);
	if (run->all[at].asked)
		return;
	run->all[at].asked = true;
	likeness_list_id(ids, group);
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
touch_owner(struct likeness_set *run, const struct id *owner,
	struct likeness_list *ids)
{
	uint32_t at = idmap_get(&run->g->node_of, owner);

	if (at != IDMAP_NONE)
		touch(run, &run->g->nodes[at].founder, ids);
}

static void
touch_stays(struct likeness_set *run, const struct spot *s, int stay,
	struct likeness_list *ids)
{
	for (size_t k = 0; k < s->stays.count; k++)
		if (s->stays.items[k].number == stay)
			touch_owner(run, &s->owners[k], ids);
}

/* What a steward said, or took back, parts or joins though nobody looks
 * otherwise. */
static void
touch_ruling(struct likeness_set *run, const struct ruling *r,
	struct likeness_list *ids)
{
	const uint32_t *sides[] = { r->left, r->right };
	const size_t counts[] = { r->says.left_count, r->says.right_count };

	for (int side = 0; r->known && side < 2; side++) {
		for (size_t i = 0; i < counts[side]; i++) {
			const struct node *n = &run->g->nodes[sides[side][i]];

			if (!n->kind || n->shared || n->gone)
				continue;
			touch(run, &n->founder, ids);
			likeness_who(run, &n->founder)->reached = true;
		}
	}
}

static const char *
touch_all(struct likeness_set *run)
{
	const struct graph *g = run->g;
	struct likeness_list ids = { run->arena, NULL, 0, 0 };

	for (size_t i = 0; i < g->node_count; i++) {
		const struct node *n = &g->nodes[i];

		if (!n->kind || !(n->write || n->expanded || n->gone))
			continue;
		touch(run, &n->was_group, &ids);
		if (!n->shared && !n->gone)
			touch(run, &n->founder, &ids);
	}
	for (size_t i = 0; i < g->event_count; i++)
		if (tells_looks(&g->events[i].told))
			touch_stays(run, &g->spots[g->events[i].spot],
				g->events[i].stay, &ids);
	for (size_t i = 0; i < g->ruling_count; i++)
		if (g->rulings[i].write)
			touch_ruling(run, &g->rulings[i], &ids);
	return ids.text;
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

void
likeness_portrait_row(
	struct columns *c, struct arena *a, const struct portrait *p)
{
	columns_id(c, &p->group);
	columns_time(c, p->first_seen);
	columns_text(c, span_of(portrait_write(a, p)));
}

static void
put_key(struct likeness_set *run, int64_t key, const struct id *whose,
	bool drop)
{
	struct columns *c = run->rows[drop ? 2 : 3];
	struct lock *l = lock(run, key);

	columns_int(c, key);
	columns_id(c, whose);
	if (drop)
		l->removed++;
	else
		l->added++;
}

/* Both sorted. */
static void
put_keys(struct likeness_set *run, const struct someone *s, const int64_t *was,
	size_t was_count)
{
	size_t i = 0, k = 0;

	while (i < was_count || k < s->key_count) {
		if (k == s->key_count || (i < was_count && was[i] < s->keys[k]))
			put_key(run, was[i++], &s->id, true);
		else if (i == was_count || s->keys[k] < was[i])
			put_key(run, s->keys[k++], &s->id, false);
		else
			i++, k++;
	}
}

/* What is news goes into the rows; false where nothing is. */
static bool
compare_portrait(struct likeness_set *run, struct someone *s)
{
	struct arena *a = run->arena;
	struct portrait was = { .group = s->id };
	int64_t *keys = NULL;
	size_t count = 0;

	portrait_end(&s->portrait);
	s->known = s->there && !portrait_is_empty(&s->portrait);
	if (s->known)
		s->key_count = block_keys(a, &s->portrait, &s->keys);
	if (s->known == (s->stored != NULL) &&
		(!s->known ||
			(s->stored_first == s->portrait.first_seen &&
				!strcmp(s->stored,
					portrait_write(a, &s->portrait)))))
		return false;
	if (s->stored) {
		portrait_read(a, span_of(s->stored), &was);
		count = block_keys(a, &was, &keys);
	}
	put_keys(run, s, keys, count);
	if (s->known)
		likeness_portrait_row(run->rows[1], a, &s->portrait);
	else
		columns_id(run->rows[0], &s->id);
	return true;
}

static const char *const writes[] = { sql_drop_portraits, sql_put_portraits,
	sql_drop_blocks, sql_put_blocks };

static void
on_written(const struct db_result *result, void *arg)
{
	struct likeness_set *run = arg;

	if (!result->ok)
		likeness_finish(run, result);
	else
		likeness_find(run);
}

/* The rows, a table after the other; then on with the members. */
static bool
write_rows(struct likeness_set *run)
{
	struct db_param params[COLUMNS_MAX];

	while (run->step < 4) {
		size_t step = run->step++;
		struct columns *rows = run->rows[step];

		if (!columns_rows(rows))
			continue;
		db_send(run->db, writes[step],
			columns_params(rows, 0, NULL, params), params,
			on_written, run);
		return true;
	}
	return false;
}

static void
on_gathered(const struct db_result *result, void *arg)
{
	struct likeness_set *run = arg;
	static const char *const kinds[] = { "u", NULL, "lu", "lu" };

	if (!result->ok) {
		likeness_finish(run, result);
		return;
	}
	for (int row = 0; row < result->rows; row++)
		take_gathered(run, result, row);
	for (int i = 0; i < 4; i++)
		run->rows[i] = kinds[i] ? columns_create(run->arena, kinds[i])
					: likeness_portrait_columns(run->arena);
	for (size_t i = 0; i < run->count; i++)
		run->all[i].changed = compare_portrait(run, &run->all[i]);
	likeness_find(run);
}

/* Who shares a key with them */

static void
on_members(const struct db_result *result, void *arg)
{
	struct likeness_set *run = arg;

	if (!result->ok) {
		likeness_finish(run, result);
		return;
	}
	for (int row = 0; row < result->rows; row++) {
		struct lock *l =
			lock(run, likeness_number(db_value(result, row, 0)));
		struct id id;

		if (!id_parse(span_of(db_value(result, row, 1)), &id))
			continue;
		l->members = arena_grow(run->arena, l->members, l->count,
			&l->cap, sizeof(*l->members));
		l->members[l->count++] = likeness_at(run, &id);
	}
	likeness_find(run);
}

static bool
counts(const struct lock *l, int more)
{
	return (long)l->count + more <= block_cap(l->key);
}

/* Whoever has a key that comes to count, or ceases to. */
static bool
find_crossed(struct likeness_set *run)
{
	bool any = false;

	for (size_t i = 0; i < run->lock_cap; i++) {
		struct lock *l = &run->locks[i];
		bool crossed = l->key && l->asked &&
			       counts(l, 0) != counts(l, l->removed - l->added);

		for (size_t k = 0; crossed && k < l->count; k++) {
			any |= !run->all[l->members[k]].changed;
			run->all[l->members[k]].changed = true;
		}
		if (crossed)
			l->added = l->removed = 0;
	}
	return any;
}

/* The keys of those that changed, and those that were put or dropped. */
static bool
ask_members(struct likeness_set *run)
{
	struct likeness_list keys = { run->arena, NULL, 0, 0 };
	struct likeness_list most = { run->arena, NULL, 0, 0 };
	const char *params[2];

	for (size_t i = 0; i < run->count; i++) {
		struct someone *s = &run->all[i];

		if (!s->changed || s->compared || !s->known)
			continue;
		s->compared = true;
		for (size_t k = 0; k < s->key_count; k++)
			(void)lock(run, s->keys[k]);
	}
	for (size_t i = 0; i < run->lock_cap; i++) {
		struct lock *l = &run->locks[i];

		if (!l->key || l->asked)
			continue;
		l->asked = true;
		list_key(&keys, l->key);
		likeness_list_add(
			&most, arena_printf(run->arena, "%d",
				       block_cap(l->key) + l->added + 1));
	}
	if (!keys.len)
		return false;
	params[0] = keys.text;
	params[1] = most.text;
	db_query(run->db, sql_likeness_members, 2, params, on_members, run);
	return true;
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
		run->all[b].reached = true;
	}
	for (uint32_t i = 0; i < run->count; i++) {
		struct someone *s = &run->all[i];

		s->reached |= s->changed;
		s->edged = s->changed;
		for (size_t k = 0; s->changed && k < s->key_count; k++) {
			const struct lock *l = lock(run, s->keys[k]);

			for (size_t m = 0; counts(l, 0) && m < l->count; m++)
				weigh(run, i, l->members[m]);
		}
	}
	write_edges(run);
}

static void
find_edges(struct likeness_set *run)
{
	struct likeness_list ids = { run->arena, NULL, 0, 0 };
	const char *params[1];

	for (size_t i = 0; i < run->count; i++)
		if (run->all[i].changed)
			likeness_list_id(&ids, &run->all[i].id);
	params[0] = ids.len ? ids.text : "{}";
	db_query(run->db, sql_likeness_edges, 1, params, on_old_edges, run);
}

/* The rows are written first; then who has which key, until no other changes.
 */
void
likeness_find(struct likeness_set *run)
{
	if (write_rows(run) || ask_members(run) || likeness_load(run))
		return;
	if (find_crossed(run)) {
		likeness_find(run);
		return;
	}
	find_edges(run);
}

void
likeness_apply(struct db *db, struct graph *g, const struct model *model,
	const char *number, uint64_t *compared, graph_done done, void *arg)
{
	struct likeness_set *run = arena_alloc(g->arena, sizeof(*run));
	const char *params[1];

	*run = (struct likeness_set){ .db = db,
		.g = g,
		.arena = g->arena,
		.model = model,
		.number = arena_printf(g->arena, "%s", number),
		.compared = compared,
		.done = done,
		.arg = arg };
	params[0] = touch_all(run);
	if (params[0])
		db_query(db, sql_likeness_gather, 1, params, on_gathered, run);
	else
		likeness_finish(run, NULL);
}
