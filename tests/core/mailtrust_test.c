/* SPDX-License-Identifier: Apache-2.0 */
/* What forged, quoted, commented and honest headers are believed to say. */
#include "core/mailtrust.h"

#include <check.h> /* last: its macro fail() would hide ours */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

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

START_TEST(the_topmost_field_is_the_value)
{
	const struct header fields[] = {
		{ span_of("From"), span_of("one") },
		{ span_of("FROM"), span_of("two") },
	};
	const struct mail_head head = { fields, COUNT(fields) };

	ck_assert(span_is(mail_head_value(&head, "from"), "one"));
	ck_assert_uint_eq(mail_head_count(&head, "from"), 2);
	ck_assert_uint_eq(mail_head_value(&head, "To").len, 0);
	ck_assert_uint_eq(mail_head_count(&head, "To"), 0);
	ck_assert(!mailtrust_automatic(&(struct mail_head){ NULL, 0 }));
}
END_TEST

/* From is ana@mail.example, and the border is mx.shop.example. */
static const struct {
	const char *results;
	bool vouched;
} verdicts[] = {
	{ "mx.shop.example; dmarc=pass header.from=mail.example", true },
	{ "MX.shop.example 1;dmarc/1 = PASS  header.from = Mail.Example",
		true },
	{ "mx.shop.example;\tdmarc=pass\theader.from=mail.example", true },
	{ "mx.shop.example; spf=fail; dmarc=pass (p=reject (all; of it)) "
	  "header.from=mail.example; iprev=pass",
		true },
	{ "mx.shop.example; dmarc=pass header.from=\"mail.example\"", true },
	{ "mx.shop.example; dmarc=pass header.from=x@mail.example", true },
	{ "mx.shop.example; dkim=pass header.d=mail.example", true },
	/* Somebody else's word, or none. */
	{ "evil.example; dmarc=pass header.from=mail.example", false },
	{ "mx.shop.example.evil.example; dmarc=pass header.from=mail.example",
		false },
	{ "mx.shop.example", false },
	{ "mx.shop.example; none", false },
	{ "; dmarc=pass header.from=mail.example", false },
	{ "", false },
	/* Another verdict, method, property or domain. */
	{ "mx.shop.example; dmarc=fail header.from=mail.example", false },
	{ "mx.shop.example; dmarc=passed header.from=mail.example", false },
	{ "mx.shop.example; spf=pass header.from=mail.example", false },
	{ "mx.shop.example; dmarc=pass smtp.from=mail.example", false },
	{ "mx.shop.example; dmarc=pass header.from=evil.example", false },
	{ "mx.shop.example; dmarc=pass header.from=example", false },
	{ "mx.shop.example; dmarc=pass header.from=", false },
	{ "mx.shop.example; dmarc=pass; x=y header.from=mail.example", false },
	/* What the sender wrote is quoted or commented, and no verdict. */
	{ "mx.shop.example; spf=pass smtp.mailfrom=\"a; dmarc=pass "
	  "header.from=mail.example\"",
		false },
	{ "mx.shop.example; spf=pass smtp.mailfrom=\"a\\\"; dmarc=pass "
	  "header.from=mail.example\"",
		false },
	{ "mx.shop.example; spf=pass (a\\); dmarc=pass "
	  "header.from=mail.example)",
		false },
	{ "mx.shop.example; spf=pass (a; dmarc=pass header.from=mail.example",
		false },
	{ "mx.shop.example; dmarc=pass header.from=mail.example; x=\"", false },
};

static bool
vouched(const char *results, const char *from, const char *authserv_id)
{
	const struct header fields[] = {
		{ span_of("Authentication-Results"), span_of(results) },
		{ span_of("Authentication-Results"),
			span_of("mx.shop.example; dmarc=pass "
				"header.from=mail.example") },
	};
	const struct mail_head head = { fields, COUNT(fields) };

	return mailtrust_vouches(a, &head, span_of(from), authserv_id);
}

START_TEST(only_a_verdict_of_our_border_counts)
{
	ck_assert_msg(vouched(verdicts[_i].results, "ana@mail.example",
			      "mx.shop.example") == verdicts[_i].vouched,
		"%s", verdicts[_i].results);
}
END_TEST

START_TEST(without_a_border_nobody_is_believed)
{
	const char *good = "mx.shop.example; dmarc=pass "
			   "header.from=mail.example";

	ck_assert(vouched(good, "ana@mail.example", "mx.shop.example"));
	ck_assert(!vouched(good, "ana@mail.example", NULL));
	ck_assert(!vouched(good, "ana@mail.example", ""));
	ck_assert(!vouched(good, "", "mx.shop.example"));
	ck_assert(!vouched("; dmarc=pass header.from=mail.example",
		"ana@mail.example", ""));
}
END_TEST

