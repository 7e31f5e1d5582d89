/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Point of sale: receipts as CSV or NDJSON, as tills and their back offices
 * export them. One receipt a row, or one row for every line of a receipt. A
 * bad row is reported by its line number and never stops the good ones.
 */
#include <csv.h>
#include <string.h>

#include "base/clock.h"
#include "core/channel.h"
#include "core/commerce.h"
#include "core/decimal.h"
#include "core/identifier.h"
#include "core/json.h"

#define CELL_MAX 1024	 /* bytes of a cell */
#define COLUMNS_MAX 256	 /* of a header */
#define ROW_LINES_MAX 64 /* lines that a row with quoted cells may span */
#define BAD_ROWS_MAX 64	 /* in a row, within one receipt */

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

static const char text_cell[] = "expected cells of at most 1024 bytes";
static const char text_quote[] = "expected a closing quote";
static const char text_count[] = "expected as many cells as the header has";
static const char text_nul[] = "expected text without NUL";

struct pos_conf {
	struct source_conf base;
	const char **columns;
	const char *zone;
};

/* Where the reading of a body is; what a row that is cut undoes. */
struct cursor {
	struct span left; /* of the piece */
	size_t line;	  /* where the row begins */
	/* The receipt that the next row may belong to. */
	bool open;
	size_t bad_rows; /* since its last good one */
	size_t receipt;	 /* its index in events */
	struct span store, id;
	struct span receipt_left; /* from its first row on */
	size_t receipt_line;
};

/* One body while it is read: the header, and the row at hand. */
struct table {
	const struct pos_conf *conf;
	int zone;			  /* minutes east of UTC */
	const char *theirs[COLUMN_COUNT]; /* the sender's names */
	bool begun, json;
	unsigned char mark;   /* between cells */
	struct span header;   /* its bytes */
	int map[COLUMNS_MAX]; /* cell to column, or -1 */
	size_t columns;	      /* cells of the header; 0 before it */
	struct cursor at;
	/* of the piece */
	struct arena *a;
	struct events *events;
	/* of the row */
	size_t cells;
	struct span cell[COLUMN_COUNT];
	const char *bad; /* what is wrong with the row, or NULL */
	bool ended;	 /* a row ended in the last line read */
	bool torn;	 /* and its shape was wrong */
	bool reached;	 /* the end of the piece was looked at */
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
	ev->line = t->at.line;
	ev->occurred_at = CLOCK_NONE;
	if (++t->at.bad_rows > BAD_ROWS_MAX)
		t->at.open = false;
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
	return t->at.open && row_has_line(t) &&
	       t->events->items[t->at.receipt].purchase->lines &&
	       span_equal(t->at.store, t->cell[STORE]) &&
	       span_equal(t->at.id, t->cell[RECEIPT_ID]);
}

/* Reads the row's values; says what was expected of a bad one. */
static const char *
row_check(struct table *t, bool more, struct receipt *r)
{
	const struct span *cell = t->cell;

	*r = (struct receipt){ 0 };
	if (t->bad)
		return t->bad;
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
	ev->line = t->at.line;
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
	t->at.open = true;
	t->at.receipt = t->events->count - 1;
	t->at.store = t->cell[STORE];
	t->at.id = t->cell[RECEIPT_ID];
	t->at.receipt_left = t->at.left;
	t->at.receipt_line = t->at.line;
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
		struct purchase *p = t->events->items[t->at.receipt].purchase;

		if (p->refund != r.negative || !span_equal(p->amount, r.total))
			expected = "expected the total of the receipt's "
				   "first line";
	}
	if (expected) {
		refuse(t, expected);
		return;
	}
	t->at.bad_rows = 0;
	ev = more ? &t->events->items[t->at.receipt] : row_receipt(t, &r);
	row_claims(t, ev);
	if (row_has_line(t))
		row_line(t, ev->purchase, &r);
}

static void
row_clear(struct table *t)
{
	memset(t->cell, 0, sizeof(t->cell));
	t->cells = 0;
	t->bad = NULL;
}

