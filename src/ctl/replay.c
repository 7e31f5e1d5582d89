/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unifyctl replay: makes everything again from the journal, in a generation
 * beside the live one, and swaps the two at once. Readers and senders go on;
 * the resolver waits, for its lease is taken. What arrives meanwhile is
 * resolved afterwards: batches that the snapshot saw are in the new
 * generation and leave append with the swap, later ones stay.
 */
#include "ctl/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/policy_file.h"
#include "core/json.h"
#include "ctl/models.h"
#include "ctl/next.h"
#include "ctl/recount.h"
#include "ctl/rehearse.h"
#include "ctl/reparse.h"
#include "ctl/restore.h"
#include "ctl/stay_numbers.h"
#include "io/db.h"
#include "store/graph_rows.h"
#include "store/sql.h"

#define LEASE_MS "60000"
#define RENEW_S 10
#define PART 1000 /* touchpoints or identifiers at once */

struct replay {
	struct ctl *reader; /* the snapshot */
	struct ctl writer;
	struct next *next;
	const char *epoch, *number;
	time_t held_at;
	bool reparse; /* first of all */
	const char
		*version; /* the model that becomes the one in use, or NULL */
	const struct model *model;
	struct reparsed reparsed;
	struct difference difference; /* from what is live */
};

struct options {
	bool reparse, dry_run, if_needed;
	const char *policy, *diff, *file;
};

/* A statement on the live generation, with rows, as one on the next. */
static bool
put(struct replay *r, const char *sql, bool numbered, struct columns *rows,
	struct err *e)
{
	struct db_param params[COLUMNS_MAX + 4];
	struct arena *outer = r->writer.arena;
	struct ctl_rows none;
	bool ok = true;

	r->writer.arena = arena_create();
	if (columns_rows(rows))
		ok = ctl_send(&r->writer, next_of(r->writer.arena, sql),
			columns_params(rows, numbered, &r->number, params),
			params, &none, e);
	arena_destroy(r->writer.arena);
	r->writer.arena = outer;
	return ok;
}

/* Also renews the lease; false when somebody took it from us. */
static bool
hold(struct replay *r, struct err *e)
{
	const char *params[2] = { r->epoch, LEASE_MS };
	struct ctl_rows rows;

	if (!ctl_query(&r->writer, sql_lease_number, 2, params, &rows, e))
		return false;
	if (!rows.rows)
		return fail(e, ERR_CONFLICT,
			"somebody else took the resolver's lease");
	r->number = ctl_value(&rows, 0, 0);
	r->held_at = time(NULL);
	return true;
}

static bool
renew(struct replay *r, struct err *e)
{
	return time(NULL) - r->held_at < RENEW_S || hold(r, e);
}

static bool
put_chunk(struct replay *r, const struct graph *g, struct err *e)
{
	struct arena *a = g->arena;
	struct columns *touchpoints = columns_create_copy(a, GRAPH_TOUCHPOINT);
	struct columns *members = columns_create_copy(a, GRAPH_MEMBER);
	struct columns *traits = columns_create_copy(a, GRAPH_TRAIT);
	struct columns *spend = columns_create_copy(a, GRAPH_SPEND);

	for (size_t i = 0; i < g->spot_count; i++) {
		graph_touchpoint_row(touchpoints, g, &g->spots[i]);
		graph_put_members(members, g, &g->spots[i]);
	}
	graph_put_traits(traits, g);
	graph_put_spend(spend, g, r->writer.config->hash_key);
	return next_add(r->next, NEXT_TOUCHPOINTS, touchpoints, e) &&
	       next_add(r->next, NEXT_MEMBERS, members, e) &&
	       next_add(r->next, NEXT_TRAITS, traits, e) &&
	       next_add(r->next, NEXT_SPEND, spend, e);
}

static bool
on_chunk(void *arg, struct graph *g, struct err *e)
{
	return renew(arg, e) && put_chunk(arg, g, e);
}

