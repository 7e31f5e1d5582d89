/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Amazon SES through SNS: messages that it takes in, and what became of ours.
 * A notification is JSON inside the Message of SNS's own. SNS signs for all of
 * its customers with one key, so the topic must be one of ours; and as the
 * signature may be switched off (raw delivery), a key in the address is asked
 * for in any case.
 */
#include "core/channel.h"

#include <string.h>

#include "base/digest.h"
#include "base/pubkey.h"
#include "core/json.h"
#include "core/mail.h"

struct ses_conf {
	struct source_conf base;
	const char *public_key;
	const char *const *topics;
};

/* "Key\nValue\n" of each that is there, in this order. */
static bool
signed_well(struct arena *a, const json_t *root, const char *key)
{
	static const char *const notification[] = { "Message", "MessageId",
		"Subject", "Timestamp", "TopicArn", "Type", NULL };
	static const char *const confirmation[] = { "Message", "MessageId",
		"SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
		NULL };
	bool notifies = span_is(json_member(a, root, "Type"), "Notification");
	const char *const *name = notifies ? notification : confirmation;
	struct span parts[4 * 7];
	size_t count = 0;

	for (; *name; name++) {
		if (!json_object_get(root, *name))
			continue;
		parts[count++] = span_of(*name);
		parts[count++] = span_of("\n");
		parts[count++] = json_member(a, root, *name);
		parts[count++] = span_of("\n");
	}
	return pubkey_signed(key,
		span_is(json_member(a, root, "SignatureVersion"), "2")
			? PUBKEY_SHA256
			: PUBKEY_SHA1,
		parts, count, json_member(a, root, "Signature"));
}

static bool
is_topic(const struct ses_conf *own, struct span topic)
{
	for (const char *const *t = own->topics; t && *t; t++)
		if (span_is(topic, *t))
			return true;
	return !own->topics || !*own->topics;
}

static bool
ses_verify(const struct inbound *in, const void *conf, struct err *e)
{
	const struct ses_conf *own = conf;
	struct arena *a;
	const json_t *root;
	bool good;

	if (!source_believes(&own->base, in, e))
		return false;
	a = arena_create();
	root = json_read(a, in->body, NULL);
	good = (is_topic(own, json_member(a, root, "TopicArn")) ||
		       fail(e, ERR_AUTH,
			       "expected a TopicArn of this source")) &&
	       (!own->public_key || signed_well(a, root, own->public_key) ||
		       fail(e, ERR_AUTH,
			       "expected a Signature of the key whose "
			       "public_key this source has"));
	arena_destroy(a);
	return good;
}

static struct mail_head
head_of(struct arena *a, const json_t *list)
{
	struct header *fields =
		arena_array(a, json_array_size(list) + 1, sizeof(*fields));
	struct mail_head head = { fields, 0 };
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one) fields[head.count++] =
		(struct header){ json_member(a, one, "name"),
			json_member(a, one, "value") };
	return head;
}

/* Where SES hands on no content, there is still the header. */
static void
read_header(struct arena *a, const json_t *mail, struct mail *m)
{
	mail_of_head(a, head_of(a, json_object_get(mail, "headers")), m);
	m->subject = mail_clean(
		a, json_span(a, json_at(mail, "commonHeaders.subject")));
}

static bool
add_mail(struct arena *a, const json_t *note, struct events *events,
	struct err *e)
{
	const json_t *mail = json_object_get(note, "mail");
	const json_t *receipt = json_object_get(note, "receipt");
	struct span content = json_member(a, note, "content"), decoded;
	struct span source = json_member(a, mail, "source");
	struct mail m;

	if (span_is(json_span(a, json_at(receipt, "action.encoding")),
		    "BASE64") &&
		digest_unbase64(a, content, &decoded))
		content = decoded;
	if (!content.len)
		read_header(a, mail, &m);
	else if (!mail_read(a, content, &m, e))
		return false;
	m.recipient = json_span(
		a, json_array_get(json_object_get(receipt, "recipients"), 0));
	m.from_nobody = json_object_get(mail, "source") &&
			(!source.len || mailtrust_null_path(source));
	/* DMARC is about the address in From. */
	m.vouched = span_is(
		json_span(a, json_at(receipt, "dmarcVerdict.status")), "PASS");
	mail_add(&m, json_member(a, mail, "messageId"), events);
	return true;
}

