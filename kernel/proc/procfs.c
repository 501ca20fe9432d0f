/* SPDX-License-Identifier: MIT */
/* /proc. The host's isn't passed through: it tells of the hypervisor, not of the program. */
#include "procfs.h"

#include "../fs/hostfs.h"
#include "../fs/reopen.h"
#include "../lib/string.h"
#include "process.h"

#define EXE "/self/exe"
#define FDS "/self/fd/"

static int procfs_open(struct file **file, const struct path *path, const char *rest,
		       unsigned flags)
{
	(void)path;
	if (strcmp(rest, EXE) == 0)
		return hostfs_open(file, process_path(), process_path(), flags);
	if (memcmp(rest, FDS, strlen(FDS)) == 0)
		return reopen_fd(file, rest + strlen(FDS), flags);
	return open_absent(flags);
}

static const char *procfs_link(const char *rest)
{
	return strcmp(rest, EXE) == 0 ? process_path() : NULL;
}

const struct fs_type procfs = {.open = procfs_open, .link = procfs_link};
