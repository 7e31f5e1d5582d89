/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ids are derived, not handed out: HMAC-SHA256 under the brand's hash key
 * over length-prefixed parts, cut to 128 bits and marked as a UUIDv8
 * (RFC 9562, section 5.8). The same parts give the same id for ever, and an
 * id tells nothing to who lacks the key.
 */
#ifndef BASE_ID_H
#define BASE_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct id {
	uint8_t bytes[16];
};

#define ID_TEXT 37
/* space: what the id is of, such as "identifier" or "event". */
struct id id_derive(struct span key, const char *space,
	const struct span *parts, size_t count);
/* For what is not derived from content: a batch, a lease's holder. */
struct id id_random(void);
int id_compare(const struct id *a, const struct id *b);
bool id_parse(struct span s, struct id *out);
const char *id_format(const struct id *id, char text[ID_TEXT]);

#endif
