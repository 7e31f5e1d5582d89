/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of the graph that a batch touches: how far it reaches, what that
 * costs, and what is flagged to be written. That arrival changes nothing is
 * world_test's.
 */
#include "core/graph.h"

#include <stdlib.h>
#include <string.h>

#include "page.h"
#include "sim.h"

#include <check.h> /* last: it defines fail, which err.h declares */

Suite *suite(void);

static struct arena *a;
static struct sim *sim;

static void
setup(void)
{
	a = arena_create();
	sim = sim_create(a, policy_create(a), 1);
}

static void
teardown(void)
{
	arena_destroy(a);
}

static const struct happening **
told(const char *lines, size_t *count)
{
	struct world *w = world_of(a, policy_create(a), lines);
	const struct happening **items =
		arena_array(a, w->count + 1, sizeof(*items));

	for (size_t i = 0; i < w->count; i++)
		items[i] = &w->events[i];
	*count = w->count;
	return items;
}

static void
append(const char *lines)
{
	size_t count;
	const struct happening **items = told(lines, &count);

	sim_append(sim, items, count);
}

/* As append, but nothing is written, and the graph is there to be asked. */
static struct graph *
regroup(const char *lines)
{
	size_t count;
	const struct happening **items = told(lines, &count);

	return sim_regroup(a, sim, items, count);
}

static const struct node *
node(const struct graph *g, const char *name)
{
	for (size_t i = 0; i < g->node_count; i++)
		if (!strcmp(name,
			    name_of(a, g->nodes[i].kind, g->nodes[i].value)))
			return &g->nodes[i];
	return NULL;
}

static bool
is_written(const struct graph *g, const char *name)
{
	return node(g, name) && node(g, name)->write;
}

static bool
says(const char *line)
{
	return strstr(sim_export(a, sim), line) != NULL;
}

/* Nine events of a chain, each naming two; then its far end is older. */
START_TEST(chain_is_followed_to_its_end)
{
	const char *lines = "";

	for (int i = 0; i < 10; i++)
		lines = arena_printf(
			a, "%s9 a record:%d record:%d\n", lines, i, i + 1);
	append(lines);
	ck_assert(!says("record:10 of record:1 "));
	append("1 b record:1");
	for (int i = 1; i <= 10; i++)
		ck_assert(says(arena_printf(a, "record:%d of record:1 ", i)));
}
END_TEST

/* A family's phone with a hundred people: one more event on it, or on the
 * browser of one of them, touches next to nothing. */
START_TEST(hub_costs_nothing)
{
	const char *lines = "";
	size_t before;

	for (int i = 0; i < 100; i++)
		lines = arena_printf(a,
			"%s1 a user_id:%d! phone:+5581991000001\n", lines, i);
	append(lines);
	before = sim_loaded(sim);
	append("2 b phone:+5581991000001");
	ck_assert_uint_le(sim_loaded(sim) - before, 1);
	append("2 c user_id:7! phone:+5581991000001 anonymous_id:7");
	ck_assert_uint_le(sim_loaded(sim) - before, 8);
}
END_TEST

/* A known touchpoint in its stay: its own rows and no others. */
START_TEST(known_touchpoint_reaches_nobody)
{
	struct graph *g;
	size_t before;

	append("5 a user_id:1! anonymous_id:1\n"
	       "5 a user_id:1! phone:+5581991000001\n"
	       "5 a user_id:1! email:a@x.example");
	before = sim_loaded(sim);
	g = regroup("6 a user_id:1! anonymous_id:1");
	ck_assert_uint_eq(sim_loaded(sim) - before, 3);
	ck_assert(!is_written(g, "user_id:1"));
	ck_assert(!is_written(g, "anonymous_id:1"));
}
END_TEST

/* A profile's version is its founder's row. */
START_TEST(founders_are_written_when_groups_change)
{
	struct graph *g;

	append("1 a user_id:1!\n2 a email:a@x.example+\n"
	       "2 a phone:+5581991000001 email:a@x.example+\n"
	       "1 a user_id:1! anonymous_id:1");
	g = regroup("3 b user_id:1! email:a@x.example+");
	ck_assert(is_written(g, "user_id:1"));
	ck_assert(is_written(g, "email:a@x.example"));
	ck_assert(is_written(g, "phone:+5581991000001"));
	ck_assert(!is_written(g, "anonymous_id:1"));
	/* One that is older than all takes the group over. */
	g = regroup("0 c anonymous_id:2 anonymous_id:1");
	ck_assert(is_written(g, "user_id:1"));
	ck_assert(is_written(g, "anonymous_id:2"));
	ck_assert(is_written(g, "anonymous_id:1"));
}
END_TEST

/* What was bought with a card and a phone goes to the phone when the card
 * turns out to be the cashier's; those who had it are told. */
START_TEST(owners_follow_what_becomes_shared)
{
	struct graph *g;
	size_t given_up = 0;

	append("1 a user_id:1! loyalty:1!\n1 a loyalty:1! cpf:52998224725!\n"
	       "1 a loyalty:1! phone:+5581991000001");
	g = regroup("2 b loyalty:1! cpf:11144477735!");
	for (size_t i = 0; i < g->spot_count; i++)
		for (size_t k = 0; k < g->spots[i].stays.count; k++)
			given_up += g->spots[i].owner_changed[k];
	ck_assert(node(g, "loyalty:1")->shared);
	ck_assert(is_written(g, "user_id:1"));
	ck_assert(is_written(g, "cpf:52998224725"));
	ck_assert_uint_eq(given_up, 2); /* and the new one */
}
END_TEST

/* A row from another policy may name a founder that nothing here leads to:
 * it is left, and the identifier gets the right one. */
START_TEST(unknown_founder_is_left)
{
	struct graph *g = graph_create(a, policy_create(a));
	size_t count;
	const struct happening *h = told("1 a phone:+5581991000001", &count)[0];
	struct node *n;
	uint32_t *nodes;

	graph_tell(g, &h->placed.touchpoint, h->source, "web", &h->placed.event,
		h->at, &h->told);
	n = &g->nodes[0];
	n->stored = true;
	n->founder = h->placed.event; /* any other id */
	n->first_seen = h->at;
	graph_fold(g);
	ck_assert_uint_eq(graph_frontier(g, &nodes), 1);
	ck_assert_uint_eq(graph_frontier(g, &nodes), 0);
	graph_regroup(g);
	ck_assert(n->write);
	ck_assert_int_eq(id_compare(&n->founder, &n->id), 0);
	ck_assert_uint_eq(g->node_count, 1);
}
END_TEST

/* Events that name nobody: a stay, and nothing of people. */
START_TEST(nobody_is_counted)
{
	append("1 a\n1 a");
	ck_assert_str_eq(sim_export(a, sim),
		"a | 2025-01-02T00:00:00Z to 2025-01-02T00:00:00Z n=1 know= "
		"of nobody\n"
		"a | 2025-01-02T00:00:00Z to 2025-01-02T00:00:00Z n=1 know= "
		"of nobody\n");
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("graph");
	TCase *t = tcase_create("graph");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, chain_is_followed_to_its_end);
	tcase_add_test(t, hub_costs_nothing);
	tcase_add_test(t, known_touchpoint_reaches_nobody);
	tcase_add_test(t, founders_are_written_when_groups_change);
	tcase_add_test(t, owners_follow_what_becomes_shared);
	tcase_add_test(t, unknown_founder_is_left);
	tcase_add_test(t, nobody_is_counted);
	suite_add_tcase(s, t);
	return s;
}
