/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of good and bad files; and the file and the manual that we ship
 * name exactly the settings of the tables. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/config.h"

Suite *suite(void);

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))
#define KEYS_MAX 4096 /* of the settings of all channels */
#define KEY "0123456789abcdef0123456789abcdef"

static struct arena *a;
static char folder[] = "/tmp/config_test.XXXXXX"; /* of credentials */

static const struct {
	const char *name, *text;
} credentials[] = {
	{ "hash_key", KEY "\n" },
	{ "short", "0123456789abcdef0123456789abcde\n" },
	{ "long", KEY KEY "x" },
	{ "whatsapp_secret", "app-secret-1\r\n" },
	{ "whatsapp_next", "app-secret-2" },
	{ "whatsapp_token", "the-token" },
	{ "store_secret", "till-secret" },
	{ "mail_secret", "mail-secret" },
	{ "shopify_secret", "shopify-secret" },
	{ "empty", "\n" },
	{ "lines", "one\ntwo\n" },
	{ "unifyd.conf", "" },
};

static char *
path_of(const char *name)
{
	return arena_printf(a, "%s/%s", folder, name);
}

static char *
write_file(const char *name, const char *text)
{
	char *path = path_of(name);
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
	return path;
}

static void
setup(void)
{
	a = arena_create();
	ck_assert_ptr_nonnull(mkdtemp(folder));
	for (int i = 0; i < COUNT(credentials); i++)
		write_file(credentials[i].name, credentials[i].text);
	setenv("CREDENTIALS_DIRECTORY", folder, 1);
}

static void
teardown(void)
{
	for (int i = 0; i < COUNT(credentials); i++)
		unlink(path_of(credentials[i].name));
	ck_assert_int_eq(rmdir(folder), 0);
	arena_destroy(a);
}

static struct config *
load(const char *text)
{
	struct err e = { 0 };
	struct config *config =
		config_load(a, write_file("unifyd.conf", text), &e);

	ck_assert_msg(config != NULL, "%s", e.text);
	return config;
}

/* A file, and a line that config_print gives for it. */
#define WEB "source s {\n channel = web\n secret = x\n"
#define POS "source s {\n channel = pos\n secret = x\n"

static const struct {
	const char *file, *line;
} good[] = {
	{ "", "listen = { \"127.0.0.1:8360\" }" },
	{ "", "#listen_ops =" },
	{ "", "hash_key_file = ****" },
	{ "", "max_body = 16M" },
	{ "", "database = \"dbname=unifyd\"" },
	{ "listen = \"[::1]:0\"", "listen = { \"[::1]:0\" }" },
	{ "listen = {0.0.0.0:65535, unix:/run/x, \"systemd proxy\"}",
		"listen = { \"0.0.0.0:65535\", \"unix:/run/x\", "
		"\"systemd proxy\" }" },
	{ "listen = \"127.0.0.1:1 tls shared\" tls_certificate = c tls_key = k",
		"listen = { \"127.0.0.1:1 tls shared\" }" },
	{ "max_body = 1G", "max_body = 1G" },
	{ "max_body = 1025", "max_body = 1025" },
	{ "max_body = 2K", "max_body = 2k" },
	{ "log_level = debug", "log_level = \"debug\"" },
	{ "database_pooler = transaction",
		"database_pooler = \"transaction\"" },
	{ "database = 'host=x password=y'", "database = ****" },
	{ "database = 'postgresql://u:p@h/d'", "database = ****" },
	{ "database = 'dbname=\"a\\$b\"'", "database = \"dbname=\\\"a" },
	{ WEB "}", "source s {" },
	{ WEB "}", "\tchannel = web" },
	{ WEB "}", "\tsecret = { **** }" },
	{ WEB "}", "\tfloor = 2000-01-01" },
	{ WEB "}", "\tmax_body = 16M" },
	{ WEB "}", "\tassurance = asserted" },
	{ WEB "}", "\t#region =" },
	{ WEB " secret += y\n}", "\tsecret = { ****, **** }" },
	{ WEB " region = BR\n}", "\tregion = \"BR\"" },
	{ WEB " currency = EUR\n}", "\tcurrency = \"EUR\"" },
	{ WEB " assurance = verified\n}", "\tassurance = verified" },
	{ WEB " floor = 2020-02-29\n}", "\tfloor = 2020-02-29" },
	{ WEB " floor = 2020-01-01T12:00:00Z\n}",
		"\tfloor = 2020-01-01T12:00:00Z" },
	{ WEB " max_body = 64k\n}", "\tmax_body = 64k" },
	{ POS "}", "\tzone = \"+00:00\"" },
	{ POS " columns = {\"a=sku\", 'b=store'}\n}",
		"\tcolumns = { \"a=sku\", \"b=store\" }" },
	{ "source s { channel = whatsapp secret = x verify_token = y }",
		"\tverify_token = ****" },
};

