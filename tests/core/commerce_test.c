/* SPDX-License-Identifier: Apache-2.0 */
/* Currencies, lines and carts. */
#include "core/commerce.h"

#include <string.h>

#include "core/json.h"

#include <check.h> /* last: its macro fail() would hide ours */

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

START_TEST(currencies)
{
	static const struct {
		const char *sent, *want; /* NULL: refused */
	} cases[] = {
		{ "BRL", "BRL" },
		{ " eur ", "EUR" },
		{ "", "USD" },
		{ " ", "USD" },
		{ "R$", NULL },
		{ "real", NULL },
		{ "B1L", NULL },
		{ "\xc3\xa9x", NULL },
	};
	const char *untouched = "x";

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *code = untouched;
		bool good =
			currency_parse(a, span_of(cases[i].sent), "USD", &code);

		ck_assert_msg(
			good == (cases[i].want != NULL), "%s", cases[i].sent);
		ck_assert_str_eq(code, good ? cases[i].want : untouched);
	}
	ck_assert(currency_parse(a, span_of(""), NULL, &untouched));
	ck_assert_ptr_null(untouched);
}
END_TEST

START_TEST(customers_by_their_sellers_numbers)
{
	static const struct {
		const char *kind, *scope, *number, *claim;
	} cases[] = {
		{ NULL, "shop", "17", "record=shop/17" },
		{ "", "shop", " 17 ", "record=shop/17" },
		{ "record", "shop", "17", "record=shop/17" },
		{ "record", "", "17", "record=17" },
		{ "user_id", "shop", "17", "user_id=17" },
		{ "record", "shop", "0", NULL },
		{ "record", "shop", " ", NULL },
	};
	struct err e = { 0 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct events events = { 0 };
		struct event *ev = events_add(a, &events);

		customer_claim(a, ev, cases[i].kind, span_of(cases[i].scope),
			span_of(cases[i].number));
		ck_assert_uint_eq(ev->claim_count, cases[i].claim != NULL);
		if (!cases[i].claim)
			continue;
		ck_assert_str_eq(arena_printf(a, "%s=%s", ev->claims[0].kind,
					 ev->claims[0].value.data),
			cases[i].claim);
		ck_assert_int_eq(ev->claims[0].assurance, VERIFIED);
	}
	ck_assert(customer_check("user_id", &e));
	ck_assert(customer_check(NULL, &e));
	ck_assert(!customer_check("User", &e));
	ck_assert(!customer_check("a=b", &e));
	ck_assert(!customer_check("_", &e));
	ck_assert_ptr_nonnull(strstr(e.text, ", want "));
}
END_TEST

START_TEST(who_browsed_is_who_bought)
{
	static const char *const own[] = { "visitor", NULL };
	json_t *list = json_read(a,
		span_of("[{\"key\":\"ajs_anonymous_id\",\"value\":\"x1\"},7,"
			"{\"key\":\"visitor\",\"value\":\"v1\"},"
			"{\"key\":\"anonymousId\",\"value\":{}}]"),
		NULL);
	struct events events = { 0 };
	struct event *ev = events_add(a, &events);

	anonymous_claim(a, ev, list, "name", NULL);
	anonymous_claim(a, ev, NULL, "key", NULL);
	ck_assert_uint_eq(ev->claim_count, 0);
	anonymous_claim(a, ev, list, "key", NULL);
	ck_assert_uint_eq(ev->claim_count, 1);
	ck_assert_str_eq(ev->claims[0].kind, "anonymous_id");
	ck_assert(span_is(ev->claims[0].value, "x1"));
	anonymous_claim(a, ev, list, "key", own);
	ck_assert_uint_eq(ev->claim_count, 2);
	ck_assert(span_is(ev->claims[1].value, "v1"));
}
END_TEST

