/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The policy: what each kind of identifier proves, and how many of it one
 * person may have. Plain data; the same policy and the same input give the
 * same profiles for ever.
 */
#ifndef CORE_POLICY_H
#define CORE_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "core/event.h"

enum kind_class { KIND_PROOF = 1, KIND_PERSONAL, KIND_DEVICE, KIND_RECORD };

struct kind {
	const char *name;
	unsigned rank; /* 1 is the highest; kinds may tie */
	enum kind_class class;
	/* Person-proof at this assurance or better; POLICY_NEVER: never. */
	unsigned proves;
	unsigned holds;	 /* values one profile may hold; 0: no limit */
	unsigned people; /* who may share one value; more make it shared */
};

#define POLICY_NEVER 255u

struct policy {
	struct kind *kinds;
	size_t count, cap;
	unsigned crowd;	 /* values of one personal kind beside an identifier */
	int64_t silence; /* a stay ends after so long a silence, in us */
};

/* The shipped defaults, on the arena, free to be changed. */
struct policy *policy_create(struct arena *a);
/*
 * The index of the kind in policy->kinds. A kind not in the table is added
 * as a personal one; indexes never change, and nothing is decided by them.
 */
size_t policy_kind(struct arena *a, struct policy *policy, struct span name);
/* Whether a value of the kind, known so well, proves a person. */
bool policy_proves(const struct kind *kind, enum assurance assurance);
/* Personal or proof: the kinds that are somebody's, not some thing's. */
bool policy_is_personal(const struct kind *kind);

#endif
