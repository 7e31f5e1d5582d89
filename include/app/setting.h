/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A row of a settings table and what can be done with its value: read it
 * from text, and write it as text. config.c has the tables.
 */
#ifndef APP_SETTING_H
#define APP_SETTING_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "core/channel.h"

/* The first four are what a channel may declare. */
enum row_type {
	ROW_TEXT = SETTING_TEXT, /* const char * */
	ROW_LIST = SETTING_LIST, /* const char **, NULL-terminated */
	ROW_SIZE = SETTING_SIZE, /* size_t; k, M and G are of 1024 */
	ROW_BOOL = SETTING_BOOL, /* bool */
	ROW_KEY,       /* struct span: bytes of a file, min to max of them */
	ROW_TIME,      /* int64_t, from an RFC 3339 date or time */
	ROW_CHANNEL,   /* const struct channel * */
	ROW_ASSURANCE, /* enum assurance */
};

enum row_flags {
	ROW_REQUIRED = 1,   /* the empty value is an error */
	ROW_SECRET = 2,	    /* neither errors nor setting_show give it away */
	ROW_CONNECTION = 4, /* a secret where it holds a password */
	ROW_SOURCE = 8,	    /* offset is in struct source, not in its conf */
};

struct row {
	const char *name;
	enum row_type type;
	size_t offset;
	const char *initial; /* the default as text, or NULL */
	size_t min, max;     /* of sizes; bytes of texts, list items, keys */
	unsigned flags;
	bool (*good)(const char *); /* of a text or list item, or NULL */
	const char *text;	    /* what it is: "want ..." in errors */
};

/*
 * Puts values (NULL-terminated, or NULL for the default) where the row says.
 * A text, a list item or a key "file:PATH" is what the file holds,
 * "credential:NAME" the file below $CREDENTIALS_DIRECTORY, without the line
 * end. The error is "NAME: what, want ...".
 */
bool setting_set(struct arena *a, const struct row *row,
	const char *const *values, void *base, struct err *e) MUST_CHECK;
/* The value as setting_set takes it, secrets as "****"; NULL: has none. */
const char *setting_show(
	struct arena *a, const struct row *row, const void *base);

#endif
