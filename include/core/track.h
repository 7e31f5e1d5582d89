/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the names of tracked ecommerce events mean ("Order Completed"): the
 * vocabulary that shops' tracking libraries share, version 2.
 */
#ifndef CORE_TRACK_H
#define CORE_TRACK_H

#include "core/event.h"

/*
 * Gives an event that was tracked under ev->name its type, and the purchase
 * and the cart that its properties tell of. Another name changes nothing.
 * currency is the source's, or NULL. Returns what was expected of properties
 * that cannot be taken, or NULL.
 */
const char *track_read(struct arena *a, struct event *ev,
	const json_t *properties, const char *currency);

#endif
