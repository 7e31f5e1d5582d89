/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/recount.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/models.h"
#include "io/bulk.h"
#include "likeness/person.h"
#include "store/columns.h"
#include "store/sql.h"

#define CHUNK 2000 /* events; more where one touchpoint has more */

struct counting {
	struct ctl *ctl;
	const struct policy *policy;
	recount_chunk each;
	void *arg;
	struct recount *recount;
	struct arena *arena; /* of the chunk */
	struct graph *chunk;
	struct handover *handovers; /* sorted */
	size_t handover_count, handover_cap;
	struct progress progress;
};

static void
chunk_start(struct counting *c)
{
	c->arena = arena_create();
	c->chunk = graph_create(c->arena, policy_copy(c->arena, c->policy));
}

/* Copies a folded touchpoint into the whole graph, without its events. */
static void
absorb(struct graph *whole, const struct graph *chunk, const struct spot *from)
{
	static const struct id nobody;
	struct arena *a = whole->arena;
	uint32_t at = graph_spot(whole, &from->id);
	uint32_t *members =
		arena_array(a, from->member_count + 1, sizeof(*members));

	for (size_t i = 0; i < from->member_count; i++) {
		const struct node *n = &chunk->nodes[from->members[i]];
		struct node *copy;

		members[i] = graph_node(whole, &n->id);
		copy = &whole->nodes[members[i]];
		if (copy->kind)
			continue;
		copy->kind = arena_strndup(a, n->kind, strlen(n->kind));
		copy->value =
			(struct span){ span_text(a, n->value), n->value.len };
	}
	for (size_t i = 0; i < from->stays.count; i++) {
		struct stay stay = from->stays.items[i];

		if (stay.into)
			continue;
		stay.changed = stay.moved = true;
		if (stay.called.text)
			stay.called.text =
				span_text(a, span_of(stay.called.text));
		graph_stay(whole, at, &stay, &nobody);
	}
	whole->spots[at].members = members;
	whole->spots[at].member_count = from->member_count;
	whole->spots[at].source =
		arena_strndup(a, from->source, strlen(from->source));
	whole->spots[at].channel =
		arena_strndup(a, from->channel, strlen(from->channel));
	whole->spots[at].moved = true;
}

static struct id *
copy_ids(struct arena *a, const struct id *ids, size_t count)
{
	struct id *copy = arena_array(a, count + 1, sizeof(*copy));

	if (count)
		memcpy(copy, ids, count * sizeof(*copy));
	return copy;
}

static void
absorb_ruling(struct graph *whole, const struct ruling *r)
{
	struct arena *a = whole->arena;
	struct ruling *copy = graph_ruling(whole, &r->id);
	struct decided says = r->says;

	copy->withdrawn |= r->withdrawn;
	copy->write = true;
	if (!r->known)
		return;
	says.left = copy_ids(a, says.left, says.left_count);
	says.right = copy_ids(a, says.right, says.right_count);
	says.reason = arena_printf(a, "%s", says.reason);
	says.author = arena_printf(a, "%s", says.author);
	graph_rule(whole, copy, r->at, &says);
}

static int
compare_handover(const void *left, const void *right)
{
	return id_compare(&((const struct handover *)left)->identifier,
		&((const struct handover *)right)->identifier);
}

/* What the whole journal says of when its nodes were given up. */
static void
cut_nodes(const struct counting *c, struct graph *g)
{
	for (uint32_t i = 0; c->handover_count && i < g->node_count; i++) {
		struct handover key = { g->nodes[i].id, 0 };
		const struct handover *all = c->handovers,
				      *end = all + c->handover_count,
				      *h = bsearch(&key, all, c->handover_count,
					      sizeof(*h), compare_handover);

		while (h && h > all && !compare_handover(h - 1, &key))
			h--;
		for (; h && h < end && !compare_handover(h, &key); h++)
			graph_cut(g, i, h->at);
	}
}

/* Nobody else need have named them. */
static void
cut_whole(struct counting *c)
{
	struct graph *whole = c->recount->whole;

	for (size_t i = 0; i < c->handover_count; i++) {
		uint32_t at = graph_node(whole, &c->handovers[i].identifier);

		whole->nodes[at].cut = true;
	}
	cut_nodes(c, whole);
}

static bool
read_handovers(struct counting *c, const char *pending, struct err *e)
{
	struct arena *a = c->recount->whole->arena;
	struct ctl_rows rows;

	if (!ctl_query(c->ctl, sql_journal_handovers, 1, &pending, &rows, e))
		return false;
	for (int r = 0; r < rows.rows; r++) {
		struct told told = { 0 };
		int64_t at = strtoll(ctl_value(&rows, r, 0), NULL, 10);

		if (!touchpoint_read(
			    a, span_of(ctl_value(&rows, r, 1)), &told, e))
			return false;
		for (size_t i = 0; i < told.handover_count; i++) {
			c->handovers = arena_grow(a, c->handovers,
				c->handover_count, &c->handover_cap,
				sizeof(*c->handovers));
			c->handovers[c->handover_count++] = told.handovers[i];
			c->handovers[c->handover_count - 1].at += at;
		}
	}
	if (c->handover_count)
		qsort(c->handovers, c->handover_count, sizeof(*c->handovers),
			compare_handover);
	return true;
}

