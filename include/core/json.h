/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON in and out with the digits that were sent. jansson turns 119.90 into
 * a double; here every number that is not a plain 18-digit integer is kept
 * as its text, behind a mark that no sender can forge, and written back bare.
 * Numbers of more than 1,000 digits or powers of ten become strings.
 */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

#define JSON_DEPTH 64 /* arrays and objects inside each other */

/* The arena owns the result. Lone surrogates and \u0000 become U+FFFD. */
json_t *json_read(struct arena *a, struct span text, struct err *e) MUST_CHECK;
/* Gives a value to the arena. */
json_t *json_own(struct arena *a, json_t *value);
/* A string of the text, whatever it begins with; NULL if it is not UTF-8. */
json_t *json_text(struct span text);
/* Canonical: sorted keys, no blanks, numbers as they were sent. */
char *json_write(struct arena *a, const json_t *value);
/* The text of a string, or of a number as sent; empty for all else. */
struct span json_span(struct arena *a, const json_t *value);
/* json_span of a member; empty where there is none. */
struct span json_member(struct arena *a, const json_t *object, const char *key);
/* What a JSON pointer (RFC 6901) leads to, or NULL; "" is the value itself. */
json_t *json_pointer(struct arena *a, const json_t *value, struct span pointer);
/* What lies at a path of members, "data.item.id"; NULL where nothing does. */
json_t *json_at(const json_t *value, const char *path);
/* The first of the members that says anything; keys end with NULL. */
struct span json_any(
	struct arena *a, const json_t *object, const char *const *keys);

#endif
