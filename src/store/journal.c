/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One batch at a time, in one statement, which commits by itself:
 *
 *   [ask]; append; [ask; park]
 *
 * Only where some were seen before is it asked what of them is known. The first
 * "ask" is for a repeat alone: when a connection went before the answer,
 * only PostgreSQL knows whether it was committed. Then all events of the batch
 * are there, and seen names the batch that brought each.
 */
#include "store/journal.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "io/db.h"
#include "io/now.h"
#include "store/sql.h"

enum { BATCH = 2000, PAUSE_MS = 5, PAUSE_MAX_MS = 500, SWEEP_MS = 50 };

struct append {
	struct append *next;
	struct arena *arena; /* ours to let go */
	struct entry *entries;
	size_t count;
	int64_t until; /* ms */
	/* NULL: it was answered, for it had waited long enough. */
	void (*done)(const struct err *, void *arg);
	void *arg;
};

struct journal {
	struct db *db;
	struct event *sweep; /* looks often at who waits */
	struct event *again; /* after a pause */
	struct append *waiting, **last;
	size_t waiting_count;	/* events */
	struct append *refused; /* more than may wait */
	/* The batch under way. */
	struct append *taken;
	struct arena *arena;
	struct entry **sorted; /* by (event, order of arrival) */
	size_t count;
	size_t firsts; /* different events */
	struct id batch;
	int tries;
	size_t alone; /* appends that are to be tried each by itself */
};

static void start(struct journal *j);
static void finish(struct journal *j, const struct err *why);
static void run(struct journal *j);

static void
timer_start(struct event *timer, int ms)
{
	struct timeval tv = { ms / 1000, (ms % 1000) * 1000L };

	if (!event_pending(timer, EV_TIMEOUT, NULL))
		event_add(timer, &tv);
}

static void
answer(struct append *a, const struct err *why)
{
	void (*done)(const struct err *, void *arg) = a->done;

	a->done = NULL;
	if (done)
		done(why, a->arg);
}

static void
appends_destroy(struct append *a)
{
	struct append *next;

	for (; a; a = next) {
		next = a->next;
		arena_destroy(a->arena);
		free(a);
	}
}

static void
appends_end(struct append *all, const struct err *why)
{
	for (struct append *a = all; a; a = a->next)
		answer(a, why);
	appends_destroy(all);
}

/* Takes those out of the queue that have waited long enough. */
static struct append *
take_late(struct journal *j, int64_t now)
{
	struct append **at = &j->waiting, *late = NULL, **end = &late;

	while (*at) {
		struct append *a = *at;

		if (now < a->until) {
			at = &a->next;
			continue;
		}
		*at = a->next;
		a->next = NULL;
		*end = a;
		end = &a->next;
		j->waiting_count -= a->count;
	}
	j->last = at;
	return late;
}

static void
on_sweep(evutil_socket_t fd, short what, void *arg)
{
	struct journal *j = arg;
	int64_t now = now_ms();
	struct append *late = take_late(j, now), *refused = j->refused;
	struct err why = { 0 };

	(void)fd;
	(void)what;
	j->refused = NULL;
	fail(&why, ERR_BUSY, "journal: too many events wait");
	appends_end(refused, &why);
	fail(&why, ERR_BUSY, "journal: PostgreSQL takes too long");
	appends_end(late, &why);
	/* What was sent may yet be committed; then the next try will find it.
	 */
	for (struct append *a = j->taken; a; a = a->next)
		if (now >= a->until)
			answer(a, &why);
	if (j->taken || j->waiting)
		timer_start(j->sweep, SWEEP_MS);
}

static void
on_again(evutil_socket_t fd, short what, void *arg)
{
	struct journal *j = arg;

	(void)fd;
	(void)what;
	if (j->count)
		run(j);
	else
		finish(j, NULL);
}

struct journal *
journal_create(struct event_base *base, struct db *db)
{
	struct journal *j = calloc(1, sizeof(*j));

	if (!j)
		abort();
	j->db = db;
	j->last = &j->waiting;
	j->sweep = event_new(base, -1, 0, on_sweep, j);
	j->again = event_new(base, -1, 0, on_again, j);
	if (!j->sweep || !j->again)
		abort();
	return j;
}

