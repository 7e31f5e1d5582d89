/* SPDX-License-Identifier: Apache-2.0 */
/* What a graph says, as rows for PostgreSQL. */
#include "store/graph_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/idmap.h"
#include "core/json.h"

static const struct id none;

static void
put_optional_time(struct columns *c, int64_t at, int64_t none_at)
{
	if (at == none_at)
		columns_null(c);
	else
		columns_time(c, at);
}

static void
put_optional_id(struct columns *c, const struct id *id)
{
	if (id_compare(id, &none))
		columns_id(c, id);
	else
		columns_null(c);
}

void
graph_identifier_row(struct columns *c, const struct node *n)
{
	columns_id(c, &n->id);
	columns_text(c, span_of(n->kind));
	columns_text(c, n->value);
	columns_time(c, n->first_seen);
	columns_id(c, &n->profile);
	put_optional_id(
		c, id_compare(&n->founder, &n->profile) ? &n->founder : &none);
	columns_bool(c, n->shared);
	put_optional_id(c, &n->base);
	put_optional_time(c, n->until, INT64_MAX);
	put_optional_time(c, n->run_at, INT64_MIN);
	columns_bool(c, n->crowded);
}

struct columns *
graph_identifier_rows(struct arena *a, const struct graph *g)
{
	struct columns *c = columns_create(a, GRAPH_IDENTIFIER);

	for (size_t i = 0; i < g->node_count; i++)
		if (g->nodes[i].write && !g->nodes[i].gone)
			graph_identifier_row(c, &g->nodes[i]);
	return c;
}

struct columns *
graph_gone_rows(struct arena *a, const struct graph *g)
{
	struct columns *c = columns_create(a, "u");

	for (size_t i = 0; i < g->node_count; i++)
		if (g->nodes[i].gone)
			columns_id(c, &g->nodes[i].id);
	return c;
}

struct columns *
graph_cut_rows(struct arena *a, const struct graph *g)
{
	struct columns *c = columns_create(a, "uz");

	for (size_t i = 0; i < g->node_count; i++) {
		const struct node *n = &g->nodes[i];

		for (size_t k = 0; n->cut && k < n->cuts.count; k++) {
			columns_id(c, &n->id);
			columns_time(c, n->cuts.at[k]);
		}
	}
	return c;
}

struct columns *
graph_again_rows(struct arena *a, const struct graph *g)
{
	struct columns *c = columns_create(a, "u");

	for (size_t i = 0; i < g->spot_count; i++)
		if (g->spots[i].again)
			columns_id(c, &g->spots[i].id);
	return c;
}

void
graph_touchpoint_row(
	struct columns *c, const struct graph *g, const struct spot *s)
{
	struct id members[EVENT_CLAIMS];
	size_t count = s->member_count;

	if (count > EVENT_CLAIMS)
		abort(); /* touchpoint_read reads no more */
	for (size_t k = 0; k < count; k++)
		members[k] = g->nodes[s->members[k]].id;
	columns_id(c, &s->id);
	columns_text(c, span_of(s->source));
	columns_text(c, span_of(s->channel));
	columns_ids(c, members, count);
}

struct columns *
graph_touchpoint_rows(struct arena *a, const struct graph *g)
{
	struct columns *c = columns_create(a, GRAPH_TOUCHPOINT);

	for (size_t i = 0; i < g->spot_count; i++)
		if (!g->spots[i].stored)
			graph_touchpoint_row(c, g, &g->spots[i]);
	return c;
}

void
graph_put_members(
	struct columns *c, const struct graph *g, const struct spot *s)
{
	for (size_t k = 0; k < s->member_count; k++) {
		columns_id(c, &g->nodes[s->members[k]].id);
		columns_id(c, &s->id);
	}
}

struct columns *
graph_member_rows(struct arena *a, const struct graph *g)
{
	struct columns *c = columns_create(a, GRAPH_MEMBER);

	for (size_t i = 0; i < g->spot_count; i++)
		if (!g->spots[i].stored)
			graph_put_members(c, g, &g->spots[i]);
	return c;
}

/* What the members are known by. */
static void
put_assurance(struct columns *c, const struct spot *s, const struct stay *stay)
{
	int16_t know[EVENT_CLAIMS];
	size_t count = 0;

	for (; count < s->member_count && count < EVENT_CLAIMS; count++)
		know[count] = (int16_t)stay->assurance[count];
	columns_smalls(c, know, count);
}

