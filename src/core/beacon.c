/* SPDX-License-Identifier: Apache-2.0 */
#include "core/beacon.h"

#include <string.h>

#include "base/digest.h"
#include "core/form.h"
#include "core/json.h"

#define NESTED_MAX 8 /* names in one dotted name */

static struct span
find(struct span s, const char *what)
{
	const char *at =
		s.len ? memmem(s.data, s.len, what, strlen(what)) : NULL;

	if (!at)
		return (struct span){ NULL, 0 };
	return (struct span){ at, s.len - (size_t)(at - s.data) };
}

static struct span
skip(struct span s, size_t len)
{
	return (struct span){ s.data + len, s.len - len };
}

/* The part of that name. The first line is the boundary. */
static struct span
multipart_field(struct arena *a, struct span body, const char *name)
{
	struct span rest, line = span_cut(body, '\n', &rest);
	const char *boundary = arena_printf(
		a, "\r\n%.*s", (int)span_trim(line).len, span_trim(line).data);
	const char *wanted = arena_printf(a, "name=\"%s\"", name);

	while (rest.len) {
		struct span text = find(rest, "\r\n\r\n");
		struct span end = find(text, boundary), head = rest;

		if (!text.len || !end.len)
			break;
		head.len -= text.len;
		text.len -= end.len;
		if (find(head, wanted).len && text.len >= 4)
			return skip(text, 4);
		rest = skip(end, strlen(boundary));
	}
	return (struct span){ NULL, 0 };
}

struct span
beacon_text(struct arena *a, struct span body)
{
	struct span trimmed = span_trim(body), data, decoded;
	struct form form;

	if (!trimmed.len || trimmed.data[0] == '{' || trimmed.data[0] == '[')
		return body;
	if (span_starts(body, "--")) {
		data = multipart_field(a, body, "data");
	} else {
		form = form_read(a, trimmed);
		data = form_get(&form, "data");
	}
	if (!data.data)
		return body;
	if (!span_starts(span_trim(data), "{") &&
		digest_unbase64(a, data, &decoded))
		return decoded;
	return data;
}

static void
set_nested(struct arena *a, json_t *object, struct span name, struct span value)
{
	for (int i = 0; i < NESTED_MAX; i++) {
		struct span rest;
		char *key = span_text(a, span_cut(name, '.', &rest));
		json_t *inner = json_object_get(object, key);

		if (!rest.len) {
			if (!inner)
				json_object_set_new(
					object, key, json_text(value));
			return;
		}
		if (!inner) {
			inner = json_object();
			json_object_set_new(object, key, inner);
		}
		if (!json_is_object(inner))
			return;
		object = inner;
		name = rest;
	}
}

json_t *
beacon_query(struct arena *a, struct span query)
{
	json_t *object = json_own(a, json_object());
	struct form form = form_read(a, query);

	for (size_t i = 0; i < form.count; i++)
		if (span_is_utf8(form.fields[i].name) &&
			span_is_utf8(form.fields[i].value))
			set_nested(a, object, form.fields[i].name,
				form.fields[i].value);
	return object;
}
