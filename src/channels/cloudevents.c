/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CloudEvents 1.0 over HTTP: one event in headers (binary mode), one as JSON
 * (structured), or an array of them (batched); and the handshake by OPTIONS
 * of its webhook profile. What an event means to us is the source's to say:
 * its settings map types, and lead to identifiers by JSON pointers.
 *
 * The rules are those of the CloudEvents specification 1.0.2, its HTTP
 * protocol binding, its JSON format, and HTTP 1.1 Web Hooks for event
 * delivery.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/digest.h"
#include "core/channel.h"
#include "core/json.h"
#include "core/track.h"

#define TEXT_MAX 4096 /* bytes of data that is text, as kept */

struct cloudevents_conf {
	struct source_conf base;
	const char **identifiers, **traits, **fields; /* NAME=POINTER */
	const char **types;			      /* TYPE=WORD */
	const char **origins;
};

/* "NAME=POINTER" or "NAME=POINTER WORD", taken apart. The word is an
 * assurance, or says that whoever had the identifier gave it up, which only
 * its provider can say. */
struct mapping {
	struct span name, pointer;
	enum assurance assurance; /* 0: not said */
	/* event_give_up, event_take_over or NULL */
	void (*hand_over)(
		struct arena *, struct event *, const char *, struct span);
};

/* Words for a type, and the tracked event of the same meaning, if any. */
static const struct {
	const char *word, *tracked;
} meanings[] = {
	{ "message", NULL },
	{ "status", NULL },
	{ "call", NULL },
	{ "page", NULL },
	{ "screen", NULL },
	{ "track", NULL },
	{ "identify", NULL },
	{ "group", NULL },
	{ "alias", NULL },
	{ "consent", NULL },
	{ "order", "Order Completed" },
	{ "refund", "Order Refunded" },
	{ "cart", "Cart Viewed" },
	{ "checkout", "Checkout Started" },
};

static const char text_version[] = "expected specversion 1.0";

static struct mapping
mapping_of(const char *item)
{
	struct mapping m = { 0 };
	struct span rest;

	m.name = span_trim(span_cut(span_of(item), '=', &rest));
	m.pointer = span_cut(span_trim(rest), ' ', &rest);
	rest = span_trim(rest);
	if (span_is(rest, "given_up"))
		m.hand_over = event_give_up;
	else if (span_is(rest, "taken_over"))
		m.hand_over = event_take_over;
	m.assurance = m.hand_over ? ATTESTED : assurance_parse(rest);
	return m;
}

/* Whether each item is NAME=POINTER, with a word behind it where one may be. */
static bool
check_mappings(
	const char *setting, const char **items, bool words, struct err *e)
{
	for (; items && *items; items++) {
		struct mapping m = mapping_of(*items);
		struct span rest;

		span_cut(span_of(*items), '=', &rest);
		span_cut(span_trim(rest), ' ', &rest);
		if (!span_is_all(m.name, "abcdefghijklmnopqrstuvwxyz"
					 "0123456789_") ||
			!span_starts(m.pointer, "/") ||
			(span_trim(rest).len && !(words && m.assurance)))
			return fail(e, ERR_INPUT,
				"%s %.60s: not understood, want %s", setting,
				*items,
				words ? "kind=/json/pointer, and perhaps "
					"asserted, attested, verified, "
					"given_up or taken_over"
				      : "name=/json/pointer");
	}
	return true;
}

static bool
cloudevents_check(const void *conf, struct err *e)
{
	const struct cloudevents_conf *own = conf;

	for (const char **t = own->types; t && *t; t++) {
		struct span word;

		if (!span_trim(span_cut(span_of(*t), '=', &word)).len ||
			!span_trim(word).len)
			return fail(e, ERR_INPUT,
				"types %.60s: not understood, want type=word",
				*t);
	}
	return check_mappings("identifiers", own->identifiers, true, e) &&
	       check_mappings("traits", own->traits, false, e) &&
	       check_mappings("fields", own->fields, false, e);
}

static bool
cloudevents_verify(const struct inbound *in, const void *conf, struct err *e)
{
	struct arena *a = arena_create();
	bool known = source_knows(conf, inbound_key(a, in)) ||
		     source_knows(conf, inbound_query(a, in, "access_token"));

	arena_destroy(a);
	return known || fail(e, ERR_AUTH,
				"expected a token of this source, as Bearer "
				"or access_token");
}

