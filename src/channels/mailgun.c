/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mailgun: messages that its routes take in, parsed or raw, and what became of
 * ours. What is signed is a time and a token in the body, and not the rest of
 * it; so the address should be reached by TLS alone. Retries have the first
 * time.
 *
 * Its verdict on a signature (X-Mailgun-Dkim-Check-Result) does not say whose
 * it is: it counts where there is but one.
 */
#include "core/channel.h"

#include <string.h>

#include "core/form.h"
#include "core/json.h"
#include "core/mail.h"
#include "core/signature.h"

#define RETRIES "32400" /* seconds, over which Mailgun tries again */

struct mailgun_conf {
	struct source_conf base;
	size_t window;
};

static bool
is_json(struct span body)
{
	return span_starts(span_trim(body), "{");
}

static bool
mailgun_verify(const struct inbound *in, const void *conf, struct err *e)
{
	static const struct signature how = { "signature", NULL, HMAC_SHA256,
		false };
	const struct mailgun_conf *own = conf;
	struct arena *a = arena_create();
	struct span time, token, sent;
	bool good;

	if (is_json(in->body)) {
		const json_t *part = json_object_get(
			json_read(a, in->body, NULL), "signature");

		time = json_member(a, part, "timestamp");
		token = json_member(a, part, "token");
		sent = json_member(a, part, "signature");
	} else {
		struct form form = form_read_any(a, in->body);

		time = form_get(&form, "timestamp");
		token = form_get(&form, "token");
		sent = form_get(&form, "signature");
	}
	good = (signature_fits(&how, sent, &own->base,
			(struct span[]){ time, token }, 2) ||
		       fail(e, ERR_AUTH,
			       "expected timestamp, token and a signature of "
			       "them made with a secret of this source")) &&
	       signature_fresh(in, time, own->window, e);
	arena_destroy(a);
	return good;
}

/* Mailgun's own fields stand atop the others. */
static bool
vouches(struct arena *a, const struct mail *m)
{
	struct span tags = mail_head_value(&m->head, "DKIM-Signature");

	if (!span_is_nocase(
		    mail_head_value(&m->head, "X-Mailgun-Dkim-Check-Result"),
		    "Pass") ||
		mail_head_count(&m->head, "DKIM-Signature") != 1)
		return false;
	while (tags.len) {
		struct span value, tag = span_cut(tags, ';', &tags);

		if (span_is(span_trim(span_cut(tag, '=', &value)), "d"))
			return mailtrust_aligned(a, span_trim(value), m->from);
	}
	return false;
}

/* The header, as an array of pairs in the order of the message. */
static struct mail_head
head_of(struct arena *a, struct span text)
{
	const json_t *list = json_read(a, text, NULL);
	struct header *fields =
		arena_array(a, json_array_size(list) + 1, sizeof(*fields));
	struct mail_head head = { fields, 0 };
	json_t *pair;
	size_t i;

	json_array_foreach(list, i, pair) fields[head.count++] =
		(struct header){ json_span(a, json_array_get(pair, 0)),
			json_span(a, json_array_get(pair, 1)) };
	return head;
}

static void
read_parsed(struct arena *a, const struct form *form, struct mail *m)
{
	mail_of_head(a, head_of(a, form_get(form, "message-headers")), m);
	if (!m->head.count)
		mail_from(m, form_get(form, "from"));
	m->subject = mail_clean(a, form_get(form, "subject"));
	if (!m->subject.len)
		m->subject =
			mail_clean(a, mail_head_value(&m->head, "Subject"));
	m->text = mail_clean(a, form_get(form, "body-plain"));
}

static bool
add_mail(struct arena *a, const struct inbound *in, const struct form *form,
	struct events *events, struct err *e)
{
	struct span raw = form_get(form, "body-mime");
	struct span sender = form_get(form, "sender");
	struct mail m;

	if (!raw.data)
		read_parsed(a, form, &m);
	else if (!mail_read(a, raw, &m, e))
		return false;
	m.recipient = mail_clean(a, form_get(form, "recipient"));
	m.from_nobody =
		sender.data && (!sender.len || mailtrust_null_path(sender));
	m.vouched = vouches(a, &m);
	mail_add(&m, in->body, events);
	return true;
}

/* What became of a message, as JSON or, of old, as a form. */
static void
add_status(struct arena *a, struct events *events, const json_t *data)
{
	static const char *const keys[] = { "severity", "reason", "url", "code",
		"description", "error", "campaign-name", NULL };
	static const char *const ids[] = { "Message-Id", "message-id", NULL };
	struct span at = json_member(a, data, "timestamp");
	struct span message =
		json_span(a, json_at(data, "message.headers.message-id"));
	struct span recipient = json_member(a, data, "recipient");
	struct span word = json_member(a, data, "event"),
		    id = json_member(a, data, "id");
	struct span fraction;
	struct event *ev = mail_status(a, events, word, recipient,
		clock_read(span_cut(at, '.', &fraction)));

	if (!message.len)
		message = mail_bracketed(json_any(a, data, ids));
	ev->external_id =
		id.len ? id : span_path(a, word, message, recipient, at);
	event_body(ev, "message_id", mail_clean(a, message));
	event_keep_members(a, ev, data, keys);
	event_keep(ev, "tags", json_object_get(data, "tags"));
	event_keep(ev, "variables", json_object_get(data, "user-variables"));
}

static bool
mailgun_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	const json_t *root, *data;
	struct form form;

	(void)conf;
	if (!is_json(in->body)) {
		form = form_read_any(a, in->body);
		if (form_get(&form, "event").len)
			add_status(a, events, form_object(a, &form));
		else if (form_get(&form, "message-headers").data ||
			 form_get(&form, "body-mime").data)
			return add_mail(a, in, &form, events, e);
		else
			return fail(e, ERR_INPUT,
				"expected a form with message-headers, "
				"body-mime or event");
		return true;
	}
	root = json_read(a, in->body, e);
	if (!root)
		return false;
	data = json_object_get(root, "event-data");
	if (!json_member(a, data, "event").len)
		return fail(e, ERR_INPUT,
			"expected an object with event-data and its event");
	add_status(a, events, data);
	return true;
}

static const struct setting mailgun_settings[] = {
	{ "window", SETTING_SIZE, offsetof(struct mailgun_conf, window),
		RETRIES,
		"How many seconds a signature may be old or early; Mailgun's "
		"retries have the first time. 0 for any." },
	{ 0 },
};

extern const struct channel channel_mailgun;
const struct channel channel_mailgun = {
	.name = "mailgun",
	.summary = "Messages that Mailgun takes in, and what became of ours",
	.secret = "the HTTP webhook signing key",
	.settings = mailgun_settings,
	.conf_size = sizeof(struct mailgun_conf),
	.verify = mailgun_verify,
	.parse = mailgun_parse,
	.answer = answer_nothing,
};
