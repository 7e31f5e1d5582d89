/* SPDX-License-Identifier: Apache-2.0 */
/*
 * E-mail: raw RFC 5322 messages and Postmark's JSON, inbound and events.
 *
 * Who wrote a message, and on whose word, is mailtrust.h's to say; what is
 * here reads the two forms of a message and makes events of them.
 */
#include "core/channel.h"

#include <gmime/gmime.h>
#include <pthread.h>
#include <string.h>

#include "base/digest.h"
#include "core/json.h"
#include "core/mailtrust.h"

#define TEXT_MAX 4096  /* bytes of any text that is kept */
#define ID_MAX 998     /* bytes; no line of a header is longer */
#define COLONS_MAX 256 /* in one header of addresses */

struct email_conf {
	struct source_conf base;
	const char *authserv_id; /* of our border, or NULL */
};

/* An inbound message, whichever way it came. Texts are well-formed UTF-8. */
struct mail {
	struct arena *arena;
	struct mail_head head;
	struct span from, from_name;
	bool from_alone; /* one address, in one header */
	bool report;
	bool from_nobody; /* says the envelope */
	struct span id, recipient, to, subject, text;
	int64_t date;
};

static void
start_gmime(void)
{
	g_mime_init();
}

static void
need_gmime(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, start_gmime);
}

static bool
email_verify(const struct inbound *in, const void *conf, struct err *e)
{
	struct arena *a = arena_create();
	bool known = source_knows(conf, inbound_key(a, in));

	arena_destroy(a);
	return known || fail(e, ERR_AUTH, "expected a key of this source");
}

/* At most max bytes, cut between characters. */
static struct span
shorten(struct span s, size_t max)
{
	if (s.len <= max)
		return s;
	while (max > 0 && ((unsigned char)s.data[max] & 0xc0) == 0x80)
		max--;
	s.len = max;
	return s;
}

/* A copy that is UTF-8 whatever came, and not longer than we keep. */
static struct span
clean(struct arena *a, struct span s)
{
	struct span out;
	char *valid;

	if (s.len == 0)
		return (struct span){ NULL, 0 };
	if (s.len > TEXT_MAX + 4)
		s.len = TEXT_MAX + 4;
	valid = g_utf8_make_valid(s.data, (gssize)s.len);
	out = shorten(span_of(valid), TEXT_MAX);
	out = (struct span){ arena_strndup(a, out.data, out.len), out.len };
	g_free(valid);
	return out;
}

/* What is between the first angle brackets, or all where there are none. */
static struct span
bracketed(struct span s)
{
	struct span inner, rest;

	span_cut(s, '<', &inner);
	return span_trim(inner.len > 0 ? span_cut(inner, '>', &rest) : s);
}

static void
claim_from(const struct mail *m, const struct email_conf *conf, bool border,
	struct event *ev)
{
	if (!m->from_alone || !mailtrust_is_address(m->from) || m->report ||
		m->from_nobody || mailtrust_automatic(&m->head) ||
		mailtrust_names_another(m->from_name, m->from))
		return;
	border = border && mailtrust_vouches(m->arena, &m->head, m->from,
				   conf->authserv_id);
	event_claim(
		m->arena, ev, "email", m->from, border ? ATTESTED : ASSERTED);
	event_trait(ev, "name", m->from_name);
}

/* border: the headers came through our own border. */
static void
add_message(const struct mail *m, const struct inbound *in,
	const struct email_conf *conf, bool border, struct events *events)
{
	struct event *ev = events_add(m->arena, events);
	struct span id = m->id;

	ev->type = "message";
	ev->occurred_at = m->date;
	if (id.len > 0 && id.len <= ID_MAX && span_is_utf8(id)) {
		ev->external_id = span_of(arena_printf(m->arena, "%s/%s",
			span_text(m->arena, id),
			m->recipient.len ? span_text(m->arena, m->recipient)
					 : ""));
	} else {
		uint8_t digest[DIGEST_SIZE];

		digest_sha256(in->body, digest);
		ev->external_id =
			span_of(digest_hex(m->arena, digest, sizeof(digest)));
	}
	event_body(ev, "subject", m->subject);
	event_body(ev, "text", m->text);
	event_body(ev, "message_id", clean(m->arena, id));
	event_body(ev, "in_reply_to",
		clean(m->arena,
			bracketed(mail_head_value(&m->head, "In-Reply-To"))));
	event_body(ev, "references",
		clean(m->arena, mail_head_value(&m->head, "References")));
	event_body(ev, "to", m->to);
	event_body(ev, "recipient", m->recipient);
	claim_from(m, conf, border, ev);
}

static int64_t
read_date(struct arena *a, struct span s)
{
	GDateTime *date;
	int64_t at = CLOCK_NONE;

	if (s.len == 0 || s.len > 256)
		return at;
	date = g_mime_utils_header_decode_date(span_text(a, s));
	if (date != NULL) {
		at = g_date_time_to_unix(date) * CLOCK_SECOND;
		g_date_time_unref(date);
	}
	return at;
}

static void
unref(void *object)
{
	g_object_unref(object);
}

