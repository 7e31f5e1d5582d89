/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Square: the webhooks of its APIs, signed over the address they were given
 * and the bytes as sent. Every event has an id, which retries keep.
 *
 * An order is told by its id alone; what was sold is what was paid, so each
 * payment is a purchase, and what of it went back stands in the payment too. A
 * refund alone names nobody. A card is known by a fingerprint, which is a
 * thing and no person.
 */
#include "core/channel.h"

#include <string.h>

#include "core/commerce.h"
#include "core/json.h"
#include "core/signature.h"

#define MERGED_MAX                                                             \
	(EVENT_CLAIMS - 1) /* numbers beside the one that is left              \
			    */

struct square_conf {
	struct source_conf base;
	const char *url;       /* of the subscription */
	const char *customer;  /* the kind that a customer's id is */
	const char *reference; /* and that a reference_id is, or NULL */
};

/* A notification while it is read. */
struct notice {
	struct arena *a;
	const struct square_conf *conf;
	struct events *events;
	const json_t *data,
		*thing; /* what it is about; NULL where it has none */
	struct span type, id, merchant;
	int64_t at;
};

static bool
square_verify(const struct inbound *in, const void *conf, struct err *e)
{
	static const struct signature how = { "x-square-hmacsha256-signature",
		NULL, HMAC_SHA256, true };
	const struct square_conf *own = conf;
	struct arena *a;
	bool good;

	if (!own->url)
		return fail(e, ERR_AUTH,
			"expected the setting url of this source: it is a "
			"part of what Square signs");
	a = arena_create();
	good = signature_good(&how, in, &own->base,
		(struct span[]){ signature_url(a, in, own->url), in->raw }, 2,
		e);
	arena_destroy(a);
	return good;
}

static struct span
member(const struct notice *n, const char *key)
{
	return json_member(n->a, n->thing, key);
}

static struct event *
add(const struct notice *n, const char *type, const char *part)
{
	struct event *ev = events_add(n->a, n->events);

	ev->type = type;
	ev->line = n->events->count;
	ev->name = n->type;
	ev->occurred_at = n->at;
	if (n->id.len)
		ev->external_id =
			part ? span_path(n->a, n->id, span_of(part)) : n->id;
	event_body(ev, "merchant_id", n->merchant);
	return ev;
}

static void
claim_customer(const struct notice *n, struct event *ev, struct span id)
{
	customer_claim(n->a, ev, n->conf->customer, n->merchant, id);
}

static void
claim_typed(const struct notice *n, struct event *ev, const char *kind,
	struct span value)
{
	event_claim(n->a, ev, kind, value, n->conf->base.assurance);
}

/* Our own number for a customer, where the source says what it is. */
static void
claim_reference(const struct notice *n, struct event *ev)
{
	if (n->conf->reference)
		customer_claim(n->a, ev, n->conf->reference, n->merchant,
			member(n, "reference_id"));
}

static void
claim_card(const struct notice *n, struct event *ev, const json_t *card)
{
	event_claim(n->a, ev, "card", json_member(n->a, card, "fingerprint"),
		ATTESTED);
}

static void
add_name(const struct notice *n, struct event *ev, const json_t *person)
{
	event_trait(ev, "given_name", json_member(n->a, person, "given_name"));
	event_trait(
		ev, "family_name", json_member(n->a, person, "family_name"));
}

/* Several customers became one; who was merged into it is told by number. */
static void
add_merge(const struct notice *n)
{
	const json_t *merge = json_at(n->data, "object.event_context.merge");
	const json_t *from = json_object_get(merge, "from_customer_ids");
	struct span to = json_member(n->a, merge, "to_customer_id");
	struct event *ev = NULL;
	size_t i;
	json_t *one;

	if (!to.len)
		return;
	json_array_foreach(from, i, one)
	{
		if (i % MERGED_MAX == 0) {
			ev = add(n, "alias",
				arena_printf(
					n->a, "merge/%zu", i / MERGED_MAX));
			claim_customer(n, ev, to);
		}
		claim_customer(n, ev, json_span(n->a, one));
	}
}

static void
add_customer(const struct notice *n)
{
	static const char *const keys[] = { "creation_source", "version",
		NULL };
	/* What is deleted was perhaps merged: it is not erased. */
	bool gone = span_is(n->type, "customer.deleted");
	struct event *ev = add(n, gone ? "track" : "identify", NULL);
	struct span birthday = member(n, "birthday");

	claim_customer(n, ev, member(n, "id"));
	event_keep_members(n->a, ev, n->thing, keys);
	if (!gone) {
		claim_reference(n, ev);
		claim_typed(n, ev, "email", member(n, "email_address"));
		claim_typed(n, ev, "phone", member(n, "phone_number"));
		add_name(n, ev, n->thing);
		if (!span_starts(birthday, "0000")) /* no year was told */
			event_trait(ev, "birth_date", birthday);
	}
	add_merge(n);
	/* That the flag is off is how everybody begins, and no consent. */
	if (gone || !json_is_true(json_at(
			    n->thing, "preferences.email_unsubscribed")))
		return;
	ev = add(n, "consent", "consent");
	event_consent(ev, "marketing", "email", CONSENT_DENIED, n->at);
	claim_customer(n, ev, member(n, "id"));
	claim_typed(n, ev, "email", member(n, "email_address"));
}

