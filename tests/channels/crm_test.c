/* SPDX-License-Identifier: Apache-2.0 */
/* Contacts of a CRM, of our own. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_crm;
Suite *suite(void);

/* As src/channels/crm.c has it. */
struct conf {
	struct source_conf base;
	const char *const *columns;
	const char *customer;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "crm",
					  .region = "BR",
					  .assurance = ASSERTED,
					  .secrets = secrets },
	.customer = "record" };

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

static const struct {
	const char *body, *said;
} rows[] = {
	{ "id,email,phone,name,updated_at\n"
	  "7,ana@mail.example,+5511999990000,Ana,2026-11-25T12:00:00Z\n",
		"identify \"contact\" at=2026-11-25T12:00:00Z "
		"record=crm/crm/7/verified email=ana@mail.example/asserted "
		"phone=+5511999990000/asserted" },
	{ "id;email;email_2\n7;a@mail.example;b@mail.example\n",
		"identify \"contact\" record=crm/crm/7/verified "
		"email=a@mail.example/asserted email=b@mail.example/asserted" },
	{ "email,email_consent,sms_consent\na@mail.example,no,Yes\n",
		"identify \"contact\" email=a@mail.example/asserted\n"
		"consent \"email_consent\" email=a@mail.example/asserted\n"
		"consent \"sms_consent\" email=a@mail.example/asserted" },
	{ "email,email_consent\na@mail.example,perhaps\n",
		"identify \"contact\" email=a@mail.example/asserted" },
	{ "{'id':7,'user_id':'u1','cpf':'52998224725'}\n{'name':'x'}\n",
		"identify \"contact\" record=crm/crm/7/verified "
		"user_id=u1/asserted cpf=52998224725/asserted\n"
		"refused: expected an id, an e-mail, a phone..." },
	{ "id,email\n7\n8,b@mail.example\n",
		"refused: expected as many cells as the header has\n"
		"identify \"contact\" record=crm/crm/8/verified "
		"email=b@mail.example/asserted" },
	{ "name,city\nAna,Recife\n",
		"1 expected a header row with id, email, phone..." },
	{ "id,email,\"name\n7,a@mail.example,Ana\n",
		"1 expected a header row with id, email, phone..." },
	{ "", "1 expected contacts, got nothing" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(
		say_body(a, &channel_crm, &conf, say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(settings)
{
	static const char *const renamed[] = { "Contact ID=id", "E-mail=email",
		NULL };
	struct conf own = conf;
	struct err e = { 0 };

	own.columns = renamed;
	own.customer = "user_id";
	ck_assert(channel_crm.check(&own, &e));
	ck_assert_str_eq(
		say_body(a, &channel_crm, &own,
			span_of("Contact ID,E-mail\nu1,ana@mail.example\n")),
		"identify \"contact\" user_id=u1/verified "
		"email=ana@mail.example/asserted");
	own.customer = "User";
	ck_assert(!channel_crm.check(&own, &e));
	assert_keeps(a, &channel_crm, "/", "id\n7\n", &conf);
}
END_TEST

/* In pieces of any size the same is said, with the lines of the whole. */
START_TEST(pieces)
{
	static const char body[] = "id,email\n1,a@mail.example\n2\n"
				   "3,\"c@mail.example\"\n4,d@mail.example";
	struct inbound in = { .method = "POST", .body = span_of(body) };
	struct events whole = { 0 };

	ck_assert(channel_crm.parse(a, &in, &conf, &whole, NULL));
	ck_assert_uint_eq(whole.count, 4);
	ck_assert_uint_eq(whole.items[1].line, 3);
	for (size_t size = 1; size < sizeof(body); size++) {
		struct feed feed = { .arena = a };
		struct events events = { 0 };
		size_t from = 0, to = 0;

		while (from < sizeof(body) - 1) {
			struct err e = { 0 };

			to = to + size < sizeof(body) - 1 ? to + size
							  : sizeof(body) - 1;
			feed.last = to == sizeof(body) - 1;
			feed.used = 0;
			ck_assert(channel_crm.feed(a, &feed,
				(struct span){ body + from, to - from }, &conf,
				&events, &e));
			from += feed.used;
			if (feed.last)
				break;
		}
		ck_assert_str_eq(say_events(a, &events), say_events(a, &whole));
		ck_assert_uint_eq(events.items[3].line, 5);
	}
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("crm");
	TCase *t = tcase_create("crm");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, settings);
	tcase_add_test(t, pieces);
	suite_add_tcase(s, t);
	return s;
}
