/* SPDX-License-Identifier: Apache-2.0 */
#include "app/model.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "io/db.h"
#include "store/sql.h"

#define SHIPPED "0"

struct model_in_use {
	struct arena *arena; /* of the model */
	struct model *model; /* NULL: none was asked for yet */
	char version[24];
};

struct asking {
	struct model_in_use *m;
	void (*done)(
		const struct model *model, const struct err *why, void *arg);
	void *arg;
};

struct model_in_use *
model_in_use_create(void)
{
	struct model_in_use *m = calloc(1, sizeof(*m));

	if (!m)
		abort();
	return m;
}

void
model_in_use_destroy(struct model_in_use *m)
{
	if (m && m->arena)
		arena_destroy(m->arena);
	free(m);
}

static bool
take(struct model_in_use *m, const char *version, const char *body,
	struct err *e)
{
	struct arena *a = arena_create();
	struct model *model =
		body ? model_parse(a, json_read(a, span_of(body), NULL), e)
		     : model_create(a);

	if (!model) {
		arena_destroy(a);
		return false;
	}
	if (m->arena)
		arena_destroy(m->arena);
	m->arena = a;
	m->model = model;
	snprintf(m->version, sizeof(m->version), "%s", version);
	return true;
}

static void
on_used(const struct db_result *result, void *arg)
{
	struct asking ask = *(struct asking *)arg;
	const char *version, *body;
	struct err e = { 0 };

	free(arg);
	if (!result->ok) {
		fail(&e, db_may_pass(result) ? ERR_BUSY : ERR_DB, "%s",
			result->text);
		ask.done(NULL, &e, ask.arg);
		return;
	}
	version = result->rows ? db_value(result, 0, 0) : SHIPPED;
	body = result->rows ? db_value(result, 0, 1) : NULL;
	if ((ask.m->model && !strcmp(version, ask.m->version)) ||
		take(ask.m, version, body, &e))
		ask.done(ask.m->model, NULL, ask.arg);
	else
		ask.done(NULL, &e, ask.arg);
}

void
model_in_use_ask(struct model_in_use *m, struct db *db,
	void (*done)(
		const struct model *model, const struct err *why, void *arg),
	void *arg)
{
	const char *params[] = { m->model ? m->version : NULL };
	struct asking *ask = malloc(sizeof(*ask));

	if (!ask)
		abort();
	*ask = (struct asking){ m, done, arg };
	db_ask(db, sql_model_used, 1, params, on_used, ask);
}
