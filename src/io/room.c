/* SPDX-License-Identifier: Apache-2.0 */
#include "io/room.h"

#include <stdlib.h>

#define TURN (CLOCK_SECOND / 10) /* between two changes of the limit */

struct room {
	size_t max, limit; /* of what is held; of that and streams: max */
	size_t held, streaming;
	size_t most;	 /* held at once in this turn */
	bool refused;	 /* somebody in this turn */
	int64_t longest; /* that anybody waited in this turn, if too long */
	int64_t turn;	 /* when it began */
	int64_t fell;	 /* when the limit did */
	size_t parts;	 /* and one until room_destroy */
};

struct room_part {
	struct room *room;
	size_t bytes;
	bool streams;
};

static void
let_go(struct room *room)
{
	if (--room->parts == 0)
		free(room);
}

struct room *
room_create(size_t max)
{
	struct room *room = calloc(1, sizeof(*room));

	if (!room)
		abort();
	room->parts = 1;
	room_set_max(room, max);
	return room;
}

void
room_destroy(struct room *room)
{
	if (room)
		let_go(room);
}

void
room_set_max(struct room *room, size_t max)
{
	if (room->max != max)
		room->limit = ROOM_FIRST < max ? ROOM_FIRST : max;
	room->max = max;
}

static void
part_end(void *arg)
{
	struct room_part *part = arg;

	room_hold(part, 0);
	let_go(part->room);
}

bool
room_is_full(const struct room *room, bool streams)
{
	return room->held + room->streaming >= room->max ||
	       (!streams && room->held >= room->limit);
}

struct room_part *
room_enter(struct room *room, struct arena *arena, size_t bytes, bool streams)
{
	struct room_part *part;

	if (room_is_full(room, streams)) {
		room->refused = true;
		return NULL;
	}
	part = arena_alloc(arena, sizeof(*part));
	*part = (struct room_part){ room, 0, streams };
	room->parts++;
	arena_defer(arena, part_end, part);
	room_hold(part, bytes);
	return part;
}

void
room_hold(struct room_part *part, size_t bytes)
{
	struct room *room = part->room;
	size_t *sum = part->streams ? &room->streaming : &room->held;

	*sum = *sum - part->bytes + bytes;
	part->bytes = bytes;
	if (room->held > room->most)
		room->most = room->held;
}

static void
adapt(struct room *room, int64_t now)
{
	size_t limit = room->limit;

	if (!room->longest) {
		limit += room->refused ? limit / 4 : 0;
	} else if (now - room->longest >= room->fell) {
		/* Little's law: as much less as it took longer. Who came in
		 * before the last fall says nothing new. */
		limit = (size_t)((double)room->most * ROOM_SLOW / 2 /
				 (double)room->longest);
		room->fell = now;
	}
	limit = limit < ROOM_LEAST ? ROOM_LEAST : limit;
	room->limit = limit < room->max ? limit : room->max;
}

void
room_answered(struct room *room, int64_t took, int64_t now)
{
	if (took > ROOM_SLOW && took > room->longest)
		room->longest = took;
	if (now - room->turn < TURN)
		return;
	adapt(room, now);
	room->turn = now;
	room->most = room->held;
	room->longest = 0;
	room->refused = false;
}
