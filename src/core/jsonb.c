/* SPDX-License-Identifier: Apache-2.0 */
/* Escapes are those of escape_json (src/backend/utils/adt/json.c). */
#include "core/jsonb.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

int
jsonb_compare(struct span a, struct span b)
{
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return span_compare(a, b);
}

void
jsonb_put(struct jsonb *t, const char *data, size_t len)
{
	if (t->cap - t->len <= len) {
		size_t cap = (t->len + len) * 2 + 2048;
		char *more = arena_alloc(t->arena, cap);

		if (t->len)
			memcpy(more, t->data, t->len);
		t->data = more;
		t->cap = cap;
	}
	if (len)
		memcpy(t->data + t->len, data, len);
	t->len += len;
}

void
jsonb_put_text(struct jsonb *t, const char *text)
{
	jsonb_put(t, text, strlen(text));
}

/* JSON that stands already. */
void
jsonb_put_json(struct jsonb *t, struct span json)
{
	jsonb_put_text(t, json.len ? "" : "null");
	jsonb_put(t, json.data, json.len);
}

static const char *
escape_of(char c, char room[8])
{
	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\b':
		return "\\b";
	case '\f':
		return "\\f";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\t':
		return "\\t";
	default:
		snprintf(room, 8, "\\u%04x", (unsigned char)c);
		return room;
	}
}

void
jsonb_put_string(struct jsonb *t, struct span s)
{
	size_t from = 0;
	char room[8];

	jsonb_put(t, "\"", 1);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];

		if ((unsigned char)c >= 0x20 && c != '"' && c != '\\')
			continue;
		jsonb_put(t, s.data + from, i - from);
		jsonb_put_text(t, escape_of(c, room));
		from = i + 1;
	}
	if (s.len)
		jsonb_put(t, s.data + from, s.len - from);
	jsonb_put(t, "\"", 1);
}

void
jsonb_put_id(struct jsonb *t, const struct id *id)
{
	char text[ID_TEXT];

	jsonb_put(t, "\"", 1);
	jsonb_put_text(t, id_format(id, text));
	jsonb_put(t, "\"", 1);
}

/* Without zeros at the end of a fraction. */
void
jsonb_put_time(struct jsonb *t, int64_t at)
{
	char text[CLOCK_TEXT];
	size_t len;

	if (at == CLOCK_NONE) {
		jsonb_put_text(t, "null");
		return;
	}
	len = strlen(clock_format(at, text)) - 1;
	while (at % CLOCK_SECOND && text[len - 1] == '0')
		len--;
	jsonb_put(t, "\"", 1);
	jsonb_put(t, text, len);
	jsonb_put(t, "Z\"", 2);
}

void
jsonb_put_number(struct jsonb *t, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)number);
	jsonb_put_text(t, text);
}

/* "name": and what goes before it. */
void
jsonb_put_name(struct jsonb *t, const char *name)
{
	if (t->data[t->len - 1] != '{')
		jsonb_put(t, ", ", 2);
	jsonb_put(t, "\"", 1);
	jsonb_put_text(t, name);
	jsonb_put(t, "\": ", 3);
}

void
jsonb_put_member(struct jsonb *t, struct span name)
{
	if (t->data[t->len - 1] != '{')
		jsonb_put(t, ", ", 2);
	jsonb_put_string(t, name);
	jsonb_put(t, ": ", 2);
}

void
jsonb_put_comma(struct jsonb *t)
{
	if (t->data[t->len - 1] != '[')
		jsonb_put(t, ", ", 2);
}
