/* SPDX-License-Identifier: Apache-2.0 */
/* Each type of setting is two functions: from text, and to text. */
#include "app/setting.h"

#include <stdlib.h>
#include <string.h>

#include "base/conf.h"

#define MASK "****"

typedef bool read_fn(struct arena *a, const struct row *row,
	const char *const *values, void *field, struct err *e);
typedef const char *show_fn(
	struct arena *a, const struct row *row, const void *field);

/* "NAME: what, want ..."; quotes the value where it is no secret. */
static bool
refuse(const struct row *row, const char *value, const char *what,
	struct err *e)
{
	if (row->flags & ROW_SECRET)
		return fail(e, ERR_INPUT, "%s: %s, want %s", row->name, what,
			row->text);
	return fail(e, ERR_INPUT, "%s %.60s: %s, want %s", row->name, value,
		what, row->text);
}

static bool
one(const struct row *row, const char *const *values, struct err *e)
{
	if (values[1])
		return fail(e, ERR_INPUT,
			"%s: has several values, want one: %s", row->name,
			row->text);
	return true;
}

/* The path that a value points to, or NULL where it is the value itself. */
static bool
value_path(struct arena *a, const struct row *row, const char *value,
	const char **out, struct err *e)
{
	struct span s = span_of(value);
	const char *folder = getenv("CREDENTIALS_DIRECTORY"), *name;

	*out = NULL;
	if (span_starts(s, "file:")) {
		*out = value + strlen("file:");
		return true;
	}
	if (!span_starts(s, "credential:"))
		return true;
	name = value + strlen("credential:");
	if (!*name || *name == '.' || strchr(name, '/'))
		return fail(e, ERR_INPUT,
			"%s: bad credential, want credential:NAME, no path",
			row->name);
	if (!folder)
		return fail(e, ERR_INPUT,
			"%s: $CREDENTIALS_DIRECTORY is not set, want it for "
			"%s (systemd's LoadCredential sets it)",
			row->name, value);
	*out = arena_printf(a, "%s/%s", folder, name);
	return true;
}

static bool
read_file(struct arena *a, const struct row *row, const char *path,
	struct span *out, struct err *e)
{
	struct err inner = { 0 };
	char *text;
	size_t len;

	/* Room for the line end, and for what is too long to be seen. */
	if (!conf_slurp(a, path, row->max + 2, &text, &len, &inner))
		return fail(e, ERR_INPUT, "%s: %s", row->name, inner.text);
	if (len && text[len - 1] == '\n')
		len--;
	if (len && text[len - 1] == '\r')
		len--;
	*out = (struct span){ text, len };
	return true;
}

/* A text, or what the file it points to holds; checked. */
static bool
text_of(struct arena *a, const struct row *row, const char *value,
	const char **out, struct err *e)
{
	const char *path;
	struct span s = span_of(value);

	if (!value_path(a, row, value, &path, e))
		return false;
	if (path && !read_file(a, row, path, &s, e))
		return false;
	if (!s.len)
		return fail(e, ERR_INPUT, "%s: is empty, want %s", row->name,
			row->text);
	if (s.len < row->min || s.len > row->max)
		return fail(e, ERR_INPUT,
			"%s: has %zu bytes, want %zu to %zu: %s", row->name,
			s.len, row->min, row->max, row->text);
	if (!span_is_utf8(s) || memchr(s.data, '\n', s.len))
		return fail(e, ERR_INPUT,
			"%s: is not text, want one line of UTF-8: %s",
			row->name, row->text);
	value = span_text(a, s);
	if (row->good && !row->good(value))
		return refuse(row, value, "not understood", e);
	*out = value;
	return true;
}

static bool
read_text(struct arena *a, const struct row *row, const char *const *values,
	void *field, struct err *e)
{
	return one(row, values, e) && text_of(a, row, values[0], field, e);
}

static const char *
quoted(struct arena *a, const char *value)
{
	char *text = arena_alloc(a, 2 * strlen(value) + 3), *to = text;

	*to++ = '"';
	for (; *value; value++) {
		if (*value == '"' || *value == '\\' || *value == '$')
			*to++ = '\\';
		*to++ = *value;
	}
	*to = '"';
	return text;
}

