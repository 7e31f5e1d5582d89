/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Snowplow's tracker protocol, version 2: events as flat objects of short
 * keys, posted in arrays or as the query of a pixel. What an event is about
 * stands in self-describing JSON, whose schema names it.
 *
 * Trackers show no key. What they do show is the id of their app, which every
 * page holds; so a source's secret is an app id, as public as a write key,
 * and proves nothing about the person.
 */
#include <ctype.h>
#include <string.h>

#include "base/digest.h"
#include "core/beacon.h"
#include "core/channel.h"
#include "core/json.h"
#include "core/track.h"

#define PAYLOAD "iglu:com.snowplowanalytics.snowplow/payload_data/"
#define ECOMMERCE "com.snowplowanalytics.snowplow.ecommerce/"

/* The plugin for shops: what an action is in the shared vocabulary. */
static const struct {
	const char *action, *tracked;
} actions[] = {
	{ "add_to_cart", "Product Added" },
	{ "remove_from_cart", "Product Removed" },
	{ "checkout_step", "Checkout Started" },
	{ "transaction", "Order Completed" },
	{ "refund", "Order Refunded" },
	{ "product_view", "Product Viewed" },
	{ "list_view", "Product List Viewed" },
	{ "list_click", "Product Clicked" },
};

/* An event on its way; json is the arena's. */
struct item {
	struct arena *a;
	const struct source_conf *conf;
	const json_t *item;
	const json_t *contexts; /* an array of self-describing JSON, or NULL */
	bool gpc;
};

/* A key's text, or that of its twin in base64, read as JSON; or NULL. */
static json_t *
inner_json(struct arena *a, const json_t *item, const char *plain,
	const char *coded)
{
	struct span text = json_member(a, item, plain);
	struct span base64 = json_member(a, item, coded);

	if (!text.len && (!base64.len || !digest_unbase64(a, base64, &text)))
		return NULL;
	return json_read(a, text, NULL);
}

/* The array of events, or the one of a pixel in an array; NULL: none. */
static const json_t *
items_of(struct arena *a, const struct inbound *in, struct err *e)
{
	json_t *top, *one;

	if (!strcmp(in->method, "GET")) {
		one = json_own(a, json_array());
		json_array_append(one, beacon_query(a, in->query));
		return one;
	}
	top = json_read(a, in->body, e);
	if (!top)
		return NULL;
	if (!span_starts(json_member(a, top, "schema"), PAYLOAD) ||
		!json_is_array(json_object_get(top, "data"))) {
		fail(e, ERR_INPUT, "expected %s... with an array of data",
			PAYLOAD);
		return NULL;
	}
	return json_object_get(top, "data");
}

/* By a key like everybody's, or each event by its app. */
static bool
snowplow_verify(const struct inbound *in, const void *conf, struct err *e)
{
	struct arena *a = arena_create();
	bool known = source_knows(conf, inbound_key(a, in));
	const json_t *items = known ? NULL : items_of(a, in, NULL);
	size_t i;
	json_t *item;

	if (!known) {
		known = json_array_size(items) > 0;
		json_array_foreach(items, i, item) known =
			source_knows(conf, json_member(a, item, "aid")) &&
			known;
	}
	arena_destroy(a);
	return known || fail(e, ERR_AUTH,
				"expected events whose app id (aid) is a "
				"secret of this source");
}

/* "order_completed" of "iglu:com.example/order_completed/jsonschema/1-0-0". */
static struct span
schema_name(struct arena *a, const json_t *described)
{
	struct span rest;

	span_cut(json_member(a, described, "schema"), '/', &rest);
	return span_cut(rest, '/', &rest);
}

/* The data of the first context whose schema has that name. */
static const json_t *
context_of(const struct item *it, const char *name)
{
	size_t i;
	json_t *one;

	json_array_foreach(it->contexts, i, one)
	{
		if (span_is(schema_name(it->a, one), name))
			return json_object_get(one, "data");
	}
	return NULL;
}

