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
		"1 expected plain messages, or an EncodingAESKey among the "
		"secrets of this source" },
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

/* Made by openssl. */
#define KEY "0123456789abcdefghijABCDEFGHIJ0123456789abc"
#define ENCRYPTED                                                              \
	"/a6cy2bJeiCTat/9/sW8MjsVJC006fFLjK2U3lBYnd/v4vqPGI0JWfO1ZgmZ"         \
	"yj6uCozFWzZTOyMmILSqMjIgWy8Q/Q4i3/iYULBqV4MBhLRu9/ysqSeE9cY/"         \
	"p36bZFrYtiHQZ9/JnVwnWGGra+Z9haTmWpiaR+vsRxPpphAenvfflzxIIeBl"         \
	"WRYjyvZXMSIMtKkZk6lMPGUZGwNNRZOTgk/Pml1VFZeiL+mF3MrEDmNdJEAJ"         \
	"WZwtu/2BQHu08Gme"
#define BODY                                                                   \
	"<xml><ToUserName>gh_1</ToUserName><Encrypt>" ENCRYPTED                \
	"</Encrypt></xml>"

static const char *with_key[] = { "secret", KEY, NULL };

START_TEST(encrypted_messages)
{
	struct conf own = conf;
	char *query = arena_printf(a, "%s",
		"msg_signature=ac87ba87fce68b9447966c48ea23c381eeaf6338"
		"&timestamp=1700000000&nonce=n1&encrypt_type=aes");
	char *body = arena_printf(a, "%s", BODY);
	struct inbound in = {
		.method = "POST", .query = span_of(query), .body = span_of(body)
	};
	struct err e;

	own.base.secrets = with_key;
	ck_assert_msg(channel_wechat.verify(&in, &own, &e), "%s", e.text);
	ck_assert_str_eq(say_body(a, &channel_wechat, &own, span_of(BODY)),
		SAID("message \"text\" id=5"));
	for (char *c = strstr(body, "<Encrypt>") + 9; *c != '<'; c++) {
		*c ^= 1;
		ck_assert(!channel_wechat.verify(&in, &own, &e));
		*c ^= 1;
	}
	/* What is not encrypted is anybody's, where there is a key. */
	in.query = span_of("signature=c2de874a9957e313b4c9f0bd4aacf1bd42424516"
			   "&timestamp=1700000000&nonce=n1");
	ck_assert(!channel_wechat.verify(&in, &own, &e));
	in.body = span_of(XML("<MsgType>text</MsgType>"));
	ck_assert(!channel_wechat.verify(&in, &own, &e));
	ck_assert(channel_wechat.verify(&in, &conf, &e));
}
END_TEST

static const struct {
	const char *key, *body, *said;
} unopened[] = {
	{ "9123456789abcdefghijABCDEFGHIJ0123456789abc", BODY,
		"1 expected Encrypt made with an EncodingAESKey of this "
		"source" },
	{ KEY, "<xml><Encrypt>AAAA</Encrypt></xml>",
		"1 expected Encrypt made with an EncodingAESKey of this "
		"source" },
	{ KEY, "<xml><Encrypt>!</Encrypt></xml>",
		"1 expected Encrypt made with an EncodingAESKey of this "
		"source" },
};

START_TEST(what_no_key_opens)
{
	const char *keys[] = { "secret", unopened[_i].key, NULL };
	struct conf own = conf;

	own.base.secrets = keys;
	ck_assert_str_eq(
		say_body(a, &channel_wechat, &own, span_of(unopened[_i].body)),
		unopened[_i].said);
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
	tcase_add_test(t, encrypted_messages);
	tcase_add_loop_test(t, what_no_key_opens, 0,
		(int)(sizeof(unopened) / sizeof(*unopened)));
	suite_add_tcase(s, t);
	return s;
}
