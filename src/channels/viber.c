/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Viber: the callbacks of a bot, signed over the bytes as sent. Ids of users
 * are of the bot. What is delivered or seen tells of our own messages.
 */
#include "core/channel.h"

#include <string.h>

#include "core/json.h"
#include "core/signature.h"

struct viber_conf {
	struct source_conf base;
	const char *bot;     /* whose ids they are, or NULL: the source's */
	const char *context; /* the kind that a deep link's context is */
};

static bool
viber_verify(const struct inbound *in, const void *conf, struct err *e)
{
	static const struct signature how = { "X-Viber-Content-Signature", NULL,
		HMAC_SHA256, false };

	return signature_of_body(&how, in, conf, e);
}

/* Who it is about: the sender, the user, or an id alone. */
static struct span
person_of(struct arena *a, const json_t *root, const json_t **who)
{
	static const char *const names[] = { "sender", "user" };

	*who = NULL;
	for (size_t i = 0; i < 2 && !*who; i++)
		*who = json_object_get(root, names[i]);
	return *who ? json_member(a, *who, "id")
		    : json_member(a, root, "user_id");
}

static void
add_message(struct arena *a, struct event *ev, const json_t *root)
{
	static const char *const texts[] = { "text", "media", NULL };
	const json_t *message = json_object_get(root, "message");

	ev->name = json_member(a, message, "type");
	event_body(ev, "message_id", json_member(a, root, "message_token"));
	event_body(ev, "text",
		span_is(ev->name, "text") ? json_any(a, message, texts)
					  : json_member(a, message, "text"));
	/* What a card says is of somebody, and not of who sends it. */
	event_body(ev, "tracker", json_member(a, message, "tracking_data"));
}

/* "delivered" comes of what people sent us, too; it is told by its token. */
static const struct {
	const char *name, *type;
} types[] = {
	{ "message", "message" },
	{ "subscribed", "consent" },
	{ "unsubscribed", "consent" },
	{ "conversation_started", "status" },
	{ "delivered", "status" },
	{ "seen", "status" },
	{ "failed", "status" },
};

static bool
viber_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	const struct viber_conf *own = conf;
	const json_t *root = json_read(a, in->body, e), *who;
	struct span name = json_member(a, root, "event"), person, token;
	struct event *ev;

	if (!root)
		return false;
	if (!name.len)
		return fail(e, ERR_INPUT, "expected an object with an event");
	ev = events_add(a, events);
	ev->line = 1;
	ev->name = name;
	ev->occurred_at = clock_read(json_member(a, root, "timestamp"));
	token = json_member(a, root, "message_token");
	person = person_of(a, root, &who);
	if (token.len)
		ev->external_id = span_path(a, name, token, person);
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (span_is(name, types[i].name))
			ev->type = types[i].type;
	event_account(a, ev, "viber", span_of(own->bot), person);
	event_trait(ev, "name", json_member(a, who, "name"));
	event_trait(ev, "locale", json_member(a, who, "language"));
	event_trait(ev, "country", json_member(a, who, "country"));
	event_body(ev, "context", json_member(a, root, "context"));
	event_body(ev, "desc", json_member(a, root, "desc"));
	if (own->context)
		event_claim(a, ev, own->context,
			json_member(a, root, "context"), own->base.assurance);
	if (!strcmp(ev->type, "message"))
		add_message(a, ev, root);
	else if (!strcmp(ev->type, "consent"))
		event_consent(ev, "marketing", "viber",
			span_is(name, "subscribed") ? CONSENT_GRANTED
						    : CONSENT_DENIED,
			ev->occurred_at);
	else if (!strcmp(ev->type, "status"))
		event_body(ev, "message_id", token);
	return true;
}

static const struct setting viber_settings[] = {
	{ "bot", SETTING_TEXT, offsetof(struct viber_conf, bot), NULL,
		"The bot whose user ids they are, where several sources are "
		"of several bots." },
	{ "context", SETTING_TEXT, offsetof(struct viber_conf, context), NULL,
		"The kind of identifier that the context of a deep link is, "
		"where it is one; not set, it names nobody." },
	{ 0 },
};

extern const struct channel channel_viber;
const struct channel channel_viber = {
	.name = "viber",
	.summary = "Messages and subscriptions of a Viber bot",
	.secret = "the bot's token, which signs the bytes",
	.settings = viber_settings,
	.conf_size = sizeof(struct viber_conf),
	.verify = viber_verify,
	.parse = viber_parse,
	.answer = answer_nothing,
};
