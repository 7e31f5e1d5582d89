/* SPDX-License-Identifier: Apache-2.0 */
/* Rows come in binary, as the *_send functions of PostgreSQL write them: what
 * they are is then no matter of a session's settings. */
#include "store/profile_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/* The columns of profile_rows.sql. */
enum {
	ASKED,
	IDENTIFIER,
	FOUNDER,
	BASE,
	KIND,
	VALUE,
	SHARED,
	NUMBER,
	FIRST_SEEN,
	UNTIL,
	TOUCHPOINT,
	STAY,
	STAY_NUMBER,
	FIRST_AT,
	LAST_AT,
	EVENTS,
	ASSURANCE,
	NAMED,
	SOURCE,
	CHANNEL,
	MORE, /* 0: nothing */
	MORE_ID,
	MORE_NAME,
	MORE_AT,
	MORE_FLAG,
	MORE_VALUE,
	MORE_PURCHASE,
	MORE_TEXT
};

enum { TRAIT = 1, PURCHASE, OTHER };

/* And of profile_latest.sql. */
enum { PLACE, EVENT, OCCURRED_AT, TYPE, NAME, ORDER_ID };

/* A row of a result. */
struct row {
	struct arena *arena;
	const struct db_result *result;
	int at;
};

static uint64_t
number_of(const char *data, size_t len)
{
	uint64_t number = 0;

	for (size_t i = 0; i < len; i++)
		number = number << 8 | (unsigned char)data[i];
	return number;
}

static bool
is_null(const struct row *row, int column)
{
	return !db_bytes(row->result, row->at, column).data;
}

static int64_t
get_long(const struct row *row, int column)
{
	struct span s = db_bytes(row->result, row->at, column);

	return (int64_t)number_of(s.data, s.len);
}

static int
get_int(const struct row *row, int column)
{
	return (int)get_long(row, column);
}

static int64_t
get_time(const struct row *row, int column)
{
	return is_null(row, column) ? CLOCK_NONE
				    : get_long(row, column) + CLOCK_2000;
}

static struct id
get_id(const struct row *row, int column)
{
	struct span s = db_bytes(row->result, row->at, column);
	struct id id = { { 0 } };

	if (s.len == sizeof(id.bytes))
		memcpy(id.bytes, s.data, sizeof(id.bytes));
	return id;
}

static bool
get_bool(const struct row *row, int column)
{
	struct span s = db_bytes(row->result, row->at, column);

	return s.len && s.data[0];
}

static struct span
get_text(const struct row *row, int column)
{
	struct span s = db_bytes(row->result, row->at, column);

	return (struct span){ span_text(row->arena, s), s.len };
}

/* jsonb's version goes before its text. */
static struct span
get_json(const struct row *row, int column)
{
	struct span s = db_bytes(row->result, row->at, column);

	if (!s.len)
		return s;
	s = (struct span){ s.data + 1, s.len - 1 };
	return (struct span){ span_text(row->arena, s), s.len };
}

/* An element of an array of one dimension, whose head array_send writes: three
 * words, and two of the dimension. */
struct element {
	const char *data;
	uint32_t left, len;
};

static struct element
array_begin(const struct row *row, int column)
{
	struct span s = db_bytes(row->result, row->at, column);

	if (s.len < 20)
		return (struct element){ NULL, 0, 0 };
	return (struct element){ s.data + 20,
		(uint32_t)number_of(s.data + 12, 4), 0 };
}

/* NULL where it has no value. */
static const char *
array_next(struct element *e)
{
	const char *data = e->data + 4;

	e->len = (uint32_t)number_of(e->data, 4);
	e->left--;
	if (e->len == UINT32_MAX) {
		e->data = data;
		return NULL;
	}
	e->data = data + e->len;
	return data;
}

static void
get_named(const struct row *row, struct record_stay *s)
{
	struct element e = array_begin(row, NAMED);
	struct element how = array_begin(row, ASSURANCE);

	s->named = arena_array(row->arena, e.left + 1, sizeof(*s->named));
	s->assurance =
		arena_array(row->arena, e.left + 1, sizeof(*s->assurance));
	while (e.left) {
		const char *id = array_next(&e);
		const char *word = how.left ? array_next(&how) : NULL;

		if (word)
			s->assurance[s->named_count] =
				(int)number_of(word, how.len);
		if (id)
			memcpy(s->named[s->named_count++].bytes, id,
				sizeof(s->named->bytes));
	}
}

/* A place for one that is not in the record yet, or NULL. */
static struct record_identifier *
new_identifier(struct profile *p, const struct id *id)
{
	struct record *r = &p->record;

	if (idmap_get(&p->identifiers, id) != IDMAP_NONE)
		return NULL;
	idmap_set(p->arena, &p->identifiers, id, 0);
	r->identifiers =
		arena_grow(p->arena, r->identifiers, r->identifier_count,
			&p->identifier_cap, sizeof(*r->identifiers));
	return &r->identifiers[r->identifier_count++];
}

static void
add_identifier(struct profile *p, const struct row *row)
{
	struct id id = get_id(row, IDENTIFIER);
	struct record_identifier *to = new_identifier(p, &id);

	if (to)
		*to = (struct record_identifier){
			.id = id,
			.base = is_null(row, BASE) ? id : get_id(row, BASE),
			.kind = get_text(row, KIND),
			.value = get_text(row, VALUE),
			.shared = get_bool(row, SHARED),
			.number = get_long(row, NUMBER),
			.first_seen = get_time(row, FIRST_SEEN),
			.until = get_time(row, UNTIL),
		};
}

