/* SPDX-License-Identifier: Apache-2.0 */
/* Typeform: responses of our own. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_typeform;
Suite *suite(void);

/* As src/channels/typeform.c has it. */
struct conf {
	struct source_conf base;
	const char *const *hidden;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "typeform",
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

#define RESPONSE(token, more)                                                  \
	"{'event_id':'e','event_type':'form_response','form_response':"        \
	"{'form_id':'F','token':'" token "','submitted_at':"                   \
	"'2026-11-25T12:00:00Z'" more "}}"
#define SAID                                                                   \
	"track \"form_response\" id=form_response/t "                          \
	"at=2026-11-25T12:00:00Z"

static const struct {
	const char *body, *said;
} rows[] = {
	{ RESPONSE("t", ",'answers':[{'type':'email','email':"
			"'ana@mail.example','field':{'id':'1','type':"
			"'email'}},{'type':'phone_number','phone_number':"
			"'+5511999990000','field':{'id':'2','type':"
			"'phone_number'}}]"),
		SAID " email=ana@mail.example/asserted "
		     "phone=+5511999990000/asserted" },
	{ RESPONSE("t", ",'answers':[{'type':'text','text':"
			"'ana@mail.example','field':{'id':'1','type':"
			"'short_text'}}]"),
		SAID },
	{ RESPONSE("t", ",'hidden':{'customer':'u1'}"), SAID },
	{ RESPONSE("a3a12ec67a1365927098a606107fac15",
		  ",'answers':[{'type':'email','email':'laura@mail.example'}]"),
		"unknown \"form_response\" "
		"id=form_response/a3a12ec67a1365927098a606107fac15 "
		"at=2026-11-25T12:00:00Z" },
	{ "{'event_id':'e','event_type':'tomorrow'}",
		"unknown \"tomorrow\" id=e" },
	{ "{}", "1 expected an object with event_type" },
	{ "", "1 json: line 1: unexpected token" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(say_body(a, &channel_typeform, &conf,
				 say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(answers)
{
	struct inbound in = { .method = "POST",
		.body = say_json(a,
			RESPONSE("t",
				",'definition':{'title':'NPS','fields':[{'id':"
				"'1','title':'How likely?'},{'id':'2','title':"
				"'Why?'},{'id':'3','title':'Which?'}]},"
				"'answers':[{'type':'number','number':9,"
				"'field':{'id':'1','type':'nps'}},{'type':"
				"'text','text':'Fast.','field':{'id':'2',"
				"'type':'long_text'}},{'type':'choice',"
				"'choice':{'label':'Shoes'},'field':{'id':'3',"
				"'type':'multiple_choice'}}]")) };
	struct events events = { 0 };

	ck_assert(channel_typeform.parse(a, &in, &conf, &events, NULL));
	ck_assert_str_eq(json_write(a, events.items->body),
		"{\"answers\":[{\"title\":\"How likely?\",\"value\":9},"
		"{\"title\":\"Why?\",\"value\":\"Fast.\"},{\"title\":"
		"\"Which?\",\"value\":\"Shoes\"}],\"comment\":\"Fast.\","
		"\"form\":\"NPS\",\"form_id\":\"F\",\"metric\":\"nps\","
		"\"score\":\"9\"}");
}
END_TEST

START_TEST(settings)
{
	static const char *const named[] = { "customer=user_id", NULL };
	struct conf own = conf;
	struct err e = { 0 };

	own.hidden = named;
	ck_assert(channel_typeform.check(&own, &e));
	ck_assert_str_eq(
		say_body(a, &channel_typeform, &own,
			say_json(a, RESPONSE("t", ",'hidden':{'customer':"
						  "'u1'}"))),
		SAID " user_id=u1/asserted");
	own.hidden = (const char *const[]){ "customer=", NULL };
	ck_assert(!channel_typeform.check(&own, &e));
	assert_keeps(a, &channel_typeform, "/",
		say_json(a, RESPONSE("t", "")).data, &conf);
}
END_TEST

START_TEST(recorded_signatures)
{
	assert_vectors(a, "typeform", &channel_typeform, &conf);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("typeform");
	TCase *t = tcase_create("typeform");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, answers);
	tcase_add_test(t, settings);
	tcase_add_test(t, recorded_signatures);
	suite_add_tcase(s, t);
	return s;
}
