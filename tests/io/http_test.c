/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server on the loopback and raw clients, all on one event loop. Nothing
 * sleeps: each wait is for an event, and Check's time limit ends the rest.
 */
#include "io/http.h"

#include <check.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <zlib.h>

#include "client.h"

Suite *suite(void);

#define MAX_BODY 10000
#define HOST "Host: a\r\n"
#define GET "GET /a?b=1 HTTP/1.1\r\n" HOST
#define POST "POST /p HTTP/1.1\r\n" HOST
#define END "\r\n"
#define LENGTH(n) "Content-Length: " n "\r\n"
#define STREAM "POST /stream HTTP/1.1\r\n" HOST
#define STREAM_MAX 1000000
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"

static struct http *http;
static int port;
static struct request *kept; /* with later: the one to be answered */
static bool later;
static size_t asked, raw_len;
static struct peer peer; /* who asked last */
static struct http_limits limits;
/* Of a body that streams. */
static size_t streamed, pieces, longest, gone;
static bool slow; /* the next piece is asked for by hand */

static void
echo(struct request *r)
{
	const char *text = arena_printf(r->arena, "%s %.*s %.*s %.*s",
		r->method, (int)r->path.len, r->path.data, (int)r->query.len,
		r->query.data, (int)r->body.len, r->body.data);

	raw_len = r->raw_body.len;
	peer = r->peer;
	reply(r, 200, "text/plain", span_of(text), "X-Extra: 1\r\n");
}

#define WANT 5000

static struct http_body
body_of(const struct request *r, void *arg)
{
	bool streams = span_is(r->path, "/stream");

	ck_assert_ptr_eq(arg, &asked);
	return (struct http_body){ streams ? STREAM_MAX : MAX_BODY, streams };
}

/* Leaves one byte each time, as who waits for the end of a row does. */
static void
on_piece(struct request *r, struct span piece, enum body_state state, void *arg)
{
	size_t used = piece.len - (state == BODY_MORE);

	pieces++;
	longest = piece.len > longest ? piece.len : longest;
	if (state == BODY_GONE) {
		gone++;
		request_abandon(r);
		return;
	}
	streamed += used;
	if (state == BODY_END)
		reply(r, 200, "text/plain",
			span_of(arena_printf(r->arena, "%zu", streamed)), NULL);
	else if (slow)
		kept = r;
	else
		request_read(r, used, WANT, on_piece, arg);
}

static void
on_request(struct request *r, void *arg)
{
	ck_assert_ptr_eq(arg, &asked);
	asked++;
	if (r->streams && later)
		reply(r, 401, NULL, span_of(""), NULL);
	else if (r->streams)
		request_read(r, 0, WANT, on_piece, arg);
	else if (later)
		kept = r;
	else
		echo(r);
}

static void
serve(void)
{
	struct http_options options = { .body = body_of, .limits = limits };

	http_destroy(http);
	http = http_create(base, &options, on_request, &asked);
	port = listen_somewhere(http, "127.0.0.1:0");
}

static void
start(int head_seconds, int idle_seconds)
{
	limits = (struct http_limits){ .max_connections = 3,
		.max_per_address = 3,
		.head_seconds = head_seconds,
		.body_seconds = head_seconds,
		.idle_seconds = idle_seconds,
		.body_rate = 1000,
		.max_coming = 1 << 20,
		.max_held = 1 << 20 };
	serve();
}

static void
start_at(int body_seconds, size_t body_rate)
{
	start(10, 10);
	limits.body_seconds = body_seconds;
	limits.body_rate = body_rate;
	serve();
}

static void
stream_start(void)
{
	streamed = pieces = longest = gone = 0;
	slow = later = false;
	kept = NULL;
}

static void
setup(void)
{
	base = event_base_new();
	start(10, 10);
}

static void
teardown(void)
{
	http_destroy(http);
	event_base_free(base);
}

static void
client_open(struct client *c)
{
	client_open_at(c, port);
}

static void
wait_count(size_t count)
{
	while (http_connections(http) != count)
		turn();
}

/* One connection, one request that is refused, then the end. */
static void
refused(const char *text, int status)
{
	size_t others = http_connections(http);
	struct client c;
	struct answer a;

	client_open(&c);
	puts_to(&c, text);
	get_answer(&c, true, &a);
	ck_assert_msg(a.status == status, "%d for %s", a.status, text);
	has(a.head, "Content-Type: application/problem+json\r\n");
	has(a.head, "Connection: close\r\n");
	has(a.body, "\"code\":\"");
	has(a.body, "\"message\":\"expected");
	wait_eof(&c);
	ck_assert_uint_eq(evbuffer_get_length(c.in), 0);
	client_close(&c);
	wait_count(others);
}

