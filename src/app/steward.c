/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stewards' decisions: merge, split, answers to reviews, withdraw. A decision
 * is an event like any other: it lists the identifiers that it is about as they
 * are when it is taken, goes through the journal, and is answered once it is
 * resolved, with the profiles as they then are.
 */
#include <event2/event.h>
#include <string.h>

#include "app/decide.h"
#include "app/front.h"
#include "app/read.h"
#include "app/resolver.h"
#include "core/json.h"
#include "io/http.h"
#include "io/pool.h"
#include "store/journal.h"
#include "store/sql.h"

#define REASON_MAX 1000
#define LOOK_MS 20     /* between looks at whether it is resolved */
#define LOOKS 500      /* then the answer is 202 */
#define ASKED_MAX 1000 /* identifiers in one request */

enum what { MERGE, SPLIT, WITHDRAW, APART };

/* A decision on its way. */
struct steward {
	struct read read; /* first: handlers get it as that */
	enum what what;
	const char *reason, *author;
	json_t *asked;	     /* ids as they were given */
	const char *profile; /* split: the id of the path */
	json_t *left, *right;
	struct id decision;
	struct entry entry;
	struct event *timer;
	int looks;
	/* the answer, or what If-Match is compared with */
	json_t *profiles; /* founders */
	size_t at;
	bool matching;
	char *records;
};

static void answer_next(struct steward *s);

static void
release(void *value)
{
	json_decref(value);
}

static json_t *
own(struct steward *s, json_t *json)
{
	arena_defer(s->read.request->arena, release, json);
	return json;
}

static void
refuse(struct steward *s, int status, const char *code, const char *detail)
{
	front_status(s->read.front, s->read.request, status, code, detail);
}

/* An array literal of the ids in a JSON array. */
static const char *
literal(struct steward *s, const json_t *ids)
{
	struct arena *a = s->read.request->arena;
	const char *text = "{";
	json_t *id;
	size_t i;

	json_array_foreach(ids, i, id) text = arena_printf(
		a, "%s%s%s", text, i ? "," : "", json_string_value(id));
	return arena_printf(a, "%s}", text);
}

static void
add_ids(json_t *list, struct span ids)
{
	while (ids.len) {
		struct span id = span_cut(ids, ',', &ids);

		json_array_append_new(list, json_stringn(id.data, id.len));
	}
}

/* The answer */

static void
send_answer(struct steward *s)
{
	struct request *r = s->read.request;
	char decision[ID_TEXT];

	front_reply(s->read.front, r, 200, "application/json",
		span_of(arena_printf(r->arena,
			"{\"decision\":\"%s\",\"profiles\":[%s]}",
			id_format(&s->decision, decision), s->records)),
		NULL);
}

static void
on_record(struct read *read, const char *record)
{
	struct steward *s = (struct steward *)read;

	if (record)
		s->records = arena_printf(read->request->arena, "%s%s%s",
			s->records, s->records[0] ? "," : "", record);
	answer_next(s);
}

static void
answer_next(struct steward *s)
{
	if (s->at == json_array_size(s->profiles))
		send_answer(s);
	else
		read_record(&s->read,
			json_string_value(json_array_get(s->profiles, s->at++)),
			on_record);
}

static void
on_profiles(const struct db_result *result, void *arg)
{
	struct steward *s = arg;

	if (!read_ok(&s->read, result))
		return;
	s->profiles = own(s, json_array());
	for (int row = 0; row < result->rows; row++)
		json_array_append_new(
			s->profiles, json_string(db_value(result, row, 0)));
	s->at = 0;
	s->records = arena_strndup(s->read.request->arena, "", 0);
	answer_next(s);
}

static void
ask_profiles(struct steward *s)
{
	json_t *all = own(s, json_copy(s->left));
	const char *params[1];

	json_array_extend(all, s->right);
	params[0] = literal(s, all);
	db_ask(pool_db(s->read.front->readers), sql_decision_profiles, 1,
		params, on_profiles, s);
}

/* Until the resolver has it */

static void look(struct steward *s);

static void
on_look(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	look(arg);
}

static void
forget_timer(void *timer)
{
	event_free(timer);
}

