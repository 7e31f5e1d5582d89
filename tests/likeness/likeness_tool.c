/* SPDX-License-Identifier: Apache-2.0 */
/*
 * likeness_tool [REGION]: how well the pure part of likeness does on the
 * records of stdin, as truth_tool prints them. Those of equal identifiers are a
 * group; what is left is likeness's. Prints a line for groups alone, the
 * shipped model, and the one trained on the records without their truth:
 * pairwise precision, recall and F1 by the contingency of truth and clusters.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/identifier.h"
#include "core/json.h"
#include "likeness/train.h"
#include "likeness/weigh.h"
#include "likeness/whole.h"

struct record {
	const char *truth;
	struct portrait portrait;
	uint32_t group, root;
};

struct named {
	const char *text;
	uint32_t record;
};

struct scoring {
	struct arena *arena;
	struct record *records;
	size_t count, cap;
	struct named *named;
	size_t named_count, named_cap;
	struct portrait *portraits;
	size_t group_count;
	const struct model *model;
};

static uint32_t
find_root(struct scoring *s, uint32_t at)
{
	while (s->records[at].root != at)
		at = s->records[at].root;
	return at;
}

static void
read_identifier(struct scoring *s, struct record *r, const char *kind,
	const char *sent, const char *region)
{
	struct arena *a = s->arena;
	struct err e = { 0 };
	struct span value;
	const char *text;

	if (!identifier_normalise(a, kind, span_of(sent), region, &value, &e) ||
		identifier_blocked(kind, value))
		return;
	text = span_text(a, value);
	if (!strcmp(kind, "phone"))
		portrait_add(a, &r->portrait, FIELD_PHONE, text, "");
	else if (!strcmp(kind, "email"))
		portrait_add(a, &r->portrait, FIELD_EMAIL, text, "");
	else
		portrait_add(a, &r->portrait, FIELD_NUMBER,
			arena_printf(a, "%s", kind), text);
	s->named = arena_grow(
		a, s->named, s->named_count, &s->named_cap, sizeof(*s->named));
	s->named[s->named_count++] =
		(struct named){ arena_printf(a, "%s/%s", kind, text),
			(uint32_t)(r - s->records) };
}

static void
read_record(struct scoring *s, const char *line, const char *region)
{
	json_t *json = json_own(s->arena, json_loads(line, 0, NULL)), *value;
	struct record *r;
	const char *kind;

	s->records = arena_grow(
		s->arena, s->records, s->count, &s->cap, sizeof(*s->records));
	r = &s->records[s->count];
	*r = (struct record){ .truth = json_string_value(
				      json_object_get(json, "truth")),
		.root = (uint32_t)s->count };
	s->count++;
	portrait_traits(
		s->arena, &r->portrait, json_object_get(json, "traits"));
	json_object_foreach(json_object_get(json, "identifiers"), kind, value)
		read_identifier(s, r, kind, json_string_value(value), region);
	portrait_end(&r->portrait);
}

static int
compare_named(const void *left, const void *right)
{
	return strcmp(((const struct named *)left)->text,
		((const struct named *)right)->text);
}

/* Groups, with the portraits of all their records; their ids are the order in
 * which they are met. */
static void
make_groups(struct scoring *s)
{
	if (s->named_count)
		qsort(s->named, s->named_count, sizeof(*s->named),
			compare_named);
	for (size_t i = 1; i < s->named_count; i++)
		if (!compare_named(&s->named[i - 1], &s->named[i]))
			s->records[find_root(s, s->named[i].record)].root =
				find_root(s, s->named[i - 1].record);
	s->portraits =
		arena_array(s->arena, s->count + 1, sizeof(*s->portraits));
	for (uint32_t i = 0; i < s->count; i++)
		s->records[i].group = UINT32_MAX;
	for (uint32_t i = 0; i < s->count; i++) {
		struct record *root = &s->records[find_root(s, i)];
		struct portrait *p;

		if (root->group == UINT32_MAX) {
			uint32_t at = (uint32_t)s->group_count++;

			root->group = at;
			for (int k = 0; k < 4; k++)
				s->portraits[at].group.bytes[k] =
					(uint8_t)(at >> (24 - 8 * k));
		}
		s->records[i].group = root->group;
		p = &s->portraits[root->group];
		for (size_t k = 0; k < s->records[i].portrait.count; k++) {
			p->looks = arena_grow(s->arena, p->looks, p->count,
				&p->cap, sizeof(*p->looks));
			p->looks[p->count++] = s->records[i].portrait.looks[k];
		}
	}
	for (size_t i = 0; i < s->group_count; i++)
		portrait_end(&s->portraits[i]);
}

