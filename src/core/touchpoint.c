/* SPDX-License-Identifier: Apache-2.0 */
#include "core/touchpoint.h"

#include <stdlib.h>
#include <string.h>

#include "core/identifier.h"
#include "core/json.h"

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
read_identifier(struct arena *a, const json_t *item, struct named *named)
{
	struct span id = json_member(a, item, "id");

	named->kind = span_text(a, json_member(a, item, "kind"));
	named->value = json_member(a, item, "value");
	named->assurance = assurance_parse(json_member(a, item, "assurance"));
	return named->kind[0] && named->assurance && id_parse(id, &named->id);
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
read_decided(struct arena *a, const json_t *json)
{
	struct decided *d;

	if (!json_is_object(json))
		return NULL;
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
read_handovers(
	struct arena *a, const json_t *list, int64_t at, struct told *told)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct handover *h = &told->handovers[told->handover_count];

		h->at = at;
		if (id_parse(json_member(a, json_array_get(list, i), "id"),
			    &h->identifier))
			told->handover_count++;
	}
}

bool
touchpoint_read(
	struct arena *a, struct span body, struct told *told, struct err *e)
{
	json_t *json = json_read(a, body, e), *list, *given_up, *taken_over;
	size_t count = 0;

	if (!json)
		return false;
	list = json_object_get(json, "identifiers");
	/* Stays have room for no more; touchpoint_place writes no more. */
	if (json_array_size(list) > EVENT_CLAIMS)
		return fail(e, ERR_INPUT,
			"event: %zu identifiers, want %d at most",
			json_array_size(list), EVENT_CLAIMS);
	*told = (struct told){ .traits = json_object_get(json, "traits"),
		.purchase = json_object_get(json, "purchase"),
		.cart = json_object_get(json_object_get(json, "body"), "cart"),
		.decided = read_decided(
			a, json_object_get(json_object_get(json, "body"),
				   "decision")) };
	told->identifiers = arena_array(
		a, json_array_size(list) + 1, sizeof(*told->identifiers));
	for (size_t i = 0; i < json_array_size(list); i++)
		if (read_identifier(a, json_array_get(list, i),
			    &told->identifiers[count]))
			count++;
	told->identifier_count = unite(told->identifiers, count);
	given_up = json_object_get(json, "given_up");
	taken_over = json_object_get(json, "taken_over");
	told->handovers = arena_array(a,
		json_array_size(given_up) + json_array_size(taken_over) + 1,
		sizeof(*told->handovers));
	/* The event is its last holder's, or the next one's first. */
	read_handovers(a, given_up, 1, told);
	read_handovers(a, taken_over, 0, told);
	return true;
}
