/* SPDX-License-Identifier: Apache-2.0 */
/* From what was sent to a level: names in many scripts, dates, addresses, and
 * that it is the same whoever stands first. */
#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "likeness/block.h"
#include "likeness/weigh.h"

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

/* The portrait of one stay's traits; group 1, 2 ... tells them apart. */
static struct portrait
portrait_of(const char *traits, uint8_t group)
{
	struct portrait p = { .group = { { group } } };
	json_t *json = json_own(a, json_loads(traits, 0, NULL));

	ck_assert_ptr_nonnull(json);
	portrait_traits(a, &p, json);
	portrait_end(&p);
	return p;
}

static const char *
level_word(const struct likeness *l, enum comparison c)
{
	return l->level[c] ? comparison_kinds[c].levels[l->level[c]]
			   : "missing";
}

static const struct {
	const char *left, *right;
	enum comparison comparison;
	const char *level;
} cases[] = {
#define NAME(l, r) "{\"name\":\"" l "\"}", "{\"name\":\"" r "\"}"
#define FULL(g, f) "{\"given_name\":\"" g "\",\"family_name\":\"" f "\"}"
#define BOTH(g, f, h, i) FULL(g, f), FULL(h, i)
#define PART(n, l, r) "{\"" n "\":\"" l "\"}", "{\"" n "\":\"" r "\"}"
	{ NAME("Ana Souza", "ana  SOUZA"), COMPARE_GIVEN, "same" },
	{ NAME("Dra. Ana de Souza", "Ana Souza"), COMPARE_FAMILY, "same" },
	{ NAME("Souza, Ana", "Ana Souza"), COMPARE_GIVEN, "same" },
	{ NAME("Wei Wang", "Wang Wei"), COMPARE_GIVEN, "close" },
	{ NAME("Wei Wang", "Wang Wei"), COMPARE_FAMILY, "close" },
	{ NAME("Bob Smith", "Robert Smith"), COMPARE_GIVEN, "close" },
	{ NAME("B. Smith", "Robert Smith"), COMPARE_GIVEN, "other" },
	{ NAME("R. Smith", "Robert Smith"), COMPARE_GIVEN, "initial" },
	{ NAME("Ana Sousa", "Ana Souza"), COMPARE_FAMILY, "close" },
	{ NAME("Ana Wright", "Ana Right"), COMPARE_FAMILY, "close" },
	{ NAME("Chris Smith", "Christine Smith"), COMPARE_GIVEN, "close" },
	{ NAME("Chris Smith", "Christopher Smith"), COMPARE_GIVEN, "close" },
	{ NAME("Max Lima", "Maxwell Lima"), COMPARE_GIVEN, "close" },
	{ NAME("Ludmil Lima", "Ludmila Lima"), COMPARE_GIVEN, "close" },
	/* Names that are spelt alike and are two. */
	{ NAME("Tim Smith", "Tom Smith"), COMPARE_GIVEN, "near" },
	{ NAME("Leandro Lima", "Leandra Lima"), COMPARE_GIVEN, "near" },
	{ NAME("Daniel Lima", "Daniela Lima"), COMPARE_GIVEN, "near" },
	{ NAME("Anna Smith", "Annabelle Smith"), COMPARE_GIVEN, "other" },
	{ NAME("Darla Smith", "Darletta Smith"), COMPARE_GIVEN, "other" },
	{ NAME("Maria Garcia Lopez", "Maria Garcia"), COMPARE_FAMILY, "near" },
	{ NAME("Ana Souza", "Bia Souza"), COMPARE_GIVEN, "other" },
	{ NAME("Ana", "Ana Souza"), COMPARE_FAMILY, "missing" },
	{ NAME("J\\u00f3n Einarsson", "Jon Einarsson"), COMPARE_GIVEN, "same" },
	{ NAME("Nguy\\u1ec5n V\\u0103n An", "Nguyen Van An"), COMPARE_GIVEN,
		"same" },
	{ NAME("\\u0418\\u0432\\u0430\\u043d \\u041f\\u0435\\u0442\\u0440"
	       "\\u043e\\u0432",
		  "Ivan Petrov"),
		COMPARE_FAMILY, "same" },
	{ NAME("\\u5c71\\u7530 \\u592a\\u90ce", "\\u5c71\\u7530 "
						"\\u592a\\u90ce"),
		COMPARE_FAMILY, "same" },
	{ NAME("\\u0645\\u062d\\u0645\\u062f \\u0623\\u062d\\u0645\\u062f",
		  "Mohammed Ahmed"),
		COMPARE_GIVEN, "close" },
	{ NAME("\\u0392\\u03b9\\u03ba\\u03c4\\u03bf\\u03c1\\u03b9\\u03b1 "
	       "\\u03a3\\u03b1\\u03bb\\u03b5\\u03c1\\u03bf",
		  "Victoria Salero"),
		COMPARE_GIVEN, "close" },
	{ NAME("\\u0399\\u03bf\\u03c5\\u03b1\\u03bd "
	       "\\u03a3\\u03b1\\u03bb\\u03b5\\u03c1\\u03bf",
		  "Juan Salero"),
		COMPARE_GIVEN, "close" },
	/* Khmer and Lao, which ICU leaves as they are. */
	{ NAME("\\u1782\\u17b9\\u1798 \\u178f\\u17b6\\u179a\\u17b6",
		  "Kim Dara"),
		COMPARE_GIVEN, "same" },
	{ NAME("\\u1782\\u17b9\\u1798 \\u178f\\u17b6\\u179a\\u17b6",
		  "Kim Dara"),
		COMPARE_FAMILY, "near" },
	{ NAME("\\u0eaa\\u0ebb\\u0ea1\\u0eaa\\u0eb1\\u0e81", "Somsak"),
		COMPARE_GIVEN, "same" },
	{ NAME("David Dobbins Jr", "David Dobbins Sr"), COMPARE_SUFFIX,
		"other" },
	{ BOTH("Morris II", "Klein", "Morris", "Klein III"), COMPARE_SUFFIX,
		"other" },
	{ BOTH("Morris I", "Klein", "Morris II", "Klein"), COMPARE_SUFFIX,
		"other" },
	{ BOTH("Morris Jr.", "Klein", "Morris II", "Klein"), COMPARE_SUFFIX,
		"same" },
	{ BOTH("Morris I", "Klein", "Morris I", "Klein"), COMPARE_SUFFIX,
		"missing" },
	{ BOTH("Morris I", "Klein", "Morris Isaac", "Klein"), COMPARE_MIDDLE,
		"same" },
	{ NAME("Ana M Souza", "Ana Maria Souza"), COMPARE_MIDDLE, "same" },
	{ PART("birth_date", "1971-06-24", "24/06/1971"), COMPARE_BIRTH,
		"same" },
	{ PART("birth_date", "19710624", "24 Jun 71"), COMPARE_BIRTH, "same" },
	{ PART("birth_date", "1971-06-24T10:00:00Z", "1971-06-24"),
		COMPARE_BIRTH, "same" },
	{ PART("birth_date", "1978-12-11", "1978-11-12"), COMPARE_BIRTH,
		"one_digit" },
	{ PART("birth_date", "1971-06-24", "1971-06-25"), COMPARE_BIRTH,
		"one_digit" },
	{ PART("birth_date", "1971-06-24", "1971-06-17"), COMPARE_BIRTH,
		"two_parts" },
	/* Who knows the year alone is made to type a day. */
	{ PART("birth_date", "1971-06-24", "1971-01-01"), COMPARE_BIRTH,
		"year" },
	{ PART("birth_date", "1971-06-24", "1900-01-01"), COMPARE_BIRTH,
		"missing" },
	{ PART("birth_date", "1971-06-24", "1985-02-01"), COMPARE_BIRTH,
		"other" },
	{ PART("birth_date", "1971-06-24", "soon"), COMPARE_BIRTH, "missing" },
	{ PART("gender", "Female", "mulher"), COMPARE_GENDER, "same" },
	{ PART("address", "123 Main Street, Las Vegas NV 89132",
		  "123 Main St, Las Vegas"),
		COMPARE_STREET, "same" },
	{ PART("address", "123 Main Street, Springfield",
		  "124 Elm Road, Springfield"),
		COMPARE_STREET, "other" },
	{ PART("street", "42 Copland Drive", "42 coplanddrive"), COMPARE_STREET,
		"close" },
	{ PART("street", "Rua das Flores 12", "R. das Flores, 12"),
		COMPARE_STREET, "same" },
	{ PART("postcode", "SW1A 1AA", "sw1a1aa"), COMPARE_PLACE, "postcode" },
	{ PART("city", "Recife", "Olinda"), COMPARE_PLACE, "other" },
};

