/* SPDX-License-Identifier: Apache-2.0 */
/* HubSpot: notifications of our own. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_hubspot;
Suite *suite(void);

/* As src/channels/hubspot.c has it. */
struct conf {
	struct source_conf base;
	const char *url;
	const char *const *properties;
	size_t window;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "hubspot",
					  .region = "BR",
					  .assurance = ASSERTED,
					  .secrets = secrets } };

static struct arena *a;

static void
setup(void)
{
	a = arena_create();
}

static void
teardown(void)
{
	arena_destroy(a);
}

#define NOTICE(type, more)                                                     \
	"{'portalId':1,'subscriptionId':2,'eventId':3,'occurredAt':"           \
	"1700000000123,'subscriptionType':'" type "','objectId':7" more "}"
#define SAID(word, type)                                                       \
	word " \"" type "\" id=1/2/3/1700000000123 "                           \
	     "at=2023-11-14T22:13:20.123000Z"
#define WHO " record=hubspot/1/7/verified"

static const struct {
	const char *body, *said;
} rows[] = {
	{ "[" NOTICE("contact.creation", "") "]",
		SAID("identify", "contact.creation") WHO },
	{ "[" NOTICE("object.creation", ",'objectTypeId':'0-1'") "]",
		SAID("identify", "object.creation") WHO },
	{ "[" NOTICE("object.creation", ",'objectTypeId':'0-2'") "]",
		SAID("unknown", "object.creation") },
	{ "[" NOTICE("contact.propertyChange",
		  ",'propertyName':'email','propertyValue':"
		  "'ana@mail.example'") "]",
		SAID("identify", "contact.propertyChange") WHO
		" email=ana@mail.example/asserted" },
	{ "[" NOTICE("contact.propertyChange",
		  ",'propertyName':'mobilephone','propertyValue':"
		  "'+5511999990000'") "]",
		SAID("identify", "contact.propertyChange") WHO
		" phone=+5511999990000/asserted" },
	{ "[" NOTICE("contact.propertyChange",
		  ",'propertyName':'hs_email_optout','propertyValue':"
		  "'true'") "]",
		SAID("identify", "contact.propertyChange") WHO
		"\nconsent \"contact.propertyChange\" "
		"id=1/2/3/1700000000123/consent "
		"at=2023-11-14T22:13:20.123000Z" WHO },
	{ "[" NOTICE("contact.privacyDeletion", "") "]",
		SAID("erasure", "contact.privacyDeletion") WHO },
	{ "[" NOTICE("contact.deletion", "") "]",
		SAID("track", "contact.deletion") WHO },
	{ "[" NOTICE("contact.merge",
		  ",'primaryObjectId':7,'mergedObjectIds':[8,9],"
		  "'newObjectId':10") "]",
		"alias \"contact.merge\" id=1/2/3/1700000000123/0 "
		"at=2023-11-14T22:13:20.123000Z" WHO
		" record=hubspot/1/10/verified record=hubspot/1/8/verified "
		"record=hubspot/1/9/verified" },
	{ "[" NOTICE("company.creation", "") "]",
		SAID("unknown", "company.creation") },
	{ "[1]", "refused: an object with a subscriptionType" },
	{ "{}", "1 expected an array" },
	{ "", "1 json: line 1: unexpected token" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(say_body(a, &channel_hubspot, &conf,
				 say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(settings)
{
	static const char *const good[] = { "number=user_id", NULL };
	static const char *const bad[] = { "number", "=x", NULL };
	struct conf own = conf;
	struct err e = { 0 };

	own.properties = good;
	ck_assert(channel_hubspot.check(&own, &e));
	ck_assert_str_eq(
		say_body(a, &channel_hubspot, &own,
			say_json(a, "[" NOTICE("contact.propertyChange",
					    ",'propertyName':'number',"
					    "'propertyValue':'u1'") "]")),
		SAID("identify", "contact.propertyChange") WHO
		" user_id=u1/asserted");
	own.properties = bad + 1;
	ck_assert(!channel_hubspot.check(&own, &e));
	own.properties = NULL;
	own.url = "http://a.example/";
	ck_assert(!channel_hubspot.check(&own, &e));
	assert_keeps(a, &channel_hubspot, "/",
		say_json(a, "[" NOTICE("contact.creation", "") "]").data,
		&conf);
}
END_TEST

START_TEST(recorded_signatures)
{
	struct vector vectors[VECTORS_MAX];
	size_t count = vectors_of(a, "hubspot-v3", vectors);
	struct conf own = conf;
	struct inbound in = { .method = "POST" };
	struct err e = { 0 };

	ck_assert(!channel_hubspot.verify(&in, &own, &e));
	if (!count)
		return;
	own.url = vectors[0].url;
	assert_vectors(a, "hubspot-v3", &channel_hubspot, &own);
	own.url = "https://other.example/";
	ck_assert(!channel_hubspot.verify(&in, &own, &e));
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("hubspot");
	TCase *t = tcase_create("hubspot");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, settings);
	tcase_add_test(t, recorded_signatures);
	suite_add_tcase(s, t);
	return s;
}
