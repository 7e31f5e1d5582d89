/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libconfuse with its tree left aside: every key is a list of texts for it,
 * and we note each value when it is read, because only then its line is known.
 * The file is read here and not by libconfuse, whose scanner ends the process
 * when a read fails (a directory, say).
 */
#include "base/conf.h"

#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX_BYTES ((size_t)1 << 20)
#define KEYS_MAX 128 /* of one section */
/* A key that we put behind the file: libconfuse is content with a section
 * that the end of the file cuts, but not with this key in it. */
#define END_KEY "end-of-file"

struct reader {
	struct arena *arena;
	const char *path;
	struct conf *conf;
	struct conf_section section; /* the one that is open */
	struct err *e;
	bool failed; /* the first error is the one to tell */
};

/* libconfuse hands nothing of the caller's to its callbacks. */
static struct reader *reading;

/* What libconfuse says, and what we add to it. */
static const struct {
	const char *says, *want;
} advice[] = {
	{ "no such option", "a setting of unifyd.conf(5) that belongs here" },
	{ "found duplicate title", "one section of that name" },
	{ "unexpected closing brace", "an opening one before it" },
	{ "unexpected end of file", "the closing brace or value" },
	{ "missing equal sign", "NAME = VALUE" },
	{ "missing title", "a name before the opening brace" },
	{ "missing opening brace", "{ after the name of the section" },
	{ "unterminated string", "the closing quote" },
	{ NULL, "NAME = VALUE, NAME = { VALUE, VALUE } or source NAME { }" },
};

static void
on_error(cfg_t *cfg, const char *format, va_list ap)
{
	char text[128];
	size_t i = 0;

	if (reading->failed)
		return;
	reading->failed = true;
	vsnprintf(text, sizeof(text), format, ap);
	if (strstr(text, END_KEY))
		snprintf(text, sizeof(text), "unexpected end of file");
	while (advice[i].says &&
		strncmp(text, advice[i].says, strlen(advice[i].says)) != 0)
		i++;
	fail(reading->e, ERR_INPUT, "%s:%d: %s, want %s", reading->path,
		cfg->line, text, advice[i].want);
}

static struct conf_entry *
find(struct conf_section *section, const char *key)
{
	for (size_t i = 0; i < section->count; i++)
		if (!strcmp(section->entries[i].key, key))
			return &section->entries[i];
	return NULL;
}

const struct conf_entry *
conf_find(const struct conf_section *section, const char *key)
{
	for (size_t i = 0; i < section->count; i++)
		if (!strcmp(section->entries[i].key, key))
			return &section->entries[i];
	return NULL;
}

static struct conf_entry *
add_entry(struct conf_section *section, const char *key, int line)
{
	struct arena *a = reading->arena;
	struct conf_entry *entry;

	section->entries = arena_grow(a, section->entries, section->count,
		&section->cap, sizeof(*section->entries));
	entry = &section->entries[section->count++];
	*entry = (struct conf_entry){ .line = line };
	entry->key = arena_strndup(a, key, strlen(key));
	return entry;
}

/* A value is read. It is the first after "=" where libconfuse has just
 * dropped what the key had before; "+=" adds. */
static int
on_value(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
	struct reader *r = reading;
	struct conf_section *section =
		cfg_title(cfg) ? &r->section : &r->conf->top;
	struct conf_entry *entry = find(section, opt->name);

	*(const char **)result = value;
	if (!strcmp(opt->name, END_KEY))
		return 0;
	if (entry && opt->nvalues == 1) {
		r->failed = true;
		fail(r->e, ERR_INPUT,
			"%s:%d: %s is given again, want it once (first in "
			"line %d)",
			r->path, cfg->line, opt->name, entry->line);
		return -1;
	}
	if (!entry)
		entry = add_entry(section, opt->name, cfg->line);
	/* The NULL at the end is one of the items; at first there is none. */
	entry->values = arena_grow(r->arena, entry->values,
		entry->count ? entry->count + 1 : 0, &entry->cap,
		sizeof(*entry->values));
	entry->values[entry->count++] =
		arena_strndup(r->arena, value, strlen(value));
	entry->values[entry->count] = NULL;
	return 0;
}

static int
on_section_end(cfg_t *cfg, cfg_opt_t *opt)
{
	struct conf *conf = reading->conf;
	struct arena *a = reading->arena;
	const char *name =
		cfg_title(cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1));

	conf->sections = arena_grow(a, conf->sections, conf->count, &conf->cap,
		sizeof(*conf->sections));
	reading->section.name = arena_strndup(a, name, strlen(name));
	reading->section.line = cfg->line;
	conf->sections[conf->count++] = reading->section;
	reading->section = (struct conf_section){ 0 };
	return 0;
}

