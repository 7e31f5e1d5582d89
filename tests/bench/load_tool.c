/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Load over connections that stay open.
 *
 *   load_tool PORT KEY RATE SECONDS CONNECTIONS BATCH SEED
 *   load_tool PORT KEY RATE SECONDS CONNECTIONS FILE SEED
 *
 * The first writes what mix.h says of the seed, each request BATCH events; the
 * second reads, each request one of the profiles whose ids are the lines of
 * FILE, and KEY is a key for reading.
 *
 * Open loop: RATE requests a second are due whether or not the last ones were
 * answered, and what one took counts from when it was due. RATE 0 is a closed
 * loop: the next as soon as a connection is free.
 *
 * The one line that it prints, by "name=value": requests answered 2xx
 * (ok), 503 (busy), otherwise (other) or not at all (gone); due but never
 * sent, for want of a free connection (unsent); and of those that were ok how
 * many a second, and how long they took in ms.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "mix.h"

#define ANSWER_MAX 65536
#define ID_MAX 36
#define US 1000000

struct connection {
	int fd;
	bool connected, asked;
	int64_t due; /* of the request in hand */
	char *out;
	size_t out_len, out_done, in_len;
	char in[ANSWER_MAX];
};

static struct sockaddr_in server = { .sin_family = AF_INET };
static struct mix mix = { .customers = MIX_CUSTOMERS };
static char (*ids)[ID_MAX + 1]; /* to be read; NULL: we write */
static size_t id_count;
static int epoll;
static size_t made;

static size_t ok, busy, other, gone;
static int64_t *took;
static size_t took_cap;

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

static void *
must(void *p)
{
	if (!p)
		die("memory");
	return p;
}

static void
watch(struct connection *c, int what, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = c };

	if (epoll_ctl(epoll, what, c->fd, &e) != 0)
		die("epoll");
}

static void
open_again(struct connection *c)
{
	int one = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (c->fd < 0)
		die("socket");
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(c->fd, (struct sockaddr *)&server, sizeof(server)) != 0 &&
		errno != EINPROGRESS)
		die("connect");
	c->connected = c->asked = false;
	watch(c, EPOLL_CTL_ADD, EPOLLOUT);
}

static void
lose(struct connection *c)
{
	gone += c->asked;
	close(c->fd);
	open_again(c);
}

static void
read_ids(const char *name)
{
	FILE *file = fopen(name, "r");
	size_t cap = 0;

	if (!file)
		die(name);
	do {
		if (id_count == cap) {
			cap = cap ? cap * 2 : 1024;
			ids = must(realloc(ids, cap * sizeof(*ids)));
		}
	} while (fscanf(file, "%36s", ids[id_count]) == 1 && ++id_count);
	fclose(file);
	if (!id_count)
		die(name);
}

static void
make_request(struct connection *c)
{
	if (ids)
		c->out_len = (size_t)sprintf(c->out,
			"GET /v1/profiles/%s HTTP/1.1\r\nHost: localhost\r\n"
			"Authorization: Bearer %s\r\n\r\n",
			ids[made++ * 7919 % id_count], mix.key);
	else
		c->out_len = mix_request(&mix, made++, c->out);
	c->out_done = 0;
}