static bool
is_full(struct replay *r, struct err *e)
{
	return next_full(r->next, NEXT_TOUCHPOINTS, e) &&
	       next_full(r->next, NEXT_MEMBERS, e) &&
	       next_full(r->next, NEXT_TRAITS, e) &&
	       next_full(r->next, NEXT_SPEND, e);
}

/* Numbers are a log, not derived: what a replay leaves as it was keeps its
 * own. */
static int64_t
number_of(const struct replay *r, int64_t stored)
{
	return stored ? stored : strtoll(r->number, NULL, 10);
}

static bool
put_nodes(struct replay *r, const struct graph *g, const int64_t *numbers,
	struct err *e)
{
	bool ok = renew(r, e);

	for (size_t i = 0; i < g->node_count && ok; i += PART) {
		struct arena *a = arena_create();
		struct columns *rows =
			columns_create_copy(a, GRAPH_IDENTIFIER "l");

		for (size_t k = i; k < i + PART && k < g->node_count; k++) {
			const struct node *n = &g->nodes[k];

			if (!n->write || n->gone)
				continue;
			graph_identifier_row(rows, n);
			columns_int(rows, number_of(r, numbers[k]));
		}
		ok = next_add(r->next, NEXT_IDENTIFIERS, rows, e);
		arena_destroy(a);
	}
	return ok && next_full(r->next, NEXT_IDENTIFIERS, e);
}

static bool
put_stays(struct replay *r, const struct graph *g, struct stay_numbers *n,
	struct err *e)
{
	bool ok = renew(r, e);

	for (size_t i = 0; i < g->spot_count && ok; i += PART) {
		struct arena *a = arena_create();
		struct columns *rows = columns_create_copy(a, GRAPH_STAY "l");

		for (size_t s = i; s < i + PART && s < g->spot_count; s++)
			for (size_t k = 0; k < g->spots[s].stays.count; k++) {
				graph_stay_row(rows, a, &g->spots[s], k);
				columns_int(rows,
					number_of(r, *stay_number(n, s, k)));
			}
		ok = next_add(r->next, NEXT_STAYS, rows, e);
		arena_destroy(a);
	}
	return ok && next_full(r->next, NEXT_STAYS, e);
}

static bool
put_likeness(
	void *arg, enum whole_table table, struct columns *rows, struct err *e)
{
	static const enum next_table tables[] = { NEXT_PORTRAITS, NEXT_BLOCKS,
		NEXT_EDGES };
	struct replay *r = arg;

	return renew(r, e) && next_add(r->next, tables[table], rows, e);
}

static bool
end_next(struct replay *r, struct err *e)
{
	bool done = false;

	while (!done)
		if (!next_end(r->next, &done, e) || !renew(r, e))
			return false;
	return true;
}

/* What there are few of. */
static bool
put_rest(struct replay *r, const struct graph *g, struct err *e)
{
	struct columns *decisions = graph_decision_rows(g->arena, g);

	return put(r, sql_put_decisions, true, decisions, e) &&
	       put(r, sql_put_decided, false, decisions, e) &&
	       put(r, sql_put_cuts, false, graph_cut_rows(g->arena, g), e);
}

static bool
put_whole(struct replay *r, const struct recount *recount, struct err *e)
{
	const struct graph *g = recount->whole;
	int64_t *numbers =
		arena_array(g->arena, g->node_count + 1, sizeof(*numbers));
	struct stay_numbers stays;

	return rehearse_compare(r->reader, g, &r->difference, numbers, e) &&
	       put_nodes(r, g, numbers, e) &&
	       stay_numbers_read(r->reader, g, &stays, e) &&
	       put_stays(r, g, &stays, e) &&
	       whole_likeness_rows(&recount->likeness, columns_create_copy,
		       put_likeness, r, e) &&
	       ctl_snapshot_end(r->reader, e) && end_next(r, e) && hold(r, e) &&
	       put_rest(r, g, e);
}