static const char *
show_text(struct arena *a, const struct row *row, const void *field)
{
	const char *value = *(const char *const *)field;

	if (!value)
		return NULL;
	/* "password=x", or "postgresql://user:x@host/" */
	if ((row->flags & ROW_CONNECTION) &&
		(strcasestr(value, "password") || strchr(value, '@')))
		return MASK;
	return quoted(a, value);
}

static bool
read_list(struct arena *a, const struct row *row, const char *const *values,
	void *field, struct err *e)
{
	const char **items;
	size_t count = 0;

	while (values[count])
		count++;
	items = arena_array(a, count + 1, sizeof(*items));
	for (size_t i = 0; i < count; i++)
		if (!text_of(a, row, values[i], &items[i], e))
			return false;
	*(const char ***)field = items;
	return true;
}

static const char *
show_list(struct arena *a, const struct row *row, const void *field)
{
	const char *const *items = *(const char *const *const *)field;
	const char *text = "";

	if (!items || !*items)
		return NULL;
	for (; *items; items++)
		text = arena_printf(a, "%s%s%s", text, *text ? ", " : "",
			row->flags & ROW_SECRET ? MASK : quoted(a, *items));
	return arena_printf(a, "{ %s }", text);
}

static const char units[] = " kMG"; /* 1024 to the power of the index */

static bool
parse_size(const char *text, size_t *out)
{
	size_t value = 0, scale = 0;
	const char *unit;

	if (!*text)
		return false;
	for (; *text >= '0' && *text <= '9'; text++) {
		if (__builtin_mul_overflow(value, (size_t)10, &value) ||
			__builtin_add_overflow(
				value, (size_t)(*text - '0'), &value))
			return false;
		scale = 1;
	}
	if (!scale)
		return false;
	if (*text) {
		unit = strchr(units + 1, *text == 'K' ? 'k' : *text);
		if (!unit || text[1])
			return false;
		scale <<= 10 * (unit - units);
	}
	return !__builtin_mul_overflow(value, scale, out);
}

static const char *
size_text(struct arena *a, size_t value)
{
	size_t unit = 0;

	while (value && value % 1024 == 0 && units[unit + 1]) {
		value /= 1024;
		unit++;
	}
	return unit ? arena_printf(a, "%zu%c", value, units[unit])
		    : arena_printf(a, "%zu", value);
}

static bool
read_size(struct arena *a, const struct row *row, const char *const *values,
	void *field, struct err *e)
{
	size_t value;

	if (!one(row, values, e))
		return false;
	if (!parse_size(values[0], &value))
		return refuse(row, values[0], "not a number", e);
	if (value < row->min || value > row->max)
		return fail(e, ERR_INPUT,
			"%s %.60s: out of bounds, want %s to %s: %s", row->name,
			values[0], size_text(a, row->min),
			size_text(a, row->max), row->text);
	*(size_t *)field = value;
	return true;
}

static const char *
show_size(struct arena *a, const struct row *row, const void *field)
{
	(void)row;
	return size_text(a, *(const size_t *)field);
}

static bool
read_bool(struct arena *a, const struct row *row, const char *const *values,
	void *field, struct err *e)
{
	bool yes;

	(void)a;
	if (!one(row, values, e))
		return false;
	yes = !strcmp(values[0], "true");
	if (!yes && strcmp(values[0], "false") != 0)
		return refuse(row, values[0], "neither true nor false", e);
	*(bool *)field = yes;
	return true;
}

static const char *
show_bool(struct arena *a, const struct row *row, const void *field)
{
	(void)a;
	(void)row;
	return *(const bool *)field ? "true" : "false";
}

static bool
read_key(struct arena *a, const struct row *row, const char *const *values,
	void *field, struct err *e)
{
	const char *path;
	struct span key = { NULL, 0 };

	if (!one(row, values, e) || !value_path(a, row, values[0], &path, e) ||
		!read_file(a, row, path ? path : values[0], &key, e))
		return false;
	if (key.len < row->min || key.len > row->max)
		return fail(e, ERR_INPUT,
			"%s: holds %zu bytes, want %zu to %zu", row->name,
			key.len, row->min, row->max);
	*(struct span *)field = key;
	return true;
}

