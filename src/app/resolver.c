/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One batch at a time, each step a callback:
 *
 *   [acquire] BEGIN, number, take, read, load, fold, load, regroup, apply,
 *   delete, COMMIT, and again.
 *
 * What fails for the moment is tried again; a batch that PostgreSQL refuses is
 * halved until the one event to blame stands alone, and that one is parked.
 */
#include "app/resolver.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/model.h"
#include "base/arena.h"
#include "base/id.h"
#include "base/log.h"
#include "core/graph.h"
#include "core/json.h"
#include "io/db.h"
#include "io/now.h"
#include "likeness/person.h"
#include "store/graph.h"
#include "store/likeness.h"
#include "store/sql.h"

#define LEASE_MS "3000"
#define BATCHES 50  /* append rows in one transaction */
#define EVENTS 2000 /* in them, if there is more than one */
#define EVENTS_MIN 100
#define LONG_MS 250  /* a transaction, after which the next takes less */
#define IDLE_MS 1000 /* between looks, and to renew the lease */
#define RETRY_MS 200 /* doubled by each failure after another */
#define RETRY_MAX_MS 2000

struct resolver {
	struct event_base *base;
	struct db *db;
	struct span hash_key;
	const struct policy *policy;
	struct model_in_use *in_use; /* has the one below */
	const struct model *model;   /* of likeness; NULL: not read yet */
	struct likeness_memory *memory;
	int64_t version; /* its own, */
	int64_t wanted;	 /* and of that which the profiles are made by */
	int failures;	 /* after another */
	bool waits;	 /* the profiles are made by another policy */
	struct event *timer;
	char holder[ID_TEXT];
	char epoch[24]; /* empty: somebody else has the lease */
	bool busy, kicked, idle;
	int limit;     /* of batches; 1 while the event to blame is sought */
	int most;      /* events */
	int64_t began; /* ms; the transaction in hand */
	uint64_t resolved, parked, compared;
	void (*stopped)(void *);
	void *stopped_arg;
	bool stopping;
	/* of the transaction in hand */
	struct arena *arena;
	struct graph *graph;
	char *batches, *number, *blame;
	int64_t batch_count, event_count;
};

static void start(struct resolver *r);

static void
timer_start(struct resolver *r, int ms)
{
	struct timeval tv = { ms / 1000, (ms % 1000) * 1000L };

	event_add(r->timer, &tv);
}

static void
on_released(const struct db_result *result, void *arg)
{
	struct resolver *r = arg;

	(void)result;
	r->busy = false;
	r->stopped(r->stopped_arg);
}

static void
release(struct resolver *r)
{
	const char *params[] = { r->epoch };

	r->busy = true;
	if (r->epoch[0])
		db_query(r->db, sql_lease_release, 1, params, on_released, r);
	else
		timer_start(r, 0); /* nobody is answered in his call */
}

/* The end of a transaction, well or not; the next look comes after ms. */
static void
rest(struct resolver *r, int ms)
{
	arena_destroy(r->arena);
	r->arena = NULL;
	r->graph = NULL;
	r->busy = false;
	if (r->stopping) {
		release(r);
		return;
	}
	if (r->kicked && ms == IDLE_MS)
		ms = 0;
	timer_start(r, ms);
}

static void
on_rollback(const struct db_result *result, void *arg)
{
	struct resolver *r = arg;
	int ms = RETRY_MS << (r->failures < 4 ? r->failures : 4);

	(void)result;
	r->failures++;
	if (ms > RETRY_MAX_MS)
		ms = RETRY_MAX_MS;
	rest(r, ms - (int)arc4random_uniform((uint32_t)ms / 2));
}

static void
roll_back(struct resolver *r)
{
	db_query(r->db, "ROLLBACK", 0, NULL, on_rollback, r);
}

static void
on_blamed(const struct db_result *result, void *arg)
{
	struct resolver *r = arg;

	if (!result->ok)
		log_error("resolve", "step=park error=\"%s\"", result->text);
	rest(r, result->ok ? 0 : RETRY_MS);
}

