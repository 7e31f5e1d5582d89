/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Web and app tracking: the Segment HTTP API as its libraries really call
 * it, and RudderStack's dialect of it. One call per request or a batch,
 * under long and short paths, whatever the Content-Type says; or by a beacon
 * or a pixel.
 *
 * A write key is public: it sits in every page of the shop. So it proves
 * nothing about the person, and what people type (email, phone) is claimed
 * with the assurance of the source alone.
 */
#include "core/channel.h"

#include <ctype.h>
#include <string.h>

#include "core/beacon.h"
#include "core/json.h"
#include "core/track.h"

#define MESSAGE_ID_MAX 100 /* characters, as Segment documents */
#define CLAIM_MAX 255	   /* characters of an identifier */
/* A context written once is merged under every item of a batch; together
 * they may not grow beyond this. */
#define MERGED_MAX ((size_t)64 << 20)

/* One item on its way to becoming an event. */
struct call {
	struct arena *arena;
	const struct source_conf *conf;
	const json_t *item;
	const json_t *context; /* the item's own, or NULL */
	const json_t *shared;  /* the batch's context, or NULL */
	struct span word;      /* the sender's word for the type */
	const char *type;
	struct span user_id, anonymous_id, device, email, phone;
	bool gpc; /* Global Privacy Control was on */
};

struct word {
	const char *from, *to;
};

static const char *const call_types[] = { "identify", "track", "page", "screen",
	"group", "alias", "merge", NULL };

/* What the consent managers of the market put beside a call, as they name it:
 * the strings of IAB's TCF, GPP and US Privacy, and of Google. */
static const char *const privacy_names[] = { "gdpr", "gdpr_consent",
	"addtl_consent", "gpp", "gpp_sid", "us_privacy", "gcs", "gcd", "npa",
	NULL };

static const char *const consent_events[] = { "Consent Preference Updated",
	"Segment Consent Preference Updated", NULL };

/* Traits, in snake case, that we call something else. */
static const struct word trait_names[] = {
	{ "first_name", "given_name" },
	{ "last_name", "family_name" },
	{ "birthday", "birth_date" },
	{ NULL, NULL },
};

static const char *
word_find(const struct word *words, struct span s)
{
	for (; words->from != NULL; words++)
		if (span_is_nocase(s, words->from))
			return words->to;
	return NULL;
}

/* Our word for a type; analytics.js has paths of the first letter alone. */
static const char *
call_type(struct span word)
{
	for (const char *const *type = call_types; *type != NULL; type++)
		if (span_is_nocase(word, *type) ||
			(word.len == 1 && word.data[0] == **type))
			return *type;
	return NULL;
}

static bool
blank(struct span s)
{
	return span_trim(s).len == 0;
}

/* What is JSON of a request, or should be. A pixel may have it in "data". */
static struct span
call_text(struct arena *a, const struct inbound *in)
{
	if (strcmp(in->method, "GET") == 0)
		return beacon_text(a, in->query);
	return beacon_text(a, in->body);
}

/* The key that the request shows; empty where it shows none. */
static struct span
request_key(struct arena *a, const struct inbound *in, bool header)
{
	struct span key = { NULL, 0 };

	if (header)
		key = inbound_key(a, in);
	if (key.len == 0)
		key = json_member(
			a, json_read(a, call_text(a, in), NULL), "writeKey");
	if (key.len == 0)
		key = inbound_query(a, in, "writeKey");
	return key;
}

static bool
web_verify(const struct inbound *in, const void *conf, struct err *e)
{
	struct arena *a = arena_create();
	bool known = source_knows(conf, request_key(a, in, true));

	/* With OAuth the bearer token is not the key, and the key is in the
	 * body beside it. */
	if (!known) {
		struct span auth = inbound_header(in, "authorization");
		struct span rest;

		if (span_is_nocase(span_cut(auth, ' ', &rest), "Bearer"))
			known = source_knows(conf, request_key(a, in, false));
	}
	arena_destroy(a);
	if (!known)
		return fail(e, ERR_AUTH, "expected a write key of this source");
	return true;
}

