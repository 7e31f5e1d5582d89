/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messenger, Instagram and lead ads: one webhook, one signature. A person is
 * known by an id that is of the page or of the Instagram account written to.
 * A lead comes as a number; what was typed comes where a relay adds it, as
 * field_data. Who asks Meta that an app forget him is told of by a form, the
 * data deletion callback, signed in a way of its own.
 */
#include "core/channel.h"

#include <string.h>

#include "base/digest.h"
#include "core/form.h"
#include "core/hub.h"
#include "core/json.h"
#include "core/mapping.h"
#include "core/signature.h"

struct meta_conf {
	struct source_conf base;
	const char *verify_token;
	const char *ref;  /* the kind that a ref is, or NULL */
	const char *link; /* and an authorization_code */
	const char *status_url;
};

/* What an entry holds, while it is read. */
struct entry {
	struct arena *a;
	const struct meta_conf *conf;
	struct events *events;
	const char *platform;
	struct span id;	   /* of the page, or the account */
	struct span time;  /* of the entry */
	const json_t *one; /* of its items */
	struct span person;
	bool ours; /* what the business wrote itself */
	bool test; /* the button on Meta's dashboard */
};

static struct event *
add(const struct entry *c, const char *type, const char *name, struct span at)
{
	struct event *ev = events_add(c->a, c->events);

	ev->type = c->test ? "unknown" : type;
	ev->line = c->events->count;
	ev->name = span_of(name);
	ev->occurred_at = clock_read(at.len ? at : c->time);
	if (c->ours)
		event_body(ev, "direction", span_of("out"));
	/* Of an echo it is whom we wrote to; that makes no contact. */
	else if (!c->test)
		event_account(c->a, ev, c->platform, c->id, c->person);
	if (c->test)
		event_body(ev, "test", span_of("true"));
	return ev;
}

static struct event *
add_item(const struct entry *c, const char *type, const char *name)
{
	return add(c, type, name, json_member(c->a, c->one, "timestamp"));
}

/* What has no id of its own is told by who and when. */
static struct span
moment(const struct entry *c, const char *name, struct span when)
{
	return span_path(c->a, span_of(name), c->person,
		when.len ? when : json_member(c->a, c->one, "timestamp"));
}

/* The addresses of attachments expire; their types are worth keeping. */
static void
keep_attachments(const struct entry *c, struct event *ev, const json_t *message)
{
	json_t *types = json_array(), *attachment;
	size_t i;

	json_array_foreach(
		json_object_get(message, "attachments"), i, attachment)
		json_array_append(types, json_object_get(attachment, "type"));
	event_keep(ev, "attachments", types);
	if (!ev->name.len)
		ev->name = json_span(c->a, json_array_get(types, 0));
	json_decref(types);
}

/* Who taps on an address that Meta knows of him sends it as text and payload
 * alike. */
static void
claim_reply(const struct entry *c, struct event *ev, const json_t *message)
{
	struct span text = json_member(c->a, message, "text");
	struct span payload = json_member(
		c->a, json_object_get(message, "quick_reply"), "payload");

	event_body(ev, "payload", payload);
	if (c->test || c->ours || !payload.len || !span_equal(text, payload))
		return;
	if (memchr(text.data, '@', text.len))
		event_claim(c->a, ev, "email", text, c->conf->base.assurance);
	else if (span_starts(text, "+"))
		event_claim(c->a, ev, "phone", text, c->conf->base.assurance);
}

static void
claim_ref(const struct entry *c, struct event *ev, const json_t *referral)
{
	struct span ref = json_member(c->a, referral, "ref");

	event_keep(ev, "referral", referral);
	if (c->conf->ref && !c->test && !c->ours)
		event_claim(
			c->a, ev, c->conf->ref, ref, c->conf->base.assurance);
}

