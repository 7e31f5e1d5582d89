/* SPDX-License-Identifier: Apache-2.0 */
#include "core/form.h"

#include <check.h>

Suite *suite(void);

static const struct {
	const char *text, *name, *value;
	size_t count;
} cases[] = {
	{ "a=1&b=2", "b", "2", 2 },
	{ "a=1&a=2", "a", "1", 2 },
	{ "From=%2B5581+9&x", "From", "+5581 9", 2 },
	{ "x", "x", "", 1 },
	{ "&&=v&a=b=c", "a", "b=c", 2 },
	{ "a=100%", "a", "100%", 1 },
	{ "a=%4", "a", "%4", 1 },
	{ "a=%zz", "a", "%zz", 1 },
	{ "%61=%C3%A9", "a", "\xc3\xa9", 1 },
	{ "a=1", "b", NULL, 1 },
	{ "", "a", NULL, 0 },
};

START_TEST(fields)
{
	struct arena *a = arena_create();
	struct form form = form_read(a, span_of(cases[_i].text));
	struct span value = form_get(&form, cases[_i].name);

	ck_assert_uint_eq(form.count, cases[_i].count);
	if (cases[_i].value)
		ck_assert_str_eq(value.data, cases[_i].value);
	else
		ck_assert_ptr_null(value.data);
	arena_destroy(a);
}
END_TEST

#define PART(name, value)                                                      \
	"--b\r\nContent-Disposition: form-data; name=\"" name                  \
	"\"\r\n\r\n" value "\r\n"

static const struct {
	const char *text, *name, *value;
	size_t count;
} multipart[] = {
	{ PART("a", "1") PART("b", "2\r\n3") "--b--\r\n", "b", "2\r\n3", 2 },
	{ PART("a", "1\r\n--c") "--b--", "a", "1\r\n--c", 1 },
	{ PART("a", "x--b") "--b--", "a", "x--b", 1 },
	{ "--b\ncontent-disposition:form-data;NAME=a\n\n1\n--b--\n", "a", "1",
		1 },
	{ "--b\r\nX: 1\r\nContent-Disposition: form-data; name=\"f\"; "
	  "filename=\"x\"\r\n\r\nbytes\r\n--b--",
		"f", "", 1 },
	{ PART("a", "1"), "a", "1", 1 }, /* cut short */
	{ PART("", "1") "--b--", "", NULL, 0 },
	{ "--b\r\nX: 1", "a", NULL, 0 },
	{ "--", "a", NULL, 0 },
	{ PART("a", "1") "--b--\r\n" PART("b", "2"), "b", NULL, 1 },
	{ "a=1", "a", "1", 1 },
};

START_TEST(multipart_fields)
{
	struct arena *a = arena_create();
	struct form form = form_read_any(a, span_of(multipart[_i].text));
	struct span value = form_get(&form, multipart[_i].name);

	ck_assert_uint_eq(form.count, multipart[_i].count);
	if (multipart[_i].value)
		ck_assert_str_eq(value.data, multipart[_i].value);
	else
		ck_assert_ptr_null(value.data);
	arena_destroy(a);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("form");
	TCase *t = tcase_create("form");

	tcase_add_loop_test(
		t, fields, 0, (int)(sizeof(cases) / sizeof(*cases)));
	tcase_add_loop_test(t, multipart_fields, 0,
		(int)(sizeof(multipart) / sizeof(*multipart)));
	suite_add_tcase(s, t);
	return s;
}
