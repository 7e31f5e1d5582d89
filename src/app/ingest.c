/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The WRITE road: a request to a channel becomes events, the events rows of
 * the journal, and after the COMMIT the sender hears what became of each.
 */
#include <string.h>

#include "app/front.h"
#include "app/intake.h"
#include "app/resolver.h"
#include "io/db.h"
#include "io/http.h"
#include "io/now.h"
#include "store/journal.h"

/* Longer than others wait for PostgreSQL, for it has sent much already. */
#define STREAM_WAIT_MS 10000

/* One request on its way. */
struct ingest {
	struct front *front;
	struct request *request;
	struct inbound inbound; /* as its channel sees it */
	struct intake intake;	/* of the request, or of the piece in hand */
	struct tally tally;
	/* of a body that streams */
	struct feed feed;
	struct span piece;
};

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
		.raw = r->raw_body,
		.at = now_wall() };
}

/* One slash more at the end is nothing. */
static bool
is_path(struct span path, const char *own, size_t len)
{
	if (path.len == len + 1 && path.data[len] == '/')
		path.len--;
	return span_is(path, own);
}

static bool
is_among(const char *const *paths, struct span path)
{
	for (const char *const *p = paths; p && *p; p++) {
		size_t len = strlen(*p);

		if ((*p)[len - 1] == '/' ? span_starts(path, *p)
					 : is_path(path, *p, len))
			return true;
	}
	return false;
}

static bool
is_path_of(const struct channel *channel, struct span path)
{
	return is_among(channel->paths, path);
}

