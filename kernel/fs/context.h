/* SPDX-License-Identifier: MIT */
/* What a process sees of the file system: its working directory and umask. */
#ifndef CONTEXT_H
#define CONTEXT_H

#include "path.h"

struct fs_context {
	unsigned refs;
	bool first; /* of the first process: in the kernel's image */
	unsigned umask;
	const char *host_cwd; /* the host's working directory, which stays; "" if it isn't known */
	char *cwd;	      /* after a chdir(2): a page frame of its own; before, NULL */
};

/* Of the process that runs. */
extern struct fs_context *current_fs;

/*
 * Sets up the first context, of zeros, with one reference. `host_cwd` is an absolute path,
 * which is kept, or NULL if it isn't known.
 */
void fs_context_init(struct fs_context *fs, const char *host_cwd);

/* A context with the same contents, and one reference. NULL: out of memory. */
struct fs_context *fs_context_copy(const struct fs_context *fs);

void fs_context_get(struct fs_context *fs);
void fs_context_put(struct fs_context *fs);

/* The working directory: an absolute path, or "" if it isn't known. */
const char *fs_cwd(void);

/* That of another process. */
const char *fs_context_cwd(const struct fs_context *fs);

/* Makes a directory, by its absolute path, the working directory. Returns 0 or an errno. */
int fs_chdir(const char *absolute);

/* path_make() as seen from the working directory, which is resolved. */
int fs_path(struct path *path, const char *text);

#endif
