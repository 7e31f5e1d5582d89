/* SPDX-License-Identifier: Apache-2.0 */
#include "core/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/idmap.h"
#include "core/decimal.h"

static int
compare_times(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* As text is ordered under COLLATE "C". */
static int
compare_text(struct span a, struct span b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len ? memcmp(a.data, b.data, len) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

/* As jsonb orders the members of an object. */
static int
compare_names(struct span a, struct span b)
{
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return a.len ? memcmp(a.data, b.data, a.len) : 0;
}

static void
sort(void *items, size_t count, size_t size,
	int (*compare)(const void *, const void *))
{
	if (count > 1)
		qsort(items, count, size, compare);
}

/* Settling */

static int
compare_identifiers(const void *left, const void *right)
{
	const struct record_identifier *a = left, *b = right;
	int order = a->shared - b->shared;

	order = order ? order : compare_text(a->kind, b->kind);
	order = order ? order : compare_text(a->value, b->value);
	return order ? order : compare_times(a->first_seen, b->first_seen);
}

/* The latest word on each first. */
static int
compare_traits(const void *left, const void *right)
{
	const struct record_trait *a = left, *b = right;
	int order = compare_names(a->name, b->name);

	order = order ? order : compare_times(b->at, a->at);
	order = order ? order : id_compare(&b->event, &a->event);
	return order ? order : compare_text(a->source, b->source);
}

static int
compare_purchases(const void *left, const void *right)
{
	const struct record_purchase *a = left, *b = right;
	int order = id_compare(&a->purchase, &b->purchase);

	order = order ? order : compare_times(b->at, a->at);
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

	return compare_times((*b)->last_at, (*a)->last_at);
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

/* JSON as jsonb is written */

struct text {
	struct arena *arena;
	char *data;
	size_t len, cap;
};

static void
put(struct text *t, const char *data, size_t len)
{
	if (t->cap - t->len <= len) {
		size_t cap = (t->len + len) * 2 + 2048;
		char *more = arena_alloc(t->arena, cap);

		if (t->len)
			memcpy(more, t->data, t->len);
		t->data = more;
		t->cap = cap;
	}
	if (len)
		memcpy(t->data + t->len, data, len);
	t->len += len;
}

static void
put_text(struct text *t, const char *text)
{
	put(t, text, strlen(text));
}

/* JSON that stands already. */
static void
put_json(struct text *t, struct span json)
{
	put_text(t, json.len ? "" : "null");
	put(t, json.data, json.len);
}

static const char *
escape_of(char c, char room[8])
{
	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\b':
		return "\\b";
	case '\f':
		return "\\f";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\t':
		return "\\t";
	default:
		snprintf(room, 8, "\\u%04x", (unsigned char)c);
		return room;
	}
}

static void
put_string(struct text *t, struct span s)
{
	size_t from = 0;
	char room[8];

	put(t, "\"", 1);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];

		if ((unsigned char)c >= 0x20 && c != '"' && c != '\\')
			continue;
		put(t, s.data + from, i - from);
		put_text(t, escape_of(c, room));
		from = i + 1;
	}
	if (s.len)
		put(t, s.data + from, s.len - from);
	put(t, "\"", 1);
}

static void
put_id(struct text *t, const struct id *id)
{
	char text[ID_TEXT];

	put(t, "\"", 1);
	put_text(t, id_format(id, text));
	put(t, "\"", 1);
}

/* Without zeros at the end of a fraction. */
static void
put_time(struct text *t, int64_t at)
{
	char text[CLOCK_TEXT];
	size_t len;

	if (at == CLOCK_NONE) {
		put_text(t, "null");
		return;
	}
	len = strlen(clock_format(at, text)) - 1;
	while (at % CLOCK_SECOND && text[len - 1] == '0')
		len--;
	put(t, "\"", 1);
	put(t, text, len);
	put(t, "Z\"", 2);
}

static void
put_number(struct text *t, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)number);
	put_text(t, text);
}

/* "name": and what goes before it. */
static void
put_name(struct text *t, const char *name)
{
	if (t->data[t->len - 1] != '{')
		put(t, ", ", 2);
	put(t, "\"", 1);
	put_text(t, name);
	put(t, "\": ", 3);
}

