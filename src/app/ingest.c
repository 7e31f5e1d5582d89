/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The WRITE road: a request to a channel becomes events, the events rows of
 * the journal, and after the COMMIT the sender hears what became of each.
 */
#include <string.h>
#include <sys/time.h>

#include "app/front.h"
#include "app/resolver.h"
#include "core/json.h"
#include "core/touchpoint.h"
#include "io/http.h"
#include "store/journal.h"

#define AHEAD CLOCK_DAY /* an event may be so far in the future */

/* One request on its way. */
struct ingest {
	struct front *front;
	struct request *request;
	const struct channel *channel;
	struct events events;
	struct entry *entries; /* of the events that were not refused */
	size_t entry_count;
};

static int64_t
now(void)
{
	struct timeval tv;

	gettimeofday(&tv, NULL);
	return tv.tv_sec * CLOCK_SECOND + tv.tv_usec;
}

static struct inbound
inbound_of(const struct request *r)
{
	struct header *headers =
		arena_array(r->arena, r->header_count + 1, sizeof(*headers));

	for (size_t i = 0; i < r->header_count; i++)
		headers[i] = (struct header){ r->headers[i].name,
			r->headers[i].value };
	return (struct inbound){ .method = r->method,
		.path = r->path,
		.query = r->query,
		.headers = headers,
		.header_count = r->header_count,
		.body = r->body,
		.raw = r->raw_body };
}

/* Only what the channel says it reads: what is kept is enough to parse the
 * request again, and holds no credentials. */
static void
keep_headers(struct arena *a, const struct channel *channel, struct inbound *in)
{
	struct header *kept;
	size_t count = 0;

	for (count = 0; channel->keeps && channel->keeps[count];)
		count++;
	kept = arena_array(a, count + 1, sizeof(*kept));
	for (size_t i = 0; i < count; i++)
		kept[i] = (struct header){ span_of(channel->keeps[i]),
			inbound_header(in, channel->keeps[i]) };
	in->headers = kept;
	in->header_count = count;
}

static bool
is_path_of(const struct channel *channel, struct span path)
{
	for (const char *const *p = channel->paths; p && *p; p++) {
		size_t len = strlen(*p);

		if ((*p)[len - 1] == '/' ? span_starts(path, *p)
					 : span_is(path, *p))
			return true;
	}
	return false;
}

#define OWN_PATH "/v1/channels/"

/* The source named by the path; empty rest: the path is not of that form. */
static struct span
source_name(struct span path)
{
	struct span rest = { path.data + strlen(OWN_PATH),
		path.len - strlen(OWN_PATH) };

	return span_cut(rest, '/', &rest);
}

bool
ingest_has(const struct front *f, const struct request *r)
{
	(void)f;
	if (span_starts(r->path, OWN_PATH))
		return true;
	for (const struct channel *const *c = channels; *c; c++)
		if (is_path_of(*c, r->path))
			return true;
	return false;
}

/* The source that a request is for, believed. */
static const struct source *
find_source(struct front *f, const struct inbound *in, struct err *e)
{
	const struct source *source;

	if (span_starts(in->path, OWN_PATH)) {
		source = config_source(f->config, source_name(in->path));
		if (!source) {
			fail(e, ERR_MISSING, "no such source");
			return NULL;
		}
		return source->channel->verify(in, source->conf, e) ? source
								    : NULL;
	}
	fail(e, ERR_AUTH, "want a key of a source");
	for (size_t i = 0; i < f->config->source_count; i++) {
		source = &f->config->sources[i];
		if (is_path_of(source->channel, in->path) &&
			source->channel->verify(in, source->conf, e))
			return source;
	}
	return NULL;
}

static bool
may_greet(const struct source *source, struct span path)
{
	if (!source->channel->greet)
		return false;
	if (span_starts(path, OWN_PATH))
		return span_is(source_name(path), source->conf->name);
	return is_path_of(source->channel, path);
}

static void
greet(struct front *f, struct request *r, const struct inbound *in)
{
	struct err e = { 0 };
	struct span answer;

	fail(&e, ERR_MISSING, "want POST");
	for (size_t i = 0; i < f->config->source_count; i++) {
		const struct source *s = &f->config->sources[i];

		if (may_greet(s, r->path) &&
			s->channel->greet(r->arena, in, s->conf, &answer, &e)) {
			front_reply(f, r, 200,
				span_starts(answer, "{") ? "application/json"
							 : "text/plain",
				answer, NULL);
			return;
		}
	}
	front_problem(f, r, &e);
}

static const char *
verdict_word(enum verdict verdict)
{
	static const char *const words[] = { "", "accepted", "duplicate",
		"conflict" };

	return words[verdict];
}

#define LISTED 10000 /* above: counts and what was refused */

