/* SPDX-License-Identifier: Apache-2.0 */
#include "ask.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

static char text[1 << 20]; /* of the last answer */

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

int64_t
ask_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000) + ts.tv_nsec / 1000;
}

int
ask_connect(const char *port)
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

static void
send_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		if (n <= 0)
			die("send");
		bytes += n;
		len -= (size_t)n;
	}
}

/* Its status. */
static int
receive(int fd)
{
	size_t len = 0;

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

int
ask_post(int fd, const char *path, const char *key, const char *type,
	const char *body)
{
	char head[512];

	snprintf(head, sizeof(head),
		"POST %s HTTP/1.1\r\nHost: localhost\r\n"
		"Authorization: Bearer %s\r\nContent-Type: %s\r\n"
		"Content-Length: %zu\r\n\r\n",
		path, key, type, strlen(body));
	send_all(fd, head, strlen(head));
	send_all(fd, body, strlen(body));
	return receive(fd);
}

static void
want(int status)
{
	if (status / 100 == 2)
		return;
	fprintf(stderr, "%s\n", text);
	exit(1);
}

void
ask_event(int fd, const char *key, const char *type, const char *body)
{
	want(ask_post(fd, "/v1/channels/events", key, type, body));
}

bool
ask_found(int fd, const char *key, const char *identifiers)
{
	char body[1024];

	snprintf(body, sizeof(body), "{\"identifiers\":%s}", identifiers);
	want(ask_post(
		fd, "/v1/profiles/lookup", key, "application/json", body));
	return !strstr(text, "\"profile\":null");
}

uint64_t
ask_resolved(int fd)
{
	static const char name[] = "\nunifyd_events_resolved_total ";
	static const char head[] =
		"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
	const char *at;

	send_all(fd, head, strlen(head));
	want(receive(fd));
	at = strstr(text, name);
	return at ? strtoull(at + strlen(name), NULL, 10) : 0;
}

static int
compare(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

void
ask_print(int64_t *took, size_t count)
{
	qsort(took, count, sizeof(*took), compare);
	printf("ok=%zu p50=%.1f p99=%.1f max=%.1f\n", count,
		(double)took[count / 2] / 1000,
		(double)took[count * 99 / 100] / 1000,
		(double)took[count - 1] / 1000);
}
