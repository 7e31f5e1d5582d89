/* SPDX-License-Identifier: Apache-2.0 */
#include "store/likeness_set.h"

#include <stdlib.h>
#include <string.h>

#include "io/db.h"
#include "likeness/block.h"
#include "store/sql.h"

#define PORTRAITS 500 /* asked for in one statement */

uint32_t
likeness_at(struct likeness_set *run, const struct id *id)
{
	uint32_t at = idmap_get(&run->place_of, id);

	if (at != IDMAP_NONE)
		return at;
	run->all = arena_grow(
		run->arena, run->all, run->count, &run->cap, sizeof(*run->all));
	at = (uint32_t)run->count++;
	run->all[at] = (struct someone){ .id = *id };
	run->all[at].portrait.group = *id;
	idmap_set(run->arena, &run->place_of, id, at);
	return at;
}

struct someone *
likeness_who(struct likeness_set *run, const struct id *id)
{
	uint32_t at = likeness_at(run, id); /* which may move them */

	return &run->all[at];
}

struct alike *
likeness_to(struct likeness_set *run, uint32_t from, uint32_t to)
{
	struct someone *s = &run->all[from];

	for (size_t i = 0; i < s->alike_count; i++)
		if (s->alike[i].to == to)
			return &s->alike[i];
	s->alike = arena_grow(run->arena, s->alike, s->alike_count,
		&s->alike_cap, sizeof(*s->alike));
	s->alike[s->alike_count] = (struct alike){ .to = to };
	return &s->alike[s->alike_count++];
}

int64_t
likeness_number(const char *text)
{
	return text ? strtoll(text, NULL, 10) : 0;
}

void
likeness_finish(struct likeness_set *run, const struct db_result *failed)
{
	struct err why = { 0 };

	if (failed)
		graph_why(failed, &why);
	run->done(failed ? &why : NULL, run->arg);
}

void
likeness_keys(struct likeness_set *run, struct someone *s)
{
	if (!s->keys)
		s->key_count = block_keys(run->arena, &s->portrait, &s->keys);
}

bool
likeness_answered(struct likeness_set *run, const struct db_result *result)
{
	run->sent--;
	if (!result->ok && !run->failed) {
		run->failed = true;
		graph_why(result, &run->why);
	}
	if (!run->sent && run->failed)
		run->done(&run->why, run->arg);
	return !run->sent && !run->failed;
}

void
likeness_ask(struct likeness_set *run, const char *sql, struct columns *ids,
	db_done done)
{
	struct db_param params[COLUMNS_MAX];

	db_send(run->db, sql, columns_params(ids, 0, NULL, params), params,
		done, run);
}

static void
take_portrait(struct likeness_set *run, struct someone *s, int64_t first_seen,
	const char *text)
{
	s->portrait.first_seen = first_seen;
	portrait_read(run->arena, span_of(text), &s->portrait);
	s->there = s->known = true;
}

static void
on_portraits(const struct db_result *result, void *arg)
{
	struct likeness_set *run = arg;

	for (int row = 0; row < result->rows; row++) {
		int64_t first = likeness_number(db_value(result, row, 1));
		const char *text = db_value(result, row, 2);
		struct id id;

		if (!id_parse(span_of(db_value(result, row, 0)), &id))
			continue;
		memory_portrait(run->memory, &id, first, text);
		take_portrait(run, likeness_who(run, &id), first, text);
	}
	if (!likeness_answered(run, result))
		return;
	if (run->reaching)
		likeness_reach(run);
	else
		likeness_find(run);
}

static void
ask_portraits(struct likeness_set *run, struct columns *ids)
{
	if (!columns_rows(ids))
		return;
	run->sent++;
	likeness_ask(run, sql_likeness_portraits, ids, on_portraits);
}

/* In parts, so that PostgreSQL has the next while we look at one. */
bool
likeness_load(struct likeness_set *run)
{
	struct columns *ids = columns_create(run->arena, "u");
	int sent = run->sent;

	for (size_t i = 0; i < run->count; i++) {
		struct someone *s = &run->all[i];
		const char *text;
		int64_t first;

		if (s->asked || s->fetched)
			continue;
		s->fetched = true;
		text = memory_find(run->memory, &s->id, &first);
		if (text) {
			take_portrait(run, s, first, text);
			continue;
		}
		columns_id(ids, &s->id);
		if (columns_rows(ids) == PORTRAITS) {
			ask_portraits(run, ids);
			ids = columns_create(run->arena, "u");
		}
	}
	ask_portraits(run, ids);
	return run->sent > sent;
}
