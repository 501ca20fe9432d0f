/* SPDX-License-Identifier: MIT */
/* Sets of System V semaphores: semop(2). */
#ifndef SYSV_SEM_H
#define SYSV_SEM_H

#include <linux/sem.h>

#include "sysv.h"

#define SEM_SET_MAX    480 /* semaphores in a set: what the two arrays of struct sem_set hold */
#define SEM_OPERATIONS SEMOPM

struct sem_set;

extern struct ipc_kind sem_kind;

/* Lets the undo operations of processes that end be done. */
void sem_init(void);

unsigned sem_count(const struct sem_set *set);

/*
 * Does all operations, on semaphores that there are, or none. Returns 0; -EAGAIN: one can't be done
 * now, whose index it sets; -ERANGE or -ENOMEM.
 */
int sem_operate(struct sem_set *set, const struct sembuf *operations, unsigned count,
		unsigned *index);

/* The current thread is to wait for what hinders this operation. */
void sem_wait(struct sem_set *set, const struct sembuf *operation);

/* The value of a semaphore, and who changed it last. */
unsigned sem_value(const struct sem_set *set, unsigned number);
int sem_pid(const struct sem_set *set, unsigned number);

/* How many threads wait for a semaphore: for it to be 0, or to be more. */
unsigned sem_waiters(const struct sem_set *set, unsigned number, bool for_zero);

/* Sets one; what processes would undo of it is forgotten. The value is SEMVMX at most. */
void sem_set_value(struct sem_set *set, unsigned number, unsigned value);

/* Wakes who may go on after sem_set_value(), and notes the time. */
void sem_changed(struct sem_set *set);

/* Removes a set. Whoever waits is woken. */
void sem_remove(struct sem_set *set);

/* IPC_STAT. */
void sem_stat(const struct sem_set *set, struct semid64_ds *st);

static inline struct sem_set *sem_set_of(struct ipc_object *object)
{
	return (struct sem_set *)object; /* its first member */
}

#endif
