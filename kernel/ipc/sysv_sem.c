/* SPDX-License-Identifier: MIT */
/* Sets of System V semaphores. A set is in a page frame of its own. */
#include "sysv_sem.h"

#include <asm/errno.h>

#include "../mm/frame.h"
#include "../mm/kmalloc.h"
#include "../proc/exit.h"
#include "../proc/process.h"
#include "../sched/wait.h"
#include "../x86/direct_map.h"

/* What is to be added to the semaphores when a process ends: SEM_UNDO. */
struct sem_undo {
	struct sem_undo *next; /* of the set */
	const struct process *process;
	int16_t adjust[SEM_SET_MAX];
};
_Static_assert(sizeof(struct sem_undo) <= KMALLOC_MAX, "kmalloc");

struct sem_set {
	struct ipc_object object; /* first */
	unsigned count;
	int64_t operated; /* when an operation was last done: seconds since 1970, 0: never */
	struct wait_queue waits;
	struct sem_undo *undo;
	uint16_t values[SEM_SET_MAX];
	int pids[SEM_SET_MAX];
};
_Static_assert(sizeof(struct sem_set) <= FRAME_SIZE, "a set is in one frame");

static int make(struct ipc_object **object, uint64_t size)
{
	paddr_t frame;
	struct sem_set *set;

	if (size == 0 || size > SEM_SET_MAX)
		return -EINVAL;
	frame = frame_alloc();
	if (!frame)
		return -ENOMEM;
	set = phys_to_virt(frame);
	*set = (struct sem_set){.count = size};
	*object = &set->object;
	return 0;
}

static int check(const struct ipc_object *object, uint64_t size)
{
	return size > ((const struct sem_set *)object)->count ? -EINVAL : 0;
}

struct ipc_kind sem_kind = {.most = SEMMNI, .last_id = -1, .make = make, .check = check};

unsigned sem_count(const struct sem_set *set)
{
	return set->count;
}

/* The current process's, which is made if it isn't there. NULL: out of memory. */
static struct sem_undo *undo_of_process(struct sem_set *set)
{
	struct sem_undo *undo = set->undo;

	while (undo && undo->process != process_current())
		undo = undo->next;
	if (undo)
		return undo;
	undo = kmalloc(sizeof(*undo));
	if (!undo)
		return NULL;
	*undo = (struct sem_undo){.next = set->undo, .process = process_current()};
	set->undo = undo;
	return undo;
}

/* Does one operation. Returns 0, -EAGAIN or -ERANGE. */
static int operate(struct sem_set *set, const struct sembuf *operation, struct sem_undo *undo)
{
	unsigned number = operation->sem_num;
	int value = set->values[number] + operation->sem_op;
	int adjust;

	if (operation->sem_op == 0)
		return set->values[number] ? -EAGAIN : 0;
	if (value < 0)
		return -EAGAIN;
	if (value > SEMVMX)
		return -ERANGE;
	if (operation->sem_flg & SEM_UNDO) {
		adjust = undo->adjust[number] - operation->sem_op;
		if (adjust < -SEMAEM - 1 || adjust > SEMAEM)
			return -ERANGE;
		undo->adjust[number] = adjust;
	}
	set->values[number] = value;
	return 0;
}

/* Takes back the first `count` operations, the last one first. */
static void take_back(struct sem_set *set, const struct sembuf *operations, unsigned count,
		      struct sem_undo *undo)
{
	while (count--) {
		const struct sembuf *o = &operations[count];

		set->values[o->sem_num] -= o->sem_op;
		if (o->sem_flg & SEM_UNDO && o->sem_op)
			undo->adjust[o->sem_num] += o->sem_op;
	}
}

int sem_operate(struct sem_set *set, const struct sembuf *operations, unsigned count,
		unsigned *index)
{
	struct sem_undo *undo = NULL;
	bool undoes = false;
	int error = 0;
	unsigned i;

	for (i = 0; i < count; i++)
		undoes |= operations[i].sem_flg & SEM_UNDO;
	if (undoes) {
		undo = undo_of_process(set);
		if (!undo)
			return -ENOMEM;
	}
	for (i = 0; i < count && !error; i++)
		error = operate(set, &operations[i], undo);
	if (error) {
		*index = i - 1;
		take_back(set, operations, *index, undo);
		return error;
	}
	for (i = 0; i < count; i++)
		set->pids[operations[i].sem_num] = process_current()->pid;
	set->operated = ipc_now();
	wait_wake(&set->waits);
	return 0;
}

/* A thread notes what it waits for as the semaphore's number, doubled, plus 1: to be 0. */
void sem_wait(struct sem_set *set, const struct sembuf *operation)
{
	current->semaphore = operation->sem_num * 2 + (operation->sem_op == 0);
	wait_on(&set->waits);
}

unsigned sem_waiters(const struct sem_set *set, unsigned number, bool for_zero)
{
	unsigned count = 0;

	for (const struct wait_entry *e = set->waits.first; e; e = e->next)
		count += e->thread->semaphore == number * 2 + for_zero;
	return count;
}

unsigned sem_value(const struct sem_set *set, unsigned number)
{
	return set->values[number];
}

int sem_pid(const struct sem_set *set, unsigned number)
{
	return set->pids[number];
}

void sem_set_value(struct sem_set *set, unsigned number, unsigned value)
{
	set->values[number] = value;
	set->pids[number] = process_current()->pid;
	for (struct sem_undo *undo = set->undo; undo; undo = undo->next)
		undo->adjust[number] = 0;
}

void sem_changed(struct sem_set *set)
{
	set->object.changed = ipc_now();
	wait_wake(&set->waits);
}

void sem_remove(struct sem_set *set)
{
	ipc_remove(&sem_kind, &set->object);
	wait_wake(&set->waits);
	while (set->undo) {
		struct sem_undo *undo = set->undo;

		set->undo = undo->next;
		kfree(undo);
	}
	frame_put(virt_to_phys(set));
}

void sem_stat(const struct sem_set *set, struct semid64_ds *st)
{
	*st = (struct semid64_ds){
		.sem_otime = set->operated,
		.sem_ctime = set->object.changed,
		.sem_nsems = set->count,
	};
	ipc_perm(&set->object, &st->sem_perm);
}

/* Does what is to be done when a process ends. No value becomes less than 0 or too big. */
static void undo_all(struct sem_set *set, const struct sem_undo *undo)
{
	for (unsigned i = 0; i < set->count; i++) {
		int value = set->values[i] + undo->adjust[i];

		if (!undo->adjust[i])
			continue;
		set->values[i] = value < 0 ? 0 : value > SEMVMX ? SEMVMX : value;
		set->pids[i] = undo->process->pid;
	}
	set->operated = ipc_now();
	wait_wake(&set->waits);
}

static void process_ends(const struct process *process)
{
	for (struct ipc_object *object = sem_kind.first; object; object = object->next) {
		struct sem_undo **at = &sem_set_of(object)->undo;
		struct sem_undo *undo;

		while (*at && (*at)->process != process)
			at = &(*at)->next;
		undo = *at;
		if (!undo)
			continue;
		*at = undo->next;
		undo_all(sem_set_of(object), undo);
		kfree(undo);
	}
}

void sem_init(void)
{
	process_on_end(process_ends);
}
