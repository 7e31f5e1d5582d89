/* SPDX-License-Identifier: Apache-2.0 */
/* Intercom: notifications of our own. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_intercom;
Suite *suite(void);

/* As src/channels/intercom.c has it. */
struct conf {
	struct source_conf base;
	const char *external;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "intercom",
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

#define NOTICE(topic, item)                                                    \
	"{'type':'notification_event','app_id':'W','id':'n1','topic':'" topic  \
	"','created_at':1700000000,'data':{'item':" item "}}"
#define ANA                                                                    \
	"{'type':'contact','id':'7','external_id':'u1','email':"               \
	"'ana@mail.example','phone':'+5511999990000','name':'Ana'}"
#define WHO                                                                    \
	" record=intercom/W/7/verified email=ana@mail.example/asserted "       \
	"phone=+5511999990000/asserted"
#define SAID(word, topic) word " \"" topic "\" id=n1 at=2023-11-14T22:13:20Z"

static const struct {
	const char *body, *said;
} rows[] = {
	{ NOTICE("contact.user.created", ANA),
		SAID("identify", "contact.user.created") WHO },
	{ NOTICE("contact.merged", ANA),
		SAID("identify", "contact.merged") WHO },
	{ NOTICE("contact.user.tag.created", "{'contact':" ANA "}"),
		SAID("identify", "contact.user.tag.created") WHO },
	{ NOTICE("contact.unsubscribed", ANA),
		SAID("consent", "contact.unsubscribed") WHO },
	{ NOTICE("contact.deleted", "{'id':'7'}"),
		SAID("erasure",
			"contact.deleted") " record=intercom/W/7/verified" },
	{ NOTICE("conversation.user.created",
		  "{'id':'c','source':{'id':'m','body':'hi','author':{'type':"
		  "'user','id':'7','email':'ana@mail.example'}}}"),
		SAID("message",
			"conversation.user.created") " record=intercom/W/7/"
						     "verified "
						     "email=ana@mail.example/"
						     "asserted" },
	{ NOTICE("conversation.user.replied",
		  "{'id':'c','contacts':{'contacts':[{'id':'7','external_id':"
		  "'u1'}]},'conversation_parts':{'conversation_parts':[{'id':"
		  "'p','body':'ho','author':{'type':'lead','id':'7'}}]}}"),
		SAID("message", "conversation.user.replied") " record=intercom/"
							     "W/7/verified" },
	{ NOTICE("conversation.admin.replied",
		  "{'id':'c','conversation_parts':{'conversation_parts':[{'id':"
		  "'p','body':'ho','author':{'type':'admin','id':'3'}}]}}"),
		SAID("message", "conversation.admin.replied") },
	{ NOTICE("conversation.admin.assigned",
		  "{'id':'c','contacts':{'contacts':[{'id':'7'}]}}"),
		SAID("status",
			"conversation.admin.assigned") " record=intercom/W/7/"
						       "verified" },
	{ NOTICE("conversation.admin.closed",
		  "{'id':'c','contacts':{'contacts':[{'id':'7'},{'id':'8'}]}}"),
		SAID("status", "conversation.admin.closed") },
	{ NOTICE("ping", "{'type':'ping','message':'x'}"),
		SAID("unknown", "ping") },
	{ NOTICE("ticket.created", "{}"), SAID("unknown", "ticket.created") },
	{ "{}", "1 expected an object with a topic" },
	{ "", "1 json: line 1: unexpected token" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(say_body(a, &channel_intercom, &conf,
				 say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(settings)
{
	struct conf own = conf;
	struct inbound in = { .method = "HEAD" };
	struct span answer;
	struct err e = { 0 };

	own.external = "user_id";
	ck_assert_str_eq(say_body(a, &channel_intercom, &own,
				 say_json(a, NOTICE("contact.merged",
						     "{'id':'7','external_id':"
						     "'u1'}"))),
		SAID("identify",
			"contact.merged") " record=intercom/W/7/verified "
					  "user_id=u1/asserted");
	ck_assert(channel_intercom.greet(a, &in, &conf, &answer, &e));
	in.method = "GET";
	ck_assert(!channel_intercom.greet(a, &in, &conf, &answer, &e));
	assert_keeps(a, &channel_intercom, "/", "{\"topic\":\"x\"}", &conf);
}
END_TEST

START_TEST(recorded_signatures)
{
	assert_vectors(a, "intercom", &channel_intercom, &conf);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("intercom");
	TCase *t = tcase_create("intercom");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, settings);
	tcase_add_test(t, recorded_signatures);
	suite_add_tcase(s, t);
	return s;
}
