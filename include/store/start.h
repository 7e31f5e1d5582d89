/* SPDX-License-Identifier: Apache-2.0 */
/* What a program asks of a database before it works with it. */
#ifndef STORE_START_H
#define STORE_START_H

#include "base/arena.h"
#include "base/span.h"

/* The parameters of sql_start_check: the last migration that this program
 * knows, and the check value of its hash key. On the arena. */
void start_params(struct arena *a, struct span hash_key, const char *params[2]);

#endif
