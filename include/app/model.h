/* SPDX-License-Identifier: Apache-2.0 */
/* The model of likeness in use, for handlers and the resolver: read once, and
 * again when another is. */
#ifndef APP_MODEL_H
#define APP_MODEL_H

#include "base/err.h"
#include "likeness/model.h"

struct db;
struct model_in_use;

struct model_in_use *model_in_use_create(void);
/* No answer may be on its way. Takes NULL. */
void model_in_use_destroy(struct model_in_use *m);
/* done is called once, on a later turn: with the model, which is good until
 * the next is asked for, or with NULL and why not. */
void model_in_use_ask(struct model_in_use *m, struct db *db,
	void (*done)(
		const struct model *model, const struct err *why, void *arg),
	void *arg);

#endif
