/* SPDX-License-Identifier: Apache-2.0 */
/* What of a profile's rows counts, and in which order. */
#include "core/record.h"

#include "base/sort.h"
#include "core/jsonb.h"

static int
compare_identifiers(const void *left, const void *right)
{
	const struct record_identifier *a = left, *b = right;
	int order = a->shared - b->shared;

	order = order ? order : span_compare(a->kind, b->kind);
	order = order ? order : span_compare(a->value, b->value);
	return order ? order : sort_compare(a->first_seen, b->first_seen);
}

/* The latest word on each first. */
static int
compare_traits(const void *left, const void *right)
{
	const struct record_trait *a = left, *b = right;
	int order = jsonb_compare(a->name, b->name);

	order = order ? order : sort_compare(b->at, a->at);
	order = order ? order : id_compare(&b->event, &a->event);
	return order ? order : span_compare(a->source, b->source);
}

static int
compare_purchases(const void *left, const void *right)
{
	const struct record_purchase *a = left, *b = right;
	int order = id_compare(&a->purchase, &b->purchase);

	order = order ? order : sort_compare(b->at, a->at);
	return order ? order : id_compare(&b->event, &a->event);
}

/* Several touchpoints may report one: the latest word counts. */
static void
settle_purchases(struct record *r)
{
	struct record_purchase *all = r->purchases;
	size_t count = 0;

	sort(all, r->purchase_count, sizeof(*all), compare_purchases);
	for (size_t i = 0; i < r->purchase_count; i++)
		if (!count || id_compare(&all[i].purchase,
				      &all[count - 1].purchase) != 0)
			all[count++] = all[i];
	r->purchase_count = count;
	r->last_order = NULL;
	/* They are in the order of their ids: of one time the last counts. */
	for (size_t i = 0; i < count; i++)
		if (!all[i].refund &&
			(!r->last_order || all[i].at >= r->last_order->at))
			r->last_order = &all[i];
}

static int
compare_stays(const void *left, const void *right)
{
	const struct record_stay *const *a = left, *const *b = right;

	return sort_compare((*b)->last_at, (*a)->last_at);
}

/* Each has an event at its end, so the newest are among those that end last;
 * and none of those is older than where the last of these ends. */
static void
settle_latest(struct arena *a, struct record *r)
{
	const struct record_stay **all =
		arena_array(a, r->stay_count + 1, sizeof(const void *));
	size_t count = 0;

	for (size_t i = 0; i < r->stay_count; i++)
		all[i] = &r->stays[i];
	sort(all, r->stay_count, sizeof(*all), compare_stays);
	while (count < r->stay_count &&
		(count < RECORD_EVENTS ||
			all[count]->last_at == all[count - 1]->last_at))
		count++;
	r->latest = all;
	r->latest_count = count;
	r->latest_from = INT64_MAX;
	for (size_t i = 0; i < count; i++)
		if (all[i]->first_at < r->latest_from)
			r->latest_from = all[i]->first_at;
	if (count >= RECORD_EVENTS &&
		all[RECORD_EVENTS - 1]->last_at > r->latest_from)
		r->latest_from = all[RECORD_EVENTS - 1]->last_at;
}

void
record_settle(struct arena *a, struct record *r)
{
	sort(r->identifiers, r->identifier_count, sizeof(*r->identifiers),
		compare_identifiers);
	sort(r->traits, r->trait_count, sizeof(*r->traits), compare_traits);
	settle_purchases(r);
	settle_latest(a, r);
}
