/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /v1/profiles/{id}/why: what joined the profile, or with ?with={id} the
 * chain between two identifiers, or the rule that keeps them apart. The group
 * is loaded and grouped again, by the policy in force, without changing
 * anything.
 */
#include <string.h>

#include "app/front.h"
#include "app/read.h"
#include "core/explain.h"
#include "core/json.h"
#include "core/policy.h"
#include "io/http.h"
#include "io/pool.h"
#include "likeness/person.h"
#include "store/graph.h"
#include "store/sql.h"

struct why {
	struct read read; /* first: handlers get it as that */
	struct graph *g;
	struct id from, to;
	bool pair;
	json_t *explanation;
};

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
	w->g = person_graph(r->arena, f->config->policy);
	graph_look(w->g, &w->from);
	if (with && id_parse(span_of(with), &w->to))
		graph_look(w->g, &w->to);
	graph_load_look(pool_db(f->readers), w->g, on_loaded, w);
}
