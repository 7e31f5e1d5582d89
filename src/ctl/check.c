/* SPDX-License-Identifier: Apache-2.0 */
/* unifyctl check: is the configuration good, is the database there? */
#include <stdio.h>

#include "ctl/command.h"
#include "store/sql.h"

static int
check_run(struct ctl *ctl, int argc, char **argv)
{
	struct ctl_rows rows;
	struct err e;

	(void)argv;
	if (argc) {
		fputs("usage: unifyctl check\n", stderr);
		return CTL_USAGE;
	}
	if (!ctl_query(ctl, sql_check_state, 0, NULL, &rows, &e))
		return ctl_fail(&e);
	printf(ctl->json ? "{\"sources\":%zu,\"pending\":%s,\"events\":%s,"
			   "\"parked\":%s,\"profiles\":%s,"
			   "\"postgresql\":\"%s\"}\n"
			 : "configuration good, %zu sources\n"
			   "%s batches waiting, %s events, %s parked, "
			   "%s profiles\nPostgreSQL %s\n",
		ctl->config->source_count, ctl_value(&rows, 0, 0),
		ctl_value(&rows, 0, 1), ctl_value(&rows, 0, 2),
		ctl_value(&rows, 0, 3), ctl_value(&rows, 0, 4));
	return CTL_OK;
}

extern const struct command command_check;
const struct command command_check = {
	.name = "check",
	.usage = "",
	.summary = "check the configuration and the database",
	.run = check_run,
};