/* Where each kind of notification has its recipients and its time. */
static const struct {
	const char *word, *member, *recipients;
} kinds[] = {
	{ "Bounce", "bounce", "bouncedRecipients" },
	{ "Complaint", "complaint", "complainedRecipients" },
	{ "Delivery", "delivery", "recipients" },
	{ "Open", "open", NULL },
	{ "Click", "click", NULL },
	{ "Subscription", "subscription", NULL },
	{ "DeliveryDelay", "deliveryDelay", "delayedRecipients" },
	{ "Reject", "reject", NULL },
	{ "Rendering Failure", "failure", NULL },
	{ "Send", "send", NULL },
};

static void
add_one(struct arena *a, const json_t *note, struct span word,
	const json_t *part, struct span recipient, struct events *events)
{
	static const char *const keys[] = { "bounceType", "bounceSubType",
		"complaintFeedbackType", "link", "reason", "errorMessage",
		NULL };
	struct span id = json_span(a, json_at(note, "mail.messageId"));
	struct span at = json_member(a, part, "timestamp");
	bool off = json_is_true(
		json_at(part, "newTopicPreferences.unsubscribeAll"));
	struct event *ev;

	if (!at.len)
		at = json_span(a, json_at(note, "mail.timestamp"));
	ev = mail_status(a, events, off ? span_of("unsubscribed") : word,
		recipient, clock_read(at));
	ev->external_id = span_path(a, word, id, recipient, at);
	event_body(ev, "message_id", id);
	event_keep_members(a, ev, part, keys);
	event_keep(ev, "tags", json_at(note, "mail.tags"));
}

static void
add_status(struct arena *a, const json_t *note, struct span word,
	struct events *events)
{
	const json_t *part = NULL, *to = NULL;
	json_t *one;
	size_t i;

	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
		if (!span_is(word, kinds[k].word))
			continue;
		part = json_object_get(note, kinds[k].member);
		if (kinds[k].recipients)
			to = json_object_get(part, kinds[k].recipients);
	}
	if (!json_array_size(to))
		to = json_at(note, "mail.destination");
	json_array_foreach(to, i, one)
	{
		struct span address = json_member(a, one, "emailAddress");

		add_one(a, note, word, part,
			address.len ? address : json_span(a, one), events);
	}
}

/* SNS's own: the operator follows SubscribeURL, for we call nobody. */
static void
add_own(struct arena *a, const json_t *root, struct span type,
	struct events *events)
{
	static const char *const keys[] = { "TopicArn", "SubscribeURL", NULL };
	struct event *ev = events_add(a, events);

	ev->line = 1;
	ev->name = type;
	ev->external_id = json_member(a, root, "MessageId");
	ev->occurred_at = clock_read(json_member(a, root, "Timestamp"));
	event_keep_members(a, ev, root, keys);
}

static bool
ses_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	static const char *const words[] = { "notificationType", "eventType",
		NULL };
	const json_t *root = json_read(a, in->body, e), *note = root;
	struct span type = json_member(a, root, "Type"), word;

	(void)conf;
	if (!root)
		return false;
	if (type.len && !span_is(type, "Notification")) {
		add_own(a, root, type, events);
		return true;
	}
	/* Raw delivery has nothing around it. */
	if (type.len)
		note = json_read(a, json_member(a, root, "Message"), NULL);
	word = json_any(a, note, words);
	if (span_is(word, "Received"))
		return add_mail(a, note, events, e);
	if (word.len)
		add_status(a, note, word, events);
	else if (type.len)
		add_own(a, root, type, events);
	else
		return fail(
			e, ERR_INPUT, "expected a notification of SNS or SES");
	return true;
}

static bool
ses_check(const void *conf, struct err *e)
{
	const struct ses_conf *own = conf;

	return pubkey_check(own->public_key, "public_key", e);
}

static const struct setting ses_settings[] = {
	{ "topics", SETTING_LIST, offsetof(struct ses_conf, topics), NULL,
		"The topics (TopicArn) that are believed; not set, any." },
	{ "public_key", SETTING_TEXT, offsetof(struct ses_conf, public_key),
		NULL,
		"The public key of SNS's certificate, as base64 without "
		"armour: openssl x509 -pubkey -noout. Where it is set, each "
		"request must be signed." },
	{ 0 },
};

extern const struct channel channel_ses;
const struct channel channel_ses = {
	.name = "ses",
	.summary = "Messages that Amazon SES takes in, and what became of ours",
	.settings = ses_settings,
	.conf_size = sizeof(struct ses_conf),
	.verify = ses_verify,
	.parse = ses_parse,
	.check = ses_check,
	.answer = answer_nothing,
};
