/* SPDX-License-Identifier: Apache-2.0 */
/* WeChat: messages of our own. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_wechat;
Suite *suite(void);

/* As src/channels/wechat.c has it. */
struct conf {
	struct source_conf base;
	size_t window;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "wechat",
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

#define XML(more)                                                              \
	"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName>"         \
	"<![CDATA[o7]]></FromUserName><CreateTime>1700000000</"                \
	"CreateTime>" more "</xml>"
#define SAID(rest)                                                             \
	rest " at=2023-11-14T22:13:20Z account=wechat/gh_1/o7/attested"

static const struct {
	const char *body, *said;
} rows[] = {
	{ XML("<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[hi]]>"
	      "</Content><MsgId>5</MsgId>"),
		SAID("message \"text\" id=5") },
	{ XML("<MsgType>event</MsgType><Event>subscribe</Event>"),
		SAID("consent \"subscribe\" id=subscribe/o7/1700000000") },
	{ XML("<MsgType>event</MsgType><Event>unsubscribe</Event>"),
		SAID("consent \"unsubscribe\" id=unsubscribe/o7/1700000000") },
	{ XML("<MsgType>event</MsgType><Event>SCAN</Event><EventKey>k"
	      "</EventKey>"),
		SAID("track \"SCAN\" id=SCAN/o7/1700000000") },
	{ XML(""), "1 expected XML with FromUserName and MsgType" },
	{ "<xml><Encrypt>AAAA</Encrypt></xml>",
		"1 expected messages in plain or compatible mode" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(
		say_body(a, &channel_wechat, &conf, say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(what_is_no_message)
{
	static const char *const bad[] = { "", "{}", "<xml>", "<x/>" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(say_body(a, &channel_wechat, &conf,
				      span_of(bad[i]))[0] == '1',
			"%s", bad[i]);
}
END_TEST

/* Nobody published one; this is what openssl makes of it. */
START_TEST(signatures)
{
	char *query = arena_printf(a, "%s",
		"signature=c2de874a9957e313b4c9f0bd4aacf1bd42424516"
		"&timestamp=1700000000&nonce=n1");
	struct inbound in = { .method = "POST", .query = span_of(query) };
	struct conf own = conf;
	struct span answer;
	struct err e = { 0 };

	assert_each_byte(&channel_wechat, &in, &own, query);
	in.query = span_of(arena_printf(a, "%s&echostr=42", query));
	ck_assert(channel_wechat.greet(a, &in, &own, &answer, &e));
	ck_assert(span_is(answer, "42"));
	own.window = 300;
	in.at = INT64_C(1700000301) * CLOCK_SECOND;
	ck_assert(!channel_wechat.greet(a, &in, &own, &answer, &e));
	ck_assert_int_eq(e.code, ERR_DENIED);
	assert_keeps(
		a, &channel_wechat, "/", XML("<MsgType>text</MsgType>"), &conf);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("wechat");
	TCase *t = tcase_create("wechat");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, what_is_no_message);
	tcase_add_test(t, signatures);
	suite_add_tcase(s, t);
	return s;
}
