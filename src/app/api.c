/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The READ road: one statement, JSON made in SQL; one profile by store/profile.
 * A record's ETag is a digest of its bytes, so that two equal answers are equal
 * for a cache.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/front.h"
#include "app/read.h"
#include "core/channel.h"
#include "core/identifier.h"
#include "core/json.h"
#include "core/touchpoint.h"
#include "io/http.h"
#include "io/pool.h"
#include "store/sql.h"

#define LOOKUP_MAX 100 /* identifiers in one look-up */

static void
missing(struct read *read)
{
	front_status(read->front, read->request, 404, "not_found",
		"there is no profile of this id");
}

/* An identifier that became shared answers with its heirs. */
static void
on_heirs(const struct db_result *result, void *arg)
{
	struct read *read = arg;

	if (!read_ok(read, result))
		return;
	if (result->rows)
		front_reply(read->front, read->request, 410, "application/json",
			span_of(db_value(result, 0, 0)), NULL);
	else
		missing(read);
}

static void
find_heirs(struct read *read)
{
	db_ask(pool_db(read->front->readers), sql_profile_heirs, 1, &read->id,
		on_heirs, read);
}

static void
on_profile(struct read *read, const char *record)
{
	if (record)
		read_send(read, record);
	else
		find_heirs(read);
}

static void
on_list(const struct db_result *result, void *arg)
{
	struct read *read = arg;

	if (read_ok(read, result))
		read_send_page(read, result, "profiles");
}

static void
on_events(const struct db_result *result, void *arg)
{
	struct read *read = arg;

	if (read_ok(read, result))
		read_send_page(read, result, "events");
}

/* A part of the record, as a document of its own. */
static void
on_identifiers(struct read *read, const char *text)
{
	struct arena *a = read->request->arena;
	json_t *record;

	if (!text) {
		find_heirs(read);
		return;
	}
	record = json_read(a, span_of(text), NULL);
	read_send(read,
		arena_printf(a, "{\"identifiers\":%s}",
			json_write(a, json_object_get(record, "identifiers"))));
}

void
profile_list_serve(struct front *f, struct request *r)
{
	struct read *read = read_create(f, r);
	const char *params[] = { NULL, read_query(r, "after"), NULL, "false" };

	if ((params[1] && !read_id(read, span_of(params[1]), "after")) ||
		!read_limit(read))
		return;
	params[2] = arena_printf(r->arena, "%ld", read->limit);
	db_ask(pool_db(f->readers), sql_profile_record, 4, params, on_list,
		read);
}

static void
events_serve(struct read *read, const char *id)
{
	struct request *r = read->request;
	const char *params[6] = { id };

	if (!read_limit(read) || !read_cursor(read, &params[1], &params[2]))
		return;
	params[3] = read_query(r, "channel");
	params[4] = read_query(r, "type");
	params[5] = arena_printf(r->arena, "%ld", read->limit);
	db_ask(pool_db(read->front->readers), sql_profile_events, 6, params,
		on_events, read);
}

void
profile_serve(struct front *f, struct request *r, struct span rest)
{
	struct read *read = read_create(f, r);
	struct span part, id = span_cut(rest, '/', &part);

	if (!read_id(read, id, "profile"))
		return;
	read->id = span_text(r->arena, id);
	if (id.len == rest.len)
		read_record(read, read->id, on_profile);
	else if (span_is(part, "identifiers"))
		read_record(read, read->id, on_identifiers);
	else if (span_is(part, "events"))
		events_serve(read, read->id);
	else if (span_is(part, "history"))
		profile_history_serve(f, r, read->id);
	else if (span_is(part, "why"))
		profile_why_serve(f, r, read->id);
	else
		front_status(f, r, 404, "not_found", "there is nothing here");
}

/* {"results":[...],"profile":record or null}: what was asked, with what was
 * found of each, and the record when it is one person's. */
static void
send_lookup(struct read *read, const char *record)
{
	struct arena *a = read->request->arena;

	read_send(read,
		arena_printf(a, "{\"results\":%s,\"profile\":%s}",
			json_write(a, read->asked), record ? record : "null"));
}

static void
on_lookup(const struct db_result *result, void *arg)
{
	struct read *read = arg;
	const char *found = NULL;
	bool several = false;
	json_t *item;
	size_t i;

	if (!read_ok(read, result))
		return;
	json_array_foreach(read->asked, i, item)
	{
		const char *id = json_string_value(
			json_object_get(item, "identifier_id"));

		for (int row = 0; row < result->rows; row++) {
			const char *profile = db_value(result, row, 1);

			if (!id || strcmp(db_value(result, row, 0), id) != 0)
				continue;
			json_object_set_new(item, "shared",
				json_boolean(
					db_value(result, row, 2)[0] == 't'));
			if (!profile)
				continue;
			json_object_set_new(
				item, "profile_id", json_string(profile));
			several = several ||
				  (found && strcmp(found, profile) != 0);
			found = profile;
		}
	}
	if (found && !several)
		read_record(read, found, send_lookup);
	else
		send_lookup(read, NULL);
}

static void
release(void *value)
{
	json_decref(value);
}

/* One asked identifier, normalised; NULL with the reason in e. */
static json_t *
asked_item(struct read *read, const json_t *given, struct err *e)
{
	struct arena *a = read->request->arena;
	struct span kind = json_member(a, given, "kind"), value;
	const char *region =
		json_string_value(json_object_get(given, "region"));
	const char *name = span_text(a, kind);
	struct id id;
	char text[ID_TEXT];

	if (!kind.len) {
		fail(e, ERR_INPUT,
			"want each identifier as "
			"{\"kind\":..., \"value\":...}");
		return NULL;
	}
	if (!region && read->front->config->source_count)
		region = read->front->config->sources[0].conf->region;
	if (!identifier_normalise(
		    a, name, json_member(a, given, "value"), region, &value, e))
		return NULL;
	id = identifier_id(read->front->config->hash_key, name, value);
	return json_pack("{s:s,s:s%,s:s,s:n,s:b}", "kind", name, "value",
		value.data, value.len, "identifier_id", id_format(&id, text),
		"profile_id", "shared", 0);
}

void
profile_lookup_serve(struct front *f, struct request *r)
{
	struct read *read = read_create(f, r);
	struct err e = { 0 };
	json_t *top = json_read(r->arena, r->body, &e), *given;
	json_t *list = json_object_get(top, "identifiers");
	const char *params[1];
	char *ids = arena_strndup(r->arena, "{", 1);
	size_t i;

	if (top &&
		(!json_array_size(list) || json_array_size(list) > LOOKUP_MAX))
		fail(&e, ERR_INPUT, "identifiers: want 1 to %d", LOOKUP_MAX);
	read->asked = json_array();
	arena_defer(r->arena, release, read->asked);
	json_array_foreach(list, i, given)
	{
		json_t *item = e.code ? NULL : asked_item(read, given, &e);

		if (!item)
			break;
		ids = arena_printf(r->arena, "%s%s%s", ids, i ? "," : "",
			json_string_value(
				json_object_get(item, "identifier_id")));
		json_array_append_new(read->asked, item);
	}
	if (e.code) {
		front_problem(f, r, &e);
		return;
	}
	params[0] = arena_printf(r->arena, "%s}", ids);
	db_ask(pool_db(f->readers), sql_profile_lookup, 1, params, on_lookup,
		read);
}