/* After the ROLLBACK of a batch that cannot be resolved as it is. */
static void
on_refused(const struct db_result *result, void *arg)
{
	struct resolver *r = arg;
	struct id half = id_random();
	char text[ID_TEXT];
	const char *params[] = { r->batches, id_format(&half, text) };

	if (!result->ok || r->batch_count > 1) {
		r->limit = 1;
		rest(r, 0);
	} else if (r->event_count > 1) {
		db_query(r->db, sql_append_split, 2, params, on_blamed, r);
	} else {
		params[1] = r->blame;
		r->parked++;
		log_warning("parked", "events=1 error=\"%s\"", r->blame);
		db_query(r->db, sql_park_event, 2, params, on_blamed, r);
	}
}

static void
failed(struct resolver *r, const struct err *why)
{
	likeness_forget(r->memory);
	if (why->code == ERR_BUSY || !r->batches) {
		/* The first, and then ever less often. */
		if (!(r->failures & (r->failures - 1)))
			log_warning("resolve", "error=\"%s\" failures=%d",
				why->text, r->failures + 1);
		roll_back(r);
		return;
	}
	log_warning("resolve", "error=\"%s\" batches=%lld events=%lld",
		why->text, (long long)r->batch_count,
		(long long)r->event_count);
	r->blame = arena_printf(r->arena, "%s", why->text);
	db_query(r->db, "ROLLBACK", 0, NULL, on_refused, r);
}

/* True when a statement went well. */
static bool
went_well(struct resolver *r, const struct db_result *result)
{
	struct err why = { 0 };

	if (result->ok)
		return true;
	graph_why(result, &why);
	failed(r, &why);
	return false;
}

/* What it computes, the loop waits for: so events that cost more are taken
 * fewer at a time. */
static void
pace(struct resolver *r)
{
	int64_t took = now_ms() - r->began;

	if (took > LONG_MS && r->most / 2 >= EVENTS_MIN)
		r->most /= 2;
	else if (took < LONG_MS / 2 && r->event_count > r->most / 2 &&
		 r->most < EVENTS)
		r->most *= 2;
}

static void
on_commit(const struct db_result *result, void *arg)
{
	struct resolver *r = arg;

	if (!went_well(r, result))
		return;
	pace(r);
	r->failures = 0;
	r->resolved += (uint64_t)r->event_count;
	r->idle = r->event_count == 0;
	if (r->event_count)
		log_info("resolve", "events=%lld identifiers=%zu",
			(long long)r->event_count, r->graph->node_count);
	else
		r->limit = BATCHES;
	rest(r, r->event_count ? 0 : IDLE_MS);
}

static void
on_deleted(const struct db_result *result, void *arg)
{
	struct resolver *r = arg;

	if (went_well(r, result))
		db_query(r->db, "COMMIT", 0, NULL, on_commit, r);
}

static void
on_told(const struct err *why, void *arg)
{
	struct resolver *r = arg;
	const char *params[] = { r->batches };

	if (why)
		failed(r, why);
	else
		db_query(r->db, sql_append_delete, 1, params, on_deleted, r);
}

static void
on_compared(const struct err *why, void *arg)
{
	struct resolver *r = arg;

	if (why)
		failed(r, why);
	else
		graph_tell_feed(r->db, r->graph, r->number, on_told, r);
}

static void
on_applied(const struct err *why, void *arg)
{
	struct resolver *r = arg;

	if (why || !r->graph->policy->likeness)
		on_compared(why, r);
	else
		likeness_apply(r->db, r->graph, r->model, r->memory, r->number,
			&r->compared, on_compared, r);
}

static void
on_reached(const struct err *why, void *arg)
{
	struct resolver *r = arg;

	if (why) {
		failed(r, why);
		return;
	}
	graph_regroup(r->graph);
	graph_apply(r->db, r->graph, r->hash_key, r->number, on_applied, r);
}

static char *
keep(struct resolver *r, const struct db_result *result, int row, int column)
{
	const char *text = db_value(result, row, column);

	return arena_printf(r->arena, "%s", text ? text : "");
}

/* An erased event has no body: it names nobody and tells nothing. */
static bool
tell(struct resolver *r, const struct db_result *result, int row, struct err *e)
{
	struct id touchpoint, event;
	struct told told = { 0 };
	const char *body = db_value(result, row, 5), *source;

	if (!id_parse(span_of(db_value(result, row, 0)), &touchpoint) ||
		!id_parse(span_of(db_value(result, row, 2)), &event))
		return fail(e, ERR_BUG, "journal: want ids");
	if (!body)
		return true;
	if (!touchpoint_read(
		    r->arena, span_of(keep(r, result, row, 5)), &told, e))
		return false;
	source = keep(r, result, row, 3);
	told.called = person_called(r->arena, r->policy, source, told.traits);
	graph_tell(r->graph, &touchpoint, source, keep(r, result, row, 4),
		&event, strtoll(db_value(result, row, 1), NULL, 10), &told);
	return true;
}

