/* SPDX-License-Identifier: Apache-2.0 */
#include "io/bulk.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

/* Of the binary form, before the first row (sql-copy, "File Formats"): a
 * signature, flags, and how much more there is. */
#define HEAD 19
static const char head[HEAD] = "PGCOPY\n\377\r\n";
static const char end[] = { '\377', '\377' };

struct bulk {
	PGconn *pg;
	char *row;  /* that was handed out last */
	bool begun; /* the first row, with the head, has come */
};

/* As db.c's: what was said quotes no value (invariant 12). */
static bool
refused(struct bulk *b, const PGresult *result, struct err *e)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (state && !strncmp(state, "22", 2))
		text = "a value was refused";
	if (!text)
		text = PQerrorMessage(b->pg);
	return fail(e, state ? ERR_DB : ERR_BUSY, "postgresql: %.*s",
		(int)strcspn(text, "\n"), text);
}

/* Where several hosts are named, the one that can be written. */
static bool
has_several(const char *conninfo)
{
	PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
	bool several = false;

	for (PQconninfoOption *o = options; o && o->keyword; o++)
		if (o->val && (!strcmp(o->keyword, "host") ||
				      !strcmp(o->keyword, "hostaddr")))
			several = several || strchr(o->val, ',');
	PQconninfoFree(options);
	return several;
}

struct bulk *
bulk_open(const char *conninfo, struct err *e)
{
	/* What the connection string says of them holds. */
	const char *names[] = { "fallback_application_name", "connect_timeout",
		"keepalives_idle", "keepalives_interval", "keepalives_count",
		"target_session_attrs", "dbname", NULL };
	const char *values[] = { "unifyd", "10", "5", "2", "3",
		has_several(conninfo) ? "read-write" : "any", conninfo, NULL };
	struct bulk *b = calloc(1, sizeof(*b));

	if (!b)
		abort();
	b->pg = PQconnectdbParams(names, values, 1);
	if (PQstatus(b->pg) != CONNECTION_OK) {
		refused(b, NULL, e);
		bulk_close(b);
		return NULL;
	}
	return b;
}

void
bulk_close(struct bulk *b)
{
	if (!b)
		return;
	PQfreemem(b->row);
	PQfinish(b->pg);
	free(b);
}

/* The answer, when it is of this kind; NULL otherwise. */
static PGresult *
answer(struct bulk *b, const char *sql, ExecStatusType want, struct err *e)
{
	PGresult *result = PQexec(b->pg, sql);

	if (PQresultStatus(result) == want)
		return result;
	refused(b, result, e);
	PQclear(result);
	return NULL;
}

bool
bulk_run(struct bulk *b, const char *sql, struct err *e)
{
	PGresult *result = answer(b, sql, PGRES_COMMAND_OK, e);

	PQclear(result);
	return result != NULL;
}

bool
bulk_list(struct bulk *b, struct arena *a, const char *sql, const char ***cells,
	size_t *rows, struct err *e)
{
	PGresult *result = answer(b, sql, PGRES_TUPLES_OK, e);
	int width, count;

	if (!result)
		return false;
	width = PQnfields(result);
	count = PQntuples(result) * width;
	*rows = (size_t)PQntuples(result);
	*cells = arena_array(a, (size_t)count + 1, sizeof(**cells));
	for (int i = 0; i < count; i++)
		(*cells)[i] = arena_printf(
			a, "%s", PQgetvalue(result, i / width, i % width));
	PQclear(result);
	return true;
}

/* What is left of a COPY: whether all went well. */
static bool
finish(struct bulk *b, struct err *e)
{
	PGresult *result;
	bool ok = true;

	while ((result = PQgetResult(b->pg))) {
		if (PQresultStatus(result) != PGRES_COMMAND_OK)
			ok = refused(b, result, e);
		PQclear(result);
	}
	return ok;
}

#define PART                                                                   \
	((size_t)256 * 1024) /* at once: libpq keeps a copy until it is sent   \
			      */

static bool
put(struct bulk *b, const char *data, size_t len)
{
	size_t part;

	for (; len; data += part, len -= part) {
		part = len < PART ? len : PART;
		if (PQputCopyData(b->pg, data, (int)part) != 1)
			return false;
	}
	return true;
}

bool
bulk_write(struct bulk *b, const char *sql, struct span rows, struct err *e)
{
	PGresult *result = answer(b, sql, PGRES_COPY_IN, e);

	if (!result)
		return false;
	PQclear(result);
	if (!put(b, head, HEAD) || !put(b, rows.data, rows.len) ||
		!put(b, end, sizeof(end)) || PQputCopyEnd(b->pg, NULL) != 1)
		return refused(b, NULL, e);
	return finish(b, e);
}

bool
bulk_read(struct bulk *b, const char *sql, struct err *e)
{
	PGresult *result = answer(b, sql, PGRES_COPY_OUT, e);

	PQclear(result);
	b->begun = false;
	return result != NULL;
}

bool
bulk_next(struct bulk *b, struct span *row, struct err *e)
{
	int len;
	size_t before = b->begun ? 0 : HEAD;

	PQfreemem(b->row);
	b->row = NULL;
	len = PQgetCopyData(b->pg, &b->row, 0);
	if (len == -2)
		return refused(b, NULL, e);
	*row = (struct span){ NULL, 0 };
	if (len == -1)
		return finish(b, e);
	if ((size_t)len < before + sizeof(end))
		return fail(e, ERR_BUG, "COPY: want binary rows");
	b->begun = true;
	row->data = b->row + before;
	row->len = (size_t)len - before;
	/* A count of -1 ends them; what is left says that all went well. */
	return memcmp(row->data, end, sizeof(end)) != 0 || bulk_next(b, row, e);
}
