/* SPDX-License-Identifier: Apache-2.0 */
/* Chatwoot: webhooks of our own. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_chatwoot;
Suite *suite(void);

/* As src/channels/chatwoot.c has it. */
struct conf {
	struct source_conf base;
	const char *identifier;
	size_t window;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "chatwoot",
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

#define MESSAGE(more)                                                          \
	"{'event':'message_created','id':5,'content':'hi','created_at':"       \
	"'2026-11-25T12:00:00.000Z','conversation':{'id':9},'account':{'id':"  \
	"1}," more "}"
#define ANA                                                                    \
	"{'id':7,'name':'Ana','email':'ana@mail.example','phone_number':"      \
	"'+5511999990000','identifier':'u1'}"
#define WHO                                                                    \
	" record=chatwoot/1/7/verified email=ana@mail.example/asserted "       \
	"phone=+5511999990000/asserted"
#define SAID " id=message_created/5 at=2026-11-25T12:00:00Z"

static const struct {
	const char *body, *said;
} rows[] = {
	{ MESSAGE("'message_type':'incoming','sender':" ANA),
		"message \"message_created\"" SAID WHO },
	{ MESSAGE("'message_type':0,'sender':" ANA),
		"message \"message_created\"" SAID WHO },
	{ MESSAGE("'message_type':'outgoing','sender':{'id':3,'email':"
		  "'agent@shop.example'}"),
		"message \"message_created\"" SAID },
	{ MESSAGE("'message_type':'outgoing','private':true"),
		"status \"message_created\"" SAID },
	{ "{'event':'contact_created','id':7,'name':'Ana','email':"
	  "'ana@mail.example','account':{'id':1}}",
		"identify \"contact_created\" id=contact_created/7 "
		"record=chatwoot/1/7/verified "
		"email=ana@mail.example/asserted" },
	{ "{'event':'contact_updated','id':7,'updated_at':"
	  "'2026-11-25T12:00:00Z','account':{'id':1}}",
		"identify \"contact_updated\" "
		"id=contact_updated/7/2026-11-25T12:00:00Z "
		"at=2026-11-25T12:00:00Z record=chatwoot/1/7/verified" },
	{ "{'event':'conversation_status_changed','id':9,'status':'open',"
	  "'account':{'id':1},'meta':{'sender':" ANA "}}",
		"status \"conversation_status_changed\" "
		"id=conversation_status_changed/9" WHO },
	{ "{'event':'webwidget_triggered','id':2,'account':{'id':1},"
	  "'contact':" ANA "}",
		"track \"webwidget_triggered\" id=webwidget_triggered/2" WHO },
	{ "{'event':'conversation_typing_on','id':9}", "" },
	{ "{'event':'tomorrow'}", "unknown \"tomorrow\"" },
	{ "{}", "1 expected an object with an event" },
	{ "", "1 json: line 1: unexpected token" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(say_body(a, &channel_chatwoot, &conf,
				 say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(settings)
{
	struct conf own = conf;

	own.identifier = "user_id";
	ck_assert_str_eq(
		say_body(a, &channel_chatwoot, &own,
			say_json(a, "{'event':'contact_created','id':7,"
				    "'identifier':'u1'}")),
		"identify \"contact_created\" id=contact_created/7 "
		"record=chatwoot/7/verified user_id=u1/asserted");
	assert_keeps(a, &channel_chatwoot, "/", "{\"event\":\"x\"}", &conf);
}
END_TEST

/* Signed, in time, or with a key where nothing is signed. */
START_TEST(signatures)
{
	struct inbound in = { .method = "POST",
		.query = span_of("key=secret") };
	struct err e = { 0 };

	assert_vectors(a, "chatwoot", &channel_chatwoot, &conf);
	ck_assert(channel_chatwoot.verify(&in, &conf, &e));
	in.query = span_of("key=Secret");
	ck_assert(!channel_chatwoot.verify(&in, &conf, &e));
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("chatwoot");
	TCase *t = tcase_create("chatwoot");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, settings);
	tcase_add_test(t, signatures);
	suite_add_tcase(s, t);
	return s;
}
