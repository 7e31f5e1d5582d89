/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Before jansson sees the text, each number that it might change is turned
 * into a string that begins with MARK; on the way out such a string is
 * written bare. A sender's own string that begins with MARK gets a second
 * one, which json_write takes away again, so nobody can forge a number.
 */
#include "core/json.h"

#include <stdlib.h>
#include <string.h>

/* U+E000, private use: legal in JSON, and nobody's text begins with it. */
#define MARK "\xee\x80\x80"
#define MARK_LEN (sizeof(MARK) - 1)

struct out {
	char *data;
	size_t len;
};

static void
put(struct out *o, const char *s, size_t len)
{
	memcpy(o->data + o->len, s, len);
	o->len += len;
}

static int
hex4(const char *p, size_t left)
{
	int value = 0;

	if (left < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int c = p[i] | 0x20;
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
						   : -1;

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* Copies the escape at p; gives its length. A lone surrogate or NUL, which
 * PostgreSQL cannot hold, becomes U+FFFD. */
static size_t
copy_escape(struct out *o, const char *p, size_t left)
{
	int code, low;

	if (left < 2 || p[1] != 'u') {
		size_t len = left < 2 ? left : 2;

		put(o, p, len);
		return len;
	}
	code = hex4(p + 2, left - 2);
	if (code < 0) {
		put(o, p, 2); /* jansson will say what is wrong */
		return 2;
	}
	if (code >= 0xd800 && code <= 0xdbff && left >= 12 && p[6] == '\\' &&
		p[7] == 'u') {
		low = hex4(p + 8, left - 8);
		if (low >= 0xdc00 && low <= 0xdfff) {
			put(o, p, 12);
			return 12;
		}
	}
	if (code == 0 || (code >= 0xd800 && code <= 0xdfff))
		put(o, "\\ufffd", 6);
	else
		put(o, p, 6);
	return 6;
}

/* Copies the string that begins at p; gives its length. */
static size_t
copy_string(struct out *o, const char *p, size_t left)
{
	size_t i = 1;

	put(o, "\"", 1);
	if ((left > MARK_LEN && !memcmp(p + 1, MARK, MARK_LEN)) ||
		(left > 6 && p[1] == '\\' && p[2] == 'u' &&
			hex4(p + 3, left - 3) == 0xe000))
		put(o, MARK, MARK_LEN);
	while (i < left && p[i] != '"') {
		size_t plain = i;

		while (plain < left && p[plain] != '"' && p[plain] != '\\')
			plain++;
		put(o, p + i, plain - i);
		i = plain;
		if (i < left && p[i] == '\\')
			i += copy_escape(o, p + i, left - i);
	}
	if (i < left) {
		put(o, "\"", 1);
		i++;
	}
	return i;
}

/* The length of a JSON number at p by RFC 8259, section 6, or 0. */
static size_t
number_length(const char *p, size_t left, bool *plain)
{
	size_t i = 0, start;

#define DIGIT(k) ((k) < left && p[k] >= '0' && p[k] <= '9')
	if (i < left && p[i] == '-')
		i++;
	start = i;
	if (!DIGIT(i))
		return 0;
	if (p[i] == '0')
		i++;
	else
		while (DIGIT(i))
			i++;
	*plain = i - start <= 18 && !(start && p[start] == '0');
	if (i < left && p[i] == '.' && DIGIT(i + 1)) {
		*plain = false;
		for (i++; DIGIT(i); i++)
			;
	}
	if (i < left && (p[i] == 'e' || p[i] == 'E')) {
		size_t k = i + 1;

		if (k < left && (p[k] == '+' || p[k] == '-'))
			k++;
		if (DIGIT(k)) {
			*plain = false;
			for (i = k; DIGIT(i); i++)
				;
		}
	}
#undef DIGIT
	return i;
}

#define POWER_MAX 1000 /* of ten, and digits: PostgreSQL's numeric has more */

/* Numbers that PostgreSQL may not hold are text: nobody's amount is one. */
static bool
is_vast(const char *p, size_t len)
{
	size_t digits = 0, power = 0;

	for (size_t i = 0; i < len; i++) {
		if (p[i] != 'e' && p[i] != 'E') {
			digits++;
			continue;
		}
		for (i++; i < len && power <= POWER_MAX; i++)
			if (p[i] >= '0' && p[i] <= '9')
				power = power * 10 + (size_t)(p[i] - '0');
		break;
	}
	return digits > POWER_MAX || power > POWER_MAX;
}

/* Depth is checked here: jansson's own limit is 2048. */
static bool
mark_numbers(struct out *o, struct span text, struct err *e)
{
	int depth = 0;

	for (size_t i = 0; i < text.len;) {
		const char *p = text.data + i;
		size_t left = text.len - i, len;
		bool plain = false;

		if (*p == '"') {
			i += copy_string(o, p, left);
			continue;
		}
		len = number_length(p, left, &plain);
		if (len && !plain) {
			put(o, "\"", 1);
			if (!is_vast(p, len))
				put(o, MARK, MARK_LEN);
			put(o, p, len);
			put(o, "\"", 1);
		} else {
			len = len ? len : 1;
			put(o, p, len);
		}
		depth += *p == '[' || *p == '{';
		depth -= *p == ']' || *p == '}';
		if (depth > JSON_DEPTH)
			return fail(e, ERR_LIMIT, "json: nested deeper than %d",
				JSON_DEPTH);
		i += len;
	}
	return true;
}

static void
json_release(void *value)
{
	json_decref(value);
}

json_t *
json_own(struct arena *a, json_t *value)
{
	if (!value)
		abort();
	arena_defer(a, json_release, value);
	return value;
}

json_t *
json_text(struct span text)
{
	char *marked;
	json_t *value;

	if (!span_starts(text, MARK))
		return json_stringn(text.data ? text.data : "", text.len);
	marked = malloc(MARK_LEN + text.len);
	if (!marked)
		abort();
	memcpy(marked, MARK, MARK_LEN);
	memcpy(marked + MARK_LEN, text.data, text.len);
	value = json_stringn(marked, MARK_LEN + text.len);
	free(marked);
	return value;
}

/* Without what jansson quotes: it may be an identifier (invariant 12). */
static void
explain(const json_error_t *why, struct err *e)
{
	const char *quoted = strstr(why->text, " near ");
	size_t len = quoted ? (size_t)(quoted - why->text) : strlen(why->text);

	fail(e, ERR_INPUT, "json: line %d: %.*s", why->line, (int)len,
		why->text);
}

json_t *
json_read(struct arena *a, struct span text, struct err *e)
{
	/* What grows most is "-0", two bytes that become seven. */
	struct out o = { malloc(text.len * 4 + 16), 0 };
	json_error_t why;
	json_t *value = NULL;

	if (!o.data)
		abort();
	if (text.len >= 3 && !memcmp(text.data, "\xef\xbb\xbf", 3)) {
		text.data += 3;
		text.len -= 3;
	}
	if (mark_numbers(&o, text, e)) {
		value = json_loadb(o.data, o.len,
			JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
		if (!value)
			explain(&why, e);
		else
			json_own(a, value);
	}
	free(o.data);
	return value;
}

struct text {
	char *data;
	size_t len, cap;
};

static int
text_add(const char *s, size_t len, void *arg)
{
	struct text *t = arg;

	if (t->cap - t->len < len + 1) {
		t->cap = (t->cap + len + 1) * 2;
		t->data = realloc(t->data, t->cap);
		if (!t->data)
			abort();
	}
	memcpy(t->data + t->len, s, len);
	t->len += len;
	return 0;
}

/* Undoes mark_numbers in dumped text: where a string token begins with MARK,
 * one mark goes, and with it the quotes if what is left is our number. */
static char *
unmark(struct arena *a, const struct text *t)
{
	struct out o = { arena_alloc(a, t->len + 1), 0 };

	for (size_t i = 0; i < t->len;) {
		const char *p = t->data + i;
		size_t len = 1;
		bool marked;

		if (*p != '"') {
			put(&o, p, 1);
			i++;
			continue;
		}
		while (p[len] != '"')
			len += p[len] == '\\' ? 2 : 1;
		len++;
		marked = len >= 2 + MARK_LEN && !memcmp(p + 1, MARK, MARK_LEN);
		if (!marked) {
			put(&o, p, len);
		} else if (len >= 2 + 2 * MARK_LEN &&
			   !memcmp(p + 1 + MARK_LEN, MARK, MARK_LEN)) {
			put(&o, "\"", 1);
			put(&o, p + 1 + MARK_LEN, len - 1 - MARK_LEN);
		} else {
			put(&o, p + 1 + MARK_LEN, len - 2 - MARK_LEN);
		}
		i += len;
	}
	o.data[o.len] = '\0';
	return o.data;
}

char *
json_write(struct arena *a, const json_t *value)
{
	struct text t = { NULL, 0, 0 };
	char *text;

	if (json_dump_callback(value, text_add, &t,
		    JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY))
		abort();
	text = unmark(a, &t);
	free(t.data);
	return text;
}

struct span
json_span(struct arena *a, const json_t *value)
{
	struct span s = { NULL, 0 };

	if (json_is_integer(value)) {
		s = span_of(arena_printf(
			a, "%" JSON_INTEGER_FORMAT, json_integer_value(value)));
	} else if (json_is_string(value)) {
		s.data = json_string_value(value);
		s.len = json_string_length(value);
		if (span_starts(s, MARK)) {
			s.data += MARK_LEN;
			s.len -= MARK_LEN;
		}
	}
	return s;
}

struct span
json_member(struct arena *a, const json_t *object, const char *key)
{
	return json_span(a, json_object_get(object, key));
}

/* An index as the RFC writes it: digits, and no zero before others. */
static json_t *
item_at(const json_t *array, struct span token)
{
	size_t index = 0;

	if (!span_is_all(token, "0123456789") || token.len > 9 ||
		(token.len > 1 && token.data[0] == '0'))
		return NULL;
	for (size_t i = 0; i < token.len; i++)
		index = index * 10 + (size_t)(token.data[i] - '0');
	return json_array_get(array, index);
}

json_t *
json_pointer(struct arena *a, const json_t *value, struct span pointer)
{
	if (pointer.len && pointer.data[0] != '/')
		return NULL;
	while (pointer.len && value) {
		struct span token;
		char *key;
		size_t len = 0;

		pointer.data++;
		pointer.len--;
		token = pointer;
		while (pointer.len && pointer.data[0] != '/') {
			pointer.data++;
			pointer.len--;
		}
		token.len -= pointer.len;
		key = arena_alloc(a, token.len + 1);
		for (size_t i = 0; i < token.len; i++) {
			char next = '\0';

			if (i + 1 < token.len)
				next = token.data[i + 1];

			if (token.data[i] == '~' &&
				(next == '0' || next == '1')) {
				key[len++] = next == '0' ? '~' : '/';
				i++;
			} else {
				key[len++] = token.data[i];
			}
		}
		value = json_is_array(value) ? item_at(value, token)
					     : json_object_get(value, key);
	}
	return (json_t *)value;
}

json_t *
json_at(const json_t *value, const char *path)
{
	char name[64];
	size_t len;

	for (; value && *path; path += len + (path[len] == '.')) {
		len = strcspn(path, ".");
		if (len >= sizeof(name))
			return NULL;
		memcpy(name, path, len);
		name[len] = '\0';
		value = json_object_get(value, name);
	}
	return (json_t *)value;
}

struct span
json_any(struct arena *a, const json_t *object, const char *const *keys)
{
	struct span text = { NULL, 0 };

	for (; *keys && !text.len; keys++)
		text = json_member(a, object, *keys);
	return text;
}
