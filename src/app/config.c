/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of settings, and how a file becomes a struct config. A source
 * has the rows of the common table and those its channel declares; the file,
 * the manual (config/unifyd.conf.5) and these tables name the same keys, and
 * a test keeps them together.
 */
#include "app/config.h"

#include <string.h>

#include "app/load.h"
#include "app/policy_file.h"
#include "core/phone.h"
#include "io/listen.h"

#define TEXT_MAX 4096 /* bytes of a text */
#define NAME_MAX_BYTES 63

static bool good_listen(const char *text);
static bool good_level(const char *text);
static bool good_net(const char *text);
static bool good_pooler(const char *text);
static bool good_region(const char *text);
static bool good_currency(const char *text);

#define CONFIG(field) offsetof(struct config, field)
#define SOURCE(field) offsetof(struct source, field)
#define CONF(field) offsetof(struct source_conf, field)
#define LISTEN                                                                 \
	"address:port in digits such as 127.0.0.1:8360 or [::1]:0, "           \
	"unix:/path or systemd, and perhaps tls, proxy or shared behind it"

/* clang-format off */
static const struct row settings[] = {
	{ "listen", ROW_LIST, CONFIG(listen), "127.0.0.1:8360", 1, TEXT_MAX,
		0, good_listen, LISTEN },
	{ "listen_ops", ROW_LIST, CONFIG(listen_ops), NULL, 1, TEXT_MAX,
		0, good_listen, LISTEN },
	{ "tls_certificate", ROW_TEXT, CONFIG(tls_certificate), NULL, 1,
		TEXT_MAX, 0, NULL, "the path of a certificate with its chain" },
	{ "tls_key", ROW_TEXT, CONFIG(tls_key), NULL, 1, TEXT_MAX,
		0, NULL, "the path of the certificate's key" },
	{ "port_file", ROW_TEXT, CONFIG(port_file), NULL, 1, TEXT_MAX,
		0, NULL, "the path of a file to write the port to" },
	{ "database", ROW_TEXT, CONFIG(database), "dbname=unifyd", 1, TEXT_MAX,
		ROW_CONNECTION, NULL, "a connection string of libpq" },
	{ "database_pooler", ROW_TEXT, CONFIG(database_pooler), "none", 1,
		TEXT_MAX, 0, good_pooler, "none or transaction" },
	{ "database_readers", ROW_SIZE, CONFIG(database_readers), "4", 1, 64,
		0, NULL, "connections for reading" },
	{ "hash_key_file", ROW_KEY, CONFIG(hash_key), "credential:hash_key",
		32, 64, ROW_SECRET, NULL, "a file of 32 to 64 bytes" },
	{ "policy", ROW_TEXT, CONFIG(policy_path), NULL, 1, TEXT_MAX,
		0, NULL, "the path of a policy's file" },
	{ "max_body", ROW_SIZE, CONFIG(max_body), "16M", 1024, 1 << 30,
		0, NULL, "bytes of a request's body" },
	{ "max_stream", ROW_SIZE, CONFIG(max_stream), "1G", 1024,
		(size_t)1 << 40, 0, NULL,
		"bytes of a body that is read piece by piece" },
	{ "max_memory", ROW_SIZE, CONFIG(max_memory), "512M",
		(size_t)128 << 20, (size_t)1 << 40, 0, NULL,
		"bytes of the process" },
	{ "max_connections", ROW_SIZE, CONFIG(max_connections), "1000",
		1, 65536, 0, NULL, "connections open at once" },
	{ "max_per_address", ROW_SIZE, CONFIG(max_per_address), "100",
		1, 65536, 0, NULL, "connections of one address" },
	{ "trusted_proxies", ROW_LIST, CONFIG(trusted_proxies), "local",
		1, TEXT_MAX, 0, good_net, "local, none, or networks such as "
		"192.0.2.0/24 or 2001:db8::/32" },
	{ "max_key_rate", ROW_SIZE, CONFIG(max_key_rate), "1000",
		0, 1000000, 0, NULL,
		"requests a second of one API key, or 0 for any" },
	{ "max_refusals", ROW_SIZE, CONFIG(max_refusals), "10",
		0, 1000000, 0, NULL,
		"refused keys a minute of one address, or 0 for any" },
	{ "max_batch", ROW_SIZE, CONFIG(max_batch), "10000", 1, 1000000,
		0, NULL, "events of one request" },
	{ "head_seconds", ROW_SIZE, CONFIG(head_seconds), "10", 1, 3600,
		0, NULL, "seconds for the head of a request" },
	{ "body_seconds", ROW_SIZE, CONFIG(body_seconds), "60", 1, 3600,
		0, NULL, "seconds for the body of a request" },
	{ "idle_seconds", ROW_SIZE, CONFIG(idle_seconds), "75", 1, 3600,
		0, NULL, "seconds between two requests" },
	{ "body_rate", ROW_SIZE, CONFIG(body_rate), "1k", 1, 1 << 30,
		0, NULL, "bytes a second that a body must come at" },
	{ "log_level", ROW_TEXT, CONFIG(log_level), "info", 1, TEXT_MAX,
		0, good_level, "error, warning, info or debug" },
	{ 0 },
};

