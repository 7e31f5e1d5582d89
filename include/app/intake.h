/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What HTTP, a file and a reparse have in common: the bytes of a request
 * become events, and events rows for the journal. Asks nobody.
 */
#ifndef APP_INTAKE_H
#define APP_INTAKE_H

#include <jansson.h>

#include "app/config.h"
#include "core/channel.h"
#include "store/journal.h"

#define INTAKE_PIECE ((size_t)1 << 18) /* bytes read before they are fed */
#define INTAKE_UNCUT ((size_t)8 << 20) /* in which a feed must find an end */

/* One request, or one piece of it. */
struct intake {
	struct arena *arena;
	const struct source *source;
	struct events events;
	struct entry *entries; /* of the events that were not refused */
	size_t count;
};

/* The same request with the headers and the query that its channel reads, and
 * no other: what is kept is enough to parse it again, and holds no
 * credentials. */
struct inbound intake_inbound(struct arena *a, const struct channel *channel,
	const struct inbound *in);
/* Parses what a source sent whole. in is intake_inbound's. */
bool intake_parse(struct intake *t, const struct inbound *in, size_t max_batch,
	struct err *e) MUST_CHECK;
/* The same for a piece of it, by a channel that can feed; feed->used says how
 * much of it was taken. */
bool intake_feed(struct intake *t, struct feed *feed, struct span piece,
	struct err *e) MUST_CHECK;
/* The rows of what was parsed, with kept, which is on the arena, or NULL. */
void intake_place(struct intake *t, struct span hash_key, int64_t received,
	const struct kept *kept);
/* What is kept of a request: intake_inbound's in, with these bytes. */
const struct kept *intake_keep(
	struct arena *a, const struct inbound *in, struct span body);
/* And back. */
struct inbound intake_kept(struct arena *a, const struct kept *kept);

#define TALLY_LISTED 10000

/* The verdicts on a request, or on all its pieces. */
struct tally {
	struct verdicts sums;
	/* One of each event; above TALLY_LISTED of them those of the rejected
	 * alone, up to as many. */
	json_t *list;
	size_t count;
};

void tally_start(struct tally *t);
/* Adds an intake that is in the journal. */
void tally_add(struct tally *t, const struct intake *in);
/* As JSON, on the arena. */
char *tally_json(struct arena *a, const struct tally *t);
void tally_end(struct tally *t);

#endif
