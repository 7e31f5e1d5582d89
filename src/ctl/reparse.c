/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/reparse.h"

#include <stdlib.h>
#include <string.h>

#include "app/intake.h"
#include "core/json.h"
#include "ctl/recount.h"
#include "store/sql.h"

#define PAGE "16" /* requests; each has at most a request's bytes */
#define LEASE_MS "60000"

struct run {
	struct ctl *ctl;
	const char *epoch;
	struct reparsed *reparsed;
	struct progress progress;
	struct arena *arena; /* of the page */
};

/* The old events of one request, and what is to be done. */
struct change {
	struct arena *arena;
	struct ctl_rows old;
	bool *stands; /* by old row: it is as it should be */
	struct entry **put;
	size_t put_count;
};

enum old_column { EVENT, TOUCHPOINT, AT, TYPE, BODY, DIGEST };

static bool
is_same(struct change *c, int row, const struct entry *e)
{
	struct span old = span_of(ctl_value(&c->old, row, BODY));
	char touchpoint[ID_TEXT];

	return !strcmp(ctl_value(&c->old, row, TOUCHPOINT),
		       id_format(&e->touchpoint, touchpoint)) &&
	       strtoll(ctl_value(&c->old, row, AT), NULL, 10) ==
		       e->occurred_at &&
	       !strcmp(ctl_value(&c->old, row, TYPE), e->type) &&
	       !strcmp(ctl_value(&c->old, row, DIGEST),
		       digest_hex(c->arena, e->digest, DIGEST_SIZE)) &&
	       !strcmp(json_write(c->arena, json_read(c->arena, old, NULL)),
		       e->body);
}

