/* SPDX-License-Identifier: Apache-2.0 */
#include "core/form.h"

#include <string.h>

#include "base/digest.h"
#include "core/json.h"

#define BOUNDARY_MAX 72 /* with the dashes before it */

struct span
form_decode(struct arena *a, struct span s)
{
	char *text = arena_alloc(a, s.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < s.len; i++) {
		uint8_t byte;

		if (s.data[i] == '%' && s.len - i > 2 &&
			digest_unhex(
				(struct span){ s.data + i + 1, 2 }, &byte, 1)) {
			text[len++] = (char)byte;
			i += 2;
		} else {
			text[len++] =
				(char)(s.data[i] == '+' ? ' ' : s.data[i]);
		}
	}
	return (struct span){ text, len };
}

struct form
form_read(struct arena *a, struct span text)
{
	struct form form = { NULL, 0 };
	size_t cap = 0;

	while (text.len) {
		struct span value, pair = span_cut(text, '&', &text);
		struct span name = span_cut(pair, '=', &value);

		if (!pair.len)
			continue;
		form.fields = arena_grow(
			a, form.fields, form.count, &cap, sizeof(*form.fields));
		form.fields[form.count++] =
			(struct field){ form_decode(a, name),
				form_decode(a, value) };
	}
	return form;
}

/* The value of a parameter of a header field: name="value". */
static struct span
parameter(struct span field, const char *name)
{
	size_t len = strlen(name);

	while (field.len) {
		struct span value, part = span_cut(field, ';', &field);
		struct span word = span_trim(span_cut(part, '=', &value));

		if (word.len != len || !span_is_nocase(word, name))
			continue;
		value = span_trim(value);
		if (value.len > 1 && *value.data == '"')
			value = (struct span){ value.data + 1, value.len - 2 };
		return value;
	}
	return (struct span){ NULL, 0 };
}

/* Takes the header of a part off it: the name of its field. */
static struct span
part_name(struct span *part, bool *file)
{
	struct span name = { NULL, 0 };

	*file = false;
	while (part->len) {
		struct span value, line = span_cut(*part, '\n', part);

		if (!span_trim(line).len)
			break;
		if (!span_is_nocase(span_trim(span_cut(line, ':', &value)),
			    "content-disposition"))
			continue;
		name = parameter(value, "name");
		*file = parameter(value, "filename").data != NULL;
	}
	return name;
}

/* What stands before the next boundary, without the line end between; *rest
 * is behind it. */
static struct span
next_part(struct span text, struct span boundary, struct span *rest)
{
	const char *at = text.len ? memmem(text.data, text.len, boundary.data,
					    boundary.len)
				  : NULL;
	struct span part = text, line;

	while (at && at != text.data && at[-1] != '\n') {
		size_t behind = (size_t)(at + 1 - text.data);

		at = memmem(
			at + 1, text.len - behind, boundary.data, boundary.len);
	}
	*rest = (struct span){ NULL, 0 };
	if (at) {
		part.len = (size_t)(at - text.data);
		*rest = (struct span){ at + boundary.len,
			text.len - part.len - boundary.len };
		line = span_cut(*rest, '\n', rest);
		if (span_starts(line, "--"))
			*rest = (struct span){ NULL, 0 };
	}
	if (part.len && part.data[part.len - 1] == '\n')
		part.len--;
	if (part.len && part.data[part.len - 1] == '\r')
		part.len--;
	return part;
}

struct form
form_read_any(struct arena *a, struct span body)
{
	struct form form = { NULL, 0 };
	struct span boundary, text;
	size_t cap = 0;

	if (!span_starts(body, "--"))
		return form_read(a, body);
	boundary = span_trim(span_cut(body, '\n', &text));
	while (text.len && boundary.len <= BOUNDARY_MAX) {
		struct span part = next_part(text, boundary, &text), name;
		bool file;

		name = part_name(&part, &file);
		if (!name.len)
			continue;
		if (file)
			part.len = 0;
		form.fields = arena_grow(
			a, form.fields, form.count, &cap, sizeof(*form.fields));
		form.fields[form.count++] = (struct field){
			{ span_text(a, name), name.len },
			{ arena_strndup(a, part.data, part.len), part.len }
		};
	}
	return form;
}

struct span
form_get(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->count; i++)
		if (span_is(form->fields[i].name, name))
			return form->fields[i].value;
	return (struct span){ NULL, 0 };
}

json_t *
form_object(struct arena *a, const struct form *form)
{
	json_t *object = json_own(a, json_object());

	for (size_t i = 0; i < form->count; i++)
		if (span_is_utf8(form->fields[i].value))
			json_object_set_new(object, form->fields[i].name.data,
				json_text(form->fields[i].value));
	return object;
}
