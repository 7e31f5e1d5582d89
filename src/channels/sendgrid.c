/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SendGrid: messages by Inbound Parse, parsed or raw, and the Event Webhook.
 * Either may be signed with a key of SendGrid's own; Inbound Parse without a
 * policy is not, and shows the key of its address. Its verdict on signatures
 * names the domains: "{@example.org : pass}".
 */
#include "core/channel.h"

#include <string.h>

#include "base/pubkey.h"
#include "core/form.h"
#include "core/json.h"
#include "core/mail.h"
#include "core/signature.h"

#define SIGNATURE "X-Twilio-Email-Event-Webhook-Signature"
#define TIME "X-Twilio-Email-Event-Webhook-Timestamp"

struct sendgrid_conf {
	struct source_conf base;
	const char *public_key;
	size_t window;
};

static bool
sendgrid_verify(const struct inbound *in, const void *conf, struct err *e)
{
	const struct sendgrid_conf *own = conf;
	struct span time = inbound_header(in, TIME);

	if (!own->public_key)
		return source_believes(&own->base, in, e);
	if (!pubkey_signed(own->public_key, PUBKEY_SHA256,
		    (struct span[]){ time, in->raw }, 2,
		    inbound_header(in, SIGNATURE)))
		return fail(e, ERR_AUTH,
			"expected " SIGNATURE
			" made with the key whose public_key this source has");
	return signature_fresh(in, time, own->window, e);
}

/* What SendGrid says of the signatures: domains, each with a verdict. */
static bool
vouches(struct arena *a, struct span dkim, struct span from)
{
	struct span rest = span_trim(dkim);

	if (rest.len > 1 && *rest.data == '{' && rest.data[rest.len - 1] == '}')
		rest = (struct span){ rest.data + 1, rest.len - 2 };
	while (rest.len) {
		struct span verdict,
			domain = span_trim(span_cut(
				span_cut(rest, ',', &rest), ':', &verdict));

		if (!span_is(span_trim(verdict), "pass") || !domain.len ||
			*domain.data != '@')
			continue;
		domain.data++;
		domain.len--;
		if (mailtrust_aligned(a, domain, from))
			return true;
	}
	return false;
}

/* The header as text: a field goes on in lines that begin with a blank. */
static struct mail_head
head_of(struct arena *a, struct span text)
{
	struct mail_head head = { NULL, 0 };
	struct header *fields = NULL;
	size_t cap = 0;

	while (text.len) {
		struct span value, line = span_cut(text, '\n', &text);
		struct span name = span_cut(line, ':', &value);

		while (text.len && (*text.data == ' ' || *text.data == '\t')) {
			struct span more = span_cut(text, '\n', &text);

			value = span_join(a, ' ',
				(struct span[]){
					span_trim(value), span_trim(more) },
				2);
		}
		if (!span_trim(name).len)
			continue;
		fields = arena_grow(
			a, fields, head.count, &cap, sizeof(*fields));
		fields[head.count++] =
			(struct header){ span_trim(name), span_trim(value) };
	}
	head.fields = fields;
	return head;
}

/* A field, in the charset that charsets says it has. */
static struct span
field(struct arena *a, const struct form *form, const char *name)
{
	const json_t *charsets = json_read(a, form_get(form, "charsets"), NULL);

	return mail_decode(a, form_get(form, name),
		span_text(a, json_member(a, charsets, name)));
}

static void
read_parsed(struct arena *a, const struct form *form, struct mail *m)
{
	mail_of_head(a, head_of(a, form_get(form, "headers")), m);
	m->subject = field(a, form, "subject");
	m->text = field(a, form, "text");
}

static bool
add_mail(struct arena *a, const struct inbound *in, struct events *events,
	struct err *e)
{
	struct form form = form_read_any(a, in->body);
	struct span raw = form_get(&form, "email");
	const json_t *envelope =
		json_read(a, form_get(&form, "envelope"), NULL);
	const json_t *from = json_object_get(envelope, "from");
	struct mail m;

	if (!raw.len && !form_get(&form, "headers").data)
		return fail(e, ERR_INPUT,
			"expected a form with headers or email, or an array of "
			"events");
	if (!raw.len)
		read_parsed(a, &form, &m);
	else if (!mail_read(a, raw, &m, e))
		return false;
	m.recipient = json_span(
		a, json_array_get(json_object_get(envelope, "to"), 0));
	m.from_nobody =
		from && (!json_span(a, from).len ||
				mailtrust_null_path(json_span(a, from)));
	m.vouched = vouches(a, form_get(&form, "dkim"), m.from);
	mail_add(&m, in->body, events);
	return true;
}

static void
add_status(struct arena *a, struct events *events, const json_t *one)
{
	static const char *const keys[] = { "reason", "status", "type", "url",
		"response", "attempt", "asm_group_id", NULL };
	struct event *ev = mail_status(a, events, json_member(a, one, "event"),
		json_member(a, one, "email"),
		clock_read(json_member(a, one, "timestamp")));

	ev->external_id = json_member(a, one, "sg_event_id");
	event_body(ev, "message_id", json_member(a, one, "sg_message_id"));
	event_keep_members(a, ev, one, keys);
	event_keep(ev, "tags", json_object_get(one, "category"));
}

static bool
sendgrid_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	const json_t *root;
	json_t *one;
	size_t i;

	(void)conf;
	if (!span_starts(span_trim(in->body), "["))
		return add_mail(a, in, events, e);
	root = json_read(a, in->body, e);
	if (!root)
		return false;
	json_array_foreach(root, i, one)
	{
		if (json_member(a, one, "event").len)
			add_status(a, events, one);
		else
			events_refuse(a, events, "an object with an event");
	}
	return true;
}

static bool
sendgrid_check(const void *conf, struct err *e)
{
	const struct sendgrid_conf *own = conf;

	return pubkey_check(own->public_key, "public_key", e);
}

static const struct setting sendgrid_settings[] = {
	{ "public_key", SETTING_TEXT,
		offsetof(struct sendgrid_conf, public_key), NULL,
		"The verification key that SendGrid shows. Where it is set, "
		"each request must be signed; where it is not, it must have a "
		"key in its address." },
	{ "window", SETTING_SIZE, offsetof(struct sendgrid_conf, window), "0",
		"How many seconds a signature may be old or early; 0 for "
		"any." },
	{ 0 },
};

extern const struct channel channel_sendgrid;
const struct channel channel_sendgrid = {
	.name = "sendgrid",
	.summary = "Messages that SendGrid takes in, and what became of ours",
	.settings = sendgrid_settings,
	.conf_size = sizeof(struct sendgrid_conf),
	.verify = sendgrid_verify,
	.parse = sendgrid_parse,
	.check = sendgrid_check,
	.answer = answer_nothing,
};
