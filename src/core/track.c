/* SPDX-License-Identifier: Apache-2.0 */
#include "core/track.h"

#include <string.h>

#include "core/commerce.h"
#include "core/decimal.h"
#include "core/json.h"

#define ORDER_ID_MAX 255 /* characters */

/* What an event says of the cart. */
enum cart_word {
	CART_SILENT,
	CART_IN,    /* its products are in it */
	CART_OUT,   /* they are not */
	CART_WHOLE, /* they, where it lists any, are all that is in it */
	CART_EMPTY,
};

/* An update may come long after its order, so it takes out no more than it
 * lists. What is cancelled is given back whole. */
static const struct word {
	const char *name, *type;
	enum cart_word cart;
} words[] = {
	{ "Product Added", "cart", CART_IN },
	{ "Product Removed", "cart", CART_OUT },
	{ "Cart Viewed", "cart", CART_WHOLE },
	{ "Checkout Started", "checkout", CART_WHOLE },
	{ "Order Completed", "order", CART_EMPTY },
	{ "Order Updated", "order", CART_OUT },
	{ "Order Refunded", "refund", CART_SILENT },
	{ "Order Cancelled", "refund", CART_SILENT },
	{ "Order Canceled", "refund", CART_SILENT },
};

/* An event on its way to its meaning. */
struct track {
	struct arena *a;
	struct event *ev;
	const json_t *properties, *products;
	const char *currency; /* of the source, or NULL */
};

static struct span
member(const struct track *t, const json_t *object, const char *key)
{
	return span_trim(json_member(t->a, object, key));
}

/* A number that is no plain decimal is left out, not guessed at. */
static struct span
number(const struct track *t, const json_t *object, const char *key)
{
	struct span s = member(t, object, key);

	return decimal_is_plain(s) ? s : span_of(NULL);
}

static struct line
product_line(const struct track *t, const json_t *product)
{
	struct line line = { .sku = member(t, product, "sku"),
		.name = member(t, product, "name"),
		.quantity = number(t, product, "quantity"),
		.price = number(t, product, "price") };

	if (!line.sku.len)
		line.sku = member(t, product, "product_id");
	return line;
}

static void
add_to_cart(const struct track *t, const json_t *product, bool removed)
{
	struct line line = product_line(t, product);
	struct span currency = member(t, product, "currency");

	if (!currency.len)
		currency = member(t, t->properties, "currency");
	if (!currency_parse(t->a, currency, t->currency, &line.currency))
		line.currency = NULL;
	cart_line(t->ev, &line, removed);
}

static void
add_cart(const struct track *t, enum cart_word word)
{
	bool listed = json_is_array(t->products);
	size_t i;
	json_t *product;

	if (word == CART_EMPTY || (word == CART_WHOLE && listed))
		cart_anew(t->ev);
	if (word == CART_EMPTY || word == CART_SILENT)
		return;
	if (!listed) /* the properties are those of one product */
		add_to_cart(t, t->properties, word == CART_OUT);
	json_array_foreach(t->products, i, product)
		add_to_cart(t, product, word == CART_OUT);
}

/* One that lacks its id or amount is still an event, only not a purchase. */
static const char *
add_purchase(const struct track *t)
{
	static const char *const sums[] = { "total", "revenue", "value" };
	struct purchase *p = arena_alloc(t->a, sizeof(*p));
	size_t i;
	json_t *product;

	p->refund = strcmp(t->ev->type, "refund") == 0;
	p->id = member(t, t->properties, "order_id");
	for (i = 0; i < 3 && !p->amount.len; i++)
		p->amount = member(t, t->properties, sums[i]);
	if (!p->id.len || !p->amount.len)
		return NULL;
	if (span_characters(p->id) > ORDER_ID_MAX)
		return "expected order_id of at most 255 characters";
	if (!decimal_is_plain(p->amount))
		return "expected total, revenue or value like 119.90";
	/* Some write what goes back as less than nothing. */
	if (p->refund && span_starts(p->amount, "-")) {
		p->amount.data++;
		p->amount.len--;
	}
	if (!currency_parse(t->a, member(t, t->properties, "currency"),
		    t->currency, &p->currency) ||
		!p->currency)
		return "expected currency, three letters of ISO 4217";
	json_array_foreach(t->products, i, product)
	{
		struct line line = product_line(t, product);

		purchase_add(t->a, p, line_json(&line));
	}
	t->ev->purchase = p;
	return NULL;
}

const char *
track_read(struct arena *a, struct event *ev, const json_t *properties,
	const char *currency)
{
	const struct track t = { a, ev, properties,
		json_object_get(properties, "products"), currency };
	const struct word *word = words, *end = words;

	for (end += sizeof(words) / sizeof(*words); word < end; word++)
		if (span_is_nocase(span_trim(ev->name), word->name))
			break;
	if (word == end)
		return NULL;
	ev->type = word->type;
	add_cart(&t, word->cart);
	if (strcmp(ev->type, "order") != 0 && strcmp(ev->type, "refund") != 0)
		return NULL;
	return add_purchase(&t);
}