static const char *
cloudevents_options(struct arena *a, const struct inbound *in, const void *conf)
{
	const struct cloudevents_conf *own = conf;
	struct span origin = inbound_header(in, "WebHook-Request-Origin");
	const char *allowed = own->origins ? NULL : "*";

	if (!origin.len)
		return NULL;
	for (const char **o = own->origins; o && *o && !allowed; o++)
		if (!strcmp(*o, "*") || span_is_nocase(origin, *o))
			allowed = *o;
	if (!allowed)
		return NULL;
	return arena_printf(a,
		"Allow: POST, OPTIONS\r\nWebHook-Allowed-Origin: %s\r\n%s",
		allowed,
		inbound_header(in, "WebHook-Request-Rate").len
			? "WebHook-Allowed-Rate: *\r\n"
			: "");
}

/* Where the source says what a type means: our word for it, or a name of
 * core/track.h. An item that ends in "*" stands for all that begin so. */
static struct span
word_for(const struct cloudevents_conf *conf, struct span type)
{
	for (const char **t = conf->types; t && *t; t++) {
		struct span word, ours;
		struct span name = span_trim(span_cut(span_of(*t), '=', &word));
		bool begins = name.data[name.len - 1] == '*';

		ours = type;
		if (begins && type.len >= --name.len)
			ours.len = name.len;
		if (span_equal(name, ours))
			return span_trim(word);
	}
	return (struct span){ NULL, 0 };
}

static void
add_claim(struct arena *a, struct event *ev, const struct mapping *m,
	const json_t *value, enum assurance assurance)
{
	const char *kind = span_text(a, m->name);
	struct span text = span_trim(json_span(a, value));
	size_t i;
	json_t *one;

	event_claim(a, ev, kind, text, assurance);
	if (m->hand_over)
		m->hand_over(a, ev, kind, text);
	json_array_foreach(value, i, one) if (!json_is_array(one))
		add_claim(a, ev, m, one, assurance);
}

static void
add_mapped(struct arena *a, struct event *ev,
	const struct cloudevents_conf *conf, const json_t *top)
{
	for (const char **i = conf->identifiers; i && *i; i++) {
		struct mapping m = mapping_of(*i);

		add_claim(a, ev, &m, json_pointer(a, top, m.pointer),
			m.assurance ? m.assurance : conf->base.assurance);
	}
	for (const char **i = conf->traits; i && *i; i++) {
		struct mapping m = mapping_of(*i);

		event_trait(ev, span_text(a, m.name),
			json_span(a, json_pointer(a, top, m.pointer)));
	}
}

/* The data, with what the source says lies elsewhere under our names. */
static json_t *
properties_of(
	struct arena *a, const struct cloudevents_conf *conf, const json_t *top)
{
	const json_t *data = json_object_get(top, "data");
	json_t *all =
		json_own(a, json_is_object(data) ? json_copy((json_t *)data)
						 : json_object());

	for (const char **i = conf->fields; i && *i; i++) {
		struct mapping m = mapping_of(*i);
		json_t *value = json_pointer(a, top, m.pointer);

		if (value)
			json_object_set(all, span_text(a, m.name), value);
	}
	return all;
}

/* Type and name, and what they mean; says what was expected of bad data. */
static const char *
add_meaning(struct arena *a, struct event *ev,
	const struct cloudevents_conf *conf, const json_t *top)
{
	struct span type = json_member(a, top, "type");
	struct span word = word_for(conf, type);
	const char *expected;

	ev->type = "track";
	ev->name = word;
	for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++) {
		if (!span_is(word, meanings[i].word))
			continue;
		ev->type = meanings[i].word;
		ev->name = span_of(meanings[i].tracked);
	}
	expected = ev->name.len ? track_read(a, ev, properties_of(a, conf, top),
					  conf->base.currency)
				: NULL;
	ev->name = type;
	return expected;
}

/* What the sender added of its own is kept apart from what the
 * specification names. Data that is neither JSON nor text stays in the
 * request alone. */
