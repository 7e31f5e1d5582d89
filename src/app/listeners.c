/* SPDX-License-Identifier: Apache-2.0 */
#include "app/listeners.h"

#include "io/http.h"
#include "io/listen.h"

static void
take(struct http *http, int fd, const struct listen *how, int *port)
{
	if (!*port)
		*port = listen_port(fd);
	http_listen(http, fd, how);
}

bool
listeners_open(struct http *http, const char *const *texts,
	struct passed *passed, int *port, struct err *e)
{
	*port = 0;
	for (; *texts; texts++) {
		struct err why = { 0 };
		struct listen how;
		int fd;

		if (!listen_parse(*texts, &how, e))
			return false;
		if (how.systemd && !passed->count)
			return fail(e, ERR_REMOTE,
				"listen %s: there is no socket of it", *texts);
		for (; how.systemd && passed->count; passed->count--)
			take(http, passed->first++, &how, port);
		if (how.systemd)
			continue;
		if (!listen_open(&how, &fd, &why))
			return fail(e, why.code, "cannot listen on %s: %s",
				*texts, why.text);
		take(http, fd, &how, port);
	}
	return true;
}
