/* SPDX-License-Identifier: Apache-2.0 */
/* Models: of a made-up town, always the same, and through JSON and back. */
#include <check.h>
#include <string.h>

#include "core/json.h"
#include "likeness/train.h"
#include "likeness/weigh.h"

Suite *suite(void);

#define TOWN 400

static struct arena *a;
static struct portrait town[TOWN];

static const char *const syllables[] = { "ba", "ce", "di", "fo", "gu", "la",
	"me", "ni", "ro", "su", "ta", "ve" };

static const char *
word(unsigned *state, int length)
{
	const char *text = "";

	for (int i = 0; i < length; i++) {
		*state = *state * 1103515245u + 12345u;
		text = arena_printf(
			a, "%s%s", text, syllables[(*state >> 16) % 12]);
	}
	return text;
}

/* Everybody twice; of the second record the birth date may be mistyped. */
static void
setup(void)
{
	unsigned state = 7;

	a = arena_create();
	for (int i = 0; i < TOWN; i += 2) {
		const char *given = word(&state, 2), *family = word(&state, 3);
		const char *street = word(&state, 3);
		int day = 10 + i % 18;

		for (int k = 0; k < 2; k++) {
			struct portrait *p = &town[i + k];
			int typed = k && i % 8 == 0 ? day + 1 : day;

			*p = (struct portrait){
				.group = { { (uint8_t)(i / 256),
					(uint8_t)((i + k) % 256) } }
			};
			portrait_traits(a, p,
				json_own(a,
					json_pack("{s:s,s:s,s:s,s:s,s:s}",
						"given_name", given,
						"family_name", family, "street",
						street, "house_number", "12",
						"birth_date",
						arena_printf(a, "%d-%02d-%02d",
							1950 + i % 50,
							1 + i % 12, typed))));
			portrait_end(p);
		}
	}
}

static void
teardown(void)
{
	arena_destroy(a);
}

static const char *
text_of(const struct model *m)
{
	return json_write(a, json_own(a, model_json(m)));
}

START_TEST(the_same_town_gives_the_same_model)
{
	ck_assert_str_eq(text_of(model_train(a, town, TOWN)),
		text_of(model_train(a, town, TOWN)));
}
END_TEST

START_TEST(it_learns)
{
	struct model *m = model_train(a, town, TOWN);
	const struct level_shares *birth = m->shares[COMPARE_BIRTH];

	/* A quarter was mistyped. */
	ck_assert_int_gt(birth[2].m, 150000);
	ck_assert_int_lt(birth[2].m, 350000);
	ck_assert_int_lt(birth[1].u, 20000);
	ck_assert_int_gt(birth[5].u, 500000);
	/* 200 of 79,800 pairs are one: some 8.6 bits. */
	ck_assert_int_gt(m->join, 8000);
	ck_assert_int_lt(m->join, 9500);
	for (int i = 0; i < TOWN; i += 2)
		ck_assert_int_gt(
			likeness_weight(m, &town[i], &town[i + 1]), m->join);
	/* What many have says less than what few have. */
	ck_assert_int_lt(model_rarity(m, COMPARE_FAMILY,
				 m->values[COMPARE_FAMILY][0].value),
		model_rarity(m, COMPARE_FAMILY, "seldom"));
}
END_TEST

START_TEST(of_nobody_nothing_is_learnt)
{
	ck_assert_str_eq(
		text_of(model_train(a, town, 1)), text_of(model_create(a)));
}
END_TEST

START_TEST(through_json_and_back)
{
	struct model *m = model_train(a, town, TOWN);
	struct err e = { 0 };
	struct model *back =
		model_parse(a, json_read(a, span_of(text_of(m)), &e), &e);

	ck_assert_ptr_nonnull(back);
	ck_assert_str_eq(text_of(m), text_of(back));
	for (int i = 1; i < TOWN; i++)
		ck_assert_int_eq(likeness_weight(m, &town[0], &town[i]),
			likeness_weight(back, &town[0], &town[i]));
}
END_TEST

START_TEST(what_is_no_model_says_so)
{
	static const char *const cases[][2] = {
		{ "{}", "join: want a whole number" },
		{ "{\"join\":1,\"support\":1,\"review\":\"x\"}",
			"review: want a whole number" },
		{ "{\"join\":1,\"support\":1,\"review\":1,\"kin\":1,"
		  "\"comparisons\":{\"given_name\":{\"levels\":{\"same\":"
		  "[1,2,1000001]}}}}",
			"given_name.levels.same: want three numbers" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct err e = { 0 };

		ck_assert_ptr_null(model_parse(
			a, json_read(a, span_of(cases[i][0]), &e), &e));
		ck_assert_ptr_nonnull(strstr(e.text, cases[i][1]));
	}
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("train");
	TCase *t = tcase_create("all");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, the_same_town_gives_the_same_model);
	tcase_add_test(t, it_learns);
	tcase_add_test(t, of_nobody_nothing_is_learnt);
	tcase_add_test(t, through_json_and_back);
	tcase_add_test(t, what_is_no_model_says_so);
	suite_add_tcase(s, t);
	return s;
}
