/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/idmap.h"
#include "base/sort.h"
#include "core/decimal.h"
#include "core/jsonb.h"
#include "core/record.h"

/* Identifiers */

/* What the profile's own stays say of one. */
struct named {
	int assurance;
	int64_t first_at, last_at;
	struct span *sources;
	size_t count, cap;
};

struct naming {
	struct idmap map;
	struct named *all;
	size_t count, cap;
};

static struct named *
named_of(struct arena *a, struct naming *n, const struct id *id)
{
	uint32_t at = idmap_get(&n->map, id);

	if (at == IDMAP_NONE) {
		at = (uint32_t)n->count;
		n->all = arena_grow(
			a, n->all, n->count, &n->cap, sizeof(*n->all));
		n->all[n->count++] = (struct named){ .first_at = INT64_MAX,
			.last_at = INT64_MIN };
		idmap_set(a, &n->map, id, at);
	}
	return &n->all[at];
}

static void
add_source(struct arena *a, struct named *n, struct span source)
{
	for (size_t i = 0; i < n->count; i++)
		if (span_equal(n->sources[i], source))
			return;
	n->sources = arena_grow(
		a, n->sources, n->count, &n->cap, sizeof(*n->sources));
	n->sources[n->count++] = source;
}

static void
add_stay(struct arena *a, struct naming *naming, const struct record_stay *s)
{
	for (size_t i = 0; i < s->named_count; i++) {
		struct named *n = named_of(a, naming, &s->named[i]);

		if (s->assurance[i] > n->assurance)
			n->assurance = s->assurance[i];
		if (s->first_at < n->first_at)
			n->first_at = s->first_at;
		if (s->last_at > n->last_at)
			n->last_at = s->last_at;
		add_source(a, n, s->source);
	}
}

static int
compare_sources(const void *left, const void *right)
{
	return span_compare(
		*(const struct span *)left, *(const struct span *)right);
}

static void
put_sources(struct jsonb *t, const struct named *n)
{
	jsonb_put_text(t, "[");
	if (n) {
		sort(n->sources, n->count, sizeof(*n->sources),
			compare_sources);
		for (size_t i = 0; i < n->count; i++) {
			jsonb_put_comma(t);
			jsonb_put_string(t, n->sources[i]);
		}
	}
	jsonb_put_text(t, "]");
}

static void
put_identifier(struct jsonb *t, const struct record_identifier *i,
	const struct named *n)
{
	static const char *const words[] = { "null", "\"asserted\"",
		"\"attested\"", "\"verified\"" };
	int64_t first = i->first_seen;

	if (i->shared)
		first = n ? n->first_at : CLOCK_NONE;
	jsonb_put_text(t, "{");
	jsonb_put_name(t, "id");
	jsonb_put_id(t, &i->id);
	jsonb_put_name(t, "kind");
	jsonb_put_string(t, i->kind);
	if (i->until != CLOCK_NONE) {
		jsonb_put_name(t, "until");
		jsonb_put_time(t, i->until);
	}
	jsonb_put_name(t, "value");
	jsonb_put_string(t, i->value);
	jsonb_put_name(t, "shared");
	jsonb_put_text(t, i->shared ? "true" : "false");
	jsonb_put_name(t, "sources");
	put_sources(t, n);
	jsonb_put_name(t, "assurance");
	jsonb_put_text(t, words[n && n->assurance <= 3 ? n->assurance : 0]);
	jsonb_put_name(t, "last_seen");
	jsonb_put_time(t, n ? n->last_at : i->first_seen);
	jsonb_put_name(t, "first_seen");
	jsonb_put_time(t, first);
	jsonb_put_text(t, "}");
}

static void
put_identifiers(struct jsonb *t, const struct record *r)
{
	struct naming naming = { .count = 0 };

	for (size_t i = 0; i < r->stay_count; i++)
		add_stay(t->arena, &naming, &r->stays[i]);
	jsonb_put_text(t, "[");
	for (size_t i = 0; i < r->identifier_count; i++) {
		const struct record_identifier *one = &r->identifiers[i];
		uint32_t at = idmap_get(&naming.map, &one->base);

		jsonb_put_comma(t);
		put_identifier(
			t, one, at == IDMAP_NONE ? NULL : &naming.all[at]);
	}
	jsonb_put_text(t, "]");
}

/* Traits, and the cart that is made of some */

static bool
is_cart(const struct record_trait *one)
{
	return span_starts(one->name, "cart/");
}

/* How many there are of the first one's name. */
static size_t
words_on(const struct record_trait *first, const struct record_trait *end)
{
	size_t count = 1;

	while (first + count < end &&
		span_equal(first[count].name, first->name))
		count++;
	return count;
}