static const struct row source_settings[] = {
	{ "channel", ROW_CHANNEL, SOURCE(channel), NULL, 0, 0,
		ROW_REQUIRED | ROW_SOURCE, NULL, "the name of a channel" },
	{ "region", ROW_TEXT, CONF(region), NULL, 2, 2,
		0, good_region, "a country of ISO 3166, such as BR" },
	{ "assurance", ROW_ASSURANCE, CONF(assurance), "asserted", 0, 0,
		0, NULL, "asserted, attested or verified" },
	{ "currency", ROW_TEXT, CONF(currency), NULL, 3, 3,
		0, good_currency, "a currency of ISO 4217, such as BRL" },
	{ "secret", ROW_LIST, CONF(secrets), NULL, 1, TEXT_MAX,
		ROW_REQUIRED | ROW_SECRET, NULL,
		"one live secret or more, or file:PATH or credential:NAME" },
	{ "floor", ROW_TIME, SOURCE(floor), "2000-01-01", 0, 0,
		ROW_SOURCE, NULL, "a date of RFC 3339, such as 2000-01-01" },
	/* The default is that of the whole. */
	{ "max_body", ROW_SIZE, SOURCE(max_body), NULL, 1024, 1 << 30,
		ROW_SOURCE, NULL, "bytes of a request's body" },
	{ "max_rate", ROW_SIZE, SOURCE(max_rate), "0", 0, 1000000,
		ROW_SOURCE, NULL, "requests a second, or 0 for any" },
	{ 0 },
};
/* clang-format on */

static bool
good_listen(const char *text)
{
	struct listen l;

	return listen_parse(text, &l, NULL);
}

static bool
good_net(const char *text)
{
	struct peer_net net;

	return !strcmp(text, "none") || peer_net_parse(text, &net);
}

static bool
good_pooler(const char *text)
{
	return !strcmp(text, "none") || !strcmp(text, "transaction");
}

static bool
good_level(const char *text)
{
	return !strcmp(text, "error") || !strcmp(text, "warning") ||
	       !strcmp(text, "info") || !strcmp(text, "debug");
}

static bool
upper_letters(const char *text)
{
	return text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0';
}

/* Whether a number without its country code can be read there. */
static bool
good_region(const char *text)
{
	char number[PHONE_TEXT];
	size_t digits;

	return upper_letters(text) && phone_e164("2025550123", text, number,
					      &digits) != PHONE_NO_COUNTRY;
}

/* By its form alone: the list of ISO changes every other year. */
static bool
good_currency(const char *text)
{
	return upper_letters(text);
}

/* A name is a part of a URL: /v1/channels/NAME. */
static bool
good_name(const char *name)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
	size_t len = strlen(name);

	return len >= 1 && len <= NAME_MAX_BYTES && !strchr("-_.", name[0]) &&
	       strspn(name, first) == len;
}

