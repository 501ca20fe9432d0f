/* SPDX-License-Identifier: MIT */
/* The host's files: which of them the guest may open, and how. */
#ifndef HOSTFILE_H
#define HOSTFILE_H

#include <linux/openat2.h>
#include <stdbool.h>

/* A file is looked at by O_PATH before it is opened for reading. */
enum hostfile_way { HOSTFILE_LOOK, HOSTFILE_READ };

/* What is opened before the sandbox is entered. */
enum { HOSTFILE_PROGRAM, HOSTFILE_URANDOM, HOSTFILE_RANDOM, HOSTFILE_GRANTS };

struct hostfiles {
	bool none;		     /* the grants below are all */
	bool openat2;		     /* the kernel has it */
	int root;		     /* where paths begin: a directory's fd, or AT_FDCWD */
	const struct open_how *ways; /* [HOSTFILE_LOOK], [HOSTFILE_READ] */
	struct {
		const char *path; /* NULL: was opened */
		int host;	  /* host fd, or -errno */
	} granted[HOSTFILE_GRANTS];
};

/*
 * Sets up what can be opened: the host's files; with `root`, what lies
 * beneath that directory as if it were /; with `none`, nothing. Of the last
 * two are excepted, and opened here from the host: `program` (NULL: there is
 * none), once, for the kernel to load it, and /dev/urandom and /dev/random. Dies if `root` can't be
 * kept to.
 */
void hostfiles_init(struct hostfiles *files, const char *root, bool none, const char *program);

/*
 * Opens a host file for reading. Regular files and a few harmless devices
 * only; what /proc and /sys show is the hypervisor's own and refused.
 * Returns a host fd, -EISDIR, -EACCES or the errno of open(2).
 */
int hostfile_open(struct hostfiles *files, const char *path);

#endif
