/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What channels that sell say alike: customers, currencies, lines, carts.
 *
 * A profile's cart is put together from what events say of it: of each
 * article the last word by the sender's time holds, and what was said before
 * the last word on the whole cart holds no more. So it does not depend on
 * the order of arrival.
 */
#ifndef CORE_COMMERCE_H
#define CORE_COMMERCE_H

#include <stdbool.h>

#include "core/event.h"

/* A line of an order, a receipt or a cart. What is empty is not said. */
struct line {
	struct span sku, name;
	struct span quantity, price; /* plain decimals (core/decimal.h) */
	const char *currency;	     /* or NULL */
};

/*
 * Claims a customer by the seller's own number of it. A record (and no kind
 * at all is a record) begins with its scope, "shop/17", for shops number alike;
 * under another kind, which the source's settings say, the number stands as
 * the seller's other systems have it. A blank number and "0" are nobody.
 */
void customer_claim(struct arena *a, struct event *ev, const char *kind,
	struct span scope, struct span number);
/* Whether a setting can be the kind that customer_claim takes. */
bool customer_check(const char *kind, struct err *e) MUST_CHECK;
/*
 * Claims the anonymous ids that a shop's own pages put beside a cart or an
 * order, so that who browsed and who bought are one. attributes is an array
 * of objects that have a value, and under `key` its name; names are those that
 * hold such an id, NULL at the end, or the usual ones where names is NULL.
 */
void anonymous_claim(struct arena *a, struct event *ev,
	const json_t *attributes, const char *key, const char *const *names);
#define ANONYMOUS_NAMES                                                        \
	"anonymous_id, anonymousId, rudderAnonymousId and ajs_anonymous_id"
/* Three ASCII letters, upper-cased; fallback, which may be NULL, where sent
 * is blank. *code is untouched on failure. */
bool currency_parse(struct arena *a, struct span sent, const char *fallback,
	const char **code) MUST_CHECK;
/*
 * Whole minor units as an amount: "1234" of BRL is "12.34", of JPY "1234", of
 * KWD "1.234" (the digits of ISO 4217; two where it does not say). units may
 * have a minus. *amount is on the arena, untouched on failure.
 */
bool amount_of_minor(struct arena *a, struct span units, const char *currency,
	struct span *amount) MUST_CHECK;
/* The line as an object; amounts are text. The caller owns it. */
json_t *line_json(const struct line *line);
/* Adds a line to a purchase. Takes the reference. */
void purchase_add(struct arena *a, struct purchase *purchase, json_t *line);
/*
 * Gives back a part of what the event at an index sold: adds a refund of that
 * amount, which names whom the event names and is told from other refunds by
 * its key. A minus in front of the amount says nothing. NULL, and nothing is
 * added, where it is no amount, or none of more than nothing, or the event
 * sold nothing.
 */
struct event *refund_add(struct arena *a, struct events *events, size_t sold,
	struct span key, struct span amount);
/* The event puts an article into the cart or takes it out. A line without a
 * sku is about no article: left out. */
void cart_line(struct event *ev, const struct line *line, bool removed);
/* The event says what the whole cart is, by its lines that follow; all that
 * was in it before is out. */
void cart_anew(struct event *ev);

#endif
