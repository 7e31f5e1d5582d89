/* SPDX-License-Identifier: Apache-2.0 */
#include "core/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
called_take(struct called *called, const struct called *word, bool *gone)
{
	bool changed,
		later = called->at != word->at
				? word->at > called->at
				: id_compare(&word->event, &called->event) > 0;

	if (!word->text)
		return false;
	changed = !called->text || strcmp(called->text, word->text) != 0;
	*gone |= called->text && changed;
	if (called->text && !later)
		return false;
	*called = *word;
	return changed;
}

char *
called_write(struct arena *a, const struct called *called)
{
	char id[ID_TEXT];

	if (!called->text)
		return NULL;
	return arena_printf(a, "%lld %s %s", (long long)called->at,
		id_format(&called->event, id), called->text);
}

struct called
called_read(struct arena *a, struct span text)
{
	struct called called = { 0 };
	struct span at = span_cut(text, ' ', &text);
	struct span event = span_cut(text, ' ', &text);

	if (!id_parse(event, &called.event))
		return called;
	called.at = strtoll(span_text(a, at), NULL, 10);
	called.text = span_text(a, text);
	return called;
}

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

void
names_add(struct arena *a, struct names *names, const char *text)
{
	size_t at = place_of(names, text), kept = names->count;
	const char **items;

	if (at == NAMES_MOST ||
		(at < names->count && !strcmp(names->items[at], text)))
		return;
	if (kept == NAMES_MOST)
		kept--;
	items = arena_array(a, kept + 1, sizeof(*items));
	for (size_t i = 0; i < kept; i++)
		items[i + (i >= at)] = names->items[i];
	items[at] = text;
	*names = (struct names){ items, kept + 1 };
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
names_are_others(struct arena *a, const struct names *names, const char *text,
	names_contradict contradict)
{
	for (size_t i = 0; i < names->count; i++)
		if (!contradict(a, names->items[i], text))
			return false;
	return names->count;
}
