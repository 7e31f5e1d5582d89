/* SPDX-License-Identifier: Apache-2.0 */
#include "store/partition.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

#define FIRST_YEAR 2000

static bool
is_there(const struct partitions *p, const char *name)
{
	for (size_t i = 0; i < p->count; i++)
		if (!strcmp(p->names[i], name))
			return true;
	return false;
}

/* months: since year 0. */
static const char *
make(struct arena *a, const char *name, int from, int to)
{
	return arena_printf(a,
		"CREATE TABLE IF NOT EXISTS %s PARTITION OF journal FOR VALUES "
		"FROM ('%04d-%02d-01Z') TO ('%04d-%02d-01Z')",
		name, from / 12, from % 12 + 1, to / 12, to % 12 + 1);
}

static const char *
missing_month(struct arena *a, const struct partitions *p, int month,
	const char **name)
{
	*name = arena_printf(
		a, "journal_%04d_%02d", month / 12, month % 12 + 1);
	return is_there(p, *name) ? NULL : make(a, *name, month, month + 1);
}

static const char *
missing_year(struct arena *a, const struct partitions *p, int year,
	const char **name)
{
	*name = arena_printf(a, "journal_%04d", year);
	return is_there(p, *name) ? NULL
				  : make(a, *name, year * 12, year * 12 + 12);
}

/* The year in which the database was made: the first that has a January. */
static int
made_in(const struct partitions *p, int year)
{
	int made = year;

	for (size_t i = 0; i < p->count; i++) {
		/* journal_YYYY_MM; of a year there is no month. */
		const char *name = p->names[i] + strlen("journal_");
		long y = strtol(name, NULL, 10);

		if (strlen(name) == strlen("YYYY_MM") && y < made)
			made = (int)y;
	}
	return made;
}

const char *
partition_missing(struct arena *a, const struct partitions *p, int64_t now,
	const char **name)
{
	time_t seconds = (time_t)(now / CLOCK_SECOND);
	const char *sql = NULL;
	struct tm tm;
	int month, made;

	gmtime_r(&seconds, &tm);
	month = (tm.tm_year + 1900) * 12 + tm.tm_mon;
	made = made_in(p, tm.tm_year + 1900);
	for (int y = FIRST_YEAR; y < made && !sql; y++)
		sql = missing_year(a, p, y, name);
	for (int m = made * 12; m <= month + PARTITION_AHEAD && !sql; m++)
		sql = missing_month(a, p, m, name);
	return sql;
}
