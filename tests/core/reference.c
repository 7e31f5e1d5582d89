/* SPDX-License-Identifier: Apache-2.0 */
#include "reference.h"

#include <stdlib.h>
#include <string.h>

#include "base/idmap.h"
#include "page.h"

/* A touchpoint: a run of the sorted events. */
struct run {
	const struct happening *const *events;
	size_t event_count;
	const char *name;
	struct stay *stays;
	struct resolve_stay *seen;
	size_t stay_count;
};

struct reference {
	struct arena *arena;
	struct policy *policy;
	struct resolve_node *nodes;
	const char **names;
	size_t node_count, node_cap, name_cap;
	struct idmap node_of;
	struct run *runs;
	struct resolve_touchpoint *touchpoints;
	size_t run_count;
	struct resolve_decision *decisions;
	size_t decision_count;
	struct resolve_output *out;
};

static int
compare_happenings(const void *left, const void *right)
{
	const struct happening *a = *(const struct happening *const *)left;
	const struct happening *b = *(const struct happening *const *)right;
	int c = id_compare(&a->placed.touchpoint, &b->placed.touchpoint);

	if (!c)
		c = (a->at > b->at) - (a->at < b->at);
	return c ? c : id_compare(&a->placed.event, &b->placed.event);
}

static int
compare_times(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

static uint32_t
node_for(struct reference *r, const struct named *named)
{
	uint32_t at = idmap_get(&r->node_of, &named->id);

	if (at != IDMAP_NONE)
		return at;
	at = (uint32_t)r->node_count;
	idmap_set(r->arena, &r->node_of, &named->id, at);
	r->nodes = arena_grow(r->arena, r->nodes, r->node_count, &r->node_cap,
		sizeof(*r->nodes));
	r->names = arena_grow(r->arena, r->names, r->node_count, &r->name_cap,
		sizeof(*r->names));
	r->names[at] = name_of(r->arena, named->kind, named->value);
	r->nodes[r->node_count++] = (struct resolve_node){ .id = named->id,
		.kind = policy_kind(r->arena, r->policy, span_of(named->kind)),
		.first_seen = INT64_MAX };
	return at;
}

/* Whether one of its identifiers was given up in between. */
static bool
is_cut(const struct reference *r, const struct told *told, int64_t first,
	int64_t second)
{
	for (size_t i = 0; i < told->identifier_count; i++) {
		uint32_t at = idmap_get(&r->node_of, &told->identifiers[i].id);

		if (cuts_between(&r->nodes[at].cuts, first, second))
			return true;
	}
	return false;
}

static void
cut_stays(struct reference *r, struct run *run)
{
	struct stay *stay = NULL;

	run->stays =
		arena_array(r->arena, run->event_count, sizeof(*run->stays));
	for (size_t i = 0; i < run->event_count; i++) {
		const struct happening *h = run->events[i];

		if (!stay || h->at - stay->last > r->policy->silence ||
			is_cut(r, &h->told, stay->last, h->at)) {
			stay = &run->stays[run->stay_count++];
			stay->first = h->at;
		}
		stay->last = h->at;
		stay->events++;
		called_take(&stay->called,
			&(struct called){
				h->told.called, h->at, h->placed.event },
			&(bool){ false });
		for (size_t k = 0; k < h->told.identifier_count; k++)
			if (h->told.identifiers[k].assurance >
				stay->assurance[k])
				stay->assurance[k] =
					h->told.identifiers[k].assurance;
	}
}

static void
read_run(struct reference *r, struct run *run)
{
	const struct told *told = &run->events[0]->told;
	struct resolve_touchpoint *t = &r->touchpoints[run - r->runs];
	uint32_t *members = arena_array(
		r->arena, told->identifier_count + 1, sizeof(*members));

	run->name = run->events[0]->source;
	for (size_t i = 0; i < told->identifier_count; i++) {
		members[i] = node_for(r, &told->identifiers[i]);
		run->name = arena_printf(
			r->arena, "%s %s", run->name, r->names[members[i]]);
	}
	cut_stays(r, run);
	run->seen = arena_array(r->arena, run->stay_count, sizeof(*run->seen));
	for (size_t k = 0; k < run->stay_count; k++) {
		const struct stay *stay = &run->stays[k];

		run->seen[k] = (struct resolve_stay){ stay->first, stay->last,
			stay->assurance, stay->called.text };
		for (size_t i = 0; i < told->identifier_count; i++)
			if (stay->first < r->nodes[members[i]].first_seen)
				r->nodes[members[i]].first_seen = stay->first;
	}
	*t = (struct resolve_touchpoint){ members, told->identifier_count,
		run->seen, run->stay_count };
}

static void
name_nodes(struct reference *r)
{
	for (size_t i = 0; i < r->run_count; i++) {
		const struct told *told = &r->runs[i].events[0]->told;

		for (size_t k = 0; k < told->identifier_count; k++)
			node_for(r, &told->identifiers[k]);
	}
}

/* Each instant once, sorted. */
static void
read_cuts(struct reference *r, const struct happening *const *events,
	size_t count)
{
	for (uint32_t n = 0; n < r->node_count; n++) {
		struct cuts *cuts = &r->nodes[n].cuts;

		for (size_t i = 0; i < count; i++) {
			const struct told *told = &events[i]->told;

			for (size_t k = 0; k < told->handover_count; k++) {
				const struct handover *h = &told->handovers[k];
				int64_t at = events[i]->at + h->at;

				if (id_compare(
					    &h->identifier, &r->nodes[n].id) ||
					cuts_between(cuts, at - 1, at))
					continue;
				cuts->at = arena_grow(r->arena, cuts->at,
					cuts->count, &cuts->cap,
					sizeof(*cuts->at));
				cuts->at[cuts->count++] = at;
			}
		}
		if (cuts->count)
			qsort(cuts->at, cuts->count, sizeof(*cuts->at),
				compare_times);
	}
}

static void
read_events(struct reference *r, const struct happening *const *events,
	size_t count)
{
	const struct happening **sorted =
		arena_array(r->arena, count + 1, sizeof(*sorted));
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		sorted[i] = events[i];
	qsort(sorted, count, sizeof(*sorted), compare_happenings);
	r->runs = arena_array(r->arena, count + 1, sizeof(*r->runs));
	r->touchpoints =
		arena_array(r->arena, count + 1, sizeof(*r->touchpoints));
	for (size_t i = 0; i < count; i++) {
		const struct happening *h = sorted[i];
		const struct happening *last = kept ? sorted[kept - 1] : NULL;

		if (last && !id_compare(&last->placed.event, &h->placed.event))
			continue;
		if (!last || id_compare(&last->placed.touchpoint,
				     &h->placed.touchpoint) != 0)
			r->runs[r->run_count++].events = &sorted[kept];
		r->runs[r->run_count - 1].event_count++;
		sorted[kept++] = h;
	}
	name_nodes(r);
	read_cuts(r, events, count);
	for (size_t i = 0; i < r->run_count; i++)
		read_run(r, &r->runs[i]);
}

static uint32_t *
read_side(struct reference *r, const struct id *ids, size_t count, size_t *kept)
{
	uint32_t *side = arena_array(r->arena, count + 1, sizeof(*side));

	*kept = 0;
	for (size_t i = 0; i < count; i++) {
		uint32_t at = idmap_get(&r->node_of, &ids[i]);

		if (at != IDMAP_NONE)
			side[(*kept)++] = at;
	}
	return side;
}

/* Those that nobody withdrew, whenever. */
static void
read_decisions(struct reference *r, const struct happening *const *events,
	size_t count, struct met *met)
{
	struct idmap done = { 0 };

	for (size_t i = 0; i < count; i++) {
		const struct decided *d = events[i]->told.decided;

		if (d && d->withdraws)
			idmap_set(r->arena, &done, &d->decision, 1);
	}
	r->decisions = arena_array(r->arena, count + 1, sizeof(*r->decisions));
	for (size_t i = 0; i < count; i++) {
		const struct decided *d = events[i]->told.decided;
		const struct id *event = &events[i]->placed.event;
		struct resolve_decision *to = &r->decisions[r->decision_count];

		if (!d || d->withdraws)
			continue;
		if (idmap_get(&done, event) != IDMAP_NONE) {
			if (met)
				met->withdrawn++;
			continue;
		}
		idmap_set(r->arena, &done, event, 1); /* repeats */
		*to = (struct resolve_decision){
			.id = *event, .at = events[i]->at, .same = d->same
		};
		to->left =
			read_side(r, d->left, d->left_count, &to->left_count);
		to->right = read_side(
			r, d->right, d->right_count, &to->right_count);
		r->decision_count++;
	}
}

/* Of each trait of a stay the last in order of time holds. */
static void
tell_traits(struct page *p, const struct run *run, const struct stay *stay)
{
	static const char *const names[] = { "name", "locale" };

	for (size_t i = 0; i < 2; i++) {
		const struct happening *last = NULL;
		const char *value = NULL;

		for (size_t k = 0; k < run->event_count; k++) {
			const struct happening *h = run->events[k];
			const char *said = json_string_value(
				json_object_get(h->told.traits, names[i]));

			if (said && h->at >= stay->first &&
				h->at <= stay->last) {
				last = h;
				value = said;
			}
		}
		if (last)
			page_trait(p, run->name, stay->first, names[i], value,
				last->at);
	}
}

static const char *
tenure_name(const struct reference *r, size_t at)
{
	const struct tenure *t = &r->out->tenures[at];

	return page_name(r->arena, r->names[t->node],
		at < r->node_count ? INT64_MIN : t->first_seen);
}

static void
tell_run(struct page *p, const struct reference *r, const struct run *run)
{
	size_t t = (size_t)(run - r->runs);

	for (size_t k = 0; k < run->stay_count; k++) {
		uint32_t owner = r->out->owner[t][k];

		page_stay(p, run->name, &run->stays[k],
			r->touchpoints[t].member_count,
			owner == RESOLVE_NOBODY ? NULL : tenure_name(r, owner));
		tell_traits(p, run, &run->stays[k]);
	}
}

/* How many values of a kind some stay names beside the node. */
static size_t
values_beside(const struct reference *r, uint32_t node, size_t kind)
{
	bool *beside = arena_array(r->arena, r->node_count, sizeof(*beside));
	size_t count = 0;

	for (size_t t = 0; t < r->run_count; t++) {
		const struct resolve_touchpoint *to = &r->touchpoints[t];
		bool there = false;

		for (size_t i = 0; i < to->member_count; i++)
			there |= to->members[i] == node;
		for (size_t i = 0; there && i < to->member_count; i++)
			beside[to->members[i]] = true;
	}
	for (size_t i = 0; i < r->node_count; i++)
		count += beside[i] && r->nodes[i].kind == kind;
	return count;
}

static void
meet_shared(const struct reference *r, uint32_t node, struct met *met)
{
	for (size_t k = 0; k < r->policy->count; k++) {
		if (k != r->nodes[node].kind &&
			policy_is_personal(&r->policy->kinds[k]) &&
			values_beside(r, node, k) > r->policy->crowd) {
			met->crowded++;
			return;
		}
	}
	met->claimed++;
}

static void
meet(const struct reference *r, struct met *met)
{
	size_t *sizes =
		arena_array(r->arena, r->out->tenure_count, sizeof(*sizes));

	for (size_t i = 0; i < r->out->held_count; i++)
		met->held[r->out->held[i].reason]++;
	for (size_t i = 0; i < r->out->joined_count; i++)
		met->decided += r->out->joined[i].decision != RESOLVE_NOBODY;
	met->tenures += r->out->tenure_count - r->node_count;
	for (uint32_t i = 0; i < r->out->tenure_count; i++) {
		size_t size = ++sizes[r->out->founder[i]];

		met->largest = size > met->largest ? size : met->largest;
		if (r->out->shared[i])
			meet_shared(r, i, met);
	}
	for (size_t t = 0; t < r->run_count; t++) {
		met->stays += r->runs[t].stay_count - 1;
		for (size_t k = 0; k < r->runs[t].stay_count; k++) {
			uint32_t owner = r->out->owner[t][k];

			met->nobody += owner == RESOLVE_NOBODY;
			met->ownerless += owner != RESOLVE_NOBODY &&
					  r->out->shared[owner];
		}
	}
}

char *
reference_page(struct arena *a, const struct policy *policy,
	const struct happening *const *events, size_t count, struct met *met)
{
	struct reference r = { .arena = a, .policy = policy_copy(a, policy) };
	struct page p = { .arena = a };
	struct resolve_input in;

	read_events(&r, events, count);
	read_decisions(&r, events, count, met);
	in = (struct resolve_input){ .nodes = r.nodes,
		.node_count = r.node_count,
		.touchpoints = r.touchpoints,
		.touchpoint_count = r.run_count,
		.decisions = r.decisions,
		.decision_count = r.decision_count };
	if (policy->likeness)
		in.contradict = world_contradict;
	r.out = resolve(a, r.policy, &in);
	for (size_t i = 0; i < r.out->tenure_count; i++)
		page_identifier(&p, tenure_name(&r, i),
			tenure_name(&r, r.out->founder[i]), &r.out->tenures[i],
			r.out->shared[i]);
	for (size_t i = 0; i < r.run_count; i++)
		tell_run(&p, &r, &r.runs[i]);
	if (met)
		meet(&r, met);
	return page_end(&p);
}
