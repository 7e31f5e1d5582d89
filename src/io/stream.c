/* SPDX-License-Identifier: Apache-2.0 */
#include "io/stream.h"

#include <event2/buffer.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#define GZIP_ONLY (15 + 16) /* the largest window; no zlib header */
/* 8 MB: what RFC 9659 lets a sender use, and so what one may make us hold. */
#define ZSTD_WINDOW_LOG 23
#define STEP 65536 /* bytes decoded at once */

struct stream {
	struct evbuffer *in, *out;
	enum coding coding;
	z_stream gzip;
	ZSTD_DStream *zstd;
	bool between; /* members or frames, or before the first */
	bool full;    /* the decoder may hold more than there was room for */
	size_t left;  /* bytes that may still come out, and one */
};

static const char *const not_whole[] = {
	[CODING_GZIP] = "expected a whole gzip body",
	[CODING_ZSTD] = "expected a whole zstd body with a window of 8 MB",
};

struct stream *
stream_create(enum coding coding, size_t max)
{
	struct stream *s = calloc(1, sizeof(*s));

	if (!s)
		abort();
	s->in = evbuffer_new();
	s->out = evbuffer_new();
	if (!s->in || !s->out)
		abort();
	if (coding == CODING_GZIP && inflateInit2(&s->gzip, GZIP_ONLY) != Z_OK)
		abort();
	if (coding == CODING_ZSTD) {
		s->zstd = ZSTD_createDStream();
		if (!s->zstd)
			abort();
		ZSTD_DCtx_setParameter(
			s->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
	}
	s->coding = coding;
	s->between = true;
	s->left = max + 1;
	return s;
}

void
stream_destroy(struct stream *s)
{
	if (!s)
		return;
	if (s->coding == CODING_GZIP)
		inflateEnd(&s->gzip);
	ZSTD_freeDStream(s->zstd);
	evbuffer_free(s->in);
	evbuffer_free(s->out);
	free(s);
}

void
stream_add(struct stream *s, struct span received)
{
	evbuffer_add(s->in, received.data, received.len);
}

size_t
stream_waiting(const struct stream *s)
{
	return evbuffer_get_length(s->in);
}

/* Takes from *from, and says in *to how much was made. False: not gzip. */
static bool
step_gzip(struct stream *s, struct evbuffer_iovec *from,
	struct evbuffer_iovec *to)
{
	z_stream *z = &s->gzip;
	int status;

	z->next_in = from->iov_base;
	z->avail_in = (uInt)from->iov_len;
	z->next_out = to->iov_base;
	z->avail_out = (uInt)to->iov_len;
	status = inflate(z, Z_NO_FLUSH);
	from->iov_len -= z->avail_in;
	to->iov_len -= z->avail_out;
	s->between = status == Z_STREAM_END;
	if (s->between)
		return inflateReset(z) == Z_OK;
	/* Z_BUF_ERROR: nothing was to be done, which is no error here. */
	return status == Z_OK || status == Z_BUF_ERROR;
}

/* The same of zstd. */
static bool
step_zstd(struct stream *s, struct evbuffer_iovec *from,
	struct evbuffer_iovec *to)
{
	ZSTD_inBuffer in = { from->iov_base, from->iov_len, 0 };
	ZSTD_outBuffer out = { to->iov_base, to->iov_len, 0 };
	size_t status = ZSTD_decompressStream(s->zstd, &out, &in);

	from->iov_len = in.pos;
	to->iov_len = out.pos;
	s->between = status == 0;
	return !ZSTD_isError(status);
}

/* One call of the decoder. False where what came is not of its coding. */
static bool
step(struct stream *s)
{
	struct evbuffer_iovec from, to;
	bool good;

	if (!evbuffer_peek(s->in, -1, NULL, &from, 1))
		from = (struct evbuffer_iovec){ NULL, 0 };
	if (from.iov_len > STEP)
		from.iov_len = STEP;
	if (evbuffer_reserve_space(s->out, STEP, &to, 1) != 1)
		abort();
	to.iov_len = STEP;
	good = s->coding == CODING_GZIP ? step_gzip(s, &from, &to)
					: step_zstd(s, &from, &to);
	/* At the end of a member nothing is held back. */
	s->full = to.iov_len == STEP && !s->between;
	s->left = to.iov_len > s->left ? 0 : s->left - to.iov_len;
	evbuffer_commit_space(s->out, &to, 1);
	evbuffer_drain(s->in, from.iov_len);
	return good;
}

static bool
refuse(int *status, const char **why, int code, const char *reason)
{
	*status = code;
	*why = reason;
	return false;
}

bool
stream_pull(struct stream *s, size_t want, bool whole, int *status,
	const char **why)
{
	if (s->coding == CODING_NONE) {
		evbuffer_add_buffer(s->out, s->in);
		return true;
	}
	while ((stream_waiting(s) || s->full) &&
		evbuffer_get_length(s->out) < want) {
		if (!step(s))
			return refuse(status, why, 400, not_whole[s->coding]);
		if (!s->left)
			return refuse(status, why, 413,
				"expected a body that decodes to less");
	}
	if (whole && !stream_waiting(s) && !s->full && !s->between)
		return refuse(status, why, 400, not_whole[s->coding]);
	return true;
}

struct span
stream_piece(struct stream *s)
{
	return (struct span){ (char *)evbuffer_pullup(s->out, -1),
		evbuffer_get_length(s->out) };
}

void
stream_drop(struct stream *s, size_t used)
{
	evbuffer_drain(s->out, used);
}
