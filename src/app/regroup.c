/* SPDX-License-Identifier: Apache-2.0 */
#include "app/regroup.h"

#include <event2/event.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"

struct regroup {
	const char *path;
	struct event *ended;
	pid_t child; /* or 0 */
	bool again;
};

/* False where the place of our own program cannot be told. */
static bool
find_tool(char *tool, size_t size)
{
	static const char name[] = "unifyctl";
	ssize_t len = readlink("/proc/self/exe", tool, size);
	char *slash;

	if (len <= 0 || (size_t)len >= size)
		return false;
	tool[len] = '\0';
	slash = strrchr(tool, '/');
	if (!slash || (size_t)(slash + 1 - tool) + sizeof(name) > size)
		return false;
	memcpy(slash + 1, name, sizeof(name));
	return true;
}

/* What it has to say is in its exit code; a person who runs it reads more. */
static bool
spawn(struct regroup *r)
{
	char tool[PATH_MAX], config[] = "--config", replay[] = "replay",
			     needed[] = "--if-needed";
	char *path = strdup(r->path);
	char *argv[] = { tool, config, path, replay, needed, NULL };
	posix_spawn_file_actions_t files;
	bool ok = path && find_tool(tool, sizeof(tool)) &&
		  posix_spawn_file_actions_init(&files) == 0;

	if (ok) {
		ok = posix_spawn_file_actions_addopen(&files, STDOUT_FILENO,
			     "/dev/null", O_WRONLY, 0) == 0 &&
		     posix_spawn_file_actions_adddup2(
			     &files, STDOUT_FILENO, STDERR_FILENO) == 0 &&
		     posix_spawn(
			     &r->child, tool, &files, NULL, argv, environ) == 0;
		posix_spawn_file_actions_destroy(&files);
	}
	if (!ok)
		r->child = 0;
	free(path);
	return ok;
}

void
regroup_start(struct regroup *r)
{
	if (r->child) {
		r->again = true;
		return;
	}
	r->again = false;
	if (spawn(r))
		log_info("regroup", "state=begun pid=%d", (int)r->child);
	else
		log_error("regroup", "error=\"cannot start unifyctl; "
				     "run: unifyctl replay\"");
}

static void
on_ended(evutil_socket_t signal, short what, void *arg)
{
	struct regroup *r = arg;
	int status;

	(void)signal;
	(void)what;
	if (!r->child || waitpid(r->child, &status, WNOHANG) != r->child)
		return;
	r->child = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		log_info("regroup", "state=done");
	else
		log_error("regroup",
			"error=\"unifyctl ended with %d; to see why, run: "
			"unifyctl replay\"",
			WIFEXITED(status) ? WEXITSTATUS(status)
					  : -WTERMSIG(status));
	if (r->again)
		regroup_start(r);
}

struct regroup *
regroup_create(struct event_base *base, const char *path)
{
	struct regroup *r = calloc(1, sizeof(*r));

	if (!r)
		abort();
	r->path = path;
	r->ended = evsignal_new(base, SIGCHLD, on_ended, r);
	if (!r->ended || event_add(r->ended, NULL) != 0)
		abort();
	return r;
}

void
regroup_destroy(struct regroup *r)
{
	if (!r)
		return;
	event_free(r->ended);
	if (r->child) {
		kill(r->child, SIGTERM);
		waitpid(r->child, NULL, 0);
	}
	free(r);
}
