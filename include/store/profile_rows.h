/* SPDX-License-Identifier: Apache-2.0 */
/* What profile_rows.sql and profile_latest.sql say of a profile, for
 * store/profile.c. */
#ifndef STORE_PROFILE_ROWS_H
#define STORE_PROFILE_ROWS_H

#include "base/arena.h"
#include "base/idmap.h"
#include "core/record.h"
#include "io/db.h"
#include "store/columns.h"

struct profile {
	struct arena *arena; /* of all that is in it */
	struct record record;
	size_t identifier_cap, stay_cap, trait_cap, purchase_cap, event_cap;
	struct idmap identifiers, stays; /* those that are in the record */
	size_t first_place; /* its first row among those of profile_ask_latest
			     */
};

/* The identifier that a row of profile_rows.sql answers. */
struct id profile_row_asked(const struct db_result *result, int row);
void profile_row_add(
	struct profile *p, const struct db_result *result, int row);
/* Adds rows to c ("uzzu") that ask for the newest events and the last order's;
 * widens from and to by their times. Once all rows of the profile are added. */
void profile_latest_ask(
	struct profile *p, struct columns *c, int64_t *from, int64_t *to);
/* The place in c that a row of profile_latest.sql answers. */
size_t profile_latest_place(const struct db_result *result, int row);
void profile_latest_add(
	struct profile *p, const struct db_result *result, int row);

#endif
