/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mapping.h"

#include <string.h>

#include "core/commerce.h"
#include "core/json.h"

/* What is behind the "=", which ends the row. */
static const char *
kind_of(const char *row)
{
	const char *mark = strchr(row, '=');

	return mark ? mark + 1 : "";
}

bool
mapping_check(const char *const *rows, const char *setting, struct err *e)
{
	for (; rows && *rows; rows++)
		if (**rows == '=' || !customer_check(kind_of(*rows), e))
			return fail(e, ERR_INPUT,
				"%s %.60s: not understood, want FIELD=KIND",
				setting, *rows);
	return true;
}

const char *
mapping_kind(const char *const *rows, struct span theirs)
{
	for (; rows && *rows; rows++) {
		struct span rest, name = span_cut(span_of(*rows), '=', &rest);

		if (span_equal(name, theirs))
			return kind_of(*rows);
	}
	return NULL;
}

void
mapping_claim(struct arena *a, struct event *ev, const char *const *rows,
	const json_t *object, enum assurance assurance)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)object, name, value)
	{
		const char *kind = mapping_kind(rows, span_of(name));

		if (kind)
			event_claim(
				a, ev, kind, json_span(a, value), assurance);
	}
}

void
known_field_take(struct arena *a, struct event *ev,
	const struct known_field *fields, struct span name, struct span value,
	enum assurance assurance)
{
	for (; fields->name; fields++) {
		if (!span_is(name, fields->name))
			continue;
		if (fields->kind)
			event_claim(a, ev, fields->kind, value, assurance);
		else
			event_trait(ev, fields->trait, value);
	}
}
