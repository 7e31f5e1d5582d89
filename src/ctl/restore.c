/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/restore.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "ctl/append.h"
#include "ctl/recount.h"

#define BATCH 1000

struct taking {
	struct ctl *ctl;
	struct journal *journal;
	struct arena *arena; /* of the batch */
	struct entry entries[BATCH];
	size_t count;
	struct restored *restored;
	struct progress progress;
};

static char *
member(struct arena *a, const json_t *line, const char *name)
{
	return span_text(a, json_member(a, line, name));
}

/* An event's id is a keyed hash of its source and its sender's id: under
 * another key it would be another event here. */
static bool
is_ours(struct taking *t, const struct entry *e, const json_t *line)
{
	struct span parts[2] = { span_of(e->source),
		json_member(t->arena, json_object_get(line, "body"), "id") };
	struct id want;

	if (!parts[1].len)
		return true; /* known by its content: nothing to check by */
	want = id_derive(t->ctl->config->hash_key, "event", parts, 2);
	return id_compare(&want, &e->event) == 0;
}

static bool
read_line(struct taking *t, struct span text, struct err *e)
{
	struct arena *a = t->arena;
	json_t *line = json_read(a, text, e);
	struct entry *en = &t->entries[t->count];

	*en = (struct entry){ 0 };
	if (!line)
		return false;
	en->source = member(a, line, "source");
	en->channel = member(a, line, "channel");
	en->type = member(a, line, "type");
	en->clamped = json_is_true(json_object_get(line, "clamped"));
	if (!id_parse(json_member(a, line, "event"), &en->event) ||
		!id_parse(
			json_member(a, line, "touchpoint"), &en->touchpoint) ||
		!digest_unhex(json_member(a, line, "digest"), en->digest,
			DIGEST_SIZE) ||
		!clock_parse_rfc3339(json_member(a, line, "occurred_at"), 0,
			&en->occurred_at, e) ||
		!clock_parse_rfc3339(json_member(a, line, "received_at"), 0,
			&en->received_at, e) ||
		!json_is_object(json_object_get(line, "body")))
		return fail(e, ERR_INPUT, "want a line of a journal export");
	if (!is_ours(t, en, line))
		return fail(e, ERR_CONFLICT,
			"made under another hash key than this "
			"configuration's");
	en->body = json_write(a, json_object_get(line, "body"));
	t->count++;
	return true;
}

static bool
flush(struct taking *t, struct err *e)
{
	bool ok = ctl_append(
		t->ctl, t->journal, t->arena, t->entries, t->count, e);

	for (size_t i = 0; ok && i < t->count; i++) {
		t->restored->accepted += t->entries[i].verdict == ACCEPTED;
		t->restored->duplicate += t->entries[i].verdict == DUPLICATE;
		t->restored->conflict += t->entries[i].verdict == CONFLICT;
	}
	progress_add(&t->progress, t->count);
	t->count = 0;
	arena_destroy(t->arena);
	t->arena = arena_create();
	return ok;
}

static bool
take(struct taking *t, FILE *file, const char *path, struct err *e)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;
	unsigned long number = 0;
	bool ok = true;
	struct err why = { 0 };

	while (ok && (len = getline(&line, &cap, file)) >= 0) {
		struct span text = { line, (size_t)len };

		number++;
		if (!span_trim(text).len)
			continue;
		if (!read_line(t, text, &why))
			ok = fail(e, why.code, "%s:%lu: %s", path, number,
				why.text);
		else if (t->count == BATCH)
			ok = flush(t, e);
	}
	free(line);
	return ok && (!t->count || flush(t, e));
}

bool
restore_file(struct ctl *ctl, const char *path, struct restored *restored,
	struct err *e)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "r") : stdin;
	struct taking *t = arena_alloc(ctl->arena, sizeof(*t));
	bool ok;

	*restored = (struct restored){ 0 };
	if (!file)
		return fail(e, ERR_MISSING, "%s: %s", path, strerror(errno));
	t->ctl = ctl;
	t->restored = restored;
	t->journal = journal_create(ctl->base, ctl->db);
	t->arena = arena_create();
	progress_start(&t->progress, ctl, "restore", 0);
	ok = take(t, file, path, e);
	progress_end(&t->progress);
	journal_destroy(t->journal);
	arena_destroy(t->arena);
	if (file != stdin)
		(void)fclose(file);
	return ok;
}
