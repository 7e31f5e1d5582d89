/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why identifiers are one person's or are not, told as one line: what joined
 * is "a - b", what was refused "a x b (rule)", each as the link has its ends.
 */
#include "core/explain.h"

#include <string.h>

#include "core/json.h"
#include "page.h"
#include "small.h"

#include <check.h> /* last: it defines fail, which err.h declares */

Suite *suite(void);

#define A "phone:+5581991000001"
#define B "phone:+5581991000002"

static struct arena *a;

static void
setup(void)
{
	a = arena_create();
}

static void
teardown(void)
{
	arena_destroy(a);
}

static const char *
string(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	ck_assert_msg(text != NULL, "%s is no text", key);
	return text;
}

static const char *
end_text(const json_t *link, const char *end)
{
	const json_t *json = json_object_get(link, end);
	struct id id;

	ck_assert(id_parse(span_of(string(json, "id")), &id));
	return name_of(a, string(json, "kind"), span_of(string(json, "value")));
}

static const char *
links_text(const json_t *links)
{
	const char *text = "";

	ck_assert(json_is_array(links));
	for (size_t i = 0; i < json_array_size(links); i++) {
		const json_t *link = json_array_get(links, i);
		const json_t *decision = json_object_get(link, "decision");
		bool held = json_object_get(link, "rule") != NULL;

		ck_assert_ptr_nonnull(json_object_get(link, "touchpoints"));
		string(link, "since");
		string(link, "assurance");
		if (held)
			ck_assert_uint_gt(strlen(string(link, "text")), 0);
		else
			ck_assert_ptr_nonnull(decision);
		text = arena_printf(a, "%s%s%s %s %s", text, i ? ", " : "",
			end_text(link, "from"), held ? "x" : "-",
			end_text(link, "to"));
		if (held)
			text = arena_printf(
				a, "%s (%s)", text, string(link, "rule"));
		if (json_is_string(decision))
			text = arena_printf(a, "%s (decided)", text);
	}
	return text;
}

static struct id
id_of(const struct graph *g, const char *name)
{
	const struct node *n = small_node(g, name);

	ck_assert_msg(n != NULL, "no %s", name);
	return n->id;
}

static json_t *
profile(struct graph *g, const char *name)
{
	struct id id = id_of(g, name);

	return explain_profile(g, &id);
}

static json_t *
pair(struct graph *g, const char *from, const char *to)
{
	struct id one = id_of(g, from), two = id_of(g, to);

	return explain_pair(g, &one, &two);
}

/* "founder: joined; held" */
static const char *
profile_text(struct graph *g, const char *name)
{
	const json_t *json = profile(g, name);
	struct id id;

	ck_assert_ptr_nonnull(json);
	ck_assert(id_parse(span_of(string(json, "profile")), &id));
	for (size_t i = 0; i < g->node_count; i++) {
		const struct node *n = &g->nodes[i];

		if (!id_compare(&n->id, &id))
			name = name_of(a, n->kind, n->value);
	}
	return arena_printf(a, "%s%s: %s; %s", name,
		json_is_true(json_object_get(json, "shared")) ? " shared" : "",
		links_text(json_object_get(json, "joined")),
		links_text(json_object_get(json, "held")));
}

/* "same: chain", or "rule: links" */
static const char *
pair_text(struct graph *g, const char *from, const char *to)
{
	const json_t *json = pair(g, from, to);

	ck_assert_ptr_nonnull(json);
	ck_assert_str_eq(end_text(json, "from"), from);
	ck_assert_str_eq(end_text(json, "to"), to);
	if (json_is_true(json_object_get(json, "same")))
		return arena_printf(a, "same: %s",
			links_text(json_object_get(json, "chain")));
	ck_assert(json_is_false(json_object_get(json, "same")));
	ck_assert_uint_gt(strlen(string(json, "text")), 0);
	return arena_printf(a, "%s: %s", string(json, "rule"),
		links_text(json_object_get(json, "links")));
}

