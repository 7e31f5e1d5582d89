/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A subcommand of unifyctl is one file in src/ctl with one const struct,
 * found by its folder. Commands run to their end, so here asking PostgreSQL
 * waits for the answer.
 */
#ifndef CTL_COMMAND_H
#define CTL_COMMAND_H

#include <jansson.h>
#include <stdbool.h>

#include "app/config.h"
#include "base/arena.h"
#include "base/err.h"

struct bulk;
struct db;
struct db_param;
struct event_base;

/* Exit codes, as sysexits(3) has them where it matters. */
enum ctl_exit { CTL_OK = 0, CTL_FAILED = 1, CTL_USAGE = 2, CTL_CONFIG = 78 };

struct ctl {
	struct arena *arena;
	const struct config *config;
	struct event_base *base;
	struct db *db;
	bool json;	     /* --json: the answer as JSON on stdout */
	bool in_transaction; /* then a lost connection is the end */
	const char *began;   /* the snapshot's */
};

/* Rows as text, on the arena; value NULL for SQL's NULL. */
struct ctl_rows {
	int rows, columns;
	const char **values;
};

struct command {
	const char *name, *usage, *summary;
	bool alone; /* asks neither the configuration nor PostgreSQL */
	/* argc and argv without the command's own name. Prints what went
	 * wrong itself; gives an exit code. */
	int (*run)(struct ctl *ctl, int argc, char **argv);
};

extern const struct command *const commands[]; /* NULL at the end */

/* Another connection, for who needs two; to be destroyed. */
struct db *ctl_connect(const struct ctl *ctl);
/* Asks and waits; tries again while the connection is on its way, for at most
 * ten seconds. */
bool ctl_query(struct ctl *ctl, const char *sql, int count,
	const char *const *params, struct ctl_rows *rows,
	struct err *e) MUST_CHECK;
/* The same with the parameters that columns_params makes. */
bool ctl_send(struct ctl *ctl, const char *sql, int count,
	const struct db_param *params, struct ctl_rows *rows,
	struct err *e) MUST_CHECK;
/* Whether the database is of this program's schema and hash key: asked by
 * whatever writes. */
bool ctl_start(struct ctl *ctl, struct err *e) MUST_CHECK;
/* From now on every query sees what is there now. */
bool ctl_snapshot(struct ctl *ctl, struct err *e) MUST_CHECK;
/* Until now; false where some may not have. */
bool ctl_snapshot_end(struct ctl *ctl, struct err *e) MUST_CHECK;
/* A script of sql/script, one transaction, with $1, $2 put in as text; more is
 * what follows it in the same transaction, or NULL. Tried once. */
bool ctl_script(struct ctl *ctl, const char *sql, int count,
	const char *const *params, const char *more, struct err *e) MUST_CHECK;
/* What a script becomes with $1, $2 put in, on the arena. */
const char *ctl_fill(
	struct arena *a, const char *sql, int count, const char *const *params);
/* Another connection that sees ctl's snapshot; to be closed. */
struct bulk *ctl_scan(struct ctl *ctl, struct err *e) MUST_CHECK;
const char *ctl_value(const struct ctl_rows *rows, int row, int column);
/* "unifyctl: TEXT" on stderr; gives CTL_FAILED. */
int ctl_fail(const struct err *e);
int ctl_usage(const struct command *command);

#endif
