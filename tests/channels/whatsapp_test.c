/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The WhatsApp channel: small samples that always run, and the collected
 * payloads where they are at hand (UNIFYD_SHARED or ../shared).
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/channel.h"
#include "core/json.h"

#include "keeps.h"
#include "say.h"

/* Last, because it has a macro with the name of our fail(). */
#include <check.h>

Suite *suite(void);
extern const struct channel channel_whatsapp;

#define VALUE(field, value)                                                    \
	"{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"77\"," \
	"\"changes\":[{\"field\":\"" field "\",\"value\":{" value "}}]}]}"
#define MESSAGE(members)                                                       \
	VALUE("messages",                                                      \
		"\"metadata\":{"                                               \
		"\"phone_number_id\":\"9\"},\"contacts\":[{\"wa_id\":"         \
		"\"4915112345\","                                              \
		"\"user_id\":\"DE.123\",\"profile\":{\"name\":\"Ann\"}}],"     \
		"\"messages\":[{\"id\":\"wamid.1\",\"timestamp\":"             \
		"\"1700000000\"," members "}]")

#define CLAIMS 4

struct sample {
	const char *label, *text;
	const char *type, *name, *external_id;
	const char *claims[CLAIMS]; /* kind=value, in any order */
	const char *body;	    /* a part of its canonical JSON */
	const char *trait;
};

