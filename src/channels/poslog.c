/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ARTS POSLog, the XML in which tills tell their receipts: version 6 and what
 * came before it, and the dialects of Retalix and NCR. Elements are known by
 * their local names, for dialects put them into namespaces of their own.
 *
 * A day's file has gigabytes: it is read by transaction (core/xml.h).
 */
#include <string.h>

#include "core/channel.h"
#include "core/commerce.h"
#include "core/decimal.h"
#include "core/identifier.h"
#include "core/json.h"
#include "core/xml.h"

struct poslog_conf {
	struct source_conf base;
	const char *zone;
	const char **loyalty;
	const char *customer;
};

/* An element that is open, with what of its attributes matters. */
struct element {
	char name[XML_NAME];
	struct span type, entry, currency;
	bool off; /* a flag says that it does not count */
};

/* The totals that may say what was paid; a later one is better. */
static const char *const totals[] = { "", "TransactionNetAmount",
	"TransactionGrossAmount", "TransactionGrandAmount" };

/* A transaction while it is read. */
struct transaction {
	size_t line;
	bool skip, given_back;
	struct span kind; /* the element that says what it is */
	struct span store, workstation, sequence, id, receipt, day;
	struct span at[3]; /* of EndDateTime, POSLogDateTime, BeginDateTime */
	struct span currency, total_currency;
	size_t total_rank;	/* in totals, from 1; 0: there is none */
	struct span total, sum; /* the sum of the lines */
	const char *bad;
	json_t *lines, *accounts;
	/* of the line at hand */
	bool sold, back;
	struct span sku, item, name, quantity, price, list_price, extended;
	/* of the telephone number at hand */
	struct span country, area, local, full;
};

/* One piece while it is read; a transaction is never in two. */
struct reader {
	struct arena *a;
	const struct poslog_conf *conf;
	struct events *events;
	int zone;
	int depth; /* in the transaction, which is the first */
	struct element open[XML_DEPTH];
	struct transaction t;
	struct event about; /* it */
};

static bool
is(const char *name, const char *other)
{
	return strcmp(name, other) == 0;
}

static bool
ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), tail = strlen(end);

	return len >= tail && is(name + len - tail, end);
}

/* Whether the element at hand is inside one of that name. */
static bool
inside(const struct reader *r, const char *name)
{
	for (int i = 1; i < r->depth; i++)
		if (is(r->open[i].name, name))
			return true;
	return false;
}

/* On the arena, which the spans of a transaction need: the text goes. */
static struct span
kept(const struct reader *r, struct span s)
{
	s = span_trim(s);
	return s.len ? span_of(span_text(r->a, s)) : s;
}

static void
read_attributes(struct reader *r, struct element *el, const char **attributes)
{
	static const char *const types[] = { "Type", "TypeCode", "TotalType" };
	static const char *const flags[] = { "CancelFlag", "VoidFlag",
		"TrainingModeFlag", "SuspendFlag" };
	static const char *const never[] = { "Void", "Suspend", "Fail",
		"Cancel" };

	for (; *attributes; attributes += 2) {
		const char *name = xml_local(attributes[0]);
		struct span value = span_trim(span_of(attributes[1]));

		for (size_t i = 0; i < 4; i++)
			el->off |=
				is(name, flags[i]) &&
				(span_is(value, "true") || span_is(value, "1"));
		for (size_t i = 0; i < 4; i++)
			el->off |= is(name, "TransactionStatus") &&
				   span_starts(value, never[i]);
		/* "xsi:type" is another thing, and begins small. */
		for (size_t i = 0; i < 3; i++)
			if (is(name, types[i]))
				el->type = kept(r, value);
		if (is(name, "EntryMethod"))
			el->entry = kept(r, value);
		if (is(name, "CurrencyCode") || is(name, "Currency"))
			el->currency = kept(r, value);
	}
}

