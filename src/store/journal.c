/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One transaction at a time:
 *
 *   BEGIN; [ask]; insert into seen; ask; journal; append; COMMIT
 *
 * The first "ask" is for a repeat alone: when a connection went in the middle
 * of COMMIT, only PostgreSQL knows whether it happened. seen names the batch
 * that brought each event, so a batch that finds itself there is done.
 */
#include "store/journal.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "core/json.h"
#include "io/db.h"
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
	struct id batch;
	int tries;
	size_t alone; /* appends that are to be tried each by itself */
};

static void start(struct journal *j);
static void run(struct journal *j);

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000) + ts.tv_nsec / 1000000;
}

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
	(void)fd;
	(void)what;
	run(arg);
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

static void
ignore(const struct db_result *result, void *arg)
{
	(void)result;
	(void)arg;
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
	if (db_ready(j->db))
		db_query(j->db, "ROLLBACK", 0, NULL, ignore, NULL);
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

static void
on_commit(const struct db_result *result, void *arg)
{
	struct journal *j = arg;

	if (step_ok(j, result))
		finish(j, NULL);
}

/* An array literal of what print gives for the chosen entries. */
static char *
literal(struct journal *j, bool (*choose)(const struct journal *, size_t),
	const char *(*print)(const struct entry *, char *text))
{
	char *all = arena_alloc(j->arena, j->count * 80 + 3), *to = all;
	char text[80];

	*to++ = '{';
	for (size_t i = 0; i < j->count; i++) {
		size_t len;

		if (!choose(j, i))
			continue;
		if (to > all + 1)
			*to++ = ',';
		print(j->sorted[i], text);
		len = strlen(text);
		memcpy(to, text, len);
		to += len;
	}
	*to++ = '}';
	*to = '\0';
	return all;
}

static const char *
print_event(const struct entry *e, char *text)
{
	return id_format(&e->event, text);
}

static const char *
print_touchpoint(const struct entry *e, char *text)
{
	return id_format(&e->touchpoint, text);
}

static const char *
print_time(const struct entry *e, char *text)
{
	return clock_format(e->occurred_at, text);
}

static const char *
print_digest(const struct entry *e, char *text)
{
	struct arena *a = arena_create();

	memcpy(text, digest_hex(a, e->digest, DIGEST_SIZE),
		DIGEST_SIZE * 2 + 1);
	arena_destroy(a);
	return text;
}

static bool
is_accepted(const struct journal *j, size_t i)
{
	return j->sorted[i]->verdict == ACCEPTED;
}

/* A row of the journal as JSON. Source, channel and type are our own words,
 * of letters, digits and "-_.", so they need no escapes. */
static const char *
row(struct arena *a, const struct entry *e)
{
	char touchpoint[ID_TEXT], event[ID_TEXT], kept[ID_TEXT + 2] = "null";
	char occurred[CLOCK_TEXT], received[CLOCK_TEXT];

	if (e->kept) {
		id_format(&e->kept->id, kept + 1);
		kept[0] = kept[ID_TEXT] = '"';
		kept[ID_TEXT + 1] = '\0';
	}
	return arena_printf(a,
		"{\"touchpoint\":\"%s\",\"occurred_at\":\"%s\","
		"\"event\":\"%s\",\"source\":\"%s\",\"channel\":\"%s\","
		"\"type\":\"%s\",\"received_at\":\"%s\",\"clamped\":%s,"
		"\"inbound\":%s,\"body\":%s}",
		id_format(&e->touchpoint, touchpoint),
		clock_format(e->occurred_at, occurred),
		id_format(&e->event, event), e->source, e->channel, e->type,
		clock_format(e->received_at, received),
		e->clamped ? "true" : "false", kept, e->body);
}

char *
journal_rows(struct arena *a, struct entry *const *entries, size_t count)
{
	const char **texts = arena_array(a, count + 1, sizeof(*texts));
	size_t size = 3;
	char *all, *to;

	for (size_t i = 0; i < count; i++) {
		texts[i] = row(a, entries[i]);
		size += strlen(texts[i]) + 1;
	}
	to = all = arena_alloc(a, size);
	*to++ = '[';
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(texts[i]);

		if (i)
			*to++ = ',';
		memcpy(to, texts[i], len);
		to += len;
	}
	*to++ = ']';
	return all;
}

static char *
accepted_rows(struct journal *j)
{
	struct entry **accepted =
		arena_array(j->arena, j->count + 1, sizeof(*accepted));
	size_t count = 0;

	for (size_t i = 0; i < j->count; i++)
		if (is_accepted(j, i))
			accepted[count++] = j->sorted[i];
	return journal_rows(j->arena, accepted, count);
}

static void
release(void *value)
{
	json_decref(value);
}

static void
on_last(const struct db_result *result, void *arg)
{
	struct journal *j = arg;

	if (step_ok(j, result))
		db_query(j->db, "COMMIT", 0, NULL, on_commit, j);
}

/* The events that contradict others, as rows; NULL where there are none. */
static char *
conflict_rows(struct journal *j)
{
	json_t *rows = json_array();

	arena_defer(j->arena, release, rows);
	for (size_t i = 0; i < j->count; i++) {
		const struct entry *e = j->sorted[i];
		char id[ID_TEXT], at[CLOCK_TEXT];

		if (e->verdict != CONFLICT)
			continue;
		json_array_append_new(rows,
			json_pack("{s:s,s:s,s:s,s:s,s:o*}", "event",
				id_format(&e->event, id), "digest",
				digest_hex(j->arena, e->digest, DIGEST_SIZE),
				"source", e->source, "received_at",
				clock_format(e->received_at, at), "body",
				json_incref(json_read(
					j->arena, span_of(e->body), NULL))));
	}
	return json_array_size(rows) ? json_write(j->arena, rows) : NULL;
}