/* The shop plugin's contexts as the properties of the shared vocabulary. */
static json_t *
shop_properties(const struct item *it, const json_t *action)
{
	static const char *const names[][2] = {
		{ "transaction_id", "order_id" }, { "refund_id", "refund_id" },
		{ "revenue", "revenue" }, { "refund_amount", "total" },
		{ "total_value", "value" }, { "currency", "currency" }
	};
	const json_t *parts[] = { context_of(it, "transaction"),
		context_of(it, "refund"), context_of(it, "cart") };
	json_t *all = json_own(it->a, json_is_object(action)
					      ? json_copy((json_t *)action)
					      : json_object());
	json_t *products = json_array(), *one;
	size_t i;

	for (size_t k = 0; k < 3; k++)
		for (i = 0; i < sizeof(names) / sizeof(*names); i++)
			if (json_object_get(parts[k], names[i][0]))
				json_object_set(all, names[i][1],
					json_object_get(parts[k], names[i][0]));
	json_array_foreach(it->contexts, i, one)
	{
		json_t *product;

		if (!span_is(schema_name(it->a, one), "product"))
			continue;
		product = json_copy(json_object_get(one, "data"));
		json_object_set(
			product, "product_id", json_object_get(product, "id"));
		json_array_append_new(products, product);
	}
	if (json_array_size(products))
		json_object_set(all, "products", products);
	json_decref(products);
	return all;
}

/* The name of the shared vocabulary: "order_completed" is "order completed". */
static struct span
with_blanks(struct arena *a, struct span name)
{
	char *text = span_text(a, name);

	for (char *p = text; *p; p++)
		if (*p == '_')
			*p = ' ';
	return span_of(text);
}

/* A self-describing event; says what was expected of what it holds. */
static const char *
add_described(const struct item *it, struct event *ev)
{
	json_t *outer = inner_json(it->a, it->item, "ue_pr", "ue_px");
	const json_t *inner = json_object_get(outer, "data");
	json_t *data = json_object_get(inner, "data");
	struct span name = schema_name(it->a, inner);
	struct span tracked = with_blanks(it->a, name);
	const char *expected;

	if (!name.len)
		return "expected ue_pr or ue_px with a self-describing event";
	if (json_object_size(data))
		json_object_set(ev->body, "properties", data);
	event_claim(it->a, ev, "email",
		span_trim(json_member(it->a, data, "email")),
		it->conf->assurance);
	if (strstr(span_text(it->a, json_member(it->a, inner, "schema")),
		    ECOMMERCE)) {
		struct span action = json_member(it->a, data, "type");

		data = shop_properties(it, data);
		for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
			if (span_is(action, actions[i].action)) {
				tracked = span_of(actions[i].tracked);
				name = action;
			}
	}
	ev->type = span_starts(name, "consent_") ? "consent" : "track";
	if (span_is(name, "screen_view"))
		ev->type = "screen";
	ev->name = tracked;
	expected = track_read(it->a, ev, data, it->conf->currency);
	ev->name = name;
	return expected;
}

/* An order of the old e-commerce calls (tr), in the shared vocabulary. */
static const char *
add_transaction(const struct item *it, struct event *ev)
{
	static const char *const names[][2] = { { "tr_id", "order_id" },
		{ "tr_tt", "total" }, { "tr_cu", "currency" } };
	json_t *properties = json_own(it->a, json_object());
	const char *expected;

	for (size_t i = 0; i < 3; i++)
		if (json_object_get(it->item, names[i][0]))
			json_object_set(properties, names[i][1],
				json_object_get(it->item, names[i][0]));
	ev->name = span_of("Order Completed");
	expected = track_read(it->a, ev, properties, it->conf->currency);
	ev->name = span_of("transaction");
	return expected;
}

/* Type and name, and what they mean; says what was expected of a bad item. */
static const char *
add_meaning(const struct item *it, struct event *ev)
{
	struct span e = json_member(it->a, it->item, "e");

	ev->type = "track";
	if (span_is(e, "ue"))
		return add_described(it, ev);
	if (span_is(e, "tr"))
		return add_transaction(it, ev);
	if (span_is(e, "pv")) {
		ev->type = "page";
		ev->name = json_member(it->a, it->item, "page");
	} else if (span_is(e, "pp")) {
		ev->name = span_of("page_ping");
	} else if (span_is(e, "se")) {
		ev->name = json_member(it->a, it->item, "se_ac");
	} else if (span_is(e, "ti")) {
		ev->name = span_of("transaction_item");
	} else if (e.len) {
		ev->type = "unknown";
		ev->name = e;
	} else {
		return "expected e, the kind of event";
	}
	return NULL;
}

