/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Grouping. Nodes are put into places, by (rank, id), before anything is
 * decided, and all that follows works on places: so the order of the input
 * cannot show in the result.
 */
#include "core/resolve.h"

#include <stdlib.h>
#include <string.h>

#include "core/link.h"
#include "core/tenure.h"

/* A decision at places. */
struct verdict {
	const struct resolve_decision *decision;
	uint32_t *sides[2]; /* sorted */
	size_t counts[2];
};

static int
compare_age(const struct resolve_node *x, const struct resolve_node *y)
{
	int c = compare_time(x->first_seen, y->first_seen);

	return c ? c : id_compare(&x->id, &y->id);
}

/* An identifier tied to several proof values of a kind: it may be any of
 * theirs. Shared values are nobody's, and so contest nothing. */
static void
mark_contested(struct work *w)
{
	struct tie *ties = w->ties;
	size_t n = 2 * w->link_count, i, j, run, proofs;

	for (i = 0; i < n; i += run) {
		run = links_run(&ties[i], n - i);
		for (proofs = 0, j = i; j < i + run; j++)
			proofs +=
				ties[j].proves && !w->places[ties[j].to].shared;
		if (proofs < 2)
			continue;
		for (j = i; j < i + run; j++)
			if (ties[j].proves)
				ties[j].link->contested = true;
	}
}

/* The weaker end counts first: who is who is settled among people's own
 * identifiers before any device is attached to somebody. */
static int
compare_rank(const struct place *x, const struct place *y)
{
	return compare_size(x->kind->rank, y->kind->rank);
}

static int
compare_evidence(const void *a, const void *b, void *arg)
{
	const struct place *places = arg;
	const struct link *x = a, *y = b;
	int c = compare_rank(&places[x->b], &places[y->b]);

	if (!c)
		c = compare_rank(&places[x->a], &places[y->a]);
	if (!c)
		c = compare_size(y->assurance, x->assurance);
	if (!c)
		c = compare_time(x->first_seen, y->first_seen);
	return c ? c : links_compare_ends(x, y);
}

static uint32_t
find_root(struct place *places, uint32_t at)
{
	while (places[at].parent != at) {
		places[at].parent = places[places[at].parent].parent;
		at = places[at].parent;
	}
	return at;
}

/* The first kind from *x and *y on of which both groups hold values. */
static bool
next_common(const struct tally **x, const struct tally **y)
{
	while (*x && *y && (*x)->kind != (*y)->kind)
		if ((*x)->kind < (*y)->kind)
			*x = (*x)->next;
		else
			*y = (*y)->next;
	return *x && *y;
}

static bool
is_over_limit(
	const struct work *w, const struct place *p, const struct place *q)
{
	const struct tally *x = p->tallies, *y = q->tallies;

	for (; next_common(&x, &y); x = x->next, y = y->next) {
		unsigned holds = w->policy->kinds[x->kind].holds;

		/* Who has more already has them by a decision. */
		if (holds && x->values + y->values > holds &&
			x->values <= holds && y->values <= holds)
			return true;
	}
	return false;
}

static bool
is_proof_on_both(const struct place *p, const struct place *q)
{
	const struct tally *x = p->tallies, *y = q->tallies;

	for (; next_common(&x, &y); x = x->next, y = y->next)
		if (x->proofs && y->proofs)
			return true;
	return false;
}

