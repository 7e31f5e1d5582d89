/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is stored, as text: a line for each identifier, stay and trait, sorted.
 * The numbers of stays are not told, since they tell nothing.
 */
#ifndef TESTS_CORE_PAGE_H
#define TESTS_CORE_PAGE_H

#include "core/resolve.h"
#include "core/stay.h"

struct page {
	struct arena *arena;
	char **lines;
	size_t count, cap;
};

/* An identifier as people read it. */
const char *name_of(struct arena *a, const char *kind, struct span value);
/* The name of a tenure: that and when it began; INT64_MIN: it is the first. */
const char *page_name(struct arena *a, const char *name, int64_t since);
void page_identifier(struct page *p, const char *name, const char *founder,
	const struct tenure *t, bool shared);
/* touchpoint: its source and members. owner: a name, or NULL. */
void page_stay(struct page *p, const char *touchpoint, const struct stay *stay,
	size_t width, const char *owner);
void page_trait(struct page *p, const char *touchpoint, int64_t first,
	const char *name, const char *value, int64_t at);
char *page_end(struct page *p);

#endif
