/* SPDX-License-Identifier: Apache-2.0 */
#include "core/graph.h"

#include <stdlib.h>
#include <string.h>

#include "core/resolve.h"

static const struct id none;

struct graph *
graph_create(struct arena *a, struct policy *policy)
{
	struct graph *g = arena_alloc(a, sizeof(*g));

	g->arena = a;
	g->policy = policy;
	return g;
}

uint32_t
graph_node(struct graph *g, const struct id *id)
{
	uint32_t at = idmap_get(&g->node_of, id);

	if (at != IDMAP_NONE)
		return at;
	g->nodes = arena_grow(g->arena, g->nodes, g->node_count, &g->node_cap,
		sizeof(*g->nodes));
	at = (uint32_t)g->node_count++;
	g->nodes[at] = (struct node){ .id = *id,
		.founder = *id,
		.first_seen = INT64_MAX,
		.until = INT64_MAX,
		.run_at = INT64_MIN };
	idmap_set(g->arena, &g->node_of, id, at);
	return at;
}

uint32_t
graph_spot(struct graph *g, const struct id *id)
{
	uint32_t at = idmap_get(&g->spot_of, id);

	if (at != IDMAP_NONE)
		return at;
	g->spots = arena_grow(g->arena, g->spots, g->spot_count, &g->spot_cap,
		sizeof(*g->spots));
	at = (uint32_t)g->spot_count++;
	g->spots[at] = (struct spot){ .id = *id };
	idmap_set(g->arena, &g->spot_of, id, at);
	return at;
}

struct ruling *
graph_ruling(struct graph *g, const struct id *id)
{
	uint32_t at = idmap_get(&g->ruling_of, id);

	if (at == IDMAP_NONE) {
		g->rulings = arena_grow(g->arena, g->rulings, g->ruling_count,
			&g->ruling_cap, sizeof(*g->rulings));
		at = (uint32_t)g->ruling_count++;
		g->rulings[at] = (struct ruling){ .id = *id };
		idmap_set(g->arena, &g->ruling_of, id, at);
	}
	return &g->rulings[at];
}

static uint32_t *
nodes_of(struct graph *g, const struct id *ids, size_t count)
{
	uint32_t *nodes = arena_array(g->arena, count + 1, sizeof(*nodes));

	for (size_t i = 0; i < count; i++)
		nodes[i] = graph_node(g, &ids[i]);
	return nodes;
}

void
graph_rule(struct graph *g, struct ruling *r, int64_t at,
	const struct decided *says)
{
	r->known = true;
	r->at = at;
	r->says = *says;
	r->left = nodes_of(g, says->left, says->left_count);
	r->right = nodes_of(g, says->right, says->right_count);
}

/* Whom it is about must be looked at again. */
static void
touch(struct graph *g, const struct ruling *r)
{
	for (size_t i = 0; i < r->says.left_count; i++)
		g->nodes[r->left[i]].touched = true;
	for (size_t i = 0; i < r->says.right_count; i++)
		g->nodes[r->right[i]].touched = true;
}

static void
tell_decided(struct graph *g, const struct id *event, int64_t at,
	const struct decided *d)
{
	struct ruling *r;

	if (d->withdraws) {
		r = graph_ruling(g, &d->decision);
		r->withdrawn = true;
	} else {
		r = graph_ruling(g, event);
		graph_rule(g, r, at, d);
	}
	r->write = true;
}

static void
add_cut(struct graph *g, struct cuts *cuts, int64_t at)
{
	size_t i = cuts->count;

	for (size_t k = 0; k < cuts->count; k++)
		if (cuts->at[k] == at)
			return;
	cuts->at = arena_grow(
		g->arena, cuts->at, cuts->count, &cuts->cap, sizeof(*cuts->at));
	for (; i > 0 && cuts->at[i - 1] > at; i--)
		cuts->at[i] = cuts->at[i - 1];
	cuts->at[i] = at;
	cuts->count++;
}

void
graph_cut(struct graph *g, uint32_t node, int64_t at)
{
	add_cut(g, &g->nodes[node].cuts, at);
}

static void
tell_handovers(struct graph *g, const struct told *told, int64_t at)
{
	for (size_t i = 0; i < told->handover_count; i++) {
		const struct handover *h = &told->handovers[i];
		uint32_t node = graph_node(g, &h->identifier);

		add_cut(g, &g->nodes[node].cuts, at + h->at);
		g->nodes[node].cut = true;
	}
}

