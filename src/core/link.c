/* SPDX-License-Identifier: Apache-2.0 */
#include "core/link.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

/* What places are sorted by: small, and with what tells most ids apart. */
struct rank {
	size_t rank;
	uint64_t begins; /* the id */
	const struct resolve_node *node;
};

static int
compare_ranks(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;
	int c = compare_size(x->rank, y->rank);

	if (!c)
		c = (x->begins > y->begins) - (x->begins < y->begins);
	return c ? c : id_compare(&x->node->id, &y->node->id);
}

static struct rank *
rank_nodes(struct work *w)
{
	size_t n = w->in->node_count;
	struct rank *ranks = arena_array(w->arena, n + 1, sizeof(*ranks));

	for (size_t i = 0; i < n; i++) {
		ranks[i].node = &w->in->nodes[i];
		ranks[i].rank = w->policy->kinds[ranks[i].node->kind].rank;
		memcpy(&ranks[i].begins, ranks[i].node->id.bytes,
			sizeof(ranks[i].begins));
		ranks[i].begins = be64toh(ranks[i].begins);
	}
	if (n)
		qsort(ranks, n, sizeof(*ranks), compare_ranks);
	return ranks;
}

static void
place_nodes(struct work *w)
{
	struct arena *a = w->arena;
	size_t n = w->in->node_count, i;
	struct tally *tallies = arena_array(a, n, sizeof(*tallies));
	const struct rank *ranks = rank_nodes(w);

	w->places = arena_array(a, n, sizeof(*w->places));
	w->place_of = arena_array(a, n, sizeof(*w->place_of));
	for (i = 0; i < n; i++) {
		struct place *p = &w->places[i];

		p->node = ranks[i].node;
		p->kind = &w->policy->kinds[p->node->kind];
		p->input = (uint32_t)(p->node - w->in->nodes);
		p->personal = policy_is_personal(p->kind);
		p->shared = p->node->shared || p->kind->class == KIND_NEVER;
		p->claimed = p->node->claimed;
		w->place_of[p->input] = (uint32_t)i;
		p->parent = p->founder = (uint32_t)i;
		p->size = 1;
		p->tallies = &tallies[i];
		p->tallies->kind = p->node->kind;
		p->tallies->values = 1;
	}
}

static void
link_add(struct work *w, const struct link *link)
{
	if (w->link_count == w->link_cap)
		w->links = arena_grow(w->arena, w->links, w->link_count,
			&w->link_cap, sizeof(*w->links));
	w->links[w->link_count++] = *link;
}

bool
links_are_others(const struct work *w, const struct resolve_touchpoint *t,
	const struct resolve_stay *stay, size_t i)
{
	const struct place *p = &w->places[w->place_of[t->members[i]]];

	/* What proves a shared one may lie beyond what is looked at. */
	return !p->shared && p->proven.count && stay->called &&
	       !policy_proves(p->kind, stay->assurance[i]) &&
	       names_are_others(
		       w->arena, &p->proven, stay->called, w->in->contradict);
}

/* What the stay says of members i and j, which it names both. */
static void
link_stay(struct work *w, const struct resolve_touchpoint *t,
	const struct resolve_stay *stay, size_t i, size_t j)
{
	struct link link = { 0 };
	size_t swap;

	link.a = w->place_of[t->members[i]];
	link.b = w->place_of[t->members[j]];
	if (link.a == link.b)
		return;
	if (link.a > link.b) {
		swap = i, i = j, j = swap;
		link.a = w->place_of[t->members[i]];
		link.b = w->place_of[t->members[j]];
	}
	link.assurance = stay->assurance[i] < stay->assurance[j]
				 ? stay->assurance[i]
				 : stay->assurance[j];
	link.first_seen = stay->first;
	link.a_proves =
		policy_proves(w->places[link.a].kind, stay->assurance[i]);
	link.b_proves =
		policy_proves(w->places[link.b].kind, stay->assurance[j]);
	link.others = links_are_others(w, t, stay, i) ||
		      links_are_others(w, t, stay, j);
	link_add(w, &link);
}