START_TEST(levels)
{
	struct portrait x = portrait_of(cases[_i].left, 1);
	struct portrait y = portrait_of(cases[_i].right, 2);
	struct likeness l, turned;

	likeness_compare(&x, &y, &l);
	ck_assert_str_eq(level_word(&l, cases[_i].comparison), cases[_i].level);
	likeness_compare(&y, &x, &turned);
	for (int c = 0; c < COMPARISONS; c++) {
		ck_assert_int_eq(l.level[c], turned.level[c]);
		if (!l.level[c])
			continue;
		ck_assert_str_eq(l.left[c], turned.right[c]);
		ck_assert_str_eq(l.right[c], turned.left[c]);
	}
}
END_TEST

/* Of addresses alone. */
static const char *
email_level(const char *left, const char *right)
{
	struct portrait x = { .group = { { 1 } } }, y = { .group = { { 2 } } };
	struct likeness l;

	portrait_add(a, &x, FIELD_EMAIL, left, "");
	portrait_add(a, &y, FIELD_EMAIL, right, "");
	portrait_end(&x);
	portrait_end(&y);
	likeness_compare(&x, &y, &l);
	return level_word(&l, COMPARE_EMAIL);
}

/* Whoever has a role reads its mail. */
START_TEST(mailboxes)
{
	ck_assert_str_eq(
		email_level("ana.lima@a.com", "ana.lima@a.com"), "same");
	ck_assert_str_eq(
		email_level("ana.lima@a.com", "analima@b.com"), "same_user");
	ck_assert_str_eq(email_level("info@a.com", "info@a.com"), "missing");
	ck_assert_str_eq(
		email_level("contact@a.com", "contact@b.com"), "missing");
	ck_assert_str_eq(
		email_level("sales+7@a.com", "ana.lima@a.com"), "missing");
	ck_assert_str_eq(
		email_level("ana.lima@a.com", "informer@b.com"), "other");
}
END_TEST