START_TEST(get_head_and_keep_alive)
{
	struct client c;
	struct answer a;

	client_open(&c);
	puts_to(&c, GET END);
	get_answer(&c, true, &a);
	ck_assert_int_eq(a.status, 200);
	ck_assert_str_eq(a.body, "GET /a b=1 ");
	has(a.head, "HTTP/1.1 200 OK\r\nDate: ");
	has(a.head, " GMT\r\n");
	has(a.head, "Content-Length: 11\r\n");
	has(a.head, "Content-Type: text/plain\r\n");
	has(a.head, "Cache-Control: no-store\r\n");
	has(a.head, "X-Content-Type-Options: nosniff\r\n");
	has(a.head, "X-Extra: 1\r\n\r\n");
	ck_assert_ptr_null(strstr(a.head, "Connection:"));
	puts_to(&c, "HEAD /a HTTP/1.1\r\n" HOST END GET END);
	get_answer(&c, false, &a);
	has(a.head, "Content-Length: 9\r\n");
	get_answer(&c, true, &a);
	ck_assert_str_eq(a.body, "GET /a b=1 ");
	puts_to(&c, GET "Connection: close\r\n" END);
	get_answer(&c, true, &a);
	has(a.head, "Connection: close\r\n");
	wait_eof(&c);
	client_close(&c);
	wait_count(0);
}
END_TEST

START_TEST(http_10)
{
	struct client c;
	struct answer a;

	client_open(&c);
	puts_to(&c, "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	get_answer(&c, true, &a);
	has(a.head, "Connection: keep-alive\r\n");
	puts_to(&c, "GET /a HTTP/1.0\r\n\r\n");
	get_answer(&c, true, &a);
	has(a.head, "Connection: close\r\n");
	wait_eof(&c);
	client_close(&c);
}
END_TEST

START_TEST(bodies)
{
	struct client c;
	struct answer a;
	const char *chunked =
		POST "Transfer-Encoding: chunked\r\n\r\n"
		     "3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nX-Trailer: 1\r\n\r\n";

	client_open(&c);
	puts_to(&c, POST "Content-Length: 5\r\nUpgrade: h2c\r\n"
			 "Connection: upgrade\r\n\r\nhe");
	puts_to(&c, "llo\r\n" GET END);
	get_answer(&c, true, &a);
	ck_assert_str_eq(a.body, "POST /p  hello");
	get_answer(&c, true, &a);
	ck_assert_str_eq(a.body, "GET /a b=1 ");
	puts_to(&c, chunked);
	get_answer(&c, true, &a);
	ck_assert_str_eq(a.body, "POST /p  hello");
	for (; *chunked; chunked++)
		put(&c, chunked, 1);
	get_answer(&c, true, &a);
	ck_assert_str_eq(a.body, "POST /p  hello");
	ck_assert_uint_eq(raw_len, 5);
	client_close(&c);
}
END_TEST

START_TEST(pipelined_requests_wait_for_their_turn)
{
	struct client c;
	struct answer a;
	const char *both = POST "Content-Length: 1\r\n\r\nx" POST
				"Transfer-Encoding: chunked\r\n\r\n"
				"1\r\ny\r\n0\r\n\r\n";

	later = true;
	client_open(&c);
	puts_to(&c, both);
	/* No more will come, but both are still to be answered. */
	shutdown(c.fd, SHUT_WR);
	for (size_t i = 1; i <= 2; i++) {
		while (!kept)
			turn();
		for (int k = 0; k < 10; k++)
			event_base_loop(base, EVLOOP_NONBLOCK);
		ck_assert_uint_eq(asked, i);
		echo(kept);
		kept = NULL;
		get_answer(&c, true, &a);
		ck_assert_str_eq(a.body, i == 1 ? "POST /p  x" : "POST /p  y");
	}
	wait_eof(&c);
	client_close(&c);
	wait_count(0);
}
END_TEST

/* All in one write: answered one by one, without recursion. */
START_TEST(many_pipelined_requests)
{
	enum { MANY = 2000 };
	struct client c;
	struct answer a;

	client_open(&c);
	for (int i = 0; i < MANY; i++)
		puts_to(&c, GET END);
	for (int i = 0; i < MANY; i++) {
		get_answer(&c, true, &a);
		ck_assert_str_eq(a.body, "GET /a b=1 ");
	}
	ck_assert_uint_eq(asked, MANY);
	client_close(&c);
}
END_TEST

START_TEST(expect_100)
{
	struct client c;
	struct answer a;

	client_open(&c);
	puts_to(&c, POST "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
	get_answer(&c, true, &a);
	ck_assert_str_eq(a.head, "HTTP/1.1 100 Continue\r\n\r\n");
	puts_to(&c, "ok");
	get_answer(&c, true, &a);
	ck_assert_str_eq(a.body, "POST /p  ok");
	client_close(&c);
	wait_count(0);
	refused(POST "Content-Length: 20000\r\nExpect: 100-continue\r\n\r\n",
		413);
}
END_TEST

static void
post_gzip_to(struct client *c, const char *head_start, size_t content,
	struct answer *a)
{
	static char zeros[100 * MAX_BODY];
	unsigned char packed[4096];
	char head[256];
	z_stream z = { 0 };

	ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 31, 9, 0), Z_OK);
	z.next_in = (Bytef *)zeros;
	z.avail_in = (uInt)content;
	z.next_out = packed;
	z.avail_out = sizeof(packed);
	ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	snprintf(head, sizeof(head),
		"%sContent-Encoding: gzip\r\nContent-Length: %lu\r\n\r\n",
		head_start, z.total_out);
	puts_to(c, head);
	put(c, packed, z.total_out);
	get_answer(c, true, a);
}