/* A channel has no word for it, so names tell. */
static bool
is_secret(const char *name)
{
	return strstr(name, "token") || strstr(name, "secret") ||
	       strstr(name, "password") || strstr(name, "key");
}

static struct row
channel_row(const struct setting *s)
{
	return (struct row){ .name = s->name,
		.type = (enum row_type)s->type,
		.offset = s->offset,
		.initial = s->initial,
		.max = s->type == SETTING_SIZE ? SIZE_MAX : TEXT_MAX,
		.flags = is_secret(s->name) ? ROW_SECRET : 0,
		.text = s->text };
}

static const struct row *
find_row(const struct row *rows, const char *name)
{
	for (; rows->name; rows++)
		if (!strcmp(rows->name, name))
			return rows;
	return NULL;
}

static const struct setting *
find_setting(const struct channel *channel, const char *name)
{
	for (const struct setting *s = channel->settings; s && s->name; s++)
		if (!strcmp(s->name, name))
			return s;
	return NULL;
}

/* The first channel that has such a setting of its own, or NULL. */
static const struct channel *
owner_of(const char *name)
{
	for (const struct channel *const *c = channels; *c; c++)
		if (find_setting(*c, name))
			return *c;
	return NULL;
}

/* The common keys, and those of all channels, each once. */
static const char **
source_names(struct arena *a)
{
	const char **names;
	size_t more = 0, n = 0;

	for (const struct channel *const *c = channels; *c; c++)
		for (const struct setting *s = (*c)->settings; s && s->name;
			s++)
			more++;
	names = load_names(a, source_settings, more);
	while (names[n])
		n++;
	for (const struct channel *const *c = channels; *c; c++)
		for (const struct setting *s = (*c)->settings; s && s->name;
			s++)
			if (owner_of(s->name) == *c)
				names[n++] = s->name;
	return names;
}

/* No key of another channel. */
static bool
check_keys(const struct loading *l, const struct channel *channel)
{
	for (size_t i = 0; i < l->section->count; i++) {
		const struct conf_entry *entry = &l->section->entries[i];
		struct err inner = { 0 };

		if (find_row(source_settings, entry->key) ||
			find_setting(channel, entry->key))
			continue;
		fail(&inner, ERR_INPUT,
			"%s belongs to channel %s, want a setting of channel "
			"%s",
			entry->key, owner_of(entry->key)->name, channel->name);
		return load_fail(l, entry->line, &inner);
	}
	return true;
}

static bool
load_source(const struct loading *l, const struct config *config,
	struct source *source)
{
	const struct conf_entry *entry = conf_find(l->section, "max_body");
	struct source_conf *conf;
	struct err inner = { 0 };

	if (!good_name(l->section->name)) {
		fail(&inner, ERR_INPUT,
			"bad name, want 1 to %d of a-z, 0-9 and -_. behind "
			"the first",
			NAME_MAX_BYTES);
		return load_fail(l, l->section->line, &inner);
	}
	/* The channel is first: the size of its conf. */
	if (!load_row(l, &source_settings[0], source) ||
		!check_keys(l, source->channel))
		return false;
	conf = arena_alloc(l->arena, source->channel->conf_size);
	conf->name = l->section->name;
	source->conf = conf;
	for (const struct row *row = source_settings + 1; row->name; row++)
		if (!load_row(l, row,
			    row->flags & ROW_SOURCE ? (void *)source : conf))
			return false;
	for (const struct setting *s = source->channel->settings; s && s->name;
		s++) {
		struct row row = channel_row(s);

		if (!load_row(l, &row, conf))
			return false;
	}
	if (source->channel->check && !source->channel->check(conf, &inner))
		return load_fail(l, l->section->line, &inner);
	if (!source->max_body)
		source->max_body = config->max_body;
	if (source->max_body <= config->max_body)
		return true;
	fail(&inner, ERR_INPUT,
		"max_body: out of bounds, want at most that of the whole, %zu",
		config->max_body);
	return load_fail(l, entry->line, &inner);
}

