/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Profiles' records, read in two statements: what the resolver has made of the
 * profile, all of one snapshot, and then its newest events, of a journal that
 * was only added to meanwhile (but by a reparse, after which the resolver's
 * part is made anew). Nothing is kept from one read to the next, so a record is
 * what is committed, whoever wrote it: another daemon, or a replay's swap.
 *
 * To begin and end a statement takes PostgreSQL as long as to read a profile.
 * So a read goes out at once where little is to be done, and those that come
 * meanwhile go out together, in one statement for all: the more there is to do,
 * the less each costs. One that fails for its content fails alone.
 */
#ifndef STORE_PROFILE_H
#define STORE_PROFILE_H

#include "io/pool.h"

struct event_base;
struct profiles;

/* Holds for the time of the callback. record: NULL where the identifier is no
 * profile's, or where failed tells why there is none. */
typedef void (*profile_done)(
	const char *record, const struct db_result *failed, void *arg);

/* They read by the pool, whose connections others may use too. */
struct profiles *profiles_create(struct event_base *base, struct pool *pool);
/* Who waits is never answered. After the pool's end; takes NULL. */
void profiles_destroy(struct profiles *p);
/* Reads the record of the profile that has the identifier, a UUID, for somebody
 * who waits: hears after DB_ASK_MS that nothing came. done is called later. */
void profiles_read(struct profiles *p, const char *identifier,
	profile_done done, void *arg);

#endif