static void
add_message(const struct entry *c, const json_t *message)
{
	const json_t *reply = json_object_get(message, "reply_to");
	bool gone = json_is_true(json_object_get(message, "is_deleted"));
	struct span id = json_member(c->a, message, "mid");
	struct event *ev = add_item(c, gone ? "status" : "message",
		gone				   ? "unsend"
		: json_object_get(message, "text") ? "text"
						   : NULL);

	if (id.len)
		ev->external_id = gone ? span_path(c->a, id, ev->name) : id;
	event_body(ev, "message_id", id);
	if (gone)
		return;
	event_body(ev, "text", json_member(c->a, message, "text"));
	event_body(ev, "reply_to", json_member(c->a, reply, "mid"));
	event_keep(ev, "story",
		json_object_get(json_object_get(reply, "story"), "id"));
	keep_attachments(c, ev, message);
	claim_reply(c, ev, message);
	claim_ref(c, ev, json_object_get(message, "referral"));
}

static void
add_edit(const struct entry *c, const json_t *edit)
{
	struct event *ev = add_item(c, "message", "edit");
	struct span id = json_member(c->a, edit, "mid");

	if (id.len)
		ev->external_id = span_path(c->a, id, ev->name,
			json_member(c->a, edit, "num_edit"));
	event_body(ev, "message_id", id);
	event_body(ev, "text", json_member(c->a, edit, "text"));
}

static void
add_postback(const struct entry *c, const json_t *postback)
{
	struct event *ev = add_item(c, "message", "postback");
	struct span id = json_member(c->a, postback, "mid");
	struct span none = { NULL, 0 };

	ev->external_id = id.len ? id : moment(c, "postback", none);
	event_body(ev, "text", json_member(c->a, postback, "title"));
	event_body(ev, "payload", json_member(c->a, postback, "payload"));
	claim_ref(c, ev, json_object_get(postback, "referral"));
}

static void
add_referral(const struct entry *c, const json_t *referral)
{
	struct event *ev = add_item(c, "track", "referral");
	struct span none = { NULL, 0 };

	ev->external_id = moment(c, "referral", none);
	claim_ref(c, ev, referral);
}

/* Consent to be written to about something, or the box beside a checkout,
 * which knows nobody yet. */
static void
add_optin(const struct entry *c, const json_t *optin)
{
	struct event *ev = add_item(c, "track", "optin");
	struct span status =
		json_member(c->a, optin, "notification_messages_status");
	struct span none = { NULL, 0 };

	ev->external_id = moment(c, "optin", none);
	event_body(ev, "topic", json_member(c->a, optin, "title"));
	event_body(ev, "payload", json_member(c->a, optin, "payload"));
	event_body(ev, "user_ref", json_member(c->a, optin, "user_ref"));
	claim_ref(c, ev, optin);
	if (span_is(json_member(c->a, optin, "type"),
		    "notification_messages") &&
		!c->test)
		event_consent(ev, "marketing", c->platform,
			span_is(status, "STOP_NOTIFICATIONS") ? CONSENT_DENIED
							      : CONSENT_GRANTED,
			ev->occurred_at);
}

static void
add_link(const struct entry *c, const json_t *link)
{
	struct event *ev = add_item(c, "status", "account_linking");
	struct span none = { NULL, 0 };

	ev->external_id = moment(c, "account_linking", none);
	event_body(ev, "status", json_member(c->a, link, "status"));
	if (c->conf->link && !c->test &&
		span_is(json_member(c->a, link, "status"), "linked"))
		event_claim(c->a, ev, c->conf->link,
			json_member(c->a, link, "authorization_code"),
			VERIFIED);
}

/* What became of messages, and who has the conversation. */
static void
add_status(const struct entry *c, const char *name, const json_t *part)
{
	static const char *const keys[] = { "mid", "reaction", "action",
		"metadata", "new_owner_app_id", "previous_owner_app_id",
		"requested_owner_app_id", NULL };
	struct event *ev = add_item(c, "status", name);
	struct span mark = json_member(c->a, part, "watermark");

	if (!mark.len)
		mark = json_member(c->a, part, "mid");
	if (json_member(c->a, part, "action").len)
		mark = span_path(c->a, mark, json_member(c->a, part, "action"),
			json_member(c->a, c->one, "timestamp"));
	ev->external_id = moment(c, name, mark);
	event_keep_members(c->a, ev, part, keys);
	event_keep(ev, "mids", json_object_get(part, "mids"));
}

