/* SPDX-License-Identifier: MIT */
/* The host's files: which of them the guest may open, and how. */
#ifndef HOSTFILE_H
#define HOSTFILE_H

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../kernel/abi.h"
#include "output.h"

/* A file is looked at before it is opened for reading. */
#define HOSTFILE_LOOK	   (O_PATH | O_CLOEXEC)
#define HOSTFILE_LOOK_LINK (HOSTFILE_LOOK | O_NOFOLLOW)
#define HOSTFILE_READ	   (O_RDONLY | O_NOCTTY | O_CLOEXEC)

/* The ways to look: through the last link of a path, and at it. */
#define HOSTFILE_LOOKS 2

/*
 * The names that fds have in /proc/self/fd: numbers, more of them than fds can be
 * open in the sandbox. The sandbox allows an open for reading only if the name lies
 * in this memory, which can't be written. Wherever in it a string starts, it is a
 * number or empty.
 */
#define HOSTFILE_NUMBERS 270
extern const char hostfile_numbers[HOSTFILE_NUMBERS][4];

/* What is opened before the sandbox is entered. */
enum { HOSTFILE_PROGRAM, HOSTFILE_URANDOM, HOSTFILE_RANDOM, HOSTFILE_GRANTS };

/* The files that the user can grant to write to: for a trace, for a core, and with --output. */
enum { OUTPUT_TRACE, OUTPUT_CORE, OUTPUT_FIRST };
#define HOSTFILE_OUTPUTS (OUTPUT_FIRST + OUTPUTS_MAX)

struct hostfiles {
	bool none;		     /* the grants below are all */
	bool openat2;		     /* the kernel has it */
	bool told;		     /* the user, that `proc` is missing */
	int root;		     /* where paths begin: a directory's fd, or AT_FDCWD */
	int proc;		     /* the fd of /proc/self/fd, or -1 */
	const struct open_how *look; /* HOSTFILE_LOOKS of them: how a path is followed */
	struct {
		const char *path; /* NULL: was opened */
		int host;	  /* host fd, or -errno */
	} granted[HOSTFILE_GRANTS];
};

/*
 * Sets up what can be opened: the host's files; with `root`, what lies beneath that
 * directory as if it were /; with `none`, nothing. In the last two cases some are
 * opened here, from the host: `program` (NULL: there is none), which the kernel can
 * open once, to load it; /dev/urandom and /dev/random. If /proc isn't mounted and
 * can't be, nothing else can be opened either. Dies if this kernel has no way to
 * keep paths beneath `root`.
 */
void hostfiles_init(struct hostfiles *files, const char *root, bool none, const char *program);

/*
 * Opens a host file for reading. Regular files and directories of file systems
 * that keep data and a few harmless devices only; nothing else is ever opened,
 * whoever changes the path meanwhile.
 * Returns a host fd, -EACCES or the errno of open(2).
 */
int hostfile_open(struct hostfiles *files, const char *path);

/*
 * What a path leads to; with HC_STAT_LINK in `flags`, of which only that counts,
 * the last link itself. Of any file on a file system that keeps data, and what
 * is told is of one file, whoever changes the path meanwhile. It is not opened.
 * Returns 0, -EACCES or the errno of stat(2).
 */
int hostfile_stat(const struct hostfiles *files, const char *path, uint64_t flags,
		  struct hc_stat_result *result);

/* The same of a host fd that the guest has. Returns 0 or -errno. */
int hostfile_fstat(int host, struct hc_stat_result *result);

/*
 * Where the symbolic link leads, without a NUL; what doesn't fit into to[size]
 * is cut off. Returns the length, -EACCES or the errno of readlink(2).
 */
int hostfile_readlink(const struct hostfiles *files, const char *path, char *to, size_t size);

#endif
