/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clients that send one byte a second.
 *
 *   slow_tool PORT COUNT SECONDS
 *
 * They come one after the other over SPREAD seconds. Half of them never end
 * the head of their request, half the body. One that is cut comes again. Prints
 * how many were there once all had come, and at the end, and of those that were
 * cut how many, and how old the youngest and the oldest were, in seconds.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SPREAD 5
#define STEPS 1000 /* in a second, of which each client has one */

struct client {
	int fd;
	bool in_body, connected;
	int64_t since; /* ms */
};

static const char head[] = "POST /v1/batch HTTP/1.1\r\nHost: localhost\r\n";
static const char length[] = "Content-Length: 100000\r\n\r\n";

static struct sockaddr_in server = { .sin_family = AF_INET };
static int epoll;
static size_t there, cut;
static int64_t youngest = INT64_MAX, oldest;

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000) + ts.tv_nsec / 1000000;
}

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static void
come(struct client *c)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLOUT | EPOLLET,
		.data.ptr = c };

	c->connected = false;
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (c->fd < 0)
		die("socket");
	if (connect(c->fd, (struct sockaddr *)&server, sizeof(server)) != 0 &&
		errno != EINPROGRESS)
		die("connect");
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &e) != 0)
		die("epoll");
}

static void
say(struct client *c, const char *text)
{
	(void)!send(c->fd, text, strlen(text), MSG_NOSIGNAL);
}

static void
begin(struct client *c)
{
	c->connected = true;
	c->since = now_ms();
	there++;
	say(c, head);
	if (c->in_body)
		say(c, length);
	else
		say(c, "X-Slow: ");
}

static void
end(struct client *c)
{
	int64_t age = now_ms() - c->since;

	close(c->fd);
	if (c->connected) {
		there--;
		cut++;
		youngest = age < youngest ? age : youngest;
		oldest = age > oldest ? age : oldest;
	}
	come(c);
}

static void
happen(struct client *c, uint32_t what)
{
	char answer[4096];
	ssize_t n;

	if (!c->connected && what & EPOLLOUT && !(what & (EPOLLERR | EPOLLHUP)))
		begin(c);
	if (!(what & (EPOLLIN | EPOLLERR | EPOLLHUP)))
		return;
	while ((n = recv(c->fd, answer, sizeof(answer), 0)) > 0)
		;
	if (n == 0 || errno != EAGAIN)
		end(c);
}

int
main(int argc, char **argv)
{
	struct client *clients;
	size_t count, come_count = 0, first = 0;
	int64_t start, until;
	struct rlimit files;
	int step = 0;

	if (argc != 4) {
		fputs("usage: slow_tool PORT COUNT SECONDS\n", stderr);
		return 2;
	}
	server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server.sin_port = htons((uint16_t)atoi(argv[1]));
	count = strtoul(argv[2], NULL, 10);
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	epoll = epoll_create1(0);
	clients = calloc(count, sizeof(*clients));
	if (!clients)
		die("memory");
	start = now_ms();
	until = start + atol(argv[3]) * 1000;
	for (int64_t at = start; at < until; at = now_ms()) {
		struct epoll_event events[256];
		int n = epoll_wait(epoll, events, 256, 1);

		for (int i = 0; i < n; i++)
			happen(events[i].data.ptr, events[i].events);
		for (; come_count < count &&
			(int64_t)come_count * SPREAD * 1000 <
				(at - start) * (int64_t)count;
			come_count++) {
			clients[come_count].in_body = come_count % 2;
			come(&clients[come_count]);
		}
		for (; step < (at - start) * STEPS / 1000; step++)
			for (size_t i = (size_t)(step % STEPS); i < count;
				i += STEPS)
				if (clients[i].connected)
					say(&clients[i], "x");
		if (!first && at - start > (SPREAD + 1) * 1000)
			first = there;
	}
	printf("count=%zu first=%zu there=%zu cut=%zu youngest=%.1f "
	       "oldest=%.1f\n",
		count, first, there, cut, cut ? (double)youngest / 1000 : 0.0,
		(double)oldest / 1000);
	return 0;
}
