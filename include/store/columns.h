/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows as PostgreSQL takes them quickest: an array a column, in the binary form
 * of array_recv, which a statement puts side by side again with unnest. The
 * kinds of the columns are letters, such as "uutb":
 *
 *   u uuid, t text, j jsonb, z timestamptz, b boolean, i integer, l bigint,
 *   x bytea
 *
 * A row is added cell by cell, in their order. What PostgreSQL has as an array
 * goes as the text of one, for the statement to cast.
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
/* Of ids, as the text of an array: "{a,b}". */
void columns_ids(struct columns *c, const struct id *ids, size_t count);

/* The parameters of a statement: before, and then a column each. Returns how
 * many. */
int columns_params(struct columns *c, int count, const char *const *before,
	struct db_param *out);

#endif
