/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The output grows with what has come out of zlib, never with what the
 * sender claims, and zlib gets room for one byte more than the limit: that
 * byte is how we know that there is too much.
 */
#include "io/inflate.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

#define GZIP_ONLY (15 + 16) /* the largest window; no zlib header */
#define FIRST_ROOM 4096

struct sink {
	struct arena *arena;
	char *data;
	size_t len, cap, max; /* max: limit + 1 */
};

static void
make_room(struct sink *s)
{
	size_t cap = s->cap ? s->cap * 2 : FIRST_ROOM;
	char *more;

	if (cap > s->max)
		cap = s->max;
	more = arena_alloc(s->arena, cap);
	if (s->len)
		memcpy(more, s->data, s->len);
	s->data = more;
	s->cap = cap;
}

static uInt
clamp(size_t n)
{
	return n > UINT_MAX ? UINT_MAX : (uInt)n;
}

/* One call of zlib; takes from *in and adds to the sink. */
static int
step(z_stream *z, struct span *in, struct sink *s)
{
	uInt had = clamp(in->len), room;
	int status;

	if (s->len == s->cap)
		make_room(s);
	room = clamp(s->cap - s->len);
	z->next_in = (Bytef *)(uintptr_t)in->data;
	z->avail_in = had;
	z->next_out = (Bytef *)s->data + s->len;
	z->avail_out = room;
	status = inflate(z, Z_NO_FLUSH);
	in->data += had - z->avail_in;
	in->len -= had - z->avail_in;
	s->len += room - z->avail_out;
	return status;
}

/* Z_STREAM_END when all members are whole; Z_BUF_ERROR above the limit. */
static int
run(z_stream *z, struct span in, struct sink *s)
{
	int status;

	for (;;) {
		size_t len = s->len, left = in.len;

		status = step(z, &in, s);
		if (s->len == s->max)
			return Z_BUF_ERROR;
		if (status == Z_STREAM_END) {
			if (in.len == 0)
				return Z_STREAM_END;
			status = inflateReset(z);
		}
		/* Without progress there is nothing left: it is cut short. */
		if ((status != Z_OK && status != Z_BUF_ERROR) ||
			(len == s->len && left == in.len))
			return Z_DATA_ERROR;
	}
}

bool
inflate_gzip(struct arena *a, struct span in, size_t max, struct span *out,
	struct err *e)
{
	struct sink s = { .arena = a, .max = max + 1 };
	z_stream z = { 0 };
	int status;

	if (inflateInit2(&z, GZIP_ONLY) != Z_OK)
		return fail(e, ERR_BUG, "zlib does not start");
	status = run(&z, in, &s);
	inflateEnd(&z);
	if (status == Z_BUF_ERROR)
		return fail(e, ERR_LIMIT, "expected at most %zu bytes", max);
	if (status != Z_STREAM_END)
		return fail(e, ERR_INPUT, "expected a whole gzip body");
	*out = (struct span){ s.data, s.len };
	return true;
}
