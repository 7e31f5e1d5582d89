/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection is in one of seven states; state_set alone changes them and
 * starts the deadline of the new one. A connection is freed by conn_close
 * alone, which is the last thing that a callback of libevent does. reply()
 * never frees one, so a handler may answer from within on_request or later;
 * the next request is looked at when the answer has gone out, from on_write.
 */
#include "io/http.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "io/crowd.h"
#include "io/head.h"
#include "io/http_conn.h"
#include "io/listen.h"
#include "io/message.h"
#include "io/now.h"
#include "io/proxy.h"
#include "io/room.h"
#include "io/stream.h"
#include "io/tls.h"

#define READ_MAX 65536 /* buffered; more than a head may have */
#define LINGER_MAX 65536
#define LINGER_SECONDS 1
#define RETRY_SECONDS 1
#define DRAIN_SECONDS 1
#define GRACE_SECONDS 5 /* before the pace of a body counts */
#define AWAY_MAX 64	/* connections that are only to hear that we are full */
#define STREAM_MAX 65536 /* bytes of a stream that wait to be decoded */

enum state {
	PROXY,	 /* the header of a proxy comes in */
	HEAD,	 /* between requests, or a head comes in */
	BODY,	 /* the head was good */
	STREAM,	 /* a handler has the request, and asked for more of its body */
	BUSY,	 /* a handler has the request; nothing is read */
	SENDING, /* the answer goes out; nothing is read */
	LINGER	 /* sent and shut; what comes is thrown away */
};

struct conn {
	struct http *http;
	struct conn *next, **at; /* *at is this one */
	struct bufferevent *bev; /* PROXY: NULL */
	int fd;
	bool tls;
	struct event *ahead; /* PROXY: more of the header is there */
	struct event *deadline;
	enum state state;
	struct message message;
	struct peer peer;
	struct crowd_member *among; /* those of its address */
	struct request *asked;	    /* BUSY: what the handler has */
	int away;    /* 0, or the status that it is turned away with */
	bool served; /* it had an answer before */
	bool begun;  /* HEAD: the first byte of one has come */
	bool last;   /* the next answer is the last */
	bool eof;    /* the client will send no more */
	size_t drained;
	size_t coming;		/* BODY: what of the body has come */
	struct room_part *part; /* of the request in hand; NULL: no body */
	int64_t since, waited;	/* BODY, STREAM: for this body; µs */
	int64_t came;		/* BUSY: when its body was whole */
	size_t want;		/* STREAM: what the handler asked for */
	request_piece piece;
	void *piece_arg;
};

struct listener {
	struct listener *next;
	struct http *http;
	struct evconnlistener *socket;
	bool tls, proxy;
};

struct http {
	struct event_base *base;
	struct http_options options;
	void (*on_request)(struct request *, void *arg);
	void *arg;
	struct listener *listeners; /* NULL when draining */
	struct tls *tls;
	struct event *retry;
	bool draining;
	struct conn *conns;
	struct crowd *crowd;
	struct room *room;
	size_t count, away;
	size_t coming; /* bytes of bodies */
};

static void *
must(void *p)
{
	if (!p)
		abort();
	return p;
}

static void
deadline_in(struct conn *c, int64_t us)
{
	struct timeval tv = { us / CLOCK_SECOND, us % CLOCK_SECOND };

	event_add(c->deadline, &tv);
}

static void
deadline_set(struct conn *c, int seconds)
{
	deadline_in(c, seconds * CLOCK_SECOND);
}

static int
lesser(int a, int b)
{
	return a < b ? a : b;
}

/* When the body will be late if nothing more of it comes; false: it is. Only
 * the time counts in which we waited for the client. */
static bool
deadline_for_body(struct conn *c)
{
	const struct http_limits *l = &c->http->options.limits;
	double may = lesser(GRACE_SECONDS, l->body_seconds) +
		     (double)c->message.len / (double)l->body_rate;
	int64_t left;

	if (c->state == BODY && may > l->body_seconds)
		may = l->body_seconds;
	left = (int64_t)(may * CLOCK_SECOND) - c->waited -
	       (now_us() - c->since);
	if (left > 0)
		deadline_in(c, left);
	return left > 0;
}