static void
post_gzip(struct client *c, size_t content, struct answer *a)
{
	post_gzip_to(c, POST, content, a);
}

/* A bomb does not end the connection: its framing was good. */
START_TEST(gzip_bodies)
{
	struct client c;
	struct answer a;

	client_open(&c);
	post_gzip(&c, MAX_BODY, &a);
	ck_assert_int_eq(a.status, 200);
	ck_assert_uint_lt(raw_len, 100);
	post_gzip(&c, 100 * MAX_BODY, &a);
	ck_assert_int_eq(a.status, 413);
	has(a.body, "\"code\":\"too_large\"");
	post_gzip(&c, MAX_BODY + 1, &a);
	ck_assert_int_eq(a.status, 413);
	post_gzip(&c, 1, &a);
	ck_assert_int_eq(a.status, 200);
	client_close(&c);
}
END_TEST

START_TEST(too_large)
{
	char *body = calloc(1, MAX_BODY + 1);
	struct client c;
	struct answer a;

	refused(POST "Content-Length: 10001\r\n\r\n", 413);
	/* The answer arrives although the client sends on. */
	client_open(&c);
	puts_to(&c, POST "Content-Length: 50000\r\n\r\n");
	for (int i = 0; i < 5; i++)
		put(&c, body, MAX_BODY);
	get_answer(&c, true, &a);
	ck_assert_int_eq(a.status, 413);
	wait_eof(&c);
	client_close(&c);
	client_open(&c);
	puts_to(&c, POST "Transfer-Encoding: chunked\r\n\r\n2711\r\n");
	put(&c, body, MAX_BODY + 1);
	get_answer(&c, true, &a);
	ck_assert_int_eq(a.status, 413);
	client_close(&c);
	client_open(&c);
	puts_to(&c, POST "Content-Length: 10000\r\n\r\n");
	put(&c, body, MAX_BODY);
	get_answer(&c, true, &a);
	ck_assert_int_eq(a.status, 200);
	client_close(&c);
	free(body);
}
END_TEST

