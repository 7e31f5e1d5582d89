/* SPDX-License-Identifier: Apache-2.0 */
/* The tool: finds the subcommand, the configuration and PostgreSQL. */
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/command.h"
#include "io/bulk.h"
#include "io/db.h"
#include "store/sql.h"
#include "store/start.h"

#ifndef UNIFYD_CONFIG
#define UNIFYD_CONFIG "/etc/unifyd/unifyd.conf"
#endif

struct asked {
	struct ctl *ctl;
	struct ctl_rows *rows;
	struct err *e;
	bool done, ok, away;
};

static void
on_answer(const struct db_result *result, void *arg)
{
	struct asked *asked = arg;
	struct ctl_rows *rows = asked->rows;

	asked->done = true;
	asked->ok = result->ok;
	asked->away = !result->ok && !result->sqlstate[0];
	if (!result->ok) {
		fail(asked->e, asked->away ? ERR_BUSY : ERR_DB,
			"postgresql: %s", result->text);
		return;
	}
	if (!rows)
		return;
	rows->rows = result->rows;
	rows->columns = db_columns(result);
	rows->values = arena_array(asked->ctl->arena,
		(size_t)(rows->rows * rows->columns) + 1,
		sizeof(*rows->values));
	for (int i = 0; i < rows->rows * rows->columns; i++) {
		const char *value =
			db_value(result, i / rows->columns, i % rows->columns);

		if (value)
			rows->values[i] = arena_strndup(
				asked->ctl->arena, value, strlen(value));
	}
}

struct db *
ctl_connect(const struct ctl *ctl)
{
	const struct config *c = ctl->config;

	return db_create(ctl->base, c->database,
		c->database_mode == DB_POOLED ? DB_POOLED : DB_SESSION, 0);
}

bool
ctl_send(struct ctl *ctl, const char *sql, int count,
	const struct db_param *params, struct ctl_rows *rows, struct err *e)
{
	struct asked asked = { ctl, rows, e, false, false, true };

	/* A failed try lasts 0.1 to 2 s (db.h): some ten seconds in all. */
	for (int tries = 0; tries < 8 && asked.away; tries++) {
		if (tries && ctl->in_transaction)
			break;
		asked.done = false;
		db_send(ctl->db, sql, count, params, on_answer, &asked);
		while (!asked.done)
			event_base_loop(ctl->base, EVLOOP_ONCE);
	}
	return asked.ok;
}

bool
ctl_query(struct ctl *ctl, const char *sql, int count,
	const char *const *params, struct ctl_rows *rows, struct err *e)
{
	struct db_param *all =
		arena_array(ctl->arena, (size_t)count + 1, sizeof(*all));

	for (int i = 0; i < count; i++)
		all[i].data = params[i];
	return ctl_send(ctl, sql, count, all, rows, e);
}

bool
ctl_start(struct ctl *ctl, struct err *e)
{
	const char *params[2];
	struct ctl_rows rows;

	start_params(ctl->arena, ctl->config->hash_key, params);
	if (!ctl_query(ctl, sql_start_check, 2, params, &rows, e))
		return false;
	if (ctl_value(&rows, 0, 0)[0] != 't')
		return fail(e, ERR_CONFLICT,
			"the database's schema is older than this program; "
			"run: unifyctl migrate");
	return ctl_value(&rows, 0, 1)[0] == 't' ||
	       fail(e, ERR_CONFLICT,
		       "hash_key is not the one that this database was made "
		       "with");
}

bool
ctl_snapshot(struct ctl *ctl, struct err *e)
{
	struct ctl_rows rows;

	if (!ctl_query(ctl, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
		    0, NULL, &rows, e))
		return false;
	ctl->in_transaction = true;
	if (!ctl_query(ctl, sql_transaction_start, 0, NULL, &rows, e))
		return false;
	ctl->began = ctl_value(&rows, 0, 0);
	return true;
}

/* While another connection was waited for, this one may have been lost and come
 * back, and what was read then was read outside. */
bool
ctl_snapshot_end(struct ctl *ctl, struct err *e)
{
	struct ctl_rows rows;

	if (!ctl_query(ctl, sql_transaction_start, 0, NULL, &rows, e))
		return false;
	if (strcmp(ctl_value(&rows, 0, 0), ctl->began) != 0)
		return fail(e, ERR_BUSY,
			"the connection was lost in between; run it again");
	ctl->in_transaction = false;
	return ctl_query(ctl, "COMMIT", 0, NULL, &rows, e);
}

