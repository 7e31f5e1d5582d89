/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/recount_likeness.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "likeness/block.h"
#include "likeness/person.h"
#include "likeness/weigh.h"
#include "likeness/whole.h"
#include "store/likeness.h"

#define PART 1000 /* portraits or edges in one statement */

static int
compare_told(const void *left, const void *right)
{
	const struct told_event *a = *(const struct told_event *const *)left;
	const struct told_event *b = *(const struct told_event *const *)right;

	if (a->spot != b->spot)
		return a->spot < b->spot ? -1 : 1;
	if (a->stay != b->stay)
		return a->stay < b->stay ? -1 : 1;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return id_compare(&a->event, &b->event);
}

static void
hear_stay(struct arena *a, struct whole_likeness *w,
	const struct id *touchpoint, int stay, const json_t *traits)
{
	struct heard *h;

	if (!json_object_size(traits))
		return;
	w->heard = arena_grow(
		a, w->heard, w->heard_count, &w->heard_cap, sizeof(*w->heard));
	h = &w->heard[w->heard_count++];
	*h = (struct heard){ .touchpoint = *touchpoint, .stay = stay };
	portrait_traits(a, &h->portrait, traits);
}

void
whole_hear(struct arena *a, struct whole_likeness *w, const struct graph *chunk)
{
	size_t n = chunk->event_count;
	const struct told_event **told =
		arena_array(chunk->arena, n + 1, sizeof(*told));

	for (size_t i = 0; i < n; i++)
		told[i] = &chunk->events[i];
	if (n)
		qsort(told, n, sizeof(*told), compare_told);
	for (size_t i = 0, next; i < n; i = next) {
		json_t *traits = json_object();

		/* The latest word on each holds. */
		for (next = i; next < n && told[next]->spot == told[i]->spot &&
			       told[next]->stay == told[i]->stay;
			next++)
			json_object_update(traits, told[next]->told.traits);
		hear_stay(a, w, &chunk->spots[told[i]->spot].id, told[i]->stay,
			traits);
		json_decref(traits);
	}
}

struct finding {
	struct graph *g;
	struct arena *arena;
	struct policy *policy;
	struct portrait *all; /* by node: of the group that it founds */
	uint32_t *place;      /* by node, once they are sorted */
};

/* The node that founds the group of the owner; IDMAP_NONE: it is nobody's. */
static uint32_t
group_of(const struct graph *g, const struct id *owner)
{
	uint32_t at = idmap_get(&g->node_of, owner);

	if (at == IDMAP_NONE || g->nodes[at].shared || g->nodes[at].gone)
		return IDMAP_NONE;
	return idmap_get(&g->node_of, &g->nodes[at].founder);
}

static void
add_heard(struct finding *f, const struct heard *h)
{
	uint32_t spot = idmap_get(&f->g->spot_of, &h->touchpoint);
	const struct spot *s = &f->g->spots[spot];

	if (!person_listens(f->policy, s->source))
		return;
	for (size_t k = 0; k < s->stays.count; k++) {
		uint32_t at;
		struct portrait *p;

		if (s->stays.items[k].number != h->stay)
			continue;
		at = group_of(f->g, &s->owners[k]);
		if (at == IDMAP_NONE)
			continue;
		p = &f->all[at];
		for (size_t i = 0; i < h->portrait.count; i++) {
			p->looks = arena_grow(f->arena, p->looks, p->count,
				&p->cap, sizeof(*p->looks));
			p->looks[p->count++] = h->portrait.looks[i];
		}
	}
}

static void
add_named(struct finding *f, const struct spot *s)
{
	for (size_t k = 0; k < s->stays.count; k++) {
		uint32_t at = group_of(f->g, &s->owners[k]);

		for (size_t m = 0; at != IDMAP_NONE && m < s->member_count;
			m++) {
			const struct node *n = &f->g->nodes[s->members[m]];

			enum assurance know = s->stays.items[k].assurance[m];

			if (know)
				person_named(f->arena, &f->all[at], f->policy,
					n->kind, n->value, &n->id,
					know > ASSERTED);
		}
	}
}

static int
compare_portraits(const void *left, const void *right)
{
	return id_compare(&((const struct portrait *)left)->group,
		&((const struct portrait *)right)->group);
}

static void
gather(struct finding *f, struct whole_likeness *w)
{
	struct graph *g = f->g;

	for (size_t i = 0; i < w->heard_count; i++)
		add_heard(f, &w->heard[i]);
	for (size_t i = 0; i < g->spot_count; i++)
		add_named(f, &g->spots[i]);
	for (size_t i = 0; i < g->node_count; i++) {
		uint32_t at = g->nodes[i].kind ? group_of(g, &g->nodes[i].id)
					       : IDMAP_NONE;

		if (at != IDMAP_NONE)
			person_own(f->arena, &f->all[at], f->policy,
				g->nodes[i].kind);
	}
	w->portraits =
		arena_array(f->arena, g->node_count + 1, sizeof(*w->portraits));
	for (size_t i = 0; i < g->node_count; i++) {
		struct portrait *p = &f->all[i];

		portrait_end(p);
		if (portrait_is_empty(p))
			continue;
		p->group = g->nodes[i].id;
		p->first_seen = g->nodes[i].first_seen;
		w->portraits[w->count++] = *p;
	}
	qsort(w->portraits, w->count, sizeof(*w->portraits), compare_portraits);
	for (uint32_t i = 0; i < w->count; i++)
		f->place[idmap_get(&g->node_of, &w->portraits[i].group)] = i;
}

