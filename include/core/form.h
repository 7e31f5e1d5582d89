/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of a form or a query, application/x-www-form-urlencoded: pairs with
 * "=" between "&", a "+" for a blank, bytes as %XX. Read as leniently as the
 * web does it: nothing is malformed, a "%" that is no escape is itself.
 */
#ifndef CORE_FORM_H
#define CORE_FORM_H

#include <jansson.h>

#include "base/arena.h"
#include "base/span.h"

struct field {
	struct span name, value; /* decoded, NUL-terminated on the arena */
};

struct form {
	struct field *fields; /* in the order sent; a name may repeat */
	size_t count;
};

struct form form_read(struct arena *a, struct span text);
/* The same of multipart/form-data (RFC 7578), for what begins with "--" its
 * boundary; of files only their fields' names. Values are bytes as sent. */
struct form form_read_any(struct arena *a, struct span body);
/* The value of the first field of a name; data is NULL where there is none. */
struct span form_get(const struct form *form, const char *name);
/* The fields whose values are UTF-8, as an object on the arena; of a name that
 * repeats the last. */
json_t *form_object(struct arena *a, const struct form *form);
/* One name or value, decoded. */
struct span form_decode(struct arena *a, struct span text);

#endif
