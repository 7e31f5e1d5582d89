/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/id.h"

Suite *suite(void);

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

/* RFC 4231, test case 2. */
START_TEST(hmac_vector)
{
	uint8_t mac[DIGEST_SIZE];

	digest_hmac(
		span_of("Jefe"), span_of("what do ya want for nothing?"), mac);
	ck_assert_str_eq(digest_hex(a, mac, sizeof(mac)),
		"5bdcc146bf60754e6a042426089575c7"
		"5a003f089d2739839dec58b964ec3843");
}
END_TEST

START_TEST(base64_forms)
{
	struct span out;

	ck_assert(digest_unbase64(a, span_of("d0tMb29w"), &out));
	ck_assert(span_is(out, "wKLoop"));
	ck_assert(digest_unbase64(a, span_of("YQ=="), &out));
	ck_assert(span_is(out, "a"));
	ck_assert(digest_unbase64(a, span_of("YWI"), &out));
	ck_assert(span_is(out, "ab"));
	ck_assert(!digest_unbase64(a, span_of("Y"), &out));
	ck_assert(!digest_unbase64(a, span_of("Y Q="), &out));
}
END_TEST

START_TEST(hex_forms)
{
	uint8_t bytes[2];

	ck_assert(digest_unhex(span_of("aBcD"), bytes, 2));
	ck_assert_int_eq(bytes[0], 0xab);
	ck_assert(!digest_unhex(span_of("abc"), bytes, 2));
	ck_assert(!digest_unhex(span_of("abcg"), bytes, 2));
}
END_TEST

/* Invariant 5 rests on it: parts never run into each other, and the same
 * parts give the same UUIDv8 for ever (the value is pinned). */
START_TEST(derived_ids)
{
	const struct span ab_c[] = { span_of("ab"), span_of("c") };
	const struct span a_bc[] = { span_of("a"), span_of("bc") };
	struct id one = id_derive(span_of("key"), "identifier", ab_c, 2);
	struct id two = id_derive(span_of("key"), "identifier", a_bc, 2);
	struct id other = id_derive(span_of("kez"), "identifier", ab_c, 2);
	struct id space = id_derive(span_of("key"), "event", ab_c, 2);
	struct id back;
	char text[ID_TEXT];

	ck_assert_int_ne(id_compare(&one, &two), 0);
	ck_assert_int_ne(id_compare(&one, &other), 0);
	ck_assert_int_ne(id_compare(&one, &space), 0);
	id_format(&one, text);
	ck_assert_int_eq(text[14], '8');
	ck_assert_ptr_nonnull(strchr("89ab", text[19]));
	ck_assert(id_parse(span_of(text), &back));
	ck_assert_int_eq(id_compare(&one, &back), 0);
	ck_assert(!id_parse(span_of("not an id"), &back));
	ck_assert_str_eq(text, "75935e6a-0d41-8a0b-8ee8-aa9813db6fd6");
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("id");
	TCase *t = tcase_create("id");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, hmac_vector);
	tcase_add_test(t, base64_forms);
	tcase_add_test(t, hex_forms);
	tcase_add_test(t, derived_ids);
	suite_add_tcase(s, t);
	return s;
}
