/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One profile's record, read in two statements: what the resolver has made of
 * the profile, all of one snapshot, and then its newest events, of a journal
 * that was only added to meanwhile; with stays' bounds known, few of its
 * partitions are opened. Nothing is kept from one read to the next, so it is
 * what is committed, whoever writes: another daemon, or a replay's swap.
 */
#ifndef STORE_PROFILE_H
#define STORE_PROFILE_H

#include "base/arena.h"
#include "io/pool.h"

/* record: on the arena; NULL where the identifier is no profile's, or where
 * failed tells why there is none. */
typedef void (*profile_done)(
	const char *record, const struct db_result *failed, void *arg);

/* Reads the record of the profile that has the identifier, for somebody who
 * waits (db_ask). */
void profile_read(struct pool *pool, struct arena *a, const char *identifier,
	profile_done done, void *arg);

#endif
