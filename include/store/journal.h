/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writer of the journal. What arrives while a transaction is under way
 * shares the next one (group commit). Invariant 2: done is called with
 * verdicts only after the COMMIT, or when the events were there already. What
 * fails for a moment is tried again, and nobody hears of it who can wait.
 */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/id.h"
#include "store/columns.h"

struct db;
struct event_base;
struct journal;

enum verdict {
	ACCEPTED = 1, /* new, and committed */
	DUPLICATE,    /* the same event was there already */
	CONFLICT      /* another content under the same id: parked */
};

/* The sender's own bytes of a request, with the headers its channel reads. */
struct kept {
	struct id id;
	const char *method, *path; /* path with its query */
	const char *headers;	   /* a JSON object */
	struct span body;
};

/* One event on its way into the journal. */
struct entry {
	struct id event, touchpoint;
	uint8_t digest[DIGEST_SIZE]; /* of the canonical content */
	int64_t occurred_at, received_at;
	bool clamped; /* occurred_at is the receipt's */
	const char *source, *channel, *type;
	const char *body;	 /* canonical JSON */
	const struct kept *kept; /* the request it came in, or NULL */
	enum verdict verdict;	 /* the answer */
};

#define JOURNAL_WAITING 20000 /* events that may wait; ERR_BUSY above */

struct journal *journal_create(struct event_base *base, struct db *db);
/* Appends under way are not answered any more. Takes NULL. */
void journal_destroy(struct journal *j);
/* On arena, which is held until PostgreSQL is through with them, are the
 * entries. done is called on a later turn, once: with NULL, and a verdict in
 * each entry, or with why there is none (ERR_BUSY, after wait_ms at the latest:
 * perhaps they were appended, send them again later; ERR_DB: they were not). */
void journal_append(struct journal *j, struct arena *arena,
	struct entry *entries, size_t count, int wait_ms,
	void (*done)(const struct err *, void *arg), void *arg);
/* The rows of sql_journal_insert, on the arena. */
struct columns *journal_rows(
	struct arena *a, struct entry *const *entries, size_t count);

#endif
