/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP/1 on libevent's listener and bufferevents, with llhttp behind the
 * gate of head.h. Handlers see a struct request and answer once, now or
 * later; sockets and parsers stay in io.
 */
#ifndef IO_HTTP_H
#define IO_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "io/peer.h"

struct event_base;
struct http;
struct listen;
struct tls;

struct http_header {
	struct span name, value;
};

/* Lives until it is answered; everything in it is on its arena. */
struct request {
	struct arena *arena;
	const char *method;	 /* upper case */
	struct span path, query; /* raw; query without the "?" */
	struct http_header *headers;
	size_t header_count;
	bool streams;	      /* the body is to be asked for: request_read */
	struct span body;     /* after transfer- and content-decoding */
	struct span raw_body; /* before content-decoding: what is signed */
	struct peer peer;     /* who asks, though proxies stand between */
	void *conn;	      /* the server's own */
};

/* How the body of a request is to be taken. */
struct http_body {
	size_t max;   /* bytes after decoding; above: 413 */
	bool streams; /* comes piece by piece, to who asks for it */
};

struct http_limits {
	/* Above either, a connection's first request is answered 503 or, where
	 * it is the address that has too many, 429; and far above, none is. */
	size_t max_connections, max_per_address;
	/* For the head of a request, from its first byte; for a body that is
	 * held, and for the client to take an answer; for the next request. */
	int head_seconds, body_seconds, idle_seconds;
	size_t body_rate; /* bytes a second that a body must come at */
	/* Bytes of bodies that come in at once; and of those that handlers
	 * have, until their requests are gone. Above, and above less than
	 * max_held where answers take long, a request with a body is answered
	 * 503. */
	size_t max_coming, max_held;
	/* Networks of proxies: whom they name in X-Forwarded-For is who asks,
	 * and max_per_address is not for them. Not copied. */
	const struct peer_net *trusted;
	size_t trusted_count;
};

struct http_options {
	/* Asked when the head is there, with on_request's arg. */
	struct http_body (*body)(const struct request *, void *arg);
	struct http_limits limits;
	bool held; /* until http_release nobody is let in; the kernel keeps them
		    */
};

/* on_request is called when the body is whole, or when the head is there and
 * the body streams. Errors of framing are answered here, as problem
 * documents. */
struct http *http_create(struct event_base *base,
	const struct http_options *options,
	void (*on_request)(struct request *, void *arg), void *arg);
/* Takes connections from a socket that listens, from now on its own. The words
 * of how say what is spoken there; headers of proxies are believed of
 * limits.trusted alone. */
void http_listen(struct http *http, int fd, const struct listen *how);
void http_release(struct http *http);
/* For connections that come from now on where TLS is spoken; not copied. */
void http_set_tls(struct http *http, struct tls *tls);
/* Other limits, for what comes from now on. */
void http_set_limits(struct http *http, const struct http_limits *limits);
/* No new connections; each is closed with its next answer, or after a second
 * without a request. */
void http_drain(struct http *http);
/* Connections still open. */
size_t http_connections(const struct http *http);
void http_destroy(struct http *http);

/* Answers: once. Pages of any origin may read every answer (CORS), for keys
 * decide and not origins. extra is whole header lines ending in CRLF, or NULL.
 * A client that has gone makes it a no-op; the request is freed either way. */
void reply(struct request *r, int status, const char *content_type,
	struct span body, const char *extra);
/* An RFC 9457 problem document that also has code and message, which
 * Segment's Python client needs to stop retrying. */
void reply_problem(struct request *r, int status, const char *code,
	const char *detail, const char *extra);
enum body_state {
	BODY_MORE, /* there is more to ask for */
	BODY_END,  /* this is all that is left */
	BODY_GONE  /* nothing will come: call request_abandon */
};

typedef void (*request_piece)(
	struct request *r, struct span piece, enum body_state state, void *arg);

/*
 * Asks for the next piece of a body that streams: drops the first used bytes
 * of the last one, and calls done with all that is there once it is want bytes
 * or the end; now or on a later turn. The piece holds until request_read or an
 * answer. Nothing is read from the client meanwhile, and a client that
 * brings too little while it is waited for is gone.
 */
void request_read(struct request *r, size_t used, size_t want,
	request_piece done, void *arg);
/* Instead of an answer to a body that did not come, or was no good: the client
 * hears why, if it is still there. */
void request_abandon(struct request *r);
/* The value of a header, ASCII case aside; empty where there is none. */
struct span request_header(const struct request *r, const char *name);

#endif
