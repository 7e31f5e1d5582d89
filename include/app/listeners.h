/* SPDX-License-Identifier: Apache-2.0 */
/* The sockets that a configuration names, opened or taken over from systemd. */
#ifndef APP_LISTENERS_H
#define APP_LISTENERS_H

#include <stdbool.h>

#include "base/err.h"

struct http;

/* Sockets that the process was started with, each until it is taken. */
struct passed {
	int first, count;
};

/* Each of the texts (listen.h, NULL at the end) for http. *port is that of the
 * first that has one, or else 0. */
bool listeners_open(struct http *http, const char *const *texts,
	struct passed *passed, int *port, struct err *e) MUST_CHECK;

#endif
