/* SPDX-License-Identifier: Apache-2.0 */
#include "io/tls.h"

#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

struct tls {
	SSL_CTX *context;
};

static bool
tls_fail(struct err *e, const char *what, const char *path)
{
	unsigned long code = ERR_peek_last_error();
	const char *why = ERR_reason_error_string(code);

	ERR_clear_error();
	return fail(e, ERR_INPUT, "%s %s: %s", what, path,
		why ? why : "cannot be read");
}

/* Who speaks ALPN must hear of what we speak; who does not need not. */
static int
choose(SSL *ssl, const unsigned char **out, unsigned char *len,
	const unsigned char *offered, unsigned int count, void *arg)
{
	static const unsigned char ours[] = "\x08http/1.1";
	unsigned char *to;

	(void)ssl;
	(void)arg;
	if (SSL_select_next_proto(&to, len, ours, sizeof(ours) - 1, offered,
		    count) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*out = to;
	return SSL_TLSEXT_ERR_OK;
}

struct tls *
tls_create(const char *certificate, const char *key, struct err *e)
{
	struct tls *tls = calloc(1, sizeof(*tls));
	SSL_CTX *c = SSL_CTX_new(TLS_server_method());
	bool good;

	if (!tls || !c)
		abort();
	tls->context = c;
	SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION);
	SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
				       SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS |
				    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
				    SSL_MODE_ENABLE_PARTIAL_WRITE);
	SSL_CTX_set_alpn_select_cb(c, choose, NULL);
	good = (SSL_CTX_use_certificate_chain_file(c, certificate) == 1 ||
		       tls_fail(e, "certificate", certificate)) &&
	       ((SSL_CTX_use_PrivateKey_file(c, key, SSL_FILETYPE_PEM) == 1 &&
			SSL_CTX_check_private_key(c) == 1) ||
		       tls_fail(e, "key", key));
	if (good)
		return tls;
	tls_destroy(tls);
	return NULL;
}

void
tls_destroy(struct tls *tls)
{
	if (!tls)
		return;
	SSL_CTX_free(tls->context);
	free(tls);
}

struct bufferevent *
tls_accept(struct tls *tls, struct event_base *base, int fd)
{
	SSL *ssl = SSL_new(tls->context);
	struct bufferevent *bev;

	if (!ssl)
		abort();
	bev = bufferevent_openssl_socket_new(base, fd, ssl,
		BUFFEREVENT_SSL_ACCEPTING,
		BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	if (!bev)
		abort();
	/* Clients hang up as they like; HTTP says how long a body is. */
	bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
	return bev;
}

void
tls_end(struct bufferevent *bev)
{
	SSL *ssl = bufferevent_openssl_get_ssl(bev);

	if (!ssl)
		return;
	SSL_set_shutdown(ssl, SSL_RECEIVED_SHUTDOWN);
	SSL_shutdown(ssl);
	ERR_clear_error();
}
