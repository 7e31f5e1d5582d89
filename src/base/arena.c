/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks in a list; a large item gets a block of its own. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST = 1024, BLOCK = 16 * 1024, ALIGN = 16 };

struct block {
	struct block *next;
	size_t used, size;
	_Alignas(ALIGN) char data[];
};

struct deferred {
	struct deferred *next;
	void (*fn)(void *);
	void *arg;
};

struct arena {
	struct block *blocks;
	struct deferred *deferred;
	size_t others; /* holders beside the first */
};

static void *
must_calloc(size_t size)
{
	void *p = calloc(1, size);

	if (!p) {
		fputs("<3>out of memory\n", stderr);
		abort();
	}
	return p;
}

struct arena *
arena_create(void)
{
	return must_calloc(sizeof(struct arena));
}

struct arena *
arena_hold(struct arena *a)
{
	a->others++;
	return a;
}

void
arena_destroy(struct arena *a)
{
	if (!a)
		return;
	if (a->others) {
		a->others--;
		return;
	}
	for (struct deferred *d = a->deferred; d; d = d->next)
		d->fn(d->arg);
	for (struct block *b = a->blocks, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

void *
arena_alloc(struct arena *a, size_t size)
{
	struct block *b = a->blocks;
	void *p;

	if (size > SIZE_MAX / 2)
		size = SIZE_MAX / 2; /* calloc refuses it for us */
	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (!b || b->size - b->used < size) {
		/* Many arenas hold little. */
		size_t usual = b ? BLOCK : FIRST;
		size_t room = size > usual ? size : usual;

		b = must_calloc(sizeof(*b) + room);
		b->size = room;
		b->next = a->blocks;
		a->blocks = b;
	}
	p = b->data + b->used;
	b->used += size;
	return p;
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		bytes = SIZE_MAX;
	return arena_alloc(a, bytes);
}

char *
arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *copy = arena_alloc(a, len + 1);

	if (len)
		memcpy(copy, s, len);
	return copy;
}

char *
arena_printf(struct arena *a, const char *format, ...)
{
	va_list ap;
	char *text;
	int len;

	va_start(ap, format);
	len = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (len < 0)
		abort();
	text = arena_alloc(a, (size_t)len + 1);
	va_start(ap, format);
	vsnprintf(text, (size_t)len + 1, format, ap);
	va_end(ap);
	return text;
}

void
arena_defer(struct arena *a, void (*fn)(void *), void *arg)
{
	struct deferred *d = arena_alloc(a, sizeof(*d));

	d->fn = fn;
	d->arg = arg;
	d->next = a->deferred;
	a->deferred = d;
}

void *
arena_grow(struct arena *a, void *items, size_t count, size_t *cap, size_t size)
{
	void *more;

	if (count < *cap)
		return items;
	*cap = *cap ? *cap * 2 : 8;
	more = arena_array(a, *cap, size);
	if (count)
		memcpy(more, items, count * size);
	return more;
}