/* False where an event is to blame, and that was dealt with. */
static bool
tell_all(struct resolver *r, const struct db_result *result)
{
	struct err why = { 0 };

	for (int row = 0; row < result->rows; row++) {
		if (!tell(r, result, row, &why)) {
			failed(r, &why);
			return false;
		}
	}
	return true;
}

static void
go_on(struct resolver *r)
{
	graph_fold(r->graph);
	graph_load_reach(r->db, r->graph, on_reached, r);
}

static void
on_read_again(const struct db_result *result, void *arg)
{
	struct resolver *r = arg;

	if (went_well(r, result) && tell_all(r, result))
		go_on(r);
}

/* Touchpoints of which a stay was cut are read again, once. */
static void
on_touched(const struct err *why, void *arg)
{
	struct resolver *r = arg;
	const char *params[1] = { "{" };
	uint32_t *spots;
	size_t count;

	if (why) {
		failed(r, why);
		return;
	}
	count = graph_recount(r->graph, &spots);
	for (size_t i = 0; i < count; i++) {
		char id[ID_TEXT];

		params[0] = arena_printf(r->arena, "%s%s%s", params[0],
			i ? "," : "",
			id_format(&r->graph->spots[spots[i]].id, id));
	}
	params[0] = arena_printf(r->arena, "%s}", params[0]);
	if (count)
		db_query(r->db, sql_journal_touchpoints, 1, params,
			on_read_again, r);
	else
		go_on(r);
}

static void
on_read(const struct db_result *result, void *arg)
{
	struct resolver *r = arg;

	if (!went_well(r, result))
		return;
	r->graph = person_graph(r->arena, r->policy);
	if (tell_all(r, result))
		graph_load_touched(r->db, r->graph, on_touched, r);
}

static void
on_taken(const struct db_result *result, void *arg)
{
	struct resolver *r = arg;
	const char *params[3];

	if (!went_well(r, result))
		return;
	if (!db_value(result, 0, 0)) {
		db_query(r->db, "COMMIT", 0, NULL, on_commit, r);
		return;
	}
	r->batches = keep(r, result, 0, 0);
	r->batch_count = strtoll(db_value(result, 0, 4), NULL, 10);
	r->event_count = strtoll(db_value(result, 0, 5), NULL, 10);
	for (int i = 0; i < 3; i++)
		params[i] = db_value(result, 0, i + 1);
	db_query(r->db, sql_journal_read, 3, params, on_read, r);
}

static void
take(struct resolver *r)
{
	char limit[16], most[16];
	const char *params[] = { limit, most };

	snprintf(limit, sizeof(limit), "%d", r->limit);
	snprintf(most, sizeof(most), "%d", r->most);
	db_query(r->db, sql_append_take, 2, params, on_taken, r);
}

static void
on_model(const struct model *model, const struct err *why, void *arg)
{
	struct resolver *r = arg;

	if (!model) {
		failed(r, why);
		return;
	}
	r->model = model;
	r->version = r->wanted;
	log_info("model", "version=%lld", (long long)r->version);
	take(r);
}

/* The model that the profiles are made by must be here. */
static void
take_by_model(struct resolver *r)
{
	if (!r->policy->likeness || (r->model && r->version == r->wanted))
		take(r);
	else
		model_in_use_ask(r->in_use, r->db, on_model, r);
}

static void
on_noted(const struct db_result *result, void *arg)
{
	if (went_well(arg, result))
		take_by_model(arg);
}

static void
on_waiting(const struct db_result *result, void *arg)
{
	(void)result;
	rest(arg, IDLE_MS);
}

/* Profiles made by two policies at once would be nobody's function. */
static void
wait_for_replay(struct resolver *r)
{
	if (!r->waits)
		log_warning("policy",
			"state=other action=waiting hint=\"the profiles were "
			"made by another policy: run unifyctl replay, or "
			"reload with that one\"");
	r->waits = true;
	r->kicked = false;
	db_query(r->db, "COMMIT", 0, NULL, on_waiting, r);
}

