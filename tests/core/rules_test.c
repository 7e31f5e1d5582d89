/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of grouping at their edges, each as a story told event by event and
 * the pairs that are one profile, or are not, in the end.
 */
#include "core/resolve.h"

#include <stdlib.h>
#include <string.h>

#include "sim.h"

#include <check.h> /* last: it defines fail, which err.h declares */

Suite *suite(void);

static const struct story {
	const char *lines;
	const char *together; /* pairs */
	const char *apart;
	const char *shared; /* names */
} stories[] = {
	/* The limit is what one may hold, not one less. */
	{ "1 a user_id:1! email:1@x.example\n"
	  "2 a user_id:1! email:2@x.example\n"
	  "3 a user_id:1! email:3@x.example\n"
	  "4 a user_id:1! email:4@x.example\n"
	  "5 a user_id:1! email:5@x.example\n"
	  "6 a user_id:1! email:6@x.example",
		"user_id:1 email:1@x.example user_id:1 email:5@x.example",
		"user_id:1 email:6@x.example", "" },
	/* Many cards of one person say nothing of many people. */
	{ "1 till loyalty:1! loyalty:2!\n"
	  "2 till loyalty:1! loyalty:3!\n"
	  "3 till loyalty:1! loyalty:4!\n"
	  "4 till loyalty:1! loyalty:5!",
		"loyalty:1 loyalty:2 loyalty:1 loyalty:3",
		"loyalty:1 loyalty:4 loyalty:1 loyalty:5", "" },
	/* An account that the shop shows to everybody is nobody's, so it does
	 * not contest her number. */
	{ "1 a user_id:demo! phone:+5581991000002\n"
	  "1 a user_id:demo! phone:+5581991000003\n"
	  "1 a user_id:demo! phone:+5581991000004\n"
	  "1 a user_id:demo! phone:+5581991000005\n"
	  "1 a user_id:demo! phone:+5581991000006\n"
	  "1 a user_id:demo! phone:+5581991000007\n"
	  "2 a user_id:demo! phone:+5581991000001\n"
	  "3 a user_id:1! phone:+5581991000001",
		"user_id:1 phone:+5581991000001",
		"user_id:demo phone:+5581991000001", "user_id:demo" },
	/* The surer link comes first, whichever is older. */
	{ "1 a email:1@x.example device:7\n"
	  "2 a email:2@x.example+ device:7+",
		"device:7 email:2@x.example", "device:7 email:1@x.example",
		"" },
	/* And of two that are as sure, the older. */
	{ "2 a email:1@x.example device:7\n"
	  "1 a email:2@x.example device:7",
		"device:7 email:2@x.example", "device:7 email:1@x.example",
		"" },
	/* A number that was silent for long, and then another's. */
	{ "1 a user_id:1! phone:+5581991000001+\n"
	  "2 b phone:+5581991000001+ email:1@x.example\n"
	  "200 a user_id:2! phone:+5581991000001+\n"
	  "201 b phone:+5581991000001+ email:2@x.example",
		"user_id:1 phone:+5581991000001 user_id:1 email:1@x.example "
		"user_id:2 phone:+5581991000001@2025-07-20T00:00:00Z "
		"user_id:2 email:2@x.example",
		"user_id:1 user_id:2", "" },
	/* The same one again, after as long: nobody else's. */
	{ "1 a user_id:1! phone:+5581991000001+\n"
	  "200 a user_id:1! phone:+5581991000001+\n"
	  "400 b phone:+5581991000001+ email:1@x.example",
		"user_id:1 phone:+5581991000001 user_id:1 email:1@x.example",
		"", "" },
	/* Another account of the same one, as the CPF shows. */
	{ "1 a user_id:1! phone:+5581991000001+\n"
	  "2 b cpf:52998224725! phone:+5581991000001+\n"
	  "200 a user_id:2! phone:+5581991000001+\n"
	  "201 b cpf:52998224725! phone:+5581991000001+",
		"user_id:1 phone:+5581991000001 "
		"cpf:52998224725 phone:+5581991000001",
		"user_id:2 phone:+5581991000001", "" },
	/* Without a silence nobody else gets it: two have it. */
	{ "1 a user_id:1! phone:+5581991000001+\n"
	  "80 a phone:+5581991000001+\n"
	  "160 a user_id:2! phone:+5581991000001+",
		"user_id:1 phone:+5581991000001",
		"user_id:2 phone:+5581991000001", "" },
	/* The provider's account goes with its number. */
	{ "1 a user_id:1! phone:+5581991000001+\n"
	  "2 wa whatsapp_user:1+ phone:+5581991000001+\n"
	  "200 a user_id:2! phone:+5581991000001+\n"
	  "201 wa whatsapp_user:1+ phone:+5581991000001+",
		"user_id:1 whatsapp_user:1 "
		"user_id:2 whatsapp_user:1@2025-07-21T00:00:00Z",
		"user_id:1 user_id:2", "" },
	/* He moves to another number, and days later somebody has his. */
	{ "1 wa whatsapp_user:1+ phone:+5581991000001+\n"
	  "3 wa whatsapp_user:1~ phone:+5581991000001~ whatsapp_user:2+ "
	  "phone:+5581991000002+\n"
	  "5 wa whatsapp_user:1+ phone:+5581991000001+\n"
	  "6 wa whatsapp_user:2+ phone:+5581991000002+",
		"whatsapp_user:1 phone:+5581991000001 "
		"whatsapp_user:1 whatsapp_user:2 "
		"whatsapp_user:1@2025-01-06T00:00:00Z "
		"phone:+5581991000001@2025-01-06T00:00:00Z",
		"whatsapp_user:1 whatsapp_user:1@2025-01-06T00:00:00Z", "" },
	/* What is shared is nobody's, and is not handed over. */
	{ "1 a user_id:1! phone:+5581991000001+\n"
	  "2 a user_id:2! phone:+5581991000001+\n"
	  "3 a user_id:3! phone:+5581991000001+\n"
	  "200 a user_id:4! phone:+5581991000001+",
		"", "user_id:1 phone:+5581991000001 user_id:4 user_id:1",
		"phone:+5581991000001" },
};

