/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole identity graph, made from the journal with the daemon's own pure
 * code: what verify compares and replay writes. Streams in the order of the
 * journal's keys; what stays in memory are identifiers, touchpoints and stays.
 */
#ifndef CTL_RECOUNT_H
#define CTL_RECOUNT_H

#include "core/graph.h"
#include "ctl/command.h"
#include "ctl/recount_likeness.h"

struct recount {
	struct graph *whole; /* grouped; on its own arena */
	uint64_t events;
	struct whole_likeness likeness; /* where the policy wants it */
};

/* Some whole touchpoints with all their events, folded, numbered from 1. */
typedef bool (*recount_chunk)(void *arg, struct graph *chunk, struct err *e);

/* By this policy, and by this model of likeness; NULL: by the one in use. ctl's
 * connection is in a transaction that sees one snapshot. pending: also what the
 * resolver has not taken yet. Shows its progress on a
 * terminal. */
bool recount_journal(struct ctl *ctl, const struct policy *policy,
	const struct model *model, bool pending, recount_chunk each, void *arg,
	struct recount *recount, struct err *e) MUST_CHECK;
/* The same in two steps: nothing is grouped after the first. */
bool recount_read(struct ctl *ctl, const struct policy *policy, bool pending,
	recount_chunk each, void *arg, struct recount *recount,
	struct err *e) MUST_CHECK;
bool recount_group(struct ctl *ctl, const struct model *model,
	struct recount *recount, struct err *e) MUST_CHECK;
void recount_clear(struct recount *recount);

/* Progress on stderr: a bar with rate and time left on a terminal, a line in
 * ten seconds elsewhere; nothing with --json. total may be 0: not known. */
struct progress {
	const char *what;
	uint64_t total, done;
	double started, shown;
	bool quiet;
};
void progress_start(struct progress *p, const struct ctl *ctl, const char *what,
	uint64_t total);
void progress_add(struct progress *p, uint64_t done);
void progress_end(struct progress *p);

#endif
