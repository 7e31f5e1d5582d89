/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration: a file loads whole, or the error says what was wrong. */
#include "app/config.h"

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
	struct config *config;

	fuzz_write(&file, (struct span){ (const char *)data, size });
	config = config_load(a, file.path, &e);
	must(config || *e.text, "a bad file says what is wrong");
	if (config)
		must(config_print(a, config) != NULL, "what loads is shown");
	arena_destroy(a);
	return 0;
}