/* Names of which either could be turned to fit the other, at another level:
 * which is, may not depend on who stands first, by id or by place. */
START_TEST(nobody_stands_first)
{
	struct portrait x = portrait_of("{\"name\":\"Bob Silva\"}", 1);
	struct portrait y = portrait_of("{\"name\":\"Silva Robert\"}", 2);
	struct likeness l, turned;

	likeness_compare(&x, &y, &l);
	y.group.bytes[0] = 0;
	likeness_compare(&x, &y, &turned);
	ck_assert_str_eq(level_word(&l, COMPARE_GIVEN), "close");
	ck_assert_str_eq(level_word(&l, COMPARE_FAMILY), "close");
	for (int c = 0; c < COMPARISONS; c++)
		ck_assert_int_eq(l.level[c], turned.level[c]);
}
END_TEST

static int
weight_of(const char *left, const char *right)
{
	struct portrait x = portrait_of(left, 1), y = portrait_of(right, 2);

	return likeness_weight(model_create(a), &x, &y);
}

/* Two pairs of names that fit as well: the same is told. */
START_TEST(ties_have_no_side)
{
	struct portrait x = portrait_of("{\"name\":\"Bob Lima\"}", 1);
	struct portrait y = portrait_of("{\"name\":\"Zoa Rosa\"}", 2);
	struct likeness l, turned;

	portrait_traits(
		a, &x, json_own(a, json_pack("{s:s}", "name", "Zoe Rosa")));
	portrait_traits(
		a, &y, json_own(a, json_pack("{s:s}", "name", "Bok Lima")));
	portrait_end(&x);
	portrait_end(&y);
	likeness_compare(&x, &y, &l);
	likeness_compare(&y, &x, &turned);
	ck_assert_str_eq(level_word(&l, COMPARE_GIVEN), "close");
	ck_assert_str_eq(l.left[COMPARE_GIVEN], turned.right[COMPARE_GIVEN]);
}
END_TEST