/* For the first byte of a head. */
static int
quiet_seconds(const struct conn *c)
{
	const struct http_limits *l = &c->http->options.limits;

	if (c->away)
		return LINGER_SECONDS;
	return c->served ? l->idle_seconds
			 : lesser(l->idle_seconds, l->head_seconds);
}

static void
state_set(struct conn *c, enum state state)
{
	if (c->state == BODY || c->state == STREAM)
		c->waited += now_us() - c->since;
	c->state = state;
	switch (state) {
	case PROXY:
		deadline_set(c, c->http->options.limits.head_seconds);
		return;
	case HEAD:
		c->begun = false;
		deadline_set(c, quiet_seconds(c));
		break;
	case BODY:
	case STREAM:
		c->since = now_us();
		if (!deadline_for_body(c))
			deadline_in(c, 0);
		break;
	case BUSY:
		event_del(c->deadline);
		break;
	case SENDING:
		deadline_set(c, c->http->options.limits.body_seconds);
		break;
	case LINGER:
		deadline_set(c, LINGER_SECONDS);
		break;
	}
	if (state == BUSY || state == SENDING)
		bufferevent_disable(c->bev, EV_READ);
	else if (!c->eof)
		bufferevent_enable(c->bev, EV_READ);
}

/* Tells who waits for a piece that none will come. */
static void
give_up(struct request *r, request_piece piece, void *arg)
{
	piece(r, (struct span){ NULL, 0 }, BODY_GONE, arg);
}

static void
conn_close(struct conn *c)
{
	struct request *r = c->asked;
	request_piece piece = c->state == STREAM ? c->piece : NULL;
	void *arg = c->piece_arg;

	*c->at = c->next;
	if (c->next)
		c->next->at = c->at;
	c->http->count--;
	c->http->away -= c->away != 0;
	c->http->coming -= c->coming;
	crowd_leave(c->among);
	message_discard(&c->message);
	event_free(c->deadline);
	if (c->ahead)
		event_free(c->ahead);
	if (c->bev)
		bufferevent_free(c->bev);
	else
		close(c->fd);
	free(c);
	if (r)
		r->conn = NULL;
	if (piece)
		give_up(r, piece, arg);
}

/* The handler's now; *c is not to be touched after on_request. */
static struct request *
hand_over(struct conn *c)
{
	c->http->coming -= c->coming;
	c->coming = 0;
	c->asked = message_take(&c->message);
	c->asked->conn = c;
	state_set(c, BUSY);
	return c->asked;
}

struct conn_answer
conn_answer(void *conn)
{
	struct conn *c = conn;

	c->asked = NULL;
	if (c->part && !c->message.stream && c->came)
		room_answered(c->http->room, now_us() - c->came, now_us());
	/* What was not read of a body would be taken for the next head. */
	if (!c->message.keep_alive || c->http->draining || !c->message.whole)
		c->last = true;
	stream_destroy(c->message.stream);
	c->message.stream = NULL;
	state_set(c, SENDING);
	return (struct conn_answer){
		.out = bufferevent_get_output(c->bev),
		.keep_alive = !c->last,
		.is_10 = c->message.is_10,
	};
}

static const char *
code_of(int status)
{
	switch (status) {
	case 408:
		return "timeout";
	case 413:
		return "too_large";
	case 415:
		return "unsupported_encoding";
	case 429:
		return "too_many_requests";
	case 503:
		return "busy";
	case 501:
	case 505:
		return "not_implemented";
	default:
		return "bad_request";
	}
}

static void
answer(struct conn *c, int status, const char *why)
{
	const char *extra = NULL;

	/* RFC 9110, section 12.5.3: which codings would have been good. */
	if (status == 415)
		extra = "Accept-Encoding: gzip, zstd\r\n";
	if (status == 429 || status == 503)
		extra = "Retry-After: 1\r\n";
	reply_problem(hand_over(c), status, code_of(status), why, extra);
}

/* Where the framing is lost, the client late or turned away: answers, then
 * closes. */
static void
refuse(struct conn *c, int status, const char *why)
{
	c->last = true;
	answer(c, status, why);
}

