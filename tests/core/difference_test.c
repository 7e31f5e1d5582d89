/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one grouping makes of another. Identifiers and groups are letters, told
 * as "axy": a was in x and is in y, with "." for nobody's, who come first.
 */
#include "core/difference.h"

#include <stdlib.h>
#include <string.h>

#include <check.h> /* last: it defines fail, which err.h declares */

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

static struct id
letter(char c)
{
	return (struct id){ { c == '.' ? 0 : (uint8_t)c } };
}

static struct lot *
lots_of(const char *story, size_t *count)
{
	struct lot *lots = arena_array(a, strlen(story) + 1, sizeof(*lots));

	*count = 0;
	for (; *story; story += story[3] ? 4 : 3)
		lots[(*count)++] = (struct lot){ letter(story[0]),
			letter(story[1]), letter(story[2]), 0 };
	return lots;
}

/* The letter of an id as text; "." of null. */
static char
letter_of(const json_t *value)
{
	struct id id = { { '.' } };

	if (!json_is_null(value))
		ck_assert(id_parse(span_of(json_string_value(value)), &id));
	return (char)id.bytes[0];
}

/* "x=ab y=c" */
static const char *
side_text(const struct difference *d, const struct part *part, bool is)
{
	json_t *side = difference_side(d, part, is);
	const char *text = "";

	for (size_t i = 0; i < json_array_size(side); i++) {
		json_t *group = json_array_get(side, i);
		json_t *ids = json_object_get(group, "identifiers");

		text = arena_printf(a, "%s%s%c=", text, i ? " " : "",
			letter_of(json_object_get(group, "profile")));
		for (size_t k = 0; k < json_array_size(ids); k++)
			text = arena_printf(a, "%s%c", text,
				letter_of(json_array_get(ids, k)));
	}
	json_decref(side);
	return text;
}

static int
compare_texts(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

/* A line for each part, sorted: the order of parts says nothing. */
static const char *
page(struct lot *lots, size_t count)
{
	struct difference d = difference_find(a, lots, count);
	const char **lines = arena_array(a, count + 1, sizeof(char *));
	const char *text = "";
	size_t told = 0;

	ck_assert_uint_eq(d.count, count);
	for (size_t i = 0; i < d.part_count; i++) {
		const struct part *p = &d.parts[i];

		ck_assert_uint_eq(p->first, told);
		told += p->count;
		lines[i] = arena_printf(a, "%s %zu-%zu: %s | %s\n",
			difference_word(p->kind), p->was, p->is,
			side_text(&d, p, false), side_text(&d, p, true));
	}
	ck_assert_uint_eq(told, count);
	qsort(lines, d.part_count, sizeof(char *), compare_texts);
	for (size_t i = 0; i < d.part_count; i++)
		text = arena_printf(a, "%s%s", text, lines[i]);
	return text;
}

static const struct {
	const char *lots, *page;
} stories[] = {
	{ "", "" },
	{ "axx bxx", "none 1-1: x=ab | x=ab\n" },
	{ "a.x b.x", "created 0-1: .=ab | x=ab\n" },
	/* One more, one less, and another founder. */
	{ "axx b.x", "updated 1-1: .=b x=a | x=ab\n" },
	{ "axx bx.", "updated 1-1: x=ab | .=b x=a\n" },
	{ "axy bxy", "updated 1-1: x=ab | y=ab\n" },
	{ "axx byx", "merged 2-1: x=a y=b | x=ab\n" },
	{ "axx bxy", "split 1-2: x=ab | x=a y=b\n" },
	{ "axx bxy cyy", "regrouped 2-2: x=ab y=c | x=a y=bc\n" },
	{ "ax. bx.", "ended 1-0: x=ab | .=ab\n" },
	{ "axz bxz czz dzz ez.", "merged 2-1: x=ab z=cde | .=e z=abcd\n" },
	/* Nobody's are not one group: each is a part of its own. */
	{ "a.. b.. c.x d.y", "created 0-1: .=c | x=c\ncreated 0-1: .=d | y=d\n"
			     "none 0-0: .=a | .=a\nnone 0-0: .=b | .=b\n" },
	/* What leaves two groups for nobody's ties them to nothing. */
	{ "ax. by.", "ended 1-0: x=a | .=a\nended 1-0: y=b | .=b\n" },
	/* Those not concerned are parts beside. */
	{ "axx byx cpp dqq", "merged 2-1: x=a y=b | x=ab\nnone 1-1: p=c | p=c\n"
			     "none 1-1: q=d | q=d\n" },
	/* A long way round: x to p, p to y, y to q, q to z. */
	{ "axp byp cyq dzq ezr",
		"regrouped 3-3: x=a y=bc z=de | p=ab q=cd r=e\n" },
};

START_TEST(each_kind_is_told)
{
	size_t count;
	struct lot *lots = lots_of(stories[_i].lots, &count);

	ck_assert_str_eq(page(lots, count), stories[_i].page);
}
END_TEST

/* Swaps through all orders (Heap's). */
static void
check_orders(struct lot *order, size_t count, size_t n, const char *want)
{
	if (n <= 1) {
		struct lot *copy = arena_array(a, count + 1, sizeof(*copy));

		memcpy(copy, order, count * sizeof(*copy));
		ck_assert_str_eq(page(copy, count), want);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		size_t from = n % 2 ? 0 : i;
		struct lot swap;

		check_orders(order, count, n - 1, want);
		swap = order[from];
		order[from] = order[n - 1];
		order[n - 1] = swap;
	}
}

START_TEST(order_of_lots_says_nothing)
{
	size_t count;
	struct lot *lots = lots_of(stories[_i].lots, &count);
	struct lot *copy = lots_of(stories[_i].lots, &count);

	check_orders(copy, count, count, page(lots, count));
}
END_TEST

START_TEST(kinds_have_words)
{
	static const char *const words[] = { "none", "created", "updated",
		"merged", "split", "regrouped", "ended" };

	for (int i = DIFFERENCE_NONE; i <= DIFFERENCE_ENDED; i++)
		ck_assert_str_eq(
			difference_word((enum difference_kind)i), words[i]);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("difference");
	TCase *t = tcase_create("difference");
	int n = sizeof(stories) / sizeof(stories[0]);

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, each_kind_is_told, 0, n);
	tcase_add_loop_test(t, order_of_lots_says_nothing, 0, n);
	tcase_add_test(t, kinds_have_words);
	suite_add_tcase(s, t);
	return s;
}