static void
put_trait(struct jsonb *t, const struct record_trait *words, size_t count)
{
	jsonb_put_member(t, words[0].name);
	jsonb_put_text(t, "{");
	jsonb_put_name(t, "at");
	jsonb_put_time(t, words[0].at);
	jsonb_put_name(t, "value");
	jsonb_put_json(t, words[0].value);
	jsonb_put_name(t, "others");
	jsonb_put_text(t, "[");
	for (size_t i = 1; i < count; i++) {
		jsonb_put_comma(t);
		jsonb_put_text(t, "{");
		jsonb_put_name(t, "at");
		jsonb_put_time(t, words[i].at);
		jsonb_put_name(t, "value");
		jsonb_put_json(t, words[i].value);
		jsonb_put_name(t, "source");
		jsonb_put_string(t, words[i].source);
		jsonb_put_text(t, "}");
	}
	jsonb_put_text(t, "]");
	jsonb_put_name(t, "source");
	jsonb_put_string(t, words[0].source);
	jsonb_put_text(t, "}");
}

static void
put_traits(struct jsonb *t, const struct record *r)
{
	const struct record_trait *one = r->traits;
	const struct record_trait *end = one + r->trait_count;
	size_t count;

	jsonb_put_text(t, "{");
	for (; one < end; one += count) {
		count = words_on(one, end);
		if (!is_cart(one))
			put_trait(t, one, count);
	}
	jsonb_put_text(t, "}");
}

static int
compare_lines(const void *left, const void *right)
{
	const struct record_trait *const *a = left, *const *b = right;

	return span_compare((*a)->name, (*b)->name);
}

/* In the cart still: told after it began anew, or in the same event. */
static bool
is_in(const struct record_trait *line, const struct record_trait *anew)
{
	if (line->removed)
		return false;
	return !anew || line->at > anew->at ||
	       id_compare(&line->event, &anew->event) == 0;
}

static void
put_cart(struct jsonb *t, const struct record *r)
{
	const struct record_trait *end = r->traits + r->trait_count;
	const struct record_trait *anew = NULL, **lines = arena_array(t->arena,
							r->trait_count + 1,
							sizeof(const void *));
	size_t count = 0;

	for (const struct record_trait *one = r->traits; one < end;
		one += words_on(one, end)) {
		if (span_is(one->name, "cart/"))
			anew = one;
		else if (is_cart(one))
			lines[count++] = one;
	}
	sort(lines, count, sizeof(*lines), compare_lines);
	jsonb_put_text(t, "[");
	for (size_t i = 0; i < count; i++) {
		if (!is_in(lines[i], anew))
			continue;
		jsonb_put_comma(t);
		jsonb_put_json(t, lines[i]->value);
	}
	jsonb_put_text(t, "]");
}

/* Channels */

struct channel_sum {
	struct span name;
	int64_t first_at, last_at, events;
};

static int
compare_channels(const void *left, const void *right)
{
	const struct channel_sum *a = left, *b = right;

	return jsonb_compare(a->name, b->name);
}

static size_t
sum_channels(const struct record *r, struct channel_sum *all)
{
	size_t count = 0;

	for (size_t i = 0; i < r->stay_count; i++) {
		const struct record_stay *s = &r->stays[i];
		size_t at = 0;

		while (at < count && !span_equal(all[at].name, s->channel))
			at++;
		if (at == count)
			all[count++] = (struct channel_sum){ s->channel,
				s->first_at, s->last_at, 0 };
		if (s->first_at < all[at].first_at)
			all[at].first_at = s->first_at;
		if (s->last_at > all[at].last_at)
			all[at].last_at = s->last_at;
		all[at].events += s->events;
	}
	return count;
}

static void
put_channels(struct jsonb *t, const struct record *r)
{
	struct channel_sum *all =
		arena_array(t->arena, r->stay_count + 1, sizeof(*all));
	size_t count = sum_channels(r, all);

	sort(all, count, sizeof(*all), compare_channels);
	jsonb_put_text(t, "{");
	for (size_t i = 0; i < count; i++) {
		jsonb_put_member(t, all[i].name);
		jsonb_put_text(t, "{");
		jsonb_put_name(t, "last");
		jsonb_put_time(t, all[i].last_at);
		jsonb_put_name(t, "count");
		jsonb_put_number(t, all[i].events);
		jsonb_put_name(t, "first");
		jsonb_put_time(t, all[i].first_at);
		jsonb_put_text(t, "}");
	}
	jsonb_put_text(t, "}");
}

/* Commerce */

static int
compare_currencies(const void *left, const void *right)
{
	const struct record_purchase *const *a = left, *const *b = right;

	return jsonb_compare((*a)->currency, (*b)->currency);
}