/* What the feed says of it. */
static bool
put_changes(struct replay *r, struct err *e)
{
	const struct difference *d = &r->difference;
	struct arena *a = r->writer.arena;
	struct columns *rows = graph_change_columns(a);

	for (size_t i = 0; i < d->part_count; i++)
		if (d->parts[i].kind != DIFFERENCE_NONE)
			graph_change_row(rows, a, d, &d->parts[i],
				json_pack("{s:b}", "replay", 1));
	return put(r, sql_put_changed, true, rows, e) &&
	       put(r, sql_put_changes, true, rows, e);
}

/* All in one transaction, which ends with the connection. */
static bool
swap(struct replay *r, const char *waiting, struct err *e)
{
	const char *params[3] = { r->epoch, waiting,
		policy_digest(r->writer.arena, r->writer.config->policy) };
	struct ctl_rows none;

	r->writer.in_transaction = true;
	return ctl_query(&r->writer, "BEGIN", 0, NULL, &none, e) &&
	       put_changes(r, e) &&
	       (!r->version || ctl_query(&r->writer, sql_model_use, 1,
				       &r->version, &none, e)) &&
	       ctl_script(&r->writer, sql_replay_swap, 3, params, NULL, e) &&
	       ctl_query(&r->writer, "COMMIT", 0, NULL, &none, e);
}

static bool
replay(struct replay *r, struct recount *recount, struct err *e)
{
	struct ctl *ctl = r->reader;
	struct id holder = id_random();
	char text[ID_TEXT];
	const char *steal[2] = { id_format(&holder, text), LEASE_MS };
	struct ctl_rows rows;
	const char *waiting;

	if (!ctl_query(&r->writer, sql_lease_steal, 2, steal, &rows, e))
		return false;
	r->epoch = ctl_value(&rows, 0, 0);
	if (r->reparse && !reparse(&r->writer, r->epoch, &r->reparsed, e))
		return false;
	if (!hold(r, e) || !(r->next = next_start(&r->writer, e)) ||
		!ctl_snapshot(ctl, e) ||
		!ctl_query(ctl, sql_replay_waiting, 0, NULL, &rows, e))
		return false;
	waiting = ctl_value(&rows, 0, 0) ? ctl_value(&rows, 0, 0) : "{}";
	return recount_read(ctl, ctl->config->policy, true, on_chunk, r,
		       recount, e) &&
	       is_full(r, e) && renew(r, e) &&
	       recount_group(ctl, r->model, recount, e) &&
	       put_whole(r, recount, e) && hold(r, e) && swap(r, waiting, e);
}

extern const struct command command_replay;

static void
report(const struct replay *r, const struct recount *recount,
	const struct restored *restored)
{
	const struct reparsed *p = &r->reparsed;
	json_t *top = json_pack("{s:I,s:{s:I,s:I,s:I}}", "events",
		(json_int_t)recount->events, "restored", "accepted",
		(json_int_t)restored->accepted, "duplicate",
		(json_int_t)restored->duplicate, "conflict",
		(json_int_t)restored->conflict);

	if (r->reparse)
		json_object_set_new(top, "reparsed",
			json_pack("{s:I,s:I,s:I,s:I,s:I,s:I}", "requests",
				(json_int_t)p->requests, "refused",
				(json_int_t)p->refused, "same",
				(json_int_t)p->same, "changed",
				(json_int_t)p->changed, "added",
				(json_int_t)p->added, "removed",
				(json_int_t)p->removed));
	if (r->writer.json) {
		puts(json_write(r->writer.arena, top));
	} else {
		if (r->reparse)
			printf("parsed %llu requests again, %llu refused: %llu "
			       "events the same, %llu changed, %llu added, "
			       "%llu removed\n",
				(unsigned long long)p->requests,
				(unsigned long long)p->refused,
				(unsigned long long)p->same,
				(unsigned long long)p->changed,
				(unsigned long long)p->added,
				(unsigned long long)p->removed);
		printf("replayed %llu events\n",
			(unsigned long long)recount->events);
	}
	json_decref(top);
}

