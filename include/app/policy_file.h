/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of a policy: crowd, silence_days, and a section for each kind of
 * identifier that is not as shipped, or that the operator adds; see
 * unifyd-policy.conf(5). The daemon has one and a rehearsal may have another.
 */
#ifndef APP_POLICY_FILE_H
#define APP_POLICY_FILE_H

#include "base/err.h"
#include "core/policy.h"

/* The shipped policy with what the file says; path NULL: as shipped. On the
 * arena. NULL: e says where and what was wanted. */
struct policy *policy_file_load(
	struct arena *a, const char *path, struct err *e) MUST_CHECK;

#endif