/* The last segment of the path: the type of the call, or "batch". */
static struct span
path_word(struct span path)
{
	struct span word = { NULL, 0 };

	while (path.len > 0) {
		struct span part = span_cut(path, '/', &path);

		if (part.len > 0)
			word = part;
	}
	return word;
}

/* A member of a part of the context; what the item says goes first. */
static const json_t *
context_get(const struct call *call, const char *part, const char *key)
{
	const json_t *value;

	value = json_object_get(json_object_get(call->context, part), key);
	if (value != NULL)
		return value;
	return json_object_get(json_object_get(call->shared, part), key);
}

/* Email or phone: one of each, the most direct place first. A second,
 * different address would join two people. */
static struct span
contact(const struct call *call, const char *key)
{
	struct arena *a = call->arena;
	struct span s = { NULL, 0 };

	/* The traits of a group are the group's. */
	if (strcmp(call->type, "group") != 0)
		s = json_member(a, json_object_get(call->item, "traits"), key);
	if (blank(s))
		s = json_span(a, context_get(call, "traits", key));
	if (blank(s) && strcmp(call->type, "track") == 0 &&
		strcmp(key, "email") == 0)
		s = json_member(
			a, json_object_get(call->item, "properties"), key);
	return s;
}

/* What was expected of an item that cannot be taken; NULL where it can. */
static const char *
refusal(const struct call *call)
{
	struct arena *a = call->arena;
	const struct {
		const char *name;
		struct span value;
	} ids[] = {
		{ "userId", call->user_id },
		{ "anonymousId", call->anonymous_id },
		{ "context.device.id", call->device },
		{ "email", call->email },
		{ "phone", call->phone },
		{ "previousId", json_member(a, call->item, "previousId") },
	};

	if (blank(call->word))
		return "expected type: identify, track, page, screen, "
		       "group or alias";
	if (span_characters(json_member(a, call->item, "messageId")) >
		MESSAGE_ID_MAX)
		return "expected messageId of at most 100 characters";
	if (strcmp(call->type, "merge") == 0)
		return json_is_array(
			       json_object_get(call->item, "mergeProperties"))
			       ? NULL
			       : "expected mergeProperties, an array";
	if (blank(call->user_id) && blank(call->anonymous_id))
		return "expected userId or anonymousId";
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		if (span_characters(ids[i].value) > CLAIM_MAX)
			return arena_printf(a,
				"expected %s of at most 255 characters",
				ids[i].name);
	if (strcmp(call->type, "track") == 0 &&
		blank(json_member(a, call->item, "event")))
		return "expected event, the name of what was tracked";
	return NULL;
}

static void
add_claims(const struct call *call, struct event *ev)
{
	struct arena *a = call->arena;
	enum assurance typed = call->conf->assurance;

	event_claim(a, ev, "user_id", call->user_id, VERIFIED);
	event_claim(a, ev, "anonymous_id", call->anonymous_id, VERIFIED);
	event_claim(a, ev, "device", call->device, VERIFIED);
	event_claim(a, ev, "email", call->email, typed);
	event_claim(a, ev, "phone", call->phone, typed);
	if (strcmp(call->type, "alias") == 0) {
		const char *old = span_text(
			a, span_trim(json_member(a, call->item, "previousId")));

		/* analytics.js sends the stored id as both after an
		 * identify: nothing to join, and no error. */
		if (!span_is(call->user_id, old))
			event_claim(
				a, ev, "anonymous_id", span_of(old), VERIFIED);
	}
}

/* RudderStack's word that several identifiers are one person's: as good as
 * what people type, for a write key is public. */
