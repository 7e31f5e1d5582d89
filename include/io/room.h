/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much of bodies is taken on at once: at most what there is memory for, and
 * less where answers take long, for who waits too long has waited for nothing.
 * The limit falls when what was let in under it waited for longer than
 * ROOM_SLOW, to what would have waited for half of that, and rises by a quarter
 * where it turned somebody away and nobody had to wait. For io/http.c.
 */
#ifndef IO_ROOM_H
#define IO_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"

#define ROOM_SLOW (CLOCK_SECOND / 2)
#define ROOM_FIRST ((size_t)1 << 18) /* bytes; the limit begins there */
#define ROOM_LEAST ((size_t)1 << 16) /* and falls no lower */

struct room;
/* What one body takes of it, until its arena goes. */
struct room_part;

/* max: bytes. */
struct room *room_create(size_t max);
/* Its parts may outlive it. Takes NULL. */
void room_destroy(struct room *room);
/* Another max, with which the limit begins anew. */
void room_set_max(struct room *room, size_t max);
/* Any body is let in where it is not, so that large ones find their turn. One
 * that streams is measured by max alone: it waits by itself where others are
 * slow. */
bool room_is_full(const struct room *room, bool streams);
/* NULL where it is. */
struct room_part *room_enter(
	struct room *room, struct arena *arena, size_t bytes, bool streams);
/* That so many bytes are what is held of the body from now on. */
void room_hold(struct room_part *part, size_t bytes);
/* What was held was answered, so long (µs) after it had come; now never goes
 * back. */
void room_answered(struct room *room, int64_t took, int64_t now);

#endif