static void
put_member(struct text *t, struct span name)
{
	if (t->data[t->len - 1] != '{')
		put(t, ", ", 2);
	put_string(t, name);
	put(t, ": ", 2);
}

static void
put_comma(struct text *t)
{
	if (t->data[t->len - 1] != '[')
		put(t, ", ", 2);
}

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
	return compare_text(
		*(const struct span *)left, *(const struct span *)right);
}

static void
put_sources(struct text *t, const struct named *n)
{
	put_text(t, "[");
	if (n) {
		sort(n->sources, n->count, sizeof(*n->sources),
			compare_sources);
		for (size_t i = 0; i < n->count; i++) {
			put_comma(t);
			put_string(t, n->sources[i]);
		}
	}
	put_text(t, "]");
}

static void
put_identifier(struct text *t, const struct record_identifier *i,
	const struct named *n)
{
	static const char *const words[] = { "null", "\"asserted\"",
		"\"attested\"", "\"verified\"" };
	int64_t first = i->first_seen;

	if (i->shared)
		first = n ? n->first_at : CLOCK_NONE;
	put_text(t, "{");
	put_name(t, "id");
	put_id(t, &i->id);
	put_name(t, "kind");
	put_string(t, i->kind);
	if (i->until != CLOCK_NONE) {
		put_name(t, "until");
		put_time(t, i->until);
	}
	put_name(t, "value");
	put_string(t, i->value);
	put_name(t, "shared");
	put_text(t, i->shared ? "true" : "false");
	put_name(t, "sources");
	put_sources(t, n);
	put_name(t, "assurance");
	put_text(t, words[n && n->assurance <= 3 ? n->assurance : 0]);
	put_name(t, "last_seen");
	put_time(t, n ? n->last_at : i->first_seen);
	put_name(t, "first_seen");
	put_time(t, first);
	put_text(t, "}");
}

