/* SPDX-License-Identifier: Apache-2.0 */
/*
 * E-mail: raw RFC 5322 messages and Postmark's JSON, inbound and events.
 *
 * Who wrote a message, and on whose word, is mailtrust.h's to say, and how it
 * is read mail.h's.
 */
#include "core/channel.h"

#include <string.h>

#include "core/json.h"
#include "core/mail.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

struct email_conf {
	struct source_conf base;
	const char *authserv_id; /* of our border, or NULL */
};

static bool
email_verify(const struct inbound *in, const void *conf, struct err *e)
{
	struct arena *a = arena_create();
	bool known = source_knows(conf, inbound_key(a, in));

	arena_destroy(a);
	return known || fail(e, ERR_AUTH, "expected a key of this source");
}

/* A plus that nobody encoded came as a blank; addresses have none. */
static struct span
query_address(struct arena *a, const struct inbound *in, const char *name)
{
	struct span sent = inbound_query(a, in, name);
	char *text = span_text(a, sent);

	for (size_t i = 0; i < sent.len; i++)
		if (text[i] == ' ')
			text[i] = '+';
	return (struct span){ sent.data != NULL ? text : NULL, sent.len };
}

/*
 * The envelope (RFC 5321), as whoever hands the message on tells it: words of
 * the query, headers of the request, or fields that a delivery writes atop
 * the message.
 */
static void
read_envelope(struct mail *m, const struct inbound *in)
{
	static const char *const queries[][2] = { { "recipient", "sender" },
		{ "to", "from" } };
	static const char *const headers[][2] = {
		{ "X-Envelope-To", "X-Envelope-From" },
		{ "Delivered-To", "Return-Path" },
	};
	static const char *const fields[] = { "Delivered-To", "X-Original-To" };
	struct span to[6], from;
	size_t count = 0;

	for (size_t i = 0; i < 2; i++) {
		to[count++] = query_address(m->arena, in, queries[i][0]);
		from = query_address(m->arena, in, queries[i][1]);
		/* "sender=" is how some pipes write "<>". */
		m->from_nobody = m->from_nobody ||
				 (from.data != NULL && from.len == 0) ||
				 mailtrust_null_path(from);
	}
	for (size_t i = 0; i < 2; i++) {
		to[count++] = inbound_header(in, headers[i][0]);
		m->from_nobody =
			m->from_nobody ||
			mailtrust_null_path(inbound_header(in, headers[i][1]));
	}
	for (size_t i = 0; i < 2; i++)
		to[count++] = mail_head_value(&m->head, fields[i]);
	for (size_t i = 0; i < count && m->recipient.len == 0; i++)
		m->recipient = mail_clean(m->arena, mail_bracketed(to[i]));
}

static bool
parse_mime(struct arena *a, const struct inbound *in,
	const struct email_conf *conf, struct events *events, struct err *e)
{
	struct span to;
	struct mail m;

	if (!mail_read(a, in->body, &m, e))
		return false;
	to = m.recipient;
	m.recipient = (struct span){ NULL, 0 };
	read_envelope(&m, in);
	if (!m.recipient.len)
		m.recipient = to;
	m.vouched = mailtrust_vouches(a, &m.head, m.from, conf->authserv_id);
	mail_add(&m, in->body, events);
	return true;
}

/* Postmark's SpamAssassin tests are no verdict on From. */
static bool
parse_postmark_raw(struct arena *a, const struct inbound *in, const json_t *top,
	struct events *events, struct err *e)
{
	struct mail m;

	if (!mail_read(a, json_member(a, top, "RawEmail"), &m, e))
		return false;
	if (json_member(a, top, "OriginalRecipient").len)
		m.recipient =
			mail_clean(a, json_member(a, top, "OriginalRecipient"));
	mail_add(&m, in->body, events);
	return true;
}

static void
parse_postmark_mail(struct arena *a, const struct inbound *in,
	const json_t *top, struct events *events)
{
	const json_t *from = json_object_get(top, "FromFull");
	const json_t *to = json_object_get(top, "ToFull");
	const json_t *list = json_object_get(top, "Headers");
	struct mail m = { .arena = a, .from_alone = true };
	struct header *fields;
	struct span rest;

	fields = arena_array(a, json_array_size(list) + 1, sizeof(*fields));
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);

		fields[i] = (struct header){
			.name = json_member(a, one, "Name"),
			.value = json_member(a, one, "Value"),
		};
	}
	m.head = (struct mail_head){ fields, json_array_size(list) };
	m.report = mail_is_report(span_trim(span_cut(
		mail_head_value(&m.head, "Content-Type"), ';', &rest)));
	m.from = span_trim(json_member(a, from, "Email"));
	m.from_name = mail_clean(a, json_member(a, from, "Name"));
	m.recipient = mail_clean(a, json_member(a, top, "OriginalRecipient"));
	for (size_t i = 0; i < json_array_size(to); i++)
		mail_to(&m, json_member(a, json_array_get(to, i), "Email"));
	m.id = mail_bracketed(mail_head_value(&m.head, "Message-ID"));
	if (m.id.len == 0)
		m.id = json_member(a, top, "MessageID");
	m.subject = mail_clean(a, json_member(a, top, "Subject"));
	m.text = mail_clean(a, json_member(a, top, "TextBody"));
	m.date = mail_date(a, json_member(a, top, "Date"));
	mail_add(&m, in->body, events);
}

