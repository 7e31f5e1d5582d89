/* SPDX-License-Identifier: Apache-2.0 */
#include "io/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/span.h"

#define BACKLOG 1024
#define UNIX_MODE 0660

static bool
parse_unix(struct span path, struct listen *l)
{
	struct sockaddr_un *at = (struct sockaddr_un *)&l->address;

	if (!span_starts(path, "/") || path.len >= sizeof(at->sun_path))
		return false;
	at->sun_family = AF_UNIX;
	memcpy(at->sun_path, path.data, path.len);
	l->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path.len +
			     1);
	return true;
}

/* Only an address of IPv6 has colons, and only that has brackets. */
static bool
parse_internet(struct span text, struct listen *l)
{
	static const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST |
							   AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	struct span host, port = text;
	char copy[2][64];
	bool six = span_starts(text, "[");

	while (port.len && memchr(port.data, ':', port.len))
		span_cut(port, ':', &port);
	if (!port.len || port.len > 5 || port.len == text.len ||
		!span_is_all(port, "0123456789"))
		return false;
	host = (struct span){ text.data, text.len - port.len - 1 };
	if (six) {
		if (host.len < 3 || host.data[host.len - 1] != ']')
			return false;
		host = (struct span){ host.data + 1, host.len - 2 };
	}
	if (!host.len || host.len >= sizeof(copy[0]) ||
		(memchr(host.data, ':', host.len) != NULL) != six)
		return false;
	memcpy(copy[0], host.data, host.len);
	copy[0][host.len] = '\0';
	memcpy(copy[1], port.data, port.len);
	copy[1][port.len] = '\0';
	/* getaddrinfo would cut what is above to 16 bits. */
	if (port.len == 5 && strcmp(copy[1], "65535") > 0)
		return false;
	if (getaddrinfo(copy[0], copy[1], &hints, &found) != 0)
		return false;
	memcpy(&l->address, found->ai_addr, found->ai_addrlen);
	l->len = found->ai_addrlen;
	freeaddrinfo(found);
	return true;
}

bool
listen_parse(const char *text, struct listen *l, struct err *e)
{
	struct span rest, word = span_cut(span_of(text), ' ', &rest);
	bool good;

	*l = (struct listen){ .systemd = span_is(word, "systemd") };
	if (span_starts(word, "unix:"))
		good = parse_unix(
			(struct span){ word.data + 5, word.len - 5 }, l);
	else
		good = l->systemd || parse_internet(word, l);
	while (good && rest.len) {
		word = span_cut(span_trim(rest), ' ', &rest);
		if (span_is(word, "tls"))
			l->tls = true;
		else if (span_is(word, "proxy"))
			l->proxy = true;
		else if (span_is(word, "shared"))
			l->shared = true;
		else
			good = false;
	}
	return good || fail(e, ERR_INPUT, "expected an address to listen on");
}

/* One that a process left behind when it was killed. */
static void
remove_dead(const struct listen *l)
{
	const struct sockaddr_un *at = (const struct sockaddr_un *)&l->address;
	struct stat is;
	int fd;

	if (stat(at->sun_path, &is) != 0 || !S_ISSOCK(is.st_mode))
		return;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (connect(fd, (const struct sockaddr *)at, l->len) != 0 &&
		errno == ECONNREFUSED)
		unlink(at->sun_path);
	close(fd);
}

bool
listen_open(const struct listen *l, int *fd, struct err *e)
{
	const struct sockaddr *at = (const struct sockaddr *)&l->address;
	bool local = at->sa_family == AF_UNIX;
	int one = 1;

	*fd = socket(
		at->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd < 0)
		return fail(e, ERR_REMOTE, "socket: %s", strerror(errno));
	setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (l->shared && !local)
		setsockopt(*fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	/* What listens on [::] takes no IPv4: that is another address. */
	if (at->sa_family == AF_INET6)
		setsockopt(*fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	if (local)
		remove_dead(l);
	if (bind(*fd, at, l->len) != 0 || listen(*fd, BACKLOG) != 0 ||
		(local && chmod(((const struct sockaddr_un *)at)->sun_path,
				  UNIX_MODE) != 0)) {
		fail(e, ERR_REMOTE, "%s", strerror(errno));
		close(*fd);
		return false;
	}
	return true;
}

int
listen_port(int fd)
{
	struct sockaddr_storage at = { 0 };
	socklen_t len = sizeof(at);

	if (getsockname(fd, (struct sockaddr *)&at, &len) != 0)
		return 0;
	if (at.ss_family == AF_INET6)
		return ntohs(((struct sockaddr_in6 *)&at)->sin6_port);
	if (at.ss_family == AF_INET)
		return ntohs(((struct sockaddr_in *)&at)->sin_port);
	return 0;
}
