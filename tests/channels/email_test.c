/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The email channel: samples of our own, and real messages where the shared
 * folder is at hand.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "core/channel.h"
#include "core/json.h"

#include "keeps.h"
#include "say.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_email;
Suite *suite(void);

static const char *keys[] = { "old", "k1", NULL };
/* As src/channels/email.c has it. */
static const struct {
	struct source_conf base;
	const char *authserv_id;
} conf = {
	.base = { .name = "box",
		.region = "BR",
		.assurance = ASSERTED,
		.secrets = keys },
	.authserv_id = "mx.shop.example",
};

#define FROM "From: Ana Souza <ana@mail.example>\r\n"
#define REST                                                                   \
	"To: Shop <sac@shop.example>\r\nSubject: Pedido\r\n"                   \
	"Date: Wed, 25 Nov 2026 12:00:00 -0300\r\n"                            \
	"Message-ID: <m1@mail.example>\r\n\r\nOi\r\n"
#define PASS                                                                   \
	"Authentication-Results: mx.shop.example;\r\n"                         \
	" dmarc=pass (p=reject) header.from=mail.example\r\n"
#define FOREIGN                                                                \
	"Authentication-Results: evil.example;"                                \
	" dmarc=pass header.from=mail.example\r\n"
#define FAIL                                                                   \
	"Authentication-Results: mx.shop.example;"                             \
	" dmarc=fail header.from=mail.example\r\n"

static struct arena *arena;
static struct events events;

static void
setup(void)
{
	arena = arena_create();
	events = (struct events){ 0 };
}

static void
teardown(void)
{
	arena_destroy(arena);
}

static bool
parse_bytes(struct span body, struct err *e)
{
	struct inbound in = { .method = "POST", .body = body };

	*e = (struct err){ .code = ERR_NONE };
	events = (struct events){ 0 };
	return channel_email.parse(arena, &in, &conf, &events, e);
}

static const struct event *
parse(const char *body)
{
	struct err e;

	ck_assert_msg(parse_bytes(span_of(body), &e), "%s", e.text);
	ck_assert_uint_eq(events.count, 1);
	return &events.items[0];
}

/* The assurance of the one claim; 0 where nobody is named. */
static int
assurance(const char *body)
{
	const struct event *ev = parse(body);

	ck_assert_str_eq(ev->type, "message");
	return ev->claim_count == 0 ? 0 : (int)ev->claims[0].assurance;
}

static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