/* What the page says of the name after " of ". */
static char *
founder(struct arena *a, const char *page, struct span name)
{
	const char *line =
		arena_printf(a, "\n%.*s of ", (int)name.len, name.data);
	const char *at = strstr(page, line);

	ck_assert_msg(at != NULL, "%s is not in %s", line, page);
	at += strlen(line);
	return arena_strndup(a, at, strcspn(at, " "));
}

static void
check_pairs(struct arena *a, const char *page, const char *pairs, bool together)
{
	struct span rest = span_of(pairs);

	while (rest.len) {
		struct span one = span_cut(rest, ' ', &rest);
		struct span two = span_cut(rest, ' ', &rest);

		ck_assert_msg(!strcmp(founder(a, page, one),
				      founder(a, page, two)) == together,
			"%.*s and %.*s: %s", (int)one.len, one.data,
			(int)two.len, two.data, page);
	}
}

START_TEST(story_ends_as_told)
{
	const struct story *story = &stories[_i];
	struct arena *a = arena_create();
	struct policy *policy = policy_create(a);
	struct sim *sim = sim_create(a, policy, 1);
	const struct world *w;
	const char *page;

	policy->crowd = 6;
	w = world_of(a, policy, story->lines);
	for (size_t i = 0; i < w->count; i++) {
		const struct happening *one = &w->events[i];

		sim_append(sim, &one, 1);
	}
	page = arena_printf(a, "\n%s", sim_export(a, sim));
	check_pairs(a, page, story->together, true);
	check_pairs(a, page, story->apart, false);
	ck_assert_int_eq(!*story->shared, !strstr(page, " shared\n"));
	if (*story->shared)
		ck_assert_str_eq(founder(a, page, span_of(story->shared)),
			story->shared);
	arena_destroy(a);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("rules");
	TCase *t = tcase_create("rules");

	tcase_add_loop_test(
		t, story_ends_as_told, 0, sizeof(stories) / sizeof(stories[0]));
	suite_add_tcase(s, t);
	return s;
}
