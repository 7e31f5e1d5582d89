/* SPDX-License-Identifier: Apache-2.0 */
#include "likeness/cluster.h"

#include <stdlib.h>
#include <string.h>

#define STEP 1000   /* by so many millibits edges are left out */
#define EITHER 3000 /* who is so much more alike is not in doubt */

struct sum {
	int64_t weight, part; /* as in pair_weight; weight without part */
	int64_t told;	      /* pairs */
};

/* Clusters of one component, numbered from 0 by their first groups. */
struct linkage {
	struct arena *arena;
	const struct cluster_rules *rules;
	size_t count;
	uint32_t **members; /* places, sorted; NULL: it went into another */
	size_t *sizes;
	struct sum *sums; /* count * count: of the weights between two */
	bool *forbidden;  /* known to be */
};

static uint32_t
find_root(uint32_t *parent, uint32_t at)
{
	while (parent[at] != at)
		at = parent[at] = parent[parent[at]];
	return at;
}

static struct sum *
sum_of(const struct linkage *l, size_t x, size_t y)
{
	return &l->sums[x * l->count + y];
}

static int
mean_of(const struct sum *sum, int64_t pairs)
{
	return (int)((sum->weight * 1024 / pairs +
			     (sum->told ? sum->part * 1024 / sum->told : 0)) /
		     1024);
}

static const struct sum *
sum_between(const struct linkage *l, size_t x, size_t y)
{
	return x < y ? sum_of(l, x, y) : sum_of(l, y, x);
}

static int64_t
pairs_of(const struct linkage *l, size_t x, size_t y)
{
	return (int64_t)(l->sizes[x] * l->sizes[y]);
}

static int
least_mean(const struct linkage *l, int64_t pairs)
{
	return pairs > 1 ? l->rules->support : l->rules->join;
}

/* Whether z is as like the one that does not tell as the other is, and the two
 * contradict in what it does not tell. */
static bool
may_be_either(const struct linkage *l, size_t silent, size_t other, size_t z)
{
	const struct sum *here = sum_between(l, silent, other);
	const struct sum *there = sum_between(l, silent, z);
	const struct sum *both = sum_between(l, other, z);
	int64_t n = pairs_of(l, silent, z);
	int mean = mean_of(there, n);

	return !here->told && !there->told && both->told && both->part < 0 &&
	       mean >= least_mean(l, n) &&
	       mean_of(both, pairs_of(l, other, z)) < l->rules->join &&
	       mean_of(here, pairs_of(l, silent, other)) - mean < EITHER;
}

/* A father and a son of one name and house, and one of that name of whom nobody
 * knows when it was born: it is neither's. */
static bool
is_ambiguous(const struct linkage *l, size_t x, size_t y)
{
	if (sum_of(l, x, y)->told)
		return false;
	for (size_t z = 0; z < l->count; z++)
		if (l->members[z] && z != x && z != y &&
			(may_be_either(l, x, y, z) ||
				may_be_either(l, y, x, z)))
			return true;
	return false;
}

/* The two that have the highest mean, at least join; false where none have. */
static bool
find_best(struct linkage *l, size_t *best_x, size_t *best_y)
{
	bool found = false;
	int best = 0;

	for (size_t x = 0; x < l->count; x++) {
		for (size_t y = x + 1; l->members[x] && y < l->count; y++) {
			int64_t n;
			int mean;

			if (!l->members[y] || l->forbidden[x * l->count + y])
				continue;
			n = (int64_t)(l->sizes[x] * l->sizes[y]);
			mean = mean_of(sum_of(l, x, y), n);
			if (mean < least_mean(l, n) || (found && mean <= best))
				continue;
			if (is_ambiguous(l, x, y) ||
				l->rules->apart(l->rules->arg, l->members[x],
					l->sizes[x], l->members[y],
					l->sizes[y])) {
				l->forbidden[x * l->count + y] = true;
				continue;
			}
			found = true;
			best = mean;
			*best_x = x;
			*best_y = y;
		}
	}
	return found;
}

