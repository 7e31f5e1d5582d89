/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unifyctl review: pairs of groups that may be one person, for people to look
 * at, and their answers, which are decisions in the journal: the daemon makes
 * of them what they say.
 */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/decide.h"
#include "core/json.h"
#include "ctl/append.h"
#include "ctl/models.h"
#include "ctl/pairs.h"
#include "store/sql.h"

#define LISTED "50"

extern const struct command command_review;

static const char *
review_id(struct arena *a, const struct explain_pair_sides *pair)
{
	return arena_printf(a, "%s.%s", pair->left.group, pair->right.group);
}

static void
print_review(struct ctl *ctl, const json_t *review)
{
	const json_t *groups = json_object_get(review, "groups");

	printf("%s\n", json_string_value(json_object_get(review, "id")));
	for (size_t i = 0; i < 2; i++) {
		const json_t *g = json_array_get(groups, i);

		printf("  %s %s, profile %s\n",
			span_text(
				ctl->arena, json_member(ctl->arena, g, "kind")),
			span_text(ctl->arena,
				json_member(ctl->arena, g, "value")),
			json_string_value(json_object_get(g, "profile")));
	}
	ctl_print_pair(review);
}

static int
tell(struct ctl *ctl, struct ctl_rows *rows, bool one)
{
	struct err e = { 0 };
	struct model *model = models_load(ctl, ctl->arena, NULL, &e);
	json_t *list = json_own(ctl->arena, json_array());

	if (!model)
		return ctl_fail(&e);
	for (int r = 0; r < rows->rows; r++) {
		struct explain_pair_sides pair = ctl_pair(rows, r);
		json_t *review = likeness_explain(ctl->arena, model, &pair);

		json_object_set_new(review, "id",
			json_string(review_id(ctl->arena, &pair)));
		json_array_append_new(list, review);
		if (!ctl->json)
			print_review(ctl, review);
	}
	if (ctl->json)
		puts(json_write(
			ctl->arena, one ? json_array_get(list, 0) : list));
	return CTL_OK;
}

static int
list(struct ctl *ctl)
{
	const char *params[] = { NULL, NULL, NULL, LISTED };
	struct ctl_rows rows;
	struct err e = { 0 };

	if (!ctl_query(ctl, sql_review_list, 4, params, &rows, &e))
		return ctl_fail(&e);
	return tell(ctl, &rows, false);
}

static bool
read_groups(
	struct ctl *ctl, const char *text, const char *groups[2], struct err *e)
{
	struct span second, first = span_cut(span_of(text), '.', &second);
	struct id id;

	if (!id_parse(first, &id) || !id_parse(second, &id))
		return fail(e, ERR_INPUT,
			"want the id of a review, two ids with a dot between "
			"them, not \"%s\"",
			text);
	groups[0] = span_text(ctl->arena, first);
	groups[1] = span_text(ctl->arena, second);
	return true;
}

static int
show(struct ctl *ctl, const char *id)
{
	const char *groups[2];
	struct ctl_rows rows;
	struct err e = { 0 };

	if (!read_groups(ctl, id, groups, &e) ||
		!ctl_query(ctl, sql_alike_pair, 2, groups, &rows, &e))
		return ctl_fail(&e);
	if (!rows.rows) {
		fail(&e, ERR_MISSING, "there are no two groups of these ids");
		return ctl_fail(&e);
	}
	return tell(ctl, &rows, true);
}

static json_t *
ids_of(struct ctl *ctl, const char *text)
{
	json_t *ids = json_own(ctl->arena, json_array());
	struct span rest = span_of(text);

	while (rest.len) {
		struct span id = span_cut(rest, ',', &rest);

		json_array_append_new(ids, json_stringn(id.data, id.len));
	}
	return ids;
}

/* What the two profiles hold now. */
static bool
find_sides(struct ctl *ctl, const char *id, struct deciding *d, struct err *e)
{
	const char *groups[2] = { NULL }, *params[1];
	struct ctl_rows rows;

	if (!read_groups(ctl, id, groups, e))
		return false;
	params[0] = arena_printf(ctl->arena, "{%s,%s}", groups[0], groups[1]);
	if (!ctl_query(ctl, sql_decision_sides, 1, params, &rows, e))
		return false;
	if (rows.rows != 2 || !ctl_value(&rows, 0, 3) ||
		!ctl_value(&rows, 1, 3))
		return fail(
			e, ERR_MISSING, "there are no two groups of these ids");
	if (!strcmp(ctl_value(&rows, 0, 1), ctl_value(&rows, 1, 1)))
		return fail(e, ERR_INPUT, "they are one profile already");
	d->left = ids_of(ctl, ctl_value(&rows, 0, 3));
	d->right = ids_of(ctl, ctl_value(&rows, 1, 3));
	return true;
}

static int
answer(struct ctl *ctl, const char *id, bool same, const char *reason)
{
	const struct passwd *who = getpwuid(getuid());
	struct deciding d = { .name = same ? "merge" : "apart",
		.same = same,
		.reason = reason,
		.author = who ? who->pw_name : "unifyctl" };
	struct journal *journal;
	struct entry entry;
	struct err e = { 0 };
	char decision[ID_TEXT];
	bool ok;

	if (!ctl_start(ctl, &e) || !find_sides(ctl, id, &d, &e))
		return ctl_fail(&e);
	entry = decide_entry(ctl->arena, ctl->config->hash_key, &d);
	journal = journal_create(ctl->base, ctl->db);
	ok = ctl_append(ctl, journal, ctl->arena, &entry, 1, &e);
	journal_destroy(journal);
	if (!ok)
		return ctl_fail(&e);
	printf(ctl->json ? "{\"decision\":\"%s\"}\n" : "decision %s\n",
		id_format(&entry.event, decision));
	return CTL_OK;
}

static int
review_run(struct ctl *ctl, int argc, char **argv)
{
	bool same = argc > 2 && !strcmp(argv[2], "same");

	if (argc == 1 && !strcmp(argv[0], "list"))
		return list(ctl);
	if (argc == 2 && !strcmp(argv[0], "show"))
		return show(ctl, argv[1]);
	if (argc == 4 && !strcmp(argv[0], "answer") && *argv[3] &&
		(same || !strcmp(argv[2], "apart")))
		return answer(ctl, argv[1], same, argv[3]);
	return ctl_usage(&command_review);
}

const struct command command_review = {
	.name = "review",
	.usage = "list | show REVIEW | answer REVIEW same|apart REASON",
	.summary = "pairs that may be one person, and what people say of them",
	.run = review_run,
};
