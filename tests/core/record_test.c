/* SPDX-License-Identifier: Apache-2.0 */
/* What tests/store/profile_test.sh compares with PostgreSQL's own, in small. */
#include "core/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#include <check.h> /* last: it defines fail, which err.h declares */

Suite *suite(void);

#define DAY(n) ((n)*CLOCK_DAY)
#define TEXT(text)                                                             \
	{                                                                      \
		(text), sizeof(text) - 1                                       \
	}
#define ID(n)                                                                  \
	{                                                                      \
		{                                                              \
			[15] = (n)                                             \
		}                                                              \
	}
#define ID_OF(n) "\"00000000-0000-0000-0000-0000000000" n "\""

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

static const char *
written(struct record *r)
{
	record_settle(a, r);
	return record_write(a, r);
}

static void
has(const char *text, const char *part)
{
	ck_assert_msg(strstr(text, part), "%s\nin %s", part, text);
}

START_TEST(nothing_but_a_name)
{
	struct record_identifier one = { .id = ID(1),
		.base = ID(1),
		.kind = TEXT("email"),
		.value = TEXT("a\"\\\x01\x7f\n@x"),
		.number = 7,
		.first_seen = DAY(1) + 500000,
		.until = CLOCK_NONE };
	struct record r = {
		.founder = ID(1), .identifiers = &one, .identifier_count = 1
	};

	ck_assert_str_eq(written(&r),
		"{\"id\": " ID_OF(
			"01") ", \"traits\": {}, \"version\": 7, "
			      "\"channels\": {}, \"commerce\": {\"cart\": [], "
			      "\"currencies\": {}, \"last_order\": null}, "
			      "\"identifiers\": [{\"id\": " ID_OF(
				      "01") ", "
					    "\"kind\": \"email\", "
					    "\"value\": "
					    "\"a\\\"\\\\\\u0001\x7f\\n@x\", "
					    "\"shared\": false, \"sources\": "
					    "[], \"assurance\": null, "
					    "\"last_seen\": "
					    "\"1970-01-02T00:00:00.5Z\", "
					    "\"first_seen\": "
					    "\"1970-01-02T00:00:00.5Z\"}], "
					    "\"last_events\": []}");
}
END_TEST

/* Of one time the greater event's word counts; names go by length. */
START_TEST(traits)
{
	struct record_trait words[] = {
		{ TEXT("bb"), TEXT("s"), TEXT("1"), DAY(1), ID(1), false },
		{ TEXT("bb"), TEXT("s"), TEXT("2"), DAY(1), ID(2), false },
		{ TEXT("c"), TEXT("t"), TEXT("[]"), 0, ID(3), false },
	};
	struct record r = { .traits = words, .trait_count = 3 };

	has(written(&r),
		"\"traits\": {\"c\": {\"at\": \"1970-01-01T00:00:00Z\", "
		"\"value\": [], \"others\": [], \"source\": \"t\"}, "
		"\"bb\": {\"at\": \"1970-01-02T00:00:00Z\", \"value\": 2, "
		"\"others\": [{\"at\": \"1970-01-02T00:00:00Z\", "
		"\"value\": 1, \"source\": \"s\"}], \"source\": \"s\"}}");
}
END_TEST

/* Lines go by their names, and not by the length of those. */
START_TEST(cart)
{
	struct record_trait lines[] = {
		{ TEXT("cart/"), TEXT("s"), TEXT("0"), DAY(2), ID(1), true },
		{ TEXT("cart/b"), TEXT("s"), TEXT("2"), DAY(2), ID(1), false },
		{ TEXT("cart/aa"), TEXT("s"), TEXT("1"), DAY(3), ID(2), false },
		{ TEXT("cart/c"), TEXT("s"), TEXT("3"), DAY(2), ID(2), false },
		{ TEXT("cart/d"), TEXT("s"), TEXT("4"), DAY(3), ID(2), true },
	};
	struct record r = { .traits = lines, .trait_count = 5 };

	has(written(&r), "\"traits\": {}");
	has(written(&r), "\"cart\": [1, 2]");
}
END_TEST

