/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shopify: its webhooks (X-Shopify-Topic: orders/create, whose bodies are
 * those of the REST API) and its Events (Shopify-Topic: Order, whose bodies
 * hold what the subscription asked of the GraphQL API). Both are signed with
 * the client secret of the app over the bytes as sent.
 *
 * One order comes many times, under many topics: each is an event, and the
 * last says what was sold. Refunds are told twice: alone, where they name
 * nobody, and in the order, where they name the customer; both are the same
 * purchase. The box for marketing in a cart is no consent yet: what is, the
 * customer's consent objects say, in whichever delivery they stand, and what
 * they say again is the same event.
 */
#include "core/channel.h"

#include <ctype.h>
#include <string.h>

#include "core/commerce.h"
#include "core/decimal.h"
#include "core/json.h"
#include "core/signature.h"

struct shopify_conf {
	struct source_conf base;
	const char *customer;	      /* the kind that a customer's number is */
	const char *const *anonymous; /* attributes with an anonymous id */
};

/* A delivery while it is read. */
struct delivery {
	struct arena *a;
	const struct shopify_conf *conf;
	struct events *events;
	struct span topic, shop, id;
	int64_t at; /* when it was triggered */
	bool test;
};

static const char *const created[] = { "created_at", NULL };
static const char *const changed[] = { "updated_at", "created_at", NULL };
static const char *const cancelled[] = { "cancelled_at", "updated_at", NULL };
static const char *const refunded[] = { "processed_at", "created_at", NULL };

static bool
shopify_verify(const struct inbound *in, const void *conf, struct err *e)
{
	static const struct signature webhooks = { "X-Shopify-Hmac-Sha256",
		NULL, HMAC_SHA256, true };
	static const struct signature events = { "Shopify-Hmac-Sha256", NULL,
		HMAC_SHA256, true };
	bool other = inbound_header(in, webhooks.header).len == 0;

	return signature_of_body(other ? &events : &webhooks, in, conf, e);
}

/* The number at the end of "gid://shopify/Customer/17"; a number as it is. */
static struct span
number_of(struct span id)
{
	struct span rest;

	while (id.len && memchr(id.data, '/', id.len))
		span_cut(id, '/', &id);
	return span_cut(id, '?', &rest);
}

static struct span
scoped(const struct delivery *d, struct span id)
{
	return d->shop.len ? span_path(d->a, d->shop, id) : id;
}

static int64_t
time_of(const struct delivery *d, const json_t *from, const char *const *times)
{
	int64_t at = clock_read(json_any(d->a, from, times));

	return at != CLOCK_NONE ? at : d->at;
}

static struct event *
add(const struct delivery *d, const char *type, const json_t *from,
	const char *const *times)
{
	static const char *const ids[] = { "id", "customer_id", NULL };
	struct event *ev = events_add(d->a, d->events);
	struct span thing = json_any(d->a, from, ids);

	ev->type = d->test ? "unknown" : type;
	ev->line = d->events->count;
	ev->name = d->topic;
	ev->occurred_at = time_of(d, from, times);
	/* One action may bring the same topic for several things. */
	if (d->id.len && thing.len)
		ev->external_id = span_path(d->a, d->topic, d->id, thing);
	else if (d->id.len)
		ev->external_id = span_path(d->a, d->topic, d->id);
	event_body(ev, "shop", d->shop);
	if (d->test)
		event_body(ev, "test", span_of("true"));
	return ev;
}

static void
claim_customer(const struct delivery *d, struct event *ev, struct span number)
{
	if (!d->test)
		customer_claim(d->a, ev, d->conf->customer, d->shop,
			number_of(number));
}

static void
claim_typed(const struct delivery *d, struct event *ev, const char *kind,
	struct span value)
{
	if (!d->test)
		event_claim(d->a, ev, kind, value, d->conf->base.assurance);
}

static void
claim_anonymous(const struct delivery *d, struct event *ev, const json_t *from)
{
	struct span cart = json_member(d->a, from, "cart_token");

	if (d->test)
		return;
	anonymous_claim(d->a, ev, json_object_get(from, "note_attributes"),
		"name", d->conf->anonymous);
	/* A cart is a browser's until somebody buys it. */
	if (cart.len)
		event_claim(d->a, ev, "anonymous_id",
			scoped(d, span_path(d->a, span_of("cart"), cart)),
			VERIFIED);
}

