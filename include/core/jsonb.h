/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON byte for byte as PostgreSQL writes jsonb: a blank behind each colon and
 * comma, times as its to_jsonb has them. Whoever writes an object gives its
 * members in the order of jsonb_compare.
 */
#ifndef CORE_JSONB_H
#define CORE_JSONB_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/id.h"
#include "base/span.h"

struct jsonb {
	struct arena *arena;
	char *data;
	size_t len, cap;
};

/* The order of an object's members: by the length of their names first. */
int jsonb_compare(struct span a, struct span b);

void jsonb_put(struct jsonb *t, const char *data, size_t len);
void jsonb_put_text(struct jsonb *t, const char *text);
/* JSON that stands already; null where it is empty. */
void jsonb_put_json(struct jsonb *t, struct span json);
void jsonb_put_string(struct jsonb *t, struct span s);
void jsonb_put_id(struct jsonb *t, const struct id *id);
/* In UTC; null for CLOCK_NONE. */
void jsonb_put_time(struct jsonb *t, int64_t at);
void jsonb_put_number(struct jsonb *t, int64_t number);
/* The name of a member, and the comma before it where it is not the first. Of
 * put_name it needs no escapes. */
void jsonb_put_name(struct jsonb *t, const char *name);
void jsonb_put_member(struct jsonb *t, struct span name);
/* Before an element of an array. */
void jsonb_put_comma(struct jsonb *t);

#endif
