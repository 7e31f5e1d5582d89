/* SPDX-License-Identifier: Apache-2.0 */
/* TikTok Shop: webhooks of our own, and a recorded one where the shared folder
 * is. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_tiktok_shop;
Suite *suite(void);

/* As src/channels/tiktok_shop.c has it. */
struct conf {
	struct source_conf base;
	const char *app;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "tiktok_shop",
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

static const struct {
	const char *body, *said;
} rows[] = {
	{ "{'type':1,'shop_id':'7','timestamp':1700000000,'data':{'order_id':"
	  "'O','order_status':'UNPAID'}}",
		"order \"order status\" at=2023-11-14T22:13:20Z" },
	{ "{'type':12,'tts_notification_id':'n1','data':{}}",
		"refund \"return\" id=n1" },
	{ "{'type':3}", "track \"recipient address\"" },
	{ "{'type':99}", "unknown \"99\"" },
	{ "{}", "1 expected an object with a type" },
	{ "", "1 json: line 1: unexpected token" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(say_body(a, &channel_tiktok_shop, &conf,
				 say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(settings)
{
	assert_keeps(a, &channel_tiktok_shop, "/", "{\"type\":1}", &conf);
}
END_TEST

START_TEST(recorded_signatures)
{
	struct vector vectors[VECTORS_MAX];
	size_t count = vectors_of(a, "tiktok-shop", vectors);

	for (size_t i = 0; i < count; i++) {
		struct vector *v = &vectors[i];
		char *app = vector_text(a, v->all, "app_key");
		const char *live[] = { v->secret, NULL };
		struct conf own = conf;
		struct header h = { span_of("Authorization"),
			span_of(v->expected) };
		struct inbound in = { .method = "POST",
			.headers = &h,
			.header_count = 1,
			.raw = span_of(v->body) };
		struct err e = { 0 };

		own.base.secrets = live;
		ck_assert(!channel_tiktok_shop.verify(&in, &own, &e));
		own.app = app;
		assert_each_byte(&channel_tiktok_shop, &in, &own, v->body);
		assert_each_byte(&channel_tiktok_shop, &in, &own, v->secret);
		assert_each_byte(&channel_tiktok_shop, &in, &own, app);
	}
}
END_TEST

START_TEST(recorded_webhooks)
{
	struct span body =
		say_recorded(a, "tiktok_shop/order_status_update.json");

	if (body.len)
		ck_assert_str_eq(say_body(a, &channel_tiktok_shop, &conf, body),
			"order \"order status\" at=2022-09-25T08:48:53Z");
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("tiktok_shop");
	TCase *t = tcase_create("tiktok_shop");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, settings);
	tcase_add_test(t, recorded_signatures);
	tcase_add_test(t, recorded_webhooks);
	suite_add_tcase(s, t);
	return s;
}