static void
add_name(const struct delivery *d, struct event *ev, const json_t *person)
{
	if (d->test)
		return;
	event_trait(ev, "given_name", json_member(d->a, person, "first_name"));
	event_trait(ev, "family_name", json_member(d->a, person, "last_name"));
}

/*
 * Who bought: of each kind one, the most direct first, for a second address
 * would join two people. Who is shipped to may be somebody else.
 */
static void
claim_buyer(const struct delivery *d, struct event *ev, const json_t *from)
{
	static const char *const emails[] = { "email", "contact_email", NULL };
	const json_t *customer = json_object_get(from, "customer");
	const json_t *billing = json_object_get(from, "billing_address");
	struct span email = json_any(d->a, from, emails);
	struct span phone = json_member(d->a, from, "phone");

	if (!email.len)
		email = json_member(d->a, customer, "email");
	if (!phone.len)
		phone = json_member(d->a, customer, "phone");
	if (!phone.len)
		phone = json_member(d->a, billing, "phone");
	claim_customer(d, ev, json_member(d->a, customer, "id"));
	claim_typed(d, ev, "email", email);
	claim_typed(d, ev, "phone", phone);
	claim_anonymous(d, ev, from);
	add_name(d, ev, json_is_object(customer) ? customer : billing);
	if (!d->test)
		event_trait(ev, "locale",
			json_member(d->a, from, "customer_locale"));
}

static struct span
amount_of(const struct delivery *d, const json_t *from, const char *key)
{
	struct span s = json_member(d->a, from, key);

	return decimal_is_plain(s) ? s : span_of(NULL);
}

static const char *
currency_of(const struct delivery *d, const json_t *from)
{
	const char *code = NULL;

	return currency_parse(d->a, json_member(d->a, from, "currency"),
		       d->conf->base.currency, &code)
		       ? code
		       : NULL;
}

static struct line
line_of(const struct delivery *d, const json_t *item)
{
	static const char *const skus[] = { "sku", "variant_id", "product_id",
		NULL };
	static const char *const names[] = { "name", "title", NULL };

	return (struct line){ .sku = json_any(d->a, item, skus),
		.name = json_any(d->a, item, names),
		.quantity = amount_of(d, item, "quantity"),
		.price = amount_of(d, item, "price") };
}

/* The whole cart is these lines. */
static void
fill_cart(const struct delivery *d, struct event *ev, const json_t *from)
{
	const char *currency = currency_of(d, from);
	size_t i;
	json_t *item;

	cart_anew(ev);
	json_array_foreach(json_object_get(from, "line_items"), i, item)
	{
		struct line line = line_of(d, item);

		line.currency = currency;
		cart_line(ev, &line, false);
	}
}

/* What was sold; an order without amount or currency is still an event. */
static void
sell(const struct delivery *d, struct event *ev, const json_t *order)
{
	struct purchase *p = arena_alloc(d->a, sizeof(*p));
	size_t i;
	json_t *item;

	p->id = json_member(d->a, order, "id");
	p->key = scoped(d, p->id);
	p->amount = amount_of(d, order, "total_price");
	p->currency = currency_of(d, order);
	if (d->test || !p->id.len || !p->amount.len || !p->currency)
		return;
	json_array_foreach(json_object_get(order, "line_items"), i, item)
	{
		struct line line = line_of(d, item);

		purchase_add(d->a, p, line_json(&line));
	}
	ev->purchase = p;
}

/* What went back to the buyer in a refund; "0" where nothing did yet. */
static struct span
refund_amount(const struct delivery *d, const json_t *refund)
{
	struct span sum = span_of("0"), one;
	size_t i;
	json_t *t;

	json_array_foreach(json_object_get(refund, "transactions"), i, t)
	{
		struct span status = json_member(d->a, t, "status");

		one = amount_of(d, t, "amount");
		if (one.len &&
			span_is_nocase(
				json_member(d->a, t, "kind"), "refund") &&
			span_is_nocase(status, "success") &&
			!decimal_add(d->a, sum, one, &sum))
			break;
	}
	return sum;
}