static const char *
touchpoint_of(const struct graph *g, size_t spot)
{
	char text[ID_TEXT];

	return arena_printf(a, "%s", id_format(&g->spots[spot].id, text));
}

static struct graph *
grouped(const char *lines)
{
	struct graph *g = small_fresh(a, lines);

	small_finish(g);
	return g;
}

/* A word of a steward's, on a graph of lines. */
static struct graph *
ruled(const char *lines, bool same, const char *left, const char *right)
{
	struct graph *g = small_fresh(a, lines);
	struct decided word = small_decided(g, same, left, right);

	small_tell(g, 1, &word);
	small_finish(g);
	return g;
}

/* A chain through several, read from either end and from within; nobody else
 * is in it. */
START_TEST(chain_leads_from_one_to_the_other)
{
	struct graph *g =
		grouped("1 a user_id:1! " A "+\n2 a " A "+ email:x@x.example+\n"
			"3 a email:x@x.example+ device:d\n"
			"3 a " A "+ device:e\n1 a user_id:2! device:f");

	ck_assert_str_eq(pair_text(g, "user_id:1", "device:d"),
		"same: user_id:1 - " A ", " A " - email:x@x.example, "
		"email:x@x.example - device:d");
	ck_assert_str_eq(pair_text(g, "device:d", "user_id:1"),
		"same: device:d - email:x@x.example, email:x@x.example - " A
		", " A " - user_id:1");
	ck_assert_str_eq(pair_text(g, "device:e", "email:x@x.example"),
		"same: device:e - " A ", " A " - email:x@x.example");
	ck_assert_str_eq(pair_text(g, A, A), "same: ");
	ck_assert_str_eq(profile_text(g, "device:f"),
		"device:f: user_id:2 - device:f; ");
}
END_TEST

START_TEST(profile_tells_what_joined_it)
{
	struct graph *g = grouped("1 a user_id:1! " A "+\n2 a " A "+ device:d\n"
				  "5 a user_id:2!");
	const json_t *joined =
		json_object_get(profile(g, "device:d"), "joined");
	const json_t *first = json_array_get(joined, 0);
	const json_t *second = json_array_get(joined, 1);

	ck_assert_str_eq(
		profile_text(g, "device:d"), profile_text(g, "user_id:1"));
	ck_assert_str_eq(
		links_text(joined), "user_id:1 - " A ", " A " - device:d");
	ck_assert_str_eq(string(first, "assurance"), "attested");
	ck_assert_str_eq(string(second, "assurance"), "asserted");
	ck_assert_str_eq(string(first, "since"), "2025-01-02T00:00:00Z");
	ck_assert_str_eq(string(second, "since"), "2025-01-03T00:00:00Z");
	ck_assert_str_eq(profile_text(g, "user_id:2"), "user_id:2: ; ");
}
END_TEST

/* Each rule by which a link is refused. */
static const struct {
	const char *lines, *rule, *from, *to, *links;
} rules[] = {
	{ "1 a user_id:1! email:x@x.example+\n2 a user_id:2! "
	  "email:x@x.example+",
		"limit", "user_id:2", "user_id:1",
		"user_id:2 x email:x@x.example (limit)" },
	{ "1 a user_id:1! device:d\n2 a email:x@x.example+ device:d", "device",
		"device:d", "email:x@x.example",
		"email:x@x.example x device:d (device)" },
	{ "1 a loyalty:1! " A "+\n1 a loyalty:2! " B "+\n2 a " A " " B, "proof",
		"loyalty:1", "loyalty:2", NULL },
	{ "1 a user_id:1! " A "\n1 a user_id:2! " A, "contested", A,
		"user_id:2", "user_id:2 x " A " (contested)" },
};

