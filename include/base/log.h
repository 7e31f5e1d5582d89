/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line of logfmt a fact, on stderr, with the priority that journald
 * reads. Only app and the mains log. Invariant 12: no identifier value,
 * secret or message text goes into a line.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

#include "base/span.h"

/* error: someone must act. warning: we went on. info: life cycle and a line a
 * batch. debug: the rest. */
enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7
};

/* False for a word that is no level. */
bool log_set_level(struct span word);
/* event: a word of a short list; format: key=value pairs. */
void log_line(enum log_level level, const char *event, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#define log_error(...) log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
