/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list setting of rows "theirs=kind": which of a sender's own fields are
 * identifiers, and of what kind.
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

#endif
