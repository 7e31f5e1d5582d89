/* SPDX-License-Identifier: Apache-2.0 */
/*
 * profile_tool CONNINFO: the records of the profiles whose identifiers are the
 * lines of stdin, as a GET has them; "none" where there is none.
 */
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/profile.h"

static bool answered;

static void
on_record(const char *record, const struct db_result *failed, void *arg)
{
	(void)arg;
	answered = true;
	if (failed) {
		fprintf(stderr, "%s\n", failed->text);
		exit(1);
	}
	puts(record ? record : "none");
}

int
main(int argc, char **argv)
{
	struct event_base *base = event_base_new();
	char line[64];
	struct pool *pool;

	if (argc != 2) {
		fprintf(stderr, "usage: profile_tool CONNINFO <IDS\n");
		return 2;
	}
	pool = pool_create(base, argv[1], DB_SESSION, 0, 1);
	while (!db_ready(pool_db(pool)))
		event_base_loop(base, EVLOOP_ONCE);
	while (fgets(line, sizeof(line), stdin)) {
		struct arena *a = arena_create();

		line[strcspn(line, "\n")] = '\0';
		answered = false;
		profile_read(pool, a, line, on_record, NULL);
		while (!answered)
			event_base_loop(base, EVLOOP_ONCE);
		arena_destroy(a);
	}
	pool_destroy(pool);
	event_base_free(base);
	return 0;
}
