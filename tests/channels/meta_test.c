/* SPDX-License-Identifier: Apache-2.0 */
/* Messenger, Instagram and lead ads: webhooks of our own, and recorded ones
 * where the shared folder is. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_meta;
Suite *suite(void);

/* As src/channels/meta.c has it. */
struct conf {
	struct source_conf base;
	const char *verify_token, *ref, *link, *status_url;
};

static const char *secrets[] = { "old", "app-secret", NULL };
static const struct conf conf = {
	.base = { .name = "meta", .assurance = ASSERTED, .secrets = secrets }
};

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

#define WEBHOOK(object, list, item)                                            \
	"{'object':'" object                                                   \
	"','entry':[{'id':'P','time':1700000000000,'" list "':[" item "]}]}"
#define ITEM(more)                                                             \
	WEBHOOK("page", "messaging",                                           \
		"{'sender':{'id':'7'},'recipient':{'id':'P'},'timestamp':"     \
		"1700000000123," more "}")
#define CHANGE(object, field, value)                                           \
	WEBHOOK(object, "changes", "{'field':'" field "','value':{" value "}}")
#define AT " at=2023-11-14T22:13:20.123000Z"
#define WHO " account=messenger/P/7/attested"

static const struct {
	const char *body, *said;
} rows[] = {
	{ ITEM("'message':{'mid':'m1','text':'hi'}"),
		"message \"text\" id=m1" AT WHO },
	{ ITEM("'message':{'mid':'m1','attachments':[{'type':'image',"
	       "'payload':{'url':'x'}}]}"),
		"message \"image\" id=m1" AT WHO },
	{ ITEM("'message':{'mid':'m1','is_deleted':true}"),
		"status \"unsend\" id=m1/unsend" AT WHO },
	{ ITEM("'message':{'mid':'m1','text':'ana@mail.example',"
	       "'quick_reply':{'payload':'ana@mail.example'}}"),
		"message \"text\" id=m1" AT WHO
		" email=ana@mail.example/asserted" },
	{ ITEM("'message':{'mid':'m1','text':'+5511999990000',"
	       "'quick_reply':{'payload':'+5511999990000'}}"),
		"message \"text\" id=m1" AT WHO
		" phone=+5511999990000/asserted" },
	{ ITEM("'message':{'mid':'m1','text':'my mail: ana@mail.example',"
	       "'quick_reply':{'payload':'MAIL'}}"),
		"message \"text\" id=m1" AT WHO },
	{ ITEM("'message':{'mid':'m1','text':'hi','is_echo':true}"),
		"message \"text\" id=m1" AT },
	{ WEBHOOK("page", "messaging",
		  "{'sender':{'id':'P'},'recipient':{'id':'7'},"
		  "'message':{'mid':'m2','text':'hello'}}"),
		"message \"text\" id=m2 at=2023-11-14T22:13:20Z" },
	{ WEBHOOK("instagram", "standby",
		  "{'sender':{'id':'7'},'message':{'mid':'m2','text':'x'}}"),
		"message \"text\" id=m2 at=2023-11-14T22:13:20Z "
		"account=instagram/P/7/attested" },
	{ ITEM("'message_edit':{'mid':'m1','text':'ho','num_edit':2}"),
		"message \"edit\" id=m1/edit/2" AT WHO },
	{ ITEM("'postback':{'mid':'m3','title':'Buy','payload':'BUY'}"),
		"message \"postback\" id=m3" AT WHO },
	{ ITEM("'postback':{'title':'Buy','payload':'BUY'}"),
		"message \"postback\" id=postback/7/1700000000123" AT WHO },
	{ ITEM("'referral':{'ref':'t1','source':'ADS'}"),
		"track \"referral\" id=referral/7/1700000000123" AT WHO },
	{ ITEM("'optin':{'type':'notification_messages','title':'News'}"),
		"consent \"optin\" id=optin/7/1700000000123" AT WHO },
	{ ITEM("'delivery':{'watermark':5,'mids':['m1']}"),
		"status \"delivery\" id=delivery/7/5" AT WHO },
	{ ITEM("'read':{'mid':'m1'}"), "status \"read\" id=read/7/m1" AT WHO },
	{ ITEM("'reaction':{'mid':'m1','action':'react','reaction':'love'}"),
		"status \"reaction\" id=reaction/7/m1/react/1700000000123" AT
			WHO },
	{ ITEM("'pass_thread_control':{'new_owner_app_id':'1'}"),
		"status \"pass_thread_control\" "
		"id=pass_thread_control/7/1700000000123" AT WHO },
	{ ITEM("'account_linking':{'status':'linked','authorization_code':"
	       "'c'}"),
		"status \"account_linking\" "
		"id=account_linking/7/1700000000123" AT WHO },
	{ ITEM("'tomorrow':{}"), "unknown \"messaging\"" AT WHO },
	{ CHANGE("page", "feed",
		  "'from':{'id':'7','name':'Ana'},'item':'comment','verb':"
		  "'add','comment_id':'c1','message':'nice',"
		  "'created_time':1700000000"),
		"message \"feed\" id=c1/add at=2023-11-14T22:13:20Z" WHO },
	{ CHANGE("page", "feed",
		  "'from':{'id':'P'},'item':'comment','verb':'add',"
		  "'comment_id':'c2','message':'thank you'"),
		"message \"feed\" id=c2/add at=2023-11-14T22:13:20Z" },
	{ CHANGE("instagram", "comments",
		  "'id':'c3','from':{'id':'7','username':'ana'},'text':'nice'"),
		"message \"comments\" id=c3 at=2023-11-14T22:13:20Z "
		"account=instagram/P/7/attested" },
	{ CHANGE("page", "leadgen", "'leadgen_id':'9','created_time':1"),
		"track \"leadgen\" id=9 at=1970-01-01T00:00:01Z" },
	{ CHANGE("page", "leadgen",
		  "'leadgen_id':'9','created_time':1,'field_data':[{'name':"
		  "'email','values':['ana@mail.example']},{'name':"
		  "'phone_number','values':['+5511999990000']},{'name':"
		  "'full_name','values':['Ana']}]"),
		"identify \"leadgen\" id=9/fields at=1970-01-01T00:00:01Z "
		"email=ana@mail.example/asserted "
		"phone=+5511999990000/asserted" },
	{ "{'object':'page','entry':[{'id':'P','changes':[{'field':"
	  "'leadgen'}]}]}",
		"track \"leadgen\"" },
	{ CHANGE("page", "tomorrow", ""),
		"unknown \"tomorrow\" at=2023-11-14T22:13:20Z" },
	{ "{'object':'page','entry':[{}]}",
		"refused: an entry with messaging, standby or changes" },
	{ "{'object':'page'}", "1 expected an array of entries" },
	{ "{'object':'user','entry':[]}",
		"1 expected object page or instagram" },
	{ "", "1 json: line 1: unexpected token" },
};

