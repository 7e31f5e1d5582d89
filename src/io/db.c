/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connection is in one of four states; state_set alone changes them.
 * Each callback stops watching, asks libpq, and watches again or finishes.
 * While anything is waited for, sweep looks often at what waits too long.
 */
#include "io/db.h"

#include <event2/event.h>
#include <libpq-fe.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "io/now.h"

#define CONNECT_MS 2000 /* for one try */
#define WAIT_MS 100	/* between the first two; doubled up to WAIT_MAX_MS */
#define WAIT_MAX_MS 2000
#define SWEEP_MS 50
#define PREPARED_MAX 256

/* To compile a plan takes longer than to run it; rows by the thousand are
 * sorted in memory. Who is served goes from key to key, and what is asked for
 * often is in memory: a list of places first would cost more than it spares. */
#define SESSION                                                                \
	"SET jit = off; SET work_mem = '64MB';"                                \
	"SET client_min_messages = warning;"
#define SERVING                                                                \
	SESSION "SET plan_cache_mode = force_generic_plan;"                    \
		"SET enable_seqscan = off; SET enable_memoize = off;"          \
		"SET random_page_cost = 1;"
static const char *const settings[] = { [DB_SESSION] = SESSION,
	[DB_SERVING] = SERVING,
	[DB_WRITING] = SERVING "SET lock_timeout = '" DB_LOCK_WAIT "'",
	[DB_POOLED] = NULL };

enum state {
	DOWN,	    /* waiting for the timer to try again */
	CONNECTING, /* PQconnectPoll is asked when the socket is ready */
	IDLE,	    /* connected, nothing sent */
	BUSY	    /* the first of the queue was sent */
};

struct query {
	struct query *next;
	db_done done; /* NULL: who asked has heard that nothing came */
	void *arg;
	char *sql;
	int64_t until; /* ms: an answer must be there; 0: whenever */
	int count;
	char **params;
	int *lens, *formats;
	bool binary; /* so come the rows */
};

struct db {
	struct event_base *base;
	char *conninfo;
	PGconn *pg;
	PGresult *result; /* the last of the statement that was sent */
	enum state state;
	enum db_mode mode;
	char *prepared[PREPARED_MAX]; /* the nth is named "un" there */
	size_t prepared_count;
	bool preparing;	      /* the first of the queue */
	struct event *socket; /* of the connection; NULL when DOWN */
	struct event *timer;  /* next try, or a failure to hand out */
	struct event *sweep;
	struct query *first, **last;
	int64_t since; /* CONNECTING, BUSY: ms */
	int wait_ms, patience_ms;
	size_t host; /* of the connection string, with which to begin */
};

static void state_set(struct db *db, enum state state);
static void on_socket(evutil_socket_t fd, short what, void *arg);

static void *
must(void *p)
{
	if (!p)
		abort();
	return p;
}

size_t
db_waiting(const struct db *db)
{
	size_t count = 0;

	for (const struct query *q = db->first; q; q = q->next)
		count++;
	return count;
}

static struct query *
query_create(const char *sql, db_done done, void *arg)
{
	struct query *q = must(calloc(1, sizeof(*q)));

	q->done = done;
	q->arg = arg;
	q->sql = must(strdup(sql));
	return q;
}

static void
query_destroy(struct query *q)
{
	for (int i = 0; i < q->count; i++)
		free(q->params[i]);
	free(q->params);
	free(q->lens);
	free(q->formats);
	free(q->sql);
	free(q);
}

/* Takes the first query from the queue, so that its callback may queue. */
static struct query *
queue_take(struct db *db)
{
	struct query *q = db->first;

	if (q) {
		db->first = q->next;
		if (!db->first)
			db->last = &db->first;
	}
	return q;
}

static void
query_fail(struct query *q, const char *text)
{
	struct db_result result = { .sqlstate = "", .text = text };

	if (q->done)
		q->done(&result, q->arg);
	query_destroy(q);
}

/* Only what is queued now: a callback may queue again, for the next try. */
static void
queue_fail(struct db *db, const char *text)
{
	struct query *q = db->first, *next;

	db->first = NULL;
	db->last = &db->first;
	for (; q; q = next) {
		next = q->next;
		query_fail(q, text);
	}
}

