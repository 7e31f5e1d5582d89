/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a settings table, read from a section of a configuration file. */
#ifndef APP_LOAD_H
#define APP_LOAD_H

#include "app/setting.h"
#include "base/conf.h"

/* What is being loaded, and how its errors begin. */
struct loading {
	struct arena *arena;
	const char *path;
	const char *what; /* the word for a section */
	const struct conf_section *section;
	struct err *e;
};

/* "FILE:LINE: WHAT NAME: inner"; false. */
bool load_fail(const struct loading *l, int line, const struct err *inner);
/* Puts what the section says of the row, or the row's default, where the row
 * says. */
bool load_row(
	const struct loading *l, const struct row *row, void *base) MUST_CHECK;
/* The names of rows, with room for more; NULL at the end. */
const char **load_names(struct arena *a, const struct row *rows, size_t more);

#endif