/* Of one currency. */
static void
put_sums(struct jsonb *t, const struct record_purchase **all, size_t count)
{
	struct span *amounts =
		arena_array(t->arena, count + 1, sizeof(*amounts));
	struct span sums[2];
	size_t orders = 0, found;

	for (int refund = 0; refund < 2; refund++) {
		found = 0;
		for (size_t i = 0; i < count; i++)
			if (all[i]->refund == refund)
				amounts[found++] = all[i]->amount;
		sums[refund] = decimal_sum(t->arena, amounts, found);
		orders = refund ? orders : found;
	}
	jsonb_put_member(t, all[0]->currency);
	jsonb_put_text(t, "{");
	jsonb_put_name(t, "spend");
	jsonb_put_string(t, sums[0]);
	jsonb_put_name(t, "orders");
	jsonb_put_number(t, (int64_t)orders);
	jsonb_put_name(t, "refunds");
	jsonb_put_string(t, sums[1]);
	jsonb_put_text(t, "}");
}

static void
put_currencies(struct jsonb *t, const struct record *r)
{
	const struct record_purchase **all = arena_array(
		t->arena, r->purchase_count + 1, sizeof(const void *));
	size_t from = 0;

	for (size_t i = 0; i < r->purchase_count; i++)
		all[i] = &r->purchases[i];
	sort(all, r->purchase_count, sizeof(*all), compare_currencies);
	jsonb_put_text(t, "{");
	for (size_t i = 1; i <= r->purchase_count; i++) {
		if (i < r->purchase_count &&
			span_equal(all[i]->currency, all[from]->currency))
			continue;
		put_sums(t, all + from, i - from);
		from = i;
	}
	jsonb_put_text(t, "}");
}

static void
put_last_order(struct jsonb *t, const struct record *r)
{
	const struct record_purchase *o = r->last_order;

	if (!o) {
		jsonb_put_text(t, "null");
		return;
	}
	jsonb_put_text(t, "{");
	jsonb_put_name(t, "at");
	jsonb_put_time(t, o->at);
	jsonb_put_name(t, "id");
	jsonb_put_json(t, r->last_order_id);
	jsonb_put_name(t, "amount");
	jsonb_put_string(t, o->amount);
	jsonb_put_name(t, "currency");
	jsonb_put_string(t, o->currency);
	jsonb_put_text(t, "}");
}

static void
put_commerce(struct jsonb *t, const struct record *r)
{
	jsonb_put_text(t, "{");
	jsonb_put_name(t, "cart");
	put_cart(t, r);
	jsonb_put_name(t, "currencies");
	put_currencies(t, r);
	jsonb_put_name(t, "last_order");
	put_last_order(t, r);
	jsonb_put_text(t, "}");
}

/* Events */

static int
compare_events(const void *left, const void *right)
{
	const struct record_event *a = left, *b = right;
	int order = sort_compare(b->at, a->at);

	return order ? order : id_compare(&b->event, &a->event);
}

static void
put_events(struct jsonb *t, const struct record *r)
{
	sort(r->events, r->event_count, sizeof(*r->events), compare_events);
	jsonb_put_text(t, "[");
	for (size_t i = 0; i < r->event_count && i < RECORD_EVENTS; i++) {
		const struct record_event *e = &r->events[i];

		jsonb_put_comma(t);
		jsonb_put_text(t, "{");
		jsonb_put_name(t, "id");
		jsonb_put_id(t, &e->event);
		jsonb_put_name(t, "name");
		jsonb_put_json(t, e->name);
		jsonb_put_name(t, "type");
		jsonb_put_string(t, e->type);
		jsonb_put_name(t, "source");
		jsonb_put_string(t, e->source);
		jsonb_put_name(t, "channel");
		jsonb_put_string(t, e->channel);
		jsonb_put_name(t, "occurred_at");
		jsonb_put_time(t, e->at);
		jsonb_put_text(t, "}");
	}
	jsonb_put_text(t, "]");
}

static int64_t
version(const struct record *r)
{
	int64_t most = INT64_MIN;

	for (size_t i = 0; i < r->identifier_count; i++)
		if (!r->identifiers[i].shared &&
			r->identifiers[i].number > most)
			most = r->identifiers[i].number;
	for (size_t i = 0; i < r->stay_count; i++)
		if (r->stays[i].number > most)
			most = r->stays[i].number;
	return most;
}

char *
record_write(struct arena *a, const struct record *r)
{
	struct jsonb t = { .arena = a };

	jsonb_put_text(&t, "{");
	jsonb_put_name(&t, "id");
	jsonb_put_id(&t, &r->founder);
	jsonb_put_name(&t, "traits");
	put_traits(&t, r);
	jsonb_put_name(&t, "version");
	jsonb_put_number(&t, version(r));
	jsonb_put_name(&t, "channels");
	put_channels(&t, r);
	jsonb_put_name(&t, "commerce");
	put_commerce(&t, r);
	jsonb_put_name(&t, "identifiers");
	put_identifiers(&t, r);
	jsonb_put_name(&t, "last_events");
	put_events(&t, r);
	jsonb_put(&t, "}", 2); /* and its NUL */
	return t.data;
}
