/* SPDX-License-Identifier: Apache-2.0 */
/* AppsFlyer: messages of our own. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_appsflyer;
Suite *suite(void);

/* As src/channels/appsflyer.c has it. */
struct conf {
	struct source_conf base;
	const char *customer;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "appsflyer",
					  .region = "BR",
					  .assurance = ASSERTED,
					  .secrets = secrets },
	.customer = "user_id" };

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

#define MESSAGE(more)                                                          \
	"{'appsflyer_id':'AF1','event_name':'af_purchase','event_time':"       \
	"'2026-11-25 12:00:00.5','idfa':'00000000-0000-0000-0000-"             \
	"000000000000'," more "}"
#define AT " at=2026-11-25T12:00:00.500000Z"
#define DEVICES                                                                \
	" device=AF1/attested "                                                \
	"device=00000000-0000-0000-0000-000000000000/attested"

static const struct {
	const char *body, *said;
} rows[] = {
	{ MESSAGE("'customer_user_id':'u1'"),
		"track \"af_purchase\"" AT " user_id=u1/asserted" DEVICES },
	{ MESSAGE("'customer_user_id':'ana@mail.example'"),
		"track \"af_purchase\"" AT
		" email=ana@mail.example/asserted" DEVICES },
	{ MESSAGE("'event_revenue':'12.50','event_revenue_currency':'BRL'"),
		"track \"af_purchase\"" AT DEVICES },
	{ "{}", "1 expected an object with appsflyer_id" },
	{ "", "1 json: line 1: unexpected token" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(say_body(a, &channel_appsflyer, &conf,
				 say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

/* What the app says is JSON inside a string. */
START_TEST(purchases)
{
	ck_assert_str_eq(
		say_body(a, &channel_appsflyer, &conf,
			span_of("{\"appsflyer_id\":\"AF1\",\"event_name\":"
				"\"af_purchase\",\"event_revenue\":12.50,"
				"\"event_revenue_currency\":\"brl\","
				"\"event_value\":"
				"\"{\\\"af_order_id\\\":\\\"O1\\\"}\"}")),
		"order \"af_purchase\" device=AF1/attested 12.50 BRL");
}
END_TEST

START_TEST(settings)
{
	struct conf own = conf;
	struct err e = { 0 };

	own.customer = "loyalty";
	ck_assert(channel_appsflyer.check(&own, &e));
	ck_assert_str_eq(
		say_body(a, &channel_appsflyer, &own,
			say_json(a, "{'appsflyer_id':'AF1','customer_user_id':"
				    "'L1'}")),
		"track loyalty=L1/asserted device=AF1/attested");
	own.customer = "Loyalty";
	ck_assert(!channel_appsflyer.check(&own, &e));
	assert_keeps(
		a, &channel_appsflyer, "/", "{\"appsflyer_id\":\"1\"}", &conf);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("appsflyer");
	TCase *t = tcase_create("appsflyer");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, purchases);
	tcase_add_test(t, settings);
	suite_add_tcase(s, t);
	return s;
}
