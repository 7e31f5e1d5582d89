/* SPDX-License-Identifier: Apache-2.0 */
/* A toy: who pressed which button of a robot in the shop. */
#include "core/channel.h"
#include "core/json.h"
#include "core/signature.h"

struct toy_conf {
	struct source_conf base;
	const char *robot;
};

static bool
toy_verify(const struct inbound *in, const void *conf, struct err *e)
{
	static const struct signature how = { "X-Toy-Signature", NULL,
		HMAC_SHA256, false };

	return signature_of_body(&how, in, conf, e);
}

static bool
toy_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	const struct toy_conf *own = conf;
	const json_t *root = json_read(a, in->body, e);
	struct event *ev;

	if (!root)
		return false;
	if (!json_member(a, root, "press").len)
		return fail(e, ERR_INPUT, "expected an object with a press");
	ev = events_add(a, events);
	ev->type = "track";
	ev->line = 1;
	ev->name = json_member(a, root, "button");
	ev->external_id = json_member(a, root, "press");
	ev->occurred_at = clock_read(json_member(a, root, "at"));
	event_account(a, ev, "toy", span_of(own->robot),
		json_member(a, root, "player"));
	return true;
}

static const struct setting toy_settings[] = {
	{ "robot", SETTING_TEXT, offsetof(struct toy_conf, robot), NULL,
		"The robot whose players they are." },
	{ 0 },
};

extern const struct channel channel_toy;
const struct channel channel_toy = {
	.name = "toy",
	.summary = "Buttons of a robot",
	.secret = "the robot's secret, which signs the bytes",
	.settings = toy_settings,
	.conf_size = sizeof(struct toy_conf),
	.verify = toy_verify,
	.parse = toy_parse,
};
