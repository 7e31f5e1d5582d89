/* SPDX-License-Identifier: Apache-2.0 */
/* Against the private PostgreSQL that tests/tools/pg.sh started, in a
 * database of its own with the schema in it. */
#include <check.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "io/db.h"
#include "store/journal.h"

Suite *suite(void);

#define WAIT_MS 30000

static struct arena *arena;
static struct event_base *base;
static struct db *db, *other;
static struct journal *journal;
static int left;
static char value[64];

static void
must_run(const char *command)
{
	ck_assert_int_eq(system(command), 0);
}

static void
setup(void)
{
	must_run("dropdb --if-exists journal_test 2>&1 && "
		 "createdb journal_test && for f in sql/schema/*.sql; do "
		 "psql -X -q -1 -v ON_ERROR_STOP=1 -d journal_test -f $f "
		 "|| exit 1; done");
	arena = arena_create();
	base = event_base_new();
	db = db_create(base, "dbname=journal_test", DB_SESSION, 0);
	other = db_create(base, "dbname=journal_test", DB_SESSION, 0);
	journal = journal_create(base, db);
}

static void
teardown(void)
{
	journal_destroy(journal);
	db_destroy(db);
	db_destroy(other);
	event_base_free(base);
	arena_destroy(arena);
}

static struct entry
entry(const char *external_id, const char *content)
{
	struct span part = span_of(external_id);
	struct entry e = { .occurred_at = 1000000,
		.received_at = 2000000,
		.source = "web",
		.channel = "web",
		.type = "page",
		.body = "{\"total\":119.90}" };

	e.event = id_derive(span_of("key"), "event", &part, 1);
	e.touchpoint = id_derive(span_of("key"), "touchpoint", &part, 1);
	digest_sha256(span_of(content), e.digest);
	return e;
}

static void
on_done(const struct err *why, void *arg)
{
	*(enum err_code *)arg = why ? why->code : ERR_NONE;
	left--;
}

static enum err_code
append(struct entry *entries, size_t count)
{
	enum err_code code = ERR_BUG;

	left = 1;
	journal_append(journal, arena, entries, count, WAIT_MS, on_done, &code);
	while (left)
		ck_assert_int_eq(event_base_loop(base, EVLOOP_ONCE), 0);
	return code;
}

/* Busy is an answer while a connection is on its way; nothing else is. */
static void
append_ok(struct entry *entries, size_t count)
{
	enum err_code code;

	do
		code = append(entries, count);
	while (code == ERR_BUSY);
	ck_assert_int_eq(code, ERR_NONE);
}

static void
on_value(const struct db_result *result, void *arg)
{
	(void)arg;
	value[0] = '\0';
	if (result->ok && result->rows)
		strncpy(value, db_value(result, 0, 0), sizeof(value) - 1);
	left--;
}

static const char *
ask(const char *sql)
{
	do {
		left = 1;
		db_query(other, sql, 0, NULL, on_value, NULL);
		while (left)
			ck_assert_int_eq(event_base_loop(base, EVLOOP_ONCE), 0);
	} while (!value[0]);
	return value;
}

/* Invariants 2 and 3. */
START_TEST(new_repeated_and_contradicted)
{
	struct entry first[] = { entry("a", "1"), entry("b", "1") };
	struct entry second[] = { entry("b", "1"), entry("c", "1"),
		entry("a", "2"), entry("c", "1"), entry("c", "2") };

	append_ok(first, 2);
	ck_assert_int_eq(first[0].verdict, ACCEPTED);
	ck_assert_int_eq(first[1].verdict, ACCEPTED);
	ck_assert_int_eq(append(second, 5), ERR_NONE);
	ck_assert_int_eq(second[0].verdict, DUPLICATE);
	ck_assert_int_eq(second[1].verdict, ACCEPTED);
	ck_assert_int_eq(second[2].verdict, CONFLICT);
	ck_assert_int_eq(second[3].verdict, DUPLICATE);
	ck_assert_int_eq(second[4].verdict, CONFLICT);
	ck_assert_str_eq(ask("SELECT count(*) FROM journal"), "3");
	ck_assert_str_eq(
		ask("SELECT sum(cardinality(events)) FROM append"), "3");
	ck_assert_str_eq(
		ask("SELECT DISTINCT body->>'total' FROM journal"), "119.90");
	ck_assert_str_eq(ask("SELECT string_agg(reason, ' ') FROM parked"),
		"conflict conflict");
	ck_assert_int_eq(append(second, 0), ERR_NONE);
	ck_assert_str_eq(ask("SELECT count(*) FROM append"), "2");
}
END_TEST

