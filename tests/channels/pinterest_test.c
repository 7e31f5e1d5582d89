/* SPDX-License-Identifier: Apache-2.0 */
/* Pinterest: events and leads of our own. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_pinterest;
Suite *suite(void);

/* As src/channels/pinterest.c has it. */
struct conf {
	struct source_conf base;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "pinterest",
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

#define SHA "411e44ce1261728ffd2c0686e44e3fffe413c0e2c5adc498bc7da883d476b9c8"
#define EVENT(name, more)                                                      \
	"{'data':[{'event_name':'" name "','event_time':1700000000,"           \
	"'event_id':'e1','user_data':{'em':['" SHA                             \
	"','ana@mail.example']}" more "}]}"
#define SAID(word, name)                                                       \
	word " \"" name "\" id=e1 at=2023-11-14T22:13:20Z "                    \
	     "email_sha256=" SHA "/asserted"

static const struct {
	const char *body, *said;
} rows[] = {
	{ EVENT("page_visit", ""), SAID("track", "page_visit") },
	{ EVENT("checkout", ",'custom_data':{'order_id':'O','value':'72.39',"
			    "'currency':'USD','contents':[{'id':'s',"
			    "'item_price':'72.39','quantity':1}]}"),
		SAID("order", "checkout") " 72.39 USD" },
	{ EVENT("checkout", ",'custom_data':{'value':'72.39','currency':"
			    "'USD'}"),
		SAID("track", "checkout") },
	{ "{'lead_id':'l','created_time':1700000000,'answers':{'EMAIL':"
	  "'ana@mail.example','PHONE_NUMBER':'+5511999990000','FIRST_NAME':"
	  "'Ana'}}",
		"identify \"lead\" id=l at=2023-11-14T22:13:20Z "
		"email=ana@mail.example/asserted "
		"phone=+5511999990000/asserted" },
	{ "{'data':[1]}", "refused: an object with an event_name" },
	{ "{}", "1 expected an object with data, or with answers" },
	{ "", "1 json: line 1: unexpected token" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(say_body(a, &channel_pinterest, &conf,
				 say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(settings)
{
	assert_keeps(a, &channel_pinterest, "/",
		say_json(a, EVENT("x", "")).data, &conf);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("pinterest");
	TCase *t = tcase_create("pinterest");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, settings);
	suite_add_tcase(s, t);
	return s;
}
