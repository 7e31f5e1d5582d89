/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gate in front of the HTTP parser: looks at the bytes of one HTTP/1
 * request head and lets pass only what every server and proxy reads alike.
 * llhttp is lenient where request smuggling begins, so nothing reaches it
 * that did not pass here. A pure function: no state, no allocation.
 */
#ifndef IO_HEAD_H
#define IO_HEAD_H

#include <stddef.h>

#include "base/span.h"

struct head_limits {
	size_t target; /* bytes of the request target, else 414 */
	size_t bytes;  /* bytes of the whole head, else 431 */
	size_t lines;  /* field lines, else 431 */
};

extern const struct head_limits head_limits_default;

enum head_state {
	HEAD_MORE, /* no end yet, and nothing wrong so far */
	HEAD_OK,   /* *head_len bytes, the last CRLFCRLF included */
	HEAD_BAD   /* answer *status because of *why, and close */
};

/*
 * Call it again from the same first byte when more has come. Bytes after the
 * head are not looked at. head_len is set on HEAD_OK only, status (400, 414,
 * 417, 431, 501 or 505) and why on HEAD_BAD only; why is a constant, in lower
 * case, that says what was expected and holds nothing that the peer sent.
 */
enum head_state head_check(struct span bytes, const struct head_limits *limits,
	size_t *head_len, int *status, const char **why);

#endif
