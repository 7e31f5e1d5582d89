/* SPDX-License-Identifier: Apache-2.0 */
#include "store/likeness_set.h"

#include <stdlib.h>
#include <string.h>

#include "io/db.h"
#include "likeness/block.h"
#include "store/sql.h"

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

static void
on_portraits(const struct db_result *result, void *arg)
{
	struct likeness_set *run = arg;

	if (!result->ok) {
		likeness_finish(run, result);
		return;
	}
	for (int row = 0; row < result->rows; row++) {
		struct someone *s;
		struct id id;

		if (!id_parse(span_of(db_value(result, row, 0)), &id))
			continue;
		s = likeness_who(run, &id);
		if (s->asked)
			continue; /* its own is newer */
		s->portrait.first_seen =
			likeness_number(db_value(result, row, 1));
		portrait_read(run->arena,
			span_of(arena_printf(
				run->arena, "%s", db_value(result, row, 2))),
			&s->portrait);
		id_parse(span_of(db_value(result, row, 3)), &s->profile);
		s->there = s->known = true;
		s->key_count = block_keys(run->arena, &s->portrait, &s->keys);
	}
	if (run->reaching)
		likeness_reach(run);
	else
		likeness_find(run);
}

/* Portraits of those of whom only the id is here; false where there are none.
 */
bool
likeness_load(struct likeness_set *run)
{
	struct likeness_list ids = { run->arena, NULL, 0, 0 };
	const char *params[1];

	for (size_t i = 0; i < run->count; i++) {
		struct someone *s = &run->all[i];

		if (s->asked || s->fetched)
			continue;
		s->fetched = true;
		likeness_list_id(&ids, &s->id);
	}
	if (!ids.len)
		return false;
	params[0] = ids.text;
	db_query(run->db, sql_likeness_portraits, 1, params, on_portraits, run);
	return true;
}
