/* SPDX-License-Identifier: Apache-2.0 */
#include "core/event.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"

static const char *const words[] = { "", "asserted", "attested", "verified" };

const char *
assurance_word(enum assurance assurance)
{
	return words[assurance];
}

enum assurance
assurance_parse(struct span word)
{
	for (int i = ASSERTED; i <= VERIFIED; i++)
		if (span_is(word, words[i]))
			return (enum assurance)i;
	return (enum assurance)0;
}

struct event *
events_add(struct arena *a, struct events *events)
{
	struct event *ev;

	events->items = arena_grow(a, events->items, events->count,
		&events->cap, sizeof(*events->items));
	ev = &events->items[events->count++];
	*ev = (struct event){ .type = "unknown", .occurred_at = CLOCK_NONE };
	ev->traits = json_own(a, json_object());
	ev->body = json_own(a, json_object());
	return ev;
}

void
event_claim(struct arena *a, struct event *ev, const char *kind,
	struct span value, enum assurance assurance)
{
	value = span_trim(value);
	if (!value.len)
		return;
	for (size_t i = 0; i < ev->claim_count; i++) {
		struct claim *c = &ev->claims[i];

		if (span_is(span_of(kind), c->kind) &&
			span_is(value, c->value.data)) {
			if (assurance > c->assurance)
				c->assurance = assurance;
			return;
		}
	}
	if (ev->claim_count == EVENT_CLAIMS)
		return;
	ev->claims[ev->claim_count++] = (struct claim){
		.kind = kind,
		.value = { span_text(a, value), value.len },
		.assurance = assurance,
	};
}

static void
hand_over(struct arena *a, struct event *ev, struct claim *list, size_t *count,
	struct claim claim)
{
	claim.value = span_trim(claim.value);
	if (!claim.value.len || *count == EVENT_GIVEN_UP)
		return;
	claim.value.data = span_text(a, claim.value);
	ev->type = "handover";
	list[(*count)++] = claim;
}

void
event_give_up(
	struct arena *a, struct event *ev, const char *kind, struct span value)
{
	hand_over(a, ev, ev->given_up, &ev->given_up_count,
		(struct claim){ .kind = kind, .value = value });
}

void
event_take_over(
	struct arena *a, struct event *ev, const char *kind, struct span value)
{
	hand_over(a, ev, ev->taken_over, &ev->taken_over_count,
		(struct claim){ .kind = kind, .value = value });
}

/* Ill-formed UTF-8 makes json_text fail: such text is left out. */
static void
set_text(json_t *object, const char *name, struct span value)
{
	value = span_trim(value);
	if (value.len && span_is_utf8(value))
		json_object_set_new(object, name, json_text(value));
}

void
event_trait(struct event *ev, const char *name, struct span value)
{
	set_text(ev->traits, name, value);
}

void
event_body(struct event *ev, const char *name, struct span value)
{
	set_text(ev->body, name, value);
}

void
event_keep(struct event *ev, const char *name, const json_t *part)
{
	if (part == NULL || json_is_null(part) ||
		(json_is_object(part) && json_object_size(part) == 0) ||
		(json_is_array(part) && json_array_size(part) == 0) ||
		(json_is_string(part) && json_string_length(part) == 0))
		return;
	json_object_set(ev->body, name, (json_t *)part);
}

void
event_keep_members(struct arena *a, struct event *ev, const json_t *from,
	const char *const *keys)
{
	for (; *keys; keys++)
		event_body(ev, *keys, json_member(a, from, *keys));
}

void
events_refuse(struct arena *a, struct events *events, const char *expected)
{
	struct event *ev = events_add(a, events);

	ev->refused = expected;
	ev->line = events->count;
}

void
event_account(struct arena *a, struct event *ev, const char *platform,
	struct span scope, struct span id)
{
	const struct span of = span_of(platform);

	id = span_trim(id);
	if (id.len)
		event_claim(a, ev, "account",
			scope.len ? span_path(a, of, scope, id)
				  : span_path(a, of, id),
			ATTESTED);
}

void
event_consent(struct event *ev, const char *purpose, const char *channel,
	enum consent status, int64_t at)
{
	static const char *const consents[] = { "denied", "granted",
		"pending" };
	char text[CLOCK_TEXT];

	ev->type = "consent";
	event_body(ev, "purpose", span_of(purpose));
	event_body(ev, "channel", span_of(channel));
	event_body(ev, "status", span_of(consents[status]));
	if (at != CLOCK_NONE)
		event_body(ev, "at", span_of(clock_format(at, text)));
}

static int
compare_claims(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;
	int order = strcmp(a->kind, b->kind);

	return order ? order : strcmp(a->value.data, b->value.data);
}

static json_t *
claims_json(const struct claim *claims, size_t count)
{
	struct claim sorted[EVENT_CLAIMS] = { 0 };
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		sorted[i] = claims[i];
	qsort(sorted, count, sizeof(sorted[0]), compare_claims);
	for (size_t i = 0; i < count; i++) {
		json_t *claim = json_object();

		json_object_set_new(claim, "kind", json_string(sorted[i].kind));
		set_text(claim, "value", sorted[i].value);
		if (sorted[i].assurance)
			json_object_set_new(claim, "assurance",
				json_string(
					assurance_word(sorted[i].assurance)));
		json_array_append_new(list, claim);
	}
	return list;
}

static json_t *
purchase_json(const struct purchase *p)
{
	json_t *object = json_object();

	json_object_set_new(object, "refund", json_boolean(p->refund));
	set_text(object, "id", p->id);
	set_text(object, "key", p->key);
	set_text(object, "amount", p->amount);
	if (p->currency)
		set_text(object, "currency", span_of(p->currency));
	if (p->lines)
		json_object_set(object, "lines", p->lines);
	return object;
}

char *
event_content(struct arena *a, const struct event *ev)
{
	json_t *object = json_own(a, json_object());
	char at[CLOCK_TEXT];

	set_text(object, "id", ev->external_id);
	set_text(object, "type", span_of(ev->type));
	set_text(object, "name", ev->name);
	if (ev->occurred_at != CLOCK_NONE)
		set_text(object, "occurred_at",
			span_of(clock_format(ev->occurred_at, at)));
	json_object_set_new(object, "identifiers",
		claims_json(ev->claims, ev->claim_count));
	if (ev->given_up_count)
		json_object_set_new(object, "given_up",
			claims_json(ev->given_up, ev->given_up_count));
	if (ev->taken_over_count)
		json_object_set_new(object, "taken_over",
			claims_json(ev->taken_over, ev->taken_over_count));
	json_object_set(object, "traits", ev->traits);
	json_object_set(object, "body", ev->body);
	if (ev->purchase)
		json_object_set_new(
			object, "purchase", purchase_json(ev->purchase));
	return json_write(a, object);
}
