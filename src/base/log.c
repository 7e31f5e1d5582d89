/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static enum log_level highest = LOG_LEVEL_INFO;

bool
log_set_level(struct span word)
{
	static const struct {
		const char *word;
		enum log_level level;
	} levels[] = {
		{ "error", LOG_LEVEL_ERROR },
		{ "warning", LOG_LEVEL_WARNING },
		{ "info", LOG_LEVEL_INFO },
		{ "debug", LOG_LEVEL_DEBUG },
	};

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (span_is(word, levels[i].word)) {
			highest = levels[i].level;
			return true;
		}
	}
	return false;
}

void
log_line(enum log_level level, const char *event, const char *format, ...)
{
	char line[1024];
	int len;
	va_list ap;

	if (level > highest)
		return;
	len = snprintf(line, sizeof(line), "<%d>event=%s ", (int)level, event);
	va_start(ap, format);
	len += vsnprintf(line + len, sizeof(line) - (size_t)len, format, ap);
	va_end(ap);
	if (len > (int)sizeof(line) - 2)
		len = (int)sizeof(line) - 2;
	/* A line is a line, whatever a database or a peer has said. */
	for (int i = 0; i < len; i++)
		if ((unsigned char)line[i] < ' ')
			line[i] = ' ';
	line[len++] = '\n';
	/* One write: lines of several processes do not mix. */
	if (write(STDERR_FILENO, line, (size_t)len) < 0)
		return;
}
