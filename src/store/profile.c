/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A read waits, or it is in a batch; a batch is with PostgreSQL, and there are
 * at the most as many as the pool has connections. What ends a batch lets the
 * next one go before anything is written, so that PostgreSQL is not idle.
 */
#include "store/profile.h"

#include <event2/event.h>
#include <stdlib.h>

#include "base/clock.h"
#include "io/now.h"
#include "store/profile_rows.h"
#include "store/sql.h"

#define BATCH_MAX 32 /* reads */
/* The fewer batches, the more is in each: beyond so many another one goes only
 * with so many reads, or when one of them has waited for so long. */
#define BATCHES 2
#define BATCH_FULL 16
#define WAIT_MS 10

struct read {
	struct read *next;
	struct id id;
	int64_t since; /* ms */
	profile_done done;
	void *arg;
};

struct batch {
	struct profiles *owner;
	struct batch *next, **at; /* *at is this one */
	struct arena *arena;
	struct read *first;
	size_t count;
	int64_t since; /* ms; of the first, which came before all others */
	struct profile *profiles; /* those that were found */
	size_t found;
	struct idmap by_asked;
};

struct profiles {
	struct pool *pool;
	struct event *timer;	    /* for the first that waits */
	struct read *first, **last; /* that wait */
	size_t waiting;
	struct batch *batches;
	size_t batch_count;
};

static void *
must(void *p)
{
	if (!p)
		abort();
	return p;
}

/* How long they may wait still. */
static int
patience(const struct batch *b)
{
	int64_t left = DB_ASK_MS - (now_ms() - b->since);

	return left > 0 ? (int)left : 0;
}

static void
reads_free(struct read *first)
{
	struct read *next;

	for (; first; first = next) {
		next = first->next;
		free(first);
	}
}

/* Of so many reads, from the first on. */
static struct batch *
batch_create(struct profiles *p, struct read **first, size_t most)
{
	struct batch *b = must(calloc(1, sizeof(*b)));
	struct read **end = &b->first;

	b->owner = p;
	b->arena = arena_create();
	b->since = (*first)->since;
	while (*first && b->count < most) {
		*end = *first;
		*first = (*first)->next;
		end = &(*end)->next;
		b->count++;
	}
	*end = NULL;
	b->next = p->batches;
	b->at = &p->batches;
	if (b->next)
		b->next->at = &b->next;
	p->batches = b;
	p->batch_count++;
	return b;
}

/* It is with PostgreSQL no longer. */
static void
batch_leave(struct batch *b)
{
	*b->at = b->next;
	if (b->next)
		b->next->at = b->at;
	b->owner->batch_count--;
}

static void
batch_destroy(struct batch *b)
{
	reads_free(b->first);
	arena_destroy(b->arena);
	free(b);
}

static void on_rows(const struct db_result *result, void *arg);

static void
batch_send(struct batch *b)
{
	struct columns *c = columns_create(b->arena, "u");
	struct db_param params[1];

	for (const struct read *r = b->first; r; r = r->next)
		columns_id(c, &r->id);
	columns_params(c, 0, NULL, params);
	db_ask_bytes(pool_db(b->owner->pool), sql_profile_rows, 1, params,
		patience(b), on_rows, b);
}

static void
timer_start(struct profiles *p)
{
	struct timeval tv = { 0, WAIT_MS * 1000L };

	if (!event_pending(p->timer, EV_TIMEOUT, NULL))
		event_add(p->timer, &tv);
}

static bool
may_start(const struct profiles *p)
{
	if (!p->first || p->batch_count >= pool_size(p->pool))
		return false;
	return p->batch_count < BATCHES || p->waiting >= BATCH_FULL ||
	       now_ms() - p->first->since >= WAIT_MS;
}

static void
start(struct profiles *p)
{
	while (may_start(p)) {
		struct batch *b = batch_create(p, &p->first, BATCH_MAX);

		p->waiting -= b->count;
		batch_send(b);
	}
	if (p->first)
		timer_start(p);
	else
		p->last = &p->first;
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	start(arg);
}