/* Postmark's word for a member, and ours. */
static const struct {
	const char *from, *to;
} status_members[] = {
	{ "MessageID", "message_id" },
	{ "Subject", "subject" },
	{ "Tag", "tag" },
	{ "Type", "kind" },
	{ "Description", "description" },
	{ "Details", "details" },
	{ "OriginalLink", "link" },
	{ "SuppressionReason", "suppression_reason" },
};

/* Who says himself that he wants no more, or again. */
static bool
read_consent(struct arena *a, const json_t *top, struct span record,
	enum consent *consent)
{
	const json_t *stops = json_object_get(top, "SuppressSending");

	*consent = CONSENT_DENIED;
	if (span_is(record, "SpamComplaint"))
		return true;
	if (!span_is(record, "SubscriptionChange") ||
		!span_is(json_member(a, top, "Origin"), "Recipient") ||
		!json_is_boolean(stops) ||
		span_is(json_member(a, top, "SuppressionReason"), "HardBounce"))
		return false;
	if (!json_is_true(stops))
		*consent = CONSENT_GRANTED;
	return true;
}

/*
 * What became of a message of ours. Who opens, clicks or complains is
 * somebody; a bounce is about a mailbox, and must not make a person.
 */
static void
parse_postmark_status(struct arena *a, const json_t *top, struct span record,
	struct events *events)
{
	static const char *const times[] = { "BouncedAt", "DeliveredAt",
		"ReceivedAt", "ChangedAt" };
	struct event *ev = events_add(a, events);
	struct span at = { NULL, 0 }, id = json_member(a, top, "ID");
	struct span email = json_member(a, top, "Recipient");
	enum consent consent;
	bool consents;

	ev->type = "status";
	ev->name = record;
	for (size_t i = 0; i < COUNT(times) && at.len == 0; i++)
		at = json_member(a, top, times[i]);
	if (!clock_parse_rfc3339(at, 0, &ev->occurred_at, NULL))
		ev->occurred_at = CLOCK_NONE;
	if (id.len == 0)
		id = json_member(a, top, "MessageID");
	/* One message is opened many times: the time tells them apart. */
	if (id.len > 0 && id.len <= MAIL_ID)
		ev->external_id = span_of(
			arena_printf(a, "%s/%s/%s", span_text(a, record),
				span_text(a, id), span_text(a, at)));
	for (size_t i = 0; i < COUNT(status_members); i++)
		event_body(ev, status_members[i].to,
			mail_clean(a,
				json_member(a, top, status_members[i].from)));
	if (json_is_boolean(json_object_get(top, "SuppressSending")))
		json_object_set(ev->body, "suppressed",
			json_object_get(top, "SuppressSending"));
	if (email.len == 0)
		email = json_member(a, top, "Email");
	consents = read_consent(a, top, record, &consent);
	if (consents)
		event_consent(
			ev, "marketing", "email", consent, ev->occurred_at);
	if ((consents || span_is(record, "Open") || span_is(record, "Click")) &&
		mailtrust_is_address(span_trim(email)))
		event_claim(a, ev, "email", email, ASSERTED);
}

static bool
email_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	struct span record;
	json_t *top;

	if (!span_starts(span_trim(in->body), "{"))
		return parse_mime(a, in, conf, events, e);
	top = json_read(a, in->body, e);
	if (top == NULL)
		return false;
	record = span_trim(json_member(a, top, "RecordType"));
	if (json_member(a, top, "RawEmail").len)
		return parse_postmark_raw(a, in, top, events, e);
	if (json_is_object(json_object_get(top, "FromFull")))
		parse_postmark_mail(a, in, top, events);
	else if (record.len > 0 && record.len <= 64)
		parse_postmark_status(a, top, record, events);
	else
		return fail(e, ERR_INPUT, "expected FromFull or RecordType");
	return true;
}

static const struct setting email_settings[] = {
	{ .name = "authserv_id",
		.type = SETTING_TEXT,
		.offset = offsetof(struct email_conf, authserv_id),
		.text = "The RFC 8601 id of your receiving border, whose "
			"verdict on From is believed. It must strip forged "
			"Authentication-Results." },
	{ .name = NULL },
};

/* What read_envelope asks of the request. */
static const char *const email_keeps[] = { "X-Envelope-To", "X-Envelope-From",
	"Delivered-To", "Return-Path", "?recipient", "?to", "?sender", "?from",
	NULL };

extern const struct channel channel_email;
const struct channel channel_email = {
	.name = "email",
	.summary = "E-mail: raw RFC 5322 messages, and Postmark's webhooks",
	.settings = email_settings,
	.conf_size = sizeof(struct email_conf),
	.verify = email_verify,
	.parse = email_parse,
	.keeps = email_keeps,
};