/* Of a connection that stands the socket stays the same; one on its way may
 * close it, and open another of the same number. */
static void
watch(struct db *db, short what)
{
	what |= EV_PERSIST;
	if (db->socket && db->state != CONNECTING &&
		event_get_events(db->socket) == what)
		return;
	if (db->socket)
		event_free(db->socket);
	db->socket = must(
		event_new(db->base, PQsocket(db->pg), what, on_socket, db));
	event_add(db->socket, NULL);
}

static void
timer_start(struct db *db, int ms)
{
	struct timeval tv = { ms / 1000, (ms % 1000) * 1000L };

	event_add(db->timer, &tv);
}

static void
sweep_start(struct db *db)
{
	struct timeval tv = { 0, SWEEP_MS * 1000L };

	if (!event_pending(db->sweep, EV_TIMEOUT, NULL))
		event_add(db->sweep, &tv);
}

static void
forget_prepared(struct db *db)
{
	while (db->prepared_count)
		free(db->prepared[--db->prepared_count]);
	db->preparing = false;
}

/* A third of it less at random, so that a fleet does not come at once. */
static int
jitter(int ms)
{
	return ms - (int)arc4random_uniform((uint32_t)ms / 3 + 1);
}

static void
state_set(struct db *db, enum state state)
{
	db->state = state;
	if (state == CONNECTING || state == BUSY) {
		db->since = now_ms();
		sweep_start(db);
	}
	if (state != DOWN)
		return;
	if (db->socket)
		event_free(db->socket);
	db->socket = NULL;
	PQclear(db->result);
	db->result = NULL;
	PQfinish(db->pg);
	db->pg = NULL;
	forget_prepared(db);
	timer_start(db, jitter(db->wait_ms));
	db->wait_ms =
		db->wait_ms * 2 > WAIT_MAX_MS ? WAIT_MAX_MS : db->wait_ms * 2;
}

static void
lost(struct db *db)
{
	char text[256];
	const char *said = db->pg ? PQerrorMessage(db->pg) : "";
	size_t len = strcspn(said, "\n");

	if (len >= sizeof(text))
		len = sizeof(text) - 1;
	memcpy(text, said, len);
	text[len] = '\0';
	state_set(db, DOWN);
	queue_fail(db, len ? text : "no connection to PostgreSQL");
}

/* A list of hosts or ports that begins with its nth. One alone is for all. */
static const char *
list_from(struct arena *a, const char *list, size_t n)
{
	size_t count = 1, len = strlen(list);
	char *to = arena_alloc(a, len + 1);
	const char *from = list;
	size_t rest;

	for (const char *c = list; *c; c++)
		count += *c == ',';
	for (n %= count; n; n--)
		from = strchr(from, ',') + 1;
	rest = strlen(from);
	memcpy(to, from, rest);
	if (rest < len) {
		to[rest] = ',';
		memcpy(to + rest + 1, list, len - rest - 1);
	}
	return to;
}

/* What a connection string says, and what we say where it does not. */
struct words {
	const char *names[64], *values[64];
	size_t count;
};

static void
words_add(struct words *w, const char *name, const char *value)
{
	for (size_t i = 0; i < w->count; i++)
		if (!strcmp(w->names[i], name))
			return;
	if (w->count + 1 < sizeof(w->names) / sizeof(w->names[0])) {
		w->names[w->count] = name;
		w->values[w->count++] = value;
	}
}

static bool
is_list(const char *name)
{
	return !strcmp(name, "host") || !strcmp(name, "hostaddr") ||
	       !strcmp(name, "port");
}

/* libpq begins with the first host at each try, and leaves time limits to who
 * connects without waiting; so the next try begins with the next. */
static PGconn *
connect_from(const char *conninfo, size_t host)
{
	PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
	struct words w = { .count = 0 };
	bool several = false;
	struct arena *a;
	PGconn *pg;

	if (!options)
		return PQconnectStart(conninfo); /* it says what is wrong */
	a = arena_create();
	for (PQconninfoOption *o = options; o->keyword; o++) {
		if (!o->val)
			continue;
		if (is_list(o->keyword)) {
			several = several || strchr(o->val, ',');
			words_add(&w, o->keyword, list_from(a, o->val, host));
		} else {
			words_add(&w, o->keyword, o->val);
		}
	}
	words_add(&w, "fallback_application_name", "unifyd");
	words_add(&w, "keepalives_idle", "5");
	words_add(&w, "keepalives_interval", "2");
	words_add(&w, "keepalives_count", "3");
	words_add(&w, "tcp_user_timeout", "10000");
	if (several)
		words_add(&w, "target_session_attrs", "read-write");
	pg = PQconnectStartParams(w.names, w.values, 0);
	PQconninfoFree(options);
	arena_destroy(a);
	return pg;
}