static int
compare_u32(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

static bool
has(const struct verdict *v, int side, uint32_t place)
{
	return v->counts[side] &&
	       bsearch(&place, v->sides[side], v->counts[side],
		       sizeof(*v->sides[side]), compare_u32);
}

static bool
covers(const struct verdict *v, uint32_t x, uint32_t y)
{
	return (has(v, 0, x) && has(v, 1, y)) || (has(v, 0, y) && has(v, 1, x));
}

/* Whether v is the latest verdict on the pair, which it covers. */
static bool
holds(const struct work *w, const struct verdict *v, uint32_t x, uint32_t y)
{
	for (const struct verdict *later = w->verdicts; later < v; later++)
		if (covers(later, x, y))
			return false;
	return true;
}

/* Whether v parts somebody of the group p from somebody of the group q. */
static bool
parts(const struct work *w, const struct verdict *v, uint32_t p, uint32_t q)
{
	for (size_t i = 0; i < v->counts[0]; i++) {
		uint32_t x = v->sides[0][i], root = find_root(w->places, x);
		uint32_t other = root == p ? q : p;

		if (root != p && root != q)
			continue;
		for (size_t j = 0; j < v->counts[1]; j++)
			if (find_root(w->places, v->sides[1][j]) == other &&
				holds(w, v, x, v->sides[1][j]))
				return true;
	}
	return false;
}

static bool
is_apart(const struct work *w, const struct place *p, const struct place *q)
{
	for (size_t i = 0; i < w->verdict_count; i++)
		if (!w->verdicts[i].decision->same &&
			parts(w, &w->verdicts[i], p->parent, q->parent))
			return true;
	return false;
}

/* Why the link may not join the groups p and q, or 0. */
static enum held_reason
judge_link(const struct work *w, const struct link *link, const struct place *p,
	const struct place *q)
{
	bool device = w->places[link->a].kind->class == KIND_DEVICE ||
		      w->places[link->b].kind->class == KIND_DEVICE;

	if (is_apart(w, p, q))
		return HELD_DECISION;
	if (is_over_limit(w, p, q))
		return HELD_LIMIT;
	if (device && p->personal && q->personal)
		return HELD_DEVICE;
	if (link->assurance > ASSERTED)
		return link->others ? HELD_NAMES : 0;
	if (is_proof_on_both(p, q))
		return HELD_PROOF;
	if (link->contested)
		return HELD_CONTESTED;
	return link->others ? HELD_NAMES : 0;
}

static struct tally *
merge_tallies(struct tally *x, struct tally *y)
{
	struct tally *head = NULL, **tail = &head;

	while (x && y) {
		if (x->kind == y->kind) {
			x->values += y->values;
			x->proofs += y->proofs;
			y = y->next;
		} else if (x->kind < y->kind) {
			*tail = x;
			tail = &x->next;
			x = x->next;
		} else {
			*tail = y;
			tail = &y->next;
			y = y->next;
		}
	}
	*tail = x ? x : y;
	return head;
}

static void
join_groups(struct place *places, uint32_t into, uint32_t from)
{
	struct place *p = &places[into], *q = &places[from];

	if (p->size < q->size) {
		join_groups(places, from, into);
		return;
	}
	q->parent = into;
	p->size += q->size;
	p->personal |= q->personal;
	p->tallies = merge_tallies(p->tallies, q->tallies);
	if (compare_age(places[q->founder].node, places[p->founder].node) < 0)
		p->founder = q->founder;
}

static void
note_joined(struct work *w, uint32_t x, uint32_t y, const struct verdict *v,
	const struct link *link)
{
	w->joined[w->joined_count++] = (struct joined_link){
		.a = w->places[x].input,
		.b = w->places[y].input,
		.decision = v ? (uint32_t)(v->decision - w->in->decisions)
			      : RESOLVE_NOBODY,
		.assurance = v ? VERIFIED : link->assurance,
		.first_seen = v ? v->decision->at : link->first_seen,
	};
}

static void
join_links(struct work *w)
{
	struct place *places = w->places;
	size_t i;

	if (w->link_count)
		qsort_r(w->links, w->link_count, sizeof(*w->links),
			compare_evidence, places);
	for (i = 0; i < w->link_count; i++) {
		struct link *link = &w->links[i];
		uint32_t p, q;

		if (places[link->a].shared || places[link->b].shared)
			continue;
		p = find_root(places, link->a);
		q = find_root(places, link->b);
		if (p == q)
			continue;
		link->held = judge_link(w, link, &places[p], &places[q]);
		if (link->held)
			continue;
		join_groups(places, p, q);
		note_joined(w, link->a, link->b, NULL, link);
	}
}

static int
compare_verdict(const void *left, const void *right)
{
	const struct resolve_decision *a =
		((const struct verdict *)left)->decision;
	const struct resolve_decision *b =
		((const struct verdict *)right)->decision;
	int c = compare_time(b->at, a->at);

	return c ? c : id_compare(&b->id, &a->id);
}

/* Without the shared: no word joins or parts them, and where only a part of
 * the graph is the input they may be missing. */
static uint32_t *
places_of(struct work *w, const uint32_t *nodes, size_t count, size_t *kept)
{
	uint32_t *places = arena_array(w->arena, count + 1, sizeof(*places));

	*kept = 0;
	for (size_t i = 0; i < count; i++)
		if (!w->places[w->place_of[nodes[i]]].shared)
			places[(*kept)++] = w->place_of[nodes[i]];
	qsort(places, *kept, sizeof(*places), compare_u32);
	return places;
}

static void
make_verdicts(struct work *w)
{
	size_t n = w->in->decision_count;

	w->verdicts = arena_array(w->arena, n + 1, sizeof(*w->verdicts));
	w->verdict_count = n;
	for (size_t i = 0; i < n; i++) {
		const struct resolve_decision *d = &w->in->decisions[i];
		size_t lefts, rights;
		uint32_t *left = places_of(w, d->left, d->left_count, &lefts);
		uint32_t *right =
			places_of(w, d->right, d->right_count, &rights);
		/* Which side was called left says nothing. */
		int turn = lefts && rights && *left > *right;

		w->verdicts[i].decision = d;
		w->verdicts[i].sides[turn] = left;
		w->verdicts[i].counts[turn] = lefts;
		w->verdicts[i].sides[!turn] = right;
		w->verdicts[i].counts[!turn] = rights;
	}
	qsort(w->verdicts, n, sizeof(*w->verdicts), compare_verdict);
}

/* The pairs that v has the last word on become one, whatever the limits say,
 * but never what a later word keeps apart. */
static void
join_pairs(struct work *w, const struct verdict *v)
{
	struct place *places = w->places;

	for (size_t i = 0; i < v->counts[0]; i++) {
		for (size_t j = 0; j < v->counts[1]; j++) {
			uint32_t x = v->sides[0][i], y = v->sides[1][j];
			uint32_t p = find_root(places, x);
			uint32_t q = find_root(places, y);

			if (p == q || !holds(w, v, x, y) ||
				is_apart(w, &places[p], &places[q]))
				continue;
			join_groups(places, p, q);
			note_joined(w, x, y, v, NULL);
		}
	}
}

static void
join_decided(struct work *w)
{
	for (size_t i = 0; i < w->verdict_count; i++)
		if (w->verdicts[i].decision->same)
			join_pairs(w, &w->verdicts[i]);
}

static void
put_nodes(struct arena *a, struct work *w, const struct divided *d,
	const struct parts *runs, struct resolve_output *out)
{
	size_t n = w->in->node_count;

	out->tenures = arena_array(a, n + 1, sizeof(*out->tenures));
	out->tenure_count = n;
	out->founder = arena_array(a, n, sizeof(*out->founder));
	out->shared = arena_array(a, n, sizeof(*out->shared));
	out->claimed = arena_array(a, n, sizeof(*out->claimed));
	for (size_t i = 0; i < n; i++) {
		uint32_t root = find_root(w->places, w->place_of[i]);
		uint32_t founder = w->places[root].founder;

		out->founder[i] = w->places[founder].input;
		out->shared[i] = w->places[w->place_of[i]].shared;
		out->claimed[i] = w->places[w->place_of[i]].claimed;
		out->tenures[i] = (struct tenure){ w->in->nodes[i].id,
			d->base_of[i], w->in->nodes[i].first_seen, d->until[i],
			out->shared[i] ? INT64_MIN
				       : tenure_last_run(runs, d->base_of[i]) };
	}
}

static void
put_held(struct arena *a, struct work *w, struct resolve_output *out)
{
	size_t n = 0, i;

	for (i = 0; i < w->link_count; i++)
		n += w->links[i].held != 0;
	out->held = arena_array(a, n, sizeof(*out->held));
	for (i = 0; i < w->link_count; i++) {
		const struct link *link = &w->links[i];
		struct held_link *held = &out->held[out->held_count];

		if (!link->held || find_root(w->places, link->a) ==
					   find_root(w->places, link->b))
			continue;
		held->a = w->places[link->a].input;
		held->b = w->places[link->b].input;
		held->reason = link->held;
		held->assurance = link->assurance;
		held->first_seen = link->first_seen;
		out->held_count++;
	}
}

/* Not by age among the shared: theirs may fall while this touchpoint, which
 * lies beyond a shared identifier, is not looked at. */
static int
compare_owners(const struct place *x, const struct place *y)
{
	return x->shared ? id_compare(&x->node->id, &y->node->id)
			 : compare_age(x->node, y->node);
}

/* others: also among those that are others' by their names. */
static uint32_t
find_owner_among(const struct work *w, const struct resolve_touchpoint *t,
	const struct resolve_stay *stay, bool others)
{
	uint32_t owner = RESOLVE_NOBODY;
	enum assurance best = 0;
	size_t i;

	for (i = 0; i < t->member_count; i++) {
		uint32_t at = w->place_of[t->members[i]];
		const struct place *p = &w->places[at];
		const struct place *q;
		int c;

		if (!stay->assurance[i] ||
			(!others && links_are_others(w, t, stay, i)))
			continue;
		if (owner != RESOLVE_NOBODY) {
			q = &w->places[owner];
			c = p->shared - q->shared;
			if (!c)
				c = compare_rank(p, q);
			if (!c)
				c = compare_size(best, stay->assurance[i]);
			if (!c)
				c = compare_owners(p, q);
			if (c >= 0)
				continue;
		}
		owner = at;
		best = stay->assurance[i];
	}
	return owner == RESOLVE_NOBODY ? owner : w->places[owner].input;
}

static uint32_t
find_owner(const struct work *w, const struct resolve_touchpoint *t,
	const struct resolve_stay *stay)
{
	uint32_t owner = find_owner_among(w, t, stay, false);

	return owner == RESOLVE_NOBODY ? find_owner_among(w, t, stay, true)
				       : owner;
}

static void
put_owners(struct arena *a, const struct work *w,
	const struct resolve_input *in, const struct divided *d,
	struct resolve_output *out)
{
	size_t n = in->touchpoint_count, i, j;

	out->owner = arena_array(a, n, sizeof(*out->owner));
	for (i = 0; i < n; i++) {
		const struct resolve_touchpoint *t =
			&w->in->touchpoints[d->touchpoint_of[i]];
		size_t count = in->touchpoints[i].stay_count;

		out->owner[i] = arena_array(a, count, sizeof(*out->owner[i]));
		for (j = 0; j < count; j++)
			out->owner[i][j] =
				d->by_stay[i] ? find_owner(w, &t[j], t[j].stays)
					      : find_owner(w, t, &t->stays[j]);
	}
}

static struct work
work_on(struct arena *a, const struct policy *policy, const struct divided *d)
{
	struct work w = { .arena = a, .policy = policy, .in = &d->in };

	w.base_of = d->base_of;
	links_make(&w);
	return w;
}

/* The nodes, and which of them are shared. */
static const struct resolve_node *
mark_nodes(const struct work *w, const struct resolve_input *in)
{
	struct resolve_node *nodes =
		arena_array(w->arena, in->node_count + 1, sizeof(*nodes));

	memcpy(nodes, in->nodes, in->node_count * sizeof(*nodes));
	for (size_t i = 0; i < in->node_count; i++) {
		nodes[i].shared = w->places[w->place_of[i]].shared;
		nodes[i].claimed = w->places[w->place_of[i]].claimed;
	}
	return nodes;
}

static bool
has_cuts(const struct resolve_input *in)
{
	for (size_t i = 0; i < in->node_count; i++)
		if (in->nodes[i].cuts.count)
			return true;
	return false;
}

/* From identifiers to tenures: d, and the work on it. */
static void
find_tenures(struct arena *a, const struct policy *policy,
	const struct resolve_input *in, struct parts *runs, struct divided *d,
	struct work *w)
{
	struct resolve_input marked = *in;
	struct parts *pieces;

	marked.nodes = mark_nodes(w, in);
	pieces = tenure_runs(a, policy, &marked, true);
	if (pieces && has_cuts(in)) {
		*d = tenure_divide(a, policy, &marked, pieces);
		*w = work_on(a, policy, d);
	} else {
		pieces = runs;
	}
	*d = tenure_divide(
		a, policy, &marked, pieces ? tenure_find(w, pieces, in) : NULL);
	*w = work_on(a, policy, d);
}

struct resolve_output *
resolve(struct arena *a, const struct policy *policy,
	const struct resolve_input *in)
{
	struct resolve_output *out = arena_alloc(a, sizeof(*out));
	struct parts *runs = tenure_runs(a, policy, in, false);
	struct divided d = tenure_divide(a, policy, in, runs);
	struct work w = work_on(a, policy, &d);

	links_mark_shared(&w);
	if (runs || has_cuts(in))
		find_tenures(a, policy, in, runs, &d, &w);
	mark_contested(&w);
	make_verdicts(&w);
	w.joined = arena_array(a, d.in.node_count + 1, sizeof(*w.joined));
	join_decided(&w);
	join_links(&w);
	put_nodes(a, &w, &d, runs, out);
	put_held(a, &w, out);
	put_owners(a, &w, in, &d, out);
	out->joined = w.joined;
	out->joined_count = w.joined_count;
	return out;
}
