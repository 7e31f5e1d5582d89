/* SPDX-License-Identifier: Apache-2.0 */
/* unifyctl migrate: brings the schema to what this program wants. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "ctl/command.h"
#include "store/partition.h"
#include "store/sql.h"

/* So that the first events already find theirs. */
static bool
make_partitions(struct ctl *ctl, struct err *e)
{
	struct partitions p = { 0 };
	struct ctl_rows rows, none;
	const char *name, *sql;

	if (!ctl_query(ctl, sql_partition_list, 0, NULL, &rows, e))
		return false;
	p.names = arena_array(ctl->arena,
		(size_t)rows.rows + PARTITION_MADE_MAX, sizeof(*p.names));
	for (int r = 0; r < rows.rows; r++)
		p.names[p.count++] = ctl_value(&rows, r, 0);
	while ((sql = partition_missing(
			ctl->arena, &p, time(NULL) * CLOCK_SECOND, &name))) {
		if (!ctl_query(ctl, sql, 0, NULL, &none, e))
			return false;
		p.names[p.count++] = name;
	}
	return true;
}

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
	if (!make_partitions(ctl, &e))
		return ctl_fail(&e);
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