/* More bytes are needed; a client that will send none is done with. */
static bool
await_more(struct conn *c)
{
	if (c->eof)
		conn_close(c);
	return false;
}

static void
go_ahead(struct conn *c)
{
	if (c->message.expects)
		evbuffer_add_printf(bufferevent_get_output(c->bev),
			"HTTP/1.1 100 Continue\r\n\r\n");
	c->message.expects = false;
}

/* Who asks, through the proxies that we trust. Each adds to the field, or adds
 * a field. */
static struct peer
asking(const struct conn *c, const struct request *r)
{
	const struct http_limits *l = &c->http->options.limits;
	struct peer peer = c->peer;

	for (size_t i = r->header_count; i; i--)
		if (span_is_nocase(r->headers[i - 1].name, "x-forwarded-for"))
			peer = peer_asking(&peer, r->headers[i - 1].value,
				l->trusted, l->trusted_count);
	return peer;
}

static bool
no_room(struct conn *c)
{
	c->message.status = 503;
	c->message.why = "expected less to do at once";
	return false;
}

/* What is no longer than what waits of a stream is read whole, as others are.
 */
static bool
is_short(const struct message *m)
{
	return m->parser.flags & F_CONTENT_LENGTH && m->coding == CODING_NONE &&
	       m->parser.content_length <= STREAM_MAX;
}

/* How long the body may be, and whether it streams. */
static bool
expect_body(struct conn *c)
{
	struct http *http = c->http;
	struct message *m = &c->message;
	struct request *r = m->request;
	struct http_body body = http->options.body(r, http->arg);

	c->waited = c->came = 0;
	c->part = NULL;
	r->streams = body.streams && !is_short(m);
	if (!message_expect(m, body.max, r->streams))
		return false;
	if (m->whole)
		return true;
	if (r->streams) {
		c->part = room_enter(http->room, r->arena, STREAM_MAX, true);
		return c->part || no_room(c);
	}
	/* A short one is read first, and the client may stay: to connect again
	 * would only be more to do. */
	if ((m->expects || m->parser.content_length > READ_MAX) &&
		room_is_full(http->room, false))
		return no_room(c);
	return true;
}

/* False when there is nothing more to do now, or *c may be gone. */
static bool
take_head(struct conn *c)
{
	struct evbuffer *in = bufferevent_get_input(c->bev);
	size_t len = evbuffer_get_length(in);
	struct span bytes;
	const char *why = NULL;
	int status = 0;

	if (!len)
		return await_more(c);
	if (!c->begun) {
		c->begun = true;
		deadline_set(c, c->away ? LINGER_SECONDS
					: c->http->options.limits.head_seconds);
	}
	if (len > head_limits_default.bytes)
		len = head_limits_default.bytes;
	bytes = (struct span){ (char *)evbuffer_pullup(in, (ev_ssize_t)len),
		len };
	switch (head_check(bytes, &head_limits_default, &len, &status, &why)) {
	case HEAD_MORE:
		return await_more(c);
	case HEAD_BAD:
		refuse(c, status, why);
		return false;
	default:
		break;
	}
	bytes.len = len;
	if (!message_head(&c->message, bytes)) {
		refuse(c, c->message.status, c->message.why);
		return false;
	}
	if (c->away) {
		refuse(c, c->away, "expected fewer connections at once");
		return false;
	}
	c->message.request->peer = asking(c, c->message.request);
	if (!expect_body(c)) {
		refuse(c, c->message.status, c->message.why);
		return false;
	}
	evbuffer_drain(in, len);
	/* Not when the body comes already (RFC 9110, section 10.1.1). */
	c->message.expects = c->message.expects && !c->message.whole &&
			     !evbuffer_get_length(in);
	if (c->message.request->streams) {
		c->http->on_request(hand_over(c), c->http->arg);
		return false;
	}
	go_ahead(c);
	state_set(c, BODY);
	return true;
}

static void
come(struct conn *c, size_t bytes)
{
	c->http->coming = c->http->coming - c->coming + bytes;
	c->coming = bytes;
}

/* What is buffered goes to the message, as long as no stream has enough to
 * decode. False: it is no good. */
