/* SPDX-License-Identifier: Apache-2.0 */
/* What events told of stays, as rows: traits, carts, orders and refunds. */
#include <stdlib.h>
#include <string.h>

#include "core/decimal.h"
#include "core/json.h"
#include "store/graph_rows.h"

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

/* first: whether when the stay began is among the columns. */
static void
put_stay(struct columns *c, const struct graph *g, const struct latest *l,
	bool first)
{
	/* The analyzer does not see that count is 0 where there are none. */
	columns_id(c, &g->spots[l->spot].id); /* NOLINT(clang-analyzer-*) */
	columns_int(c, l->stay);
	if (first)
		columns_time(c, first_of(&g->spots[l->spot], l->stay));
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

static void
put_traits(struct columns *c, const struct graph *g, bool first)
{
	struct latest *items = NULL;
	size_t count = 0, cap = 0;

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
		put_stay(c, g, &items[i], first);
		columns_text(c, span_of(items[i].name));
		columns_json(c, json_write(g->arena, items[i].value));
		columns_time(c, items[i].at);
		columns_id(c, &items[i].event);
	}
}

struct columns *
graph_trait_rows(struct arena *a, const struct graph *g)
{
	struct columns *c = columns_create(a, "uiztjzu");

	put_traits(c, g, true);
	return c;
}

void
graph_put_traits(struct columns *c, const struct graph *g)
{
	put_traits(c, g, false);
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

static void
put_spend(struct columns *c, const struct graph *g, struct span hash_key,
	bool first)
{
	struct arena *a = g->arena;
	struct latest *items = NULL;
	size_t count = 0, cap = 0;

	for (size_t i = 0; i < g->event_count; i++) {
		const struct told_event *ev = &g->events[i];
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
		const json_t *p = items[i].value;
		struct id purchase;

		if (!id_parse(span_of(items[i].name), &purchase))
			abort(); /* purchase_key made it */
		put_stay(c, g, &items[i], first);
		columns_id(c, &purchase);
		columns_bool(c, json_is_true(json_object_get(p, "refund")));
		columns_decimal(c, json_member(a, p, "amount"));
		columns_text(c, json_member(a, p, "currency"));
		columns_time(c, items[i].at);
		columns_id(c, &items[i].event);
	}
}

struct columns *
graph_spend_rows(struct arena *a, const struct graph *g, struct span hash_key)
{
	struct columns *c = columns_create(a, "uizubntzu");

	put_spend(c, g, hash_key, true);
	return c;
}

void
graph_put_spend(struct columns *c, const struct graph *g, struct span hash_key)
{
	put_spend(c, g, hash_key, false);
}
