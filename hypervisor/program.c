/* SPDX-License-Identifier: MIT */
/* The file of the program: where it lies, and whether it may be executed. */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A regular file that the user has the right to execute, from where that may be done. */
static bool executable(int host)
{
	struct stat st;

	if (syscall(SYS_faccessat2, host, "", X_OK, AT_EACCESS | AT_EMPTY_PATH) == 0)
		return true;
	/* No faccessat2: before Linux 5.8, or in a container that refuses what it doesn't know by
	 * EPERM. That nobody has the right can be seen all the same. */
	return (errno == ENOSYS || errno == EPERM) && fstat(host, &st) == 0 &&
	       st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH);
}

void program_find(struct hostfiles *files)
{
	const char *path = files->granted[HOSTFILE_PROGRAM].path;
	int host = files->granted[HOSTFILE_PROGRAM].host;

	if (!path)
		return;
	if (host < 0 && !files->none) {
		files->granted[HOSTFILE_PROGRAM].path = NULL; /* not the host's again */
		host = hostfile_open(files, path);
		files->granted[HOSTFILE_PROGRAM].path = path;
	}
	if (host >= 0 && !executable(host)) {
		close(host);
		host = -EACCES;
	}
	files->granted[HOSTFILE_PROGRAM].host = host;
}
