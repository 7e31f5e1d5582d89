/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WooCommerce: the webhooks of a shop, whose bodies are those of its REST API,
 * signed with the webhook's secret over the bytes as sent.
 *
 * Nothing is delivered twice, but one change is often told several times in
 * the same words, and the id of a delivery is the same for all of one second.
 * So an event is known by its topic and its bytes. Much is ordered that is
 * never paid for: an order is a purchase once it is paid, or the shop works on
 * it. Refunds stand in the order, without a time of their own.
 */
#include "core/channel.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "core/commerce.h"
#include "core/decimal.h"
#include "core/json.h"
#include "core/signature.h"

struct woocommerce_conf {
	struct source_conf base;
	const char *customer;	      /* the kind that a customer's id is */
	const char *const *anonymous; /* meta keys with an anonymous id */
};

/* A delivery while it is read. */
struct delivery {
	struct arena *a;
	const struct woocommerce_conf *conf;
	struct events *events;
	struct span topic, shop;
	const char *digest; /* of the bytes */
};

/*
 * WordPress keeps what was typed as HTML, and signs with what that stands for
 * (wp_specialchars_decode with ENT_QUOTES). Whoever copies the secret from
 * either place is right. The character of an entity; empty where it is another.
 */
static const char *
entity_text(struct span name)
{
	static const struct {
		const char *name, *text;
		unsigned long code;
	} known[] = { { "amp", "&", '&' }, { "lt", "<", '<' },
		{ "gt", ">", '>' }, { "quot", "\"", '"' }, { "", "'", '\'' } };
	char digits[16] = "", *end = digits;
	unsigned long code = 0;
	bool hex;

	if (name.len > 1 && name.len < sizeof(digits) && name.data[0] == '#') {
		memcpy(digits, name.data + 1, name.len - 1);
		hex = digits[0] == 'x' || digits[0] == 'X';
		code = strtoul(digits + hex, &end, hex ? 16 : 10);
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if ((code && !*end && code == known[i].code) ||
			(name.len && span_is(name, known[i].name)))
			return known[i].text;
	return "";
}

static const char *
secret_decode(struct arena *a, const char *secret)
{
	char *out = arena_alloc(a, strlen(secret) + 1), *to = out;

	while (*secret) {
		const char *end = *secret == '&' ? strchr(secret, ';') : NULL;
		const char *text = "";

		if (end)
			text = entity_text((struct span){
				secret + 1, (size_t)(end - secret) - 1 });
		if (*text) {
			*to++ = *text;
			secret = end + 1;
		} else {
			*to++ = *secret++;
		}
	}
	return out;
}

/* What is sent, unsigned, when a webhook is saved: "webhook_id=7". */
static bool
is_ping(struct span body)
{
	struct span id;

	return span_is(span_cut(body, '=', &id), "webhook_id") &&
	       span_is_all(id, "0123456789");
}

static bool
woocommerce_verify(const struct inbound *in, const void *conf, struct err *e)
{
	static const struct signature how = { "X-WC-Webhook-Signature", NULL,
		HMAC_SHA256, true };
	const struct source_conf *base = conf;
	struct source_conf decoded = *base;
	struct arena *a;
	size_t count = 0;
	bool good;

	/* It says nothing, and who asks must hear 200 to be saved. */
	if (is_ping(in->raw))
		return true;
	a = arena_create();
	while (base->secrets && base->secrets[count])
		count++;
	decoded.secrets = arena_array(a, count + 1, sizeof(*decoded.secrets));
	for (size_t i = 0; i < count; i++)
		decoded.secrets[i] = secret_decode(a, base->secrets[i]);
	good = signature_of_body(&how, in, &decoded, e);
	arena_destroy(a);
	return good;
}

static struct span
member(const struct delivery *d, const json_t *from, const char *key)
{
	return json_member(d->a, from, key);
}

static struct event *
add(const struct delivery *d, const char *type, int64_t at)
{
	struct event *ev = events_add(d->a, d->events);

	ev->type = type;
	ev->line = d->events->count;
	ev->name = d->topic;
	ev->occurred_at = at;
	ev->external_id = span_path(d->a, d->topic, span_of(d->digest));
	event_body(ev, "shop", d->shop);
	return ev;
}

/* Those that end in _gmt have no zone, and need none. */
static int64_t
time_of(const struct delivery *d, const json_t *from)
{
	static const char *const created[] = { "date_created_gmt", NULL };
	static const char *const modified[] = { "date_modified_gmt",
		"date_created_gmt", NULL };
	struct span event, resource = span_cut(d->topic, '.', &event);

	(void)resource;
	return clock_read(json_any(
		d->a, from, span_is(event, "created") ? created : modified));
}

static struct span
scoped(const struct delivery *d, struct span id)
{
	return d->shop.len ? span_path(d->a, d->shop, id) : id;
}

/* Who is billed has ordered; who is shipped to may be somebody else. */
static void
claim_person(const struct delivery *d, struct event *ev, struct span id,
	const json_t *person)
{
	const json_t *billing = json_object_get(person, "billing");
	enum assurance typed = d->conf->base.assurance;
	const json_t *names =
		member(d, person, "first_name").len ? person : billing;
	struct span email = member(d, person, "email");

	if (!email.len)
		email = member(d, billing, "email");
	customer_claim(d->a, ev, d->conf->customer, d->shop, id);
	event_claim(d->a, ev, "email", email, typed);
	event_claim(d->a, ev, "phone", member(d, billing, "phone"), typed);
	anonymous_claim(d->a, ev, json_object_get(person, "meta_data"), "key",
		d->conf->anonymous);
	event_trait(ev, "given_name", member(d, names, "first_name"));
	event_trait(ev, "family_name", member(d, names, "last_name"));
}

static struct span
amount_of(const struct delivery *d, const json_t *from, const char *key)
{
	struct span s = member(d, from, key);

	return decimal_is_plain(s) ? s : span_of(NULL);
}

static const char *
currency_of(const struct delivery *d, const json_t *from)
{
	const char *code = NULL;

	return currency_parse(d->a, member(d, from, "currency"),
		       d->conf->base.currency, &code)
		       ? code
		       : NULL;
}

static struct line
line_of(const struct delivery *d, const json_t *item)
{
	struct line line = { .sku = member(d, item, "sku"),
		.name = member(d, item, "name"),
		.quantity = amount_of(d, item, "quantity"),
		.price = amount_of(d, item, "price") };
	struct span variation = member(d, item, "variation_id");

	if (!line.sku.len)
		line.sku = variation.len && !span_is(variation, "0")
				   ? variation
				   : member(d, item, "product_id");
	return line;
}

static bool
is_among(struct span word, const char *const *words)
{
	for (; *words; words++)
		if (span_is(word, *words))
			return true;
	return false;
}

/*
 * Is the order one that counts? What waits for money does not, nor what failed
 * before there was any; but goods paid on delivery were ordered in earnest.
 * Shops add words of their own for the work they do on an order.
 */
static bool
is_sold(const struct delivery *d, const json_t *order)
{
	static const char *const waiting[] = { "pending", "on-hold", "failed",
		"cancelled", "checkout-draft", "auto-draft", "trash", NULL };
	struct span status = member(d, order, "status");

	if (!is_among(status, waiting) || member(d, order, "date_paid_gmt").len)
		return true;
	return span_is(status, "cancelled") &&
	       span_is(member(d, order, "payment_method"), "cod");
}

static void
sell(const struct delivery *d, struct event *ev, const json_t *order)
{
	struct purchase *p = arena_alloc(d->a, sizeof(*p));
	size_t i;
	json_t *item;

	p->id = member(d, order, "id");
	p->key = scoped(d, p->id);
	p->amount = amount_of(d, order, "total");
	p->currency = currency_of(d, order);
	if (!p->id.len || !p->amount.len || !p->currency || !is_sold(d, order))
		return;
	json_array_foreach(json_object_get(order, "line_items"), i, item)
	{
		struct line line = line_of(d, item);

		purchase_add(d->a, p, line_json(&line));
	}
	ev->purchase = p;
}

/*
 * The total of a refund is less than nothing. What was sold and failed or was
 * cancelled is given back whole. A refund is told again with each change of
 * its order: without an id or a time that is the same event.
 */
static void
add_refunds(const struct delivery *d, size_t sold, const json_t *order)
{
	static const char *const ended[] = { "cancelled", "failed", NULL };
	const struct purchase *p = d->events->items[sold].purchase;
	int64_t at = d->events->items[sold].occurred_at;
	struct span rest = p ? p->amount : span_of(NULL);
	struct event *ev;
	size_t i;
	json_t *refund;

	if (!p)
		return;
	json_array_foreach(json_object_get(order, "refunds"), i, refund)
	{
		struct span id = member(d, refund, "id");
		struct span total = amount_of(d, refund, "total");

		ev = refund_add(d->a, d->events, sold, scoped(d, id), total);
		if (!ev)
			continue;
		ev->name = span_of("refund");
		event_body(ev, "refund_id", id);
		event_body(ev, "reason", member(d, refund, "reason"));
		if (!span_starts(total, "-") ||
			!decimal_add(d->a, rest, total, &rest))
			return;
	}
	if (!is_among(member(d, order, "status"), ended) ||
		span_starts(rest, "-"))
		return;
	ev = refund_add(d->a, d->events, sold, p->key, rest);
	if (ev) {
		ev->name = member(d, order, "status");
		ev->occurred_at = at;
	}
}

static void
fill_cart(const struct delivery *d, struct event *ev, const json_t *order)
{
	size_t i;
	json_t *item;

	cart_anew(ev);
	json_array_foreach(json_object_get(order, "line_items"), i, item)
	{
		struct line line = line_of(d, item);

		line.currency = currency_of(d, order);
		cart_line(ev, &line, false);
	}
}

static void
add_order(const struct delivery *d, const json_t *order)
{
	static const char *const keys[] = { "status", "payment_method",
		"created_via", "customer_note", NULL };
	/* What the checkout page keeps while it is filled in. */
	bool draft = span_is(member(d, order, "status"), "checkout-draft");
	size_t sold = d->events->count;
	struct event *ev =
		add(d, draft ? "checkout" : "order", time_of(d, order));

	claim_person(d, ev, member(d, order, "customer_id"), order);
	event_body(ev, "order_number", member(d, order, "number"));
	event_keep_members(d->a, ev, order, keys);
	if (draft)
		fill_cart(d, ev, order);
	else if (span_is(d->topic, "order.created"))
		cart_anew(ev);
	sell(d, ev, order);
	add_refunds(d, sold, order);
}

static void
add_customer(const struct delivery *d, const json_t *customer)
{
	static const char *const keys[] = { "role", "username", NULL };
	struct event *ev = add(d, "identify", time_of(d, customer));

	claim_person(d, ev, member(d, customer, "id"), customer);
	event_keep_members(d->a, ev, customer, keys);
}

/* All that is told of what is gone is its id. */
static void
add_gone(const struct delivery *d, const json_t *top)
{
	struct event *ev = add(d, "track", CLOCK_NONE);

	if (span_is(d->topic, "customer.deleted"))
		customer_claim(d->a, ev, d->conf->customer, d->shop,
			member(d, top, "id"));
	else
		event_body(ev, "order_id", member(d, top, "id"));
}

/* Subscriptions and the like are orders of another name; products, coupons
 * and what a shop's own code sends are about nobody. */
static void
add_other(const struct delivery *d, const json_t *top)
{
	struct event *ev = add(d, "unknown", time_of(d, top));

	event_body(ev, "action", member(d, top, "action"));
	if (!json_is_object(json_object_get(top, "billing")))
		return;
	ev->type = "track";
	claim_person(d, ev, member(d, top, "customer_id"), top);
	event_body(ev, "status", member(d, top, "status"));
}

static const struct topic {
	const char *name;
	void (*add)(const struct delivery *, const json_t *);
} topics[] = {
	{ "order.created", add_order },
	{ "order.updated", add_order },
	{ "order.restored", add_order },
	{ "order.deleted", add_gone },
	{ "customer.created", add_customer },
	{ "customer.updated", add_customer },
	{ "customer.deleted", add_gone },
	{ NULL, add_other },
};

/* The host of "https://shop.example/de/", with the path of a shop that shares
 * one. */
static struct span
shop_of(struct span url)
{
	const char *colon =
		url.len ? memmem(url.data, url.len, "://", 3) : NULL;

	if (colon) {
		url.len -= (size_t)(colon + 3 - url.data);
		url.data = colon + 3;
	}
	while (url.len && url.data[url.len - 1] == '/')
		url.len--;
	return url;
}

static bool
woocommerce_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	struct delivery d = { .a = a,
		.conf = conf,
		.events = events,
		.topic = span_trim(inbound_header(in, "X-WC-Webhook-Topic")),
		.shop = shop_of(
			span_trim(inbound_header(in, "X-WC-Webhook-Source"))) };
	const struct topic *topic = topics;
	uint8_t digest[DIGEST_SIZE];
	json_t *top;

	if (is_ping(in->body))
		return true;
	top = json_read(a, in->body, e);
	if (!top)
		return false;
	if (!json_is_object(top))
		return fail(e, ERR_INPUT, "expected a JSON object");
	if (!d.topic.len)
		return fail(e, ERR_INPUT, "expected X-WC-Webhook-Topic");
	digest_sha256(in->body, digest);
	d.digest = digest_hex(a, digest, DIGEST_SIZE);
	while (topic->name && !span_is(d.topic, topic->name))
		topic++;
	topic->add(&d, top);
	return true;
}

