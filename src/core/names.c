/* SPDX-License-Identifier: Apache-2.0 */
#include "core/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
take_part(struct called *called, int part, const char *text, int64_t at,
	const struct id *event, bool *gone)
{
	const char *was = called->parts[part].text;
	int64_t last = called->parts[part].at;

	if (!text ||
		(was && (at < last ||
				(at == last &&
					id_compare(event,
						&called->parts[part].event) <=
						0))))
		return false;
	called->parts[part].text = text;
	called->parts[part].at = at;
	called->parts[part].event = *event;
	if (was && !strcmp(was, text))
		return false;
	*gone |= was != NULL;
	return true;
}

bool
called_tell(struct called *called, const char *const texts[CALLED_PARTS],
	int64_t at, const struct id *event, bool *gone)
{
	bool changed = false;

	for (int i = 0; i < CALLED_PARTS; i++)
		changed |= take_part(called, i, texts[i], at, event, gone);
	return changed;
}

bool
called_unite(struct called *called, const struct called *more, bool *gone)
{
	bool changed = false;

	for (int i = 0; i < CALLED_PARTS; i++) {
		const char *ours = called->parts[i].text;
		const char *theirs = more->parts[i].text;

		/* Whichever holds, the other is gone. */
		*gone |= ours && theirs && strcmp(ours, theirs) != 0;
		changed |= take_part(called, i, theirs, more->parts[i].at,
			&more->parts[i].event, gone);
	}
	return changed;
}

const char *
called_text(struct arena *a, const struct called *called)
{
	const char *text = NULL;

	for (int i = 0; i < CALLED_PARTS; i++)
		if (called->parts[i].text)
			text = arena_printf(a, "%s%s\n", text ? text : "",
				called->parts[i].text);
	return text;
}

char *
called_write(struct arena *a, const struct called *called)
{
	char *text = NULL, id[ID_TEXT];

	for (int i = 0; i < CALLED_PARTS; i++)
		if (called->parts[i].text)
			text = arena_printf(a, "%s%d %lld %s %s\n",
				text ? text : "", i,
				(long long)called->parts[i].at,
				id_format(&called->parts[i].event, id),
				called->parts[i].text);
	return text;
}

struct called
called_read(struct arena *a, struct span text)
{
	struct called called = { 0 };

	while (text.len) {
		struct span line = span_cut(text, '\n', &text);
		struct span part = span_cut(line, ' ', &line);
		struct span at = span_cut(line, ' ', &line);
		struct span event = span_cut(line, ' ', &line);
		int i = part.len == 1 ? *part.data - '0' : -1;

		if (i < 0 || i >= CALLED_PARTS ||
			!id_parse(event, &called.parts[i].event))
			continue;
		called.parts[i].at = strtoll(span_text(a, at), NULL, 10);
		called.parts[i].text = span_text(a, line);
	}
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