START_TEST(good_files)
{
	const char *printed, *at;

	printed = config_print(a, load(good[_i].file));
	at = strstr(printed, good[_i].line);
	ck_assert_msg(at && (at == printed || at[-1] == '\n'), "%s", printed);
}
END_TEST

static const struct {
	const char *file, *want; /* the error begins with this, after FILE */
} bad[] = {
	{ "\nlistn = x\n", ":2: no such option 'listn', want " },
	{ "region = BR\n", ":1: no such option 'region', want " },
	{ "listen = a\nlisten = b\n", ":2: listen is given again, want " },
	{ "listen = localhost:80\n",
		":1: listen localhost:80: not understood, want address:port" },
	{ "listen = 127.0.0.1\n", ":1: listen 127.0.0.1: not under" },
	{ "listen = 127.0.0.1:65536\n", ":1: listen 127.0.0.1:65536: not" },
	{ "listen = 127.0.0.1:\n", ":1: listen 127.0.0.1:: not und" },
	{ "listen = ::1:80\n", ":1: listen ::1:80: not understood" },
	{ "listen = '[127.0.0.1]:80'\n", ":1: listen [127.0.0.1]:80: not" },
	{ "listen = {127.0.0.1:80, b}\n", ":1: listen b: not understood" },
	{ "listen = \"127.0.0.1:80 tsl\"\n",
		":1: listen 127.0.0.1:80 tsl: not understood" },
	{ "listen = \"127.0.0.1:80 tls\"\n",
		":1: tls: lacks a file, want tls_cert" },
	{ "tls_key = x\n", ":1: tls: lacks a file" },
	{ "listen = unix:x\n", ":1: listen unix:x: not understood" },
	{ "listen = ''\n", ":1: listen: is empty, want " },
	{ "max_body = many\n", ":1: max_body many: not a number, want " },
	{ "max_body = -1\n", ":1: max_body -1: not a number, want " },
	{ "max_body = 1T\n", ":1: max_body 1T: not a number, want " },
	{ "max_body = 1kk\n", ":1: max_body 1kk: not a number, want " },
	{ "max_body = 99999999999999999999\n",
		":1: max_body 9999999999999999" },
	{ "max_body = 17179869184G\n", ":1: max_body 17179869184G: not a n" },
	{ "max_body = 2G\n", ":1: max_body 2G: out of bounds, want 1k to 1G" },
	{ "max_body = 1023\n", ":1: max_body 1023: out of bounds, want 1k" },
	{ "max_connections = 0\n", ":1: max_connections 0: out of bounds" },
	{ "idle_seconds = 3601\n", ":1: idle_seconds 3601: out of bounds" },
	{ "log_level = loud\n", ":1: log_level loud: not understood, want e" },
	{ "database_readers = 0\n",
		":1: database_readers 0: out of bounds, want 1 to 64" },
	{ "database_pooler = session\n",
		":1: database_pooler session: not understood, want none or " },
	{ "hash_key_file = /nowhere\n", ":1: hash_key_file: /nowhere: No su" },
	{ "hash_key_file = credential:short\n",
		":1: hash_key_file: holds 31 bytes, want 32 to 64" },
	{ "hash_key_file = credential:long\n",
		":1: hash_key_file: holds 65 bytes, want 32 to 64" },
	{ "hash_key_file = credential:../x\n",
		":1: hash_key_file: bad credential, want credential:NAME" },
	{ "hash_key_file = file:/dev/zero\n",
		":1: hash_key_file: /dev/zero: too long, want " },
	{ "source s {\n channel = web\n}",
		":3: source s: secret: is missing, want " },
	{ "source s {\n channel = web\n secret = {}\n}",
		":4: source s: secret: is missing, want " },
	{ "source s {\n channel = web\n secret = ''\n}",
		":3: source s: secret: is empty, want " },
	{ "source s {\n channel = web\n secret = credential:empty\n}",
		":3: source s: secret: is empty, want " },
	{ "source s {\n channel = web\n secret = credential:lines\n}",
		":3: source s: secret: is not text, want one line" },
	{ "source s {\n channel = web\n secret = file:/nowhere\n}",
		":3: source s: secret: /nowhere: No such file" },
	{ "source s {\n secret = x\n}",
		":3: source s: channel: is missing, want " },
	{ "source s {\n channel = fax\n secret = x\n}",
		":2: source s: channel fax: no such channel, want one of " },
	{ WEB " zone = UTC\n}",
		":4: source s: zone belongs to channel pos, want a setting of "
		"channel web" },
	{ WEB " listen = 127.0.0.1:80\n}",
		":4: no such option 'listen', want " },
	{ WEB "}\n" WEB "}", ":5: found duplicate title 's', want " },
	{ "source Shop {\n channel = web\n secret = x\n}",
		":4: source Shop: bad name, want " },
	{ "source 'a/b' {\n}", ":2: source a/b: bad name, want " },
	{ WEB " region = br\n}", ":4: source s: region br: not understood, w" },
	{ WEB " region = XX\n}", ":4: source s: region XX: not understood, w" },
	{ WEB " region = BRA\n}", ":4: source s: region: has 3 bytes, want 2" },
	{ WEB " currency = brl\n}", ":4: source s: currency brl: not underst" },
	{ WEB " currency = R\n}", ":4: source s: currency: has 1 bytes, want" },
	{ WEB " assurance = sure\n}",
		":4: source s: assurance sure: no such assurance, want asser" },
	{ WEB " floor = 2001-02-29\n}",
		":4: source s: floor 2001-02-29: not " },
	{ WEB " floor = yesterday\n}",
		":4: source s: floor yesterday: not a " },
	{ WEB " max_body = 17M\n}",
		":4: source s: max_body: out of bounds, w" },
};

