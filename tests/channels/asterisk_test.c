/* SPDX-License-Identifier: Apache-2.0 */
/* Asterisk: records and events of our own. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_asterisk;
Suite *suite(void);

/* As src/channels/asterisk.c has it. */
struct conf {
	struct source_conf base;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "asterisk",
					  .region = "BR",
					  .assurance = ASSERTED,
					  .secrets = secrets } };

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

static const struct {
	const char *body, *said;
} rows[] = {
	{ "{'src':'5511999990000','dst':'100',"
	  "'start':'2026-11-25 12:00:00','disposition':'ANSWERED','uniqueid':"
	  "'1.2','sequence':3}",
		"call \"ANSWERED\" id=1.2/3 at=2026-11-25T12:00:00Z "
		"phone=5511999990000/asserted" },
	{ "{'src':'+5511999990000','dst':'100','verstat':"
	  "'TN-Validation-Passed-A'}",
		"call phone=+5511999990000/attested" },
	{ "[{'src':'100','dst':'5511999990000','verstat':"
	  "'TN-Validation-Passed-A','uniqueid':'1.2'},{'src':'100','dst':"
	  "'101'}]",
		"call id=1.2 phone=5511999990000/asserted\ncall" },
	{ "{'type':'StasisStart','timestamp':'2026-11-25T12:00:00.000+0000',"
	  "'channel':{'id':'1.2','caller':{'number':'5511999990000'}}}",
		"call \"StasisStart\" "
		"id=1.2/StasisStart/2026-11-25T12:00:00.000+0000 "
		"at=2026-11-25T12:00:00Z phone=5511999990000/asserted" },
	{ "{'type':'DeviceStateChanged'}", "unknown \"DeviceStateChanged\"" },
	{ "{}", "refused: a record with src and dst" },
	{ "", "1 json: line 1: unexpected token" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(say_body(a, &channel_asterisk, &conf,
				 say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(bodies)
{
	struct inbound in = { .method = "POST",
		.body = span_of("{\"src\":\"5511999990000\",\"dst\":\"100\","
				"\"clid\":\"\\\"Ana\\\" <5511>\","
				"\"billsec\":42}") };
	struct events events = { 0 };

	ck_assert(channel_asterisk.parse(a, &in, &conf, &events, NULL));
	ck_assert_str_eq(json_write(a, events.items->body),
		"{\"billsec\":\"42\",\"caller_name\":\"Ana\",\"direction\":"
		"\"in\",\"line\":\"100\"}");
	assert_keeps(a, &channel_asterisk, "/", "{\"src\":\"1\"}", &conf);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("asterisk");
	TCase *t = tcase_create("asterisk");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, bodies);
	suite_add_tcase(s, t);
	return s;
}
