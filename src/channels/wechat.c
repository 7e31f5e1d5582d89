/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WeChat: messages to an Official Account, as XML. In plain mode token, time
 * and nonce are signed, and not the bytes; so the address should be reached by
 * TLS alone. Where the source has an EncodingAESKey, only what is encrypted
 * with it is believed, and its signature is of the encrypted text as well. A
 * person is known by an openid, which is of the account.
 */
#include "core/channel.h"

#include <stdlib.h>
#include <string.h>

#include "base/cipher.h"
#include "base/digest.h"
#include "core/signature.h"
#include "core/xml.h"

struct wechat_conf {
	struct source_conf base;
	size_t window;
};

/* A message while it is read. */
struct message {
	struct arena *a;
	size_t depth;
	struct span to, from, at, type, id, event, key;
	struct span text, recognition, label, title, encrypted;
	const char *bad;
};

static void
on_start(void *arg, const char *name, const char **attributes, size_t line)
{
	struct message *m = arg;

	(void)name;
	(void)attributes;
	(void)line;
	m->depth++;
}

static void
on_end(void *arg, const char *name, struct span text)
{
	struct message *m = arg;
	const struct {
		const char *name;
		struct span *to;
	} elements[] = { { "ToUserName", &m->to }, { "FromUserName", &m->from },
		{ "CreateTime", &m->at }, { "MsgType", &m->type },
		{ "MsgId", &m->id }, { "Content", &m->text },
		{ "Event", &m->event }, { "EventKey", &m->key },
		{ "Recognition", &m->recognition }, { "Label", &m->label },
		{ "Title", &m->title }, { "Encrypt", &m->encrypted } };

	if (--m->depth != 1)
		return;
	for (size_t i = 0; i < sizeof(elements) / sizeof(*elements); i++)
		if (!strcmp(name, elements[i].name))
			*elements[i].to = (struct span){
				arena_strndup(m->a, text.data, text.len),
				text.len
			};
}

static void
on_bad(void *arg, size_t line, const char *expected)
{
	struct message *m = arg;

	(void)line;
	m->bad = expected;
}

static const struct xml_records message_xml = { "xml", "xml", on_start, on_end,
	on_bad };

static bool
read_message(struct message *m, struct span body, struct err *e)
{
	struct feed feed = { .arena = m->a, .last = true };

	if (!xml_feed(m->a, &feed, body, &message_xml, m, e))
		return false;
	return !m->bad || fail(e, ERR_INPUT, "%s", m->bad);
}

static int
compare(const void *left, const void *right)
{
	const struct span *a = left, *b = right;
	size_t len = a->len < b->len ? a->len : b->len;
	int order = len ? memcmp(a->data, b->data, len) : 0;

	return order ? order : (a->len > b->len) - (a->len < b->len);
}

/* A token has at most 32 characters, an EncodingAESKey 43: the base64 of the
 * key, without its last "=". */
static bool
is_key(const char *secret)
{
	return strlen(secret) == 43;
}

static bool
has_key(const struct wechat_conf *conf)
{
	for (const char **s = conf->base.secrets; s && *s; s++)
		if (is_key(*s))
			return true;
	return false;
}

/* SHA-1 of token, time, nonce and what is encrypted, if anything is, sorted. */
static bool
signed_by(struct arena *a, const struct inbound *in, const char *token,
	const char *parameter, struct span encrypted)
{
	uint8_t sent[DIGEST_SHA1_SIZE], ours[DIGEST_SHA1_SIZE];
	struct span parts[4] = { span_of(token),
		inbound_query(a, in, "timestamp"),
		inbound_query(a, in, "nonce"), encrypted };
	size_t count = encrypted.len ? 4 : 3;
	const char *text = "";

	if (!parts[1].len || !parts[2].len ||
		!digest_unhex(inbound_query(a, in, parameter), sent,
			DIGEST_SHA1_SIZE))
		return false;
	qsort(parts, count, sizeof(*parts), compare);
	for (size_t i = 0; i < count; i++)
		text = arena_printf(a, "%s%s", text, span_text(a, parts[i]));
	digest_sha1(span_of(text), ours);
	return digest_equal(sent, ours, DIGEST_SHA1_SIZE);
}

static bool
is_signed(struct arena *a, const struct inbound *in,
	const struct wechat_conf *conf, const char *parameter,
	struct span encrypted)
{
	bool good = false;

	for (const char **s = conf->base.secrets; s && *s; s++)
		good |= **s && !is_key(*s) &&
			signed_by(a, in, *s, parameter, encrypted);
	return good;
}