/* What the sender calls each column: ours, unless the settings say. */
static void
columns_name(struct table *t)
{
	const char **list = t->conf->columns;

	memcpy(t->theirs, column_names, sizeof(t->theirs));
	for (; list && *list; list++) {
		struct span ours;
		struct span theirs = span_cut(span_of(*list), '=', &ours);

		for (size_t i = 0; i < COLUMN_COUNT; i++)
			if (span_is_nocase(span_trim(ours), column_names[i]))
				t->theirs[i] =
					span_text(t->a, span_trim(theirs));
	}
}

static void
header_cell(struct table *t, struct span name)
{
	t->map[t->cells] = -1;
	for (int i = 0; i < COLUMN_COUNT; i++)
		if (span_is_nocase(name, t->theirs[i]))
			t->map[t->cells] = i;
}

/* libcsv: a cell ended. */
static void
on_cell(void *data, size_t len, void *arg)
{
	struct table *t = arg;
	struct span s = { data ? data : "", data ? len : 0 };
	size_t at = t->cells;

	if (s.len > CELL_MAX) {
		t->bad = text_cell;
	} else if (s.len && memchr(s.data, 0, s.len)) {
		t->bad = text_nul;
	} else if (at < COLUMNS_MAX) {
		if (!t->columns)
			header_cell(t, span_trim(span_to_utf8(t->a, s)));
		else if (at < t->columns && t->map[at] >= 0 &&
			 !t->cell[t->map[at]].len)
			t->cell[t->map[at]] = span_trim(span_to_utf8(t->a, s));
	}
	t->cells++;
}

/* libcsv: a row ended. */
static void
on_row(int end, void *arg)
{
	struct table *t = arg;

	(void)end;
	t->ended = true;
	t->torn = false;
	if (!t->columns) {
		t->columns = t->cells;
	} else {
		if (!t->bad && t->cells != t->columns)
			t->bad = text_count;
		t->torn = t->bad != NULL;
		row_take(t);
	}
	row_clear(t);
}

/* The length of the first line, with its end: \n, \r\n or \r. */
static size_t
line_length(struct span s)
{
	size_t n = 0;

	while (n < s.len && s.data[n] != '\n' && s.data[n] != '\r')
		n++;
	if (n + 1 < s.len && s.data[n] == '\r' && s.data[n + 1] == '\n')
		n++;
	return n < s.len ? n + 1 : n;
}

/* The mark that the header uses most, outside quotes. */
static unsigned char
sniff(struct span header)
{
	static const char marks[4] = { ';', ',', '\t', '|' };
	size_t count[4] = { 0 }, best = 0;
	bool quoted = false;

	for (size_t i = 0; i < header.len; i++) {
		const char *mark = memchr(marks, header.data[i], sizeof(marks));

		if (header.data[i] == '"')
			quoted = !quoted;
		else if (mark && !quoted)
			count[mark - marks]++;
	}
	for (size_t i = 1; i < 4; i++)
		if (count[i] > count[best])
			best = i;
	return (unsigned char)marks[best];
}

static bool
header_good(const struct table *t)
{
	bool id = false, total = false;

	for (size_t i = 0; i < t->columns && i < COLUMNS_MAX; i++) {
		id = id || t->map[i] == RECEIPT_ID;
		total = total || t->map[i] == TOTAL;
	}
	return id && total && t->columns <= COLUMNS_MAX;
}

/*
 * Reads one row, of one line or more, and gives its bytes. A quote that is
 * never closed, or closed by that of a later row, would swallow good rows:
 * then only the first line is refused, and the next is read afresh. 0: no
 * memory for libcsv.
 */
static size_t
csv_row(struct table *t, struct span s, size_t *lines)
{
	struct csv_parser p;
	size_t first = line_length(s), used = 0;

	*lines = 0;
	if (csv_init(&p, 0))
		return 0;
	csv_set_delim(&p, t->mark);
	t->ended = t->torn = false;
	while (!t->ended && used < s.len) {
		struct span rest = { s.data + used, s.len - used };
		size_t n = line_length(rest);

		/* Till names hold stray quotes (a 5" cake), but in a cell that
		 * goes on over lines one means that a quote was left open. */
		if (*lines)
			csv_set_opts(&p, CSV_STRICT);
		if (csv_parse(&p, rest.data, n, on_cell, on_row, t) != n)
			break;
		used += n;
		++*lines;
		if (used == s.len && !t->ended) /* no newline at the end */
			csv_parse(&p, "\n", 1, on_cell, on_row, t);
		/* pstate 0: between rows, so the line was blank */
		if (p.pstate == 0 || p.entry_pos > CELL_MAX ||
			*lines == ROW_LINES_MAX)
			break;
	}
	t->reached = used == s.len;
	if (!t->ended && p.pstate != 0) {
		if (t->columns)
			refuse(t, text_quote);
		row_clear(t);
		t->torn = true;
	}
	csv_free(&p);
	if (!*lines || (t->torn && *lines > 1)) {
		used = first;
		*lines = 1;
	}
	return used;
}

