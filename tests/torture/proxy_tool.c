/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the daemon and PostgreSQL, where connections break:
 *
 *   proxy_tool FOLDER UPSTREAM_FILE
 *
 * listens in FOLDER as PostgreSQL would, and leads to the folder that
 * UPSTREAM_FILE names when a connection comes. SIGUSR1 cuts all connections;
 * SIGUSR2 the next one whose COMMIT was sent, before its answer is; SIGHUP the
 * next statement in its middle. It says at the end how many cuts there were.
 */
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct pair {
	struct pair *next, **at;
	struct bufferevent *client, *server;
	bool committed; /* its answer is not to come through */
};

static struct event_base *base;
static struct pair *pairs;
static const char *upstream_file;
static int in_commit, in_middle, cuts, commits;

static void
pair_close(struct pair *p)
{
	*p->at = p->next;
	if (p->next)
		p->next->at = p->at;
	bufferevent_free(p->client);
	bufferevent_free(p->server);
	free(p);
}

static void
on_gone(struct bufferevent *bev, short what, void *arg)
{
	(void)bev;
	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
		pair_close(arg);
}

/* The journal's statement commits by itself; how long it waits for locks tells
 * that it is that. */
static bool
is_commit(struct evbuffer *in)
{
	return evbuffer_search(in, "COMMIT", 6, NULL).pos >= 0 ||
	       evbuffer_search(in, "250ms", 5, NULL).pos >= 0;
}

static void
on_client(struct bufferevent *bev, void *arg)
{
	struct pair *p = arg;
	struct evbuffer *in = bufferevent_get_input(bev);
	size_t len = evbuffer_get_length(in);

	if (in_commit > 0 && is_commit(in)) {
		in_commit--;
		p->committed = true;
	}
	if (in_middle > 0 && len > 20) {
		in_middle--;
		cuts++;
		evbuffer_remove_buffer(
			in, bufferevent_get_output(p->server), len / 2);
		/* Half of it arrives, and then the end. */
		bufferevent_flush(p->server, EV_WRITE, BEV_FLUSH);
		evbuffer_write(bufferevent_get_output(p->server),
			bufferevent_getfd(p->server));
		pair_close(p);
		return;
	}
	bufferevent_write_buffer(p->server, in);
}

static void
on_server(struct bufferevent *bev, void *arg)
{
	struct pair *p = arg;

	if (p->committed) {
		commits++;
		pair_close(p);
		return;
	}
	bufferevent_write_buffer(p->client, bufferevent_get_input(bev));
}

static bool
socket_in(const char *folder, struct sockaddr_un *at)
{
	*at = (struct sockaddr_un){ .sun_family = AF_UNIX };
	return snprintf(at->sun_path, sizeof(at->sun_path), "%s/.s.PGSQL.5432",
		       folder) < (int)sizeof(at->sun_path);
}

static bool
upstream(struct sockaddr_un *at)
{
	FILE *f = fopen(upstream_file, "r");
	char folder[128] = "";
	bool good;

	if (!f)
		return false;
	good = fgets(folder, sizeof(folder), f) != NULL;
	fclose(f);
	folder[strcspn(folder, "\n")] = '\0';
	return good && socket_in(folder, at);
}

static void
on_accept(struct evconnlistener *l, evutil_socket_t fd, struct sockaddr *from,
	int len, void *arg)
{
	struct sockaddr_un at;
	struct pair *p = calloc(1, sizeof(*p));

	(void)l;
	(void)from;
	(void)len;
	(void)arg;
	p->at = &pairs;
	p->next = pairs;
	if (pairs)
		pairs->at = &p->next;
	pairs = p;
	p->client = bufferevent_socket_new(base, fd, BEV_OPT_CLOSE_ON_FREE);
	p->server = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
	bufferevent_setcb(p->client, on_client, NULL, on_gone, p);
	bufferevent_setcb(p->server, on_server, NULL, on_gone, p);
	if (!upstream(&at) ||
		bufferevent_socket_connect(
			p->server, (struct sockaddr *)&at, sizeof(at)) != 0) {
		pair_close(p);
		return;
	}
	bufferevent_enable(p->client, EV_READ | EV_WRITE);
	bufferevent_enable(p->server, EV_READ | EV_WRITE);
}

static void
on_signal(evutil_socket_t signal, short what, void *arg)
{
	(void)what;
	(void)arg;
	if (signal == SIGUSR2)
		in_commit++;
	else if (signal == SIGHUP)
		in_middle++;
	else if (signal == SIGUSR1)
		for (; pairs; cuts++)
			pair_close(pairs);
	else
		event_base_loopbreak(base);
}

int
main(int argc, char **argv)
{
	static const int signals[] = { SIGUSR1, SIGUSR2, SIGHUP, SIGTERM };
	struct sockaddr_un at;

	if (argc != 3 || !socket_in(argv[1], &at))
		return 2;
	signal(SIGPIPE, SIG_IGN);
	upstream_file = argv[2];
	base = event_base_new();
	unlink(at.sun_path);
	if (!evconnlistener_new_bind(base, on_accept, NULL,
		    LEV_OPT_CLOSE_ON_FREE, 64, (struct sockaddr *)&at,
		    sizeof(at)))
		return 1;
	chmod(at.sun_path, 0777);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		event_add(
			evsignal_new(base, signals[i], on_signal, NULL), NULL);
	event_base_dispatch(base);
	printf("cuts=%d commits=%d\n", cuts, commits);
	return 0;
}