void
journal_destroy(struct journal *j)
{
	if (!j)
		return;
	event_free(j->sweep);
	event_free(j->again);
	arena_destroy(j->arena);
	appends_destroy(j->taken);
	appends_destroy(j->waiting);
	appends_destroy(j->refused);
	free(j);
}

/* Answers everybody in the batch, then takes up what has come meanwhile. */
static void
finish(struct journal *j, const struct err *why)
{
	struct append *all = j->taken;

	arena_destroy(j->arena);
	j->arena = NULL;
	j->taken = NULL;
	appends_end(all, why);
	start(j);
}

/* PostgreSQL will not have the batch: one of those in it is to blame, and the
 * others must not suffer for it. */
static void
part(struct journal *j)
{
	struct append **end = &j->taken;

	for (j->alone = 0; *end; end = &(*end)->next) {
		j->alone++;
		j->waiting_count += (*end)->count;
	}
	*end = j->waiting;
	if (!j->waiting)
		j->last = end;
	j->waiting = j->taken;
	j->taken = NULL;
	arena_destroy(j->arena);
	j->arena = NULL;
	start(j);
}

static bool
is_awaited(const struct journal *j)
{
	for (const struct append *a = j->taken; a; a = a->next)
		if (a->done)
			return true;
	return false;
}

/* Ever longer, half of it at random: those that met in a deadlock part. */
static int
pause_ms(int tries)
{
	int ms = tries < 8 ? PAUSE_MS << tries : PAUSE_MAX_MS;

	if (ms > PAUSE_MAX_MS)
		ms = PAUSE_MAX_MS;
	return ms / 2 + (int)arc4random_uniform((uint32_t)ms / 2 + 1);
}

/* True when the step went well; otherwise the batch is tried again, as long as
 * somebody waits for it, or ends. */
static bool
step_ok(struct journal *j, const struct db_result *result)
{
	struct err why = { 0 };
	bool again = db_may_pass(result);

	if (result->ok)
		return true;
	fail(&why, again ? ERR_BUSY : ERR_DB, "journal: %s", result->text);
	if (again && is_awaited(j))
		timer_start(j->again, pause_ms(j->tries++));
	else if (!again && j->taken->next)
		part(j);
	else
		finish(j, &why);
	return false;
}

static bool
is_first(const struct journal *j, size_t i)
{
	return i == 0 ||
	       id_compare(&j->sorted[i]->event, &j->sorted[i - 1]->event);
}

/* A statement with the batch's parameters before those of rows. */
static void
send_rows(struct journal *j, const char *sql, int count,
	const char *const *before, struct columns *rows, db_done done)
{
	struct db_param params[COLUMNS_MAX + 4];

	count = columns_params(rows, count, before, params);
	db_send(j->db, sql, count, params, done, j);
}

struct columns *
journal_rows(struct arena *a, struct entry *const *entries, size_t count)
{
	struct columns *c = columns_create(a, "uzutttzbuj");

	for (size_t i = 0; i < count; i++) {
		const struct entry *e = entries[i];

		columns_id(c, &e->touchpoint);
		columns_time(c, e->occurred_at);
		columns_id(c, &e->event);
		columns_text(c, span_of(e->source));
		columns_text(c, span_of(e->channel));
		columns_text(c, span_of(e->type));
		columns_time(c, e->received_at);
		columns_bool(c, e->clamped);
		if (e->kept)
			columns_id(c, &e->kept->id);
		else
			columns_null(c);
		columns_json(c, e->body);
	}
	return c;
}

/* Of each event its first entry. */
static struct entry **
find_firsts(struct journal *j, size_t *count)
{
	struct entry **firsts =
		arena_array(j->arena, j->count + 1, sizeof(*firsts));

	*count = 0;
	for (size_t i = 0; i < j->count; i++)
		if (is_first(j, i))
			firsts[(*count)++] = j->sorted[i];
	return firsts;
}

/* The events that contradict others. */
static struct columns *
conflict_rows(struct journal *j)
{
	struct columns *c = columns_create(j->arena, "uxtzj");

	for (size_t i = 0; i < j->count; i++) {
		const struct entry *e = j->sorted[i];

		if (e->verdict != CONFLICT)
			continue;
		columns_id(c, &e->event);
		columns_bytes(c, e->digest, DIGEST_SIZE);
		columns_text(c, span_of(e->source));
		columns_time(c, e->received_at);
		columns_json(c, e->body);
	}
	return c;
}