const char *
ctl_fill(struct arena *a, const char *sql, int count, const char *const *params)
{
	struct span rest = span_of(sql);
	char *text = arena_strndup(a, "", 0);

	while (rest.len) {
		struct span part = span_cut(rest, '$', &rest);
		int which = rest.len ? rest.data[0] - '1' : -1;

		text = arena_printf(
			a, "%s%.*s", text, (int)part.len, part.data);
		if (which >= 0 && which < count) {
			text = arena_printf(a, "%s%s", text, params[which]);
			rest = (struct span){ rest.data + 1, rest.len - 1 };
		}
	}
	return text;
}

bool
ctl_script(struct ctl *ctl, const char *sql, int count,
	const char *const *params, const char *more, struct err *e)
{
	struct asked asked = { ctl, NULL, e, false, false, false };
	const char *text = ctl_fill(ctl->arena, sql, count, params);

	if (more)
		text = arena_printf(ctl->arena, "%s%s", text, more);
	db_script(ctl->db, text, on_answer, &asked);
	while (!asked.done)
		event_base_loop(ctl->base, EVLOOP_ONCE);
	return asked.ok;
}

struct bulk *
ctl_scan(struct ctl *ctl, struct err *e)
{
	struct ctl_rows rows;
	const char *snapshot;
	struct bulk *b;

	if (!ctl_query(ctl, sql_snapshot_export, 0, NULL, &rows, e))
		return NULL;
	snapshot = ctl_value(&rows, 0, 0);
	b = bulk_open(ctl->config->database, e);
	if (b &&
		!bulk_run(b, ctl_fill(ctl->arena, sql_scan_begin, 1, &snapshot),
			e)) {
		bulk_close(b);
		return NULL;
	}
	return b;
}

const char *
ctl_value(const struct ctl_rows *rows, int row, int column)
{
	return rows->values[row * rows->columns + column];
}

int
ctl_fail(const struct err *e)
{
	fprintf(stderr, "unifyctl: %s\n", e->text);
	return CTL_FAILED;
}

int
ctl_usage(const struct command *command)
{
	fprintf(stderr, "usage: unifyctl %s %s\n", command->name,
		command->usage);
	return CTL_USAGE;
}

static void
help(FILE *to)
{
	fputs("usage: unifyctl [--config FILE] [--json] COMMAND "
	      "[ARGUMENT]...\n\n",
		to);
	for (const struct command *const *c = commands; *c; c++)
		fprintf(to, "  %-10s %s\n", (*c)->name, (*c)->summary);
}

static const struct command *
find(const char *name)
{
	for (const struct command *const *c = commands; *c; c++)
		if (!strcmp((*c)->name, name))
			return *c;
	return NULL;
}

static int
run(struct ctl *ctl, const char *path, int argc, char **argv)
{
	const struct command *command = find(argv[0]);
	struct err e;
	int code;

	if (!command) {
		fprintf(stderr, "unifyctl: no command \"%s\"\n", argv[0]);
		help(stderr);
		return CTL_USAGE;
	}
	if (command->alone)
		return command->run(ctl, argc - 1, argv + 1);
	ctl->config = config_load(ctl->arena, path, &e);
	if (!ctl->config) {
		ctl_fail(&e);
		return CTL_CONFIG;
	}
	ctl->base = event_base_new();
	ctl->db = ctl_connect(ctl);
	code = command->run(ctl, argc - 1, argv + 1);
	db_destroy(ctl->db);
	event_base_free(ctl->base);
	return code;
}

int
main(int argc, char **argv)
{
	const char *path = getenv("UNIFYD_CONFIG");
	struct ctl ctl = { .arena = arena_create() };
	int i, code;

	if (!path)
		path = UNIFYD_CONFIG;
	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (!strcmp(argv[i], "--json")) {
			ctl.json = true;
		} else if (!strcmp(argv[i], "--config") && i + 1 < argc) {
			path = argv[++i];
		} else {
			bool asked = !strcmp(argv[i], "--help");

			help(asked ? stdout : stderr);
			arena_destroy(ctl.arena);
			return asked ? CTL_OK : CTL_USAGE;
		}
	}
	if (i == argc) {
		help(stderr);
		code = CTL_USAGE;
	} else {
		code = run(&ctl, path, argc - i, argv + i);
	}
	arena_destroy(ctl.arena);
	return code;
}
