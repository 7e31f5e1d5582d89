/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Groups as they are and as they would be are the two sides of a graph, with
 * an edge for each identifier that both hold. A part of it with one group on
 * either side stays as it is; one new of several is a merge, several new of
 * one a split; the rest, such as a profile that loses what is now shared,
 * is other.
 */
#include "ctl/rehearse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "ctl/recount.h"
#include "store/sql.h"

#define PAGE "5000"
#define SHOWN 5 /* of the largest, and of the sample */

/* What one identifier is in now, and would be in; the zero id: it joins
 * nobody. */
struct lot {
	struct id id, now, then;
	uint32_t part; /* the least index of its part, by union-find */
};

/* A part of the graph that changes. */
struct change {
	uint32_t first, count; /* in lots, which are sorted by part */
	size_t now, then;      /* profiles on either side */
};

struct rehearsal {
	struct ctl *ctl;
	struct arena *arena;
	struct lot *lots;
	size_t count;
	struct change *changes;
	size_t change_count, change_cap;
	size_t now, then, stay, merge, split, other;
};

static const struct id none;

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
join_side(struct rehearsal *r, bool then)
{
	struct idmap first = { 0 };

	for (uint32_t i = 0; i < r->count; i++) {
		const struct id *group =
			then ? &r->lots[i].then : &r->lots[i].now;
		uint32_t at;

		if (!id_compare(group, &none))
			continue;
		at = idmap_get(&first, group);
		if (at == IDMAP_NONE)
			idmap_set(r->arena, &first, group, i);
		else
			join(r->lots, at, i);
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

	if (count)
		qsort(ids, count, sizeof(*ids), compare_id);
	for (size_t i = 0; i < count; i++)
		n += id_compare(&ids[i], &none) &&
		     (i == 0 || id_compare(&ids[i], &ids[i - 1]));
	return n;
}

static void
judge_part(
	struct rehearsal *r, struct id *scratch, uint32_t first, uint32_t count)
{
	struct change c = { first, count, 0, 0 };
	bool same = true;

	for (uint32_t i = 0; i < count; i++) {
		scratch[i] = r->lots[first + i].now;
		same = same && !id_compare(&r->lots[first + i].now,
				       &r->lots[first + i].then);
	}
	c.now = distinct(scratch, count);
	for (uint32_t i = 0; i < count; i++)
		scratch[i] = r->lots[first + i].then;
	c.then = distinct(scratch, count);
	r->now += c.now;
	r->then += c.then;
	if (same) {
		r->stay += c.now;
		return;
	}
	r->merge += c.now > 1 && c.then == 1;
	r->split += c.now == 1 && c.then > 1;
	r->other += !(c.now > 1 && c.then == 1) && !(c.now == 1 && c.then > 1);
	r->changes = arena_grow(r->arena, r->changes, r->change_count,
		&r->change_cap, sizeof(*r->changes));
	r->changes[r->change_count++] = c;
}

static int
compare_change(const void *left, const void *right)
{
	const struct change *a = left, *b = right;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return a->first < b->first ? -1 : 1;
}

static void
judge(struct rehearsal *r)
{
	struct id *scratch =
		arena_array(r->arena, r->count + 1, sizeof(*scratch));

	for (uint32_t i = 0; i < r->count; i++)
		r->lots[i].part = i;
	join_side(r, false);
	join_side(r, true);
	for (uint32_t i = 0; i < r->count; i++)
		r->lots[i].part = find(r->lots, i);
	if (r->count)
		qsort(r->lots, r->count, sizeof(*r->lots), compare_part);
	for (uint32_t i = 0, n; i < r->count; i += n) {
		for (n = 1; i + n < r->count &&
			    r->lots[i + n].part == r->lots[i].part;
			n++)
			;
		judge_part(r, scratch, i, n);
	}
	if (r->change_count)
		qsort(r->changes, r->change_count, sizeof(*r->changes),
			compare_change);
}

/* One side of a change: its profiles with their identifiers, and who joins
 * nobody. */
static json_t *
side(const struct rehearsal *r, const struct change *c, bool then)
{
	json_t *profiles = json_object(), *list = json_array(), *members;
	char id[ID_TEXT], group[ID_TEXT];
	const char *name;

	for (uint32_t i = c->first; i < c->first + c->count; i++) {
		const struct lot *lot = &r->lots[i];
		const struct id *in = then ? &lot->then : &lot->now;

		name = id_compare(in, &none) ? id_format(in, group) : "";
		members = json_object_get(profiles, name);
		if (!members) {
			members = json_array();
			json_object_set_new(profiles, name, members);
		}
		json_array_append_new(
			members, json_string(id_format(&lot->id, id)));
	}
	json_object_foreach(profiles, name, members) json_array_append_new(
		list, json_pack("{s:o,s:O}", "profile",
			      *name ? json_string(name) : json_null(),
			      "identifiers", members));
	json_decref(profiles);
	return list;
}

static json_t *
change_json(const struct rehearsal *r, const struct change *c)
{
	const char *what = c->now > 1 && c->then == 1	? "merge"
			   : c->now == 1 && c->then > 1 ? "split"
							: "other";

	return json_pack("{s:s,s:o,s:o}", "change", what, "before",
		side(r, c, false), "after", side(r, c, true));
}

static bool
write_diff(const struct rehearsal *r, const char *path, struct err *e)
{
	FILE *file = fopen(path, "w");
	bool ok = file != NULL;

	for (size_t i = 0; ok && i < r->change_count; i++) {
		struct arena *a = arena_create();
		json_t *line = change_json(r, &r->changes[i]);

		ok = fprintf(file, "%s\n", json_write(a, line)) > 0;
		json_decref(line);
		arena_destroy(a);
	}
	if (file && fclose(file) != 0)
		ok = false;
	return ok || fail(e, ERR_MISSING, "%s: %s", path, strerror(errno));
}

/* The largest, and some from all over the rest. */
static json_t *
sample(const struct rehearsal *r)
{
	json_t *list = json_array();
	size_t rest = r->change_count > SHOWN ? r->change_count - SHOWN : 0;
	size_t step = rest / SHOWN ? rest / SHOWN : 1;

	for (size_t i = 0; i < r->change_count && i < SHOWN; i++)
		json_array_append_new(list, change_json(r, &r->changes[i]));
	for (size_t i = SHOWN, n = 0; i < r->change_count && n < SHOWN;
		i += step, n++)
		json_array_append_new(list, change_json(r, &r->changes[i]));
	return list;
}

static void
print_side(const char *word, json_t *profiles)
{
	json_t *profile;
	size_t i;

	json_array_foreach(profiles, i, profile)
	{
		const char *name =
			json_string_value(json_object_get(profile, "profile"));

		printf("    %s %s, %zu identifiers\n", word,
			name ? name : "nobody's",
			json_array_size(
				json_object_get(profile, "identifiers")));
	}
}

static void
report(struct rehearsal *r)
{
	json_t *changes = sample(r), *change;
	size_t i;

	if (r->ctl->json) {
		json_t *top = json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:O}", "now",
			(json_int_t)r->now, "then", (json_int_t)r->then, "stay",
			(json_int_t)r->stay, "merge", (json_int_t)r->merge,
			"split", (json_int_t)r->split, "other",
			(json_int_t)r->other, "sample", changes);

		puts(json_write(r->arena, top));
		json_decref(top);
	} else {
		printf("%zu profiles, %zu under the policy\n"
		       "  %zu stay as they are\n"
		       "  %zu would come of several\n"
		       "  %zu would fall apart\n"
		       "  %zu groups of profiles would do both\n",
			r->now, r->then, r->stay, r->merge, r->split, r->other);
		json_array_foreach(changes, i, change)
		{
			printf("  %s\n", json_string_value(json_object_get(
						 change, "change")));
			print_side("now ", json_object_get(change, "before"));
			print_side("then", json_object_get(change, "after"));
		}
	}
	json_decref(changes);
}

