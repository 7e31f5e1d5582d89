/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a page can send without asking first: the bodies of sendBeacon (Beacon
 * API), which are JSON under any label, or a form with JSON in a field; and
 * pixels, whose query is all there is.
 */
#ifndef CORE_BEACON_H
#define CORE_BEACON_H

#include <jansson.h>

#include "base/arena.h"
#include "base/span.h"

/* The JSON in a body: the field "data" of a form, urlencoded or multipart
 * (RFC 7578), plain or in base64; any other body is given back as it is. */
struct span beacon_text(struct arena *a, struct span body);
/* The parameters of a query as an object of texts, the first of each name;
 * "a.b=1" is {"a":{"b":"1"}}. Those that are no UTF-8 are left out. The arena
 * owns it. */
json_t *beacon_query(struct arena *a, struct span query);

#endif
