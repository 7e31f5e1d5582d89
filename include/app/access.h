/* SPDX-License-Identifier: Apache-2.0 */
/*
 * API keys and what they may do. Keys are looked up by their SHA-256 among
 * those that were live at the last look, a second ago at most; PostgreSQL
 * need not be there. Keys are 256 random bits, so a plain hash is enough.
 */
#ifndef APP_ACCESS_H
#define APP_ACCESS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

struct access;
struct db;
struct event_base;

struct access *access_create(struct event_base *base, struct db *db);
void access_destroy(struct access *access);
/* Whether the keys were read at all yet. */
bool access_ready(const struct access *access);
/* ERR_AUTH for a key nobody knows, ERR_DENIED for one without the scope,
 * ERR_BUSY before the first look. *name is the key's, until the next turn. */
bool access_check(const struct access *access, struct span key,
	const char *scope, const char **name, struct err *e) MUST_CHECK;

#endif
