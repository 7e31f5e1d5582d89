/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /v1/reviews: pairs of groups that may be one person, for a steward to
 * look at, and GET /v1/reviews/{id}: one of them. A review's id is the ids of
 * its two groups. What a steward answers is a decision (steward.c), by which
 * the pair is none for review any more.
 */
#include <stdlib.h>
#include <string.h>

#include "app/cursor.h"
#include "app/front.h"
#include "app/model.h"
#include "app/read.h"
#include "core/json.h"
#include "io/http.h"
#include "io/pool.h"
#include "store/sql.h"

struct reviews {
	struct read read; /* first: handlers get it as that */
	bool one;
	struct explain_pair_sides *pairs;
	int count;
	const char *next; /* cursor, or NULL */
};

static json_t *
review_json(struct arena *a, const struct model *model,
	const struct explain_pair_sides *pair)
{
	json_t *json = likeness_explain(a, model, pair);

	json_object_set_new(json, "id",
		json_string(arena_printf(
			a, "%s.%s", pair->left.group, pair->right.group)));
	return json;
}

static void
on_model(const struct model *model, const struct err *why, void *arg)
{
	struct reviews *v = arg;
	struct arena *a = v->read.request->arena;
	json_t *list = json_own(a, json_array()), *top;

	if (why) {
		front_problem(v->read.front, v->read.request, why);
		return;
	}
	for (int i = 0; i < v->count; i++)
		json_array_append_new(
			list, review_json(a, model, &v->pairs[i]));
	top = v->one ? json_array_get(list, 0)
		     : json_own(a, json_pack("{s:O,s:s?}", "reviews", list,
					   "next", v->next));
	read_send(&v->read, json_write(a, top));
}

static void
on_pairs(const struct db_result *result, void *arg)
{
	struct reviews *v = arg;
	struct arena *a = v->read.request->arena;
	int last = result->rows - 1;

	if (!read_ok(&v->read, result))
		return;
	v->pairs = read_pairs(a, result);
	v->count = result->rows;
	if (v->one && !v->count) {
		front_status(v->read.front, v->read.request, 404, "not_found",
			"there are no two groups of these ids");
		return;
	}
	if (!v->one && v->count && v->count == v->read.limit)
		v->next = arena_printf(a, "%s,%s,%s",
			db_value(result, last, EXPLAIN_COLUMNS),
			v->pairs[last].left.group, v->pairs[last].right.group);
	model_in_use_ask(v->read.front->model, pool_db(v->read.front->readers),
		on_model, v);
}

static struct reviews *
reviews_create(struct front *f, struct request *r)
{
	struct reviews *v = arena_alloc(r->arena, sizeof(*v));

	v->read = *read_create(f, r);
	return v;
}

void
review_list_serve(struct front *f, struct request *r)
{
	struct reviews *v = reviews_create(f, r);
	const char *params[4] = { NULL };
	const char *cursor = read_query(r, "cursor");

	if (!read_limit(&v->read))
		return;
	if (cursor && !cursor_review(r->arena, span_of(cursor), params)) {
		front_status(f, r, 400, "invalid",
			"cursor: want one that a page gave");
		return;
	}
	params[3] = arena_printf(r->arena, "%ld", v->read.limit);
	db_ask(pool_db(f->readers), sql_review_list, 4, params, on_pairs, v);
}

void
review_serve(struct front *f, struct request *r, struct span rest)
{
	struct reviews *v = reviews_create(f, r);
	const char *params[2];

	v->one = true;
	if (read_review(&v->read, rest, params))
		db_ask(pool_db(f->readers), sql_alike_pair, 2, params, on_pairs,
			v);
}
