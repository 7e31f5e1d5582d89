/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several connections to PostgreSQL for statements that stand alone, so that a
 * slow one does not make all others wait.
 */
#ifndef IO_POOL_H
#define IO_POOL_H

#include "io/db.h"

struct pool;

/* size connections, at least one, each as db_create makes it. */
struct pool *pool_create(struct event_base *base, const char *conninfo,
	enum db_mode mode, int patience_ms, size_t size);
/* Takes NULL. */
void pool_destroy(struct pool *pool);
size_t pool_size(const struct pool *pool);
/* The connection that has the least to do; one that is there, if any is. Only
 * for now: ask again for another statement. */
struct db *pool_db(struct pool *pool);

#endif