struct member {
	const char *truth;
	uint32_t cluster;
};

static int
by_truth(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	int c = strcmp(a->truth, b->truth);

	return c ? c : (a->cluster > b->cluster) - (a->cluster < b->cluster);
}

static int
by_cluster(const void *left, const void *right)
{
	const struct member *a = left, *b = right;

	return (a->cluster > b->cluster) - (a->cluster < b->cluster);
}

static bool
same_both(const struct member *a, const struct member *b)
{
	return a->cluster == b->cluster && !strcmp(a->truth, b->truth);
}

static bool
same_truth(const struct member *a, const struct member *b)
{
	return !strcmp(a->truth, b->truth);
}

static bool
same_cluster(const struct member *a, const struct member *b)
{
	return a->cluster == b->cluster;
}

/* Pairs within runs of the same. */
static double
pairs(const struct member *members, size_t count,
	bool (*same)(const struct member *a, const struct member *b),
	size_t *largest)
{
	double sum = 0;

	*largest = 0;
	for (size_t i = 0, next; i < count; i = next) {
		for (next = i;
			next < count && same(&members[i], &members[next]);
			next++)
			;
		sum += (double)(next - i) * (double)(next - i - 1) / 2;
		if (next - i > *largest)
			*largest = next - i;
	}
	return sum;
}

static void
print_score(struct scoring *s, const char *what, const uint32_t *of)
{
	struct member *members =
		arena_array(s->arena, s->count + 1, sizeof(*members));
	double right, truth, told;
	size_t largest;

	for (size_t i = 0; i < s->count; i++)
		members[i] = (struct member){ s->records[i].truth,
			of ? of[s->records[i].group] : s->records[i].group };
	qsort(members, s->count, sizeof(*members), by_truth);
	right = pairs(members, s->count, same_both, &largest);
	truth = pairs(members, s->count, same_truth, &largest);
	qsort(members, s->count, sizeof(*members), by_cluster);
	told = pairs(members, s->count, same_cluster, &largest);
	printf("%s precision=%.4f recall=%.4f f1=%.4f largest=%zu\n", what,
		told > 0 ? right / told : 1, truth > 0 ? right / truth : 1,
		truth + told > 0 ? 2 * right / (truth + told) : 1, largest);
}

static int
weigh(void *arg, uint32_t a, uint32_t b)
{
	const struct scoring *s = arg;

	return likeness_weight(s->model, &s->portraits[a], &s->portraits[b]);
}

static bool
never_apart(void *arg, const uint32_t *a, size_t a_count, const uint32_t *b,
	size_t b_count)
{
	(void)arg;
	(void)a;
	(void)a_count;
	(void)b;
	(void)b_count;
	return false;
}

static void
score(struct scoring *s, const char *what, const struct model *m)
{
	struct cluster_rules rules = { weigh, never_apart, s, m->join,
		m->support, m->review };
	struct pair *found;
	size_t n = whole_pairs(
		s->arena, s->portraits, s->group_count, WHOLE_ALL, &found);
	struct edge *edges = arena_array(s->arena, n + 1, sizeof(*edges));
	struct clustering c;

	s->model = m;
	for (size_t i = 0; i < n; i++)
		edges[i] = (struct edge){ found[i].a, found[i].b,
			weigh(s, found[i].a, found[i].b) };
	c = cluster(s->arena, s->group_count, edges, n, &rules);
	print_score(s, what, c.of);
}

int
main(int argc, char **argv)
{
	struct scoring s = { .arena = arena_create() };
	const char *region = argc > 1 ? argv[1] : "US";
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) > 0)
		read_record(&s, line, region);
	free(line);
	make_groups(&s);
	print_score(&s, "identifiers", NULL);
	score(&s, "shipped", model_create(s.arena));
	score(&s, "trained", model_train(s.arena, s.portraits, s.group_count));
	arena_destroy(s.arena);
	return 0;
}
