/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What channels that sell say alike: currencies, lines, carts.
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
/* The event puts an article into the cart or takes it out. A line without a
 * sku is about no article: left out. */
void cart_line(struct event *ev, const struct line *line, bool removed);
/* The event says what the whole cart is, by its lines that follow; all that
 * was in it before is out. */
void cart_anew(struct event *ev);

#endif