static void
put_identifiers(struct text *t, const struct record *r)
{
	struct naming naming = { .count = 0 };

	for (size_t i = 0; i < r->stay_count; i++)
		add_stay(t->arena, &naming, &r->stays[i]);
	put_text(t, "[");
	for (size_t i = 0; i < r->identifier_count; i++) {
		const struct record_identifier *one = &r->identifiers[i];
		uint32_t at = idmap_get(&naming.map, &one->base);

		put_comma(t);
		put_identifier(
			t, one, at == IDMAP_NONE ? NULL : &naming.all[at]);
	}
	put_text(t, "]");
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
put_trait(struct text *t, const struct record_trait *words, size_t count)
{
	put_member(t, words[0].name);
	put_text(t, "{");
	put_name(t, "at");
	put_time(t, words[0].at);
	put_name(t, "value");
	put_json(t, words[0].value);
	put_name(t, "others");
	put_text(t, "[");
	for (size_t i = 1; i < count; i++) {
		put_comma(t);
		put_text(t, "{");
		put_name(t, "at");
		put_time(t, words[i].at);
		put_name(t, "value");
		put_json(t, words[i].value);
		put_name(t, "source");
		put_string(t, words[i].source);
		put_text(t, "}");
	}
	put_text(t, "]");
	put_name(t, "source");
	put_string(t, words[0].source);
	put_text(t, "}");
}

static void
put_traits(struct text *t, const struct record *r)
{
	const struct record_trait *one = r->traits;
	const struct record_trait *end = one + r->trait_count;
	size_t count;

	put_text(t, "{");
	for (; one < end; one += count) {
		count = words_on(one, end);
		if (!is_cart(one))
			put_trait(t, one, count);
	}
	put_text(t, "}");
}

static int
compare_lines(const void *left, const void *right)
{
	const struct record_trait *const *a = left, *const *b = right;

	return compare_text((*a)->name, (*b)->name);
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
put_cart(struct text *t, const struct record *r)
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
	put_text(t, "[");
	for (size_t i = 0; i < count; i++) {
		if (!is_in(lines[i], anew))
			continue;
		put_comma(t);
		put_json(t, lines[i]->value);
	}
	put_text(t, "]");
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

	return compare_names(a->name, b->name);
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
put_channels(struct text *t, const struct record *r)
{
	struct channel_sum *all =
		arena_array(t->arena, r->stay_count + 1, sizeof(*all));
	size_t count = sum_channels(r, all);

	sort(all, count, sizeof(*all), compare_channels);
	put_text(t, "{");
	for (size_t i = 0; i < count; i++) {
		put_member(t, all[i].name);
		put_text(t, "{");
		put_name(t, "last");
		put_time(t, all[i].last_at);
		put_name(t, "count");
		put_number(t, all[i].events);
		put_name(t, "first");
		put_time(t, all[i].first_at);
		put_text(t, "}");
	}
	put_text(t, "}");
}

/* Commerce */

static int
compare_currencies(const void *left, const void *right)
{
	const struct record_purchase *const *a = left, *const *b = right;

	return compare_names((*a)->currency, (*b)->currency);
}

/* Of one currency. */
static void
put_sums(struct text *t, const struct record_purchase **all, size_t count)
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
	put_member(t, all[0]->currency);
	put_text(t, "{");
	put_name(t, "spend");
	put_string(t, sums[0]);
	put_name(t, "orders");
	put_number(t, (int64_t)orders);
	put_name(t, "refunds");
	put_string(t, sums[1]);
	put_text(t, "}");
}

static void
put_currencies(struct text *t, const struct record *r)
{
	const struct record_purchase **all = arena_array(
		t->arena, r->purchase_count + 1, sizeof(const void *));
	size_t from = 0;

	for (size_t i = 0; i < r->purchase_count; i++)
		all[i] = &r->purchases[i];
	sort(all, r->purchase_count, sizeof(*all), compare_currencies);
	put_text(t, "{");
	for (size_t i = 1; i <= r->purchase_count; i++) {
		if (i < r->purchase_count &&
			span_equal(all[i]->currency, all[from]->currency))
			continue;
		put_sums(t, all + from, i - from);
		from = i;
	}
	put_text(t, "}");
}

static void
put_last_order(struct text *t, const struct record *r)
{
	const struct record_purchase *o = r->last_order;

	if (!o) {
		put_text(t, "null");
		return;
	}
	put_text(t, "{");
	put_name(t, "at");
	put_time(t, o->at);
	put_name(t, "id");
	put_json(t, r->last_order_id);
	put_name(t, "amount");
	put_string(t, o->amount);
	put_name(t, "currency");
	put_string(t, o->currency);
	put_text(t, "}");
}

static void
put_commerce(struct text *t, const struct record *r)
{
	put_text(t, "{");
	put_name(t, "cart");
	put_cart(t, r);
	put_name(t, "currencies");
	put_currencies(t, r);
	put_name(t, "last_order");
	put_last_order(t, r);
	put_text(t, "}");
}

/* Events */

static int
compare_events(const void *left, const void *right)
{
	const struct record_event *a = left, *b = right;
	int order = compare_times(b->at, a->at);

	return order ? order : id_compare(&b->event, &a->event);
}

static void
put_events(struct text *t, const struct record *r)
{
	sort(r->events, r->event_count, sizeof(*r->events), compare_events);
	put_text(t, "[");
	for (size_t i = 0; i < r->event_count && i < RECORD_EVENTS; i++) {
		const struct record_event *e = &r->events[i];

		put_comma(t);
		put_text(t, "{");
		put_name(t, "id");
		put_id(t, &e->event);
		put_name(t, "name");
		put_json(t, e->name);
		put_name(t, "type");
		put_string(t, e->type);
		put_name(t, "source");
		put_string(t, e->source);
		put_name(t, "channel");
		put_string(t, e->channel);
		put_name(t, "occurred_at");
		put_time(t, e->at);
		put_text(t, "}");
	}
	put_text(t, "]");
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
	struct text t = { .arena = a };

	put_text(&t, "{");
	put_name(&t, "id");
	put_id(&t, &r->founder);
	put_name(&t, "traits");
	put_traits(&t, r);
	put_name(&t, "version");
	put_number(&t, version(r));
	put_name(&t, "channels");
	put_channels(&t, r);
	put_name(&t, "commerce");
	put_commerce(&t, r);
	put_name(&t, "identifiers");
	put_identifiers(&t, r);
	put_name(&t, "last_events");
	put_events(&t, r);
	put(&t, "}", 2); /* and its NUL */
	return t.data;
}
