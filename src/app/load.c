/* SPDX-License-Identifier: Apache-2.0 */
#include "app/load.h"

bool
load_fail(const struct loading *l, int line, const struct err *inner)
{
	const char *name = l->section->name;

	return fail(l->e, inner->code, "%s:%d: %s%s%s%s%s", l->path, line,
		name ? l->what : "", name ? " " : "", name ? name : "",
		name ? ": " : "", inner->text);
}

bool
load_row(const struct loading *l, const struct row *row, void *base)
{
	const struct conf_entry *entry = conf_find(l->section, row->name);
	struct err inner = { 0 };

	if (setting_set(l->arena, row,
		    entry ? (const char *const *)entry->values : NULL, base,
		    &inner))
		return true;
	return load_fail(l, entry ? entry->line : l->section->line, &inner);
}

const char **
load_names(struct arena *a, const struct row *rows, size_t more)
{
	const char **names;
	size_t n = 0;

	while (rows[n].name)
		n++;
	names = arena_array(a, n + more + 1, sizeof(*names));
	for (size_t i = 0; i < n; i++)
		names[i] = rows[i].name;
	return names;
}