START_TEST(refused_link_tells_its_rule)
{
	struct graph *g = grouped(rules[_i].lines);
	const char *from = rules[_i].from, *to = rules[_i].to;
	const char *there = pair_text(g, from, to);
	const json_t *held = json_object_get(profile(g, to), "held");
	const char *links = rules[_i].links;

	/* Which of two numbers is higher is their ids' to say. */
	if (!links)
		links = strstr(there, A " x ") ? A " x " B " (proof)"
					       : B " x " A " (proof)";
	ck_assert_str_eq(
		there, arena_printf(a, "%s: %s", rules[_i].rule, links));
	ck_assert_str_eq(pair_text(g, to, from), there);
	ck_assert_str_eq(links_text(held), links);
	ck_assert_str_eq(links_text(held),
		links_text(json_object_get(pair(g, from, to), "links")));
	ck_assert_ptr_nonnull(strstr(
		links_text(json_object_get(profile(g, from), "held")), links));
}
END_TEST

/* The best of several links counts; those to others are not told. */
START_TEST(first_of_several_links_is_the_reason)
{
	struct graph *g = grouped(
		"1 a user_id:1! email:x@x.example+\n"
		"1 a user_id:2! email:y@y.example+\n"
		"1 a user_id:3! email:z@z.example+\n"
		"2 a user_id:1! email:y@y.example+\n"
		"2 a user_id:1! device:d+\n3 a user_id:2! device:d\n"
		"2 a user_id:3! device:d\n2 a user_id:3! email:x@x.example+");

	ck_assert_str_eq(pair_text(g, "user_id:1", "user_id:2"),
		"limit: user_id:1 x email:y@y.example (limit)");
	ck_assert_str_eq(
		pair_text(g, "user_id:2", "user_id:3"), "never_compared: ");
	ck_assert_str_eq(profile_text(g, "user_id:2"),
		"email:y@y.example: user_id:2 - email:y@y.example; "
		"user_id:1 x email:y@y.example (limit)");
}
END_TEST

/* All links between two groups are told, and from either side; the best of
 * them gives the rule. Whoever else one of them is held from is not in it. */
START_TEST(every_link_between_them_is_told)
{
	struct graph *g = grouped("1 a user_id:1! " A "+\n1 a user_id:1! " B
				  "+\n2 a user_id:2! " A "+\n2 a user_id:2! " B
				  "+\n3 a user_id:3! email:x@x.example+\n"
				  "4 a user_id:2! email:x@x.example+");
	const char *there = pair_text(g, "user_id:1", "user_id:2");

	ck_assert_uint_eq(json_array_size(json_object_get(
				  pair(g, "user_id:1", "user_id:2"), "links")),
		2);
	ck_assert_str_eq(pair_text(g, "user_id:2", "user_id:1"), there);
	ck_assert_uint_eq(json_array_size(json_object_get(
				  pair(g, "user_id:2", "user_id:3"), "links")),
		1);
	ck_assert_str_eq(pair_text(g, "user_id:3", "user_id:2"),
		pair_text(g, "user_id:2", "user_id:3"));
	ck_assert_str_eq(
		pair_text(g, "user_id:3", "user_id:1"), "never_compared: ");
}
END_TEST

/* They were never seen together, and no third one between them. */
START_TEST(never_compared_has_no_links)
{
	struct graph *g = grouped("1 a user_id:1!\n1 a user_id:2!");

	ck_assert_str_eq(
		pair_text(g, "user_id:1", "user_id:2"), "never_compared: ");
}
END_TEST

START_TEST(decision_is_a_cause)
{
	struct graph *g = ruled("1 a user_id:1! " A "+\n1 a user_id:2! " B "+",
		true, "user_id:1", "user_id:2");
	struct id id = small_steward(1);
	const json_t *chain = json_object_get(pair(g, A, B), "chain");
	const json_t *link = json_array_get(chain, 1);
	char text[ID_TEXT], since[CLOCK_TEXT];

	ck_assert_str_eq(pair_text(g, A, B),
		"same: " A " - user_id:1, user_id:1 - user_id:2 (decided), "
		"user_id:2 - " B);
	ck_assert_str_eq(pair_text(g, B, A),
		"same: " B " - user_id:2, user_id:2 - user_id:1 (decided), "
		"user_id:1 - " A);
	ck_assert_str_eq(string(link, "decision"), id_format(&id, text));
	ck_assert_str_eq(string(link, "assurance"), "verified");
	ck_assert_str_eq(string(link, "since"), clock_format(1, since));
	ck_assert_uint_eq(
		json_array_size(json_object_get(link, "touchpoints")), 0);
}
END_TEST

