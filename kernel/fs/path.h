/* SPDX-License-Identifier: MIT */
/* Names of files: text alone, nothing is looked up here. */
#ifndef PATH_H
#define PATH_H

#include <linux/limits.h>
#include <stdbool.h>

/* A file's name. Both texts are of the kernel's own, in the low 2 MiB where the host finds them. */
struct path {
	char host[PATH_MAX];	     /* what the host is asked for: symbolic links and .. are its */
	char absolute[2 * PATH_MAX]; /* from the root, without ., .. and needless slashes; where the
					working directory isn't known, what can be told */
};

/* Sets the working directory to the host's, an absolute path, or NULL: not known. Kept, not copied.
 */
void path_init(const char *cwd);

/* That directory, whatever the working directory is by now, or "". */
const char *path_first_cwd(void);

/*
 * Names `text` as seen from the directory `base`, an absolute path; NULL: from
 * the working directory. Returns 0, -ENOENT for an empty text or -ENAMETOOLONG.
 */
int path_make(struct path *path, const char *base, const char *text);

/* Is it the file or directory `prefix`, or something below it? */
bool path_is_below(const struct path *path, const char *prefix);

/* Makes a directory, by its absolute path, the working directory. */
void path_set_cwd(const char *absolute);

/* The working directory, or "". */
const char *path_cwd(void);

#endif