/* Was money taken for it, whatever became of it? */
static bool
was_paid(const struct delivery *d, const json_t *order)
{
	static const char *const paid[] = { "paid", "partially_refunded",
		"refunded", NULL };
	struct span status = json_member(d->a, order, "financial_status");

	for (const char *const *p = paid; *p; p++)
		if (span_is(status, *p))
			return true;
	return false;
}

/* What was given back of an order; of one that was cancelled before it was
 * paid, all. */
static void
add_refunds(const struct delivery *d, size_t sold, const json_t *order)
{
	const struct purchase *p = d->events->items[sold].purchase;
	struct span rest = p ? p->amount : span_of(NULL);
	int64_t at = clock_read(json_member(d->a, order, "cancelled_at"));
	struct event *ev;
	size_t i;
	json_t *refund;

	if (!p)
		return;
	json_array_foreach(json_object_get(order, "refunds"), i, refund)
	{
		struct span id = json_member(d->a, refund, "id");
		struct span amount = refund_amount(d, refund);
		const char *less =
			arena_printf(d->a, "-%s", span_text(d->a, amount));

		ev = refund_add(d->a, d->events, sold, scoped(d, id), amount);
		if (!ev)
			continue;
		ev->name = span_of("refund");
		ev->occurred_at = time_of(d, refund, refunded);
		event_body(ev, "refund_id", id);
		if (!decimal_add(d->a, rest, span_of(less), &rest))
			return;
	}
	if (at == CLOCK_NONE || was_paid(d, order) || span_starts(rest, "-"))
		return;
	ev = refund_add(d->a, d->events, sold, p->key, rest);
	if (ev) {
		ev->name = span_of("cancelled");
		ev->occurred_at = at;
	}
}

/*
 * A consent as a state: the same state again is the same event, for it has no
 * id but its content. Who never said anything has none.
 */
static void
add_consent(const struct delivery *d, struct span customer, const char *kind,
	struct span address, const json_t *state, int64_t at)
{
	static const struct {
		const char *state;
		enum consent consent;
	} words[] = { { "subscribed", CONSENT_GRANTED },
		{ "unsubscribed", CONSENT_DENIED },
		{ "pending", CONSENT_PENDING } };
	static const char *const keys[] = { "opt_in_level",
		"consent_collected_from", NULL };
	struct span word = json_member(d->a, state, "state");
	int64_t since =
		clock_read(json_member(d->a, state, "consent_updated_at"));

	if (since == CLOCK_NONE)
		since = at;
	for (size_t i = 0; !d->test && i < 3; i++) {
		struct event *ev;

		if (!span_is_nocase(word, words[i].state))
			continue;
		ev = events_add(d->a, d->events);
		ev->line = d->events->count;
		ev->name = span_of(words[i].state);
		ev->occurred_at = since;
		event_consent(ev, "marketing",
			strcmp(kind, "phone") == 0 ? "sms" : kind,
			words[i].consent, since);
		event_keep_members(d->a, ev, state, keys);
		claim_customer(d, ev, customer);
		claim_typed(d, ev, kind, address);
	}
}

/* The flag of API versions that have no consent object. That it is not set
 * says no only where it was changed after the account was made. */
static const json_t *
consent_of_flag(const struct delivery *d, const json_t *customer)
{
	const json_t *flag = json_object_get(customer, "accepts_marketing");
	struct span since =
		json_member(d->a, customer, "accepts_marketing_updated_at");
	bool yes = json_is_true(flag);
	json_t *state;

	if (!json_is_boolean(flag) ||
		(!yes && (!since.len ||
				 span_equal(since, json_member(d->a, customer,
							   "created_at")))))
		return NULL;
	state = json_own(d->a, json_object());
	json_object_set_new(state, "state",
		json_string(yes ? "subscribed" : "unsubscribed"));
	if (since.len)
		json_object_set_new(
			state, "consent_updated_at", json_text(since));
	return state;
}

static void
add_consents(const struct delivery *d, const json_t *customer)
{
	struct span id = json_member(d->a, customer, "id");
	const json_t *by_email =
		json_object_get(customer, "email_marketing_consent");
	int64_t at = time_of(d, customer, changed);

	if (!json_is_object(by_email))
		by_email = consent_of_flag(d, customer);
	add_consent(d, id, "email", json_member(d->a, customer, "email"),
		by_email, at);
	add_consent(d, id, "phone", json_member(d->a, customer, "phone"),
		json_object_get(customer, "sms_marketing_consent"), at);
}