void
graph_tell(struct graph *g, const struct id *touchpoint, const char *source,
	const char *channel, const struct id *event, int64_t at,
	const struct told *told)
{
	uint32_t spot = graph_spot(g, touchpoint);
	struct spot *s = &g->spots[spot];
	struct told_event *ev;

	if (!s->members) {
		size_t count = told->identifier_count;

		s->source = source;
		s->channel = channel;
		s->member_count = count;
		s->members =
			arena_array(g->arena, count + 1, sizeof(*s->members));
		for (size_t i = 0; i < count; i++) {
			const struct named *named = &told->identifiers[i];
			uint32_t node = graph_node(g, &named->id);

			g->nodes[node].kind = named->kind;
			g->nodes[node].value = named->value;
			s->members[i] = node;
		}
	}
	s->touched = true;
	tell_handovers(g, told, at);
	if (told->decided)
		tell_decided(g, event, at, told->decided);
	g->events = arena_grow(g->arena, g->events, g->event_count,
		&g->event_cap, sizeof(*g->events));
	ev = &g->events[g->event_count++];
	*ev = (struct told_event){ spot, *event, at, *told, 0 };
}

/* Room for an owner of each stay. */
static void
need_owners(struct graph *g, struct spot *s)
{
	size_t cap = s->stays.cap, had = s->owner_cap;
	struct id *owners;
	bool *changed;

	if (s->stays.count <= had)
		return;
	owners = arena_array(g->arena, cap, sizeof(*owners));
	changed = arena_array(g->arena, cap, sizeof(*changed));
	if (had) {
		memcpy(owners, s->owners, had * sizeof(*owners));
		memcpy(changed, s->owner_changed, had * sizeof(*changed));
	}
	s->owners = owners;
	s->owner_changed = changed;
	s->owner_cap = cap;
}

void
graph_stay(struct graph *g, uint32_t spot, const struct stay *stay,
	const struct id *owner)
{
	struct spot *s = &g->spots[spot];
	size_t at = s->stays.count;

	stays_room(g->arena, &s->stays);
	s->stays.items[s->stays.count++] = *stay;
	need_owners(g, s);
	s->owners[at] = *owner;
}

size_t
graph_handed_over(struct graph *g, uint32_t **nodes)
{
	size_t count = 0;

	*nodes = arena_array(g->arena, g->node_count + 1, sizeof(**nodes));
	for (uint32_t i = 0; i < g->node_count; i++) {
		struct node *n = &g->nodes[i];

		if (!n->cut || n->followed)
			continue;
		n->followed = n->touched = true;
		(*nodes)[count++] = i;
	}
	return count;
}

static struct cuts
cuts_of(struct graph *g, const struct spot *s)
{
	struct cuts cuts = { 0 };

	for (size_t i = 0; i < s->member_count; i++) {
		const struct cuts *own = &g->nodes[s->members[i]].cuts;

		for (size_t k = 0; k < own->count; k++)
			add_cut(g, &cuts, own->at[k]);
	}
	return cuts;
}

/* What was there is forgotten but for who had it. */
static void
begin_again(struct spot *s)
{
	s->again = true;
	s->lost = s->owners;
	s->lost_count = s->stays.count;
	s->stays = (struct stays){ 0 };
	s->owners = NULL;
	s->owner_changed = NULL;
	s->owner_cap = 0;
}

size_t
graph_recount(struct graph *g, uint32_t **spots)
{
	size_t count = 0;

	*spots = arena_array(g->arena, g->spot_count + 1, sizeof(**spots));
	for (uint32_t i = 0; i < g->spot_count; i++) {
		struct spot *s = &g->spots[i];
		struct cuts cuts = cuts_of(g, s);
		bool cut = false;

		for (size_t k = 0; cuts.count && k < s->stays.count; k++)
			cut |= cuts_between(&cuts, s->stays.items[k].first,
				s->stays.items[k].last);
		if (!cut)
			continue;
		begin_again(s);
		(*spots)[count++] = i;
	}
	return count;
}

/* A touchpoint always names all its identifiers, so those of an event are
 * its own in the same order; each event may know them more or less well. */