START_TEST(purchases)
{
	struct record_purchase all[] = {
		{ ID(1), ID(1), ID(9), TEXT("1.10"), TEXT("BRL"), false, 0 },
		{ ID(1), ID(2), ID(9), TEXT("2.5"), TEXT("BRL"), false, 0 },
		{ ID(2), ID(3), ID(9), TEXT("0.50"), TEXT("BRL"), false, 0 },
		{ ID(3), ID(4), ID(9), TEXT("9"), TEXT("BRL"), true, DAY(1) },
		{ ID(4), ID(4), ID(9), TEXT("9"), TEXT("X"), true, DAY(1) },
	};
	struct record r = { .purchases = all,
		.purchase_count = 5,
		.last_order_id = TEXT("\"A-1\"") };

	has(written(&r),
		"\"currencies\": {\"X\": {\"spend\": \"0\", \"orders\": 0, "
		"\"refunds\": \"9\"}, \"BRL\": {\"spend\": \"3.00\", "
		"\"orders\": 2, \"refunds\": \"9\"}}, \"last_order\": "
		"{\"at\": \"1970-01-01T00:00:00Z\", \"id\": \"A-1\", "
		"\"amount\": \"0.50\", \"currency\": \"BRL\"}}");
}
END_TEST

START_TEST(evidence)
{
	struct id named[] = { ID(1), ID(2) };
	int how[] = { 1, 3 }, less[] = { 2, 0 };
	struct record_identifier known[] = {
		{ ID(2), ID(2), TEXT("a"), TEXT("v"), true, 99, 0, CLOCK_NONE },
		{ ID(3), ID(1), TEXT("b"), TEXT("v"), false, 2, 0, DAY(9) },
	};
	struct record_stay stays[] = {
		{ ID(8), TEXT("till"), TEXT("pos"), 5, DAY(2), DAY(3), 2, named,
			how, 2 },
		{ ID(8), TEXT("shop"), TEXT("pos"), 4, DAY(1), DAY(1), 1, named,
			less, 1 },
	};
	struct record r = { .identifiers = known,
		.identifier_count = 2,
		.stays = stays,
		.stay_count = 2 };
	const char *text = written(&r);

	has(text, "\"version\": 5, \"channels\": {\"pos\": {\"last\": "
		  "\"1970-01-04T00:00:00Z\", \"count\": 3, "
		  "\"first\": \"1970-01-02T00:00:00Z\"}}");
	has(text, "\"kind\": \"b\", \"until\": \"1970-01-10T00:00:00Z\", "
		  "\"value\": \"v\", \"shared\": false, "
		  "\"sources\": [\"shop\", \"till\"], "
		  "\"assurance\": \"attested\", "
		  "\"last_seen\": \"1970-01-04T00:00:00Z\", "
		  "\"first_seen\": \"1970-01-01T00:00:00Z\"}, {");
	has(text, "\"shared\": true, \"sources\": [\"till\"], "
		  "\"assurance\": \"verified\", "
		  "\"last_seen\": \"1970-01-04T00:00:00Z\", "
		  "\"first_seen\": \"1970-01-03T00:00:00Z\"}]");
}
END_TEST

/* All that end at the time of the tenth are among them. */
START_TEST(newest)
{
	struct record_stay stays[13] = { 0 };
	struct record r = { .stays = stays, .stay_count = 13 };

	for (int i = 0; i < 13; i++) {
		stays[i].first_at = 0;
		stays[i].last_at = DAY(i + 1);
	}
	stays[2].last_at = stays[1].last_at = stays[3].last_at;
	record_settle(a, &r);
	ck_assert_uint_eq(r.latest_count, 12);
	ck_assert_int_eq(r.latest_from, DAY(4));
	r.stay_count = 9;
	record_settle(a, &r);
	ck_assert_uint_eq(r.latest_count, 9);
	ck_assert_int_eq(r.latest_from, 0);
}
END_TEST

START_TEST(events)
{
	struct record_event one = { ID(1), TEXT("page"), TEXT("shop"),
		TEXT("web"), { NULL, 0 }, 1 };
	struct record r = { .events = &one, .event_count = 1 };

	has(written(&r),
		"\"last_events\": [{\"id\": " ID_OF(
			"01") ", \"name\": null, "
			      "\"type\": \"page\", \"source\": \"shop\", "
			      "\"channel\": \"web\", "
			      "\"occurred_at\": "
			      "\"1970-01-01T00:00:00.000001Z\"}]}");
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("record");
	TCase *t = tcase_create("record");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, nothing_but_a_name);
	tcase_add_test(t, traits);
	tcase_add_test(t, cart);
	tcase_add_test(t, purchases);
	tcase_add_test(t, evidence);
	tcase_add_test(t, newest);
	tcase_add_test(t, events);
	suite_add_tcase(s, t);
	return s;
}