static const struct sample samples[] = {
	{ "text, contact agrees",
		MESSAGE("\"from\":\"4915112345\",\"type\":\"text\","
			"\"text\":{\"body\":\"hi\"}"),
		"message", "text", "wamid.1",
		{ "phone=+4915112345", "whatsapp_user=77/DE.123" },
		"\"text\":\"hi\"", "Ann" },
	{ "contact is somebody else",
		MESSAGE("\"from\":\"4915100000\",\"type\":\"text\","
			"\"text\":{\"body\":\"hi\"}"),
		"message", "text", "wamid.1", { "phone=+4915100000" }, NULL,
		NULL },
	{ "contact contradicts the user id",
		MESSAGE("\"from\":\"4915112345\",\"from_user_id\":\"DE.9\","
			"\"type\":\"sticker\""),
		"message", "sticker", "wamid.1",
		{ "phone=+4915112345", "whatsapp_user=77/DE.9" }, NULL, NULL },
	{ "user id in from",
		MESSAGE("\"from\":\"DE.123\",\"type\":\"image\",\"image\":{"
			"\"caption\":\"look\",\"url\":\"https://x\"}"),
		"message", "image", "wamid.1",
		{ "whatsapp_user=77/DE.123", "phone=+4915112345" },
		"\"details\":{\"caption\":\"look\"}", "Ann" },
	{ "nobody", MESSAGE("\"type\":\"text\""), "message", "text", "wamid.1",
		{ NULL }, "\"line\":\"9\"", NULL },
	{ "parent id is no user id",
		MESSAGE("\"from\":\"DE.ENT.5\",\"type\":\"text\""), "message",
		"text", "wamid.1", { NULL }, NULL, NULL },
	{ "button",
		MESSAGE("\"from\":\"1\",\"type\":\"interactive\","
			"\"interactive\":{\"type\":\"button_reply\","
			"\"button_reply\":{\"id\":\"y\",\"title\":\"Yes\"}}"),
		"message", "interactive", "wamid.1", { "phone=+1" },
		"\"text\":\"Yes\"", NULL },
	{ "flow",
		MESSAGE("\"from\":\"1\",\"type\":\"interactive\","
			"\"interactive\":{\"type\":\"nfm_reply\","
			"\"nfm_reply\":{\"response_json\":"
			"\"{\\\"nps\\\":9}\"}}"),
		"message", "interactive", "wamid.1", { "phone=+1" },
		"\"answers\":{\"nps\":9}", NULL },
	{ "edit",
		MESSAGE("\"from\":\"1\",\"type\":\"edit\",\"edit\":{"
			"\"message\":{\"type\":\"text\",\"text\":{"
			"\"body\":\"new\"}}}"),
		"message", "edit", "wamid.1", { "phone=+1" },
		"\"text\":\"new\"", NULL },
	{ "cards are others",
		MESSAGE("\"from\":\"1\",\"type\":\"contacts\",\"contacts\":[{"
			"\"origin\":\"other\",\"phones\":[{\"wa_id\":\"2\"}]"
			"}]"),
		"message", "contacts", "wamid.1", { "phone=+1" }, "\"cards\":1",
		NULL },
	{ "own card",
		MESSAGE("\"from\":\"DE.7\",\"type\":\"contacts\","
			"\"contacts\":[{\"origin\":\"contact_request\","
			"\"phones\":[{\"phone\":\"+49 2\"}]}]"),
		"message", "contacts", "wamid.1",
		{ "whatsapp_user=77/DE.7", "phone=+49 2" }, NULL, NULL },
	{ "number change",
		MESSAGE("\"from\":\"4915112345\",\"type\":\"system\","
			"\"system\":{\"type\":\"user_changed_number\","
			"\"wa_id\":\"4\",\"user_id\":\"DE.2\","
			"\"previous_user_id\":\"DE.1\"}"),
		"handover", "user_changed_number", "wamid.1",
		{ "phone=+4", "phone=+4915112345", "whatsapp_user=77/DE.1",
			"whatsapp_user=77/DE.2" },
		"\"new_number\":\"4\",\"old_number\":\"4915112345\"", NULL },
	{ "status",
		VALUE("messages", "\"statuses\":[{\"id\":\"wamid.2\","
				  "\"status\":\"read\",\"recipient_id\":\"31\","
				  "\"recipient_user_id\":\"NL.5\"}]"),
		"status", "read", "wamid.2/read/31",
		{ "phone=+31", "whatsapp_user=77/NL.5" }, NULL, NULL },
	{ "status of a group",
		VALUE("messages",
			"\"statuses\":[{\"id\":\"w\",\"status\":"
			"\"read\",\"recipient_id\":\"12345\","
			"\"recipient_type\":\"group\","
			"\"recipient_participant_user_id\":\"NL.5\"}]"),
		"status", "read", "w/read/NL.5", { "whatsapp_user=77/NL.5" },
		"\"group_id\":\"12345\"", NULL },
	{ "echo",
		VALUE("smb_message_echoes",
			"\"message_echoes\":[{\"id\":\"e\","
			"\"from\":\"1\",\"to\":\"2\",\"to_user_id\":\"US.1\","
			"\"type\":\"text\",\"text\":{\"body\":\"hey\"}}]"),
		"message", "text", "e", { NULL }, "\"direction\":\"out\"",
		NULL },
	{ "consent",
		VALUE("user_preferences",
			"\"contacts\":[{\"wa_id\":\"8\"}],"
			"\"user_preferences\":[{\"wa_id\":\"7\",\"value\":"
			"\"stop\",\"category\":\"marketing_messages\","
			"\"timestamp\":1700000000}]"),
		"consent", "stop", "", { "phone=+7" },
		"\"purpose\":\"marketing\",\"status\":\"denied\","
		"\"value\":\"stop\"",
		NULL },
	{ "consent given",
		VALUE("user_preferences",
			"\"user_preferences\":[{\"wa_id\":\"7\",\"value\":"
			"\"signup\"}]"),
		"consent", "signup", "", { "phone=+7" },
		"\"channel\":\"whatsapp\",\"purpose\":\"marketing\","
		"\"status\":\"granted\"",
		NULL },
	{ "consent of another word",
		VALUE("user_preferences",
			"\"user_preferences\":[{\"wa_id\":\"7\",\"value\":"
			"\"paused\"}]"),
		"unknown", "paused", "", { "phone=+7" },
		"{\"value\":\"paused\"}", NULL },
	{ "call in",
		VALUE("calls",
			"\"calls\":[{\"id\":\"c\",\"from\":\"5\","
			"\"to\":\"6\",\"event\":\"connect\",\"direction\":"
			"\"USER_INITIATED\"}]"),
		"call", "connect", "c/connect", { "phone=+5" }, NULL, NULL },
	{ "call to the line itself",
		VALUE("calls",
			"\"metadata\":{\"display_phone_number\":"
			"\"+1 6\"},\"calls\":[{\"id\":\"c\",\"from\":\"5\","
			"\"to\":\"16\",\"event\":\"terminate\",\"duration\":3,"
			"\"direction\":\"BUSINESS_INITIATED\"}]"),
		"call", "terminate", "c/terminate", { NULL },
		"\"duration\":\"3\"", NULL },
	{ "unknown field", VALUE("flows", "\"event\":\"x\""), "unknown",
		"flows", "", { NULL }, "\"event\":\"x\"", NULL },
	{ "address book", VALUE("smb_app_state_sync", "\"phone\":\"1\""),
		"unknown", "smb_app_state_sync", "", { NULL },
		"\"digest\":", NULL },
	{ "sample of the dashboard",
		VALUE("messages", "\"messages\":[{\"id\":\"ABGG\",\"from\":"
				  "\"16315551181\",\"type\":\"text\"}]"),
		"unknown", "text", "ABGG", { NULL }, "\"test\":\"true\"",
		NULL },
	{ "entry 0",
		"{\"object\":\"whatsapp_business_account\",\"entry\":[{"
		"\"id\":\"0\",\"changes\":[{\"field\":\"messages\",\"value\":{"
		"\"messages\":[{\"id\":\"wamid.3\",\"from\":\"1\","
		"\"type\":\"text\"}]}}]}]}",
		"unknown", "text", "wamid.3", { NULL }, NULL, NULL },
};