static const struct {
	const char *name;
	void (*add)(const struct entry *, const json_t *); /* NULL: a status */
} items[] = {
	{ "message", add_message },
	{ "message_edit", add_edit },
	{ "postback", add_postback },
	{ "referral", add_referral },
	{ "optin", add_optin },
	{ "account_linking", add_link },
	{ "delivery", NULL },
	{ "read", NULL },
	{ "reaction", NULL },
	{ "pass_thread_control", NULL },
	{ "take_thread_control", NULL },
	{ "request_thread_control", NULL },
};

static void
read_item(struct entry *c, const json_t *one)
{
	struct span from =
		json_member(c->a, json_object_get(one, "sender"), "id");
	struct span to =
		json_member(c->a, json_object_get(one, "recipient"), "id");

	c->one = one;
	c->ours = span_equal(from, c->id) ||
		  json_is_true(json_at(one, "message.is_echo"));
	c->person = c->ours ? to : from;
	for (size_t i = 0; i < sizeof(items) / sizeof(*items); i++) {
		const json_t *part = json_object_get(one, items[i].name);

		if (!part)
			continue;
		if (items[i].add)
			items[i].add(c, part);
		else
			add_status(c, items[i].name, part);
		return;
	}
	event_keep(add_item(c, "unknown", "messaging"), "value", one);
}

/* What somebody wrote below a post for all to read, or that he liked one. */
static void
add_comment(const struct entry *c, const char *field, const json_t *value)
{
	static const char *const at[] = { "created_time", "timestamp", NULL };
	static const char *const ids[] = { "comment_id", "id", NULL };
	static const char *const texts[] = { "message", "text", NULL };
	static const char *const keys[] = { "post_id", "parent_id", "item",
		"verb", "reaction_type", NULL };
	const json_t *from = json_object_get(value, "from");
	struct span verb = json_member(c->a, value, "verb");
	struct span id = json_any(c->a, value, ids);
	struct entry own = *c;
	struct event *ev;
	bool said = json_any(c->a, value, texts).len > 0;

	own.person = json_member(c->a, from, "id");
	own.ours = own.person.len && span_equal(own.person, c->id);
	ev = add(&own, said ? "message" : "track", field,
		json_any(c->a, value, at));
	if (id.len)
		ev->external_id = verb.len ? span_path(c->a, id, verb) : id;
	event_body(ev, "text", json_any(c->a, value, texts));
	event_body(ev, "username", json_member(c->a, from, "username"));
	event_body(ev, "media_id",
		json_member(c->a, json_object_get(value, "media"), "id"));
	event_keep_members(c->a, ev, value, keys);
	if (!own.ours && !c->test)
		event_trait(ev, "name", json_member(c->a, from, "name"));
}

static const struct known_field answers[] = {
	{ "email", "email", NULL },
	{ "work_email", "email", NULL },
	{ "phone_number", "phone", NULL },
	{ "work_phone_number", "phone", NULL },
	{ "full_name", NULL, "name" },
	{ "first_name", NULL, "given_name" },
	{ "last_name", NULL, "family_name" },
	{ "date_of_birth", NULL, "birth_date" },
	{ "city", NULL, "city" },
	{ "country", NULL, "country" },
	{ NULL, NULL, NULL },
};

static void
claim_answer(const struct entry *c, struct event *ev, const json_t *field)
{
	struct span name = json_member(c->a, field, "name");
	struct span value = json_span(
		c->a, json_array_get(json_object_get(field, "values"), 0));

	known_field_take(
		c->a, ev, answers, name, value, c->conf->base.assurance);
}

