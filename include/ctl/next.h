/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The next generation, beside the live one. Its tables are of the live schema's
 * own files, but have their keys only when their rows are in; all is one
 * transaction, of which nobody sees anything before its end.
 */
#ifndef CTL_NEXT_H
#define CTL_NEXT_H

#include "ctl/command.h"
#include "store/columns.h"

enum next_table {
	NEXT_TOUCHPOINTS,
	NEXT_MEMBERS,
	NEXT_STAYS,
	NEXT_TRAITS,
	NEXT_SPEND,
	NEXT_IDENTIFIERS,
	NEXT_PORTRAITS,
	NEXT_BLOCKS,
	NEXT_EDGES,
	NEXT_TABLES
};

struct next;

/* A statement on the live generation, as one on the next. */
char *next_of(struct arena *a, const char *sql);
/* What a replay that did not end has left is dropped. NULL: it failed. */
struct next *next_start(struct ctl *ctl, struct err *e) MUST_CHECK;
/* Takes NULL; what has not been ended has never been. */
void next_close(struct next *n);
/* Rows of columns_create_copy, each of another key than all before; written
 * while who calls goes on. */
bool next_add(struct next *n, enum next_table table, const struct columns *rows,
	struct err *e) MUST_CHECK;
/* All of the table is there. */
bool next_full(struct next *n, enum next_table table, struct err *e) MUST_CHECK;
/* Writes the rest and all keys, and ends the transaction; *done: it has. To be
 * called until then: it returns after a second at most. */
bool next_end(struct next *n, bool *done, struct err *e) MUST_CHECK;

#endif