static void
look_later(struct steward *s)
{
	struct timeval tv = { 0, LOOK_MS * 1000L };
	struct request *r = s->read.request;
	char id[ID_TEXT];

	if (++s->looks > LOOKS) {
		front_reply(s->read.front, r, 202, "application/json",
			span_of(arena_printf(r->arena, "{\"decision\":\"%s\"}",
				id_format(&s->decision, id))),
			NULL);
		return;
	}
	if (!s->timer) {
		s->timer = event_new(s->read.front->base, -1, 0, on_look, s);
		arena_defer(r->arena, forget_timer, s->timer);
	}
	event_add(s->timer, &tv);
}

static void
on_looked(const struct db_result *result, void *arg)
{
	struct steward *s = arg;

	if (!read_ok(&s->read, result))
		return;
	if (result->rows &&
		(s->what != WITHDRAW || db_value(result, 0, 0)[0] == 't'))
		ask_profiles(s);
	else
		look_later(s);
}

static void
look(struct steward *s)
{
	char id[ID_TEXT];
	const char *params[] = { id_format(&s->decision, id) };

	db_ask(pool_db(s->read.front->readers), sql_decision_find, 1, params,
		on_looked, s);
}

/* Through the journal */

static void
on_appended(const struct err *why, void *arg)
{
	struct steward *s = arg;
	struct front *f = s->read.front;

	if (why) {
		front_problem(f, s->read.request, why);
		return;
	}
	if (s->entry.verdict == CONFLICT) {
		refuse(s, 409, "conflict",
			"this Idempotency-Key had another decision");
		return;
	}
	if (f->resolver)
		resolver_kick(f->resolver);
	look(s);
}

/* What repeats of one key have in common is all but the time. */
static void
append(struct steward *s)
{
	static const char *const names[] = { "merge", "split", "withdraw",
		"apart" };
	struct front *f = s->read.front;
	struct request *r = s->read.request;
	struct deciding d = { .name = names[s->what],
		.withdraws = s->what == WITHDRAW,
		.decision = s->decision,
		.same = s->what == MERGE,
		.left = s->left,
		.right = s->right,
		.reason = s->reason,
		.author = s->author,
		.key = request_header(r, "idempotency-key") };

	s->entry = decide_entry(r->arena, f->config->hash_key, &d);
	if (s->what != WITHDRAW)
		s->decision = s->entry.event;
	journal_append(
		f->journal, r->arena, &s->entry, 1, DB_ASK_MS, on_appended, s);
}

/* If-Match: every profile that is to be changed must be as it was seen. */

static void match_next(struct steward *s);

static void
on_match(struct read *read, const char *record)
{
	struct steward *s = (struct steward *)read;
	struct request *r = read->request;
	struct span want = request_header(r, "if-match");
	const char *etag = "";

	if (record)
		etag = read_etag(r->arena, record);
	if (!*etag || !memmem(want.data, want.len, etag, strlen(etag)))
		refuse(s, 412, "changed",
			"the profile is not as If-Match says; read it again");
	else
		match_next(s);
}

static void
match_next(struct steward *s)
{
	struct span want = request_header(s->read.request, "if-match");

	if (!want.len || span_is(want, "*") ||
		s->at == json_array_size(s->profiles))
		append(s);
	else
		read_record(&s->read,
			json_string_value(json_array_get(s->profiles, s->at++)),
			on_match);
}

/* Whom it is about */

static bool
is_asked(const struct steward *s, const char *id)
{
	json_t *asked;
	size_t i;

	json_array_foreach(s->asked, i, asked)
	{
		if (!strcmp(json_string_value(asked), id))
			return true;
	}
	return false;
}

/* False where an id is nobody's, and it was answered. */
static bool
all_found(struct steward *s, const struct db_result *result)
{
	for (int row = 0; row < result->rows; row++) {
		if (!db_value(result, row, 1)) {
			refuse(s, 404, "not_found",
				arena_printf(s->read.request->arena,
					"there is no identifier %s",
					db_value(result, row, 0)));
			return false;
		}
		if (db_value(result, row, 2)[0] == 't') {
			refuse(s, 409, "shared",
				arena_printf(s->read.request->arena,
					"%s is shared: it is nobody's, and "
					"joins nobody",
					db_value(result, row, 0)));
			return false;
		}
	}
	return true;
}

