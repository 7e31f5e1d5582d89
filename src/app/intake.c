/* SPDX-License-Identifier: Apache-2.0 */
#include "app/intake.h"

#include <string.h>

#include "core/json.h"
#include "core/touchpoint.h"

#define AHEAD CLOCK_DAY /* an event may be so far in the future */

/* The pairs of the query that have one of these names. */
static struct span
keep_query(struct arena *a, const struct channel *channel, struct span query)
{
	char *kept = arena_alloc(a, query.len + 1);
	size_t len = 0;

	while (query.len) {
		struct span value, pair = span_cut(query, '&', &query);
		struct span name = span_cut(pair, '=', &value);

		if (!channel_keeps(channel,
			    span_of(arena_printf(a, "?%.*s", (int)name.len,
				    name.data ? name.data : ""))))
			continue;
		if (len)
			kept[len++] = '&';
		memcpy(kept + len, pair.data, pair.len);
		len += pair.len;
	}
	return (struct span){ kept, len };
}

struct inbound
intake_inbound(struct arena *a, const struct channel *channel,
	const struct inbound *in)
{
	struct inbound seen = *in;
	struct header *headers;

	headers = arena_array(a, in->header_count + 1, sizeof(*headers));
	seen.query = keep_query(a, channel, in->query);
	seen.headers = headers;
	seen.header_count = 0;
	for (size_t i = 0; i < in->header_count; i++) {
		const struct header *h = &in->headers[i];

		/* Of one that comes twice the first is read. */
		if (channel_keeps(channel, h->name) &&
			!inbound_header(&seen, span_text(a, h->name)).data)
			headers[seen.header_count++] = *h;
	}
	return seen;
}

bool
intake_parse(struct intake *t, const struct inbound *in, size_t max_batch,
	struct err *e)
{
	const struct source *s = t->source;

	if (in->body.len > s->max_body)
		return fail(e, ERR_LIMIT,
			"want at most %zu bytes for this "
			"source",
			s->max_body);
	if (!s->channel->parse(t->arena, in, s->conf, &t->events, e))
		return false;
	if (t->events.count > max_batch)
		return fail(e, ERR_LIMIT,
			"%zu events in one request, want %zu at most",
			t->events.count, max_batch);
	return true;
}

bool
intake_feed(
	struct intake *t, struct feed *feed, struct span piece, struct err *e)
{
	const struct source *s = t->source;

	feed->used = 0;
	if (!s->channel->feed(t->arena, feed, piece, s->conf, &t->events, e))
		return false;
	if (!feed->last && !feed->used && piece.len >= INTAKE_UNCUT)
		return fail(e, ERR_LIMIT,
			"want at most %zu bytes that belong together",
			INTAKE_UNCUT);
	return true;
}

void
intake_place(struct intake *t, struct span hash_key, int64_t received,
	const struct kept *kept)
{
	struct arena *a = t->arena;
	const struct source *s = t->source;

	t->entries = arena_array(a, t->events.count + 1, sizeof(*t->entries));
	for (size_t i = 0; i < t->events.count; i++) {
		const struct event *ev = &t->events.items[i];
		struct entry *e = &t->entries[t->count];
		struct placed placed;

		if (ev->refused)
			continue;
		touchpoint_place(a, hash_key, s->conf, ev, &placed);
		*e = (struct entry){ .event = placed.event,
			.touchpoint = placed.touchpoint,
			.occurred_at = ev->occurred_at,
			.received_at = received,
			.source = s->conf->name,
			.channel = s->channel->name,
			.type = ev->type,
			.body = placed.body,
			.kept = kept };
		memcpy(e->digest, placed.digest, DIGEST_SIZE);
		if (ev->occurred_at < s->floor ||
			ev->occurred_at > received + AHEAD) {
			e->occurred_at = received;
			e->clamped = true;
		}
		t->count++;
	}
}

