/* SPDX-License-Identifier: Apache-2.0 */
/* LINE: webhooks of our own, and those that its SDKs are tested with where the
 * shared folder is. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_line;
Suite *suite(void);

/* As src/channels/line.c has it. */
struct conf {
	struct source_conf base;
	const char *provider, *nonce;
};

static const char *secrets[] = { "old", "channel-secret", NULL };
static const struct conf conf = {
	.base = { .name = "line", .assurance = ASSERTED, .secrets = secrets }
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

#define HOOK(type, more)                                                       \
	"{'destination':'B','events':[{'type':'" type "','webhookEventId':"    \
	"'e1','timestamp':1700000000123,'source':{'type':'user','userId':"     \
	"'U1'}" more "}]}"
#define SAID(word, name)                                                       \
	word " \"" name "\" id=e1 at=2023-11-14T22:13:20.123000Z "             \
	     "account=line/U1/attested"

static const struct {
	const char *body, *said;
} rows[] = {
	{ HOOK("message", ",'message':{'type':'text','id':'m','text':'hi'}"),
		SAID("message", "text") },
	{ HOOK("message", ",'message':{'type':'sticker','id':'m'}"),
		SAID("message", "sticker") },
	{ HOOK("postback", ",'postback':{'data':'buy'}"),
		SAID("message", "postback") },
	{ HOOK("follow", ""), SAID("consent", "follow") },
	{ HOOK("unfollow", ""), SAID("consent", "unfollow") },
	{ HOOK("unsend", ",'unsend':{'messageId':'m'}"),
		SAID("status", "unsend") },
	{ HOOK("accountLink", ",'link':{'result':'ok','nonce':'n1'}"),
		SAID("status", "accountLink") },
	{ HOOK("tomorrow", ""), SAID("unknown", "tomorrow") },
	{ "{'events':[{'type':'memberJoined','source':{'type':'group',"
	  "'groupId':'C'},'joined':{'members':[{'userId':'U2'}]}}]}",
		"status \"memberJoined\"" },
	{ "{'destination':'B','events':[]}", "" },
	{ "{'events':[1]}", "refused: an object with a type" },
	{ "{}", "1 expected an object with an array events" },
	{ "", "1 json: line 1: unexpected token" },
};

START_TEST(what_a_webhook_says)
{
	ck_assert_str_eq(
		say_body(a, &channel_line, &conf, say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(settings)
{
	struct conf own = conf;

	own.provider = "P";
	own.nonce = "user_id";
	ck_assert_str_eq(
		say_body(a, &channel_line, &own,
			say_json(a, HOOK("accountLink",
					    ",'link':{'result':'ok','nonce':"
					    "'n1'}"))),
		"status \"accountLink\" id=e1 at=2023-11-14T22:13:20.123000Z "
		"account=line/P/U1/attested user_id=n1/verified");
	ck_assert_str_eq(
		say_body(a, &channel_line, &own,
			say_json(a, HOOK("accountLink",
					    ",'link':{'result':'failed',"
					    "'nonce':'n1'}"))),
		"status \"accountLink\" id=e1 at=2023-11-14T22:13:20.123000Z "
		"account=line/P/U1/attested");
	assert_keeps(a, &channel_line, "/",
		say_json(a, HOOK("follow", "")).data, &conf);
}
END_TEST

START_TEST(bodies)
{
	struct inbound in = { .method = "POST",
		.body = say_json(a, HOOK("unfollow", "")) };
	struct events events = { 0 };

	ck_assert(channel_line.parse(a, &in, &conf, &events, NULL));
	ck_assert_str_eq(json_write(a, events.items->body),
		"{\"at\":\"2023-11-14T22:13:20.123000Z\",\"channel\":\"line\","
		"\"purpose\":\"marketing\",\"status\":\"denied\"}");
	in.body = say_json(a,
		"{'events':[{'type':'message','source':{'groupId':'C','userId':"
		"'U1'},'message':{'type':'text','id':'m','text':'hi',"
		"'quotedMessageId':'q'}}]}");
	ck_assert(channel_line.parse(a, &in, &conf, &events, NULL));
	ck_assert_str_eq(json_write(a, events.items[1].body),
		"{\"group_id\":\"C\",\"message_id\":\"m\",\"reply_to\":\"q\","
		"\"text\":\"hi\"}");
}
END_TEST

START_TEST(recorded_signatures)
{
	assert_vectors(a, "line", &channel_line, &conf);
}
END_TEST

static const struct {
	const char *file, *said;
} recorded[] = {
	{ "accountLink",
		"status \"accountLink\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested" },
	{ "follow", "consent \"follow\" id=testwebhookeventid "
		    "at=2016-05-07T13:57:59.859000Z "
		    "account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested" },
	{ "group_message_text",
		"message \"text\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested" },
	{ "message_text",
		"message \"text\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested" },
	{ "postback",
		"message \"postback\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested" },
	{ "unfollow",
		"consent \"unfollow\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested" },
	{ "unsend", "status \"unsend\" id=testwebhookeventid "
		    "at=2019-01-18T13:24:08.122000Z "
		    "account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested" },
	{ "webhook_all_events",
		"message \"text\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested\n"
		"message \"image\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z\n"
		"message \"video\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested\n"
		"message \"audio\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested\n"
		"message \"location\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested\n"
		"message \"sticker\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested\n"
		"consent \"follow\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested\n"
		"consent \"unfollow\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested\n"
		"status \"join\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z\n"
		"status \"leave\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z\n"
		"message \"postback\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested\n"
		"track \"beacon\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested\n"
		"track \"beacon\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested\n"
		"status \"accountLink\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested\n"
		"message \"text\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested\n"
		"message \"text\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested\n"
		"message \"postback\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested\n"
		"message \"postback\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested\n"
		"message \"postback\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested\n"
		"status \"memberJoined\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z\n"
		"status \"memberLeft\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.960000Z\n"
		"message \"file\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested\n"
		"status \"unsend\" id=testwebhookeventid "
		"at=2019-01-18T13:24:08.122000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested\n"
		"track \"videoPlayComplete\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested\n"
		"message \"image\" id=testwebhookeventid "
		"at=2021-07-27T03:35:24.722000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested\n"
		"message \"text\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested\n"
		"unknown \"undefined\" id=testwebhookeventid "
		"at=2016-05-07T13:57:59.859000Z "
		"account=line/U206d25c2ea6bd87c17655609a1c37cb8/attested" },
};

START_TEST(recorded_webhooks)
{
	struct span body = say_recorded(
		a, arena_printf(a, "line/%s.json", recorded[_i].file));

	if (body.len)
		ck_assert_str_eq(say_body(a, &channel_line, &conf, body),
			recorded[_i].said);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("line");
	TCase *t = tcase_create("line");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_webhook_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, settings);
	tcase_add_test(t, bodies);
	tcase_add_test(t, recorded_signatures);
	tcase_add_loop_test(t, recorded_webhooks, 0,
		(int)(sizeof(recorded) / sizeof(*recorded)));
	suite_add_tcase(s, t);
	return s;
}