static void
fold(struct graph *g, struct told_event *ev)
{
	struct spot *s = &g->spots[ev->spot];
	struct cuts cuts = cuts_of(g, s);
	enum assurance know[EVENT_CLAIMS] = { 0 };
	struct called called = { ev->told.called, ev->at, ev->event };

	for (size_t i = 0; i < s->member_count; i++)
		know[i] = ev->told.identifiers[i].assurance;
	ev->stay = stays_add(g->arena, &s->stays, g->policy->silence, &cuts,
		ev->at, know, s->member_count, &called);
	need_owners(g, s);
}

/* A stay that gets longer is news where one that it names has a run after
 * it: the silence between the two may be over. */
static bool
closes_silence(
	const struct graph *g, const struct spot *s, const struct stay *stay)
{
	for (size_t i = 0; stay->longer && i < s->member_count; i++)
		if (stay->first < g->nodes[s->members[i]].run_at)
			return true;
	return false;
}

void
graph_fold(struct graph *g)
{
	for (size_t i = 0; i < g->event_count; i++)
		fold(g, &g->events[i]);
	for (size_t i = 0; i < g->event_count; i++) {
		struct spot *s = &g->spots[g->events[i].spot];

		g->events[i].stay =
			stays_standing(&s->stays, g->events[i].stay);
	}
	for (size_t i = 0; i < g->spot_count; i++) {
		struct spot *s = &g->spots[i];

		for (size_t k = 0; k < s->stays.count; k++)
			if (s->stays.items[k].moved ||
				closes_silence(g, s, &s->stays.items[k]))
				s->moved = true;
	}
}

/* Those of rulings that came or went in this batch, and those that a ruling
 * makes one with somebody in reach. */
static void
follow_rulings(struct graph *g)
{
	for (size_t i = 0; i < g->ruling_count; i++) {
		const struct ruling *r = &g->rulings[i];
		bool reached = r->write;

		for (size_t k = 0;
			k < r->says.left_count && r->says.same && !reached; k++)
			reached = g->nodes[r->left[k]].expanded;
		for (size_t k = 0;
			k < r->says.right_count && r->says.same && !reached;
			k++)
			reached = g->nodes[r->right[k]].expanded;
		if (reached)
			touch(g, r);
	}
}

/* Whoever looks at a tenure looks at its identifier. */
static void
follow_tenures(struct graph *g)
{
	for (uint32_t i = 0; i < g->node_count; i++)
		if (g->nodes[i].touched && id_compare(&g->nodes[i].base, &none))
			graph_look(g, &g->nodes[i].base);
}

/* An identifier that people of several names have is shared as long as nobody
 * proves it, and they are called so. */
static void
reopen(struct graph *g, const struct spot *s, const struct stay *stay, size_t m)
{
	struct node *n = &g->nodes[s->members[m]];
	size_t kind;

	if (!n->stored || !n->shared || n->crowded || !stay->assurance[m])
		return;
	kind = policy_kind(g->arena, g->policy, span_of(n->kind));
	n->reopened |=
		stay->renamed || s->again ||
		policy_proves(&g->policy->kinds[kind], stay->assurance[m]);
}

static void
reopen_all(struct graph *g)
{
	for (size_t i = 0; g->contradict && i < g->spot_count; i++) {
		const struct spot *s = &g->spots[i];

		for (size_t k = 0; s->moved && k < s->stays.count; k++)
			for (size_t m = 0; m < s->member_count; m++)
				reopen(g, s, &s->stays.items[k], m);
	}
}

/* A shared identifier joins nobody, so what lies beyond it is not touched. */
static bool
must_expand(const struct graph *g, uint32_t node)
{
	const struct node *n = &g->nodes[node];

	return (!n->shared || n->reopened) && !n->expanded;
}

/* In reach: the batch moved it, or it hangs on something expanded. */
static bool
in_reach(const struct graph *g, const struct spot *s)
{
	if (s->moved)
		return true;
	for (size_t i = 0; i < s->member_count; i++)
		if (g->nodes[s->members[i]].expanded)
			return true;
	return false;
}

