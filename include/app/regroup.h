/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another policy makes other profiles of the whole journal: unifyctl replay
 * does it, a process of its own beside this one, so that the loop goes on and
 * readers see the old ones until all are there. It ends at once where the
 * profiles are made by the configuration's policy already.
 */
#ifndef APP_REGROUP_H
#define APP_REGROUP_H

struct event_base;
struct regroup;

/* unifyctl is looked for beside the program that runs. path: of the
 * configuration, which lasts as long as this. */
struct regroup *regroup_create(struct event_base *base, const char *path);
/* Once more after the one that is under way, if one is. The log says how it
 * ended. */
void regroup_start(struct regroup *r);
/* Ends the one that is under way, which changes nothing then. Takes NULL. */
void regroup_destroy(struct regroup *r);

#endif
