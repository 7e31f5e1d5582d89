/* SPDX-License-Identifier: Apache-2.0 */
/* Mailgun: requests of our own, and recorded ones where the shared folder is.
 */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_mailgun;
Suite *suite(void);

/* As src/channels/mailgun.c has it. */
struct conf {
	struct source_conf base;
	size_t window;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "mailgun",
					  .region = "BR",
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

#define STATUS(event, more)                                                    \
	"{'signature':{},'event-data':{'id':'e1','event':'" event              \
	"','timestamp':1534109600.089676,'recipient':'ana@mail.example'" more  \
	"}}"
#define SAID(word, event) word " \"" event "\" id=e1 at=2018-08-12T21:33:20Z"
#define WHO " email=ana@mail.example/asserted"

static const struct {
	const char *body, *said;
} rows[] = {
	{ STATUS("opened", ""), SAID("status", "opened") WHO },
	{ STATUS("clicked", ""), SAID("status", "clicked") WHO },
	{ STATUS("delivered", ""), SAID("status", "delivered") },
	{ STATUS("failed", ",'severity':'permanent'"),
		SAID("status", "failed") },
	{ STATUS("unsubscribed", ""), SAID("consent", "unsubscribed") WHO },
	{ STATUS("complained", ""), SAID("consent", "complained") WHO },
	{ "event=opened&recipient=ana%40mail.example&timestamp=1534109600&"
	  "Message-Id=%3Cm%40x%3E",
		"status \"opened\" id=opened/m@x/ana@mail.example/1534109600 "
		"at=2018-08-12T21:33:20Z" WHO },
	{ "{'event-data':{}}",
		"1 expected an object with event-data and its event" },
	{ "a=b", "1 expected a form with message-headers, body-mime or event" },
	{ "{", "1 json: line 1: string or '}' expected" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(say_body(a, &channel_mailgun, &conf,
				 say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

#define HEADERS                                                                \
	"[['X-Mailgun-Dkim-Check-Result','Pass'],['Dkim-Signature','v=1; "     \
	"d=mail.example; s=x'],['From','Ana <ana@mail.example>'],['Date',"     \
	"'Wed, 25 Nov 2026 12:00:00 +0000'],['Message-Id','<m@mail.example>']" \
	",['To','shop@shop.example']%s]"

static const char *
said_mail(const char *headers, const char *more)
{
	const json_t *form =
		json_own(a, json_pack("{s:s,s:s,s:s,s:s}", "message-headers",
				    say_json(a, headers).data, "recipient",
				    "shop@shop.example", "sender",
				    "bounce@mail.example", "body-plain", "hi"));

	return say_body(a, &channel_mailgun, &conf,
		span_of(arena_printf(a, "%s%s", say_form(a, form), more)));
}

#define MAIL                                                                   \
	"message id=m@mail.example/shop@shop.example at=2026-11-25T12:00:00Z"

/* The verdict counts for the one signature there is, and its domain. */
START_TEST(who_wrote)
{
	const char *headers = arena_printf(a, HEADERS, "");

	ck_assert_str_eq(said_mail(headers, ""),
		MAIL " email=ana@mail.example/attested");
	ck_assert_str_eq(
		said_mail(arena_printf(a, HEADERS,
				  ",['Dkim-Signature','d=other.example']"),
			""),
		MAIL " email=ana@mail.example/asserted");
	ck_assert_str_eq(
		said_mail(arena_printf(a, HEADERS, ",['List-Id','x']"), ""),
		MAIL);
	ck_assert_str_eq(said_mail(arena_printf(a, HEADERS,
					   ",['From','eve@other.example']"),
				 ""),
		MAIL);
	*strstr(headers, "Pass") = 'F';
	ck_assert_str_eq(said_mail(headers, ""),
		MAIL " email=ana@mail.example/asserted");
}
END_TEST

START_TEST(signatures)
{
	struct vector vectors[VECTORS_MAX];
	size_t count = vectors_of(a, "mailgun", vectors);

	for (size_t i = 0; i < count; i++) {
		struct vector *v = &vectors[i];
		const char *live[] = { v->secret, NULL };
		char *time = vector_text(a, v->all, "timestamp");
		char *body = arena_printf(a,
			"timestamp=%s&token=%s&signature=%s", time,
			vector_text(a, v->all, "token"), v->expected);
		struct conf own = conf;
		struct inbound in = { .method = "POST", .body = span_of(body) };
		struct err e = { 0 };

		own.base.secrets = live;
		assert_each_byte(&channel_mailgun, &in, &own, body);
		assert_each_byte(&channel_mailgun, &in, &own, v->secret);
		own.window = 300;
		in.at = clock_read(span_of(time)) + 301 * CLOCK_SECOND;
		ck_assert(!channel_mailgun.verify(&in, &own, &e));
		own.window = 302;
		ck_assert(channel_mailgun.verify(&in, &own, &e));
		in.body = span_of(arena_printf(a,
			"{\"signature\":{\"timestamp\":\"%s\",\"token\":\"%s\","
			"\"signature\":\"%s\"}}",
			time, vector_text(a, v->all, "token"), v->expected));
		ck_assert(channel_mailgun.verify(&in, &own, &e));
	}
	assert_keeps(a, &channel_mailgun, "/",
		say_json(a, STATUS("x", "")).data, &conf);
}
END_TEST

static const struct {
	const char *file, *said;
} recorded[] = {
	{ "webhooks__clicked_event.json",
		"status \"clicked\" "
		"id=clicked//recipient@example.com/1534109600.089676 "
		"at=2018-08-12T21:33:20Z "
		"email=recipient@example.com/asserted" },
	{ "webhooks__complained_event.json",
		"consent \"complained\" id=ncV2XwymRUKbPek_MIM-Gw "
		"at=2013-08-22T23:31:00Z "
		"email=recipient@example.com/asserted" },
	{ "webhooks__delivered_event.json",
		"status \"delivered\" id=hTWCTD81RtiDN-... "
		"at=2018-08-12T21:17:17Z" },
	{ "webhooks__failed_greylisted_event.json",
		"status \"failed\" "
		"id=failed/20180812214638.1.4A7D468E9BC18C5D@example.org/"
		"undeliverable@mx.example.com/1534111899.659519 "
		"at=2018-08-12T22:11:39Z" },
	{ "webhooks__failed_permanent_event.json",
		"status \"failed\" "
		"id=failed/20180812214658.1.0DF563D0B3597700@example.org/"
		"invalid@example.com/1534110422.389832 "
		"at=2018-08-12T21:47:02Z" },
	{ "webhooks__failed_temporary_event.json",
		"status \"failed\" "
		"id=failed/20180812214638.1.4A7D468E9BC18C5D@example.org/"
		"undeliverable@nomx.example.com/1534111899.659519 "
		"at=2018-08-12T22:11:39Z" },
	{ "webhooks__opened_event.json",
		"status \"opened\" "
		"id=opened/20180812213139.1.BC6694A917BB7E6A@example.org/"
		"recipient@example.com/1534109600.089676 "
		"at=2018-08-12T21:33:20Z "
		"email=recipient@example.com/asserted" },
	{ "webhooks__rejected_event.json",
		"status \"rejected\" "
		"id=rejected/"
		"20180622220256.1.B31A451A2E5422BB@sandbox55887.mailgun.org//"
		"1529704976.104692 "
		"at=2018-06-22T22:02:56Z" },
	{ "webhooks__unsubscribed_event.json",
		"consent \"unsubscribed\" id=W3X4JOhFT-OZidZGKKr9iA "
		"at=2013-08-22T23:23:11Z "
		"email=recipient@example.com/asserted" },
};

START_TEST(recorded_events)
{
	struct span body = say_recorded(
		a, arena_printf(a, "email_mailgun/%s", recorded[_i].file));

	if (body.len)
		ck_assert_str_eq(say_body(a, &channel_mailgun, &conf, body),
			recorded[_i].said);
}
END_TEST

static const struct {
	const char *file, *said;
} forms[] = {
	{ "inbound__inbound_basics",
		"message "
		"id=CAEPk3R+4Zr@mail.example.org/test@inbound.example.com "
		"at=2017-10-12T01:31:04Z "
		"email=from+test@example.org/attested" },
	{ "inbound__inbound_mime",
		"message "
		"id=CAEPk3RKEx@mail.example.org/test@inbound.example.com "
		"at=2017-10-13T01:03:30Z email=test@example.org/asserted" },
	{ "webhooks__alt_smtp_code",
		"status \"bounced\" "
		"id=bounced//noreply@example.com/1234567890 "
		"at=2009-02-13T23:31:30Z" },
	{ "webhooks__delivered_event",
		"status \"delivered\" "
		"id=delivered/20160421175529.19495.89030.B3AE3728@example.com/"
		"recipient@example.com/1461261330 "
		"at=2016-04-21T17:55:30Z" },
	{ "webhooks__dropped_bounce",
		"status \"dropped\" "
		"id=dropped/20160421180324.70521.79375.96884DDB@example.com/"
		"bounce@example.com/1461261330 "
		"at=2016-04-21T17:55:30Z" },
	{ "webhooks__dropped_spam",
		"status \"dropped\" "
		"id=dropped//complaint@example.com/1234567890 "
		"at=2009-02-13T23:31:30Z" },
	{ "webhooks__dropped_timed_out",
		"status \"dropped\" "
		"id=dropped//complaint@example.com/1234567890 "
		"at=2009-02-13T23:31:30Z" },
	{ "webhooks__invalid_mailbox",
		"status \"bounced\" "
		"id=bounced//noreply@example.com/1234567890 "
		"at=2009-02-13T23:31:30Z" },
	{ "webhooks__metadata_key_conflicts",
		"status \"metadata-event\" "
		"id=metadata-event//metadata-recipient/1461261330 "
		"at=2016-04-21T17:55:30Z" },
	{ "webhooks__metadata_message_headers",
		"status \"delivered\" id=delivered///1234567890 "
		"at=2009-02-13T23:31:30Z" },
	{ "webhooks__metadata_post_fields",
		"status \"clicked\" id=clicked///1234567890 "
		"at=2009-02-13T23:31:30Z" },
	{ "webhooks__tags", "status \"opened\" id=opened///1234567890 "
			    "at=2009-02-13T23:31:30Z" },
	{ "webhooks__x_tags", "status \"delivered\" id=delivered///1234567890 "
			      "at=2009-02-13T23:31:30Z" },
};

/* Forms were recorded as objects. */
START_TEST(recorded_forms)
{
	struct span text = say_recorded(a,
		arena_printf(a, "email_mailgun/%s.form.json", forms[_i].file));

	if (text.len)
		ck_assert_str_eq(
			say_body(a, &channel_mailgun, &conf,
				span_of(say_form(a, json_read(a, text, NULL)))),
			forms[_i].said);
}
END_TEST

START_TEST(recorded_multipart)
{
	static const struct {
		const char *file, *said;
	} whole[] = {
		{ "inbound__attachments", "message "
					  "id="
					  "f6106d05cef1dc0e32aeb31bc9cf6199a2ed"
					  "6d033900dfffc3b89a40b11bafb6" },
		{ "inbound__unusual_content_id_map",
			"message "
			"id="
			"f4d08944a7536f3b6305550bbd2b61d235d8ac88b50b0d8f3fd8a1"
			"e08f9226ef" },
	};

	for (size_t i = 0; i < 2; i++) {
		struct span text =
			say_recorded(a, arena_printf(a, "email_mailgun/%s.http",
						whole[i].file));

		if (text.len)
			ck_assert_str_eq(say_body(a, &channel_mailgun, &conf,
						 say_request(a, text).body),
				whole[i].said);
	}
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("mailgun");
	TCase *t = tcase_create("mailgun");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, who_wrote);
	tcase_add_test(t, signatures);
	tcase_add_test(t, recorded_multipart);
	tcase_add_loop_test(t, recorded_events, 0,
		(int)(sizeof(recorded) / sizeof(*recorded)));
	tcase_add_loop_test(
		t, recorded_forms, 0, (int)(sizeof(forms) / sizeof(*forms)));
	suite_add_tcase(s, t);
	return s;
}