/* The amount of a member that is money; false where it is none. */
static bool
money_of(const struct notice *n, const char *key, struct span *amount,
	const char **currency)
{
	const json_t *money = json_object_get(n->thing, key);

	return currency_parse(n->a, json_member(n->a, money, "currency"), NULL,
		       currency) &&
	       *currency &&
	       amount_of_minor(n->a, json_member(n->a, money, "amount"),
		       *currency, amount);
}

static void
add_payment(const struct notice *n)
{
	static const char *const keys[] = { "status", "source_type", "order_id",
		"location_id", "receipt_number", "note", NULL };
	bool done = span_is(member(n, "status"), "COMPLETED");
	size_t sold = n->events->count;
	struct event *ev = add(n, done ? "order" : "track", NULL);
	struct purchase *p = arena_alloc(n->a, sizeof(*p));
	struct span back = { NULL, 0 };
	const char *currency = NULL;

	claim_customer(n, ev, member(n, "customer_id"));
	claim_reference(n, ev);
	claim_typed(n, ev, "email", member(n, "buyer_email_address"));
	claim_card(n, ev, json_at(n->thing, "card_details.card"));
	event_keep_members(n->a, ev, n->thing, keys);
	p->key = member(n, "id");
	p->id = member(n, "order_id");
	if (!p->id.len)
		p->id = p->key;
	if (!done || !p->id.len ||
		!money_of(n, "total_money", &p->amount, &p->currency))
		return;
	ev->purchase = p;
	if (!money_of(n, "refunded_money", &back, &currency))
		return;
	ev = refund_add(n->a, n->events, sold, p->key, back);
	if (ev) {
		ev->name = n->type;
		ev->occurred_at = n->at;
		ev->external_id = span_path(n->a, n->id, span_of("refund"));
	}
}

static void
add_refund(const struct notice *n)
{
	static const char *const keys[] = { "status", "payment_id", "order_id",
		"location_id", "reason", NULL };
	struct event *ev = add(n, "refund", NULL);
	struct purchase *p = arena_alloc(n->a, sizeof(*p));

	event_keep_members(n->a, ev, n->thing, keys);
	*p = (struct purchase){ .refund = true,
		.id = member(n, "order_id"),
		.key = member(n, "id") };
	if (!p->id.len)
		p->id = p->key;
	if (span_is(member(n, "status"), "COMPLETED") && p->id.len &&
		money_of(n, "amount_money", &p->amount, &p->currency))
		ev->purchase = p;
}

/* Of an order no more is told than where it stands. */
static void
add_order(const struct notice *n)
{
	static const char *const keys[] = { "order_id", "state", "location_id",
		NULL };

	event_keep_members(n->a, add(n, "order", NULL), n->thing, keys);
}

static void
add_loyalty(const struct notice *n)
{
	static const char *const keys[] = { "balance", "lifetime_points",
		"program_id", "type", NULL };
	bool account = span_starts(n->type, "loyalty.account.");
	bool gone = span_is(n->type, "loyalty.account.deleted");
	struct event *ev =
		add(n, account && !gone ? "identify" : "track", NULL);

	claim_customer(n, ev, member(n, "customer_id"));
	event_claim(n->a, ev, "loyalty",
		member(n, account ? "id" : "loyalty_account_id"), VERIFIED);
	/* The number that is typed at the till. */
	claim_typed(n, ev, "phone",
		json_span(n->a, json_at(n->thing, "mapping.phone_number")));
	event_keep_members(n->a, ev, n->thing, keys);
}

static void
add_test(const struct notice *n)
{
	event_body(add(n, "unknown", NULL), "test", span_of("true"));
}

/* The customer in "application:key:CUSTOMER:id", as attributes are named. */
static struct span
attribute_owner(const struct notice *n)
{
	static const char mark[] = ":CUSTOMER:";
	struct span id = json_member(n->a, n->data, "id");
	const char *at =
		id.len ? memmem(id.data, id.len, mark, sizeof(mark) - 1) : NULL;

	if (!at)
		return (struct span){ NULL, 0 };
	at += sizeof(mark) - 1;
	return (struct span){ at, id.len - (size_t)(at - id.data) };
}