static void
put_called(struct columns *c, struct arena *a, const struct called *called)
{
	const char *text = called_write(a, called);

	if (text)
		columns_text(c, span_of(text));
	else
		columns_null(c);
}

void
graph_stay_row(
	struct columns *c, struct arena *a, const struct spot *s, size_t k)
{
	const struct stay *stay = &s->stays.items[k];

	columns_id(c, &s->id);
	columns_int(c, stay->number);
	put_optional_id(c, &s->owners[k]);
	columns_time(c, stay->first);
	columns_time(c, stay->last);
	columns_int(c, stay->events);
	put_assurance(c, s, stay);
	put_called(c, a, &stay->called);
}

struct columns *
graph_stay_rows(struct arena *a, const struct graph *g)
{
	struct columns *c = columns_create(a, GRAPH_STAY);

	for (size_t i = 0; i < g->spot_count; i++) {
		const struct spot *s = &g->spots[i];

		for (size_t k = 0; k < s->stays.count; k++) {
			const struct stay *stay = &s->stays.items[k];

			if (!stay->into &&
				(stay->changed || s->owner_changed[k]))
				graph_stay_row(c, a, s, k);
		}
	}
	return c;
}

struct columns *
graph_joined_rows(struct arena *a, const struct graph *g)
{
	struct columns *c = columns_create(a, "uii");

	for (size_t i = 0; i < g->spot_count; i++) {
		const struct spot *s = &g->spots[i];

		for (size_t k = 0; k < s->stays.count; k++) {
			const struct stay *stay = &s->stays.items[k];

			if (!stay->into)
				continue;
			columns_id(c, &s->id);
			columns_int(c, stay->number);
			columns_int(c, stays_standing(&s->stays, stay->number));
		}
	}
	return c;
}

struct columns *
graph_decision_rows(struct arena *a, const struct graph *g)
{
	struct columns *c = columns_create(a, "ubzbUUtt");

	for (size_t i = 0; i < g->ruling_count; i++) {
		const struct ruling *r = &g->rulings[i];

		if (!r->write)
			continue;
		columns_id(c, &r->id);
		columns_bool(c, r->withdrawn);
		if (!r->known) {
			for (int k = 0; k < 6; k++)
				columns_null(c);
			continue;
		}
		columns_time(c, r->at);
		columns_bool(c, r->says.same);
		columns_ids(c, r->says.left, r->says.left_count);
		columns_ids(c, r->says.right, r->says.right_count);
		columns_text(c, span_of(r->says.reason));
		columns_text(c, span_of(r->says.author));
	}
	return c;
}

/* The groups of a part, as they were and are, each once. */
static void
put_profiles(struct columns *c, struct arena *a, const struct difference *d,
	const struct part *part)
{
	struct id *ids = arena_array(a, part->count * 2 + 1, sizeof(*ids));
	struct idmap seen = { 0 };
	uint32_t count = 0;

	for (size_t i = part->first; i < part->first + part->count; i++) {
		const struct id *in[] = { &d->lots[i].was, &d->lots[i].is };

		for (int k = 0; k < 2; k++) {
			if (!id_compare(in[k], &none) ||
				idmap_get(&seen, in[k]) != IDMAP_NONE)
				continue;
			idmap_set(a, &seen, in[k], count);
			ids[count++] = *in[k];
		}
	}
	columns_ids(c, ids, count);
}

static void
put_json(struct columns *c, struct arena *a, json_t *value)
{
	columns_json(c, json_write(a, value));
	json_decref(value);
}

struct columns *
graph_change_columns(struct arena *a)
{
	return columns_create(a, "uitUjjjU");
}

void
graph_change_row(struct columns *c, struct arena *a, const struct difference *d,
	const struct part *part, json_t *cause)
{
	bool moved = part->kind != DIFFERENCE_NONE;
	struct id id = id_random(), *members;

	columns_id(c, &id);
	columns_int(c, (int64_t)columns_rows(c));
	columns_text(c, span_of(difference_word(
				moved ? part->kind : DIFFERENCE_UPDATED)));
	put_profiles(c, a, d, part);
	if (moved) {
		put_json(c, a, difference_side(d, part, false));
		put_json(c, a, difference_side(d, part, true));
	} else {
		columns_null(c);
		columns_null(c);
	}
	put_json(c, a, cause);
	members = arena_array(a, part->count + 1, sizeof(*members));
	for (size_t i = 0; moved && i < part->count; i++)
		members[i] = d->lots[part->first + i].id;
	columns_ids(c, members, moved ? part->count : 0);
}

