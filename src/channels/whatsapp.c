/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WhatsApp Cloud API webhooks. One request carries entries, each with
 * changes, each with arrays of messages, statuses, calls and so on; every
 * element becomes one event. A person is known by a phone number, by a
 * business-scoped user id ("US.1349..."), by both or by neither.
 */
#include "core/channel.h"

#include <string.h>

#include "base/digest.h"
#include "core/hub.h"
#include "core/json.h"

#define PHONE_MAX 20
#define USER_ID_MAX 131 /* two letters, a dot and 128 */

struct whatsapp_conf {
	struct source_conf base;
	const char *verify_token;
	const char *portfolio;
};

/* What the elements of one change have in common. */
struct change {
	struct arena *a;
	struct events *events;
	struct span scope; /* of user ids: the portfolio or the entry */
	bool test;	   /* the button on Meta's dashboard */
	const json_t *value;
};

extern const struct channel channel_whatsapp;

#define DIGITS "0123456789"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool
is_phone(struct span s)
{
	return s.len <= PHONE_MAX && span_is_all(s, DIGITS);
}

/* A parent id ("US.ENT...") has another scope, so it is not one of these. */
static bool
is_user_id(struct span s)
{
	return s.len > 3 && s.len <= USER_ID_MAX && s.data[2] == '.' &&
	       span_is_all((struct span){ s.data, 2 }, UPPER) &&
	       span_is_all((struct span){ s.data + 3, s.len - 3 },
		       DIGITS UPPER "abcdefghijklmnopqrstuvwxyz");
}

/* The digits of s, for a line's own number, which may hold "+" and blanks. */
static struct span
digits_of(struct arena *a, struct span s)
{
	char *text = arena_alloc(a, s.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] >= '0' && s.data[i] <= '9')
			text[len++] = s.data[i];
	return (struct span){ text, len };
}

static void
body_member(const struct change *c, struct event *ev, const char *name,
	const json_t *from, const char *key)
{
	event_body(ev, name, json_member(c->a, from, key));
}

static struct span
phone_of(const struct change *c, struct span digits)
{
	return span_of(arena_printf(c->a, "+%s", span_text(c->a, digits)));
}

/* A phone number or a user id: either may stand where the other is meant. */
static void
claim_id(const struct change *c, struct event *ev, struct span id)
{
	if (c->test)
		return;
	if (is_user_id(id) && c->scope.len > 0)
		event_claim(c->a, ev, "whatsapp_user",
			span_path(c->a, c->scope, id), ATTESTED);
	else if (is_phone(id))
		event_claim(c->a, ev, "phone", phone_of(c, id), ATTESTED);
}

/*
 * The contact that describes somebody. Fixtures of Meta's own show contacts
 * that are not the sender, so an id must agree and none may contradict.
 */
static const json_t *
contact_of(const struct change *c, struct span phone, struct span user)
{
	size_t i;
	json_t *contact;

	json_array_foreach(json_object_get(c->value, "contacts"), i, contact)
	{
		struct span wa = json_member(c->a, contact, "wa_id");
		struct span id = json_member(c->a, contact, "user_id");
		bool both_wa = wa.len > 0 && phone.len > 0;
		bool both_id = id.len > 0 && user.len > 0;

		if ((both_wa && !span_equal(wa, phone)) ||
			(both_id && !span_equal(id, user)))
			continue;
		if (both_wa || both_id)
			return contact;
	}
	return NULL;
}

/* Claims somebody by what an element says and by the contact that agrees. */
static void
claim_person(const struct change *c, struct event *ev, struct span id,
	struct span user)
{
	const json_t *contact;

	if (is_user_id(id) && user.len == 0) {
		user = id;
		id = span_of(NULL);
	}
	claim_id(c, ev, id);
	claim_id(c, ev, user);
	contact = contact_of(c, id, user);
	if (contact == NULL || c->test)
		return;
	claim_id(c, ev, json_member(c->a, contact, "wa_id"));
	claim_id(c, ev, json_member(c->a, contact, "user_id"));
	event_trait(ev, "name",
		json_member(c->a, json_object_get(contact, "profile"), "name"));
}

static struct event *
add(const struct change *c, const char *type, const json_t *from)
{
	struct event *ev = events_add(c->a, c->events);

	ev->type = c->test ? "unknown" : type;
	ev->line = c->events->count;
	ev->occurred_at = clock_read(json_member(c->a, from, "timestamp"));
	body_member(c, ev, "line", json_object_get(c->value, "metadata"),
		"phone_number_id");
	if (c->test)
		event_body(ev, "test", span_of("true"));
	return ev;
}

