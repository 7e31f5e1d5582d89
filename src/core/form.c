/* SPDX-License-Identifier: Apache-2.0 */
#include "core/form.h"

#include "base/digest.h"

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

struct span
form_get(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->count; i++)
		if (span_is(form->fields[i].name, name))
			return form->fields[i].value;
	return (struct span){ NULL, 0 };
}