static bool
is_pixel(struct span path)
{
	for (const struct channel *const *c = channels; *c; c++)
		if (is_among((*c)->pixels, path))
			return true;
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

/* Whether a handshake at the path may be meant for the source. */
static bool
may_greet(const struct source *source, struct span path)
{
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

		if (s->channel->greet && may_greet(s, r->path) &&
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

const char *
ingest_options(struct front *f, const struct request *r)
{
	const struct inbound in = inbound_of(r);

	for (size_t i = 0; i < f->config->source_count; i++) {
		const struct source *s = &f->config->sources[i];
		const char *lines = NULL;

		if (s->channel->options && may_greet(s, r->path))
			lines = s->channel->options(r->arena, &in, s->conf);
		if (lines)
			return lines;
	}
	return "";
}

/* One transparent dot: what a page that asked for an image must get. */
static const char dot[] = "GIF89a\1\0\1\0\x80\0\0\0\0\0\0\0\0!\xf9"
			  "\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;";

/* The end of every request that was understood. */
static void
answer(struct ingest *in)
{
	struct front *f = in->front;
	struct request *r = in->request;
	const struct channel *channel = in->intake.source->channel;
	struct answer answer;

	if (strcmp(r->method, "POST") != 0) {
		tally_end(&in->tally);
		front_reply(f, r, 200, "image/gif",
			(struct span){ dot, sizeof(dot) - 1 }, NULL);
		return;
	}
	if (channel->answer)
		channel->answer(r->arena, &in->inbound, in->intake.source->conf,
			&in->tally.sums, &answer);
	else
		answer = (struct answer){ "application/json",
			tally_json(r->arena, &in->tally) };
	tally_end(&in->tally);
	front_reply(f, r, 200, answer.content_type, span_of(answer.body), NULL);
}

static void
count(struct ingest *in)
{
	struct front *f = in->front;
	struct verdicts had = in->tally.sums;
	const struct verdicts *now = &in->tally.sums;

	tally_add(&in->tally, &in->intake);
	f->accepted += now->accepted - had.accepted;
	f->duplicates += now->duplicate - had.duplicate;
	f->conflicts += now->conflict - had.conflict;
	f->refused += now->refused - had.refused;
	for (size_t i = 0; i < in->intake.count; i++)
		f->unknown += in->intake.entries[i].verdict == ACCEPTED &&
			      !strcmp(in->intake.entries[i].type, "unknown");
	if (now->accepted > had.accepted && f->resolver)
		resolver_kick(f->resolver);
}

static void
refuse(struct ingest *in, const struct err *why)
{
	tally_end(&in->tally);
	front_problem(in->front, in->request, why);
}

static void
on_appended(const struct err *why, void *arg)
{
	struct ingest *in = arg;

	if (why) {
		refuse(in, why);
		return;
	}
	count(in);
	answer(in);
}

/* What came whole. */
static void
take(struct ingest *in)
{
	struct front *f = in->front;
	struct request *r = in->request;
	struct err e = { 0 };

	if (!intake_parse(
		    &in->intake, &in->inbound, f->config->max_batch, &e)) {
		refuse(in, &e);
		return;
	}
	intake_place(&in->intake, f->config->hash_key, now_wall(),
		intake_keep(r->arena, &in->inbound, r->body));
	journal_append(f->journal, r->arena, in->intake.entries,
		in->intake.count, DB_ASK_MS, on_appended, in);
}

static void on_piece(
	struct request *r, struct span piece, enum body_state state, void *arg);

/* The piece in hand is done with. */
static void
piece_end(struct ingest *in)
{
	arena_destroy(in->intake.arena);
	in->intake.arena = NULL;
}

static void
on_piece_appended(const struct err *why, void *arg)
{
	struct ingest *in = arg;
	size_t used = in->feed.used, want = in->piece.len - used + INTAKE_PIECE;
	bool last = in->feed.last;

	if (!why)
		count(in);
	piece_end(in);
	if (why)
		refuse(in, why);
	else if (last)
		answer(in);
	else
		request_read(in->request, used, want, on_piece, in);
}

static void
on_piece(struct request *r, struct span piece, enum body_state state, void *arg)
{
	struct ingest *in = arg;
	struct intake *t = &in->intake;
	struct front *f = in->front;
	struct span taken;
	struct err e = { 0 };

	if (state == BODY_GONE) {
		tally_end(&in->tally);
		request_abandon(r);
		return;
	}
	in->piece = piece;
	in->feed.last = state == BODY_END;
	*t = (struct intake){ arena_create(), t->source, { 0 }, NULL, 0 };
	if (!intake_feed(t, &in->feed, piece, &e)) {
		piece_end(in);
		refuse(in, &e);
		return;
	}
	/* The piece goes when the request is answered, which may be first. */
	taken = feed_taken(t->arena, &in->feed, piece);
	taken.data = arena_strndup(t->arena, taken.data, taken.len);
	intake_place(t, f->config->hash_key, now_wall(),
		intake_keep(t->arena, &in->inbound, taken));
	journal_append(f->journal, t->arena, t->entries, t->count,
		STREAM_WAIT_MS, on_piece_appended, in);
}

struct http_body
ingest_body(const struct front *f, const struct request *r)
{
	const struct source *source;

	/* Whose it is that comes to a path of a channel, its key will tell. */
	if (!span_starts(r->path, OWN_PATH))
		return (struct http_body){
			ingest_has(f, r) ? f->config->max_body : 0, false
		};
	source = config_source(f->config, source_name(r->path));
	if (!source)
		return (struct http_body){ 0, false };
	if (source->channel->feed && !strcmp(r->method, "POST"))
		return (struct http_body){ f->config->max_stream, true };
	return (struct http_body){ source->max_body, false };
}

void
ingest_serve(struct front *f, struct request *r)
{
	struct inbound inbound = inbound_of(r);
	struct err e = { 0 };
	const struct source *source;
	struct ingest *in;

	if (!strcmp(r->method, "HEAD") ||
		(!strcmp(r->method, "GET") && !is_pixel(r->path))) {
		greet(f, r, &inbound);
		return;
	}
	if (!front_listens(f, r))
		return;
	source = find_source(f, &inbound, &e);
	if (!source) {
		front_problem(f, r, &e);
		return;
	}
	if (!front_counts(f, r, "source", source->conf->name, source->max_rate))
		return;
	in = arena_alloc(r->arena, sizeof(*in));
	in->front = f;
	in->request = r;
	in->inbound = intake_inbound(r->arena, source->channel, &inbound);
	in->intake.arena = r->arena;
	in->intake.source = source;
	in->feed.arena = r->arena;
	tally_start(&in->tally);
	if (r->streams)
		request_read(r, 0, INTAKE_PIECE, on_piece, in);
	else
		take(in);
}