START_TEST(keys_are_asked_for)
{
	struct {
		const char *auth;
		bool good;
	} cases[] = {
		{ "Bearer k1", true },
		{ "Basic b2xkOg==", true },
		{ "Bearer k2", false },
		{ "Bearer ", false },
		{ NULL, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct header h = { span_of("Authorization"),
			span_of(cases[i].auth) };
		struct inbound in = { .method = "POST",
			.headers = &h,
			.header_count = cases[i].auth != NULL };
		struct err e = { .code = ERR_NONE };

		ck_assert_int_eq(
			channel_email.verify(&in, &conf, &e), cases[i].good);
		ck_assert_int_eq(e.code, cases[i].good ? ERR_NONE : ERR_AUTH);
	}
}
END_TEST

START_TEST(a_message_is_kept)
{
	const struct event *ev = parse(PASS FROM
		"Reply-To: other@mail.example\r\n"
		"In-Reply-To: <m0@shop.example>\r\n"
		"References: <a@shop.example>\r\n <m0@shop.example>\r\n" REST);

	ck_assert(span_is(ev->external_id, "m1@mail.example/sac@shop.example"));
	ck_assert_int_eq(ev->occurred_at, INT64_C(1795618800) * CLOCK_SECOND);
	ck_assert_uint_eq(ev->claim_count, 1);
	ck_assert_str_eq(ev->claims[0].kind, "email");
	ck_assert(span_is(ev->claims[0].value, "ana@mail.example"));
	ck_assert_int_eq(ev->claims[0].assurance, ATTESTED);
	ck_assert_str_eq(text_of(ev->traits, "name"), "Ana Souza");
	ck_assert_str_eq(text_of(ev->body, "subject"), "Pedido");
	ck_assert_str_eq(text_of(ev->body, "text"), "Oi");
	ck_assert_str_eq(text_of(ev->body, "message_id"), "m1@mail.example");
	ck_assert_str_eq(text_of(ev->body, "in_reply_to"), "m0@shop.example");
	ck_assert_str_eq(text_of(ev->body, "references"),
		"<a@shop.example> <m0@shop.example>");
	ck_assert_str_eq(text_of(ev->body, "to"), "sac@shop.example");
}
END_TEST

START_TEST(only_our_border_is_believed)
{
#define AR "Authentication-Results: mx.shop.example"
	ck_assert_int_eq(assurance(FROM REST), ASSERTED);
	ck_assert_int_eq(assurance(PASS FROM REST), ATTESTED);
	ck_assert_int_eq(assurance(PASS FOREIGN FROM REST), ATTESTED);
	ck_assert_int_eq(assurance(FOREIGN FROM REST), ASSERTED);
	ck_assert_int_eq(assurance(FOREIGN PASS FROM REST), ASSERTED);
	ck_assert_int_eq(assurance(FAIL FOREIGN FROM REST), ASSERTED);
	ck_assert_int_eq(assurance(FAIL PASS FROM REST), ASSERTED);
	/* Another domain. */
	ck_assert_int_eq(assurance(AR "; dmarc=pass header.from=evil.example"
				      "\r\n" FROM REST),
		ASSERTED);
	/* What the border quotes or comments is not its verdict. */
	ck_assert_int_eq(
		assurance(AR "; spf=pass smtp.mailfrom=\"a; dmarc=pass "
			     "header.from=mail.example\"\r\n" FROM REST),
		ASSERTED);
	ck_assert_int_eq(
		assurance(AR "; spf=pass (a; dmarc=pass "
			     "header.from=mail.example)\r\n" FROM REST),
		ASSERTED);
	ck_assert_int_eq(assurance(AR "; spf=pass (a; dmarc=pass "
				      "header.from=mail.example\r\n" FROM REST),
		ASSERTED);
	/* Encoded words are not decoded into syntax. */
	ck_assert_int_eq(
		assurance(AR "; =?utf-8?q?dmarc=3Dpass_header=2Efrom=3Dmail"
			     "=2Eexample?=\r\n" FROM REST),
		ASSERTED);
	ck_assert_int_eq(
		assurance(AR " 1; dmarc = PASS "
			     "header.from = Mail.Example\r\n" FROM REST),
		ATTESTED);
}
END_TEST

START_TEST(signatures_must_be_aligned)
{
	static const struct {
		const char *signer, *from;
		int want;
	} cases[] = {
		{ "mail.example", "mail.example", ATTESTED },
		{ "mail.example", "eu.mail.example", ATTESTED },
		{ "eu.mail.example", "mail.example", ASSERTED },
		{ "example", "mail.example", ASSERTED },
		{ "ail.example", "mail.example", ASSERTED },
		{ "evil.example", "mail.example", ASSERTED },
		{ "", "mail.example", ASSERTED },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_int_eq(
			assurance(arena_printf(arena,
				"Authentication-Results: mx.shop.example;"
				" dkim=pass header.d=%s\r\n"
				"From: <a@%s>\r\n" REST,
				cases[i].signer, cases[i].from)),
			cases[i].want);
	ck_assert_int_eq(
		assurance("Authentication-Results: mx.shop.example;"
			  " dkim=fail header.d=mail.example\r\n" FROM REST),
		ASSERTED);
}
END_TEST

START_TEST(lists_and_machines_are_nobody)
{
	static const char *const headers[] = {
		"List-Id: <news.mail.example>",
		"List-Unsubscribe: <mailto:u@mail.example>",
		"Precedence: Bulk",
		"Precedence: list",
		"Precedence: junk",
		"Auto-Submitted: auto-replied (vacation)",
		"X-Autoreply: yes",
		"X-Auto-Response-Suppress: All",
		"Return-Path: <>",
		"Return-Path: < >",
		"From: Bob <bob@mail.example>",
		"Content-Type: multipart/report; boundary=x",
		"Content-Type: message/delivery-status",
	};

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		const struct event *ev = parse(arena_printf(
			arena, PASS "%s\r\n" FROM REST, headers[i]));

		ck_assert_msg(ev->claim_count == 0, "%s", headers[i]);
		ck_assert_uint_eq(json_object_size(ev->traits), 0);
	}
	ck_assert_int_eq(
		assurance("Auto-Submitted: no\r\n"
			  "Return-Path: <ana@mail.example>\r\n" FROM REST),
		ASSERTED);
}
END_TEST

START_TEST(a_sender_who_says_two_things_is_nobody)
{
	ck_assert_int_eq(
		assurance("From: a@mail.example, b@mail.example\r\n" REST), 0);
	ck_assert_int_eq(assurance("From: us: a@mail.example;\r\n" REST), 0);
	ck_assert_int_eq(assurance("From: \"boss@shop.example\" "
				   "<ana@mail.example>\r\n" REST),
		0);
	ck_assert_int_eq(assurance("From: \"Ana@Mail.example\" "
				   "<ana@mail.example>\r\n" REST),
		ASSERTED);
	ck_assert_int_eq(
		assurance("From: Ana @ Casa <ana@mail.example>\r\n" REST),
		ASSERTED);
	ck_assert_int_eq(assurance("From: undisclosed\r\n" REST), 0);
	ck_assert_int_eq(assurance(REST), 0);
}
END_TEST

START_TEST(words_and_texts_are_decoded)
{
	const struct event *ev =
		parse("From: =?ISO-8859-1?Q?Jo=E3o_Concei=E7=E3o?= "
		      "<joao@mail.example>\r\n"
		      "Subject: =?iso-8859-1?B?Q2Fm6Q==?=\r\n"
		      "Content-Type: multipart/alternative; boundary=b\r\n\r\n"
		      "--b\r\nContent-Type: text/html\r\n\r\n<b>x</b>\r\n"
		      "--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
		      "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
		      "Ol=E1\r\n--b\r\n");

	ck_assert_str_eq(text_of(ev->traits, "name"), "João Conceição");
	ck_assert_str_eq(text_of(ev->body, "subject"), "Café");
	ck_assert_str_eq(text_of(ev->body, "text"), "Olá");
}
END_TEST

START_TEST(long_texts_are_cut_at_a_character)
{
	char text[6001];
	const char *kept;

	text[0] = 'x';
	for (size_t i = 1; i + 1 < sizeof(text); i += 2) {
		text[i] = '\xc3';
		text[i + 1] = '\xa9';
	}
	text[sizeof(text) - 2] = '\0';
	kept = text_of(
		parse(arena_printf(arena,
			      FROM "Content-Type: text/plain; charset=utf-8"
				   "\r\nContent-Transfer-Encoding: 8bit\r\n"
				   "\r\n%s\r\n",
			      text))
			->body,
		"text");
	ck_assert_uint_eq(strlen(kept), 4095);
}
END_TEST

START_TEST(domains_are_compared_as_a_labels)
{
	const struct event *ev =
		parse("Authentication-Results: mx.shop.example; dmarc=pass "
		      "header.from=xn--caf-dma.example\r\n"
		      "From: <ana@Café.example>\r\n" REST);

	ck_assert_uint_eq(ev->claim_count, 1);
	ck_assert_int_eq(ev->claims[0].assurance, ATTESTED);
}
END_TEST

START_TEST(without_an_id_the_content_is_the_id)
{
	const char *body = FROM "To: sac@shop.example\r\n\r\nOi\r\n";
	struct span id = parse(body)->external_id;
	struct header to = { span_of("X-Envelope-To"),
		span_of("<b@x.example>") };
	struct inbound in = { .method = "POST",
		.headers = &to,
		.header_count = 1,
		.body = span_of(FROM REST) };
	struct err e;

	ck_assert_uint_eq(id.len, 64);
	ck_assert(span_is(parse(body)->external_id, id.data));
	ck_assert(!span_is(parse(FROM "\r\nTchau\r\n")->external_id, id.data));
	events = (struct events){ 0 };
	ck_assert(channel_email.parse(arena, &in, &conf, &events, &e));
	ck_assert(span_is(
		events.items[0].external_id, "m1@mail.example/b@x.example"));
}
END_TEST

/* The event of a request with a query, and a header or NULL. */
static const struct event *
envelope(const char *query, const char *name, const char *value,
	const char *body)
{
	struct header header = { span_of(name), span_of(value) };
	struct inbound in = { .method = "POST",
		.query = span_of(query),
		.headers = &header,
		.header_count = name != NULL,
		.body = span_of(body) };
	struct err e;

	events = (struct events){ 0 };
	ck_assert(channel_email.parse(arena, &in, &conf, &events, &e));
	ck_assert_uint_eq(events.count, 1);
	return events.items;
}

START_TEST(the_envelope_says_whom_it_is_for)
{
	static const struct {
		const char *query, *name, *value, *head, *want;
	} cases[] = {
		{ "", NULL, NULL, "", "sac@shop.example" },
		{ "recipient=b%40x.example", NULL, NULL, "", "b@x.example" },
		{ "to=b@x.example", NULL, NULL, "", "b@x.example" },
		/* A shell that encodes nothing. */
		{ "sender=a@b.example&recipient=b+tag@x.example", NULL, NULL,
			"", "b+tag@x.example" },
		{ "recipient=b%2btag@x.example", NULL, NULL, "",
			"b+tag@x.example" },
		{ "", "X-Envelope-To", "<b@x.example>", "", "b@x.example" },
		{ "", "x-envelope-to", "b@x.example", "", "b@x.example" },
		{ "", "Delivered-To", "b@x.example", "", "b@x.example" },
		{ "recipient=q@x.example", "X-Envelope-To", "b@x.example", "",
			"q@x.example" },
		{ "recipient=", "X-Envelope-To", "b@x.example", "",
			"b@x.example" },
		/* What a pipe writes atop the message itself. */
		{ "", NULL, NULL,
			"Delivered-To: <b@x.example>\r\n"
			"Delivered-To: older@x.example\r\n",
			"b@x.example" },
		{ "", NULL, NULL, "X-Original-To: b@x.example\r\n",
			"b@x.example" },
		{ "", "X-Envelope-To", "b@x.example",
			"Delivered-To: c@x.example\r\n", "b@x.example" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct event *ev = envelope(cases[i].query, cases[i].name,
			cases[i].value,
			arena_printf(arena, "%s" FROM REST, cases[i].head));

		ck_assert_str_eq(text_of(ev->body, "recipient"), cases[i].want);
		ck_assert_str_eq(span_text(arena, ev->external_id),
			arena_printf(
				arena, "m1@mail.example/%s", cases[i].want));
		ck_assert_uint_eq(ev->claim_count, 1);
	}
}
END_TEST

START_TEST(an_envelope_from_nobody_is_a_machines)
{
	static const struct {
		const char *query, *name, *value;
		bool person;
	} cases[] = {
		{ "sender=ana@mail.example", NULL, NULL, true },
		{ "sender=", NULL, NULL, false },
		{ "recipient=b@x.example&from=%3C%3E", NULL, NULL, false },
		{ "sender=MAILER-DAEMON", NULL, NULL, false },
		{ "", "X-Envelope-From", "<ana@mail.example>", true },
		{ "", "X-Envelope-From", "<>", false },
		{ "", "X-Envelope-From", "MAILER-DAEMON", false },
		{ "", "Return-Path", "<>", false },
		{ "", "Return-Path", "ana@mail.example", true },
		{ "sender=ana@mail.example", "Return-Path", "<>", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct event *ev = envelope(cases[i].query, cases[i].name,
			cases[i].value, PASS FROM REST);

		ck_assert_msg(ev->claim_count == cases[i].person, "%s %s",
			cases[i].query, cases[i].value ? cases[i].value : "");
		ck_assert_uint_eq(
			json_object_size(ev->traits), cases[i].person);
	}
}
END_TEST

START_TEST(it_keeps_the_headers_it_reads)
{
	assert_keeps(arena, &channel_email, "/", FROM REST, &conf);
}
END_TEST

START_TEST(postmark_mail_is_never_attested)
{
	const struct event *ev = parse(
		" {\"FromFull\":{\"Email\":\"ana@mail.example\",\"Name\":"
		"\"Ana\"},\"ToFull\":[{\"Email\":\"\"},{\"Email\":"
		"\"sac@shop.example\"},{\"Email\":\"b@shop.example\"}],"
		"\"MessageID\":\"22c7\",\"Subject\":\"Oi\",\"TextBody\":"
		"\"texto\",\"Date\":\"Wed, 25 Nov 2026 12:00:00 -0300\","
		"\"Headers\":[{\"Name\":\"Authentication-Results\",\"Value\":"
		"\"mx.shop.example; dmarc=pass header.from=mail.example\"},"
		"{\"Name\":\"Message-ID\",\"Value\":\"<p1@mail.example>\"}]}");

	ck_assert(span_is(ev->external_id, "p1@mail.example/sac@shop.example"));
	ck_assert_int_eq(ev->occurred_at, INT64_C(1795618800) * CLOCK_SECOND);
	ck_assert_uint_eq(ev->claim_count, 1);
	ck_assert_int_eq(ev->claims[0].assurance, ASSERTED);
	ck_assert_str_eq(text_of(ev->traits, "name"), "Ana");
	ck_assert_str_eq(text_of(ev->body, "text"), "texto");
	ck_assert_str_eq(
		text_of(ev->body, "to"), "sac@shop.example, b@shop.example");
	ck_assert_int_eq(
		assurance("{\"FromFull\":{\"Email\":\"a@b.example\"},"
			  "\"Headers\":[{\"Name\":\"List-Id\",\"Value\":"
			  "\"x\"}]}"),
		0);
	ck_assert_int_eq(
		assurance("{\"FromFull\":{\"Email\":\"a@b.example\"},"
			  "\"Headers\":[{\"Name\":\"Content-Type\",\"Value\":"
			  "\"message/delivery-status; charset=utf-8\"}]}"),
		0);
}
END_TEST

START_TEST(postmark_events_are_statuses)
{
	const struct event *ev =
		parse("{\"RecordType\":\"Open\",\"MessageID\":\"m\","
		      "\"ReceivedAt\":\"2026-11-25T12:00:00Z\","
		      "\"Recipient\":\"ana@mail.example\"}");

	ck_assert_str_eq(ev->type, "status");
	ck_assert(span_is(ev->name, "Open"));
	ck_assert(span_is(ev->external_id, "Open/m/2026-11-25T12:00:00Z"));
	ck_assert_uint_eq(ev->claim_count, 1);
	ck_assert_int_eq(ev->claims[0].assurance, ASSERTED);
	ev = parse("{\"RecordType\":\"Bounce\",\"ID\":9,\"Type\":"
		   "\"HardBounce\",\"Email\":\"ana@mail.example\","
		   "\"BouncedAt\":\"2016-04-27T16:28:50.3963933-04:00\"}");
	ck_assert_str_eq(ev->type, "status");
	ck_assert_uint_eq(ev->claim_count, 0);
	ck_assert_str_eq(text_of(ev->body, "kind"), "HardBounce");
	ck_assert(ev->occurred_at != CLOCK_NONE);
}
END_TEST

START_TEST(what_cannot_be_understood_is_an_error)
{
	static const char *const bodies[] = { "", "  ", "{", "{}",
		"{\"FromFull\":[]}", "\r\n\r\n", "no header at all\r\n" };

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct err e;
		bool understood = parse_bytes(span_of(bodies[i]), &e);

		ck_assert_msg(
			!understood && e.code == ERR_INPUT, "%s", bodies[i]);
	}
}
END_TEST

/* GMime would run out of stack. */
START_TEST(groups_inside_groups_are_refused)
{
	static char groups[400001];
	static const char *const bodies[] = { FROM "To: %s\r\n\r\nOi",
		FROM "cc :\r\n\t%s\r\n\r\nOi",
		"\xef\xbb\xbf"
		"From: %s\r\n\r\nOi",
		FROM "Content-Type: message/rfc822\r\n\r\nReply-To:%s\n\nOi" };

	for (size_t i = 0; i + 1 < sizeof(groups); i += 2)
		memcpy(groups + i, "g:", 2);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		const char *at = strstr(bodies[i], "%s");
		struct err e;

		ck_assert(!parse_bytes(span_of(arena_printf(arena, "%.*s%s%s",
					       (int)(at - bodies[i]), bodies[i],
					       groups, at + 2)),
			&e));
		ck_assert_int_eq(e.code, ERR_INPUT);
	}
}
END_TEST

/* Parses what is there, and every tenth of it as a mail cut short. */
static void
try_file(const char *path)
{
	static char bytes[1 << 20];
	FILE *f = fopen(path, "rb");
	size_t len;
	struct err e;

	ck_assert_ptr_nonnull(f);
	len = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	for (size_t part = 0; part <= 10; part++) {
		/* A copy of its own, so that reading beyond it shows. */
		char *copy = malloc(len * part / 10 + 1);
		struct span body = { copy + 1, len * part / 10 };

		memcpy(copy + 1, bytes, body.len);
		if (parse_bytes(body, &e))
			for (size_t i = 0; i < events.count; i++)
				event_content(arena, &events.items[i]);
		else
			ck_assert_msg(
				e.code == ERR_INPUT, "%s: %s", path, e.text);
		arena_destroy(arena); /* the events may hold the copy */
		arena = arena_create();
		free(copy);
	}
}

static void
try_folder(const char *name)
{
	const char *shared = getenv("UNIFYD_SHARED");
	char folder[1024], path[2048];
	DIR *dir;
	struct dirent *entry;
	size_t count = 0;

	snprintf(folder, sizeof(folder), "%s/payloads/%s",
		shared != NULL ? shared : "../shared", name);
	dir = opendir(folder);
	if (dir == NULL) {
		printf("email: %s is absent, not tried\n", folder);
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		try_file(path);
		count++;
	}
	closedir(dir);
	ck_assert_uint_gt(count, 0);
}

START_TEST(real_messages_do_not_surprise)
{
	try_folder("email_raw");
	try_folder("email_postmark");
}
END_TEST

static const struct {
	const char *file, *said;
} recorded[] = {
	{ "anymail_sample_email.eml", "message "
				      "id=20130503182626.18666.16540@example."
				      "com/someoneelse@example.com "
				      "at=2013-05-03T18:26:27Z" },
	{ "anymail_ses_inbound_content.eml",
		"message id=CAEPk3RKsi@mail.example.org/inbound@example.com "
		"at=2018-03-30T17:21:50Z email=from@example.org/asserted" },
	{ "cpython_msg_01.eml",
		"message id=15090.61304.110929.45684@aaa.zzz.org/bbb@zzz.org "
		"at=2001-05-04T18:05:44Z email=bbb@ddd.com/asserted" },
	{ "cpython_msg_02.eml",
		"message "
		"id="
		"05d5e533f5e590d9ee2c7692d26dc87ccbf381f4831cca3362baf596691a55"
		"bb "
		"at=2001-04-21T00:18:00Z email=ppp-request@zzz.org/asserted" },
	{ "cpython_msg_07.eml",
		"message "
		"id="
		"8358092b45c8631df6466a2e4dc23278263b2dd2ba5765e99caba47c304dd3"
		"b5 "
		"at=2001-04-20T23:35:02Z email=barry@digicool.com/asserted" },
	{ "cpython_msg_10.eml",
		"message "
		"id="
		"31b6aa0a2168c412559b6c9667846d84de86554af573a1a9dfa5dc753de375"
		"4a "
		"at=2001-04-20T23:35:02Z email=barry@python.org/asserted" },
	{ "cpython_msg_12.eml",
		"message "
		"id="
		"449711060a7ec45e0a4bfbd5d497d069676cbf31f77f3385d3e166795e79de"
		"aa "
		"at=2001-04-20T23:35:02Z email=barry@python.org/asserted" },
	{ "cpython_msg_16.eml", "message "
				"id=0GK500B04D0B8X@cougar.noc.ucla.edu/"
				"scr-admin@socal-raves.org "
				"at=2001-09-24T03:14:35Z" },
	{ "cpython_msg_22.eml",
		"message "
		"id=a05001902b7f1c33773e9@[134.84.183.138]/a@example.com "
		"at=2001-10-16T10:59:25Z email=b@example.com/asserted" },
	{ "cpython_msg_26.eml",
		"message "
		"id=6df65d354b.father.time@rpc.wooster.local/"
		"timbo@jeeves.wooster.local "
		"at=2002-05-12T07:56:15Z "
		"email=father.time@xcar.wooster.local/asserted" },
	{ "cpython_msg_35.eml", "message "
				"id="
				"3e4d25cc162e76fd6c5cc50ba26dfc4e71aedbc34f08ac"
				"850efbf934ab3c7ab1 "
				"email=aperson@dom.ain/asserted" },
	{ "cpython_msg_36.eml", "message "
				"id="
				"79e4cb253305c42e22d5631bed2d57e795a70d0356d0c0"
				"4e3ac395ab73051c52 "
				"at=1998-12-22T21:55:06Z "
				"email=Internet-Drafts@ietf.org/asserted" },
	{ "cpython_msg_43.eml",
		"message "
		"id=edab.7804f5cb8070@python.org/webmaster@python.org "
		"at=2004-11-27T03:41:44Z" },
	{ "cpython_msg_46.eml",
		"message "
		"id="
		"d92e941be30507b7dd5976f4223f9d01998f1e73262e900e0ed002b0f53dc4"
		"b7 "
		"at=2010-02-01T11:21:16Z email=sender@example.net/asserted" },
	{ "cpython_msg_47.eml", "message "
				"id="
				"f43de32a9f3ec07815d8459ad8919b9a770d34122836da"
				"36401bbafbbd4acf8e "
				"at=2001-01-01T00:00:00Z "
				"email=arthur@example.example/asserted" },
	{ "inbound__attachments.json", "1 expected FromFull or RecordType" },
	{ "inbound__check_payload.json",
		"message "
		"id=00000000-0000-0000-0000-000000000000/"
		"mailbox+SampleHash@inbound.postmarkapp.com "
		"at=2023-05-05T21:44:33Z "
		"email=support@postmarkapp.com/asserted" },
	{ "inbound__inbound_basics.json",
		"message "
		"id=CAEPk3R+4Zr@mail.example.org/test@inbound.example.com "
		"at=2017-10-12T01:31:04Z "
		"email=from+test@example.org/asserted" },
	{ "inbound__inbound_with_raw_email.json",
		"message "
		"id=CAEPk3R+4Zr@mail.example.org/test@inbound.example.com "
		"at=2017-10-12T01:31:04Z "
		"email=from+test@example.org/asserted" },
	{ "inbound__spammy_address.json",
		"message "
		"id="
		"dfd22581c3cbd39a449667c5587e5eac135e3e5be41300ca8612aeb938be69"
		"65 "
		"email=noreply@spam.example.com/asserted" },
	{ "webhooks__bounce_event.json",
		"status \"Bounce\" "
		"id=Bounce/901542550/2016-04-27T16:28:50.3963933-04:00 "
		"at=2016-04-27T20:28:50.396393Z" },
	{ "webhooks__bounce_unsubscribe_variant.json",
		"status \"Bounce\" id=Bounce/555555555/" },
	{ "webhooks__click_event.json",
		"status \"Click\" "
		"id=Click/f4830d10-9c35-4f0c-bca3-3d9b459821f8/"
		"2017-10-25T15:21:11.9065619Z "
		"at=2017-10-25T15:21:11.906561Z "
		"email=recipient@example.com/asserted" },
	{ "webhooks__delivered_event.json",
		"status \"Delivery\" "
		"id=Delivery/883953f4-6105-42a2-a16a-77a8eac79483/"
		"2014-08-01T13:28:10.2735393-04:00 "
		"at=2014-08-01T17:28:10.273539Z" },
	{ "webhooks__open_event.json",
		"status \"Open\" "
		"id=Open/f4830d10-9c35-4f0c-bca3-3d9b459821f8/"
		"2016-04-27T16:21:41.2493688-04:00 "
		"at=2016-04-27T20:21:41.249368Z "
		"email=recipient@example.com/asserted" },
	{ "webhooks__resubscribe.json",
		"consent \"SubscriptionChange\" "
		"id=SubscriptionChange/a4909a96-73d7-4c49-b148-a54522d3f7ac/"
		"2022-06-05T17:17:32Z "
		"at=2022-06-05T17:17:32Z email=john@example.com/asserted" },
	{ "webhooks__spam_event.json",
		"consent \"SpamComplaint\" "
		"id=SpamComplaint/901542550/2016-04-27T16:28:50.3963933-04:00 "
		"at=2016-04-27T20:28:50.396393Z "
		"email=spam@example.com/asserted" },
	{ "webhooks__subscription_change_bounce.json",
		"status \"SubscriptionChange\" "
		"id=SubscriptionChange/b4cb783d-78ed-43f2-983b-63f55c712dc8/"
		"2022-06-05T17:17:32Z "
		"at=2022-06-05T17:17:32Z" },
	{ "webhooks__unsubscribe.json",
		"consent \"SubscriptionChange\" "
		"id=SubscriptionChange/a4909a96-73d7-4c49-b148-a54522d3f7ac/"
		"2022-06-05T17:17:32Z "
		"at=2022-06-05T17:17:32Z email=john@example.com/asserted" },
};

START_TEST(recorded_mail)
{
	const char *file = recorded[_i].file;
	struct span body = say_recorded(arena,
		arena_printf(arena, "email_%s/%s",
			strstr(file, ".eml") ? "raw" : "postmark", file));

	if (body.len)
		ck_assert_str_eq(say_body(arena, &channel_email, &conf, body),
			recorded[_i].said);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("channels/email");
	TCase *t = tcase_create("email");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, keys_are_asked_for);
	tcase_add_test(t, a_message_is_kept);
	tcase_add_test(t, only_our_border_is_believed);
	tcase_add_test(t, signatures_must_be_aligned);
	tcase_add_test(t, lists_and_machines_are_nobody);
	tcase_add_test(t, a_sender_who_says_two_things_is_nobody);
	tcase_add_test(t, words_and_texts_are_decoded);
	tcase_add_test(t, long_texts_are_cut_at_a_character);
	tcase_add_test(t, domains_are_compared_as_a_labels);
	tcase_add_test(t, without_an_id_the_content_is_the_id);
	tcase_add_test(t, the_envelope_says_whom_it_is_for);
	tcase_add_test(t, an_envelope_from_nobody_is_a_machines);
	tcase_add_test(t, it_keeps_the_headers_it_reads);
	tcase_add_test(t, postmark_mail_is_never_attested);
	tcase_add_test(t, postmark_events_are_statuses);
	tcase_add_test(t, what_cannot_be_understood_is_an_error);
	tcase_add_test(t, groups_inside_groups_are_refused);
	tcase_add_test(t, real_messages_do_not_surprise);
	tcase_add_loop_test(t, recorded_mail, 0,
		(int)(sizeof(recorded) / sizeof(*recorded)));
	suite_add_tcase(s, t);
	return s;
}