START_TEST(bad_framing)
{
	refused("GET /\r\n\r\n", 400);
	refused("GET / HTTP/1.1\r\n\r\n", 400);
	refused(POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", 400);
	refused(POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
		400);
	refused("BREW / HTTP/1.1\r\n" HOST END, 501);
	refused(POST "Content-Encoding: br\r\nContent-Length: 1\r\n\r\n", 415);
	refused(POST "Content-Encoding: gzip, gzip\r\n"
		     "Content-Length: 1\r\n\r\n",
		415);
	refused(CHUNKED "x\r\n", 400);
	refused(CHUNKED "1\r\na\r\n0\r\n\n", 400);
	ck_assert_uint_eq(asked, 0);
}
END_TEST

START_TEST(a_client_may_leave)
{
	struct client c;

	/* With a reset, and with a mere end. */
	for (int hard = 0; hard < 2; hard++) {
		struct linger at_once = { .l_onoff = 1 };

		later = true;
		client_open(&c);
		puts_to(&c, GET END);
		while (!kept)
			turn();
		if (hard)
			setsockopt(c.fd, SOL_SOCKET, SO_LINGER, &at_once,
				sizeof(at_once));
		client_close(&c);
		echo(kept);
		kept = NULL;
		wait_count(0);
	}
	/* Half a head, half a body. */
	client_open(&c);
	puts_to(&c, "GET /");
	wait_count(1);
	client_close(&c);
	wait_count(0);
	client_open(&c);
	puts_to(&c, POST "Content-Length: 5\r\n\r\nhe");
	wait_count(1);
	client_close(&c);
	wait_count(0);
}
END_TEST

START_TEST(the_server_may_go_first)
{
	struct client c;

	later = true;
	client_open(&c);
	puts_to(&c, GET END);
	while (!kept)
		turn();
	http_destroy(http);
	http = NULL;
	echo(kept);
	wait_eof(&c);
	client_close(&c);
}
END_TEST

START_TEST(deadlines)
{
	struct client c;

	start(1, 10);
	refused("GET / HT", 408);
	refused(POST "Content-Length: 5\r\n\r\nhe", 408);
	/* Who has asked nothing is told nothing. */
	start(10, 1);
	client_open(&c);
	wait_eof(&c);
	ck_assert_uint_eq(evbuffer_get_length(c.in), 0);
	client_close(&c);
}
END_TEST

/* However it comes, a head must be there in its time. */
START_TEST(a_head_in_drops)
{
	static const char head[] = GET "X: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	struct client c;
	struct answer a;
	int64_t from;

	start(1, 10);
	client_open(&c);
	from = now_ms();
	for (size_t i = 0; i < sizeof(head) && !evbuffer_get_length(c.in);
		i++) {
		put(&c, head + i, 1);
		turn_for(50);
	}
	get_answer(&c, true, &a);
	ck_assert_int_eq(a.status, 408);
	has(a.head, "Connection: close\r\n");
	ck_assert_int_ge(now_ms() - from, 900);
	ck_assert_int_le(now_ms() - from, 1900);
	client_close(&c);
	wait_count(0);
	/* and a connection must begin one */
	client_open(&c);
	from = now_ms();
	wait_eof(&c);
	ck_assert_int_le(now_ms() - from, 1900);
	ck_assert_uint_eq(evbuffer_get_length(c.in), 0);
	client_close(&c);
}
END_TEST

/* In drops of so many bytes, one each 50 ms; the status, or 0 where it is not
 * answered before the drops end. */
static int
drops(const char *head, size_t size, int count)
{
	static const char bytes[1000];
	struct client c;
	struct answer a = { 0 };

	client_open(&c);
	puts_to(&c, head);
	for (int i = 0; i < count && !evbuffer_get_length(c.in); i++) {
		put(&c, bytes, size);
		turn_for(50);
	}
	if (evbuffer_get_length(c.in))
		get_answer(&c, true, &a);
	client_close(&c);
	wait_count(0);
	return a.status;
}

/* A second of grace, then 10,000 bytes a second: those that come at half of
 * that are late after two seconds, those at twice of it never. What is held
 * has its own time for the whole. */
START_TEST(a_body_has_a_pace)
{
	stream_start();
	start_at(1, 10000);
	ck_assert_int_eq(drops(STREAM LENGTH("100000") END, 250, 80), 408);
	ck_assert_uint_eq(gone, 1);
	ck_assert_uint_gt(streamed, 0);
	stream_start();
	ck_assert_int_eq(drops(STREAM LENGTH("100000") END, 1000, 50), 0);
	ck_assert_uint_eq(gone, 1); /* when we left */
	start_at(2, 1);
	ck_assert_int_eq(drops(POST LENGTH("10000") END, 100, 80), 408);
	ck_assert_int_eq(drops(POST LENGTH("1000") END, 100, 10), 200);
}
END_TEST

/* Time that the handler takes is not the client's. */
START_TEST(a_slow_handler_makes_nobody_late)
{
	struct client c;
	struct answer a;

	stream_start();
	start_at(1, 10000);
	slow = true;
	client_open(&c);
	puts_to(&c, STREAM LENGTH("70000") END);
	for (int i = 0; i < 35; i++)
		put(&c, (char[1000]){ 0 }, 1000);
	while (!kept)
		turn();
	turn_for(1500);
	slow = false;
	for (int i = 0; i < 35; i++)
		put(&c, (char[1000]){ 0 }, 1000);
	request_read(kept, WANT - 1, WANT, on_piece, &asked);
	get_answer(&c, true, &a);
	ck_assert_int_eq(a.status, 200);
	client_close(&c);
}
END_TEST

/* An answer that is not taken is not kept for ever. */
START_TEST(a_client_that_does_not_read)
{
	static char large[20000000];
	struct client c;
	int64_t from;

	start(1, 10);
	later = true;
	client_open(&c);
	event_del(c.event);
	puts_to(&c, GET END);
	while (!kept)
		turn();
	from = now_ms();
	reply(kept, 200, "text/plain", (struct span){ large, sizeof(large) },
		NULL);
	wait_count(0);
	ck_assert_int_ge(now_ms() - from, 900);
	ck_assert_int_le(now_ms() - from, 1900);
	client_close(&c);
}
END_TEST

START_TEST(drain)
{
	struct client idle, busy, late;
	struct answer a;

	later = true;
	client_open(&idle);
	client_open(&busy);
	client_open(&late);
	puts_to(&busy, GET END);
	puts_to(&late, "GET /a HTTP/1.1\r\n");
	while (!kept || http_connections(http) != 3)
		turn();
	http_drain(http);
	wait_eof(&idle);
	ck_assert_uint_eq(http_connections(http), 2);
	echo(kept);
	get_answer(&busy, true, &a);
	has(a.head, "Connection: close\r\n");
	wait_eof(&busy);
	later = false;
	puts_to(&late, HOST END);
	get_answer(&late, true, &a);
	has(a.head, "Connection: close\r\n");
	wait_eof(&late);
	client_close(&idle);
	client_close(&busy);
	client_close(&late);
	wait_count(0);
}
END_TEST

/* One more than there may be is told so; it takes nobody's place. */
static void
turned_away(int status)
{
	enum { MANY = 100 };
	static struct client c[MANY];
	struct answer a;

	for (size_t i = 0; i < 4; i++)
		client_open(&c[i]);
	wait_count(4);
	puts_to(&c[3], POST LENGTH("5") "Origin: https://a\r\n" END "hello");
	get_answer(&c[3], true, &a);
	ck_assert_int_eq(a.status, status);
	has(a.head, "Retry-After: 1\r\n");
	has(a.head, "Connection: close\r\n");
	has(a.head, "Access-Control-Allow-Origin: https://a\r\n");
	wait_eof(&c[3]);
	client_close(&c[3]);
	wait_count(3);
	/* of a crowd, not even all are told */
	for (size_t i = 3; i < MANY; i++)
		client_open(&c[i]);
	while (http_connections(http) != 3 + 64 || !c[MANY - 1].eof)
		turn();
	puts_to(&c[0], GET END);
	get_answer(&c[0], true, &a);
	ck_assert_int_eq(a.status, 200);
	/* and who says nothing is not heard for long */
	wait_count(3);
	/* a place that becomes free is free */
	client_close(&c[0]);
	wait_count(2);
	client_open(&c[0]);
	puts_to(&c[0], GET END);
	get_answer(&c[0], true, &a);
	ck_assert_int_eq(a.status, 200);
	for (size_t i = 0; i < MANY; i++)
		client_close(&c[i]);
	wait_count(0);
}

START_TEST(no_more_than_the_limit)
{
	struct http_limits l = limits;

	turned_away(503);
	l.max_connections = 100;
	http_set_limits(http, &l);
	turned_away(429);
}
END_TEST

/* There is room for one body. Who brings a short one may stay. */
START_TEST(no_more_bodies_than_there_is_room_for)
{
	struct http_limits l = limits;
	struct client first, c;
	struct answer a;

	l.max_held = 10;
	http_set_limits(http, &l);
	client_open(&first);
	later = true;
	puts_to(&first, POST "Content-Length: 12\r\n\r\nhello, hello");
	while (!kept)
		turn();
	later = false;
	client_open(&c);
	puts_to(&c, POST "Content-Length: 5\r\n\r\nhello" GET END);
	get_answer(&c, true, &a);
	ck_assert_int_eq(a.status, 503);
	has(a.head, "Retry-After: 1\r\n");
	has(a.body, "\"code\":\"busy\"");
	ck_assert_ptr_null(strstr(a.head, "Connection: close"));
	get_answer(&c, true, &a); /* without a body there is nothing to hold */
	ck_assert_str_eq(a.body, "GET /a b=1 ");
	client_close(&c);
	wait_count(1);
	refused(POST "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n", 503);
	refused(POST "Content-Length: 65537\r\n\r\n", 413);
	refused(STREAM "Transfer-Encoding: chunked\r\n\r\n", 503);
	ck_assert_uint_eq(asked, 2);
	echo(kept);
	get_answer(&first, true, &a);
	ck_assert_str_eq(a.body, "POST /p  hello, hello");
	puts_to(&first, POST "Content-Length: 5\r\n\r\nhello");
	get_answer(&first, true, &a);
	ck_assert_str_eq(a.body, "POST /p  hello");
	client_close(&first);
	wait_count(0);
}
END_TEST

/* What could stream and is short is a body as any other. */
START_TEST(short_bodies_are_read_whole)
{
	struct http_limits l = limits;
	struct client all[3];
	struct answer a;

	l.max_held = 1 << 16;
	http_set_limits(http, &l);
	stream_start();
	for (int i = 0; i < 3; i++) {
		client_open(&all[i]);
		puts_to(&all[i], STREAM "Content-Length: 10\r\n\r\n1234");
		wait_count((size_t)i + 1);
	}
	for (int i = 0; i < 3; i++) {
		puts_to(&all[i], "567890");
		get_answer(&all[i], true, &a);
		ck_assert_str_eq(a.body, "POST /stream  1234567890");
		client_close(&all[i]);
	}
	ck_assert_uint_eq(pieces, 0);
	wait_count(0);
}
END_TEST

/* Nor do more of them come in than there is memory for; what they say that they
 * will be takes none. */
START_TEST(no_more_bodies_come_in)
{
	struct http_limits l = limits;
	struct client first, c;
	struct answer a;

	l.max_coming = 10;
	http_set_limits(http, &l);
	client_open(&first);
	puts_to(&first, POST "Content-Length: 1000\r\n"
			     "Expect: 100-continue\r\n\r\n");
	get_answer(&first, true, &a);
	ck_assert_int_eq(a.status, 100);
	puts_to(&first, "0123456789");
	client_open(&c);
	for (int i = 0; i < 2; i++) { /* they have come, then */
		puts_to(&c, GET END);
		get_answer(&c, true, &a);
	}
	puts_to(&c, POST "Content-Length: 1\r\n\r\n1");
	get_answer(&c, true, &a);
	ck_assert_int_eq(a.status, 503);
	has(a.head, "Connection: close\r\n");
	wait_eof(&c);
	client_close(&c);
	client_close(&first);
	wait_count(0);
	client_open(&c);
	puts_to(&c, POST "Content-Length: 10\r\n\r\n0123456789");
	get_answer(&c, true, &a);
	ck_assert_int_eq(a.status, 200);
	puts_to(&c, CHUNKED "b\r\n01234567890\r\n0\r\n\r\n");
	get_answer(&c, true, &a);
	ck_assert_int_eq(a.status, 503);
	client_close(&c);
	wait_count(0);
}
END_TEST

/* Proxies bring many; for whom they ask, the last of them knows. */
START_TEST(trusted_proxies)
{
	static const char *const fields[][2] = {
		{ "", "127.0.0.1" },
		{ "X-Forwarded-For: 192.0.2.1\r\n", "192.0.2.1" },
		{ "x-forwarded-for: 198.51.100.1\r\n"
		  "X-Forwarded-For: 192.0.2.1, 127.0.0.9\r\n",
			"192.0.2.1" },
		{ "X-Forwarded-For: 192.0.2.1\r\n"
		  "X-Forwarded-For: 127.0.0.9\r\n",
			"192.0.2.1" },
	};
	struct http_limits l = limits;
	struct peer_net local;
	struct client c[10];
	struct answer a;
	struct peer want;

	ck_assert(peer_net_parse("local", &local));
	l.trusted = &local;
	l.max_connections = 10;
	for (size_t i = 0; i < 8; i++) {
		bool trusted = i % 2;

		l.trusted_count = trusted;
		http_set_limits(http, &l);
		client_open(&c[0]);
		puts_to(&c[0], GET);
		puts_to(&c[0], fields[i / 2][0]);
		puts_to(&c[0], END);
		get_answer(&c[0], true, &a);
		ck_assert(peer_parse(
			span_of(trusted ? fields[i / 2][1] : "127.0.0.1"),
			&want));
		ck_assert_mem_eq(&peer, &want, sizeof(want));
		client_close(&c[0]);
		wait_count(0);
	}
	for (size_t i = 0; i < 10; i++)
		client_open(&c[i]);
	wait_count(10);
	puts_to(&c[9], GET END);
	get_answer(&c[9], true, &a);
	ck_assert_int_eq(a.status, 200);
	for (size_t i = 0; i < 10; i++)
		client_close(&c[i]);
}
END_TEST

START_TEST(problems_are_json)
{
	struct client c;
	struct answer a;

	later = true;
	client_open(&c);
	puts_to(&c, GET "x-a:  b \r\n" END);
	while (!kept)
		turn();
	ck_assert(span_is(request_header(kept, "X-A"), "b"));
	ck_assert_uint_eq(request_header(kept, "x-b").len, 0);
	reply_problem(kept, 422, "x", "a \"b\" \\ \n \xff", NULL);
	get_answer(&c, true, &a);
	ck_assert_str_eq(a.body,
		"{\"type\":\"about:blank\","
		"\"title\":\"Unprocessable Content\",\"status\":422,"
		"\"detail\":\"a \\\"b\\\" \\\\ \\u000a ?\",\"code\":\"x\","
		"\"message\":\"a \\\"b\\\" \\\\ \\u000a ?\"}\n");
	client_close(&c);
}
END_TEST

/* A page may read also why it was refused. */
START_TEST(every_answer_is_for_its_origin)
{
	static const char *const requests[] = {
		"GET / HTTP/1.1\r\n" HOST
		"Origin: https://shop.example\r\n\r\n",
		"POST / HTTP/1.1\r\n" HOST "Origin: https://shop.example\r\n"
		"Content-Length: 20000\r\n\r\n",
	};

	for (size_t i = 0; i < 2; i++) {
		struct client c;
		struct answer a;

		client_open(&c);
		puts_to(&c, requests[i]);
		get_answer(&c, true, &a);
		ck_assert_int_eq(a.status, i ? 413 : 200);
		has(a.head, "Access-Control-Allow-Origin: "
			    "https://shop.example\r\n");
		has(a.head, "Vary: Origin\r\n");
		client_close(&c);
		wait_count(0);
	}
}
END_TEST

/* However the body is framed and coded, all of it comes, in pieces that are
 * not longer than what was asked for and one read more. */
START_TEST(streams_in_pieces)
{
	static char text[300000];
	struct client c;
	struct answer a;

	memset(text, 'x', sizeof(text));
	client_open(&c);
	stream_start();
	puts_to(&c, STREAM "Content-Length: 300000\r\n\r\n");
	put(&c, text, sizeof(text));
	get_answer(&c, true, &a);
	ck_assert_str_eq(a.body, "300000");
	ck_assert_uint_gt(pieces, 3);
	ck_assert_uint_lt(longest, 2 * 65536 + WANT);
	stream_start();
	puts_to(&c, STREAM "Transfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 30; i++) {
		puts_to(&c, "2710\r\n");
		put(&c, text, 10000);
		puts_to(&c, "\r\n");
	}
	puts_to(&c, "0\r\n\r\n");
	get_answer(&c, true, &a);
	ck_assert_str_eq(a.body, "300000");
	stream_start();
	puts_to(&c, STREAM "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
	get_answer(&c, true, &a);
	ck_assert_str_eq(a.body, "0");
	ck_assert_uint_eq(pieces, 1);
	stream_start();
	puts_to(&c, STREAM "Transfer-Encoding: chunked\r\n"
			   "Expect: 100-continue\r\n\r\n");
	get_answer(&c, true, &a);
	ck_assert_str_eq(a.head, "HTTP/1.1 100 Continue\r\n\r\n");
	puts_to(&c, "2\r\nok\r\n0\r\n\r\n" GET END);
	get_answer(&c, true, &a);
	ck_assert_str_eq(a.body, "2");
	get_answer(&c, true, &a);
	ck_assert_str_eq(a.body, "GET /a b=1 ");
	client_close(&c);
}
END_TEST

/* What decodes to a thousand times its bytes is decoded as it is asked for. */
START_TEST(streams_gzip)
{
	struct client c;
	struct answer a;

	client_open(&c);
	stream_start();
	post_gzip_to(&c, STREAM, STREAM_MAX, &a);
	ck_assert_int_eq(a.status, 200);
	ck_assert_str_eq(a.body, "1000000");
	ck_assert_uint_lt(longest, 65536 + WANT);
	client_close(&c);
	wait_count(0);
	/* The last step of the decoder fills its room to the brim. */
	client_open(&c);
	stream_start();
	post_gzip_to(&c, STREAM, 983040, &a);
	ck_assert_int_eq(a.status, 200);
	ck_assert_str_eq(a.body, "983040");
	client_close(&c);
	wait_count(0);
	stream_start();
	client_open(&c);
	puts_to(&c, STREAM "Content-Encoding: gzip\r\n"
			   "Content-Length: 4\r\n\r\nnone");
	get_answer(&c, true, &a);
	ck_assert_int_eq(a.status, 400);
	ck_assert_uint_eq(gone, 1);
	client_close(&c);
	wait_count(0);
}
END_TEST

START_TEST(streams_end_early)
{
	struct client c;
	struct answer a;

	/* longer than it may be: said or found */
	refused(STREAM "Content-Length: 1000001\r\n\r\n", 413);
	stream_start();
	client_open(&c);
	puts_to(&c,
		STREAM "Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\nzz\r\n");
	get_answer(&c, true, &a);
	ck_assert_int_eq(a.status, 400);
	ck_assert_uint_eq(gone, 1);
	client_close(&c);
	wait_count(0);
	/* the client leaves while it is waited for, and while it is not */
	for (int i = 0; i < 2; i++) {
		stream_start();
		slow = i == 1;
		client_open(&c);
		puts_to(&c, STREAM "Content-Length: 100000\r\n\r\n");
		for (int k = 0; k < 600; k++)
			puts_to(&c, "0123456789");
		while (!pieces)
			turn();
		client_close(&c);
		if (slow)
			request_read(kept, WANT, WANT, on_piece, &asked);
		wait_count(0);
		ck_assert_uint_eq(gone, 1);
	}
	/* answered before the body was read: the connection is of no use */
	stream_start();
	later = true;
	client_open(&c);
	puts_to(&c, STREAM "Content-Length: 100000\r\n\r\nxxxx");
	get_answer(&c, true, &a);
	ck_assert_int_eq(a.status, 401);
	has(a.head, "Connection: close\r\n");
	wait_eof(&c);
	client_close(&c);
	wait_count(0);
	/* too slow */
	start(1, 10);
	stream_start();
	client_open(&c);
	puts_to(&c, STREAM "Content-Length: 100000\r\n\r\nxxxx");
	get_answer(&c, true, &a);
	ck_assert_int_eq(a.status, 408);
	client_close(&c);
	wait_count(0);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("http");
	TCase *t = tcase_create("http");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 20);
	tcase_add_test(t, get_head_and_keep_alive);
	tcase_add_test(t, http_10);
	tcase_add_test(t, bodies);
	tcase_add_test(t, pipelined_requests_wait_for_their_turn);
	tcase_add_test(t, many_pipelined_requests);
	tcase_add_test(t, expect_100);
	tcase_add_test(t, gzip_bodies);
	tcase_add_test(t, too_large);
	tcase_add_test(t, bad_framing);
	tcase_add_test(t, a_client_may_leave);
	tcase_add_test(t, the_server_may_go_first);
	tcase_add_test(t, deadlines);
	tcase_add_test(t, a_head_in_drops);
	tcase_add_test(t, a_body_has_a_pace);
	tcase_add_test(t, a_slow_handler_makes_nobody_late);
	tcase_add_test(t, a_client_that_does_not_read);
	tcase_add_test(t, drain);
	tcase_add_test(t, no_more_than_the_limit);
	tcase_add_test(t, no_more_bodies_than_there_is_room_for);
	tcase_add_test(t, short_bodies_are_read_whole);
	tcase_add_test(t, no_more_bodies_come_in);
	tcase_add_test(t, trusted_proxies);
	tcase_add_test(t, problems_are_json);
	tcase_add_test(t, every_answer_is_for_its_origin);
	tcase_add_test(t, streams_in_pieces);
	tcase_add_test(t, streams_gzip);
	tcase_add_test(t, streams_end_early);
	suite_add_tcase(s, t);
	return s;
}
