/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pubkey.h"

#include "../channels/vectors.h"

#include <check.h> /* last: it has a macro called fail */

Suite *suite(void);

/* Freshchat's armour says RSA, but what is in it is a SubjectPublicKeyInfo. */
static char *
without_armour(struct arena *a, const char *pem)
{
	static const char begin[] = "KEY-----";
	char *key = arena_alloc(a, strlen(pem) + 1), *to = key;

	pem = strstr(pem, begin);
	ck_assert_ptr_nonnull(pem);
	for (pem += sizeof(begin) - 1; *pem && *pem != '-'; pem++)
		if (*pem != ' ' && *pem != '\n')
			*to++ = *pem;
	return key;
}

START_TEST(rsa)
{
	struct arena *a = arena_create();
	struct vector vectors[VECTORS_MAX];
	size_t count = vectors_of(a, "freshchat", vectors);

	for (size_t i = 0; i < count; i++) {
		struct vector *v = &vectors[i];
		char *key =
			without_armour(a, vector_text(a, v->all, "public_key"));
		char *signature = vector_text(a, v->all, "signature");
		struct span body = span_of(v->body);

		ck_assert(pubkey_check(key, "key", NULL));
		ck_assert(pubkey_signed(
			key, PUBKEY_SHA256, &body, 1, span_of(signature)));
		ck_assert(!pubkey_signed(
			key, PUBKEY_SHA1, &body, 1, span_of(signature)));
		for (char *c = v->body; *c; c++) {
			*c ^= 1;
			ck_assert(!pubkey_signed(key, PUBKEY_SHA256, &body, 1,
				span_of(signature)));
			*c ^= 1;
		}
		for (char *c = signature; *c && *c != '='; c++) {
			*c ^= 2;
			ck_assert(!pubkey_signed(key, PUBKEY_SHA256, &body, 1,
				span_of(signature)));
			*c ^= 2;
		}
	}
	arena_destroy(a);
}
END_TEST

START_TEST(no_keys)
{
	struct span body = span_of("x");
	struct err e = { 0 };

	ck_assert(pubkey_check(NULL, "key", &e));
	ck_assert(!pubkey_check("", "key", &e));
	ck_assert(!pubkey_check("*", "key", &e));
	ck_assert(!pubkey_check("AAAA", "key", &e));
	ck_assert_int_eq(e.code, ERR_INPUT);
	ck_assert(!pubkey_signed(
		"AAAA", PUBKEY_SHA256, &body, 1, span_of("AAAA")));
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("pubkey");
	TCase *t = tcase_create("pubkey");

	tcase_add_test(t, rsa);
	tcase_add_test(t, no_keys);
	suite_add_tcase(s, t);
	return s;
}
