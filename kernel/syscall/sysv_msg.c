/* SPDX-License-Identifier: MIT */
/* System calls on System V message queues: msgop(2), msgctl(2). */
#include "../ipc/sysv_msg.h"

#include <asm/errno.h>

#include "../lib/math.h"
#include "../mm/uaccess.h"
#include "../sched/wait.h"
#include "syscall.h"

int64_t sys_msgget(int key, unsigned flags)
{
	return ipc_get(&msg_kind, key, flags, 0);
}

/* A call that found no room or no message waits, and is restarted; with IPC_NOWAIT it fails. */
static int64_t wait(struct msg_queue *queue, bool for_room, unsigned flags, int error)
{
	if (flags & IPC_NOWAIT)
		return error;
	msg_wait(queue, for_room);
	return wait_restart(CLOCK_FOREVER, RESTART_NEVER);
}

/* A message in the program's memory is its type, a long, and then the bytes. */
int64_t sys_msgsnd(int id, uaddr_t from, size_t bytes, unsigned flags)
{
	struct ipc_object *object;
	struct ipc_message *message;
	int64_t type;
	int error;

	if (copy_from_user(&type, from, sizeof(type)) < 0)
		return -EFAULT;
	if (bytes > MSGMAX || id < 0 || type < 1)
		return -EINVAL;
	error = ipc_message_load(&message, from + sizeof(type), bytes);
	if (error)
		return error;
	message->type = type;
	object = ipc_find(&msg_kind, id, IPC_WRITE, &error);
	if (object)
		error = msg_put(msg_queue_of(object), message);
	if (!error)
		return 0;
	ipc_message_free(message);
	return error == -EAGAIN ? wait(msg_queue_of(object), true, flags, -EAGAIN) : error;
}

int64_t sys_msgrcv(int id, uaddr_t to, size_t bytes, int64_t type, unsigned flags)
{
	struct ipc_object *object;
	struct ipc_message *message;
	int64_t length;
	int error;

	if (id < 0 || (int64_t)bytes < 0)
		return -EINVAL;
	if (flags & MSG_COPY) /* where it isn't configured */
		return flags & MSG_EXCEPT || !(flags & IPC_NOWAIT) ? -EINVAL : -ENOSYS;
	object = ipc_find(&msg_kind, id, IPC_READ, &error);
	if (!object)
		return error;
	error = msg_take(msg_queue_of(object), &message, bytes, type, flags);
	if (error == -ENOMSG)
		return wait(msg_queue_of(object), false, flags, -ENOMSG);
	if (error)
		return error;
	/* As on Linux, a message that can't be given is lost. */
	length = min(bytes, message->bytes);
	if (copy_to_user(to, &message->type, sizeof(message->type)) < 0 ||
	    ipc_message_store(message, to + sizeof(message->type), length) < 0)
		length = -EFAULT;
	ipc_message_free(message);
	return length;
}

/* IPC_INFO and MSG_INFO, which has what is in use in three of the members. */
static int64_t tell_limits(uaddr_t to, bool in_use)
{
	struct msginfo info = {
		.msgpool = MSGPOOL,
		.msgmap = MSGMAP,
		.msgmax = MSGMAX,
		.msgmnb = MSGMNB,
		.msgmni = MSGMNI,
		.msgssz = MSGSSZ,
		.msgtql = MSGTQL,
		.msgseg = MSGSEG,
	};
	uint64_t messages, bytes;

	if (in_use) {
		msg_totals(&messages, &bytes);
		info.msgpool = msg_kind.count;
		info.msgmap = messages;
		info.msgtql = bytes;
	}
	return copy_to_user(to, &info, sizeof(info)) < 0 ? -EFAULT : ipc_last_index(&msg_kind);
}

static int64_t tell_state(int id, int command, uaddr_t to)
{
	struct msqid64_ds st;
	int error;
	struct ipc_object *object = ipc_find_to_tell(&msg_kind, id, command, MSG_STAT_ANY, &error);

	if (!object)
		return error;
	msg_stat(msg_queue_of(object), &st);
	if (copy_to_user(to, &st, sizeof(st)) < 0)
		return -EFAULT;
	return command == IPC_STAT ? 0 : object->id;
}

int64_t sys_msgctl(int id, int command, uaddr_t argument)
{
	struct ipc_object *object;
	struct msqid64_ds st;
	int error;

	if (id < 0 || command < 0)
		return -EINVAL;
	switch (command) {
	case IPC_INFO:
	case MSG_INFO:
		return tell_limits(argument, command == MSG_INFO);
	case IPC_STAT:
	case MSG_STAT:
	case MSG_STAT_ANY:
		return tell_state(id, command, argument);
	case IPC_SET:
		if (copy_from_user(&st, argument, sizeof(st)) < 0)
			return -EFAULT;
		object = ipc_find(&msg_kind, id, 0, &error);
		return object ? msg_set(msg_queue_of(object), &st) : error;
	case IPC_RMID:
		object = ipc_find(&msg_kind, id, 0, &error);
		if (object)
			msg_remove(msg_queue_of(object));
		return error;
	default:
		return -EINVAL;
	}
}