START_TEST(what_weighs)
{
	const struct model *m = model_create(a);

	ck_assert_int_gt(weight_of("{\"name\":\"Ana Souza\",\"birth_date\":"
				   "\"1971-06-24\"}",
				 "{\"name\":\"Ana Souza\",\"birth_date\":"
				 "\"1971-06-24\"}"),
		m->join);
	/* A name alone is many people's. */
	ck_assert_int_lt(weight_of("{\"given_name\":\"Ana\"}",
				 "{\"given_name\":\"Ana\"}"),
		m->review);
	/* Twins, or a father and a son, are two. */
	ck_assert_int_eq(weight_of("{\"name\":\"Ana Souza\",\"birth_date\":"
				   "\"1971-06-24\",\"street\":\"R. Sol 1\"}",
				 "{\"name\":\"Bruno Souza\",\"birth_date\":"
				 "\"1999-02-11\",\"street\":\"R. Sol 1\"}"),
		WEIGHT_VETOED);
	ck_assert_int_eq(weight_of("{\"name\":\"Ana Souza Jr\"}",
				 "{\"name\":\"Ana Souza Sr\"}"),
		WEIGHT_VETOED);
	/* Nothing in common to compare: nothing is said. */
	ck_assert_int_eq(weight_of("{\"name\":\"Ana\"}",
				 "{\"birth_date\":\"1971-06-24\"}"),
		0);
}
END_TEST

static int
weight_by(const struct model *m, const char *left, const char *right)
{
	struct portrait x = portrait_of(left, 1), y = portrait_of(right, 2);

	return likeness_weight(m, &x, &y);
}

#define AT_HOME(name, birth)                                                   \
	"{\"name\":\"" name "\",\"birth_date\":\"" birth                       \
	"\",\"street\":\"R. Sol 1\",\"city\":\"Recife\","                      \
	"\"postcode\":\"50030230\"}"

/* What two of one household say by it. */
START_TEST(what_relatives_weigh)
{
	struct model *m = model_create(a);
	int apart, twins;

	/* A father and a son are further apart than a mistake. */
	m->relatives = RELATIVES_TRAINED;
	apart = weight_by(m, AT_HOME("Ana Souza", "1971-06-24"),
		AT_HOME("Ana Souza", "1980-11-03"));
	ck_assert_int_lt(weight_by(m, AT_HOME("Ana Souza", "1971-06-24"),
				 AT_HOME("Ana Souza", "1999-11-03")),
		apart - 1000);
	/* Twins. */
	twins = weight_by(m, AT_HOME("Ana Souza", "1971-06-24"),
		AT_HOME("Bruno Souza", "1971-06-24"));
	ck_assert_int_lt(twins, m->join);
	m->relatives = 0;
	ck_assert_int_gt(weight_by(m, AT_HOME("Ana Souza", "1971-06-24"),
				 AT_HOME("Bruno Souza", "1971-06-24")),
		twins + 1000);
	/* A child that is called as its parent has its rare name, too. */
	m->values[COMPARE_GIVEN] =
		(struct frequency[]){ { "maria", 50 }, { "rosa", 2 } };
	m->value_count[COMPARE_GIVEN] = 2;
	m->total[COMPARE_GIVEN] = 100;
	model_ready(m);
	ck_assert_int_lt(
		abs(weight_by(m, AT_HOME("Maria Souza", "1971-01-01"),
			    AT_HOME("Maria Souza", "1971-01-01")) -
			weight_by(m, AT_HOME("Rosa Souza", "1971-01-01"),
				AT_HOME("Rosa Souza", "1971-01-01"))),
		500);
}
END_TEST

/* A device that two of one name use is for people to look at. */
START_TEST(things_join_nobody)
{
	const struct model *m = model_create(a);
	struct portrait x = portrait_of("{\"name\":\"Ana Souza\"}", 1);
	struct portrait y = portrait_of("{\"name\":\"Ana Souza\"}", 2);

	portrait_add(a, &x, FIELD_DEVICE, "d", "");
	portrait_add(a, &y, FIELD_DEVICE, "d", "");
	portrait_end(&x);
	portrait_end(&y);
	ck_assert_int_lt(likeness_weight(m, &x, &y), m->review);
}
END_TEST

