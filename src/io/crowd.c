/* SPDX-License-Identifier: Apache-2.0 */
/* Lists by a hash under a seed, so that nobody can make one of them long. */
#include "io/crowd.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define LISTS 4096
#define WHO_MAX 16

struct crowd_member {
	struct crowd_member *next, **at; /* *at is this one */
	size_t count, len;
	char who[WHO_MAX];
};

struct crowd {
	uint64_t seed;
	struct crowd_member *lists[LISTS];
};

struct crowd *
crowd_create(void)
{
	struct crowd *c = calloc(1, sizeof(*c));

	if (!c || getrandom(&c->seed, sizeof(c->seed), 0) != sizeof(c->seed))
		abort();
	return c;
}

void
crowd_destroy(struct crowd *c)
{
	free(c);
}

/* Each byte is mixed in by a multiplication, and the high bits tell. */
static struct crowd_member **
list_of(struct crowd *c, struct span who)
{
	uint64_t hash = c->seed;

	for (size_t i = 0; i < who.len; i++) {
		hash = (hash ^ (uint8_t)who.data[i]) *
		       UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 29;
	}
	return &c->lists[hash >> 52];
}

struct crowd_member *
crowd_enter(struct crowd *c, struct span who, size_t *count)
{
	struct crowd_member **list = list_of(c, who), *m = *list;

	assert(who.len <= WHO_MAX);
	while (m &&
		(m->len != who.len || memcmp(m->who, who.data, who.len) != 0))
		m = m->next;
	if (!m) {
		m = calloc(1, sizeof(*m));
		if (!m)
			abort();
		m->len = who.len;
		memcpy(m->who, who.data, who.len);
		m->next = *list;
		m->at = list;
		if (m->next)
			m->next->at = &m->next;
		*list = m;
	}
	*count = ++m->count;
	return m;
}

void
crowd_leave(struct crowd_member *m)
{
	if (!m || --m->count)
		return;
	*m->at = m->next;
	if (m->next)
		m->next->at = m->at;
	free(m);
}
