/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Telegram: updates of the Bot API, with the secret token of setWebhook. Who
 * writes is "from", also in a group; ids are those of all of Telegram. A card
 * is the sender's own only where Telegram says that it is.
 */
#include "core/channel.h"

#include <string.h>

#include "core/json.h"

struct telegram_conf {
	struct source_conf base;
	const char *start; /* the kind that a word of a deep link is, or NULL */
};

/* An update while it is read. */
struct update {
	struct arena *a;
	const struct telegram_conf *conf;
	struct events *events;
	struct span id;
	const char *kind;
	const json_t *part;
};

static bool
telegram_verify(const struct inbound *in, const void *conf, struct err *e)
{
	return source_knows(conf,
		       inbound_header(in, "X-Telegram-Bot-Api-Secret-Token")) ||
	       fail(e, ERR_AUTH,
		       "expected the header X-Telegram-Bot-Api-Secret-Token "
		       "with a secret of this source");
}

static struct event *
add(const struct update *u, const char *type, const char *name)
{
	static const char *const times[] = { "edit_date", "date", NULL };
	const json_t *from = json_object_get(u->part, "from");
	struct event *ev = events_add(u->a, u->events);

	if (!from)
		from = json_object_get(u->part, "user");
	ev->type = type;
	ev->line = u->events->count;
	ev->name = span_of(name);
	ev->external_id = u->id;
	ev->occurred_at = clock_read(json_any(u->a, u->part, times));
	if (json_is_true(json_object_get(from, "is_bot"))) {
		event_body(ev, "direction", span_of("out"));
		return ev;
	}
	event_account(u->a, ev, "telegram", span_of(NULL),
		json_member(u->a, from, "id"));
	event_trait(ev, "given_name", json_member(u->a, from, "first_name"));
	event_trait(ev, "family_name", json_member(u->a, from, "last_name"));
	event_trait(ev, "locale", json_member(u->a, from, "language_code"));
	event_body(ev, "username", json_member(u->a, from, "username"));
	return ev;
}

/* The number is proven where the card is of who sends it. */
static void
claim_card(const struct update *u, struct event *ev)
{
	const json_t *card = json_object_get(u->part, "contact");
	struct span owner = json_member(u->a, card, "user_id");
	struct span phone = json_member(u->a, card, "phone_number");

	if (!owner.len || !span_equal(owner,
				  json_span(u->a, json_at(u->part, "from.id"))))
		return;
	if (!span_starts(phone, "+"))
		phone = span_of(
			arena_printf(u->a, "+%s", span_text(u->a, phone)));
	event_claim(u->a, ev, "phone", phone, ATTESTED);
}

/* "/start WORD": what a link of ours put there. */
static void
claim_start(const struct update *u, struct event *ev, struct span text)
{
	static const char start[] = "/start ";

	if (!span_starts(text, start))
		return;
	text.data += sizeof(start) - 1;
	text.len -= sizeof(start) - 1;
	event_body(ev, "start", text);
	if (u->conf->start)
		event_claim(u->a, ev, u->conf->start, text,
			u->conf->base.assurance);
}

static void
add_message(const struct update *u)
{
	static const char *const texts[] = { "text", "caption", NULL };
	static const char *const kinds[] = { "text", "photo", "video", "voice",
		"audio", "document", "sticker", "location", "contact", "poll",
		"video_note", "animation", NULL };
	const json_t *chat = json_object_get(u->part, "chat");
	struct span text = json_any(u->a, u->part, texts);
	const char *const *kind = kinds;
	struct event *ev;

	while (*kind && !json_object_get(u->part, *kind))
		kind++;
	ev = add(u, "message",
		strcmp(u->kind, "message") != 0 ? u->kind : *kind);
	event_body(ev, "message_id",
		span_path(u->a, json_member(u->a, chat, "id"),
			json_member(u->a, u->part, "message_id")));
	event_body(ev, "text", text);
	if (!span_is(json_member(u->a, chat, "type"), "private"))
		event_body(ev, "group_id", json_member(u->a, chat, "id"));
	claim_card(u, ev);
	claim_start(u, ev, text);
}

static void
add_button(const struct update *u)
{
	struct event *ev = add(u, "message", u->kind);

	event_body(ev, "text", json_member(u->a, u->part, "data"));
}

/* Who blocks the bot wants nothing of it any more. */
static void
add_member(const struct update *u)
{
	bool private = span_is(
		json_span(u->a, json_at(u->part, "chat.type")), "private");
	struct span now =
		json_span(u->a, json_at(u->part, "new_chat_member.status"));
	struct event *ev = add(u, "status", u->kind);

	event_body(ev, "member", now);
	if (private && (span_is(now, "kicked") || span_is(now, "member")))
		event_consent(ev, "marketing", "telegram",
			span_is(now, "kicked") ? CONSENT_DENIED
					       : CONSENT_GRANTED,
			ev->occurred_at);
}

static void
add_other(const struct update *u)
{
	add(u, "unknown", u->kind);
}

static const struct {
	const char *name;
	void (*add)(const struct update *);
} kinds[] = {
	{ "message", add_message },
	{ "edited_message", add_message },
	{ "business_message", add_message },
	{ "edited_business_message", add_message },
	{ "callback_query", add_button },
	{ "my_chat_member", add_member },
};

static bool
telegram_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	json_t *root = json_read(a, in->body, e), *part;
	struct update u = { .a = a, .conf = conf, .events = events };
	const char *name;

	if (!root)
		return false;
	u.id = json_member(a, root, "update_id");
	if (!u.id.len)
		return fail(e, ERR_INPUT, "expected an object with update_id");
	/* Beside the number there is one member, which is what happened. */
	json_object_foreach(root, name, part)
	{
		if (!json_is_object(part))
			continue;
		u.kind = name;
		u.part = part;
		for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
			if (strcmp(name, kinds[i].name) != 0)
				continue;
			kinds[i].add(&u);
			return true;
		}
	}
	if (!u.part)
		u.kind = "update";
	add_other(&u);
	return true;
}

static const struct setting telegram_settings[] = {
	{ "start", SETTING_TEXT, offsetof(struct telegram_conf, start), NULL,
		"The kind of identifier that the word of a deep link "
		"(?start=WORD) is, where it is one; not set, it names "
		"nobody." },
	{ 0 },
};

extern const struct channel channel_telegram;
const struct channel channel_telegram = {
	.name = "telegram",
	.summary = "Updates of a Telegram bot",
	.secret = "the secret_token of setWebhook",
	.settings = telegram_settings,
	.conf_size = sizeof(struct telegram_conf),
	.verify = telegram_verify,
	.parse = telegram_parse,
	.answer = answer_nothing,
};
