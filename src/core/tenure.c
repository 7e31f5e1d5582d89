/* SPDX-License-Identifier: Apache-2.0 */
#include "core/tenure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Dividing */

static size_t
count_of(const struct parts *parts, uint32_t node)
{
	return parts && parts[node].count ? parts[node].count : 1;
}

/* The part that an instant is in; what comes before the first is its. */
static size_t
part_at(const struct parts *parts, uint32_t node, int64_t at)
{
	size_t part = 0;

	while (part + 1 < count_of(parts, node) &&
		parts[node].begins[part + 1] <= at)
		part++;
	return part;
}

static bool
may_be_recycled(const struct policy *policy, const struct resolve_node *n)
{
	return policy->kinds[n->kind].recycled && !n->shared;
}

struct dividing {
	struct arena *arena;
	const struct policy *policy;
	const struct resolve_input *from;
	const struct parts *parts;
	uint32_t *
		second_of; /* by node of from: its second part; others follow */
	struct resolve_node *nodes;
	struct resolve_touchpoint *touchpoints;
	struct divided to;
};

static uint32_t
node_at(const struct dividing *d, uint32_t node, int64_t at)
{
	size_t part = part_at(d->parts, node, at);

	return part ? d->second_of[node] + (uint32_t)part - 1 : node;
}

/* A later part has an id of its own, that anybody can make of the first's. */
static struct id
part_id(const struct id *base, size_t part)
{
	const struct span whole = { (const char *)base->bytes,
		sizeof(base->bytes) };
	char number[24];
	struct span text = { number, 0 };

	text.len = (size_t)snprintf(number, sizeof(number), "%zu", part + 1);
	return id_derive(whole, "tenure", &text, 1);
}

/* The first cut after a part began; else when the next begins. */
static int64_t
end_of(const struct dividing *d, uint32_t node, size_t part)
{
	const struct resolve_node *n = &d->from->nodes[node];
	size_t count = count_of(d->parts, node);
	int64_t begin = n->first_seen, end = INT64_MAX;

	if (d->parts && d->parts[node].count) {
		begin = d->parts[node].begins[part];
		if (part + 1 < count)
			end = d->parts[node].begins[part + 1];
	}
	for (size_t i = 0; i < n->cuts.count; i++)
		if (may_be_recycled(d->policy, n) && n->cuts.at[i] > begin &&
			n->cuts.at[i] < end)
			end = n->cuts.at[i];
	return end;
}

static void
divide_nodes(struct dividing *d)
{
	size_t n = d->from->node_count, sum = n;

	for (uint32_t i = 0; i < n; i++)
		sum += count_of(d->parts, i) - 1;
	d->nodes = arena_array(d->arena, sum + 1, sizeof(*d->nodes));
	d->second_of = arena_array(d->arena, n + 1, sizeof(*d->second_of));
	d->to.base_of = arena_array(d->arena, sum + 1, sizeof(uint32_t));
	d->to.until = arena_array(d->arena, sum + 1, sizeof(int64_t));
	sum = n;
	for (uint32_t i = 0; i < n; i++) {
		size_t count = count_of(d->parts, i);

		d->second_of[i] = (uint32_t)sum;
		for (size_t k = 0; k < count; k++) {
			size_t at = k ? sum++ : i;

			d->nodes[at] = d->from->nodes[i];
			d->to.base_of[at] = i;
			d->to.until[at] = end_of(d, i, k);
			if (!k)
				continue;
			d->nodes[at].id = part_id(&d->from->nodes[i].id, k);
			d->nodes[at].first_seen = d->parts[i].begins[k];
		}
	}
	d->to.in.nodes = d->nodes;
	d->to.in.node_count = sum;
}

static const uint32_t *
members_at(const struct dividing *d, const struct resolve_touchpoint *t,
	int64_t at)
{
	uint32_t *members =
		arena_array(d->arena, t->member_count + 1, sizeof(*members));

	for (size_t i = 0; i < t->member_count; i++)
		members[i] = node_at(d, t->members[i], at);
	return members;
}