/* Fills opts, which are zeroed; true while there is room for the end. */
static size_t
add_keys(cfg_opt_t *opts, const char *const *keys)
{
	size_t n = 0;

	for (; *keys; keys++) {
		cfg_opt_t opt =
			CFG_STR_LIST_CB(*keys, NULL, CFGF_NODEFAULT, on_value);

		if (n == KEYS_MAX)
			abort(); /* tables are ours, not the file's */
		opts[n++] = opt;
	}
	return n;
}

static bool
parse(const struct conf_grammar *grammar, const char *text)
{
	cfg_opt_t end = CFG_END();
	cfg_opt_t *top =
		arena_array(reading->arena, KEYS_MAX + 3, sizeof(*top));
	cfg_opt_t *inner =
		arena_array(reading->arena, KEYS_MAX + 1, sizeof(*inner));
	size_t n = add_keys(inner, grammar->section_keys);
	cfg_opt_t section = CFG_SEC(grammar->section, inner,
		CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES);
	const char *const end_keys[] = { END_KEY, NULL };
	cfg_t *cfg;
	int got;

	inner[n] = end;
	n = add_keys(top, grammar->keys);
	n += add_keys(top + n, end_keys);
	section.validcb = on_section_end;
	top[n++] = section;
	top[n] = end;
	cfg = cfg_init(top, CFGF_NONE);
	cfg_set_error_function(cfg, on_error);
	got = cfg_parse_buf(cfg, text);
	reading->conf->top.line = cfg->line - 2; /* those of END_KEY */
	if (got != CFG_SUCCESS && !reading->failed)
		cfg_error(cfg, "not understood");
	cfg_free(cfg);
	return !reading->failed;
}

bool
conf_slurp(struct arena *a, const char *path, size_t max, char **out,
	size_t *len, struct err *e)
{
	FILE *f = fopen(path, "re");
	char *text;
	size_t got;
	int error;

	if (!f)
		return fail(e, ERR_MISSING, "%s: %s, want a file to read", path,
			strerror(errno));
	text = arena_alloc(a, max + 2);
	got = fread(text, 1, max + 1, f);
	error = ferror(f) ? errno : 0;
	(void)fclose(f);
	if (error)
		return fail(e, ERR_MISSING, "%s: %s, want a file to read", path,
			strerror(error));
	if (got > max)
		return fail(e, ERR_LIMIT,
			"%s: too long, want %zu bytes at most", path, max);
	*out = text;
	*len = got;
	return true;
}

/* The end of a comment or a text in quotes that begins at s, else s. */
static char *
skip(char *s)
{
	char quote = *s;

	if (*s == '#' || (*s == '/' && s[1] == '/'))
		return s + strcspn(s, "\n");
	if (*s == '/' && s[1] == '*') {
		char *end = strstr(s + 2, "*/");

		return end ? end + 2 : s + strlen(s);
	}
	if (quote != '"' && quote != '\'')
		return s;
	for (s++; *s && *s != quote; s++)
		if (*s == '\\' && s[1])
			s++;
	return *s ? s + 1 : s;
}

/* libconfuse counts the lines of comments twice: leave it none. It also takes
 * a comment's sign in a bare word for one, and would silently cut a secret:
 * gives the place of such a sign, or NULL. */
static const char *
blank_comments(char *text)
{
	char *s = text;

	while (*s) {
		bool quotes = *s == '"' || *s == '\'';
		bool begins = s == text || strchr(" \t\r\n{}=,\"'", s[-1]);
		char *end = quotes || begins ? skip(s) : s;

		if (!begins && (*s == '#' || (*s == '/' && s[1] == '*')))
			return s;
		if (end == s) {
			s++;
			continue;
		}
		for (; s < end; s++)
			if (!quotes && *s != '\n')
				*s = ' ';
	}
	return NULL;
}

static int
line_of(const char *text, const char *at)
{
	int line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

struct conf *
conf_read(struct arena *a, const char *path, const struct conf_grammar *grammar,
	struct err *e)
{
	struct reader r = { .arena = a, .path = path, .e = e };
	const char *sign;
	char *text = NULL;
	size_t len = 0;
	bool ok;

	r.conf = arena_alloc(a, sizeof(*r.conf));
	if (!conf_slurp(a, path, FILE_MAX_BYTES, &text, &len, e))
		return NULL;
	if (!text || strlen(text) != len) {
		fail(e, ERR_INPUT, "%s: has a NUL byte, want text", path);
		return NULL;
	}
	sign = blank_comments(text);
	if (sign) {
		fail(e, ERR_INPUT,
			"%s:%d: # or /* in a bare word, want quotes around it",
			path, line_of(text, sign));
		return NULL;
	}
	reading = &r;
	ok = parse(grammar, arena_printf(a, "%s\n" END_KEY " = here\n", text));
	reading = NULL;
	return ok ? r.conf : NULL;
}
