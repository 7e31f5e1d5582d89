/* SPDX-License-Identifier: Apache-2.0 */
/* TLS 1.2 and later, by OpenSSL; HTTP/1.1 is what ALPN offers. */
#ifndef IO_TLS_H
#define IO_TLS_H

#include <stdbool.h>

#include "base/err.h"

struct bufferevent;
struct event_base;
struct tls;

/* From PEM files: the certificate with its chain, and its key. NULL: e says
 * what was wrong with which. */
struct tls *tls_create(
	const char *certificate, const char *key, struct err *e) MUST_CHECK;
/* Connections that it made go on. Takes NULL. */
void tls_destroy(struct tls *tls);
/* Of a connection just taken, which has its handshake yet to come. */
struct bufferevent *tls_accept(
	struct tls *tls, struct event_base *base, int fd);
/* Says that nothing more will be sent. Takes one that is no TLS, too. */
void tls_end(struct bufferevent *bev);

#endif
