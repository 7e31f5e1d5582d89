/* SPDX-License-Identifier: Apache-2.0 */
/* What must be done now and then without being asked: partitions for the
 * months to come. Once at the start and then every hour. */
#ifndef APP_UPKEEP_H
#define APP_UPKEEP_H

struct db;
struct event_base;
struct upkeep;

struct upkeep *upkeep_create(struct event_base *base, struct db *db);
/* After db, which may have an answer for it. Takes NULL. */
void upkeep_destroy(struct upkeep *u);

#endif
