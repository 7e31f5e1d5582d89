/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cursors, by which a reader says how far it has come. Whatever comes instead
 * of one that a page gave is none. The parts are on the arena.
 */
#ifndef APP_CURSOR_H
#define APP_CURSOR_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/* "TIME,ID": of a list by time. */
bool cursor_time(struct arena *a, struct span cursor, const char **time,
	const char **id) MUST_CHECK;
/* "NUMBER.ORDINAL": of the feed of changes. */
bool cursor_change(struct arena *a, struct span cursor, const char **number,
	const char **ordinal) MUST_CHECK;

/* "WEIGHT,ID,ID": of the reviews. */
bool cursor_review(
	struct arena *a, struct span cursor, const char *parts[3]) MUST_CHECK;

#endif