static bool
parse(struct arena *a, const char *text, const void *conf,
	struct events *events)
{
	struct inbound in = { .method = "POST", .body = span_of(text) };
	struct err e = { 0 };

	return channel_whatsapp.parse(a, &in, conf, events, &e);
}

static void *
conf_of(struct arena *a, const char **secrets)
{
	struct source_conf *conf = arena_alloc(a, channel_whatsapp.conf_size);

	conf->name = "test";
	conf->assurance = ASSERTED;
	conf->secrets = secrets;
	return conf;
}

static void
set_text(void *conf, const char *name, const char *value)
{
	const struct setting *s = channel_whatsapp.settings;

	while (s->name != NULL && strcmp(s->name, name) != 0)
		s++;
	ck_assert_ptr_nonnull(s->name);
	memcpy((char *)conf + s->offset, &value, sizeof value);
}

static void
assert_claims(struct arena *a, const struct sample *s, const struct event *ev)
{
	size_t wanted = 0;

	for (; wanted < CLAIMS && s->claims[wanted] != NULL; wanted++) {
		bool found = false;

		for (size_t i = 0; i < ev->claim_count; i++) {
			const struct claim *c = &ev->claims[i];
			char *text = arena_printf(
				a, "%s=%s", c->kind, span_text(a, c->value));

			found |= strcmp(text, s->claims[wanted]) == 0 &&
				 c->assurance == ATTESTED;
		}
		ck_assert_msg(
			found, "%s: no claim %s", s->label, s->claims[wanted]);
	}
	ck_assert_msg(ev->claim_count == wanted, "%s: %zu claims", s->label,
		ev->claim_count);
}

START_TEST(test_sample)
{
	const struct sample *s = &samples[_i];
	struct arena *a = arena_create();
	struct events events = { 0 };
	const struct event *ev;
	char *body;

	ck_assert_msg(
		parse(a, s->text, conf_of(a, NULL), &events), "%s", s->label);
	ck_assert_msg(events.count == 1, "%s", s->label);
	ev = events.items;
	ck_assert_ptr_null(ev->refused);
	ck_assert_msg(
		strcmp(ev->type, s->type) == 0, "%s: %s", s->label, ev->type);
	ck_assert_msg(span_is(ev->name, s->name), "%s", s->label);
	ck_assert_msg(span_is(ev->external_id, s->external_id), "%s: %s",
		s->label, span_text(a, ev->external_id));
	assert_claims(a, s, ev);
	body = json_write(a, ev->body);
	if (s->body != NULL)
		ck_assert_msg(strstr(body, s->body) != NULL, "%s: %s", s->label,
			body);
	if (s->trait != NULL)
		ck_assert(
			span_is(json_member(a, ev->traits, "name"), s->trait));
	else
		ck_assert_uint_eq(json_object_size(ev->traits), 0);
	arena_destroy(a);
}
END_TEST

START_TEST(test_portfolio_and_time)
{
	struct arena *a = arena_create();
	struct events events = { 0 };
	void *conf = conf_of(a, NULL);

	set_text(conf, "portfolio", "acme");
	ck_assert(parse(a, MESSAGE("\"from\":\"DE.5\",\"type\":\"text\""), conf,
		&events));
	ck_assert(span_is(events.items[0].claims[0].value, "acme/DE.5"));
	ck_assert(events.items[0].occurred_at ==
		  INT64_C(1700000000) * CLOCK_SECOND);
	arena_destroy(a);
}
END_TEST

