/* SPDX-License-Identifier: Apache-2.0 */
#include "app/upkeep.h"

#include <event2/event.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "io/db.h"
#include "io/now.h"
#include "store/partition.h"
#include "store/sql.h"

#define EVERY_SECONDS 3600

struct upkeep {
	struct db *db;
	struct event *timer;
	struct arena *arena; /* of the round */
	struct partitions partitions;
};

static void make_next(struct upkeep *u);

static void
rest(struct upkeep *u)
{
	struct timeval hour = { EVERY_SECONDS, 0 };

	arena_destroy(u->arena);
	u->arena = NULL;
	event_add(u->timer, &hour);
}

static void
on_made(const struct db_result *result, void *arg)
{
	struct upkeep *u = arg;

	if (result->ok) {
		make_next(u);
		return;
	}
	/* Nothing is lost: what comes goes to journal_rest. */
	log_warning("upkeep", "step=partition error=\"%s\"", result->text);
	rest(u);
}

static void
make_next(struct upkeep *u)
{
	struct partitions *p = &u->partitions;
	const char *name, *sql;

	sql = partition_missing(u->arena, p, now_wall(), &name);
	if (!sql) {
		rest(u);
		return;
	}
	p->names[p->count++] = name;
	db_query(u->db, sql, 0, NULL, on_made, u);
}

static void
on_listed(const struct db_result *result, void *arg)
{
	struct upkeep *u = arg;

	if (!result->ok) {
		rest(u);
		return;
	}
	u->partitions.names =
		arena_array(u->arena, (size_t)result->rows + PARTITION_MADE_MAX,
			sizeof(*u->partitions.names));
	for (int r = 0; r < result->rows; r++)
		u->partitions.names[r] =
			arena_printf(u->arena, "%s", db_value(result, r, 0));
	u->partitions.count = (size_t)result->rows;
	make_next(u);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct upkeep *u = arg;

	(void)fd;
	(void)what;
	u->arena = arena_create();
	db_query(u->db, sql_partition_list, 0, NULL, on_listed, u);
}

struct upkeep *
upkeep_create(struct event_base *base, struct db *db)
{
	struct upkeep *u = calloc(1, sizeof(*u));
	struct timeval now = { 0, 0 };

	if (!u)
		abort();
	u->db = db;
	u->timer = event_new(base, -1, 0, on_timer, u);
	if (!u->timer)
		abort();
	event_add(u->timer, &now);
	return u;
}

void
upkeep_destroy(struct upkeep *u)
{
	if (!u)
		return;
	event_free(u->timer);
	arena_destroy(u->arena);
	free(u);
}
