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

/*
 * What a kind may do. Strong and fair ones are somebody's; they differ in what
 * proves (below). Weak ones are things: they join only a group that has nobody
 * yet. A record is a sender's own key: it joins, and is nobody's. What never
 * joins hangs beside people, as a shared identifier does.
 */
enum kind_class {
	KIND_PROOF = 1, /* strong */
	KIND_PERSONAL,	/* fair */
	KIND_DEVICE,	/* weak */
	KIND_RECORD,	/* record */
	KIND_NEVER	/* never */
};

struct kind {
	const char *name;
	unsigned rank; /* 1 is the highest; kinds may tie */
	enum kind_class class;
	/* Person-proof at this assurance or better; POLICY_NEVER: never. */
	unsigned proves;
	unsigned holds;	 /* values one profile may hold; 0: no limit */
	unsigned people; /* who may share one value; more make it shared */
	unsigned needs;	 /* known less well, it links nothing; 0: as asserted */
	bool recycled;	 /* given to somebody else when it falls free */
	/* Values that join nobody, patterns as in fnmatch(3); or NULL. Beside
	 * those that are no identifiers at all (identifier_blocked). */
	const char **blocked;
};

#define POLICY_NEVER 255u

struct policy {
	struct kind *kinds;
	size_t count, cap;
	unsigned crowd;	 /* values of one personal kind beside an identifier */
	int64_t silence; /* a stay ends after so long a silence, in us */
	bool likeness;	 /* groups that are alike are one person */
	/* Sources whose traits tell nothing of it; NULL at the end, or NULL. */
	const char **unlike;
};

/* The word for a class, and back (0 where there is none). */
const char *kind_class_word(enum kind_class class);
enum kind_class kind_class_parse(struct span word);
/* The shipped defaults, on the arena, free to be changed. */
struct policy *policy_create(struct arena *a);
/* A copy on the arena, free to be changed. Texts stay where they are. */
struct policy *policy_copy(struct arena *a, const struct policy *from);
/* A digest of all of it, in hex, on the arena: the same for two policies that
 * say the same, so that profiles can tell what they were made by. */
char *policy_digest(struct arena *a, const struct policy *policy);
/* Whether a normalised value joins nobody by the policy. */
bool policy_blocks(const struct kind *kind, struct span value);
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