static void
begin_transaction(struct reader *r, size_t line)
{
	r->t = (struct transaction){ .line = line };
	r->about = (struct event){ .traits = json_own(r->a, json_object()),
		.body = json_own(r->a, json_object()) };
}

static void
begin_part(struct reader *r, const struct element *el)
{
	struct transaction *t = &r->t;

	if (is(el->name, "LineItem")) {
		t->sold = t->back = false;
		t->sku = t->item = t->name = t->quantity = t->price =
			t->list_price = t->extended = (struct span){ NULL, 0 };
	} else if (is(el->name, "TelephoneNumber")) {
		t->country = t->area = t->local = t->full =
			(struct span){ NULL, 0 };
	} else if (r->depth == 2 && ends_with(el->name, "Transaction")) {
		t->kind = kept(r, span_of(el->name));
		t->skip = t->skip || el->off ||
			  ends_with(el->name, "ControlTransaction");
	}
}

static void
on_start(void *arg, const char *name, const char **attributes, size_t line)
{
	struct reader *r = arg;
	struct element *el = &r->open[r->depth++];

	*el = (struct element){ 0 };
	memcpy(el->name, name, strlen(name));
	if (r->depth == 1)
		begin_transaction(r, line);
	read_attributes(r, el, attributes);
	if (r->depth == 1)
		r->t.skip = el->off;
	else
		begin_part(r, el);
}

/* Nobody scanned or swiped it. */
static bool
was_keyed(const struct reader *r)
{
	for (int i = r->depth - 1; i >= 0; i--)
		if (r->open[i].entry.len)
			return span_is_nocase(r->open[i].entry, "Keyed") ||
			       span_is_nocase(r->open[i].entry, "Manual");
	return false;
}

static enum assurance
shown(const struct reader *r)
{
	return was_keyed(r) ? r->conf->base.assurance : VERIFIED;
}

/*
 * Whether ids of that element and type are one person's each. A number of a
 * points account is the same for all who have one, and a household is several
 * people: so only what is listed is somebody's.
 */
static bool
is_persons(const struct poslog_conf *conf, const char *name, struct span type)
{
	static const char *ours[] = { "LoyaltyID", "MembershipID", "ScanData",
		NULL };
	const char **list = conf->loyalty ? conf->loyalty : ours;

	for (; *list; list++) {
		struct span of;
		struct span element = span_cut(span_of(*list), '/', &of);

		if (span_is(element, name) &&
			(of.len ? span_equal(of, type)
				: !span_is_nocase(type, "Household")))
			return true;
	}
	return false;
}

static void
take_loyalty(struct reader *r, const struct element *el, struct span value)
{
	json_t *account;

	if (span_is_all(value, "0"))
		return;
	if (is_persons(r->conf, el->name, el->type)) {
		event_claim(r->a, &r->about, "loyalty", value, shown(r));
		return;
	}
	account = json_object();
	json_object_set_new(account, "type",
		json_text(el->type.len ? el->type : span_of(el->name)));
	json_object_set_new(account, "id", json_text(value));
	if (!r->t.accounts)
		r->t.accounts = json_own(r->a, json_array());
	json_array_append_new(r->t.accounts, account);
}

static void
take_person(struct reader *r, const struct element *el, struct span value)
{
	static const char *const ids[] = { "LoyaltyID", "MembershipID",
		"HouseholdID", "LoyaltyAccountID", "LoyaltyCardID", "ScanData",
		"AccountNumber", "CustomerExternalId" };
	struct event *ev = &r->about;
	struct span ignored;

	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		if (is(el->name, ids[i]))
			take_loyalty(r, el, value);
	if (is(el->name, "CustomerID") && !span_is_all(value, "0"))
		event_claim(r->a, ev, r->conf->customer, value, shown(r));
	if (!inside(r, "Customer"))
		return;
	if (is(el->name, "EMailAddress"))
		event_claim(r->a, ev, "email", value, r->conf->base.assurance);
	if (is(el->name, "TaxID") &&
		identifier_normalise(r->a, "cpf", value, NULL, &ignored, NULL))
		event_claim(r->a, ev, "cpf", value, r->conf->base.assurance);
	if (is(el->name, "Name") && span_is(el->type, "GivenName"))
		event_trait(ev, "given_name", value);
	else if (is(el->name, "Name") && span_is(el->type, "FamilyName"))
		event_trait(ev, "family_name", value);
	else if (is(el->name, "Name") && !el->type.len)
		event_trait(ev, "name", value);
}

