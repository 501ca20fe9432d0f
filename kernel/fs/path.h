/* SPDX-License-Identifier: MIT */
/* Names of files: text alone, nothing is looked up here and nothing is kept. */
#ifndef PATH_H
#define PATH_H

#include <linux/limits.h>

/* A file's name. Both texts are of the kernel's own, in the low 2 MiB where the host finds them. */
struct path {
	char host[PATH_MAX]; /* what the host is asked for: it resolves symbolic links and ".." */
	/*
	 * From the root, without ".", ".." and needless slashes. Where the working
	 * directory isn't known, as if it were the root.
	 */
	char absolute[2 * PATH_MAX];
};

/*
 * Names `text` as seen from a directory: `base` is its absolute path, shorter than
 * PATH_MAX, or "" if that isn't known. `host_base` is how the host finds it: the same,
 * or "" for the host's own working directory. Returns 0, -ENOENT for an empty text,
 * or -ENAMETOOLONG.
 */
int path_make(struct path *path, const char *base, const char *host_base, const char *text);

/*
 * The part of the absolute path behind `prefix`, "" or "/...", if it names that
 * directory or something below it; else NULL. The root's prefix is "".
 */
const char *path_below(const struct path *path, const char *prefix);

#endif
