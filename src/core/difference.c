/* SPDX-License-Identifier: Apache-2.0 */
#include "core/difference.h"

#include <stdlib.h>

#include "base/idmap.h"

static const struct id none;

const char *
difference_word(enum difference_kind kind)
{
	static const char *const words[] = { "none", "created", "updated",
		"merged", "split", "regrouped", "ended" };

	return words[kind];
}

static uint32_t
find(struct lot *lots, uint32_t at)
{
	while (lots[at].part != at) {
		lots[at].part = lots[lots[at].part].part;
		at = lots[at].part;
	}
	return at;
}

static void
join(struct lot *lots, uint32_t a, uint32_t b)
{
	a = find(lots, a);
	b = find(lots, b);
	lots[a > b ? a : b].part = a > b ? b : a;
}

/* Those of one group, on one side, are of one part. */
static void
join_side(struct arena *a, struct lot *lots, size_t count, bool is)
{
	struct idmap first = { 0 };

	for (uint32_t i = 0; i < count; i++) {
		const struct id *group = is ? &lots[i].is : &lots[i].was;
		uint32_t at;

		if (!id_compare(group, &none))
			continue;
		at = idmap_get(&first, group);
		if (at == IDMAP_NONE)
			idmap_set(a, &first, group, i);
		else
			join(lots, at, i);
	}
}

static int
compare_part(const void *left, const void *right)
{
	const struct lot *a = left, *b = right;

	if (a->part != b->part)
		return a->part < b->part ? -1 : 1;
	return id_compare(&a->id, &b->id);
}

static int
compare_id(const void *left, const void *right)
{
	return id_compare(left, right);
}

/* How many groups these are; sorts. */
static size_t
distinct(struct id *ids, size_t count)
{
	size_t n = 0;

	qsort(ids, count, sizeof(*ids), compare_id);
	for (size_t i = 0; i < count; i++)
		n += id_compare(&ids[i], &none) &&
		     (i == 0 || id_compare(&ids[i], &ids[i - 1]));
	return n;
}

static enum difference_kind
kind_of(const struct part *part, bool same)
{
	if (same)
		return DIFFERENCE_NONE;
	if (!part->is)
		return DIFFERENCE_ENDED;
	if (!part->was)
		return DIFFERENCE_CREATED;
	if (part->is == 1)
		return part->was == 1 ? DIFFERENCE_UPDATED : DIFFERENCE_MERGED;
	return part->was == 1 ? DIFFERENCE_SPLIT : DIFFERENCE_REGROUPED;
}

static struct part
judge(const struct lot *lots, struct id *scratch, size_t first, size_t count)
{
	struct part part = { 0, first, count, 0, 0 };
	bool same = true;

	for (size_t i = 0; i < count; i++) {
		const struct lot *lot = &lots[first + i];

		scratch[i] = lot->was;
		same = same && !id_compare(&lot->was, &lot->is);
	}
	part.was = distinct(scratch, count);
	for (size_t i = 0; i < count; i++)
		scratch[i] = lots[first + i].is;
	part.is = distinct(scratch, count);
	part.kind = kind_of(&part, same);
	return part;
}

struct difference
difference_find(struct arena *a, struct lot *lots, size_t count)
{
	struct difference d = { lots, count, NULL, 0 };
	struct id *scratch = arena_array(a, count + 1, sizeof(*scratch));

	d.parts = arena_array(a, count + 1, sizeof(*d.parts));
	for (uint32_t i = 0; i < count; i++)
		lots[i].part = i;
	join_side(a, lots, count, false);
	join_side(a, lots, count, true);
	for (uint32_t i = 0; i < count; i++)
		lots[i].part = find(lots, i);
	if (count)
		qsort(lots, count, sizeof(*lots), compare_part);
	for (size_t i = 0, n; i < count; i += n) {
		for (n = 1; i + n < count && lots[i + n].part == lots[i].part;
			n++)
			;
		d.parts[d.part_count++] = judge(lots, scratch, i, n);
	}
	return d;
}

struct group {
	struct id profile; /* first: compared as that */
	json_t *json;
};

json_t *
difference_side(const struct difference *d, const struct part *part, bool is)
{
	struct arena *a = arena_create();
	struct idmap at = { 0 };
	struct group *groups = arena_array(a, part->count + 1, sizeof(*groups));
	json_t *list = json_array();
	uint32_t n = 0;

	for (size_t i = part->first; i < part->first + part->count; i++) {
		const struct lot *lot = &d->lots[i];
		const struct id *in = is ? &lot->is : &lot->was;
		uint32_t group = idmap_get(&at, in);
		char text[ID_TEXT];

		if (group == IDMAP_NONE) {
			group = n++;
			idmap_set(a, &at, in, group);
			groups[group].profile = *in;
			groups[group].json = json_pack("{s:o,s:[]}", "profile",
				id_compare(in, &none)
					? json_string(id_format(in, text))
					: json_null(),
				"identifiers");
		}
		json_array_append_new(
			json_object_get(groups[group].json, "identifiers"),
			json_string(id_format(&lot->id, text)));
	}
	qsort(groups, n, sizeof(*groups), compare_id);
	for (uint32_t i = 0; i < n; i++)
		json_array_append_new(list, groups[i].json);
	arena_destroy(a);
	return list;
}
