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
		char *script;

		if (!ctl_query(ctl, sql_migration_find, 1, &s->name, &rows, &e))
			return ctl_fail(&e);
		if (rows.rows)
			continue;
		/* A simple query of several statements is one transaction;
		 * the name goes in with it, first, so that two that migrate
		 * at once do not both. */
		script = arena_printf(ctl->arena,
			"INSERT INTO migration (name) VALUES ('%s');\n%s",
			s->name, s->text);
		if (!ctl_script(ctl, script, &e)) {
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
