/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/models.h"

#include <string.h>

#include "core/json.h"
#include "store/sql.h"

static bool
is_number(const char *text)
{
	size_t n = strlen(text);

	return n && n < 18 && strspn(text, "0123456789") == n;
}

struct model *
models_load(
	struct ctl *ctl, struct arena *a, const char *version, struct err *e)
{
	const char *none = NULL;
	struct ctl_rows rows;
	bool ok;

	if (version && !strcmp(version, MODEL_SHIPPED))
		return model_create(a);
	if (version && !is_number(version)) {
		fail(e, ERR_INPUT,
			"want the number of a model, or \"" MODEL_SHIPPED
			"\", not \"%s\"",
			version);
		return NULL;
	}
	ok = version ? ctl_query(ctl, sql_model_read, 1, &version, &rows, e)
		     : ctl_query(ctl, sql_model_used, 1, &none, &rows, e);
	if (!ok)
		return NULL;
	if (rows.rows)
		return model_parse(a,
			json_read(a, span_of(ctl_value(&rows, 0, 1)), NULL), e);
	if (!version)
		return model_create(a);
	fail(e, ERR_MISSING, "no model %s; see: unifyctl model list", version);
	return NULL;
}
