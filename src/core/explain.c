/* SPDX-License-Identifier: Apache-2.0 */
#include "core/explain.h"

#include <string.h>

#include "core/json.h"
#include "core/resolve.h"

#define EVENTS_MAX 5	   /* of one link */
#define TOUCHPOINTS_MAX 20 /* of one link; more would tell no more */

static const struct {
	const char *rule, *text;
} rules[] = {
	[HELD_DECISION] = { "decision",
		"a steward said that they are not the same person; to withdraw "
		"that decision, or a later one, would join them" },
	[HELD_LIMIT] = { "limit",
		"together they would hold more values of a kind than one "
		"person may; a larger limit in the policy, or a decision, "
		"would join them" },
	[HELD_DEVICE] = { "device",
		"a device never joins two people; an identifier of a person "
		"that both name would" },
	[HELD_PROOF] = { "proof",
		"the link is merely asserted, and each side has proof of the "
		"same kind; the same link attested or verified would join "
		"them" },
	[HELD_CONTESTED] = { "contested",
		"the link is merely asserted, and others prove the same "
		"identifier theirs; the same link attested or verified would "
		"join them" },
	[HELD_NAMES] = { "names",
		"who gave the identifier here is called otherwise, or was born "
		"on another day, than who proves it; proof here too, or a "
		"decision, would join them" },
};

static const char shared_text[] =
	"more people have it than the policy lets share one, or people of "
	"several names and nobody proves it; it stays beside them and joins "
	"nobody";
static const char tenure_text[] =
	"each had the same identifier in another time: it was silent for long "
	"and then proven another's, or its provider gave it to another; proof "
	"that both times are one person's, or a decision, would join them";

struct telling {
	struct graph *g;
	struct graph_view view;
};

static json_t *
text_json(const char *text)
{
	return json_string(text);
}

static json_t *
id_json(const struct id *id)
{
	char text[ID_TEXT];

	return text_json(id_format(id, text));
}

static json_t *
identifier_json(const struct node *n)
{
	static const struct id none;
	json_t *json = json_object();
	char text[CLOCK_TEXT];

	json_object_set_new(json, "id", id_json(&n->id));
	json_object_set_new(json, "kind", text_json(n->kind));
	json_object_set_new(json, "value", json_text(n->value));
	/* Of one that had several holders, the time of this one. */
	if (id_compare(&n->base, &none))
		json_object_set_new(json, "first_seen",
			text_json(clock_format(n->first_seen, text)));
	if (n->until != INT64_MAX)
		json_object_set_new(
			json, "until", text_json(clock_format(n->until, text)));
	return json;
}

static json_t *
node_json(const struct telling *t, uint32_t at)
{
	return identifier_json(&t->g->nodes[t->view.nodes[at]]);
}

/* Whether it names a tenure: its identifier, in the time that it is of. */
static bool
names(const struct telling *t, const struct spot *s, uint32_t at)
{
	const struct tenure *tenure = &t->view.out->tenures[at];
	uint32_t node = t->view.nodes[tenure->node];
	bool named = false;

	for (size_t i = 0; i < s->member_count; i++)
		named |= s->members[i] == node;
	for (size_t i = 0; named && i < s->stays.count; i++) {
		int64_t first = s->stays.items[i].first;

		if (first >= tenure->first_seen && first < tenure->until)
			return true;
	}
	return false;
}

/* The touchpoints that name both. */
static json_t *
touchpoints_json(const struct telling *t, uint32_t a, uint32_t b)
{
	json_t *list = json_array();
	const struct graph *g = t->g;

	for (size_t i = 0; i < g->spot_count; i++)
		if (names(t, &g->spots[i], a) && names(t, &g->spots[i], b) &&
			json_array_size(list) < TOUCHPOINTS_MAX)
			json_array_append_new(list, id_json(&g->spots[i].id));
	return list;
}

static json_t *
link_json(const struct telling *t, uint32_t a, uint32_t b,
	enum assurance assurance, int64_t at)
{
	json_t *json = json_object();
	char text[CLOCK_TEXT];

	json_object_set_new(json, "from", node_json(t, a));
	json_object_set_new(json, "to", node_json(t, b));
	json_object_set_new(
		json, "assurance", text_json(assurance_word(assurance)));
	json_object_set_new(json, "since", text_json(clock_format(at, text)));
	json_object_set_new(json, "touchpoints", touchpoints_json(t, a, b));
	return json;
}

