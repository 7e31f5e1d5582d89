/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pinterest: events in the form of its API for conversions, v5, which a shop
 * sends on to us as well, and the answers to lead ads, by a relay that opens
 * them: how Pinterest itself delivers these is not published. Addresses and
 * numbers come as digests (SHA-256), and are kept as kinds of their own, for a
 * digest is no address.
 */
#include "core/channel.h"

#include <string.h>

#include "core/commerce.h"
#include "core/decimal.h"
#include "core/json.h"
#include "core/mapping.h"

struct pinterest_conf {
	struct source_conf base;
};

static bool
pinterest_verify(const struct inbound *in, const void *conf, struct err *e)
{
	return source_believes(conf, in, e);
}

/* The digests of a list; whoever forgot to digest is not stored in clear. */
static void
claim_digests(struct arena *a, struct event *ev, const char *kind,
	const json_t *list, enum assurance assurance)
{
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		struct span digest = json_span(a, one);

		if (digest.len == 64 &&
			span_is_all(digest, "0123456789abcdefABCDEF"))
			event_claim(a, ev, kind, digest, assurance);
	}
}

static void
add_purchase(struct arena *a, const struct source_conf *conf, struct event *ev,
	const json_t *custom)
{
	struct purchase *p = arena_alloc(a, sizeof(*p));
	bool negative;
	json_t *one;
	size_t i;

	p->id = json_member(a, custom, "order_id");
	if (!span_is(ev->name, "checkout") || !p->id.len ||
		!decimal_parse(a, json_member(a, custom, "value"), &negative,
			&p->amount) ||
		negative ||
		!currency_parse(a, json_member(a, custom, "currency"),
			conf->currency, &p->currency) ||
		!p->currency)
		return;
	json_array_foreach(
		json_object_get(custom, "contents"), i, one) purchase_add(a, p,
		line_json(&(struct line){ .sku = json_member(a, one, "id"),
			.name = json_member(a, one, "item_name"),
			.quantity = json_member(a, one, "quantity"),
			.price = json_member(a, one, "item_price") }));
	ev->type = "order";
	ev->purchase = p;
}

static void
add_conversion(struct arena *a, const struct source_conf *conf,
	struct events *events, const json_t *one)
{
	static const char *const keys[] = { "action_source", "app_id",
		"event_source_url", NULL };
	const json_t *user = json_object_get(one, "user_data");
	const json_t *custom = json_object_get(one, "custom_data");
	struct event *ev = events_add(a, events);

	ev->type = "track";
	ev->line = events->count;
	ev->name = json_member(a, one, "event_name");
	ev->external_id = json_member(a, one, "event_id");
	ev->occurred_at = clock_read(json_member(a, one, "event_time"));
	claim_digests(a, ev, "email_sha256", json_object_get(user, "em"),
		conf->assurance);
	claim_digests(a, ev, "phone_sha256", json_object_get(user, "ph"),
		conf->assurance);
	claim_digests(a, ev, "external_sha256",
		json_object_get(user, "external_id"), conf->assurance);
	event_body(ev, "click_id", json_member(a, user, "click_id"));
	event_keep_members(a, ev, one, keys);
	event_keep(ev, "custom", custom);
	add_purchase(a, conf, ev, custom);
}

/* The questions that an advertiser may choose from. */
static const struct known_field questions[] = {
	{ "EMAIL", "email", NULL },
	{ "PHONE_NUMBER", "phone", NULL },
	{ "FULL_NAME", NULL, "name" },
	{ "FIRST_NAME", NULL, "given_name" },
	{ "LAST_NAME", NULL, "family_name" },
	{ "DATE_OF_BIRTH", NULL, "birth_date" },
	{ "CITY", NULL, "city" },
	{ "COUNTRY", NULL, "country" },
	{ NULL, NULL, NULL },
};

static void
add_lead(struct arena *a, const struct source_conf *conf, struct events *events,
	const json_t *lead)
{
	static const char *const keys[] = { "lead_form_id", "ad_account_id",
		"ad_id", NULL };
	static const char *const ids[] = { "lead_id", "id", NULL };
	static const char *const times[] = { "created_time", "created_at",
		NULL };
	const json_t *answers = json_object_get(lead, "answers");
	const char *question;
	json_t *answer;
	struct event *ev = events_add(a, events);

	ev->type = "identify";
	ev->line = events->count;
	ev->name = span_of("lead");
	ev->external_id = json_any(a, lead, ids);
	ev->occurred_at = clock_read(json_any(a, lead, times));
	json_object_foreach((json_t *)(uintptr_t)answers, question, answer)
		known_field_take(a, ev, questions, span_of(question),
			json_span(a, answer), conf->assurance);
	event_keep_members(a, ev, lead, keys);
}

static bool
pinterest_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	const json_t *root = json_read(a, in->body, e);
	const json_t *data = json_object_get(root, "data");
	json_t *one;
	size_t i;

	if (!root)
		return false;
	if (json_is_object(json_object_get(root, "answers")))
		add_lead(a, conf, events, root);
	else if (!json_is_array(data))
		return fail(e, ERR_INPUT,
			"expected an object with data, or with answers");
	json_array_foreach(data, i, one)
	{
		if (json_member(a, one, "event_name").len)
			add_conversion(a, conf, events, one);
		else
			events_refuse(
				a, events, "an object with an event_name");
	}
	return true;
}

extern const struct channel channel_pinterest;
const struct channel channel_pinterest = {
	.name = "pinterest",
	.summary = "Conversions and leads of Pinterest",
	.conf_size = sizeof(struct pinterest_conf),
	.verify = pinterest_verify,
	.parse = pinterest_parse,
};
