/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <string.h>

#include "core/json.h"

Suite *suite(void);

static const struct {
	const char *sent, *want; /* want NULL: refused */
} texts[] = {
	{ "{\"b\":1,\"a\":119.90}", "{\"a\":119.90,\"b\":1}" },
	{ "[0.1,1e3,-0,12345678901234567890123]",
		"[0.1,1e3,-0,12345678901234567890123]" },
	{ "[820982911946154508]", "[820982911946154508]" },
	{ "[\"1.50\",\"a\\\"1.5\\\\\"]", "[\"1.50\",\"a\\\"1.5\\\\\"]" },
	/* what looks like our mark stays the sender's string */
	{ "[\"\\ue000"
	  "1.5\",\"\xee\x80\x80"
	  "2.5\"]",
		"[\"\xee\x80\x80"
		"1.5\",\"\xee\x80\x80"
		"2.5\"]" },
	{ "{\"\xee\x80\x80"
	  "1.5\":1}",
		"{\"\xee\x80\x80"
		"1.5\":1}" },
	/* a cut emoji and NUL, which PostgreSQL cannot hold */
	{ "[\"\\ud83d\",\"\\u0000\"]", "[\"\xef\xbf\xbd\",\"\xef\xbf\xbd\"]" },
	{ "[\"\\ud83d\\ude00\"]", "[\"\xf0\x9f\x98\x80\"]" },
	{ "\xef\xbb\xbf[]", "[]" },
	{ "{\"a\":1,\"a\":2}", NULL },
	{ "[1.]", NULL },
	{ "[-]", NULL },
	{ "[01]", NULL },
	{ "-0-0-0-0-0-0-0-0-0-0-0-0-0-0-0-0-0-0-0-0", NULL },
	{ "[\"\\u12\"]", NULL },
	{ "[\"open", NULL },
	{ "", NULL },
};

START_TEST(there_and_back)
{
	struct arena *a = arena_create();
	struct err e = { 0 };
	json_t *value = json_read(a, span_of(texts[_i].sent), &e);

	if (texts[_i].want) {
		ck_assert_msg(value != NULL, "%s", e.text);
		ck_assert_str_eq(json_write(a, value), texts[_i].want);
	} else {
		ck_assert_ptr_null(value);
		ck_assert_int_eq(e.code, ERR_INPUT);
	}
	arena_destroy(a);
}
END_TEST

START_TEST(depth_has_a_limit)
{
	struct arena *a = arena_create();
	struct err e = { 0 };
	char text[2 * (JSON_DEPTH + 1)];

	for (size_t i = 0; i <= JSON_DEPTH; i++) {
		text[i] = '[';
		text[sizeof(text) - 1 - i] = ']';
	}
	ck_assert_ptr_null(
		json_read(a, (struct span){ text, sizeof(text) }, &e));
	ck_assert_int_eq(e.code, ERR_LIMIT);
	ck_assert_ptr_nonnull(
		json_read(a, (struct span){ text + 1, sizeof(text) - 2 }, &e));
	arena_destroy(a);
}
END_TEST

START_TEST(errors_quote_nobody)
{
	static const char *const wrong[] = { "{\"email\" \"ana@x.example\"}",
		"{\"ana@x.example\":1,\"ana@x.example\":2}",
		"[\"ana@x.example\", ana@x.example]", "{\"ana@x.example" };
	struct arena *a = arena_create();

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct err e = { 0 };

		ck_assert_ptr_null(json_read(a, span_of(wrong[i]), &e));
		ck_assert_ptr_null(strstr(e.text, "ana"));
		ck_assert_ptr_nonnull(strstr(e.text, "json: line 1: "));
	}
	arena_destroy(a);
}
END_TEST