/* "none" is no network. */
static void
read_nets(struct arena *a, struct config *config)
{
	const char **text = config->trusted_proxies;
	size_t count = 0;

	while (text[count])
		count++;
	config->trusted = arena_array(a, count, sizeof(*config->trusted));
	for (; *text; text++)
		if (peer_net_parse(
			    *text, &config->trusted[config->trusted_count]))
			config->trusted_count++;
}

static bool
speaks_tls(const char **texts)
{
	struct listen how;

	for (; texts && *texts; texts++)
		if (listen_parse(*texts, &how, NULL) && how.tls)
			return true;
	return false;
}

static bool
check_tls(const struct loading *l, const struct config *config)
{
	static const char *const keys[] = { "listen", "listen_ops",
		"tls_certificate", "tls_key" };
	const struct conf_entry *entry = NULL;
	struct err inner = { 0 };

	if ((!config->tls_certificate == !config->tls_key) &&
		(config->tls_certificate ||
			(!speaks_tls(config->listen) &&
				!speaks_tls(config->listen_ops))))
		return true;
	fail(&inner, ERR_INPUT,
		"tls: lacks a file, want tls_certificate and tls_key");
	for (size_t i = 0; !entry; i++)
		entry = conf_find(l->section, keys[i]);
	return load_fail(l, entry->line, &inner);
}

struct config *
config_load(struct arena *a, const char *path, struct err *e)
{
	const struct conf_grammar grammar = { load_names(a, settings, 0),
		"source", source_names(a) };
	struct conf *conf = conf_read(a, path, &grammar, e);
	struct config *config;
	struct loading l = { a, path, "source", NULL, e };

	if (!conf)
		return NULL;
	config = arena_alloc(a, sizeof(*config));
	l.section = &conf->top;
	for (const struct row *row = settings; row->name; row++)
		if (!load_row(&l, row, config))
			return NULL;
	if (!check_tls(&l, config))
		return NULL;
	read_nets(a, config);
	config->database_mode = strcmp(config->database_pooler, "none")
					? DB_POOLED
					: DB_SERVING;
	config->policy = policy_file_load(a, config->policy_path, e);
	if (!config->policy)
		return NULL;
	config->sources = arena_array(a, conf->count, sizeof(*config->sources));
	for (; config->source_count < conf->count; config->source_count++) {
		l.section = &conf->sections[config->source_count];
		if (!load_source(
			    &l, config, &config->sources[config->source_count]))
			return NULL;
	}
	return config;
}

const struct source *
config_source(const struct config *config, struct span name)
{
	for (size_t i = 0; i < config->source_count; i++)
		if (span_is(name, config->sources[i].conf->name))
			return &config->sources[i];
	return NULL;
}

static char *
print_row(struct arena *a, char *text, const char *indent,
	const struct row *row, const void *base)
{
	const char *value = setting_show(a, row, base);

	if (!value)
		return arena_printf(a, "%s%s#%s =\n", text, indent, row->name);
	return arena_printf(a, "%s%s%s = %s\n", text, indent, row->name, value);
}

char *
config_print(struct arena *a, const struct config *config)
{
	char *text = arena_strndup(a, "", 0);

	for (const struct row *row = settings; row->name; row++)
		text = print_row(a, text, "", row, config);
	for (size_t i = 0; i < config->source_count; i++) {
		const struct source *source = &config->sources[i];
		const struct setting *s = source->channel->settings;

		text = arena_printf(
			a, "%s\nsource %s {\n", text, source->conf->name);
		for (const struct row *row = source_settings; row->name; row++)
			text = print_row(a, text, "\t", row,
				row->flags & ROW_SOURCE ? (const void *)source
							: source->conf);
		for (; s && s->name; s++) {
			struct row row = channel_row(s);

			text = print_row(a, text, "\t", &row, source->conf);
		}
		text = arena_printf(a, "%s}\n", text);
	}
	return text;
}
