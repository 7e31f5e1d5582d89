/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Zalo: the webhooks of an Official Account. They are signed with a plain
 * digest of the app's id, the bytes as sent, their timestamp and the secret.
 * A person has two ids, one of the account and one of the app; what the
 * account sends (oa_send_...) is an echo.
 */
#include "core/channel.h"

#include <string.h>

#include "core/json.h"
#include "core/signature.h"

struct zalo_conf {
	struct source_conf base;
	const char *app; /* id; NULL: as the body has it */
};

static bool
zalo_verify(const struct inbound *in, const void *conf, struct err *e)
{
	static const struct signature how = { "X-ZEvent-Signature",
		"mac=", PLAIN_SHA256, false };
	const struct zalo_conf *own = conf;
	struct arena *a = arena_create();
	const json_t *root = json_read(a, in->raw, NULL);
	struct span app = json_member(a, root, "app_id");
	bool good;

	if (own->app)
		app = span_of(own->app);
	good = signature_good(&how, in, &own->base,
		(struct span[]){
			app, in->raw, json_member(a, root, "timestamp") },
		3, e);
	arena_destroy(a);
	return good;
}

static const struct {
	const char *prefix, *type;
} types[] = {
	{ "user_send_", "message" },
	{ "oa_send_", "message" },
	{ "anonymous_send_", "message" },
	{ "user_click_", "message" },
	{ "user_submit_info", "identify" },
	{ "follow", "consent" },
	{ "unfollow", "consent" },
	{ "user_reacted_message", "status" },
	{ "oa_reacted_message", "status" },
	{ "user_received_message", "status" },
	{ "user_seen_message", "status" },
	{ "user_call_", "call" },
	{ "shop_has_order", "track" },
};

static void
add_info(const struct zalo_conf *own, struct arena *a, struct event *ev,
	const json_t *info)
{
	event_claim(a, ev, "phone", json_member(a, info, "phone"),
		own->base.assurance);
	event_trait(ev, "name", json_member(a, info, "name"));
	event_trait(ev, "address", json_member(a, info, "address"));
	event_trait(ev, "city", json_member(a, info, "city"));
}

static void
add_message(struct arena *a, struct event *ev, const json_t *root)
{
	static const char *const ids[] = { "msg_id", "mid", NULL };
	const json_t *message = json_object_get(root, "message");
	struct span id = json_any(a, message, ids);
	json_t *kinds = json_array(), *attachment;
	size_t i;

	if (id.len)
		ev->external_id = !strcmp(ev->type, "message")
					  ? id
					  : span_path(a, ev->name, id);
	event_body(ev, "message_id", id);
	event_body(ev, "text", json_member(a, message, "text"));
	event_body(ev, "reply_to", json_member(a, message, "quote_msg_id"));
	event_keep(ev, "mids", json_object_get(message, "msg_ids"));
	json_array_foreach(
		json_object_get(message, "attachments"), i, attachment)
		json_array_append(kinds, json_object_get(attachment, "type"));
	event_keep(ev, "attachments", kinds);
	json_decref(kinds);
}

static bool
zalo_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	const struct zalo_conf *own = conf;
	const json_t *root = json_read(a, in->body, e);
	struct span name = json_member(a, root, "event_name"), person, account;
	bool ours = span_starts(name, "oa_");
	struct event *ev;

	if (!root)
		return false;
	if (!name.len)
		return fail(e, ERR_INPUT, "expected an object with event_name");
	ev = events_add(a, events);
	ev->line = 1;
	ev->name = name;
	ev->occurred_at = clock_read(json_member(a, root, "timestamp"));
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (span_starts(name, types[i].prefix))
			ev->type = types[i].type;
	person = json_span(a, json_at(root, "sender.id"));
	account = json_span(a, json_at(root, "recipient.id"));
	/* Of a follow the account is "oa_id", and the person a follower. */
	if (json_object_get(root, "follower")) {
		person = json_span(a, json_at(root, "follower.id"));
		account = json_member(a, root, "oa_id");
	}
	add_message(a, ev, root);
	if (ours) {
		event_body(ev, "direction", span_of("out"));
		return true;
	}
	event_account(a, ev, "zalo", account, person);
	event_account(a, ev, "zalo-app", json_member(a, root, "app_id"),
		json_member(a, root, "user_id_by_app"));
	add_info(own, a, ev, json_object_get(root, "info"));
	if (!strcmp(ev->type, "consent"))
		event_consent(ev, "marketing", "zalo",
			span_is(name, "follow") ? CONSENT_GRANTED
						: CONSENT_DENIED,
			ev->occurred_at);
	return true;
}

static const struct setting zalo_settings[] = {
	{ "app", SETTING_TEXT, offsetof(struct zalo_conf, app), NULL,
		"The id of the app, which is a part of what is signed; not "
		"set, it is what the body says." },
	{ 0 },
};

extern const struct channel channel_zalo;
const struct channel channel_zalo = {
	.name = "zalo",
	.summary = "Messages, follows and forms of a Zalo Official Account",
	.secret = "the secret key of the Official Account, which signs the "
		  "bytes",
	.settings = zalo_settings,
	.conf_size = sizeof(struct zalo_conf),
	.verify = zalo_verify,
	.parse = zalo_parse,
	.answer = answer_nothing,
};
