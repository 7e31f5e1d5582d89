/* SPDX-License-Identifier: Apache-2.0 */
/* Amazon SES through SNS: requests of our own, and recorded ones where the
 * shared folder is. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_ses;
Suite *suite(void);

/* As src/channels/ses.c has it. */
struct conf {
	struct source_conf base;
	const char *public_key;
	const char *const *topics;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "ses",
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

#define NOTE(kind, more)                                                       \
	"{'eventType':'" kind "','mail':{'messageId':'m1','timestamp':"        \
	"'2026-11-25T12:00:00Z','destination':['ana@mail.example']}" more "}"
#define SAID(type, kind, at)                                                   \
	type " \"" kind "\" id=" kind "/m1/ana@mail.example/" at " at=" at
#define T1 "2026-11-25T12:00:01Z"
#define WHO " email=ana@mail.example/asserted"

static const struct {
	const char *body, *said;
} rows[] = {
	{ NOTE("Open", ",'open':{'timestamp':'" T1 "'}"),
		SAID("status", "Open", T1) WHO },
	{ NOTE("Click", ",'click':{'timestamp':'" T1 "','link':'x'}"),
		SAID("status", "Click", T1) WHO },
	{ NOTE("Delivery", ",'delivery':{'timestamp':'" T1
			   "','recipients':['ana@mail.example']}"),
		SAID("status", "Delivery", T1) },
	{ NOTE("Bounce", ",'bounce':{'timestamp':'" T1
			 "','bouncedRecipients':[{'emailAddress':"
			 "'ana@mail.example'}]}"),
		SAID("status", "Bounce", T1) },
	{ NOTE("Complaint", ",'complaint':{'timestamp':'" T1
			    "','complainedRecipients':[{'emailAddress':"
			    "'ana@mail.example'}]}"),
		SAID("consent", "Complaint", T1) WHO },
	{ NOTE("Subscription", ",'subscription':{'timestamp':'" T1
			       "','newTopicPreferences':{'unsubscribeAll':"
			       "true}}"),
		"consent \"unsubscribed\" "
		"id=Subscription/m1/ana@mail.example/" T1 " at=" T1 WHO },
	{ NOTE("Tomorrow", ""),
		SAID("status", "Tomorrow", "2026-11-25T12:00:00Z") },
	{ "{'Type':'SubscriptionConfirmation','MessageId':'s','SubscribeURL':"
	  "'https://x'}",
		"unknown \"SubscriptionConfirmation\" id=s" },
	{ "{'Type':'Notification','MessageId':'s','Message':'hello'}",
		"unknown \"Notification\" id=s" },
	{ "{}", "1 expected a notification of SNS or SES" },
	{ "", "1 json: line 1: unexpected token" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(
		say_body(a, &channel_ses, &conf, say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

static const char key[] =
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAple1p7aoMrzM"
	"+M/Jf/u91hgbfej0uxxQporeQzcdTAzTUeT61q/VwFqyQC+gGM/BbAFX"
	"cl3ZDjqOzNzTnWW+zweaCMaycC5h008bZAm8LQmPKF3DTAf9PDXj0js0"
	"jBsyxLi5ddy+xlZToi1XmmnIuaUBbrLTS1KwGjLc4blvbG1DlIIURjTf"
	"WiX8rDP1uB6Lzgov3KbeBsR0J+A99a5q2tqFtGcy+tQDfTaoHzB9pNzC"
	"4EzmHz5lkpGZrzzYigaMch2AU46RYMcqnGyRa6U9sxUCVE1H+FNM/3nM"
	"jRgVgBCJ4IB8AOhIDGKfIZ6EkR401pDWX+uv12x32tDpqAqUxwIDAQAB";
static const char body[] = "{\"Type\":\"Notification\",\"MessageId\":\"m1\","
			   "\"TopicArn\":\"arn:aws:sns:x:1:T\",\"Message\":"
			   "\"hi\",\"Timestamp\":\"2026-11-25T12:00:00.000Z\","
			   "\"SignatureVersion\":\"%s\",\"Signature\":\"%s\"}";

/* Made with a certificate of our own, as SNS documents it. */
START_TEST(signatures)
{
	static const char *const made[] = {
		"KSgtEv15GD05xC1coomvxExjmdoGvyYlj06hLuxj2eo+lv+AiFaABEZg"
		"nI91m00kNU8DcWdOlDSPsfoj8GpwDks0um8WxhTOKwa/qKetdjGtwKtz"
		"jdWPTc2HM9bAxoG60Htpp2LC59ZdVV8DbeIwr+pSxqm9nvOAIcDqLYUu"
		"FfB0EsbtNLXES5DiVSkjd69HXgP+7//M7c1W/T55bMAWXFMPIKXLOrkW"
		"K5v7IUrqUVTa06tzzNmRM9HgXo4EESmPZZCumssA3eLbnkgGb6bKIi66"
		"i7WXfGtHYKVfKapfI7yMMUa90TZ2BliIE00QJWQ0dE/ksbYUapVfdUnM"
		"rRwfYg==",
		"a5sG/IgUC2u5NpmhpOkAhdM/fimn3EmOiiVxPs3CiJxVzga2gYViI4OK"
		"2SvVRKNKON3AF4o0JwHNg+fZH6KUDYZVDiB1DrtipZoXB3wWXkoC5heP"
		"VdxaaFrTR73u7zYaSQKWD1ur+4VA3uRCx8gJ6eRX2Ji//+tTiQQZ9Qj+"
		"6dwlxNSBrsEve5KmoQJSDceRLC5W8fg9cv/vcHytZh0gzZAQb3wOY+ev"
		"NGIFwcojHZpj/+XcyFwGiq+mxj3Wqq4JOY1mcCADAEv0iPPH40nDJhJA"
		"sPkmQyw1h5rcnAKGsJU7X5N8BUjkbneZd1wlWoxM5LAShDriAzwrBYC0"
		"DMuDdg=="
	};
	static const char *const topics[] = { "arn:aws:sns:x:1:T", NULL };
	static const char *const others[] = { "arn:aws:sns:x:2:T", NULL };

	for (size_t i = 0; i < 2; i++) {
		char *text = arena_printf(a, body, i ? "2" : "1", made[i]);
		char *from = strstr(text, "arn:"), *to;
		struct inbound in = { .method = "POST",
			.query = span_of("key=secret"),
			.body = span_of(text) };
		struct conf own = conf;
		struct err e = { 0 };

		own.public_key = key;
		ck_assert(channel_ses.check(&own, &e));
		ck_assert(channel_ses.verify(&in, &own, &e));
		own.topics = topics;
		/* Each byte of the values, to the end of the signature. */
		to = strstr(text, "\"}");
		for (char *c = from; c < to; c++) {
			*c ^= 1;
			ck_assert_msg(
				!channel_ses.verify(&in, &own, &e), "%s", c);
			*c ^= 1;
			if (c == strstr(text, "T\",\"Mess"))
				c = strstr(text, "hi\"") - 1;
			else if (c == strstr(text, "i\",\"Time"))
				c = strstr(text, "2026") - 1;
			else if (c == strstr(text, "Z\",\"Sig"))
				c = strstr(text, made[i]) - 1;
		}
		own.topics = others;
		ck_assert(!channel_ses.verify(&in, &own, &e));
		own.topics = NULL;
		in.query = span_of("key=Secret");
		ck_assert(!channel_ses.verify(&in, &own, &e));
		own.public_key = "AAAA";
		ck_assert(!channel_ses.check(&own, &e));
	}
	assert_keeps(a, &channel_ses, "/", say_json(a, NOTE("Send", "")).data,
		&conf);
}
END_TEST

static const struct {
	const char *file, *said;
} recorded[] = {
	{ "inbound__inbound_s3.json", "message "
				      "id="
				      "8562e915c23266ec2957d0c455f20768e8c2d804"
				      "6248bae4ebb8adb9d7b7e015" },
	{ "inbound__inbound_sns_base64.json",
		"message id=CAEPk3RKsi@mail.example.org/inbound@example.com "
		"at=2018-03-30T17:21:50Z email=from@example.org/asserted" },
	{ "inbound__inbound_sns_utf8.json",
		"message id=CAEPk3RKsi@mail.example.org/inbound@example.com "
		"at=2018-03-30T17:21:50Z email=from@example.org/attested" },
	{ "webhooks__bounce_event.json",
		"status \"Bounce\" "
		"id=Bounce/"
		"00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa0680-000000/"
		"jane@example.com/2016-01-27T14:59:44.101Z "
		"at=2016-01-27T14:59:44.101000Z" },
	{ "webhooks__click_event.json",
		"status \"Click\" "
		"id=Click/"
		"7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000/"
		"recipient@example.com/2017-08-09T23:51:25.570Z "
		"at=2017-08-09T23:51:25.570000Z "
		"email=recipient@example.com/asserted" },
	{ "webhooks__complaint_event.json",
		"consent \"Complaint\" "
		"id=Complaint/"
		"000001378603177f-7a5433e7-8edb-42ae-af10-f0181f34d6ee-000000/"
		"richard@example.com/ "
		"email=richard@example.com/asserted" },
	{ "webhooks__delivery_event.json",
		"status \"Delivery\" "
		"id=Delivery/"
		"0000014644fe5ef6-9a483358-9170-4cb4-a269-f5dcdf415321-000000/"
		"jane@example.com/2016-01-27T14:59:38.237Z "
		"at=2016-01-27T14:59:38.237000Z" },
	{ "webhooks__disable_auto_confirmation.json",
		"unknown \"SubscriptionConfirmation\" "
		"id=165545c9-2a5c-472c-8df2-7ff2be2b3b1b "
		"at=2012-04-26T20:45:04.751000Z" },
	{ "webhooks__multiple_bounce_event.json",
		"status \"Bounce\" "
		"id=Bounce/"
		"00000137860315fd-34208509-5b74-41f3-95c5-22c1edc3c924-000000/"
		"jane@example.com/\n"
		"status \"Bounce\" "
		"id=Bounce/"
		"00000137860315fd-34208509-5b74-41f3-95c5-22c1edc3c924-000000/"
		"richard@example.com/" },
	{ "webhooks__open_event.json",
		"status \"Open\" "
		"id=Open/7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000/"
		"recipient@example.com/2017-08-09T22:00:19.652Z "
		"at=2017-08-09T22:00:19.652000Z "
		"email=recipient@example.com/asserted" },
	{ "webhooks__reject_event.json",
		"status \"Reject\" "
		"id=Reject/"
		"7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000/"
		"recipient@example.com/2016-10-14T17:38:15.211Z "
		"at=2016-10-14T17:38:15.211000Z" },
	{ "webhooks__rendering_failure_event.json",
		"status \"Rendering Failure\" id=Rendering "
		"Failure/c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000/"
		"recipient@example.com/" },
	{ "webhooks__send_event.json",
		"status \"Send\" "
		"id=Send/7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000/"
		"recipient@example.com/2016-10-14T05:02:16.645Z "
		"at=2016-10-14T05:02:16.645000Z" },
	{ "webhooks__sns_subscription_auto_confirmation.json",
		"unknown \"SubscriptionConfirmation\" "
		"id=165545c9-2a5c-472c-8df2-7ff2be2b3b1b "
		"at=2012-04-26T20:45:04.751000Z" },
	{ "webhooks__sns_unsubscribe_confirmation.json",
		"unknown \"UnsubscribeConfirmation\" "
		"id=47138184-6831-46b8-8f7c-afc488602d7d "
		"at=2012-04-26T20:06:41.581000Z" },
};

START_TEST(recorded_notifications)
{
	struct span text = say_recorded(
		a, arena_printf(a, "email_amazon_ses/%s", recorded[_i].file));

	if (text.len)
		ck_assert_str_eq(say_body(a, &channel_ses, &conf, text),
			recorded[_i].said);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("ses");
	TCase *t = tcase_create("ses");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, signatures);
	tcase_add_loop_test(t, recorded_notifications, 0,
		(int)(sizeof(recorded) / sizeof(*recorded)));
	suite_add_tcase(s, t);
	return s;
}
