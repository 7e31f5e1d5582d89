/* SPDX-License-Identifier: Apache-2.0 */
#include "core/names.h"

#include <string.h>

/* Where it is, or belongs. */
static size_t
place_of(const struct names *names, const char *text)
{
	size_t from = 0, to = names->count;

	while (from < to) {
		size_t middle = (from + to) / 2;

		if (strcmp(names->items[middle], text) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

bool
names_add(struct arena *a, struct names *names, const char *text)
{
	size_t at = place_of(names, text), kept = names->count;
	const char **items;

	if (at == NAMES_MOST ||
		(at < names->count && !strcmp(names->items[at], text)))
		return false;
	if (kept == NAMES_MOST)
		kept--;
	items = arena_array(a, kept + 1, sizeof(*items));
	for (size_t i = 0; i < kept; i++)
		items[i + (i >= at)] = names->items[i];
	items[at] = text;
	*names = (struct names){ items, kept + 1 };
	return true;
}

bool
names_unite(struct arena *a, struct names *names, const struct names *more)
{
	bool changed = false;

	for (size_t i = 0; i < more->count; i++)
		changed |= names_add(a, names, more->items[i]);
	return changed;
}

bool
names_are_several(
	struct arena *a, const struct names *names, names_contradict contradict)
{
	if (names->count == NAMES_MOST)
		return true;
	for (size_t i = 0; i < names->count; i++)
		for (size_t k = 0; k < i; k++)
			if (contradict(a, names->items[i], names->items[k]))
				return true;
	return false;
}

bool
names_are_others(struct arena *a, const struct names *x, const struct names *y,
	names_contradict contradict)
{
	for (size_t i = 0; i < x->count; i++)
		for (size_t k = 0; k < y->count; k++)
			if (!contradict(a, x->items[i], y->items[k]))
				return false;
	return x->count && y->count;
}

char *
names_write(struct arena *a, const struct names *names)
{
	size_t size = 1;
	char *text, *to;

	if (!names->count)
		return NULL;
	for (size_t i = 0; i < names->count; i++)
		size += strlen(names->items[i]) + 2;
	text = to = arena_alloc(a, size);
	for (size_t i = 0; i < names->count; i++) {
		size_t len = strlen(names->items[i]);

		if (i)
			*to++ = '\n';
		memcpy(to, names->items[i], len);
		to += len;
	}
	return text;
}

struct names
names_read(struct arena *a, struct span text)
{
	struct names names = { 0 };

	while (text.len) {
		const char *end = memmem(text.data, text.len, "\n\n", 2);
		size_t len = end ? (size_t)(end + 1 - text.data) : text.len;

		names_add(a, &names,
			span_text(a, (struct span){ text.data, len }));
		len += end != NULL;
		text = (struct span){ text.data + len, text.len - len };
	}
	return names;
}
