/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table that comes piece by piece: CSV with a header row, in whatever marks
 * between cells that uses, or a JSON object on each line. A row whose shape is
 * wrong never takes good ones with it: where a quote is not closed, only its
 * first line is bad.
 */
#ifndef CORE_ROWS_H
#define CORE_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/channel.h"

#define ROWS_COLUMNS 32 /* that a reader may ask for */

struct rows;

struct row {
	size_t line; /* where it begins, from 1 */
	/* By the reader's columns: trimmed, UTF-8, on the piece's arena. */
	const struct span *cells;
	const char *bad; /* what was expected of it, or NULL */
};

/* Where a row begins. */
struct rows_mark {
	struct span left;
	size_t line;
};

/* a lasts as long as the body. names are the columns of the reader, of which
 * the sender may call some otherwise: renamed has "theirs=ours", NULL at the
 * end, or is NULL. */
struct rows *rows_create(struct arena *a, const char *const *names,
	size_t count, const char *const *renamed);
/* A piece, for whose rows a is. False where no row can be read: nothing has
 * come, or the header not whole. Sets feed->before. */
bool rows_open(struct rows *rows, struct arena *a, struct feed *feed,
	struct span piece);
/* Has the header the column? JSON has any. */
bool rows_has(const struct rows *rows, size_t column);
/* The next row; false where more of the body may change what it is, or the end
 * is reached. Blank lines are none. */
bool rows_next(struct rows *rows, struct row *row);
/* Where the row begins that rows_next gave last; and back to there. */
struct rows_mark rows_at(const struct rows *rows);
void rows_rewind(struct rows *rows, struct rows_mark mark);
/* How many bytes of the piece were read. */
size_t rows_used(const struct rows *rows);

#endif
