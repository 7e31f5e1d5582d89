/* SPDX-License-Identifier: Apache-2.0 */
/* unifyctl migrate: brings the schema to what this program wants. */
#include <stdio.h>
#include <string.h>

#include "ctl/command.h"
#include "store/sql.h"

static int
migrate_run(struct ctl *ctl, int argc, char **argv)
{
	struct ctl_rows rows;
	struct err e;

	(void)argv;
	if (argc) {
		fputs("usage: unifyctl migrate\n", stderr);
		return CTL_USAGE;
	}
	if (!ctl_query(ctl, sql_migration_prepare, 0, NULL, &rows, &e))
		return ctl_fail(&e);
	for (const struct sql_schema *s = sql_schema; s->name; s++) {
		if (!ctl_query(ctl, sql_migration_find, 1, &s->name, &rows, &e))
			return ctl_fail(&e);
		if (rows.rows)
			continue;
		if (!ctl_script(ctl, sql_migration_begin, 1, &s->name, s->text,
			    &e)) {
			if (!ctl_query(ctl, sql_migration_find, 1, &s->name,
				    &rows, NULL) ||
				!rows.rows)
				return ctl_fail(&e);
			continue;
		}
		if (!ctl->json)
			printf("applied %s\n", s->name);
	}
	if (ctl->json)
		puts("{\"migrated\":true}");
	return CTL_OK;
}

extern const struct command command_migrate;
const struct command command_migrate = {
	.name = "migrate",
	.usage = "",
	.summary = "bring the database's schema up to date",
	.run = migrate_run,
};
