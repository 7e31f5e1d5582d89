/* SPDX-License-Identifier: Apache-2.0 */
#include "small.h"

#include <string.h>

#include "page.h"
#include "world.h"

struct graph *
small_fresh(struct arena *a, const char *lines)
{
	struct policy *policy = policy_create(a);
	const struct world *w = world_of(a, policy, lines);
	struct graph *g = graph_create(a, policy);

	for (size_t i = 0; i < w->count; i++) {
		const struct happening *h = &w->events[i];

		graph_tell(g, &h->placed.touchpoint, h->source, "web",
			&h->placed.event, h->at, &h->told);
	}
	return g;
}

struct graph *
small_stored(struct arena *a, const char *lines)
{
	struct graph *g = small_fresh(a, lines);

	graph_fold(g);
	for (size_t i = 0; i < g->spot_count; i++) {
		struct spot *s = &g->spots[i];

		s->stored = true;
		s->moved = s->touched = false;
		for (size_t k = 0; k < s->stays.count; k++)
			s->stays.items[k].moved = false;
		for (size_t k = 0; k < s->member_count; k++)
			g->nodes[s->members[k]].stored = true;
	}
	g->event_count = 0;
	return g;
}

struct node *
small_node(const struct graph *g, const char *name)
{
	for (size_t i = 0; i < g->node_count; i++) {
		struct node *n = &g->nodes[i];

		if (n->kind &&
			!strcmp(name, name_of(g->arena, n->kind, n->value)))
			return n;
	}
	return NULL;
}

static struct id *
side(struct graph *g, const char *name)
{
	struct id *id = arena_alloc(g->arena, sizeof(*id));

	if (strcmp(name, "-") != 0)
		*id = small_node(g, name)->id;
	else
		id->bytes[0] = 7;
	return id;
}

struct decided
small_decided(struct graph *g, bool same, const char *left, const char *right)
{
	return (struct decided){ .same = same,
		.left = side(g, left),
		.left_count = 1,
		.right = side(g, right),
		.right_count = 1 };
}

struct id
small_steward(uint8_t n)
{
	return (struct id){ { 9, n } };
}

void
small_tell(struct graph *g, uint8_t n, const struct decided *word)
{
	const struct id desk = { { 8 } }, event = small_steward(n);
	struct told told = { .decided = arena_alloc(g->arena, sizeof(*word)) };

	*told.decided = *word;
	graph_tell(g, &desk, "stewards", "api", &event, n, &told);
}

void
small_withdraw(struct graph *g, uint8_t n, uint8_t decision)
{
	struct decided word = { .withdraws = true,
		.decision = small_steward(decision) };

	small_tell(g, n, &word);
}

void
small_finish(struct graph *g)
{
	uint32_t *nodes;

	graph_fold(g);
	while (graph_frontier(g, &nodes))
		;
	graph_regroup(g);
}
