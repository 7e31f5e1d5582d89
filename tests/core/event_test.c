/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <string.h>

#include "core/channel.h"
#include "core/json.h"

Suite *suite(void);

START_TEST(claims_are_a_set_with_the_best_assurance)
{
	struct arena *a = arena_create();
	struct events events = { 0 };
	struct event *ev = events_add(a, &events);

	event_claim(a, ev, "email", span_of(" a@b.c "), ASSERTED);
	event_claim(a, ev, "email", span_of("a@b.c"), VERIFIED);
	event_claim(a, ev, "email", span_of("a@b.c"), ASSERTED);
	event_claim(a, ev, "phone", span_of("  "), VERIFIED);
	ck_assert_uint_eq(ev->claim_count, 1);
	ck_assert_int_eq(ev->claims[0].assurance, VERIFIED);
	for (int i = 0; i < 40; i++)
		event_claim(a, ev, "device", span_of(arena_printf(a, "d%d", i)),
			VERIFIED);
	ck_assert_uint_eq(ev->claim_count, EVENT_CLAIMS);
	arena_destroy(a);
}
END_TEST

/* Invariant 3: the content of a repeat is the same, whatever the order in
 * which a channel came upon its parts. */
START_TEST(content_is_canonical)
{
	struct arena *a = arena_create();
	struct events events = { 0 };
	struct purchase p = { false, span_of("o1"), span_of("s/o1"),
		span_of("119.90"), "BRL", NULL };
	struct event *one, *two;

	events_add(a, &events);
	events_add(a, &events);
	one = &events.items[0];
	two = &events.items[1];
	event_claim(a, one, "phone", span_of("+551"), ASSERTED);
	event_claim(a, one, "email", span_of("a@b"), VERIFIED);
	event_claim(a, two, "email", span_of("a@b"), VERIFIED);
	event_claim(a, two, "phone", span_of("+551"), ASSERTED);
	event_trait(one, "name", span_of("Ana"));
	event_trait(one, "locale", span_of("pt"));
	event_trait(two, "locale", span_of("pt"));
	event_trait(two, "name", span_of("Ana"));
	event_body(one, "bad", span_of("\xff"));
	one->purchase = two->purchase = &p;
	one->occurred_at = two->occurred_at = 0;
	ck_assert_str_eq(event_content(a, one), event_content(a, two));
	ck_assert_str_eq(event_content(a, one),
		"{\"body\":{},\"identifiers\":["
		"{\"assurance\":\"verified\",\"kind\":\"email\","
		"\"value\":\"a@b\"},"
		"{\"assurance\":\"asserted\",\"kind\":\"phone\","
		"\"value\":\"+551\"}],"
		"\"occurred_at\":\"1970-01-01T00:00:00Z\","
		"\"purchase\":{\"amount\":\"119.90\",\"currency\":\"BRL\","
		"\"id\":\"o1\",\"key\":\"s/o1\",\"refund\":false},"
		"\"traits\":{\"locale\":\"pt\",\"name\":\"Ana\"},"
		"\"type\":\"unknown\"}");
	arena_destroy(a);
}
END_TEST

START_TEST(consents_have_one_form)
{
	struct arena *a = arena_create();
	struct events events = { 0 };
	struct event *ev = events_add(a, &events);

	event_consent(ev, "marketing", "email", CONSENT_GRANTED, CLOCK_SECOND);
	ck_assert_str_eq(ev->type, "consent");
	ck_assert_str_eq(json_write(a, ev->body),
		"{\"at\":\"1970-01-01T00:00:01Z\",\"channel\":\"email\","
		"\"purpose\":\"marketing\",\"status\":\"granted\"}");
	ev = events_add(a, &events);
	event_consent(ev, "marketing", "sms", CONSENT_DENIED, CLOCK_NONE);
	ck_assert_str_eq(json_write(a, ev->body),
		"{\"channel\":\"sms\",\"purpose\":\"marketing\","
		"\"status\":\"denied\"}");
	ev = events_add(a, &events);
	event_consent(ev, "marketing", "sms", CONSENT_PENDING, CLOCK_NONE);
	ck_assert_str_eq(json_string_value(json_object_get(ev->body, "status")),
		"pending");
	arena_destroy(a);
}
END_TEST

/* Names are the senders': one must not pass for a number of ours. */
START_TEST(a_name_like_our_mark_is_a_name)
{
	struct arena *a = arena_create();
	struct events events = { 0 };
	struct event *ev = events_add(a, &events);

	ev->name = span_of("\xee\x80\x80x");
	event_trait(ev, "name", ev->name);
	ck_assert_str_eq(event_content(a, ev),
		"{\"body\":{},\"identifiers\":[],\"name\":\"\xee\x80\x80x\","
		"\"traits\":{\"name\":\"\xee\x80\x80x\"},"
		"\"type\":\"unknown\"}");
	arena_destroy(a);
}
END_TEST

START_TEST(keys_of_a_source)
{
	static const char *keys[] = { "old", "", "new", NULL };
	const struct source_conf some = { .secrets = keys };
	const struct source_conf none = { .name = "x" };

	ck_assert(source_knows(&some, span_of("old")));
	ck_assert(source_knows(&some, span_of("new")));
	ck_assert(!source_knows(&some, span_of("ne")));
	ck_assert(!source_knows(&some, span_of("")));
	ck_assert(!source_knows(&none, span_of("old")));
}
END_TEST

START_TEST(what_a_request_says)
{
	struct arena *a = arena_create();
	const struct header headers[] = {
		{ span_of("AUTHORIZATION"), span_of("Basic a2V5Og==") },
	};
	struct inbound in = { .query = span_of("hub.mode=a%20b+c&x=1&bad=%zz"),
		.headers = headers,
		.header_count = 1 };

	ck_assert(span_is(inbound_key(a, &in), "key"));
	ck_assert(span_is(inbound_query(a, &in, "hub.mode"), "a b c"));
	ck_assert(span_is(inbound_query(a, &in, "bad"), "%zz"));
	ck_assert_uint_eq(inbound_query(a, &in, "none").len, 0);
	in.header_count = 0;
	ck_assert_uint_eq(inbound_key(a, &in).len, 0);
	arena_destroy(a);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("event");
	TCase *t = tcase_create("event");

	tcase_add_test(t, claims_are_a_set_with_the_best_assurance);
	tcase_add_test(t, content_is_canonical);
	tcase_add_test(t, consents_have_one_form);
	tcase_add_test(t, a_name_like_our_mark_is_a_name);
	tcase_add_test(t, keys_of_a_source);
	tcase_add_test(t, what_a_request_says);
	suite_add_tcase(s, t);
	return s;
}
