/* SPDX-License-Identifier: Apache-2.0 */
/* A raw HTTP client on the loop of the server that it tests. */
#ifndef TESTS_IO_CLIENT_H
#define TESTS_IO_CLIENT_H

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "io/http.h"
#include "io/listen.h"

static struct event_base *base;

/* Has the server listen on a port that is free, and says which. */
static inline int
listen_somewhere(struct http *http, const char *where)
{
	struct listen how;
	struct err e = { 0 };
	int fd;

	ck_assert_msg(listen_parse(where, &how, &e), "%s", e.text);
	ck_assert_msg(listen_open(&how, &fd, &e), "%s", e.text);
	http_listen(http, fd, &how);
	return listen_port(fd);
}

struct client {
	struct event *event;
	struct evbuffer *in;
	int fd;
	bool eof;
};

struct answer {
	int status;
	char head[1024], body[2048];
};

static inline void
on_bytes(evutil_socket_t fd, short what, void *arg)
{
	struct client *c = arg;

	(void)what;
	if (evbuffer_read(c->in, fd, -1) <= 0) {
		c->eof = true;
		event_del(c->event);
	}
}

static inline void
client_open_at(struct client *c, int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port) };

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	c->fd = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_eq(connect(c->fd, (struct sockaddr *)&to, sizeof(to)), 0);
	evutil_make_socket_nonblocking(c->fd);
	c->in = evbuffer_new();
	c->eof = false;
	c->event = event_new(base, c->fd, EV_READ | EV_PERSIST, on_bytes, c);
	event_add(c->event, NULL);
}

static inline void
client_close(struct client *c)
{
	event_free(c->event);
	evbuffer_free(c->in);
	close(c->fd);
}

static inline void
turn(void)
{
	ck_assert_int_eq(event_base_loop(base, EVLOOP_ONCE), 0);
}

static inline int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* What happens in that time: for tests of slow clients. */
static inline void
turn_for(int ms)
{
	struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

	event_base_loopexit(base, &tv);
	ck_assert_int_eq(event_base_dispatch(base), 0);
}

static inline void
wait_eof(struct client *c)
{
	while (!c->eof)
		turn();
}

/* Until all is sent, or the server has gone. */
static inline void
put(struct client *c, const void *bytes, size_t len)
{
	const char *p = bytes;

	while (len && !c->eof) {
		ssize_t n = send(c->fd, p, len, MSG_NOSIGNAL);

		if (n < 0 && errno != EAGAIN)
			return;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
		event_base_loop(base, EVLOOP_NONBLOCK);
	}
}

static inline void
puts_to(struct client *c, const char *text)
{
	put(c, text, strlen(text));
}

/* The next whole answer. has_body: false after HEAD. */
static inline void
get_answer(struct client *c, bool has_body, struct answer *a)
{
	struct evbuffer_ptr end;
	const char *length;
	size_t head, body;

	memset(a, 0, sizeof(*a));
	while ((end = evbuffer_search(c->in, "\r\n\r\n", 4, NULL)).pos < 0) {
		ck_assert(!c->eof);
		turn();
	}
	head = (size_t)end.pos + 4;
	ck_assert_uint_lt(head, sizeof(a->head));
	evbuffer_remove(c->in, a->head, head);
	ck_assert_int_eq(sscanf(a->head, "HTTP/1.1 %d", &a->status), 1);
	length = strstr(a->head, "Content-Length: ");
	body = length && has_body ? strtoul(length + 16, NULL, 10) : 0;
	ck_assert_uint_lt(body, sizeof(a->body));
	while (evbuffer_get_length(c->in) < body) {
		ck_assert(!c->eof);
		turn();
	}
	evbuffer_remove(c->in, a->body, body);
}

static inline void
has(const char *text, const char *part)
{
	ck_assert_msg(strstr(text, part) != NULL, "no %s in %s", part, text);
}

#endif
