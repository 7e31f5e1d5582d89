/* SPDX-License-Identifier: Apache-2.0 */
/* The one clock of the daemon and unifyctl; what is pure is told the time. */
#ifndef IO_NOW_H
#define IO_NOW_H

#include <stdint.h>

/* Microseconds since 1970. */
int64_t now_wall(void);
/* Of a clock that never goes back, for deadlines and for how long it took. */
int64_t now_us(void);
int64_t now_ms(void);

#endif
