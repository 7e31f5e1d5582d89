/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/next.h"

#include <stdlib.h>
#include <string.h>

#include "io/bulk.h"
#include "io/loader.h"
#include "store/sql.h"

#define SENT ((size_t)1024 * 1024) /* bytes, in one COPY */
#define WAIT_MS 1000

static const struct {
	const char *name, *load;
} tables[NEXT_TABLES] = {
	[NEXT_TOUCHPOINTS] = { "touchpoint", sql_load_touchpoints },
	[NEXT_MEMBERS] = { "member", sql_load_members },
	[NEXT_STAYS] = { "stay", sql_load_stays },
	[NEXT_TRAITS] = { "trait", sql_load_traits },
	[NEXT_SPEND] = { "spend", sql_load_spend },
	[NEXT_IDENTIFIERS] = { "identifier", sql_load_identifiers },
	[NEXT_PORTRAITS] = { "portrait", sql_load_portraits },
	[NEXT_BLOCKS] = { "block", sql_load_blocks },
	[NEXT_EDGES] = { "alike", sql_load_edges },
};

struct key {
	const char *table, *drop, *make;
	bool made;
};

struct filling {
	const char *load;
	char *rows; /* not sent yet */
	size_t len, cap;
};

struct next {
	struct arena *arena;
	struct loader *loader;
	struct filling fillings[NEXT_TABLES];
	struct key *keys;
	size_t key_count;
	bool ending;
};

char *
next_of(struct arena *a, const char *sql)
{
	static const char live[] = "live", next[] = "next";
	char *text = arena_strndup(a, sql, strlen(sql));

	for (char *at = text; (at = strstr(at, live)); at += strlen(live)) {
		bool begins = at == text || strchr(" \n\t(", at[-1]);

		/* Both words have four letters. */
		if (begins && strchr(".; \n", at[strlen(live)]))
			for (size_t i = 0; next[i]; i++)
				at[i] = next[i];
	}
	return text;
}

static bool
take_keys(struct next *n, struct bulk *b, struct err *e)
{
	const char **cells;

	if (!bulk_list(b, n->arena, sql_load_keys, &cells, &n->key_count, e))
		return false;
	n->keys = arena_array(n->arena, n->key_count + 1, sizeof(*n->keys));
	for (size_t i = 0; i < n->key_count; i++) {
		n->keys[i] = (struct key){ cells[3 * i], cells[3 * i + 1],
			cells[3 * i + 2], false };
		if (!bulk_run(b, n->keys[i].drop, e))
			return false;
	}
	return true;
}

/* The live schema's files, applied to the next. */
static bool
make(struct next *n, struct bulk *b, struct err *e)
{
	if (!bulk_run(b, sql_load_begin, e) || !bulk_run(b, sql_replay_drop, e))
		return false;
	for (const struct sql_schema *s = sql_schema; s->name; s++)
		if (strstr(s->name, "_live") &&
			!bulk_run(b, next_of(n->arena, s->text), e))
			return false;
	return take_keys(n, b, e);
}

struct next *
next_start(struct ctl *ctl, struct err *e)
{
	struct bulk *b = bulk_open(ctl->config->database, e);
	struct arena *a = arena_create();
	struct next *n = arena_alloc(a, sizeof(*n));

	n->arena = a;
	for (int i = 0; i < NEXT_TABLES; i++)
		n->fillings[i].load = next_of(a, tables[i].load);
	if (!b || !make(n, b, e)) {
		bulk_close(b);
		arena_destroy(a);
		return NULL;
	}
	n->loader = loader_start(b);
	return n;
}

void
next_close(struct next *n)
{
	if (!n)
		return;
	loader_stop(n->loader);
	for (int i = 0; i < NEXT_TABLES; i++)
		free(n->fillings[i].rows);
	arena_destroy(n->arena);
}

static bool
send_rows(struct next *n, struct filling *f, struct err *e)
{
	char *rows = f->rows;
	size_t len = f->len;

	f->rows = NULL;
	f->len = f->cap = 0;
	return !rows || loader_add(n->loader, f->load, rows, len, e);
}

bool
next_add(struct next *n, enum next_table table, const struct columns *rows,
	struct err *e)
{
	struct filling *f = &n->fillings[table];
	struct span more = columns_copy(rows);

	if (!more.len)
		return true;
	if (f->cap - f->len < more.len) {
		size_t cap = f->len + more.len + SENT;
		char *grown = realloc(f->rows, cap);

		if (!grown)
			abort();
		f->rows = grown;
		f->cap = cap;
	}
	memcpy(f->rows + f->len, more.data, more.len);
	f->len += more.len;
	return f->len < SENT || send_rows(n, f, e);
}

bool
next_full(struct next *n, enum next_table table, struct err *e)
{
	bool ok = send_rows(n, &n->fillings[table], e);

	for (size_t i = 0; i < n->key_count && ok; i++) {
		struct key *k = &n->keys[i];

		if (strcmp(k->table, tables[table].name) != 0)
			continue;
		k->made = true;
		ok = loader_add(n->loader, k->make, NULL, 0, e);
	}
	return ok;
}

/* Those of tables that nobody fills, too. */
static bool
add_rest(struct next *n, struct err *e)
{
	for (int i = 0; i < NEXT_TABLES; i++)
		if (!send_rows(n, &n->fillings[i], e))
			return false;
	for (size_t i = 0; i < n->key_count; i++)
		if (!n->keys[i].made &&
			!loader_add(n->loader, n->keys[i].make, NULL, 0, e))
			return false;
	return loader_add(n->loader, "COMMIT", NULL, 0, e);
}

bool
next_end(struct next *n, bool *done, struct err *e)
{
	if (!n->ending && !add_rest(n, e))
		return false;
	n->ending = true;
	return loader_wait(n->loader, WAIT_MS, done, e);
}