/* Models that were trained before they said it. */
START_TEST(models_without_relatives)
{
	json_t *json = json_own(a, model_json(model_create(a)));
	struct err e = { 0 };
	const struct model *m = model_parse(a, json, &e);

	ck_assert_ptr_nonnull(m);
	ck_assert_int_eq(m->relatives, model_create(a)->relatives);
	json_object_del(json, "relatives");
	m = model_parse(a, json, &e);
	ck_assert_ptr_nonnull(m);
	ck_assert_int_eq(m->relatives, RELATIVES_TRAINED);
}
END_TEST

/* Order and repeats of what is told change nothing, and the text brings it
 * back. */
START_TEST(portraits_are_sets)
{
	static const char one[] = "{\"name\":\"Ana Souza\",\"city\":\"Recife\","
				  "\"birth_date\":\"1971-06-24\"}";
	static const char two[] =
		"{\"name\":\"Ana M. Souza\",\"gender\":\"f\"}";
	struct portrait p = { 0 }, q = { 0 }, back = { 0 };
	const char *told[] = { one, two, one };

	for (int i = 0; i < 3; i++) {
		portrait_traits(
			a, &p, json_own(a, json_loads(told[i], 0, NULL)));
		portrait_traits(a, &q,
			json_own(a, json_loads(told[(i + 1) % 3], 0, NULL)));
	}
	portrait_end(&p);
	portrait_end(&q);
	ck_assert_str_eq(portrait_write(a, &p), portrait_write(a, &q));
	ck_assert_uint_eq(p.from[FIELD_NAME + 1] - p.from[FIELD_NAME], 2);
	portrait_read(a, span_of(portrait_write(a, &p)), &back);
	ck_assert_str_eq(portrait_write(a, &p), portrait_write(a, &back));
	portrait_read(a, span_of("?\tx\n\nn"), &back);
	ck_assert(!portrait_is_empty(&back));
}
END_TEST

/* However long, and whatever it holds. */
START_TEST(what_strangers_send_is_bounded)
{
	char *text = arena_alloc(a, 2000001);
	struct portrait p = { 0 };
	json_t *traits;

	memset(text, 'x', 2000000);
	traits = json_own(a, json_pack("{s:s,s:s,s:s}", "name", text, "address",
				     text, "occupation", "a\tb\nc"));
	portrait_traits(a, &p, traits);
	portrait_end(&p);
	ck_assert_uint_lt(strlen(portrait_write(a, &p)), 4000);
	ck_assert_uint_eq(p.count, 3);
}
END_TEST

static bool
share_a_key(const char *left, const char *right)
{
	struct portrait x = portrait_of(left, 1), y = portrait_of(right, 2);
	int64_t *one, *two;
	size_t n = block_keys(a, &x, &one), m = block_keys(a, &y, &two);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < m; k++)
			if (one[i] == two[k])
				return true;
	return false;
}

START_TEST(keys)
{
	ck_assert(share_a_key(
		"{\"name\":\"Wei Wang\"}", "{\"name\":\"Wang Wei\"}"));
	ck_assert(share_a_key(
		"{\"name\":\"Bob Smith\"}", "{\"name\":\"Robert Smyth\"}"));
	ck_assert(share_a_key(
		"{\"name\":\"Ana Souza\",\"birth_date\":\"1971-06-24\"}",
		"{\"given_name\":\"Anna\",\"birth_date\":\"1971-06-24\"}"));
	ck_assert(!share_a_key(
		"{\"name\":\"Ana Souza\"}", "{\"name\":\"Bia Lima\"}"));
	ck_assert(!share_a_key("{\"gender\":\"f\"}", "{\"gender\":\"f\"}"));
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("compare");
	TCase *t = tcase_create("all");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, levels, 0, sizeof(cases) / sizeof(*cases));
	tcase_add_test(t, mailboxes);
	tcase_add_test(t, nobody_stands_first);
	tcase_add_test(t, ties_have_no_side);
	tcase_add_test(t, what_weighs);
	tcase_add_test(t, what_relatives_weigh);
	tcase_add_test(t, things_join_nobody);
	tcase_add_test(t, models_without_relatives);
	tcase_add_test(t, portraits_are_sets);
	tcase_add_test(t, what_strangers_send_is_bounded);
	tcase_add_test(t, keys);
	suite_add_tcase(s, t);
	return s;
}
