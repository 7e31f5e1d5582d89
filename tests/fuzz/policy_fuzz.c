/* SPDX-License-Identifier: Apache-2.0 */
/* The file of a policy: it loads whole, or the error says what was wrong. */
#include "app/policy_file.h"

#include "fuzz.h"

static struct fuzz_file file;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	file = fuzz_file();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_create();
	struct err e = { 0 };

	fuzz_write(&file, (struct span){ (const char *)data, size });
	must(policy_file_load(a, file.path, &e) || *e.text,
		"a bad file says what is wrong");
	arena_destroy(a);
	return 0;
}
