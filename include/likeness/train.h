/* SPDX-License-Identifier: Apache-2.0 */
/* Models from portraits without labels. */
#ifndef LIKENESS_TRAIN_H
#define LIKENESS_TRAIN_H

#include "likeness/model.h"
#include "likeness/portrait.h"

/*
 * A model of these, sorted by id, on the arena. u is counted on pairs taken by
 * a fixed rule. m and the shares of households come of expectation and
 * maximisation (Dempster, Laird and Rubin, 1977) over how often each pattern of
 * levels is seen, in sessions: each takes the pairs that share one type of
 * blocking key, and learns of the comparisons that the key does not hold. What
 * the shipped model believes counts as if it had been seen a few times. The
 * same portraits give the same model.
 */
struct model *model_train(
	struct arena *a, const struct portrait *portraits, size_t count);

#endif