START_TEST(decision_keeps_apart)
{
	struct graph *g = ruled("1 a user_id:1! email:x@x.example+", false,
		"user_id:1", "email:x@x.example");

	ck_assert_str_eq(pair_text(g, "user_id:1", "email:x@x.example"),
		"decision: user_id:1 x email:x@x.example (decision)");
	small_withdraw(g, 2, 1);
	ck_assert_str_eq(pair_text(g, "user_id:1", "email:x@x.example"),
		"same: user_id:1 - email:x@x.example");
}
END_TEST

/* A phone of too many people: found so by this grouping, or stored as that.
 * A stored one is not followed to whom it names. */
START_TEST(shared_joins_nobody)
{
	struct graph *g = small_fresh(a, "1 a user_id:1! " A "+\n"
					 "1 a user_id:2! " A "+\n"
					 "1 a user_id:3! " A "+");

	graph_fold(g);
	ck_assert_str_eq(pair_text(g, "user_id:1", A), "shared: ");
	ck_assert_str_eq(pair_text(g, A, "user_id:1"), "shared: ");
	ck_assert_str_eq(profile_text(g, A), A " shared: ; ");
	ck_assert_str_eq(
		pair_text(g, "user_id:1", "user_id:2"), "never_compared: ");
	small_finish(g);
	ck_assert(small_node(g, A)->shared);
	ck_assert_str_eq(pair_text(g, "user_id:1", A), "shared: ");
	ck_assert_str_eq(pair_text(g, A, "user_id:1"), "shared: ");
	g = small_stored(a, "1 a user_id:1!\n1 a " A);
	small_node(g, A)->shared = true;
	graph_look(g, &small_node(g, "user_id:1")->id);
	graph_look(g, &small_node(g, A)->id);
	small_finish(g);
	ck_assert_str_eq(pair_text(g, "user_id:1", A), "shared: ");
	ck_assert_str_eq(pair_text(g, A, "user_id:1"), "shared: ");
	ck_assert_ptr_null(profile(g, A));
}
END_TEST

/* A number that was his, fell silent, and is hers: neither is told of the
 * other's touchpoints, and why they are two is. */
START_TEST(tenures_are_told_apart)
{
	struct graph *g = grouped("1 a user_id:1! " A "+\n2 b " A "+ device:d\n"
				  "200 a user_id:2! " A "+\n"
				  "201 b " A "+ device:d\n"
				  "201 c user_id:2! email:x@x.example+");
	const json_t *his = json_object_get(profile(g, "user_id:1"), "joined");
	const json_t *hers = json_object_get(profile(g, "user_id:2"), "joined");
	const json_t *link = json_array_get(his, 0), *other = NULL;

	ck_assert_str_eq(pair_text(g, "user_id:1", "user_id:2"), "tenure: ");
	ck_assert_str_eq(
		pair_text(g, "email:x@x.example", "user_id:1"), "tenure: ");
	ck_assert_str_eq(pair_text(g, "email:x@x.example", "device:d"),
		"contested: " A " x device:d (contested)");
	ck_assert_str_eq(links_text(his), "user_id:1 - " A);
	ck_assert_str_eq(string(json_object_get(link, "to"), "until"),
		"2025-07-20T00:00:00Z");
	ck_assert_ptr_null(
		json_object_get(json_object_get(link, "to"), "first_seen"));
	ck_assert_uint_eq(
		json_array_size(json_object_get(link, "touchpoints")), 1);
	for (size_t i = 0; i < json_array_size(hers); i++)
		if (strstr(end_text(json_array_get(hers, i), "to"), A))
			other = json_array_get(hers, i);
	ck_assert_ptr_nonnull(other);
	ck_assert_str_eq(string(json_object_get(other, "to"), "first_seen"),
		"2025-07-20T00:00:00Z");
	ck_assert_str_eq(json_string_value(json_array_get(
				 json_object_get(other, "touchpoints"), 0)),
		touchpoint_of(g, 2));
	ck_assert_uint_eq(
		json_array_size(json_object_get(other, "touchpoints")), 1);
}
END_TEST

