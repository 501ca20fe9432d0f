/* SPDX-License-Identifier: MIT */
/* What System V's message queues, semaphores and shared memory have in common: sysvipc(7). */
#ifndef SYSV_H
#define SYSV_H

#include <linux/ipc.h>
#include <linux/stat.h>
#include <stdbool.h>
#include <stdint.h>

#include "../types.h"

/* The first member of each kind. All of them belong to root, as all processes do. */
struct ipc_object {
	struct ipc_object *next;
	int id;
	int key; /* IPC_PRIVATE: none finds it by a key */
	uint32_t mode;
	uint32_t uid, gid; /* as IPC_SET has them; they change nothing */
	int64_t changed;   /* seconds since 1970 */
};

struct ipc_kind {
	struct ipc_object *first; /* by their ids */
	unsigned count, most;
	int last_id;
	/* Makes one of this size, which struct ipc_object is still to be filled in of. */
	int (*make)(struct ipc_object **object, uint64_t size);
	/* Is one that is there big enough? 0 or an errno. NULL: always. */
	int (*check)(const struct ipc_object *object, uint64_t size);
};

/* msgget(2), semget(2), shmget(2): an id, or a negative errno. */
int ipc_get(struct ipc_kind *kind, int key, unsigned flags, uint64_t size);

/*
 * The object with this id, if the program may use it for `rights`, of S_IRUGO and S_IWUGO. NULL
 * and *error: -EINVAL, -EACCES; or, in a call that has waited, -EIDRM.
 */
struct ipc_object *ipc_find(const struct ipc_kind *kind, int id, unsigned rights, int *error);

#define IPC_READ  (S_IRUSR | S_IRGRP | S_IROTH)
#define IPC_WRITE (S_IWUSR | S_IWGRP | S_IWOTH)

/* The same by the index, the lower bits of the id, as *_STAT means it. -EINVAL: there is none. */
struct ipc_object *ipc_find_at(const struct ipc_kind *kind, int index, unsigned rights, int *error);

/*
 * The object whose state a command asks for: IPC_STAT by its id; by an index *_STAT, or `any`,
 * which is *_STAT_ANY and needs no right. NULL and *error as above.
 */
struct ipc_object *ipc_find_to_tell(const struct ipc_kind *kind, int id, int command, int any,
				    int *error);

/* The highest index, 0 if there is no object: what IPC_INFO returns. */
int ipc_last_index(const struct ipc_kind *kind);

/* Takes it out of the list; it is the caller's to free. */
void ipc_remove(struct ipc_kind *kind, struct ipc_object *object);

/* IPC_STAT and IPC_SET. */
void ipc_perm(const struct ipc_object *object, struct ipc64_perm *perm);
void ipc_set_perm(struct ipc_object *object, const struct ipc64_perm *perm);

/* Seconds since 1970, for the times that are told. */
int64_t ipc_now(void);

#endif
