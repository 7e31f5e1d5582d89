/* SPDX-License-Identifier: Apache-2.0 */
/* Average linkage, its constraints, and components that are too large. */
#include <check.h>
#include <stdlib.h>

#include "likeness/cluster.h"

Suite *suite(void);

#define JOIN 1000
#define SUPPORT 800
#define REST 500
#define MOST 1200

static struct arena *a;
static int (*weigh)(uint32_t x, uint32_t y);
static struct pair_weight (*weigh_parts)(uint32_t x, uint32_t y);
static uint32_t kept_apart[2];

static void
setup(void)
{
	a = arena_create();
	kept_apart[0] = kept_apart[1] = UINT32_MAX;
	weigh_parts = NULL;
}

static void
teardown(void)
{
	arena_destroy(a);
}

static struct pair_weight
weigh_pair(void *arg, uint32_t x, uint32_t y)
{
	(void)arg;
	return weigh_parts ? weigh_parts(x, y)
			   : (struct pair_weight){ .weight = weigh(x, y) };
}

static bool
has(const uint32_t *places, size_t count, uint32_t place)
{
	for (size_t i = 0; i < count; i++)
		if (places[i] == place)
			return true;
	return false;
}

static bool
is_apart(void *arg, const uint32_t *x, size_t n, const uint32_t *y, size_t m)
{
	(void)arg;
	return (has(x, n, kept_apart[0]) && has(y, m, kept_apart[1])) ||
	       (has(x, n, kept_apart[1]) && has(y, m, kept_apart[0]));
}

/* Of all pairs that weigh enough, in that order or the other. */
static struct clustering
run(size_t count, bool backwards)
{
	const struct cluster_rules rules = { weigh_pair, is_apart, NULL, JOIN,
		SUPPORT, REST };
	struct edge *edges = NULL;
	size_t n = 0, cap = 0;

	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t k = i + 1; k < count; k++) {
			if (weigh(i, k) < JOIN)
				continue;
			edges = arena_grow(a, edges, n, &cap, sizeof(*edges));
			edges[n++] = (struct edge){ i, k, weigh(i, k) };
		}
	}
	for (size_t i = 0; backwards && i < n / 2; i++) {
		struct edge other = edges[i];

		edges[i] = edges[n - 1 - i];
		edges[n - 1 - i] = other;
	}
	return cluster(a, count, edges, n, &rules);
}

/* 0-1 and 2-3 are alike, and 1-2; the rest is not. */
static int
chain(uint32_t x, uint32_t y)
{
	return y == x + 1 ? (x == 1 ? 1100 : 3000) : -2000;
}

START_TEST(a_chain_is_not_one)
{
	struct clustering c;

	weigh = chain;
	c = run(4, false);
	ck_assert_uint_eq(c.of[1], 0);
	ck_assert_uint_eq(c.of[2], 2);
	ck_assert_uint_eq(c.of[3], 2);
	ck_assert_uint_eq(c.apart_count, 0);
}
END_TEST

static int
all_alike(uint32_t x, uint32_t y)
{
	(void)x;
	(void)y;
	return 2000;
}

START_TEST(who_is_kept_apart_is_told)
{
	struct clustering c;

	weigh = all_alike;
	kept_apart[0] = 0;
	kept_apart[1] = 2;
	c = run(3, false);
	ck_assert_uint_eq(c.of[1], 0);
	ck_assert_uint_eq(c.of[2], 2);
	ck_assert_uint_eq(c.apart_count, 1);
	ck_assert(c.apart[0].forbidden);
	ck_assert_int_eq(c.apart[0].weight, 2000);
}
END_TEST

/* Two alone must weigh enough; several pairs support each other. */
static int
weak(uint32_t x, uint32_t y)
{
	return x == 0 && y == 1 ? 3000 : (x == 0 ? 1000 : 700);
}

START_TEST(several_pairs_support)
{
	weigh = weak;
	ck_assert_uint_eq(run(3, false).of[2], 0);
}
END_TEST

static int
nearly(uint32_t x, uint32_t y)
{
	return x == 0 ? 1000 + (y == 1) : 100;
}

START_TEST(what_is_nearly_one_is_told)
{
	struct clustering c;

	weigh = nearly;
	c = run(3, false);
	ck_assert_uint_eq(c.of[2], 2);
	ck_assert_uint_eq(c.apart_count, 1);
	ck_assert(!c.apart[0].forbidden);
}
END_TEST

/* Families of four; each next to the following, so that all hang together, but
 * by weaker edges than their own. */
static int
crowd(uint32_t x, uint32_t y)
{
	if (x / 4 == y / 4)
		return 9000;
	return y == x + 1 ? 1500 : -3000;
}

START_TEST(too_large_components_are_divided)
{
	struct clustering c, turned;

	weigh = crowd;
	c = run(MOST, false);
	turned = run(MOST, true);
	for (uint32_t i = 0; i < MOST; i++) {
		ck_assert_uint_eq(c.of[i], i / 4 * 4);
		ck_assert_uint_eq(turned.of[i], c.of[i]);
	}
}
END_TEST

/* More than can be weighed pair by pair, and no cut parts them: nobody is
 * joined by half a look. */
START_TEST(what_no_cut_divides_is_left)
{
	struct clustering c;

	weigh = all_alike;
	c = run(CLUSTER_MAX + 1, false);
	for (uint32_t i = 0; i <= CLUSTER_MAX; i++)
		ck_assert_uint_eq(c.of[i], i);
}
END_TEST

/* Father 0 and son 3 of one name, and two of that name of whom nobody knows
 * when they were born: more like the father, or as like either. */
static int more;

static struct pair_weight
of_one_name(uint32_t x, uint32_t y)
{
	if (x == 0 && y == 3)
		return (struct pair_weight){ -1500, -3500, true };
	return (struct pair_weight){ .weight = x == 0 ? 1500 + more : 1500 };
}

static int
of_one_name_sum(uint32_t x, uint32_t y)
{
	return of_one_name(x, y).weight;
}

START_TEST(what_few_tell_is_not_hidden)
{
	struct clustering c;

	weigh = of_one_name_sum;
	weigh_parts = of_one_name;
	for (int backwards = 0; backwards < 2; backwards++) {
		more = 8000;
		c = run(4, backwards);
		ck_assert_uint_eq(c.of[1], 0);
		ck_assert_uint_eq(c.of[2], 0);
		ck_assert_uint_eq(c.of[3], 3);
		more = 0;
		c = run(4, backwards);
		ck_assert_uint_eq(c.of[1], 1);
		ck_assert_uint_eq(c.of[2], 1); /* they are one, and neither */
		ck_assert_uint_eq(c.of[3], 3);
	}
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("cluster");
	TCase *t = tcase_create("all");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, what_few_tell_is_not_hidden);
	tcase_add_test(t, a_chain_is_not_one);
	tcase_add_test(t, who_is_kept_apart_is_told);
	tcase_add_test(t, several_pairs_support);
	tcase_add_test(t, what_is_nearly_one_is_told);
	tcase_add_test(t, too_large_components_are_divided);
	tcase_add_test(t, what_no_cut_divides_is_left);
	suite_add_tcase(s, t);
	return s;
}
