/* SPDX-License-Identifier: MIT */
/* Names of files: text alone, nothing is looked up here and nothing is kept. */
#ifndef PATH_H
#define PATH_H

#include <linux/limits.h>
#include <stdbool.h>
#include <stddef.h>

/* A file's name, as a program gives it. */
struct path {
	/* What the host is asked for: it resolves symbolic links and "..". In the low 2 MiB. */
	char host[PATH_MAX];
	/*
	 * From the root, without ".", ".." and needless slashes. Where the working
	 * directory isn't known, as if it were the root.
	 */
	char absolute[2 * PATH_MAX];
	const char *base, *text; /* what it was made of */
	bool base_resolved;
	/* ".." has removed a name that may be a link: if it is one, `absolute` is wrong. */
	bool doubtful;
	bool has_dotdot;
	bool directory; /* the last part is ".", ".." or nothing, so it must be a directory */
};

/*
 * Names `text` as seen from a directory: `base` is its absolute path, shorter than
 * PATH_MAX, or "" if that isn't known. `host_base` is how the host finds it: the same,
 * or "" for the host's own working directory. `base_resolved`: no part of it is a symbolic
 * link. `base` and `text` are kept as long as the path is used.
 * Returns 0, -ENOENT for an empty text, or -ENAMETOOLONG.
 */
int path_make(struct path *path, const char *base, const char *host_base, bool base_resolved,
	      const char *text);

/*
 * The part of an absolute path behind `prefix`, "" or "/...", if it names that
 * directory or something below it; else NULL. The root's prefix is "".
 */
const char *path_below(const char *absolute, const char *prefix);

/* Is it an absolute path without ".", ".." and needless slashes? */
bool path_is_plain(const char *path);

/* The length of the part of a path that begins here, up to a slash or the end. */
size_t path_part(const char *text);

/* Behind the slashes that begin here, if any. */
const char *path_skip_slashes(const char *text);

/* The last part of a path that isn't empty, and its length, 0 if there is none. */
const char *path_last(const char *text, size_t *length);

/* Is this part of a path "." or ".."? */
bool path_is_dot(const char *part, size_t length);
bool path_is_dotdot(const char *part, size_t length);

#endif