static GMimeMessage *
read_mime(struct arena *a, struct span body)
{
	GMimeStream *stream;
	GMimeParser *parser;
	GMimeMessage *message;

	stream = g_mime_stream_mem_new_with_buffer(body.data, body.len);
	parser = g_mime_parser_new_with_stream(stream);
	g_object_unref(stream);
	message = g_mime_parser_construct_message(parser, NULL);
	g_object_unref(parser);
	if (message != NULL)
		arena_defer(a, unref, message);
	return message;
}

/* A bounce, or a receipt of having been read. */
static bool
is_report_type(struct span type)
{
	return span_is_nocase(type, "multipart/report") ||
	       span_is_nocase(type, "message/delivery-status");
}

/* GMime keeps Content-Type with the part, not with the message. */
static bool
is_report(GMimeMessage *message)
{
	GMimeObject *part = g_mime_message_get_mime_part(message);
	char *type;
	bool report;

	if (part == NULL)
		return false;
	type = g_mime_content_type_get_mime_type(
		g_mime_object_get_content_type(part));
	report = is_report_type(span_of(type));
	g_free(type);
	return report;
}

/* Raw and unfolded: decoded words must not become syntax. */
static void
read_headers(struct mail *m, GMimeMessage *message)
{
	GMimeHeaderList *list =
		g_mime_object_get_header_list(GMIME_OBJECT(message));
	int count = g_mime_header_list_get_count(list);
	struct header *fields;

	fields = arena_array(m->arena, (size_t)count + 1, sizeof(*fields));
	for (int i = 0; i < count; i++) {
		GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
		struct span raw = span_of(g_mime_header_get_raw_value(header));
		char *text = arena_alloc(m->arena, raw.len + 1);
		size_t len = 0;

		for (size_t k = 0; k < raw.len; k++)
			if (raw.data[k] != '\r' && raw.data[k] != '\n')
				text[len++] = raw.data[k];
		fields[i] = (struct header){
			.name = span_of(g_mime_header_get_name(header)),
			.value = span_trim((struct span){ text, len }),
		};
	}
	m->head = (struct mail_head){ fields, (size_t)count };
}

static void
read_from(struct mail *m, GMimeMessage *message)
{
	InternetAddressList *list = g_mime_message_get_from(message);
	InternetAddress *address;

	if (mail_head_count(&m->head, "From") != 1 || list == NULL ||
		internet_address_list_length(list) != 1)
		return;
	address = internet_address_list_get_address(list, 0);
	if (!INTERNET_ADDRESS_IS_MAILBOX(address))
		return; /* a group: nobody in particular */
	m->from_alone = true;
	m->from = span_of(internet_address_mailbox_get_addr(
		INTERNET_ADDRESS_MAILBOX(address)));
	m->from_name =
		clean(m->arena, span_of(internet_address_get_name(address)));
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
		m->recipient = clean(m->arena, bracketed(to[i]));
}

/* The first of To is whom it is for where the envelope does not say. */
static void
add_to(struct mail *m, struct span address)
{
	struct span one = clean(m->arena, span_trim(address));

	if (one.len == 0 || m->to.len + 2 + one.len > TEXT_MAX)
		return;
	if (m->recipient.len == 0)
		m->recipient = one;
	m->to = m->to.len == 0 ? one
			       : span_of(arena_printf(m->arena, "%s, %s",
					 m->to.data, one.data));
}

static void
read_to(struct mail *m, GMimeMessage *message)
{
	InternetAddressList *list = g_mime_message_get_to(message);
	int count = list != NULL ? internet_address_list_length(list) : 0;

	for (int i = 0; i < count; i++) {
		InternetAddress *one =
			internet_address_list_get_address(list, i);

		if (INTERNET_ADDRESS_IS_MAILBOX(one))
			add_to(m, span_of(internet_address_mailbox_get_addr(
					  INTERNET_ADDRESS_MAILBOX(one))));
	}
}

static void
read_text(struct mail *m, GMimeMessage *message)
{
	GMimePartIter *iter = g_mime_part_iter_new(GMIME_OBJECT(message));

	while (m->text.len == 0 && g_mime_part_iter_is_valid(iter)) {
		GMimeObject *part = g_mime_part_iter_get_current(iter);
		GMimeContentType *type = g_mime_object_get_content_type(part);

		if (GMIME_IS_TEXT_PART(part) &&
			g_mime_content_type_is_type(type, "text", "plain")) {
			char *text = g_mime_text_part_get_text(
				GMIME_TEXT_PART(part));

			m->text = clean(m->arena, span_of(text));
			g_free(text);
		}
		if (!g_mime_part_iter_next(iter))
			break;
	}
	g_mime_part_iter_free(iter);
}

static bool
starts_address_header(struct span line)
{
	static const char *const names[] = { "from", "sender", "reply-to", "to",
		"cc", "bcc", "resent-", "disposition-" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		size_t len = strlen(names[i]);

		if (line.len > len &&
			g_ascii_strncasecmp(line.data, names[i], len) == 0)
			return true;
	}
	return false;
}

