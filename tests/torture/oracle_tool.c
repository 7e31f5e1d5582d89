/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The oracle outside of the daemon: it issues ids, and remembers each that got
 * a 2xx as a debt.
 *
 *   oracle_tool send PORT_FILE KEY FOLDER SECONDS SEED SENDERS [PAUSE_MS]
 *   oracle_tool follow PORT_FILE KEY FOLDER SECONDS
 *
 * send: so many processes send batches to the web channel, over connections
 * that they keep, break in the middle, or leave before the answer; what gets no
 * 2xx is sent again, mostly. A pause is between two batches of each.
 * FOLDER/acked.N has the ids of the debts, and FOLDER/heard.N what was heard: a
 * status or "gone", and how often. follow: reads the feed of changes in small
 * pages from the cursor in FOLDER/cursor, for so long, or for 0 seconds to its
 * end; FOLDER/changes has the ids in the order in which they came.
 */
#include <arpa/inet.h>
#include <jansson.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_MAX (1 << 20)
#define WAIT_SECONDS 5 /* for an answer */
#define BATCH 8
#define TRIES 200

static const char *port_file, *folder;
static char authorization[256];
static uint64_t state;
static long between_ms;

static uint64_t
below(uint64_t n)
{
	state = state * UINT64_C(6364136223846793005) +
		UINT64_C(1442695040888963407);
	return (state >> 33) % n;
}

static bool
one_in(uint64_t n)
{
	return !below(n);
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000) + ts.tv_nsec / 1000000;
}

static void
pause_ms(long ms)
{
	struct timespec ts = { ms / 1000, (ms % 1000) * 1000000L };

	nanosleep(&ts, NULL);
}