static void
add_lead(const struct entry *c, const json_t *value)
{
	static const char *const keys[] = { "leadgen_id", "page_id", "form_id",
		"ad_id", "adgroup_id", NULL };
	json_t *fields = json_object_get(value, "field_data"), *field;
	struct event *ev = add(c, fields ? "identify" : "track", "leadgen",
		json_member(c->a, value, "created_time"));
	struct span id = json_member(c->a, value, "leadgen_id");
	size_t i;

	/* The number comes first, and what was typed later. */
	if (id.len)
		ev->external_id =
			fields ? span_path(c->a, id, span_of("fields")) : id;
	event_keep_members(c->a, ev, value, keys);
	if (!c->test)
		json_array_foreach(fields, i, field) claim_answer(c, ev, field);
}

static void
read_change(struct entry *c, const json_t *change)
{
	const char *field = span_text(c->a, json_member(c->a, change, "field"));
	const json_t *value = json_object_get(change, "value");
	struct span none = { NULL, 0 };

	c->one = value;
	c->person = none;
	c->ours = false;
	if (!strcmp(field, "leadgen"))
		add_lead(c, value);
	else if (!strcmp(field, "feed") || !strcmp(field, "comments") ||
		 !strcmp(field, "live_comments") || !strcmp(field, "mentions"))
		add_comment(c, field, value);
	else
		event_keep(add(c, "unknown", field, none), "value", value);
}

static void
read_entry(struct entry *c, const json_t *entry)
{
	static const char *const lists[] = { "messaging", "standby" };
	size_t before = c->events->count, i;
	json_t *one;

	c->id = json_member(c->a, entry, "id");
	c->time = json_member(c->a, entry, "time");
	c->test = span_is(c->id, "0");
	for (size_t k = 0; k < 2; k++)
		json_array_foreach(json_object_get(entry, lists[k]), i, one)
			read_item(c, one);
	json_array_foreach(json_object_get(entry, "changes"), i, one)
		read_change(c, one);
	if (c->events->count == before)
		events_refuse(c->a, c->events,
			"an entry with messaging, standby or changes");
}

/* A form's signed_request, a signature and JSON, each in base64url, with a dot
 * between; the signature is of the second's text. Both empty: none. */
struct signed_request {
	struct span signature, payload;
};

static struct signed_request
signed_request_of(struct arena *a, const struct inbound *in)
{
	struct signed_request s = { 0 };
	struct form form;

	if (span_starts(in->body, "{"))
		return s;
	form = form_read(a, in->body);
	s.signature =
		span_cut(form_get(&form, "signed_request"), '.', &s.payload);
	return s;
}

/* By this a person can ask us what became of it. A repeat has the same, and
 * nobody can guess it who has not the secret. */
static const char *
confirmation_code(struct arena *a, const struct signed_request *s)
{
	struct span bytes;

	if (!digest_unbase64(a, s->signature, &bytes) || bytes.len < 16)
		return "";
	return digest_hex(a, (const uint8_t *)bytes.data, 16);
}

static bool
parse_signed(struct arena *a, const struct inbound *in,
	const struct signed_request *s, struct events *events, struct err *e)
{
	const char *name = inbound_query(a, in, "deauthorize").data
				   ? "deauthorize"
				   : "data_deletion";
	const json_t *root;
	struct span text, user, at;
	struct event *ev;

	if (!digest_unbase64(a, s->payload, &text))
		return fail(e, ERR_INPUT, "expected signed_request in base64");
	root = json_read(a, text, e);
	if (!root)
		return false;
	user = json_member(a, root, "user_id");
	at = json_member(a, root, "issued_at");
	if (!user.len)
		return fail(e, ERR_INPUT, "expected a user_id");
	ev = events_add(a, events);
	ev->type = strcmp(name, "deauthorize") ? "erasure" : "status";
	ev->name = span_of(name);
	ev->external_id = span_path(a, ev->name, user, at);
	ev->occurred_at = clock_read(at);
	event_account(a, ev, "facebook", (struct span){ NULL, 0 }, user);
	event_body(ev, "confirmation_code", span_of(confirmation_code(a, s)));
	return true;
}

