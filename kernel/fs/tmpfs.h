/* SPDX-License-Identifier: MIT */
/*
 * A file system in guest memory, mounted at several places: each is one of its own, with a root and
 * a st_dev. See tmpfs_node.h for what it is made of.
 */
#ifndef TMPFS_H
#define TMPFS_H

#include "mount.h"

struct tmpfs_node;

/* The names that its operations get are whole paths. */
extern const struct fs_type tmpfs;

/* Was anything ever made in one? */
bool tmpfs_is_used(void);

/* Opens a node, with flags of open(2) that don't create. Sets *file, with one reference. */
int tmpfs_open_node(struct file **file, struct tmpfs_node *node, unsigned flags);

/*
 * A regular file is executed: until tmpfs_allow_write(), nobody may write to it. Returns 0; or
 * -ETXTBSY, somebody does already.
 */
int tmpfs_deny_write(struct file *file);
void tmpfs_allow_write(struct file *file);

/* The node of an open file of a tmpfs; NULL: it is another's. */
struct tmpfs_node *tmpfs_node_of(const struct file *file);

/*
 * Writes a path of a node, without links. Returns its length; -ENOENT: it has none any more, and
 * the path that it had is written, or ""; or -ENAMETOOLONG.
 */
int tmpfs_path(const struct tmpfs_node *node, char to[PATH_MAX]);

/*
 * The path of the file whose data these are, as /proc shows it: with " (deleted)" behind one that
 * it has no more.
 */
const char *tmpfs_shown_path(const struct cache *cache);

/* memfd_create(2): a file that is in no directory. `name` is what /proc shows of it. */
int tmpfs_memfd(struct file **file, const char *name, bool sealable);

#define TMPFS_SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)

/* F_ADD_SEALS and F_GET_SEALS, fcntl(2). */
int tmpfs_add_seals(struct file *file, uint32_t seals);
int tmpfs_get_seals(const struct file *file);

#endif
