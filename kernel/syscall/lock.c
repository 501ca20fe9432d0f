/* SPDX-License-Identifier: MIT */
/* Locks on files: fcntl(2), "Advisory record locking", and flock(2). */
#include "../fs/lock.h"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>

#include "../fs/fdtable.h"
#include "../mm/uaccess.h"
#include "../proc/process.h"
#include "../sched/wait.h"
#include "lock.h"
#include "syscall.h"

/* The current thread waits until a lock goes, and asks again. */
static int64_t wait_for(const struct lock *wanted, const struct lock *blocker)
{
	current->lock_owner = wanted->owner;
	current->lock_blocker = blocker->owner;
	wait_on(&lock_waits);
	return wait_restart(CLOCK_FOREVER, RESTART_BY_ACTION);
}

/* The range of a struct flock, as bytes that are both included. 0 or an errno. */
static int take_range(struct file *file, const struct flock *user, struct lock *lock)
{
	int64_t base = 0, start, length = user->l_len;

	if (user->l_whence == SEEK_CUR)
		base = file_seek(file, 0, SEEK_CUR);
	else if (user->l_whence == SEEK_END)
		base = file_size(file);
	else if (user->l_whence != SEEK_SET)
		return -EINVAL;
	if (base < 0)
		base = 0; /* a pipe, say, has no offset */
	if (__builtin_add_overflow(base, user->l_start, &start))
		return -EOVERFLOW;
	if (start < 0)
		return -EINVAL;
	lock->start = start;
	lock->end = INT64_MAX;
	if (length > 0 && __builtin_add_overflow(start, length - 1, &lock->end))
		return -EOVERFLOW;
	if (length < 0) {
		if (start + length < 0)
			return -EINVAL;
		lock->start = start + length;
		lock->end = start - 1;
	}
	return 0;
}

static int64_t get_lock(const struct lock *wanted, struct flock *user, uaddr_t to)
{
	const struct lock *there = lock_conflict(wanted);

	if (!there) {
		user->l_type = F_UNLCK;
	} else {
		user->l_type = there->exclusive ? F_WRLCK : F_RDLCK;
		user->l_whence = SEEK_SET;
		user->l_start = there->start;
		user->l_len = there->end == INT64_MAX ? 0 : there->end - there->start + 1;
		user->l_pid = there->kind == LOCK_OF_FILE ? -1 : there->pid;
	}
	return copy_to_user(to, user, sizeof(*user));
}

static int64_t set_lock(const struct lock *wanted, bool unlock, bool waits)
{
	const struct lock *blocker = unlock ? NULL : lock_conflict(wanted);

	if (!blocker)
		return lock_set(wanted, unlock);
	if (!waits)
		return -EAGAIN;
	if (lock_is_deadlock(wanted, blocker))
		return -EDEADLK;
	return wait_for(wanted, blocker);
}

int64_t lock_fcntl(struct file *file, unsigned command, uaddr_t from)
{
	bool of_file = command >= F_OFD_GETLK && command <= F_OFD_SETLKW;
	bool gets = command == F_GETLK || command == F_OFD_GETLK;
	unsigned access = file->flags & O_ACCMODE;
	struct flock user;
	struct lock wanted;
	int error;

	if (copy_from_user(&user, from, sizeof(user)) < 0)
		return -EFAULT;
	if (of_file && user.l_pid)
		return -EINVAL;
	if (user.l_type < F_RDLCK || user.l_type > (gets ? F_WRLCK : F_UNLCK))
		return -EINVAL;
	wanted = (struct lock){
		.dev = file->dev,
		.ino = file->ino,
		.owner = of_file ? (const void *)file : current_files,
		.kind = of_file ? LOCK_OF_FILE : LOCK_OF_PROCESS,
		.exclusive = user.l_type == F_WRLCK,
		.pid = process_current()->pid,
	};
	error = take_range(file, &user, &wanted);
	if (error)
		return error;
	if (gets)
		return get_lock(&wanted, &user, from);
	if ((user.l_type == F_WRLCK && access == O_RDONLY) ||
	    (user.l_type == F_RDLCK && access == O_WRONLY))
		return -EBADF;
	return set_lock(&wanted, user.l_type == F_UNLCK,
			command == F_SETLKW || command == F_OFD_SETLKW);
}

/* LOCK_MAND does nothing on Linux either. */
int64_t sys_flock(int fd, unsigned operation)
{
	unsigned kind = operation & ~LOCK_NB;
	struct file *file = fd_file(fd);
	struct lock wanted;

	if (operation & LOCK_MAND)
		return 0;
	if (kind != LOCK_SH && kind != LOCK_EX && kind != LOCK_UN)
		return -EINVAL;
	if (!file || file->flags & O_PATH)
		return -EBADF;
	wanted = (struct lock){
		.dev = file->dev,
		.ino = file->ino,
		.owner = file,
		.kind = LOCK_WHOLE,
		.exclusive = kind == LOCK_EX,
		.end = INT64_MAX,
	};
	return set_lock(&wanted, kind == LOCK_UN, !(operation & LOCK_NB));
}
