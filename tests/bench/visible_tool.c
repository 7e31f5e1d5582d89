/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long it takes from the 2xx until what was sent is in the profile.
 *
 *   visible_tool PORT KEY READ_KEY RATE SECONDS SEED
 *
 * RATE times a second, one after the other: an event of somebody new, and as
 * soon as it is answered, look-ups without a pause until he is found. The one
 * line that it prints, by "name=value": how many were found (ok), and after how
 * many ms.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ask.h"

#define US 1000000
#define FOUND_MAX 100000

/* Microseconds until the nth of the seed was found. */
static int64_t
find(int write, int read, char **argv, size_t n)
{
	char event[512], who[256];
	int64_t said;

	snprintf(event, sizeof(event),
		"{\"specversion\":\"1.0\",\"id\":\"visible-%s-%zu\","
		"\"source\":\"/v\",\"type\":\"x\",\"data\":{\"user\":"
		"\"visible-%s-%zu\"}}",
		argv[6], n, argv[6], n);
	snprintf(who, sizeof(who),
		"[{\"kind\":\"user_id\",\"value\":\"visible-%s-%zu\"}]",
		argv[6], n);
	ask_event(write, argv[2], "application/cloudevents+json", event);
	said = ask_now();
	while (!ask_found(read, argv[3], who))
		;
	return ask_now() - said;
}

int
main(int argc, char **argv)
{
	static int64_t took[FOUND_MAX];
	size_t count = 0;
	int64_t start = ask_now(), gap, end;
	int write, read;

	if (argc != 7) {
		fprintf(stderr, "usage: visible_tool PORT KEY READ_KEY RATE "
				"SECONDS SEED\n");
		return 2;
	}
	gap = US / atoi(argv[4]);
	end = start + (int64_t)(atof(argv[5]) * US);
	write = ask_connect(argv[1]);
	read = ask_connect(argv[1]);
	alarm(120);
	while (ask_now() < end && count < FOUND_MAX) {
		int64_t due = start + (int64_t)count * gap, at = ask_now();

		if (at < due)
			usleep((useconds_t)(due - at));
		took[count] = find(write, read, argv, count);
		count++;
	}
	if (!count)
		return 1;
	ask_print(took, count);
	return 0;
}