static void
add_order(const struct delivery *d, const json_t *order)
{
	static const char *const keys[] = { "order_number", "source_name",
		"financial_status", "fulfillment_status", "cancel_reason",
		"location_id", "checkout_token", "landing_site",
		"referring_site", "tags", "presentment_currency", NULL };
	bool is_new = span_is(d->topic, "orders/create");
	size_t sold = d->events->count;
	struct event *ev = add(d, "order", order,
		is_new					? created
		: span_is(d->topic, "orders/cancelled") ? cancelled
							: changed);

	claim_buyer(d, ev, order);
	event_body(ev, "order_name", json_member(d->a, order, "name"));
	event_keep_members(d->a, ev, order, keys);
	/* Later changes may come while the next cart is being filled. */
	if (is_new && json_member(d->a, order, "cart_token").len && !d->test)
		cart_anew(ev);
	sell(d, ev, order);
	add_refunds(d, sold, order);
	add_consents(d, json_object_get(order, "customer"));
}

/* It says which order and how much, but not whose. */
static void
add_refund(const struct delivery *d, const json_t *refund)
{
	static const char *const keys[] = { "note", "order_id", NULL };
	const json_t *first =
		json_array_get(json_object_get(refund, "transactions"), 0);
	struct span id = json_member(d->a, refund, "id");
	struct event *ev = add(d, "refund", refund, refunded);
	struct purchase *p = arena_alloc(d->a, sizeof(*p));

	event_keep_members(d->a, ev, refund, keys);
	event_body(ev, "refund_id", id);
	*p = (struct purchase){ .refund = true,
		.id = json_member(d->a, refund, "order_id"),
		.key = scoped(d, id),
		.amount = refund_amount(d, refund),
		.currency = currency_of(d, first) };
	if (!d->test && p->id.len && p->currency)
		ev->purchase = p;
}

static void
add_checkout(const struct delivery *d, const json_t *checkout)
{
	static const char *const keys[] = { "token", "abandoned_checkout_url",
		"total_price", "currency", "completed_at", "source_name",
		"landing_site", "referring_site", NULL };
	struct event *ev = add(d, "checkout", checkout,
		span_is(d->topic, "checkouts/create") ? created : changed);

	claim_buyer(d, ev, checkout);
	event_keep_members(d->a, ev, checkout, keys);
	/* Of one that is completed the order says what became. */
	if (!d->test && !json_member(d->a, checkout, "completed_at").len)
		fill_cart(d, ev, checkout);
	add_consents(d, json_object_get(checkout, "customer"));
}

/* A cart is known by its token alone. */
static void
add_cart(const struct delivery *d, const json_t *cart)
{
	struct event *ev = add(d, "cart", cart,
		span_is(d->topic, "carts/create") ? created : changed);
	json_t *named = json_own(d->a, json_copy((json_t *)cart));
	json_t *token = json_object_get(cart, "token");

	if (token)
		json_object_set(named, "cart_token", token);
	claim_anonymous(d, ev, named);
	if (!d->test)
		fill_cart(d, ev, cart);
}

static void
add_customer(const struct delivery *d, const json_t *customer)
{
	static const char *const keys[] = { "state", "tags", "orders_count",
		"total_spent", "currency", NULL };
	struct event *ev = add(d, "identify", customer,
		span_is(d->topic, "customers/create") ? created : changed);

	claim_customer(d, ev, json_member(d->a, customer, "id"));
	claim_typed(d, ev, "email", json_member(d->a, customer, "email"));
	claim_typed(d, ev, "phone", json_member(d->a, customer, "phone"));
	add_name(d, ev, customer);
	event_keep_members(d->a, ev, customer, keys);
	add_consents(d, customer);
}

static void
add_unknown(const struct delivery *d, const json_t *top)
{
	add(d, "unknown", top, changed);
}

