/* SPDX-License-Identifier: Apache-2.0 */
/* What a graph says, as rows for PostgreSQL. */
#include "store/graph_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/idmap.h"
#include "core/decimal.h"
#include "core/json.h"

static const struct id none;

/* The latest word on something of a stay. */
struct latest {
	uint32_t spot;
	int stay;
	const char *name; /* of the trait; the id of the purchase */
	int64_t at;
	struct id event;
	json_t *value; /* borrowed: the trait's, or the purchase */
	size_t place;  /* one event's words on one thing: the last holds */
};

static void
set_text(json_t *row, const char *name, const char *text)
{
	json_object_set_new(row, name, json_string(text));
}

static void
set_id(json_t *row, const char *name, const struct id *id)
{
	char text[ID_TEXT];

	set_text(row, name, id_format(id, text));
}

static void
set_time(json_t *row, const char *name, int64_t at)
{
	char text[CLOCK_TEXT];

	set_text(row, name, clock_format(at, text));
}

json_t *
graph_identifier_rows(const struct graph *g)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < g->node_count; i++) {
		const struct node *n = &g->nodes[i];
		json_t *row;

		if (!n->write || n->gone)
			continue;
		row = json_object();
		set_id(row, "identifier", &n->id);
		set_text(row, "kind", n->kind);
		json_object_set_new(row, "value", json_text(n->value));
		set_time(row, "first_seen", n->first_seen);
		set_id(row, "founder", &n->founder);
		json_object_set_new(row, "shared", json_boolean(n->shared));
		if (id_compare(&n->base, &none))
			set_id(row, "base", &n->base);
		if (n->until != INT64_MAX)
			set_time(row, "until", n->until);
		if (n->run_at != INT64_MIN)
			set_time(row, "run_at", n->run_at);
		json_array_append_new(rows, row);
	}
	return rows;
}

json_t *
graph_gone_rows(const struct graph *g)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < g->node_count; i++) {
		json_t *row;

		if (!g->nodes[i].gone)
			continue;
		row = json_object();
		set_id(row, "identifier", &g->nodes[i].id);
		json_array_append_new(rows, row);
	}
	return rows;
}

json_t *
graph_cut_rows(const struct graph *g)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < g->node_count; i++) {
		const struct node *n = &g->nodes[i];

		for (size_t k = 0; n->cut && k < n->cuts.count; k++) {
			json_t *row = json_object();

			set_id(row, "identifier", &n->id);
			set_time(row, "at", n->cuts.at[k]);
			json_array_append_new(rows, row);
		}
	}
	return rows;
}

json_t *
graph_again_rows(const struct graph *g)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < g->spot_count; i++) {
		json_t *row;

		if (!g->spots[i].again)
			continue;
		row = json_object();
		set_id(row, "touchpoint", &g->spots[i].id);
		json_array_append_new(rows, row);
	}
	return rows;
}

json_t *
graph_touchpoint_rows(const struct graph *g)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < g->spot_count; i++) {
		const struct spot *s = &g->spots[i];
		json_t *row, *members;
		char text[ID_TEXT];

		if (s->stored)
			continue;
		row = json_object();
		members = json_array();
		for (size_t k = 0; k < s->member_count; k++)
			json_array_append_new(members,
				json_string(id_format(
					&g->nodes[s->members[k]].id, text)));
		set_id(row, "touchpoint", &s->id);
		set_text(row, "source", s->source);
		set_text(row, "channel", s->channel);
		json_object_set_new(row, "identifiers", members);
		json_array_append_new(rows, row);
	}
	return rows;
}

json_t *
graph_member_rows(const struct graph *g)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < g->spot_count; i++) {
		const struct spot *s = &g->spots[i];

		for (size_t k = 0; !s->stored && k < s->member_count; k++) {
			json_t *row = json_object();

			set_id(row, "identifier", &g->nodes[s->members[k]].id);
			set_id(row, "touchpoint", &s->id);
			json_array_append_new(rows, row);
		}
	}
	return rows;
}

static json_t *
stay_row(const struct spot *s, size_t at)
{
	static const struct id nobody;
	const struct stay *stay = &s->stays.items[at];
	json_t *row = json_object(), *know = json_array();

	for (size_t i = 0; i < s->member_count && i < EVENT_CLAIMS; i++)
		json_array_append_new(
			know, json_integer((int)stay->assurance[i]));
	set_id(row, "touchpoint", &s->id);
	json_object_set_new(row, "stay", json_integer(stay->number));
	if (id_compare(&s->owners[at], &nobody))
		set_id(row, "owner", &s->owners[at]);
	set_time(row, "first_at", stay->first);
	set_time(row, "last_at", stay->last);
	json_object_set_new(row, "events", json_integer(stay->events));
	json_object_set_new(row, "assurance", know);
	return row;
}