/* The verdicts as JSON, in the order of the request. */
static char *
verdicts_json(const struct ingest *in, const struct verdicts *v)
{
	json_t *list = json_array(), *top;
	bool all = in->events.count <= LISTED;
	size_t entry = 0;
	char *text;

	for (size_t i = 0; i < in->events.count; i++) {
		const struct event *ev = &in->events.items[i];
		json_t *item = json_object();
		char id[ID_TEXT];

		json_object_set_new(item, "line",
			json_integer(
				(json_int_t)(ev->line ? ev->line : i + 1)));
		if (ev->refused) {
			json_object_set_new(
				item, "verdict", json_string("rejected"));
			json_object_set_new(
				item, "reason", json_string(ev->refused));
		} else {
			const struct entry *e = &in->entries[entry++];

			json_object_set_new(item, "verdict",
				json_string(verdict_word(e->verdict)));
			json_object_set_new(item, "event",
				json_string(id_format(&e->event, id)));
		}
		if (all || ev->refused)
			json_array_append_new(list, item);
		else
			json_decref(item);
	}
	top = json_pack("{s:I,s:I,s:I,s:I,s:o}", "accepted",
		(json_int_t)v->accepted, "duplicate", (json_int_t)v->duplicate,
		"conflict", (json_int_t)v->conflict, "rejected",
		(json_int_t)v->refused, "events", list);
	text = json_write(in->request->arena, top);
	json_decref(top);
	return text;
}

static void
on_appended(const struct err *why, void *arg)
{
	struct ingest *in = arg;
	struct front *f = in->front;
	struct verdicts v = { .refused = in->events.count - in->entry_count };
	struct answer answer;

	if (why) {
		front_problem(f, in->request, why);
		return;
	}
	for (size_t i = 0; i < in->entry_count; i++) {
		v.accepted += in->entries[i].verdict == ACCEPTED;
		v.duplicate += in->entries[i].verdict == DUPLICATE;
		v.conflict += in->entries[i].verdict == CONFLICT;
	}
	f->accepted += v.accepted;
	f->duplicates += v.duplicate;
	f->conflicts += v.conflict;
	f->refused += v.refused;
	if (v.accepted && f->resolver)
		resolver_kick(f->resolver);
	if (in->channel->answer)
		in->channel->answer(&v, &answer);
	else
		answer = (struct answer){ "application/json",
			verdicts_json(in, &v) };
	front_reply(f, in->request, 200, answer.content_type,
		span_of(answer.body), NULL);
}

static const struct kept *
keep(struct request *r, const struct inbound *in)
{
	struct kept *kept = arena_alloc(r->arena, sizeof(*kept));
	json_t *headers = json_object();

	for (size_t i = 0; i < in->header_count; i++)
		if (in->headers[i].value.len &&
			span_is_utf8(in->headers[i].value))
			json_object_set_new(headers, in->headers[i].name.data,
				json_stringn(in->headers[i].value.data,
					in->headers[i].value.len));
	*kept = (struct kept){ .id = id_random(),
		.method = r->method,
		.path = span_text(r->arena, r->path),
		.headers = json_write(r->arena, headers),
		.body = r->body };
	json_decref(headers);
	return kept;
}

static void
place(struct ingest *in, const struct source *source, const struct kept *kept)
{
	struct arena *a = in->request->arena;
	int64_t received = now();
	const char *name = arena_printf(a, "%s", source->conf->name);

	in->entries =
		arena_array(a, in->events.count + 1, sizeof(*in->entries));
	for (size_t i = 0; i < in->events.count; i++) {
		const struct event *ev = &in->events.items[i];
		struct entry *e = &in->entries[in->entry_count];
		struct placed placed;

		if (ev->refused)
			continue;
		touchpoint_place(a, in->front->config->hash_key, source->conf,
			ev, &placed);
		*e = (struct entry){ .event = placed.event,
			.touchpoint = placed.touchpoint,
			.occurred_at = ev->occurred_at,
			.received_at = received,
			.source = name,
			.channel = in->channel->name,
			.type = ev->type,
			.body = placed.body,
			.kept = kept };
		memcpy(e->digest, placed.digest, DIGEST_SIZE);
		if (ev->occurred_at < source->floor ||
			ev->occurred_at > received + AHEAD) {
			e->occurred_at = received;
			e->clamped = true;
		}
		in->entry_count++;
	}
}

void
ingest_serve(struct front *f, struct request *r)
{
	struct inbound inbound = inbound_of(r);
	struct err e = { 0 };
	const struct source *source;
	struct ingest *in;

	if (!strcmp(r->method, "GET") || !strcmp(r->method, "HEAD")) {
		greet(f, r, &inbound);
		return;
	}
	source = find_source(f, &inbound, &e);
	if (!source) {
		front_problem(f, r, &e);
		return;
	}
	keep_headers(r->arena, source->channel, &inbound);
	in = arena_alloc(r->arena, sizeof(*in));
	*in = (struct ingest){
		.front = f, .request = r, .channel = source->channel
	};
	if (!source->channel->parse(
		    r->arena, &inbound, source->conf, &in->events, &e)) {
		front_problem(f, r, &e);
		return;
	}
	if (in->events.count > f->config->max_batch) {
		fail(&e, ERR_LIMIT,
			"%zu events in one request, want %zu at "
			"most",
			in->events.count, f->config->max_batch);
		front_problem(f, r, &e);
		return;
	}
	place(in, source, keep(r, &inbound));
	journal_append(
		f->journal, in->entries, in->entry_count, on_appended, in);
}
