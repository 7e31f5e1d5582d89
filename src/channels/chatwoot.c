/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chatwoot: the webhooks of an account, signed with their time by those
 * releases that sign; of others a key is asked in the address. Who writes is a
 * contact; what agents and bots write is told, and makes no person.
 */
#include "core/channel.h"

#include <string.h>

#include "core/commerce.h"
#include "core/json.h"
#include "core/signature.h"

struct chatwoot_conf {
	struct source_conf base;
	const char *identifier; /* the kind that it is, or NULL */
	size_t window;
};

/* A webhook while it is read. */
struct hook {
	struct arena *a;
	const struct chatwoot_conf *conf;
	struct events *events;
	const json_t *root;
	struct span name;
};

static bool
chatwoot_verify(const struct inbound *in, const void *conf, struct err *e)
{
	static const struct signature how = { "X-Chatwoot-Signature",
		"sha256=", HMAC_SHA256, false };
	const struct chatwoot_conf *own = conf;
	struct span time = inbound_header(in, "X-Chatwoot-Timestamp");

	if (!inbound_header(in, how.header).len)
		return source_believes(&own->base, in, e);
	return signature_good(&how, in, &own->base,
		       (struct span[]){ time, span_of("."), in->raw }, 3, e) &&
	       signature_fresh(in, time, own->window, e);
}

static struct span
member(const struct hook *h, const char *key)
{
	return json_member(h->a, h->root, key);
}

static struct event *
add(const struct hook *h, const char *type)
{
	static const char *const times[] = { "updated_at", "created_at",
		"timestamp", NULL };
	struct span id = member(h, "id"), at = member(h, "updated_at");
	struct event *ev = events_add(h->a, h->events);

	ev->type = type;
	ev->line = 1;
	ev->name = h->name;
	ev->occurred_at = clock_read(json_any(h->a, h->root, times));
	if (id.len)
		ev->external_id = at.len ? span_path(h->a, h->name, id, at)
					 : span_path(h->a, h->name, id);
	return ev;
}

static void
claim(const struct hook *h, struct event *ev, const json_t *contact)
{
	struct span account = json_span(h->a, json_at(h->root, "account.id"));

	customer_claim(h->a, ev, "record",
		account.len ? span_path(h->a, span_of("chatwoot"), account)
			    : span_of("chatwoot"),
		json_member(h->a, contact, "id"));
	if (h->conf->identifier)
		event_claim(h->a, ev, h->conf->identifier,
			json_member(h->a, contact, "identifier"),
			h->conf->base.assurance);
	event_claim(h->a, ev, "email", json_member(h->a, contact, "email"),
		h->conf->base.assurance);
	event_claim(h->a, ev, "phone",
		json_member(h->a, contact, "phone_number"),
		h->conf->base.assurance);
	event_trait(ev, "name", json_member(h->a, contact, "name"));
}

/* Types are words, or in some releases their numbers. */
static bool
is_incoming(const struct hook *h)
{
	struct span type = member(h, "message_type");

	return span_is(type, "incoming") || span_is(type, "0");
}

static void
add_message(const struct hook *h)
{
	static const char *const keys[] = { "content_type", "source_id", NULL };
	const json_t *sender = json_object_get(h->root, "sender");
	bool in = is_incoming(h),
	     note = json_is_true(json_object_get(h->root, "private"));
	struct event *ev = add(h, note ? "status" : "message");

	event_body(ev, "message_id", member(h, "id"));
	event_body(ev, "conversation_id",
		json_span(h->a, json_at(h->root, "conversation.id")));
	event_body(
		ev, "inbox", json_span(h->a, json_at(h->root, "inbox.name")));
	event_keep_members(h->a, ev, h->root, keys);
	if (!note)
		event_body(ev, "text", member(h, "content"));
	if (in)
		claim(h, ev, sender);
	else
		event_body(ev, "direction", span_of("out"));
}

static void
add_contact(const struct hook *h)
{
	struct event *ev = add(h, "identify");

	claim(h, ev, h->root);
	event_keep(ev, "attributes",
		json_object_get(h->root, "custom_attributes"));
}

/* Opened, resolved, handed from a bot to people. */
static void
add_conversation(const struct hook *h)
{
	static const char *const keys[] = { "status", "channel", "inbox_id",
		"priority", NULL };
	struct event *ev = add(h, "status");

	event_body(ev, "conversation_id", member(h, "id"));
	event_body(ev, "assignee",
		json_span(h->a, json_at(h->root, "meta.assignee.id")));
	event_keep_members(h->a, ev, h->root, keys);
	claim(h, ev, json_at(h->root, "meta.sender"));
}

static void
add_widget(const struct hook *h)
{
	struct event *ev = add(h, "track");

	claim(h, ev, json_object_get(h->root, "contact"));
	event_keep(ev, "event_info", json_object_get(h->root, "event_info"));
}

static const struct {
	const char *prefix;
	void (*add)(const struct hook *);
} topics[] = {
	{ "message_", add_message },
	{ "contact_", add_contact },
	{ "conversation_typing_", NULL },
	{ "conversation_", add_conversation },
	{ "webwidget_", add_widget },
};

static bool
chatwoot_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	struct hook h = { .a = a, .conf = conf, .events = events };

	h.root = json_read(a, in->body, e);
	if (!h.root)
		return false;
	h.name = member(&h, "event");
	if (!h.name.len)
		return fail(e, ERR_INPUT, "expected an object with an event");
	for (size_t i = 0; i < sizeof(topics) / sizeof(*topics); i++) {
		if (!span_starts(h.name, topics[i].prefix))
			continue;
		/* That somebody is typing is nobody's business later. */
		if (topics[i].add)
			topics[i].add(&h);
		return true;
	}
	add(&h, "unknown");
	return true;
}

static const struct setting chatwoot_settings[] = {
	{ "identifier", SETTING_TEXT,
		offsetof(struct chatwoot_conf, identifier), NULL,
		"The kind of identifier that a contact's identifier is, such "
		"as user_id; not set, it names nobody." },
	{ "window", SETTING_SIZE, offsetof(struct chatwoot_conf, window),
		SIGNATURE_WINDOW,
		"How many seconds a signature may be old or early; 0 for "
		"any." },
	{ 0 },
};

extern const struct channel channel_chatwoot;
const struct channel channel_chatwoot = {
	.name = "chatwoot",
	.summary = "Messages, contacts and conversations of Chatwoot",
	.secret = "the webhook's secret, which signs the bytes, or a key in "
		  "its address",
	.settings = chatwoot_settings,
	.conf_size = sizeof(struct chatwoot_conf),
	.verify = chatwoot_verify,
	.parse = chatwoot_parse,
	.answer = answer_nothing,
};
