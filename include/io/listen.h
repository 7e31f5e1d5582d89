/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sockets to listen on, as an operator writes them: where, and what is spoken
 * there, with blanks between.
 *
 *   127.0.0.1:8360  [::1]:0  unix:/run/unifyd/front.sock  systemd
 *
 * systemd: those that it passes (sd_listen_fds(3)). Behind it:
 *   tls      connections are TLS
 *   proxy    they begin with the header of the PROXY protocol, version 2
 *   shared   other processes may listen there, too (SO_REUSEPORT)
 */
#ifndef IO_LISTEN_H
#define IO_LISTEN_H

#include <stdbool.h>
#include <sys/socket.h>

#include "base/err.h"

struct listen {
	struct sockaddr_storage address;
	socklen_t len;
	bool systemd; /* instead of an address */
	bool tls, proxy, shared;
};

/* Addresses in digits alone: no name is looked up. */
bool listen_parse(const char *text, struct listen *l, struct err *e) MUST_CHECK;
/* A socket that listens there; not for systemd's. A unix socket is its owner's
 * and its group's, and takes the place of one that nobody listens on. */
bool listen_open(const struct listen *l, int *fd, struct err *e) MUST_CHECK;
/* Of a socket that listens; 0: it has none. */
int listen_port(int fd);

#endif
