/* SPDX-License-Identifier: Apache-2.0 */
/* Currencies, lines and carts. */
#include "core/commerce.h"

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
	tcase_add_test(t, lines_say_what_is_known);
	tcase_add_test(t, minor_units);
	tcase_add_test(t, a_cart_is_of_articles);
	suite_add_tcase(s, t);
	return s;
}