/* The options, which stand before the file; false where they are wrong. */
static bool
read_options(struct options *o, int argc, char **argv)
{
	int i;

	for (i = 0; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		if (!strcmp(argv[i], "--reparse"))
			o->reparse = true;
		else if (!strcmp(argv[i], "--if-needed"))
			o->if_needed = true;
		else if (!strcmp(argv[i], "--dry-run"))
			o->dry_run = true;
		else if (!strcmp(argv[i], "--policy") && i + 1 < argc)
			o->policy = argv[++i];
		else if (!strcmp(argv[i], "--diff") && i + 1 < argc)
			o->diff = argv[++i];
		else
			return false;
	}
	o->file = i < argc ? argv[i++] : NULL;
	/* A policy is rehearsed first, and put into force by the
	 * configuration alone. */
	return i == argc && !(o->if_needed && (o->reparse || o->file)) &&
	       (o->dry_run ? !o->reparse && !o->file && !o->if_needed
			   : !o->policy && !o->diff);
}

/* Whether the profiles are made by another policy than the configuration's;
 * where there are none yet, no policy made them. */
static bool
is_needed(struct ctl *ctl, bool *needed, struct err *e)
{
	const char *digest = policy_digest(ctl->arena, ctl->config->policy);
	struct ctl_rows rows;

	if (!ctl_query(ctl, sql_policy_other, 1, &digest, &rows, e))
		return false;
	*needed = ctl_value(&rows, 0, 0)[0] == 't';
	return true;
}

static int
dry_run(struct ctl *ctl, const struct options *o)
{
	struct err e = { 0 };
	const struct policy *policy = ctl->config->policy;

	if (o->policy)
		policy = policy_file_load(ctl->arena, o->policy, &e);
	if (!policy) {
		ctl_fail(&e);
		return CTL_CONFIG;
	}
	return rehearse(ctl, policy, NULL, o->diff);
}

/* Gives an exit code. */
static int
run(struct replay *r, const char *file)
{
	struct ctl *ctl = r->reader;
	struct recount recount = { 0 };
	struct restored restored = { 0 };
	struct err e = { 0 }, ignored;
	struct ctl_rows none;
	bool ok;

	if (file && !restore_file(ctl, file, &restored, &e))
		return ctl_fail(&e);
	if (r->version) {
		r->model = models_load(ctl, ctl->arena,
			r->version[0] ? r->version : MODEL_SHIPPED, &e);
		if (!r->model)
			return ctl_fail(&e);
	}
	r->writer.db = ctl_connect(ctl);
	ok = replay(r, &recount, &e);
	if (!ok) /* where a transaction was cut */
		(void)!ctl_query(
			&r->writer, "ROLLBACK", 0, NULL, &none, &ignored);
	if (r->epoch && !ctl_query(&r->writer, sql_lease_release, 1, &r->epoch,
				&none, &ignored))
		fputs("unifyctl: the resolver waits a minute for its lease\n",
			stderr);
	next_close(r->next);
	db_destroy(r->writer.db);
	if (ok)
		report(r, &recount, &restored);
	recount_clear(&recount);
	return ok ? CTL_OK : ctl_fail(&e);
}

int
replay_under_model(struct ctl *ctl, const char *version)
{
	struct replay r = { .reader = ctl, .writer = *ctl, .version = version };
	struct err e;

	return ctl_start(ctl, &e) ? run(&r, NULL) : ctl_fail(&e);
}

static int
replay_run(struct ctl *ctl, int argc, char **argv)
{
	struct replay r = { .reader = ctl, .writer = *ctl };
	struct options o = { 0 };
	struct err e = { 0 };
	bool needed = true;

	if (!read_options(&o, argc, argv))
		return ctl_usage(&command_replay);
	if (o.dry_run)
		return dry_run(ctl, &o);
	r.reparse = o.reparse;
	if (!ctl_start(ctl, &e) ||
		(o.if_needed && !is_needed(ctl, &needed, &e)))
		return ctl_fail(&e);
	return needed ? run(&r, o.file) : CTL_OK;
}

const struct command command_replay = {
	.name = "replay",
	.usage = "[--if-needed | [--reparse] [FILE]]\n"
		 "       unifyctl replay --dry-run [--policy FILE] "
		 "[--diff FILE]",
	.summary = "make everything again from the journal, or take a file in",
	.run = replay_run,
};
