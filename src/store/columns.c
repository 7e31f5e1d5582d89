/* SPDX-License-Identifier: Apache-2.0 */
/* The form is that of array_recv (src/backend/utils/adt/arrayfuncs.c), or that
 * of COPY, and of the *_recv function of each kind: network byte order
 * throughout. */
#include "store/columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/* Dimensions, whether there are NULLs, the elements' type, how many, the first
 * one's number; each of four bytes. */
#define HEAD 20
#define NULL_LEN UINT32_MAX
#define OID_UUID 2950
#define OID_SMALLINT 21

static const struct kind {
	char letter;
	uint32_t oid; /* of src/include/catalog/pg_type.dat */
} kinds[] = {
	{ 'b', 16 },
	{ 'x', 17 },
	{ 'l', 20 },
	{ 'i', 23 },
	{ 't', 25 },
	{ 'U', 25 },
	{ 'S', 25 },
	{ 'n', 25 },
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
	bool is_copy;
	struct column copy; /* all, row by row */
};

static void
put16(char *to, uint16_t value)
{
	value = __builtin_bswap16(value);
	memcpy(to, &value, sizeof(value));
}

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

static struct columns *
create(struct arena *a, const char *letters)
{
	struct columns *c = arena_alloc(a, sizeof(*c));

	c->arena = a;
	for (; letters[c->width]; c->width++) {
		if (c->width == COLUMNS_MAX)
			abort();
		c->items[c->width].letter = letters[c->width];
	}
	return c;
}

struct columns *
columns_create(struct arena *a, const char *letters)
{
	struct columns *c = create(a, letters);

	for (size_t i = 0; i < c->width; i++)
		grow(a, &c->items[i], HEAD);
	return c;
}

struct columns *
columns_create_copy(struct arena *a, const char *letters)
{
	struct columns *c = create(a, letters);

	c->is_copy = true;
	return c;
}

size_t
columns_rows(const struct columns *c)
{
	return c->cells / c->width;
}

/* Where the next cell goes. A row of COPY begins with how many it has. */
static struct column *
next_column(struct columns *c)
{
	size_t at = c->cells++ % c->width;

	if (!c->is_copy)
		return &c->items[at];
	if (!at)
		put16(grow(c->arena, &c->copy, 2), (uint16_t)c->width);
	return &c->copy;
}

/* The next cell, of so many bytes, and where they go. */
static char *
cell(struct columns *c, size_t len)
{
	char *to = grow(c->arena, next_column(c), 4 + len);

	put32(to, (uint32_t)len);
	return to + 4;
}

