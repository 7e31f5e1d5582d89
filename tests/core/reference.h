/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole computation, without a graph: stays by sorting times and cutting
 * at silences, then one resolve() over everything. What the store holds must
 * be this, to the byte (invariant 4).
 */
#ifndef TESTS_CORE_REFERENCE_H
#define TESTS_CORE_REFERENCE_H

#include "core/resolve.h"
#include "world.h"

/* What a world met; of rules that were never met it would prove nothing. */
struct met {
	size_t held[HELD_NAMES + 1];
	size_t crowded;	  /* shared by too many values of a personal kind */
	size_t claimed;	  /* shared by too many proof values */
	size_t stays;	  /* beyond the first of their touchpoints */
	size_t nobody;	  /* stays without an owner */
	size_t ownerless; /* stays all of whose identifiers are shared */
	size_t decided;	  /* joins by a steward's word */
	size_t withdrawn; /* words of stewards that were */
	size_t tenures;	  /* beyond the first of their identifiers */
	size_t largest;	  /* group */
};

/* events, as a page; met is added to, and may be NULL. */
char *reference_page(struct arena *a, const struct policy *policy,
	const struct happening *const *events, size_t count, struct met *met);

#endif