static void
add_claims(const struct item *it, struct event *ev)
{
	static const char *const browsers[] = { "duid", "nuid", "tnuid" };
	const json_t *session = context_of(it, "client_session");
	const json_t *mobile = context_of(it, "mobile_context");
	static const char *const devices[] = { "appleIdfv", "androidIdfa",
		"appleIdfa" };

	event_claim(it->a, ev, "user_id",
		span_trim(json_member(it->a, it->item, "uid")), VERIFIED);
	for (size_t i = 0; i < 3; i++)
		event_claim(it->a, ev, "anonymous_id",
			json_member(it->a, it->item, browsers[i]), VERIFIED);
	event_claim(it->a, ev, "anonymous_id",
		json_member(it->a, session, "userId"), VERIFIED);
	for (size_t i = 0; i < 3; i++)
		event_claim(it->a, ev, "device",
			json_member(it->a, mobile, devices[i]), VERIFIED);
}

/* Short keys that are worth a name; a browser's size is not. */
static void
add_body(const struct item *it, struct event *ev)
{
	static const char *const names[][2] = { { "url", "url" },
		{ "refr", "referrer" }, { "aid", "app" }, { "p", "platform" },
		{ "sid", "session_id" }, { "lang", "locale" },
		{ "se_ca", "category" }, { "se_la", "label" },
		{ "se_pr", "property" }, { "se_va", "value" },
		{ "ti_id", "order_id" }, { "ti_sk", "sku" },
		{ "ti_nm", "product" }, { "ti_pr", "price" },
		{ "ti_qu", "quantity" } };
	const json_t *consent = context_of(it, "consent_preferences");
	const json_t *gdpr = context_of(it, "gdpr");

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		event_body(ev, names[i][1],
			json_member(it->a, it->item, names[i][0]));
	if (json_object_size(consent))
		json_object_set(ev->body, "consent", (json_t *)consent);
	if (json_object_size(gdpr))
		json_object_set(ev->body, "gdpr", (json_t *)gdpr);
	if (it->gpc)
		json_object_set_new(ev->body, "gpc", json_true());
}

/* The tracker's own word for when, before when it put it into its queue;
 * never when it sent it. */
static int64_t
occurred_at(const struct item *it)
{
	int64_t at;

	if (clock_parse_epoch(json_member(it->a, it->item, "ttm"), &at, NULL) ||
		clock_parse_epoch(
			json_member(it->a, it->item, "dtm"), &at, NULL))
		return at;
	return CLOCK_NONE;
}

static void
add_event(struct item *it, struct events *events)
{
	struct event *ev = events_add(it->a, events);
	const char *refused = "expected an object";

	ev->line = events->count;
	ev->occurred_at = CLOCK_NONE;
	if (json_is_object(it->item)) {
		it->contexts = json_object_get(
			inner_json(it->a, it->item, "co", "cx"), "data");
		refused = add_meaning(it, ev);
	}
	if (refused) {
		*ev = (struct event){ .refused = refused,
			.line = events->count,
			.traits = ev->traits,
			.body = ev->body,
			.occurred_at = CLOCK_NONE };
		return;
	}
	ev->external_id = json_member(it->a, it->item, "eid");
	ev->occurred_at = occurred_at(it);
	add_claims(it, ev);
	add_body(it, ev);
}

static bool
snowplow_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	const json_t *items = items_of(a, in, e);
	size_t i;
	json_t *item;

	if (!items)
		return false;
	json_array_foreach(items, i, item)
	{
		struct item it = { .a = a,
			.conf = conf,
			.item = item,
			.gpc = span_is(inbound_header(in, "Sec-GPC"), "1") };

		add_event(&it, events);
	}
	return true;
}

/* Collectors say so, and trackers look at the status alone. */
static void
snowplow_answer(struct arena *a, const struct inbound *in, const void *conf,
	const struct verdicts *verdicts, struct answer *answer)
{
	(void)a;
	(void)in;
	(void)conf;
	(void)verdicts;
	*answer = (struct answer){ "text/plain", "ok" };
}

static const struct setting snowplow_settings[] = {
	{ .name = NULL },
};

static const char *const snowplow_paths[] = {
	"/com.snowplowanalytics.snowplow/tp2", "/i", NULL
};

static const char *const snowplow_pixels[] = { "/i", NULL };

static const char *const snowplow_keeps[] = { "Sec-GPC", "?*", NULL };

extern const struct channel channel_snowplow;
const struct channel channel_snowplow = {
	.name = "snowplow",
	.summary = "Web and app tracking by the trackers of Snowplow",
	.secret = "an app id (aid), which every visitor can read",
	.settings = snowplow_settings,
	.conf_size = sizeof(struct source_conf),
	.verify = snowplow_verify,
	.parse = snowplow_parse,
	.paths = snowplow_paths,
	.pixels = snowplow_pixels,
	.keeps = snowplow_keeps,
	.answer = snowplow_answer,
};
