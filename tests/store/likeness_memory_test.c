/* SPDX-License-Identifier: Apache-2.0 */
#include "store/likeness_memory.h"

#include <check.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>

Suite *suite(void);

static struct likeness_memory *memory;

static void
setup(void)
{
	memory = likeness_memory_create();
}

static void
teardown(void)
{
	likeness_memory_destroy(memory);
}

static struct id
id_of(uint32_t number)
{
	struct id id = { { 0 } };
	uint64_t mixed = number * UINT64_C(0x9e3779b97f4a7c15);

	/* Ids are hashes. */
	memcpy(id.bytes, &mixed, sizeof(mixed));
	memcpy(id.bytes + 8, &mixed, sizeof(mixed));
	return id;
}

START_TEST(keys)
{
	for (int64_t key = 1; key < 1000; key += 2)
		memory_crowd(memory, key);
	for (int64_t key = 1; key < 1000; key++)
		ck_assert_int_eq(memory_is_crowded(memory, key), key % 2);
	memory_uncrowd(memory, 7);
	memory_uncrowd(memory, 8);
	ck_assert(!memory_is_crowded(memory, 7));
	ck_assert(memory_is_crowded(memory, 9));
	memory_crowd(memory, 7);
	ck_assert(memory_is_crowded(memory, 7));
	likeness_forget(memory);
	ck_assert(!memory_is_crowded(memory, 9));
}
END_TEST

START_TEST(portraits)
{
	struct id one = id_of(1), two = id_of(2);
	int64_t first = 0;

	ck_assert_ptr_null(memory_find(memory, &one, &first));
	memory_portrait(memory, &one, 5, "n\tada");
	memory_portrait(memory, &two, 6, "n\tbob");
	ck_assert_str_eq(memory_find(memory, &one, &first), "n\tada");
	ck_assert_int_eq(first, 5);
	memory_portrait(memory, &one, 4, "n\teve");
	ck_assert_str_eq(memory_find(memory, &one, &first), "n\teve");
	ck_assert_int_eq(first, 4);
	memory_portrait(memory, &one, 4, NULL);
	ck_assert_ptr_null(memory_find(memory, &one, &first));
	ck_assert_str_eq(memory_find(memory, &two, &first), "n\tbob");
	likeness_forget(memory);
	ck_assert_ptr_null(memory_find(memory, &two, &first));
}
END_TEST

/* Whatever comes: short texts and long ones, and more keys than there is room
 * for. What came last is there, and not what it was before. */
START_TEST(bounded)
{
	char text[512] = { 0 };
	size_t most = 0;
	int64_t first = 0;

	memset(text, 'x', sizeof(text) - 1);
	for (uint32_t i = 0; i < 1500000; i++) {
		struct id id = id_of(i);

		text[i < 1000000 ? 20 : 400] = '\0';
		memory_portrait(memory, &id, i, text);
		memory_crowd(memory, (int64_t)i + 1);
		if (i == 1000000)
			memset(text, 'x', sizeof(text) - 1);
		if (i % 10000 == 0) {
			struct mallinfo2 info = mallinfo2();
			size_t now = info.uordblks + info.hblkhd;

			most = now > most ? now : most;
			ck_assert_ptr_nonnull(memory_find(memory, &id, &first));
			ck_assert_int_eq(first, i);
		}
	}
	ck_assert_uint_gt(most, 30000000);
	ck_assert_uint_lt(most, 80000000);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("likeness_memory");
	TCase *t = tcase_create("likeness_memory");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, keys);
	tcase_add_test(t, portraits);
	tcase_add_test(t, bounded);
	suite_add_tcase(s, t);
	return s;
}
