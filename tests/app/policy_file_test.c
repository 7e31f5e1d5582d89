/* SPDX-License-Identifier: Apache-2.0 */
/* The policy's file: what is shipped, what a file changes, and what it may
 * not say. */
#include "app/policy_file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <check.h> /* last: it has a macro called fail */

Suite *suite(void);

static struct arena *a;
static struct err e;

static void
setup(void)
{
	a = arena_create();
	e = (struct err){ 0 };
}

static void
teardown(void)
{
	arena_destroy(a);
}

/* The policy of these lines. */
static struct policy *
load(const char *text)
{
	char path[] = "/tmp/unifyd-policy.XXXXXX";
	int fd = mkstemp(path);
	struct policy *policy;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	policy = policy_file_load(a, path, &e);
	unlink(path);
	return policy;
}

static const struct kind *
kind(struct policy *policy, const char *name)
{
	return &policy->kinds[policy_kind(a, policy, span_of(name))];
}

/* config/policy.conf with what is commented out is the shipped policy. */
START_TEST(the_sample_is_as_shipped)
{
	FILE *file = fopen("config/policy.conf", "r");
	char line[256], text[8192] = "";
	struct policy *policy;
	size_t kinds = 0;

	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof(line), file)) {
		bool setting = line[0] == '#' && line[1] != ' ';

		strcat(text, setting ? line + 1 : line);
		kinds += !strncmp(line, "#kind ", 6);
	}
	fclose(file);
	ck_assert_uint_eq(kinds, policy_create(a)->count);
	policy = load(text);
	ck_assert_msg(policy != NULL, "%s", e.text);
	ck_assert_str_eq(
		policy_digest(a, policy), policy_digest(a, policy_create(a)));
	ck_assert_str_eq(policy_digest(a, load("")),
		policy_digest(a, policy_file_load(a, NULL, &e)));
}
END_TEST

START_TEST(what_a_file_says)
{
	struct policy *policy = load("crowd = 3\nsilence_days = 30\n"
				     "kind phone { holds = 0 needs = attested "
				     "blocked = { \"+5511*\", \"+1\" } }\n"
				     "kind store_card { joins = strong }\n"
				     "kind email { joins = never }\n"
				     "kind device { proves = verified }\n");
	const struct kind *k;

	ck_assert_msg(policy != NULL, "%s", e.text);
	ck_assert_uint_eq(policy->crowd, 3);
	ck_assert_int_eq(policy->silence, 30 * CLOCK_DAY);
	k = kind(policy, "phone");
	ck_assert_uint_eq(k->holds, 0);
	ck_assert_uint_eq(k->needs, ATTESTED);
	ck_assert_uint_eq(k->people, 2);
	ck_assert_uint_eq(k->rank, 6);
	ck_assert(policy_blocks(k, span_of("+5511987654321")));
	ck_assert(policy_blocks(k, span_of("+1")));
	ck_assert(!policy_blocks(k, span_of("+12")));
	k = kind(policy, "store_card");
	ck_assert_int_eq(k->class, KIND_PROOF);
	ck_assert_uint_eq(k->proves, ASSERTED);
	ck_assert_uint_eq(k->rank, 7);
	k = kind(policy, "email");
	ck_assert_int_eq(k->class, KIND_NEVER);
	ck_assert_uint_eq(k->proves, POLICY_NEVER);
	k = kind(policy, "device");
	ck_assert_int_eq(k->class, KIND_DEVICE);
	ck_assert_uint_eq(k->proves, VERIFIED);
}
END_TEST

/* Whatever decides must show in the digest, and what does not must not. */
START_TEST(digests)
{
	static const char *const other[] = { "crowd = 21", "silence_days = 91",
		"kind phone { joins = weak }", "kind phone { rank = 5 }",
		"kind phone { proves = never }", "kind phone { holds = 6 }",
		"kind phone { needs = verified }", "kind phone { people = 3 }",
		"kind phone { blocked = x }", "kind new {}" };
	const char *shipped = policy_digest(a, policy_create(a));

	for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++) {
		ck_assert_ptr_nonnull(load(other[i]));
		ck_assert_str_ne(policy_digest(a, load(other[i])), shipped);
	}
	ck_assert_str_eq(policy_digest(a, load("kind b {}\nkind a {}")),
		policy_digest(a, load("kind a {}\nkind b {}")));
}
END_TEST

START_TEST(bad_files)
{
	static const char *const bad[][2] = {
		{ "crowd = 0", ":1: crowd 0: out of bounds, want 1 to " },
		{ "\nkind phone { joins = gladly }",
			":2: kind phone: joins gladly: " },
		{ "kind phone { proves = often }", "want asserted, attested" },
		{ "kind phone { needs = never }", "want asserted, attested" },
		{ "kind phone { holds = -1 }", "kind phone: holds -1" },
		{ "kind Phone { }", "kind Phone: bad name, want 1 to 63" },
		{ "kind phone { }\nkind phone { }", ":2: " },
		{ "source web { }", ":1: " },
		{ "wins = 1", ":1: " },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		ck_assert_ptr_null(load(bad[i][0]));
		ck_assert_msg(strstr(e.text, bad[i][1]) != NULL, "%s: %s",
			bad[i][0], e.text);
	}
	ck_assert_ptr_null(policy_file_load(a, "/nonexistent/policy", &e));
	ck_assert_int_eq(e.code, ERR_MISSING);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("policy_file");
	TCase *t = tcase_create("policy_file");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, the_sample_is_as_shipped);
	tcase_add_test(t, what_a_file_says);
	tcase_add_test(t, digests);
	tcase_add_test(t, bad_files);
	suite_add_tcase(s, t);
	return s;
}