static bool
feed_body(struct conn *c)
{
	struct evbuffer *in = bufferevent_get_input(c->bev);
	struct message *m = &c->message;

	while (!m->whole && evbuffer_get_length(in) &&
		!(m->stream && stream_waiting(m->stream) > STREAM_MAX)) {
		size_t used, len = evbuffer_get_contiguous_space(in);
		struct span bytes = { NULL, len ? len : 1 };

		bytes.data = (char *)evbuffer_pullup(in, (ev_ssize_t)bytes.len);
		if (!message_body(m, bytes, &used))
			return false;
		evbuffer_drain(in, used);
	}
	if (!m->stream)
		come(c, m->len);
	return c->http->coming <= c->http->options.limits.max_coming ||
	       no_room(c);
}

/* What came is worked on, if there is room for it. */
static bool
begin_work(struct conn *c)
{
	struct request *r = c->message.request;

	if (!r->body.len)
		return true;
	c->part = room_enter(c->http->room, r->arena, r->body.len, false);
	return c->part || no_room(c);
}

static bool
take_body(struct conn *c)
{
	struct message *m = &c->message;
	struct http *http = c->http;

	if (!feed_body(c)) {
		refuse(c, m->status, m->why);
		return false;
	}
	if (!m->whole)
		return await_more(c);
	/* The framing is good: the next request can be read. */
	if (!message_decode(m) || !begin_work(c)) {
		answer(c, m->status, m->why);
		return false;
	}
	c->came = now_us();
	http->on_request(hand_over(c), http->arg);
	return false;
}

/* The piece that was asked for, if it is there. */
static void
take_piece(struct conn *c)
{
	struct evbuffer *in = bufferevent_get_input(c->bev);
	struct message *m = &c->message;
	struct span piece;

	do {
		if (!feed_body(c) || !stream_pull(m->stream, c->want, m->whole,
					     &m->status, &m->why)) {
			state_set(c, BUSY);
			give_up(c->asked, c->piece, c->piece_arg);
			return;
		}
		piece = stream_piece(m->stream);
	} while (piece.len < c->want && !m->whole && evbuffer_get_length(in));
	if (piece.len >= c->want) {
		state_set(c, BUSY);
		c->piece(c->asked, piece, BODY_MORE, c->piece_arg);
	} else if (m->whole) {
		state_set(c, BUSY);
		c->piece(c->asked, piece, BODY_END, c->piece_arg);
	} else if (c->eof) {
		conn_close(c);
	}
}

void
request_read(struct request *r, size_t used, size_t want, request_piece done,
	void *arg)
{
	struct conn *c = r->conn;

	if (!c) {
		give_up(r, done, arg);
		return;
	}
	stream_drop(c->message.stream, used);
	/* However full it is: a stream that has begun goes on. */
	if (c->part)
		room_hold(c->part, STREAM_MAX + want);
	c->want = want;
	c->piece = done;
	c->piece_arg = arg;
	go_ahead(c);
	state_set(c, STREAM);
	take_piece(c);
}

void
request_abandon(struct request *r)
{
	struct conn *c = r->conn;

	if (c && c->message.status)
		reply_problem(r, c->message.status, code_of(c->message.status),
			c->message.why, NULL);
	else
		arena_destroy(r->arena);
}

static void
linger(struct conn *c)
{
	if (c->tls)
		tls_end(c->bev);
	if (c->eof || shutdown(c->fd, SHUT_WR) != 0) {
		conn_close(c);
		return;
	}
	state_set(c, LINGER);
}

static void
drain_input(struct conn *c)
{
	struct evbuffer *in = bufferevent_get_input(c->bev);

	c->drained += evbuffer_get_length(in);
	evbuffer_drain(in, evbuffer_get_length(in));
	if (c->drained > LINGER_MAX)
		conn_close(c);
}

/* Goes on with what is buffered. */
static void
go_on(struct conn *c)
{
	bool more = true;

	while (more) {
		if (c->state == HEAD)
			more = take_head(c);
		else
			more = take_body(c);
	}
}

static void
on_read(struct bufferevent *bev, void *arg)
{
	struct conn *c = arg;

	(void)bev;
	if (c->state == LINGER)
		drain_input(c);
	else if (c->state == STREAM)
		take_piece(c);
	else if (c->state == HEAD || c->state == BODY)
		go_on(c);
}

