/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Intercom: notifications of contacts and conversations, signed over the
 * bytes as sent. A contact has Intercom's id, and perhaps one of ours. Of a
 * merge only the contact that is left is told.
 */
#include "core/channel.h"

#include <string.h>

#include "core/commerce.h"
#include "core/json.h"
#include "core/signature.h"

struct intercom_conf {
	struct source_conf base;
	const char *external; /* the kind that an external_id is, or NULL */
};

/* A notification while it is read. */
struct notice {
	struct arena *a;
	const struct intercom_conf *conf;
	struct events *events;
	const json_t *root, *item;
	struct span topic, app;
};

static bool
intercom_verify(const struct inbound *in, const void *conf, struct err *e)
{
	static const struct signature how = { "X-Hub-Signature",
		"sha1=", HMAC_SHA1, false };

	return signature_of_body(&how, in, conf, e);
}

/* The handshake: HEAD, when the address is saved. */
static bool
intercom_greet(struct arena *a, const struct inbound *in, const void *conf,
	struct span *answer, struct err *e)
{
	(void)a;
	(void)conf;
	*answer = span_of("");
	return !strcmp(in->method, "HEAD") ||
	       fail(e, ERR_MISSING, "want POST or HEAD");
}

static struct event *
add(const struct notice *n, const char *type)
{
	struct event *ev = events_add(n->a, n->events);

	ev->type = type;
	ev->line = n->events->count;
	ev->name = n->topic;
	ev->occurred_at = clock_read(json_member(n->a, n->root, "created_at"));
	ev->external_id = json_member(n->a, n->root, "id");
	return ev;
}

static void
claim(const struct notice *n, struct event *ev, const json_t *contact)
{
	customer_claim(n->a, ev, "record",
		span_path(n->a, span_of("intercom"), n->app),
		json_member(n->a, contact, "id"));
	if (n->conf->external)
		event_claim(n->a, ev, n->conf->external,
			json_member(n->a, contact, "external_id"),
			n->conf->base.assurance);
	event_claim(n->a, ev, "email", json_member(n->a, contact, "email"),
		n->conf->base.assurance);
	event_claim(n->a, ev, "phone", json_member(n->a, contact, "phone"),
		n->conf->base.assurance);
	event_trait(ev, "name", json_member(n->a, contact, "name"));
}

/* Tags and the like hang the contact beside themselves. */
static const json_t *
contact_of(const struct notice *n)
{
	const json_t *contact = json_object_get(n->item, "contact");

	return contact ? contact : n->item;
}

static void
add_contact(const struct notice *n)
{
	static const char *const keys[] = { "role", "created_at", NULL };
	const json_t *contact = contact_of(n);
	bool subscribed = span_is(n->topic, "contact.subscribed");
	struct event *ev;

	if (span_is(n->topic, "contact.deleted")) {
		claim(n, add(n, "erasure"), contact);
		return;
	}
	if (subscribed || span_is(n->topic, "contact.unsubscribed")) {
		ev = add(n, "consent");
		event_consent(ev, "marketing", "email",
			subscribed ? CONSENT_GRANTED : CONSENT_DENIED,
			ev->occurred_at);
		claim(n, ev, contact);
		return;
	}
	ev = add(n, "identify");
	claim(n, ev, contact);
	event_keep_members(n->a, ev, contact, keys);
	event_keep(ev, "attributes",
		json_object_get(contact, "custom_attributes"));
}

/* Who takes part in a conversation; of several, nobody is meant alone. */
static void
claim_contacts(const struct notice *n, struct event *ev)
{
	const json_t *contacts = json_at(n->item, "contacts.contacts");

	if (json_array_size(contacts) == 1)
		claim(n, ev, json_array_get(contacts, 0));
}

static bool
is_contact(struct span type)
{
	return span_is(type, "user") || span_is(type, "lead") ||
	       span_is(type, "contact");
}

/* What was said last: the newest part, or what began it all. */
static void
add_message(const struct notice *n)
{
	const json_t *parts =
		json_at(n->item, "conversation_parts.conversation_parts");
	size_t count = json_array_size(parts);
	const json_t *said = count ? json_array_get(parts, count - 1)
				   : json_object_get(n->item, "source");
	const json_t *author = json_object_get(said, "author");
	struct event *ev = add(n, "message");

	event_body(ev, "conversation_id", json_member(n->a, n->item, "id"));
	event_body(ev, "message_id", json_member(n->a, said, "id"));
	event_body(ev, "text", json_member(n->a, said, "body"));
	if (!is_contact(json_member(n->a, author, "type"))) {
		event_body(ev, "direction", span_of("out"));
		return;
	}
	claim(n, ev, author);
	claim_contacts(n, ev);
}

/* Assigned, closed, rated; what is noted is for the company's own eyes. */
static void
add_conversation(const struct notice *n)
{
	static const char *const keys[] = { "state", "priority",
		"admin_assignee_id", NULL };
	struct event *ev = add(n, "status");

	event_body(ev, "conversation_id", json_member(n->a, n->item, "id"));
	event_keep_members(n->a, ev, n->item, keys);
	event_keep(ev, "rating",
		json_object_get(json_object_get(n->item, "conversation_rating"),
			"rating"));
	claim_contacts(n, ev);
}

static void
add_unknown(const struct notice *n)
{
	add(n, "unknown");
}

static const struct {
	const char *prefix;
	void (*add)(const struct notice *);
} topics[] = {
	{ "contact.", add_contact },
	{ "user.", add_contact },
	{ "conversation.user.created", add_message },
	{ "conversation.user.replied", add_message },
	{ "conversation.admin.replied", add_message },
	{ "conversation.admin.single.created", add_message },
	{ "conversation.", add_conversation },
	{ "", add_unknown },
};

static bool
intercom_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	struct notice n = { .a = a, .conf = conf, .events = events };
	size_t i = 0;

	n.root = json_read(a, in->body, e);
	if (!n.root)
		return false;
	n.topic = json_member(a, n.root, "topic");
	n.app = json_member(a, n.root, "app_id");
	n.item = json_at(n.root, "data.item");
	if (!n.topic.len)
		return fail(e, ERR_INPUT, "expected an object with a topic");
	while (!span_starts(n.topic, topics[i].prefix))
		i++;
	topics[i].add(&n);
	return true;
}

static const struct setting intercom_settings[] = {
	{ "external", SETTING_TEXT, offsetof(struct intercom_conf, external),
		NULL,
		"The kind of identifier that an external_id is, such as "
		"user_id; not set, it names nobody." },
	{ 0 },
};

extern const struct channel channel_intercom;
const struct channel channel_intercom = {
	.name = "intercom",
	.summary = "Contacts and conversations of Intercom",
	.secret = "the app's client secret, which signs the bytes",
	.settings = intercom_settings,
	.conf_size = sizeof(struct intercom_conf),
	.verify = intercom_verify,
	.parse = intercom_parse,
	.greet = intercom_greet,
	.answer = answer_nothing,
};