START_TEST(test_many)
{
	struct arena *a = arena_create();
	struct events events = { 0 };

	ck_assert(parse(a,
		VALUE("messages", "\"messages\":[{\"id\":\"1\","
				  "\"from\":\"1\"},7,{\"id\":\"3\"}],"
				  "\"statuses\":[{\"id\":"
				  "\"4\",\"status\":\"sent\"}]"),
		conf_of(a, NULL), &events));
	ck_assert_uint_eq(events.count, 4);
	ck_assert_ptr_nonnull(events.items[1].refused);
	ck_assert_uint_eq(events.items[1].line, 2);
	ck_assert_uint_eq(events.items[0].claim_count, 1);
	ck_assert(events.items[0].occurred_at == CLOCK_NONE);
	ck_assert(span_is(events.items[3].external_id, "4/sent/"));
	arena_destroy(a);
}
END_TEST

static const char *const hopeless[] = {
	"",
	"{",
	"[]",
	"7",
	"{}",
	"{\"object\":\"page\",\"entry\":[]}",
	"{\"object\":\"whatsapp_business_account\"}",
	"{\"object\":\"whatsapp_business_account\",\"entry\":{}}",
};

START_TEST(test_hopeless)
{
	struct arena *a = arena_create();
	struct events events = { 0 };

	ck_assert_msg(!parse(a, hopeless[_i], conf_of(a, NULL), &events), "%s",
		hopeless[_i]);
	arena_destroy(a);
}
END_TEST

/* Shapes that no sender should send, and that must not hurt. */
static const char *const odd[] = {
	"{\"object\":\"whatsapp_business_account\",\"entry\":[]}",
	"{\"object\":\"whatsapp_business_account\",\"entry\":[null,1,{}]}",
	"{\"object\":\"whatsapp_business_account\",\"entry\":[{\"changes\":"
	"[null,{},{\"value\":7},{\"value\":{\"messages\":{}}}]}]}",
	VALUE("messages",
		"\"contacts\":[1,{}],\"messages\":[{\"type\":5,"
		"\"text\":[],\"contacts\":{},\"context\":1},{\"type\":"
		"\"interactive\",\"interactive\":{\"type\":{}}},{\"type\":"
		"\"system\"},{\"type\":\"edit\",\"edit\":1},{\"type\":"
		"\"contacts\",\"contacts\":[1,{\"origin\":"
		"\"contact_request\",\"phones\":[1,{}]}]}]"),
};

START_TEST(test_odd)
{
	struct arena *a = arena_create();
	struct events events = { 0 };

	ck_assert(parse(a, odd[_i], conf_of(a, NULL), &events));
	for (size_t i = 0; i < events.count; i++) {
		ck_assert_ptr_nonnull(events.items[i].type);
		ck_assert_uint_eq(events.items[i].claim_count, 0);
	}
	arena_destroy(a);
}
END_TEST

/* From the tests of Meta's own SDK: secret and signature of "test". */
#define SECRET "TEST_APP_SECRET"
#define SIGNATURE                                                              \
	"0c61947b610d4f45e65f3d680e26027121ec2413e77598bcb6cfc6e0d9888221"

static const struct {
	const char *secrets[3], *header, *body;
	bool good;
} signatures[] = {
	{ { SECRET, NULL }, "sha256=" SIGNATURE, "test", true },
	{ { "old", SECRET, NULL }, "sha256=" SIGNATURE, "test", true },
	{ { SECRET, "new", NULL }, "sha256=" SIGNATURE, "test", true },
	{ { "other", NULL }, "sha256=" SIGNATURE, "test", false },
	{ { SECRET, NULL }, "sha256=" SIGNATURE, "tesT", false },
	{ { SECRET, NULL }, "sha256=" SIGNATURE "00", "test", false },
	{ { SECRET, NULL }, "sha1=" SIGNATURE, "test", false },
	{ { SECRET, NULL }, "sha256=", "test", false },
	{ { SECRET, NULL }, "", "test", false },
	{ { NULL }, "sha256=" SIGNATURE, "test", false },
	/* HMAC-SHA256 of nothing with the empty key. */
	{ { "", NULL },
		"sha256=b613679a0814d9ec772f95d778c35fc5ff1697c493715"
		"653c6c712144292c5ad",
		"", false },
};

