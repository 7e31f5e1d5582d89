/* SPDX-License-Identifier: Apache-2.0 */
#include "io/stream.h"

#include <event2/buffer.h>
#include <stdlib.h>
#include <zlib.h>

#define GZIP_ONLY (15 + 16) /* the largest window; no zlib header */
#define STEP 65536	    /* bytes decoded at once */

struct stream {
	struct evbuffer *in, *out;
	z_stream z;
	bool gzip;
	bool between; /* gzip: members, or before the first */
	bool full;    /* zlib may hold more than there was room for */
	size_t left;  /* bytes that may still come out, and one */
};

struct stream *
stream_create(bool gzip, size_t max)
{
	struct stream *s = calloc(1, sizeof(*s));

	if (!s)
		abort();
	s->in = evbuffer_new();
	s->out = evbuffer_new();
	if (!s->in || !s->out)
		abort();
	if (gzip && inflateInit2(&s->z, GZIP_ONLY) != Z_OK)
		abort();
	s->gzip = s->between = gzip;
	s->left = max + 1;
	return s;
}

void
stream_destroy(struct stream *s)
{
	if (!s)
		return;
	if (s->gzip)
		inflateEnd(&s->z);
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

/* One call of zlib. False where what came is not gzip. */
static bool
step(struct stream *s)
{
	struct evbuffer_iovec from, to;
	size_t n, made;
	int status;

	if (!evbuffer_peek(s->in, -1, NULL, &from, 1))
		from = (struct evbuffer_iovec){ NULL, 0 };
	n = from.iov_len < STEP ? from.iov_len : STEP;
	if (evbuffer_reserve_space(s->out, STEP, &to, 1) != 1)
		abort();
	s->z.next_in = from.iov_base;
	s->z.avail_in = (uInt)n;
	s->z.next_out = to.iov_base;
	s->z.avail_out = STEP;
	status = inflate(&s->z, Z_NO_FLUSH);
	made = STEP - s->z.avail_out;
	to.iov_len = made;
	evbuffer_commit_space(s->out, &to, 1);
	evbuffer_drain(s->in, n - s->z.avail_in);
	s->left = made > s->left ? 0 : s->left - made;
	s->between = status == Z_STREAM_END;
	s->full = made == STEP;
	if (s->between)
		return inflateReset(&s->z) == Z_OK;
	/* Z_BUF_ERROR: nothing was to be done, which is no error here. */
	return status == Z_OK || status == Z_BUF_ERROR;
}

bool
stream_pull(struct stream *s, size_t want, bool whole, int *status,
	const char **why)
{
	if (!s->gzip) {
		evbuffer_add_buffer(s->out, s->in);
		return true;
	}
	while ((stream_waiting(s) || s->full) &&
		evbuffer_get_length(s->out) < want) {
		if (!step(s)) {
			*status = 400;
			*why = "expected a whole gzip body";
			return false;
		}
		if (!s->left) {
			*status = 413;
			*why = "expected a body that decodes to less";
			return false;
		}
	}
	if (whole && !stream_waiting(s) && !s->full && !s->between) {
		*status = 400;
		*why = "expected a whole gzip body";
		return false;
	}
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
