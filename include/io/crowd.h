/* SPDX-License-Identifier: Apache-2.0 */
/* How many of something each address has: of connections, for io/http.c. */
#ifndef IO_CROWD_H
#define IO_CROWD_H

#include <stddef.h>

#include "base/span.h"

struct crowd;
struct crowd_member;

struct crowd *crowd_create(void);
/* When all have left. Takes NULL. */
void crowd_destroy(struct crowd *c);
/* One more of who; leaves the count with it. */
struct crowd_member *crowd_enter(
	struct crowd *c, struct span who, size_t *count);
/* One less. Takes NULL. */
void crowd_leave(struct crowd_member *m);

#endif