static struct span
message_text(const struct change *c, const json_t *message, const char *type)
{
	const json_t *inner = json_object_get(message, type);
	static const char *const keys[] = { "body", "caption", "text", NULL };
	static const char *const said[] = { "title", "body", "response", NULL };

	if (strcmp(type, "interactive") == 0) {
		type = span_text(c->a, json_member(c->a, inner, "type"));
		return json_any(c->a, json_object_get(inner, type), said);
	}
	if (strcmp(type, "edit") == 0) {
		message = json_object_get(inner, "message");
		type = span_text(c->a, json_member(c->a, message, "type"));
		inner = json_object_get(message, type);
	}
	return json_any(c->a, inner, keys);
}

/* The part of a message that has the name of its type. */
static void
body_details(const struct change *c, struct event *ev, const json_t *message,
	const char *type)
{
	json_t *inner = json_object_get(message, type);
	struct span answers = json_member(
		c->a, json_object_get(inner, "nfm_reply"), "response_json");
	json_t *copy;

	if (strcmp(type, "text") == 0 || inner == NULL)
		return;
	/* Cards describe other people, who did not write to us. */
	if (strcmp(type, "contacts") == 0) {
		json_object_set_new(ev->body, "cards",
			json_integer((json_int_t)json_array_size(inner)));
		return;
	}
	/* Media addresses expire in minutes and differ between repeats. */
	copy = json_copy(inner);
	json_object_del(copy, "url");
	event_keep(ev, "details", copy);
	json_decref(copy);
	/* The answers to a flow come as JSON inside a string. */
	if (answers.len > 0)
		event_keep(ev, "answers", json_read(c->a, answers, NULL));
}

static void
message_body(const struct change *c, struct event *ev, const json_t *message,
	const char *type)
{
	event_body(ev, "text", message_text(c, message, type));
	body_details(c, ev, message, type);
	body_member(
		c, ev, "reply_to", json_object_get(message, "context"), "id");
	body_member(c, ev, "group_id", message, "group_id");
	event_keep(ev, "referral", json_object_get(message, "referral"));
	event_keep(ev, "errors", json_object_get(c->value, "errors"));
	event_keep(ev, "errors", json_object_get(message, "errors"));
}

/* A card sent in answer to our request for it is the sender's own. */
static void
claim_cards(const struct change *c, struct event *ev, const json_t *message)
{
	const json_t *cards = json_object_get(message, "contacts");
	bool asked = span_is(
		json_member(c->a, message, "origin"), "contact_request");
	size_t i, j;
	json_t *card, *phone;

	json_array_foreach(cards, i, card)
	{
		if (!asked && !span_is(json_member(c->a, card, "origin"),
				      "contact_request"))
			continue;
		json_array_foreach(json_object_get(card, "phones"), j, phone)
		{
			struct span id = json_member(c->a, phone, "wa_id");

			if (is_phone(id))
				claim_id(c, ev, id);
			else if (!c->test)
				event_claim(c->a, ev, "phone",
					json_member(c->a, phone, "phone"),
					ATTESTED);
		}
	}
}

/*
 * Numbers and ids change hands here. Who changed a number is one person before
 * and after; the old number may be anybody's next, and the new one may have
 * been somebody else's. A number that was registered anew may be another's,
 * too, until its user id shows that it is not.
 */
static void
hand_over(const struct change *c, struct event *ev, struct span old,
	struct span now)
{
	if (c->test || !is_phone(old))
		return;
	if (is_phone(now)) {
		claim_id(c, ev, old);
		event_give_up(c->a, ev, "phone", phone_of(c, old));
		claim_id(c, ev, now);
		event_take_over(c->a, ev, "phone", phone_of(c, now));
	} else if (span_is(ev->name, "customer_identity_changed") ||
		   span_is(ev->name, "user_identity_changed")) {
		claim_id(c, ev, old);
		event_take_over(c->a, ev, "phone", phone_of(c, old));
	}
}

static void
add_system(const struct change *c, const json_t *message)
{
	struct event *ev = add(c, "status", message);
	const json_t *system = json_object_get(message, "system");
	struct span from = json_member(c->a, message, "from");
	struct span to = json_member(c->a, system, "wa_id");
	const struct span ids[] = { from,
		json_member(c->a, message, "from_user_id"),
		json_member(c->a, system, "user_id"),
		json_member(c->a, system, "previous_user_id") };

	if (to.len == 0)
		to = json_member(c->a, system, "new_wa_id");
	ev->external_id = json_member(c->a, message, "id");
	ev->name = json_member(c->a, system, "type");
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		if (is_user_id(ids[i]))
			claim_id(c, ev, ids[i]);
	hand_over(c, ev, from, to);
	if (is_phone(from))
		event_body(ev, to.len > 0 ? "old_number" : "number", from);
	event_body(ev, "new_number", to);
	event_keep(ev, "identity", json_object_get(message, "identity"));
}