static void
push(struct connection *c)
{
	ssize_t n = send(c->fd, c->out + c->out_done, c->out_len - c->out_done,
		MSG_NOSIGNAL);

	if (n > 0)
		c->out_done += (size_t)n;
	if (c->out_done < c->out_len)
		watch(c, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
}

static void
ask(struct connection *c, int64_t due)
{
	make_request(c);
	c->asked = true;
	c->due = due;
	c->in_len = 0;
	push(c);
}

static void
heard(struct connection *c)
{
	int status = atoi(c->in + 9);

	c->asked = false;
	busy += status == 503;
	other += status != 503 && status / 100 != 2;
	if (status / 100 != 2)
		return;
	if (ok == took_cap) {
		took_cap = took_cap ? took_cap * 2 : 4096;
		took = must(realloc(took, took_cap * sizeof(*took)));
	}
	took[ok++] = now() - c->due;
}

/* True where the answer is whole, or the connection is a new one. */
static bool
pull(struct connection *c)
{
	ssize_t n =
		recv(c->fd, c->in + c->in_len, ANSWER_MAX - 1 - c->in_len, 0);
	const char *end, *length;

	if (n < 0 && errno == EAGAIN)
		return false;
	if (n <= 0 || !c->asked) {
		lose(c);
		return true;
	}
	c->in_len += (size_t)n;
	c->in[c->in_len] = '\0';
	end = strstr(c->in, "\r\n\r\n");
	length = strcasestr(c->in, "\r\ncontent-length: ");
	if (!end || c->in_len < (size_t)(end + 4 - c->in) +
					(length ? strtoul(length + 18, NULL, 10)
						: 0))
		return false;
	heard(c);
	if (strcasestr(c->in, "\r\nconnection: close"))
		lose(c);
	else if (c->out_done < c->out_len)
		lose(c);
	return true;
}

static void
happen(struct connection *c, uint32_t what)
{
	if (!c->connected) {
		int error = 0;
		socklen_t len = sizeof(error);

		getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len);
		if (error) {
			lose(c);
			return;
		}
		c->connected = true;
		watch(c, EPOLL_CTL_MOD, EPOLLIN);
		return;
	}
	if (what & (EPOLLIN | EPOLLHUP | EPOLLERR) && pull(c))
		return;
	if (what & EPOLLOUT && c->asked) {
		watch(c, EPOLL_CTL_MOD, EPOLLIN);
		push(c);
	}
}

static int
compare(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

static double
took_ms(double part)
{
	size_t at = (size_t)((double)ok * part);

	if (!ok)
		return 0;
	return (double)took[at < ok ? at : ok - 1] / 1000;
}

/* Sends what is due; the number that is. */
static size_t
ask_due(struct connection *all, size_t count, size_t sent, size_t due,
	double gap, int64_t start)
{
	static size_t next;

	for (size_t i = 0; i < count && sent < due; i++) {
		struct connection *c = &all[next++ % count];

		if (!c->connected || c->asked)
			continue;
		ask(c, gap > 0 ? start + (int64_t)((double)sent * gap) : now());
		sent++;
	}
	return sent;
}

int
main(int argc, char **argv)
{
	double rate, seconds, gap;
	size_t count, sent = 0, due = 0;
	struct connection *all;
	struct rlimit files;
	int64_t start, end, at;

	if (argc != 8) {
		fprintf(stderr, "usage: load_tool PORT KEY RATE SECONDS "
				"CONNECTIONS BATCH|FILE SEED\n");
		return 2;
	}
	server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server.sin_port = htons((uint16_t)atoi(argv[1]));
	mix.key = argv[2];
	rate = atof(argv[3]);
	seconds = atof(argv[4]);
	count = strtoul(argv[5], NULL, 10);
	mix.batch = strtoul(argv[6], NULL, 10);
	if (!mix.batch)
		read_ids(argv[6]);
	mix.seed = strtoul(argv[7], NULL, 10);
	gap = rate > 0 ? US / rate : 0;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	epoll = epoll_create1(0);
	all = must(calloc(count, sizeof(*all)));
	for (size_t i = 0; i < count; i++) {
		all[i].out =
			must(malloc(mix.batch * MIX_EVENT_MAX + MIX_HEAD_MAX));
		open_again(&all[i]);
	}
	start = now();
	end = start + (int64_t)(seconds * US);
	while ((at = now()) < end) {
		struct epoll_event events[256];
		int n;

		due = gap > 0 ? (size_t)((double)(at - start) / gap) + 1
			      : sent + count;
		sent = ask_due(all, count, sent, due, gap, start);
		n = epoll_wait(epoll, events, 256, 1);
		for (int i = 0; i < n; i++)
			happen(events[i].data.ptr, events[i].events);
	}
	if (ok)
		qsort(took, ok, sizeof(*took), compare);
	printf("ok=%zu busy=%zu other=%zu gone=%zu unsent=%zu ok_a_second=%.0f "
	       "p50=%.1f p99=%.1f max=%.1f\n",
		ok, busy, other, gone, gap > 0 ? due - sent : 0,
		(double)ok / ((double)(at - start) / US), took_ms(0.5),
		took_ms(0.99), took_ms(1));
	return 0;
}
