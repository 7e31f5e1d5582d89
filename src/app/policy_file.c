/* SPDX-License-Identifier: Apache-2.0 */
#include "app/policy_file.h"

#include <stddef.h>
#include <string.h>

#include "app/load.h"

#define DAYS_MAX 36500
#define MANY 1000000

/* A section as it is read; what it does not say stays as it was. */
struct rules {
	const char *joins, *proves, *needs;
	size_t rank, holds, people;
	bool recycled;
	const char **blocked;
};

struct whole {
	size_t crowd, silence_days;
	bool likeness;
	const char **unlike;
};

static bool
good_class(const char *text)
{
	return kind_class_parse(span_of(text)) != 0;
}

static bool
good_assurance(const char *text)
{
	return assurance_parse(span_of(text)) != 0;
}

static bool
good_proof(const char *text)
{
	return good_assurance(text) || !strcmp(text, "never");
}

#define RULE(field) offsetof(struct rules, field)

/* clang-format off */
static const struct row whole_rows[] = {
	{ "crowd", ROW_SIZE, offsetof(struct whole, crowd), "20", 1, MANY,
		0, NULL, "how many values of a personal kind may stand beside "
		"an identifier" },
	{ "silence_days", ROW_SIZE, offsetof(struct whole, silence_days), "90",
		1, DAYS_MAX, 0, NULL, "the days of silence that end a stay" },
	{ "likeness", ROW_BOOL, offsetof(struct whole, likeness), "false", 0, 0,
		0, NULL, "whether people are known by their names, birth dates "
		"and addresses, too" },
	{ "unlike", ROW_LIST, offsetof(struct whole, unlike), NULL, 1, 63, 0,
		NULL, "sources whose names, birth dates and addresses tell "
		"nothing" },
	{ 0 },
};

static const struct row kind_rows[] = {
	{ "joins", ROW_TEXT, RULE(joins), NULL, 1, 16, 0, good_class,
		"strong, fair, weak, record or never" },
	{ "proves", ROW_TEXT, RULE(proves), NULL, 1, 16, 0, good_proof,
		"asserted, attested, verified or never" },
	{ "needs", ROW_TEXT, RULE(needs), NULL, 1, 16, 0, good_assurance,
		"asserted, attested or verified" },
	{ "rank", ROW_SIZE, RULE(rank), NULL, 1, 1000, 0, NULL,
		"a rank, 1 for the highest" },
	{ "holds", ROW_SIZE, RULE(holds), NULL, 0, MANY, 0, NULL,
		"how many values one profile may hold; 0: any" },
	{ "people", ROW_SIZE, RULE(people), NULL, 1, MANY, 0, NULL,
		"how many people may share one value" },
	{ "recycled", ROW_BOOL, RULE(recycled), NULL, 0, 0, 0, NULL,
		"whether a value is given to somebody else when it falls "
		"free" },
	{ "blocked", ROW_LIST, RULE(blocked), NULL, 1, 255, 0, NULL,
		"values, or patterns with * and ?, that join nobody" },
	{ 0 },
};
/* clang-format on */

static bool
load_kind(const struct loading *l, struct kind *kind)
{
	struct rules r = { 0 };

	for (const struct row *row = kind_rows; row->name; row++)
		if (conf_find(l->section, row->name) && !load_row(l, row, &r))
			return false;
	if (r.joins) {
		kind->class = kind_class_parse(span_of(r.joins));
		kind->proves = kind->class == KIND_PROOF      ? ASSERTED
			       : kind->class == KIND_PERSONAL ? ATTESTED
							      : POLICY_NEVER;
	}
	if (r.proves)
		kind->proves = !strcmp(r.proves, "never")
				       ? POLICY_NEVER
				       : assurance_parse(span_of(r.proves));
	if (r.needs)
		kind->needs = assurance_parse(span_of(r.needs));
	kind->rank = r.rank ? (unsigned)r.rank : kind->rank;
	kind->people = r.people ? (unsigned)r.people : kind->people;
	if (conf_find(l->section, "holds"))
		kind->holds = (unsigned)r.holds;
	if (conf_find(l->section, "recycled"))
		kind->recycled = r.recycled;
	kind->blocked = r.blocked ? r.blocked : kind->blocked;
	return true;
}

/* As channels write kinds. */
static bool
good_name(const char *name)
{
	return *name && strlen(name) <= 63 &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") ==
		       strlen(name);
}

static bool
load_section(struct loading *l, struct policy *policy)
{
	const char *name = l->section->name;
	struct err inner = { 0 };
	size_t at; /* the kinds may move when one is added */

	if (!good_name(name)) {
		fail(&inner, ERR_INPUT,
			"bad name, want 1 to 63 of a-z, 0-9 and _");
		return load_fail(l, l->section->line, &inner);
	}
	at = policy_kind(l->arena, policy, span_of(name));
	return load_kind(l, &policy->kinds[at]);
}

struct policy *
policy_file_load(struct arena *a, const char *path, struct err *e)
{
	const struct conf_grammar grammar = { load_names(a, whole_rows, 0),
		"kind", load_names(a, kind_rows, 0) };
	struct policy *policy = policy_create(a);
	struct loading l = { a, path, "kind", NULL, e };
	struct whole whole = { 0 };
	struct conf *conf;

	if (!path)
		return policy;
	conf = conf_read(a, path, &grammar, e);
	if (!conf)
		return NULL;
	l.section = &conf->top;
	for (const struct row *row = whole_rows; row->name; row++)
		if (!load_row(&l, row, &whole))
			return NULL;
	policy->crowd = (unsigned)whole.crowd;
	policy->likeness = whole.likeness;
	policy->unlike = whole.unlike;
	policy->silence = (int64_t)whole.silence_days * CLOCK_DAY;
	for (size_t i = 0; i < conf->count; i++) {
		l.section = &conf->sections[i];
		if (!load_section(&l, policy))
			return NULL;
	}
	return policy;
}