void
columns_null(struct columns *c)
{
	struct column *column = next_column(c);

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
	put64(cell(c, 8), (uint64_t)(at - CLOCK_2000));
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

/* An array's head and, where there are any, count elements of size bytes; gives
 * where the first one's length goes. */
static char *
array_cell(struct columns *c, uint32_t oid, size_t count, size_t size)
{
	char *to = cell(c, count ? HEAD + count * (4 + size) : HEAD - 8);

	put32(to, count ? 1 : 0);
	put32(to + 4, 0);
	put32(to + 8, oid);
	if (count) {
		put32(to + 12, (uint32_t)count);
		put32(to + 16, 1);
	}
	return to + HEAD;
}

static void
ids_text(struct columns *c, const struct id *ids, size_t count)
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

void
columns_ids(struct columns *c, const struct id *ids, size_t count)
{
	char *to;

	if (!c->is_copy) {
		ids_text(c, ids, count);
		return;
	}
	to = array_cell(c, OID_UUID, count, sizeof(ids->bytes));
	for (size_t i = 0; i < count; i++) {
		put32(to, sizeof(ids->bytes));
		memcpy(to + 4, ids[i].bytes, sizeof(ids->bytes));
		to += 4 + sizeof(ids->bytes);
	}
}

void
columns_smalls(struct columns *c, const int16_t *values, size_t count)
{
	size_t size = count * 8 + 3; /* "-32768," at most, of each */
	char *text, *to;

	if (c->is_copy) {
		to = array_cell(c, OID_SMALLINT, count, sizeof(*values));
		for (size_t i = 0; i < count; i++) {
			put32(to, sizeof(*values));
			put16(to + 4, (uint16_t)values[i]);
			to += 4 + sizeof(*values);
		}
		return;
	}
	text = to = arena_alloc(c->arena, size);
	*to++ = '{';
	for (size_t i = 0; i < count; i++)
		to += snprintf(to, size - (size_t)(to - text), "%s%d",
			i ? "," : "", values[i]);
	*to++ = '}';
	columns_bytes(c, text, (size_t)(to - text));
}

/* Four digits of a numeric stand together, on either side of the point. */
static void
decimal_copy(struct columns *c, struct span s)
{
	bool negative = s.len && s.data[0] == '-';
	const char *digits = s.data + negative;
	size_t len = s.len - negative;
	const char *point = len ? memchr(digits, '.', len) : NULL;
	size_t whole = point ? (size_t)(point - digits) : len;
	size_t scale = point ? len - whole - 1 : 0;
	size_t before = (whole + 3) / 4, after = (scale + 3) / 4;
	char *to = cell(c, 8 + 2 * (before + after));

	put16(to, (uint16_t)(before + after));
	put16(to + 2, (uint16_t)(before - 1)); /* the first one's weight */
	put16(to + 4, negative ? 0x4000 : 0);
	put16(to + 6, (uint16_t)scale);
	to += 8;
	for (size_t i = 0; i < before + after; i++, to += 2) {
		unsigned value = 0;

		/* Places before the first digit and after the last are 0. */
		for (size_t k = i * 4; k < i * 4 + 4; k++) {
			size_t first = before * 4 - whole;
			size_t at = k - first + (k >= before * 4);
			bool is_digit = k >= first && at < len;

			value = value * 10 +
				(is_digit ? (unsigned)(digits[at] - '0') : 0);
		}
		put16(to, (uint16_t)value);
	}
}

void
columns_decimal(struct columns *c, struct span plain)
{
	if (c->is_copy)
		decimal_copy(c, plain);
	else
		columns_text(c, plain);
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

struct span
columns_copy(const struct columns *c)
{
	return (struct span){ c->copy.data, c->copy.len };
}

struct cells
cells_of(struct span row)
{
	return (struct cells){ row.data + 2, row.data + row.len };
}

static uint64_t
number(const char *data, size_t len)
{
	uint64_t value = 0;

	for (size_t i = 0; i < len; i++)
		value = value << 8 | (unsigned char)data[i];
	return value;
}

bool
cells_next(struct cells *c, struct span *cell)
{
	uint32_t len = NULL_LEN;

	*cell = (struct span){ NULL, 0 };
	if (c->end - c->at >= 4) {
		len = (uint32_t)number(c->at, 4);
		c->at += 4;
	}
	if (len == NULL_LEN || (size_t)(c->end - c->at) < len)
		return false;
	*cell = (struct span){ c->at, len };
	c->at += len;
	return true;
}

struct id
cells_id(struct cells *c)
{
	struct id id = { { 0 } };
	struct span cell;

	if (cells_next(c, &cell) && cell.len == sizeof(id.bytes))
		memcpy(id.bytes, cell.data, sizeof(id.bytes));
	return id;
}

int64_t
cells_time(struct cells *c, int64_t none)
{
	struct span cell;

	if (!cells_next(c, &cell) || cell.len != 8)
		return none;
	return (int64_t)number(cell.data, 8) + CLOCK_2000;
}

int64_t
cells_int(struct cells *c)
{
	struct span cell;

	if (!cells_next(c, &cell) || cell.len > 8)
		return 0;
	return cell.len == 4 ? (int32_t)number(cell.data, 4)
			     : (int64_t)number(cell.data, cell.len);
}

size_t
cells_smalls(struct cells *c, int16_t *values, size_t cap)
{
	struct span cell;
	size_t count, each = 4 + sizeof(*values);

	if (!cells_next(c, &cell) || cell.len < HEAD)
		return 0;
	count = (size_t)number(cell.data + 12, 4);
	if (cell.len != HEAD + count * each)
		return 0;
	for (size_t i = 0; i < count && i < cap; i++)
		values[i] = (int16_t)number(
			cell.data + HEAD + i * each + 4, sizeof(*values));
	return count;
}

struct span
cells_json(struct cells *c)
{
	struct span cell;

	/* The first byte is jsonb's version. */
	if (cells_next(c, &cell) && cell.len) {
		cell.data++;
		cell.len--;
	}
	return cell;
}
