/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An arena owns everything that one request or one batch makes; one call
 * frees it all. Out of memory ends the process: every size that a stranger
 * controls is bounded before it gets here.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_create(void);
/* One holder more, whose arena_destroy is then one of those that it takes. */
struct arena *arena_hold(struct arena *a);
/* The last holder's runs the deferred functions, last first, and frees all.
 * Takes NULL. */
void arena_destroy(struct arena *a);
/* Zeroed memory, aligned for any type. */
void *arena_alloc(struct arena *a, size_t size);
/* Room for n items of size bytes; a product that overflows ends us. */
void *arena_array(struct arena *a, size_t n, size_t size);
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_printf(struct arena *a, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Calls fn(arg) when the arena goes, for things it does not own (json_t). */
void arena_defer(struct arena *a, void (*fn)(void *), void *arg);
/* A larger copy of an array that grows; doubles. *cap is updated. */
void *arena_grow(
	struct arena *a, void *items, size_t count, size_t *cap, size_t size);

#endif
