/* SPDX-License-Identifier: Apache-2.0 */
/* Telegram: updates of our own. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_telegram;
Suite *suite(void);

/* As src/channels/telegram.c has it. */
struct conf {
	struct source_conf base;
	const char *start;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "telegram",
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

#define FROM                                                                   \
	"'from':{'id':7,'first_name':'Ana','last_name':'Lima','username':"     \
	"'ana','language_code':'pt'}"
#define MESSAGE(more)                                                          \
	"{'update_id':1,'message':{'message_id':5,'date':1700000000," FROM     \
	",'chat':{'id':7,'type':'private'}," more "}}"
#define AT " id=1 at=2023-11-14T22:13:20Z"
#define WHO " account=telegram/7/attested"

static const struct {
	const char *body, *said;
} rows[] = {
	{ MESSAGE("'text':'hi'"), "message \"text\"" AT WHO },
	{ MESSAGE("'photo':[],'caption':'hi'"), "message \"photo\"" AT WHO },
	{ MESSAGE("'contact':{'phone_number':'5511999990000','user_id':7}"),
		"message \"contact\"" AT WHO " phone=+5511999990000/attested" },
	{ MESSAGE("'contact':{'phone_number':'+5511999990000','user_id':8}"),
		"message \"contact\"" AT WHO },
	{ MESSAGE("'contact':{'phone_number':'+5511999990000'}"),
		"message \"contact\"" AT WHO },
	{ MESSAGE("'text':'/start t1'"), "message \"text\"" AT WHO },
	{ "{'update_id':1,'edited_message':{'message_id':5,'date':1,"
	  "'edit_date':1700000000," FROM ",'text':'ho'}}",
		"message \"edited_message\"" AT WHO },
	{ "{'update_id':1,'callback_query':{'id':'c'," FROM ",'data':'B'}}",
		"message \"callback_query\" id=1" WHO },
	{ "{'update_id':1,'my_chat_member':{'date':1700000000," FROM
	  ",'chat':{'type':'private'},'new_chat_member':{'status':'kicked'}}}",
		"consent \"my_chat_member\"" AT WHO },
	{ "{'update_id':1,'my_chat_member':{'date':1700000000," FROM
	  ",'chat':{'type':'group'},'new_chat_member':{'status':'kicked'}}}",
		"status \"my_chat_member\"" AT WHO },
	{ "{'update_id':1,'message':{'message_id':5,'from':{'id':9,'is_bot':"
	  "true},'text':'x'}}",
		"message \"text\" id=1" },
	{ "{'update_id':1,'poll_answer':{'user':{'id':7}}}",
		"unknown \"poll_answer\" id=1" WHO },
	{ "{'update_id':1,'channel_post':{'chat':{'id':3},'text':'x'}}",
		"unknown \"channel_post\" id=1" },
	{ "{'update_id':1}", "unknown \"update\" id=1" },
	{ "{}", "1 expected an object with update_id" },
	{ "", "1 json: line 1: unexpected token" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(say_body(a, &channel_telegram, &conf,
				 say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(bodies)
{
	struct inbound in = { .method = "POST",
		.body = say_json(a, MESSAGE("'text':'hi'")) };
	struct events events = { 0 };

	ck_assert(channel_telegram.parse(a, &in, &conf, &events, NULL));
	ck_assert_str_eq(json_write(a, events.items->body),
		"{\"message_id\":\"7/"
		"5\",\"text\":\"hi\",\"username\":\"ana\"}");
	ck_assert_str_eq(json_write(a, events.items->traits),
		"{\"family_name\":\"Lima\",\"given_name\":\"Ana\",\"locale\":"
		"\"pt\"}");
}
END_TEST

START_TEST(settings)
{
	struct conf own = conf;

	own.start = "user_id";
	ck_assert_str_eq(say_body(a, &channel_telegram, &own,
				 say_json(a, MESSAGE("'text':'/start u1'"))),
		"message \"text\"" AT WHO " user_id=u1/asserted");
	assert_keeps(a, &channel_telegram, "/",
		say_json(a, MESSAGE("'text':'x'")).data, &conf);
}
END_TEST

START_TEST(tokens)
{
	static const struct {
		const char *token;
		bool good;
	} cases[] = { { "secret", true }, { "old", true }, { "secreT", false },
		{ "", false } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct header h = { span_of("X-Telegram-Bot-Api-Secret-Token"),
			span_of(cases[i].token) };
		struct inbound in = {
			.method = "POST", .headers = &h, .header_count = 1
		};
		struct err e = { 0 };

		ck_assert(channel_telegram.verify(&in, &conf, &e) ==
			  cases[i].good);
		ck_assert_int_eq(e.code, cases[i].good ? ERR_NONE : ERR_AUTH);
	}
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("telegram");
	TCase *t = tcase_create("telegram");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, bodies);
	tcase_add_test(t, settings);
	tcase_add_test(t, tokens);
	suite_add_tcase(s, t);
	return s;
}
