/* SPDX-License-Identifier: Apache-2.0 */
/* Temu: webhooks of our own, encrypted as it does, and the examples of its
 * documentation where the shared folder is. */
#include "core/channel.h"

#include <openssl/evp.h>

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_temu;
Suite *suite(void);

static const char *secrets[] = { "short", "0123456789abcdef-and-more", NULL };
static const struct source_conf conf = {
	.name = "temu", .assurance = ASSERTED, .secrets = secrets
};

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

/* A body as Temu seals it. */
static struct span
seal(const char *text)
{
	const unsigned char *key = (const unsigned char *)secrets[1];
	unsigned char sealed[512], base64[1024];
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int len, rest;

	ck_assert(EVP_EncryptInit_ex(c, EVP_aes_128_cbc(), NULL, key, key));
	ck_assert(EVP_EncryptUpdate(c, sealed, &len,
		(const unsigned char *)text, (int)strlen(text)));
	ck_assert(EVP_EncryptFinal_ex(c, sealed + len, &rest));
	EVP_CIPHER_CTX_free(c);
	EVP_EncodeBlock(base64, sealed, len + rest);
	return span_of(arena_printf(a, "{\"eventData\":\"%s\"}", base64));
}

static const struct {
	const char *code, *data, *said;
} rows[] = {
	{ "bg_order_status_change_event",
		"{'mallId':1,'parentOrderSn':'PO','orderSn':'O','orderStatus':"
		"4,'updateTime':1700000000}",
		"order \"bg_order_status_change_event\" "
		"id=bg_order_status_change_event/O/1700000000123 "
		"at=2023-11-14T22:13:20Z" },
	{ "bg_trade_logistics_address_changed",
		"{'mallId':1,'parentOrderSn':'PO'}",
		"track \"bg_trade_logistics_address_changed\" "
		"id=bg_trade_logistics_address_changed/PO/1700000000123 "
		"at=2023-11-14T22:13:20.123000Z" },
	{ "bg_aftersales_status_change",
		"{'parentOrderSn':'PO','updateAt':1700000000456}",
		"refund \"bg_aftersales_status_change\" "
		"id=bg_aftersales_status_change/PO/1700000000123 "
		"at=2023-11-14T22:13:20.456000Z" },
	{ "bg_test_event", "{'x':1}",
		"unknown \"bg_test_event\" at=2023-11-14T22:13:20.123000Z" },
};

START_TEST(what_a_webhook_says)
{
	struct header headers[] = { { span_of("x-tm-event-code"),
					    span_of(rows[_i].code) },
		{ span_of("x-tm-timestamp"), span_of("1700000000123") } };
	struct inbound in = { .method = "POST",
		.headers = headers,
		.header_count = 2,
		.body = seal(say_json(a, rows[_i].data).data) };
	struct events events = { 0 };
	struct err e;

	ck_assert(channel_temu.parse(a, &in, &conf, &events, &e));
	ck_assert_str_eq(say_events(a, &events), rows[_i].said);
}
END_TEST

START_TEST(what_does_not_open)
{
	static const char error[] =
		"1 expected an object with eventData that a secret of this "
		"source opens";

	ck_assert_str_eq(say_body(a, &channel_temu, &conf, span_of("")), error);
	ck_assert_str_eq(
		say_body(a, &channel_temu, &conf, span_of("{}")), error);
	ck_assert_str_eq(say_body(a, &channel_temu, &conf,
				 span_of("{\"eventData\":\"AAAA\"}")),
		error);
	ck_assert_str_eq(
		say_body(a, &channel_temu, &conf, seal("no JSON")), error);
	assert_keeps(a, &channel_temu, "/", seal("{}").data, &conf);
}
END_TEST

START_TEST(recorded_signatures)
{
	struct vector sealed[VECTORS_MAX], vectors[VECTORS_MAX];
	size_t count = vectors_of(a, "temu", vectors);

	if (!vectors_of(a, "temu-aes", sealed))
		return;
	for (size_t i = 0; i < count; i++) {
		struct vector *v = &vectors[i];
		const char *live[] = { v->secret, NULL };
		struct source_conf own = conf;
		char *body = arena_printf(a, "{\"eventData\":\"%s\"}",
			vector_text(a, sealed[0].all, "ciphertext"));
		char *key = arena_printf(a, "%s", "demo-test-app");
		char *code = arena_printf(a, "%s", "bg_test_event");
		char *time = arena_printf(a, "%s", "1726127013525");
		struct header headers[] = {
			{ span_of("x-tm-signature"), span_of(v->expected) },
			{ span_of("x-tm-app-key"), span_of(key) },
			{ span_of("x-tm-event-code"), span_of(code) },
			{ span_of("x-tm-timestamp"), span_of(time) },
			{ span_of("x-tm-ext-param"), span_of("{}") },
		};
		struct inbound in = { .method = "POST",
			.headers = headers,
			.header_count = 5,
			.body = span_of(body),
			.raw = span_of(body) };

		own.secrets = live;
		assert_each_byte(&channel_temu, &in, &own, body);
		assert_each_byte(&channel_temu, &in, &own, v->secret);
		assert_each_byte(&channel_temu, &in, &own, key);
		assert_each_byte(&channel_temu, &in, &own, code);
		assert_each_byte(&channel_temu, &in, &own, time);
	}
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("temu");
	TCase *t = tcase_create("temu");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_webhook_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, what_does_not_open);
	tcase_add_test(t, recorded_signatures);
	suite_add_tcase(s, t);
	return s;
}
