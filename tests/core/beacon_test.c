/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>

#include "core/beacon.h"
#include "core/json.h"

Suite *suite(void);

static const struct {
	const char *body, *text;
} bodies[] = {
	{ "{\"a\":1}", "{\"a\":1}" },
	{ " [1]", " [1]" },
	{ "", "" },
	{ "name=x&email=y", "name=x&email=y" },
	{ "data=%7B%22a%22%3A1%7D&x=1", "{\"a\":1}" },
	{ "x=1&data=eyJhIjoxfQ==", "{\"a\":1}" },
	{ "data=eyJhIjoxfQ", "{\"a\":1}" },
	{ "data=x y", "x y" },
	{ "--X\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1\r\n"
	  "--X\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n"
	  "{\"a\":\r\n1}\r\n--X--\r\n",
		"{\"a\":\r\n1}" },
	{ "--X\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1\r\n--X--",
		"--X\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1\r\n"
		"--X--" },
	{ "--X\r\nname=\"data\"\r\n\r\ntorn",
		"--X\r\nname=\"data\"\r\n\r\ntorn" },
	{ "--", "--" },
};

START_TEST(the_json_of_a_body)
{
	struct arena *a = arena_create();

	ck_assert_str_eq(span_text(a, beacon_text(a, span_of(bodies[_i].body))),
		bodies[_i].text);
	arena_destroy(a);
}
END_TEST

static const struct {
	const char *query, *object;
} queries[] = {
	{ "", "{}" },
	{ "a=1&b=x+y%21&a=2", "{\"a\":\"1\",\"b\":\"x y!\"}" },
	{ "a.b=1&a.c.d=2&a.b.e=3",
		"{\"a\":{\"b\":\"1\",\"c\":{\"d\":\"2\"}}}" },
	{ "a=1&a.b=2", "{\"a\":\"1\"}" },
	{ "a=%ff&%ff=1&b", "{\"b\":\"\"}" },
	{ "a.b.c.d.e.f.g.h.i.j=1", "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{"
				   "\"g\":{\"h\":{}}}}}}}"
				   "}}" },
};

START_TEST(the_object_of_a_query)
{
	struct arena *a = arena_create();

	ck_assert_str_eq(
		json_write(a, beacon_query(a, span_of(queries[_i].query))),
		queries[_i].object);
	arena_destroy(a);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("beacon");
	TCase *t = tcase_create("beacon");

	tcase_add_loop_test(t, the_json_of_a_body, 0,
		(int)(sizeof(bodies) / sizeof(*bodies)));
	tcase_add_loop_test(t, the_object_of_a_query, 0,
		(int)(sizeof(queries) / sizeof(*queries)));
	suite_add_tcase(s, t);
	return s;
}