static void
add_body(struct event *ev, const json_t *top)
{
	static const char *const named[] = { "source", "subject", "dataschema",
		"datacontenttype", "data", NULL };
	static const char *const told[] = { "id", "time", "type", "specversion",
		"data_base64", NULL };
	json_t *rest = json_copy((json_t *)top), *value;

	for (const char *const *t = told; *t; t++)
		json_object_del(rest, *t);
	for (const char *const *n = named; *n; n++) {
		value = json_object_get(rest, *n);
		if (value && !json_is_null(value))
			json_object_set(ev->body, *n, value);
		json_object_del(rest, *n);
	}
	if (json_object_size(rest))
		json_object_set(ev->body, "extensions", rest);
	json_decref(rest);
}

static bool
is_json_type(struct span type)
{
	struct span rest;

	type = span_trim(span_cut(type, ';', &rest));
	while (type.len && type.data[0] != '/') {
		type.data++;
		type.len--;
	}
	return type.len >= 5 &&
	       (span_is_nocase(type, "/json") ||
		       strncasecmp(type.data + type.len - 5, "+json", 5) == 0);
}

/* What is wrong with an event's attributes, or NULL. top is filled up: data
 * that came as base64 and is JSON is data. */
static const char *
read_attributes(struct arena *a, json_t *top, int64_t *at)
{
	static const char *const needed[] = { "id", "source", "type" };
	struct span time = json_member(a, top, "time"), bytes;
	struct span coded = json_member(a, top, "data_base64");
	json_t *data;

	if (!span_is(json_member(a, top, "specversion"), "1.0"))
		return text_version;
	for (size_t i = 0; i < 3; i++)
		if (!json_member(a, top, needed[i]).len)
			return arena_printf(a,
				"expected %s, which every event has",
				needed[i]);
	*at = CLOCK_NONE;
	if (time.len && !clock_parse_rfc3339(time, 0, at, NULL))
		return "expected time as RFC 3339 has it";
	if (!coded.len)
		return NULL;
	if (json_object_get(top, "data"))
		return "expected either data or data_base64";
	if (!digest_unbase64(a, coded, &bytes))
		return "expected data_base64 to be base64";
	data = is_json_type(json_member(a, top, "datacontenttype"))
		       ? json_read(a, bytes, NULL)
		       : NULL;
	if (data)
		json_object_set(top, "data", data);
	return NULL;
}

static void
add_event(struct arena *a, const struct cloudevents_conf *conf, json_t *top,
	struct events *events)
{
	struct event *ev = events_add(a, events);
	int64_t at = CLOCK_NONE;
	const char *refused = "expected an object";

	ev->line = events->count;
	if (json_is_object(top))
		refused = read_attributes(a, top, &at);
	if (!refused)
		refused = add_meaning(a, ev, conf, top);
	ev->occurred_at = at;
	if (refused) {
		*ev = (struct event){ .refused = refused,
			.line = events->count,
			.traits = ev->traits,
			.body = ev->body,
			.occurred_at = CLOCK_NONE };
		return;
	}
	/* A URI has no blank, so the two stay apart. */
	ev->external_id = span_of(arena_printf(a, "%s %s",
		span_text(a, json_member(a, top, "source")),
		span_text(a, json_member(a, top, "id"))));
	add_mapped(a, ev, conf, top);
	add_body(ev, top);
}

/* A header's value: out of its quotes, then decoded once. False where that
 * is no text. */
static bool
header_text(struct arena *a, struct span s, struct span *out)
{
	char *text = arena_alloc(a, s.len + 1);
	bool quoted =
		s.len >= 2 && s.data[0] == '"' && s.data[s.len - 1] == '"';
	size_t len = 0, n = 0;

	for (size_t i = quoted; i < s.len - quoted; i++) {
		if (quoted && s.data[i] == '\\' && i + 2 < s.len)
			i++;
		text[len++] = s.data[i];
	}
	for (size_t i = 0; i < len; i++) {
		uint8_t byte;

		if (text[i] == '%' && len - i > 2 &&
			digest_unhex(
				(struct span){ text + i + 1, 2 }, &byte, 1)) {
			text[n++] = (char)byte;
			i += 2;
		} else {
			text[n++] = text[i];
		}
	}
	*out = (struct span){ text, n };
	return span_is_utf8(*out);
}

