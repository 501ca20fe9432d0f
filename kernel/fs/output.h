/* SPDX-License-Identifier: MIT */
/*
 * Files of the host that the program may write to: boot_info.outputs. Each is mounted by its path,
 * as a file system that is this file and nothing else.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "mount.h"

struct output {
	const char *name; /* boot_info's: opening it, the host empties the file */
	char *given,
		*resolved; /* the path, without and with its links followed; see output_find() */
	const char *point; /* which of them it is mounted at; NULL: it isn't */
	int host;	   /* the host's fd, */
	int64_t offset;	   /* and where that is */
	struct hc_stat_result st; /* when the machine started */
};

extern struct output outputs[BOOT_OUTPUTS];

extern const struct fs_type outputfs;

/*
 * Finds where `name`, which is as boot_info has it, lies on the host. Only while nothing but the
 * host's file system is mounted, at all points that there will be. Returns 0 or a negative errno.
 */
int output_find(const char *name);

/*
 * Mounts what output_find() has found. One whose directory doesn't exist isn't mounted; but in a
 * tmpfs it will be made. Sets *name to what can't be mounted. Returns 0 or a negative errno.
 */
int output_mount_all(const char **name);

/* How many there are. */
extern unsigned output_count;

/* Is it one of these files, by its attributes on the host? */
bool output_is(uint64_t dev, uint64_t ino);

/* Opens it, with flags of open(2). Sets *file, with one reference. */
int output_open(struct file **file, struct output *output, unsigned flags);

/* fstat(2). */
int output_stat(const struct output *output, struct hc_stat_result *st);

/* Changes its attributes, of which only the size can be changed: -EPERM. */
int output_set(struct output *output, const struct attributes *set);

#endif
