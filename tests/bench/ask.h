/* SPDX-License-Identifier: Apache-2.0 */
/* A client that asks and waits, for figures of one thing at a time. What goes
 * wrong ends the program. */
#ifndef TESTS_BENCH_ASK_H
#define TESTS_BENCH_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Microseconds of a clock that never goes back. */
int64_t ask_now(void);
/* A connection to a port of this machine. */
int ask_connect(const char *port);
/* The status of the answer. */
int ask_post(int fd, const char *path, const char *key, const char *type,
	const char *body);
/* How many events the daemon has resolved. */
uint64_t ask_resolved(int fd);
/* Sends an event to the source "events" of mix.conf. */
void ask_event(int fd, const char *key, const char *type, const char *body);
/* Whether these identifiers, a JSON array, are all of one profile. */
bool ask_found(int fd, const char *key, const char *identifiers);

/* Prints how many there are, of at least one, and in milliseconds what half, 99
 * of 100, and all of them took; in microseconds, which it sorts. */
void ask_print(int64_t *took, size_t count);

#endif
