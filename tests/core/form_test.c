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

Suite *
suite(void)
{
	Suite *s = suite_create("form");
	TCase *t = tcase_create("form");

	tcase_add_loop_test(
		t, fields, 0, (int)(sizeof(cases) / sizeof(*cases)));
	suite_add_tcase(s, t);
	return s;
}
