/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Zendesk: events of users and tickets, signed with their time, and the
 * webhooks of Sunshine Conversations, which show a shared secret. Both know a
 * person by an id of their own, and perhaps by one of ours.
 */
#include "core/channel.h"

#include <string.h>

#include "core/commerce.h"
#include "core/json.h"
#include "core/signature.h"

struct zendesk_conf {
	struct source_conf base;
	const char *external; /* the kind that an external id is, or NULL */
	size_t window;
};

/* A request while it is read. */
struct request {
	struct arena *a;
	const struct zendesk_conf *conf;
	struct events *events;
	struct span type, scope;
	const json_t *event; /* of Sunshine: one of them */
};

static bool
zendesk_verify(const struct inbound *in, const void *conf, struct err *e)
{
	static const struct signature how = { "X-Zendesk-Webhook-Signature",
		NULL, HMAC_SHA256, true };
	const struct zendesk_conf *own = conf;
	struct span time =
		inbound_header(in, "X-Zendesk-Webhook-Signature-Timestamp");

	/* Sunshine signs nothing. */
	if (!inbound_header(in, how.header).len)
		return source_knows(
			       &own->base, inbound_header(in, "X-API-Key")) ||
		       fail(e, ERR_AUTH,
			       "expected %s, or X-API-Key with a secret of "
			       "this "
			       "source",
			       how.header);
	return signature_good(&how, in, &own->base,
		       (struct span[]){ time, in->raw }, 2, e) &&
	       signature_fresh(in, time, own->window, e);
}

static struct event *
add(const struct request *r, const char *type, struct span id, struct span at)
{
	struct event *ev = events_add(r->a, r->events);

	ev->type = type;
	ev->line = r->events->count;
	ev->name = r->type;
	ev->occurred_at = clock_read(at);
	ev->external_id = id;
	return ev;
}

static void
claim_id(const struct request *r, struct event *ev, struct span id)
{
	customer_claim(r->a, ev, "record", r->scope, id);
}

static void
claim_typed(const struct request *r, struct event *ev, const char *kind,
	struct span value)
{
	if (kind)
		event_claim(r->a, ev, kind, value, r->conf->base.assurance);
}

/* A user, as its events and Sunshine's have it. */
static void
claim_user(const struct request *r, struct event *ev, const json_t *user)
{
	static const char *const ids[] = { "external_id", "externalId", NULL };
	const json_t *profile = json_object_get(user, "profile");

	claim_id(r, ev, json_member(r->a, user, "id"));
	claim_typed(r, ev, r->conf->external, json_any(r->a, user, ids));
	claim_typed(r, ev, "email", json_member(r->a, user, "email"));
	claim_typed(r, ev, "email", json_member(r->a, profile, "email"));
	event_trait(ev, "name", json_member(r->a, user, "name"));
	event_trait(ev, "given_name", json_member(r->a, profile, "givenName"));
	event_trait(ev, "family_name", json_member(r->a, profile, "surname"));
	event_trait(ev, "locale", json_member(r->a, profile, "locale"));
}

/* An address or a number that an agent or the user gave. */
static void
claim_identity(const struct request *r, struct event *ev, const json_t *event)
{
	const json_t *identity = json_object_get(event, "identity");
	struct span type = json_member(r->a, identity, "type");
	struct span value = json_member(r->a, identity, "value");

	if (!value.len)
		value = json_member(r->a, event, "current");
	if (span_is(type, "email"))
		claim_typed(r, ev, "email", value);
	else if (span_is(type, "phone_number") || span_is(type, "phone"))
		claim_typed(r, ev, "phone", value);
}

/* "zen:event-type:user.created"; some documents have a slash in it. */
static struct span
word_of(struct span type)
{
	static const char prefix[] = "zen:event-type";

	if (span_starts(type, prefix) && type.len > sizeof(prefix)) {
		type.data += sizeof(prefix);
		type.len -= sizeof(prefix);
	}
	return type;
}

static void
add_user(const struct request *r, const json_t *root)
{
	static const char *const keys[] = { "role", "organization_id",
		"created_at", NULL };
	const json_t *user = json_object_get(root, "detail");
	const json_t *event = json_object_get(root, "event");
	struct span role = json_member(r->a, user, "role");
	struct span id = json_member(r->a, root, "id");
	struct span at = json_member(r->a, root, "time");
	bool merged = span_is(r->type, "user.merged");
	struct event *ev = add(r,
		merged				   ? "alias"
		: span_is(r->type, "user.deleted") ? "track"
						   : "identify",
		id, at);

	event_keep_members(r->a, ev, user, keys);
	event_body(ev, "current", json_member(r->a, event, "current"));
	/* Those who answer are no customers. */
	if (span_is(role, "agent") || span_is(role, "admin")) {
		ev->type = "unknown";
		return;
	}
	claim_user(r, ev, user);
	if (merged)
		claim_id(r, ev, json_span(r->a, json_at(event, "user.id")));
	if (!span_is(r->type, "user.identity_deleted"))
		claim_identity(r, ev, event);
}