static void
connect_start(struct db *db)
{
	db->pg = connect_from(db->conninfo, db->host);
	if (!db->pg || PQstatus(db->pg) == CONNECTION_BAD ||
		PQsetnonblocking(db->pg, 1) != 0) {
		lost(db);
		return;
	}
	state_set(db, CONNECTING);
	watch(db, EV_WRITE);
}

/* What has no parameters is sent as it is. Of the others the first of its text
 * is preceded by its preparation, with an answer of its own. */
static bool
send_query(struct db *db, const struct query *q)
{
	const char *const *params = (const char *const *)q->params;
	char name[16];
	size_t at = 0;

	if (!q->count)
		return PQsendQuery(db->pg, q->sql);
	while (at < db->prepared_count && strcmp(db->prepared[at], q->sql) != 0)
		at++;
	if (db->mode == DB_POOLED || at == PREPARED_MAX)
		return PQsendQueryParams(db->pg, q->sql, q->count, NULL, params,
			q->lens, q->formats, q->binary);
	snprintf(name, sizeof(name), "u%zu", at);
	db->preparing = at == db->prepared_count;
	if (!db->preparing)
		return PQsendQueryPrepared(db->pg, name, q->count, params,
			q->lens, q->formats, q->binary);
	return PQsendPrepare(db->pg, name, q->sql, q->count, NULL);
}

/* False where the connection is no good. */
static bool
try_first(struct db *db)
{
	if (!send_query(db, db->first))
		return false;
	state_set(db, BUSY);
	watch(db, EV_READ | (PQflush(db->pg) > 0 ? EV_WRITE : 0));
	return true;
}

static void
send_first(struct db *db)
{
	if (db->state == IDLE && db->first && !try_first(db))
		lost(db);
}

/* Before all that wait; nobody hears what became of it. */
static void
queue_first(struct db *db, const char *sql)
{
	struct query *q = query_create(sql, NULL, NULL);

	q->next = db->first;
	db->first = q;
	if (!q->next)
		db->last = &q->next;
}

static void
connect_poll(struct db *db)
{
	switch (PQconnectPoll(db->pg)) {
	case PGRES_POLLING_OK:
		db->wait_ms = WAIT_MS;
		watch(db, EV_READ);
		state_set(db, IDLE);
		if (settings[db->mode])
			queue_first(db, settings[db->mode]);
		send_first(db);
		break;
	case PGRES_POLLING_READING:
		watch(db, EV_READ);
		break;
	case PGRES_POLLING_WRITING:
		watch(db, EV_WRITE);
		break;
	default:
		lost(db);
	}
}

/* A statement that we prepared is not there, or another of its name is. */
static bool
is_shared(const char *sqlstate)
{
	return !strcmp(sqlstate, "26000") || !strcmp(sqlstate, "42P05");
}

/* What PostgreSQL said, without what it said it of: details, and the messages
 * of data exceptions, quote values (invariant 12). */
static const char *
said(const PGresult *pg, const char *sqlstate)
{
	const char *text = PQresultErrorField(pg, PG_DIAG_MESSAGE_PRIMARY);

	if (sqlstate && !strncmp(sqlstate, "22", 2))
		return "a value was refused";
	if (sqlstate && is_shared(sqlstate))
		return "the session is shared: behind a pooler set "
		       "database_pooler = transaction";
	return text ? text : PQresultErrorMessage(pg);
}

/* After which this connection is no good, though it may be open. */
static bool
is_last(const char *sqlstate)
{
	return !strncmp(sqlstate, "57P0", 4) || !strcmp(sqlstate, "25006") ||
	       is_shared(sqlstate);
}

/* What was prepared is sent next; what could not be has failed. */
static bool
is_prepared(struct db *db, bool ok)
{
	bool prepared = db->preparing && ok;

	db->preparing = false;
	if (prepared)
		db->prepared[db->prepared_count++] =
			must(strdup(db->first->sql));
	return prepared;
}