/* Of two accounts one is left: they are one person's. */
static void
add_merge(const struct delivery *d, const json_t *top)
{
	static const char *const done[] = { "completed", "succeeded", "success",
		NULL };
	struct span status = json_member(d->a, top, "status");
	bool merged = false;
	struct event *ev;

	for (const char *const *w = done; *w; w++)
		merged = merged || span_is_nocase(status, *w);
	ev = add(d, merged ? "alias" : "unknown", top, changed);
	event_body(ev, "status", status);
	if (!merged)
		return;
	claim_customer(d, ev,
		json_member(d->a, top, "admin_graphql_api_customer_kept_id"));
	claim_customer(d, ev,
		json_member(
			d->a, top, "admin_graphql_api_customer_deleted_id"));
}

static void
add_email_consent(const struct delivery *d, const json_t *top)
{
	size_t before = d->events->count;

	add_consent(d, json_member(d->a, top, "customer_id"), "email",
		json_member(d->a, top, "email_address"),
		json_object_get(top, "email_marketing_consent"), d->at);
	if (d->events->count == before)
		add_unknown(d, top);
}

static void
add_sms_consent(const struct delivery *d, const json_t *top)
{
	size_t before = d->events->count;

	add_consent(d, json_member(d->a, top, "id"), "phone",
		json_member(d->a, top, "phone"),
		json_object_get(top, "sms_marketing_consent"), d->at);
	if (d->events->count == before)
		add_unknown(d, top);
}

/* The wishes that an app must take: it names whom they are about. */
static void
add_wish(const struct delivery *d, const json_t *top)
{
	const json_t *customer = json_object_get(top, "customer");
	bool access = span_is(d->topic, "customers/data_request");
	struct event *ev =
		add(d, access ? "access" : "erasure", customer, changed);

	event_keep(ev, "orders",
		json_object_get(
			top, access ? "orders_requested" : "orders_to_redact"));
	event_body(ev, "request_id",
		json_member(d->a, json_object_get(top, "data_request"), "id"));
	claim_customer(d, ev, json_member(d->a, customer, "id"));
	claim_typed(d, ev, "email", json_member(d->a, customer, "email"));
	claim_typed(d, ev, "phone", json_member(d->a, customer, "phone"));
}

/* Whatever else there is: it is about a customer where it names one. */
static void
add_other(const struct delivery *d, const json_t *top)
{
	static const char *const paths[] = { "customer.id", "customer_id",
		"customerId", "customer.admin_graphql_api_id",
		"admin_graphql_api_customer_id",
		"customer_admin_graphql_api_id", NULL };
	static const char *const times[] = { "updated_at", "created_at",
		"occurredAt", NULL };
	struct event *ev = add(d, "unknown", top, times);
	bool buyers = span_starts(d->topic, "fulfillments/") ||
		      span_starts(d->topic, "draft_orders/");
	struct span number = { NULL, 0 };

	/* Its id is the customer's own. */
	if (span_is(d->topic, "customers/delete"))
		number = json_member(d->a, top, "id");
	for (const char *const *p = paths; *p && !number.len; p++)
		number = json_span(d->a, json_at(top, *p));
	claim_customer(d, ev, number);
	/* The address of a shop, of a supplier or of staff is not a buyer's. */
	if (buyers)
		claim_typed(d, ev, "email", json_member(d->a, top, "email"));
	if (ev->claim_count)
		ev->type = "track";
	event_body(ev, "order_id", json_member(d->a, top, "order_id"));
}

static const struct topic {
	const char *name;
	void (*add)(const struct delivery *, const json_t *);
} topics[] = {
	{ "orders/create", add_order },
	{ "orders/updated", add_order },
	{ "orders/paid", add_order },
	{ "orders/cancelled", add_order },
	{ "orders/fulfilled", add_order },
	{ "orders/partially_fulfilled", add_order },
	{ "refunds/create", add_refund },
	{ "checkouts/create", add_checkout },
	{ "checkouts/update", add_checkout },
	{ "carts/create", add_cart },
	{ "carts/update", add_cart },
	{ "customers/create", add_customer },
	{ "customers/update", add_customer },
	{ "customers/enable", add_customer },
	{ "customers/disable", add_customer },
	{ "customers/merge", add_merge },
	{ "customers_email_marketing_consent/update", add_email_consent },
	{ "customers_marketing_consent/update", add_sms_consent },
	{ "customers/data_request", add_wish },
	{ "customers/redact", add_wish },
	{ "shop/redact", add_wish },
	{ NULL, add_other },
};

