/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <string.h>

#include "core/json.h"
#include "core/touchpoint.h"

Suite *suite(void);

static struct arena *a;
static const struct source_conf shop = { .name = "shop", .region = "BR" };
static const struct source_conf till = { .name = "till", .region = "BR" };

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

static struct event *
event(const char *id)
{
	struct events *events = arena_alloc(a, sizeof(*events));
	struct event *ev = events_add(a, events);

	ev->external_id = span_of(id);
	return ev;
}

static struct placed
place(const struct source_conf *source, const struct event *ev)
{
	struct placed p;

	touchpoint_place(a, span_of("key"), source, ev, &p);
	return p;
}

START_TEST(ways_of_writing_are_one_identifier)
{
	struct event *one = event("1"), *two = event("2");
	struct placed p, q;

	event_claim(a, one, "phone", span_of("+5581987654321"), ASSERTED);
	event_claim(a, one, "phone", span_of("(81) 98765-4321"), VERIFIED);
	event_claim(a, one, "email", span_of("Ana@Example.com"), ASSERTED);
	event_claim(a, two, "email", span_of("ana@example.com"), ASSERTED);
	event_claim(a, two, "phone", span_of("+558187654321"), ASSERTED);
	p = place(&shop, one);
	q = place(&shop, two);
	ck_assert_uint_eq(p.identifier_count, 2);
	/* The number is known as well as its better spelling. */
	ck_assert_int_eq(
		p.identifiers[0].assurance + p.identifiers[1].assurance,
		VERIFIED + ASSERTED);
	ck_assert_int_eq(id_compare(&p.touchpoint, &q.touchpoint), 0);
	ck_assert_int_ne(id_compare(&p.event, &q.event), 0);
	q = place(&till, two);
	ck_assert_int_ne(id_compare(&p.touchpoint, &q.touchpoint), 0);
	ck_assert_ptr_nonnull(strstr(p.body, "\"sent\":\"(81) 98765-4321\""));
}
END_TEST

START_TEST(what_never_counts_stays_in_the_body)
{
	struct event *ev = event("1");
	struct placed p;

	event_claim(a, ev, "email", span_of("noreply@example.com"), VERIFIED);
	event_claim(a, ev, "phone", span_of("12"), VERIFIED);
	p = place(&shop, ev);
	ck_assert_uint_eq(p.identifier_count, 0);
	ck_assert_ptr_nonnull(strstr(p.body, "\"blocked\":true"));
	ck_assert_ptr_nonnull(strstr(p.body, "\"refused\":true"));
}
END_TEST

START_TEST(no_id_means_the_content)
{
	struct placed p = place(&shop, event(""));
	struct placed q = place(&shop, event(""));
	struct event *other = event("");

	ck_assert_int_eq(id_compare(&p.event, &q.event), 0);
	event_body(other, "text", span_of("x"));
	q = place(&shop, other);
	ck_assert_int_ne(id_compare(&p.event, &q.event), 0);
}
END_TEST

START_TEST(what_is_read_back)
{
	struct event *ev = event("1");
	struct told told;
	struct placed p;

	event_claim(a, ev, "user_id", span_of("u1"), VERIFIED);
	event_claim(a, ev, "email", span_of("a@example.com"), ASSERTED);
	event_claim(a, ev, "email", span_of("noreply@example.com"), ASSERTED);
	event_trait(ev, "name", span_of("Ana"));
	p = place(&shop, ev);
	ck_assert(touchpoint_read(a, span_of(p.body), &told, NULL));
	ck_assert_uint_eq(told.identifier_count, 2);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_int_eq(id_compare(&told.identifiers[i].id,
					 &p.identifiers[i].id),
			0);
		ck_assert_int_eq(told.identifiers[i].assurance,
			p.identifiers[i].assurance);
		ck_assert_str_eq(
			told.identifiers[i].kind, p.identifiers[i].kind);
	}
	ck_assert(json_is_object(told.traits));
	ck_assert_ptr_null(told.purchase);
	ck_assert(!touchpoint_read(a, span_of("{"), &told, NULL));
}
END_TEST

/* Latin-1 from an old till: kept out of identifiers and of the body. */
START_TEST(what_is_not_utf8_names_nobody)
{
	struct event *ev = event("1");
	struct placed p;

	event_claim(a, ev, "email", span_of("jos\xe9@example.com"), ASSERTED);
	event_claim(a, ev, "email", span_of("\xe9"), ASSERTED);
	event_claim(a, ev, "phone", span_of("\xa0(81) 98765-4321"), ASSERTED);
	event_claim(a, ev, "cpf", span_of("\xba 529.982.247-25"), ASSERTED);
	p = place(&shop, ev);
	ck_assert_uint_eq(p.identifier_count, 0);
	ck_assert(span_is_utf8(span_of(p.body)));
	ck_assert_ptr_null(strstr(p.body, "\"value\""));
}
END_TEST

/* Deeper than json_read goes: the row stays, with who it names. */
START_TEST(what_nests_too_deep_keeps_its_identifiers)
{
	struct event *ev = event("1");
	json_t *deep = json_array();
	struct told told;
	struct placed p;

	for (int i = 1; i < JSON_DEPTH; i++) {
		json_t *outer = json_array();

		json_array_append_new(outer, deep);
		deep = outer;
	}
	json_object_set_new(ev->body, "deep", deep);
	event_claim(a, ev, "user_id", span_of("u1"), VERIFIED);
	p = place(&shop, ev);
	ck_assert_ptr_null(strstr(p.body, "deep"));
	ck_assert(touchpoint_read(a, span_of(p.body), &told, NULL));
	ck_assert_uint_eq(told.identifier_count, 1);
}
END_TEST