size_t
graph_frontier(struct graph *g, uint32_t **nodes)
{
	size_t count = 0;

	follow_tenures(g);
	reopen_all(g);
	*nodes = arena_array(g->arena, g->node_count + 1, sizeof(**nodes));
	follow_rulings(g);
	for (uint32_t i = 0; i < g->node_count; i++) {
		if (g->nodes[i].touched && must_expand(g, i)) {
			g->nodes[i].expanded = true;
			(*nodes)[count++] = i;
		}
	}
	for (size_t i = 0; i < g->spot_count; i++) {
		const struct spot *s = &g->spots[i];

		if (!in_reach(g, s))
			continue;
		for (size_t k = 0; k < s->member_count; k++)
			if (must_expand(g, s->members[k]))
				(*nodes)[count++] = s->members[k];
		/* Marked as they are taken, so that each is taken once. */
		for (size_t k = 0; k < s->member_count; k++)
			if (must_expand(g, s->members[k]))
				g->nodes[s->members[k]].expanded = true;
	}
	return count;
}

/* The graph as resolve() wants it: what is in reach, with nodes renumbered. */
struct view {
	struct resolve_input in;
	struct resolve_node *nodes;
	struct resolve_touchpoint *touchpoints;
	uint32_t *node_at;  /* by node of the graph; IDMAP_NONE: not in it */
	uint32_t *graph_at; /* and back, for tenures too once it is resolved */
	struct resolve_output *out;
	uint32_t *spot_at; /* by touchpoint of the view */
	size_t **stay_at;  /* by touchpoint and stay: in stays.items */
};

static void
view_node(struct graph *g, struct view *v, uint32_t node)
{
	struct node *n = &g->nodes[node];
	struct resolve_node *r;

	if (v->node_at[node] != IDMAP_NONE)
		return;
	v->node_at[node] = (uint32_t)v->in.node_count;
	v->graph_at[v->in.node_count] = node;
	r = &v->nodes[v->in.node_count++];
	r->id = n->id;
	r->kind = policy_kind(g->arena, g->policy, span_of(n->kind));
	r->first_seen = n->first_seen;
	r->cuts = n->cuts;
	r->shared = (n->shared && !n->reopened) ||
		    policy_blocks(&g->policy->kinds[r->kind], n->value);
}

static void
view_spot(struct graph *g, struct view *v, uint32_t spot)
{
	struct spot *s = &g->spots[spot];
	size_t at = v->in.touchpoint_count++;
	struct resolve_touchpoint *t = &v->touchpoints[at];
	uint32_t *members =
		arena_array(g->arena, s->member_count + 1, sizeof(*members));
	struct resolve_stay *stays =
		arena_array(g->arena, s->stays.count + 1, sizeof(*stays));

	v->spot_at[at] = spot;
	v->stay_at[at] =
		arena_array(g->arena, s->stays.count + 1, sizeof(**v->stay_at));
	for (size_t i = 0; i < s->member_count; i++) {
		view_node(g, v, s->members[i]);
		members[i] = v->node_at[s->members[i]];
	}
	for (size_t i = 0; i < s->stays.count; i++) {
		const struct stay *stay = &s->stays.items[i];

		if (stay->into)
			continue;
		v->stay_at[at][t->stay_count] = i;
		stays[t->stay_count++] = (struct resolve_stay){ stay->first,
			stay->last, stay->assurance, stay->called.text };
	}
	t->members = members;
	t->member_count = s->member_count;
	t->stays = stays;
}

/* first_seen only falls: a stored one counts where touchpoints are not all
 * here, and is the same least where they are. */
static void
lower_first_seen(struct graph *g)
{
	for (size_t i = 0; i < g->spot_count; i++) {
		const struct spot *s = &g->spots[i];

		for (size_t k = 0; k < s->stays.count; k++) {
			const struct stay *stay = &s->stays.items[k];

			for (size_t m = 0; m < s->member_count; m++) {
				struct node *n = &g->nodes[s->members[m]];

				if (stay->first < n->first_seen) {
					n->first_seen = stay->first;
					n->write = true;
				}
			}
		}
	}
}

/* Those of nodes that are in the view; the rest are nobody here. */
static uint32_t *
view_side(struct graph *g, const struct view *v, const uint32_t *nodes,
	size_t count, size_t *kept)
{
	uint32_t *side = arena_array(g->arena, count + 1, sizeof(*side));

	*kept = 0;
	for (size_t i = 0; i < count; i++)
		if (v->node_at[nodes[i]] != IDMAP_NONE)
			side[(*kept)++] = v->node_at[nodes[i]];
	return side;
}