/* The old row of an event, or -1. */
static int
find(const struct change *c, const char *event)
{
	int low = 0, high = c->old.rows;

	while (low < high) {
		int middle = low + (high - low) / 2;

		if (strcmp(ctl_value(&c->old, middle, EVENT), event) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < c->old.rows &&
			       !strcmp(ctl_value(&c->old, low, EVENT), event)
		       ? low
		       : -1;
}

/* Whether another request brought the event. */
static bool
is_others(struct run *r, const char *event, bool *others, struct err *e)
{
	const char *params[2] = { arena_printf(r->arena, "{%s}", event), NULL };
	struct ctl_rows rows;

	if (!ctl_query(r->ctl, sql_seen_ask, 2, params, &rows, e))
		return false;
	*others = rows.rows > 0;
	return true;
}

static bool
judge(struct run *r, struct change *c, struct intake *t, struct err *e)
{
	bool *met = arena_array(c->arena, (size_t)c->old.rows + 1, 1);

	c->stands = arena_array(c->arena, (size_t)c->old.rows + 1, 1);
	c->put = arena_array(c->arena, t->count + 1, sizeof(struct entry *));
	for (size_t i = 0; i < t->count; i++) {
		char *event = arena_alloc(c->arena, ID_TEXT);
		bool others = false;
		int row = find(c, id_format(&t->entries[i].event, event));

		if (row >= 0 && met[row])
			continue; /* said twice in one request */
		if (row >= 0) {
			met[row] = true;
			c->stands[row] = is_same(c, row, &t->entries[i]);
			r->reparsed->same += c->stands[row];
			r->reparsed->changed += !c->stands[row];
			others = c->stands[row];
		} else if (!is_others(r, event, &others, e)) {
			return false;
		} else {
			r->reparsed->added += !others;
		}
		if (!others)
			c->put[c->put_count++] = &t->entries[i];
	}
	for (int row = 0; row < c->old.rows; row++)
		r->reparsed->removed += !met[row];
	return true;
}

/* An array literal of texts that need no quotes. */
static char *
literal(struct arena *a, const char **texts, size_t count)
{
	size_t size = 3;
	char *all, *to;

	for (size_t i = 0; i < count; i++)
		size += strlen(texts[i]) + 1;
	all = to = arena_alloc(a, size);
	*to++ = '{';
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(texts[i]);

		if (i)
			*to++ = ',';
		memcpy(to, texts[i], len);
		to += len;
	}
	*to = '}';
	return all;
}

/* Takes out the old rows that do not stand. */
static bool
take_out(struct run *r, struct change *c, struct err *e)
{
	size_t rows = (size_t)c->old.rows + 1, count = 0;
	const char **ids[3], *params[3];
	struct ctl_rows none;

	for (int i = 0; i < 3; i++)
		ids[i] = arena_array(c->arena, rows, sizeof(**ids));
	for (int row = 0; row < c->old.rows; row++) {
		char *at = arena_alloc(c->arena, CLOCK_TEXT);

		if (c->stands[row])
			continue;
		ids[0][count] = ctl_value(&c->old, row, TOUCHPOINT);
		ids[1][count] = clock_format(
			strtoll(ctl_value(&c->old, row, AT), NULL, 10), at);
		ids[2][count++] = ctl_value(&c->old, row, EVENT);
	}
	for (int i = 0; i < 3; i++)
		params[i] = literal(c->arena, ids[i], count);
	return !count ||
	       ctl_query(r->ctl, sql_reparse_delete, 3, params, &none, e);
}

static bool
put_in(struct run *r, struct change *c, struct err *e)
{
	size_t room = c->put_count + (size_t)c->old.rows + 1, gone = 0;
	const char **events = arena_array(c->arena, room, sizeof(*events));
	const char **digests = arena_array(c->arena, room, sizeof(*digests));
	const char **removed = arena_array(c->arena, room, sizeof(*removed));
	struct id batch = id_random();
	char text[ID_TEXT];
	const char *params[4];
	struct db_param rows[COLUMNS_MAX + 4];
	struct ctl_rows none;

	for (size_t i = 0; i < c->put_count; i++) {
		events[i] = id_format(
			&c->put[i]->event, arena_alloc(c->arena, ID_TEXT));
		digests[i] =
			digest_hex(c->arena, c->put[i]->digest, DIGEST_SIZE);
	}
	for (int row = 0; row < c->old.rows; row++) {
		bool put = c->stands[row];

		for (size_t i = 0; i < c->put_count && !put; i++)
			put = !strcmp(
				events[i], ctl_value(&c->old, row, EVENT));
		if (!put)
			removed[gone++] = ctl_value(&c->old, row, EVENT);
	}
	if (c->put_count &&
		!ctl_send(r->ctl, sql_journal_insert,
			columns_params(
				journal_rows(c->arena, c->put, c->put_count), 0,
				NULL, rows),
			rows, &none, e))
		return false;
	params[0] = literal(c->arena, events, c->put_count);
	params[1] = literal(c->arena, digests, c->put_count);
	params[2] = id_format(&batch, text);
	params[3] = literal(c->arena, removed, gone);
	return (!c->put_count && !gone) ||
	       ctl_query(r->ctl, sql_reparse_seen, 4, params, &none, e);
}

/* What the channel understands of a request now. */
static bool
parse(struct run *r, const struct ctl_rows *rows, int row, struct kept *kept,
	struct intake *t)
{
	struct inbound in;
	struct feed feed = { .arena = r->arena, .last = true };
	struct span hex = span_of(ctl_value(rows, row, 6));
	uint8_t *bytes = arena_alloc(r->arena, hex.len / 2 + 1);
	struct err why;

	t->source =
		config_source(r->ctl->config, span_of(ctl_value(rows, row, 1)));
	if (!t->source || !digest_unhex(hex, bytes, hex.len / 2) ||
		!id_parse(span_of(ctl_value(rows, row, 0)), &kept->id))
		return false;
	kept->method = ctl_value(rows, row, 3);
	kept->path = ctl_value(rows, row, 4);
	kept->headers = ctl_value(rows, row, 5);
	kept->body = (struct span){ (char *)bytes, hex.len / 2 };
	in = intake_kept(r->arena, kept);
	if (t->source->channel->feed ? !intake_feed(t, &feed, in.body, &why)
				     : !intake_parse(t, &in, SIZE_MAX, &why))
		return false;
	intake_place(t, r->ctl->config->hash_key,
		strtoll(ctl_value(rows, row, 2), NULL, 10), kept);
	return true;
}

static bool
take_request(struct run *r, const struct ctl_rows *rows, int row, struct err *e)
{
	struct kept kept = { 0 };
	struct intake t = { .arena = r->arena };
	struct change c = { .arena = r->arena };
	const char *inbound = ctl_value(rows, row, 0);
	const char *lease[2] = { r->epoch, LEASE_MS };
	struct ctl_rows held;

	r->reparsed->requests++;
	if (!parse(r, rows, row, &kept, &t)) {
		r->reparsed->refused++;
		return true;
	}
	if (!ctl_query(r->ctl, "BEGIN", 0, NULL, &held, e) ||
		!ctl_query(r->ctl, sql_lease_number, 2, lease, &held, e))
		return false;
	if (!held.rows)
		return fail(e, ERR_CONFLICT,
			"somebody else took the resolver's lease");
	return ctl_query(r->ctl, sql_reparse_events, 1, &inbound, &c.old, e) &&
	       judge(r, &c, &t, e) && take_out(r, &c, e) && put_in(r, &c, e) &&
	       ctl_query(r->ctl, "COMMIT", 0, NULL, &held, e);
}

/* False at the end, with *ok, or on an error. *after is on the heap's arena. */
static bool
page(struct run *r, const char **after, bool *ok, struct err *e)
{
	struct arena *outer = r->ctl->arena;
	const char *params[2] = { *after, PAGE };
	struct ctl_rows rows;
	bool more = false;

	r->arena = r->ctl->arena = arena_create();
	*ok = ctl_query(r->ctl, sql_reparse_page, 2, params, &rows, e);
	for (int row = 0; *ok && row < rows.rows; row++)
		*ok = take_request(r, &rows, row, e);
	if (*ok && rows.rows) {
		more = true;
		progress_add(&r->progress, (uint64_t)rows.rows);
		*after = arena_strndup(
			outer, ctl_value(&rows, rows.rows - 1, 0), ID_TEXT - 1);
	}
	arena_destroy(r->arena);
	r->ctl->arena = outer;
	return more;
}

bool
reparse(struct ctl *ctl, const char *epoch, struct reparsed *reparsed,
	struct err *e)
{
	struct run r = { .ctl = ctl, .epoch = epoch, .reparsed = reparsed };
	const char *after = NULL;
	struct ctl_rows none;
	bool ok;

	if (!ctl_query(ctl, sql_reparse_begin, 0, NULL, &none, e) ||
		!ctl_query(ctl, sql_reparse_index, 0, NULL, &none, e))
		return false;
	ctl->in_transaction = true; /* its table and transactions end with it */
	progress_start(&r.progress, ctl, "requests", 0);
	while (page(&r, &after, &ok, e))
		;
	progress_end(&r.progress);
	ctl->in_transaction = false;
	return ok;
}
