/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A body that comes piece by piece: what was received waits here, and is
 * decoded only as it is asked for, so that neither a long body nor one that
 * decodes to much more than was sent takes memory. For io/http.c.
 */
#ifndef IO_STREAM_H
#define IO_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct stream;

/*
 * Content codings: gzip (RFC 1952), all members joined, and zstd (RFC 8878),
 * all frames joined, with a window of at most 8 MB (RFC 9659).
 */
enum coding { CODING_NONE, CODING_GZIP, CODING_ZSTD };

/* max: bytes that may come out in all. */
struct stream *stream_create(enum coding coding, size_t max);
/* Takes NULL. */
void stream_destroy(struct stream *s);
void stream_add(struct stream *s, struct span received);
/* Bytes received and not yet decoded. */
size_t stream_waiting(const struct stream *s);
/*
 * Decodes until want bytes are there or nothing more is. whole: all has been
 * received. False: *status and *why say how to answer.
 */
bool stream_pull(struct stream *s, size_t want, bool whole, int *status,
	const char **why);
/* What is there, in one piece; holds until the next call. */
struct span stream_piece(struct stream *s);
/* Drops the first bytes of it. */
void stream_drop(struct stream *s, size_t used);

#endif
