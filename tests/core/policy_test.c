/* SPDX-License-Identifier: Apache-2.0 */
/* The policy as data: copies, digests, words and blocked values. What it makes
 * of people is resolve_test's. */
#include "core/policy.h"

#include <string.h>

#include <check.h> /* last: it defines fail, which err.h declares */

Suite *suite(void);

static struct arena *a;
static const char *blocked[] = { "*@shop.example", "x?@y.example", NULL };

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

static struct kind *
kind(struct policy *policy, const char *name)
{
	return &policy->kinds[policy_kind(a, policy, span_of(name))];
}

START_TEST(copy_is_free_to_change)
{
	struct policy *from = policy_create(a);
	size_t count = from->count;
	struct policy *copy = policy_copy(a, from);

	ck_assert_str_eq(policy_digest(a, from), policy_digest(a, copy));
	kind(copy, "email")->holds = 99;
	kind(copy, "new")->rank = 1;
	copy->crowd = 1;
	ck_assert_uint_eq(kind(from, "email")->holds, 5);
	ck_assert_uint_eq(from->count, count);
	ck_assert_uint_eq(copy->count, count + 1);
	ck_assert_str_eq(
		policy_digest(a, from), policy_digest(a, policy_create(a)));
}
END_TEST

/* Families share a card: it joins nobody, however well it is known. */
START_TEST(a_card_is_a_thing)
{
	const struct kind *card = kind(policy_create(a), "card");

	ck_assert_int_eq(card->class, KIND_DEVICE);
	ck_assert(!policy_proves(card, VERIFIED));
	ck_assert(!policy_is_personal(card));
}
END_TEST

/* All that is decided by is in the digest. */
START_TEST(digest_tells_each_difference)
{
	struct policy *policy = policy_create(a);
	struct kind *k = kind(policy, "email");
	char *digests[10];
	size_t n = 0;

	digests[n++] = policy_digest(a, policy);
	policy->crowd++;
	digests[n++] = policy_digest(a, policy);
	policy->silence++;
	digests[n++] = policy_digest(a, policy);
	k->rank++;
	digests[n++] = policy_digest(a, policy);
	k->class = KIND_NEVER;
	digests[n++] = policy_digest(a, policy);
	k->proves = VERIFIED;
	digests[n++] = policy_digest(a, policy);
	k->holds++;
	digests[n++] = policy_digest(a, policy);
	k->people++;
	digests[n++] = policy_digest(a, policy);
	k->needs++;
	digests[n++] = policy_digest(a, policy);
	k->blocked = blocked;
	digests[n++] = policy_digest(a, policy);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(digests[i], digests[j]);
}
END_TEST

START_TEST(digest_does_not_tell_the_order_of_kinds)
{
	struct policy *policy = policy_create(a);
	struct policy *turned = policy_copy(a, policy);

	for (size_t i = 0; i < policy->count; i++)
		turned->kinds[i] = policy->kinds[policy->count - 1 - i];
	ck_assert_str_eq(policy_digest(a, policy), policy_digest(a, turned));
	/* And does not put them into one. */
	ck_assert_str_eq(
		turned->kinds[0].name, policy->kinds[policy->count - 1].name);
}
END_TEST

START_TEST(patterns_block)
{
	struct kind k = { .name = "email" };

	ck_assert(!policy_blocks(&k, span_of("a@shop.example")));
	k.blocked = blocked;
	ck_assert(policy_blocks(&k, span_of("a@shop.example")));
	ck_assert(policy_blocks(&k, span_of("x1@y.example")));
	ck_assert(!policy_blocks(&k, span_of("x12@y.example")));
	ck_assert(!policy_blocks(&k, span_of("a@shop.example.org")));
}
END_TEST

START_TEST(classes_have_words)
{
	static const char *const words[] = { "strong", "fair", "weak", "record",
		"never" };

	for (int i = KIND_PROOF; i <= KIND_NEVER; i++) {
		ck_assert_str_eq(kind_class_word((enum kind_class)i),
			words[i - KIND_PROOF]);
		ck_assert_int_eq(
			kind_class_parse(span_of(words[i - KIND_PROOF])), i);
	}
	ck_assert_int_eq(kind_class_parse(span_of("")), 0);
	ck_assert_int_eq(kind_class_parse(span_of("Strong")), 0);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("policy");
	TCase *t = tcase_create("policy");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, copy_is_free_to_change);
	tcase_add_test(t, a_card_is_a_thing);
	tcase_add_test(t, digest_tells_each_difference);
	tcase_add_test(t, digest_does_not_tell_the_order_of_kinds);
	tcase_add_test(t, patterns_block);
	tcase_add_test(t, classes_have_words);
	suite_add_tcase(s, t);
	return s;
}