START_TEST(bad_files)
{
	struct err e = { 0 };
	char *path = write_file("unifyd.conf", bad[_i].file);
	const char *want = arena_printf(a, "%s%s", path, bad[_i].want);

	ck_assert_ptr_null(config_load(a, path, &e));
	ck_assert_msg(!strncmp(e.text, want, strlen(want)), "%s", e.text);
	ck_assert_msg(strstr(e.text, ", want ") != NULL, "%s", e.text);
}
END_TEST

START_TEST(every_country_is_a_region)
{
	static const char *const regions[] = { "AR", "BR", "CL", "CN", "CO",
		"DE", "ES", "FR", "GB", "IN", "IT", "JP", "MX", "PT", "RU",
		"SM", "US", "UY", "VA", "ZA" };

	for (int i = 0; i < COUNT(regions); i++)
		load(arena_printf(a, WEB " region = %s\n}", regions[i]));
}
END_TEST

START_TEST(no_credentials)
{
	struct err e = { 0 };

	unsetenv("CREDENTIALS_DIRECTORY");
	ck_assert_ptr_null(config_load(a, path_of("unifyd.conf"), &e));
	ck_assert_ptr_nonnull(strstr(e.text,
		"hash_key_file: $CREDENTIALS_DIRECTORY is not set, want "));
	ck_assert_ptr_null(config_load(a, path_of("absent"), &e));
	ck_assert_int_eq(e.code, ERR_MISSING);
}
END_TEST

