/* SPDX-License-Identifier: Apache-2.0 */
/* Mailjet: requests of our own. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_mailjet;
Suite *suite(void);

/* As src/channels/mailjet.c has it. */
struct conf {
	struct source_conf base;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "mailjet",
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

#define EVENT(word)                                                            \
	"{'event':'" word "','time':1700000000,'MessageID':5,'email':"         \
	"'ana@mail.example'}"
#define SAID(type, word)                                                       \
	type " \"" word "\" id=" word "/5/ana@mail.example/1700000000 "        \
	     "at=2023-11-14T22:13:20Z"
#define WHO " email=ana@mail.example/asserted"

static const struct {
	const char *body, *said;
} rows[] = {
	{ EVENT("open"), SAID("status", "open") WHO },
	{ "[" EVENT("click") "," EVENT("bounce") "]",
		SAID("status", "click") WHO "\n" SAID("status", "bounce") },
	{ EVENT("unsub"), SAID("consent", "unsub") WHO },
	{ EVENT("spam"), SAID("consent", "spam") WHO },
	{ EVENT("sent"), SAID("status", "sent") },
	{ "{'Sender':'b@mail.example','Recipient':'shop@shop.example','From':"
	  "'Ana <ana@mail.example>','Subject':'hi','Headers':{'Message-ID':"
	  "'<m@mail.example>','Date':'Wed, 25 Nov 2026 12:00:00 +0000',"
	  "'Received':['x','y']},'Text-part':'hi'}",
		"message id=m@mail.example/shop@shop.example "
		"at=2026-11-25T12:00:00Z" WHO },
	{ "{'Sender':'','From':'Ana <ana@mail.example>','Headers':{}}",
		"message "
		"id="
		"d2c2882ee5675c49125be4ff697552e710087ccd862a3a1638f00351c3b15a"
		"9b" },
	{ "{}", "refused: an object with an event" },
	{ "[]", "" },
	{ "", "1 json: line 1: unexpected token" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(say_body(a, &channel_mailjet, &conf,
				 say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(settings)
{
	assert_keeps(a, &channel_mailjet, "/", say_json(a, EVENT("sent")).data,
		&conf);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("mailjet");
	TCase *t = tcase_create("mailjet");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, settings);
	suite_add_tcase(s, t);
	return s;
}
