/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/rehearse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/difference.h"
#include "core/json.h"
#include "ctl/recount.h"
#include "io/bulk.h"
#include "store/columns.h"
#include "store/sql.h"

#define SHOWN 5 /* of the largest, and of the sample */

struct rehearsal {
	struct ctl *ctl;
	struct arena *arena;
	struct difference difference;
	struct part *changes; /* parts that differ, the largest first */
	size_t change_count;
	size_t now, then, stay, merge, split, other;
};

static int
compare_change(const void *left, const void *right)
{
	const struct part *a = left, *b = right;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return a->first < b->first ? -1 : 1;
}

static void
judge(struct rehearsal *r)
{
	const struct difference *d = &r->difference;

	r->changes =
		arena_array(r->arena, d->part_count + 1, sizeof(*r->changes));
	for (size_t i = 0; i < d->part_count; i++) {
		const struct part *p = &d->parts[i];

		r->now += p->was;
		r->then += p->is;
		if (p->kind == DIFFERENCE_NONE) {
			r->stay += p->was;
			continue;
		}
		r->merge += p->kind == DIFFERENCE_MERGED;
		r->split += p->kind == DIFFERENCE_SPLIT;
		r->other += p->kind != DIFFERENCE_MERGED &&
			    p->kind != DIFFERENCE_SPLIT;
		r->changes[r->change_count++] = *p;
	}
	if (r->change_count)
		qsort(r->changes, r->change_count, sizeof(*r->changes),
			compare_change);
}

static json_t *
change_json(const struct rehearsal *r, const struct part *p)
{
	return json_pack("{s:s,s:o,s:o}", "change", difference_word(p->kind),
		"before", difference_side(&r->difference, p, false), "after",
		difference_side(&r->difference, p, true));
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
		printf("%zu profiles, %zu then\n"
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

/* A row of live.identifier. */
struct stored {
	struct id id, founder, group_founder;
	bool shared;
	int64_t first_seen, until, number;
};

static struct stored
stored_of(struct span row)
{
	struct cells cells = cells_of(row);
	struct stored s;

	s.id = cells_id(&cells);
	s.founder = cells_id(&cells);
	s.group_founder = cells_id(&cells);
	s.shared = cells_int(&cells) != 0;
	s.first_seen = cells_time(&cells, INT64_MIN);
	s.until = cells_time(&cells, INT64_MAX);
	s.number = cells_int(&cells);
	return s;
}

/* Kind and value are those of the id. */
static bool
is_as_stored(const struct node *n, const struct stored *s)
{
	static const struct id none;
	const struct id *group = id_compare(&s->group_founder, &none)
					 ? &s->group_founder
					 : &s->founder;

	return n->first_seen == s->first_seen && n->until == s->until &&
	       n->shared == s->shared &&
	       !id_compare(&n->profile, &s->founder) &&
	       !id_compare(&n->founder, group);
}

bool
rehearse_compare(struct ctl *ctl, const struct graph *whole,
	struct difference *difference, int64_t *numbers, struct err *e)
{
	size_t count = whole->node_count;
	struct lot *lots = arena_array(ctl->arena, count + 1, sizeof(*lots));
	struct bulk *b = ctl_scan(ctl, e);
	bool ok = b && bulk_read(b, sql_scan_identifiers, e);
	struct span row;

	for (size_t i = 0; i < count; i++) {
		const struct node *n = &whole->nodes[i];

		lots[i].id = n->id;
		if (!n->shared && n->kind)
			lots[i].is = n->profile;
	}
	while (ok && (ok = bulk_next(b, &row, e)) && row.data) {
		struct stored s = stored_of(row);
		uint32_t at = idmap_get(&whole->node_of, &s.id);

		if (at == IDMAP_NONE)
			continue;
		if (!s.shared)
			lots[at].was = s.founder;
		if (numbers && is_as_stored(&whole->nodes[at], &s))
			numbers[at] = s.number;
	}
	bulk_close(b);
	if (ok)
		*difference = difference_find(ctl->arena, lots, count);
	return ok;
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
rehearse(struct ctl *ctl, const struct policy *policy,
	const struct model *model, const char *diff)
{
	struct rehearsal r = { .ctl = ctl, .arena = ctl->arena };
	struct recount recount = { 0 };
	struct err e = { 0 };
	bool ok =
		ctl_snapshot(ctl, &e) &&
		recount_journal(ctl, policy, model, false, no_chunk, NULL,
			&recount, &e) &&
		rehearse_compare(ctl, recount.whole, &r.difference, NULL, &e) &&
		ctl_snapshot_end(ctl, &e);

	if (ok) {
		judge(&r);
		ok = !diff || write_diff(&r, diff, &e);
	}
	if (ok)
		report(&r);
	recount_clear(&recount);
	return ok ? CTL_OK : ctl_fail(&e);
}
