/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The RESOLVE road: batches of the journal become groups, stays and what
 * hangs on them, each in one transaction that also deletes the batch from
 * append and checks the lease. Invariant 7.
 */
#ifndef APP_RESOLVER_H
#define APP_RESOLVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct db;
struct event_base;
struct policy;
struct resolver;

/* db is the resolver's own. hash_key and policy stay the caller's. */
struct resolver *resolver_create(struct event_base *base, struct db *db,
	struct span hash_key, const struct policy *policy);
/* Resolves by another policy from the next batch on: only if the profiles are
 * made by that one, or it waits for a replay that makes them so. */
void resolver_set_policy(struct resolver *r, const struct policy *policy);
/* There may be something to resolve; otherwise it looks once a second. */
void resolver_kick(struct resolver *r);
/* Whether the last look found nothing left. */
bool resolver_is_idle(const struct resolver *r);
/* Events resolved and parked since it was made. */
uint64_t resolver_resolved(const struct resolver *r);
uint64_t resolver_parked(const struct resolver *r);
/* Pairs of groups that likeness weighed. */
uint64_t resolver_compared(const struct resolver *r);
/* Takes no new batch; done is called once the one in hand is through and the
 * lease is given back. */
void resolver_stop(struct resolver *r, void (*done)(void *), void *arg);
void resolver_destroy(struct resolver *r);

#endif
