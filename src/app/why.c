/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /v1/profiles/{id}/why: what joined the profile, or with ?with={id} the
 * chain between two identifiers, or the rule that keeps them apart. The group
 * is loaded and grouped again, by the policy in force, without changing
 * anything.
 */
#include <string.h>

#include "app/front.h"
#include "app/model.h"
#include "app/read.h"
#include "core/explain.h"
#include "core/json.h"
#include "core/policy.h"
#include "io/http.h"
#include "io/pool.h"
#include "likeness/explain.h"
#include "likeness/person.h"
#include "store/graph.h"
#include "store/sql.h"

struct why {
	struct read read; /* first: handlers get it as that */
	struct graph *g;
	struct id from, to;
	bool pair;
	json_t *explanation;
	bool likeness; /* the policy knows it */
	struct explain_pair_sides *pairs;
	int count;
};

#define ALIKE_MOST "20" /* pairs that are told of a profile */

static void
on_model(const struct model *model, const struct err *why, void *arg)
{
	struct why *w = arg;
	struct arena *a = w->read.request->arena;
	json_t *list;

	if (why) {
		front_problem(w->read.front, w->read.request, why);
		return;
	}
	if (w->pair) {
		likeness_explain_into(w->explanation,
			likeness_explain(a, model, &w->pairs[0]));
	} else {
		list = json_array();
		for (int i = 0; i < w->count; i++)
			json_array_append_new(
				list, likeness_explain(a, model, &w->pairs[i]));
		json_object_set_new(w->explanation, "likeness", list);
	}
	read_send(&w->read, json_write(a, w->explanation));
}

static void
on_pairs(const struct db_result *result, void *arg)
{
	struct why *w = arg;

	if (!read_ok(&w->read, result))
		return;
	w->pairs = read_pairs(w->read.request->arena, result);
	w->count = result->rows;
	if (w->pair && !w->count) /* one group, or a shared identifier */
		read_send(&w->read,
			json_write(w->read.request->arena, w->explanation));
	else
		model_in_use_ask(w->read.front->model,
			pool_db(w->read.front->readers), on_model, w);
}

static void
ask_pairs(struct why *w)
{
	struct db *db = pool_db(w->read.front->readers);
	char from[ID_TEXT], to[ID_TEXT];
	const char *params[] = { id_format(&w->from, from),
		w->pair ? id_format(&w->to, to) : ALIKE_MOST };

	db_ask(db, w->pair ? sql_alike_pair : sql_alike_profile, 2, params,
		on_pairs, w);
}

static void
on_evidence(const struct db_result *result, void *arg)
{
	struct why *w = arg;
	struct arena *a = w->read.request->arena;
	json_t *events;

	if (!read_ok(&w->read, result))
		return;
	events = json_own(a, json_object());
	for (int row = 0; row < result->rows; row++) {
		const char *text = db_value(result, row, 1);

		if (text)
			json_object_set(events, db_value(result, row, 0),
				json_read(a, span_of(text), NULL));
	}
	explain_evidence(w->explanation, events);
	if (w->likeness)
		ask_pairs(w);
	else
		read_send(&w->read, json_write(a, w->explanation));
}

static void
on_heirs(const struct db_result *result, void *arg)
{
	struct why *w = arg;

	if (!read_ok(&w->read, result))
		return;
	if (result->rows)
		front_reply(w->read.front, w->read.request, 410,
			"application/json", span_of(db_value(result, 0, 0)),
			NULL);
	else
		front_status(w->read.front, w->read.request, 404, "not_found",
			"there is no identifier of this id");
}

static void
on_loaded(const struct err *why, void *arg)
{
	struct why *w = arg;
	struct arena *a = w->read.request->arena;
	const char *params[1];

	if (why) {
		front_problem(w->read.front, w->read.request, why);
		return;
	}
	w->explanation = w->pair ? explain_pair(w->g, &w->from, &w->to)
				 : explain_profile(w->g, &w->from);
	if (!w->explanation && !w->pair) {
		db_ask(pool_db(w->read.front->readers), sql_profile_heirs, 1,
			&w->read.id, on_heirs, w);
		return;
	}
	if (!w->explanation) {
		front_status(w->read.front, w->read.request, 404, "not_found",
			"there is no identifier of one of these ids");
		return;
	}
	params[0] = explain_touchpoints(a, w->explanation);
	db_ask(pool_db(w->read.front->readers), sql_explain_events, 1, params,
		on_evidence, w);
}

void
profile_why_serve(struct front *f, struct request *r, const char *id)
{
	struct why *w = arena_alloc(r->arena, sizeof(*w));
	const char *with = read_query(r, "with");

	w->read = *read_create(f, r);
	w->read.id = id;
	w->pair = with != NULL;
	if (!read_id(&w->read, span_of(id), "profile") ||
		(with && !read_id(&w->read, span_of(with), "with")) ||
		!id_parse(span_of(id), &w->from))
		return;
	w->likeness = f->config->policy->likeness;
	w->g = person_graph(r->arena, f->config->policy);
	graph_look(w->g, &w->from);
	if (with && id_parse(span_of(with), &w->to))
		graph_look(w->g, &w->to);
	graph_load_look(pool_db(f->readers), w->g, on_loaded, w);
}