static void
add_merged(const struct call *call, struct event *ev)
{
	static const struct word kinds[] = {
		{ "email", "email" },
		{ "mobile", "phone" },
		{ "phone", "phone" },
		{ "userId", "user_id" },
		{ "anonymousId", "anonymous_id" },
		{ NULL, NULL },
	};
	struct arena *a = call->arena;
	size_t i;
	json_t *one;

	json_array_foreach(
		json_object_get(call->item, "mergeProperties"), i, one)
	{
		const char *kind =
			word_find(kinds, json_member(a, one, "type"));

		if (kind != NULL)
			event_claim(a, ev, kind, json_member(a, one, "value"),
				call->conf->assurance);
	}
}

/* "createdAt", "Created At" and "CREATED-AT" are all created_at. */
static char *
snake_case(struct arena *a, const char *key)
{
	size_t len = strlen(key), n = 0;
	char *out = arena_array(a, len + 1, 2);

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)key[i];
		unsigned char last = i > 0 ? (unsigned char)key[i - 1] : 0;
		unsigned char next = (unsigned char)key[i + 1];
		bool starts =
			isupper(c) && (islower(last) || isdigit(last) ||
					      (isupper(last) && islower(next)));

		if (c < 0x80 && !isalnum(c)) {
			starts = true;
			c = '_';
		}
		if (starts && n > 0 && out[n - 1] != '_')
			out[n++] = '_';
		if (c != '_')
			out[n++] = (char)tolower(c);
	}
	while (n > 0 && out[n - 1] == '_')
		n--;
	out[n] = '\0';
	return out;
}

static void
add_traits(struct arena *a, struct event *ev, const json_t *traits)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)traits, key, value)
	{
		struct span text = json_span(a, value);
		const char *name, *ours;

		if (strcmp(key, "email") == 0 || strcmp(key, "phone") == 0)
			continue; /* claims */
		if (json_is_boolean(value))
			text = span_of(json_is_true(value) ? "true" : "false");
		name = snake_case(a, key);
		ours = word_find(trait_names, span_of(name));
		if (*name != '\0')
			event_trait(ev, ours != NULL ? ours : name, text);
	}
}

/* Keeps a part of the input, where there is something in it. */
static bool
keep(struct event *ev, const char *name, const json_t *part)
{
	if (json_object_size(part) == 0)
		return false;
	return json_object_set(ev->body, name, (json_t *)part) == 0;
}

static void
add_body(const struct call *call, struct event *ev)
{
	static const char *const parts[] = { "campaign", "consent", NULL };
	struct arena *a = call->arena;

	keep(ev, "properties", json_object_get(call->item, "properties"));
	for (const char *const *p = parts; *p != NULL; p++)
		if (!keep(ev, *p, json_object_get(call->context, *p)))
			keep(ev, *p, json_object_get(call->shared, *p));
	if (!keep(ev, "consent_management",
		    json_object_get(call->context, "consentManagement")))
		keep(ev, "consent_management",
			json_object_get(call->shared, "consentManagement"));
	for (const char *const *p = privacy_names; *p != NULL; p++)
		event_body(ev, *p, json_member(a, call->item, *p));
	if (call->gpc)
		json_object_set_new(ev->body, "gpc", json_true());
	event_body(ev, "url", json_span(a, context_get(call, "page", "url")));
	event_body(ev, "category", json_member(a, call->item, "category"));
	if (strcmp(call->type, "group") == 0) {
		event_body(
			ev, "group_id", json_member(a, call->item, "groupId"));
		keep(ev, "group", json_object_get(call->item, "traits"));
	}
}

/* The client's own time. Never sentAt, which is the time of the request. */
static int64_t
occurred_at(const struct call *call)
{
	static const char *const names[] = { "timestamp", "originalTimestamp" };
	int64_t at;

	for (size_t i = 0; i < 2; i++) {
		struct span s = json_member(call->arena, call->item, names[i]);

		if (s.len > 0 && clock_parse_rfc3339(s, 0, &at, NULL))
			return at;
	}
	return CLOCK_NONE;
}