/* Whoever was asked for by a tenure is from now on by the identifier; false
 * where somebody else has it now, and that was answered. A profile's own id may
 * be one that it has given up. */
static bool
name_asked(struct steward *s, const struct db_result *result)
{
	json_t *named = own(s, json_array());

	for (int row = 0; row < result->rows; row++) {
		if (!is_asked(s, db_value(result, row, 0)))
			continue;
		if (!db_value(result, row, 4)) {
			refuse(s, 409, "conflict",
				arena_printf(s->read.request->arena,
					"%s has another holder now; want "
					"identifiers that the profile still "
					"has",
					db_value(result, row, 0)));
			return false;
		}
		json_array_append_new(
			named, json_string(db_value(result, row, 4)));
	}
	s->asked = named;
	return true;
}

static void
take_two(struct steward *s, const struct db_result *result)
{
	if (result->rows != 2 ||
		!strcmp(db_value(result, 0, 1), db_value(result, 1, 1))) {
		refuse(s, 409, "conflict", "they are one profile already");
		return;
	}
	if (!db_value(result, 0, 3) || !db_value(result, 1, 3)) {
		refuse(s, 409, "conflict",
			"one of them has no identifier any more");
		return;
	}
	add_ids(s->left, span_of(db_value(result, 0, 3)));
	add_ids(s->right, span_of(db_value(result, 1, 3)));
	for (int row = 0; row < 2; row++)
		json_array_append_new(
			s->profiles, json_string(db_value(result, row, 1)));
	match_next(s);
}

static void
take_split(struct steward *s, const struct db_result *result)
{
	const char *founder = db_value(result, 0, 1);
	json_t *all = own(s, json_array()), *id;
	size_t i;

	for (int row = 0; row < result->rows; row++) {
		if (strcmp(db_value(result, row, 1), founder) != 0) {
			refuse(s, 409, "conflict",
				"want identifiers of one profile");
			return;
		}
	}
	if (!name_asked(s, result))
		return;
	add_ids(all, span_of(db_value(result, 0, 3)));
	json_array_foreach(all, i, id) json_array_append(
		is_asked(s, json_string_value(id)) ? s->left : s->right, id);
	if (!json_array_size(s->left) || !json_array_size(s->right)) {
		refuse(s, 409, "conflict",
			"want some identifiers to leave and some to stay");
		return;
	}
	json_array_append_new(s->profiles, json_string(founder));
	match_next(s);
}

static void
on_sides(const struct db_result *result, void *arg)
{
	struct steward *s = arg;

	if (!read_ok(&s->read, result) || !all_found(s, result))
		return;
	s->at = 0;
	s->profiles = own(s, json_array());
	if (s->what == MERGE || s->what == APART)
		take_two(s, result);
	else
		take_split(s, result);
}

/* What was sent */

static struct steward *
steward_create(struct front *f, struct request *r, enum what what)
{
	struct steward *s = arena_alloc(r->arena, sizeof(*s));

	s->read = *read_create(f, r);
	s->what = what;
	s->reason = "";
	s->author = arena_printf(r->arena, "%s", f->caller);
	s->left = own(s, json_array());
	s->right = own(s, json_array());
	return s;
}

/* A list of ids, each once; false where it is none, and was answered. */
static bool
read_asked(struct steward *s, const json_t *list, const char *name, size_t min,
	size_t max)
{
	struct id id;
	json_t *item;
	size_t i;

	s->asked = own(s, json_array());
	json_array_foreach(list, i, item)
	{
		const char *text = json_string_value(item);
		char plain[ID_TEXT];

		if (!text || !id_parse(span_of(text), &id))
			break;
		if (!is_asked(s, id_format(&id, plain)))
			json_array_append_new(s->asked, json_string(plain));
	}
	if (json_is_array(list) && i == json_array_size(list) &&
		json_array_size(s->asked) >= min &&
		json_array_size(s->asked) <= max)
		return true;
	refuse(s, 400, "invalid",
		arena_printf(s->read.request->arena,
			"%s: want a list of %zu to %zu different ids", name,
			min, max));
	return false;
}

