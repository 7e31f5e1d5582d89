/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Grouping. Nodes are put into places, by (rank, id), before anything is
 * decided, and all that follows works on places: so the order of the input
 * cannot show in the result.
 */
#include "core/resolve.h"

#include <stdlib.h>
#include <string.h>

/* How many values of a kind a group holds, and how many of them are proof.
 * Each node brings one; joining merges lists sorted by kind. */
struct tally {
	size_t kind;
	size_t values, proofs;
	struct tally *next;
};

/* A node at its place; also, where parent is itself, a group. */
struct place {
	const struct resolve_node *node;
	const struct kind *kind;
	uint32_t input; /* index into the input's nodes */
	uint32_t parent, founder, size;
	bool proof; /* person-proof in some stay */
	bool shared;
	bool personal; /* the group has a personal or proof identifier */
	struct tally *tallies;
};

/* Two places, a < b, that some stay names together. */
struct link {
	uint32_t a, b;
	enum assurance assurance;
	int64_t first_seen;
	bool a_proves, b_proves; /* in a stay that names both */
	bool contested;
	enum held_reason held;
};

/* A link as one of its ends sees it. */
struct tie {
	uint32_t from, to;
	size_t kind; /* of to */
	bool proves; /* to does */
	struct link *link;
};

struct work {
	struct arena *arena;
	const struct policy *policy;
	const struct resolve_input *in;
	struct place *places;
	uint32_t *place_of; /* by index into the input's nodes */
	struct link *links;
	size_t link_count, link_cap;
	struct verdict *verdicts; /* the latest first */
	size_t verdict_count;
	struct joined_link *joined; /* room for a link less than places */
	size_t joined_count;
};

/* A decision at places. */
struct verdict {
	const struct resolve_decision *decision;
	uint32_t *sides[2]; /* sorted */
	size_t counts[2];
};

static int
compare_size(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int
compare_time(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
compare_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int c = compare_size(x->kind->rank, y->kind->rank);

	return c ? c : id_compare(&x->node->id, &y->node->id);
}

static int
compare_age(const struct resolve_node *x, const struct resolve_node *y)
{
	int c = compare_time(x->first_seen, y->first_seen);

	return c ? c : id_compare(&x->id, &y->id);
}

static void
place_nodes(struct arena *a, struct work *w)
{
	size_t n = w->in->node_count, i;
	struct tally *tallies = arena_array(a, n, sizeof(*tallies));

	w->places = arena_array(a, n, sizeof(*w->places));
	w->place_of = arena_array(a, n, sizeof(*w->place_of));
	for (i = 0; i < n; i++) {
		struct place *p = &w->places[i];

		p->node = &w->in->nodes[i];
		p->kind = &w->policy->kinds[p->node->kind];
		p->input = (uint32_t)i;
		p->personal = policy_is_personal(p->kind);
		p->shared = p->node->shared || p->kind->class == KIND_NEVER;
	}
	if (n)
		qsort(w->places, n, sizeof(*w->places), compare_place);
	for (i = 0; i < n; i++) {
		struct place *p = &w->places[i];

		w->place_of[p->input] = (uint32_t)i;
		p->parent = p->founder = (uint32_t)i;
		p->size = 1;
		p->tallies = &tallies[i];
		p->tallies->kind = p->node->kind;
		p->tallies->values = 1;
	}
}

static void
link_add(struct arena *a, struct work *w, const struct link *link)
{
	if (w->link_count == w->link_cap)
		w->links = arena_grow(a, w->links, w->link_count, &w->link_cap,
			sizeof(*w->links));
	w->links[w->link_count++] = *link;
}

/* What the stay says of members i and j, which it names both. */
static void
link_stay(struct arena *a, struct work *w, const struct resolve_touchpoint *t,
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
	link_add(a, w, &link);
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
read_stay(struct arena *a, struct work *w, const struct resolve_touchpoint *t,
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
				link_stay(a, w, t, stay, i, j);
	}
}

static int
compare_ends(const void *a, const void *b)
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
	qsort(w->links, w->link_count, sizeof(*w->links), compare_ends);
	for (i = 1; i < w->link_count; i++) {
		struct link *to = &w->links[kept];
		const struct link *from = &w->links[i];

		if (compare_ends(to, from)) {
			w->links[++kept] = *from;
			continue;
		}
		if (from->assurance > to->assurance)
			to->assurance = from->assurance;
		if (from->first_seen < to->first_seen)
			to->first_seen = from->first_seen;
		to->a_proves |= from->a_proves;
		to->b_proves |= from->b_proves;
	}
	w->link_count = kept + 1;
}

static void
make_links(struct arena *a, struct work *w)
{
	size_t i, j;

	for (i = 0; i < w->in->touchpoint_count; i++) {
		const struct resolve_touchpoint *t = &w->in->touchpoints[i];

		for (j = 0; j < t->stay_count; j++)
			read_stay(a, w, t, &t->stays[j]);
	}
	merge_links(w);
}

