/* SPDX-License-Identifier: Apache-2.0 */
/*
 * llhttp points into the bytes it is given, so the head is copied to the
 * request's arena first: its spans then live as long as the request.
 */
#include "io/message.h"

#include <string.h>

#define FIRST_ROOM 4096
/* Extensions and trailers, which we drop, beside the chunks as such. */
#define FRAMING_MAX 65536
#define FRAMING_PER_BYTE 8 /* a chunk of one byte has five */

static const char bad_chunk[] = "expected well-formed chunks with CRLF between";

static bool
refuse(struct message *m, int status, const char *why)
{
	m->status = status;
	m->why = why;
	return false;
}

/* llhttp may give one text in several calls; the parts are neighbours. */
static void
extend(struct span *s, const char *at, size_t len)
{
	if (!s->len)
		s->data = at;
	s->len += len;
}

static int
on_url(llhttp_t *parser, const char *at, size_t len)
{
	struct message *m = parser->data;

	extend(&m->request->path, at, len);
	return HPE_OK;
}

static int
on_field(llhttp_t *parser, const char *at, size_t len)
{
	struct message *m = parser->data;
	struct request *r = m->request;

	/* A trailer may be dropped (RFC 9110, section 6.5.1), and is. */
	if (m->headed)
		return HPE_OK;
	if (m->in_value || !r->header_count) {
		r->headers = arena_grow(r->arena, r->headers, r->header_count,
			&m->header_cap, sizeof(*r->headers));
		r->headers[r->header_count++] = (struct http_header){ 0 };
		m->in_value = false;
	}
	extend(&r->headers[r->header_count - 1].name, at, len);
	return HPE_OK;
}

static int
on_value(llhttp_t *parser, const char *at, size_t len)
{
	struct message *m = parser->data;
	struct request *r = m->request;

	if (m->headed)
		return HPE_OK;
	m->in_value = true;
	extend(&r->headers[r->header_count - 1].value, at, len);
	return HPE_OK;
}

/* RFC 9112, section 3.2: of an absolute target, path and query count. */
static void
split_target(struct request *r)
{
	struct span target = r->path, path, query;
	size_t i = 0;

	if (!span_starts(target, "/") && !span_is(target, "*")) {
		const char *at = memmem(target.data, target.len, "://", 3);

		i = at ? (size_t)(at - target.data) + 3 : target.len;
		while (i < target.len && target.data[i] != '/' &&
			target.data[i] != '?')
			i++;
		target.data += i;
		target.len -= i;
	}
	path = span_cut(target, '?', &query);
	r->path = path.len ? path : span_of("/");
	r->query = query;
}

static enum coding
coding_of(struct span name)
{
	if (span_is_nocase(name, "gzip") || span_is_nocase(name, "x-gzip"))
		return CODING_GZIP;
	return span_is_nocase(name, "zstd") ? CODING_ZSTD : CODING_NONE;
}

/* A second coding upon the first is more than we decode. */
static bool
read_codings(struct message *m)
{
	struct request *r = m->request;

	for (size_t i = 0; i < r->header_count; i++) {
		struct span value = r->headers[i].value;

		if (!span_is_nocase(r->headers[i].name, "content-encoding") ||
			span_is_nocase(value, "identity") || !value.len)
			continue;
		if (m->coding == CODING_NONE)
			m->coding = coding_of(value);
		else
			m->coding = CODING_NONE;
		if (m->coding == CODING_NONE)
			return refuse(m, 415,
				"expected gzip, zstd or no content-encoding");
	}
	return true;
}

static int
on_head(llhttp_t *parser)
{
	struct message *m = parser->data;
	struct request *r = m->request;

	m->headed = true;
	/* We know no other protocol; RFC 9110, section 7.8: ignored. */
	parser->upgrade = 0;
	r->method = llhttp_method_name((llhttp_method_t)parser->method);
	for (size_t i = 0; i < r->header_count; i++)
		r->headers[i].value = span_trim(r->headers[i].value);
	split_target(r);
	m->keep_alive = llhttp_should_keep_alive(parser);
	m->is_10 = parser->http_minor == 0;
	m->expects = !m->is_10 && request_header(r, "expect").len > 0;
	return read_codings(m) ? HPE_OK : HPE_USER;
}

bool
message_expect(struct message *m, size_t max_body, bool streams)
{
	bool known = m->parser.flags & F_CONTENT_LENGTH;

	m->max_body = max_body;
	if (known && m->parser.content_length > max_body)
		return refuse(m, 413, "expected a smaller body");
	if (streams) {
		m->stream = stream_create(m->coding, max_body);
	} else if (known && m->parser.content_length) {
		/* Not resident before bytes come to fill it. */
		m->cap = (size_t)m->parser.content_length;
		m->body = arena_alloc(m->request->arena, m->cap);
	}
	return true;
}