/* Whether the stay knows the member well enough to link it. */
static bool
links(const struct work *w, const struct resolve_touchpoint *t,
	const struct resolve_stay *stay, size_t i)
{
	const struct place *p = &w->places[w->place_of[t->members[i]]];

	return stay->assurance[i] &&
	       (unsigned)stay->assurance[i] >= p->kind->needs;
}

static void
read_stay(struct work *w, const struct resolve_touchpoint *t,
	const struct resolve_stay *stay)
{
	size_t i, j;

	for (i = 0; i < t->member_count; i++) {
		struct place *p = &w->places[w->place_of[t->members[i]]];

		if (!links(w, t, stay, i))
			continue;
		if (policy_proves(p->kind, stay->assurance[i])) {
			p->proof = true;
			p->tallies->proofs = 1;
		}
		for (j = i + 1; j < t->member_count; j++)
			if (links(w, t, stay, j))
				link_stay(w, t, stay, i, j);
	}
}

int
links_compare_ends(const void *a, const void *b)
{
	const struct link *x = a, *y = b;
	int c = compare_size(x->a, y->a);

	return c ? c : compare_size(x->b, y->b);
}

/* One link for each pair, with the best that any stay says of it. */
static void
merge_links(struct work *w)
{
	size_t kept = 0, i;

	if (!w->link_count)
		return;
	qsort(w->links, w->link_count, sizeof(*w->links), links_compare_ends);
	for (i = 1; i < w->link_count; i++) {
		struct link *to = &w->links[kept];
		const struct link *from = &w->links[i];

		if (links_compare_ends(to, from)) {
			w->links[++kept] = *from;
			continue;
		}
		if (from->assurance > to->assurance)
			to->assurance = from->assurance;
		if (from->first_seen < to->first_seen)
			to->first_seen = from->first_seen;
		to->others &= from->others;
		to->a_proves |= from->a_proves;
		to->b_proves |= from->b_proves;
	}
	w->link_count = kept + 1;
}

/* Who proves an identifier says who it is. */
static void
read_called(struct work *w, const struct resolve_touchpoint *t,
	const struct resolve_stay *stay)
{
	for (size_t i = 0; stay->called && i < t->member_count; i++) {
		struct place *p = &w->places[w->place_of[t->members[i]]];

		if (!policy_is_personal(p->kind) || !stay->assurance[i])
			continue;
		names_add(w->arena, &p->told, stay->called);
		if (policy_proves(p->kind, stay->assurance[i]))
			names_add(w->arena, &p->proven, stay->called);
	}
}

static void
read_stays(struct work *w)
{
	size_t i, j;

	for (i = 0; w->in->contradict && i < w->in->touchpoint_count; i++) {
		const struct resolve_touchpoint *t = &w->in->touchpoints[i];

		for (j = 0; j < t->stay_count; j++)
			read_called(w, t, &t->stays[j]);
	}
	for (i = 0; i < w->in->touchpoint_count; i++) {
		const struct resolve_touchpoint *t = &w->in->touchpoints[i];

		for (j = 0; j < t->stay_count; j++)
			read_stay(w, t, &t->stays[j]);
	}
	merge_links(w);
}

static int
compare_run(const struct tie *x, const struct tie *y)
{
	int c = compare_size(x->from, y->from);

	return c ? c : compare_size(x->kind, y->kind);
}

static int
compare_tie(const void *a, const void *b)
{
	const struct tie *x = a, *y = b;
	int c = compare_run(x, y);

	return c ? c : compare_size(x->base, y->base);
}

static struct tie
tie_of(const struct work *w, struct link *l, uint32_t from, uint32_t to,
	bool proves)
{
	return (struct tie){ .from = from,
		.to = to,
		.base = w->base_of[w->places[to].input],
		.kind = w->places[to].node->kind,
		.proves = proves,
		.link = l };
}