START_TEST(spans_keep_digits)
{
	struct arena *a = arena_create();
	json_t *value = json_read(a,
		span_of("{\"total\":27.50,\"n\":7,\"s\":\"x\",\"o\":{}}"),
		NULL);

	ck_assert(span_is(json_member(a, value, "total"), "27.50"));
	ck_assert(span_is(json_member(a, value, "n"), "7"));
	ck_assert(span_is(json_member(a, value, "s"), "x"));
	ck_assert_uint_eq(json_member(a, value, "o").len, 0);
	ck_assert_uint_eq(json_member(a, value, "absent").len, 0);
	arena_destroy(a);
}
END_TEST

/* A text that begins like our mark is a text, and no number. */
START_TEST(texts_stay_texts)
{
	static const char *const texts_of[] = { "\xee\x80\x80"
						"1",
		"\xee\x80\x80\xee\x80\x80"
		"1",
		"1", "", "a\"b" };
	struct arena *a = arena_create();

	for (size_t i = 0; i < sizeof(texts_of) / sizeof(*texts_of); i++) {
		const char *want = texts_of[i];
		json_t *list = json_own(a, json_array()), *back;

		json_array_append_new(list, json_text(span_of(want)));
		back = json_read(a, span_of(json_write(a, list)), NULL);
		ck_assert_ptr_nonnull(back);
		ck_assert(span_is(json_span(a, json_array_get(back, 0)), want));
		ck_assert_str_eq(json_write(a, back), json_write(a, list));
	}
	ck_assert_ptr_null(json_text(span_of("\xff")));
	ck_assert_ptr_nonnull(json_own(a, json_text(span_of(NULL))));
	arena_destroy(a);
}
END_TEST

/* PostgreSQL's numeric ends somewhere: what is beyond is text, and all else
 * keeps its digits. */
START_TEST(vast_numbers)
{
	static const char *const cases[][2] = {
		{ "[1e999999]", "[\"1e999999\"]" },
		{ "[-1.5E-16384]", "[\"-1.5E-16384\"]" },
		{ "[1e1001]", "[\"1e1001\"]" },
		{ "[1e1000]", "[1e1000]" },
		{ "[1e-1000]", "[1e-1000]" },
		{ "[1e99999999999999999999999]",
			"[\"1e99999999999999999999999\"]" },
	};

	struct arena *arena = arena_create();

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		ck_assert_str_eq(
			json_write(arena,
				json_read(arena, span_of(cases[i][0]), NULL)),
			cases[i][1]);
	arena_destroy(arena);
}
END_TEST

/* The table of RFC 6901, section 5, and what leads nowhere. */
START_TEST(pointers)
{
	static const char *const cases[][2] = {
		{ "/foo", "[\"bar\",\"baz\"]" },
		{ "/foo/0", "\"bar\"" },
		{ "/", "0" },
		{ "/a~1b", "1" },
		{ "/m~0n", "8" },
		{ "/ ", "7" },
		{ "/foo/2", NULL },
		{ "/foo/00", NULL },
		{ "/foo/-", NULL },
		{ "/foo/", NULL },
		{ "/foo/0/x", NULL },
		{ "/x", NULL },
		{ "foo", NULL },
		{ "/foo/4294967296", NULL },
	};
	struct arena *arena = arena_create();
	const json_t *top = json_read(arena,
		span_of("{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,"
			"\" \":7,\"m~n\":8}"),
		NULL);

	ck_assert_ptr_eq(json_pointer(arena, top, span_of("")), top);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const json_t *found =
			json_pointer(arena, top, span_of(cases[i][0]));

		if (cases[i][1] == NULL)
			ck_assert_ptr_null(found);
		else
			ck_assert_str_eq(json_write(arena, found), cases[i][1]);
	}
	arena_destroy(arena);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("json");
	TCase *t = tcase_create("json");

	tcase_add_loop_test(
		t, there_and_back, 0, (int)(sizeof(texts) / sizeof(texts[0])));
	tcase_add_test(t, depth_has_a_limit);
	tcase_add_test(t, errors_quote_nobody);
	tcase_add_test(t, spans_keep_digits);
	tcase_add_test(t, texts_stay_texts);
	tcase_add_test(t, vast_numbers);
	tcase_add_test(t, pointers);
	suite_add_tcase(s, t);
	return s;
}