/* Where the GraphQL API has what the REST API calls so. */
struct place {
	const char *ours, *theirs;
};

static const struct place order_places[] = {
	{ "name", "name" },
	{ "email", "email" },
	{ "phone", "phone" },
	{ "created_at", "createdAt" },
	{ "updated_at", "updatedAt" },
	{ "cancelled_at", "cancelledAt" },
	{ "total_price", "totalPriceSet.shopMoney.amount" },
	{ "currency", "totalPriceSet.shopMoney.currencyCode" },
	{ "source_name", "sourceName" },
	{ "test", "test" },
	{ NULL, NULL },
};
static const struct place customer_places[] = {
	{ "email", "email" },
	{ "email", "defaultEmailAddress.emailAddress" },
	{ "phone", "phone" },
	{ "phone", "defaultPhoneNumber.phoneNumber" },
	{ "first_name", "firstName" },
	{ "last_name", "lastName" },
	{ "created_at", "createdAt" },
	{ "updated_at", "updatedAt" },
	{ NULL, NULL },
};
static const struct place consent_places[] = {
	{ "state", "marketingState" },
	{ "consent_updated_at", "consentUpdatedAt" },
	{ "opt_in_level", "marketingOptInLevel" },
	{ NULL, NULL },
};
static const struct place line_places[] = {
	{ "sku", "sku" },
	{ "name", "name" },
	{ "title", "title" },
	{ "quantity", "quantity" },
	{ "price", "originalUnitPriceSet.shopMoney.amount" },
	{ NULL, NULL },
};

static json_t *
translate(const struct delivery *d, const json_t *from,
	const struct place *places)
{
	json_t *to = json_own(d->a, json_object()), *value;
	struct span id = number_of(json_member(d->a, from, "id"));

	if (id.len)
		json_object_set_new(to, "id", json_text(id));
	for (; places->ours; places++) {
		value = json_at(from, places->theirs);
		if (value && !json_is_null(value))
			json_object_set(to, places->ours, value);
	}
	return to;
}

static json_t *
translate_customer(const struct delivery *d, const json_t *from)
{
	static const struct place consents[] = {
		{ "email_marketing_consent", "emailMarketingConsent" },
		{ "email_marketing_consent", "defaultEmailAddress" },
		{ "sms_marketing_consent", "smsMarketingConsent" },
		{ "sms_marketing_consent", "defaultPhoneNumber" },
	};
	json_t *to = translate(d, from, customer_places), *state;

	for (size_t i = 0; i < sizeof(consents) / sizeof(*consents); i++) {
		state = json_object_get(from, consents[i].theirs);
		if (json_object_get(state, "marketingState"))
			json_object_set(to, consents[i].ours,
				translate(d, state, consent_places));
	}
	return to;
}

