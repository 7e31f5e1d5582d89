/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Salesforce: Change Data Capture of contacts, leads and person accounts, as
 * JSON that a relay of its event bus posts: one event, several in an array, or
 * each within the bus's own envelope. An event may be of many records, which
 * changed alike, and each is one of ours.
 */
#include "core/channel.h"

#include <string.h>

#include "core/commerce.h"
#include "core/json.h"
#include "core/mapping.h"

struct salesforce_conf {
	struct source_conf base;
	const char *const *fields;
};

/* A change while it is read. */
struct change {
	struct arena *a;
	const struct salesforce_conf *conf;
	struct events *events;
	const json_t *payload, *header;
	struct span id; /* of the record */
};

static bool
salesforce_verify(const struct inbound *in, const void *conf, struct err *e)
{
	return source_believes(conf, in, e);
}

static struct span
header(const struct change *c, const char *key)
{
	return json_member(c->a, c->header, key);
}

static struct event *
add(const struct change *c, const char *type, const char *part)
{
	struct event *ev = events_add(c->a, c->events);
	struct span key = span_path(c->a, header(c, "transactionKey"),
		header(c, "sequenceNumber"), c->id);

	ev->type = type;
	ev->line = c->events->count;
	ev->name = span_join(c->a, ' ',
		(struct span[]){
			header(c, "entityName"), header(c, "changeType") },
		2);
	ev->occurred_at = clock_read(header(c, "commitTimestamp"));
	if (header(c, "transactionKey").len)
		ev->external_id =
			part ? span_path(c->a, key, span_of(part)) : key;
	customer_claim(c->a, ev, "record", span_of("salesforce"), c->id);
	return ev;
}

/* A field, or one within a compound. */
static const struct known_field fields[] = {
	{ "Email", "email", NULL },
	{ "PersonEmail", "email", NULL },
	{ "Phone", "phone", NULL },
	{ "MobilePhone", "phone", NULL },
	{ "HomePhone", "phone", NULL },
	{ "PersonMobilePhone", "phone", NULL },
	{ "FirstName", NULL, "given_name" },
	{ "LastName", NULL, "family_name" },
	{ "Name.FirstName", NULL, "given_name" },
	{ "Name.LastName", NULL, "family_name" },
	{ "Birthdate", NULL, "birth_date" },
	{ "PersonBirthdate", NULL, "birth_date" },
	{ "MailingAddress.City", NULL, "city" },
	{ "MailingAddress.Country", NULL, "country" },
	{ NULL, NULL, NULL },
};

static void
add_fields(const struct change *c, struct event *ev)
{
	for (const struct known_field *f = fields; f->name; f++)
		known_field_take(c->a, ev, fields, span_of(f->name),
			json_span(c->a, json_at(c->payload, f->name)),
			c->conf->base.assurance);
	mapping_claim(
		c->a, ev, c->conf->fields, c->payload, c->conf->base.assurance);
}

static void
add_optout(const struct change *c, const char *field)
{
	struct event *ev;

	/* That it is off is how everybody begins, and no consent. */
	if (!json_is_true(json_object_get(c->payload, field)))
		return;
	ev = add(c, "consent", field);
	event_consent(
		ev, "marketing", "email", CONSENT_DENIED, ev->occurred_at);
}

/* Who is merged is deleted, and says into whom. */
static void
add_record(const struct change *c)
{
	struct span type = header(c, "changeType");
	struct span master = json_member(c->a, c->payload, "MasterRecordId");
	struct event *ev;

	if (master.len) {
		ev = add(c, "alias", "merge");
		customer_claim(
			c->a, ev, "record", span_of("salesforce"), master);
	}
	if (span_is(type, "DELETE") || span_starts(type, "GAP_")) {
		add(c, "track", NULL);
		return;
	}
	add_fields(c, add(c, "identify", NULL));
	add_optout(c, "HasOptedOutOfEmail");
	add_optout(c, "PersonHasOptedOutOfEmail");
}

static bool
is_person(struct span entity)
{
	return span_is(entity, "Contact") || span_is(entity, "Lead") ||
	       span_is(entity, "Account");
}

/* The bus wraps events as data, data within data, or not at all. */
static const json_t *
payload_of(const json_t *one)
{
	static const char *const paths[] = { "payload", "data.payload",
		"detail.payload" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		const json_t *payload = json_at(one, paths[i]);

		if (payload)
			return payload;
	}
	return one;
}

static void
read_change(struct change *c, const json_t *one)
{
	json_t *id;
	size_t i;

	c->payload = payload_of(one);
	c->header = json_object_get(c->payload, "ChangeEventHeader");
	if (!c->header) {
		events_refuse(
			c->a, c->events, "an event with a ChangeEventHeader");
		return;
	}
	json_array_foreach(json_object_get(c->header, "recordIds"), i, id)
	{
		c->id = json_span(c->a, id);
		if (is_person(header(c, "entityName")))
			add_record(c);
		else
			events_add(c->a, c->events)->name =
				header(c, "entityName");
	}
}

static bool
salesforce_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	struct change c = { .a = a, .conf = conf, .events = events };
	const json_t *root = json_read(a, in->body, e);
	json_t *one;
	size_t i;

	if (!root)
		return false;
	if (!json_is_array(root))
		read_change(&c, root);
	json_array_foreach(root, i, one) read_change(&c, one);
	return true;
}

static bool
salesforce_check(const void *conf, struct err *e)
{
	const struct salesforce_conf *own = conf;

	return mapping_check(own->fields, "fields", e);
}

static const struct setting salesforce_settings[] = {
	{ "fields", SETTING_LIST, offsetof(struct salesforce_conf, fields),
		NULL,
		"Fields of records that identify a person, such as "
		"Customer_Number__c=user_id." },
	{ 0 },
};

extern const struct channel channel_salesforce;
const struct channel channel_salesforce = {
	.name = "salesforce",
	.summary = "Changes of contacts, leads and accounts of Salesforce",
	.settings = salesforce_settings,
	.conf_size = sizeof(struct salesforce_conf),
	.verify = salesforce_verify,
	.parse = salesforce_parse,
	.check = salesforce_check,
};