static bool
meta_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	struct entry c = {
		.a = a, .conf = conf, .events = events, .platform = "messenger"
	};
	struct signed_request s = signed_request_of(a, in);
	struct span object;
	const json_t *root;
	size_t i;
	json_t *entry;

	if (s.payload.len)
		return parse_signed(a, in, &s, events, e);
	root = json_read(a, in->body, e);
	if (!root)
		return false;
	object = json_member(a, root, "object");
	if (span_is(object, "instagram"))
		c.platform = "instagram";
	else if (!span_is(object, "page"))
		return fail(e, ERR_INPUT, "expected object page or instagram");
	if (!json_is_array(json_object_get(root, "entry")))
		return fail(e, ERR_INPUT, "expected an array of entries");
	json_array_foreach(json_object_get(root, "entry"), i, entry)
		read_entry(&c, entry);
	return true;
}

static bool
meta_verify(const struct inbound *in, const void *conf, struct err *e)
{
	static const struct signature how = { NULL, NULL, HMAC_SHA256, true };
	struct arena *a = arena_create();
	struct signed_request s = signed_request_of(a, in);
	bool good = s.payload.len ? signature_fits(&how, s.signature, conf,
					    &s.payload, 1)
				  : hub_verify(in, conf, e);

	if (s.payload.len && !good)
		fail(e, ERR_AUTH,
			"expected signed_request to be made with a secret of "
			"this source");
	arena_destroy(a);
	return good;
}

/* Meta shows both to the person who asked. */
static void
meta_answer(struct arena *a, const struct inbound *in, const void *conf,
	const struct verdicts *verdicts, struct answer *answer)
{
	const struct meta_conf *own = conf;
	struct signed_request s = signed_request_of(a, in);
	const char *code = confirmation_code(a, &s);
	const char *url = own->status_url;

	answer_nothing(a, in, conf, verdicts, answer);
	if (!s.payload.len)
		return;
	url = url ? arena_printf(a, "%s%ccode=%s", url,
			    strchr(url, '?') ? '&' : '?', code)
		  : "";
	*answer = (struct answer){ "application/json",
		json_write(
			a, json_own(a, json_pack("{s:o,s:s}", "url",
					       json_text(span_of(url)),
					       "confirmation_code", code))) };
}

static bool
meta_greet(struct arena *a, const struct inbound *in, const void *conf,
	struct span *answer, struct err *e)
{
	const struct meta_conf *own = conf;

	return hub_greet(a, in, own->verify_token, answer, e);
}

static const struct setting meta_settings[] = {
	{ "verify_token", SETTING_TEXT,
		offsetof(struct meta_conf, verify_token), NULL,
		"The word entered beside the callback address at Meta." },
	{ "ref", SETTING_TEXT, offsetof(struct meta_conf, ref), NULL,
		"The kind of identifier that the ref of a link is, where it is "
		"one; not set, it names nobody." },
	{ "link", SETTING_TEXT, offsetof(struct meta_conf, link), NULL,
		"The kind of identifier that the authorization code of a "
		"linked account is; not set, it names nobody." },
	{ "status_url", SETTING_TEXT, offsetof(struct meta_conf, status_url),
		NULL,
		"The page where a person sees what became of a data deletion "
		"asked of Meta, which is told it with code= added." },
	{ 0 },
};

/* Set in the address of the deauthorize callback, which sends the same. */
static const char *const meta_keeps[] = { "?deauthorize", NULL };

extern const struct channel channel_meta;
const struct channel channel_meta = {
	.name = "meta",
	.summary = "Messenger, Instagram messages and comments, and lead ads",
	.secret = "the app secret, which signs the bytes",
	.settings = meta_settings,
	.conf_size = sizeof(struct meta_conf),
	.verify = meta_verify,
	.parse = meta_parse,
	.greet = meta_greet,
	.keeps = meta_keeps,
	.answer = meta_answer,
};