/* Where the daemon is now; -1 while it is nowhere. */
static int
connect_now(void)
{
	FILE *f = fopen(port_file, "r");
	struct sockaddr_in at = { .sin_family = AF_INET };
	struct timeval limit = { WAIT_SECONDS, 0 };
	int port = 0, fd;
	char line[16];

	if (!f)
		return -1;
	if (fgets(line, sizeof(line), f))
		port = atoi(line);
	fclose(f);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	at.sin_port = htons((uint16_t)port);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (port && connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
		return fd;
	close(fd);
	return -1;
}

static bool
send_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

/* The status, or 0; the body stays in answer. */
static int
read_answer(int fd, char *answer, const char **body)
{
	size_t len = 0, want = 0;
	char *end = NULL;

	while (!end || len < want) {
		ssize_t n = len + 1 < ANSWER_MAX
				    ? recv(fd, answer + len,
					      ANSWER_MAX - len - 1, 0)
				    : 0;
		const char *length;

		if (n <= 0)
			return 0;
		len += (size_t)n;
		answer[len] = '\0';
		if (end)
			continue;
		end = strstr(answer, "\r\n\r\n");
		if (!end)
			continue;
		length = strcasestr(answer, "\r\ncontent-length: ");
		want = (size_t)(end + 4 - answer);
		if (length && length < end)
			want += strtoul(length + 18, NULL, 10);
		*body = end + 4;
	}
	return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? atoi(answer + 9) : 0;
}

static FILE *
open_own(const char *name, int number, const char *mode)
{
	char path[512];
	FILE *f;

	if (number < 0)
		snprintf(path, sizeof(path), "%s/%s", folder, name);
	else
		snprintf(path, sizeof(path), "%s/%s.%d", folder, name, number);
	f = fopen(path, mode);
	if (!f) {
		perror(path);
		exit(1);
	}
	setlinebuf(f);
	return f;
}

struct sender {
	int number, fd;
	FILE *acked;
	size_t issued;	    /* ids */
	size_t heard[600];  /* by status; 0: gone */
	int64_t slowest_ms; /* of the refusals */
	char *answer;
	char body[BATCH * 512 + 64], ids[BATCH][32];
	size_t count;
};

static void
add(char **to, const char *end, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(*to, (size_t)(end - *to), format, ap);
	va_end(ap);
	if (n < 0 || n >= end - *to)
		abort();
	*to += n;
}

/* People who share things: so few that groups grow, join and contradict. */
static void
make_batch(struct sender *s)
{
	char *to = s->body;
	const char *end = s->body + sizeof(s->body);

	s->count = 1 + below(BATCH);
	add(&to, end, "{\"batch\":[");
	for (size_t i = 0; i < s->count; i++) {
		snprintf(s->ids[i], sizeof(s->ids[i]), "t%d-%zu", s->number,
			s->issued++);
		add(&to, end,
			"%s{\"messageId\":\"%s\",\"anonymousId\":\"a%d\","
			"\"timestamp\":\"2026-%02d-%02dT%02d:00:00Z\"",
			i ? "," : "", s->ids[i], (int)below(300),
			1 + (int)below(9), 1 + (int)below(28), (int)below(24));
		if (one_in(3))
			add(&to, end,
				",\"type\":\"identify\",\"userId\":\"u%d\","
				"\"traits\":{\"email\":\"p%d@mail.example\"}}",
				(int)below(60), (int)below(90));
		else if (one_in(4))
			add(&to, end,
				",\"type\":\"track\",\"event\":\"Order "
				"Completed\",\"userId\":\"u%d\","
				"\"properties\":{\"order_id\":\"o%zu\","
				"\"total\":9.90,\"currency\":\"EUR\"}}",
				(int)below(60), s->issued);
		else
			add(&to, end,
				",\"type\":\"track\",\"event\":\"Seen\"}");
	}
	add(&to, end, "]}");
}

static void
hang_up(struct sender *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

/* The status of one try, 0 where there was none. */
static int
try_batch(struct sender *s)
{
	char request[sizeof(s->body) + 512];
	const char *body;
	size_t len = strlen(s->body);
	int status, n;

	if (s->fd < 0)
		s->fd = connect_now();
	if (s->fd < 0)
		return 0;
	n = snprintf(request, sizeof(request),
		"POST /v1/batch HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\n"
		"Content-Length: %zu\r\n\r\n%s",
		authorization, len, s->body);
	if (one_in(40)) {
		send_all(s->fd, request, below((uint64_t)n));
		hang_up(s);
		return 0;
	}
	if (!send_all(s->fd, request, (size_t)n) || one_in(60)) {
		hang_up(s);
		return 0;
	}
	status = read_answer(s->fd, s->answer, &body);
	if (!status || strcasestr(s->answer, "\r\nconnection: close"))
		hang_up(s);
	return status;
}

static bool
settle_batch(struct sender *s)
{
	for (int tries = 0; tries < TRIES; tries++) {
		int64_t start = now_ms();
		int status = try_batch(s);

		s->heard[status < 600 ? status : 599]++;
		if (status / 100 == 2)
			return true;
		if (status && now_ms() - start > s->slowest_ms)
			s->slowest_ms = now_ms() - start;
		if (one_in(12))
			return false;
		pause_ms(20 + (long)below(180));
	}
	return false;
}

static void
send_for(int number, int64_t until)
{
	static struct sender s;
	FILE *heard;

	s.number = number;
	s.fd = -1;
	s.answer = malloc(ANSWER_MAX);
	s.acked = open_own("acked", number, "w");
	while (now_ms() < until) {
		pause_ms(between_ms);
		make_batch(&s);
		if (!settle_batch(&s))
			continue;
		for (size_t i = 0; i < s.count; i++)
			fprintf(s.acked, "%s\n", s.ids[i]);
		if (one_in(20))
			settle_batch(&s); /* a repeat */
	}
	heard = open_own("heard", number, "w");
	fprintf(heard, "issued %zu\n", s.issued);
	fprintf(heard, "slowest_ms %lld\n", (long long)s.slowest_ms);
	for (int i = 0; i < 600; i++)
		if (s.heard[i])
			fprintf(heard, "%d %zu\n", i, s.heard[i]);
	exit(0);
}

static int
send_all_of_them(int seconds, uint64_t seed, int senders)
{
	int64_t until = now_ms() + seconds * INT64_C(1000);

	for (int i = 0; i < senders; i++)
		if (fork() == 0) {
			state = seed * 1000 + (uint64_t)i;
			send_for(i, until);
		}
	while (wait(NULL) > 0)
		;
	return 0;
}

/* One page; how many changes there were, -1 where there was no answer. */
static int
follow_page(int *fd, char *answer, char *cursor, FILE *changes)
{
	char request[512];
	const char *body = NULL;
	json_t *page, *one;
	size_t i;
	int n, count;

	if (*fd < 0)
		*fd = connect_now();
	if (*fd < 0)
		return -1;
	n = snprintf(request, sizeof(request),
		"GET /v1/changes?after=%s&limit=%d HTTP/1.1\r\nHost: x\r\n"
		"Authorization: %s\r\n\r\n",
		cursor, 1 + (int)below(9), authorization);
	if (!send_all(*fd, request, (size_t)n) ||
		read_answer(*fd, answer, &body) != 200 ||
		!(page = json_loads(body, 0, NULL))) {
		close(*fd);
		*fd = -1;
		return -1;
	}
	json_array_foreach(json_object_get(page, "changes"), i, one) fprintf(
		changes, "%s\n", json_string_value(json_object_get(one, "id")));
	count = (int)i;
	snprintf(cursor, 64, "%s",
		json_string_value(json_object_get(page, "next")));
	json_decref(page);
	return count;
}

static int
follow(int seconds)
{
	int64_t until = now_ms() + seconds * INT64_C(1000);
	FILE *changes = open_own("changes", -1, "a");
	FILE *f = open_own("cursor", -1, "a+");
	char cursor[64] = "0.0", *answer = malloc(ANSWER_MAX);
	int fd = -1, count = 1;

	rewind(f);
	if (fgets(cursor, sizeof(cursor), f))
		cursor[strcspn(cursor, "\n")] = '\0';
	fclose(f);
	while (now_ms() < until || (!seconds && count)) {
		count = follow_page(&fd, answer, cursor, changes);
		if (count <= 0)
			pause_ms(50);
	}
	f = open_own("cursor", -1, "w");
	fprintf(f, "%s\n", cursor);
	fclose(f);
	fclose(changes);
	free(answer);
	return 0;
}

int
main(int argc, char **argv)
{

	if (argc < 6)
		return 2;
	port_file = argv[2];
	folder = argv[4];
	state = 1;
	if (!strcmp(argv[1], "follow")) {
		snprintf(authorization, sizeof(authorization), "Bearer %s",
			argv[3]);
		return follow(atoi(argv[5]));
	}
	if (strcmp(argv[1], "send") != 0 || argc < 8)
		return 2;
	snprintf(authorization, sizeof(authorization), "Bearer %s", argv[3]);
	between_ms = argc > 8 ? atol(argv[8]) : 0;
	return send_all_of_them(
		atoi(argv[5]), strtoull(argv[6], NULL, 10), atoi(argv[7]));
}