static void
on_parked(const struct db_result *result, void *arg)
{
	struct journal *j = arg;

	if (step_ok(j, result))
		finish(j, NULL);
}

/* The last thing before the answer. */
static void
park_conflicts(struct journal *j)
{
	struct columns *rows = conflict_rows(j);

	if (columns_rows(rows))
		send_rows(j, sql_park_conflicts, 0, NULL, rows, on_parked);
	else
		finish(j, NULL);
}

static int
compare_kept(const void *left, const void *right)
{
	const struct entry *a = *(struct entry *const *)left;
	const struct entry *b = *(struct entry *const *)right;

	return (a->kept > b->kept) - (a->kept < b->kept);
}

/* Each request once. */
static struct columns *
kept_rows(struct journal *j)
{
	struct entry **by_kept =
		arena_array(j->arena, j->count + 1, sizeof(*by_kept));
	struct columns *c = columns_create(j->arena, "utzttjx");
	size_t count = 0;

	for (size_t i = 0; i < j->count; i++)
		if (is_first(j, i) && j->sorted[i]->kept)
			by_kept[count++] = j->sorted[i];
	if (count)
		qsort(by_kept, count, sizeof(*by_kept), compare_kept);
	for (size_t i = 0; i < count; i++) {
		const struct kept *k = by_kept[i]->kept;

		if (i && by_kept[i - 1]->kept == k)
			continue;
		columns_id(c, &k->id);
		columns_text(c, span_of(by_kept[i]->source));
		columns_time(c, by_kept[i]->received_at);
		columns_text(c, span_of(k->method));
		columns_text(c, span_of(k->path));
		columns_json(c, k->headers);
		columns_bytes(c, k->body.data, k->body.len);
	}
	return c;
}