static void
on_number(const struct db_result *result, void *arg)
{
	struct resolver *r = arg;
	const char *made_by, *digest;

	if (!went_well(r, result))
		return;
	if (!result->rows) {
		log_warning("lease", "state=lost action=waiting");
		r->epoch[0] = '\0';
		roll_back(r);
		return;
	}
	r->number = keep(r, result, 0, 0);
	made_by = db_value(result, 0, 1);
	r->wanted = db_value(result, 0, 2)
			    ? strtoll(db_value(result, 0, 2), NULL, 10)
			    : 0;
	digest = policy_digest(r->arena, r->policy);
	if (!made_by) {
		db_query(r->db, sql_policy_note, 1, &digest, on_noted, r);
		return;
	}
	if (strcmp(made_by, digest) != 0) {
		wait_for_replay(r);
		return;
	}
	r->waits = false;
	take_by_model(r);
}

static void
on_begin(const struct db_result *result, void *arg)
{
	struct resolver *r = arg;
	const char *params[] = { r->epoch, LEASE_MS };

	if (went_well(r, result))
		db_query(r->db, sql_lease_number, 2, params, on_number, r);
}

static void
begin(struct resolver *r)
{
	r->kicked = r->idle = false;
	r->began = now_ms();
	r->arena = arena_create();
	r->batches = NULL;
	r->batch_count = r->event_count = 0;
	db_query(r->db, "BEGIN", 0, NULL, on_begin, r);
}

static void
on_acquired(const struct db_result *result, void *arg)
{
	struct resolver *r = arg;

	if (!result->ok || !result->rows) {
		rest(r, result->ok ? IDLE_MS : RETRY_MS);
		return;
	}
	strncpy(r->epoch, db_value(result, 0, 0), sizeof(r->epoch) - 1);
	likeness_forget(r->memory);
	log_info("lease", "state=held epoch=%s", r->epoch);
	begin(r);
}

static void
start(struct resolver *r)
{
	const char *params[] = { r->holder, LEASE_MS };

	if (r->busy)
		return;
	r->busy = true;
	if (r->epoch[0])
		begin(r);
	else
		db_query(r->db, sql_lease_acquire, 2, params, on_acquired, r);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct resolver *r = arg;

	(void)fd;
	(void)what;
	if (r->stopping)
		on_released(NULL, r);
	else
		start(r);
}

struct resolver *
resolver_create(struct event_base *base, struct db *db, struct span hash_key,
	const struct policy *policy)
{
	struct resolver *r = calloc(1, sizeof(*r));
	struct id holder = id_random();

	if (!r)
		abort();
	r->base = base;
	r->db = db;
	r->hash_key = hash_key;
	r->policy = policy;
	r->in_use = model_in_use_create();
	r->memory = likeness_memory_create();
	r->limit = BATCHES;
	r->most = EVENTS;
	id_format(&holder, r->holder);
	r->timer = event_new(base, -1, 0, on_timer, r);
	if (!r->timer)
		abort();
	timer_start(r, 0);
	return r;
}

void
resolver_set_policy(struct resolver *r, const struct policy *policy)
{
	r->policy = policy;
	resolver_kick(r);
}

void
resolver_kick(struct resolver *r)
{
	r->kicked = true;
	r->idle = false;
	if (!r->busy && !r->stopping)
		timer_start(r, 0);
}

bool
resolver_is_idle(const struct resolver *r)
{
	return r->idle && !r->kicked;
}

uint64_t
resolver_resolved(const struct resolver *r)
{
	return r->resolved;
}

uint64_t
resolver_compared(const struct resolver *r)
{
	return r->compared;
}

uint64_t
resolver_parked(const struct resolver *r)
{
	return r->parked;
}

void
resolver_stop(struct resolver *r, void (*done)(void *), void *arg)
{
	r->stopping = true;
	r->stopped = done;
	r->stopped_arg = arg;
	event_del(r->timer);
	if (!r->busy)
		release(r);
}

void
resolver_destroy(struct resolver *r)
{
	if (!r)
		return;
	event_free(r->timer);
	arena_destroy(r->arena);
	model_in_use_destroy(r->in_use);
	likeness_memory_destroy(r->memory);
	free(r);
}
