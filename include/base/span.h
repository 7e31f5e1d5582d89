/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes that somebody else owns, and the small questions asked of them. */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct span {
	const char *data;
	size_t len;
};

struct span span_of(const char *text); /* NULL gives the empty span */
bool span_equal(struct span a, struct span b);
/* Below, at or above 0, as their bytes are ordered: COLLATE "C". */
int span_compare(struct span a, struct span b);
bool span_is(struct span s, const char *text);
bool span_is_nocase(struct span s, const char *text); /* ASCII case */
bool span_starts(struct span s, const char *prefix);
/* Is there something, and nothing but characters of the set? */
bool span_is_all(struct span s, const char *set);
/* Without ASCII white space at both ends. */
struct span span_trim(struct span s);
/* The part before the first c; *rest is what follows it (empty if none). */
struct span span_cut(struct span s, char c, struct span *rest);
/* Well-formed UTF-8 without NUL. */
bool span_is_utf8(struct span s);
/* How many characters well-formed UTF-8 has. */
size_t span_characters(struct span s);
/* A copy on the arena, NUL-terminated: what is UTF-8 as it is, anything else
 * read as ISO 8859-1, where each byte is a character. */
struct span span_to_utf8(struct arena *a, struct span s);
/* The parts with a mark between them, NUL-terminated on the arena. */
struct span span_join(
	struct arena *a, char mark, const struct span *parts, size_t count);
/* "page/person": how an id of many senders' begins with its scope. */
#define span_path(a, ...)                                                      \
	span_join(a, '/', (const struct span[]){ __VA_ARGS__ },                \
		sizeof((const struct span[]){ __VA_ARGS__ }) /                 \
			sizeof(struct span))
/* NUL-terminated copy on the arena. */
char *span_text(struct arena *a, struct span s);

#endif