START_TEST(unknown_ids_are_not_explained)
{
	struct graph *g = grouped("1 a user_id:1!");
	struct id known = id_of(g, "user_id:1"), stranger = { { 7 } };

	ck_assert_ptr_nonnull(explain_pair(g, &known, &known));
	for (int looked = 0; looked < 2; looked++) {
		ck_assert_ptr_null(explain_profile(g, &stranger));
		ck_assert_ptr_null(explain_pair(g, &known, &stranger));
		ck_assert_ptr_null(explain_pair(g, &stranger, &known));
		graph_look(
			g, &stranger); /* a node, of which nothing is known */
	}
}
END_TEST

/* Loaded, but not in reach: not explained, rather than wrongly. */
START_TEST(out_of_reach_is_not_explained)
{
	struct graph *g = small_stored(a, "1 a user_id:1!\n1 a user_id:2!");

	ck_assert_ptr_null(profile(g, "user_id:1"));
	ck_assert_ptr_null(pair(g, "user_id:1", "user_id:2"));
	graph_look(g, &small_node(g, "user_id:1")->id);
	small_finish(g);
	ck_assert_ptr_nonnull(profile(g, "user_id:1"));
	ck_assert_ptr_null(pair(g, "user_id:1", "user_id:2"));
	ck_assert_ptr_null(pair(g, "user_id:2", "user_id:1"));
}
END_TEST

/* Evidence */

/* The n numbers from first on, for events. */
static json_t *
events_from(int first, int n)
{
	json_t *list = json_array();

	for (int i = 0; i < n; i++)
		json_array_append_new(list, json_integer(first + i));
	return list;
}

/* Of a link, those that name both its ends; of all, each once. */
START_TEST(touchpoints_name_both_ends)
{
	struct graph *g =
		grouped("1 a user_id:1! email:x@x.example+ device:d\n"
			"1 b user_id:1! email:x@x.example+\n1 c user_id:1!\n"
			"1 d email:x@x.example+\n"
			"1 e user_id:2! email:x@x.example");
	json_t *json = profile(g, "user_id:1");
	const json_t *joined = json_object_get(json, "joined"), *ids;
	const char *text = explain_touchpoints(a, json);

	ck_assert_uint_eq(json_array_size(joined), 2);
	ids = json_object_get(json_array_get(joined, 0), "touchpoints");
	ck_assert_uint_eq(json_array_size(ids), 2);
	ck_assert_str_eq(
		json_string_value(json_array_get(ids, 0)), touchpoint_of(g, 0));
	ck_assert_str_eq(
		json_string_value(json_array_get(ids, 1)), touchpoint_of(g, 1));
	/* Those of the held link too. */
	ck_assert_uint_eq(strlen(text), 2 + 3 * (ID_TEXT - 1) + 2);
	ck_assert_int_eq(text[0], '{');
	ck_assert_int_eq(text[strlen(text) - 1], '}');
	ck_assert_int_eq(text[ID_TEXT], ',');
	ck_assert_ptr_nonnull(strstr(text, touchpoint_of(g, 0)));
	ck_assert_ptr_nonnull(strstr(text, touchpoint_of(g, 1)));
	ck_assert_ptr_nonnull(strstr(text, touchpoint_of(g, 4)));
	ck_assert_str_eq(
		explain_touchpoints(
			a, profile(grouped("1 a user_id:1!"), "user_id:1")),
		"{}");
}
END_TEST

