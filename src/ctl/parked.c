/* SPDX-License-Identifier: Apache-2.0 */
/* unifyctl parked: events that could not be taken, and giving them back. */
#include <stdio.h>
#include <string.h>

#include "base/id.h"
#include "ctl/command.h"
#include "store/sql.h"

extern const struct command command_parked;

static int
list(struct ctl *ctl)
{
	struct ctl_rows rows;
	struct err e;
	json_t *all = json_array();

	if (!ctl_query(ctl, sql_parked_list, 0, NULL, &rows, &e)) {
		json_decref(all);
		return ctl_fail(&e);
	}
	for (int r = 0; r < rows.rows; r++) {
		if (!ctl->json)
			printf("%s  %-16s %s  %-10s %s\n",
				ctl_value(&rows, r, 0), ctl_value(&rows, r, 1),
				ctl_value(&rows, r, 2), ctl_value(&rows, r, 3),
				ctl_value(&rows, r, 4));
		json_array_append_new(
			all, json_pack("{s:s,s:s,s:s,s:s,s:s}", "event",
				     ctl_value(&rows, r, 0), "source",
				     ctl_value(&rows, r, 1), "received_at",
				     ctl_value(&rows, r, 2), "reason",
				     ctl_value(&rows, r, 3), "detail",
				     ctl_value(&rows, r, 4)));
	}
	if (ctl->json) {
		json_dumpf(all, stdout, JSON_COMPACT);
		putchar('\n');
	}
	json_decref(all);
	return CTL_OK;
}

static int
retry(struct ctl *ctl, const char *event)
{
	struct ctl_rows rows;
	struct err e;
	struct id id;

	if (event && !id_parse(span_of(event), &id)) {
		fail(&e, ERR_INPUT, "event: want a UUID, as list shows it");
		ctl_fail(&e);
		return CTL_USAGE;
	}
	if (!ctl_query(ctl, sql_parked_retry, 1, &event, &rows, &e))
		return ctl_fail(&e);
	printf(ctl->json ? "{\"retried\":%s}\n"
			 : "%s events given back to the resolver\n",
		ctl_value(&rows, 0, 0));
	return CTL_OK;
}

static int
parked_run(struct ctl *ctl, int argc, char **argv)
{
	if (argc == 1 && !strcmp(argv[0], "list"))
		return list(ctl);
	if ((argc == 1 || argc == 2) && !strcmp(argv[0], "retry"))
		return retry(ctl, argc == 2 ? argv[1] : NULL);
	return ctl_usage(&command_parked);
}

const struct command command_parked = {
	.name = "parked",
	.usage = "list | retry [EVENT]",
	.summary = "events that could not be taken, and trying them again",
	.run = parked_run,
};
