/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fuzzers have in common. Each is one file with libFuzzer's entry,
 * and finds what crashes, leaks, is undefined, or breaks a promise.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/span.h"

/* libFuzzer calls them. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* A promise. */
static inline void
must(bool kept, const char *promise)
{
	if (kept)
		return;
	fprintf(stderr, "broken: %s\n", promise);
	abort();
}

/* A file in memory, for what reads files; write gives it bytes. */
struct fuzz_file {
	int fd;
	char path[32];
};

struct fuzz_file fuzz_file(void);
void fuzz_write(const struct fuzz_file *file, struct span bytes);

#endif
