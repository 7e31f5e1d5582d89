/* SPDX-License-Identifier: Apache-2.0 */
#include "io/now.h"

#include <time.h>

#include "base/clock.h"

static int64_t
read_clock(clockid_t which)
{
	struct timespec ts;

	clock_gettime(which, &ts);
	return ts.tv_sec * CLOCK_SECOND + ts.tv_nsec / 1000;
}

int64_t
now_wall(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t
now_us(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t
now_ms(void)
{
	return now_us() / 1000;
}