/* What is said in a ticket, and what becomes of it, is its requester's. */
static void
add_ticket(const struct request *r, const json_t *root)
{
	static const char *const keys[] = { "status", "subject", "priority",
		"type", NULL };
	const json_t *ticket = json_object_get(root, "detail");
	const json_t *comment = json_at(root, "event.comment");
	struct span who = json_member(r->a, ticket, "requester_id");
	struct span author = json_span(r->a, json_at(comment, "author.id"));
	bool open = json_is_true(json_object_get(comment, "is_public"));
	struct event *ev = add(r, open ? "message" : "status",
		json_member(r->a, root, "id"), json_member(r->a, root, "time"));

	event_body(ev, "ticket", json_member(r->a, ticket, "id"));
	event_keep_members(r->a, ev, ticket, keys);
	event_body(
		ev, "current", json_span(r->a, json_at(root, "event.current")));
	if (open)
		event_body(ev, "text", json_member(r->a, comment, "body"));
	if (open && author.len && !span_equal(author, who))
		event_body(ev, "direction", span_of("out"));
	else
		claim_id(r, ev, who);
}

/* A message; what the business or its bots say is told, and makes nobody. */
static void
add_said(const struct request *r, struct event *ev, const json_t *payload)
{
	const json_t *message = json_object_get(payload, "message");
	const json_t *author = json_object_get(message, "author");
	const json_t *content = json_object_get(message, "content");

	ev->type = "message";
	event_body(ev, "message_id", json_member(r->a, message, "id"));
	event_body(ev, "text", json_member(r->a, content, "text"));
	event_body(ev, "kind", json_member(r->a, content, "type"));
	event_body(ev, "by", json_span(r->a, json_at(message, "source.type")));
	if (!span_is(json_member(r->a, author, "type"), "user")) {
		event_body(ev, "direction", span_of("out"));
		return;
	}
	claim_id(r, ev, json_member(r->a, author, "userId"));
	claim_user(r, ev, json_object_get(author, "user"));
}

/* Sunshine: users that were found to be one, and what is left of them. */
static void
add_merge(const struct request *r, struct event *ev, const json_t *payload)
{
	const json_t *merged = json_object_get(payload, "mergedUsers");

	ev->type = "alias";
	claim_user(r, ev, json_object_get(merged, "surviving"));
	claim_user(r, ev, json_object_get(merged, "discarded"));
}

static void
add_sunshine(const struct request *r, struct span at)
{
	const json_t *payload = json_object_get(r->event, "payload");
	struct event *ev =
		add(r, "status", json_member(r->a, r->event, "id"), at);

	event_body(ev, "conversation_id",
		json_span(r->a, json_at(payload, "conversation.id")));
	if (span_is(r->type, "conversation:message"))
		add_said(r, ev, payload);
	else if (span_is(r->type, "user:merge"))
		add_merge(r, ev, payload);
	else {
		if (span_starts(r->type, "user:"))
			ev->type = "identify";
		else if (!span_starts(r->type, "conversation:") &&
			 !span_starts(r->type, "client:"))
			ev->type = "unknown";
		if (span_is(r->type, "user:delete"))
			ev->type = "track";
		claim_user(r, ev, json_object_get(payload, "user"));
	}
}

static void
read_sunshine(struct request *r, const json_t *root)
{
	struct span app = json_span(r->a, json_at(root, "app.id"));
	size_t i;
	json_t *one;

	r->scope = span_path(r->a, span_of("sunshine"), app);
	json_array_foreach(json_object_get(root, "events"), i, one)
	{
		r->type = json_member(r->a, one, "type");
		r->event = one;
		if (r->type.len)
			add_sunshine(r, json_member(r->a, one, "createdAt"));
		else
			events_refuse(r->a, r->events, "an object with a type");
	}
}

static bool
zendesk_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	struct request r = { .a = a, .conf = conf, .events = events };
	const json_t *root = json_read(a, in->body, e);

	if (!root)
		return false;
	if (json_is_array(json_object_get(root, "events"))) {
		read_sunshine(&r, root);
		return true;
	}
	r.type = word_of(json_member(a, root, "type"));
	r.scope = span_path(
		a, span_of("zendesk"), json_member(a, root, "account_id"));
	if (!r.type.len)
		return fail(e, ERR_INPUT,
			"expected an object with a type, or with events");
	if (span_starts(r.type, "user."))
		add_user(&r, root);
	else if (span_starts(r.type, "ticket."))
		add_ticket(&r, root);
	else
		add(&r, "unknown", json_member(a, root, "id"),
			json_member(a, root, "time"));
	return true;
}

static const struct setting zendesk_settings[] = {
	{ "external", SETTING_TEXT, offsetof(struct zendesk_conf, external),
		NULL,
		"The kind of identifier that an external id is, such as "
		"user_id; not set, it names nobody." },
	{ "window", SETTING_SIZE, offsetof(struct zendesk_conf, window),
		SIGNATURE_WINDOW,
		"How many seconds a signature may be old or early; 0 for "
		"any." },
	{ 0 },
};

extern const struct channel channel_zendesk;
const struct channel channel_zendesk = {
	.name = "zendesk",
	.summary = "Users and tickets of Zendesk, and Sunshine Conversations",
	.secret =
		"the webhook's signing secret; of Sunshine, its shared secret",
	.settings = zendesk_settings,
	.conf_size = sizeof(struct zendesk_conf),
	.verify = zendesk_verify,
	.parse = zendesk_parse,
	.answer = answer_nothing,
};
