/* SPDX-License-Identifier: Apache-2.0 */
/* Who shares a key with whom. Those that too many have are remembered. */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/sort.h"
#include "io/db.h"
#include "likeness/block.h"
#include "store/likeness_set.h"
#include "store/sql.h"

#define HEX_ID (2 * sizeof(((struct id *)0)->bytes)) /* digits */

static size_t
slot_of(const struct lock *locks, size_t cap, int64_t key)
{
	size_t at = ((uint64_t)key * 0x9e3779b97f4a7c15u >> 20) & (cap - 1);

	while (locks[at].key && locks[at].key != key)
		at = (at + 1) & (cap - 1);
	return at;
}

/* Keys are never 0: their first byte may be, the hash is not. */
struct lock *
likeness_lock(struct likeness_set *run, int64_t key)
{
	size_t at;

	if (run->lock_count * 2 >= run->lock_cap) {
		size_t cap = run->lock_cap ? run->lock_cap * 2 : 256;
		struct lock *more = arena_array(run->arena, cap, sizeof(*more));

		for (size_t i = 0; i < run->lock_cap; i++)
			if (run->locks[i].key)
				more[slot_of(more, cap, run->locks[i].key)] =
					run->locks[i];
		run->locks = more;
		run->lock_cap = cap;
	}
	at = slot_of(run->locks, run->lock_cap, key);
	run->lock_count += !run->locks[at].key;
	run->locks[at].key = key;
	return &run->locks[at];
}

void
likeness_put_key(struct likeness_set *run, int64_t key, const struct id *whose,
	bool drop)
{
	struct columns *c = run->rows[drop ? 2 : 3];
	struct lock *l = likeness_lock(run, key);

	columns_int(c, key);
	columns_id(c, whose);
	if (drop)
		l->removed++;
	else
		l->added++;
}

/* Too many are as many as were asked for: how many more changes nothing. */
static void
take_members(struct likeness_set *run, struct lock *l, const char *hex)
{
	size_t count = hex ? strlen(hex) / HEX_ID : 0;

	if (!hex) {
		l->count = (size_t)l->most;
		memory_crowd(run->memory, l->key);
		return;
	}
	l->members = arena_array(run->arena, count + 1, sizeof(*l->members));
	for (size_t i = 0; i < count; i++) {
		struct id id;

		if (digest_unhex((struct span){ hex + i * HEX_ID, HEX_ID },
			    id.bytes, sizeof(id.bytes)))
			l->members[l->count++] = likeness_at(run, &id);
	}
}

static void
on_members(const struct db_result *result, void *arg)
{
	struct likeness_set *run = arg;

	for (int row = 0; row < result->rows; row++)
		take_members(run,
			likeness_lock(
				run, likeness_number(db_value(result, row, 0))),
			db_value(result, row, 1));
	if (likeness_answered(run, result))
		likeness_find(run);
}

static bool
counts(const struct lock *l, int more)
{
	return (long)l->count + more <= block_cap(l->key);
}

bool
likeness_counts(const struct lock *l)
{
	return l->members && counts(l, 0);
}

bool
likeness_crossed(struct likeness_set *run)
{
	bool any = false;

	for (size_t i = 0; i < run->lock_cap; i++) {
		struct lock *l = &run->locks[i];
		bool crossed = l->key && l->asked &&
			       counts(l, 0) != counts(l, l->removed - l->added);

		for (size_t k = 0; crossed && l->members && k < l->count; k++) {
			any |= !run->all[l->members[k]].changed;
			run->all[l->members[k]].changed = true;
		}
		if (crossed)
			l->added = l->removed = 0;
	}
	return any;
}

static int
compare_lock(const void *left, const void *right)
{
	return sort_compare((*(struct lock *const *)left)->key,
		(*(struct lock *const *)right)->key);
}

void
likeness_ask_members(struct likeness_set *run)
{
	struct columns *keys = columns_create(run->arena, "li");
	struct lock **wanted;
	size_t count = 0;

	for (size_t i = 0; i < run->count; i++) {
		struct someone *s = &run->all[i];

		if (!s->changed || s->compared || !s->known)
			continue;
		s->compared = true;
		likeness_keys(run, s);
		for (size_t k = 0; k < s->key_count; k++)
			(void)likeness_lock(run, s->keys[k]);
	}
	wanted = arena_array(run->arena, run->lock_count + 1, sizeof(*wanted));
	for (size_t i = 0; i < run->lock_cap; i++) {
		struct lock *l = &run->locks[i];

		if (!l->key || l->asked)
			continue;
		l->asked = true;
		l->most = block_cap(l->key) + l->added + 1;
		if (l->removed)
			memory_uncrowd(run->memory, l->key);
		if (memory_is_crowded(run->memory, l->key))
			l->count = (size_t)l->most;
		else
			wanted[count++] = l;
	}
	if (!count)
		return;
	/* In the order of the index, which is then in the processor's cache. */
	qsort(wanted, count, sizeof(*wanted), compare_lock);
	for (size_t i = 0; i < count; i++) {
		columns_int(keys, wanted[i]->key);
		columns_int(keys, wanted[i]->most);
	}
	run->sent++;
	likeness_ask(run, sql_likeness_members, keys, on_members);
}