static void
add_other(struct profile *p, const struct row *row)
{
	struct id id = get_id(row, MORE_ID);
	struct record_identifier *to = new_identifier(p, &id);

	if (to)
		*to = (struct record_identifier){
			.id = id,
			.base = id, /* touchpoints name no tenures */
			.kind = get_text(row, MORE_NAME),
			.value = get_text(row, MORE_TEXT),
			.shared = true,
			.until = get_time(row, MORE_AT),
		};
}

/* Its place in the record, which it gets if it has none. Its key: ids are
 * hashes, and none begins as another with a small number more. */
static const struct record_stay *
add_stay(struct profile *p, const struct row *row)
{
	struct record *r = &p->record;
	struct id touchpoint = get_id(row, TOUCHPOINT), key = touchpoint;
	int stay = get_int(row, STAY);
	uint32_t at;

	for (size_t i = 0; i < sizeof(stay); i++)
		key.bytes[i] ^= (uint8_t)(stay >> 8 * i);
	at = idmap_get(&p->stays, &key);
	if (at != IDMAP_NONE)
		return &r->stays[at];
	idmap_set(p->arena, &p->stays, &key, (uint32_t)r->stay_count);
	r->stays = arena_grow(p->arena, r->stays, r->stay_count, &p->stay_cap,
		sizeof(*r->stays));
	r->stays[r->stay_count] = (struct record_stay){
		.touchpoint = touchpoint,
		.source = get_text(row, SOURCE),
		.channel = get_text(row, CHANNEL),
		.number = get_long(row, STAY_NUMBER),
		.first_at = get_time(row, FIRST_AT),
		.last_at = get_time(row, LAST_AT),
		.events = get_long(row, EVENTS),
	};
	get_named(row, &r->stays[r->stay_count]);
	return &r->stays[r->stay_count++];
}

static void
add_trait(struct profile *p, const struct row *row, struct span source)
{
	struct record *r = &p->record;

	r->traits = arena_grow(p->arena, r->traits, r->trait_count,
		&p->trait_cap, sizeof(*r->traits));
	r->traits[r->trait_count++] = (struct record_trait){
		.name = get_text(row, MORE_NAME),
		.source = source,
		.value = get_json(row, MORE_VALUE),
		.at = get_time(row, MORE_AT),
		.event = get_id(row, MORE_ID),
		.removed = get_bool(row, MORE_FLAG),
	};
}

static void
add_purchase(struct profile *p, const struct row *row)
{
	struct record *r = &p->record;

	r->purchases = arena_grow(p->arena, r->purchases, r->purchase_count,
		&p->purchase_cap, sizeof(*r->purchases));
	r->purchases[r->purchase_count++] = (struct record_purchase){
		.purchase = get_id(row, MORE_PURCHASE),
		.event = get_id(row, MORE_ID),
		.touchpoint = get_id(row, TOUCHPOINT),
		.amount = get_text(row, MORE_TEXT),
		.currency = get_text(row, MORE_NAME),
		.refund = get_bool(row, MORE_FLAG),
		.at = get_time(row, MORE_AT),
	};
}

struct id
profile_row_asked(const struct db_result *result, int row)
{
	return get_id(&(struct row){ NULL, result, row }, ASKED);
}

void
profile_row_add(struct profile *p, const struct db_result *result, int at)
{
	const struct row row = { p->arena, result, at };
	const struct record_stay *stay;

	if (!p->record.identifier_count)
		p->record.founder = get_id(&row, FOUNDER);
	add_identifier(p, &row);
	if (is_null(&row, TOUCHPOINT))
		return;
	stay = add_stay(p, &row);
	if (is_null(&row, MORE))
		return;
	switch (get_int(&row, MORE)) {
	case TRAIT:
		add_trait(p, &row, stay->source);
		break;
	case PURCHASE:
		add_purchase(p, &row);
		break;
	default:
		add_other(p, &row);
	}
}

static void
widen(int64_t at, int64_t *from, int64_t *to)
{
	*from = at < *from ? at : *from;
	*to = at > *to ? at : *to;
}

void
profile_latest_ask(
	struct profile *p, struct columns *c, int64_t *from, int64_t *to)
{
	struct record *r = &p->record;
	const struct record_purchase *o;

	record_settle(p->arena, r);
	p->first_place = columns_rows(c);
	for (size_t i = 0; i < r->latest_count; i++) {
		columns_id(c, &r->latest[i]->touchpoint);
		columns_time(c, r->latest[i]->first_at);
		columns_time(c, r->latest[i]->last_at);
		columns_null(c);
		widen(r->latest[i]->last_at, from, to);
	}
	if (r->latest_count)
		widen(r->latest_from, from, to);
	o = r->last_order;
	if (o) {
		columns_id(c, &o->touchpoint);
		columns_time(c, o->at);
		columns_time(c, o->at);
		columns_id(c, &o->event);
		widen(o->at, from, to);
	}
}

size_t
profile_latest_place(const struct db_result *result, int row)
{
	return (size_t)get_long(&(struct row){ NULL, result, row }, PLACE) - 1;
}

void
profile_latest_add(struct profile *p, const struct db_result *result, int at)
{
	const struct row row = { p->arena, result, at };
	struct record *r = &p->record;
	size_t place = profile_latest_place(result, at) - p->first_place;
	const struct record_stay *s;

	if (place >= r->latest_count) {
		r->last_order_id = get_json(&row, ORDER_ID);
		return;
	}
	r->events = arena_grow(p->arena, r->events, r->event_count,
		&p->event_cap, sizeof(*r->events));
	s = r->latest[place];
	r->events[r->event_count++] = (struct record_event){
		.event = get_id(&row, EVENT),
		.type = get_text(&row, TYPE),
		.source = s->source,
		.channel = s->channel,
		.name = get_json(&row, NAME),
		.at = get_time(&row, OCCURRED_AT),
	};
}
