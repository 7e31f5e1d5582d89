/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An error is a code for the machine and a text for the reader: lower case,
 * no full stop, says what was expected. Outputs are untouched on failure.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

#define MUST_CHECK __attribute__((warn_unused_result))

enum err_code {
	ERR_NONE,
	ERR_INPUT,    /* what was sent cannot be understood */
	ERR_AUTH,     /* we do not know who is asking */
	ERR_DENIED,   /* we know, and the answer is no */
	ERR_MISSING,  /* there is no such thing */
	ERR_CONFLICT, /* it contradicts what is there */
	ERR_LIMIT,    /* larger than a documented limit */
	ERR_BUSY,     /* try again later */
	ERR_REMOTE,   /* another service failed */
	ERR_DB,	      /* PostgreSQL failed */
	ERR_BUG,      /* we failed */
	ERR_FORMAT    /* it is of a format that nobody here reads */
};

struct err {
	enum err_code code;
	char text[256];
};

/* Fills e (when not NULL) and returns false, so that callers can return it. */
bool fail(struct err *e, enum err_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