static json_t *
joined_json(const struct telling *t, const struct joined_link *l, bool turned)
{
	json_t *json = link_json(t, turned ? l->b : l->a, turned ? l->a : l->b,
		l->assurance, l->first_seen);

	json_object_set_new(json, "decision",
		l->decision == RESOLVE_NOBODY
			? json_null()
			: id_json(&t->view.decisions[l->decision]));
	return json;
}

static json_t *
held_json(const struct telling *t, const struct held_link *l)
{
	json_t *json = link_json(t, l->a, l->b, l->assurance, l->first_seen);

	json_object_set_new(json, "rule", text_json(rules[l->reason].rule));
	json_object_set_new(json, "text", text_json(rules[l->reason].text));
	return json;
}

static uint32_t
founder(const struct telling *t, uint32_t at)
{
	return t->view.out->founder[at];
}

/* The view's node of an identifier; IDMAP_NONE where there is none. */
static uint32_t
find(const struct telling *t, const struct id *id)
{
	uint32_t at = idmap_get(&t->g->node_of, id);

	return at == IDMAP_NONE || !t->view.out ? IDMAP_NONE
						: t->view.view_of[at];
}

json_t *
explain_profile(struct graph *g, const struct id *id)
{
	struct telling t = { g, graph_resolve(g) };
	const struct resolve_output *out = t.view.out;
	uint32_t at = find(&t, id);
	json_t *joined, *held;

	if (at == IDMAP_NONE)
		return NULL;
	joined = json_array();
	held = json_array();
	for (size_t i = 0; i < out->joined_count; i++)
		if (founder(&t, out->joined[i].a) == founder(&t, at))
			json_array_append_new(joined,
				joined_json(&t, &out->joined[i], false));
	for (size_t i = 0; i < out->held_count; i++)
		if (founder(&t, out->held[i].a) == founder(&t, at) ||
			founder(&t, out->held[i].b) == founder(&t, at))
			json_array_append_new(
				held, held_json(&t, &out->held[i]));
	return json_own(g->arena,
		json_pack("{s:o,s:b,s:o,s:o}", "profile",
			id_json(&g->nodes[t.view.nodes[founder(&t, at)]].id),
			"shared", out->shared[at], "joined", joined, "held",
			held));
}

/* The one way between two of a group, from its end to its beginning: by_way[x]
 * is the link by which x was reached. */
static json_t *
chain_json(const struct telling *t, uint32_t from, uint32_t to)
{
	const struct resolve_output *out = t->view.out;
	size_t n = t->g->node_count + 1;
	const struct joined_link **by_way =
		arena_array(t->g->arena, n, sizeof(*by_way));
	bool *met = arena_array(t->g->arena, n, sizeof(*met));
	json_t *chain = json_array();

	met[from] = true;
	while (!met[to]) {
		for (size_t i = 0; i < out->joined_count; i++) {
			const struct joined_link *l = &out->joined[i];

			if (met[l->a] == met[l->b])
				continue;
			by_way[met[l->a] ? l->b : l->a] = l;
			met[l->a] = met[l->b] = true;
		}
	}
	while (to != from) {
		const struct joined_link *l = by_way[to];
		bool turned = l->a == to;

		json_array_insert_new(chain, 0, joined_json(t, l, turned));
		to = turned ? l->b : l->a;
	}
	return chain;
}

/* Whether both their groups had some identifier, one after the other. */
static bool
had_the_same(const struct telling *t, uint32_t from, uint32_t to)
{
	const struct resolve_output *out = t->view.out;
	bool *had =
		arena_array(t->g->arena, out->tenure_count + 1, sizeof(*had));
	bool same = false;

	for (uint32_t i = 0; i < out->tenure_count; i++)
		if (founder(t, i) == founder(t, from))
			had[out->tenures[i].node] = true;
	for (uint32_t i = 0; i < out->tenure_count; i++)
		if (founder(t, i) == founder(t, to))
			same |= had[out->tenures[i].node];
	return same;
}

