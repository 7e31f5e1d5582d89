/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Typeform: responses to forms, signed over the bytes as sent. Who answers is
 * known by the hidden fields of the link that was sent, and by the questions
 * that ask for an address or a number; what looks like one elsewhere is text.
 */
#include "core/channel.h"

#include <string.h>

#include "core/json.h"
#include "core/mapping.h"
#include "core/signature.h"

struct typeform_conf {
	struct source_conf base;
	const char *const *hidden;
};

/* That of the button "Send test request". */
#define TEST_TOKEN "a3a12ec67a1365927098a606107fac15"

static bool
typeform_verify(const struct inbound *in, const void *conf, struct err *e)
{
	static const struct signature how = { "Typeform-Signature",
		"sha256=", HMAC_SHA256, true };

	return signature_of_body(&how, in, conf, e);
}

/* The title of a question, which the definition has. */
static struct span
title_of(struct arena *a, const json_t *response, struct span id)
{
	json_t *field;
	size_t i;

	json_array_foreach(json_at(response, "definition.fields"), i,
		field) if (span_equal(json_member(a, field, "id"),
				   id)) return json_member(a, field, "title");
	return (struct span){ NULL, 0 };
}

/* The value of an answer is in a member that has the name of its type. */
static const json_t *
value_of(struct arena *a, const json_t *answer)
{
	const json_t *value = json_object_get(
		answer, span_text(a, json_member(a, answer, "type")));
	const json_t *label = json_object_get(value, "label");

	if (!label)
		label = json_object_get(value, "labels");
	return label ? label : value;
}

/* Scores and the first comment, under the names that all surveys have. */
static void
note(struct arena *a, struct event *ev, struct span kind, const json_t *value)
{
	static const struct {
		const char *kind, *metric;
	} metrics[] = { { "nps", "nps" }, { "opinion_scale", "scale" },
		{ "rating", "rating" } };
	struct span text = json_span(a, value);

	for (size_t i = 0; i < sizeof(metrics) / sizeof(*metrics); i++) {
		if (!span_is(kind, metrics[i].kind) ||
			json_object_get(ev->body, "score"))
			continue;
		event_body(ev, "metric", span_of(metrics[i].metric));
		event_body(ev, "score", text);
	}
	if (span_is(kind, "long_text") && !json_object_get(ev->body, "comment"))
		event_body(ev, "comment", text);
}

static void
add_answers(struct arena *a, const struct typeform_conf *conf, struct event *ev,
	const json_t *response, bool test)
{
	json_t *answers = json_array(), *answer;
	size_t i;

	json_array_foreach(json_object_get(response, "answers"), i, answer)
	{
		const json_t *field = json_object_get(answer, "field");
		const json_t *value = value_of(a, answer);
		struct span type = json_member(a, answer, "type");
		json_t *kept = json_object();
		struct span title =
			title_of(a, response, json_member(a, field, "id"));

		if (title.len)
			json_object_set_new(kept, "title", json_text(title));
		json_object_set(kept, "value", (json_t *)(uintptr_t)value);
		json_array_append_new(answers, kept);
		note(a, ev, json_member(a, field, "type"), value);
		if (!test && span_is(type, "email"))
			event_claim(a, ev, "email", json_span(a, value),
				conf->base.assurance);
		if (!test && span_is(type, "phone_number"))
			event_claim(a, ev, "phone", json_span(a, value),
				conf->base.assurance);
	}
	event_keep(ev, "answers", answers);
	json_decref(answers);
}

static bool
typeform_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	const struct typeform_conf *own = conf;
	const json_t *root = json_read(a, in->body, e);
	const json_t *response = json_object_get(root, "form_response");
	const json_t *hidden = json_object_get(response, "hidden");
	struct span token = json_member(a, response, "token");
	bool test = span_is(token, TEST_TOKEN);
	struct event *ev;

	if (!root)
		return false;
	if (!json_member(a, root, "event_type").len)
		return fail(e, ERR_INPUT, "expected an object with event_type");
	ev = events_add(a, events);
	ev->line = 1;
	ev->type = response && !test ? "track" : "unknown";
	ev->name = json_member(a, root, "event_type");
	ev->external_id = token.len ? span_path(a, ev->name, token)
				    : json_member(a, root, "event_id");
	ev->occurred_at = clock_read(json_member(a, response, "submitted_at"));
	event_body(ev, "form_id", json_member(a, response, "form_id"));
	event_body(ev, "form",
		json_span(a, json_at(response, "definition.title")));
	event_keep(ev, "hidden", hidden);
	if (test)
		event_body(ev, "test", span_of("true"));
	else
		mapping_claim(a, ev, own->hidden, hidden, own->base.assurance);
	add_answers(a, own, ev, response, test);
	return true;
}

static bool
typeform_check(const void *conf, struct err *e)
{
	const struct typeform_conf *own = conf;

	return mapping_check(own->hidden, "hidden", e);
}

static const struct setting typeform_settings[] = {
	{ "hidden", SETTING_LIST, offsetof(struct typeform_conf, hidden), NULL,
		"Hidden fields that identify who answers, such as "
		"customer=user_id." },
	{ 0 },
};

extern const struct channel channel_typeform;
const struct channel channel_typeform = {
	.name = "typeform",
	.summary = "Responses to the forms and surveys of Typeform",
	.secret = "the webhook's secret, which signs the bytes",
	.settings = typeform_settings,
	.conf_size = sizeof(struct typeform_conf),
	.verify = typeform_verify,
	.parse = typeform_parse,
	.check = typeform_check,
	.answer = answer_nothing,
};
