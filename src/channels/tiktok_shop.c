/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TikTok Shop: what becomes of orders and returns, by number. It tells neither
 * who buys nor for how much; so it names nobody.
 */
#include "core/channel.h"

#include <string.h>

#include "core/json.h"
#include "core/signature.h"

struct tiktok_shop_conf {
	struct source_conf base;
	const char *app;
};

static bool
tiktok_shop_verify(const struct inbound *in, const void *conf, struct err *e)
{
	static const struct signature how = { "Authorization", NULL,
		HMAC_SHA256, false };
	const struct tiktok_shop_conf *own = conf;

	if (!own->app)
		return fail(e, ERR_AUTH,
			"expected the setting app of this source: it is a "
			"part of what TikTok Shop signs");
	return signature_good(&how, in, &own->base,
		(struct span[]){ span_of(own->app), in->raw }, 2, e);
}

static const struct {
	const char *number, *name, *type;
} types[] = {
	{ "1", "order status", "order" },
	{ "2", "reverse order", "refund" },
	{ "3", "recipient address", "track" },
	{ "4", "package", "track" },
	{ "5", "product", "unknown" },
	{ "6", "seller deauthorised", "unknown" },
	{ "7", "authorisation expires", "unknown" },
	{ "11", "cancellation", "order" },
	{ "12", "return", "refund" },
};

static bool
tiktok_shop_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	static const char *const keys[] = { "order_id", "order_status",
		"reverse_order_id", "return_id", "cancel_id", "package_id",
		"status", "update_time", NULL };
	const json_t *root = json_read(a, in->body, e);
	struct span type = json_member(a, root, "type");
	struct event *ev;

	(void)conf;
	if (!root)
		return false;
	if (!type.len)
		return fail(e, ERR_INPUT, "expected an object with a type");
	ev = events_add(a, events);
	ev->line = 1;
	ev->name = type;
	ev->occurred_at = clock_read(json_member(a, root, "timestamp"));
	ev->external_id = json_member(a, root, "tts_notification_id");
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (!span_is(type, types[i].number))
			continue;
		ev->type = types[i].type;
		ev->name = span_of(types[i].name);
	}
	event_body(ev, "shop_id", json_member(a, root, "shop_id"));
	event_keep_members(a, ev, json_object_get(root, "data"), keys);
	return true;
}

static const struct setting tiktok_shop_settings[] = {
	{ "app", SETTING_TEXT, offsetof(struct tiktok_shop_conf, app), NULL,
		"The app key, which is a part of what is signed, so it must be "
		"set." },
	{ 0 },
};

extern const struct channel channel_tiktok_shop;
const struct channel channel_tiktok_shop = {
	.name = "tiktok_shop",
	.summary = "What becomes of the orders of TikTok Shop",
	.secret = "the app secret, which signs the bytes",
	.settings = tiktok_shop_settings,
	.conf_size = sizeof(struct tiktok_shop_conf),
	.verify = tiktok_shop_verify,
	.parse = tiktok_shop_parse,
	.answer = answer_nothing,
};
