/* SPDX-License-Identifier: Apache-2.0 */
/* Models of likeness, as PostgreSQL keeps them. */
#ifndef CTL_MODELS_H
#define CTL_MODELS_H

#include "ctl/command.h"
#include "likeness/model.h"

/* The one in use where version is NULL; that of a number, or of MODEL_SHIPPED.
 * NULL with ERR_MISSING where there is no such. On the arena. */
#define MODEL_SHIPPED "shipped"
struct model *models_load(struct ctl *ctl, struct arena *a, const char *version,
	struct err *e) MUST_CHECK;

#endif
