/* SPDX-License-Identifier: Apache-2.0 */
#include "io/room.h"

#include <check.h>
#include <stdlib.h>

Suite *suite(void);

#define MAX 1000000

static struct room *room;

static void
setup(void)
{
	room = room_create(MAX);
}

static void
teardown(void)
{
	room_destroy(room);
}

/* True where it was let in; its arena is in *a. */
static bool
enter(struct arena **a, size_t bytes, bool streams)
{
	*a = arena_create();
	if (room_enter(room, *a, bytes, streams))
		return true;
	arena_destroy(*a);
	return false;
}

/* Answers at once, where somebody was turned away, let the limit rise. */
static void
rise(int64_t now)
{
	struct arena *a[MAX / 10000 + 1], *none;
	size_t count;

	for (int64_t turn = 0; turn < 15; turn++, now += CLOCK_SECOND / 10) {
		for (count = 0; enter(&a[count], 10000, false); count++)
			;
		ck_assert(!enter(&none, 1, false));
		room_answered(room, CLOCK_SECOND / 100, now);
		while (count)
			arena_destroy(a[--count]);
	}
}

/* How many may come now. */
static size_t
fill(void)
{
	struct arena *a[MAX / 10000 + 1];
	size_t count = 0, all;

	while (enter(&a[count], 10000, false))
		count++;
	all = count;
	while (count)
		arena_destroy(a[--count]);
	return all;
}

START_TEST(no_more_than_there_is)
{
	struct arena *a, *b, *c;

	ck_assert_uint_eq(fill(), ROOM_FIRST / 10000 + 1);
	rise(CLOCK_SECOND);
	ck_assert(enter(&a, MAX - 1, false));
	ck_assert(enter(&b, MAX, false)); /* a large one finds its turn */
	ck_assert(!enter(&c, 1, false));
	ck_assert(!enter(&c, 1, true));
	arena_destroy(b);
	ck_assert(enter(&b, 1, false));
	ck_assert(!enter(&c, 1, false));
	arena_destroy(a);
	ck_assert(enter(&a, 1, false));
	arena_destroy(a);
	arena_destroy(b);
}
END_TEST

START_TEST(a_stream_holds_more_and_less)
{
	struct arena *a = arena_create(), *b;
	struct room_part *part = room_enter(room, a, 1, true);

	room_hold(part, MAX);
	ck_assert(room_is_full(room, false));
	ck_assert(!enter(&b, 1, true));
	room_hold(part, MAX - 1);
	ck_assert(!room_is_full(room, false));
	ck_assert(enter(&b, 1, true));
	arena_destroy(a);
	arena_destroy(b);
}
END_TEST

START_TEST(parts_outlive_it)
{
	struct arena *a;

	ck_assert(enter(&a, 1, false));
	room_destroy(room);
	arena_destroy(a);
	room = NULL;
}
END_TEST

#define BODY 100
#define PER_MS 5 /* bodies that are done in one */

/*
 * A server that does so many in a ms, in the order of their arrival, and ten
 * times as many that come. Of the last second: how many were done in time, of
 * a thousand that could be.
 */
static unsigned
overload(bool limited)
{
	static struct arena *queue[2000000];
	static int64_t came[2000000];
	size_t first = 0, last = 0;
	unsigned good = 0;

	for (int64_t ms = 0; ms < 5000; ms++) {
		int64_t now = ms * 1000 + CLOCK_SECOND;

		for (int i = 0; i < 10 * PER_MS; i++) {
			if (!enter(&queue[last], BODY, !limited))
				continue;
			came[last++] = now;
		}
		for (int i = 0; i < PER_MS && first < last; i++, first++) {
			arena_destroy(queue[first]);
			room_answered(room, now - came[first], now);
			good += ms >= 4000 && now - came[first] <= CLOCK_SECOND;
		}
	}
	for (; first < last; first++)
		arena_destroy(queue[first]);
	return good / PER_MS;
}

START_TEST(who_waits_too_long_has_waited_for_nothing)
{
	unsigned good = overload(true);

	ck_assert_msg(good >= 990, "%u of 1000", good);
	/* Without the limit they all come too late: what there is room for
	 * takes two seconds. */
	good = overload(false);
	ck_assert_msg(good == 0, "%u of 1000", good);
}
END_TEST

/* A pause, once over, has cost little. */
START_TEST(comes_back)
{
	struct arena *a;

	for (int64_t turn = 0; turn < 30; turn++) {
		ck_assert(enter(&a, 1, false));
		room_answered(room, CLOCK_SECOND * 9 / 10,
			(turn + 10) * CLOCK_SECOND);
		arena_destroy(a);
	}
	ck_assert_uint_eq(fill(), ROOM_LEAST / 10000 + 1);
	rise(100 * CLOCK_SECOND);
	ck_assert_uint_eq(fill(), MAX / 10000);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("room");
	TCase *t = tcase_create("room");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, no_more_than_there_is);
	tcase_add_test(t, a_stream_holds_more_and_less);
	tcase_add_test(t, parts_outlive_it);
	tcase_add_test(t, who_waits_too_long_has_waited_for_nothing);
	tcase_add_test(t, comes_back);
	suite_add_tcase(s, t);
	return s;
}