static size_t
json_row(struct table *t, struct span s, size_t *lines)
{
	struct err ignored = { 0 };
	size_t used = line_length(s);
	struct span line = span_trim((struct span){ s.data, used });
	json_t *object;

	*lines = 1;
	t->reached = used == s.len;
	if (!line.len)
		return used;
	object = json_read(t->a, span_to_utf8(t->a, line), &ignored);
	if (!json_is_object(object)) {
		refuse(t, "expected a JSON object on one line");
		return used;
	}
	for (size_t column = 0; column < COLUMN_COUNT; column++) {
		t->cell[column] =
			span_trim(json_member(t->a, object, t->theirs[column]));
		if (t->cell[column].len > CELL_MAX)
			t->bad = text_cell;
	}
	row_take(t);
	row_clear(t);
	return used;
}

/* Reads a row and goes on behind it. False, with the cursor where it was,
 * where more of the body may change what the row is. */
static bool
take_row(struct table *t, bool last)
{
	struct cursor was = t->at;
	size_t events = t->events->count, columns = t->columns, lines, used;

	used = t->json ? json_row(t, t->at.left, &lines)
		       : csv_row(t, t->at.left, &lines);
	if (!used || (t->reached && !last)) {
		t->at = was;
		t->events->count = events;
		t->columns = columns;
		return false;
	}
	t->at.left.data += used;
	t->at.left.len -= used;
	t->at.line += lines;
	return true;
}

/* Behind what stands before the first row; false where that has not come. */
static bool
begin(struct table *t, bool last)
{
	struct span *s = &t->at.left;

	if (span_starts(*s, "\xef\xbb\xbf")) {
		s->data += 3;
		s->len -= 3;
	}
	while (s->len) {
		size_t n = line_length(*s);

		if (n == s->len && !last)
			return false;
		if (span_trim((struct span){ s->data, n }).len)
			break;
		s->data += n;
		s->len -= n;
		t->at.line++;
	}
	t->json = s->len && *span_trim(*s).data == '{';
	t->mark = sniff((struct span){ s->data, line_length(*s) });
	t->begun = s->len > 0;
	return t->begun;
}

static bool
read_header(struct table *t, struct feed *feed, struct err *e)
{
	struct span s = t->at.left;

	if (!take_row(t, feed->last))
		return true;
	if (!header_good(t))
		return fail(e, ERR_INPUT,
			"expected a header row with receipt_id and total");
	t->header = (struct span){ s.data, s.len - t->at.left.len };
	t->header.data =
		arena_strndup(feed->arena, t->header.data, t->header.len);
	return true;
}

static struct table *
table_create(struct arena *a, const struct pos_conf *conf, struct err *e)
{
	struct table *t = arena_alloc(a, sizeof(*t));

	t->a = a;
	t->conf = conf;
	t->at.line = 1;
	columns_name(t);
	return clock_parse_zone(span_of(conf->zone), &t->zone, e) ? t : NULL;
}

/* The last receipt may go on in the next piece: it waits, with all that stands
 * behind it. */
static void
put_back(struct table *t)
{
	if (!t->at.open)
		return;
	t->events->count = t->at.receipt;
	t->at.left = t->at.receipt_left;
	t->at.line = t->at.receipt_line;
	t->at.open = false;
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
	t->at.left = piece;
	feed->before = t->header;
	if (!t->begun && !begin(t, feed->last)) {
		if (feed->last)
			return fail(
				e, ERR_INPUT, "expected receipts, got nothing");
		t->at.line = 1;
		return true;
	}
	if (!t->json && !t->columns && !read_header(t, feed, e))
		return false;
	while (t->at.left.len && (t->json || t->columns) &&
		take_row(t, feed->last))
		;
	if (!feed->last)
		put_back(t);
	feed->used = piece.len - t->at.left.len;
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
