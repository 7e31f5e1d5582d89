/* SPDX-License-Identifier: Apache-2.0 */
#include "core/skim.h"

#include <string.h>

#include "core/json.h"

static const char *
pass_blanks(const char *at, const char *end)
{
	while (at < end &&
		(*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
		at++;
	return at;
}

/* Past the string that begins at at; NULL: it has no end. */
static const char *
pass_string(const char *at, const char *end)
{
	for (at++; at < end; at++) {
		if (*at == '"')
			return at + 1;
		if (*at == '\\')
			at++;
	}
	return NULL;
}

static const char *
pass_brackets(const char *at, const char *end)
{
	size_t depth = 0;

	while (at < end) {
		if (*at == '"') {
			at = pass_string(at, end);
			if (!at)
				return NULL;
			continue;
		}
		depth += *at == '{' || *at == '[';
		depth -= *at == '}' || *at == ']';
		at++;
		if (!depth)
			return at;
	}
	return NULL;
}

static const char *
pass_word(const char *at, const char *end)
{
	const char *first = at;

	while (at < end &&
		((*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z') ||
			*at == 'E' || *at == '.' || *at == '-' || *at == '+'))
		at++;
	return at > first ? at : NULL;
}

static const char *
pass_value(const char *at, const char *end)
{
	if (at == end)
		return NULL;
	if (*at == '"')
		return pass_string(at, end);
	return *at == '{' || *at == '[' ? pass_brackets(at, end)
					: pass_word(at, end);
}

bool
skim_open(struct skim *s, struct span value, char kind)
{
	const char *end = value.data ? value.data + value.len : NULL;
	const char *at = pass_blanks(value.data, end);

	if (at == end || *at != kind)
		return false;
	*s = (struct skim){ at + 1, end, kind == '{' ? '}' : ']', false,
		false };
	return true;
}

static bool
broken(struct skim *s)
{
	s->broken = true;
	s->at = s->end;
	return false;
}

/* To what is next; false where nothing is. */
static bool
go_on(struct skim *s)
{
	s->at = pass_blanks(s->at, s->end);
	if (s->at == s->end)
		return s->close ? broken(s) : false;
	if (*s->at == s->close) {
		s->close = '\0';
		s->at = pass_blanks(s->at + 1, s->end);
		return s->at < s->end ? broken(s) : false;
	}
	if (s->begun) {
		if (*s->at != ',')
			return broken(s);
		s->at = pass_blanks(s->at + 1, s->end);
	}
	s->begun = true;
	return s->at < s->end || broken(s);
}

static bool
read_name(struct skim *s, struct span *name)
{
	const char *first = s->at + 1, *after;

	after = *s->at == '"' ? pass_string(s->at, s->end) : NULL;
	if (!after)
		return broken(s);
	*name = (struct span){ first, (size_t)(after - 1 - first) };
	s->at = pass_blanks(after, s->end);
	if (s->at == s->end || *s->at != ':')
		return broken(s);
	s->at = pass_blanks(s->at + 1, s->end);
	return true;
}

bool
skim_next(struct skim *s, struct span *name, struct span *value)
{
	const char *after;

	if (!go_on(s))
		return false;
	if (s->close == '}' && !read_name(s, name))
		return false;
	after = pass_value(s->at, s->end);
	if (!after)
		return broken(s);
	*value = (struct span){ s->at, (size_t)(after - s->at) };
	s->at = after;
	return true;
}

bool
skim_members(struct span object, const char *const *names, struct span *values)
{
	struct span name, value;
	struct skim s;

	for (size_t i = 0; names[i]; i++)
		values[i] = (struct span){ NULL, 0 };
	if (!skim_open(&s, object, '{'))
		return false;
	while (skim_next(&s, &name, &value))
		for (size_t i = 0; names[i]; i++)
			if (span_is(name, names[i]))
				values[i] = value;
	return !s.broken;
}

struct span
skim_text(struct arena *a, struct span value)
{
	if (!value.len || strchr("{[tfn", value.data[0]))
		return (struct span){ NULL, 0 };
	if (value.data[0] != '"')
		return value;
	if (memchr(value.data, '\\', value.len))
		return json_span(a, json_read(a, value, NULL));
	return (struct span){ value.data + 1, value.len - 2 };
}