/* Invoices, bookings, cards, subscriptions, and what there may be besides: it
 * is about a customer where it names one. */
static void
add_other(const struct notice *n)
{
	static const char *const keys[] = { "status", "order_id", "location_id",
		"start_at", NULL };
	const json_t *to = json_object_get(n->thing, "primary_recipient");
	struct event *ev = add(n, "unknown", NULL);

	claim_customer(n, ev, member(n, "customer_id"));
	claim_customer(n, ev,
		json_span(n->a, json_at(n->data, "object.linked_customer_id")));
	claim_customer(n, ev,
		json_span(
			n->a, json_at(n->data, "object.unlinked_customer_id")));
	if (span_starts(n->type, "customer.custom_attribute."))
		claim_customer(n, ev, attribute_owner(n));
	claim_customer(n, ev, json_member(n->a, to, "customer_id"));
	claim_typed(n, ev, "email", json_member(n->a, to, "email_address"));
	claim_typed(n, ev, "phone", json_member(n->a, to, "phone_number"));
	add_name(n, ev, to);
	if (span_starts(n->type, "card."))
		claim_card(n, ev, n->thing);
	if (ev->claim_count)
		ev->type = "track";
	event_keep_members(n->a, ev, n->thing, keys);
}

static const struct topic {
	const char *name;
	void (*add)(const struct notice *);
} topics[] = {
	{ "customer.created", add_customer },
	{ "customer.updated", add_customer },
	{ "customer.deleted", add_customer },
	{ "payment.created", add_payment },
	{ "payment.updated", add_payment },
	{ "refund.created", add_refund },
	{ "refund.updated", add_refund },
	{ "order.created", add_order },
	{ "order.updated", add_order },
	{ "order.fulfillment.updated", add_order },
	{ "loyalty.account.created", add_loyalty },
	{ "loyalty.account.updated", add_loyalty },
	{ "loyalty.account.deleted", add_loyalty },
	{ "loyalty.event.created", add_loyalty },
	{ "webhooks.test_notification", add_test },
	{ NULL, add_other },
};

/* What the notification is about: the object of the name that data.type has,
 * which the APIs do not always keep to. */
static const json_t *
thing_of(struct arena *a, const json_t *data)
{
	json_t *object = json_object_get(data, "object"), *value;
	const char *key = span_text(a, json_member(a, data, "type"));
	const json_t *named = json_object_get(object, key);

	if (json_is_object(named))
		return named;
	json_object_foreach(object, key,
		value) if (json_is_object(value) &&
			   strcmp(key, "event_context") != 0) return value;
	return object;
}

static bool
square_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	struct notice n = { .a = a, .conf = conf, .events = events };
	const struct topic *topic = topics;
	json_t *top = json_read(a, in->body, e);

	if (!top)
		return false;
	n.type = json_member(a, top, "type");
	n.id = json_member(a, top, "event_id");
	n.merchant = json_member(a, top, "merchant_id");
	n.at = clock_read(json_member(a, top, "created_at"));
	n.data = json_object_get(top, "data");
	n.thing = thing_of(a, n.data);
	if (!n.type.len || !n.id.len)
		return fail(e, ERR_INPUT,
			"expected an object with type and event_id");
	while (topic->name && !span_is(n.type, topic->name))
		topic++;
	topic->add(&n);
	return true;
}

static bool
square_check(const void *conf, struct err *e)
{
	const struct square_conf *own = conf;

	if (own->url && strncmp(own->url, "https://", 8) != 0)
		return fail(e, ERR_INPUT,
			"url %.60s: not understood, want https://...",
			own->url);
	return customer_check(own->customer, e) &&
	       customer_check(own->reference, e);
}

#define CONF(field) offsetof(struct square_conf, field)

static const struct setting square_settings[] = {
	{ "url", SETTING_TEXT, CONF(url), NULL,
		"The notification URL of the subscription, exactly as Square "
		"has it: it is a part of what is signed, so it must be set." },
	{ "customer", SETTING_TEXT, CONF(customer), "record",
		"The kind of identifier that a customer's id is." },
	{ "reference", SETTING_TEXT, CONF(reference), NULL,
		"The kind of identifier that a reference_id is, such as "
		"user_id; not set, it names nobody." },
	{ 0 },
};

extern const struct channel channel_square;
const struct channel channel_square = {
	.name = "square",
	.summary = "Payments, customers, loyalty and invoices of Square",
	.secret = "the signature key of the subscription",
	.settings = square_settings,
	.conf_size = sizeof(struct square_conf),
	.verify = square_verify,
	.parse = square_parse,
	.check = square_check,
	.answer = answer_nothing,
};
