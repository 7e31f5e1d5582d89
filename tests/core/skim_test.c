/* SPDX-License-Identifier: Apache-2.0 */
/* What is looked for without a tree of it is what the tree has. */
#include <check.h>
#include <string.h>

#include "core/json.h"
#include "core/skim.h"

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

static const char *const objects[] = {
	"{}",
	" { } ",
	"{\"id\":\"x\"}",
	"{\"id\": \"x\", \"kind\": 7, \"value\": null}",
	"{\n\t\"id\" : -0.50 ,\r\n\"kind\" : 1e400 , \"value\" : true }",
	"{\"id\":\"a\\\"b\\\\\",\"kind\":\"\\u00e3\\n\",\"value\":\"\"}",
	"{\"id\":\"\\\\\",\"kind\":\"\\\\\\\"\",\"value\":\"}\"}",
	"{\"id\":\"\\ud83d\\ude00\",\"kind\":\"\\u0000\",\"value\":"
	"\"\\ud800\"}",
	"{\"id\":\"\xee\x80\x80"
	"1\",\"kind\":\"\\ue0001\"}",
	"{\"body\":{\"id\":\"no\",\"x\":[{\"kind\":\"]}\"}]},\"kind\":\"k\"}",
	"{\"id\":[\"x\"],\"kind\":{\"value\":\"no\"},\"value\":\"\\\"{[\"}",
	"{\"kind\":123456789012345678901234567890,\"value\":-7}",
	"{\"idd\":1,\"i\":2,\"\":3}",
};

START_TEST(members)
{
	static const char *const names[] = { "id", "kind", "value", "body", "",
		NULL };
	struct span text = span_of(objects[_i]), values[5];
	json_t *json = json_read(a, text, NULL);

	ck_assert_ptr_nonnull(json);
	ck_assert(skim_members(text, names, values));
	for (size_t i = 0; names[i]; i++) {
		ck_assert(span_equal(skim_text(a, values[i]),
			json_member(a, json, names[i])));
		ck_assert(
			!!values[i].data == !!json_object_get(json, names[i]));
	}
}
END_TEST

START_TEST(items)
{
	static const char *const want[] = { "1", "\"a,b\"", "[2, [3]]",
		"{\"x\": [4]}", "null", "-5.0" };
	struct span name, item;
	struct skim s;
	size_t count = 0;

	ck_assert(skim_open(&s,
		span_of(" [1, \"a,b\",[2, [3]],{\"x\": [4]} , null,-5.0 ] "),
		'['));
	for (; skim_next(&s, &name, &item); count++)
		ck_assert(span_is(item, want[count]));
	ck_assert_uint_eq(count, sizeof(want) / sizeof(want[0]));
	ck_assert(!s.broken);
	ck_assert(!skim_next(&s, &name, &item));
	ck_assert(!skim_open(&s, span_of("{}"), '['));
	ck_assert(!skim_open(&s, span_of(""), '['));
	ck_assert(!skim_open(&s, span_of(NULL), '{'));
}
END_TEST

/* Each is cut off somewhere, or has what no JSON has. */
static const char *const others[] = { "", " ", "7", "null", "\"x\"", "[]", "{",
	"{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,",
	"{\"a\":1,}", "{\"a\":}", "{\"a\" 1}", "{a:1}", "{\"a\":[1}",
	"{\"a\":\"\\\"}", "{\"a\":1 \"b\":2}", "{\"a\":1}x", "{\"a\":{\"b\":1}",
	"{,}", "{\"a\":X}" };

START_TEST(what_is_no_object)
{
	static const char *const names[] = { "a", NULL };
	size_t len = strlen(others[_i]);
	char *exact = arena_alloc(a, len + 1); /* for the sanitizer */
	struct span value;

	memcpy(exact, others[_i], len);
	ck_assert(!skim_members((struct span){ exact, len }, names, &value));
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("skim");
	TCase *tc = tcase_create("skim");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(
		tc, members, 0, sizeof(objects) / sizeof(objects[0]));
	tcase_add_test(tc, items);
	tcase_add_loop_test(
		tc, what_is_no_object, 0, sizeof(others) / sizeof(others[0]));
	suite_add_tcase(s, tc);
	return s;
}
