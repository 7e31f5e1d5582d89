/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WeChat: messages to an Official Account, as XML, in plain or compatible
 * mode. Token, time and nonce are signed, and not the bytes; so the address
 * should be reached by TLS alone. A person is known by an openid, which is of
 * the account.
 */
#include "core/channel.h"

#include <stdlib.h>
#include <string.h>

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

static int
compare(const void *left, const void *right)
{
	const struct span *a = left, *b = right;
	size_t len = a->len < b->len ? a->len : b->len;
	int order = len ? memcmp(a->data, b->data, len) : 0;

	return order ? order : (a->len > b->len) - (a->len < b->len);
}

/* SHA-1 of token, time and nonce, sorted. */
static bool
signed_by(struct arena *a, const struct inbound *in, const char *token)
{
	uint8_t sent[DIGEST_SHA1_SIZE], ours[DIGEST_SHA1_SIZE];
	struct span parts[3] = { span_of(token),
		inbound_query(a, in, "timestamp"),
		inbound_query(a, in, "nonce") };
	char *text;

	if (!parts[1].len || !parts[2].len ||
		!digest_unhex(inbound_query(a, in, "signature"), sent,
			DIGEST_SHA1_SIZE))
		return false;
	qsort(parts, 3, sizeof(*parts), compare);
	text = arena_printf(a, "%s%s%s", span_text(a, parts[0]),
		span_text(a, parts[1]), span_text(a, parts[2]));
	digest_sha1(span_of(text), ours);
	return digest_equal(sent, ours, DIGEST_SHA1_SIZE);
}

static bool
wechat_verify(const struct inbound *in, const void *conf, struct err *e)
{
	const struct wechat_conf *own = conf;
	struct arena *a = arena_create();
	bool good = false;

	for (const char **s = own->base.secrets; s && *s; s++)
		good |= **s && signed_by(a, in, *s);
	if (!good)
		fail(e, ERR_AUTH,
			"expected a signature of timestamp and nonce, made "
			"with a token of this source");
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

static bool
wechat_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	struct message m = { .a = a };
	struct feed feed = { .arena = a, .last = true };
	struct event *ev;

	(void)conf;
	if (!xml_feed(a, &feed, in->body, &message_xml, &m, e))
		return false;
	if (m.bad)
		return fail(e, ERR_INPUT, "%s", m.bad);
	if (m.encrypted.len && !m.from.len)
		return fail(e, ERR_INPUT,
			"expected messages in plain or compatible mode");
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
	.secret = "the token of the account's server",
	.settings = wechat_settings,
	.conf_size = sizeof(struct wechat_conf),
	.verify = wechat_verify,
	.parse = wechat_parse,
	.greet = wechat_greet,
	.answer = answer_nothing,
};
