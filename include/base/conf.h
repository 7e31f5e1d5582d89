/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A configuration file as keys, texts and lines: what a key means is the
 * caller's. The syntax is libconfuse's:
 *
 *	key = value			# bare, "..." with ${ENV}, or '...'
 *	key = { value, value }
 *	section name { key = value }
 *
 * Comments begin with "#" at the start of a word; C's are understood too.
 *
 * Not for several threads at once: libconfuse's scanner is a global.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* What may stand in a file. */
struct conf_grammar {
	const char *const *keys;	 /* at the top; NULL-terminated */
	const char *section;		 /* the word that begins a section */
	const char *const *section_keys; /* NULL-terminated */
};

struct conf_entry {
	const char *key;
	const char **values; /* NULL-terminated; one at least */
	size_t count, cap;
	int line; /* of the first value */
};

struct conf_section {
	const char *name; /* NULL for the top of the file */
	int line;	  /* where it ends, and what it lacks could stand */
	struct conf_entry *entries;
	size_t count, cap;
};

struct conf {
	struct conf_section top;
	struct conf_section *sections; /* names differ; in file order */
	size_t count, cap;
};

/*
 * All on the arena. A key given twice and an unknown key are errors; so is
 * everything libconfuse does not understand: "FILE:LINE: what, want ...".
 * ERR_MISSING where the file cannot be read, else ERR_INPUT. Prints nothing.
 */
struct conf *conf_read(struct arena *a, const char *path,
	const struct conf_grammar *grammar, struct err *e) MUST_CHECK;
/*
 * The bytes of a whole file; true, and *out on the arena, NUL-terminated.
 * ERR_LIMIT above max bytes.
 */
bool conf_slurp(struct arena *a, const char *path, size_t max, char **out,
	size_t *len, struct err *e) MUST_CHECK;
/* The entry of that key, or NULL. */
const struct conf_entry *conf_find(
	const struct conf_section *section, const char *key);

#endif
