/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the handlers of the front share: the configuration now in force, the
 * roads, and the counters. Made in unifyd.c; handlers never keep pointers
 * into the configuration past their return, for a reload replaces it.
 */
#ifndef APP_FRONT_H
#define APP_FRONT_H

#include <stdbool.h>
#include <stdint.h>

#include "app/config.h"
#include "base/span.h"
#include "io/http.h"

struct access;
struct event_base;
struct journal;
struct limit;
struct model_in_use;
struct pool;
struct profiles;
struct resolver;

struct front {
	const struct config *config;
	struct pool *readers;
	struct profiles *profiles; /* by the readers */
	struct journal *journal;
	struct resolver *resolver; /* NULL where another process resolves */
	struct access *access;
	struct model_in_use *model;
	struct limit *limit; /* how often who may ask */
	struct event_base *base;
	const char *caller; /* the name of the key that asks, in a handler */
	bool ready;	    /* PostgreSQL is there, with our schema and key */
	bool draining;
	/* since the start */
	uint64_t requests, accepted, duplicates, conflicts, refused, unknown;
	uint64_t answers[6]; /* by the first digit of the status */
};

/* Answers a request, now or later: finds the route, the right to use it, and
 * the handler. */
void front_serve(struct request *r, void *front);
/* The same for an address of its own (listen_ops): operations alone. */
void front_serve_ops(struct request *r, void *front);
/* How long the body of a request may be: of any that goes to no source, 1 MiB
 * at most. For http_options.body; front is a struct front. */
struct http_body front_body(const struct request *r, void *front);
/* An answer, counted. */
void front_reply(struct front *f, struct request *r, int status,
	const char *content_type, struct span body, const char *extra);
/* A problem document for an error; which status is decided here alone. */
void front_problem(struct front *f, struct request *r, const struct err *why);
/* Counts a request of who, which is an API key or a source; false, and it is
 * answered 429, where that is one too many. */
bool front_counts(struct front *f, struct request *r, const char *kind,
	const char *who, size_t per_second);
/* False, and the request is answered 429, where keys that came from its
 * address were refused too often to look at one more. */
bool front_listens(struct front *f, struct request *r);
/* The same with a status that no error code stands for. */
void front_status(struct front *f, struct request *r, int status,
	const char *code, const char *detail);

/* Handlers. rest: what of the path follows the route's own. */
void ingest_serve(struct front *f, struct request *r);
/* The header lines that the sources at the path add to the answer to OPTIONS;
 * "" where there are none. */
const char *ingest_options(struct front *f, const struct request *r);
/* How long the body of a request to a source may be, and whether it comes
 * piece by piece; 0 where it goes to none. */
struct http_body ingest_body(const struct front *f, const struct request *r);
/* False where the path is no channel's. */
bool ingest_has(const struct front *f, const struct request *r);
void profile_lookup_serve(struct front *f, struct request *r);
void profile_list_serve(struct front *f, struct request *r);
/* /v1/profiles/ID[/events|/history|/identifiers|/why] */
void profile_serve(struct front *f, struct request *r, struct span rest);
void profile_why_serve(struct front *f, struct request *r, const char *id);
void change_list_serve(struct front *f, struct request *r);
void profile_history_serve(struct front *f, struct request *r, const char *id);
void profile_merge_serve(struct front *f, struct request *r);
/* /v1/profiles/ID/split */
void profile_split_serve(struct front *f, struct request *r, struct span rest);
void decision_list_serve(struct front *f, struct request *r);
void decision_withdraw_serve(
	struct front *f, struct request *r, struct span rest);
void review_list_serve(struct front *f, struct request *r);
/* /v1/reviews/ID */
void review_serve(struct front *f, struct request *r, struct span rest);
void review_answer_serve(struct front *f, struct request *r, struct span rest);
void ops_serve(struct front *f, struct request *r);

#endif