START_TEST(test_verify)
{
	struct arena *a = arena_create();
	const char *secrets[3];
	struct header header = { span_of("x-hub-signature-256"),
		span_of(signatures[_i].header) };
	struct inbound in = { .method = "POST",
		.headers = &header,
		.header_count = 1,
		.raw = span_of(signatures[_i].body) };
	struct err e = { 0 };

	memcpy(secrets, signatures[_i].secrets, sizeof secrets);
	ck_assert_int_eq(channel_whatsapp.verify(&in, conf_of(a, secrets), &e),
		signatures[_i].good);
	ck_assert_int_eq(e.code, signatures[_i].good ? ERR_NONE : ERR_AUTH);
	arena_destroy(a);
}
END_TEST

static const struct {
	const char *token, *query, *answer; /* NULL: denied */
} greetings[] = {
	{ "s3 cret",
		"hub.mode=subscribe&hub.challenge=1158201444&"
		"hub.verify_token=s3%20cret",
		"1158201444" },
	{ "s3", "hub.mode=subscribe&hub.challenge=1&hub.verify_token=s4",
		NULL },
	{ "s3", "hub.mode=subscribe&hub.challenge=1", NULL },
	{ "s3", "hub.mode=other&hub.challenge=1&hub.verify_token=s3", NULL },
	{ "s3", "hub_mode=subscribe&hub_challenge=1&hub_verify_token=s3",
		NULL },
	{ "", "hub.mode=subscribe&hub.challenge=1&hub.verify_token=", NULL },
	{ NULL, "hub.mode=subscribe&hub.challenge=1", NULL },
	{ "s3", "", NULL },
};

START_TEST(test_greet)
{
	struct arena *a = arena_create();
	struct inbound in = { .method = "GET",
		.query = span_of(greetings[_i].query) };
	struct span answer = span_of("untouched");
	void *conf = conf_of(a, NULL);
	struct err e = { 0 };
	bool good;

	set_text(conf, "verify_token", greetings[_i].token);
	good = channel_whatsapp.greet(a, &in, conf, &answer, &e);
	ck_assert_int_eq(good, greetings[_i].answer != NULL);
	ck_assert(span_is(answer, good ? greetings[_i].answer : "untouched"));
	ck_assert_int_eq(e.code, good ? ERR_NONE : ERR_DENIED);
	arena_destroy(a);
}
END_TEST

static void
parse_file(const char *folder, const char *name)
{
	struct arena *a = arena_create();
	struct events events = { 0 };
	char *path = arena_printf(a, "%s/%s", folder, name);
	FILE *file = fopen(path, "rb");
	size_t room = 1 << 20;
	char *text = arena_alloc(a, room + 1);

	ck_assert_ptr_nonnull(file);
	text[fread(text, 1, room, file)] = '\0';
	fclose(file);
	ck_assert_msg(parse(a, text, conf_of(a, NULL), &events), "%s", name);
	ck_assert_msg(events.count > 0, "%s", name);
	for (size_t i = 0; i < events.count; i++) {
		ck_assert_msg(events.items[i].refused == NULL, "%s", name);
		ck_assert_msg(strcmp(events.items[i].type, "unknown") != 0,
			"%s", name);
		ck_assert_ptr_nonnull(event_content(a, &events.items[i]));
	}
	arena_destroy(a);
}