static const char *
show_key(struct arena *a, const struct row *row, const void *field)
{
	(void)a;
	(void)row;
	return ((const struct span *)field)->len ? MASK : NULL;
}

static bool
read_time(struct arena *a, const struct row *row, const char *const *values,
	void *field, struct err *e)
{
	const char *text = values[0];

	if (!one(row, values, e))
		return false;
	if (strlen(text) == strlen("2000-01-01"))
		text = arena_printf(a, "%sT00:00:00Z", text);
	return clock_parse_rfc3339(span_of(text), 0, field, NULL) ||
	       refuse(row, values[0], "not a date", e);
}

static const char *
show_time(struct arena *a, const struct row *row, const void *field)
{
	char text[CLOCK_TEXT];
	int64_t at = *(const int64_t *)field;

	(void)row;
	clock_format(at, text);
	return arena_printf(a, "%.*s", at % CLOCK_DAY ? CLOCK_TEXT : 10, text);
}

static bool
read_channel(struct arena *a, const struct row *row, const char *const *values,
	void *field, struct err *e)
{
	const char *names = "";

	if (!one(row, values, e))
		return false;
	for (const struct channel *const *c = channels; *c; c++) {
		if (!strcmp((*c)->name, values[0])) {
			*(const struct channel **)field = *c;
			return true;
		}
		names = arena_printf(
			a, "%s%s%s", names, *names ? ", " : "", (*c)->name);
	}
	return fail(e, ERR_INPUT, "%s %.60s: no such channel, want one of %s",
		row->name, values[0], names);
}

static const char *
show_channel(struct arena *a, const struct row *row, const void *field)
{
	const struct channel *channel = *(const struct channel *const *)field;

	(void)a;
	(void)row;
	return channel->name;
}

static const char *const assurances[] = { [ASSERTED] = "asserted",
	[ATTESTED] = "attested",
	[VERIFIED] = "verified" };

static bool
read_assurance(struct arena *a, const struct row *row,
	const char *const *values, void *field, struct err *e)
{
	(void)a;
	if (!one(row, values, e))
		return false;
	for (int i = ASSERTED; i <= VERIFIED; i++) {
		if (!strcmp(assurances[i], values[0])) {
			*(enum assurance *)field = (enum assurance)i;
			return true;
		}
	}
	return refuse(row, values[0], "no such assurance", e);
}

static const char *
show_assurance(struct arena *a, const struct row *row, const void *field)
{
	(void)a;
	(void)row;
	return assurances[*(const enum assurance *)field];
}

static const struct {
	read_fn *read;
	show_fn *show;
} types[] = {
	[ROW_TEXT] = { read_text, show_text },
	[ROW_LIST] = { read_list, show_list },
	[ROW_SIZE] = { read_size, show_size },
	[ROW_BOOL] = { read_bool, show_bool },
	[ROW_KEY] = { read_key, show_key },
	[ROW_TIME] = { read_time, show_time },
	[ROW_CHANNEL] = { read_channel, show_channel },
	[ROW_ASSURANCE] = { read_assurance, show_assurance },
};

bool
setting_set(struct arena *a, const struct row *row, const char *const *values,
	void *base, struct err *e)
{
	const char *initial[] = { row->initial, NULL };

	if (!values && !row->initial) {
		if (row->flags & ROW_REQUIRED)
			return fail(e, ERR_INPUT, "%s: is missing, want %s",
				row->name, row->text);
		return true; /* zeroed, as the arena gave it */
	}
	return types[row->type].read(a, row, values ? values : initial,
		(char *)base + row->offset, e);
}

const char *
setting_show(struct arena *a, const struct row *row, const void *base)
{
	const char *text =
		types[row->type].show(a, row, (const char *)base + row->offset);

	if (text && (row->flags & ROW_SECRET) && row->type != ROW_LIST)
		return MASK;
	return text;
}