/* All results came. False: the connection is to be had anew. */
static bool
finish(struct db *db)
{
	PGresult *pg = db->result;
	ExecStatusType status = PQresultStatus(pg);
	const char *sqlstate = PQresultErrorField(pg, PG_DIAG_SQLSTATE);
	struct query *q = NULL;
	struct db_result result = {
		.ok = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK,
		.sqlstate = sqlstate ? sqlstate : "",
		.text = said(pg, sqlstate),
		.rows = PQntuples(pg),
		.handle = pg,
	};
	bool last = is_last(result.sqlstate);

	db->result = NULL;
	if (!is_prepared(db, result.ok))
		q = queue_take(db);
	/* PostgreSQL goes on with the next while we look at this one. */
	if (!last)
		send_first(db);
	if (q && q->done)
		q->done(&result, q->arg);
	if (q)
		query_destroy(q);
	PQclear(pg);
	return !last;
}

static void
consume(struct db *db, short what)
{
	PGresult *result = NULL;

	if ((what & EV_WRITE) && PQflush(db->pg) < 0) {
		lost(db);
		return;
	}
	if (!PQconsumeInput(db->pg)) {
		lost(db);
		return;
	}
	/* Of a script the last counts, which is the failure if one failed. */
	while (db->state == BUSY && !PQisBusy(db->pg) &&
		(result = PQgetResult(db->pg))) {
		PQclear(db->result);
		db->result = result;
	}
	if (db->state == IDLE || PQisBusy(db->pg)) {
		watch(db, EV_READ | (PQflush(db->pg) > 0 ? EV_WRITE : 0));
		return;
	}
	if (PQstatus(db->pg) == CONNECTION_BAD || !db->result) {
		lost(db);
		return;
	}
	state_set(db, IDLE);
	watch(db, EV_READ);
	if (finish(db))
		send_first(db);
	else
		lost(db);
}

static void
on_socket(evutil_socket_t fd, short what, void *arg)
{
	struct db *db = arg;

	(void)fd;
	if (db->state == CONNECTING)
		connect_poll(db);
	else
		consume(db, what);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct db *db = arg;

	(void)fd;
	(void)what;
	if (db->state == DOWN) {
		queue_fail(db, "no connection to PostgreSQL");
		connect_start(db);
	} else {
		send_first(db);
	}
}

/* Those that waited for too long, out of the queue; one that was sent stays,
 * for its answer comes. */
static struct query *
take_late(struct db *db, int64_t now)
{
	struct query **at = &db->first, *late = NULL, **end = &late;

	if (db->state == BUSY)
		at = &db->first->next;
	while (*at) {
		struct query *q = *at;

		if (!q->until || now < q->until) {
			at = &q->next;
			continue;
		}
		*at = q->next;
		q->next = NULL;
		*end = q;
		end = &q->next;
	}
	db->last = at;
	return late;
}

static void
on_sweep(evutil_socket_t fd, short what, void *arg)
{
	struct db *db = arg;
	int64_t now = now_ms();
	struct query *late = take_late(db, now), *next;
	struct query *sent = db->state == BUSY ? db->first : NULL;
	struct db_result none = { .sqlstate = "",
		.text = "PostgreSQL takes too long" };

	(void)fd;
	(void)what;
	if (sent && sent->done && sent->until && now >= sent->until) {
		db_done done = sent->done;

		sent->done = NULL;
		done(&none, sent->arg);
	}
	for (; late; late = next) {
		next = late->next;
		query_fail(late, none.text);
	}
	if (db->state == CONNECTING && now - db->since >= CONNECT_MS) {
		db->host++;
		lost(db);
	} else if (db->state == BUSY && db->patience_ms &&
		   now - db->since >= db->patience_ms) {
		lost(db);
	}
	if (db->first || db->state == CONNECTING)
		sweep_start(db);
}

struct db *
db_create(struct event_base *base, const char *conninfo, enum db_mode mode,
	int patience_ms)
{
	struct db *db = must(calloc(1, sizeof(*db)));

	db->base = base;
	db->conninfo = must(strdup(conninfo));
	db->last = &db->first;
	db->mode = mode;
	db->wait_ms = WAIT_MS;
	db->patience_ms = patience_ms;
	db->timer = must(event_new(base, -1, 0, on_timer, db));
	db->sweep = must(event_new(base, -1, 0, on_sweep, db));
	connect_start(db);
	return db;
}