START_TEST(what_is_loaded)
{
	struct config *config = load(
		"port_file = /run/port\nmax_body = 1M\n"
		"source w {\n channel = whatsapp\n"
		" secret = {credential:whatsapp_secret, plain}\n}\n" WEB "}");
	const struct source *w = config_source(config, span_of("w"));
	const struct source *s = config_source(config, span_of("s"));

	ck_assert_str_eq(config->port_file, "/run/port");
	ck_assert_ptr_null(config->listen_ops);
	ck_assert(span_is(config->hash_key, KEY));
	ck_assert_uint_eq(config->source_count, 2);
	ck_assert_ptr_eq(w, &config->sources[0]);
	ck_assert_ptr_eq(s, &config->sources[1]);
	ck_assert_ptr_null(config_source(config, span_of("absent")));
	ck_assert_str_eq(w->channel->name, "whatsapp");
	ck_assert_str_eq(w->conf->name, "w");
	ck_assert_str_eq(w->conf->secrets[0], "app-secret-1");
	ck_assert_str_eq(w->conf->secrets[1], "plain");
	ck_assert_ptr_null(w->conf->secrets[2]);
	ck_assert_int_eq(w->conf->assurance, ASSERTED);
	ck_assert_ptr_null(w->conf->region);
	ck_assert_uint_eq(w->max_body, 1 << 20);
	ck_assert_int_eq(w->floor, INT64_C(946684800) * CLOCK_SECOND);
}
END_TEST

START_TEST(nothing_printed_is_secret)
{
	const char *text = config_print(a,
		load("database = 'postgresql:///d?password=hidden1'\n"
		     "source w { channel = whatsapp secret = {hidden2, hidden3}"
		     " verify_token = hidden4 }"));

	ck_assert_ptr_null(strstr(text, "hidden"));
	ck_assert_ptr_null(strstr(text, KEY));
}
END_TEST

/* What is shipped. */

static char *
read_shipped(const char *path)
{
	char *text = arena_alloc(a, 1 << 16);
	FILE *f = fopen(path, "r");

	ck_assert_msg(f != NULL, "%s: want the test run at the root", path);
	ck_assert_uint_lt(fread(text, 1, 1 << 16, f), 1 << 16);
	fclose(f);
	return text;
}

/* With every setting that is commented out. */
static char *
uncommented(const char *text)
{
	char *out = arena_strndup(a, text, strlen(text)), *to = out;

	for (const char *at = text; *at; at++)
		if (*at != '#' || (at > text && at[-1] != '\n') ||
			at[1] == ' ' || at[1] == '\n')
			*to++ = *at;
	*to = '\0';
	return out;
}