static void
take_phone(struct reader *r)
{
	struct transaction *t = &r->t;
	struct span number = t->full;

	if (!number.len && t->local.len)
		number = span_of(arena_printf(r->a, "%s%s%s%s%s",
			t->country.len && t->country.data[0] != '+' ? "+" : "",
			span_text(r->a, t->country), t->country.len ? " " : "",
			span_text(r->a, t->area), span_text(r->a, t->local)));
	if (inside(r, "Customer"))
		event_claim(r->a, &r->about, "phone", number,
			r->conf->base.assurance);
}

/* An amount or a number, or empty, with what was expected in t->bad. */
static struct span
amount_of(struct reader *r, struct span value, const char *expected)
{
	struct span out = { NULL, 0 };

	if (value.len && !decimal_parse_signed(r->a, value, &out))
		r->t.bad = expected;
	return out;
}

static void
take_total(struct reader *r, const struct element *el, struct span value)
{
	for (size_t i = r->t.total_rank; i < 4; i++) {
		if (!span_is(el->type, totals[i]))
			continue;
		r->t.total_rank = i + 1;
		r->t.total = value;
		r->t.total_currency = el->currency;
	}
}

/* Where a value goes that stands directly in an element of that name. */
struct place {
	const char *parent, *name;
	struct span *to;
};

static void
put(const struct place *places, size_t count, const char *parent,
	const char *name, struct span value)
{
	for (size_t i = 0; i < count; i++)
		if (is(name, places[i].name) && is(parent, places[i].parent) &&
			!places[i].to->len)
			*places[i].to = value;
}

static void
take_of_line(struct reader *r, const char *name, struct span value)
{
	struct transaction *t = &r->t;
	const char *parent = r->open[r->depth - 2].name;
	bool back = is(parent, "Return");
	const char *of = back ? "Return" : "Sale";
	const struct place places[] = {
		{ "POSIdentity", "POSItemID", &t->sku },
		{ of, "ItemID", &t->item },
		{ of, "Description", &t->name },
		{ of, "Quantity", &t->quantity },
		{ of, "ActualSalesUnitPrice", &t->price },
		{ of, "RegularSalesUnitPrice", &t->list_price },
		{ of, "ExtendedAmount", &t->extended },
	};

	if (is(parent, of)) {
		t->sold = true;
		t->back = back;
	}
	put(places, sizeof(places) / sizeof(*places), parent, name, value);
}

static void
take_of_transaction(struct reader *r, const char *name, struct span value)
{
	struct transaction *t = &r->t;
	const struct place places[] = {
		{ "Transaction", "RetailStoreID", &t->store },
		{ "BusinessUnit", "UnitID", &t->store },
		{ "Transaction", "WorkstationID", &t->workstation },
		{ "Transaction", "SequenceNumber", &t->sequence },
		{ "Transaction", "TransactionID", &t->id },
		{ "Transaction", "BusinessDayDate", &t->day },
		{ "Transaction", "EndDateTime", &t->at[0] },
		{ "Transaction", "POSLogDateTime", &t->at[1] },
		{ "Transaction", "BeginDateTime", &t->at[2] },
		{ "Transaction", "CurrencyCode", &t->currency },
		{ "Transaction", "ReceiptNumber", &t->receipt },
		{ "RetailTransaction", "ReceiptNumber", &t->receipt },
		{ "TelephoneNumber", "CountryCode", &t->country },
		{ "TelephoneNumber", "AreaCode", &t->area },
		{ "TelephoneNumber", "LocalNumber", &t->local },
		{ "TelephoneNumber", "FullTelephoneNumber", &t->full },
	};

	put(places, sizeof(places) / sizeof(*places),
		r->open[r->depth - 2].name, name, value);
}