static void
add_message(const struct change *c, const json_t *message)
{
	struct span type = json_member(c->a, message, "type");
	struct event *ev;

	if (span_is(type, "system")) {
		add_system(c, message);
		return;
	}
	ev = add(c, "message", message);
	ev->external_id = json_member(c->a, message, "id");
	ev->name = type;
	claim_person(c, ev, json_member(c->a, message, "from"),
		json_member(c->a, message, "from_user_id"));
	claim_cards(c, ev, message);
	message_body(c, ev, message, span_text(c->a, type));
}

/* What the business itself wrote: echoes make no person. */
static void
add_echo(const struct change *c, const json_t *message)
{
	struct event *ev = add(c, "message", message);

	ev->external_id = json_member(c->a, message, "id");
	ev->name = json_member(c->a, message, "type");
	event_body(ev, "direction", span_of("out"));
	message_body(c, ev, message, span_text(c->a, ev->name));
}

static void
add_status(const struct change *c, const json_t *status)
{
	struct event *ev = add(c, "status", status);
	bool group =
		span_is(json_member(c->a, status, "recipient_type"), "group");
	struct span phone = json_member(c->a, status,
		group ? "recipient_participant_id" : "recipient_id");
	struct span user = json_member(c->a, status,
		group ? "recipient_participant_user_id" : "recipient_user_id");
	struct span id = json_member(c->a, status, "id");

	ev->name = json_member(c->a, status, "status");
	/* One message has many statuses, and in a group many recipients. */
	if (id.len > 0)
		ev->external_id = span_path(
			c->a, id, ev->name, phone.len > 0 ? phone : user);
	claim_person(c, ev, phone, user);
	event_body(ev, "message_id", id);
	body_member(c, ev, "tracker", status, "biz_opaque_callback_data");
	if (group)
		body_member(c, ev, "group_id", status, "recipient_id");
	event_keep(ev, "errors", json_object_get(status, "errors"));
}

static void
add_call(const struct change *c, const json_t *call)
{
	struct event *ev = add(c, "call", call);
	bool ours = span_is(
		json_member(c->a, call, "direction"), "BUSINESS_INITIATED");
	struct span id = json_member(c->a, call, ours ? "to" : "from");
	struct span user =
		json_member(c->a, call, ours ? "to_user_id" : "from_user_id");
	struct span line = digits_of(
		c->a, json_member(c->a, json_object_get(c->value, "metadata"),
			      "display_phone_number"));
	static const char *const keys[] = { "direction", "status", "duration",
		"start_time", "end_time", NULL };

	ev->name = json_member(c->a, call, "event");
	if (json_member(c->a, call, "id").len > 0)
		ev->external_id = span_path(
			c->a, json_member(c->a, call, "id"), ev->name);
	/* Samples give the line's own number at the person's end. */
	if (span_equal(id, line))
		id = span_of(NULL);
	claim_person(c, ev, id, user);
	event_keep_members(c->a, ev, call, keys);
	event_keep(ev, "errors", json_object_get(c->value, "errors"));
}

static void
add_preference(const struct change *c, const json_t *preference)
{
	struct event *ev = add(c, "unknown", preference);
	static const char *const keys[] = { "category", "value", "detail",
		"signup_id", NULL };
	static const struct {
		const char *word;
		enum consent consent;
	} words[] = { { "stop", CONSENT_DENIED }, { "resume", CONSENT_GRANTED },
		{ "signup", CONSENT_GRANTED } };

	ev->name = json_member(c->a, preference, "value");
	for (size_t i = 0; !c->test && i < sizeof words / sizeof *words; i++)
		if (span_is(ev->name, words[i].word))
			event_consent(ev, "marketing", "whatsapp",
				words[i].consent, ev->occurred_at);
	claim_person(c, ev, json_member(c->a, preference, "wa_id"),
		json_member(c->a, preference, "user_id"));
	event_keep_members(c->a, ev, preference, keys);
}

