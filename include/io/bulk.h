/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PostgreSQL connection for rows by the hundred thousand, by COPY in its
 * binary form. It waits for its answers, so it is for a tool, not for the
 * daemon's loop; a lost connection is the end of what was begun.
 */
#ifndef IO_BULK_H
#define IO_BULK_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

struct bulk;

/* conninfo: as db_create takes it. NULL where there is no connection. */
struct bulk *bulk_open(const char *conninfo, struct err *e) MUST_CHECK;
void bulk_close(struct bulk *b); /* takes NULL */
/* One or several statements. */
bool bulk_run(struct bulk *b, const char *sql, struct err *e) MUST_CHECK;
/* What a statement gives as text, on the arena: row by row, cell by cell. */
bool bulk_list(struct bulk *b, struct arena *a, const char *sql,
	const char ***cells, size_t *rows, struct err *e) MUST_CHECK;
/* COPY ... FROM STDIN (FORMAT binary), and all its rows, each beginning with
 * the count of its cells. */
bool bulk_write(struct bulk *b, const char *sql, struct span rows,
	struct err *e) MUST_CHECK;
/* COPY ... TO STDOUT (FORMAT binary), whose rows are then taken one by one, to
 * the end: there data is NULL. A row holds until the next. */
bool bulk_read(struct bulk *b, const char *sql, struct err *e) MUST_CHECK;
bool bulk_next(struct bulk *b, struct span *row, struct err *e) MUST_CHECK;

#endif
