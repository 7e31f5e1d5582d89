/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a sender's fields are to us: those that a channel knows, as a table, and
 * those that the operator names, as a list setting of rows "theirs=kind".
 */
#ifndef CORE_MAPPING_H
#define CORE_MAPPING_H

#include "core/event.h"

/* Whether rows (NULL at the end, or NULL) can be used; setting is its name. */
bool mapping_check(
	const char *const *rows, const char *setting, struct err *e) MUST_CHECK;
/* The kind of a field, or NULL. */
const char *mapping_kind(const char *const *rows, struct span theirs);
/* Claims what an object's members are by the rows, as far as they are texts
 * and numbers. */
void mapping_claim(struct arena *a, struct event *ev, const char *const *rows,
	const json_t *object, enum assurance assurance);

/* A field of a sender's: an identifier of a kind, or a trait. The last has no
 * name. */
struct known_field {
	const char *name, *kind, *trait;
};

/* Claims a field, or tells it as a trait, by the table; one that is not in it
 * is left out. */
void known_field_take(struct arena *a, struct event *ev,
	const struct known_field *fields, struct span name, struct span value,
	enum assurance assurance);

#endif