static void
end_line(struct reader *r, const struct element *el)
{
	struct transaction *t = &r->t;
	struct span quantity = amount_of(
		r, t->quantity, "expected Quantity to be a number like 1.5");
	struct span extended = amount_of(r, t->extended,
		"expected ExtendedAmount to be an amount like 119.90");
	struct line line = { .sku = t->sku.len ? t->sku : t->item,
		.name = t->name,
		.price = amount_of(r, t->price.len ? t->price : t->list_price,
			"expected a unit price to be an amount like 119.90") };

	if (!t->sold || el->off)
		return;
	/* Some write what comes back as less than nothing, others do not. */
	if (t->back && quantity.len && quantity.data[0] != '-')
		quantity = span_of(arena_printf(r->a, "-%s", quantity.data));
	if (t->back && extended.len && extended.data[0] != '-')
		extended = span_of(arena_printf(r->a, "-%s", extended.data));
	line.quantity = quantity;
	if (!t->lines)
		t->lines = json_own(r->a, json_array());
	json_array_append_new(t->lines, line_json(&line));
	if (extended.len &&
		!decimal_add(r->a, t->sum.len ? t->sum : span_of("0"), extended,
			&t->sum))
		t->bad = "expected a sum of at most 32 digits";
}

static struct span
event_key(struct reader *r)
{
	const struct transaction *t = &r->t;

	/* Numbers begin anew, so the day tells them apart. */
	if (t->sequence.len)
		return span_of(arena_printf(r->a, "%s/%s/%s/%s",
			span_text(r->a, t->store),
			span_text(r->a, t->workstation),
			span_text(r->a, t->day), span_text(r->a, t->sequence)));
	if (t->id.len || t->receipt.len)
		return span_of(arena_printf(r->a, "%s/%s",
			span_text(r->a, t->store),
			span_text(r->a, t->id.len ? t->id : t->receipt)));
	return (struct span){ NULL, 0 };
}

static int64_t
transaction_time(struct reader *r)
{
	const struct transaction *t = &r->t;
	int64_t at;

	for (size_t i = 0; i < 3; i++)
		if (clock_parse_rfc3339(t->at[i], r->zone, &at, NULL))
			return at;
	if (t->day.len >= 10 &&
		clock_parse_rfc3339(span_of(arena_printf(r->a, "%.10sT00:00:00",
					    t->day.data)),
			r->zone, &at, NULL))
		return at;
	return CLOCK_NONE;
}

/* What was paid; says what was expected of a bad one. */
static const char *
add_purchase(struct reader *r, struct event *ev)
{
	struct transaction *t = &r->t;
	struct purchase *p = arena_alloc(r->a, sizeof(*p));
	struct span currency =
		t->total_currency.len ? t->total_currency : t->currency;

	p->amount = t->total_rank ? amount_of(r, t->total,
					    "expected Total to be an amount "
					    "like 119.90")
				  : t->sum;
	if (t->bad)
		return t->bad;
	if (!p->amount.len)
		return NULL;
	if (!currency_parse(
		    r->a, currency, r->conf->base.currency, &p->currency))
		return "expected CurrencyCode to be three letters (ISO 4217)";
	p->refund = p->amount.data[0] == '-';
	if (p->refund) {
		p->amount.data++;
		p->amount.len--;
	}
	p->id = t->receipt.len ? t->receipt : t->id.len ? t->id : t->sequence;
	p->key = ev->external_id;
	p->lines = t->lines;
	ev->purchase = p;
	ev->type = p->refund ? "refund" : "order";
	return NULL;
}