static bool
is_divided(const struct dividing *d, const struct resolve_touchpoint *t)
{
	for (size_t i = 0; i < t->member_count; i++)
		if (count_of(d->parts, t->members[i]) > 1)
			return true;
	return false;
}

/* A stay is within one run of each that it names, for there is no silence in
 * it: its first event tells which. */
static void
divide_touchpoints(struct dividing *d)
{
	size_t n = d->from->touchpoint_count, sum = 0, count = 0;

	for (size_t i = 0; i < n; i++)
		sum += 1 + d->from->touchpoints[i].stay_count;
	d->touchpoints =
		arena_array(d->arena, sum + 1, sizeof(*d->touchpoints));
	d->to.touchpoint_of = arena_array(d->arena, n + 1, sizeof(uint32_t));
	d->to.by_stay = arena_array(d->arena, n + 1, sizeof(bool));
	for (size_t i = 0; i < n; i++) {
		const struct resolve_touchpoint *t = &d->from->touchpoints[i];

		d->to.touchpoint_of[i] = (uint32_t)count;
		d->to.by_stay[i] = is_divided(d, t);
		if (!d->to.by_stay[i])
			d->touchpoints[count++] = *t;
		for (size_t k = 0; d->to.by_stay[i] && k < t->stay_count; k++)
			d->touchpoints[count++] = (struct resolve_touchpoint){
				members_at(d, t, t->stays[k].first),
				t->member_count, &t->stays[k], 1
			};
	}
	d->to.in.touchpoints = d->touchpoints;
	d->to.in.touchpoint_count = count;
}

static const uint32_t *
side_at(const struct dividing *d, const uint32_t *side, size_t count,
	int64_t at)
{
	uint32_t *nodes = arena_array(d->arena, count + 1, sizeof(*nodes));

	for (size_t i = 0; i < count; i++)
		nodes[i] = node_at(d, side[i], at);
	return nodes;
}

/* A word is on whoever had the number when it was said. */
static void
divide_decisions(struct dividing *d)
{
	size_t n = d->from->decision_count;
	struct resolve_decision *to = arena_array(d->arena, n + 1, sizeof(*to));

	for (size_t i = 0; i < n; i++) {
		to[i] = d->from->decisions[i];
		to[i].left = side_at(d, to[i].left, to[i].left_count, to[i].at);
		to[i].right =
			side_at(d, to[i].right, to[i].right_count, to[i].at);
	}
	d->to.in.decisions = to;
	d->to.in.decision_count = n;
	d->to.in.contradict = d->from->contradict;
}

struct divided
tenure_divide(struct arena *a, const struct policy *policy,
	const struct resolve_input *in, const struct parts *parts)
{
	struct dividing d = {
		.arena = a, .policy = policy, .from = in, .parts = parts
	};

	divide_nodes(&d);
	divide_touchpoints(&d);
	divide_decisions(&d);
	return d.to;
}

/* Runs */

struct sight {
	uint32_t node;
	int64_t first, last;
};

static int
compare_sight(const void *left, const void *right)
{
	const struct sight *a = left, *b = right;
	int c = compare_size(a->node, b->node);

	return c ? c : compare_time(a->first, b->first);
}

static struct sight *
find_sights(struct arena *a, const struct policy *policy,
	const struct resolve_input *in, size_t *count)
{
	struct sight *sights = NULL;
	size_t cap = 0;

	*count = 0;
	for (size_t t = 0; t < in->touchpoint_count; t++) {
		const struct resolve_touchpoint *to = &in->touchpoints[t];

		for (size_t m = 0; m < to->member_count; m++) {
			uint32_t node = to->members[m];

			if (!may_be_recycled(policy, &in->nodes[node]))
				continue;
			for (size_t k = 0; k < to->stay_count; k++) {
				if (!to->stays[k].assurance[m])
					continue;
				sights = arena_grow(a, sights, *count, &cap,
					sizeof(*sights));
				sights[(*count)++] = (struct sight){ node,
					to->stays[k].first, to->stays[k].last };
			}
		}
	}
	if (*count)
		qsort(sights, *count, sizeof(*sights), compare_sight);
	return sights;
}

