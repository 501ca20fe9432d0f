/* SPDX-License-Identifier: MIT */
/* System calls on System V semaphores: semop(2), semctl(2). */
#include "../ipc/sysv_sem.h"

#include <asm/errno.h>

#include "../mm/uaccess.h"
#include "../sched/timespec.h"
#include "../sched/wait.h"
#include "syscall.h"

int64_t sys_semget(int key, int count, unsigned flags)
{
	if (count < 0 || count > SEM_SET_MAX)
		return -EINVAL;
	return ipc_get(&sem_kind, key, flags, count);
}

/* Does the operations need the right to write, or to read alone? */
static unsigned rights_for(const struct sembuf *operations, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (operations[i].sem_op)
			return IPC_WRITE;
	return IPC_READ;
}

/* An operation can't be done. The call waits, and is restarted; or it is -EAGAIN. */
static int64_t wait(struct sem_set *set, const struct sembuf *operation, uint64_t nsec)
{
	if (operation->sem_flg & IPC_NOWAIT)
		return -EAGAIN;
	if (!current->restart)
		current->deadline = deadline_after(nsec);
	if (current->deadline <= clock_monotonic())
		return -EAGAIN;
	sem_wait(set, operation);
	return wait_restart(current->deadline, RESTART_NEVER);
}

int64_t sys_semtimedop(int id, uaddr_t from, unsigned count, uaddr_t timeout)
{
	static struct sembuf operations[SEM_OPERATIONS];
	struct ipc_object *object;
	uint64_t nsec = CLOCK_FOREVER;
	unsigned index = 0;
	int error = timeout ? timespec_from_user(timeout, &nsec) : 0;

	if (error)
		return error;
	if (count < 1 || id < 0)
		return -EINVAL;
	if (count > SEM_OPERATIONS)
		return -E2BIG;
	if (copy_from_user(operations, from, count * sizeof(operations[0])) < 0)
		return -EFAULT;
	object = ipc_find(&sem_kind, id, 0, &error);
	for (unsigned i = 0; object && i < count; i++)
		if (operations[i].sem_num >= sem_count(sem_set_of(object)))
			return -EFBIG;
	if (object)
		object = ipc_find(&sem_kind, id, rights_for(operations, count), &error);
	if (object)
		error = sem_operate(sem_set_of(object), operations, count, &index);
	return error == -EAGAIN ? wait(sem_set_of(object), &operations[index], nsec) : error;
}

int64_t sys_semop(int id, uaddr_t from, unsigned count)
{
	return sys_semtimedop(id, from, count, 0);
}

/* GETALL and SETALL: an array of 16-bit values. */
static int64_t get_all(const struct sem_set *set, uaddr_t to)
{
	for (unsigned i = 0; i < sem_count(set); i++) {
		uint16_t value = sem_value(set, i);

		if (copy_to_user(to + i * sizeof(value), &value, sizeof(value)) < 0)
			return -EFAULT;
	}
	return 0;
}

static int64_t set_all(struct sem_set *set, uaddr_t from)
{
	static uint16_t values[SEM_SET_MAX];

	if (copy_from_user(values, from, sem_count(set) * sizeof(values[0])) < 0)
		return -EFAULT;
	for (unsigned i = 0; i < sem_count(set); i++)
		if (values[i] > SEMVMX)
			return -ERANGE;
	for (unsigned i = 0; i < sem_count(set); i++)
		sem_set_value(set, i, values[i]);
	sem_changed(set);
	return 0;
}

static int64_t set_one(struct sem_set *set, unsigned number, int value)
{
	if (value < 0 || value > SEMVMX)
		return -ERANGE;
	sem_set_value(set, number, value);
	sem_changed(set);
	return 0;
}

/* The commands that are about one semaphore, or about all values. */
static int64_t control_values(int id, unsigned number, int command, uaddr_t argument)
{
	bool sets = command == SETVAL || command == SETALL;
	bool all = command == GETALL || command == SETALL;
	int error;
	struct ipc_object *object = ipc_find(&sem_kind, id, sets ? IPC_WRITE : IPC_READ, &error);
	struct sem_set *set = sem_set_of(object);

	if (!object)
		return error;
	if (!all && number >= sem_count(set))
		return -EINVAL;
	switch (command) {
	case GETALL:
		return get_all(set, argument);
	case SETALL:
		return set_all(set, argument);
	case SETVAL:
		return set_one(set, number, argument);
	case GETVAL:
		return sem_value(set, number);
	case GETPID:
		return sem_pid(set, number);
	default:
		return sem_waiters(set, number, command == GETZCNT);
	}
}

/* IPC_INFO and SEM_INFO, which has what is in use in two of the members. */
static int64_t tell_limits(uaddr_t to, bool in_use)
{
	struct seminfo info = {
		.semmap = SEMMNI * SEM_SET_MAX,
		.semmni = SEMMNI,
		.semmns = SEMMNI * SEM_SET_MAX,
		.semmnu = SEMMNI * SEM_SET_MAX,
		.semmsl = SEM_SET_MAX,
		.semopm = SEMOPM,
		.semume = SEMUME,
		.semusz = in_use ? sem_kind.count : SEMUSZ,
		.semvmx = SEMVMX,
		.semaem = SEMAEM,
	};

	if (in_use) {
		info.semaem = 0;
		for (struct ipc_object *object = sem_kind.first; object; object = object->next)
			info.semaem += sem_count(sem_set_of(object));
	}
	return copy_to_user(to, &info, sizeof(info)) < 0 ? -EFAULT : ipc_last_index(&sem_kind);
}

static int64_t tell_state(int id, int command, uaddr_t to)
{
	struct semid64_ds st;
	int error;
	struct ipc_object *object = ipc_find_to_tell(&sem_kind, id, command, SEM_STAT_ANY, &error);

	if (!object)
		return error;
	sem_stat(sem_set_of(object), &st);
	if (copy_to_user(to, &st, sizeof(st)) < 0)
		return -EFAULT;
	return command == IPC_STAT ? 0 : object->id;
}

int64_t sys_semctl(int id, unsigned number, int command, uaddr_t argument)
{
	struct ipc_object *object;
	struct semid64_ds st;
	int error;

	if (id < 0)
		return -EINVAL;
	switch (command) {
	case IPC_INFO:
	case SEM_INFO:
		return tell_limits(argument, command == SEM_INFO);
	case IPC_STAT:
	case SEM_STAT:
	case SEM_STAT_ANY:
		return tell_state(id, command, argument);
	case GETALL:
	case GETVAL:
	case GETPID:
	case GETNCNT:
	case GETZCNT:
	case SETVAL:
	case SETALL:
		return control_values(id, number, command, argument);
	case IPC_SET:
		if (copy_from_user(&st, argument, sizeof(st)) < 0)
			return -EFAULT;
		object = ipc_find(&sem_kind, id, 0, &error);
		if (object)
			ipc_set_perm(object, &st.sem_perm);
		return error;
	case IPC_RMID:
		object = ipc_find(&sem_kind, id, 0, &error);
		if (object)
			sem_remove(sem_set_of(object));
		return error;
	default:
		return -EINVAL;
	}
}
