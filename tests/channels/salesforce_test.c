/* SPDX-License-Identifier: Apache-2.0 */
/* Salesforce: changes of our own. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_salesforce;
Suite *suite(void);

/* As src/channels/salesforce.c has it. */
struct conf {
	struct source_conf base;
	const char *const *fields;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "salesforce",
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

#define CHANGE(entity, type, more)                                             \
	"{'schema':'s','payload':{'ChangeEventHeader':{'entityName':'" entity  \
	"','recordIds':['003A'],'changeType':'" type "','transactionKey':'t'," \
	"'sequenceNumber':1,'commitTimestamp':1700000000123}" more             \
	"},'event':{'replayId':7}}"
#define SAID(word, name)                                                       \
	word " \"" name "\" id=t/1/003A at=2023-11-14T22:13:20.123000Z "       \
	     "record=salesforce/003A/verified"

static const struct {
	const char *body, *said;
} rows[] = {
	{ CHANGE("Contact", "CREATE",
		  ",'Name':{'FirstName':'Ana','LastName':'Lima'},'Email':"
		  "'ana@mail.example','MobilePhone':'+5511999990000'"),
		SAID("identify",
			"Contact CREATE") " email=ana@mail.example/asserted "
					  "phone=+5511999990000/asserted" },
	{ CHANGE("Lead", "UPDATE", ",'HasOptedOutOfEmail':true"),
		SAID("identify",
			"Lead UPDATE") "\nconsent \"Lead UPDATE\" "
				       "id=t/1/003A/HasOptedOutOfEmail "
				       "at=2023-11-14T22:13:20.123000Z "
				       "record=salesforce/003A/verified" },
	{ CHANGE("Contact", "UPDATE", ",'HasOptedOutOfEmail':false"),
		SAID("identify", "Contact UPDATE") },
	{ CHANGE("Contact", "DELETE", ""), SAID("track", "Contact DELETE") },
	{ CHANGE("Contact", "DELETE", ",'MasterRecordId':'003B'"),
		"alias \"Contact DELETE\" id=t/1/003A/merge "
		"at=2023-11-14T22:13:20.123000Z "
		"record=salesforce/003A/verified "
		"record=salesforce/003B/verified\n" SAID(
			"track", "Contact DELETE") },
	{ CHANGE("Opportunity", "CREATE", ""), "unknown \"Opportunity\"" },
	{ "[{'data':{'payload':{'ChangeEventHeader':{'entityName':'Contact',"
	  "'recordIds':['1','2'],'changeType':'UPDATE'},'Email':"
	  "'x@mail.example'}}}]",
		"identify \"Contact UPDATE\" record=salesforce/1/verified "
		"email=x@mail.example/asserted\n"
		"identify \"Contact UPDATE\" record=salesforce/2/verified "
		"email=x@mail.example/asserted" },
	{ "{}", "refused: an event with a ChangeEventHeader" },
	{ "", "1 json: line 1: unexpected token" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(say_body(a, &channel_salesforce, &conf,
				 say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(settings)
{
	static const char *const named[] = { "Number__c=user_id", NULL };
	struct conf own = conf;
	struct err e = { 0 };

	own.fields = named;
	ck_assert(channel_salesforce.check(&own, &e));
	ck_assert_str_eq(say_body(a, &channel_salesforce, &own,
				 say_json(a, CHANGE("Contact", "UPDATE",
						     ",'Number__c':'u1'"))),
		SAID("identify", "Contact UPDATE") " user_id=u1/asserted");
	assert_keeps(a, &channel_salesforce, "/",
		say_json(a, CHANGE("Contact", "DELETE", "")).data, &conf);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("salesforce");
	TCase *t = tcase_create("salesforce");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, settings);
	suite_add_tcase(s, t);
	return s;
}