static bool
woocommerce_check(const void *conf, struct err *e)
{
	const struct woocommerce_conf *own = conf;

	return customer_check(own->customer, e);
}

#define CONF(field) offsetof(struct woocommerce_conf, field)

static const struct setting woocommerce_settings[] = {
	{ "customer", SETTING_TEXT, CONF(customer), "record",
		"The kind of identifier that a customer's id is, and user_id "
		"where it is that of the shop's own accounts." },
	{ "anonymous", SETTING_LIST, CONF(anonymous), NULL,
		"The keys of meta data that hold the anonymous id of the "
		"shop's web tracking, if not " ANONYMOUS_NAMES "." },
	{ 0 },
};

static const char *const woocommerce_keeps[] = { "X-WC-Webhook-Topic",
	"X-WC-Webhook-Source", NULL };

extern const struct channel channel_woocommerce;
const struct channel channel_woocommerce = {
	.name = "woocommerce",
	.summary = "Orders and customers of WooCommerce",
	.secret = "the webhook's secret, which signs the bytes",
	.settings = woocommerce_settings,
	.conf_size = sizeof(struct woocommerce_conf),
	.verify = woocommerce_verify,
	.parse = woocommerce_parse,
	.check = woocommerce_check,
	.keeps = woocommerce_keeps,
	.answer = answer_nothing,
};