/* The links between their groups that were refused. */
static json_t *
apart_json(const struct telling *t, uint32_t from, uint32_t to)
{
	const struct resolve_output *out = t->view.out;
	enum held_reason reason = 0;
	json_t *links = json_array();
	const char *rule = "never_compared",
		   *text = "no event names somebody of one together with "
			   "somebody of the other; one that did, or a "
			   "decision, would join them";

	for (size_t i = 0; i < out->held_count; i++) {
		const struct held_link *l = &out->held[i];
		uint32_t a = founder(t, l->a), b = founder(t, l->b);

		if ((a != founder(t, from) || b != founder(t, to)) &&
			(b != founder(t, from) || a != founder(t, to)))
			continue;
		reason = reason ? reason : l->reason;
		json_array_append_new(links, held_json(t, l));
	}
	if (reason) {
		rule = rules[reason].rule;
		text = rules[reason].text;
	} else if (had_the_same(t, from, to)) {
		rule = "tenure";
		text = tenure_text;
	}
	if (out->shared[from] || out->shared[to]) {
		rule = "shared";
		text = shared_text;
	}
	return json_pack("{s:b,s:s,s:s,s:o}", "same", 0, "rule", rule, "text",
		text, "links", links);
}

static const struct node *
find_node(const struct graph *g, const struct id *id)
{
	uint32_t at = idmap_get(&g->node_of, id);

	return at != IDMAP_NONE && g->nodes[at].kind ? &g->nodes[at] : NULL;
}

json_t *
explain_pair(struct graph *g, const struct id *from, const struct id *to)
{
	struct telling t = { g, graph_resolve(g) };
	uint32_t a = find(&t, from), b = find(&t, to);
	const struct node *one = find_node(g, from), *two = find_node(g, to);
	json_t *json;

	if (!one || !two)
		return NULL;
	/* Stored as shared: what lies beyond it is not loaded. */
	if (one->shared || two->shared)
		json = json_pack("{s:b,s:s,s:s,s:[]}", "same", 0, "rule",
			"shared", "text", shared_text, "links");
	else if (a == IDMAP_NONE || b == IDMAP_NONE)
		return NULL;
	else if (founder(&t, a) == founder(&t, b))
		json = json_pack(
			"{s:b,s:o}", "same", 1, "chain", chain_json(&t, a, b));
	else
		json = apart_json(&t, a, b);
	json_object_set_new(json, "from", identifier_json(one));
	json_object_set_new(json, "to", identifier_json(two));
	return json_own(g->arena, json);
}

/* Calls each on every link of an explanation. */
static void
each_link(const json_t *explanation, void (*each)(json_t *link, void *arg),
	void *arg)
{
	static const char *const lists[] = { "joined", "held", "chain",
		"links" };

	for (size_t k = 0; k < sizeof(lists) / sizeof(*lists); k++) {
		json_t *list = json_object_get(explanation, lists[k]);

		for (size_t i = 0; i < json_array_size(list); i++)
			each(json_array_get(list, i), arg);
	}
}

static void
collect(json_t *link, void *arg)
{
	json_t *ids = json_object_get(link, "touchpoints");

	for (size_t i = 0; i < json_array_size(ids); i++)
		json_object_set_new(arg,
			json_string_value(json_array_get(ids, i)), json_true());
}

const char *
explain_touchpoints(struct arena *a, const json_t *explanation)
{
	json_t *all = json_own(a, json_object());
	char *text, *to;

	each_link(explanation, collect, all);
	text = to = arena_alloc(a, json_object_size(all) * ID_TEXT + 3);
	*to++ = '{';
	for (void *at = json_object_iter(all); at;
		at = json_object_iter_next(all, at)) {
		if (to > text + 1)
			*to++ = ',';
		memcpy(to, json_object_iter_key(at), ID_TEXT - 1);
		to += ID_TEXT - 1;
	}
	*to = '}';
	return text;
}

static void
attach(json_t *link, void *arg)
{
	json_t *ids = json_object_get(link, "touchpoints");
	json_t *events = json_array();

	for (size_t i = 0; i < json_array_size(ids); i++) {
		json_t *of = json_object_get(
			arg, json_string_value(json_array_get(ids, i)));

		for (size_t k = 0; k < json_array_size(of); k++)
			if (json_array_size(events) < EVENTS_MAX)
				json_array_append(
					events, json_array_get(of, k));
	}
	json_object_del(link, "touchpoints");
	json_object_set_new(link, "events", events);
}

void
explain_evidence(json_t *explanation, const json_t *by_touchpoint)
{
	each_link(explanation, attach, (void *)(uintptr_t)by_touchpoint);
}