void
db_destroy(struct db *db)
{
	struct query *q;

	if (!db)
		return;
	while ((q = queue_take(db)))
		query_destroy(q);
	event_free(db->timer);
	event_free(db->sweep);
	if (db->socket)
		event_free(db->socket);
	PQclear(db->result);
	PQfinish(db->pg);
	forget_prepared(db);
	free(db->conninfo);
	free(db);
}

bool
db_ready(const struct db *db)
{
	return db->state == IDLE || db->state == BUSY;
}

static void
queue_add(struct db *db, struct query *q)
{
	*db->last = q;
	db->last = &q->next;
	sweep_start(db);
	/* That it is lost is found on a later turn: a caller is not called back
	 * from its own call. */
	if (db->state == IDLE && db->first == q && !try_first(db))
		timer_start(db, 0);
}

static void
add_query(struct db *db, struct query *q, int count,
	const struct db_param *params)
{
	size_t n = (size_t)count + 1;

	q->count = count;
	q->params = must(calloc(n, sizeof(*q->params)));
	q->lens = must(calloc(n, sizeof(*q->lens)));
	q->formats = must(calloc(n, sizeof(*q->formats)));
	for (int i = 0; i < count; i++) {
		const struct db_param *p = &params[i];
		size_t len = p->binary ? p->len : 0;

		if (!p->data)
			continue;
		if (!p->binary)
			len = strlen(p->data);
		if (len > INT_MAX)
			abort();
		q->lens[i] = (int)len;
		q->formats[i] = p->binary;
		q->params[i] = must(malloc(len + 1));
		memcpy(q->params[i], p->data, len);
		q->params[i][len] = '\0';
	}
	queue_add(db, q);
}

/* Text alone; there are never many. */
static void
add_texts(struct db *db, struct query *q, int count, const char *const *params)
{
	struct db_param *all = must(calloc((size_t)count + 1, sizeof(*all)));

	for (int i = 0; i < count; i++)
		all[i].data = params[i];
	add_query(db, q, count, all);
	free(all);
}

void
db_send(struct db *db, const char *sql, int count,
	const struct db_param *params, db_done done, void *arg)
{
	add_query(db, query_create(sql, done, arg), count, params);
}

void
db_query(struct db *db, const char *sql, int count, const char *const *params,
	db_done done, void *arg)
{
	add_texts(db, query_create(sql, done, arg), count, params);
}

void
db_ask(struct db *db, const char *sql, int count, const char *const *params,
	db_done done, void *arg)
{
	struct query *q = query_create(sql, done, arg);

	q->until = now_ms() + DB_ASK_MS;
	add_texts(db, q, count, params);
}

void
db_ask_bytes(struct db *db, const char *sql, int count,
	const struct db_param *params, int wait_ms, db_done done, void *arg)
{
	struct query *q = query_create(sql, done, arg);

	q->until = now_ms() + wait_ms;
	q->binary = true;
	add_query(db, q, count, params);
}

void
db_script(struct db *db, const char *sql, db_done done, void *arg)
{
	struct query *q = query_create(sql, done, arg);

	queue_add(db, q);
}

bool
db_may_pass(const struct db_result *result)
{
	static const char *const states[] = { "40001", "40P01", "55P03", "57P0",
		"08", "25006", "25P03", "26000", "42P05", "53", "58030" };

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (!strncmp(result->sqlstate, states[i], strlen(states[i])))
			return true;
	return !result->sqlstate[0];
}

int
db_columns(const struct db_result *result)
{
	return PQnfields(result->handle);
}

const char *
db_value(const struct db_result *result, int row, int column)
{
	return PQgetisnull(result->handle, row, column)
		       ? NULL
		       : PQgetvalue(result->handle, row, column);
}

struct span
db_bytes(const struct db_result *result, int row, int column)
{
	if (PQgetisnull(result->handle, row, column))
		return (struct span){ NULL, 0 };
	return (struct span){ PQgetvalue(result->handle, row, column),
		(size_t)PQgetlength(result->handle, row, column) };
}
