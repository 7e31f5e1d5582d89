/* SPDX-License-Identifier: Apache-2.0 */
/* What the handlers that ask PostgreSQL have in common. */
#ifndef APP_READ_H
#define APP_READ_H

#include <jansson.h>
#include <stdbool.h>

#include "app/front.h"
#include "base/arena.h"
#include "io/db.h"
#include "likeness/explain.h"

struct read;
/* record: NULL where there is no profile; holds for the time of the call. */
typedef void (*read_done)(struct read *read, const char *record);

/* A read on its way; on the request's arena. */
struct read {
	struct front *front;
	struct request *request;
	long limit;	/* of the page */
	const char *id; /* the profile that is asked for */
	json_t *asked;	/* lookup: what was asked, with ids */
	read_done done; /* read_record's */
};

struct read *read_create(struct front *f, struct request *r);
/* False where the result is none, and the request was answered. */
bool read_ok(struct read *read, const struct db_result *result);
/* The strong ETag of a document. */
const char *read_etag(struct arena *a, const char *text);
/* Answers with a document, or 304 where the client has it already. */
void read_send(struct read *read, const char *text);
/* {"NAME":[rows],"next":cursor or null}. The cursor is the second column of
 * the last row of a full page. */
void read_send_page(
	struct read *read, const struct db_result *result, const char *name);
/* The same for a feed, which is never at its end: next is the cursor of the
 * last row, or the one from which it was asked. */
void read_send_feed(struct read *read, const struct db_result *result,
	const char *name, const char *asked_from);
/* A parameter of the query, decoded; NULL where there is none. */
const char *read_query(struct request *r, const char *name);
/* Reads the parameter limit. False where it is none, and was answered. */
bool read_limit(struct read *read);
/* False where the text is no id, and the request was answered; what: the name
 * of it for the reader. */
bool read_id(struct read *read, struct span text, const char *what);
/* The two groups of a review's id; false where it is none, and the request was
 * answered. */
bool read_review(struct read *read, struct span text, const char *groups[2]);
/* Reads the parameter cursor, "TIME,ID" as a page before gave it; NULLs where
 * there is none. False where it is bad, and was answered. */
bool read_cursor(struct read *read, const char **time, const char **id);
/* The sides of all rows of a query of pairs (likeness/explain.h), on the arena.
 */
struct explain_pair_sides *read_pairs(
	struct arena *a, const struct db_result *result);
/* Asks for the record of the profile that has the identifier; where there is
 * no answer to that, the request gets one and done is not called. */
void read_record(struct read *read, const char *id, read_done done);

#endif