/* What one of them may have caused, each is to hear alone. */
static void
batch_fail(struct batch *b, const struct db_result *result)
{
	batch_leave(b);
	if (b->count > 1 && !db_may_pass(result))
		while (b->first)
			batch_send(batch_create(b->owner, &b->first, 1));
	start(b->owner);
	for (const struct read *r = b->first; r; r = r->next)
		r->done(NULL, result, r->arg);
	batch_destroy(b);
}

/* Several may have asked for one. */
static void
batch_finish(struct batch *b)
{
	const char **texts =
		arena_array(b->arena, b->found + 1, sizeof(*texts));

	batch_leave(b);
	start(b->owner);
	for (const struct read *r = b->first; r; r = r->next) {
		uint32_t at = idmap_get(&b->by_asked, &r->id);

		if (at != IDMAP_NONE && !texts[at])
			texts[at] =
				record_write(b->arena, &b->profiles[at].record);
		r->done(at == IDMAP_NONE ? NULL : texts[at], NULL, r->arg);
	}
	batch_destroy(b);
}

static void
on_latest(const struct db_result *result, void *arg)
{
	struct batch *b = arg;

	if (!result->ok) {
		batch_fail(b, result);
		return;
	}
	for (int row = 0; row < result->rows; row++) {
		size_t place = profile_latest_place(result, row);
		size_t low = 0, high = b->found;

		/* The last whose first place is not behind it. */
		while (high - low > 1) {
			size_t middle = (low + high) / 2;

			if (b->profiles[middle].first_place <= place)
				low = middle;
			else
				high = middle;
		}
		profile_latest_add(&b->profiles[low], result, row);
	}
	batch_finish(b);
}

static void
ask_latest(struct batch *b)
{
	struct columns *c = columns_create(b->arena, "uzzu");
	int64_t from = INT64_MAX, to = INT64_MIN;
	struct db_param params[6] = { 0 };
	char text[2][CLOCK_TEXT];
	int count;

	for (size_t i = 0; i < b->found; i++)
		profile_latest_ask(&b->profiles[i], c, &from, &to);
	if (!columns_rows(c)) {
		batch_finish(b);
		return;
	}
	count = columns_params(c, 0, NULL, params);
	params[count++].data = clock_format(from, text[0]);
	params[count++].data = clock_format(to, text[1]);
	db_ask_bytes(pool_db(b->owner->pool), sql_profile_latest, count, params,
		patience(b), on_latest, b);
}

static struct profile *
profile_of(struct batch *b, const struct id *asked)
{
	uint32_t at = idmap_get(&b->by_asked, asked);

	if (at == IDMAP_NONE) {
		at = (uint32_t)b->found++;
		idmap_set(b->arena, &b->by_asked, asked, at);
		b->profiles[at].arena = b->arena;
	}
	return &b->profiles[at];
}

static void
on_rows(const struct db_result *result, void *arg)
{
	struct batch *b = arg;

	if (!result->ok) {
		batch_fail(b, result);
		return;
	}
	b->profiles = arena_array(b->arena, b->count, sizeof(*b->profiles));
	for (int row = 0; row < result->rows; row++) {
		struct id asked = profile_row_asked(result, row);

		profile_row_add(profile_of(b, &asked), result, row);
	}
	ask_latest(b);
}

void
profiles_read(struct profiles *p, const char *identifier, profile_done done,
	void *arg)
{
	struct read *r = must(calloc(1, sizeof(*r)));

	*r = (struct read){ .since = now_ms(), .done = done, .arg = arg };
	if (!id_parse(span_of(identifier), &r->id))
		abort();
	*p->last = r;
	p->last = &r->next;
	p->waiting++;
	start(p);
}

struct profiles *
profiles_create(struct event_base *base, struct pool *pool)
{
	struct profiles *p = must(calloc(1, sizeof(*p)));

	p->pool = pool;
	p->timer = must(event_new(base, -1, 0, on_timer, p));
	p->last = &p->first;
	return p;
}

void
profiles_destroy(struct profiles *p)
{
	struct batch *next;

	if (!p)
		return;
	for (struct batch *b = p->batches; b; b = next) {
		next = b->next;
		batch_destroy(b);
	}
	reads_free(p->first);
	event_free(p->timer);
	free(p);
}