static bool
read_body(struct steward *s, json_t **body)
{
	struct request *r = s->read.request;
	struct err e = { 0 };
	struct span reason;

	*body = json_read(r->arena, r->body, &e);
	if (*body && !json_is_object(*body))
		fail(&e, ERR_INPUT, "want a JSON object");
	reason = json_member(r->arena, *body, "reason");
	if (!e.code && (!reason.len || reason.len > REASON_MAX))
		fail(&e, ERR_INPUT, "reason: want 1 to %d bytes of text",
			REASON_MAX);
	if (e.code) {
		front_problem(s->read.front, r, &e);
		return false;
	}
	s->reason = span_text(r->arena, reason);
	return true;
}

static void
ask_sides(struct steward *s)
{
	const char *params[] = { literal(s, s->asked) };

	db_ask(pool_db(s->read.front->readers), sql_decision_sides, 1, params,
		on_sides, s);
}

void
profile_merge_serve(struct front *f, struct request *r)
{
	struct steward *s = steward_create(f, r, MERGE);
	json_t *body;

	if (read_body(s, &body) &&
		read_asked(
			s, json_object_get(body, "profiles"), "profiles", 2, 2))
		ask_sides(s);
}

/* {"same":true or false,"reason"}: of the two profiles that its groups are in
 * now. */
void
review_answer_serve(struct front *f, struct request *r, struct span rest)
{
	struct steward *s = steward_create(f, r, MERGE);
	const char *groups[2];
	json_t *body, *same;

	if (!read_review(&s->read, rest, groups) || !read_body(s, &body))
		return;
	same = json_object_get(body, "same");
	if (!json_is_boolean(same)) {
		refuse(s, 400, "invalid", "same: want true or false");
		return;
	}
	s->what = json_is_true(same) ? MERGE : APART;
	s->asked = own(s, json_pack("[s,s]", groups[0], groups[1]));
	ask_sides(s);
}

void
profile_split_serve(struct front *f, struct request *r, struct span rest)
{
	struct steward *s = steward_create(f, r, SPLIT);
	struct span part, id = span_cut(rest, '/', &part);
	json_t *body;
	struct id of;
	char text[ID_TEXT];

	if (!span_is(part, "split")) {
		refuse(s, 404, "not_found", "there is nothing here");
		return;
	}
	if (!read_id(&s->read, id, "profile") || !read_body(s, &body) ||
		!read_asked(s, json_object_get(body, "identifiers"),
			"identifiers", 1, ASKED_MAX))
		return;
	s->profile = span_text(r->arena, id);
	/* The path names the profile, and is not among those that leave. */
	if (id_parse(id, &of) && !is_asked(s, id_format(&of, text))) {
		const char *params[1];
		json_t *all = own(s, json_copy(s->asked));

		json_array_append_new(all, json_string(text));
		params[0] = literal(s, all);
		db_ask(pool_db(f->readers), sql_decision_sides, 1, params,
			on_sides, s);
		return;
	}
	ask_sides(s);
}

static void
on_list(const struct db_result *result, void *arg)
{
	struct read *read = arg;

	if (read_ok(read, result))
		read_send_page(read, result, "decisions");
}

void
decision_list_serve(struct front *f, struct request *r)
{
	struct read *read = read_create(f, r);
	const char *params[3] = { NULL };

	if (!read_limit(read) || !read_cursor(read, &params[0], &params[1]))
		return;
	params[2] = arena_printf(r->arena, "%ld", read->limit);
	db_ask(pool_db(f->readers), sql_decision_list, 3, params, on_list,
		read);
}

static void
on_found(const struct db_result *result, void *arg)
{
	struct steward *s = arg;

	if (!read_ok(&s->read, result))
		return;
	if (!result->rows) {
		refuse(s, 404, "not_found", "there is no such decision");
		return;
	}
	add_ids(s->left, span_of(db_value(result, 0, 1)));
	if (db_value(result, 0, 0)[0] == 't')
		ask_profiles(s); /* it is done already */
	else
		append(s);
}

void
decision_withdraw_serve(struct front *f, struct request *r, struct span rest)
{
	struct steward *s = steward_create(f, r, WITHDRAW);
	char id[ID_TEXT];
	const char *params[] = { id };

	if (!read_id(&s->read, rest, "decision") ||
		!id_parse(rest, &s->decision))
		return;
	id_format(&s->decision, id);
	db_ask(pool_db(f->readers), sql_decision_find, 1, params, on_found, s);
}
