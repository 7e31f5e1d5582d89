/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of the identity graph that a batch of events touches, in memory:
 * what is stored of it, what the batch adds, and what is to be written. Pure;
 * store/graph.h brings the stored part in and the changes out.
 *
 *   graph_tell each event       touchpoints and nodes that are named
 *   (load their stays and nodes, and those of what was given up)
 *   graph_recount               stays with a cut in them begin anew
 *   (tell all events of those that were resolved before)
 *   graph_fold                  events into stays; what is dirty
 *   (load until graph_frontier is empty)
 *   graph_regroup               owners, founders, shared; what changed
 *   (apply)
 */
#ifndef CORE_GRAPH_H
#define CORE_GRAPH_H

#include "base/idmap.h"
#include "core/policy.h"
#include "core/stay.h"
#include "core/touchpoint.h"

/* An identifier, or a later tenure of one. */
struct node {
	struct id id;
	struct id base; /* a later tenure: its identifier; or zero */
	const char *kind;
	struct span value;
	int64_t first_seen;
	int64_t until;	   /* the next tenure begins; INT64_MAX: none does */
	int64_t run_at;	   /* as in struct tenure */
	struct cuts cuts;  /* at which it was given up, sorted */
	struct id founder; /* of its group */
	struct id profile; /* which likeness may make of several groups */
	struct id was_group, was; /* both as stored; zero: nobody's, or new */
	bool shared;
	bool crowded;  /* shared, and not because of names; as far as known */
	bool stored;   /* the fields above are PostgreSQL's */
	bool asked;    /* its row was looked for */
	bool expanded; /* all its touchpoints are in the graph */
	bool write;    /* to be written */
	bool touched;  /* its group is to be looked at, whatever its spots */
	bool judged;   /* the decisions on it were looked for */
	bool gone;     /* a stored tenure that is none any more */
	bool cut;      /* by this batch */
	bool followed; /* its touchpoints were looked for, for new cuts */
	bool reopened; /* shared because of names, perhaps no more */
};

struct spot { /* a touchpoint, in the graph */
	struct id id;
	const char *source, *channel;
	uint32_t *members; /* nodes, in the order of their ids */
	size_t member_count;
	struct stays stays;
	struct id *owners; /* by stay, as in stays.items; zero: nobody */
	size_t owner_cap;
	bool *owner_changed;
	bool stored;	 /* its row is there */
	bool asked;	 /* its stays were looked for */
	bool touched;	 /* by this batch: an event of it was told */
	bool again;	 /* its stays are made anew, of all its events */
	struct id *lost; /* then: who owned them */
	size_t lost_count;
	bool moved; /* its evidence changed */
};

/* A steward's decision; what it says may be known later than that it was
 * withdrawn. */
struct ruling {
	struct id id; /* of its event */
	int64_t at;
	bool known; /* what it says is */
	bool withdrawn;
	struct decided says;
	uint32_t *left, *right; /* its identifiers, as nodes */
	bool asked;		/* its row was looked for */
	bool write;
};

/* One event to be folded. */
struct told_event {
	uint32_t spot;
	struct id event;
	int64_t at;
	struct told told;
	int stay; /* the number of its stay, after graph_fold */
};

struct resolve_output;

struct graph {
	struct arena *arena;
	struct policy *policy;
	names_contradict contradict; /* NULL: names do not count */
	struct node *nodes;
	size_t node_count, node_cap;
	struct idmap node_of;
	struct spot *spots;
	size_t spot_count, spot_cap;
	struct idmap spot_of;
	struct told_event *events;
	size_t event_count, event_cap;
	struct ruling *rulings;
	size_t ruling_count, ruling_cap;
	struct idmap ruling_of;
};

struct graph *graph_create(struct arena *a, struct policy *policy);
/* The node or spot of an id; made, empty, where there is none. Pointers to
 * others do not hold after it. */
uint32_t graph_node(struct graph *g, const struct id *id);
uint32_t graph_spot(struct graph *g, const struct id *id);
/* Takes an event in. The same event is told once. */
void graph_tell(struct graph *g, const struct id *touchpoint,
	const char *source, const char *channel, const struct id *event,
	int64_t at, const struct told *told);
/* Adds a stored stay to a spot. */
void graph_stay(struct graph *g, uint32_t spot, const struct stay *stay,
	const struct id *owner);
/* The ruling of an id; made, empty, where there is none. */
struct ruling *graph_ruling(struct graph *g, const struct id *id);
/* What a stored ruling says. Its identifiers are nodes from now on. */
void graph_rule(struct graph *g, struct ruling *r, int64_t at,
	const struct decided *says);
/* An instant at which a node was given up, as stored. */
void graph_cut(struct graph *g, uint32_t node, int64_t at);
/* Nodes that this batch cuts, whose touchpoints must be loaded; marks them
 * followed. On the arena. */
size_t graph_handed_over(struct graph *g, uint32_t **nodes);
/* Spots of which a stay has a cut in it: their stays are dropped, and what was
 * resolved of them before must be told again. On the arena. */
size_t graph_recount(struct graph *g, uint32_t **spots);
void graph_fold(struct graph *g);
/* Nodes whose touchpoints must be loaded, because their groups may change;
 * marks them expanded. On the arena. */
size_t graph_frontier(struct graph *g, uint32_t **nodes);
void graph_regroup(struct graph *g);
/* A node to be looked at whatever the batch moved: to have its group loaded. */
void graph_look(struct graph *g, const struct id *id);
/* The node of who had an identifier at that time: itself or a tenure of it. */
uint32_t graph_holder(const struct graph *g, uint32_t node, int64_t at);

/* What resolve makes of what is loaded, with nodes of the graph for its. */
struct graph_view {
	struct resolve_output *out; /* NULL where nothing is in reach */
	uint32_t *nodes;	    /* of the graph, by tenure of out */
	uint32_t *view_of;	    /* and back; IDMAP_NONE: not in it */
	struct id *decisions;	    /* by index of out's decisions */
};

struct graph_view graph_resolve(struct graph *g);

#endif
