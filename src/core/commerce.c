/* SPDX-License-Identifier: Apache-2.0 */
#include "core/commerce.h"

#include <ctype.h>
#include <string.h>

#include "core/decimal.h"
#include "core/json.h"

#define KIND_MAX 64 /* characters of the name of a kind */

void
customer_claim(struct arena *a, struct event *ev, const char *kind,
	struct span scope, struct span number)
{
	number = span_trim(number);
	if (!number.len || span_is(number, "0"))
		return;
	if (!kind || !*kind)
		kind = "record";
	if (scope.len && !strcmp(kind, "record"))
		number = span_path(a, scope, number);
	event_claim(a, ev, kind, number, VERIFIED);
}

bool
customer_check(const char *kind, struct err *e)
{
	return !kind ||
	       (islower((unsigned char)*kind) && strlen(kind) < KIND_MAX &&
		       span_is_all(span_of(kind), "abcdefghijklmnopqrstuvwxyz"
						  "0123456789_")) ||
	       fail(e, ERR_INPUT,
		       "customer %.60s: not understood, want a kind of "
		       "identifier such as record or user_id",
		       kind);
}

void
anonymous_claim(struct arena *a, struct event *ev, const json_t *attributes,
	const char *key, const char *const *names)
{
	/* As ANONYMOUS_NAMES tells them. */
	static const char *const usual[] = { "anonymous_id", "anonymousId",
		"rudderAnonymousId", "ajs_anonymous_id", NULL };
	size_t i;
	json_t *one;

	json_array_foreach(attributes, i, one)
	{
		struct span name = json_member(a, one, key);

		for (const char *const *n = names ? names : usual; *n; n++)
			if (span_is(name, *n))
				event_claim(a, ev, "anonymous_id",
					json_member(a, one, "value"), VERIFIED);
	}
}

bool
currency_parse(struct arena *a, struct span sent, const char *fallback,
	const char **code)
{
	char *text;

	sent = span_trim(sent);
	if (!sent.len) {
		*code = fallback;
		return true;
	}
	if (sent.len != 3)
		return false;
	text = span_text(a, sent);
	for (size_t i = 0; i < 3; i++)
		text[i] = (char)toupper((unsigned char)text[i]);
	if (!span_is_all(span_of(text), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
		return false;
	*code = text;
	return true;
}

json_t *
line_json(const struct line *line)
{
	const struct {
		const char *name;
		struct span value;
	} members[] = {
		{ "sku", line->sku },
		{ "name", line->name },
		{ "quantity", line->quantity },
		{ "price", line->price },
		{ "currency", span_of(line->currency) },
	};
	json_t *object = json_object();

	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		if (members[i].value.len)
			json_object_set_new(object, members[i].name,
				json_text(members[i].value));
	return object;
}

void
purchase_add(struct arena *a, struct purchase *purchase, json_t *line)
{
	if (!purchase->lines)
		purchase->lines = json_own(a, json_array());
	json_array_append_new(purchase->lines, line);
}

struct event *
refund_add(struct arena *a, struct events *events, size_t sold, struct span key,
	struct span amount)
{
	const struct purchase *bought = events->items[sold].purchase;
	struct purchase *back = arena_alloc(a, sizeof(*back));
	const struct event *from;
	struct event *ev;

	if (span_starts(amount, "-")) {
		amount.data++;
		amount.len--;
	}
	if (!bought || !decimal_is_plain(amount) || span_is_all(amount, "0."))
		return NULL;
	*back = (struct purchase){ .refund = true,
		.id = bought->id,
		.key = key,
		.amount = amount,
		.currency = bought->currency };
	ev = events_add(a, events);
	from = &events->items[sold]; /* adding may have moved it */
	ev->type = "refund";
	ev->line = from->line;
	ev->purchase = back;
	memcpy(ev->claims, from->claims, sizeof(ev->claims));
	ev->claim_count = from->claim_count;
	return ev;
}

static void
cart_add(struct event *ev, json_t *line, bool removed)
{
	json_t *cart = json_object_get(ev->body, "cart");

	if (!cart) {
		cart = json_array();
		json_object_set_new(ev->body, "cart", cart);
	}
	if (removed)
		json_object_set_new(line, "removed", json_true());
	json_array_append_new(cart, line);
}

void
cart_line(struct event *ev, const struct line *line, bool removed)
{
	if (line->sku.len)
		cart_add(ev, line_json(line), removed);
}

void
cart_anew(struct event *ev)
{
	json_t *all = json_object();

	json_object_set_new(all, "all", json_true());
	cart_add(ev, all, true);
}

/* Of the currencies in use, those that have not two digits. */
static size_t
minor_digits(const char *currency)
{
	static const char none[] =
		"BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF "
		"XOF XPF";
	static const char three[] = "BHD IQD JOD KWD LYD OMR TND";

	return strstr(none, currency) ? 0 : strstr(three, currency) ? 3 : 2;
}

bool
amount_of_minor(struct arena *a, struct span units, const char *currency,
	struct span *amount)
{
	size_t digits = minor_digits(currency), whole;
	bool minus = span_starts(units, "-");
	const char *text;

	if (minus) {
		units.data++;
		units.len--;
	}
	if (!span_is_all(units, "0123456789") || units.len >= DECIMAL_MAX - 4)
		return false;
	text = span_text(a, units);
	while (units.len <= digits) {
		text = arena_printf(a, "0%s", text);
		units.len++;
	}
	whole = units.len - digits;
	*amount = span_of(arena_printf(a, "%s%.*s%s%s", minus ? "-" : "",
		(int)whole, text, digits ? "." : "", text + whole));
	return true;
}
