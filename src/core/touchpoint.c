/* SPDX-License-Identifier: Apache-2.0 */
#include "core/touchpoint.h"

#include <stdlib.h>
#include <string.h>

#include "core/identifier.h"
#include "core/json.h"
#include "core/skim.h"

static int
compare_named(const void *left, const void *right)
{
	const struct named *a = left, *b = right;

	return id_compare(&a->id, &b->id);
}

/* One entry an id: two ways of writing one number are one identifier, known
 * as well as the better of the two. */
static size_t
unite(struct named *items, size_t count)
{
	size_t kept = 0;

	if (count)
		qsort(items, count, sizeof(*items), compare_named);
	for (size_t i = 0; i < count; i++) {
		if (!kept || id_compare(&items[kept - 1].id, &items[i].id)) {
			items[kept++] = items[i];
		} else if (items[i].assurance > items[kept - 1].assurance) {
			items[kept - 1].assurance = items[i].assurance;
		}
	}
	return kept;
}

/* The provider writes these with their country code, whatever the source's
 * region: an id of WhatsApp must never get the shop's. */
static const char *
region_of(const struct source_conf *source, const struct claim *claim)
{
	return span_starts(claim->value, "+") ? NULL : source->region;
}

/* Normalises a claim and names it by id; false where it cannot be, or never
 * counts, with the reason in item. */
static bool
name_claim(struct arena *a, struct span hash_key,
	const struct source_conf *source, const struct claim *claim,
	struct named *n, json_t *item)
{
	char text[ID_TEXT];
	bool counts = false;

	*n = (struct named){ .kind = claim->kind,
		.assurance = claim->assurance };
	json_object_set_new(item, "kind", json_string(claim->kind));
	if (!identifier_normalise(a, claim->kind, claim->value,
		    region_of(source, claim), &n->value, NULL)) {
		json_object_set_new(item, "refused", json_true());
		n->value = claim->value;
	} else if (identifier_blocked(claim->kind, n->value)) {
		json_object_set_new(item, "blocked", json_true());
	} else {
		n->id = identifier_id(hash_key, n->kind, n->value);
		json_object_set_new(
			item, "id", json_string(id_format(&n->id, text)));
		counts = true;
	}
	if (span_is_utf8(n->value))
		json_object_set_new(item, "value", json_text(n->value));
	/* What is not UTF-8 was refused, so it stands as sent. */
	if (!span_is(claim->value, n->value.data))
		json_object_set_new(item, "sent", json_text(claim->value));
	return counts;
}

static void
name_identifiers(struct arena *a, struct span hash_key,
	const struct source_conf *source, const struct event *ev,
	struct placed *placed, json_t *list)
{
	placed->identifiers = arena_array(
		a, ev->claim_count + 1, sizeof(*placed->identifiers));
	for (size_t i = 0; i < ev->claim_count; i++) {
		json_t *item = json_object();
		struct named n;

		if (name_claim(a, hash_key, source, &ev->claims[i], &n, item))
			placed->identifiers[placed->identifier_count++] = n;
		json_object_set_new(item, "assurance",
			json_string(assurance_word(ev->claims[i].assurance)));
		json_array_append_new(list, item);
	}
	placed->identifier_count =
		unite(placed->identifiers, placed->identifier_count);
}

static void
place_handovers(struct arena *a, struct span hash_key,
	const struct source_conf *source, const struct claim *claims,
	size_t count, json_t *body, const char *word)
{
	json_t *list;

	if (!count)
		return;
	list = json_array();
	for (size_t i = 0; i < count; i++) {
		json_t *item = json_object();
		struct named n;

		name_claim(a, hash_key, source, &claims[i], &n, item);
		json_array_append_new(list, item);
	}
	json_object_set_new(body, word, list);
}

static struct id
touchpoint_id(struct arena *a, struct span hash_key, struct span source,
	const struct placed *placed)
{
	size_t count = placed->identifier_count;
	struct span *parts = arena_array(a, count + 2, sizeof(*parts));
	char bucket[4];

	parts[0] = source;
	for (size_t i = 0; i < count; i++)
		parts[i + 1] = (struct span){
			(const char *)placed->identifiers[i].id.bytes,
			sizeof(placed->identifiers[i].id.bytes)
		};
	if (count)
		return id_derive(hash_key, "touchpoint", parts, count + 1);
	memcpy(bucket, placed->event.bytes + 15, 1);
	parts[1] = (struct span){ bucket, 1 };
	return id_derive(hash_key, "bucket", parts, 2);
}

void
touchpoint_place(struct arena *a, struct span hash_key,
	const struct source_conf *source, const struct event *ev,
	struct placed *placed)
{
	char *content = event_content(a, ev);
	struct span source_name = span_of(source->name);
	struct span own[2] = { source_name, ev->external_id };
	json_t *body, *list = json_array();

	*placed = (struct placed){ 0 };
	digest_sha256(span_of(content), placed->digest);
	if (!own[1].len)
		own[1] = span_of(digest_hex(a, placed->digest, DIGEST_SIZE));
	placed->event = id_derive(hash_key, "event", own, 2);
	name_identifiers(a, hash_key, source, ev, placed, list);
	placed->touchpoint = touchpoint_id(a, hash_key, source_name, placed);
	body = json_read(a, span_of(content), NULL);
	if (!body) /* our own text: cannot fail; keep a row anyway */
		body = json_own(a, json_object());
	json_object_set_new(body, "identifiers", list);
	place_handovers(a, hash_key, source, ev->given_up, ev->given_up_count,
		body, "given_up");
	place_handovers(a, hash_key, source, ev->taken_over,
		ev->taken_over_count, body, "taken_over");
	placed->body = json_write(a, body);
}

