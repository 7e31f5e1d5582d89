/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adjust: callbacks of apps, whose words stand in the query (GET) or in a form,
 * under the names that whoever made the callback gave them; those that Adjust
 * proposes are read. Devices are things, and join nobody.
 */
#include "core/channel.h"

#include <string.h>

#include "core/form.h"
#include "core/mapping.h"

struct adjust_conf {
	struct source_conf base;
	const char *const *fields;
};

static bool
adjust_verify(const struct inbound *in, const void *conf, struct err *e)
{
	return source_believes(conf, in, e);
}

static const char *const devices[] = { "adid", "gps_adid", "idfa", "idfv",
	"android_id", "oaid", NULL };

static bool
is_device(struct span name)
{
	for (const char *const *d = devices; *d; d++)
		if (span_is(name, *d))
			return true;
	return false;
}

static void
add_field(struct arena *a, const struct adjust_conf *conf, struct event *ev,
	const struct field *f)
{
	const char *kind = mapping_kind(conf->fields, f->name);

	if (kind)
		event_claim(a, ev, kind, f->value, conf->base.assurance);
	else if (is_device(f->name))
		event_claim(a, ev, "device", f->value, ATTESTED);
	else if (!span_is(f->name, "key"))
		event_body(ev, f->name.data, f->value);
}

static bool
adjust_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	bool get = !strcmp(in->method, "GET");
	struct form form = form_read(a, get ? in->query : in->body);
	struct span kind = form_get(&form, "activity_kind");
	struct span name = form_get(&form, "event_name");
	struct event *ev;

	if (!name.len && !kind.len && !form_get(&form, "adid").len)
		return fail(e, ERR_INPUT,
			"expected a query or a form with adid, event_name or "
			"activity_kind");
	ev = events_add(a, events);
	ev->type = "track";
	ev->line = 1;
	ev->name = name.len ? name : kind.len ? kind : span_of("adjust");
	ev->occurred_at = clock_read(form_get(&form, "created_at"));
	for (size_t i = 0; i < form.count; i++)
		add_field(a, conf, ev, &form.fields[i]);
	return true;
}

static bool
adjust_check(const void *conf, struct err *e)
{
	const struct adjust_conf *own = conf;

	return mapping_check(own->fields, "fields", e);
}

static const char *const adjust_paths[] = { "/v1/adjust", NULL };
static const char *const adjust_keeps[] = { "!?key", "?*", NULL };

static const struct setting adjust_settings[] = {
	{ "fields", SETTING_LIST, offsetof(struct adjust_conf, fields), NULL,
		"Words of a callback that identify who uses the app, such as "
		"customer=user_id." },
	{ 0 },
};

extern const struct channel channel_adjust;
const struct channel channel_adjust = {
	.name = "adjust",
	.summary = "Callbacks of apps by Adjust",
	.settings = adjust_settings,
	.conf_size = sizeof(struct adjust_conf),
	.verify = adjust_verify,
	.parse = adjust_parse,
	.check = adjust_check,
	.paths = adjust_paths,
	.pixels = adjust_paths,
	.keeps = adjust_keeps,
	.answer = answer_nothing,
};
