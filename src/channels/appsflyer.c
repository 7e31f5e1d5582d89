/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AppsFlyer: installs and events of apps, pushed as JSON. Devices are things:
 * they belong to whom the app says that its user is, and join nobody.
 */
#include "core/channel.h"

#include <string.h>

#include "core/commerce.h"
#include "core/decimal.h"
#include "core/json.h"

struct appsflyer_conf {
	struct source_conf base;
	const char *customer; /* the kind that a customer_user_id is */
};

static bool
appsflyer_verify(const struct inbound *in, const void *conf, struct err *e)
{
	return source_believes(conf, in, e);
}

/* Some apps give an address where a number belongs. */
static void
claim_user(struct arena *a, const struct appsflyer_conf *conf, struct event *ev,
	struct span user)
{
	bool address = user.len && memchr(user.data, '@', user.len);

	event_claim(a, ev, address ? "email" : conf->customer, user,
		conf->base.assurance);
}

/* An order has a number; without one it could not be told from others. */
static void
add_purchase(struct arena *a, const struct appsflyer_conf *conf,
	struct event *ev, const json_t *root, const json_t *value)
{
	static const char *const ids[] = { "af_order_id", "af_receipt_id",
		NULL };
	struct purchase *p = arena_alloc(a, sizeof(*p));
	bool negative;

	p->id = json_any(a, value, ids);
	if (!span_is(ev->name, "af_purchase") || !p->id.len ||
		!decimal_parse(a, json_member(a, root, "event_revenue"),
			&negative, &p->amount) ||
		!currency_parse(a,
			json_member(a, root, "event_revenue_currency"),
			conf->base.currency, &p->currency) ||
		!p->currency)
		return;
	p->refund = negative;
	ev->type = negative ? "refund" : "order";
	ev->purchase = p;
}

static bool
appsflyer_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	static const char *const keys[] = { "app_id", "platform",
		"media_source", "campaign", "attributed_touch_type",
		"event_revenue", "event_revenue_currency", NULL };
	static const char *const devices[] = { "appsflyer_id", "idfv", "idfa",
		"advertising_id", "android_id", "oaid", NULL };
	const json_t *root = json_read(a, in->body, e), *value;
	struct event *ev;

	if (!root)
		return false;
	if (!json_member(a, root, "appsflyer_id").len)
		return fail(
			e, ERR_INPUT, "expected an object with appsflyer_id");
	ev = events_add(a, events);
	ev->type = "track";
	ev->line = 1;
	ev->name = json_member(a, root, "event_name");
	ev->occurred_at = clock_read(json_member(a, root, "event_time"));
	claim_user(a, conf, ev, json_member(a, root, "customer_user_id"));
	for (const char *const *d = devices; *d; d++)
		event_claim(
			a, ev, "device", json_member(a, root, *d), ATTESTED);
	event_keep_members(a, ev, root, keys);
	/* What the app adds is JSON inside a string. */
	value = json_read(a, json_member(a, root, "event_value"), NULL);
	event_keep(ev, "value", value);
	add_purchase(a, conf, ev, root, value);
	return true;
}

static bool
appsflyer_check(const void *conf, struct err *e)
{
	const struct appsflyer_conf *own = conf;

	return customer_check(own->customer, e);
}

static const struct setting appsflyer_settings[] = {
	{ "customer", SETTING_TEXT, offsetof(struct appsflyer_conf, customer),
		"user_id",
		"The kind of identifier that a customer_user_id is, unless it "
		"is an address." },
	{ 0 },
};

extern const struct channel channel_appsflyer;
const struct channel channel_appsflyer = {
	.name = "appsflyer",
	.summary = "Installs and events of apps, pushed by AppsFlyer",
	.settings = appsflyer_settings,
	.conf_size = sizeof(struct appsflyer_conf),
	.verify = appsflyer_verify,
	.parse = appsflyer_parse,
	.check = appsflyer_check,
	.answer = answer_nothing,
};
