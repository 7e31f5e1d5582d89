/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connection is in one of four states; state_set alone changes them.
 * Each callback stops watching, asks libpq, and watches again or finishes.
 */
#include "io/db.h"

#include <event2/event.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

enum state {
	DOWN,	    /* waiting for the timer to try again */
	CONNECTING, /* PQconnectPoll is asked when the socket is ready */
	IDLE,	    /* connected, nothing sent */
	BUSY	    /* the first of the queue was sent */
};

struct query {
	struct query *next;
	db_done done;
	void *arg;
	char *sql;
	bool script;
	int count;
	char **params;
};

struct db {
	struct event_base *base;
	char *conninfo;
	PGconn *pg;
	enum state state;
	struct event *socket; /* of the connection; NULL when DOWN */
	struct event *timer;  /* next try, or a failure to hand out */
	struct query *first, **last;
	int wait_ms;
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

static void
query_destroy(struct query *q)
{
	for (int i = 0; i < q->count; i++)
		free(q->params[i]);
	free(q->params);
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

static void
watch(struct db *db, short what)
{
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
state_set(struct db *db, enum state state)
{
	db->state = state;
	if (state != DOWN)
		return;
	if (db->socket)
		event_free(db->socket);
	db->socket = NULL;
	PQfinish(db->pg);
	db->pg = NULL;
	timer_start(db, db->wait_ms);
	db->wait_ms = db->wait_ms * 2 > 2000 ? 2000 : db->wait_ms * 2;
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

static void
connect_start(struct db *db)
{
	db->pg = PQconnectStart(db->conninfo);
	if (!db->pg || PQstatus(db->pg) == CONNECTION_BAD ||
		PQsetnonblocking(db->pg, 1) != 0) {
		lost(db);
		return;
	}
	state_set(db, CONNECTING);
	watch(db, EV_WRITE);
}

static void
send_first(struct db *db)
{
	struct query *q = db->first;

	if (db->state != IDLE || !q)
		return;
	if (q->script ? !PQsendQuery(db->pg, q->sql)
		      : !PQsendQueryParams(db->pg, q->sql, q->count, NULL,
				(const char *const *)q->params, NULL, NULL,
				0)) {
		lost(db);
		return;
	}
	state_set(db, BUSY);
	watch(db, EV_READ | (PQflush(db->pg) > 0 ? EV_WRITE : 0));
}

static void
connect_poll(struct db *db)
{
	switch (PQconnectPoll(db->pg)) {
	case PGRES_POLLING_OK:
		db->wait_ms = 100;
		state_set(db, IDLE);
		watch(db, EV_READ);
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

/* What PostgreSQL said, without what it said it of: details, and the messages
 * of data exceptions, quote values (invariant 12). */
static const char *
said(const PGresult *pg, const char *sqlstate)
{
	const char *text = PQresultErrorField(pg, PG_DIAG_MESSAGE_PRIMARY);

	if (sqlstate && !strncmp(sqlstate, "22", 2))
		return "a value was refused";
	return text ? text : PQresultErrorMessage(pg);
}

/* One statement was sent, so one result comes, then NULL. */
static void
finish(struct db *db, PGresult *pg)
{
	ExecStatusType status = PQresultStatus(pg);
	const char *sqlstate = PQresultErrorField(pg, PG_DIAG_SQLSTATE);
	struct query *q = queue_take(db);
	struct db_result result = {
		.ok = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK,
		.sqlstate = sqlstate ? sqlstate : "",
		.text = said(pg, sqlstate),
		.rows = PQntuples(pg),
		.handle = pg,
	};

	q->done(&result, q->arg);
	query_destroy(q);
	PQclear(pg);
}

static void
consume(struct db *db, short what)
{
	PGresult *result, *extra;

	if ((what & EV_WRITE) && PQflush(db->pg) < 0) {
		lost(db);
		return;
	}
	if (!PQconsumeInput(db->pg)) {
		lost(db);
		return;
	}
	if (db->state == IDLE || PQisBusy(db->pg)) {
		watch(db, EV_READ | (PQflush(db->pg) > 0 ? EV_WRITE : 0));
		return;
	}
	result = PQgetResult(db->pg);
	while ((extra = PQgetResult(db->pg))) {
		/* Of a script: the last, which is the failure if one failed. */
		PQclear(result);
		result = extra;
	}
	if (PQstatus(db->pg) == CONNECTION_BAD || !result) {
		PQclear(result);
		lost(db);
		return;
	}
	state_set(db, IDLE);
	watch(db, EV_READ);
	finish(db, result);
	send_first(db);
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

struct db *
db_create(struct event_base *base, const char *conninfo)
{
	struct db *db = must(calloc(1, sizeof(*db)));

	db->base = base;
	db->conninfo = must(strdup(conninfo));
	db->last = &db->first;
	db->wait_ms = 100;
	db->timer = must(event_new(base, -1, 0, on_timer, db));
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
	if (db->socket)
		event_free(db->socket);
	PQfinish(db->pg);
	free(db->conninfo);
	free(db);
}

bool
db_ready(const struct db *db)
{
	return db->state == IDLE || db->state == BUSY;
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
queue_add(struct db *db, struct query *q)
{
	*db->last = q;
	db->last = &q->next;
	/* On a later turn: a caller is not called back from its own call. */
	if (db->state == IDLE && db->first == q)
		timer_start(db, 0);
}

void
db_query(struct db *db, const char *sql, int count, const char *const *params,
	db_done done, void *arg)
{
	struct query *q = query_create(sql, done, arg);

	q->count = count;
	q->params = must(calloc((size_t)count + 1, sizeof(*q->params)));
	for (int i = 0; i < count; i++)
		if (params[i])
			q->params[i] = must(strdup(params[i]));
	queue_add(db, q);
}

void
db_script(struct db *db, const char *sql, db_done done, void *arg)
{
	struct query *q = query_create(sql, done, arg);

	q->script = true;
	queue_add(db, q);
}

bool
db_may_pass(const struct db_result *result)
{
	static const char *const states[] = { "40001", "40P01", "55P03", "57P0",
		"08", "25006", "53300" };

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
