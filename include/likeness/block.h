/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocking keys: two portraits are compared where they share one that not too
 * many have. A key is a hash of a few values; its highest byte says of which.
 */
#ifndef LIKENESS_BLOCK_H
#define LIKENESS_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "likeness/model.h"
#include "likeness/portrait.h"

/* Sorted, each once; on the arena. */
size_t block_keys(struct arena *a, const struct portrait *p, int64_t **keys);
/* How many portraits may share a key that counts; more make it one by which
 * nobody is compared. */
int block_cap(int64_t key);
#define BLOCK_TYPES 25
/* Its type, from 0. */
int block_type(int64_t key);
/* Whether portraits that share a key of the type agree by it alone on a
 * comparison, which tells nothing more about them. */
bool block_holds(int type, enum comparison c);
/* Whether those of one household share keys of the type. */
bool block_is_household(int type);

#endif