static void
view_rulings(struct graph *g, struct view *v)
{
	struct resolve_decision *decisions =
		arena_array(g->arena, g->ruling_count + 1, sizeof(*decisions));

	for (size_t i = 0; i < g->ruling_count; i++) {
		const struct ruling *r = &g->rulings[i];
		struct resolve_decision *d = &decisions[v->in.decision_count];

		if (!r->known || r->withdrawn)
			continue;
		*d = (struct resolve_decision){
			.id = r->id, .at = r->at, .same = r->says.same
		};
		d->left = view_side(
			g, v, r->left, r->says.left_count, &d->left_count);
		d->right = view_side(
			g, v, r->right, r->says.right_count, &d->right_count);
		v->in.decision_count++;
	}
	v->in.decisions = decisions;
}

static void
view_create(struct graph *g, struct view *v)
{
	size_t n = g->node_count + 1, s = g->spot_count + 1;

	*v = (struct view){ 0 };
	v->nodes = arena_array(g->arena, n, sizeof(*v->nodes));
	v->node_at = arena_array(g->arena, n, sizeof(*v->node_at));
	v->graph_at = arena_array(g->arena, n, sizeof(*v->graph_at));
	v->touchpoints = arena_array(g->arena, s, sizeof(*v->touchpoints));
	v->spot_at = arena_array(g->arena, s, sizeof(*v->spot_at));
	v->stay_at = arena_array(g->arena, s, sizeof(*v->stay_at));
	for (size_t i = 0; i < g->node_count; i++)
		v->node_at[i] = IDMAP_NONE;
	for (size_t i = 0; i < g->spot_count; i++)
		if (in_reach(g, &g->spots[i]))
			view_spot(g, v, (uint32_t)i);
	v->in.nodes = v->nodes;
	v->in.touchpoints = v->touchpoints;
	v->in.contradict = g->contradict;
	view_rulings(g, v);
}

/* Those of tenures are nodes of the graph from now on. */
static void
view_resolve(struct graph *g, struct view *v)
{
	size_t n = v->in.node_count, known = g->node_count;
	uint32_t *graph_at, *node_at;

	v->out = resolve(g->arena, g->policy, &v->in);
	graph_at = arena_array(
		g->arena, v->out->tenure_count + 1, sizeof(*graph_at));
	memcpy(graph_at, v->graph_at, n * sizeof(*graph_at));
	for (size_t i = n; i < v->out->tenure_count; i++) {
		const struct tenure *t = &v->out->tenures[i];
		uint32_t at = graph_node(g, &t->id);
		const struct node *base = &g->nodes[v->graph_at[t->node]];

		graph_at[i] = at;
		g->nodes[at].base = base->id;
		g->nodes[at].kind = base->kind;
		g->nodes[at].value = base->value;
	}
	node_at = arena_array(g->arena, g->node_count + 1, sizeof(*node_at));
	memcpy(node_at, v->node_at, known * sizeof(*node_at));
	for (size_t i = known; i < g->node_count; i++)
		node_at[i] = IDMAP_NONE;
	for (size_t i = n; i < v->out->tenure_count; i++)
		node_at[graph_at[i]] = (uint32_t)i;
	v->graph_at = graph_at;
	v->node_at = node_at;
}

/* The founder of a group carries its version, so it is written whenever a
 * group gained or lost something. */
static void
touch_founder(struct graph *g, const struct id *founder)
{
	uint32_t at = idmap_get(&g->node_of, founder);

	if (at != IDMAP_NONE)
		g->nodes[at].write = true;
}

static void
take_owners(struct graph *g, const struct view *v)
{
	for (size_t t = 0; t < v->in.touchpoint_count; t++) {
		struct spot *s = &g->spots[v->spot_at[t]];

		for (size_t k = 0; k < v->touchpoints[t].stay_count; k++) {
			size_t at = v->stay_at[t][k];
			uint32_t owner = v->out->owner[t][k];
			const struct id *id =
				owner == RESOLVE_NOBODY
					? &none
					: &v->out->tenures[owner].id;
			uint32_t old;

			if (!id_compare(&s->owners[at], id))
				continue;
			old = idmap_get(&g->node_of, &s->owners[at]);
			if (old != IDMAP_NONE)
				touch_founder(g, &g->nodes[old].founder);
			s->owners[at] = *id;
			s->owner_changed[at] = true;
		}
	}
}

/* Whoever had what was made anew. */
static void
touch_lost(struct graph *g)
{
	for (size_t i = 0; i < g->spot_count; i++) {
		for (size_t k = 0; k < g->spots[i].lost_count; k++) {
			uint32_t at =
				idmap_get(&g->node_of, &g->spots[i].lost[k]);

			if (at != IDMAP_NONE)
				touch_founder(g, &g->nodes[at].founder);
		}
	}
}

