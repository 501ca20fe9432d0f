/* SPDX-License-Identifier: MIT */
/*
 * Segments of System V shared memory: shmop(2). One is a nameless file of a tmpfs, and an attached
 * one a shared mapping of it.
 */
#ifndef SYSV_SHM_H
#define SYSV_SHM_H

/* First: with what linux/shm.h includes, linux/stat.h would leave to the C library what it has. */
#include "sysv.h"

#include <limits.h>
#include <linux/shm.h>

struct cache;
struct file;
struct shm_segment;

extern struct ipc_kind shm_kind;

/* Its size in bytes, as it was asked for. */
uint64_t shm_size(const struct shm_segment *segment);

/* Opens its file to be mapped: read-only, or to be written to as well. Returns 0 or -ENOMEM. */
int shm_open(struct shm_segment *segment, bool read_only, struct file **file);

/* The current process has attached it, or detached it. */
void shm_attached(struct shm_segment *segment);
void shm_detached(struct shm_segment *segment);

/* The segment of a mapped file; NULL: it is none. */
struct shm_segment *shm_of_cache(const struct cache *cache);

/* IPC_RMID: it goes when nobody has it attached any more, at once perhaps. */
void shm_remove(struct shm_segment *segment);

/* SHM_LOCK and SHM_UNLOCK: told by IPC_STAT. Nothing is ever paged out. */
void shm_lock(struct shm_segment *segment, bool locked);

/* IPC_STAT. */
void shm_stat(const struct shm_segment *segment, struct shmid64_ds *st);

/* SHM_INFO: of all segments together. */
void shm_info(struct shm_info *info);

static inline struct shm_segment *shm_segment_of(struct ipc_object *object)
{
	return (struct shm_segment *)object; /* its first member */
}

#endif