/* Many appends at once are few transactions, and none gets lost. */
START_TEST(what_comes_together_is_committed_together)
{
	struct entry entries[100];
	enum err_code codes[100];
	struct entry warm = entry("warm", "1");

	append_ok(&warm, 1);
	left = 100;
	for (int i = 0; i < 100; i++) {
		char id[16];

		snprintf(id, sizeof(id), "e%d", i);
		entries[i] = entry(id, "1");
		journal_append(journal, arena, &entries[i], 1, WAIT_MS, on_done,
			&codes[i]);
	}
	while (left)
		ck_assert_int_eq(event_base_loop(base, EVLOOP_ONCE), 0);
	for (int i = 0; i < 100; i++) {
		ck_assert_int_eq(codes[i], ERR_NONE);
		ck_assert_int_eq(entries[i].verdict, ACCEPTED);
	}
	ck_assert_str_eq(ask("SELECT count(*) FROM journal"), "101");
	ck_assert_str_eq(ask("SELECT count(*) FROM append"), "3");
}
END_TEST

/* Runs SQL on the other connection. */
static void
run_sql(const char *sql)
{
	left = 1;
	db_query(other, sql, 0, NULL, on_value, NULL);
	while (left)
		ck_assert_int_eq(event_base_loop(base, EVLOOP_ONCE), 0);
}

/* Those that wait hear in time; what was sent may be committed after all, and
 * is a repeat when it comes again. */
START_TEST(who_waits_too_long_hears_of_it)
{
	struct entry warm = entry("warm", "1"), sent = entry("sent", "1"),
		     behind = entry("behind", "1");
	enum err_code codes[2] = { ERR_NONE, ERR_NONE };

	append_ok(&warm, 1);
	ask("SELECT 1");
	run_sql("CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
		"'BEGIN PERFORM pg_sleep(0.6); RETURN NULL; END'");
	run_sql("CREATE TRIGGER slow AFTER INSERT ON seen FOR EACH STATEMENT "
		"EXECUTE FUNCTION slow()");
	left = 2;
	journal_append(journal, arena, &sent, 1, 200, on_done, &codes[0]);
	journal_append(journal, arena, &behind, 1, 300, on_done, &codes[1]);
	while (left)
		ck_assert_int_eq(event_base_loop(base, EVLOOP_ONCE), 0);
	ck_assert_int_eq(codes[0], ERR_BUSY);
	ck_assert_int_eq(codes[1], ERR_BUSY);
	append_ok(&sent, 1);
	ck_assert_int_eq(sent.verdict, DUPLICATE);
	append_ok(&behind, 1);
	ck_assert_int_eq(behind.verdict, ACCEPTED);
}
END_TEST

/* More than may wait is refused at once, and the rest is not. */
START_TEST(no_more_than_may_wait)
{
	static struct entry entries[3];
	static struct entry many[JOURNAL_WAITING];
	enum err_code codes[3] = { ERR_BUG, ERR_BUG, ERR_BUG };

	entries[0] = entry("first", "1");
	append_ok(&entries[0], 1);
	ask("SELECT 1");
	run_sql("BEGIN");
	run_sql("LOCK TABLE seen");
	for (size_t i = 0; i < JOURNAL_WAITING; i++)
		many[i] = entry("many", "1");
	entries[1] = entry("sent", "1");
	entries[2] = entry("refused", "1");
	journal_append(
		journal, arena, &entries[1], 1, WAIT_MS, on_done, &codes[0]);
	journal_append(journal, arena, many, JOURNAL_WAITING, WAIT_MS, on_done,
		&codes[1]);
	left = 1;
	journal_append(
		journal, arena, &entries[2], 1, WAIT_MS, on_done, &codes[2]);
	while (left)
		ck_assert_int_eq(event_base_loop(base, EVLOOP_ONCE), 0);
	ck_assert_int_eq(codes[2], ERR_BUSY);
	ck_assert_int_eq(codes[0], ERR_BUG);
	left = 3;
	db_query(other, "COMMIT", 0, NULL, on_value, NULL);
	while (left)
		ck_assert_int_eq(event_base_loop(base, EVLOOP_ONCE), 0);
	ck_assert_int_eq(codes[0], ERR_NONE);
	ck_assert_int_eq(codes[1], ERR_NONE);
}
END_TEST