static void
make_ties(struct work *w)
{
	size_t n = w->link_count;

	w->ties = arena_array(w->arena, n + 1, 2 * sizeof(*w->ties));
	for (size_t i = 0; i < n; i++) {
		struct link *l = &w->links[i];

		w->ties[2 * i] = tie_of(w, l, l->a, l->b, l->b_proves);
		w->ties[2 * i + 1] = tie_of(w, l, l->b, l->a, l->a_proves);
	}
	qsort(w->ties, 2 * n, sizeof(*w->ties), compare_tie);
}

void
links_make(struct work *w)
{
	place_nodes(w);
	read_stays(w);
	make_ties(w);
}

size_t
links_run(const struct tie *ties, size_t n)
{
	size_t i;

	for (i = 1; i < n && !compare_run(ties, &ties[i]); i++)
		;
	return i;
}

/* Whether these values of one kind are more than the people who may share
 * the identifier would have. */
static bool
is_crowded(const struct work *w, const struct tie *run, size_t n)
{
	const struct place *from = &w->places[run->from];
	const struct kind *kind = &w->policy->kinds[run->kind];
	size_t values = 0, proofs = 0;

	/* Several of its own kind say nothing: one person may have them. */
	if (run->kind == from->node->kind)
		return false;
	for (size_t i = 0, next; i < n; i = next) {
		bool proves = false;

		for (next = i; next < n && run[next].base == run[i].base;
			next++)
			proves |= run[next].proves;
		values++;
		proofs += proves;
	}
	if (kind->holds &&
		(proofs + kind->holds - 1) / kind->holds > from->kind->people)
		return true;
	return policy_is_personal(kind) && values > w->policy->crowd;
}

/* By what an identifier is a part of. */
struct claimants {
	struct names *names;
	bool *proved;
};

static void
read_claimants(const struct work *w, const struct resolve_touchpoint *t,
	const struct resolve_stay *stay, struct claimants *c)
{
	for (size_t i = 0; i < t->member_count; i++) {
		const struct place *p = &w->places[w->place_of[t->members[i]]];
		uint32_t base = w->base_of[p->input];

		if (!stay->assurance[i] || !policy_is_personal(p->kind))
			continue;
		c->proved[base] |= policy_proves(p->kind, stay->assurance[i]);
		if (stay->called)
			names_add(w->arena, &c->names[base], stay->called);
	}
}

/* Whose a typed e-mail is that two people of other names gave, nobody knows;
 * what is alike of each may say it (likeness). */
static void
mark_claimed(struct work *w)
{
	size_t n = w->in->node_count, i, k;
	struct claimants c = { arena_array(w->arena, n + 1, sizeof(*c.names)),
		arena_array(w->arena, n + 1, sizeof(*c.proved)) };

	for (i = 0; i < w->in->touchpoint_count; i++) {
		const struct resolve_touchpoint *t = &w->in->touchpoints[i];

		for (k = 0; k < t->stay_count; k++)
			read_claimants(w, t, &t->stays[k], &c);
	}
	for (i = 0; i < n; i++) {
		uint32_t base = w->base_of[w->places[i].input];

		w->places[i].claimed =
			!w->places[i].shared && !c.proved[base] &&
			names_are_several(
				w->arena, &c.names[base], w->in->contradict);
		w->places[i].shared |= w->places[i].claimed;
	}
}

/* What one part of an identifier is, all are. */
static void
spread_shared(struct work *w)
{
	size_t n = w->in->node_count;
	bool *shared = arena_array(w->arena, n + 1, sizeof(*shared));

	for (size_t i = 0; i < n; i++)
		shared[w->base_of[w->places[i].input]] |= w->places[i].shared;
	for (size_t i = 0; i < n; i++)
		w->places[i].shared = shared[w->base_of[w->places[i].input]];
}

void
links_mark_shared(struct work *w)
{
	size_t n = 2 * w->link_count, run;

	for (size_t i = 0; i < n; i += run) {
		run = links_run(&w->ties[i], n - i);
		if (is_crowded(w, &w->ties[i], run))
			w->places[w->ties[i].from].shared = true;
	}
	spread_shared(w);
	if (w->in->contradict)
		mark_claimed(w);
}