static int
compare_places(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

/* y goes into x; x is before it, so it keeps the first place. */
static void
merge(struct linkage *l, size_t x, size_t y)
{
	size_t n = l->sizes[x] + l->sizes[y];
	uint32_t *members = arena_array(l->arena, n, sizeof(*members));

	memcpy(members, l->members[x], l->sizes[x] * sizeof(*members));
	memcpy(members + l->sizes[x], l->members[y],
		l->sizes[y] * sizeof(*members));
	qsort(members, n, sizeof(*members), compare_places);
	l->members[x] = members;
	l->members[y] = NULL;
	l->sizes[x] = n;
	for (size_t z = 0; z < l->count; z++) {
		const struct sum *more;
		struct sum *sum;

		if (z == x || z == y || !l->members[z])
			continue;
		more = z < y ? sum_of(l, z, y) : sum_of(l, y, z);
		sum = z < x ? sum_of(l, z, x) : sum_of(l, x, z);
		sum->weight += more->weight;
		sum->part += more->part;
		sum->told += more->told;
		l->forbidden[z < x ? z * l->count + x : x * l->count + z] =
			false;
	}
}

static void
tell_apart(struct linkage *l, struct clustering *out)
{
	for (size_t x = 0; x < l->count; x++) {
		for (size_t y = x + 1; l->members[x] && y < l->count; y++) {
			int64_t n = (int64_t)(l->sizes[x] * l->sizes[y]);
			int mean;

			if (!l->members[y])
				continue;
			mean = mean_of(sum_of(l, x, y), n);
			if (mean < l->rules->rest)
				continue;
			out->apart = arena_grow(l->arena, out->apart,
				out->apart_count, &out->apart_cap,
				sizeof(*out->apart));
			out->apart[out->apart_count++] =
				(struct apart){ l->members[x][0],
					l->members[y][0], mean,
					mean >= least_mean(l, n) };
		}
	}
}

static struct sum
sum_pair(struct pair_weight w)
{
	return (struct sum){ w.weight - w.part, w.part, w.told };
}

static void
link_component(struct arena *a, const struct cluster_rules *rules,
	const uint32_t *places, size_t count, struct clustering *out)
{
	struct linkage l = { .arena = a, .rules = rules, .count = count };
	size_t x, y;

	l.members = arena_array(a, count, sizeof(*l.members));
	l.sizes = arena_array(a, count, sizeof(*l.sizes));
	l.sums = arena_array(a, count * count, sizeof(*l.sums));
	l.forbidden = arena_array(a, count * count, sizeof(*l.forbidden));
	for (size_t i = 0; i < count; i++) {
		l.members[i] = arena_alloc(a, sizeof(**l.members));
		l.members[i][0] = places[i];
		l.sizes[i] = 1;
		for (size_t j = i + 1; j < count; j++)
			*sum_of(&l, i, j) = sum_pair(
				rules->weigh(rules->arg, places[i], places[j]));
	}
	while (find_best(&l, &x, &y))
		merge(&l, x, y);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; l.members[i] && k < l.sizes[i]; k++)
			out->of[l.members[i][k]] = l.members[i][0];
	tell_apart(&l, out);
}

/* Where a place stands in a sorted list of them; count: nowhere. */
static size_t
find_place(const uint32_t *places, size_t count, uint32_t place)
{
	const uint32_t *at =
		bsearch(&place, places, count, sizeof(*places), compare_places);

	return at ? (size_t)(at - places) : count;
}

/* For each place in the list, by index, the first of its component. */
static uint32_t *
find_components(struct arena *a, const uint32_t *places, size_t count,
	const struct edge *edges, size_t edge_count, int cut)
{
	uint32_t *parent = arena_array(a, count, sizeof(*parent));

	for (uint32_t i = 0; i < count; i++)
		parent[i] = i;
	for (size_t i = 0; i < edge_count; i++) {
		size_t x = find_place(places, count, edges[i].a);
		size_t y = find_place(places, count, edges[i].b);
		uint32_t p, q;

		if (edges[i].weight < cut || x == count || y == count)
			continue;
		p = find_root(parent, (uint32_t)x);
		q = find_root(parent, (uint32_t)y);
		if (p < q)
			parent[q] = p;
		else
			parent[p] = q;
	}
	for (uint32_t i = 0; i < count; i++)
		parent[i] = find_root(parent, i);
	return parent;
}

/* The components of sorted places under edges of at least cut are linked; those
 * that are too large are divided again, by a higher one. */
static void
divide(struct arena *a, const struct cluster_rules *rules,
	const uint32_t *places, size_t count, const struct edge *edges,
	size_t edge_count, int cut, struct clustering *out)
{
	uint32_t *first =
		find_components(a, places, count, edges, edge_count, cut);
	uint32_t *size = arena_array(a, count, sizeof(*size));
	uint32_t *filled = arena_array(a, count, sizeof(*filled));
	uint32_t **part = arena_array(a, count, sizeof(*part));

	for (size_t i = 0; i < count; i++)
		size[first[i]]++;
	for (size_t i = 0; i < count; i++) {
		uint32_t at = first[i];

		if (!part[at])
			part[at] = arena_array(a, size[at], sizeof(**part));
		part[at][filled[at]++] = places[i];
	}
	for (size_t i = 0; i < count; i++) {
		if (!part[i] || size[i] < 2)
			continue;
		if (size[i] <= CLUSTER_MAX)
			link_component(a, rules, part[i], size[i], out);
		else
			divide(a, rules, part[i], size[i], edges, edge_count,
				cut + STEP, out);
	}
}

struct clustering
cluster(struct arena *a, size_t count, const struct edge *edges,
	size_t edge_count, const struct cluster_rules *rules)
{
	struct clustering out = { 0 };
	uint32_t *places = arena_array(a, count + 1, sizeof(*places));

	out.of = arena_array(a, count + 1, sizeof(*out.of));
	for (uint32_t i = 0; i < count; i++)
		places[i] = out.of[i] = i;
	divide(a, rules, places, count, edges, edge_count, rules->join, &out);
	return out;
}
