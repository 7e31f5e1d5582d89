/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

struct fuzz_file
fuzz_file(void)
{
	struct fuzz_file file = { .fd = memfd_create("fuzz", 0) };

	must(file.fd >= 0, "there is memory");
	snprintf(file.path, sizeof(file.path), "/proc/self/fd/%d", file.fd);
	return file;
}

void
fuzz_write(const struct fuzz_file *file, struct span bytes)
{
	must(ftruncate(file->fd, 0) == 0 &&
			pwrite(file->fd, bytes.data, bytes.len, 0) ==
				(ssize_t)bytes.len,
		"memory can be written");
}
