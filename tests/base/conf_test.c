/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of files, good ones as what was read of them, and bad ones. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/conf.h"

Suite *suite(void);

static const char *const top_keys[] = { "listen", "list", NULL };
static const char *const inner_keys[] = { "channel", "secret", NULL };
static const struct conf_grammar grammar = { top_keys, "source", inner_keys };

/* Written as "key@line:value,value;" with sections as "name@line{...}". */
static const struct {
	const char *file, *want;
} good[] = {
	{ "", "" },
	{ "# nothing\n", "" },
	{ "listen = 127.0.0.1:80\n", "listen@1:127.0.0.1:80,;" },
	{ "\n\nlisten='${HOME}'", "listen@3:${HOME},;" },
	{ "listen = \"${CONF_TEST}\"", "listen@1:yes,;" },
	{ "list = {a,\n\"b c\",\nd}\n", "list@1:a,b c,d,;" },
	{ "list = {a}\nlist += {b}\n", "list@1:a,b,;" },
	{ "list = {}\n", "" },
	{ "source shop {\n\tchannel = pos\n\tsecret = {x, y}\n}\n"
	  "source b.c-1 {\n}\nlisten = x",
		"listen@7:x,;shop@4{channel@2:pos,;secret@3:x,y,;}"
		"b.c-1@6{}" },
	{ "# more\n# lines\n listen = x # tail\n", "listen@3:x,;" },
	{ "/* more\n\n*/ list = {a, # b\n c // d }\n}\nlisten = x",
		"list@3:a,c,;listen@6:x,;" },
	{ "listen = '# \\' // /* '\nlist = \"# \\\" //\"",
		"listen@1:# ' // /* ,;list@2:# \" //,;" },
	{ "list = {c//d, '/x/*y'}\n", "list@1:c//d,/x/*y,;" },
};

static const struct {
	const char *file, *want; /* how the error begins, after FILE */
} bad[] = {
	{ "listen = a\n\nlistn = b\n", ":3: no such option 'listn', want " },
	{ "channel = a\n", ":1: no such option 'channel', want " },
	{ "source s {\n\n listen = a\n}",
		":3: no such option 'listen', want " },
	{ "listen = a\nlisten = b\n",
		":2: listen is given again, want it once (first in line 1)" },
	{ "source s {\nsecret = a\nsecret = a }",
		":3: secret is given again, want it once (first in line 2)" },
	{ "source s {}\nsource s {}\n",
		":2: found duplicate title 's', want one section" },
	{ "source {\n}\n", ":1: " },
	{ "source s\n", ":" },
	{ "source s {\n channel = pos\n", ":4: unexpected end of file" },
	{ "listen\n", ":" },
	{ "listen =\n", ":" },
	{ "listen = \"a\n", ":" },
	{ "}\n", ":1: unexpected closing brace, want " },
	{ "listen = a b\n", ":" },
	{ "listen = x#y\n", ":1: # or /* in a bare word, want " },
	{ "\nlisten = a/*b\n", ":2: # or /* in a bare word, want " },
	{ "include(\"/etc/passwd\")\n", ":1: no such option 'include'" },
};

static char *
write_file(struct arena *a, const char *text, size_t len)
{
	char *path = arena_printf(a, "%s", "/tmp/conf_test.XXXXXX");
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, len), (ssize_t)len);
	close(fd);
	return path;
}

static char *
show(struct arena *a, char *text, const struct conf_section *s)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct conf_entry *entry = &s->entries[i];

		text = arena_printf(
			a, "%s%s@%d:", text, entry->key, entry->line);
		for (size_t k = 0; k < entry->count; k++)
			text = arena_printf(a, "%s%s,", text, entry->values[k]);
		ck_assert_ptr_null(entry->values[entry->count]);
		ck_assert_ptr_eq(conf_find(s, entry->key), entry);
		text = arena_printf(a, "%s;", text);
	}
	return text;
}

START_TEST(good_files)
{
	struct arena *a = arena_create();
	struct err e = { 0 };
	char *path = write_file(a, good[_i].file, strlen(good[_i].file));
	struct conf *conf;
	char *text;

	setenv("CONF_TEST", "yes", 1);
	conf = conf_read(a, path, &grammar, &e);
	unlink(path);
	ck_assert_msg(conf != NULL, "%s", e.text);
	text = show(a, arena_printf(a, "%s", ""), &conf->top);
	for (size_t i = 0; i < conf->count; i++) {
		text = arena_printf(a, "%s%s@%d{", text, conf->sections[i].name,
			conf->sections[i].line);
		text = arena_printf(
			a, "%s}", show(a, text, &conf->sections[i]));
	}
	ck_assert_str_eq(text, good[_i].want);
	ck_assert_ptr_null(conf_find(&conf->top, "absent"));
	arena_destroy(a);
}
END_TEST

START_TEST(bad_files)
{
	struct arena *a = arena_create();
	struct err e = { 0 };
	char *path = write_file(a, bad[_i].file, strlen(bad[_i].file));
	struct conf *conf = conf_read(a, path, &grammar, &e);
	const char *want = arena_printf(a, "%s%s", path, bad[_i].want);

	unlink(path);
	ck_assert_ptr_null(conf);
	ck_assert_int_eq(e.code, ERR_INPUT);
	ck_assert_msg(!strncmp(e.text, want, strlen(want)), "%s", e.text);
	ck_assert_msg(strstr(e.text, ", want ") != NULL, "%s", e.text);
	arena_destroy(a);
}
END_TEST

START_TEST(more_values_than_the_first_room)
{
	struct arena *a = arena_create();
	struct err e = { 0 };
	char *text = arena_printf(a, "list = {v0"), *path;
	struct conf *conf;

	for (int i = 1; i < 100; i++)
		text = arena_printf(a, "%s, v%d", text, i);
	text = arena_printf(a, "%s}\n", text);
	path = write_file(a, text, strlen(text));
	conf = conf_read(a, path, &grammar, &e);
	unlink(path);
	ck_assert_msg(conf != NULL, "%s", e.text);
	ck_assert_uint_eq(conf->top.entries[0].count, 100);
	ck_assert_str_eq(conf->top.entries[0].values[99], "v99");
	ck_assert_ptr_null(conf->top.entries[0].values[100]);
	arena_destroy(a);
}
END_TEST

START_TEST(what_is_no_text)
{
	struct arena *a = arena_create();
	struct err e = { 0 };
	char *path = write_file(a, "listen\0= a", 10);

	ck_assert_ptr_null(conf_read(a, path, &grammar, &e));
	ck_assert_int_eq(e.code, ERR_INPUT);
	unlink(path);
	ck_assert_ptr_null(conf_read(a, path, &grammar, &e));
	ck_assert_int_eq(e.code, ERR_MISSING);
	ck_assert_ptr_null(conf_read(a, "/tmp", &grammar, &e));
	ck_assert_int_eq(e.code, ERR_MISSING);
	ck_assert_ptr_null(conf_read(a, "/dev/zero", &grammar, &e));
	ck_assert_int_eq(e.code, ERR_LIMIT);
	arena_destroy(a);
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))

Suite *
suite(void)
{
	Suite *s = suite_create("conf");
	TCase *t = tcase_create("conf");

	tcase_add_loop_test(t, good_files, 0, COUNT(good));
	tcase_add_loop_test(t, bad_files, 0, COUNT(bad));
	tcase_add_test(t, more_values_than_the_first_room);
	tcase_add_test(t, what_is_no_text);
	suite_add_tcase(s, t);
	return s;
}