/* A statement that fails leaves nothing half done, and the next goes on. */
START_TEST(all_or_nothing)
{
	struct entry bad[] = { entry("x", "1"), entry("y", "1") };
	struct entry good = entry("x", "1"), warm = entry("w", "1");

	append_ok(&warm, 1);
	bad[1].body = "{not json";
	ck_assert_int_eq(append(bad, 2), ERR_DB);
	ck_assert_str_eq(ask("SELECT count(*) FROM seen"), "1");
	ck_assert_int_eq(append(&good, 1), ERR_NONE);
	ck_assert_int_eq(good.verdict, ACCEPTED);
}
END_TEST

/* The connection goes at each turn of the loop: either the event is there
 * once and accepted, or the caller is told to come again. */
/* Who sends what PostgreSQL will not have is refused alone. */
START_TEST(one_bad_request_is_refused_alone)
{
	struct entry e[4] = { entry("a", "a"), entry("b", "b"), entry("c", "c"),
		entry("d", "d") };
	enum err_code codes[4];

	struct entry first = entry("first", "x");

	append_ok(&first, 1);
	e[1].body = "{\"total\":1e999999}";
	left = 4;
	/* The first is under way alone; the others share a batch. */
	for (int i = 0; i < 4; i++)
		journal_append(
			journal, arena, &e[i], 1, WAIT_MS, on_done, &codes[i]);
	while (left)
		event_base_loop(base, EVLOOP_ONCE);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(codes[i], i == 1 ? ERR_DB : ERR_NONE);
	ck_assert_int_eq(e[2].verdict, ACCEPTED);
	ck_assert_int_eq(e[3].verdict, ACCEPTED);
	ck_assert_str_eq(ask("SELECT count(*) FROM journal"), "4");
	ck_assert_str_eq(ask("SELECT count(*) FROM seen"), "4");
}
END_TEST

START_TEST(a_cut_connection_loses_and_doubles_nothing)
{
	for (int turn = 0; turn < 30; turn++) {
		char id[16], sql[160];
		enum err_code code = ERR_BUG;
		struct entry e;

		snprintf(id, sizeof(id), "cut%d", turn);
		e = entry(id, "1");
		left = 1;
		journal_append(journal, arena, &e, 1, WAIT_MS, on_done, &code);
		for (int i = 0; i < turn && left; i++)
			event_base_loop(base, EVLOOP_ONCE);
		snprintf(sql, sizeof(sql),
			"psql -X -q -d journal_test -c \"SELECT "
			"pg_terminate_backend(pid) FROM pg_stat_activity "
			"WHERE datname = 'journal_test' AND pid <> "
			"pg_backend_pid()\" >/dev/null");
		must_run(sql);
		while (left)
			event_base_loop(base, EVLOOP_ONCE);
		if (code != ERR_NONE) {
			ck_assert_int_eq(code, ERR_BUSY);
			append_ok(&e, 1);
		} else {
			ck_assert_int_eq(e.verdict, ACCEPTED);
		}
	}
	ck_assert_str_eq(ask("SELECT count(*) FROM journal"), "30");
	ck_assert_str_eq(
		ask("SELECT sum(cardinality(events)) FROM append"), "30");
}
END_TEST

/*
 * A proxy in front of PostgreSQL that lets a batch through and cuts both ends
 * when the answer comes: the client cannot know that it was committed. How long
 * it waits for locks tells which statement it is.
 */
struct proxy {
	struct bufferevent *client, *server;
	bool armed; /* a batch went through */
};

static int cuts_left, cuts, proxies;

static void
proxy_close(struct proxy *p)
{
	bufferevent_free(p->client);
	bufferevent_free(p->server);
	free(p);
	proxies--;
}

