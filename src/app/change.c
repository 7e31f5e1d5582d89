/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The feed of changes, and the history of a profile. A cursor skips nothing:
 * numbers are given under the lease's lock, in the order of the commits.
 */
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "app/cursor.h"
#include "app/front.h"
#include "app/read.h"
#include "io/http.h"
#include "io/pool.h"
#include "store/sql.h"

#define WAIT_MAX 60 /* seconds */
#define LOOK_MS 100

struct feed_read {
	struct read read; /* first: handlers get it as that */
	const char *params[4];
	struct event *timer;
	long looks; /* left */
};

static void ask(struct feed_read *c);

/* "NUMBER.ORDINAL" as a page before gave it. */
static bool
read_after(struct read *read, const char *name, const char *start,
	const char **number, const char **ordinal)
{
	struct arena *a = read->request->arena;
	const char *text = read_query(read->request, name);

	if (cursor_change(a, span_of(text ? text : start), number, ordinal))
		return true;
	front_status(read->front, read->request, 400, "invalid",
		arena_printf(a, "%s: want a cursor that a page gave", name));
	return false;
}

static void
on_turn(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	ask(arg);
}

static void
forget_timer(void *timer)
{
	event_free(timer);
}

/* The page, with the cursor from which to go on also where it is empty. */
static void
on_changes(const struct db_result *result, void *arg)
{
	struct feed_read *c = arg;
	struct request *r = c->read.request;
	struct timeval tv = { 0, LOOK_MS * 1000L };

	if (!read_ok(&c->read, result))
		return;
	if (result->rows || c->looks-- <= 0 || c->read.front->draining) {
		read_send_feed(&c->read, result, "changes",
			arena_printf(
				r->arena, "%s.%s", c->params[0], c->params[1]));
		return;
	}
	if (!c->timer) {
		c->timer = event_new(c->read.front->base, -1, 0, on_turn, c);
		arena_defer(r->arena, forget_timer, c->timer);
	}
	event_add(c->timer, &tv);
}

static void
ask(struct feed_read *c)
{
	db_ask(pool_db(c->read.front->readers), sql_change_list, 3, c->params,
		on_changes, c);
}

static bool
read_wait(struct feed_read *c)
{
	const char *text = read_query(c->read.request, "wait");
	char *end = NULL;
	long seconds = text ? strtol(text, &end, 10) : 0;

	c->looks = seconds * 1000 / LOOK_MS;
	if (!text || (!*end && *text && seconds >= 0 && seconds <= WAIT_MAX))
		return true;
	front_status(c->read.front, c->read.request, 400, "invalid",
		"wait: want 0 to 60 seconds");
	return false;
}

void
change_list_serve(struct front *f, struct request *r)
{
	struct feed_read *c = arena_alloc(r->arena, sizeof(*c));

	c->read = *read_create(f, r);
	if (!read_limit(&c->read) || !read_wait(c) ||
		!read_after(
			&c->read, "after", "0.0", &c->params[0], &c->params[1]))
		return;
	c->params[2] = arena_printf(r->arena, "%ld", c->read.limit);
	ask(c);
}

static void
on_history(const struct db_result *result, void *arg)
{
	struct read *read = arg;

	if (read_ok(read, result))
		read_send_page(read, result, "history");
}

void
profile_history_serve(struct front *f, struct request *r, const char *id)
{
	struct read *read = read_create(f, r);
	const char *params[4] = { id };

	if (!read_limit(read) ||
		!read_after(read, "cursor", "999999999999999999.0", &params[1],
			&params[2]))
		return;
	params[3] = arena_printf(r->arena, "%ld", read->limit);
	db_ask(pool_db(f->readers), sql_change_history, 4, params, on_history,
		read);
}