struct parts *
tenure_runs(struct arena *a, const struct policy *policy,
	const struct resolve_input *in, bool cut)
{
	size_t count, several = 0;
	struct sight *sights = find_sights(a, policy, in, &count);
	struct parts *runs = arena_array(a, in->node_count + 1, sizeof(*runs));
	int64_t *begins = arena_array(a, count + 1, sizeof(*begins));
	int64_t last = 0;

	for (size_t i = 0; i < count; i++) {
		const struct cuts *cuts = &in->nodes[sights[i].node].cuts;
		struct parts *p = &runs[sights[i].node];

		if (!p->count)
			p->begins = &begins[i];
		if (!p->count || sights[i].first - last > policy->silence ||
			(cut && cuts_between(cuts, last, sights[i].first))) {
			begins[p->begins - begins + (ptrdiff_t)p->count] =
				sights[i].first;
			several += p->count++ == 1;
			last = sights[i].last;
		}
		last = sights[i].last > last ? sights[i].last : last;
	}
	return several ? runs : NULL;
}

int64_t
tenure_last_run(const struct parts *runs, uint32_t node)
{
	return count_of(runs, node) > 1
		       ? runs[node].begins[runs[node].count - 1]
		       : INT64_MIN;
}

/* Tenures */

/* Somebody's value, proven beside a run or one that it stands or falls with:
 * by the run's group. */
struct claimed {
	uint32_t group;
	size_t kind;
	uint32_t base;
};

static int
compare_claimed(const void *left, const void *right)
{
	const struct claimed *a = left, *b = right;
	int c = compare_size(a->group, b->group);

	c = c ? c : compare_size(a->kind, b->kind);
	return c ? c : compare_size(a->base, b->base);
}

static uint32_t
find_group(uint32_t *groups, uint32_t at)
{
	while (groups[at] != at)
		at = groups[at] = groups[groups[at]];
	return at;
}

static bool
is_recycled(const struct work *w, uint32_t place)
{
	return w->places[place].kind->recycled && !w->places[place].shared;
}

/* Which runs stand or fall together, by place. */
static uint32_t *
group_runs(const struct work *w)
{
	size_t n = w->in->node_count;
	uint32_t *groups = arena_array(w->arena, n + 1, sizeof(*groups));

	for (uint32_t i = 0; i < n; i++)
		groups[i] = i;
	for (size_t i = 0; i < w->link_count; i++) {
		const struct link *l = &w->links[i];

		if (l->assurance > ASSERTED && is_recycled(w, l->a) &&
			is_recycled(w, l->b))
			groups[find_group(groups, l->a)] =
				find_group(groups, l->b);
	}
	return groups;
}

/* Each once, sorted. */
static struct claimed *
find_claimed(const struct work *w, uint32_t *groups, size_t *count)
{
	struct claimed *items =
		arena_array(w->arena, 2 * w->link_count + 1, sizeof(*items));
	size_t n = 0;

	for (size_t i = 0; i < 2 * w->link_count; i++) {
		const struct tie *t = &w->ties[i];

		if (t->proves && is_recycled(w, t->from) &&
			!w->places[t->to].shared &&
			!w->places[t->to].kind->recycled)
			items[n++] =
				(struct claimed){ find_group(groups, t->from),
					t->kind, t->base };
	}
	qsort(items, n, sizeof(*items), compare_claimed);
	*count = 0;
	for (size_t i = 0; i < n; i++)
		if (!*count || compare_claimed(&items[*count - 1], &items[i]))
			items[(*count)++] = items[i];
	return items;
}

struct holding {
	const struct work *work;
	uint32_t *groups;
	struct claimed *claimed; /* by group */
	size_t claimed_count;
	struct claimed *held; /* of the tenure in hand, with group 0 */
	size_t held_count;
	struct names names; /* told in it */
};

