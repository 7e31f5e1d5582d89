/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One PostgreSQL connection on the loop. Statements wait their turn and each
 * is answered once, by a callback on a later turn of the loop. A lost
 * connection fails what is queued and comes back by itself: to the next host,
 * where the connection string names several and one does not answer, and, where
 * it names several, to one that can be written.
 */
#ifndef IO_DB_H
#define IO_DB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct event_base;
struct db;

/* Holds for the time of the callback. */
struct db_result {
	bool ok;
	const char *sqlstate; /* five characters; "" when the connection went */
	const char *text;     /* what PostgreSQL said, quoting no value */
	int rows;
	const void *handle; /* db.c's own */
};

typedef void (*db_done)(const struct db_result *, void *arg);

#define DB_ASK_MS 900 /* before who waits hears that nothing came */

#define DB_LOCK_WAIT "250ms" /* sooner than PostgreSQL looks for deadlocks */

/* What a connection may keep. */
enum db_mode {
	DB_SESSION, /* statements are prepared at their first use */
	DB_SERVING, /* and planned once, to go by keys: for those who ask for
		     * little, often, where statistics of a table that has just
		     * grown say otherwise */
	DB_WRITING, /* and gives way to who holds a lock for DB_LOCK_WAIT */
	DB_POOLED   /* nothing: a pooler hands it on after each transaction */
};

/* conninfo: a libpq connection string or URI. Connects at once, and again
 * after 0.1 to 2 s whenever the connection is lost. It counts as lost where it
 * is not there after 2 s; after a shutdown, or a refusal to write, for then
 * another host may be the one to ask; and where a statement has no answer for
 * patience_ms, unless that is 0. */
struct db *db_create(struct event_base *base, const char *conninfo,
	enum db_mode mode, int patience_ms);
/* What is queued is dropped and never answered, so that those who asked may be
 * gone already. Takes NULL. */
void db_destroy(struct db *db);
bool db_ready(const struct db *db);
/* How many statements have no answer yet. */
size_t db_waiting(const struct db *db);
/* A parameter; data NULL: SQL's NULL. */
struct db_param {
	const char *data;
	size_t len;  /* of what is binary; text ends in a NUL */
	bool binary; /* as PostgreSQL's *_recv functions read it */
};

/* Parameters are copied. While there is no connection done is called, later,
 * with a result that is not ok. */
void db_send(struct db *db, const char *sql, int count,
	const struct db_param *params, db_done done, void *arg);
/* The same of text alone. */
void db_query(struct db *db, const char *sql, int count,
	const char *const *params, db_done done, void *arg);
/* The same for somebody who waits: after DB_ASK_MS done is called with a result
 * that is not ok, and what comes later is dropped. */
void db_ask(struct db *db, const char *sql, int count,
	const char *const *params, db_done done, void *arg);
/* The same with any parameters, for who waits no longer than wait_ms; the rows
 * come in binary, for db_bytes alone. */
void db_ask_bytes(struct db *db, const char *sql, int count,
	const struct db_param *params, int wait_ms, db_done done, void *arg);
/* Several statements at once, without parameters, as one transaction; the
 * result tells only whether all went well. */
void db_script(struct db *db, const char *sql, db_done done, void *arg);
/* Of a failed result: whether the same transaction may well succeed when it is
 * tried again (connection lost, serialization, deadlock, shutdown, read-only,
 * out of connections, of space or of memory). */
bool db_may_pass(const struct db_result *result);
int db_columns(const struct db_result *result);
/* NULL for SQL's NULL. */
const char *db_value(const struct db_result *result, int row, int column);
/* As PostgreSQL's *_send functions write it. Data NULL: SQL's NULL. */
struct span db_bytes(const struct db_result *result, int row, int column);

#endif