/* Type and name, and what they mean; says what was expected of a bad item. */
static const char *
add_meaning(const struct call *call, struct event *ev)
{
	struct arena *a = call->arena;
	const json_t *props = json_object_get(call->item, "properties");

	ev->type = call->type;
	if (strcmp(call->type, "track") == 0) {
		ev->name = json_member(a, call->item, "event");
		for (const char *const *c = consent_events; *c != NULL; c++)
			if (span_is_nocase(ev->name, *c))
				ev->type = "consent";
		return track_read(a, ev, props, call->conf->currency);
	}
	if (strcmp(call->type, "merge") == 0)
		ev->type = "alias";
	if (strcmp(call->type, "unknown") == 0 ||
		strcmp(call->type, "merge") == 0) {
		ev->name = call->word;
		return NULL;
	}
	ev->name = json_member(a, call->item, "name");
	if (blank(ev->name) && strcmp(call->type, "group") != 0)
		ev->name = json_member(a, props, "name");
	return NULL;
}

static void
add_event(struct call *call, struct events *events, size_t line)
{
	struct arena *a = call->arena;
	struct event *ev = events_add(a, events);
	const char *refused, *type;

	ev->line = line;
	if (!json_is_object(call->item)) {
		ev->refused = "expected an object";
		return;
	}
	type = call_type(call->word);
	call->type = type != NULL ? type : "unknown";
	call->context = json_object_get(call->item, "context");
	call->user_id = span_trim(json_member(a, call->item, "userId"));
	call->anonymous_id = json_member(a, call->item, "anonymousId");
	call->device = json_span(a, context_get(call, "device", "id"));
	call->email = contact(call, "email");
	call->phone = contact(call, "phone");
	refused = refusal(call);
	if (refused == NULL)
		refused = add_meaning(call, ev);
	if (refused != NULL) {
		ev->type = "unknown";
		ev->name = span_of(NULL);
		ev->refused = refused;
		return;
	}
	ev->external_id = json_member(a, call->item, "messageId");
	ev->occurred_at = occurred_at(call);
	add_claims(call, ev);
	add_merged(call, ev);
	add_traits(a, ev, json_object_get(call->shared, "traits"));
	add_traits(a, ev, json_object_get(call->context, "traits"));
	if (strcmp(call->type, "group") != 0)
		add_traits(a, ev, json_object_get(call->item, "traits"));
	add_body(call, ev);
}

/* Whether a context, merged under each of count items, stays bounded. */
static bool
merge_fits(struct arena *a, const json_t *shared, size_t count, struct err *e)
{
	if (shared == NULL || count == 0 ||
		strlen(json_write(a, shared)) <= MERGED_MAX / count)
		return true;
	return fail(e, ERR_LIMIT,
		"expected a context of at most %zu bytes above %zu items",
		MERGED_MAX / count, count);
}

static bool
web_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	struct span path = path_word(in->path);
	bool batched = span_is(path, "batch") || span_is(path, "b") ||
		       span_is(path, "import");
	struct call base = { .arena = a, .conf = conf };
	json_t *top, *batch;
	size_t count;

	if (span_is(path, "m") || span_is(path, "metrics"))
		return true; /* how the library feels; about nobody */
	base.gpc = span_is(inbound_header(in, "Sec-GPC"), "1");
	if (strcmp(in->method, "GET") == 0 &&
		inbound_query(a, in, "data").len == 0)
		top = beacon_query(a, in->query);
	else
		top = json_read(a, call_text(a, in), e);
	if (top == NULL)
		return false;
	if (!json_is_object(top))
		return fail(e, ERR_INPUT, "expected a JSON object");
	batch = json_object_get(top, "batch");
	if ((batch != NULL || batched) && !json_is_array(batch))
		return fail(e, ERR_INPUT, "expected batch to be an array");
	count = batch != NULL ? json_array_size(batch) : 1;
	if (batch != NULL)
		base.shared = json_object_get(top, "context");
	if (!merge_fits(a, base.shared, count, e))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct call call = base;

		call.item = batch != NULL ? json_array_get(batch, i) : top;
		call.word = json_member(a, call.item, "type");
		if (blank(call.word) && !batched)
			call.word = path;
		add_event(&call, events, i + 1);
	}
	return true;
}