static int
compare_tie(const void *a, const void *b)
{
	const struct tie *x = a, *y = b;
	int c = compare_size(x->from, y->from);

	return c ? c : compare_size(x->kind, y->kind);
}

static struct tie *
make_ties(struct arena *a, struct work *w)
{
	size_t n = w->link_count, i;
	struct tie *ties = arena_array(a, n, 2 * sizeof(*ties));

	for (i = 0; i < n; i++) {
		struct link *l = &w->links[i];

		ties[2 * i] = (struct tie){ l->a, l->b,
			w->places[l->b].node->kind, l->b_proves, l };
		ties[2 * i + 1] = (struct tie){ l->b, l->a,
			w->places[l->a].node->kind, l->a_proves, l };
	}
	if (n)
		qsort(ties, 2 * n, sizeof(*ties), compare_tie);
	return ties;
}

/* How many ties, from the first on, have the same end and the same kind. */
static size_t
run_length(const struct tie *ties, size_t n)
{
	size_t i;

	for (i = 1; i < n && !compare_tie(ties, &ties[i]); i++)
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
	size_t proofs = 0, i;

	/* Several of its own kind say nothing: one person may have them. */
	if (run->kind == from->node->kind)
		return false;
	for (i = 0; i < n; i++)
		proofs += run[i].proves;
	if (kind->holds &&
		(proofs + kind->holds - 1) / kind->holds > from->kind->people)
		return true;
	return policy_is_personal(kind) && n > w->policy->crowd;
}

static void
mark_shared(struct work *w, const struct tie *ties)
{
	size_t n = 2 * w->link_count, i, run;

	for (i = 0; i < n; i += run) {
		run = run_length(&ties[i], n - i);
		if (is_crowded(w, &ties[i], run))
			w->places[ties[i].from].shared = true;
	}
}

/* An identifier tied to several proof values of a kind: it may be any of
 * theirs. Shared values are nobody's, and so contest nothing. */
static void
mark_contested(struct work *w, struct tie *ties)
{
	size_t n = 2 * w->link_count, i, j, run, proofs;

	for (i = 0; i < n; i += run) {
		run = run_length(&ties[i], n - i);
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
	return c ? c : compare_ends(x, y);
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
		return 0;
	if (is_proof_on_both(p, q))
		return HELD_PROOF;
	return link->contested ? HELD_CONTESTED : 0;
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
put_nodes(struct arena *a, struct work *w, struct resolve_output *out)
{
	size_t n = w->in->node_count, i;

	out->founder = arena_array(a, n, sizeof(*out->founder));
	out->shared = arena_array(a, n, sizeof(*out->shared));
	for (i = 0; i < n; i++) {
		uint32_t root = find_root(w->places, w->place_of[i]);
		uint32_t founder = w->places[root].founder;

		out->founder[i] = w->places[founder].input;
		out->shared[i] = w->places[w->place_of[i]].shared;
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

static uint32_t
find_owner(const struct work *w, const struct resolve_touchpoint *t,
	const struct resolve_stay *stay)
{
	uint32_t owner = RESOLVE_NOBODY;
	enum assurance best = 0;
	size_t i;

	for (i = 0; i < t->member_count; i++) {
		uint32_t at = w->place_of[t->members[i]];
		const struct place *p = &w->places[at];
		const struct place *q;
		int c;

		if (!stay->assurance[i])
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

static void
put_owners(struct arena *a, const struct work *w, struct resolve_output *out)
{
	size_t n = w->in->touchpoint_count, i, j;

	out->owner = arena_array(a, n, sizeof(*out->owner));
	for (i = 0; i < n; i++) {
		const struct resolve_touchpoint *t = &w->in->touchpoints[i];

		out->owner[i] =
			arena_array(a, t->stay_count, sizeof(*out->owner[i]));
		for (j = 0; j < t->stay_count; j++)
			out->owner[i][j] = find_owner(w, t, &t->stays[j]);
	}
}

struct resolve_output *
resolve(struct arena *a, const struct policy *policy,
	const struct resolve_input *in)
{
	struct resolve_output *out = arena_alloc(a, sizeof(*out));
	struct work w = { .arena = a, .policy = policy, .in = in };
	struct tie *ties;

	place_nodes(a, &w);
	make_links(a, &w);
	ties = make_ties(a, &w);
	mark_shared(&w, ties);
	mark_contested(&w, ties);
	make_verdicts(&w);
	w.joined = arena_array(a, in->node_count + 1, sizeof(*w.joined));
	join_decided(&w);
	join_links(&w);
	put_nodes(a, &w, out);
	put_held(a, &w, out);
	put_owners(a, &w, out);
	out->joined = w.joined;
	out->joined_count = w.joined_count;
	return out;
}