static void
on_write(struct bufferevent *bev, void *arg)
{
	struct conn *c = arg;
	bool waiting = evbuffer_get_length(bufferevent_get_input(bev)) > 0;

	/* It may be about a 100 that went out before. */
	if (c->state != SENDING ||
		evbuffer_get_length(bufferevent_get_output(bev)))
		return;
	if (c->last || (!waiting && c->http->draining)) {
		linger(c);
	} else {
		c->served = true;
		state_set(c, HEAD);
		go_on(c);
	}
}

static void
on_event(struct bufferevent *bev, short what, void *arg)
{
	struct conn *c = arg;

	(void)bev;
	if (what == BEV_EVENT_CONNECTED) /* the handshake of TLS */
		return;
	c->eof = true;
	/* Who only shut the sending side still waits for answers. */
	if ((what & BEV_EVENT_EOF) && c->state == STREAM)
		take_piece(c);
	else if (!(what & BEV_EVENT_EOF) ||
		 (c->state != BUSY && c->state != SENDING))
		conn_close(c);
}

static void
on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;

	(void)fd;
	(void)what;
	/* It may be less late than when the time was set. */
	if ((c->state == STREAM || c->state == BODY) && deadline_for_body(c))
		return;
	if (c->state == STREAM) {
		c->message.status = 408;
		c->message.why = "expected more of the body sooner";
		state_set(c, BUSY);
		give_up(c->asked, c->piece, c->piece_arg);
	} else if (c->state == BODY || (c->state == HEAD && c->begun)) {
		refuse(c, 408, "expected the request sooner");
	} else {
		conn_close(c);
	}
}

/* It is known whose it is: what it says is read. */
static void
conn_begin(struct conn *c)
{
	struct http *http = c->http;
	const struct http_limits *l = &http->options.limits;
	size_t of_address = 0;

	if (!peer_within(&c->peer, l->trusted, l->trusted_count))
		c->among = crowd_enter(
			http->crowd, peer_key(&c->peer), &of_address);
	if (!c->away && of_address > l->max_per_address) {
		c->away = 429;
		http->away++;
	}
	if (c->tls)
		c->bev = tls_accept(http->tls, http->base, c->fd);
	else
		c->bev = must(bufferevent_socket_new(http->base, c->fd,
			BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS));
	bufferevent_setcb(c->bev, on_read, on_write, on_event, c);
	bufferevent_setwatermark(c->bev, EV_READ, 0, READ_MAX);
	state_set(c, HEAD);
	if (http->away > AWAY_MAX)
		conn_close(c);
}

/* How many bytes must be there before we are woken. */
static void
wake_at(int fd, size_t bytes)
{
	int low = (int)bytes;

	setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &low, sizeof(low));
}

/* The header is looked at and taken only whole, so that what follows it, TLS
 * perhaps, is not touched. */
static void
on_ahead(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;
	char bytes[PROXY_MAX];
	ssize_t there = recv(fd, bytes, sizeof(bytes), MSG_PEEK);
	struct span first = { bytes, there > 0 ? (size_t)there : 0 };
	size_t len = proxy_len(first);

	(void)what;
	if (first.len >= PROXY_FIRST && len > first.len) {
		wake_at(fd, len);
		event_add(c->ahead, NULL);
		return;
	}
	if (!len || recv(fd, bytes, len, 0) != (ssize_t)len) {
		conn_close(c);
		return;
	}
	wake_at(fd, 1);
	event_free(c->ahead);
	c->ahead = NULL;
	proxy_peer((struct span){ bytes, len }, &c->peer);
	conn_begin(c);
}