START_TEST(a_domain_signs_for_itself_and_below)
{
	static const struct {
		const char *signer, *from;
		bool want;
	} cases[] = {
		{ "mail.example", "mail.example", true },
		{ "mail.example", "eu.mail.example", true },
		{ "eu.mail.example", "mail.example", false },
		{ "ail.example", "mail.example", false },
		{ "example", "mail.example", false },
		{ "", "mail.example", false },
		{ "xn--caf-dma.example", "Caf\xc3\xa9.example", true },
		/* As identifiers are told apart, so are domains. */
		{ "xn--fa-hia.example", "fa\xc3\x9f.example", true },
		{ "fass.example", "fa\xc3\x9f.example", false },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		ck_assert_msg(
			vouched(arena_printf(a, "mx; dkim=pass header.d=%s",
					cases[i].signer),
				arena_printf(a, "a@%s", cases[i].from),
				"mx") == cases[i].want,
			"%s for %s", cases[i].signer, cases[i].from);
}
END_TEST

START_TEST(lists_and_machines)
{
	static const struct {
		const char *name, *value;
		bool automatic;
	} cases[] = {
		{ "List-Id", "<news.mail.example>", true },
		{ "list-unsubscribe", "", true },
		{ "Precedence", " Bulk ", true },
		{ "Precedence", "list", true },
		{ "Precedence", "junk", true },
		{ "Precedence", "first-class", false },
		{ "Auto-Submitted", "auto-replied (vacation)", true },
		{ "Auto-Submitted", "auto-generated; owner=x", true },
		{ "Auto-Submitted", "No (a person)", false },
		{ "Auto-Submitted", "", false },
		{ "Return-Path", "<>", true },
		{ "Return-Path", "< >", true },
		{ "Return-Path", "<ana@mail.example>", false },
		{ "Return-Path", "", false },
		{ "Return-Path", "MAILER-DAEMON", true },
		{ "Return-Path", "<mailer-daemon@mx.shop.example>", true },
		{ "Return-Path", "<mailer-daemons@mail.example>", false },
		{ "Precedence", "auto_reply", true },
		{ "Precedence", "", false },
		{ "X-Autoreply", "yes", true },
		{ "X-Autoreply", "No", false },
		{ "X-Auto-Response-Suppress", "DR, OOF, AutoReply", true },
		{ "X-Auto-Response-Suppress", "None", false },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct header field = { span_of(cases[i].name),
			span_of(cases[i].value) };
		const struct mail_head head = { &field, 1 };

		ck_assert_msg(mailtrust_automatic(&head) == cases[i].automatic,
			"%s: %s", cases[i].name, cases[i].value);
	}
}
END_TEST

START_TEST(names_that_show_another_address)
{
	static const struct {
		const char *name;
		bool another;
	} cases[] = {
		{ "", false },
		{ "Ana Souza", false },
		{ "Ana @ Casa", false },
		{ "@ana", false },
		{ "Ana@Mail.example", false },
		{ "Ana (ana@mail.example)", false },
		{ "boss@shop.example", true },
		{ "Boss <boss@shop.example>", true },
		{ "ana@mail.example boss@shop.example", true },
		{ "ana@mail.example.evil.example", true },
		{ "dana@mail.example", true },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		ck_assert_msg(mailtrust_names_another(span_of(cases[i].name),
				      span_of("ana@mail.example")) ==
				      cases[i].another,
			"%s", cases[i].name);
}
END_TEST

START_TEST(shapes_of_addresses)
{
	char *wide = arena_alloc(a, 322);

	for (size_t i = 0; i < 321; i++)
		wide[i] = i == 300 ? '@' : 'x';
	ck_assert(mailtrust_is_address((struct span){ wide, 320 }));
	ck_assert(!mailtrust_is_address((struct span){ wide, 321 }));
	ck_assert(mailtrust_is_address(span_of("ana@mail.example")));
	ck_assert(mailtrust_is_address(span_of("\"a@b\"@mail.example")));
	ck_assert(!mailtrust_is_address(span_of("")));
	ck_assert(!mailtrust_is_address(span_of("ana")));
	ck_assert(!mailtrust_is_address(span_of("ana@")));
	ck_assert(!mailtrust_is_address(span_of("@mail.example")));
	ck_assert(!mailtrust_is_address(span_of("an\na@mail.example")));
	ck_assert(!mailtrust_is_address(span_of("jos\xe9@mail.example")));
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("mailtrust");
	TCase *t = tcase_create("mailtrust");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, the_topmost_field_is_the_value);
	tcase_add_loop_test(t, only_a_verdict_of_our_border_counts, 0,
		(int)COUNT(verdicts));
	tcase_add_test(t, without_a_border_nobody_is_believed);
	tcase_add_test(t, a_domain_signs_for_itself_and_below);
	tcase_add_test(t, lists_and_machines);
	tcase_add_test(t, names_that_show_another_address);
	tcase_add_test(t, shapes_of_addresses);
	suite_add_tcase(s, t);
	return s;
}
