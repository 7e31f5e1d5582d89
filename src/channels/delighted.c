/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Delighted: answers to surveys, signed over the bytes as sent. A score comes
 * first, and the comment with an update of the same answer.
 */
#include "core/channel.h"

#include <string.h>

#include "core/commerce.h"
#include "core/json.h"
#include "core/mapping.h"
#include "core/signature.h"

struct delighted_conf {
	struct source_conf base;
	const char *const *properties;
};

static bool
delighted_verify(const struct inbound *in, const void *conf, struct err *e)
{
	static const struct signature how = { "X-Delighted-Webhook-Signature",
		"sha256=", HMAC_SHA256, false };

	return signature_of_body(&how, in, conf, e);
}

static bool
delighted_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	static const char *const keys[] = { "score", "comment", "permalink",
		NULL };
	static const char *const times[] = { "updated_at", "created_at",
		"unsubscribed_at", NULL };
	const struct delighted_conf *own = conf;
	const json_t *root = json_read(a, in->body, e);
	const json_t *data = json_object_get(root, "event_data");
	const json_t *person = json_object_get(data, "person");
	struct span type = json_member(a, root, "event_type"), metric;
	struct event *ev;

	if (!root)
		return false;
	if (!type.len)
		return fail(e, ERR_INPUT, "expected an object with event_type");
	if (!person && json_member(a, data, "email").len)
		person = data;
	ev = events_add(a, events);
	ev->line = 1;
	ev->name = type;
	ev->external_id = json_member(a, root, "event_id");
	ev->occurred_at = clock_read(json_any(a, data, times));
	if (span_starts(type, "survey_response."))
		ev->type = "track";
	else if (span_starts(type, "unsubscribe."))
		event_consent(ev, "marketing", "email", CONSENT_DENIED,
			ev->occurred_at);
	customer_claim(a, ev, "record", span_of("delighted"),
		json_member(a, person, "id"));
	event_claim(a, ev, "email", json_member(a, person, "email"),
		own->base.assurance);
	event_claim(a, ev, "phone", json_member(a, person, "phone_number"),
		own->base.assurance);
	event_trait(ev, "name", json_member(a, person, "name"));
	mapping_claim(a, ev, own->properties,
		json_object_get(data, "person_properties"),
		own->base.assurance);
	if (strcmp(ev->type, "track") != 0)
		return true;
	/* Where it does not say, it is the one that it is known for. */
	metric = json_member(a, data, "survey_type");
	event_body(ev, "metric", metric.len ? metric : span_of("nps"));
	event_body(ev, "response_id", json_member(a, data, "id"));
	event_keep_members(a, ev, data, keys);
	event_keep(ev, "tags", json_object_get(data, "tags"));
	return true;
}

static bool
delighted_check(const void *conf, struct err *e)
{
	const struct delighted_conf *own = conf;

	return mapping_check(own->properties, "properties", e);
}

static const struct setting delighted_settings[] = {
	{ "properties", SETTING_LIST,
		offsetof(struct delighted_conf, properties), NULL,
		"Properties of a person that identify him, such as "
		"customer_number=user_id." },
	{ 0 },
};

extern const struct channel channel_delighted;
const struct channel channel_delighted = {
	.name = "delighted",
	.summary = "Scores, comments and unsubscribes of Delighted",
	.secret = "the webhook's key, which signs the bytes",
	.settings = delighted_settings,
	.conf_size = sizeof(struct delighted_conf),
	.verify = delighted_verify,
	.parse = delighted_parse,
	.check = delighted_check,
	.answer = answer_nothing,
};