/* The last thing before COMMIT. */
static void
park_conflicts(struct journal *j)
{
	const char *params[] = { conflict_rows(j) };

	if (params[0])
		db_query(j->db, sql_park_conflicts, 1, params, on_last, j);
	else
		db_query(j->db, "COMMIT", 0, NULL, on_commit, j);
}

static void
on_kept(const struct db_result *result, void *arg)
{
	struct journal *j = arg;

	if (step_ok(j, result))
		park_conflicts(j);
}

static int
compare_kept(const void *left, const void *right)
{
	const struct entry *a = *(struct entry *const *)left;
	const struct entry *b = *(struct entry *const *)right;

	return (a->kept > b->kept) - (a->kept < b->kept);
}

/* Each request of which an event is new, once. */
static char *
kept_rows(struct journal *j)
{
	struct entry **by_kept =
		arena_array(j->arena, j->count + 1, sizeof(*by_kept));
	json_t *rows = json_array();
	size_t count = 0;

	arena_defer(j->arena, release, rows);
	for (size_t i = 0; i < j->count; i++)
		if (is_accepted(j, i) && j->sorted[i]->kept)
			by_kept[count++] = j->sorted[i];
	if (count)
		qsort(by_kept, count, sizeof(*by_kept), compare_kept);
	for (size_t i = 0; i < count; i++) {
		const struct kept *k = by_kept[i]->kept;
		char id[ID_TEXT], at[CLOCK_TEXT];

		if (i && by_kept[i - 1]->kept == k)
			continue;
		json_array_append_new(rows,
			json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "inbound",
				id_format(&k->id, id), "source",
				by_kept[i]->source, "received_at",
				clock_format(by_kept[i]->received_at, at),
				"method", k->method, "path", k->path, "headers",
				k->headers, "body",
				digest_hex(j->arena,
					(const uint8_t *)k->body.data,
					k->body.len)));
	}
	return json_array_size(rows) ? json_write(j->arena, rows) : NULL;
}

static void
on_append(const struct db_result *result, void *arg)
{
	struct journal *j = arg;
	const char *params[1];

	if (!step_ok(j, result))
		return;
	params[0] = kept_rows(j);
	if (params[0])
		db_query(j->db, sql_inbound_insert, 1, params, on_kept, j);
	else
		park_conflicts(j);
}

static void
on_journal(const struct db_result *result, void *arg)
{
	struct journal *j = arg;
	char batch[ID_TEXT], now[CLOCK_TEXT];
	const char *params[5];

	if (!step_ok(j, result))
		return;
	params[0] = id_format(&j->batch, batch);
	params[1] = clock_format(j->sorted[0]->received_at, now);
	params[2] = literal(j, is_accepted, print_touchpoint);
	params[3] = literal(j, is_accepted, print_time);
	params[4] = literal(j, is_accepted, print_event);
	db_query(j->db, sql_append_insert, 5, params, on_append, j);
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
 * has its id is judged on the content. True when anything is ours. */
static bool
judge(struct journal *j, const struct db_result *result)
{
	bool ours = false;

	for (int r = 0; r < result->rows; r++) {
		struct span text = span_of(db_value(result, r, 1));
		uint8_t digest[DIGEST_SIZE];
		bool mine = db_value(result, r, 2)[0] == 't';
		struct id event;

		if (!id_parse(span_of(db_value(result, r, 0)), &event) ||
			!digest_unhex(text, digest, DIGEST_SIZE))
			continue;
		ours = ours || mine;
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
	return ours;
}

static void
on_asked(const struct db_result *result, void *arg)
{
	struct journal *j = arg;
	const char *params[1];

	if (!step_ok(j, result))
		return;
	if (!judge(j, result)) {
		/* Nothing is new. */
		park_conflicts(j);
		return;
	}
	params[0] = accepted_rows(j);
	db_query(j->db, sql_journal_insert, 1, params, on_journal, j);
}

static void
ask(struct journal *j, db_done done)
{
	char batch[ID_TEXT];
	const char *params[] = { literal(j, is_first, print_event),
		id_format(&j->batch, batch) };

	db_query(j->db, sql_seen_ask, 2, params, done, j);
}

static void
on_seen(const struct db_result *result, void *arg)
{
	struct journal *j = arg;

	if (step_ok(j, result))
		ask(j, on_asked);
}

static void
insert_seen(struct journal *j)
{
	char batch[ID_TEXT];
	const char *params[] = { literal(j, is_first, print_event),
		literal(j, is_first, print_digest),
		id_format(&j->batch, batch) };

	db_query(j->db, sql_seen_insert, 3, params, on_seen, j);
}

/* After a COMMIT whose answer was lost: is the batch there? */
static void
on_asked_again(const struct db_result *result, void *arg)
{
	struct journal *j = arg;

	if (!step_ok(j, result))
		return;
	if (judge(j, result))
		db_query(j->db, "ROLLBACK", 0, NULL, on_commit, j);
	else
		insert_seen(j);
}

static void
on_begin(const struct db_result *result, void *arg)
{
	struct journal *j = arg;

	if (!step_ok(j, result))
		return;
	if (j->tries)
		ask(j, on_asked_again);
	else
		insert_seen(j);
}

static void
run(struct journal *j)
{
	db_script(j->db, sql_journal_begin, on_begin, j);
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
	run(j);
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
