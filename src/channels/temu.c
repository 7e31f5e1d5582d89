/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Temu: what becomes of orders, as encrypted JSON (AES-128-CBC, of which key
 * and start are the first sixteen bytes of the secret) that is signed together
 * with headers. Its documentation shows three ways to put these together; each
 * is believed. It tells neither who buys nor for how much.
 */
#include "core/channel.h"

#include <string.h>

#include "base/cipher.h"
#include "base/digest.h"
#include "core/json.h"
#include "core/signature.h"

#define CODE "x-tm-event-code"
#define TIME "x-tm-timestamp"

struct temu_conf {
	struct source_conf base;
};

/* The JSON inside; empty where no secret of ours opens it. */
static struct span
open_data(struct arena *a, struct span body, const struct source_conf *conf)
{
	const json_t *root = json_read(a, body, NULL);
	struct span sealed, text = { NULL, 0 };

	if (!digest_unbase64(a, json_member(a, root, "eventData"), &sealed))
		return text;
	for (const char **s = conf->secrets; s && *s; s++)
		if (strlen(*s) >= CIPHER_BLOCK &&
			cipher_open_cbc(a, (struct span){ *s, CIPHER_BLOCK },
				(const uint8_t *)*s, sealed, &text) &&
			json_is_object(json_read(a, text, NULL)))
			return text;
	return (struct span){ NULL, 0 };
}

#define PARTS 20

/* Names with their values, by name; the extra parameters may be left out, and
 * there may be marks between. */
static size_t
signed_parts(const struct inbound *in, struct span data, bool extra, bool marks,
	struct span parts[PARTS])
{
	static const char *const names[] = { "eventData", "x-tm-app-key", CODE,
		"x-tm-ext-param", TIME };
	size_t count = 0;

	for (size_t i = 0; i < 5; i++) {
		struct span value = i ? inbound_header(in, names[i]) : data;

		if (i == 3 && (!extra || !value.len))
			continue;
		if (marks && count)
			parts[count++] = span_of("&");
		parts[count++] = span_of(names[i]);
		if (marks)
			parts[count++] = span_of("=");
		parts[count++] = value;
	}
	return count;
}

static bool
temu_verify(const struct inbound *in, const void *conf, struct err *e)
{
	static const struct signature how = { "x-tm-signature", NULL,
		HMAC_SHA256, false };
	static const bool ways[][2] = { { true, false }, { false, false },
		{ true, true } };
	const struct temu_conf *own = conf;
	struct arena *a = arena_create();
	struct span data = open_data(a, in->body, &own->base);
	bool good = false;

	for (size_t i = 0; data.len && i < 3; i++) {
		struct span parts[PARTS];
		size_t count =
			signed_parts(in, data, ways[i][0], ways[i][1], parts);

		good |= signature_fits(&how, inbound_header(in, how.header),
			&own->base, parts, count);
	}
	arena_destroy(a);
	return good ||
	       fail(e, ERR_AUTH,
		       "expected %s and eventData made with a secret of "
		       "this source",
		       how.header);
}

static bool
temu_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	static const char *const keys[] = { "mallId", "parentOrderSn",
		"orderSn", "orderStatus", "afterSalesSn", "status", NULL };
	static const char *const times[] = { "updateTime", "updateAt", NULL };
	const struct temu_conf *own = conf;
	struct span text = open_data(a, in->body, &own->base), at, id;
	struct span code = inbound_header(in, CODE);
	const json_t *data = json_read(a, text, NULL);
	struct event *ev;

	if (!data)
		return fail(e, ERR_INPUT,
			"expected an object with eventData that a secret of "
			"this source opens");
	ev = events_add(a, events);
	ev->line = 1;
	ev->name = code;
	at = json_any(a, data, times);
	ev->occurred_at = clock_read(at.len ? at : inbound_header(in, TIME));
	if (span_starts(code, "bg_order_") || span_starts(code, "bg_cancel_"))
		ev->type = "order";
	else if (span_starts(code, "bg_aftersales_"))
		ev->type = "refund";
	else if (span_starts(code, "bg_trade_"))
		ev->type = "track";
	id = json_member(a, data, "orderSn");
	if (!id.len)
		id = json_member(a, data, "parentOrderSn");
	/* A retry is of the same time. */
	if (id.len)
		ev->external_id =
			span_path(a, code, id, inbound_header(in, TIME));
	event_keep_members(a, ev, data, keys);
	return true;
}

static void
temu_answer(struct arena *a, const struct inbound *in, const void *conf,
	const struct verdicts *verdicts, struct answer *answer)
{
	(void)a;
	(void)in;
	(void)conf;
	(void)verdicts;
	*answer = (struct answer){ "application/json", "{\"result\":{}}" };
}

static const char *const temu_keeps[] = { CODE, TIME, NULL };

extern const struct channel channel_temu;
const struct channel channel_temu = {
	.name = "temu",
	.summary = "What becomes of the orders of Temu",
	.secret = "the app secret, which signs and encrypts",
	.conf_size = sizeof(struct temu_conf),
	.verify = temu_verify,
	.parse = temu_parse,
	.keeps = temu_keeps,
	.answer = temu_answer,
};