/* Where the entries of event begin in sorted. */
static size_t
find(const struct journal *j, const struct id *event)
{
	size_t low = 0, high = j->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (id_compare(&j->sorted[middle]->event, event) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The first row of an event that this batch brought is accepted; what else
 * has its id is judged on the content. */
static void
judge(struct journal *j, const struct db_result *result)
{
	for (int r = 0; r < result->rows; r++) {
		struct span text = span_of(db_value(result, r, 1));
		uint8_t digest[DIGEST_SIZE];
		bool mine = db_value(result, r, 2)[0] == 't';
		struct id event;

		if (!id_parse(span_of(db_value(result, r, 0)), &event) ||
			!digest_unhex(text, digest, DIGEST_SIZE))
			continue;
		for (size_t i = find(j, &event); i < j->count; i++) {
			struct entry *e = j->sorted[i];

			if (id_compare(&e->event, &event) != 0)
				break;
			if (memcmp(e->digest, digest, DIGEST_SIZE) != 0)
				e->verdict = CONFLICT;
			else
				e->verdict = mine && is_first(j, i) ? ACCEPTED
								    : DUPLICATE;
		}
	}
}

/* Where none was seen before, each event is as its first entry has it. */
static void
judge_new(struct journal *j)
{
	const struct entry *first = j->sorted[0];

	for (size_t i = 0; i < j->count; i++) {
		struct entry *e = j->sorted[i];

		if (is_first(j, i)) {
			first = e;
			e->verdict = ACCEPTED;
		} else {
			e->verdict =
				memcmp(e->digest, first->digest, DIGEST_SIZE)
					? CONFLICT
					: DUPLICATE;
		}
	}
}

static void
on_asked(const struct db_result *result, void *arg)
{
	struct journal *j = arg;

	if (!step_ok(j, result))
		return;
	judge(j, result);
	park_conflicts(j);
}

static void
ask(struct journal *j, db_done done)
{
	char batch[ID_TEXT];
	const char *params[] = { id_format(&j->batch, batch) };
	struct columns *rows = columns_create(j->arena, "u");

	for (size_t i = 0; i < j->count; i++)
		if (is_first(j, i))
			columns_id(rows, &j->sorted[i]->event);
	send_rows(j, sql_seen_ask, 1, params, rows, done);
}

static void
on_appended(const struct db_result *result, void *arg)
{
	struct journal *j = arg;

	if (!step_ok(j, result))
		return;
	if (strtoull(db_value(result, 0, 0), NULL, 10) < j->firsts) {
		ask(j, on_asked);
		return;
	}
	judge_new(j);
	park_conflicts(j);
}

static void
append(struct journal *j)
{
	struct db_param params[2 * COLUMNS_MAX + 4];
	char batch[ID_TEXT], now[CLOCK_TEXT];
	struct columns *digests = columns_create(j->arena, "x");
	struct entry **firsts = find_firsts(j, &j->firsts);
	const char *before[] = { id_format(&j->batch, batch),
		clock_format(firsts[0]->received_at, now), DB_LOCK_WAIT };
	int count = columns_params(
		journal_rows(j->arena, firsts, j->firsts), 3, before, params);

	for (size_t i = 0; i < j->firsts; i++)
		columns_bytes(digests, firsts[i]->digest, DIGEST_SIZE);
	count += columns_params(digests, 0, NULL, params + count);
	count += columns_params(kept_rows(j), 0, NULL, params + count);
	db_send(j->db, sql_journal_append, count, params, on_appended, j);
}

/* After an answer that was lost: is the batch there? Then all of it is. */
static void
on_asked_again(const struct db_result *result, void *arg)
{
	struct journal *j = arg;
	size_t count;

	if (!step_ok(j, result))
		return;
	find_firsts(j, &count);
	if ((size_t)result->rows < count) {
		append(j);
		return;
	}
	judge(j, result);
	park_conflicts(j);
}

static void
run(struct journal *j)
{
	if (j->tries)
		ask(j, on_asked_again);
	else
		append(j);
}

/* By event; qsort is not stable, so the addresses' order of arrival is put
 * beside it by the caller, in verdict, which has no answer yet. */
static int
compare(const void *left, const void *right)
{
	const struct entry *a = *(struct entry *const *)left;
	const struct entry *b = *(struct entry *const *)right;
	int order = id_compare(&a->event, &b->event);

	return order ? order
		     : (a->verdict > b->verdict) - (a->verdict < b->verdict);
}

/* Takes the appends that wait, up to BATCH entries, and always one. */
static void
start(struct journal *j)
{
	struct append **end = &j->waiting;
	size_t count = 0;

	if (j->taken || !j->waiting)
		return;
	while (*end &&
		(!count || (!j->alone && count + (*end)->count <= BATCH))) {
		count += (*end)->count;
		end = &(*end)->next;
	}
	if (j->alone)
		j->alone--;
	j->waiting_count -= count;
	j->taken = j->waiting;
	j->waiting = *end;
	*end = NULL;
	if (!j->waiting)
		j->last = &j->waiting;
	j->arena = arena_create();
	j->sorted = arena_array(j->arena, count, sizeof(*j->sorted));
	j->count = 0;
	for (struct append *a = j->taken; a; a = a->next)
		for (size_t i = 0; i < a->count; i++) {
			a->entries[i].verdict = (enum verdict)j->count;
			j->sorted[j->count++] = &a->entries[i];
		}
	qsort(j->sorted, j->count, sizeof(*j->sorted), compare);
	j->batch = id_random();
	j->tries = 0;
	if (j->count)
		run(j);
	else
		timer_start(j->again, 0); /* nobody is answered in his call */
}

void
journal_append(struct journal *j, struct arena *arena, struct entry *entries,
	size_t count, int wait_ms, void (*done)(const struct err *, void *arg),
	void *arg)
{
	struct append *a = calloc(1, sizeof(*a));

	if (!a)
		abort();
	*a = (struct append){ NULL, arena_hold(arena), entries, count,
		now_ms() + wait_ms, done, arg };
	if (j->waiting && j->waiting_count + count > JOURNAL_WAITING) {
		a->next = j->refused;
		j->refused = a;
		event_active(j->sweep, EV_TIMEOUT, 0);
		return;
	}
	*j->last = a;
	j->last = &a->next;
	j->waiting_count += count;
	timer_start(j->sweep, SWEEP_MS);
	start(j);
}
