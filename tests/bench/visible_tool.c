/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long it takes from the 2xx until what was sent is in the profile.
 *
 *   visible_tool PORT KEY READ_KEY RATE SECONDS SEED
 *
 * RATE times a second, one after the other: an event of somebody new to the
 * source "events" (mix.conf), and as soon as it is answered, look-ups without
 * a pause until he is found. The one line that it prints, by "name=value": how
 * many were found (ok), and after how many ms.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define US 1000000
#define FOUND_MAX 100000
#define PATIENCE_US (30 * INT64_C(1000000))

static int64_t
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000) + ts.tv_nsec / 1000;
}

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static int
connect_to(const char *port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)atoi(port)) };
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		die("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static char text[65536]; /* of the last answer */

/* The status of the answer, which is read whole. */
static int
post(int fd, const char *path, const char *key, const char *type,
	const char *body)
{
	size_t len = 0;
	int size = snprintf(text, sizeof(text),
		"POST %s HTTP/1.1\r\nHost: localhost\r\n"
		"Authorization: Bearer %s\r\nContent-Type: %s\r\n"
		"Content-Length: %zu\r\n\r\n%s",
		path, key, type, strlen(body), body);

	if (send(fd, text, (size_t)size, MSG_NOSIGNAL) != size)
		die("send");
	for (;;) {
		ssize_t n = recv(fd, text + len, sizeof(text) - 1 - len, 0);
		const char *end, *length;

		if (n <= 0)
			die("recv");
		len += (size_t)n;
		text[len] = '\0';
		end = strstr(text, "\r\n\r\n");
		length = strcasestr(text, "\r\ncontent-length: ");
		if (end &&
			len >= (size_t)(end + 4 - text) +
					(length ? strtoul(length + 18, NULL, 10)
						: 0))
			return atoi(text + 9);
	}
}

static int
compare(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

int
main(int argc, char **argv)
{
	static int64_t took[FOUND_MAX];
	size_t count = 0;
	int64_t start = now(), gap, end;
	int write, read;

	if (argc != 7) {
		fprintf(stderr, "usage: visible_tool PORT KEY READ_KEY RATE "
				"SECONDS SEED\n");
		return 2;
	}
	gap = US / atoi(argv[4]);
	end = start + (int64_t)(atof(argv[5]) * US);
	write = connect_to(argv[1]);
	read = connect_to(argv[1]);
	for (size_t n = 0; now() < end && count < FOUND_MAX; n++) {
		char body[512];
		int64_t due = start + (int64_t)n * gap, at = now(), said;
		int status;

		if (at < due)
			usleep((useconds_t)(due - at));
		snprintf(body, sizeof(body),
			"{\"specversion\":\"1.0\",\"id\":\"visible-%s-%zu\","
			"\"source\":\"/v\",\"type\":\"x\",\"data\":{\"user\":"
			"\"visible-%s-%zu\"}}",
			argv[6], n, argv[6], n);
		status = post(write, "/v1/channels/events", argv[2],
			"application/cloudevents+json", body);
		if (status / 100 != 2) {
			fprintf(stderr, "status %d\n", status);
			return 1;
		}
		said = now();
		snprintf(body, sizeof(body),
			"{\"identifiers\":[{\"kind\":\"user_id\",\"value\":"
			"\"visible-%s-%zu\"}]}",
			argv[6], n);
		do {
			status = post(read, "/v1/profiles/lookup", argv[3],
				"application/json", body);
			at = now();
		} while (status == 200 && strstr(text, "\"profile\":null") &&
			 at < said + PATIENCE_US);
		if (status != 200 || strstr(text, "\"profile\":null")) {
			fprintf(stderr, "status %d\n", status);
			return 1;
		}
		took[count++] = at - said;
	}
	if (!count)
		return 1;
	qsort(took, count, sizeof(*took), compare);
	printf("ok=%zu p50=%.1f p99=%.1f max=%.1f\n", count,
		(double)took[count / 2] / 1000,
		(double)took[count * 99 / 100] / 1000,
		(double)took[count - 1] / 1000);
	return 0;
}
