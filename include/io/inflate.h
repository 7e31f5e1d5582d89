/* SPDX-License-Identifier: Apache-2.0 */
/* Content-Encoding: gzip, with a limit on what comes out (zlib). */
#ifndef IO_INFLATE_H
#define IO_INFLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/*
 * All members of a gzip file, joined. ERR_LIMIT where more than max bytes
 * would come out; ERR_INPUT where it is not gzip, is cut short, or has
 * something behind it.
 */
bool inflate_gzip(struct arena *a, struct span in, size_t max, struct span *out,
	struct err *e) MUST_CHECK;

#endif
