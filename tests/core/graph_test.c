/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of the graph that a batch touches: how far it reaches, what that
 * costs, and what is flagged to be written. That arrival changes nothing is
 * world_test's.
 */
#include "core/graph.h"

#include <stdlib.h>
#include <string.h>

#include "core/resolve.h"
#include "page.h"
#include "reference.h"
#include "sim.h"
#include "small.h"

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

static bool
is_written(const struct graph *g, const char *name)
{
	return small_node(g, name) && small_node(g, name)->write;
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
	ck_assert(small_node(g, "loyalty:1")->shared);
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

/* A word on somebody who is shared, too: what is shared is not in reach when
 * the word is read, and that must not change what it says of the others. */
START_TEST(words_on_the_shared_say_the_same)
{
	const char *lines = arena_printf(a,
		"1 a user_id:9! loyalty:11!\n1 a user_id:9! loyalty:12!\n"
		"1 a user_id:9! loyalty:13!\n1 a user_id:9! loyalty:14!\n"
		"2 a email:1@x.example\n2 a email:2@x.example\n"
		"2 a loyalty:1!\n2 a phone:+5581991000001\n"
		"5 stewards apart email:%d@x.example phone:+5581991000001\n"
		"4 stewards same user_id:9,email:1@x.example,email:2@x.example "
		"loyalty:1,phone:+5581991000001",
		_i + 1);
	size_t count;
	const struct happening **items = told(lines, &count);

	for (size_t i = 0; i < count; i++)
		sim_append(sim, &items[i], 1);
	ck_assert(says("user_id:9 of user_id:9 since 2025-01-02T00:00:00Z "
		       "shared"));
	ck_assert_str_eq(sim_export(a, sim),
		reference_page(a, policy_create(a), items, count, NULL));
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

/* Decisions */

static bool
together(const struct graph *g, const char *one, const char *two)
{
	return !id_compare(
		&small_node(g, one)->founder, &small_node(g, two)->founder);
}

START_TEST(told_decision_counts)
{
	struct graph *g =
		small_fresh(a, "1 a user_id:1!\n1 a user_id:2!\n"
			       "1 a user_id:3! email:x@x.example+\n"
			       "1 a email:x@x.example+ phone:+5581991000001+");
	struct decided one = small_decided(g, true, "user_id:1", "user_id:2");
	struct decided two =
		small_decided(g, false, "user_id:3", "phone:+5581991000001");
	const struct id id = small_steward(1);

	small_tell(g, 1, &one);
	small_tell(g, 2, &two);
	ck_assert(graph_ruling(g, &id)->write);
	ck_assert_int_eq(graph_ruling(g, &id)->at, 1);
	ck_assert_uint_eq(g->ruling_count, 2);
	small_finish(g);
	ck_assert(together(g, "user_id:1", "user_id:2"));
	ck_assert(!together(g, "user_id:3", "phone:+5581991000001"));
	ck_assert(together(g, "user_id:3", "email:x@x.example"));
}
END_TEST

/* What is stored of a decision counts as if it were told, and is not written
 * again. */
START_TEST(stored_decision_counts)
{
	struct graph *g = small_fresh(a, "1 a user_id:1!\n1 a user_id:2!");
	struct decided d = small_decided(g, true, "user_id:1", "user_id:2");
	const struct id id = small_steward(1);

	graph_rule(g, graph_ruling(g, &id), 1, &d);
	small_finish(g);
	ck_assert(!graph_ruling(g, &id)->write);
	ck_assert(graph_ruling(g, &id)->known);
	ck_assert(together(g, "user_id:1", "user_id:2"));
}
END_TEST

/* 0: after its decision, 1: before it; 2: of one that is stored. */
START_TEST(withdrawn_decision_does_not_count)
{
	struct graph *g = small_fresh(a, "1 a user_id:1!\n1 a user_id:2!");
	struct decided d = small_decided(g, true, "user_id:1", "user_id:2");
	const struct id id = small_steward(1);

	if (_i == 0)
		small_tell(g, 1, &d);
	small_withdraw(g, 2, 1);
	if (_i == 1)
		small_tell(g, 1, &d);
	if (_i == 2)
		graph_rule(g, graph_ruling(g, &id), 1, &d);
	ck_assert_uint_eq(g->ruling_count, 1);
	ck_assert(g->rulings[0].known);
	ck_assert(g->rulings[0].withdrawn);
	ck_assert(g->rulings[0].write);
	small_finish(g);
	ck_assert(!together(g, "user_id:1", "user_id:2"));
}
END_TEST

/* A withdrawal whose decision has not been seen says nothing of anybody. */
START_TEST(withdrawal_alone_is_kept)
{
	struct graph *g = small_fresh(a, "1 a user_id:1!");

	small_withdraw(g, 2, 1);
	small_finish(g);
	ck_assert(!g->rulings[0].known);
	ck_assert(g->rulings[0].write);
	ck_assert_uint_eq(graph_resolve(g).out->joined_count, 0);
}
END_TEST

/* Who is stored and was not moved: a withdrawal has them looked at. */
START_TEST(withdrawal_has_both_looked_at)
{
	struct graph *g = small_stored(a, "1 a user_id:1!\n1 a user_id:2!");
	struct decided d = small_decided(g, true, "user_id:1", "user_id:2");
	const struct id id = small_steward(1);

	/* The group as the decision had it. */
	g->nodes[1].founder = g->nodes[0].id;
	graph_rule(g, graph_ruling(g, &id), 1, &d);
	small_withdraw(g, 2, 1);
	small_finish(g);
	ck_assert(!together(g, "user_id:1", "user_id:2"));
	ck_assert(g->nodes[0].write);
	ck_assert(g->nodes[1].write);
}
END_TEST

/* Of whom nothing is loaded, and who may be nobody, is nobody here. */
START_TEST(strangers_to_the_graph_are_left_out)
{
	struct graph *g = small_fresh(a, "1 a user_id:1!");
	struct decided left = small_decided(g, true, "-", "user_id:1");
	struct decided right = small_decided(g, true, "user_id:1", "-");
	struct graph_view view;
	const struct id first = small_steward(1), second = small_steward(2);

	small_tell(g, 1, &left);
	small_tell(g, 2, &right);
	small_finish(g);
	ck_assert_uint_eq(g->node_count, 2);
	view = graph_resolve(g);
	ck_assert_uint_eq(view.view_of[1], IDMAP_NONE);
	ck_assert_uint_eq(view.nodes[view.view_of[0]], 0);
	ck_assert_uint_eq(view.out->joined_count, 0);
	ck_assert_int_eq(id_compare(&view.decisions[0], &first), 0);
	ck_assert_int_eq(id_compare(&view.decisions[1], &second), 0);
	ck_assert_int_eq(id_compare(&g->nodes[0].founder, &g->nodes[0].id), 0);
}
END_TEST

/* What was withdrawn, or is not known, takes no place among decisions. */
START_TEST(decisions_are_named_in_their_places)
{
	struct graph *g = small_fresh(a, "1 a user_id:1!\n1 a user_id:2!");
	struct decided d = small_decided(g, true, "user_id:1", "user_id:2");
	struct graph_view view;
	const struct id third = small_steward(3);

	small_tell(g, 1, &d);
	small_withdraw(g, 4, 1);
	small_withdraw(g, 5, 2);
	small_tell(g, 3, &d);
	small_finish(g);
	view = graph_resolve(g);
	ck_assert_uint_eq(view.out->joined_count, 1);
	ck_assert_uint_eq(view.out->joined[0].decision, 0);
	ck_assert_int_eq(id_compare(&view.decisions[0], &third), 0);
}
END_TEST

/* Whoever is made one with somebody in reach comes into reach, from either
 * side, with all that hangs on him; over several decisions too. */
START_TEST(same_pulls_the_other_side_in)
{
	struct graph *g = small_stored(a, "1 a user_id:1!\n"
					  "1 a user_id:2! email:x@x.example+\n"
					  "1 a user_id:3!\n1 a user_id:4!");
	struct decided one =
		_i ? small_decided(g, true, "user_id:1", "user_id:2")
		   : small_decided(g, true, "user_id:2", "user_id:1");
	struct decided two =
		_i ? small_decided(g, true, "email:x@x.example", "user_id:3")
		   : small_decided(g, true, "user_id:3", "email:x@x.example");
	const struct id first = small_steward(1), second = small_steward(2);

	graph_rule(g, graph_ruling(g, &first), 1, &one);
	graph_rule(g, graph_ruling(g, &second), 2, &two);
	graph_look(g, &g->nodes[0].id);
	small_finish(g);
	ck_assert(small_node(g, "user_id:1")->expanded);
	ck_assert(small_node(g, "user_id:2")->expanded);
	ck_assert(small_node(g, "email:x@x.example")->expanded);
	ck_assert(small_node(g, "user_id:3")->expanded);
	ck_assert(!small_node(g, "user_id:4")->expanded);
	ck_assert(together(g, "user_id:1", "user_id:3"));
}
END_TEST

/* One that parts two leads nowhere, unless it is new. */
START_TEST(apart_pulls_nobody_in)
{
	struct graph *g = small_stored(a, "1 a user_id:1!\n1 a user_id:2!");
	struct decided d = small_decided(g, false, "user_id:1", "user_id:2");
	const struct id id = small_steward(1);
	uint32_t *nodes;

	graph_rule(g, graph_ruling(g, &id), 1, &d);
	graph_look(g, &g->nodes[0].id);
	ck_assert_uint_eq(graph_frontier(g, &nodes), 1);
	ck_assert_uint_eq(graph_frontier(g, &nodes), 0);
	ck_assert(!small_node(g, "user_id:2")->expanded);
	graph_ruling(g, &id)->write = true;
	ck_assert_uint_eq(graph_frontier(g, &nodes), 1);
	ck_assert(small_node(g, "user_id:2")->expanded);
}
END_TEST

/* Nobody is made one with what is shared, and it does not lead on. */
START_TEST(shared_is_nobodys_by_decision_too)
{
	struct graph *g =
		small_stored(a, "1 a user_id:1!\n1 a phone:+5581991000001");
	struct decided d =
		small_decided(g, true, "phone:+5581991000001", "user_id:1");

	g->nodes[idmap_get(&g->node_of, &d.left[0])].shared = true;
	small_tell(g, 1, &d);
	small_finish(g);
	ck_assert(small_node(g, "user_id:1")->expanded);
	ck_assert(!small_node(g, "phone:+5581991000001")->expanded);
	ck_assert(!together(g, "user_id:1", "phone:+5581991000001"));
}
END_TEST

/* What the policy blocks joins nobody, and hangs beside them as shared. */
START_TEST(blocked_value_joins_nobody)
{
	static const char *patterns[] = { "*@shop.example", NULL };
	struct graph *g = small_fresh(a,
		"1 a user_id:1! email:x@shop.example+\n"
		"1 a user_id:2! email:x@shop.example+ email:y@y.example+");
	size_t email = policy_kind(a, g->policy, span_of("email"));

	g->policy->kinds[email].blocked = patterns;
	small_finish(g);
	ck_assert(small_node(g, "email:x@shop.example")->shared);
	ck_assert(!small_node(g, "email:y@y.example")->shared);
	ck_assert(!together(g, "user_id:1", "email:x@shop.example"));
	ck_assert(!together(g, "user_id:1", "user_id:2"));
	ck_assert(together(g, "user_id:2", "email:y@y.example"));
}
END_TEST

START_TEST(nothing_in_reach_is_no_grouping)
{
	struct graph *g = small_stored(a, "1 a user_id:1!");

	ck_assert_ptr_null(graph_resolve(g).out);
	graph_look(g, &g->nodes[0].id);
	small_finish(g);
	ck_assert_ptr_nonnull(graph_resolve(g).out);
}
END_TEST

/* Where one person may have any number of a kind, another value of it proves
 * nobody else. */
START_TEST(number_of_many_accounts_is_not_handed_on)
{
	struct graph *g =
		small_fresh(a, "1 a user_id:1! phone:+5581991000001+\n"
			       "200 a user_id:2! phone:+5581991000001+");
	size_t user = policy_kind(a, g->policy, span_of("user_id"));

	g->policy->kinds[user].holds = 0;
	small_finish(g);
	ck_assert_int_eq(
		small_node(g, "phone:+5581991000001")->until, INT64_MAX);
	ck_assert(together(g, "user_id:1", "user_id:2"));
}
END_TEST

/* A tenure of a number, as it is stored. */
static struct id
tenure(struct graph *g, const char *of, uint8_t n, int64_t first, int64_t until)
{
	const struct id id = { { 6, n } }, base = small_node(g, of)->id;
	struct node *node = &g->nodes[graph_node(g, &id)];

	node->base = base;
	node->first_seen = first;
	node->until = until;
	node->stored = true;
	return id;
}

/* Whoever had it at the time; in any order of rows. */
START_TEST(holder_is_who_had_it_then)
{
	struct graph *g =
		small_stored(a, "1 a phone:+5581991000001\n1 a user_id:1!");
	const struct id third =
		tenure(g, "phone:+5581991000001", 3, 30, INT64_MAX);
	const struct id second = tenure(g, "phone:+5581991000001", 2, 20, 30);
	uint32_t phone = idmap_get(
		&g->node_of, &small_node(g, "phone:+5581991000001")->id);
	uint32_t two = idmap_get(&g->node_of, &second);
	uint32_t three = idmap_get(&g->node_of, &third);

	g->nodes[phone].until = 20;
	ck_assert_uint_eq(graph_holder(g, phone, 0), phone);
	ck_assert_uint_eq(graph_holder(g, phone, 19), phone);
	ck_assert_uint_eq(graph_holder(g, phone, 20), two);
	ck_assert_uint_eq(graph_holder(g, phone, 29), two);
	ck_assert_uint_eq(graph_holder(g, phone, 30), three);
	ck_assert_uint_eq(graph_holder(g, phone, INT64_MAX - 1), three);
	g->nodes[three].gone = true;
	ck_assert_uint_eq(graph_holder(g, phone, 30), phone);
}
END_TEST

/* Who looks at a later holder's looks at the number, and all of it. */
START_TEST(tenure_is_looked_at_by_its_number)
{
	struct graph *g = small_stored(a, "1 a user_id:1! phone:+5581991000001+"
					  "\n200 a user_id:2! "
					  "phone:+5581991000001+\n"
					  "1 a user_id:3!");
	const struct id later =
		tenure(g, "phone:+5581991000001", 2, 0, INT64_MAX);

	graph_look(g, &later);
	small_finish(g);
	ck_assert(small_node(g, "phone:+5581991000001")->expanded);
	ck_assert(small_node(g, "user_id:2")->expanded);
	ck_assert(!small_node(g, "user_id:3")->expanded);
}
END_TEST

/* A stay that is made anew, and of whose owner nothing is loaded. */
START_TEST(unknown_owner_is_left)
{
	struct graph *g = small_stored(
		a, "1 a phone:+5581991000001+\n3 a phone:+5581991000001+");
	uint32_t *spots;

	ck_assert_uint_eq(graph_recount(g, &spots), 0);
	graph_cut(g, 0, g->spots[0].stays.items[0].first + 1);
	ck_assert_uint_eq(graph_recount(g, &spots), 1);
	ck_assert_uint_eq(g->spots[0].lost_count, 1);
	ck_assert_uint_eq(g->spots[0].stays.count, 0);
	graph_look(g, &g->nodes[0].id);
	small_finish(g);
	ck_assert_int_eq(id_compare(&g->nodes[0].founder, &g->nodes[0].id), 0);
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
	tcase_add_loop_test(t, words_on_the_shared_say_the_same, 0, 2);
	tcase_add_test(t, nobody_is_counted);
	tcase_add_test(t, told_decision_counts);
	tcase_add_test(t, stored_decision_counts);
	tcase_add_loop_test(t, withdrawn_decision_does_not_count, 0, 3);
	tcase_add_test(t, withdrawal_alone_is_kept);
	tcase_add_test(t, withdrawal_has_both_looked_at);
	tcase_add_test(t, strangers_to_the_graph_are_left_out);
	tcase_add_test(t, decisions_are_named_in_their_places);
	tcase_add_loop_test(t, same_pulls_the_other_side_in, 0, 2);
	tcase_add_test(t, apart_pulls_nobody_in);
	tcase_add_test(t, shared_is_nobodys_by_decision_too);
	tcase_add_test(t, blocked_value_joins_nobody);
	tcase_add_test(t, nothing_in_reach_is_no_grouping);
	tcase_add_test(t, number_of_many_accounts_is_not_handed_on);
	tcase_add_test(t, holder_is_who_had_it_then);
	tcase_add_test(t, tenure_is_looked_at_by_its_number);
	tcase_add_test(t, unknown_owner_is_left);
	suite_add_tcase(s, t);
	return s;
}