const struct kept *
intake_keep(struct arena *a, const struct inbound *in, struct span body)
{
	struct kept *kept = arena_alloc(a, sizeof(*kept));
	json_t *headers = json_object();

	for (size_t i = 0; i < in->header_count; i++)
		if (in->headers[i].value.len &&
			span_is_utf8(in->headers[i].value))
			json_object_set_new(headers,
				span_text(a, in->headers[i].name),
				json_text(in->headers[i].value));
	*kept = (struct kept){ .id = id_random(),
		.method = in->method,
		.path = arena_printf(a, "%.*s%s%.*s", (int)in->path.len,
			in->path.data, in->query.len ? "?" : "",
			(int)in->query.len, in->query.data),
		.headers = json_write(a, headers),
		.body = body };
	json_decref(headers);
	return kept;
}

struct inbound
intake_kept(struct arena *a, const struct kept *kept)
{
	struct inbound in = {
		.method = kept->method, .body = kept->body, .raw = kept->body
	};
	json_t *headers = json_read(a, span_of(kept->headers), NULL), *value;
	struct header *items =
		arena_array(a, json_object_size(headers) + 1, sizeof(*items));
	const char *name;

	in.path = span_cut(span_of(kept->path), '?', &in.query);
	json_object_foreach(headers, name, value) items[in.header_count++] =
		(struct header){ span_of(name), json_span(a, value) };
	in.headers = items;
	return in;
}

void
tally_start(struct tally *t)
{
	*t = (struct tally){ .list = json_array() };
}

static const char *
verdict_word(enum verdict verdict)
{
	static const char *const words[] = { "", "accepted", "duplicate",
		"conflict" };

	return words[verdict];
}

static json_t *
item_of(const struct event *ev, const struct entry *e, size_t number)
{
	json_t *item = json_object();
	char id[ID_TEXT];

	json_object_set_new(item, "line",
		json_integer((json_int_t)(ev->line ? ev->line : number)));
	json_object_set_new(item, "verdict",
		json_string(e ? verdict_word(e->verdict) : "rejected"));
	if (!e)
		json_object_set_new(item, "reason", json_string(ev->refused));
	else
		json_object_set_new(
			item, "event", json_string(id_format(&e->event, id)));
	return item;
}

/* From now on only the rejected are listed. */
static void
list_rejected(struct tally *t)
{
	json_t *rejected = json_array(), *item;
	size_t i;

	json_array_foreach(t->list, i, item)
	{
		if (json_object_get(item, "reason"))
			json_array_append(rejected, item);
	}
	json_decref(t->list);
	t->list = rejected;
}

void
tally_add(struct tally *t, const struct intake *in)
{
	size_t entry = 0;

	for (size_t i = 0; i < in->events.count; i++) {
		const struct event *ev = &in->events.items[i];
		const struct entry *e =
			ev->refused ? NULL : &in->entries[entry++];

		t->sums.refused += !e;
		t->sums.accepted += e && e->verdict == ACCEPTED;
		t->sums.duplicate += e && e->verdict == DUPLICATE;
		t->sums.conflict += e && e->verdict == CONFLICT;
		if (++t->count == TALLY_LISTED + 1)
			list_rejected(t);
		if ((!e || t->count <= TALLY_LISTED) &&
			json_array_size(t->list) < TALLY_LISTED)
			json_array_append_new(
				t->list, item_of(ev, e, t->count));
	}
}

char *
tally_json(struct arena *a, const struct tally *t)
{
	json_t *top = json_pack("{s:I,s:I,s:I,s:I,s:O}", "accepted",
		(json_int_t)t->sums.accepted, "duplicate",
		(json_int_t)t->sums.duplicate, "conflict",
		(json_int_t)t->sums.conflict, "rejected",
		(json_int_t)t->sums.refused, "events", t->list);
	char *text = json_write(a, top);

	json_decref(top);
	return text;
}

void
tally_end(struct tally *t)
{
	json_decref(t->list);
	t->list = NULL;
}
