/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TikTok: messages of a business account and leads, signed with their time.
 * What happened comes as JSON inside a string. Of a message user_openid is the
 * business; the customer is who it is from, by an id that is of the app. A lead
 * comes as a number; what was typed is read where a relay adds it as
 * field_data.
 */
#include "core/channel.h"

#include <string.h>

#include "core/json.h"
#include "core/mapping.h"
#include "core/signature.h"

struct tiktok_conf {
	struct source_conf base;
	size_t window;
};

/* "t=1777593600,s=daa2...": the parts, in any order. */
static bool
tiktok_verify(const struct inbound *in, const void *conf, struct err *e)
{
	static const struct signature how = { "TikTok-Signature", NULL,
		HMAC_SHA256, false };
	const struct tiktok_conf *own = conf;
	struct span rest = inbound_header(in, how.header);
	struct span time = { NULL, 0 }, sent = { NULL, 0 };

	while (rest.len) {
		struct span value, name = span_cut(span_cut(rest, ',', &rest),
					   '=', &value);

		if (span_is(span_trim(name), "t"))
			time = span_trim(value);
		if (span_is(span_trim(name), "s"))
			sent = span_trim(value);
	}
	if (!time.len || !sent.len)
		return fail(
			e, ERR_AUTH, "expected %s: t=...,s=...", how.header);
	if (!signature_fits(&how, sent, &own->base,
		    (struct span[]){ time, span_of("."), in->raw }, 3))
		return fail(e, ERR_AUTH,
			"expected %s to be made with a secret of this source",
			how.header);
	return signature_fresh(in, time, own->window, e);
}

static void
add_message(struct arena *a, struct event *ev, const json_t *content)
{
	static const char *const keys[] = { "message_id", "conversation_id",
		NULL };
	const json_t *text = json_object_get(content, "text");

	event_keep_members(a, ev, content, keys);
	event_body(ev, "text", json_member(a, text, "body"));
	event_body(ev, "kind", json_member(a, content, "type"));
}

static const struct known_field answers[] = {
	{ "email", "email", NULL },
	{ "phone_number", "phone", NULL },
	{ "phone", "phone", NULL },
	{ "name", NULL, "name" },
	{ "full_name", NULL, "name" },
	{ "first_name", NULL, "given_name" },
	{ "last_name", NULL, "family_name" },
	{ "city", NULL, "city" },
	{ NULL, NULL, NULL },
};

static void
add_lead(struct arena *a, const struct tiktok_conf *conf, struct event *ev,
	const json_t *content)
{
	static const char *const keys[] = { "lead_id", "page_id", "form_id",
		"advertiser_id", "ad_id", NULL };
	struct span id = json_member(a, content, "lead_id");
	const json_t *fields = json_object_get(content, "field_data");
	json_t *field;
	size_t i;

	ev->type = fields ? "identify" : "track";
	/* The number comes first, and what was typed later. */
	if (id.len)
		ev->external_id =
			fields ? span_path(a, id, span_of("fields")) : id;
	event_keep_members(a, ev, content, keys);
	json_array_foreach(fields, i, field)
		known_field_take(a, ev, answers, json_member(a, field, "name"),
			json_member(a, field, "value"), conf->base.assurance);
}

static const struct {
	const char *name, *type, *person;
} types[] = {
	{ "im_receive_msg", "message", "from_user" },
	{ "im_send_msg", "message", NULL },
	{ "im_mark_read_msg", "status", "from_user" },
	{ "im_receive_welcome_msg", "status", "from_user" },
};

static bool
tiktok_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	const json_t *root = json_read(a, in->body, e), *content, *person;
	struct span name = json_member(a, root, "event"), at, id;
	struct event *ev;

	if (!root)
		return false;
	if (!name.len)
		return fail(e, ERR_INPUT, "expected an object with an event");
	content = json_object_get(root, "content");
	if (json_is_string(content))
		content = json_read(a, json_member(a, root, "content"), NULL);
	ev = events_add(a, events);
	ev->line = 1;
	ev->name = name;
	at = json_member(a, content, "timestamp");
	ev->occurred_at =
		clock_read(at.len ? at : json_member(a, root, "create_time"));
	id = json_member(a, content, "message_id");
	if (id.len)
		ev->external_id = span_path(a, name, id);
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (!span_is(name, types[i].name))
			continue;
		ev->type = types[i].type;
		add_message(a, ev, content);
		if (!types[i].person) {
			event_body(ev, "direction", span_of("out"));
			return true;
		}
		person = json_object_get(content, types[i].person);
		event_account(a, ev, "tiktok",
			json_member(a, root, "client_key"),
			json_member(a, person, "id"));
		return true;
	}
	if (json_object_get(content, "lead_id"))
		add_lead(a, conf, ev, content);
	else
		event_keep(ev, "value", content);
	return true;
}

static const struct setting tiktok_settings[] = {
	{ "window", SETTING_SIZE, offsetof(struct tiktok_conf, window),
		SIGNATURE_WINDOW,
		"How many seconds a signature may be old or early; 0 for "
		"any." },
	{ 0 },
};

extern const struct channel channel_tiktok;
const struct channel channel_tiktok = {
	.name = "tiktok",
	.summary = "Messages and leads of a TikTok business account",
	.secret = "the app's client secret, which signs the bytes",
	.settings = tiktok_settings,
	.conf_size = sizeof(struct tiktok_conf),
	.verify = tiktok_verify,
	.parse = tiktok_parse,
	.answer = answer_nothing,
};
