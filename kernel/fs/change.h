/* SPDX-License-Identifier: MIT */
/*
 * What changes names, or what they lead to, by way of the table of mounts. Each returns 0 or a
 * negative errno. A file system that is read-only says -EROFS, if Linux hasn't another errno first.
 */
#ifndef CHANGE_H
#define CHANGE_H

#include "resolve.h"

/* A name that is to be changed: its last part, which may be missing, is no link to be followed. */
struct name {
	struct resolved at;
	const struct fs_changes *changes; /* of its file system, or NULL */
	int unreachable;		  /* why there can be no such name: an errno, or 0 */
	int missing;			  /* 0: it is there; or why it isn't, an errno */
	int create_error;		  /* without `changes`: why it can't be made */
	uint64_t mode;			  /* st_mode, if it is there */
	bool slash;			  /* behind it: it must be a directory */
	bool dot, dotdot, root;		  /* what it ends in, if that is no name */
};

/* Finds a name; with `follow`, what a link that it may be leads to. *path needn't be kept. */
void name_find(struct name *name, const struct path *path, bool follow);

/* Makes it. */
int name_make(const struct name *name, const struct new_name *new);

/* Makes it another name of what the first one is, or an open file. */
int name_link(const struct name *from, const struct name *to);
int name_link_file(const struct file *from, const struct name *to);

/* unlink(2), rmdir(2), renameat2(2). */
int name_remove(const struct name *name, bool directory);
int name_rename(const struct name *from, const struct name *to, unsigned flags);

/* Opens a file without a name in a directory: O_TMPFILE. */
int path_open_nameless(struct file **file, const struct path *path, unsigned flags, unsigned mode);

/* Changes attributes of what a path leads to, or of a link at its end. */
int path_set(const struct path *path, bool follow, const struct attributes *set);
int file_set(struct file *file, const struct attributes *set);

#endif
