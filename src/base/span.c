/* SPDX-License-Identifier: Apache-2.0 */
#include "base/span.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"

struct span
span_of(const char *text)
{
	return (struct span){ text, text ? strlen(text) : 0 };
}

bool
span_equal(struct span a, struct span b)
{
	return a.len == b.len && (!a.len || !memcmp(a.data, b.data, a.len));
}

int
span_compare(struct span a, struct span b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len ? memcmp(a.data, b.data, len) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool
span_is(struct span s, const char *text)
{
	return span_equal(s, span_of(text));
}

bool
span_is_nocase(struct span s, const char *text)
{
	size_t len = strlen(text);

	return s.len == len && (!len || !strncasecmp(s.data, text, len));
}

bool
span_starts(struct span s, const char *prefix)
{
	size_t len = strlen(prefix);

	return s.len >= len && (!len || !memcmp(s.data, prefix, len));
}

bool
span_is_all(struct span s, const char *set)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] == '\0' || !strchr(set, s.data[i]))
			return false;
	return s.len > 0;
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct span
span_trim(struct span s)
{
	while (s.len && is_blank(s.data[0])) {
		s.data++;
		s.len--;
	}
	while (s.len && is_blank(s.data[s.len - 1]))
		s.len--;
	return s;
}

struct span
span_cut(struct span s, char c, struct span *rest)
{
	const char *at = s.len ? memchr(s.data, c, s.len) : NULL;

	if (!at) {
		*rest = (struct span){ NULL, 0 };
		return s;
	}
	*rest = (struct span){ at + 1, s.len - (size_t)(at - s.data) - 1 };
	return (struct span){ s.data, (size_t)(at - s.data) };
}

/* The length of one well-formed character (Unicode 15, table 3-7), or 0. */
static size_t
utf8_length(const unsigned char *p, size_t left)
{
	static const struct {
		unsigned char lead_min, lead_max, next_min, next_max, len;
	} forms[] = {
		{ 0x01, 0x7f, 0x00, 0x00, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (p[0] < forms[i].lead_min || p[0] > forms[i].lead_max)
			continue;
		if (forms[i].len > left)
			return 0;
		for (size_t k = 1; k < forms[i].len; k++) {
			unsigned min = k == 1 ? forms[i].next_min : 0x80;
			unsigned max = k == 1 ? forms[i].next_max : 0xbf;

			if (p[k] < min || p[k] > max)
				return 0;
		}
		return forms[i].len;
	}
	return 0;
}

bool
span_is_utf8(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.data;

	for (size_t i = 0; i < s.len;) {
		size_t step = utf8_length(p + i, s.len - i);

		if (!step)
			return false;
		i += step;
	}
	return true;
}

size_t
span_characters(struct span s)
{
	size_t count = 0;

	for (size_t i = 0; i < s.len; i++)
		if (((unsigned char)s.data[i] & 0xc0) != 0x80)
			count++;
	return count;
}

struct span
span_to_utf8(struct arena *a, struct span s)
{
	char *out;
	size_t n = 0;

	if (span_is_utf8(s))
		return (struct span){ arena_strndup(a, s.data, s.len), s.len };
	out = arena_array(a, s.len + 1, 2);
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.data[i];

		if (c >= 0x80) {
			out[n++] = (char)(0xc0 | c >> 6);
			c = (unsigned char)(0x80 | (c & 0x3f));
		}
		out[n++] = (char)c;
	}
	return (struct span){ out, n };
}

char *
span_text(struct arena *a, struct span s)
{
	return arena_strndup(a, s.data, s.len);
}

struct span
span_join(struct arena *a, char mark, const struct span *parts, size_t count)
{
	size_t len = 0, at = 0;
	char *text;

	for (size_t i = 0; i < count; i++)
		len += parts[i].len + 1;
	text = arena_alloc(a, len + 1);
	for (size_t i = 0; i < count; i++) {
		if (i)
			text[at++] = mark;
		if (parts[i].len)
			memcpy(text + at, parts[i].data, parts[i].len);
		at += parts[i].len;
	}
	return (struct span){ text, at };
}
