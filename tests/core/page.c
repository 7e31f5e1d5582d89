/* SPDX-License-Identifier: Apache-2.0 */
#include "page.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

const char *
name_of(struct arena *a, const char *kind, struct span value)
{
	return arena_printf(a, "%s:%.*s", kind, (int)value.len, value.data);
}

const char *
page_name(struct arena *a, const char *name, int64_t since)
{
	char at[CLOCK_TEXT];

	return since == INT64_MIN ? name
				  : arena_printf(a, "%s@%s", name,
					    clock_format(since, at));
}

static void
add_line(struct page *p, char *line)
{
	p->lines = arena_grow(
		p->arena, p->lines, p->count, &p->cap, sizeof(*p->lines));
	p->lines[p->count++] = line;
}

void
page_identifier(struct page *p, const char *name, const char *founder,
	const struct tenure *t, bool shared)
{
	char at[CLOCK_TEXT], end[CLOCK_TEXT], run[CLOCK_TEXT];

	add_line(p,
		arena_printf(p->arena, "%s of %s since %s%s%s%s%s%s\n", name,
			founder, clock_format(t->first_seen, at),
			t->until == INT64_MAX ? "" : " until ",
			t->until == INT64_MAX ? ""
					      : clock_format(t->until, end),
			t->run_at == INT64_MIN ? "" : " again ",
			t->run_at == INT64_MIN ? ""
					       : clock_format(t->run_at, run),
			shared ? " shared" : ""));
}

void
page_stay(struct page *p, const char *touchpoint, const struct stay *stay,
	size_t width, const char *owner)
{
	char first[CLOCK_TEXT], last[CLOCK_TEXT], know[EVENT_CLAIMS + 1];

	for (size_t i = 0; i < width; i++)
		know[i] = (char)('0' + (int)stay->assurance[i]);
	know[width] = '\0';
	add_line(p,
		arena_printf(p->arena, "%s | %s to %s n=%lld know=%s of %s\n",
			touchpoint, clock_format(stay->first, first),
			clock_format(stay->last, last), (long long)stay->events,
			know, owner ? owner : "nobody"));
}

void
page_trait(struct page *p, const char *touchpoint, int64_t first,
	const char *name, const char *value, int64_t at)
{
	char from[CLOCK_TEXT], when[CLOCK_TEXT];

	add_line(p, arena_printf(p->arena, "%s | %s %s=%s at %s\n", touchpoint,
			    clock_format(first, from), name, value,
			    clock_format(at, when)));
}

static int
compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char *
page_end(struct page *p)
{
	size_t len = 0, at = 0;
	char *text;

	if (p->count)
		qsort(p->lines, p->count, sizeof(*p->lines), compare_lines);
	for (size_t i = 0; i < p->count; i++)
		len += strlen(p->lines[i]);
	text = arena_alloc(p->arena, len + 1);
	for (size_t i = 0; i < p->count; i++) {
		size_t n = strlen(p->lines[i]);

		memcpy(text + at, p->lines[i], n);
		at += n;
	}
	return text;
}