static size_t
first_claimed(const struct holding *h, uint32_t group)
{
	size_t low = 0, high = h->claimed_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (h->claimed[middle].group < group)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t
count_claimed(const struct holding *h, size_t first, uint32_t group)
{
	size_t n = 0;

	while (first + n < h->claimed_count &&
		h->claimed[first + n].group == group)
		n++;
	return n;
}

static bool
is_held(const struct holding *h, const struct claimed *c)
{
	for (size_t i = 0; i < h->held_count; i++)
		if (h->held[i].kind == c->kind && h->held[i].base == c->base)
			return true;
	return false;
}

static size_t
count_held(const struct holding *h, size_t kind)
{
	size_t n = 0;

	for (size_t i = 0; i < h->held_count; i++)
		n += h->held[i].kind == kind;
	return n;
}

/* Whether whoever proves the run is called otherwise than all in the tenure in
 * hand. */
static bool
is_called_otherwise(const struct holding *h, const struct place *run)
{
	const struct work *w = h->work;

	for (size_t i = 0; i < run->proven.count; i++)
		if (!names_are_others(w->arena, &h->names, run->proven.items[i],
			    w->in->contradict))
			return false;
	return run->proven.count;
}

/* Whether who has these is another than who holds the tenure in hand. */
static bool
is_another(const struct holding *h, const struct place *place,
	const struct claimed *run, size_t n)
{
	bool another = is_called_otherwise(h, place);

	for (size_t i = 0, next; i < n; i = next) {
		size_t kind = run[i].kind, before = count_held(h, kind);
		unsigned holds = h->work->policy->kinds[kind].holds;

		for (next = i; next < n && run[next].kind == kind; next++)
			if (is_held(h, &run[next]))
				return false;
		another |= before && holds && before + next - i > holds;
	}
	return another;
}

static void
hold(struct holding *h, const struct place *place, const struct claimed *run,
	size_t n)
{
	for (size_t i = 0; i < place->told.count; i++)
		names_add(h->work->arena, &h->names, place->told.items[i]);
	for (size_t i = 0; i < n; i++)
		if (!is_held(h, &run[i]))
			h->held[h->held_count++] = run[i];
}

/* Which of the pieces of a node, whose places these are, begin a tenure. */
static struct parts
find_tenures(struct holding *h, const struct cuts *cuts,
	const struct parts *pieces, const uint32_t *places)
{
	int64_t *begins =
		arena_array(h->work->arena, pieces->count + 1, sizeof(*begins));
	struct parts tenures = { begins, 0 };

	h->held_count = 0;
	h->names = (struct names){ 0 };
	for (size_t i = 0; i < pieces->count; i++) {
		const struct place *place = &h->work->places[places[i]];
		uint32_t group = find_group(h->groups, places[i]);
		size_t first = first_claimed(h, group);
		size_t n = count_claimed(h, first, group);

		if (i && !is_another(h, place, &h->claimed[first], n) &&
			!cuts_between(cuts, pieces->begins[i - 1],
				pieces->begins[i])) {
			hold(h, place, &h->claimed[first], n);
			continue;
		}
		begins[tenures.count++] = pieces->begins[i];
		h->held_count = 0;
		h->names = (struct names){ 0 };
		hold(h, place, &h->claimed[first], n);
	}
	return tenures;
}

struct parts *
tenure_find(const struct work *w, const struct parts *pieces,
	const struct resolve_input *in)
{
	struct parts *tenures =
		arena_array(w->arena, in->node_count + 1, sizeof(*tenures));
	struct holding h = { .work = w, .groups = group_runs(w) };
	uint32_t next = (uint32_t)in->node_count; /* of the second parts */

	h.claimed = find_claimed(w, h.groups, &h.claimed_count);
	h.held = arena_array(w->arena, h.claimed_count + 1, sizeof(*h.held));
	for (size_t i = 0; i < in->node_count; i++) {
		uint32_t *places = arena_array(
			w->arena, pieces[i].count + 1, sizeof(*places));

		places[0] = w->place_of[i];
		for (size_t k = 1; k < pieces[i].count; k++)
			places[k] = w->place_of[next++];
		if (pieces[i].count > 1 && !w->places[places[0]].shared)
			tenures[i] = find_tenures(
				&h, &in->nodes[i].cuts, &pieces[i], places);
	}
	return tenures;
}
