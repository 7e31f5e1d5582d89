/* SPDX-License-Identifier: Apache-2.0 */
/* What an e-mail address says of whose it is. Addresses are as identifiers
 * are. */
#ifndef LIKENESS_MAILBOX_H
#define LIKENESS_MAILBOX_H

#include <stdbool.h>

#define MAILBOX_USER 65

/* The part before the at, without what its host may leave out: the dots, and
 * what follows a plus. */
void mailbox_user(const char *email, char user[MAILBOX_USER]);
/* Whether it is a role's ("info@", "sales@"), which whoever has the role
 * reads: that two have the same says nothing of them, nor that they have
 * another. */
bool mailbox_is_role(const char *email);

#endif