START_TEST(test_collected)
{
	const char *shared = getenv("UNIFYD_SHARED");
	struct arena *a = arena_create();
	char *folder = arena_printf(a, "%s/payloads/whatsapp",
		shared != NULL ? shared : "../shared");
	DIR *dir = opendir(folder);
	struct dirent *file;
	size_t count = 0;

	if (dir == NULL) {
		printf("whatsapp_test: %s is absent, its payloads are not "
		       "tried\n",
			folder);
		arena_destroy(a);
		return;
	}
	while ((file = readdir(dir)) != NULL) {
		const char *end = strrchr(file->d_name, '.');

		if (end == NULL || strcmp(end, ".json") != 0)
			continue;
		parse_file(folder, file->d_name);
		count++;
	}
	closedir(dir);
	ck_assert_uint_gt(count, 0);
	arena_destroy(a);
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

START_TEST(test_keeps)
{
	const struct source_conf conf = { .name = "wa", .region = "BR" };
	const struct {
		struct source_conf base;
		const char *verify_token, *portfolio;
	} own = { conf, NULL, NULL };
	struct arena *a = arena_create();

	assert_keeps(a, &channel_whatsapp, "/", samples[0].text, &own);
	arena_destroy(a);
}
END_TEST

static const struct {
	const char *file, *said;
} recorded[] = {
	{ "call_connect__business_initiated.json",
		"call \"connect\" id=wacid.xxxx=/connect "
		"at=2025-07-15T12:35:33Z" },
	{ "call_connect__user_initiated.json",
		"call \"connect\" id=wacid.xxxx=/connect "
		"at=2025-07-15T12:38:27Z phone=+972987654321/attested "
		"whatsapp_user=100293269804676/US.13491208655302741918/"
		"attested" },
	{ "call_permission_update__accept.json",
		"message \"interactive\" id=wamid.x at=2025-07-15T12:23:02Z "
		"phone=+972987654321/attested "
		"whatsapp_user=1234567890987654321/US.13491208655302741918/"
		"attested" },
	{ "call_permission_update__reject.json",
		"message \"interactive\" id=wamid.x at=2025-07-15T12:23:02Z "
		"phone=+972987654321/attested "
		"whatsapp_user=1234567890987654321/US.13491208655302741918/"
		"attested" },
	{ "call_status__call_status.json",
		"status \"RINGING\" "
		"id=wacid.ABGGFjFVU2AfAgo6V/RINGING/163155536021 "
		"at=2022-12-21T17:47:04Z phone=+163155536021/attested" },
	{ "call_terminate__call_terminate.json",
		"call \"terminate\" "
		"id=wacid.ABGGFjFVU2AfAgo6V-Hc5eCgK5Gh/terminate "
		"at=2022-12-21T17:47:04Z phone=+16315553601/attested" },
	{ "callback_button__button.json",
		"message \"interactive\" id=wamid.xyzxyz "
		"at=2023-10-25T20:45:30Z phone=+972987654321/attested "
		"whatsapp_user=5467539754836534/US.13491208655302741918/"
		"attested" },
	{ "callback_button__quick_reply.json",
		"message \"button\" id=wamid.xsidjw at=2023-10-25T21:23:47Z "
		"phone=+972987654321/attested "
		"whatsapp_user=5467539754836534/US.13491208655302741918/"
		"attested" },
	{ "callback_button__quick_reply_without_context.json",
		"message \"button\" id=wamid.xsidjx at=2023-10-25T21:23:47Z "
		"phone=+972987654321/attested "
		"whatsapp_user=5467539754836534/US.13491208655302741918/"
		"attested" },
	{ "callback_selection__callback.json",
		"message \"interactive\" id=wamid.zyzxyz "
		"at=2023-10-25T20:48:25Z phone=+972987654321/attested "
		"whatsapp_user=1234567890987654321/US.13491208655302741918/"
		"attested" },
	{ "callback_selection__description.json",
		"message \"interactive\" id=wamid.zyzxyz "
		"at=2023-10-25T20:48:25Z phone=+972987654321/attested "
		"whatsapp_user=1234567890987654321/US.13491208655302741918/"
		"attested" },
	{ "deleted_message__revoke.json",
		"message \"revoke\" id=<WHATSAPP_MESSAGE_ID> "
		"at=2023-10-11T16:53:43Z" },
	{ "edited_message__image.json",
		"message \"edit\" "
		"id=wamid."
		"HBgLMTY1MDM4Nzk0MzkVAgASGBQzQUFERjg0NDEzNDdFODU3MUMxMAA= "
		"at=2025-06-13T22:42:55Z phone=+16505551234/attested" },
	{ "flow_completion__completion.json",
		"message \"interactive\" id=wamid.wegrchytvwcggt== "
		"at=2023-12-13T21:21:13Z phone=+972987654321/attested "
		"whatsapp_user=1234567890987654321/US.13491208655302741918/"
		"attested" },
	{ "flow_completion__without_flow_token.json",
		"message \"interactive\" id=wamid.wegrchytvwcggt== "
		"at=2023-12-13T21:21:13Z phone=+972987654321/attested "
		"whatsapp_user=1234567890987654321/US.13491208655302741918/"
		"attested" },
	{ "message__contacts.json",
		"message \"contacts\" id=wamid.xyzxyz "
		"at=2023-10-11T17:17:01Z phone=+972987654321/attested "
		"whatsapp_user=1234567890987654321/US.13491208655302741918/"
		"attested" },
	{ "message__current_location.json",
		"message \"location\" id=wamid.xyzxyz "
		"at=2023-10-11T17:15:57Z phone=+972987654321/attested "
		"whatsapp_user=1234567890987654321/US.13491208655302741918/"
		"attested" },
	{ "message__forwarded.json",
		"message \"text\" id=wamid.xyzxyz at=2023-10-11T17:20:15Z "
		"phone=+972987654321/attested "
		"whatsapp_user=1234567890987654321/US.13491208655302741918/"
		"attested" },
	{ "message__image.json",
		"message \"image\" id=wamid.xyzxyz at=2023-10-11T16:56:19Z "
		"phone=+972987654321/attested "
		"whatsapp_user=1234567890987654321/US.13491208655302741918/"
		"attested" },
	{ "message__interactive_message_with_err.json",
		"message \"interactive\" id=wamid.wegrchytvwcggt= "
		"at=2023-11-20T18:38:14Z phone=+972987654321/attested "
		"whatsapp_user=1234567890987654321/US.13491208655302741918/"
		"attested" },
	{ "message__media_with_url.json",
		"message \"image\" id=wamid.xyzxyz at=2023-10-11T16:56:19Z "
		"phone=+972987654321/attested "
		"whatsapp_user=1234567890987654321/US.13491208655302741918/"
		"attested" },
	{ "message__order.json",
		"message \"order\" id=wamid.xyzxyz at=2023-10-11T17:17:48Z "
		"phone=+972987654321/attested "
		"whatsapp_user=1234567890987654321/US.13491208655302741918/"
		"attested" },
	{ "message__reaction.json",
		"message \"reaction\" id=wamid.xyzxyz "
		"at=2023-10-11T17:14:16Z phone=+972987654321/attested "
		"whatsapp_user=1234567890987654321/US.13491208655302741918/"
		"attested" },
	{ "message__referral.json",
		"message \"text\" id=wamid.ID at=2023-10-11T17:23:20Z "
		"phone=+972987654321/attested "
		"whatsapp_user=1234567890987654321/US.13491208655302741918/"
		"attested" },
	{ "message__reply.json",
		"message \"text\" id=wamid.xyzxyz at=2023-10-11T17:19:06Z "
		"phone=+972987654321/attested "
		"whatsapp_user=1234567890987654321/US.13491208655302741918/"
		"attested" },
	{ "message__text.json",
		"message \"text\" id=wamid.xyzxyz at=2023-10-11T16:53:43Z "
		"phone=+972987654321/attested "
		"whatsapp_user=1234567890987654321/US.13491208655302741918/"
		"attested" },
	{ "message__unsupported.json",
		"message \"unsupported\" id=wamid.xyzxyz "
		"at=2023-10-11T17:18:26Z phone=+972987654321/attested "
		"whatsapp_user=1234567890987654321/US.13491208655302741918/"
		"attested" },
	{ "message__unsupported_with_type.json",
		"message \"unsupported\" id=wamid.xyzxyz "
		"at=2023-10-11T17:18:26Z phone=+972987654321/attested "
		"whatsapp_user=1234567890987654321/US.13491208655302741918/"
		"attested" },
	{ "message__voice.json",
		"message \"audio\" id=wamid.xyzxyz at=2023-10-11T16:57:53Z "
		"phone=+972987654321/attested "
		"whatsapp_user=1234567890987654321/US.13491208655302741918/"
		"attested" },
	{ "message_status__delivered.json",
		"status \"delivered\" id=wamid.xyzxyz/delivered/972987654321 "
		"at=2023-10-25T20:49:05Z phone=+972987654321/attested "
		"whatsapp_user=5467539754836534/US.13491208655302741918/"
		"attested" },
	{ "message_status__failed.json",
		"status \"failed\" id=wamid.xyzxyz/failed/972987654321 "
		"at=2023-07-15T00:20:58Z phone=+972987654321/attested "
		"whatsapp_user=5467539754836534/US.13491208655302741918/"
		"attested" },
	{ "message_status__group.json", "status \"read\" "
					"id=<WHATSAPP_MESSAGE_ID>/read/"
					"<GROUP_PARTICIPANT_USER_PHONE_NUMBER> "
					"at=2023-10-25T20:49:05Z "
					"whatsapp_user=<WHATSAPP_BUSINESS_"
					"ACCOUNT_ID>/US.123456/attested" },
	{ "message_status__played.json",
		"status \"played\" id=wamid.xyzxyz/played/972987654321 "
		"at=2023-07-15T00:20:58Z phone=+972987654321/attested "
		"whatsapp_user=5467539754836534/US.13491208655302741918/"
		"attested" },
	{ "message_status__read.json",
		"status \"read\" id=wamid.xyzxyz/read/972987654321 "
		"at=2023-07-15T00:20:58Z phone=+972987654321/attested "
		"whatsapp_user=5467539754836534/US.13491208655302741918/"
		"attested" },
	{ "message_status__sent.json",
		"status \"sent\" id=wamid.xyzxyz/sent/972987654321 "
		"at=2023-10-25T20:49:05Z phone=+972987654321/attested "
		"whatsapp_user=5467539754836534/US.13491208655302741918/"
		"attested" },
	{ "message_status__with_tracker.json",
		"status \"sent\" id=wamid.xyzxyz/sent/972987654321 "
		"at=2023-10-25T20:49:05Z phone=+972987654321/attested "
		"whatsapp_user=5467539754836534/US.13491208655302741918/"
		"attested" },
	{ "outgoing_message__delete.json",
		"message \"revoke\" id=wamid.yyyyyy at=2023-10-11T17:22:48Z" },
	{ "outgoing_message__edit.json",
		"message \"edit\" id=wamid.yyyyyy at=2023-10-11T17:22:48Z" },
	{ "outgoing_message__text.json",
		"message \"text\" id=<WHATSAPP_MESSAGE_ID> "
		"at=2023-10-11T16:53:43Z" },
	{ "system__identity_change.json",
		"handover \"customer_identity_changed\" id=wamid.xyzxyz "
		"at=2023-10-11T17:18:26Z phone=+972987654321/attested takes "
		"over phone=+972987654321" },
	{ "system__phone_number_change.json",
		"handover \"user_changed_number\" id=wamid.xyzxyz== "
		"at=2025-07-30T04:55:15Z phone=+972987654321/attested "
		"phone=+972912345678/attested gives up phone=+972987654321 "
		"takes over phone=+972912345678" },
	{ "user_marketing_preferences__resume.json",
		"consent \"resume\" at=2024-11-15T21:22:01Z "
		"phone=+16505551234/attested" },
	{ "user_marketing_preferences__signup.json",
		"consent \"signup\" at=2024-11-15T21:22:01Z "
		"phone=+16505551234/attested" },
};

START_TEST(test_recorded)
{
	const struct {
		struct source_conf base;
		const char *verify_token, *portfolio;
	} own = { { .name = "wa" }, NULL, NULL };
	struct arena *a = arena_create();
	struct span body = say_recorded(
		a, arena_printf(a, "whatsapp/%s", recorded[_i].file));

	if (body.len)
		ck_assert_str_eq(say_body(a, &channel_whatsapp, &own, body),
			recorded[_i].said);
	arena_destroy(a);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("whatsapp");
	TCase *t = tcase_create("whatsapp");

	tcase_add_loop_test(t, test_sample, 0, COUNT(samples));
	tcase_add_test(t, test_portfolio_and_time);
	tcase_add_test(t, test_many);
	tcase_add_loop_test(t, test_hopeless, 0, COUNT(hopeless));
	tcase_add_loop_test(t, test_odd, 0, COUNT(odd));
	tcase_add_loop_test(t, test_verify, 0, COUNT(signatures));
	tcase_add_loop_test(t, test_greet, 0, COUNT(greetings));
	tcase_add_test(t, test_keeps);
	tcase_add_test(t, test_collected);
	tcase_add_loop_test(t, test_recorded, 0, COUNT(recorded));
	suite_add_tcase(s, t);
	return s;
}
