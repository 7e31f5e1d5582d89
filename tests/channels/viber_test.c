/* SPDX-License-Identifier: Apache-2.0 */
/* Viber: callbacks of our own. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_viber;
Suite *suite(void);

/* As src/channels/viber.c has it. */
struct conf {
	struct source_conf base;
	const char *bot, *context;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "viber",
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

#define HEAD(event)                                                            \
	"{'event':'" event "','timestamp':1700000000123,'message_token':"      \
	"4987381189870374000"
#define SENDER ",'sender':{'id':'a/b+c==','name':'Ana','language':'pt'}"
#define AT(event)                                                              \
	" id=" event "/4987381189870374000/a/b+c== "                           \
	"at=2023-11-14T22:13:20.123000Z account=viber/a/b+c==/attested"

static const struct {
	const char *body, *said;
} rows[] = {
	{ HEAD("message") SENDER ",'message':{'type':'text','text':'hi'}}",
		"message \"text\"" AT("message") },
	{ HEAD("message") SENDER ",'message':{'type':'contact','contact':"
				 "{'phone_number':'+5511999990000'}}}",
		"message \"contact\"" AT("message") },
	{ HEAD("subscribed") ",'user':{'id':'a/b+c=='}}",
		"consent \"subscribed\"" AT("subscribed") },
	{ HEAD("unsubscribed") ",'user_id':'a/b+c=='}",
		"consent \"unsubscribed\"" AT("unsubscribed") },
	{ HEAD("conversation_started") ",'user':{'id':'a/b+c=='},'context':"
				       "'u1'}",
		"status \"conversation_started\"" AT("conversation_started") },
	{ HEAD("delivered") ",'user_id':'a/b+c=='}",
		"status \"delivered\"" AT("delivered") },
	{ HEAD("seen") ",'user_id':'a/b+c=='}", "status \"seen\"" AT("seen") },
	{ HEAD("failed") ",'user_id':'a/b+c==','desc':'x'}",
		"status \"failed\"" AT("failed") },
	{ "{'event':'webhook','timestamp':1700000000123,'message_token':1}",
		"unknown \"webhook\" id=webhook/1/ "
		"at=2023-11-14T22:13:20.123000Z" },
	{ HEAD("tomorrow") "}",
		"unknown \"tomorrow\" id=tomorrow/4987381189870374000/ "
		"at=2023-11-14T22:13:20.123000Z" },
	{ "{}", "1 expected an object with an event" },
	{ "", "1 json: line 1: unexpected token" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(
		say_body(a, &channel_viber, &conf, say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(bodies)
{
	struct inbound in = { .method = "POST",
		.body = say_json(a, HEAD("message") SENDER
			",'message':{'type':'text','text':'hi',"
			"'tracking_data':'t'}}") };
	struct events events = { 0 };

	ck_assert(channel_viber.parse(a, &in, &conf, &events, NULL));
	ck_assert_str_eq(json_write(a, events.items->body),
		"{\"message_id\":\"4987381189870374000\",\"text\":\"hi\","
		"\"tracker\":\"t\"}");
	ck_assert_str_eq(json_write(a, events.items->traits),
		"{\"locale\":\"pt\",\"name\":\"Ana\"}");
}
END_TEST

START_TEST(settings)
{
	struct conf own = conf;

	own.bot = "shop";
	own.context = "user_id";
	ck_assert_str_eq(
		say_body(a, &channel_viber, &own,
			say_json(a, "{'event':'conversation_started','user':"
				    "{'id':'x'},'context':'u1'}")),
		"status \"conversation_started\" "
		"account=viber/shop/x/attested user_id=u1/asserted");
	assert_keeps(a, &channel_viber, "/", say_json(a, HEAD("seen") "}").data,
		&conf);
}
END_TEST

START_TEST(recorded_signatures)
{
	assert_vectors(a, "viber", &channel_viber, &conf);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("viber");
	TCase *t = tcase_create("viber");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, bodies);
	tcase_add_test(t, settings);
	tcase_add_test(t, recorded_signatures);
	suite_add_tcase(s, t);
	return s;
}