/* What we do not read is still accepted, or Meta would send it for days. */
static void
add_unknown(const struct change *c, const json_t *change)
{
	struct event *ev = add(c, "unknown", c->value);
	json_t *value = json_object_get(change, "value");
	uint8_t digest[DIGEST_SIZE];

	ev->name = json_member(c->a, change, "field");
	/* Chats and address books of unclaimed people could not be erased. */
	if (!span_is(ev->name, "history") && !span_is(ev->name, "standby") &&
		!span_is(ev->name, "smb_app_state_sync")) {
		event_keep(ev, "value", value);
	} else if (value != NULL) {
		digest_sha256(span_of(json_write(c->a, value)), digest);
		event_body(ev, "digest",
			span_of(digest_hex(c->a, digest, DIGEST_SIZE)));
	}
}

static const struct {
	const char *name;
	void (*add)(const struct change *, const json_t *);
} arrays[] = {
	{ "messages", add_message },
	{ "statuses", add_status },
	{ "message_echoes", add_echo },
	{ "user_preferences", add_preference },
	{ "calls", add_call },
};

/* The dashboard's sample: Meta's own number, an id that no message has. */
static bool
is_sample(const struct change *c, const json_t *item)
{
	return span_is(json_member(c->a, item, "from"), "16315551181") &&
	       !span_starts(json_member(c->a, item, "id"), "wamid.");
}

static void
read_change(struct change *c, const json_t *change)
{
	size_t before = c->events->count;
	bool test = c->test;
	struct span field = json_member(c->a, change, "field");
	bool other = span_is(field, "history") || span_is(field, "standby");
	size_t i;
	json_t *item;

	c->value = json_object_get(change, "value");
	for (size_t k = 0; !other && k < sizeof arrays / sizeof *arrays; k++)
		json_array_foreach(
			json_object_get(c->value, arrays[k].name), i, item)
		{
			c->test = test || is_sample(c, item);
			if (json_is_object(item))
				arrays[k].add(c, item);
			else
				events_refuse(c->a, c->events, "an object");
		}
	c->test = test;
	if (c->events->count == before)
		add_unknown(c, change);
}

static void
read_entry(struct arena *a, const struct whatsapp_conf *conf,
	const json_t *entry, struct events *events)
{
	struct span id = json_member(a, entry, "id");
	struct change c = { .a = a, .events = events, .scope = id };
	size_t i;
	json_t *change;

	if (conf->portfolio != NULL && *conf->portfolio != '\0')
		c.scope = span_of(conf->portfolio);
	c.test = span_is(id, "0");
	if (!json_is_array(json_object_get(entry, "changes")))
		events_refuse(a, events, "an entry with an array of changes");
	json_array_foreach(json_object_get(entry, "changes"), i, change)
	{
		if (json_is_object(change))
			read_change(&c, change);
		else
			events_refuse(a, events, "a change object");
	}
}

static bool
whatsapp_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	const json_t *root = json_read(a, in->body, e);
	const json_t *entries = json_object_get(root, "entry");
	size_t i;
	json_t *entry;

	if (root == NULL)
		return false;
	if (!span_is(json_member(a, root, "object"),
		    "whatsapp_business_account"))
		return fail(e, ERR_INPUT,
			"expected object whatsapp_business_account");
	if (!json_is_array(entries))
		return fail(e, ERR_INPUT, "expected an array of entries");
	json_array_foreach(entries, i, entry)
		read_entry(a, conf, entry, events);
	return true;
}

static bool
whatsapp_verify(const struct inbound *in, const void *conf, struct err *e)
{
	return hub_verify(in, conf, e);
}

static bool
whatsapp_greet(struct arena *a, const struct inbound *in, const void *conf,
	struct span *answer, struct err *e)
{
	const struct whatsapp_conf *own = conf;

	return hub_greet(a, in, own->verify_token, answer, e);
}

static const struct setting settings[] = {
	{ "verify_token", SETTING_TEXT,
		offsetof(struct whatsapp_conf, verify_token), NULL,
		"The word entered beside the callback address at Meta." },
	{ "portfolio", SETTING_TEXT, offsetof(struct whatsapp_conf, portfolio),
		NULL,
		"The business portfolio of user ids, if not the account." },
	{ NULL, SETTING_TEXT, 0, NULL, NULL },
};

const struct channel channel_whatsapp = {
	.name = "whatsapp",
	.summary = "Messages, statuses and calls of the WhatsApp Cloud API.",
	.secret = "the app secret, which signs the bytes",
	.settings = settings,
	.conf_size = sizeof(struct whatsapp_conf),
	.verify = whatsapp_verify,
	.parse = whatsapp_parse,
	.greet = whatsapp_greet,
	.answer = answer_nothing,
};
