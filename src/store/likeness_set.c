/* SPDX-License-Identifier: Apache-2.0 */
#include "store/likeness_set.h"

#include <stdlib.h>
#include <string.h>

#include "io/db.h"
#include "likeness/block.h"
#include "store/sql.h"

#define PORTRAITS ((size_t)500) /* asked for in one statement */

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

void
likeness_list_add(struct likeness_list *l, const char *item)
{
	size_t n = strlen(item);

	while (l->cap < l->len + n + 3) {
		size_t cap = l->cap ? l->cap * 2 : 256;
		char *more = arena_alloc(l->arena, cap);

		if (l->len)
			memcpy(more, l->text, l->len);
		l->text = more;
		l->cap = cap;
	}
	l->text[l->len] = l->len ? ',' : '{';
	memcpy(l->text + l->len + 1, item, n);
	l->len += n + 1;
	l->text[l->len] = '}';
	l->text[l->len + 1] = '\0';
}

void
likeness_list_id(struct likeness_list *l, const struct id *id)
{
	char text[ID_TEXT];

	likeness_list_add(l, id_format(id, text));
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

static void
take_portrait(struct likeness_set *run, const struct db_result *result, int row)
{
	struct someone *s;
	struct id id;

	if (!id_parse(span_of(db_value(result, row, 0)), &id))
		return;
	s = likeness_who(run, &id);
	if (s->asked)
		return; /* its own is newer */
	s->portrait.first_seen = likeness_number(db_value(result, row, 1));
	portrait_read(run->arena,
		span_of(arena_printf(
			run->arena, "%s", db_value(result, row, 2))),
		&s->portrait);
	s->there = s->known = true;
}

static void
on_portraits(const struct db_result *result, void *arg)
{
	struct likeness_set *run = arg;

	for (int row = 0; row < result->rows; row++)
		take_portrait(run, result, row);
	if (!likeness_answered(run, result))
		return;
	if (run->reaching)
		likeness_reach(run);
	else
		likeness_find(run);
}

static void
ask_portraits(struct likeness_set *run, const struct likeness_list *ids)
{
	const char *params[] = { ids->text };

	if (!ids->len)
		return;
	run->sent++;
	db_query(run->db, sql_likeness_portraits, 1, params, on_portraits, run);
}

/* In parts, so that PostgreSQL has the next while we look at one. */
bool
likeness_load(struct likeness_set *run)
{
	struct likeness_list ids = { run->arena, NULL, 0, 0 };
	int sent = run->sent;

	for (size_t i = 0; i < run->count; i++) {
		struct someone *s = &run->all[i];

		if (s->asked || s->fetched)
			continue;
		s->fetched = true;
		likeness_list_id(&ids, &s->id);
		if (ids.len > PORTRAITS * ID_TEXT) {
			ask_portraits(run, &ids);
			ids = (struct likeness_list){ run->arena, NULL, 0, 0 };
		}
	}
	ask_portraits(run, &ids);
	return run->sent > sent;
}