START_TEST(what_was_sold_is_given_back)
{
	static const struct {
		const char *amount, *want;
	} cases[] = {
		{ "10.00", "10.00" },
		{ "-10.00", "10.00" },
		{ "0.01", "0.01" },
		{ "0.00", NULL },
		{ "-0", NULL },
		{ "", NULL },
		{ "1e3", NULL },
	};
	struct purchase sold = { .id = span_of("o1"),
		.key = span_of("shop/o1"),
		.amount = span_of("30.00"),
		.currency = "BRL" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct events events = { 0 };
		struct event *ev = events_add(a, &events);

		event_claim(a, ev, "email", span_of("a@b.example"), ASSERTED);
		ck_assert_ptr_null(refund_add(
			a, &events, 0, span_of("r"), span_of(cases[i].amount)));
		events.items->purchase = &sold;
		ev = refund_add(
			a, &events, 0, span_of("r"), span_of(cases[i].amount));
		ck_assert_uint_eq(events.count, cases[i].want ? 2 : 1);
		if (!cases[i].want)
			continue;
		ck_assert_str_eq(ev->type, "refund");
		ck_assert(ev->purchase->refund);
		ck_assert(span_is(ev->purchase->id, "o1"));
		ck_assert(span_is(ev->purchase->key, "r"));
		ck_assert(span_is(ev->purchase->amount, cases[i].want));
		ck_assert_str_eq(ev->purchase->currency, "BRL");
		ck_assert_uint_eq(ev->claim_count, 1);
		ck_assert(span_is(ev->claims[0].value, "a@b.example"));
	}
}
END_TEST

START_TEST(lines_say_what_is_known)
{
	struct purchase p = { .id = span_of("o") };
	const struct line all = { span_of("s"), span_of("N"), span_of("1.50"),
		span_of("119.90"), "BRL" };

	purchase_add(a, &p, line_json(&all));
	purchase_add(a, &p, line_json(&(struct line){ .name = span_of("M") }));
	ck_assert_str_eq(json_write(a, p.lines),
		"[{\"currency\":\"BRL\",\"name\":\"N\",\"price\":\"119.90\","
		"\"quantity\":\"1.50\",\"sku\":\"s\"},{\"name\":\"M\"}]");
}
END_TEST

START_TEST(minor_units)
{
	static const char *const cases[][3] = {
		{ "1234", "BRL", "12.34" },
		{ "7", "EUR", "0.07" },
		{ "0", "EUR", "0.00" },
		{ "-1234", "USD", "-12.34" },
		{ "1234", "JPY", "1234" },
		{ "0", "JPY", "0" },
		{ "12345", "KWD", "12.345" },
		{ "123456789012345678901234", "BRL",
			"1234567890123456789012.34" },
		{ "12.34", "BRL", NULL },
		{ "", "BRL", NULL },
		{ "-", "BRL", NULL },
		{ "1234567890123456789012345678901234", "BRL", NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct span amount = span_of("untouched");
		bool good = amount_of_minor(
			a, span_of(cases[i][0]), cases[i][1], &amount);

		ck_assert_int_eq(good, cases[i][2] != NULL);
		ck_assert_str_eq(amount.data, good ? cases[i][2] : "untouched");
	}
}
END_TEST

START_TEST(a_cart_is_of_articles)
{
	struct events events = { 0 };
	struct event *ev = events_add(a, &events);

	cart_line(ev, &(struct line){ .name = span_of("N") }, true);
	ck_assert_ptr_null(json_object_get(ev->body, "cart"));
	cart_anew(ev);
	cart_line(ev, &(struct line){ .sku = span_of("s") }, false);
	cart_line(ev, &(struct line){ .sku = span_of("r") }, true);
	ck_assert_str_eq(json_write(a, ev->body),
		"{\"cart\":[{\"all\":true,\"removed\":true},{\"sku\":\"s\"},"
		"{\"removed\":true,\"sku\":\"r\"}]}");
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("commerce");
	TCase *t = tcase_create("commerce");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, currencies);
	tcase_add_test(t, customers_by_their_sellers_numbers);
	tcase_add_test(t, who_browsed_is_who_bought);
	tcase_add_test(t, what_was_sold_is_given_back);
	tcase_add_test(t, lines_say_what_is_known);
	tcase_add_test(t, minor_units);
	tcase_add_test(t, a_cart_is_of_articles);
	suite_add_tcase(s, t);
	return s;
}
