/* SPDX-License-Identifier: MIT */
/* Keys, ids and rights of System V IPC. */
#include "sysv.h"

#include <asm/errno.h>

#include "../host/clock.h"
#include "../sched/thread.h"

#define INDICES 32768 /* an id modulo this is the object's index, as on Linux */

int64_t ipc_now(void)
{
	return clock_realtime() / NSEC_PER_SEC;
}

/* The rights that the owner has are those that a program of root without capabilities has. */
static bool allows(const struct ipc_object *object, unsigned rights)
{
	unsigned wanted = (rights >> 6 | rights >> 3 | rights) & 7;

	return (wanted & ~(object->mode >> 6)) == 0;
}

static struct ipc_object *by_id(const struct ipc_kind *kind, int id)
{
	struct ipc_object *object = kind->first;

	while (object && object->id != id)
		object = object->next;
	return object;
}

/* A new one, with the next number that is free, at the end of the list. */
static int add(struct ipc_kind *kind, int key, unsigned flags, uint64_t size)
{
	struct ipc_object **at = &kind->first;
	struct ipc_object *object;
	int error;

	if (kind->count >= kind->most)
		return -ENOSPC;
	error = kind->make(&object, size);
	if (error)
		return error;
	do
		kind->last_id = kind->last_id == INT32_MAX ? 0 : kind->last_id + 1;
	while (by_id(kind, kind->last_id));
	*object = (struct ipc_object){
		.id = kind->last_id, .key = key, .mode = flags & 0777, .changed = ipc_now()};
	while (*at && (*at)->id < object->id)
		at = &(*at)->next;
	object->next = *at;
	*at = object;
	kind->count++;
	return object->id;
}

int ipc_get(struct ipc_kind *kind, int key, unsigned flags, uint64_t size)
{
	const struct ipc_object *object = kind->first;
	int error;

	if (key == IPC_PRIVATE)
		return add(kind, key, flags, size);
	while (object && object->key != key)
		object = object->next;
	if (!object)
		return flags & IPC_CREAT ? add(kind, key, flags, size) : -ENOENT;
	if (flags & IPC_CREAT && flags & IPC_EXCL)
		return -EEXIST;
	error = kind->check ? kind->check(object, size) : 0;
	if (error)
		return error;
	return allows(object, flags) ? object->id : -EACCES;
}

struct ipc_object *ipc_find(const struct ipc_kind *kind, int id, unsigned rights, int *error)
{
	struct ipc_object *object = by_id(kind, id);

	*error = !object ? (current->restart ? -EIDRM : -EINVAL)
			 : (allows(object, rights) ? 0 : -EACCES);
	return *error ? NULL : object;
}

struct ipc_object *ipc_find_at(const struct ipc_kind *kind, int index, unsigned rights, int *error)
{
	for (struct ipc_object *object = kind->first; object; object = object->next)
		if (object->id % INDICES == index)
			return ipc_find(kind, object->id, rights, error);
	*error = -EINVAL;
	return NULL;
}

struct ipc_object *ipc_find_to_tell(const struct ipc_kind *kind, int id, int command, int any,
				    int *error)
{
	const unsigned rights = command == any ? 0 : IPC_READ;

	return command == IPC_STAT ? ipc_find(kind, id, rights, error)
				   : ipc_find_at(kind, id, rights, error);
}

int ipc_last_index(const struct ipc_kind *kind)
{
	int last = 0;

	for (const struct ipc_object *object = kind->first; object; object = object->next)
		if (object->id % INDICES > last)
			last = object->id % INDICES;
	return last;
}

void ipc_remove(struct ipc_kind *kind, struct ipc_object *object)
{
	struct ipc_object **at = &kind->first;

	while (*at != object)
		at = &(*at)->next;
	*at = object->next;
	kind->count--;
}

void ipc_perm(const struct ipc_object *object, struct ipc64_perm *perm)
{
	*perm = (struct ipc64_perm){
		.key = object->key,
		.uid = object->uid,
		.gid = object->gid,
		.mode = object->mode,
		.seq = object->id / INDICES,
	};
}

void ipc_set_perm(struct ipc_object *object, const struct ipc64_perm *perm)
{
	object->uid = perm->uid;
	object->gid = perm->gid;
	object->mode = (object->mode & ~0777U) | (perm->mode & 0777);
	object->changed = ipc_now();
}