static bool
chunk_end(struct counting *c, struct err *e)
{
	bool ok = true;

	cut_nodes(c, c->chunk);
	graph_fold(c->chunk);
	if (c->chunk->event_count)
		ok = c->each(c->arg, c->chunk, e);
	if (c->policy->likeness)
		whole_hear(c->recount->whole->arena, &c->recount->likeness,
			c->chunk);
	for (size_t i = 0; i < c->chunk->spot_count; i++)
		absorb(c->recount->whole, c->chunk, &c->chunk->spots[i]);
	for (size_t i = 0; i < c->chunk->ruling_count; i++)
		absorb_ruling(c->recount->whole, &c->chunk->rulings[i]);
	c->recount->events += c->chunk->event_count;
	progress_add(&c->progress, c->chunk->event_count);
	arena_destroy(c->arena);
	c->arena = NULL;
	return ok;
}

static bool
tell(struct counting *c, struct span row, struct err *e)
{
	struct cells cells = cells_of(row);
	struct id touchpoint = cells_id(&cells), event;
	struct told told = { 0 };
	int64_t at = cells_time(&cells, 0);
	struct span source, channel, body;
	const char *name;

	event = cells_id(&cells);
	cells_next(&cells, &source);
	cells_next(&cells, &channel);
	body = cells_json(&cells);
	if (c->chunk->event_count >= CHUNK &&
		idmap_get(&c->chunk->spot_of, &touchpoint) == IDMAP_NONE) {
		if (!chunk_end(c, e))
			return false;
		chunk_start(c);
	}
	if (!body.data)
		return true; /* erased: it names nobody and tells nothing */
	if (!touchpoint_read(c->arena, body, &told, e))
		return false;
	name = span_text(c->arena, source);
	told.called = person_called(c->arena, c->policy, name, told.traits);
	graph_tell(c->chunk, &touchpoint, name, span_text(c->arena, channel),
		&event, at, &told);
	return true;
}

static bool
scan(struct counting *c, const char *pending, struct err *e)
{
	struct bulk *b = ctl_scan(c->ctl, e);
	struct span row = { NULL, 0 };
	bool ok = b && bulk_read(b,
			       ctl_fill(c->ctl->arena, sql_scan_journal, 1,
				       &pending),
			       e);

	chunk_start(c);
	while (ok && (ok = bulk_next(b, &row, e)) && row.data)
		ok = tell(c, row, e);
	if (ok)
		ok = chunk_end(c, e);
	else
		arena_destroy(c->arena);
	bulk_close(b);
	return ok;
}

static bool
find_likeness(struct ctl *ctl, struct recount *recount,
	const struct model *model, struct err *e)
{
	if (!model)
		model = models_load(ctl, recount->whole->arena, NULL, e);
	if (!model)
		return false;
	whole_likeness_find(recount->whole, &recount->likeness, model);
	return true;
}

bool
recount_read(struct ctl *ctl, const struct policy *policy, bool pending,
	recount_chunk each, void *arg, struct recount *recount, struct err *e)
{
	struct arena *a = arena_create();
	struct counting c = { ctl, policy, each, arg, recount, NULL, NULL, NULL,
		0, 0, { 0 } };
	const char *waiting = pending ? "true" : "false";
	struct ctl_rows rows;
	bool ok;

	*recount = (struct recount){ .whole = person_graph(a, policy) };
	if (!ctl_query(ctl, sql_check_state, 0, NULL, &rows, e))
		return false;
	if (!read_handovers(&c, waiting, e))
		return false;
	progress_start(&c.progress, ctl, "journal",
		strtoull(ctl_value(&rows, 0, 1), NULL, 10));
	ok = scan(&c, waiting, e);
	progress_end(&c.progress);
	if (ok)
		cut_whole(&c);
	return ok;
}

bool
recount_group(struct ctl *ctl, const struct model *model,
	struct recount *recount, struct err *e)
{
	uint32_t *frontier;

	while (graph_frontier(recount->whole, &frontier))
		; /* all is in memory: marking is all there is to do */
	graph_regroup(recount->whole);
	return !recount->whole->policy->likeness ||
	       find_likeness(ctl, recount, model, e);
}

bool
recount_journal(struct ctl *ctl, const struct policy *policy,
	const struct model *model, bool pending, recount_chunk each, void *arg,
	struct recount *recount, struct err *e)
{
	return recount_read(ctl, policy, pending, each, arg, recount, e) &&
	       recount_group(ctl, model, recount, e);
}

void
recount_clear(struct recount *recount)
{
	if (recount->whole)
		arena_destroy(recount->whole->arena);
	recount->whole = NULL;
}