/*
 * GMime 3.2 calls itself for a group inside a group ("To: a:a:a:..."), as
 * deep as the sender likes, and so runs out of stack. Attached messages have
 * such headers too, so every line that may begin one is looked at.
 */
static bool
groups_too_deep(struct span body)
{
	bool inside = false;
	size_t colons = 0;

	if (span_starts(body, "\xef\xbb\xbf")) {
		body.data += 3;
		body.len -= 3;
	}
	while (body.len > 0) {
		struct span line = span_cut(body, '\n', &body);

		if (line.len == 0 ||
			(line.data[0] != ' ' && line.data[0] != '\t')) {
			inside = starts_address_header(line);
			colons = 0;
		}
		for (size_t i = 0; inside && i < line.len; i++)
			if (line.data[i] == ':' && ++colons > COLONS_MAX)
				return true;
	}
	return false;
}

/* Any text parses as MIME; a message has at least one of these. */
static bool
is_message(const struct mail_head *head)
{
	return mail_head_count(head, "From") > 0 ||
	       mail_head_count(head, "Message-ID") > 0 ||
	       mail_head_count(head, "Date") > 0 ||
	       mail_head_count(head, "Subject") > 0;
}

static bool
parse_mime(struct arena *a, const struct inbound *in,
	const struct email_conf *conf, struct events *events, struct err *e)
{
	struct mail m = { .arena = a };
	GMimeMessage *message = NULL;

	if (groups_too_deep(in->body))
		return fail(e, ERR_INPUT,
			"expected at most %d colons among addresses",
			COLONS_MAX);
	if (in->body.len > 0)
		message = read_mime(a, in->body);
	if (message != NULL)
		read_headers(&m, message);
	if (!is_message(&m.head))
		return fail(e, ERR_INPUT, "expected an RFC 5322 message");
	read_envelope(&m, in);
	m.report = is_report(message);
	read_from(&m, message);
	read_to(&m, message);
	read_text(&m, message);
	m.id = bracketed(mail_head_value(&m.head, "Message-ID"));
	m.subject = clean(a, span_of(g_mime_message_get_subject(message)));
	m.date = read_date(a, mail_head_value(&m.head, "Date"));
	add_message(&m, in, conf, true, events);
	return true;
}

static void
parse_postmark_mail(struct arena *a, const struct inbound *in,
	const json_t *top, const struct email_conf *conf, struct events *events)
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
	m.report = is_report_type(span_trim(span_cut(
		mail_head_value(&m.head, "Content-Type"), ';', &rest)));
	m.from = span_trim(json_member(a, from, "Email"));
	m.from_name = clean(a, json_member(a, from, "Name"));
	m.recipient = clean(a, json_member(a, top, "OriginalRecipient"));
	for (size_t i = 0; i < json_array_size(to); i++)
		add_to(&m, json_member(a, json_array_get(to, i), "Email"));
	m.id = bracketed(mail_head_value(&m.head, "Message-ID"));
	if (m.id.len == 0)
		m.id = json_member(a, top, "MessageID");
	m.subject = clean(a, json_member(a, top, "Subject"));
	m.text = clean(a, json_member(a, top, "TextBody"));
	m.date = read_date(a, json_member(a, top, "Date"));
	/* Postmark's SpamAssassin tests are no verdict on From. */
	add_message(&m, in, conf, false, events);
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

/*
 * What became of a message of ours. Who opens or clicks is somebody; a bounce
 * or a complaint is about a mailbox, and must not make a person.
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

	ev->type = "status";
	ev->name = record;
	for (size_t i = 0; i < G_N_ELEMENTS(times) && at.len == 0; i++)
		at = json_member(a, top, times[i]);
	if (!clock_parse_rfc3339(at, 0, &ev->occurred_at, NULL))
		ev->occurred_at = CLOCK_NONE;
	if (id.len == 0)
		id = json_member(a, top, "MessageID");
	/* One message is opened many times: the time tells them apart. */
	if (id.len > 0 && id.len <= ID_MAX)
		ev->external_id = span_of(
			arena_printf(a, "%s/%s/%s", span_text(a, record),
				span_text(a, id), span_text(a, at)));
	for (size_t i = 0; i < G_N_ELEMENTS(status_members); i++)
		event_body(ev, status_members[i].to,
			clean(a, json_member(a, top, status_members[i].from)));
	if (json_is_boolean(json_object_get(top, "SuppressSending")))
		json_object_set(ev->body, "suppressed",
			json_object_get(top, "SuppressSending"));
	if (email.len == 0)
		email = json_member(a, top, "Email");
	if ((span_is(record, "Open") || span_is(record, "Click")) &&
		mailtrust_is_address(span_trim(email)))
		event_claim(a, ev, "email", email, ASSERTED);
}

static bool
email_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	struct span record;
	json_t *top;

	need_gmime();
	if (!span_starts(span_trim(in->body), "{"))
		return parse_mime(a, in, conf, events, e);
	top = json_read(a, in->body, e);
	if (top == NULL)
		return false;
	record = span_trim(json_member(a, top, "RecordType"));
	if (json_is_object(json_object_get(top, "FromFull")))
		parse_postmark_mail(a, in, top, conf, events);
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
