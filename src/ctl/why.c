/* SPDX-License-Identifier: Apache-2.0 */
/* unifyctl why: why two identifiers are, or are not, one person's. */
#include <event2/event.h>
#include <stdio.h>
#include <string.h>

#include "core/explain.h"
#include "core/identifier.h"
#include "core/json.h"
#include "core/policy.h"
#include "ctl/command.h"
#include "ctl/models.h"
#include "ctl/pairs.h"
#include "likeness/person.h"
#include "store/graph.h"
#include "store/sql.h"

struct asking {
	struct err *e;
	bool done, ok;
};

static void
on_loaded(const struct err *why, void *arg)
{
	struct asking *asking = arg;

	asking->done = true;
	asking->ok = !why;
	if (why)
		*asking->e = *why;
}

/* An id, or KIND:VALUE as people write it. */
static bool
read_identifier(struct ctl *ctl, const char *text, struct id *id, struct err *e)
{
	struct span value, kind = span_cut(span_of(text), ':', &value);
	const struct config *c = ctl->config;
	const char *name = span_text(ctl->arena, kind);

	if (id_parse(span_of(text), id))
		return true;
	if (!value.len)
		return fail(e, ERR_INPUT,
			"want an id or KIND:VALUE, such as phone:81987654321");
	if (!identifier_normalise(ctl->arena, name, value,
		    c->source_count ? c->sources[0].conf->region : NULL, &value,
		    e))
		return false;
	*id = identifier_id(c->hash_key, name, value);
	return true;
}

static bool
add_likeness(struct ctl *ctl, const struct id *from, const struct id *to,
	json_t *explanation, struct err *e)
{
	char left[ID_TEXT], right[ID_TEXT];
	const char *params[] = { id_format(from, left), id_format(to, right) };
	struct model *model = models_load(ctl, ctl->arena, NULL, e);
	struct explain_pair_sides pair;
	struct ctl_rows rows;

	if (!model || !ctl_query(ctl, sql_alike_pair, 2, params, &rows, e))
		return false;
	if (!rows.rows) /* one group, or a shared identifier */
		return true;
	pair = ctl_pair(&rows, 0);
	likeness_explain_into(
		explanation, likeness_explain(ctl->arena, model, &pair));
	return true;
}

static bool
explain(struct ctl *ctl, const struct id *from, const struct id *to,
	json_t **explanation, struct err *e)
{
	struct arena *a = ctl->arena;
	struct graph *g = person_graph(a, ctl->config->policy);
	json_t *events = json_own(a, json_object());
	struct asking asking = { e, false, false };
	struct ctl_rows rows;
	const char *params[1];

	if (!ctl_start(ctl, e))
		return false;
	graph_look(g, from);
	graph_look(g, to);
	graph_load_look(ctl->db, g, on_loaded, &asking);
	while (!asking.done)
		event_base_loop(ctl->base, EVLOOP_ONCE);
	if (!asking.ok)
		return false;
	*explanation = explain_pair(g, from, to);
	if (!*explanation)
		return fail(e, ERR_MISSING, "one of them was never seen");
	params[0] = explain_touchpoints(a, *explanation);
	if (!ctl_query(ctl, sql_explain_events, 1, params, &rows, e))
		return false;
	for (int r = 0; r < rows.rows; r++)
		if (ctl_value(&rows, r, 1))
			json_object_set(events, ctl_value(&rows, r, 0),
				json_read(a, span_of(ctl_value(&rows, r, 1)),
					NULL));
	explain_evidence(*explanation, events);
	return !ctl->config->policy->likeness ||
	       add_likeness(ctl, from, to, *explanation, e);
}

static const char *
member(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static void
print_identifier(const json_t *identifier)
{
	const char *since = member(identifier, "first_seen");
	const char *until = member(identifier, "until");

	printf("%s %s", member(identifier, "kind"),
		member(identifier, "value"));
	if (*since)
		printf(" since %s", since);
	if (*until)
		printf(" until %s", until);
}

static void
print_link(const json_t *link)
{
	const char *decision = member(link, "decision");
	json_t *event;
	size_t i;

	fputs("  ", stdout);
	print_identifier(json_object_get(link, "from"));
	fputs(" and ", stdout);
	print_identifier(json_object_get(link, "to"));
	if (*decision)
		printf(": by decision %s of %s\n", decision,
			member(link, "since"));
	else
		printf(": %s since %s\n", member(link, "assurance"),
			member(link, "since"));
	json_array_foreach(json_object_get(link, "events"), i, event)
		printf("    %s  %s %s, event %s\n",
			member(event, "occurred_at"), member(event, "source"),
			member(event, "type"), member(event, "event"));
}

static void
print_explanation(const json_t *explanation)
{
	bool same = json_is_true(json_object_get(explanation, "same"));
	json_t *link;
	size_t i;

	print_identifier(json_object_get(explanation, "from"));
	fputs(" and ", stdout);
	print_identifier(json_object_get(explanation, "to"));
	puts(same ? " are one person's:" : " are not one person's:");
	if (!same)
		printf("  %s\n", member(explanation, "text"));
	json_array_foreach(
		json_object_get(explanation, same ? "chain" : "links"), i, link)
		print_link(link);
	if (json_object_get(explanation, "likeness"))
		ctl_print_pair(json_object_get(explanation, "likeness"));
}

extern const struct command command_why;

static int
why_run(struct ctl *ctl, int argc, char **argv)
{
	struct id from, to;
	json_t *explanation;
	struct err e = { 0 };

	if (argc != 2)
		return ctl_usage(&command_why);
	if (!read_identifier(ctl, argv[0], &from, &e) ||
		!read_identifier(ctl, argv[1], &to, &e)) {
		ctl_fail(&e);
		return CTL_USAGE;
	}
	if (!explain(ctl, &from, &to, &explanation, &e))
		return ctl_fail(&e);
	if (ctl->json)
		puts(json_write(ctl->arena, explanation));
	else
		print_explanation(explanation);
	return CTL_OK;
}

const struct command command_why = {
	.name = "why",
	.usage = "ID|KIND:VALUE ID|KIND:VALUE",
	.summary = "why two identifiers are, or are not, one person's",
	.run = why_run,
};
