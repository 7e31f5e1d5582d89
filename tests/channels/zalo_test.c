/* SPDX-License-Identifier: Apache-2.0 */
/* Zalo: webhooks of our own. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_zalo;
Suite *suite(void);

/* As src/channels/zalo.c has it. */
struct conf {
	struct source_conf base;
	const char *app;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "zalo",
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

#define HOOK(name, more)                                                       \
	"{'app_id':'A','user_id_by_app':'x7','event_name':'" name              \
	"','timestamp':'1700000000123','sender':{'id':'7'},'recipient':"       \
	"{'id':'OA'}" more "}"
#define AT " at=2023-11-14T22:13:20.123000Z"
#define WHO " account=zalo/OA/7/attested account=zalo-app/A/x7/attested"

static const struct {
	const char *body, *said;
} rows[] = {
	{ HOOK("user_send_text", ",'message':{'msg_id':'m1','text':'hi'}"),
		"message \"user_send_text\" id=m1" AT WHO },
	{ HOOK("user_send_image", ",'message':{'mid':'m1','attachments':"
				  "[{'type':'image'}]}"),
		"message \"user_send_image\" id=m1" AT WHO },
	{ "{'event_name':'oa_send_text','timestamp':'1700000000123','sender':"
	  "{'id':'OA'},'recipient':{'id':'7'},'message':{'msg_id':'m2'}}",
		"message \"oa_send_text\" id=m2" AT },
	{ HOOK("user_submit_info", ",'info':{'phone':'84912345678','name':"
				   "'Ana','address':'1 Le Loi'}"),
		"identify \"user_submit_info\"" AT WHO
		" phone=84912345678/asserted" },
	{ "{'app_id':'A','user_id_by_app':'x7','event_name':'follow','oa_id':"
	  "'OA','timestamp':'1700000000123','follower':{'id':'7'}}",
		"consent \"follow\"" AT WHO },
	{ "{'app_id':'A','user_id_by_app':'x7','event_name':'unfollow',"
	  "'oa_id':'OA','timestamp':'1700000000123','follower':{'id':'7'}}",
		"consent \"unfollow\"" AT WHO },
	{ HOOK("user_seen_message", ",'message':{'msg_id':'m1'}"),
		"status \"user_seen_message\" id=user_seen_message/m1" AT WHO },
	{ HOOK("tomorrow", ""), "unknown \"tomorrow\"" AT WHO },
	{ "{}", "1 expected an object with event_name" },
	{ "", "1 json: line 1: unexpected token" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(
		say_body(a, &channel_zalo, &conf, say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(settings)
{
	assert_keeps(a, &channel_zalo, "/",
		say_json(a, HOOK("tomorrow", "")).data, &conf);
}
END_TEST

START_TEST(recorded_signatures)
{
	struct conf own = conf;

	assert_vectors(a, "zalo", &channel_zalo, &conf);
	own.app = "1234567890";
	assert_vectors(a, "zalo", &channel_zalo, &own);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("zalo");
	TCase *t = tcase_create("zalo");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, settings);
	tcase_add_test(t, recorded_signatures);
	suite_add_tcase(s, t);
	return s;
}
