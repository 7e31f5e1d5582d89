/* SPDX-License-Identifier: Apache-2.0 */
/* Everything again, from the journal. */
#ifndef CTL_REPLAY_H
#define CTL_REPLAY_H

#include "ctl/command.h"

/* As unifyctl replay, under another model of likeness: its number, or "" for
 * the shipped one. It is in use from the moment that all is swapped. Gives an
 * exit code. */
int replay_under_model(struct ctl *ctl, const char *version);

#endif
