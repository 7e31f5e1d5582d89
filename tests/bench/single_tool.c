/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long it takes from the 2xx until what was sent is resolved.
 *
 *   single_tool PORT KEY < LINES
 *
 * One after the other: a line is a source, a blank, and a CloudEvent for it.
 * The one line that it prints, by "name=value": how many were resolved (ok),
 * and after how many ms.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"

#define MOST 100000

int
main(int argc, char **argv)
{
	static int64_t took[MOST];
	static char line[1 << 16];
	size_t count = 0;
	uint64_t resolved;
	int write, read;

	if (argc != 3) {
		fprintf(stderr, "usage: single_tool PORT KEY\n");
		return 2;
	}
	write = ask_connect(argv[1]);
	read = ask_connect(argv[1]);
	alarm(300);
	resolved = ask_resolved(read);
	while (count < MOST && fgets(line, sizeof(line), stdin)) {
		char *body = strchr(line, ' '), path[256];
		int64_t said;

		if (!body)
			continue;
		*body++ = '\0';
		snprintf(path, sizeof(path), "/v1/channels/%.200s", line);
		if (ask_post(write, path, argv[2],
			    "application/cloudevents+json", body) /
				100 !=
			2) {
			fprintf(stderr, "%s refused %s", line, body);
			return 1;
		}
		said = ask_now();
		while (ask_resolved(read) == resolved)
			;
		took[count++] = ask_now() - said;
		resolved++;
	}
	if (!count)
		return 1;
	ask_print(took, count);
	return 0;
}
