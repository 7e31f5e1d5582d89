/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One HTTP/1 request as its bytes come: a head that passed the gate, then the
 * body, by llhttp; then content-decoding. Knows no socket; for io/http.c.
 */
#ifndef IO_MESSAGE_H
#define IO_MESSAGE_H

#include <llhttp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "io/http.h"
#include "io/stream.h"

struct message {
	llhttp_t parser;
	struct request *request; /* NULL between messages */
	char *body;
	size_t len, cap, max_body;
	size_t header_cap;
	const char *seen; /* to here the bytes at hand were judged */
	size_t framing;	  /* bytes of the body that are not content */
	bool after_cr;	  /* in the framing */
	uint64_t chunk;	  /* bytes of it that have not come */
	bool after_chunk; /* its last byte was the last one seen */
	bool in_value;	  /* of a header field */
	bool headed;	  /* the head has been understood */
	bool whole;	  /* all bytes have come */
	bool keep_alive, is_10;
	enum coding coding;
	bool expects;	       /* the client waits for a 100 */
	struct stream *stream; /* where the body goes, or NULL: held whole */
	int status;	       /* of the refusal */
	const char *why;
};

/* False: m->status and m->why say how to answer; the framing is lost then. */
bool message_head(struct message *m, struct span head);
/* How long the body may be, before the first byte of it; held whole, or given
 * to a stream of m's own. The same for false. */
bool message_expect(struct message *m, size_t max_body, bool streams);
bool message_body(struct message *m, struct span bytes, size_t *used);
/* Decodes the body of a whole message that is held. */
bool message_decode(struct message *m);
/* The request, made when there is none yet: to have what to answer to. */
struct request *message_request(struct message *m);
/* Hands the request over; the message is ready for the next. */
struct request *message_take(struct message *m);
/* Frees what was not taken. */
void message_discard(struct message *m);

#endif
