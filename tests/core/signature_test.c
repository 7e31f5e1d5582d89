/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures and their times; the digests are from openssl(1). */
#include "core/hub.h"
#include "core/signature.h"

#include <check.h> /* last: it has a macro called fail */

Suite *suite(void);

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))
#define BODY "{\"a\":1}"

static const struct {
	struct signature how;
	const char *sent, *secrets[3], *parts[3];
	bool good;
} cases[] = {
	{ { "X-S", "sha256=", HMAC_SHA256, false },
		"sha256="
		"88a67f24bbcdaed0e6c997404bb79a743baf44c6bab2f4c27328e3009d22e3"
		"42",
		{ "key" }, { BODY }, true },
	/* Of either case, by the second of two secrets, in two parts. */
	{ { "x-s", NULL, HMAC_SHA256, false },
		"88A67F24BBCDAED0E6C997404BB79A743BAF44C6BAB2F4C27328E3009D22E3"
		"42",
		{ "old", "key" }, { "{\"a\"", ":1}" }, true },
	{ { "X-S", NULL, HMAC_SHA256, true },
		"iKZ/JLvNrtDmyZdAS7eadDuvRMa6svTCcyjjAJ0i40I=", { "key" },
		{ BODY }, true },
	{ { "X-S", "sha1=", HMAC_SHA1, false },
		"sha1=b5557a4b8f3cc308d19eb4f69f336392a31eef7b", { "key" },
		{ BODY }, true },
	{ { "X-S", "mac=", PLAIN_SHA256, false },
		"mac="
		"bb531ccc9005aa0f7c7bca60740e6fc473f356924b29156ab001c2ecd10dbb"
		"c9",
		{ "key" }, { BODY }, true },
	{ { "X-S", NULL, HMAC_SHA256, true },
		"iKZ/JLvNrtDmyZdAS7eadDuvRMa6svTCcyjjAJ0i40I=", { "kez" },
		{ BODY }, false },
	{ { "X-S", NULL, HMAC_SHA256, true },
		"iKZ/JLvNrtDmyZdAS7eadDuvRMa6svTCcyjjAJ0i40I=", { NULL },
		{ BODY }, false },
	/* Anybody can sign with nothing. */
	{ { "X-S", NULL, HMAC_SHA256, true },
		"4LqtJ65TNak+KXnmaT52MN59ZrTVv9aHzb8fABj3nLg=", { "" },
		{ BODY }, false },
	{ { "X-S", "sha1=", HMAC_SHA1, false }, "sha1=", { "key" }, { BODY },
		false },
	{ { "X-S", "sha1=", HMAC_SHA1, false },
		"b5557a4b8f3cc308d19eb4f69f336392a31eef7b", { "key" }, { BODY },
		false },
	{ { "X-S", NULL, HMAC_SHA256, false }, "", { "key" }, { BODY }, false },
	{ { "X-S", NULL, HMAC_SHA256, true }, "!", { "key" }, { BODY }, false },
};

START_TEST(test_good)
{
	struct header header = { span_of("X-s"), span_of(cases[_i].sent) };
	struct inbound in = { .headers = &header, .header_count = 1 };
	const char *secrets[3] = { cases[_i].secrets[0], cases[_i].secrets[1] };
	struct source_conf conf = { .secrets = secrets };
	struct span parts[3];
	size_t count = 0;
	struct err e = { 0 };
	bool good;

	for (; count < 3 && cases[_i].parts[count]; count++)
		parts[count] = span_of(cases[_i].parts[count]);
	good = signature_good(&cases[_i].how, &in, &conf, parts, count, &e);
	ck_assert_int_eq(good, cases[_i].good);
	ck_assert_int_eq(e.code, good ? ERR_NONE : ERR_AUTH);
}
END_TEST

#define AT (INT64_C(1700000000) * CLOCK_SECOND)

static const struct {
	const char *time;
	size_t seconds;
	int64_t at;
	bool good;
} times[] = {
	{ "1700000000", 300, AT, true },
	{ "1699999700", 300, AT, true },
	{ "1699999699", 300, AT, false },
	{ "1700000300000", 300, AT, true },
	{ "1700000301000", 300, AT, false },
	{ "2023-11-14T22:13:20Z", 1, AT, true },
	{ "1", 0, AT, true },
	{ "1", 300, 0, true }, /* read again, long after */
	{ "1", (size_t)-1, AT, true },
	{ "", 300, AT, false },
	{ "soon", 0, AT, false },
};

START_TEST(test_fresh)
{
	struct inbound in = { .at = times[_i].at };
	struct err e = { 0 };

	ck_assert_int_eq(signature_fresh(&in, span_of(times[_i].time),
				 times[_i].seconds, &e),
		times[_i].good);
}
END_TEST

START_TEST(test_url)
{
	struct arena *a = arena_create();
	struct inbound in = { .query = span_of("a=1&b=%20") };
	struct inbound bare = { 0 };

	ck_assert(span_is(signature_url(a, &in, "https://x.example/y"),
		"https://x.example/y?a=1&b=%20"));
	ck_assert(span_is(signature_url(a, &in, "https://x.example/y?c=2"),
		"https://x.example/y?c=2"));
	ck_assert(span_is(signature_url(a, &bare, "https://x.example/y"),
		"https://x.example/y"));
	ck_assert_uint_eq(signature_url(a, &in, NULL).len, 0);
	arena_destroy(a);
}
END_TEST

static const struct {
	const char *query, *token;
	bool good;
} greetings[] = {
	{ "hub.mode=subscribe&hub.challenge=42&hub.verify_token=w", "w", true },
	{ "hub.mode=subscribe&hub.challenge=42&hub.verify_token=v", "w",
		false },
	{ "hub.mode=subscribe&hub.challenge=42&hub.verify_token=", "", false },
	{ "hub.mode=subscribe&hub.challenge=42", NULL, false },
	{ "hub.mode=other&hub.challenge=42&hub.verify_token=w", "w", false },
	{ "hub_mode=subscribe&hub_challenge=42&hub_verify_token=w", "w",
		false },
};

START_TEST(test_greet)
{
	struct arena *a = arena_create();
	struct inbound in = { .query = span_of(greetings[_i].query) };
	struct span answer = { 0 };
	struct err e = { 0 };
	bool good = hub_greet(a, &in, greetings[_i].token, &answer, &e);

	ck_assert_int_eq(good, greetings[_i].good);
	if (good)
		ck_assert(span_is(answer, "42"));
	else
		ck_assert_int_eq(e.code, ERR_DENIED);
	arena_destroy(a);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("signature");
	TCase *t = tcase_create("signature");

	tcase_add_loop_test(t, test_good, 0, COUNT(cases));
	tcase_add_loop_test(t, test_fresh, 0, COUNT(times));
	tcase_add_test(t, test_url);
	tcase_add_loop_test(t, test_greet, 0, COUNT(greetings));
	suite_add_tcase(s, t);
	return s;
}