static void
take_tenure(struct graph *g, struct node *n, const struct tenure *t,
	const struct id *founder, bool shared, bool claimed)
{
	/* Of one that is not looked at whole there is no saying. */
	bool crowded =
		n->stored && !n->expanded ? n->crowded : shared && !claimed;

	bool later = id_compare(&n->base, &none);

	if (n->stored && n->shared == shared && n->crowded == crowded &&
		n->until == t->until && n->run_at == t->run_at &&
		(!later || n->first_seen == t->first_seen) &&
		!id_compare(&n->founder, founder))
		return;
	touch_founder(g, &n->founder);
	touch_founder(g, founder);
	n->founder = *founder;
	n->shared = shared;
	n->crowded = crowded;
	n->until = t->until;
	n->run_at = t->run_at;
	if (later)
		n->first_seen = t->first_seen;
	n->write = true;
}

/* Stored tenures of identifiers in the view that are none any more. */
static void
drop_tenures(struct graph *g, const struct view *v)
{
	for (uint32_t i = 0; i < g->node_count; i++) {
		struct node *n = &g->nodes[i];
		uint32_t base = id_compare(&n->base, &none)
					? idmap_get(&g->node_of, &n->base)
					: IDMAP_NONE;

		if (base == IDMAP_NONE || v->node_at[base] == IDMAP_NONE ||
			v->node_at[i] != IDMAP_NONE)
			continue;
		n->gone = n->stored;
		touch_founder(g, &n->founder);
	}
}

static void
take_groups(struct graph *g, const struct view *v)
{
	const struct resolve_output *out = v->out;

	drop_tenures(g, v);
	for (size_t i = 0; i < out->tenure_count; i++)
		take_tenure(g, &g->nodes[v->graph_at[i]], &out->tenures[i],
			&out->tenures[out->founder[i]].id, out->shared[i],
			out->claimed[i]);
}

void
graph_look(struct graph *g, const struct id *id)
{
	uint32_t at = graph_node(g, id); /* which may move the nodes */

	g->nodes[at].touched = true;
}

uint32_t
graph_holder(const struct graph *g, uint32_t node, int64_t at)
{
	if (at < g->nodes[node].until)
		return node;
	for (uint32_t i = 0; i < g->node_count; i++) {
		const struct node *n = &g->nodes[i];

		if (!n->gone && !id_compare(&n->base, &g->nodes[node].id) &&
			at >= n->first_seen && at < n->until)
			return i;
	}
	return node;
}

struct graph_view
graph_resolve(struct graph *g)
{
	struct graph_view view = { 0 };
	struct view v;

	view_create(g, &v);
	view.decisions = arena_array(
		g->arena, v.in.decision_count + 1, sizeof(*view.decisions));
	for (size_t i = 0; i < v.in.decision_count; i++)
		view.decisions[i] = v.in.decisions[i].id;
	if (v.in.node_count)
		view_resolve(g, &v);
	view.out = v.out;
	view.nodes = v.graph_at;
	view.view_of = v.node_at;
	return view;
}

/* A group stays in its profile, as long as likeness does not say otherwise. */
static void
keep_profiles(struct graph *g)
{
	for (size_t i = 0; i < g->node_count; i++) {
		struct node *n = &g->nodes[i];
		uint32_t at = idmap_get(&g->node_of, &n->founder);
		const struct node *leader =
			at == IDMAP_NONE ? NULL : &g->nodes[at];

		if (n->shared)
			n->profile = n->id;
		else if (n->stored && !id_compare(&n->founder, &n->was_group))
			n->profile = n->was;
		else if (leader && leader->stored &&
			 id_compare(&leader->was, &none) &&
			 !id_compare(&leader->was_group, &leader->id))
			n->profile = leader->was;
		else
			n->profile = n->founder;
	}
}

void
graph_regroup(struct graph *g)
{
	struct view v;

	lower_first_seen(g);
	reopen_all(g);
	view_create(g, &v);
	if (!v.in.node_count) {
		keep_profiles(g);
		return;
	}
	view_resolve(g, &v);
	/* Owners first: they look up their old founders. */
	touch_lost(g);
	take_owners(g, &v);
	take_groups(g, &v);
	keep_profiles(g);
}
