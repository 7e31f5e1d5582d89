/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two people of many events each who turn out to be one.
 *
 *   join_tool PORT KEY READ_KEY fill EVENTS NAME
 *   join_tool PORT KEY READ_KEY join EVENTS NAME
 *
 * fill sends EVENTS events of somebody known by a mail address, and as many of
 * somebody known by a number, both made of NAME (digits). join sends the one
 * event that names both, and prints after how many ms they are one profile:
 * "ms=12.3".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"

#define BATCH 1000
#define EVENT_MAX 256

static const char *const type = "application/cloudevents-batch+json";

static int
event(char *to, const char *name, size_t n, const char *who)
{
	return sprintf(to,
		"{\"specversion\":\"1.0\",\"id\":\"join-%s-%zu\","
		"\"source\":\"/j\",\"type\":\"x\",\"time\":"
		"\"2026-%02zu-%02zuT%02zu:%02zu:00Z\",\"data\":{%s}}",
		name, n, n / 40320 % 6 + 1, n / 1440 % 28 + 1, n / 60 % 24,
		n % 60, who);
}

static void
fill(int fd, const char *key, const char *name, size_t first, size_t count,
	const char *who)
{
	char *body = malloc(BATCH * EVENT_MAX + 3), *to;

	if (!body)
		exit(1);
	for (size_t n = 0; n < count;) {
		to = body;
		*to++ = '[';
		do {
			to += event(to, name, first + n, who);
			*to++ = ',';
		} while (++n < count && n % BATCH);
		to[-1] = ']';
		*to = '\0';
		ask_event(fd, key, type, body);
	}
	free(body);
}

int
main(int argc, char **argv)
{
	char mail[128], phone[128], both[256], lookup[256];
	size_t count;
	int fd;
	int64_t said;

	if (argc != 7) {
		fprintf(stderr, "usage: join_tool PORT KEY READ_KEY fill|join "
				"EVENTS NAME\n");
		return 2;
	}
	count = strtoul(argv[5], NULL, 10);
	snprintf(mail, sizeof(mail), "\"email\":\"join-%s@mail.example\"",
		argv[6]);
	snprintf(phone, sizeof(phone), "\"phone\":\"+55818%08lu\"",
		strtoul(argv[6], NULL, 10));
	snprintf(both, sizeof(both), "%s,%s", mail, phone);
	snprintf(lookup, sizeof(lookup),
		"[{\"kind\":\"email\",\"value\":\"join-%s@mail.example\"},"
		"{\"kind\":\"phone\",\"value\":\"+55818%08lu\"}]",
		argv[6], strtoul(argv[6], NULL, 10));
	fd = ask_connect(argv[1]);
	if (!strcmp(argv[4], "fill")) {
		fill(fd, argv[2], argv[6], 0, count, mail);
		fill(fd, argv[2], argv[6], count, count, phone);
		return 0;
	}
	alarm(120);
	fill(fd, argv[2], argv[6], 2 * count, 1, both);
	said = ask_now();
	while (!ask_found(fd, argv[3], lookup))
		;
	printf("ms=%.1f\n", (double)(ask_now() - said) / 1000);
	return 0;
}