static int
compare(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* Keys as "scope.key" in order, one a line. */
static const char *
sorted(const char **keys, size_t count)
{
	char *text = arena_strndup(a, "", 0);

	qsort(keys, count, sizeof(*keys), compare);
	for (size_t i = 0; i < count; i++)
		text = arena_printf(a, "%s%s\n", text, keys[i]);
	return text;
}

/* The keys of a file or of config_print. Scopes are the channels. */
static const char *
keys_of_file(const char *text)
{
	const char *keys[KEYS_MAX], *scope = "";
	size_t count = 0;
	char key[64], value[64];

	for (struct span line, rest = span_of(text); rest.len;) {
		char *s;

		line = span_cut(rest, '\n', &rest);
		s = span_text(a, span_trim(line));
		if (*s == '#')
			s++;
		if (*s == '}')
			scope = "";
		if (sscanf(s, "%63[a-z_] =%63s", key, value) < 1 ||
			!strstr(s, " ="))
			continue;
		if (!strcmp(key, "channel"))
			scope = arena_printf(a, "%s", value);
		ck_assert_uint_lt(count, KEYS_MAX);
		keys[count++] = arena_printf(a, "%s.%s", scope, key);
	}
	return sorted(keys, count);
}

/* Those of the manual: a common one is one of each channel. */
static const char *
keys_of_manual(const char *text)
{
	const char *keys[KEYS_MAX], *scope = NULL;
	size_t count = 0;
	char word[64];

	for (struct span line, rest = span_of(text); rest.len;) {
		const char *s;

		line = span_cut(rest, '\n', &rest);
		s = span_text(a, line);
		if (!strncmp(s, ".Sh ", 4))
			scope = !strcmp(s, ".Sh SETTINGS")  ? ""
				: !strcmp(s, ".Sh SOURCES") ? "*"
							    : NULL;
		if (sscanf(s, ".Ss Channel %63s", word) == 1)
			scope = arena_printf(a, "%s", word);
		if (!scope || sscanf(s, ".It Ic %63s", word) != 1)
			continue;
		ck_assert_uint_lt(count, KEYS_MAX - 64);
		if (*scope != '*') {
			keys[count++] = arena_printf(a, "%s.%s", scope, word);
			continue;
		}
		for (const struct channel *const *c = channels; *c; c++)
			keys[count++] =
				arena_printf(a, "%s.%s", (*c)->name, word);
	}
	return sorted(keys, count);
}

START_TEST(tables_file_and_manual_name_the_same_keys)
{
	char *file = read_shipped("config/unifyd.conf");
	const char *all = "";
	const char *want;

	for (const struct channel *const *c = channels; *c; c++)
		all = arena_printf(a,
			"%ssource %s { channel = %s secret = x }\n", all,
			(*c)->name, (*c)->name);
	want = keys_of_file(config_print(a, load(all)));
	ck_assert_str_eq(keys_of_file(uncommented(file)), want);
	ck_assert_str_eq(
		keys_of_manual(read_shipped("config/unifyd.conf.5")), want);
}
END_TEST

/* The file, with its policy's path as it is here before it is installed. */
static char *
uninstalled(char *file)
{
	static const char etc[] = "/etc/unifyd/policy.conf";
	char *at = strstr(file, etc);

	ck_assert_ptr_nonnull(at);
	return arena_printf(a, "%.*sconfig/policy.conf%s", (int)(at - file),
		file, at + strlen(etc));
}

/* Every default that config_print tells is in the file. */
START_TEST(shipped_file_holds_the_defaults)
{
	char *file = uninstalled(read_shipped("config/unifyd.conf"));
	struct config *plain = load(file), *full = load(uncommented(file));
	struct span line, rest = span_of(config_print(a, plain));
	const char *printed = config_print(a, full);

	size_t count = 0;

	while (channels[count])
		count++;
	ck_assert_uint_eq(plain->source_count, 0);
	ck_assert_uint_eq(full->source_count, count);
	while (rest.len) {
		char *s;

		line = span_cut(rest, '\n', &rest);
		s = span_text(a, line);
		ck_assert_msg(*s == '#' || strstr(printed, s), "%s", s);
	}
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("config");
	TCase *t = tcase_create("config");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, good_files, 0, COUNT(good));
	tcase_add_loop_test(t, bad_files, 0, COUNT(bad));
	tcase_add_test(t, every_country_is_a_region);
	tcase_add_test(t, no_credentials);
	tcase_add_test(t, what_is_loaded);
	tcase_add_test(t, nothing_printed_is_secret);
	tcase_add_test(t, tables_file_and_manual_name_the_same_keys);
	tcase_add_test(t, shipped_file_holds_the_defaults);
	suite_add_tcase(s, t);
	return s;
}
