/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HubSpot: batches of what became of contacts, signed with method, address and
 * time. A property comes alone; what it says is known of the contact by
 * HubSpot's number. Ids of events repeat between subscriptions.
 */
#include "core/channel.h"

#include <string.h>

#include "core/commerce.h"
#include "core/json.h"
#include "core/mapping.h"
#include "core/signature.h"

#define CONTACT "0-1" /* the type of object, in newer subscriptions */

struct hubspot_conf {
	struct source_conf base;
	const char *url;
	const char *const *properties;
	size_t window;
};

/* A notification while it is read. */
struct notice {
	struct arena *a;
	const struct hubspot_conf *conf;
	struct events *events;
	const json_t *one;
	struct span type;
};

static bool
hubspot_verify(const struct inbound *in, const void *conf, struct err *e)
{
	static const struct signature how = { "X-HubSpot-Signature-v3", NULL,
		HMAC_SHA256, true };
	const struct hubspot_conf *own = conf;
	struct span time = inbound_header(in, "X-HubSpot-Request-Timestamp");
	struct arena *a;
	bool good;

	if (!own->url)
		return fail(e, ERR_AUTH,
			"expected the setting url of this source: it is a "
			"part of what HubSpot signs");
	a = arena_create();
	good = signature_good(&how, in, &own->base,
		       (struct span[]){ span_of(in->method),
			       signature_url(a, in, own->url), in->raw, time },
		       4, e) &&
	       signature_fresh(in, time, own->window, e);
	arena_destroy(a);
	return good;
}

static struct span
member(const struct notice *n, const char *key)
{
	return json_member(n->a, n->one, key);
}

static struct span
scope(const struct notice *n)
{
	return span_path(n->a, span_of("hubspot"), member(n, "portalId"));
}

static struct event *
add(const struct notice *n, const char *type, const char *part)
{
	static const char *const keys[] = { "changeSource", "sourceId", NULL };
	struct event *ev = events_add(n->a, n->events);
	struct span id = span_path(n->a, member(n, "portalId"),
		member(n, "subscriptionId"), member(n, "eventId"),
		member(n, "occurredAt"));

	ev->type = type;
	ev->line = n->events->count;
	ev->name = n->type;
	ev->occurred_at = clock_read(member(n, "occurredAt"));
	if (member(n, "eventId").len)
		ev->external_id =
			part ? span_path(n->a, id, span_of(part)) : id;
	event_keep_members(n->a, ev, n->one, keys);
	return ev;
}

static void
claim_record(const struct notice *n, struct event *ev, struct span id)
{
	customer_claim(n->a, ev, "record", scope(n), id);
}

/* HubSpot's own properties, and those that the source's settings name. */
static const struct known_field properties[] = {
	{ "email", "email", NULL },
	{ "phone", "phone", NULL },
	{ "mobilephone", "phone", NULL },
	{ "firstname", NULL, "given_name" },
	{ "lastname", NULL, "family_name" },
	{ "date_of_birth", NULL, "birth_date" },
	{ "city", NULL, "city" },
	{ "country", NULL, "country" },
	{ "hs_language", NULL, "locale" },
	{ NULL, NULL, NULL },
};

static void
claim_property(const struct notice *n, struct event *ev)
{
	struct span name = member(n, "propertyName");
	struct span value = member(n, "propertyValue");
	const char *kind;

	known_field_take(
		n->a, ev, properties, name, value, n->conf->base.assurance);
	kind = mapping_kind(n->conf->properties, name);
	if (kind)
		event_claim(n->a, ev, kind, value, n->conf->base.assurance);
	event_body(ev, "property", name);
	event_body(ev, "value", value);
}

static void
add_change(const struct notice *n)
{
	struct span name = member(n, "propertyName");
	struct event *ev = add(n, "identify", NULL);

	claim_record(n, ev, member(n, "objectId"));
	claim_property(n, ev);
	/* That it is off is how everybody begins, and no consent. */
	if (!span_is(name, "hs_email_optout") ||
		!span_is(member(n, "propertyValue"), "true"))
		return;
	ev = add(n, "consent", "consent");
	event_consent(
		ev, "marketing", "email", CONSENT_DENIED, ev->occurred_at);
	claim_record(n, ev, member(n, "objectId"));
}

#define MERGED_MAX (EVENT_CLAIMS - 2) /* beside the two that are left */

static void
add_merge(const struct notice *n)
{
	struct event *ev = NULL;
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(n->one, "mergedObjectIds"), i, one)
	{
		if (i % MERGED_MAX == 0) {
			ev = add(n, "alias",
				arena_printf(n->a, "%zu", i / MERGED_MAX));
			claim_record(n, ev, member(n, "primaryObjectId"));
			claim_record(n, ev, member(n, "newObjectId"));
		}
		claim_record(n, ev, json_span(n->a, one));
	}
	if (!ev)
		claim_record(n, add(n, "alias", NULL), member(n, "objectId"));
}

static void
add_notice(struct notice *n)
{
	struct span what, kind = span_cut(n->type, '.', &what);
	bool contact = span_is(kind, "contact") ||
		       (span_is(kind, "object") &&
			       span_is(member(n, "objectTypeId"), CONTACT));
	const char *type = "track";

	if (!contact) {
		add(n, "unknown", NULL);
	} else if (span_is(what, "merge")) {
		add_merge(n);
	} else if (span_is(what, "propertyChange")) {
		add_change(n);
	} else {
		if (span_is(what, "creation"))
			type = "identify";
		else if (span_is(what, "privacyDeletion"))
			type = "erasure";
		claim_record(n, add(n, type, NULL), member(n, "objectId"));
	}
}

static bool
hubspot_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	struct notice n = { .a = a, .conf = conf, .events = events };
	const json_t *root = json_read(a, in->body, e);
	json_t *one;
	size_t i;

	if (!root)
		return false;
	if (!json_is_array(root))
		return fail(e, ERR_INPUT, "expected an array");
	json_array_foreach(root, i, one)
	{
		n.one = one;
		n.type = member(&n, "subscriptionType");
		if (n.type.len)
			add_notice(&n);
		else
			events_refuse(
				a, events, "an object with a subscriptionType");
	}
	return true;
}

static bool
hubspot_check(const void *conf, struct err *e)
{
	const struct hubspot_conf *own = conf;

	if (own->url && strncmp(own->url, "https://", 8) != 0)
		return fail(e, ERR_INPUT,
			"url %.60s: not understood, want https://...",
			own->url);
	return mapping_check(own->properties, "properties", e);
}

static const struct setting hubspot_settings[] = {
	{ "url", SETTING_TEXT, offsetof(struct hubspot_conf, url), NULL,
		"The target URL of the app, exactly as HubSpot has it: it is a "
		"part of what is signed, so it must be set." },
	{ "properties", SETTING_LIST, offsetof(struct hubspot_conf, properties),
		NULL,
		"Properties of contacts that identify them, such as "
		"customer_number=user_id." },
	{ "window", SETTING_SIZE, offsetof(struct hubspot_conf, window),
		SIGNATURE_WINDOW,
		"How many seconds a signature may be old or early; 0 for "
		"any." },
	{ 0 },
};

extern const struct channel channel_hubspot;
const struct channel channel_hubspot = {
	.name = "hubspot",
	.summary = "What becomes of the contacts of HubSpot",
	.secret = "the app's client secret, which signs the bytes",
	.settings = hubspot_settings,
	.conf_size = sizeof(struct hubspot_conf),
	.verify = hubspot_verify,
	.parse = hubspot_parse,
	.check = hubspot_check,
	.answer = answer_nothing,
};
