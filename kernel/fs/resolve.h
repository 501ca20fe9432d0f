/* SPDX-License-Identifier: MIT */
/* Follows a name's symbolic links here, instead of on the host, which doesn't know our mounts. */
#ifndef RESOLVE_H
#define RESOLVE_H

#include "mount.h"
#include "path.h"

/* Where a path leads. */
struct resolved {
	char absolute[PATH_MAX]; /* no part is ".", ".." or a link; but see path_resolve() */
	const struct fs_type *type;
	const char *name; /* in that file system: a part of `absolute` */
	bool left_root;	  /* it, or a link on the way, lies in a file system of ours */
};

/*
 * Follows a path part by part. A link at its end is followed if `follow`, or if the path must be a
 * directory. A link that its file system follows by itself (fs_type.path) stays as it is. The last
 * part may be missing. Costs a readlink of the host for each part that isn't of the base or of a
 * file system of ours. Returns 0 or a negative errno. -ELOOP, too, if it is called by a file
 * system that is itself being asked for a link.
 */
int path_resolve(struct resolved *to, const struct path *path, bool follow);

#endif