/* Only whole identifiers are read back, and only as many as a stay holds. */
START_TEST(bodies_of_others_are_read_with_care)
{
	static const struct {
		const char *identifier;
		size_t count;
	} cases[] = {
		{ "{\"kind\":\"user_id\",\"assurance\":\"verified\",\"id\":"
		  "\"00000000-0000-8000-8000-000000000001\"}",
			1 },
		{ "{\"kind\":\"\",\"assurance\":\"verified\",\"id\":"
		  "\"00000000-0000-8000-8000-000000000001\"}",
			0 },
		{ "{\"kind\":\"user_id\",\"assurance\":\"sworn\",\"id\":"
		  "\"00000000-0000-8000-8000-000000000001\"}",
			0 },
		{ "{\"kind\":\"user_id\",\"assurance\":\"verified\",\"id\":"
		  "\"1\"}",
			0 },
		{ "7", 0 },
	};
	struct told told;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *list = cases[i].identifier;

		ck_assert(touchpoint_read(a,
			span_of(arena_printf(
				a, "{\"identifiers\":[%s]}", list)),
			&told, NULL));
		ck_assert_uint_eq(told.identifier_count, cases[i].count);
		for (int n = 1; n < EVENT_CLAIMS; n++)
			list = arena_printf(
				a, "%s,%s", list, cases[i].identifier);
		ck_assert(touchpoint_read(a,
			span_of(arena_printf(
				a, "{\"identifiers\":[%s]}", list)),
			&told, NULL));
		ck_assert_uint_eq(told.identifier_count, cases[i].count);
		ck_assert(!touchpoint_read(a,
			span_of(arena_printf(
				a, "{\"identifiers\":[%s,1]}", list)),
			&told, NULL));
	}
}
END_TEST

/* A steward's word. Ids that are none are left out; a body without a decision
 * that is an object has none. */
START_TEST(decisions_are_read_back)
{
#define ID(n) "00000000-0000-8000-8000-00000000000" #n
	struct told told;
	struct id one, two, three;

	ck_assert(id_parse(span_of(ID(1)), &one));
	ck_assert(id_parse(span_of(ID(2)), &two));
	ck_assert(id_parse(span_of(ID(3)), &three));
	ck_assert(touchpoint_read(a,
		span_of("{\"body\":{\"decision\":{\"same\":true,"
			"\"left\":[\"" ID(1) "\",\"x\",7,\"" ID(
				2) "\"],"
				   "\"right\":[\"" ID(
					   3) "\"],\"reason\":\"one card\","
					      "\"author\":\"Bia\"}}}"),
		&told, NULL));
	ck_assert_ptr_nonnull(told.decided);
	ck_assert(told.decided->same);
	ck_assert(!told.decided->withdraws);
	ck_assert_uint_eq(told.decided->left_count, 2);
	ck_assert_int_eq(id_compare(&told.decided->left[0], &one), 0);
	ck_assert_int_eq(id_compare(&told.decided->left[1], &two), 0);
	ck_assert_uint_eq(told.decided->right_count, 1);
	ck_assert_int_eq(id_compare(&told.decided->right[0], &three), 0);
	ck_assert_str_eq(told.decided->reason, "one card");
	ck_assert_str_eq(told.decided->author, "Bia");
	ck_assert(touchpoint_read(a,
		span_of("{\"body\":{\"decision\":{\"same\":false,"
			"\"left\":[],\"right\":\"" ID(3) "\"}}}"),
		&told, NULL));
	ck_assert(!told.decided->same);
	ck_assert_uint_eq(told.decided->left_count, 0);
	ck_assert_uint_eq(told.decided->right_count, 0);
	ck_assert(touchpoint_read(a,
		span_of("{\"body\":{\"decision\":{\"withdraws\":\"" ID(
			2) "\"}}}"),
		&told, NULL));
	ck_assert(told.decided->withdraws);
	ck_assert_int_eq(id_compare(&told.decided->decision, &two), 0);
	ck_assert_str_eq(told.decided->reason, "");
	ck_assert(touchpoint_read(
		a, span_of("{\"body\":{\"decision\":[1]}}"), &told, NULL));
	ck_assert_ptr_null(told.decided);
#undef ID
}
END_TEST

/* What was given up is read by its ids; what is none is left out. */
START_TEST(given_up_is_read_back)
{
	struct told told;
	struct id one;

	ck_assert(id_parse(
		span_of("00000000-0000-8000-8000-000000000001"), &one));
	ck_assert(touchpoint_read(a,
		span_of("{\"given_up\":[{\"id\":\"x\"},{},7,{\"id\":"
			"\"00000000-0000-8000-8000-000000000001\"}],"
			"\"taken_over\":[{\"id\":"
			"\"00000000-0000-8000-8000-000000000001\"}]}"),
		&told, NULL));
	ck_assert_uint_eq(told.handover_count, 2);
	ck_assert_int_eq(id_compare(&told.handovers[0].identifier, &one), 0);
	ck_assert_int_eq(told.handovers[0].at, 1);
	ck_assert_int_eq(id_compare(&told.handovers[1].identifier, &one), 0);
	ck_assert_int_eq(told.handovers[1].at, 0);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("touchpoint");
	TCase *t = tcase_create("touchpoint");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, ways_of_writing_are_one_identifier);
	tcase_add_test(t, what_never_counts_stays_in_the_body);
	tcase_add_test(t, no_id_means_the_content);
	tcase_add_test(t, what_is_read_back);
	tcase_add_test(t, what_is_not_utf8_names_nobody);
	tcase_add_test(t, what_nests_too_deep_keeps_its_identifiers);
	tcase_add_test(t, bodies_of_others_are_read_with_care);
	tcase_add_test(t, decisions_are_read_back);
	tcase_add_test(t, given_up_is_read_back);
	suite_add_tcase(s, t);
	return s;
}
