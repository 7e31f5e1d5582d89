/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Point of sale: receipts as CSV or NDJSON, as tills and their back offices
 * export them. One receipt a row, or one row for every line of a receipt. A
 * bad row is reported by its line number and never stops the good ones.
 */
#include <string.h>

#include "base/clock.h"
#include "core/channel.h"
#include "core/commerce.h"
#include "core/decimal.h"
#include "core/identifier.h"
#include "core/json.h"
#include "core/rows.h"

#define BAD_ROWS_MAX 64 /* in a row, within one receipt */

enum column {
	RECEIPT_ID,
	STORE,
	TERMINAL,
	TIMESTAMP,
	TOTAL,
	CURRENCY,
	PHONE,
	EMAIL,
	CPF,
	LOYALTY,
	NAME,
	LINE,
	SKU,
	QUANTITY,
	PRICE,
	COLUMN_COUNT
};

static const char *const column_names[COLUMN_COUNT] = { "receipt_id", "store",
	"terminal", "timestamp", "total", "currency", "phone", "email", "cpf",
	"loyalty", "name", "line", "sku", "quantity", "price" };

struct pos_conf {
	struct source_conf base;
	const char *const *columns;
	const char *zone;
};

/* The receipt that the next row may belong to. */
struct open_receipt {
	bool open;
	size_t bad_rows; /* since its last good one */
	size_t index;	 /* in events */
	struct span store, id;
	struct rows_mark begins;
};

/* One body while it is read. */
struct table {
	const struct pos_conf *conf;
	int zone; /* minutes east of UTC */
	struct rows *rows;
	struct open_receipt receipt;
	/* of the piece */
	struct arena *a;
	struct events *events;
	/* of the row */
	struct row row;
	const struct span *cell;
};

/* A row's values after they were checked. */
struct receipt {
	bool negative;
	struct span total, quantity, price;
	const char *currency;
	int64_t at;
};

static bool
time_parse(struct span s, int zone, int64_t *out)
{
	if (!s.len) {
		*out = CLOCK_NONE;
		return true;
	}
	/* RFC 3339 never begins like dd/mm. */
	return clock_parse_dmy(s, zone, out, NULL) ||
	       clock_parse_rfc3339(s, zone, out, NULL);
}

static void
refuse(struct table *t, const char *expected)
{
	struct event *ev = events_add(t->a, t->events);

	ev->refused = expected;
	ev->line = t->row.line;
	ev->occurred_at = CLOCK_NONE;
	if (++t->receipt.bad_rows > BAD_ROWS_MAX)
		t->receipt.open = false;
}

static bool
row_has_line(const struct table *t)
{
	return t->cell[LINE].len || t->cell[SKU].len || t->cell[QUANTITY].len ||
	       t->cell[PRICE].len;
}

/* Does the row go on with the receipt of the rows before it? */
static bool
row_continues(const struct table *t)
{
	const struct open_receipt *r = &t->receipt;

	return r->open && row_has_line(t) &&
	       t->events->items[r->index].purchase->lines &&
	       span_equal(r->store, t->cell[STORE]) &&
	       span_equal(r->id, t->cell[RECEIPT_ID]);
}

/* Reads the row's values; says what was expected of a bad one. */
static const char *
row_check(struct table *t, bool more, struct receipt *r)
{
	const struct span *cell = t->cell;

	*r = (struct receipt){ 0 };
	if (t->row.bad)
		return t->row.bad;
	if (!cell[RECEIPT_ID].len)
		return "expected a receipt_id";
	if ((cell[TOTAL].len || !more) &&
		!decimal_parse(t->a, cell[TOTAL], &r->negative, &r->total))
		return "expected total to be an amount like 1234.56";
	if (!time_parse(cell[TIMESTAMP], t->zone, &r->at))
		return "expected timestamp as RFC 3339 or dd/mm/yyyy hh:mm:ss";
	if (!currency_parse(
		    t->a, cell[CURRENCY], t->conf->base.currency, &r->currency))
		return "expected currency as three letters (ISO 4217)";
	if (cell[QUANTITY].len &&
		!decimal_parse_signed(t->a, cell[QUANTITY], &r->quantity))
		return "expected quantity to be a number like 1.5";
	if (cell[PRICE].len &&
		!decimal_parse_signed(t->a, cell[PRICE], &r->price))
		return "expected price to be an amount like 1234.56";
	return NULL;
}

static void
row_line(struct table *t, struct purchase *p, const struct receipt *r)
{
	struct span word = t->cell[LINE];
	/* Some tills number their lines, others say what was sold. */
	bool number = span_is_all(word, "0123456789");
	json_t *line = line_json(&(struct line){ .sku = t->cell[SKU],
		.name = number ? span_of(NULL) : word,
		.quantity = r->quantity,
		.price = r->price });

	if (number)
		json_object_set_new(line, "line", json_text(word));
	purchase_add(t->a, p, line);
}

