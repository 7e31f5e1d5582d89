/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mail.h"

#include <gmime/gmime.h>
#include <pthread.h>
#include <string.h>

#include "base/digest.h"

#define COLONS_MAX 256 /* in one header of addresses */

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
struct span
mail_clean(struct arena *a, struct span s)
{
	struct span out;
	char *valid;

	if (s.len == 0)
		return (struct span){ NULL, 0 };
	if (s.len > MAIL_TEXT + 4)
		s.len = MAIL_TEXT + 4;
	valid = g_utf8_make_valid(s.data, (gssize)s.len);
	out = shorten(span_of(valid), MAIL_TEXT);
	out = (struct span){ arena_strndup(a, out.data, out.len), out.len };
	g_free(valid);
	return out;
}

/* What is between the first angle brackets, or all where there are none. */
struct span
mail_bracketed(struct span s)
{
	struct span inner, rest;

	span_cut(s, '<', &inner);
	return span_trim(inner.len > 0 ? span_cut(inner, '>', &rest) : s);
}

static void
claim_from(const struct mail *m, struct event *ev)
{
	if (!m->from_alone || !mailtrust_is_address(m->from) || m->report ||
		m->from_nobody || mailtrust_automatic(&m->head) ||
		mailtrust_names_another(m->from_name, m->from))
		return;
	event_claim(m->arena, ev, "email", m->from,
		m->vouched ? ATTESTED : ASSERTED);
	event_trait(ev, "name", m->from_name);
}

struct event *
mail_add(const struct mail *m, struct span bytes, struct events *events)
{
	struct event *ev = events_add(m->arena, events);
	struct span id = m->id;

	ev->type = "message";
	ev->line = events->count;
	ev->occurred_at = m->date;
	if (id.len > 0 && id.len <= MAIL_ID && span_is_utf8(id)) {
		ev->external_id = span_of(arena_printf(m->arena, "%s/%s",
			span_text(m->arena, id),
			m->recipient.len ? span_text(m->arena, m->recipient)
					 : ""));
	} else {
		uint8_t digest[DIGEST_SIZE];

		digest_sha256(bytes, digest);
		ev->external_id =
			span_of(digest_hex(m->arena, digest, sizeof(digest)));
	}
	event_body(ev, "subject", m->subject);
	event_body(ev, "text", m->text);
	event_body(ev, "message_id", mail_clean(m->arena, id));
	event_body(ev, "in_reply_to",
		mail_clean(m->arena, mail_bracketed(mail_head_value(
					     &m->head, "In-Reply-To"))));
	event_body(ev, "references",
		mail_clean(m->arena, mail_head_value(&m->head, "References")));
	event_body(ev, "to", m->to);
	event_body(ev, "recipient", m->recipient);
	claim_from(m, ev);
	return ev;
}

int64_t
mail_date(struct arena *a, struct span s)
{
	GDateTime *date;
	int64_t at = CLOCK_NONE;

	need_gmime();
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
bool
mail_is_report(struct span type)
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
	report = mail_is_report(span_of(type));
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
	m->from_name = mail_clean(
		m->arena, span_of(internet_address_get_name(address)));
}