static void
make_room(struct message *m, size_t len)
{
	size_t cap = m->cap ? m->cap * 2 : FIRST_ROOM;
	char *more;

	if (m->cap - m->len >= len)
		return;
	while (cap < m->len + len)
		cap *= 2;
	more = arena_alloc(m->request->arena, cap);
	if (m->len)
		memcpy(more, m->body, m->len);
	m->body = more;
	m->cap = cap;
}

/*
 * What is between the content of a chunked body, up to `to`. This llhttp
 * takes any two bytes for the CRLF behind a chunk, any byte after CR for LF,
 * and a lone LF for the end of the trailers: who stands before us may not, and
 * would see the next request elsewhere.
 */
static bool
check_framing(struct message *m, const char *to)
{
	m->framing += (size_t)(to - m->seen);
	for (; m->seen < to; m->seen++) {
		if (m->after_cr != (*m->seen == '\n') ||
			(m->after_chunk && *m->seen != '\r'))
			return refuse(m, 400, bad_chunk);
		m->after_cr = *m->seen == '\r';
		m->after_chunk = false;
	}
	if (m->framing > FRAMING_MAX + m->len * FRAMING_PER_BYTE)
		return refuse(m, 400, "expected shorter chunk heads");
	return true;
}

static int
on_body(llhttp_t *parser, const char *at, size_t len)
{
	struct message *m = parser->data;

	if (!check_framing(m, at))
		return HPE_USER;
	m->seen = at + len;
	m->chunk -= len;
	m->after_chunk = parser->flags & F_CHUNKED && m->chunk == 0;
	if (len > m->max_body - m->len) {
		refuse(m, 413, "expected a smaller body");
		return HPE_USER;
	}
	if (m->stream) {
		stream_add(m->stream, (struct span){ at, len });
	} else {
		make_room(m, len);
		memcpy(m->body + m->len, at, len);
	}
	m->len += len;
	return HPE_OK;
}

static int
on_chunk(llhttp_t *parser)
{
	struct message *m = parser->data;

	m->chunk = parser->content_length;
	return HPE_OK;
}

/* Stops the parser, so that it does not run into the next message. */
static int
on_whole(llhttp_t *parser)
{
	struct message *m = parser->data;

	m->whole = true;
	return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
	.on_url = on_url,
	.on_header_field = on_field,
	.on_header_value = on_value,
	.on_headers_complete = on_head,
	.on_chunk_header = on_chunk,
	.on_body = on_body,
	.on_message_complete = on_whole,
};

struct request *
message_request(struct message *m)
{
	if (!m->request) {
		struct arena *a = arena_create();

		m->request = arena_alloc(a, sizeof(*m->request));
		m->request->arena = a;
		m->request->method = "";
	}
	return m->request;
}

bool
message_head(struct message *m, struct span head)
{
	struct request *r;
	const char *copy;
	llhttp_errno_t status;

	*m = (struct message){ 0 };
	r = message_request(m);
	copy = arena_strndup(r->arena, head.data, head.len);
	llhttp_init(&m->parser, HTTP_REQUEST, &settings);
	m->parser.data = m;
	status = llhttp_execute(&m->parser, copy, head.len);
	if (m->status)
		return false;
	if ((status != HPE_OK && !m->whole) || !m->headed)
		return refuse(m, 400, "expected a well-formed head");
	return true;
}

bool
message_body(struct message *m, struct span bytes, size_t *used)
{
	llhttp_errno_t status;

	m->seen = bytes.data;
	status = llhttp_execute(&m->parser, bytes.data, bytes.len);
	*used = bytes.len;
	if (m->status)
		return false;
	if (m->whole)
		*used = (size_t)(llhttp_get_error_pos(&m->parser) - bytes.data);
	else if (status != HPE_OK)
		return refuse(m, 400, bad_chunk);
	return check_framing(m, bytes.data + *used);
}

bool
message_decode(struct message *m)
{
	struct request *r = m->request;
	struct stream *s;
	bool good;

	r->raw_body = (struct span){ m->body, m->len };
	r->body = r->raw_body;
	if (m->coding == CODING_NONE || !m->len)
		return true;
	s = stream_create(m->coding, m->max_body);
	stream_add(s, r->raw_body);
	good = stream_pull(s, SIZE_MAX, true, &m->status, &m->why);
	if (good) {
		r->body = stream_piece(s);
		r->body.data =
			arena_strndup(r->arena, r->body.data, r->body.len);
	}
	stream_destroy(s);
	return good;
}

struct request *
message_take(struct message *m)
{
	struct request *r = message_request(m);

	m->request = NULL;
	return r;
}

void
message_discard(struct message *m)
{
	if (m->request)
		arena_destroy(m->request->arena);
	m->request = NULL;
	stream_destroy(m->stream);
	m->stream = NULL;
}