static void
conn_open(struct listener *from, evutil_socket_t fd, const struct peer *peer)
{
	struct http *http = from->http;
	const struct http_limits *l = &http->options.limits;
	struct conn *c = must(calloc(1, sizeof(*c)));
	int one = 1;

	/* Each answer is one write; Nagle would only hold it back. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	c->http = http;
	c->fd = fd;
	c->tls = from->tls;
	c->peer = *peer;
	c->next = http->conns;
	c->at = &http->conns;
	if (c->next)
		c->next->at = &c->next;
	http->conns = c;
	if (http->count++ - http->away >= l->max_connections)
		c->away = 503;
	http->away += c->away != 0;
	c->deadline = must(event_new(http->base, -1, 0, on_deadline, c));
	if (!from->proxy) {
		conn_begin(c);
	} else if (!peer_within(peer, l->trusted, l->trusted_count)) {
		conn_close(c);
	} else {
		state_set(c, PROXY);
		wake_at(fd, PROXY_FIRST);
		c->ahead =
			must(event_new(http->base, fd, EV_READ, on_ahead, c));
		event_add(c->ahead, NULL);
	}
}

static void
on_accept(struct evconnlistener *listener, evutil_socket_t fd,
	struct sockaddr *address, int len, void *arg)
{
	/* Linux tells nothing of who comes to a unix socket. */
	struct sockaddr_storage none = { .ss_family = AF_UNIX };
	struct peer peer =
		peer_of(len > 0 ? address : (struct sockaddr *)&none);

	(void)listener;
	conn_open(arg, fd, &peer);
}

/* Out of descriptors, say: the socket stays readable, so we must look away. */
static void
on_accept_error(struct evconnlistener *listener, void *arg)
{
	struct http *http = ((struct listener *)arg)->http;
	struct timeval tv = { RETRY_SECONDS, 0 };

	evconnlistener_disable(listener);
	event_add(http->retry, &tv);
}

void
http_release(struct http *http)
{
	http->options.held = false;
	for (struct listener *l = http->listeners; l; l = l->next)
		evconnlistener_enable(l->socket);
}

static void
on_retry(evutil_socket_t fd, short what, void *arg)
{
	struct http *http = arg;

	(void)fd;
	(void)what;
	http_release(http);
}

struct http *
http_create(struct event_base *base, const struct http_options *options,
	void (*on_request)(struct request *, void *arg), void *arg)
{
	struct http *http = must(calloc(1, sizeof(*http)));

	/* libevent writes with writev, which cannot say MSG_NOSIGNAL. */
	signal(SIGPIPE, SIG_IGN);
	http->base = base;
	http->options = *options;
	http->on_request = on_request;
	http->arg = arg;
	http->crowd = crowd_create();
	http->room = room_create(options->limits.max_held);
	http->retry = must(event_new(base, -1, 0, on_retry, http));
	return http;
}

void
http_listen(struct http *http, int fd, const struct listen *how)
{
	struct listener *l = must(calloc(1, sizeof(*l)));

	l->http = http;
	l->tls = how->tls;
	l->proxy = how->proxy;
	evutil_make_socket_nonblocking(fd);
	l->socket = must(evconnlistener_new(http->base, on_accept, l,
		LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC |
			(http->options.held ? LEV_OPT_DISABLED : 0),
		0, fd));
	evconnlistener_set_error_cb(l->socket, on_accept_error);
	l->next = http->listeners;
	http->listeners = l;
}

void
http_set_tls(struct http *http, struct tls *tls)
{
	http->tls = tls;
}

static void
listeners_destroy(struct http *http)
{
	struct listener *l;

	while ((l = http->listeners)) {
		http->listeners = l->next;
		evconnlistener_free(l->socket);
		free(l);
	}
}

void
http_set_limits(struct http *http, const struct http_limits *limits)
{
	http->options.limits = *limits;
	room_set_max(http->room, limits->max_held);
}

void
http_drain(struct http *http)
{
	http->draining = true;
	listeners_destroy(http);
	/* A request may be on its way: it is not to meet a closed door. */
	for (struct conn *c = http->conns; c; c = c->next)
		if (c->state == HEAD && !c->begun)
			deadline_set(c, DRAIN_SECONDS);
}

size_t
http_connections(const struct http *http)
{
	return http->count;
}

void
http_destroy(struct http *http)
{
	if (!http)
		return;
	/* conn_close takes the first from the list by its own pointer to it,
	 * which the analyzer does not follow. */
	while (http->conns)
		conn_close(http->conns); /* NOLINT */
	listeners_destroy(http);
	event_free(http->retry);
	crowd_destroy(http->crowd);
	room_destroy(http->room);
	free(http);
}