static bool
wechat_verify(const struct inbound *in, const void *conf, struct err *e)
{
	const struct wechat_conf *own = conf;
	struct arena *a = arena_create();
	struct message m = { .a = a };
	bool good;

	if (in->body.len && has_key(own)) {
		good = read_message(&m, in->body, NULL) && m.encrypted.len &&
		       is_signed(a, in, own, "msg_signature", m.encrypted);
		if (!good)
			fail(e, ERR_AUTH,
				"expected an encrypted message and its "
				"msg_signature, made with a token of this "
				"source");
	} else {
		good = is_signed(
			a, in, own, "signature", (struct span){ NULL, 0 });
		if (!good)
			fail(e, ERR_AUTH,
				"expected a signature of timestamp and nonce, "
				"made with a token of this source");
	}
	good = good && signature_fresh(in, inbound_query(a, in, "timestamp"),
			       own->window, e);
	arena_destroy(a);
	return good;
}

static bool
wechat_greet(struct arena *a, const struct inbound *in, const void *conf,
	struct span *answer, struct err *e)
{
	if (!wechat_verify(in, conf, e)) {
		e->code = ERR_DENIED;
		return false;
	}
	*answer = inbound_query(a, in, "echostr");
	return true;
}

static void
add_event(struct message *m, struct event *ev)
{
	bool follows = span_is(m->event, "subscribe");

	ev->name = m->event;
	ev->type = "track";
	ev->external_id = span_path(m->a, m->event, m->from, m->at);
	event_body(ev, "key", m->key);
	if (follows || span_is(m->event, "unsubscribe"))
		event_consent(ev, "marketing", "wechat",
			follows ? CONSENT_GRANTED : CONSENT_DENIED,
			ev->occurred_at);
}

/* Sixteen bytes at random, the length of the message in network order, the
 * message, and the id of the account, in base64; the IV is the first half of
 * the key. */
static bool
decrypt(struct arena *a, const struct wechat_conf *conf, struct span encrypted,
	struct span *text)
{
	struct span sealed, key, open;
	uint32_t len;

	if (!digest_unbase64(a, encrypted, &sealed))
		return false;
	for (const char **s = conf->base.secrets; s && *s; s++) {
		if (!is_key(*s) || !digest_unbase64(a, span_of(*s), &key) ||
			key.len != (size_t)2 * CIPHER_BLOCK ||
			!cipher_open_cbc(a, key, (const uint8_t *)key.data,
				sealed, &open) ||
			open.len < 20)
			continue;
		len = 0;
		for (size_t i = 16; i < 20; i++)
			len = len << 8 | (uint8_t)open.data[i];
		if (len > open.len - 20)
			continue;
		*text = (struct span){ open.data + 20, len };
		return true;
	}
	return false;
}

static bool
wechat_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	const struct wechat_conf *own = conf;
	struct message m = { .a = a };
	struct span text;
	struct event *ev;

	if (!read_message(&m, in->body, e))
		return false;
	if (m.encrypted.len && has_key(own)) {
		if (!decrypt(a, own, m.encrypted, &text))
			return fail(e, ERR_INPUT,
				"expected Encrypt made with an EncodingAESKey "
				"of this source");
		m = (struct message){ .a = a };
		if (!read_message(&m, text, e))
			return false;
	} else if (m.encrypted.len && !m.from.len) {
		return fail(e, ERR_INPUT,
			"expected plain messages, or an EncodingAESKey among "
			"the secrets of this source");
	}
	if (!m.from.len || !m.type.len)
		return fail(e, ERR_INPUT,
			"expected XML with FromUserName and MsgType");
	ev = events_add(a, events);
	ev->line = 1;
	ev->type = "message";
	ev->name = m.type;
	ev->occurred_at = clock_read(m.at);
	event_account(a, ev, "wechat", m.to, m.from);
	if (span_is(m.type, "event")) {
		add_event(&m, ev);
		return true;
	}
	ev->external_id = m.id;
	event_body(ev, "message_id", m.id);
	event_body(ev, "text", m.text.len ? m.text : m.recognition);
	event_body(ev, "title", m.title.len ? m.title : m.label);
	return true;
}

static const struct setting wechat_settings[] = {
	{ "window", SETTING_SIZE, offsetof(struct wechat_conf, window),
		SIGNATURE_WINDOW,
		"How many seconds a signature may be old or early; 0 for "
		"any." },
	{ 0 },
};

extern const struct channel channel_wechat;
const struct channel channel_wechat = {
	.name = "wechat",
	.summary = "Messages to a WeChat Official Account",
	.secret = "the token of the server, and the EncodingAESKey if any",
	.settings = wechat_settings,
	.conf_size = sizeof(struct wechat_conf),
	.verify = wechat_verify,
	.parse = wechat_parse,
	.greet = wechat_greet,
	.answer = answer_nothing,
};
