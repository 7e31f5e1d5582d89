/* SPDX-License-Identifier: Apache-2.0 */
/* Between http.c, which has the connections, and http_reply.c; nobody else. */
#ifndef IO_HTTP_CONN_H
#define IO_HTTP_CONN_H

#include <stdbool.h>

struct evbuffer;

struct conn_answer {
	struct evbuffer *out;
	bool keep_alive;
	bool is_10; /* a client that must be told of keep-alive */
};

/* Gives up the request of conn; what is put in out is the answer. */
struct conn_answer conn_answer(void *conn);

#endif