static const struct setting web_settings[] = {
	{ .name = NULL },
};

/* What SDKs call, in full and in short; beacons; pixels; and where they ask
 * for their settings. */
static const char *const web_paths[] = { "/v1/identify", "/v1/track",
	"/v1/page", "/v1/screen", "/v1/group", "/v1/alias", "/v1/merge",
	"/v1/batch", "/v1/import", "/v1/i", "/v1/t", "/v1/p", "/v1/s", "/v1/g",
	"/v1/a", "/v1/b", "/v1/m", "/beacon/v1/batch", "/pixel/v1/track",
	"/pixel/v1/page", "/v1/pixel/", "/v1/projects/", "/sourceConfig",
	NULL };

static const char *const web_pixels[] = { "/pixel/v1/track", "/pixel/v1/page",
	"/v1/pixel/", NULL };

static const char *const web_keeps[] = { "Sec-GPC", "!?writeKey",
	"!?access_token", "?*", NULL };

/* Exactly 200 and this: Segment's Python client retries all else. */
static void
web_answer(struct arena *a, const struct inbound *in, const void *conf,
	const struct verdicts *verdicts, struct answer *answer)
{
	(void)a;
	(void)in;
	(void)conf;
	(void)verdicts;
	*answer = (struct answer){ "application/json", "{\"success\":true}" };
}

/* Where a library's settings are asked for: analytics.js names its key in
 * the path, RudderStack's SDK in the query. Neither gets what it did not show.
 */
static bool
web_greet(struct arena *a, const struct inbound *in, const void *conf,
	struct span *answer, struct err *e)
{
	static const char segment[] =
		"{\"integrations\":{\"Segment.io\":{\"apiKey\":\"%s\"}},"
		"\"plan\":{},\"enabledMiddleware\":{}}";
	static const char rudder[] =
		"{\"source\":{\"id\":\"%s\",\"name\":\"%s\",\"writeKey\":\"%"
		"s\","
		"\"enabled\":true,\"workspaceId\":\"unifyd\",\"config\":{"
		"\"statsCollection\":{\"errors\":{\"enabled\":false},"
		"\"metrics\":{\"enabled\":false}}},"
		"\"dataplanes\":{},\"destinations\":[]}}";
	const struct source_conf *own = conf;
	struct span rest, key = inbound_query(a, in, "writeKey");
	bool asked = span_starts(in->path, "/sourceConfig");
	const char *shown;

	if (span_starts(in->path, "/v1/projects/")) {
		rest = (struct span){ in->path.data + 13, in->path.len - 13 };
		key = span_cut(rest, '/', &rest);
		if (!span_is(rest, "settings"))
			key.len = 0;
	} else if (!asked) {
		return fail(e, ERR_MISSING, "web: want POST");
	} else if (key.len == 0) {
		key = inbound_key(a, in);
	}
	if (!source_knows(conf, key))
		return fail(e, ERR_MISSING, "expected a write key's settings");
	shown = span_text(a, key);
	*answer = span_of(
		asked ? arena_printf(a, rudder, own->name, own->name, shown)
		      : arena_printf(a, segment, shown));
	return true;
}

extern const struct channel channel_web;
const struct channel channel_web = {
	.name = "web",
	.summary = "Web and app tracking: Segment's and RudderStack's APIs, "
		   "beacons, pixels",
	.secret = "the write key, which every visitor can read",
	.settings = web_settings,
	.conf_size = sizeof(struct source_conf),
	.verify = web_verify,
	.parse = web_parse,
	.greet = web_greet,
	.paths = web_paths,
	.pixels = web_pixels,
	.keeps = web_keeps,
	.answer = web_answer,
};
