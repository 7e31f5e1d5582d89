/* SPDX-License-Identifier: Apache-2.0 */
/* SendGrid: requests of our own, and recorded ones where the shared folder
 * is. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_sendgrid;
Suite *suite(void);

/* As src/channels/sendgrid.c has it. */
struct conf {
	struct source_conf base;
	const char *public_key;
	size_t window;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "sendgrid",
					  .assurance = ASSERTED,
					  .secrets = secrets } };

static struct arena *a;

static void
setup(void)
{
	a = arena_create();
}

static void
teardown(void)
{
	arena_destroy(a);
}

#define EVENT(word, more)                                                      \
	"[{'email':'ana@mail.example','event':'" word "','sg_event_id':'e1',"  \
	"'timestamp':1700000000" more "}]"
#define SAID(type, word) type " \"" word "\" id=e1 at=2023-11-14T22:13:20Z"
#define WHO " email=ana@mail.example/asserted"

static const struct {
	const char *body, *said;
} rows[] = {
	{ EVENT("open", ""), SAID("status", "open") WHO },
	{ EVENT("click", ",'url':'x'"), SAID("status", "click") WHO },
	{ EVENT("bounce", ",'type':'blocked'"), SAID("status", "bounce") },
	{ EVENT("unsubscribe", ""), SAID("consent", "unsubscribe") WHO },
	{ EVENT("group_unsubscribe", ""),
		SAID("consent", "group_unsubscribe") WHO },
	{ EVENT("group_resubscribe", ""),
		SAID("consent", "group_resubscribe") WHO },
	{ EVENT("spamreport", ""), SAID("consent", "spamreport") WHO },
	{ "[1]", "refused: an object with an event" },
	{ "[]", "" },
	{ "a=b", "1 expected a form with headers or email, or an array of "
		 "events" },
	{ "[", "1 json: line 1: ']' expected" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(say_body(a, &channel_sendgrid, &conf,
				 say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

#define PART(name, value)                                                      \
	"--xYz\r\nContent-Disposition: form-data; name=\"" name                \
	"\"\r\n\r\n" value "\r\n"
#define MAIL(from, dkim)                                                       \
	PART("headers",                                                        \
		"Received: x\n by y\nFrom: " from "\nDate: Wed, 25 Nov 2026 "  \
		"12:00:00 +0000\nMessage-ID: <m@mail.example>\nTo: "           \
		"shop@shop.example\n")                                         \
	PART("subject", "hi")                                                  \
	PART("text", "ol\xe1")                                                 \
	PART("charsets", "{\"text\":\"iso-8859-1\"}")                          \
	PART("envelope", "{\"to\":[\"shop@shop.example\"],\"from\":"           \
			 "\"b@mail.example\"}")                                \
	PART("dkim", dkim)                                                     \
	"--xYz\r\nContent-Disposition: form-data; name=\"attachment1\"; "      \
	"filename=\"a\"\r\n\r\nbytes\r\n--xYz--\r\n"
#define MESSAGE                                                                \
	"message id=m@mail.example/shop@shop.example at=2026-11-25T12:00:00Z"

/* The verdict says of which domains the signatures are. */
START_TEST(who_wrote)
{
	static const struct {
		const char *body, *said;
	} cases[] = {
		{ MAIL("Ana <ana@mail.example>", "{@mail.example : pass}"),
			MESSAGE " email=ana@mail.example/attested" },
		{ MAIL("Ana <ana@x.mail.example>",
			  "{@other.example : pass, @mail.example : pass}"),
			MESSAGE " email=ana@x.mail.example/attested" },
		{ MAIL("Ana <ana@mail.example>", "{@mail.example : fail}"),
			MESSAGE WHO },
		{ MAIL("Ana <ana@mail.example>", "{@other.example : pass}"),
			MESSAGE WHO },
		{ MAIL("Ana <ana@mail.example>", "none"), MESSAGE WHO },
		{ MAIL("Ana <ana@mail.example>\nList-Id: x",
			  "{@mail.example : pass}"),
			MESSAGE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		ck_assert_str_eq(say_body(a, &channel_sendgrid, &conf,
					 span_of(cases[i].body)),
			cases[i].said);
}
END_TEST

START_TEST(charsets)
{
	struct inbound in = { .method = "POST",
		.body = span_of(MAIL("ana@mail.example", "none")) };
	struct events events = { 0 };

	ck_assert(channel_sendgrid.parse(a, &in, &conf, &events, NULL));
	ck_assert_str_eq(
		json_write(a, json_object_get(events.items->body, "text")),
		"\"ol\xc3\xa1\"");
}
END_TEST

START_TEST(signatures)
{
	struct vector vectors[VECTORS_MAX];
	size_t count = vectors_of(a, "sendgrid-ecdsa", vectors);
	struct inbound in = { .method = "POST",
		.query = span_of("key=secret") };
	struct conf own = conf;
	struct err e = { 0 };

	ck_assert(channel_sendgrid.verify(&in, &conf, &e));
	in.query = span_of("key=Secret");
	ck_assert(!channel_sendgrid.verify(&in, &conf, &e));
	for (size_t i = 0; i < count; i++) {
		struct vector *v = &vectors[i];
		char *key = vector_text(a, v->all, "public_key_spki_b64");
		struct header headers[2];
		const char *name;
		json_t *value;

		in = (struct inbound){ .method = "POST",
			.headers = headers,
			.raw = span_of(v->body) };
		json_object_foreach(json_object_get(v->all, "headers"), name,
			value) headers[in.header_count++] =
			(struct header){ span_of(name),
				span_of(span_text(a, json_span(a, value))) };
		own.public_key = key;
		ck_assert(channel_sendgrid.check(&own, &e));
		assert_each_byte(&channel_sendgrid, &in, &own, v->body);
		for (size_t k = 0; k < 2; k++)
			assert_each_byte(&channel_sendgrid, &in, &own,
				(char *)(uintptr_t)headers[k].value.data);
		/* The first bytes say what kind of key it is. */
		assert_each_byte(&channel_sendgrid, &in, &own, key + 40);
	}
	own.public_key = "AAAA";
	ck_assert(!channel_sendgrid.check(&own, &e));
	assert_keeps(a, &channel_sendgrid, "/",
		say_json(a, EVENT("x", "")).data, &conf);
}
END_TEST

static const struct {
	const char *file, *said;
} recorded[] = {
	{ "webhooks__bounce_event.json",
		"status \"bounce\" id=lC0Rc-FuQmKbnxCWxX1jRQ "
		"at=2016-04-19T19:47:30Z" },
	{ "webhooks__click_event.json",
		"status \"click\" "
		"id=OTdlOGUzYjctYjc5Zi00OWE4LWE4YWUtNjIxNjk2ZTJlNGVi "
		"at=2016-04-19T19:47:30Z "
		"email=recipient@example.com/asserted" },
	{ "webhooks__compatibility_message_id_from_smtp_id.json",
		"status \"delivered\" id=nOSv8m0eTQ-vxvwNwt3fZQ "
		"at=2016-04-19T19:47:30Z" },
	{ "webhooks__deferred_event.json",
		"status \"deferred\" id=b_syL5UiTvWC_Ky5L6Bs5Q "
		"at=2016-04-21T01:09:50Z" },
	{ "webhooks__delivered_event.json",
		"status \"delivered\" id=nOSv8m0eTQ-vxvwNwt3fZQ "
		"at=2016-04-19T19:47:30Z" },
	{ "webhooks__dropped_bounced.json",
		"status \"dropped\" id=zmzJhfJgAfUSOW80yEbPyw== "
		"at=2017-12-15T00:59:29Z" },
	{ "webhooks__dropped_invalid_event.json",
		"status \"dropped\" id=3NPOePGOTkeM_U3fgWApfg "
		"at=2016-04-19T19:47:30Z" },
	{ "webhooks__dropped_unsubscribed_event.json",
		"status \"dropped\" id=oxy9OLwMTAy5EsuZn1qhIg "
		"at=2016-04-19T19:47:30Z" },
	{ "webhooks__open_event.json",
		"status \"open\" "
		"id=MjIwNDg5NTgtZGE3OC00NDI1LWFiMmMtMDUyZTU2ZmFkOTFm "
		"at=2016-04-19T19:47:30Z "
		"email=recipient@example.com/asserted" },
	{ "webhooks__processed_event.json",
		"status \"processed\" id=ZyjAM5rnQmuI1KFInHQ3Nw "
		"at=2016-04-19T19:47:26Z" },
	{ "signed_dropped_event.body",
		"status \"dropped\" "
		"id=ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA "
		"at=2020-09-14T19:41:32Z" },
	{ "signed_two_events.body",
		"status \"processed\" "
		"id=cHJvY2Vzc2VkLTE5OTQyMTEyLXFOd0JMZ1BRUWpXNkRKdktRd1NBYnctMA "
		"at=2021-04-28T23:05:46Z\n"
		"status \"bounce\" "
		"id=Ym91bmNlLTAtMTk5NDIxMTItcU53QkxnUFFRalc2REp2S1F3U0Fidy0w "
		"at=2021-04-28T23:05:47Z" },
};

START_TEST(recorded_events)
{
	struct span body = say_recorded(
		a, arena_printf(a, "email_sendgrid/%s", recorded[_i].file));

	if (body.len)
		ck_assert_str_eq(say_body(a, &channel_sendgrid, &conf, body),
			recorded[_i].said);
}
END_TEST

static const struct {
	const char *file, *said;
} forms[] = {
	{ "inbound__inbound_basics.form.json",
		"message "
		"id=CAEPk3R+4Zr@mail.example.org/test@inbound.example.com "
		"at=2017-10-12T01:31:04Z "
		"email=from+test@example.org/attested" },
	{ "inbound__inbound_mime.form.json",
		"message "
		"id=CAEPk3RKEx@mail.example.org/test@inbound.example.com "
		"at=2017-10-13T01:03:30Z email=test@example.org/attested" },
	{ "inbound__attachments.http", "message "
				       "id="
				       "80db85ccda2e184a57481e6d5f077cee274ffa6"
				       "4d0e16977ffe23b2ac8c43856" },
	{ "inbound__inbound_charsets.http",
		"message "
		"id="
		"3cdcbb5debaf379306fbeca2b7e72544672556e40bcb5031b67d434bcaeade"
		"eb "
		"at=2020-07-24T16:43:46Z email=sender@example.com/asserted" },
};

/* Forms were recorded as objects, or as whole requests. */
START_TEST(recorded_mail)
{
	struct span text = say_recorded(
		a, arena_printf(a, "email_sendgrid/%s", forms[_i].file));
	struct span body;

	if (!text.len)
		return;
	if (span_starts(text, "{"))
		body = span_of(say_form(a, json_read(a, text, NULL)));
	else
		body = say_request(a, text).body;
	ck_assert_str_eq(
		say_body(a, &channel_sendgrid, &conf, body), forms[_i].said);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("sendgrid");
	TCase *t = tcase_create("sendgrid");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, who_wrote);
	tcase_add_test(t, charsets);
	tcase_add_test(t, signatures);
	tcase_add_loop_test(t, recorded_events, 0,
		(int)(sizeof(recorded) / sizeof(*recorded)));
	tcase_add_loop_test(
		t, recorded_mail, 0, (int)(sizeof(forms) / sizeof(*forms)));
	suite_add_tcase(s, t);
	return s;
}
