/* SPDX-License-Identifier: Apache-2.0 */
/* TikTok: webhooks of our own. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_tiktok;
Suite *suite(void);

/* As src/channels/tiktok.c has it. */
struct conf {
	struct source_conf base;
	size_t window;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "tiktok",
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

#define HOOK(event, content)                                                   \
	"{'client_key':'K','event':'" event "','create_time':1700000000,"      \
	"'user_openid':'B','content':" content "}"

static const struct {
	const char *body, *said;
} rows[] = {
	{ HOOK("im_receive_msg",
		  "{'message_id':'m1','type':'text','timestamp':1700000000123,"
		  "'text':{'body':'hi'},'from_user':{'id':'7'},'to_user':"
		  "{'id':'B'}}"),
		"message \"im_receive_msg\" id=im_receive_msg/m1 "
		"at=2023-11-14T22:13:20.123000Z account=tiktok/K/7/attested" },
	{ HOOK("im_send_msg", "{'message_id':'m2','from_user':{'id':'B'},"
			      "'to_user':{'id':'7'}}"),
		"message \"im_send_msg\" id=im_send_msg/m2 "
		"at=2023-11-14T22:13:20Z" },
	{ HOOK("im_mark_read_msg", "{'from_user':{'id':'7'}}"),
		"status \"im_mark_read_msg\" at=2023-11-14T22:13:20Z "
		"account=tiktok/K/7/attested" },
	{ HOOK("comment.update", "{'comment_id':'c'}"),
		"unknown \"comment.update\" at=2023-11-14T22:13:20Z" },
	{ HOOK("lead.created", "{'lead_id':'9'}"),
		"track \"lead.created\" id=9 at=2023-11-14T22:13:20Z" },
	{ HOOK("lead.created",
		  "{'lead_id':'9','field_data':[{'name':'email','value':"
		  "'ana@mail.example'},{'name':'phone_number','value':"
		  "'+5511999990000'},{'name':'name','value':'Ana'}]}"),
		"identify \"lead.created\" id=9/fields "
		"at=2023-11-14T22:13:20Z email=ana@mail.example/asserted "
		"phone=+5511999990000/asserted" },
	{ "{'event':'x','content':'{'}", "unknown \"x\"" },
	{ "{}", "1 expected an object with an event" },
	{ "", "1 json: line 1: unexpected token" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(
		say_body(a, &channel_tiktok, &conf, say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

/* JSON inside a string, as it really comes. */
START_TEST(inside_a_string)
{
	ck_assert_str_eq(say_body(a, &channel_tiktok, &conf,
				 span_of("{\"client_key\":\"K\",\"event\":"
					 "\"im_receive_msg\",\"content\":"
					 "\"{\\\"message_id\\\":\\\"m\\\","
					 "\\\"from_user\\\":{\\\"id\\\":"
					 "\\\"7\\\"}}\"}")),
		"message \"im_receive_msg\" id=im_receive_msg/m "
		"account=tiktok/K/7/attested");
	assert_keeps(a, &channel_tiktok, "/", "{\"event\":\"x\"}", &conf);
}
END_TEST

START_TEST(recorded_signatures)
{
	struct vector vectors[VECTORS_MAX];
	size_t count = vectors_of(a, "tiktok", vectors);

	assert_vectors(a, "tiktok", &channel_tiktok, &conf);
	for (size_t i = 0; i < count; i++) {
		const char *live[] = { vectors[i].secret, NULL };
		struct conf own = conf;
		struct header h = { span_of("TikTok-Signature"),
			span_of(vectors[i].expected) };
		struct inbound in = { .method = "POST",
			.headers = &h,
			.header_count = 1,
			.raw = span_of(vectors[i].body) };

		own.base.secrets = live;
		assert_each_byte(
			&channel_tiktok, &in, &own, vectors[i].expected);
	}
}
END_TEST

START_TEST(recorded_webhooks)
{
	struct span body =
		say_recorded(a, "tiktok_business/im_receive_msg.json");
	struct span content =
		say_recorded(a, "tiktok_business/im_receive_msg.content.json");

	if (!body.len)
		return;
	ck_assert_str_eq(say_body(a, &channel_tiktok, &conf, body),
		"message \"im_receive_msg\"");
	ck_assert_str_eq(
		say_body(a, &channel_tiktok, &conf,
			span_of(arena_printf(a,
				"{\"event\":\"im_receive_msg\",\"content\":"
				"%.*s}",
				(int)content.len, content.data))),
		"message \"im_receive_msg\" id=im_receive_msg/tt-msg-1 "
		"at=2023-11-14T22:13:20Z account=tiktok/user-1/attested");
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("tiktok");
	TCase *t = tcase_create("tiktok");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, inside_a_string);
	tcase_add_test(t, recorded_signatures);
	tcase_add_test(t, recorded_webhooks);
	suite_add_tcase(s, t);
	return s;
}
