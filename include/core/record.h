/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The 360-degree record of one profile, made of the rows that are stored of it.
 * It is, byte for byte, what sql/query/profile_record.sql makes of the same
 * rows, for an ETag is a digest of its bytes: in PostgreSQL's way of writing
 * jsonb, where members go by the length of their names. What PostgreSQL takes
 * half a millisecond for takes a few microseconds here, and most of the rest
 * was reading partitions of the journal that have nothing of the profile.
 *
 * The rows come in any order. record_settle puts them in the order of their
 * content and says which events are wanted; with those, record_write.
 */
#ifndef CORE_RECORD_H
#define CORE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/id.h"
#include "base/span.h"

#define RECORD_EVENTS 10 /* that it shows; the newest */

struct record_identifier {
	struct id id;
	struct id base; /* as touchpoints name it */
	struct span kind, value;
	bool shared;
	int64_t number, first_seen;
	int64_t until; /* CLOCK_NONE: it is held still */
};

struct record_stay {
	struct id touchpoint;
	struct span source, channel;
	int64_t number, first_at, last_at, events;
	struct id *named;
	int *assurance; /* of each; 0: unknown */
	size_t named_count;
};

struct record_trait {
	struct span name, source;
	struct span value; /* JSON as jsonb is written */
	int64_t at;
	struct id event;
	bool removed; /* of a cart's line */
};

struct record_purchase {
	struct id purchase, event, touchpoint;
	struct span amount, currency;
	bool refund;
	int64_t at;
};

struct record_event {
	struct id event;
	struct span type, source, channel;
	struct span name; /* JSON; empty: none */
	int64_t at;
};

struct record {
	struct id founder;
	struct record_identifier *identifiers;
	struct record_stay *stays;
	struct record_trait *traits;
	struct record_purchase *purchases; /* settled: one of each */
	size_t identifier_count, stay_count, trait_count, purchase_count;
	/* What record_settle tells: among which stays the newest events are,
	 * at what time or later, and the last order; NULL: none. */
	const struct record_stay **latest;
	size_t latest_count;
	int64_t latest_from;
	const struct record_purchase *last_order;
	/* What the journal has of those. */
	struct record_event *events; /* those of latest, at least the newest */
	size_t event_count;
	struct span last_order_id; /* JSON; empty: none */
};

void record_settle(struct arena *a, struct record *r);
/* NUL-terminated, on the arena. */
char *record_write(struct arena *a, const struct record *r);

#endif
