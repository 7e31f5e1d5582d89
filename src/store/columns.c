/* SPDX-License-Identifier: Apache-2.0 */
/* The form is that of array_recv (src/backend/utils/adt/arrayfuncs.c), and of
 * the *_recv function of each kind: network byte order throughout. */
#include "store/columns.h"

#include <stdlib.h>
#include <string.h>

/* Dimensions, whether there are NULLs, the elements' type, how many, the first
 * one's number; each of four bytes. */
#define HEAD 20
#define NULL_LEN UINT32_MAX
#define EPOCH_2000 (INT64_C(946684800) * 1000000)

static const struct kind {
	char letter;
	uint32_t oid; /* of src/include/catalog/pg_type.dat */
} kinds[] = {
	{ 'b', 16 },
	{ 'x', 17 },
	{ 'l', 20 },
	{ 'i', 23 },
	{ 't', 25 },
	{ 'z', 1184 },
	{ 'u', 2950 },
	{ 'j', 3802 },
};

struct column {
	char letter;
	bool has_null;
	char *data;
	size_t len, cap;
};

struct columns {
	struct arena *arena;
	size_t width, cells;
	struct column items[COLUMNS_MAX];
};

static void
put32(char *to, uint32_t value)
{
	value = __builtin_bswap32(value);
	memcpy(to, &value, sizeof(value));
}

static void
put64(char *to, uint64_t value)
{
	value = __builtin_bswap64(value);
	memcpy(to, &value, sizeof(value));
}

/* Room for so many bytes more, and where they go. */
static char *
grow(struct arena *a, struct column *c, size_t len)
{
	char *to;

	if (c->cap - c->len < len) {
		size_t cap = (c->len + len) * 2 + 1024;
		char *more = arena_alloc(a, cap);

		if (c->len)
			memcpy(more, c->data, c->len);
		c->data = more;
		c->cap = cap;
	}
	to = c->data + c->len;
	c->len += len;
	return to;
}

struct columns *
columns_create(struct arena *a, const char *letters)
{
	struct columns *c = arena_alloc(a, sizeof(*c));

	c->arena = a;
	for (; letters[c->width]; c->width++) {
		if (c->width == COLUMNS_MAX)
			abort();
		c->items[c->width].letter = letters[c->width];
		grow(a, &c->items[c->width], HEAD);
	}
	return c;
}

size_t
columns_rows(const struct columns *c)
{
	return c->cells / c->width;
}

/* The next cell, of so many bytes, and where they go. */
static char *
cell(struct columns *c, size_t len)
{
	struct column *column = &c->items[c->cells++ % c->width];
	char *to = grow(c->arena, column, 4 + len);

	put32(to, (uint32_t)len);
	return to + 4;
}

void
columns_null(struct columns *c)
{
	struct column *column = &c->items[c->cells++ % c->width];

	column->has_null = true;
	put32(grow(c->arena, column, 4), NULL_LEN);
}

void
columns_bytes(struct columns *c, const void *data, size_t len)
{
	char *to = cell(c, len);

	if (len)
		memcpy(to, data, len);
}

void
columns_id(struct columns *c, const struct id *id)
{
	memcpy(cell(c, sizeof(id->bytes)), id->bytes, sizeof(id->bytes));
}

void
columns_text(struct columns *c, struct span text)
{
	columns_bytes(c, text.data, text.len);
}

void
columns_json(struct columns *c, const char *text)
{
	struct span json = span_of(text);
	char *to = cell(c, json.len + 1);

	to[0] = 1; /* jsonb's version */
	memcpy(to + 1, json.data, json.len);
}

void
columns_time(struct columns *c, int64_t at)
{
	put64(cell(c, 8), (uint64_t)(at - EPOCH_2000));
}

void
columns_bool(struct columns *c, bool value)
{
	*cell(c, 1) = value ? 1 : 0;
}

void
columns_int(struct columns *c, int64_t value)
{
	bool is_long = c->items[c->cells % c->width].letter == 'l';
	char *to = cell(c, is_long ? 8 : 4);

	if (is_long)
		put64(to, (uint64_t)value);
	else
		put32(to, (uint32_t)value);
}

void
columns_ids(struct columns *c, const struct id *ids, size_t count)
{
	/* A comma or a brace before each, and one more brace. */
	size_t len = count ? count * ID_TEXT + 1 : 2;
	char *to = cell(c, len), text[ID_TEXT];

	*to = '{';
	for (size_t i = 0; i < count; i++) {
		to[i * ID_TEXT] = i ? ',' : '{';
		id_format(&ids[i], text);
		memcpy(to + i * ID_TEXT + 1, text, ID_TEXT - 1);
	}
	to[len - 1] = '}';
}

static uint32_t
oid_of(char letter)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].letter == letter)
			return kinds[i].oid;
	abort();
}

int
columns_params(struct columns *c, int count, const char *const *before,
	struct db_param *out)
{
	uint32_t rows = (uint32_t)columns_rows(c);

	for (int i = 0; i < count; i++)
		out[i] = (struct db_param){ .data = before[i] };
	for (size_t i = 0; i < c->width; i++) {
		struct column *column = &c->items[i];

		put32(column->data, rows ? 1 : 0);
		put32(column->data + 4, column->has_null);
		put32(column->data + 8, oid_of(column->letter));
		put32(column->data + 12, rows);
		put32(column->data + 16, 1);
		out[count++] = (struct db_param){ column->data,
			rows ? column->len : HEAD - 8, true };
	}
	return count;
}