#define CAUSES_MAX 5 /* events named of each change */

/* What happened to the parts of a difference in this batch. */
struct causes {
	struct difference d;
	struct idmap part_of;	      /* identifier to part */
	json_t **events, **decisions; /* by part, or NULL */
};

static uint32_t
part_of_node(const struct causes *c, const struct graph *g, uint32_t node,
	int64_t at)
{
	node = graph_holder(g, node, at);
	return idmap_get(&c->part_of, &g->nodes[node].id);
}

static void
add_cause(json_t **list, const struct id *id)
{
	char text[ID_TEXT];

	if (!*list)
		*list = json_array();
	if (json_array_size(*list) < CAUSES_MAX)
		json_array_append_new(*list, json_string(id_format(id, text)));
}

/* An event is a cause of what became of those that it names, and news of the
 * profile that its stay belongs to. */
static void
note_event(struct causes *c, const struct graph *g, const struct told_event *ev)
{
	const struct spot *s = &g->spots[ev->spot];

	for (size_t i = 0; i < s->member_count; i++) {
		uint32_t at = part_of_node(c, g, s->members[i], ev->at);
		bool first = true;

		for (size_t k = 0; k < i && first; k++)
			first = part_of_node(c, g, s->members[k], ev->at) != at;
		if (at != IDMAP_NONE && first)
			add_cause(&c->events[at], &ev->event);
	}
}

static void
note_rulings(struct causes *c, const struct graph *g)
{
	for (size_t i = 0; i < g->ruling_count; i++) {
		const struct ruling *r = &g->rulings[i];
		const uint32_t *sides[] = { r->left, r->right };
		const size_t counts[] = { r->says.left_count,
			r->says.right_count };

		for (int side = 0; r->write && side < 2; side++) {
			uint32_t at = counts[side]
					      ? part_of_node(c, g,
							sides[side][0], r->at)
					      : IDMAP_NONE;

			if (at != IDMAP_NONE)
				add_cause(&c->decisions[at], &r->id);
		}
	}
}

static void
find_causes(struct causes *c, const struct graph *g)
{
	struct lot *lots =
		arena_array(g->arena, g->node_count + 1, sizeof(*lots));
	size_t count = 0;

	for (size_t i = 0; i < g->node_count; i++) {
		const struct node *n = &g->nodes[i];

		if (n->kind)
			lots[count++] = (struct lot){ n->id, n->was,
				n->shared || n->gone ? none : n->profile, 0 };
	}
	c->d = difference_find(g->arena, lots, count);
	for (uint32_t p = 0; p < c->d.part_count; p++) {
		const struct part *part = &c->d.parts[p];

		for (size_t i = 0; i < part->count; i++)
			idmap_set(g->arena, &c->part_of,
				&lots[part->first + i].id, p);
	}
	c->events =
		arena_array(g->arena, c->d.part_count + 1, sizeof(*c->events));
	c->decisions = arena_array(
		g->arena, c->d.part_count + 1, sizeof(*c->decisions));
	for (size_t i = 0; i < g->event_count; i++)
		note_event(c, g, &g->events[i]);
	note_rulings(c, g);
}

struct columns *
graph_change_rows(struct arena *a, const struct graph *g)
{
	struct causes c = { 0 };
	struct columns *rows = graph_change_columns(a);

	find_causes(&c, g);
	for (size_t p = 0; p < c.d.part_count; p++) {
		const struct part *part = &c.d.parts[p];
		json_t *events = c.events[p], *decisions = c.decisions[p];
		bool news = events && part->is;

		if (part->kind == DIFFERENCE_NONE && !news) {
			json_decref(events);
			json_decref(decisions);
			continue;
		}
		graph_change_row(rows, a, &c.d, part,
			json_pack("{s:o*,s:o*}", "events", events, "decisions",
				decisions));
	}
	return rows;
}
