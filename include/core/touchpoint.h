/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From an event as a channel understood it to a row of the journal: its
 * identifiers normalised and named by id, its own id, its touchpoint and its
 * body. Pure: the same event and source give the same row for ever.
 */
#ifndef CORE_TOUCHPOINT_H
#define CORE_TOUCHPOINT_H

#include "base/arena.h"
#include "base/digest.h"
#include "base/id.h"
#include "core/channel.h"
#include "core/event.h"

/* An identifier that counts: normalised, not blocked. */
struct named {
	const char *kind;
	struct span value;
	enum assurance assurance;
	struct id id;
};

struct placed {
	struct id event;      /* of (source, the sender's own id) */
	struct id touchpoint; /* of (source, the identifiers' ids in order) */
	uint8_t digest[DIGEST_SIZE]; /* of the content: what repeats share */
	struct named *identifiers;   /* in the order of their ids, each once */
	size_t identifier_count;
	char *body; /* canonical JSON for the journal */
};

/*
 * An event without an id of its own is known by the digest of its content.
 * One that names nobody hangs on (source, one of 256 buckets).
 * What cannot be normalised or never counts stays in the body alone.
 */
void touchpoint_place(struct arena *a, struct span hash_key,
	const struct source_conf *source, const struct event *ev,
	struct placed *placed);

/* A steward's word: on the pairs of two lists of identifiers, or that an
 * earlier word is withdrawn. */
struct decided {
	bool same;		 /* or not the same */
	bool withdraws;		 /* then only decision counts */
	struct id decision;	 /* the one withdrawn */
	struct id *left, *right; /* identifiers */
	size_t left_count, right_count;
	const char *reason, *author; /* in words */
};

/* An instant at which an identifier was given up. */
struct handover {
	struct id identifier;
	int64_t at; /* in told: microseconds after the event */
};

/* What the resolver reads back from a body. */
struct told {
	struct named *identifiers; /* in the order of their ids */
	size_t identifier_count;   /* at most EVENT_CLAIMS */
	json_t *traits;		   /* object, or NULL */
	const char *called;	   /* for core/names.h, or NULL; the reader's */
	json_t *purchase;	   /* object, or NULL */
	json_t *cart;		   /* array of lines, or NULL */
	struct decided *decided;   /* or NULL */
	struct handover *handovers;
	size_t handover_count;
};

bool touchpoint_read(struct arena *a, struct span body, struct told *told,
	struct err *e) MUST_CHECK;

#endif