START_TEST(touchpoints_are_twenty_at_most)
{
	const char *lines = "";
	const json_t *chain;
	struct graph *g;

	for (int i = 0; i < 21; i++)
		lines = arena_printf(
			a, "%s1 s%d user_id:1! email:x@x.example+\n", lines, i);
	g = grouped(lines);
	chain = json_object_get(
		pair(g, "user_id:1", "email:x@x.example"), "chain");
	ck_assert_uint_eq(g->spot_count, 21);
	ck_assert_uint_eq(json_array_size(json_object_get(
				  json_array_get(chain, 0), "touchpoints")),
		20);
}
END_TEST

/* Events take the place of touchpoints: those of each, five at most. */
START_TEST(evidence_is_attached)
{
	struct graph *g = grouped("1 a user_id:1! email:x@x.example+\n"
				  "1 b user_id:1! email:x@x.example+\n"
				  "1 c user_id:1! email:x@x.example+\n"
				  "2 d email:x@x.example+ device:d");
	json_t *json = pair(g, "user_id:1", "device:d");
	const json_t *chain = json_object_get(json, "chain");
	json_t *by_touchpoint = json_own(a, json_object());

	json_object_set_new(
		by_touchpoint, touchpoint_of(g, 0), events_from(1, 2));
	/* Of the second nothing was found. */
	json_object_set_new(
		by_touchpoint, touchpoint_of(g, 2), events_from(3, 9));
	json_object_set_new(
		by_touchpoint, touchpoint_of(g, 3), events_from(20, 1));
	explain_evidence(json, by_touchpoint);
	ck_assert_uint_eq(json_array_size(chain), 2);
	ck_assert_str_eq(json_write(a, json_object_get(json_array_get(chain, 0),
					       "events")),
		"[1,2,3,4,5]");
	ck_assert_str_eq(json_write(a, json_object_get(json_array_get(chain, 1),
					       "events")),
		"[20]");
	ck_assert_ptr_null(
		json_object_get(json_array_get(chain, 0), "touchpoints"));
	ck_assert_str_eq(explain_touchpoints(a, json), "{}");
}
END_TEST

/* Refused links have theirs too, of a pair and of a profile. */
START_TEST(evidence_of_refused_links)
{
	struct graph *g = grouped("1 a user_id:1! " A "\n1 b user_id:2! " A);
	json_t *both[] = { pair(g, "user_id:2", A), profile(g, "user_id:2") };
	json_t *by_touchpoint = json_own(a, json_object());

	json_object_set_new(
		by_touchpoint, touchpoint_of(g, 1), events_from(1, 1));
	for (int i = 0; i < 2; i++) {
		const json_t *links =
			json_object_get(both[i], i ? "held" : "links");

		ck_assert_str_eq(explain_touchpoints(a, both[i]),
			arena_printf(a, "{%s}", touchpoint_of(g, 1)));
		explain_evidence(both[i], by_touchpoint);
		ck_assert_str_eq(
			json_write(a, json_object_get(json_array_get(links, 0),
					      "events")),
			"[1]");
	}
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("explain");
	TCase *t = tcase_create("explain");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, chain_leads_from_one_to_the_other);
	tcase_add_test(t, profile_tells_what_joined_it);
	tcase_add_loop_test(t, refused_link_tells_its_rule, 0,
		sizeof(rules) / sizeof(rules[0]));
	tcase_add_test(t, first_of_several_links_is_the_reason);
	tcase_add_test(t, every_link_between_them_is_told);
	tcase_add_test(t, never_compared_has_no_links);
	tcase_add_test(t, decision_is_a_cause);
	tcase_add_test(t, decision_keeps_apart);
	tcase_add_test(t, shared_joins_nobody);
	tcase_add_test(t, tenures_are_told_apart);
	tcase_add_test(t, unknown_ids_are_not_explained);
	tcase_add_test(t, out_of_reach_is_not_explained);
	tcase_add_test(t, touchpoints_name_both_ends);
	tcase_add_test(t, touchpoints_are_twenty_at_most);
	tcase_add_test(t, evidence_is_attached);
	tcase_add_test(t, evidence_of_refused_links);
	suite_add_tcase(s, t);
	return s;
}
