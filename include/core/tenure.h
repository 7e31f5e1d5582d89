/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who had a number after whom. Providers give numbers out again: so an
 * identifier of a recycled kind is several nodes of the grouping where it had
 * several holders, a tenure each. A tenure ends where all that name the
 * identifier are silent for longer than the policy's silence and, after that,
 * somebody else is proven to have it: who has another value of a kind of which
 * a person has no more than those, or is called otherwise where names count,
 * and shares no value with the one before. Proof that stands beside it counts,
 * and proof beside another recycled identifier that an attested link ties to
 * it: a provider's account stands or falls with its number. It also ends where
 * the provider says that it was given up (a cut). What is shared is not
 * divided.
 *
 * Between silences an identifier has runs; tenures are made of whole ones.
 * Whether it is shared is counted by run, so that what arrives later, which
 * can only make fewer and longer runs, never takes it back.
 */
#ifndef CORE_TENURE_H
#define CORE_TENURE_H

#include "core/link.h"

/* The instants at which the parts of a node begin, ascending. */
struct parts {
	const int64_t *begins;
	size_t count; /* 0: one part */
};

/* An input of which some nodes are divided. */
struct divided {
	struct resolve_input
		in;	   /* first the nodes' first parts, as they were */
	uint32_t *base_of; /* by node: that of the input before */
	int64_t *until; /* by node: when it was given up, or the next begins */
	uint32_t *touchpoint_of; /* by touchpoint before: where its are */
	bool *by_stay;		 /* by touchpoint before: one for each stay */
};

/* By node: its runs, or with cut the pieces of them between cuts. NULL where no
 * node has several. */
struct parts *tenure_runs(struct arena *a, const struct policy *policy,
	const struct resolve_input *in, bool cut);
/* When the last of a node's runs begins; INT64_MIN where it has but one. */
int64_t tenure_last_run(const struct parts *runs, uint32_t node);
/* By node of in: its tenures, of work done on its pieces. */
struct parts *tenure_find(const struct work *w, const struct parts *pieces,
	const struct resolve_input *in);
/* parts: by node; NULL: each is one. */
struct divided tenure_divide(struct arena *a, const struct policy *policy,
	const struct resolve_input *in, const struct parts *parts);

#endif