static uint32_t
place_of(void *arg, const struct id *id, int64_t at)
{
	const struct finding *f = arg;
	uint32_t node = idmap_get(&f->g->node_of, id);

	if (node == IDMAP_NONE)
		return IDMAP_NONE;
	node = graph_holder(f->g, node, at);
	node = group_of(f->g, &f->g->nodes[node].id);
	return node == IDMAP_NONE ? node : f->place[node];
}

static size_t
find_parted(struct finding *f, struct parted **parted)
{
	struct graph *g = f->g;
	struct judgement *all =
		arena_array(f->arena, g->ruling_count + 1, sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; i < g->ruling_count; i++) {
		const struct ruling *r = &g->rulings[i];

		if (r->known && !r->withdrawn)
			all[n++] = (struct judgement){ r->id, r->at,
				r->says.same, r->says.left, r->says.right,
				r->says.left_count, r->says.right_count };
	}
	return persons_part(f->arena, all, n, place_of, f, parted);
}

void
whole_likeness_find(
	struct graph *g, struct whole_likeness *w, const struct model *model)
{
	size_t n = g->node_count + 1;
	struct finding f = { g, g->arena, g->policy,
		arena_array(g->arena, n, sizeof(*f.all)),
		arena_array(g->arena, n, sizeof(*f.place)) };
	struct persons in = {
		.arena = g->arena, .policy = g->policy, .model = model
	};
	struct parted *parted;
	struct edge *joins;
	size_t join_count = 0, pair_count;
	struct pair *pairs;
	struct id *profiles;

	for (size_t i = 0; i < n; i++)
		f.place[i] = IDMAP_NONE;
	gather(&f, w);
	pair_count = whole_pairs(
		g->arena, w->portraits, w->count, WHOLE_ALL, &pairs);
	joins = arena_array(g->arena, pair_count + 1, sizeof(*joins));
	for (size_t i = 0; i < pair_count; i++) {
		struct edge edge = { pairs[i].a, pairs[i].b,
			likeness_weight(model, &w->portraits[pairs[i].a],
				&w->portraits[pairs[i].b]) };

		if (edge.weight >= model->join)
			joins[join_count++] = edge;
		if (edge.weight < model->review)
			continue;
		w->edges = arena_grow(g->arena, w->edges, w->edge_count,
			&w->edge_cap, sizeof(*w->edges));
		w->edges[w->edge_count++] = edge;
	}
	in.portraits = w->portraits;
	in.count = w->count;
	in.parted_count = find_parted(&f, &parted);
	in.parted = parted;
	(void)persons_find(g->arena, &in, joins, join_count, &profiles);
	for (size_t i = 0; i < g->node_count; i++) {
		uint32_t at = group_of(g, &g->nodes[i].id);

		if (at != IDMAP_NONE && f.place[at] != IDMAP_NONE)
			g->nodes[i].profile = profiles[f.place[at]];
	}
}

static bool
portrait_rows(const struct whole_likeness *w, whole_columns make, size_t from,
	whole_part each, void *arg, struct err *e)
{
	struct arena *a = arena_create();
	struct columns *rows = make(a, LIKENESS_PORTRAIT);
	struct columns *blocks = make(a, "lu");
	bool ok;

	for (size_t i = from; i < w->count && i < from + PART; i++) {
		const struct portrait *p = &w->portraits[i];
		int64_t *keys;
		size_t n = block_keys(a, p, &keys);

		likeness_portrait_row(rows, a, p);
		for (size_t k = 0; k < n; k++) {
			columns_int(blocks, keys[k]);
			columns_id(blocks, &p->group);
		}
	}
	ok = each(arg, WHOLE_PORTRAITS, rows, e) &&
	     each(arg, WHOLE_BLOCKS, blocks, e);
	arena_destroy(a);
	return ok;
}

static void
edge_row(struct columns *c, const struct id *from, const struct id *to,
	int weight)
{
	columns_id(c, from);
	columns_id(c, to);
	columns_int(c, weight);
}

static bool
edge_rows(const struct whole_likeness *w, whole_columns make, size_t from,
	whole_part each, void *arg, struct err *e)
{
	struct arena *a = arena_create();
	struct columns *rows = make(a, "uui");
	bool ok;

	for (size_t i = from; i < w->edge_count && i < from + PART; i++) {
		const struct edge *edge = &w->edges[i];
		const struct id *x = &w->portraits[edge->a].group;
		const struct id *y = &w->portraits[edge->b].group;

		edge_row(rows, x, y, edge->weight);
		edge_row(rows, y, x, edge->weight);
	}
	ok = each(arg, WHOLE_EDGES, rows, e);
	arena_destroy(a);
	return ok;
}

bool
whole_likeness_rows(const struct whole_likeness *w, whole_columns make,
	whole_part each, void *arg, struct err *e)
{
	bool ok = true;

	for (size_t i = 0; i < w->count && ok; i += PART)
		ok = portrait_rows(w, make, i, each, arg, e);
	for (size_t i = 0; i < w->edge_count && ok; i += PART)
		ok = edge_rows(w, make, i, each, arg, e);
	return ok;
}
