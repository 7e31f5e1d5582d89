/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/stay_numbers.h"

#include "io/bulk.h"
#include "store/columns.h"
#include "store/sql.h"

/* A row of live.stay; its key within the touchpoint tells nothing. */
struct stored {
	struct id touchpoint, owner;
	int64_t first, last, events, number;
	int16_t assurance[EVENT_CLAIMS];
	size_t width;
};

static struct stored
stored_of(struct span row)
{
	struct cells cells = cells_of(row);
	struct stored s;

	s.touchpoint = cells_id(&cells);
	s.first = cells_time(&cells, 0);
	s.last = cells_time(&cells, 0);
	s.events = cells_int(&cells);
	s.owner = cells_id(&cells);
	s.width = cells_smalls(&cells, s.assurance, EVENT_CLAIMS);
	s.number = cells_int(&cells);
	return s;
}

static bool
is_as_stored(const struct spot *spot, size_t k, const struct stored *s)
{
	const struct stay *stay = &spot->stays.items[k];

	if (stay->first != s->first || stay->last != s->last ||
		stay->events != s->events || spot->member_count != s->width ||
		id_compare(&spot->owners[k], &s->owner) != 0)
		return false;
	for (size_t i = 0; i < s->width; i++)
		if ((int16_t)stay->assurance[i] != s->assurance[i])
			return false;
	return true;
}

static void
note(struct stay_numbers *n, const struct graph *whole, const struct stored *s)
{
	uint32_t at = idmap_get(&whole->spot_of, &s->touchpoint);

	if (at == IDMAP_NONE)
		return;
	for (size_t k = 0; k < whole->spots[at].stays.count; k++)
		if (is_as_stored(&whole->spots[at], k, s))
			*stay_number(n, at, k) = s->number;
}

bool
stay_numbers_read(struct ctl *ctl, const struct graph *whole,
	struct stay_numbers *n, struct err *e)
{
	struct bulk *b = ctl_scan(ctl, e);
	bool ok = b && bulk_read(b, sql_scan_stays, e);
	struct span row;
	size_t count = 0;

	n->first = arena_array(
		whole->arena, whole->spot_count + 1, sizeof(*n->first));
	for (size_t i = 0; i < whole->spot_count; i++) {
		n->first[i] = count;
		count += whole->spots[i].stays.count;
	}
	n->numbers = arena_array(whole->arena, count + 1, sizeof(*n->numbers));
	while (ok && (ok = bulk_next(b, &row, e)) && row.data) {
		struct stored s = stored_of(row);

		note(n, whole, &s);
	}
	bulk_close(b);
	return ok;
}

int64_t *
stay_number(struct stay_numbers *n, size_t spot, size_t k)
{
	return &n->numbers[n->first[spot] + k];
}
