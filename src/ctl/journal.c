/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unifyctl journal export: the journal as NDJSON in the order of its keys. To
 * a file it can be broken off and goes on where the last whole line ends.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/json.h"
#include "ctl/recount.h"
#include "store/sql.h"

#define PAGE "2000"
#define LINE_MAX_BYTES (64L * 1024 * 1024)

extern const struct command command_journal;

/* Cuts a broken last line off; gives the last whole one, or NULL. */
static char *
last_line(struct ctl *ctl, FILE *file)
{
	long end, from;
	char *text, *cut, *line;
	size_t len;

	if (fseek(file, 0, SEEK_END) != 0 || (end = ftell(file)) <= 0)
		return NULL;
	from = end > LINE_MAX_BYTES ? end - LINE_MAX_BYTES : 0;
	len = (size_t)(end - from);
	text = arena_alloc(ctl->arena, len + 1);
	if (fseek(file, from, SEEK_SET) != 0 ||
		fread(text, 1, len, file) != len)
		return NULL;
	cut = memrchr(text, '\n', len);
	if (!cut) {
		if (ftruncate(fileno(file), 0) == 0)
			rewind(file);
		return NULL;
	}
	if (ftruncate(fileno(file), from + (cut - text) + 1) != 0)
		return NULL;
	fseek(file, 0, SEEK_END);
	*cut = '\0';
	line = memrchr(text, '\n', (size_t)(cut - text));
	return line ? line + 1 : text;
}

static bool
resume(struct ctl *ctl, FILE *file, const char *params[4], struct err *e)
{
	static const char *const keys[] = { "touchpoint", "occurred_at",
		"event" };
	char *line = last_line(ctl, file);
	json_t *json;

	if (!line)
		return true;
	json = json_read(ctl->arena, span_of(line), e);
	if (!json)
		return fail(e, ERR_INPUT,
			"the file's last line is no line of an export");
	for (int i = 0; i < 3; i++) {
		params[i] = span_text(
			ctl->arena, json_member(ctl->arena, json, keys[i]));
		if (!params[i][0])
			return fail(e, ERR_INPUT,
				"the file's last line is no line of an "
				"export");
	}
	return true;
}

/* One page; false at the end, or with *ok false on an error. */
static bool
page(struct ctl *ctl, FILE *file, const char *params[4],
	struct progress *progress, bool *ok, struct err *e)
{
	struct arena *outer = ctl->arena;
	struct ctl_rows rows = { 0 };

	ctl->arena = arena_create();
	*ok = ctl_query(ctl, sql_journal_export, 4, params, &rows, e);
	for (int r = 0; *ok && r < rows.rows; r++)
		if (fprintf(file, "%s\n", ctl_value(&rows, r, 0)) < 0)
			*ok = fail(e, ERR_REMOTE, "cannot write: %s",
				strerror(errno));
	for (int i = 0; *ok && rows.rows && i < 3; i++)
		params[i] = span_text(
			outer, span_of(ctl_value(&rows, rows.rows - 1, i + 1)));
	progress_add(progress, (uint64_t)rows.rows);
	arena_destroy(ctl->arena);
	ctl->arena = outer;
	return *ok && rows.rows;
}

static int export(struct ctl *ctl, const char *path)
{
	const char *params[4] = { NULL, NULL, NULL, PAGE };
	FILE *file = path ? fopen(path, "a+") : stdout;
	struct progress progress;
	struct err e = { 0 };
	bool ok;

	if (!file) {
		fail(&e, ERR_REMOTE, "%s: %s", path, strerror(errno));
		return ctl_fail(&e);
	}
	ok = !path || resume(ctl, file, params, &e);
	progress_start(&progress, ctl, "export", 0);
	progress.quiet = progress.quiet || !path;
	while (ok && page(ctl, file, params, &progress, &ok, &e))
		;
	progress_end(&progress);
	if (path ? fclose(file) != 0 : fflush(file) != 0)
		ok = fail(&e, ERR_REMOTE, "cannot write: %s", strerror(errno));
	return ok ? CTL_OK : ctl_fail(&e);
}

static int
journal_run(struct ctl *ctl, int argc, char **argv)
{
	if ((argc == 1 || argc == 2) && !strcmp(argv[0], "export"))
		return export(ctl, argc == 2 ? argv[1] : NULL);
	return ctl_usage(&command_journal);
}

const struct command command_journal = {
	.name = "journal",
	.usage = "export [FILE]",
	.summary = "write the journal as NDJSON; to a file it resumes",
	.run = journal_run,
};