static void
proxy_gone(struct bufferevent *bev, short what, void *arg)
{
	(void)bev;
	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
		proxy_close(arg);
}

static void
proxy_from_client(struct bufferevent *bev, void *arg)
{
	struct proxy *p = arg;
	struct evbuffer *in = bufferevent_get_input(bev);

	if (cuts_left && evbuffer_search(in, "250ms", 5, NULL).pos >= 0) {
		cuts_left--;
		p->armed = true;
	}
	bufferevent_write_buffer(p->server, in);
}

static void
proxy_from_server(struct bufferevent *bev, void *arg)
{
	struct proxy *p = arg;

	if (p->armed) {
		cuts++;
		proxy_close(p);
		return;
	}
	bufferevent_write_buffer(p->client, bufferevent_get_input(bev));
}

static struct sockaddr_un
socket_at(const char *folder)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	snprintf(at.sun_path, sizeof(at.sun_path), "%s/.s.PGSQL.5432", folder);
	return at;
}

static void
proxy_accept(struct evconnlistener *l, evutil_socket_t fd,
	struct sockaddr *from, int len, void *arg)
{
	struct sockaddr_un at = socket_at(getenv("PGHOST"));
	struct proxy *p = calloc(1, sizeof(*p));

	proxies++;
	(void)l;
	(void)from;
	(void)len;
	(void)arg;
	p->client = bufferevent_socket_new(base, fd, BEV_OPT_CLOSE_ON_FREE);
	p->server = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
	ck_assert_int_eq(bufferevent_socket_connect(
				 p->server, (struct sockaddr *)&at, sizeof(at)),
		0);
	bufferevent_setcb(p->client, proxy_from_client, NULL, proxy_gone, p);
	bufferevent_setcb(p->server, proxy_from_server, NULL, proxy_gone, p);
	bufferevent_enable(p->client, EV_READ | EV_WRITE);
	bufferevent_enable(p->server, EV_READ | EV_WRITE);
}

/* Invariants 2 and 3: the writer asks what happened and never guesses. */
START_TEST(a_commit_whose_answer_is_lost_is_asked_for)
{
	char folder[] = "/tmp/unifyd-proxy.XXXXXX", conninfo[128];
	struct sockaddr_un at;
	struct evconnlistener *listener;
	struct entry warm = entry("warm", "1");
	struct entry e[] = { entry("a", "1"), entry("b", "1") };
	struct db *through;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	at = socket_at(folder);
	listener = evconnlistener_new_bind(base, proxy_accept, NULL,
		LEV_OPT_CLOSE_ON_FREE, 8, (struct sockaddr *)&at, sizeof(at));
	ck_assert_ptr_nonnull(listener);
	snprintf(conninfo, sizeof(conninfo), "host=%s dbname=journal_test",
		folder);
	through = db_create(base, conninfo, DB_SESSION, 0);
	journal_destroy(journal);
	journal = journal_create(base, through);
	append_ok(&warm, 1);
	cuts_left = 1;
	append_ok(e, 2);
	ck_assert_int_eq(cuts, 1);
	ck_assert_int_eq(e[0].verdict, ACCEPTED);
	ck_assert_int_eq(e[1].verdict, ACCEPTED);
	ck_assert_str_eq(ask("SELECT count(*) FROM journal"), "3");
	ck_assert_str_eq(ask("SELECT count(*) FROM append"), "2");
	db_destroy(through);
	evconnlistener_free(listener);
	while (proxies) /* until they hear that it is gone */
		event_base_loop(base, EVLOOP_ONCE);
	unlink(at.sun_path);
	rmdir(folder);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("journal");
	TCase *t = tcase_create("journal");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, new_repeated_and_contradicted);
	tcase_add_test(t, what_comes_together_is_committed_together);
	tcase_add_test(t, who_waits_too_long_hears_of_it);
	tcase_add_test(t, no_more_than_may_wait);
	tcase_add_test(t, all_or_nothing);
	tcase_add_test(t, one_bad_request_is_refused_alone);
	tcase_add_test(t, a_cut_connection_loses_and_doubles_nothing);
	tcase_add_test(t, a_commit_whose_answer_is_lost_is_asked_for);
	suite_add_tcase(s, t);
	return s;
}
