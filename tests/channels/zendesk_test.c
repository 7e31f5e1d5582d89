/* SPDX-License-Identifier: Apache-2.0 */
/* Zendesk and Sunshine Conversations: requests of our own. */
#include "core/channel.h"

#include "keeps.h"
#include "vectors.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_zendesk;
Suite *suite(void);

/* As src/channels/zendesk.c has it. */
struct conf {
	struct source_conf base;
	const char *external;
	size_t window;
};

static const char *secrets[] = { "old", "secret", NULL };
static const struct conf conf = { .base = { .name = "zendesk",
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

#define EVENT(type, detail, event)                                             \
	"{'type':'zen:event-type" type "','account_id':12,'id':'e1','time':"   \
	"'2026-11-25T12:00:00Z','detail':{" detail "},'event':{" event "}}"
#define SAID(word, type) word " \"" type "\" id=e1 at=2026-11-25T12:00:00Z"
#define WHO " record=zendesk/12/7/verified"
#define SUNSHINE(type, payload)                                                \
	"{'app':{'id':'A'},'webhook':{'version':'v2'},'events':[{'id':'e1',"   \
	"'type':'" type                                                        \
	"','createdAt':'2026-11-25T12:00:00Z','payload':{" payload "}}]}"

static const struct {
	const char *body, *said;
} rows[] = {
	{ EVENT(":user.created",
		  "'id':'7','email':'ana@mail.example','role':'end-user'", ""),
		SAID("identify", "user.created") WHO
		" email=ana@mail.example/asserted" },
	{ EVENT("/user.merged", "'id':'7'", "'user':{'id':'8'}"),
		SAID("alias", "user.merged") WHO
		" record=zendesk/12/8/verified" },
	{ EVENT(":user.identity_created", "'id':'7'",
		  "'identity':{'type':'phone_number','value':"
		  "'+5511999990000'}"),
		SAID("identify", "user.identity_created") WHO
		" phone=+5511999990000/asserted" },
	{ EVENT(":user.identity_deleted", "'id':'7'",
		  "'identity':{'type':'email','value':'x@mail.example'}"),
		SAID("identify", "user.identity_deleted") WHO },
	{ EVENT(":user.deleted", "'id':'7'", ""),
		SAID("track", "user.deleted") WHO },
	{ EVENT(":user.created",
		  "'id':'3','role':'agent','email':'a@b.example'", ""),
		SAID("unknown", "user.created") },
	{ EVENT(":ticket.comment_added", "'id':'5','requester_id':'7'",
		  "'comment':{'is_public':true,'body':'hi','author':{'id':"
		  "'7'}}"),
		SAID("message", "ticket.comment_added") WHO },
	{ EVENT(":ticket.comment_added", "'id':'5','requester_id':'7'",
		  "'comment':{'is_public':true,'body':'hi','author':{'id':"
		  "'3'}}"),
		SAID("message", "ticket.comment_added") },
	{ EVENT(":ticket.status_changed", "'id':'5','requester_id':'7'",
		  "'current':'SOLVED'"),
		SAID("status", "ticket.status_changed") WHO },
	{ EVENT(":organization.created", "", ""),
		SAID("unknown", "organization.created") },
	{ SUNSHINE("conversation:message",
		  "'conversation':{'id':'c'},'message':{'id':'m','content':"
		  "{'type':'text','text':'hi'},'author':{'type':'user',"
		  "'userId':'7','user':{'id':'7','externalId':'u1'}},'source':"
		  "{'type':'whatsapp'}}"),
		SAID("message", "conversation:message") " record=sunshine/A/7/"
							"verified" },
	{ SUNSHINE("conversation:message",
		  "'message':{'id':'m','author':{'type':'business','userId':"
		  "'9'}}"),
		SAID("message", "conversation:message") },
	{ SUNSHINE("user:merge", "'mergedUsers':{'surviving':{'id':'7'},"
				 "'discarded':{'id':'8'}}"),
		SAID("alias", "user:merge") " record=sunshine/A/7/verified "
					    "record=sunshine/A/8/verified" },
	{ SUNSHINE("user:update", "'user':{'id':'7','profile':{'email':"
				  "'ana@mail.example'}}"),
		SAID("identify",
			"user:update") " record=sunshine/A/7/verified "
				       "email=ana@mail.example/asserted" },
	{ SUNSHINE("conversation:read", "'user':{'id':'7'}"),
		SAID("status",
			"conversation:read") " record=sunshine/A/7/verified" },
	{ SUNSHINE("tomorrow", ""), SAID("unknown", "tomorrow") },
	{ "{'events':[1]}", "refused: an object with a type" },
	{ "{}", "1 expected an object with a type, or with events" },
	{ "", "1 json: line 1: unexpected token" },
};

START_TEST(what_a_request_says)
{
	ck_assert_str_eq(say_body(a, &channel_zendesk, &conf,
				 say_json(a, rows[_i].body)),
		rows[_i].said);
}
END_TEST

START_TEST(settings)
{
	struct conf own = conf;

	own.external = "user_id";
	ck_assert_str_eq(
		say_body(a, &channel_zendesk, &own,
			say_json(
				a, EVENT(":user.created",
					   "'id':'7','external_id':'u1'", ""))),
		SAID("identify", "user.created") WHO " user_id=u1/asserted");
	assert_keeps(a, &channel_zendesk, "/", "{\"type\":\"x\"}", &conf);
}
END_TEST

START_TEST(signatures)
{
	struct header h = { span_of("X-API-Key"), span_of("secret") };
	struct inbound in = {
		.method = "POST", .headers = &h, .header_count = 1
	};
	struct err e = { 0 };

	assert_vectors(a, "zendesk", &channel_zendesk, &conf);
	ck_assert(channel_zendesk.verify(&in, &conf, &e));
	h.value = span_of("Secret");
	ck_assert(!channel_zendesk.verify(&in, &conf, &e));
}
END_TEST

/* What was signed long ago is not believed, where the source asks. */
START_TEST(old_signatures)
{
	struct vector vectors[VECTORS_MAX];
	struct conf own = conf;
	struct err e = { 0 };

	if (!vectors_of(a, "zendesk", vectors))
		return;
	const char *live[] = { vectors[0].secret, NULL };
	struct header headers[] = {
		{ span_of("X-Zendesk-Webhook-Signature"),
			span_of(vectors[0].expected) },
		{ span_of("X-Zendesk-Webhook-Signature-Timestamp"),
			span_of("2026-05-01T00:00:00Z") },
	};
	struct inbound in = { .method = "POST",
		.headers = headers,
		.header_count = 2,
		.raw = span_of(vectors[0].body),
		.at = clock_read(span_of("2026-05-01T00:05:00Z")) };

	own.base.secrets = live;
	own.window = 300;
	ck_assert(channel_zendesk.verify(&in, &own, &e));
	in.at++;
	ck_assert(!channel_zendesk.verify(&in, &own, &e));
	own.window = 0;
	ck_assert(channel_zendesk.verify(&in, &own, &e));
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("zendesk");
	TCase *t = tcase_create("zendesk");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, what_a_request_says, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, settings);
	tcase_add_test(t, signatures);
	tcase_add_test(t, old_signatures);
	suite_add_tcase(s, t);
	return s;
}