static void
refuse(void *arg, size_t line, const char *expected)
{
	struct reader *r = arg;
	struct event *ev = events_add(r->a, r->events);

	ev->refused = expected;
	ev->occurred_at = CLOCK_NONE;
	ev->line = line;
}

static void
end_transaction(struct reader *r)
{
	struct transaction *t = &r->t;
	struct event *ev = &r->about;
	const char *refused = NULL;

	if (t->skip)
		return;
	ev->external_id = event_key(r);
	ev->occurred_at = transaction_time(r);
	ev->type = "unknown";
	ev->name = t->kind;
	event_body(ev, "store", t->store);
	event_body(ev, "terminal", t->workstation);
	event_body(ev, "receipt_id", t->receipt);
	if (t->accounts)
		json_object_set(ev->body, "accounts", t->accounts);
	if (!ev->external_id.len)
		refused = "expected SequenceNumber or TransactionID";
	if (!refused)
		refused = add_purchase(r, ev);
	if (refused) {
		refuse(r, t->line, refused);
		return;
	}
	ev->line = t->line;
	*events_add(r->a, r->events) = *ev;
}

/* A leaf, or the end of something larger. */
static void
on_end(void *arg, const char *name, struct span text)
{
	struct reader *r = arg;
	const struct element *el = &r->open[r->depth - 1];
	struct span value = kept(r, text);

	if (r->depth == 1) {
		end_transaction(r);
	} else if (is(name, "LineItem")) {
		end_line(r, el);
	} else if (is(name, "TelephoneNumber")) {
		if (value.len)
			r->t.full = value;
		take_phone(r);
	} else if (value.len) {
		take_of_transaction(r, name, value);
		take_of_line(r, name, value);
		take_person(r, el, value);
		if (is(name, "Total"))
			take_total(r, el, value);
	}
	r->depth--;
}

static const struct xml_records poslog_records = {
	.root = "POSLog",
	.record = "Transaction",
	.start = on_start,
	.end = on_end,
	.bad = refuse,
};

static bool
poslog_feed(struct arena *a, struct feed *feed, struct span piece,
	const void *conf, struct events *events, struct err *e)
{
	struct reader *r = arena_alloc(a, sizeof(*r));

	r->a = a;
	r->conf = conf;
	r->events = events;
	return clock_parse_zone(span_of(r->conf->zone), &r->zone, e) &&
	       xml_feed(a, feed, piece, &poslog_records, r, e);
}

static bool
poslog_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	struct feed feed = { .arena = a, .last = true };

	return poslog_feed(a, &feed, in->body, conf, events, e);
}

static bool
poslog_check(const void *conf, struct err *e)
{
	const struct poslog_conf *own = conf;
	int zone;

	return clock_parse_zone(span_of(own->zone), &zone, e);
}

#define CONF(field) offsetof(struct poslog_conf, field)

static const struct setting poslog_settings[] = {
	{ "zone", SETTING_TEXT, CONF(zone), "+00:00",
		"Zone of times written without one: -03:00, or minutes east "
		"of UTC." },
	{ "loyalty", SETTING_LIST, CONF(loyalty), NULL,
		"Elements whose ids are one person's each, as Element or "
		"Element/Type; LoyaltyID, MembershipID and ScanData if none "
		"are named." },
	{ "customer", SETTING_TEXT, CONF(customer), "record",
		"The kind of identifier that a CustomerID is." },
	{ 0 },
};

extern const struct channel channel_poslog;
const struct channel channel_poslog = {
	.name = "poslog",
	.summary = "Point of sale: receipts as ARTS POSLog XML",
	.settings = poslog_settings,
	.conf_size = sizeof(struct poslog_conf),
	.verify = source_verify,
	.parse = poslog_parse,
	.feed = poslog_feed,
	.check = poslog_check,
};