static json_t *
translate_order(const struct delivery *d, const json_t *from)
{
	json_t *to = translate(d, from, order_places), *lines, *one;
	json_t *customer = json_object_get(from, "customer");
	struct span status = json_member(d->a, from, "displayFinancialStatus");
	char *lower = span_text(d->a, status);
	size_t i;

	for (char *c = lower; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	if (*lower)
		json_object_set_new(
			to, "financial_status", json_text(span_of(lower)));
	if (json_is_object(customer))
		json_object_set(
			to, "customer", translate_customer(d, customer));
	lines = json_own(d->a, json_array());
	json_array_foreach(json_at(from, "lineItems.nodes"), i, one)
		json_array_append(lines, translate(d, one, line_places));
	json_array_foreach(json_at(from, "lineItems.edges"), i,
		one) json_array_append(lines,
		translate(d, json_object_get(one, "node"), line_places));
	json_object_set(to, "line_items", lines);
	return to;
}

/*
 * An Event as the webhook of the same meaning. Its data is what the
 * subscription asked for, so it may lack anything; what it was asked with
 * names the thing at least.
 */
static json_t *
translate_event(struct delivery *d, const json_t *top)
{
	struct span action = json_member(d->a, top, "action");
	bool order = span_is_nocase(d->topic, "Order");
	bool customer = span_is_nocase(d->topic, "Customer");
	json_t *to = json_own(d->a, json_object());
	struct span id = number_of(json_span(
		d->a, json_at(top, order ? "query_variables.orderId"
					 : "query_variables.customerId")));

	if (order)
		to = translate_order(d, json_at(top, "data.order"));
	else if (customer)
		to = translate_customer(d, json_at(top, "data.customer"));
	if (id.len && !json_object_get(to, "id"))
		json_object_set_new(to, "id", json_text(id));
	if (order && span_is(action, "update"))
		action = span_of("updated");
	d->topic = span_path(d->a,
		order	   ? span_of("orders")
		: customer ? span_of("customers")
			   : d->topic,
		action);
	return to;
}

/* The first of the headers that says anything. */
static struct span
told(const struct inbound *in, const char *const *headers)
{
	struct span value = { NULL, 0 };

	for (; *headers && !value.len; headers++)
		value = span_trim(inbound_header(in, *headers));
	return value;
}

static const char *const topic_headers[] = { "X-Shopify-Topic", "Shopify-Topic",
	NULL };
static const char *const shop_headers[] = { "X-Shopify-Shop-Domain",
	"Shopify-Shop-Domain", NULL };
/* An event of the shop's, and where there is none, the delivery. */
static const char *const id_headers[] = { "X-Shopify-Event-Id",
	"X-Shopify-Webhook-Id", "Shopify-Webhook-Id", "Shopify-Event-Id",
	NULL };
static const char *const time_headers[] = { "X-Shopify-Triggered-At",
	"Shopify-Triggered-At", NULL };

static bool
shopify_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	struct delivery d = { .a = a,
		.conf = conf,
		.events = events,
		.topic = told(in, topic_headers),
		.shop = told(in, shop_headers),
		.id = told(in, id_headers),
		.at = clock_read(told(in, time_headers)) };
	json_t *top = json_read(a, in->body, e);
	const struct topic *topic = topics;

	if (!top)
		return false;
	if (!json_is_object(top))
		return fail(e, ERR_INPUT, "expected a JSON object");
	if (!d.topic.len) /* Events have it in the body too */
		d.topic = json_member(a, top, "topic");
	if (!d.topic.len)
		return fail(e, ERR_INPUT,
			"expected X-Shopify-Topic or Shopify-Topic");
	if (!memchr(d.topic.data, '/', d.topic.len) &&
		json_member(a, top, "action").len)
		top = translate_event(&d, top);
	if (!d.shop.len)
		d.shop = json_member(a, top, "shop_domain");
	d.test = json_is_true(json_object_get(top, "test")) ||
		 span_is_nocase(inbound_header(in, "X-Shopify-Test"), "true");
	while (topic->name && !span_is(d.topic, topic->name))
		topic++;
	topic->add(&d, top);
	return true;
}

static bool
shopify_check(const void *conf, struct err *e)
{
	const struct shopify_conf *own = conf;

	return customer_check(own->customer, e);
}

static const struct setting shopify_settings[] = {
	{ "customer", SETTING_TEXT, offsetof(struct shopify_conf, customer),
		"record",
		"The kind of identifier that a customer's number is, and "
		"user_id where it is that of the shop's own accounts." },
	{ "anonymous", SETTING_LIST, offsetof(struct shopify_conf, anonymous),
		NULL,
		"The attributes of a cart or an order that hold the anonymous "
		"id of the shop's web tracking, if not " ANONYMOUS_NAMES "." },
	{ 0 },
};

static const char *const shopify_keeps[] = { "X-Shopify-Topic", "Shopify-Topic",
	"X-Shopify-Shop-Domain", "Shopify-Shop-Domain", "X-Shopify-Event-Id",
	"Shopify-Event-Id", "X-Shopify-Webhook-Id", "Shopify-Webhook-Id",
	"X-Shopify-Triggered-At", "Shopify-Triggered-At", "X-Shopify-Test",
	NULL };

extern const struct channel channel_shopify;
const struct channel channel_shopify = {
	.name = "shopify",
	.summary = "Orders, customers, carts and privacy topics of Shopify",
	.secret = "the client secret of the app, which signs the bytes",
	.settings = shopify_settings,
	.conf_size = sizeof(struct shopify_conf),
	.verify = shopify_verify,
	.parse = shopify_parse,
	.check = shopify_check,
	.keeps = shopify_keeps,
	.answer = answer_nothing,
};