/* Takes in how things are now. */
static bool
load_now(struct rehearsal *r, const struct graph *whole, struct err *e)
{
	const char *params[2] = { NULL, PAGE };
	struct ctl_rows rows;

	r->count = whole->node_count;
	r->lots = arena_array(r->arena, r->count + 1, sizeof(*r->lots));
	for (size_t i = 0; i < r->count; i++) {
		const struct node *n = &whole->nodes[i];

		r->lots[i].id = n->id;
		r->lots[i].then = n->shared ? none : n->founder;
	}
	do {
		if (!ctl_query(r->ctl, sql_rehearse_page, 2, params, &rows, e))
			return false;
		for (int row = 0; row < rows.rows; row++) {
			struct id id, founder;
			uint32_t at;

			if (!id_parse(span_of(ctl_value(&rows, row, 0)), &id) ||
				!id_parse(span_of(ctl_value(&rows, row, 1)),
					&founder))
				return fail(e, ERR_BUG, "identifier: want ids");
			at = idmap_get(&whole->node_of, &id);
			if (at != IDMAP_NONE &&
				ctl_value(&rows, row, 2)[0] != 't')
				r->lots[at].now = founder;
		}
		if (rows.rows)
			params[0] = ctl_value(&rows, rows.rows - 1, 0);
	} while (rows.rows);
	return true;
}

static bool
no_chunk(void *arg, struct graph *chunk, struct err *e)
{
	(void)arg;
	(void)chunk;
	(void)e;
	return true;
}

int
rehearse(struct ctl *ctl, const struct policy *policy, const char *diff)
{
	struct rehearsal r = { .ctl = ctl, .arena = ctl->arena };
	struct recount recount = { 0 };
	struct err e = { 0 };
	bool ok = ctl_snapshot(ctl, &e) &&
		  recount_journal(
			  ctl, policy, false, no_chunk, NULL, &recount, &e) &&
		  load_now(&r, recount.whole, &e);

	if (ok) {
		judge(&r);
		ok = !diff || write_diff(&r, diff, &e);
	}
	if (ok)
		report(&r);
	recount_clear(&recount);
	return ok ? CTL_OK : ctl_fail(&e);
}
