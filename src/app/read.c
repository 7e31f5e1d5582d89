/* SPDX-License-Identifier: Apache-2.0 */
/* What the handlers that ask PostgreSQL have in common. */
#include "app/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/cursor.h"
#include "base/digest.h"
#include "base/id.h"
#include "core/channel.h"
#include "io/http.h"
#include "store/profile.h"

#define PAGE 50
#define PAGE_MAX 200

struct read *
read_create(struct front *f, struct request *r)
{
	struct read *read = arena_alloc(r->arena, sizeof(*read));

	*read = (struct read){ .front = f, .request = r, .limit = PAGE };
	return read;
}

bool
read_ok(struct read *read, const struct db_result *result)
{
	struct err e = { 0 };

	if (result->ok)
		return true;
	fail(&e, db_may_pass(result) ? ERR_BUSY : ERR_DB, "%s", result->text);
	front_problem(read->front, read->request, &e);
	return false;
}

const char *
read_etag(struct arena *a, const char *text)
{
	uint8_t digest[DIGEST_SIZE];

	digest_sha256(span_of(text), digest);
	return arena_printf(a, "\"%s\"", digest_hex(a, digest, 12));
}

void
read_send(struct read *read, const char *text)
{
	struct request *r = read->request;
	struct span body = span_of(text);
	const char *etag = read_etag(r->arena, text), *extra;

	extra = arena_printf(r->arena, "ETag: %s\r\n", etag);
	if (span_is(request_header(r, "if-none-match"), etag))
		front_reply(read->front, r, 304, NULL, (struct span){ NULL, 0 },
			extra);
	else
		front_reply(
			read->front, r, 200, "application/json", body, extra);
}

const char *
read_query(struct request *r, const char *name)
{
	struct inbound in = { .query = r->query };
	struct span value = inbound_query(r->arena, &in, name);

	return value.len ? span_text(r->arena, value) : NULL;
}

bool
read_limit(struct read *read)
{
	const char *text = read_query(read->request, "limit");
	char *end;

	if (!text)
		return true;
	read->limit = strtol(text, &end, 10);
	if (*end == '\0' && read->limit >= 1 && read->limit <= PAGE_MAX)
		return true;
	front_status(read->front, read->request, 400, "invalid",
		"limit: want a number from 1 to 200");
	return false;
}

bool
read_id(struct read *read, struct span text, const char *what)
{
	struct id id;

	if (id_parse(text, &id))
		return true;
	front_status(read->front, read->request, 400, "invalid",
		arena_printf(read->request->arena, "%s: want a UUID", what));
	return false;
}

static void
send_rows(struct read *read, const struct db_result *result, const char *name,
	const char *next)
{
	struct arena *a = read->request->arena;
	size_t size = 128;
	char *text, *to;

	for (int i = 0; i < result->rows; i++)
		size += strlen(db_value(result, i, 0)) + 1;
	size += next ? strlen(next) : 0;
	text = to = arena_alloc(a, size);
	to += snprintf(to, size, "{\"%s\":[", name);
	for (int i = 0; i < result->rows; i++) {
		size_t len = strlen(db_value(result, i, 0));

		if (i)
			*to++ = ',';
		memcpy(to, db_value(result, i, 0), len);
		to += len;
	}
	snprintf(to, size - (size_t)(to - text),
		next ? "],\"next\":\"%s\"}" : "],\"next\":null}", next);
	read_send(read, text);
}

void
read_send_page(
	struct read *read, const struct db_result *result, const char *name)
{
	bool full = result->rows && result->rows == read->limit;

	send_rows(read, result, name,
		full ? db_value(result, result->rows - 1, 1) : NULL);
}

void
read_send_feed(struct read *read, const struct db_result *result,
	const char *name, const char *asked_from)
{
	send_rows(read, result, name,
		result->rows ? db_value(result, result->rows - 1, 1)
			     : asked_from);
}

bool
read_cursor(struct read *read, const char **time, const char **id)
{
	struct request *r = read->request;
	struct span cursor = span_of(read_query(r, "cursor"));

	if (!cursor.len || cursor_time(r->arena, cursor, time, id))
		return true;
	front_status(read->front, r, 400, "invalid",
		"cursor: want one that a page gave");
	return false;
}

static void
on_record(const char *record, const struct db_result *failed, void *arg)
{
	struct read *read = arg;

	if (!failed || read_ok(read, failed))
		read->done(read, record);
}

void
read_record(struct read *read, const char *id, read_done done)
{
	read->done = done;
	profiles_read(read->front->profiles, id, on_record, read);
}

bool
read_review(struct read *read, struct span text, const char *groups[2])
{
	struct span second, first = span_cut(text, '.', &second);
	struct request *r = read->request;
	struct id id;

	if (!id_parse(first, &id) || !id_parse(second, &id)) {
		front_status(read->front, r, 400, "invalid",
			"review: want the id of one, two ids with a dot "
			"between them");
		return false;
	}
	groups[0] = span_text(r->arena, first);
	groups[1] = span_text(r->arena, second);
	return true;
}

struct cell_of {
	struct arena *arena;
	const struct db_result *result;
	int row;
};

static const char *
cell(void *arg, int column)
{
	const struct cell_of *at = arg;
	const char *text = db_value(at->result, at->row, column);

	return text ? span_text(at->arena, span_of(text)) : NULL;
}

struct explain_pair_sides *
read_pairs(struct arena *a, const struct db_result *result)
{
	struct explain_pair_sides *pairs =
		arena_array(a, (size_t)result->rows + 1, sizeof(*pairs));

	for (int row = 0; row < result->rows; row++)
		pairs[row] = explain_sides(
			cell, &(struct cell_of){ a, result, row });
	return pairs;
}
