/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The contacts of a CRM, exported as CSV or NDJSON. The same row is known by
 * its content, so an export may come each night: only what changed is news.
 */
#include "core/channel.h"

#include <string.h>

#include "core/commerce.h"
#include "core/rows.h"

enum column {
	ID,
	USER_ID,
	EMAIL,
	EMAIL_2,
	PHONE,
	PHONE_2,
	CPF,
	LOYALTY,
	UPDATED_AT,
	EMAIL_CONSENT,
	SMS_CONSENT,
	WHATSAPP_CONSENT,
	FIRST_TRAIT,
	NAME = FIRST_TRAIT,
	GIVEN_NAME,
	FAMILY_NAME,
	BIRTH_DATE,
	LOCALE,
	CITY,
	COUNTRY,
	COLUMN_COUNT
};

static const char *const names[COLUMN_COUNT] = { "id", "user_id", "email",
	"email_2", "phone", "phone_2", "cpf", "loyalty", "updated_at",
	"email_consent", "sms_consent", "whatsapp_consent", "name",
	"given_name", "family_name", "birth_date", "locale", "city",
	"country" };

/* Those that are identifiers as they stand. */
static const struct {
	enum column column;
	const char *kind;
} kinds[] = {
	{ USER_ID, "user_id" },
	{ LOYALTY, "loyalty" },
	{ CPF, "cpf" },
	{ EMAIL, "email" },
	{ EMAIL_2, "email" },
	{ PHONE, "phone" },
	{ PHONE_2, "phone" },
};

static const struct {
	enum column column;
	const char *channel;
} consents[] = {
	{ EMAIL_CONSENT, "email" },
	{ SMS_CONSENT, "sms" },
	{ WHATSAPP_CONSENT, "whatsapp" },
};

struct crm_conf {
	struct source_conf base;
	const char *const *columns;
	const char *customer; /* the kind that an id is */
};

static void
claim(struct arena *a, const struct crm_conf *conf, struct event *ev,
	const struct span *cells)
{
	customer_claim(a, ev, conf->customer,
		span_path(a, span_of("crm"), span_of(conf->base.name)),
		cells[ID]);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		event_claim(a, ev, kinds[i].kind, cells[kinds[i].column],
			conf->base.assurance);
}

/* False where it says neither yes nor no. */
static bool
read_consent(struct span cell, enum consent *consent)
{
	static const char *const yes[] = { "yes", "true", "1", "granted",
		"opted_in", "subscribed", "sim", NULL };
	static const char *const no[] = { "no", "false", "0", "denied",
		"opted_out", "unsubscribed", "nao", "n\xc3\xa3o", NULL };

	for (const char *const *word = yes; *word; word++)
		if (span_is_nocase(cell, *word)) {
			*consent = CONSENT_GRANTED;
			return true;
		}
	for (const char *const *word = no; *word; word++)
		if (span_is_nocase(cell, *word)) {
			*consent = CONSENT_DENIED;
			return true;
		}
	return false;
}

static void
refuse(struct arena *a, struct events *events, const struct row *row,
	const char *expected)
{
	events_refuse(a, events, expected);
	events->items[events->count - 1].line = row->line;
}

static void
add(struct arena *a, const struct crm_conf *conf, struct events *events,
	const struct row *row)
{
	int64_t at = clock_read(row->cells[UPDATED_AT]);
	struct event *ev = events_add(a, events);

	ev->type = "identify";
	ev->name = span_of("contact");
	ev->line = row->line;
	ev->occurred_at = at;
	claim(a, conf, ev, row->cells);
	for (size_t i = FIRST_TRAIT; i < COLUMN_COUNT; i++)
		event_trait(ev, names[i], row->cells[i]);
	if (!ev->claim_count) {
		events->count--;
		refuse(a, events, row, "expected an id, an e-mail, a phone...");
		return;
	}
	for (size_t i = 0; i < sizeof(consents) / sizeof(*consents); i++) {
		enum consent consent;

		if (!read_consent(row->cells[consents[i].column], &consent))
			continue;
		ev = events_add(a, events);
		ev->line = row->line;
		ev->name = span_of(names[consents[i].column]);
		ev->occurred_at = at;
		event_consent(
			ev, "marketing", consents[i].channel, consent, at);
		claim(a, conf, ev, row->cells);
	}
}

static bool
crm_feed(struct arena *a, struct feed *feed, struct span piece,
	const void *conf, struct events *events, struct err *e)
{
	const struct crm_conf *own = conf;
	struct rows *rows = feed->state;
	struct row row;
	bool named = false;

	if (!rows)
		rows = feed->state = rows_create(
			feed->arena, names, COLUMN_COUNT, own->columns);
	if (!rows_open(rows, a, feed, piece))
		return !feed->last ||
		       fail(e, ERR_INPUT, "expected contacts, got nothing");
	named = rows_has(rows, ID);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		named = named || rows_has(rows, kinds[i].column);
	if (!named)
		return fail(e, ERR_INPUT,
			"expected a header row with id, email, phone...");
	while (rows_next(rows, &row)) {
		if (row.bad)
			refuse(a, events, &row, row.bad);
		else
			add(a, own, events, &row);
	}
	feed->used = rows_used(rows);
	return true;
}

static bool
crm_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	struct feed feed = { .arena = a, .last = true };

	return crm_feed(a, &feed, in->body, conf, events, e);
}

static bool
crm_check(const void *conf, struct err *e)
{
	const struct crm_conf *own = conf;

	return customer_check(own->customer, e);
}

static const struct setting crm_settings[] = {
	{ "columns", SETTING_LIST, offsetof(struct crm_conf, columns), NULL,
		"Names of columns that differ from ours, as theirs=ours." },
	{ "customer", SETTING_TEXT, offsetof(struct crm_conf, customer),
		"record", "The kind of identifier that a contact's id is." },
	{ 0 },
};

extern const struct channel channel_crm;
const struct channel channel_crm = {
	.name = "crm",
	.summary = "Contacts of a CRM, as CSV or NDJSON",
	.settings = crm_settings,
	.conf_size = sizeof(struct crm_conf),
	.verify = source_verify,
	.parse = crm_parse,
	.feed = crm_feed,
	.check = crm_check,
};