static bool
read_identifier(struct arena *a, struct span item, struct named *named)
{
	static const char *const names[] = { "id", "kind", "value", "assurance",
		NULL };
	struct span values[4];

	if (!skim_members(item, names, values))
		return false;
	named->kind = span_text(a, skim_text(a, values[1]));
	named->value = skim_text(a, values[2]);
	named->value.data = span_text(a, named->value);
	named->assurance = assurance_parse(skim_text(a, values[3]));
	return named->kind[0] && named->assurance &&
	       id_parse(skim_text(a, values[0]), &named->id);
}

static bool
read_identifiers(
	struct arena *a, struct span list, struct told *told, struct err *e)
{
	struct span items[EVENT_CLAIMS], name, item;
	size_t size = 0, count = 0;
	struct skim s;

	if (!skim_open(&s, list, '['))
		return true;
	for (; skim_next(&s, &name, &item); size++)
		if (size < EVENT_CLAIMS)
			items[size] = item;
	/* Stays have room for no more; touchpoint_place writes no more. */
	if (size > EVENT_CLAIMS)
		return fail(e, ERR_INPUT,
			"event: %zu identifiers, want %d at most", size,
			EVENT_CLAIMS);
	told->identifiers =
		arena_array(a, size + 1, sizeof(*told->identifiers));
	for (size_t i = 0; i < size; i++)
		if (read_identifier(a, items[i], &told->identifiers[count]))
			count++;
	told->identifier_count = unite(told->identifiers, count);
	return true;
}

/* A member that is an object or an array, as its kind says, and not empty; NULL
 * otherwise. */
static json_t *
read_member(struct arena *a, struct span value, char kind)
{
	return value.len > 2 && value.data[0] == kind
		       ? json_read(a, value, NULL)
		       : NULL;
}

static size_t
read_ids(struct arena *a, const json_t *list, struct id **ids)
{
	size_t count = 0;

	*ids = arena_array(a, json_array_size(list) + 1, sizeof(**ids));
	for (size_t i = 0; i < json_array_size(list); i++)
		if (id_parse(json_span(a, json_array_get(list, i)),
			    &(*ids)[count]))
			count++;
	return count;
}

static struct decided *
read_decided(struct arena *a, struct span value)
{
	const json_t *json;
	struct decided *d;

	if (!value.len || value.data[0] != '{')
		return NULL;
	json = json_read(a, value, NULL);
	d = arena_alloc(a, sizeof(*d));
	d->withdraws =
		id_parse(json_member(a, json, "withdraws"), &d->decision);
	d->reason = span_text(a, json_member(a, json, "reason"));
	d->author = span_text(a, json_member(a, json, "author"));
	d->same = json_is_true(json_object_get(json, "same"));
	d->left_count = read_ids(a, json_object_get(json, "left"), &d->left);
	d->right_count = read_ids(a, json_object_get(json, "right"), &d->right);
	return d;
}

static void
read_handovers(struct arena *a, struct span list, int64_t at, struct told *told)
{
	static const char *const names[] = { "id", NULL };
	struct span name, item, id;
	size_t cap = told->handover_count;
	struct skim s;

	if (!skim_open(&s, list, '['))
		return;
	while (skim_next(&s, &name, &item)) {
		struct handover *h;

		told->handovers = arena_grow(a, told->handovers,
			told->handover_count, &cap, sizeof(*told->handovers));
		h = &told->handovers[told->handover_count];
		h->at = at;
		if (skim_members(item, names, &id) &&
			id_parse(skim_text(a, id), &h->identifier))
			told->handover_count++;
	}
}

/* The way of all JSON, for what is no object: it is an error, or says
 * nothing. */
static bool
read_other(struct arena *a, struct span body, struct told *told, struct err *e)
{
	const json_t *json = json_read(a, body, e);

	if (!json)
		return false;
	if (json_is_object(json))
		return fail(e, ERR_INPUT, "event: want a plain object");
	*told = (struct told){ 0 };
	return true;
}

bool
touchpoint_read(
	struct arena *a, struct span body, struct told *told, struct err *e)
{
	enum { IDENTIFIERS, TRAITS, PURCHASE, BODY, GIVEN_UP, TAKEN_OVER, ALL };
	static const char *const names[] = { "identifiers", "traits",
		"purchase", "body", "given_up", "taken_over", NULL };
	enum { CART, DECISION, OWN };
	static const char *const own_names[] = { "cart", "decision", NULL };
	struct span values[ALL], own[OWN];
	struct told read = { 0 };

	if (!skim_members(body, names, values))
		return read_other(a, body, told, e);
	if (!read_identifiers(a, values[IDENTIFIERS], &read, e))
		return false;
	read.traits = read_member(a, values[TRAITS], '{');
	read.purchase = read_member(a, values[PURCHASE], '{');
	if (skim_members(values[BODY], own_names, own)) {
		read.cart = read_member(a, own[CART], '[');
		read.decided = read_decided(a, own[DECISION]);
	}
	/* The event is its last holder's, or the next one's first. */
	read_handovers(a, values[GIVEN_UP], 1, &read);
	read_handovers(a, values[TAKEN_OVER], 0, &read);
	*told = read;
	return true;
}
