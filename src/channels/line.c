/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LINE: the webhooks of the Messaging API, signed over the bytes as sent. A
 * person is known by a user id, which is of the provider; in a group the user
 * is the sender, and the group nobody.
 */
#include "core/channel.h"

#include <string.h>

#include "core/json.h"
#include "core/signature.h"

struct line_conf {
	struct source_conf base;
	const char *provider;
	const char *nonce;
};

/* A webhook event while it is read. */
struct hook {
	struct arena *a;
	const struct line_conf *conf;
	const json_t *event;
	struct span type;
};

static bool
line_verify(const struct inbound *in, const void *conf, struct err *e)
{
	static const struct signature how = { "x-line-signature", NULL,
		HMAC_SHA256, true };

	return signature_of_body(&how, in, conf, e);
}

static const json_t *
part(const struct hook *h, const char *name)
{
	return json_object_get(h->event, name);
}

static void
add_message(const struct hook *h, struct event *ev)
{
	static const char *const keys[] = { "title", "address", "packageId",
		"stickerId", "fileName", "duration", NULL };
	const json_t *message = part(h, "message");

	ev->name = json_member(h->a, message, "type");
	event_body(ev, "message_id", json_member(h->a, message, "id"));
	event_body(ev, "text", json_member(h->a, message, "text"));
	event_body(
		ev, "reply_to", json_member(h->a, message, "quotedMessageId"));
	event_keep_members(h->a, ev, message, keys);
}

static void
add_postback(const struct hook *h, struct event *ev)
{
	const json_t *postback = part(h, "postback");

	event_body(ev, "text", json_member(h->a, postback, "data"));
	event_keep(ev, "params", json_object_get(postback, "params"));
}

static void
add_unsend(const struct hook *h, struct event *ev)
{
	event_body(ev, "message_id",
		json_member(h->a, part(h, "unsend"), "messageId"));
}

static void
add_follow(const struct hook *h, struct event *ev)
{
	event_consent(ev, "marketing", "line",
		span_is(h->type, "follow") ? CONSENT_GRANTED : CONSENT_DENIED,
		ev->occurred_at);
}

/* Who was sent to our own login with the nonce, and came back from it. */
static void
add_link(const struct hook *h, struct event *ev)
{
	const json_t *link = part(h, "link");

	event_body(ev, "result", json_member(h->a, link, "result"));
	if (h->conf->nonce && span_is(json_member(h->a, link, "result"), "ok"))
		event_claim(h->a, ev, h->conf->nonce,
			json_member(h->a, link, "nonce"), VERIFIED);
}

static void
add_other(const struct hook *h, struct event *ev)
{
	static const char *const keys[] = { "hwid", "type", "trackingId",
		NULL };

	event_keep_members(h->a, ev, part(h, "beacon"), keys);
	event_keep_members(h->a, ev, part(h, "videoPlayComplete"), keys);
}

static const struct {
	const char *name, *type;
	void (*add)(const struct hook *, struct event *);
} types[] = {
	{ "message", "message", add_message },
	{ "postback", "message", add_postback },
	{ "unsend", "status", add_unsend },
	{ "follow", "consent", add_follow },
	{ "unfollow", "consent", add_follow },
	{ "accountLink", "status", add_link },
	{ "beacon", "track", add_other },
	{ "videoPlayComplete", "track", add_other },
	/* Of a group, in which nobody speaks. */
	{ "join", "status", add_other },
	{ "leave", "status", add_other },
	{ "memberJoined", "status", add_other },
	{ "memberLeft", "status", add_other },
};

static void
add(const struct hook *h, struct events *events)
{
	struct event *ev = events_add(h->a, events);
	const json_t *source = part(h, "source");
	struct span group = json_member(h->a, source, "groupId");

	ev->line = events->count;
	ev->name = h->type;
	ev->external_id = json_member(h->a, h->event, "webhookEventId");
	ev->occurred_at = clock_read(json_member(h->a, h->event, "timestamp"));
	event_account(h->a, ev, "line", span_of(h->conf->provider),
		json_member(h->a, source, "userId"));
	event_body(ev, "group_id",
		group.len ? group : json_member(h->a, source, "roomId"));
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (!span_is(h->type, types[i].name))
			continue;
		ev->type = types[i].type;
		types[i].add(h, ev);
	}
}

static bool
line_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	const json_t *root = json_read(a, in->body, e);
	const json_t *hooks = json_object_get(root, "events");
	size_t i;
	json_t *one;

	if (!root)
		return false;
	/* Of none: the console's button "Verify". */
	if (!json_is_array(hooks))
		return fail(e, ERR_INPUT,
			"expected an object with an array events");
	json_array_foreach(hooks, i, one)
	{
		struct hook h = { a, conf, one, json_member(a, one, "type") };

		if (h.type.len)
			add(&h, events);
		else
			events_refuse(a, events, "an object with a type");
	}
	return true;
}

static const struct setting line_settings[] = {
	{ "provider", SETTING_TEXT, offsetof(struct line_conf, provider), NULL,
		"The provider whose user ids they are; channels of one "
		"provider know a person by the same." },
	{ "nonce", SETTING_TEXT, offsetof(struct line_conf, nonce), NULL,
		"The kind of identifier that the nonce of an account link is, "
		"where it is one; not set, it names nobody." },
	{ 0 },
};

extern const struct channel channel_line;
const struct channel channel_line = {
	.name = "line",
	.summary = "Messages, follows and account links of LINE",
	.secret = "the channel secret, which signs the bytes",
	.settings = line_settings,
	.conf_size = sizeof(struct line_conf),
	.verify = line_verify,
	.parse = line_parse,
	.answer = answer_nothing,
};