/* joined: the stays that went into others, with into. */
static json_t *
stay_rows(const struct graph *g, bool joined)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < g->spot_count; i++) {
		const struct spot *s = &g->spots[i];

		for (size_t k = 0; k < s->stays.count; k++) {
			const struct stay *stay = &s->stays.items[k];
			json_t *row;

			if (joined != (stay->into != 0) ||
				(!joined && !stay->changed &&
					!s->owner_changed[k]))
				continue;
			row = stay_row(s, k);
			if (joined)
				json_object_set_new(row, "into",
					json_integer(stays_standing(
						&s->stays, stay->number)));
			json_array_append_new(rows, row);
		}
	}
	return rows;
}

json_t *
graph_stay_rows(const struct graph *g)
{
	return stay_rows(g, false);
}

json_t *
graph_joined_rows(const struct graph *g)
{
	return stay_rows(g, true);
}

static json_t *
side_json(const struct id *ids, size_t count)
{
	json_t *list = json_array();
	char text[ID_TEXT];

	for (size_t i = 0; i < count; i++)
		json_array_append_new(
			list, json_string(id_format(&ids[i], text)));
	return list;
}

json_t *
graph_decision_rows(const struct graph *g)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < g->ruling_count; i++) {
		const struct ruling *r = &g->rulings[i];
		json_t *row;

		if (!r->write)
			continue;
		row = json_object();
		set_id(row, "decision", &r->id);
		json_object_set_new(
			row, "withdrawn", json_boolean(r->withdrawn));
		if (r->known) {
			set_time(row, "at", r->at);
			json_object_set_new(
				row, "same", json_boolean(r->says.same));
			json_object_set_new(row, "left_side",
				side_json(r->says.left, r->says.left_count));
			json_object_set_new(row, "right_side",
				side_json(r->says.right, r->says.right_count));
			set_text(row, "reason", r->says.reason);
			set_text(row, "author", r->says.author);
		}
		json_array_append_new(rows, row);
	}
	return rows;
}

/* The groups of a part, as they were and are, each once. */
static json_t *
profiles_of(const struct difference *d, const struct part *part)
{
	json_t *set = json_object(), *list = json_array(), *value;
	const char *id;
	char text[ID_TEXT];

	for (size_t i = part->first; i < part->first + part->count; i++) {
		const struct id *in[] = { &d->lots[i].was, &d->lots[i].is };

		for (int k = 0; k < 2; k++)
			if (id_compare(in[k], &none))
				json_object_set_new(set, id_format(in[k], text),
					json_true());
	}
	json_object_foreach(set, id, value)
		json_array_append_new(list, json_string(id));
	json_decref(set);
	return list;
}

json_t *
graph_change_row(const struct difference *d, const struct part *part,
	size_t ordinal, json_t *cause)
{
	bool moved = part->kind != DIFFERENCE_NONE;
	struct id id = id_random();
	json_t *row = json_object(), *members = json_array();
	char text[ID_TEXT];

	set_id(row, "change", &id);
	json_object_set_new(row, "ordinal", json_integer((json_int_t)ordinal));
	set_text(row, "kind",
		difference_word(moved ? part->kind : DIFFERENCE_UPDATED));
	json_object_set_new(row, "profiles", profiles_of(d, part));
	if (moved) {
		json_object_set_new(
			row, "before", difference_side(d, part, false));
		json_object_set_new(
			row, "after", difference_side(d, part, true));
	}
	for (size_t i = 0; moved && i < part->count; i++)
		json_array_append_new(members,
			json_string(
				id_format(&d->lots[part->first + i].id, text)));
	json_object_set_new(row, "members", members);
	json_object_set_new(row, "cause", cause);
	return row;
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
				n->shared || n->gone ? none : n->founder, 0 };
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

json_t *
graph_change_rows(const struct graph *g)
{
	struct causes c = { 0 };
	json_t *rows = json_array();

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
		json_array_append_new(rows,
			graph_change_row(&c.d, part, json_array_size(rows),
				json_pack("{s:o*,s:o*}", "events", events,
					"decisions", decisions)));
	}
	return rows;
}

static int
compare_latest(const void *left, const void *right)
{
	const struct latest *a = left, *b = right;
	int order = (a->spot > b->spot) - (a->spot < b->spot);

	order = order ? order : (a->stay > b->stay) - (a->stay < b->stay);
	order = order ? order : strcmp(a->name, b->name);
	order = order ? order : (a->at < b->at) - (a->at > b->at);
	order = order ? order : id_compare(&b->event, &a->event);
	return order ? order : (a->place < b->place) - (a->place > b->place);
}

