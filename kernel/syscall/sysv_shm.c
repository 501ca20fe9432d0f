/* SPDX-License-Identifier: MIT */
/* System calls on System V shared memory: shmop(2), shmctl(2). */
#include "../ipc/sysv_shm.h"

#include <asm/errno.h>
#include <linux/mman.h>

#include "../fs/file.h"
#include "../layout.h"
#include "../lib/math.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "memory.h"
#include "syscall.h"

int64_t sys_shmget(int key, size_t size, unsigned flags)
{
	/* There is no pool of huge pages. */
	if (flags & SHM_HUGETLB && flags & IPC_CREAT)
		return -ENOMEM;
	return ipc_get(&shm_kind, key, flags, size);
}

/*
 * Where it is to be attached: a page-aligned address, any that the program gave. Returns 0 or
 * -EINVAL.
 */
static int find_place(uaddr_t at, unsigned flags, uaddr_t *place)
{
	*place = page_down(at);
	if (*place != at && !(flags & SHM_RND))
		return -EINVAL;
	return !*place && flags & SHM_REMAP ? -EINVAL : 0;
}

/* Maps a segment. Returns the address or a negative errno. */
static int64_t attach(struct shm_segment *segment, uaddr_t at, bool fixed, unsigned flags)
{
	unsigned prot = PROT_READ | (flags & SHM_RDONLY ? 0 : PROT_WRITE) |
			(flags & SHM_EXEC ? PROT_EXEC : 0);
	unsigned map_flags = MAP_SHARED;
	struct file *file;
	int64_t result = shm_open(segment, flags & SHM_RDONLY, &file);

	if (result)
		return result;
	if (fixed)
		map_flags |= flags & SHM_REMAP ? MAP_FIXED : MAP_FIXED_NOREPLACE;
	result = memory_map(at, page_up(shm_size(segment)), prot, map_flags, file, 0);
	if (result >= 0)
		shm_attached(segment);
	file_put(file);
	return result == -EEXIST ? -EINVAL : result;
}

int64_t sys_shmat(int id, uaddr_t address, unsigned flags)
{
	unsigned rights = IPC_READ | (flags & SHM_RDONLY ? 0 : IPC_WRITE) |
			  (flags & SHM_EXEC ? S_IXUSR | S_IXGRP | S_IXOTH : 0);
	struct ipc_object *object;
	uaddr_t at;
	int error = id < 0 ? -EINVAL : find_place(address, flags, &at);

	if (error)
		return error;
	object = ipc_find(&shm_kind, id, rights, &error);
	return object ? attach(shm_segment_of(object), at, address, flags) : error;
}

/*
 * What of a segment is mapped where it was attached at this address may have been cut into areas by
 * mprotect(2) and munmap(2): all of them go.
 */
int64_t sys_shmdt(uaddr_t address)
{
	const struct vma *v = vma_find(current_space, address);
	struct shm_segment *segment = NULL;
	const struct cache *cache = NULL;
	uaddr_t end = address, stop;
	int error = 0;

	if (address % PAGE_SIZE)
		return -EINVAL;
	for (; v && !error && (!segment || v->start < end); v = vma_find(current_space, stop)) {
		stop = v->end;
		if (!v->cache || v->start - address != v->offset || (cache && v->cache != cache))
			continue;
		if (!segment) {
			segment = shm_of_cache(v->cache);
			if (!segment)
				continue;
			cache = v->cache;
			end = address + page_up(shm_size(segment));
			shm_detached(segment);
		}
		error = space_unmap(current_space, v->start, v->end);
	}
	return segment ? error : -EINVAL;
}

static int64_t tell_limits(uaddr_t to)
{
	const struct shminfo64 info = {
		.shmmax = SHMMAX,
		.shmmin = SHMMIN,
		.shmmni = SHMMNI,
		.shmseg = SHMSEG,
		.shmall = SHMALL,
	};

	return copy_to_user(to, &info, sizeof(info)) < 0 ? -EFAULT : ipc_last_index(&shm_kind);
}

static int64_t tell_use(uaddr_t to)
{
	struct shm_info info;

	shm_info(&info);
	return copy_to_user(to, &info, sizeof(info)) < 0 ? -EFAULT : ipc_last_index(&shm_kind);
}

static int64_t tell_state(int id, int command, uaddr_t to)
{
	struct shmid64_ds st;
	int error;
	struct ipc_object *object = ipc_find_to_tell(&shm_kind, id, command, SHM_STAT_ANY, &error);

	if (!object)
		return error;
	shm_stat(shm_segment_of(object), &st);
	if (copy_to_user(to, &st, sizeof(st)) < 0)
		return -EFAULT;
	return command == IPC_STAT ? 0 : object->id;
}

/* The commands that change a segment. */
static int64_t change(int id, int command, const struct shmid64_ds *st)
{
	int error;
	struct ipc_object *object = ipc_find(&shm_kind, id, 0, &error);

	if (!object)
		return error;
	if (command == IPC_SET)
		ipc_set_perm(object, &st->shm_perm);
	else if (command == IPC_RMID)
		shm_remove(shm_segment_of(object));
	else
		shm_lock(shm_segment_of(object), command == SHM_LOCK);
	return 0;
}

int64_t sys_shmctl(int id, int command, uaddr_t argument)
{
	struct shmid64_ds st;

	if (id < 0 || command < 0)
		return -EINVAL;
	switch (command) {
	case IPC_INFO:
		return tell_limits(argument);
	case SHM_INFO:
		return tell_use(argument);
	case IPC_STAT:
	case SHM_STAT:
	case SHM_STAT_ANY:
		return tell_state(id, command, argument);
	case IPC_SET:
		if (copy_from_user(&st, argument, sizeof(st)) < 0)
			return -EFAULT;
		return change(id, command, &st);
	case IPC_RMID:
	case SHM_LOCK:
	case SHM_UNLOCK:
		return change(id, command, NULL);
	default:
		return -EINVAL;
	}
}
