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
	bool left_root; /* it, or a link on the way, lies in another file system than the root's */
};

/*
 * Follows a path part by part. A link at its end is followed with `follow`, and where the path must
 * be a directory; what file systems follow themselves never is. The last part may be missing.
 * Costs the host a readlink for each part outside of the base and of our own file systems.
 * Returns 0 or a negative errno; -ELOOP, too, for a file system that asks while it is itself asked
 * for a link on the way.
 */
int path_resolve(struct resolved *to, const struct path *path, bool follow);

#endif
