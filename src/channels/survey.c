/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Surveys of whatever makes forms: one answer as a form or as JSON, or several
 * as an array, with fields of these names: metric (nps, ces, csat), score,
 * comment, at, id, survey, order_id; email, phone, user_id, name. Qualtrics'
 * own words for its answers are read as well; what else comes is kept, and
 * names whom the source says that it names.
 */
#include "core/channel.h"

#include <string.h>

#include "core/form.h"
#include "core/json.h"
#include "core/mapping.h"

struct survey_conf {
	struct source_conf base;
	const char *const *fields;
};

static bool
survey_verify(const struct inbound *in, const void *conf, struct err *e)
{
	return source_believes(conf, in, e);
}

static const char *const ids[] = { "id", "response_id", "ResponseID",
	"ResponseId", NULL };
static const char *const times[] = { "at", "submitted_at", "timestamp",
	"CompletedDate", NULL };
static const char *const surveys[] = { "survey", "survey_id", "SurveyID",
	"SurveyId", NULL };
static const char *const emails[] = { "email", "RecipientEmail", NULL };

/* Its own members have their own places; all others are kept as they are. */
static bool
is_own(const char *name)
{
	static const char *const *const lists[] = { ids, times, surveys,
		emails };
	static const char *const own[] = { "phone", "name", "user_id", "key",
		NULL };

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		for (const char *const *k = lists[i]; *k; k++)
			if (!strcmp(*k, name))
				return true;
	for (const char *const *k = own; *k; k++)
		if (!strcmp(*k, name))
			return true;
	return false;
}

static void
add(struct arena *a, const struct survey_conf *conf, struct events *events,
	const json_t *answer)
{
	enum assurance assurance = conf->base.assurance;
	struct event *ev;
	const char *name;
	json_t *value;

	if (!json_object_size(answer)) {
		events_refuse(a, events, "an object with fields");
		return;
	}
	ev = events_add(a, events);
	ev->type = "track";
	ev->line = events->count;
	ev->name = span_of("survey");
	ev->external_id = json_any(a, answer, ids);
	ev->occurred_at = clock_read(json_any(a, answer, times));
	event_claim(
		a, ev, "user_id", json_member(a, answer, "user_id"), assurance);
	event_claim(a, ev, "email", json_any(a, answer, emails), assurance);
	event_claim(a, ev, "phone", json_member(a, answer, "phone"), assurance);
	mapping_claim(a, ev, conf->fields, answer, assurance);
	event_trait(ev, "name", json_member(a, answer, "name"));
	event_body(ev, "survey", json_any(a, answer, surveys));
	json_object_foreach((json_t *)(uintptr_t)answer, name,
		value) if (!is_own(name)) event_keep(ev, name, value);
}

static bool
survey_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	struct span body = span_trim(in->body);
	const json_t *root;
	struct form form;
	json_t *one;
	size_t i;

	if (!span_starts(body, "{") && !span_starts(body, "[")) {
		form = form_read(a, body);
		root = form_object(a, &form);
		if (!json_object_size(root))
			return fail(e, ERR_INPUT,
				"expected a form or JSON with fields");
	} else {
		root = json_read(a, body, e);
	}
	if (!root)
		return false;
	if (!json_is_array(root))
		add(a, conf, events, root);
	json_array_foreach(root, i, one) add(a, conf, events, one);
	return true;
}

static bool
survey_check(const void *conf, struct err *e)
{
	const struct survey_conf *own = conf;

	return mapping_check(own->fields, "fields", e);
}

static const struct setting survey_settings[] = {
	{ "fields", SETTING_LIST, offsetof(struct survey_conf, fields), NULL,
		"Fields that identify who answers, such as "
		"ExternalDataReference=user_id." },
	{ 0 },
};

extern const struct channel channel_survey;
const struct channel channel_survey = {
	.name = "survey",
	.summary =
		"Answers to surveys, as forms or JSON of Qualtrics or anybody",
	.settings = survey_settings,
	.conf_size = sizeof(struct survey_conf),
	.verify = survey_verify,
	.parse = survey_parse,
	.check = survey_check,
};
