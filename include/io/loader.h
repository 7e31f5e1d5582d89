/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes in a thread of its own, so that who makes the rows need not wait for
 * PostgreSQL to take them. What is added is done in its order, all by one
 * connection; the first failure is the last thing that is done.
 */
#ifndef IO_LOADER_H
#define IO_LOADER_H

#include "io/bulk.h"

struct loader;

/* The connection is the loader's from now on. */
struct loader *loader_start(struct bulk *b);
/* Drops what waits, and closes the connection. Takes NULL. */
void loader_stop(struct loader *l);
/* A statement, which stays with who adds it until it is done; where it is a
 * COPY also its rows, which malloc gave and the loader frees, or NULL. Waits
 * where much waits already. False where something failed before. */
bool loader_add(struct loader *l, const char *sql, char *rows, size_t len,
	struct err *e) MUST_CHECK;
/* Waits until all is done, for ms at most; *done says whether it is. */
bool loader_wait(
	struct loader *l, int ms, bool *done, struct err *e) MUST_CHECK;

#endif
