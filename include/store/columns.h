/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows as PostgreSQL takes them quickest: an array a column, in the binary form
 * of array_recv, which a statement puts side by side again with unnest. The
 * kinds of the columns are letters, such as "uutb":
 *
 *   u uuid, t text, j jsonb, z timestamptz, b boolean, i integer, l bigint,
 *   x bytea, U uuid[], S smallint[], n numeric
 *
 * A row is added cell by cell, in their order. What is of the last three goes
 * as its text, for the statement to cast.
 *
 * The same rows may be made for COPY (FORMAT binary), row by row: then nothing
 * is cast, and a column has to be of its very kind.
 */
#ifndef STORE_COLUMNS_H
#define STORE_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/id.h"
#include "base/span.h"
#include "io/db.h"

#define COLUMNS_MAX 16

struct columns;

/* All that is made of them is on the arena. */
struct columns *columns_create(struct arena *a, const char *kinds);
struct columns *columns_create_copy(struct arena *a, const char *kinds);
size_t columns_rows(const struct columns *c);

void columns_null(struct columns *c);
void columns_id(struct columns *c, const struct id *id);
/* UTF-8 without a NUL. */
void columns_text(struct columns *c, struct span text);
/* JSON, as json_write makes it. */
void columns_json(struct columns *c, const char *text);
void columns_time(struct columns *c, int64_t at);
void columns_bool(struct columns *c, bool value);
void columns_int(struct columns *c, int64_t value); /* of i or l */
void columns_bytes(struct columns *c, const void *data, size_t len);
void columns_ids(struct columns *c, const struct id *ids, size_t count);
void columns_smalls(struct columns *c, const int16_t *values, size_t count);
/* A plain decimal (core/decimal.h). */
void columns_decimal(struct columns *c, struct span plain);

/* The parameters of a statement: before, and then a column each. Returns how
 * many. */
int columns_params(struct columns *c, int count, const char *const *before,
	struct db_param *out);

/* The rows, as bulk_write takes them. */
struct span columns_copy(const struct columns *c);

/* A row as COPY ... TO STDOUT (FORMAT binary) gives it, cell by cell. A cell is
 * all zeros where there are fewer bytes than it needs, or SQL's NULL. */
struct cells {
	const char *at, *end;
};

struct cells cells_of(struct span row);
/* False: SQL's NULL. */
bool cells_next(struct cells *c, struct span *cell);
struct id cells_id(struct cells *c);
/* Microseconds since 1970; none where it is NULL. */
int64_t cells_time(struct cells *c, int64_t none);
int64_t cells_int(struct cells *c); /* of b, i or l */
/* Of S, at most cap of them; how many there are. */
size_t cells_smalls(struct cells *c, int16_t *values, size_t cap);
struct span cells_json(struct cells *c); /* data NULL: SQL's NULL */

#endif