static void
row_claims(struct table *t, struct event *ev)
{
	enum assurance typed = t->conf->base.assurance;
	struct span ignored;

	event_claim(t->a, ev, "loyalty", t->cell[LOYALTY], VERIFIED);
	event_claim(t->a, ev, "phone", t->cell[PHONE], typed);
	event_claim(t->a, ev, "email", t->cell[EMAIL], typed);
	if (identifier_normalise(
		    t->a, "cpf", t->cell[CPF], NULL, &ignored, NULL))
		event_claim(t->a, ev, "cpf", t->cell[CPF], typed);
	else if (t->cell[CPF].len)
		json_object_set_new(ev->body, "cpf_refused", json_true());
	event_trait(ev, "name", t->cell[NAME]);
}

/* Begins the receipt that the row is, or is the first line of. */
static struct event *
row_receipt(struct table *t, const struct receipt *r)
{
	struct event *ev = events_add(t->a, t->events);
	struct purchase *p = arena_alloc(t->a, sizeof(*p));

	/* Stores number their receipts alike: the id needs all three. */
	ev->external_id = span_of(
		arena_printf(t->a, "%s/%s/%s", span_text(t->a, t->cell[STORE]),
			span_text(t->a, t->cell[TERMINAL]),
			span_text(t->a, t->cell[RECEIPT_ID])));
	ev->line = t->row.line;
	ev->type = r->negative ? "refund" : "order";
	ev->occurred_at = r->at;
	event_body(ev, "store", t->cell[STORE]);
	event_body(ev, "terminal", t->cell[TERMINAL]);
	event_body(ev, "receipt_id", t->cell[RECEIPT_ID]);
	p->refund = r->negative;
	p->id = t->cell[RECEIPT_ID];
	p->key = ev->external_id;
	p->amount = r->total;
	p->currency = r->currency;
	ev->purchase = p;
	t->receipt = (struct open_receipt){ .open = true,
		.index = t->events->count - 1,
		.store = t->cell[STORE],
		.id = t->cell[RECEIPT_ID],
		.begins = rows_at(t->rows) };
	return ev;
}

/* The row at hand becomes an event, a line of one, or a refusal. */
static void
row_take(struct table *t)
{
	bool more = row_continues(t);
	struct receipt r;
	const char *expected = row_check(t, more, &r);
	struct event *ev;

	if (!expected && more && r.total.len) {
		struct purchase *p =
			t->events->items[t->receipt.index].purchase;

		if (p->refund != r.negative || !span_equal(p->amount, r.total))
			expected = "expected the total of the receipt's "
				   "first line";
	}
	if (expected) {
		refuse(t, expected);
		return;
	}
	t->receipt.bad_rows = 0;
	ev = more ? &t->events->items[t->receipt.index] : row_receipt(t, &r);
	row_claims(t, ev);
	if (row_has_line(t))
		row_line(t, ev->purchase, &r);
}

static struct table *
table_create(struct arena *a, const struct pos_conf *conf, struct err *e)
{
	struct table *t = arena_alloc(a, sizeof(*t));

	t->conf = conf;
	t->rows = rows_create(a, column_names, COLUMN_COUNT, conf->columns);
	return clock_parse_zone(span_of(conf->zone), &t->zone, e) ? t : NULL;
}

/* The last receipt may go on in the next piece: it waits, with all that stands
 * behind it. */
static void
put_back(struct table *t)
{
	if (!t->receipt.open)
		return;
	t->events->count = t->receipt.index;
	rows_rewind(t->rows, t->receipt.begins);
	t->receipt.open = false;
}

static bool
pos_feed(struct arena *a, struct feed *feed, struct span piece,
	const void *conf, struct events *events, struct err *e)
{
	struct table *t = feed->state;

	if (!t) {
		t = feed->state = table_create(feed->arena, conf, e);
		if (!t)
			return false;
	}
	t->a = a;
	t->events = events;
	if (!rows_open(t->rows, a, feed, piece))
		return !feed->last ||
		       fail(e, ERR_INPUT, "expected receipts, got nothing");
	if (!rows_has(t->rows, RECEIPT_ID) || !rows_has(t->rows, TOTAL))
		return fail(e, ERR_INPUT,
			"expected a header row with receipt_id and total");
	while (rows_next(t->rows, &t->row)) {
		t->cell = t->row.cells;
		row_take(t);
	}
	if (!feed->last)
		put_back(t);
	feed->used = rows_used(t->rows);
	return true;
}

static bool
pos_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	struct feed feed = { .arena = a, .last = true };

	return pos_feed(a, &feed, in->body, conf, events, e);
}

static const struct setting pos_settings[] = {
	{ "columns", SETTING_LIST, offsetof(struct pos_conf, columns), NULL,
		"Names of columns that differ from ours, as theirs=ours." },
	{ "zone", SETTING_TEXT, offsetof(struct pos_conf, zone), "+00:00",
		"Zone of timestamps written without one: -03:00, or minutes "
		"east of UTC." },
	{ 0 },
};

extern const struct channel channel_pos;
const struct channel channel_pos = {
	.name = "pos",
	.summary = "Point of sale: receipts as CSV or NDJSON",
	.settings = pos_settings,
	.conf_size = sizeof(struct pos_conf),
	.verify = source_verify,
	.parse = pos_parse,
	.feed = pos_feed,
};
