/* SPDX-License-Identifier: Apache-2.0 */
/*
 * profile_tool CONNINFO: the records of the profiles whose identifiers are the
 * lines of stdin, as GETs have them that come all at once; "none" where there
 * is none, and "failed".
 */
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/profile.h"

#define READS_MAX 10000

static struct event_base *base;
static char *answers[READS_MAX];
static size_t left;

static void
on_record(const char *record, const struct db_result *failed, void *arg)
{
	*(char **)arg = strdup(failed ? "failed" : record ? record : "none");
	left--;
}

static void
turn(void)
{
	if (event_base_loop(base, EVLOOP_ONCE) != 0)
		abort();
}

int
main(int argc, char **argv)
{
	struct profiles *profiles;
	struct pool *pool;
	char line[64];
	size_t count = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: profile_tool CONNINFO <IDS\n");
		return 2;
	}
	base = event_base_new();
	pool = pool_create(base, argv[1], DB_SESSION, 0, 2);
	profiles = profiles_create(base, pool);
	while (!db_ready(pool_db(pool)))
		turn();
	while (count < READS_MAX && fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		left++;
		profiles_read(profiles, line, on_record, &answers[count++]);
	}
	while (left)
		turn();
	for (size_t i = 0; i < count; i++) {
		puts(answers[i] ? answers[i] : "");
		free(answers[i]);
	}
	pool_destroy(pool);
	profiles_destroy(profiles);
	event_base_free(base);
	return 0;
}