/* The first of To is whom it is for where the envelope does not say. */
void
mail_to(struct mail *m, struct span address)
{
	struct span one = mail_clean(m->arena, span_trim(address));

	if (one.len == 0 || m->to.len + 2 + one.len > MAIL_TEXT)
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
			mail_to(m, span_of(internet_address_mailbox_get_addr(
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

			m->text = mail_clean(m->arena, span_of(text));
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

bool
mail_read(struct arena *a, struct span bytes, struct mail *m, struct err *e)
{
	GMimeMessage *message = NULL;

	need_gmime();
	*m = (struct mail){ .arena = a };
	if (groups_too_deep(bytes))
		return fail(e, ERR_INPUT,
			"expected at most %d colons among addresses",
			COLONS_MAX);
	if (bytes.len > 0)
		message = read_mime(a, bytes);
	if (message != NULL)
		read_headers(m, message);
	if (!is_message(&m->head))
		return fail(e, ERR_INPUT, "expected an RFC 5322 message");
	m->report = is_report(message);
	read_from(m, message);
	read_to(m, message);
	read_text(m, message);
	m->id = mail_bracketed(mail_head_value(&m->head, "Message-ID"));
	m->subject =
		mail_clean(a, span_of(g_mime_message_get_subject(message)));
	m->date = mail_date(a, mail_head_value(&m->head, "Date"));
	return true;
}

void
mail_from(struct mail *m, struct span value)
{
	InternetAddressList *list;
	InternetAddress *one;

	need_gmime();
	/* Groups are nobody in particular, and see groups_too_deep. */
	if (!value.len || value.len > MAIL_TEXT ||
		memchr(value.data, ':', value.len))
		return;
	list = internet_address_list_parse(NULL, span_text(m->arena, value));
	if (list == NULL)
		return;
	one = internet_address_list_length(list) == 1
		      ? internet_address_list_get_address(list, 0)
		      : NULL;
	if (one != NULL && INTERNET_ADDRESS_IS_MAILBOX(one)) {
		m->from_alone = true;
		m->from = mail_clean(
			m->arena, span_of(internet_address_mailbox_get_addr(
					  INTERNET_ADDRESS_MAILBOX(one))));
		m->from_name = mail_clean(
			m->arena, span_of(internet_address_get_name(one)));
	}
	g_object_unref(list);
}

void
mail_of_head(struct arena *a, struct mail_head head, struct mail *m)
{
	struct span rest, to = mail_head_value(&head, "To");

	*m = (struct mail){ .arena = a, .head = head };
	if (mail_head_count(&head, "From") == 1)
		mail_from(m, mail_head_value(&head, "From"));
	m->report = mail_is_report(span_trim(
		span_cut(mail_head_value(&head, "Content-Type"), ';', &rest)));
	while (to.len)
		mail_to(m, mail_bracketed(span_cut(to, ',', &to)));
	m->id = mail_bracketed(mail_head_value(&head, "Message-ID"));
	m->date = mail_date(a, mail_head_value(&head, "Date"));
}

static bool
is_word(struct span word, const char *const *list)
{
	for (; *list; list++)
		if (span_is_nocase(word, *list))
			return true;
	return false;
}

struct event *
mail_status(struct arena *a, struct events *events, struct span word,
	struct span email, int64_t at)
{
	static const char *const acts[] = { "open", "opened", "click",
		"clicked", "unique_opened", "unique_clicked", NULL };
	static const char *const ends[] = { "unsubscribe", "unsubscribed",
		"unsub", "group_unsubscribe", "spamreport", "spam",
		"complained", "complaint", NULL };
	static const char *const returns[] = { "group_resubscribe",
		"resubscribed", NULL };
	bool denied = is_word(word, ends), granted = is_word(word, returns);
	struct event *ev = events_add(a, events);

	ev->type = "status";
	ev->line = events->count;
	ev->name = word;
	ev->occurred_at = at;
	if (denied || granted)
		event_consent(ev, "marketing", "email",
			granted ? CONSENT_GRANTED : CONSENT_DENIED, at);
	email = span_trim(email);
	if ((denied || granted || is_word(word, acts)) &&
		mailtrust_is_address(email))
		event_claim(a, ev, "email", email, ASSERTED);
	return ev;
}

struct span
mail_decode(struct arena *a, struct span s, const char *charset)
{
	char *text = NULL;
	gsize len = 0;

	if (s.len && *charset)
		text = g_convert(s.data, (gssize)s.len, "UTF-8", charset, NULL,
			&len, NULL);
	if (text) {
		s = mail_clean(a, (struct span){ text, len });
		g_free(text);
		return s;
	}
	return mail_clean(a, s);
}
