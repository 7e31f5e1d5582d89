/* SPDX-License-Identifier: Apache-2.0 */
#include "io/loader.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define WAITING_MAX ((size_t)16 * 1024 * 1024) /* bytes */

struct job {
	struct job *next;
	const char *sql;
	char *rows;
	size_t len;
};

struct loader {
	struct bulk *bulk; /* the thread's alone */
	pthread_t thread;
	pthread_mutex_t lock; /* for what follows */
	pthread_cond_t added, done;
	struct job *first, **last; /* the first is the one being done */
	size_t waiting;		   /* bytes */
	bool stopping, failed;
	struct err why;
};

static void
job_destroy(struct job *j)
{
	free(j->rows);
	free(j);
}

/* The lock is held. */
static void
take_first(struct loader *l)
{
	struct job *j = l->first;

	l->first = j->next;
	if (!l->first)
		l->last = &l->first;
	l->waiting -= j->len;
	job_destroy(j);
}

static void *
work(void *arg)
{
	struct loader *l = arg;
	struct err e = { 0 };

	pthread_mutex_lock(&l->lock);
	while (!l->stopping) {
		const struct job *j = l->first;
		bool ok;

		if (!j) {
			pthread_cond_wait(&l->added, &l->lock);
			continue;
		}
		pthread_mutex_unlock(&l->lock);
		ok = j->rows ? bulk_write(l->bulk, j->sql,
				       (struct span){ j->rows, j->len }, &e)
			     : bulk_run(l->bulk, j->sql, &e);
		pthread_mutex_lock(&l->lock);
		take_first(l);
		if (!ok) {
			l->failed = l->stopping = true;
			l->why = e;
		}
		pthread_cond_signal(&l->done);
	}
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

struct loader *
loader_start(struct bulk *b)
{
	struct loader *l = calloc(1, sizeof(*l));

	if (!l)
		abort();
	l->bulk = b;
	l->last = &l->first;
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->added, NULL);
	pthread_cond_init(&l->done, NULL);
	if (pthread_create(&l->thread, NULL, work, l) != 0)
		abort();
	return l;
}

void
loader_stop(struct loader *l)
{
	if (!l)
		return;
	pthread_mutex_lock(&l->lock);
	l->stopping = true;
	pthread_cond_signal(&l->added);
	pthread_mutex_unlock(&l->lock);
	pthread_join(l->thread, NULL);
	while (l->first)
		take_first(l);
	bulk_close(l->bulk);
	pthread_cond_destroy(&l->done);
	pthread_cond_destroy(&l->added);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

/* The lock is held. */
static bool
is_well(const struct loader *l, struct err *e)
{
	if (l->failed && e)
		*e = l->why;
	return !l->failed;
}

bool
loader_add(struct loader *l, const char *sql, char *rows, size_t len,
	struct err *e)
{
	struct job *j = calloc(1, sizeof(*j));
	bool ok;

	if (!j)
		abort();
	*j = (struct job){ NULL, sql, rows, len };
	pthread_mutex_lock(&l->lock);
	while (!l->failed && l->first && l->waiting + len > WAITING_MAX)
		pthread_cond_wait(&l->done, &l->lock);
	ok = is_well(l, e);
	if (ok) {
		*l->last = j;
		l->last = &j->next;
		l->waiting += len;
		pthread_cond_signal(&l->added);
	}
	pthread_mutex_unlock(&l->lock);
	if (!ok)
		job_destroy(j);
	return ok;
}

bool
loader_wait(struct loader *l, int ms, bool *done, struct err *e)
{
	struct timespec until;
	bool ok;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += (ms % 1000) * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	pthread_mutex_lock(&l->lock);
	while (!l->failed && l->first &&
		pthread_cond_timedwait(&l->done, &l->lock, &until) == 0)
		;
	*done = !l->first;
	ok = is_well(l, e);
	pthread_mutex_unlock(&l->lock);
	return ok;
}