/* Sorts, and keeps the latest of each key. */
static size_t
keep_latest(struct latest *items, size_t count)
{
	size_t kept = 0;

	if (count)
		qsort(items, count, sizeof(*items), compare_latest);
	for (size_t i = 0; i < count; i++) {
		const struct latest *last = kept ? &items[kept - 1] : NULL;

		if (!last || last->spot != items[i].spot ||
			last->stay != items[i].stay ||
			strcmp(last->name, items[i].name) != 0)
			items[kept++] = items[i];
	}
	return kept;
}

static void
note(const struct graph *g, struct latest **items, size_t *count, size_t *cap,
	const struct told_event *ev, const char *name, json_t *value)
{
	*items = arena_grow(g->arena, *items, *count, cap, sizeof(**items));
	(*items)[*count] = (struct latest){ ev->spot, ev->stay, name, ev->at,
		ev->event, value, *count };
	++*count;
}

/* What a stay is known by where numbers differ: when it began. */
static int64_t
first_of(const struct spot *s, int number)
{
	for (size_t i = 0; i < s->stays.count; i++)
		if (s->stays.items[i].number == number)
			return s->stays.items[i].first;
	return 0;
}

static json_t *
latest_row(const struct graph *g, const struct latest *l)
{
	json_t *row = json_object();

	/* The analyzer does not see that count is 0 where there are none. */
	set_id(row, "touchpoint",
		&g->spots[l->spot].id); /* NOLINT(clang-analyzer-*) */
	json_object_set_new(row, "stay", json_integer(l->stay));
	set_time(row, "first_at", first_of(&g->spots[l->spot], l->stay));
	set_time(row, "at", l->at);
	set_id(row, "event", &l->event);
	return row;
}

/* A cart's lines are traits, as is the word that it begins anew. */
static void
note_cart(const struct graph *g, struct latest **items, size_t *count,
	size_t *cap, const struct told_event *ev)
{
	json_t *line;
	size_t i;

	json_array_foreach(ev->told.cart, i, line)
	{
		struct span sku = json_member(g->arena, line, "sku");

		if (json_is_true(json_object_get(line, "all")))
			note(g, items, count, cap, ev, "cart/", line);
		else if (sku.len && sku.len <= 255)
			note(g, items, count, cap, ev,
				arena_printf(g->arena, "cart/%.*s",
					(int)sku.len, sku.data),
				line);
	}
}

json_t *
graph_trait_rows(const struct graph *g)
{
	struct latest *items = NULL;
	size_t count = 0, cap = 0;
	json_t *rows = json_array();

	for (size_t i = 0; i < g->event_count; i++) {
		const struct told_event *ev = &g->events[i];
		const char *name;
		json_t *value;

		json_object_foreach(ev->told.traits, name, value)
			note(g, &items, &count, &cap, ev, name, value);
		note_cart(g, &items, &count, &cap, ev);
	}
	count = keep_latest(items, count);
	for (size_t i = 0; i < count; i++) {
		json_t *row = latest_row(g, &items[i]);

		set_text(row, "name", items[i].name);
		json_object_set(row, "value", items[i].value);
		json_array_append_new(rows, row);
	}
	return rows;
}

/* An order and its refund may share an id, so the word is part of the key. */
static const char *
purchase_key(const struct graph *g, struct span hash_key,
	const struct told_event *ev)
{
	struct span key = json_member(g->arena, ev->told.purchase, "key");
	bool refund =
		json_is_true(json_object_get(ev->told.purchase, "refund"));
	struct span parts[] = { span_of(g->spots[ev->spot].source),
		key.len ? key
			: json_member(g->arena, ev->told.purchase, "id") };
	struct id derived =
		id_derive(hash_key, refund ? "refund" : "order", parts, 2);
	char text[ID_TEXT];

	return arena_printf(g->arena, "%s", id_format(&derived, text));
}

json_t *
graph_spend_rows(const struct graph *g, struct span hash_key)
{
	struct latest *items = NULL;
	size_t count = 0, cap = 0;
	json_t *rows = json_array();

	for (size_t i = 0; i < g->event_count; i++) {
		const struct told_event *ev = &g->events[i];
		struct arena *a = g->arena;
		json_t *p = ev->told.purchase;

		/* As the channels promise; another amount would end the whole
		 * batch in PostgreSQL. */
		if (json_member(a, p, "id").len &&
			decimal_is_plain(json_member(a, p, "amount")) &&
			json_member(a, p, "currency").len)
			note(g, &items, &count, &cap, ev,
				purchase_key(g, hash_key, ev), p);
	}
	count = keep_latest(items, count);
	for (size_t i = 0; i < count; i++) {
		json_t *row = latest_row(g, &items[i]), *p = items[i].value;

		set_text(row, "purchase", items[i].name);
		json_object_set(row, "refund", json_object_get(p, "refund"));
		json_object_set(row, "amount", json_object_get(p, "amount"));
		json_object_set(
			row, "currency", json_object_get(p, "currency"));
		json_array_append_new(rows, row);
	}
	return rows;
}
