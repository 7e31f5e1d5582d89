/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unifyctl model: likeness's models. A model is never changed: training makes
 * another, comparing tells what it would change, and using it makes everything
 * again under it.
 */
#include <stdio.h>
#include <string.h>

#include "core/json.h"
#include "ctl/models.h"
#include "ctl/recount.h"
#include "ctl/rehearse.h"
#include "ctl/replay.h"
#include "likeness/train.h"
#include "store/sql.h"

extern const struct command command_model;

static bool
no_chunk(void *arg, struct graph *chunk, struct err *e)
{
	(void)arg;
	(void)chunk;
	(void)e;
	return true;
}

static json_t *
thresholds(const struct model *m)
{
	return json_pack("{s:i,s:i,s:i}", "join", m->join, "support",
		m->support, "review", m->review);
}

static bool
add(struct ctl *ctl, const struct model *m, size_t portraits,
	const char **version, struct err *e)
{
	json_t *body = model_json(m);
	const char *params[2] = {
		arena_printf(ctl->arena, "%zu", portraits),
		json_write(ctl->arena, body),
	};
	struct ctl_rows rows;
	bool ok = ctl_query(ctl, sql_model_add, 2, params, &rows, e);

	json_decref(body);
	if (ok)
		*version = ctl_value(&rows, 0, 0);
	return ok;
}

/* Of the journal and not of what is stored, which is nothing as long as
 * likeness is off. */
static int
train(struct ctl *ctl)
{
	struct policy *policy = policy_copy(ctl->arena, ctl->config->policy);
	struct recount recount = { 0 };
	const char *version;
	struct model *m;
	struct err e;
	size_t count;
	bool ok;

	policy->likeness = true;
	ok = ctl_start(ctl, &e) && ctl_snapshot(ctl, &e) &&
	     recount_journal(
		     ctl, policy, NULL, false, no_chunk, NULL, &recount, &e) &&
	     ctl_snapshot_end(ctl, &e);
	if (!ok) {
		recount_clear(&recount);
		return ctl_fail(&e);
	}
	count = recount.likeness.count;
	m = model_train(ctl->arena, recount.likeness.portraits, count);
	ok = add(ctl, m, count, &version, &e);
	recount_clear(&recount); /* the model's values are the portraits' */
	if (!ok)
		return ctl_fail(&e);
	if (ctl->json) {
		json_t *top = json_pack("{s:s,s:I,s:o}", "model", version,
			"portraits", (json_int_t)count, "thresholds",
			thresholds(m));

		puts(json_write(ctl->arena, top));
		json_decref(top);
	} else {
		printf("model %s, of %zu groups; not in use. See: unifyctl "
		       "model compare %s\n",
			version, count, version);
	}
	return CTL_OK;
}

static int
list(struct ctl *ctl)
{
	struct ctl_rows rows;
	struct err e;
	json_t *all = json_array();

	if (!ctl_query(ctl, sql_model_list, 0, NULL, &rows, &e)) {
		json_decref(all);
		return ctl_fail(&e);
	}
	for (int r = 0; r < rows.rows; r++) {
		const char *made = ctl_value(&rows, r, 1);
		const char *of = ctl_value(&rows, r, 2);
		bool used = ctl_value(&rows, r, 3)[0] == 't';

		if (!ctl->json)
			printf("%-8s %-20s %10s%s\n", ctl_value(&rows, r, 0),
				made ? made : "-", of ? of : "-",
				used ? " in use" : "");
		json_array_append_new(
			all, json_pack("{s:s,s:s?,s:s?,s:b}", "model",
				     ctl_value(&rows, r, 0), "created_at", made,
				     "portraits", of, "used", used));
	}
	if (ctl->json)
		puts(json_write(ctl->arena, all));
	json_decref(all);
	return CTL_OK;
}

static int
show(struct ctl *ctl, const char *version)
{
	struct err e;
	struct model *m = models_load(ctl, ctl->arena, version, &e);
	json_t *body;

	if (!m)
		return ctl_fail(&e);
	body = model_json(m);
	puts(json_write(ctl->arena, body));
	json_decref(body);
	return CTL_OK;
}

static int
compare(struct ctl *ctl, const char *version, const char *diff)
{
	struct err e;
	struct model *m = models_load(ctl, ctl->arena, version, &e);
	struct policy *policy = policy_copy(ctl->arena, ctl->config->policy);

	if (!m)
		return ctl_fail(&e);
	policy->likeness = true;
	return rehearse(ctl, policy, m, diff);
}

static int
use(struct ctl *ctl, const char *version)
{
	struct err e;

	if (!models_load(ctl, ctl->arena, version, &e))
		return ctl_fail(&e);
	if (!ctl->config->policy->likeness)
		fputs("unifyctl: likeness is off: the policy must say "
		      "\"likeness = true\" for the model to do anything\n",
			stderr);
	return replay_under_model(
		ctl, strcmp(version, MODEL_SHIPPED) != 0 ? version : "");
}

static int
model_run(struct ctl *ctl, int argc, char **argv)
{
	if (argc == 1 && !strcmp(argv[0], "train"))
		return train(ctl);
	if (argc == 1 && !strcmp(argv[0], "list"))
		return list(ctl);
	if (argc == 2 && !strcmp(argv[0], "show"))
		return show(ctl, argv[1]);
	if (argc == 2 && !strcmp(argv[0], "compare"))
		return compare(ctl, argv[1], NULL);
	if (argc == 4 && !strcmp(argv[0], "compare") &&
		!strcmp(argv[1], "--diff"))
		return compare(ctl, argv[3], argv[2]);
	if (argc == 2 && !strcmp(argv[0], "use"))
		return use(ctl, argv[1]);
	return ctl_usage(&command_model);
}

const struct command command_model = {
	.name = "model",
	.usage = "train | list | show MODEL | compare [--diff FILE] MODEL | "
		 "use MODEL",
	.summary = "train models of likeness, compare and use them",
	.run = model_run,
};