static bool
read_binary(struct arena *a, const struct inbound *in, struct span type,
	json_t *top, struct err *e)
{
	json_t *data = NULL;

	for (size_t i = 0; i < in->header_count; i++) {
		struct span name = in->headers[i].name, value;
		char *key;

		if (name.len < 4 || strncasecmp(name.data, "ce-", 3) != 0)
			continue;
		key = arena_strndup(a, name.data + 3, name.len - 3);
		for (char *p = key; *p; p++)
			*p = (char)tolower((unsigned char)*p);
		if (!header_text(a, in->headers[i].value, &value))
			return fail(e, ERR_INPUT,
				"ce-%.20s: expected UTF-8 in percent-encoding",
				key);
		if (strcmp(key, "data") != 0 && strcmp(key, "data_base64") != 0)
			json_object_set_new(top, key, json_text(value));
	}
	if (type.len && span_is_utf8(type))
		json_object_set_new(top, "datacontenttype", json_text(type));
	if (!in->body.len)
		return true;
	if (!type.len || is_json_type(type)) {
		data = json_read(a, in->body, e);
		if (!data)
			return false;
		json_object_set(top, "data", data);
	} else if (in->body.len <= TEXT_MAX && span_is_utf8(in->body)) {
		json_object_set_new(top, "data", json_text(in->body));
	}
	return true;
}

/* "application/cloudevents[-batch]+json", whatever parameters follow. */
static bool
is_json_format(struct span type)
{
	struct span rest;

	type = span_trim(span_cut(type, ';', &rest));
	return type.len > 5 &&
	       strncasecmp(type.data + type.len - 5, "+json", 5) == 0;
}

static bool
begins(struct span s, const char *prefix)
{
	return s.len >= strlen(prefix) &&
	       strncasecmp(s.data, prefix, strlen(prefix)) == 0;
}

static bool
cloudevents_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	struct span type = span_trim(inbound_header(in, "Content-Type"));
	bool said = begins(type, "application/cloudevents");
	size_t i;
	json_t *top, *item;

	if (said && !is_json_format(type))
		return fail(e, ERR_FORMAT,
			"expected application/cloudevents+json, "
			"application/cloudevents-batch+json or ce- headers");
	if (!said && inbound_header(in, "ce-specversion").len) {
		top = json_own(a, json_object());
		if (!read_binary(a, in, type, top, e))
			return false;
	} else {
		/* Labels lie, so the bytes say whether it is a batch. */
		top = json_read(a, in->body, e);
		if (!top)
			return false;
	}
	if (json_is_array(top)) {
		json_array_foreach(top, i, item)
			add_event(a, conf, item, events);
		return true;
	}
	add_event(a, conf, top, events);
	return !events->items->refused ||
	       fail(e, ERR_INPUT, "%s", events->items->refused);
}

#define CONF(field) offsetof(struct cloudevents_conf, field)

static const struct setting cloudevents_settings[] = {
	{ "identifiers", SETTING_LIST, CONF(identifiers), NULL,
		"Where identifiers are in an event, as kind=/json/pointer, "
		"with verified or attested behind it where that is so, or "
		"given_up where its holder gave it up to others, or "
		"taken_over where it got its next holder." },
	{ "traits", SETTING_LIST, CONF(traits), NULL,
		"Where what is known of a person is, as name=/json/pointer." },
	{ "fields", SETTING_LIST, CONF(fields), NULL,
		"Where order_id, total, currency, products and the like are, "
		"as name=/json/pointer, if not in data by these names." },
	{ "types", SETTING_LIST, CONF(types), NULL,
		"What types mean, as type=word: order, refund, cart, message, "
		"consent and the like; a type may end in *." },
	{ "origins", SETTING_LIST, CONF(origins), NULL,
		"Whom a handshake allows to send, if not everybody." },
	{ 0 },
};

static const char *const cloudevents_paths[] = { "/v1/events", NULL };

static const char *const cloudevents_keeps[] = { "Content-Type", "ce-*", NULL };

extern const struct channel channel_cloudevents;
const struct channel channel_cloudevents = {
	.name = "cloudevents",
	.summary = "CloudEvents 1.0: binary, structured and batched",
	.secret = "a token that senders show as Bearer or access_token",
	.settings = cloudevents_settings,
	.conf_size = sizeof(struct cloudevents_conf),
	.verify = cloudevents_verify,
	.parse = cloudevents_parse,
	.check = cloudevents_check,
	.options = cloudevents_options,
	.paths = cloudevents_paths,
	.keeps = cloudevents_keeps,
};