START_TEST(what_a_webhook_says)
{
	ck_assert_str_eq(
		say_body(a, &channel_meta, &conf, say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(settings)
{
	struct conf own = conf;
	struct inbound in = { .method = "GET",
		.query = span_of("hub.mode=subscribe&hub.verify_token=word&"
				 "hub.challenge=12") };
	struct span answer;
	struct err e;

	own.ref = "user_id";
	own.link = "loyalty";
	own.verify_token = "word";
	ck_assert_str_eq(say_body(a, &channel_meta, &own,
				 say_json(a, ITEM("'referral':{'ref':'u1'}"))),
		"track \"referral\" id=referral/7/1700000000123" AT WHO
		" user_id=u1/asserted");
	ck_assert_str_eq(
		say_body(a, &channel_meta, &own,
			say_json(a, ITEM("'account_linking':{'status':"
					 "'linked','authorization_code':"
					 "'c'}"))),
		"status \"account_linking\" "
		"id=account_linking/7/1700000000123" AT WHO
		" loyalty=c/verified");
	ck_assert(channel_meta.greet(a, &in, &own, &answer, &e));
	ck_assert(span_is(answer, "12"));
	own.verify_token = "other";
	ck_assert(!channel_meta.greet(a, &in, &own, &answer, &e));
}
END_TEST

START_TEST(recorded_signatures)
{
	assert_vectors(a, "meta", &channel_meta, &conf);
}
END_TEST

/* They were recorded without the object. */
static const struct {
	const char *file, *said;
} recorded[] = {
	{ "message_text", "message \"text\" id=message-id-1 "
			  "at=2021-09-08T06:34:04Z "
			  "account=instagram/instagram-message-id-123/"
			  "Sender-id-1/attested" },
	{ "seen", "status \"read\" id=read/Sender-id-1/message-id-1 "
		  "at=2021-09-08T06:34:04Z "
		  "account=instagram/instagram-message-id-123/"
		  "Sender-id-1/attested" },
	{ "standby", "message \"text\" id=message-id-1 "
		     "at=2021-09-08T06:34:04Z "
		     "account=instagram/instagram-message-id-123/"
		     "Sender-id-1/attested" },
	{ "story_reply", "message \"text\" id=message-id-1 "
			 "at=2021-09-08T06:34:04Z "
			 "account=instagram/instagram-message-id-123/"
			 "Sender-id-1/attested" },
	{ "test_button",
		"unknown \"text\" id=random_mid at=2018-05-27T22:23:44Z" },
	{ "unsend", "status \"unsend\" id=message-id-to-delete/unsend "
		    "at=2021-09-08T06:34:04Z "
		    "account=instagram/instagram-message-id-123/"
		    "Sender-id-1/attested" },
};

START_TEST(recorded_webhooks)
{
	struct span body =
		say_recorded(a, arena_printf(a, "instagram/chatwoot__%s.json",
					recorded[_i].file));

	if (body.len)
		ck_assert_str_eq(
			say_body(a, &channel_meta, &conf,
				span_of(arena_printf(a,
					"{\"object\":\"instagram\",%.*s",
					(int)body.len - 1, body.data + 1))),
			recorded[_i].said);
}
END_TEST

/* A change alone, as its library hands it on. */
START_TEST(recorded_comment)
{
	struct span body = say_recorded(
		a, "facebook_messenger/chatwoot__comment_change.json");
	const json_t *change =
		json_object_get(json_read(a, body, NULL), "change");

	if (!body.len)
		return;
	ck_assert_str_eq(
		say_body(a, &channel_meta, &conf,
			span_of(arena_printf(a,
				"{\"object\":\"page\",\"entry\":[{\"id\":\"1\","
				"\"changes\":[{\"field\":\"feed\",\"value\":%s}"
				"]}]}",
				json_write(
					a, json_object_get(change, "value"))))),
		"message \"feed\" id=3_5/add "
		"account=messenger/1/3383290475046708/attested");
}
END_TEST

/* A form of our own making, signed with "app-secret". */
#define PAYLOAD                                                                \
	"eyJ1c2VyX2lkIjoiMjE4NDcxIiwiYWxnb3JpdGhtIjoiSE1BQy1TSEEy"             \
	"NTYiLCJpc3N1ZWRfYXQiOjE3MDAwMDAwMDAsImV4cGlyZXMiOjE3MDAw"             \
	"MDM2MDB9"
#define SIGNATURE "H8T5saJ0FgWpNwWwX32i0fvd3F6kDvZsFWKXL-x7WXU"
#define CODE "1fc4f9b1a2741605a93705b05f7da2d1"

static struct inbound
form_of(const char *query, const char *signed_request)
{
	struct span body =
		span_of(arena_printf(a, "signed_request=%s", signed_request));

	return (struct inbound){ .method = "POST",
		.path = span_of("/v1/channels/meta"),
		.query = span_of(query),
		.body = body,
		.raw = body };
}

static const char *
say_form_of(const struct inbound *in)
{
	struct events events = { 0 };
	struct err e = { 0 };

	return channel_meta.parse(a, in, &conf, &events, &e)
		       ? say_events(a, &events)
		       : arena_printf(a, "%s", e.text);
}

#define SAID(type, name)                                                       \
	type " \"" name "\" id=" name "/218471/1700000000 "                    \
	     "at=2023-11-14T22:13:20Z account=facebook/218471/attested"

START_TEST(deletion_asked_of_meta)
{
	struct inbound in = form_of("", SIGNATURE "." PAYLOAD);

	assert_each_byte(&channel_meta, &in, &conf,
		(char *)in.body.data + strlen("signed_request="));
	ck_assert_str_eq(say_form_of(&in), SAID("erasure", "data_deletion"));
	assert_keeps(a, &channel_meta, "/", in.body.data, &conf);
	in.query = span_of("deauthorize=1");
	ck_assert_str_eq(say_form_of(&in), SAID("status", "deauthorize"));
}
END_TEST

START_TEST(answer_to_a_deletion)
{
	struct conf own = conf;
	struct inbound in = form_of("", SIGNATURE "." PAYLOAD);
	struct verdicts verdicts = { 0 };
	struct answer answer;

	own.status_url = "https://shop.example/gone";
	channel_meta.answer(a, &in, &own, &verdicts, &answer);
	ck_assert_str_eq(answer.body,
		"{\"confirmation_code\":\"" CODE
		"\",\"url\":\"https://shop.example/gone?code=" CODE "\"}");
	own.status_url = "https://shop.example/?page=gone";
	channel_meta.answer(a, &in, &own, &verdicts, &answer);
	ck_assert_ptr_nonnull(strstr(answer.body, "page=gone&code=" CODE));

	in.body = say_json(a, ITEM("'read':{'mid':'m'}"));
	channel_meta.answer(a, &in, &own, &verdicts, &answer);
	ck_assert_ptr_null(answer.body);
}
END_TEST

static const struct {
	const char *signed_request, *said;
} unreadable[] = {
	{ ".!", "expected signed_request in base64" },
	{ ".bm8", "json: line 1: invalid token" },
	{ ".e30", "expected a user_id" },
};

START_TEST(unreadable_signed_request)
{
	struct inbound in = form_of("", unreadable[_i].signed_request);

	ck_assert_str_eq(say_form_of(&in), unreadable[_i].said);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("meta");
	TCase *t = tcase_create("meta");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_webhook_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, settings);
	tcase_add_test(t, deletion_asked_of_meta);
	tcase_add_test(t, answer_to_a_deletion);
	tcase_add_loop_test(t, unreadable_signed_request, 0,
		(int)(sizeof(unreadable) / sizeof(*unreadable)));
	tcase_add_test(t, recorded_signatures);
	tcase_add_loop_test(t, recorded_webhooks, 0,
		(int)(sizeof(recorded) / sizeof(*recorded)));
	tcase_add_test(t, recorded_comment);
	suite_add_tcase(s, t);
	return s;
}
