/* SPDX-License-Identifier: Apache-2.0 */
#include "likeness/explain.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "likeness/weigh.h"

static struct explain_side
side(const char *(*cell)(void *arg, int column), void *arg, int from)
{
	return (struct explain_side){ cell(arg, from), cell(arg, from + 1),
		cell(arg, from + 2), cell(arg, from + 3), cell(arg, from + 4) };
}

struct explain_pair_sides
explain_sides(const char *(*cell)(void *arg, int column), void *arg)
{
	return (struct explain_pair_sides){ side(cell, arg, 0),
		side(cell, arg, EXPLAIN_COLUMNS / 2) };
}

static json_t *
group_json(const struct explain_side *s)
{
	return json_pack("{s:s,s:s,s:s,s:s}", "id", s->group, "kind", s->kind,
		"value", s->value, "profile", s->profile);
}

static void
read_portrait(struct arena *a, const struct explain_side *s, struct portrait *p)
{
	*p = (struct portrait){ 0 };
	id_parse(span_of(s->group), &p->group);
	portrait_read(a, span_of(s->looks), p);
}

static json_t *
bits(struct arena *a, int weight)
{
	const char *text = arena_printf(a, "%s%d.%03d", weight < 0 ? "-" : "",
		abs(weight) / 1000, abs(weight) % 1000);

	return json_incref(json_read(a, span_of(text), NULL));
}

static json_t *
comparisons_json(
	struct arena *a, const struct likeness *l, const struct weighing *w)
{
	json_t *list = json_array();

	for (int c = 0; c < COMPARISONS; c++) {
		const struct comparison_kind *kind = &comparison_kinds[c];
		int level = l->level[c];

		if (level)
			json_array_append_new(
				list, json_pack("{s:s,s:s,s:s?,s:s?,s:o,s:o}",
					      "comparison", kind->name, "level",
					      kind->levels[level], "left",
					      l->left[c], "right", l->right[c],
					      "weight", bits(a, w->weight[c]),
					      "rarity", bits(a, w->rarity[c])));
	}
	return list;
}

enum verdict { JOINED, VETOED, NAMED, HELD, REVIEW, UNLIKE };

static const struct {
	const char *word, *text;
} verdicts[] = {
	[JOINED] = { "joined",
		"what is known of them is plainly one person's, of themselves "
		"or together with the others of their profile" },
	[VETOED] = { "held",
		"they contradict: another given name and another birth date, "
		"or father and son" },
	[NAMED] = { "unlike",
		"they are called the same, as many are; something else that "
		"they have in common, other than a device, would join them" },
	[HELD] = { "held",
		"of themselves they would be one; but a steward parted them, "
		"or together they would hold more of a kind than one person "
		"may, or the others of their profiles are too unlike" },
	[REVIEW] = { "review",
		"they may be one person; a steward's word would join or part "
		"them" },
	[UNLIKE] = { "unlike", "what is known of them is not one person's" },
};

static enum verdict
judge(const struct model *m, const struct weighing *w, bool same)
{
	if (same)
		return JOINED;
	if (w->evidence < m->review)
		return UNLIKE;
	if (w->vetoed)
		return VETOED;
	if (w->named)
		return NAMED;
	return w->sum >= m->join ? HELD : REVIEW;
}

json_t *
likeness_explain(struct arena *a, const struct model *m,
	const struct explain_pair_sides *pair)
{
	bool same = !strcmp(pair->left.profile, pair->right.profile);
	struct portrait left, right;
	struct likeness l;
	struct weighing w;
	enum verdict v;
	json_t *top;

	read_portrait(a, &pair->left, &left);
	read_portrait(a, &pair->right, &right);
	likeness_compare(&left, &right, &l);
	likeness_weigh(m, &l, &w);
	v = judge(m, &w, same);
	top = json_pack("{s:[o,o],s:b}", "groups", group_json(&pair->left),
		group_json(&pair->right), "same", same);
	json_object_set_new(top, "verdict", json_string(verdicts[v].word));
	json_object_set_new(top, "text", json_string(verdicts[v].text));
	json_object_set_new(top, "weight", bits(a, w.evidence));
	json_object_set_new(top, "join", bits(a, m->join));
	json_object_set_new(top, "review", bits(a, m->review));
	json_object_set_new(top, "household", bits(a, w.household));
	json_object_set_new(top, "comparisons", comparisons_json(a, &l, &w));
	return top;
}

void
likeness_explain_into(json_t *explanation, json_t *likeness)
{
	static const char *const apart[] = { "rule", "text", "links" };

	if (json_is_true(json_object_get(likeness, "same"))) {
		for (size_t i = 0; i < sizeof(apart) / sizeof(*apart); i++)
			json_object_del(explanation, apart[i]);
		json_object_set_new(explanation, "same", json_true());
		json_object_set_new(explanation, "chain", json_array());
	}
	json_object_set_new(explanation, "likeness", likeness);
}
