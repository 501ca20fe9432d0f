/* SPDX-License-Identifier: MIT */
/* Threads: their life, and whose turn it is. */
#include "thread.h"

#include <asm/errno.h>
#include <linux/mman.h>
#include <linux/sched.h>

#include "../host/printk.h"
#include "../layout.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/kmalloc.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "../x86/cpu.h"
#include "../x86/x86.h"
#include "process.h"
#include "trampoline.h"

static struct thread first = {.next = &first, .tid = THREAD_PID};
static int last_tid = THREAD_PID;

struct thread *current = &first;
bool attention;

struct thread *thread_find(uint64_t tid)
{
	struct thread *t = current;

	do {
		if ((uint32_t)tid == (uint32_t)t->tid)
			return t;
		t = t->next;
	} while (t != current);
	return NULL;
}

void thread_set_name(struct thread *thread, const char *name)
{
	size_t bytes = min(strlen(name), sizeof(thread->name) - 1);

	memset(thread->name, 0, sizeof(thread->name)); /* a program gets to see all of it */
	memcpy(thread->name, name, bytes);
}

bool thread_has_others(void)
{
	return current->next != current;
}

void thread_wait(enum thread_state state, uint64_t deadline)
{
	current->state = state;
	current->deadline = deadline;
	current->rest = 0;
	attention = true;
}

int64_t thread_wait_again(enum thread_state state, uint64_t deadline, enum thread_restart restart)
{
	thread_wait(state, deadline);
	current->again = true;
	current->restart = restart;
	current->progress = 0;
	user_frame.rip -= SYSCALL_BYTES;
	return user_frame.rax;
}

void thread_interrupt(struct thread *thread)
{
	uint64_t now;

	thread->state = THREAD_READY;
	if (thread->again)
		return; /* signal.c decides whether it makes its call again */
	thread->frame.rax = -EINTR;
	now = clock_monotonic();
	if (thread->rest)
		timespec_to_user(thread->rest, thread->deadline > now ? thread->deadline - now : 0);
}

void thread_notify(void)
{
	struct thread *t = current;

	while ((t = t->next) != current)
		if (t->state == THREAD_WAITS_EVENT)
			t->state = THREAD_READY;
}

static bool yields;

void thread_yield(void)
{
	yields = attention = true;
}

void thread_wake(struct thread *thread)
{
	if (thread->again) /* the call is to be left, not made again */
		thread->frame.rip += SYSCALL_BYTES;
	thread->again = false;
	thread->frame.rax = 0;
	thread->state = THREAD_READY;
}

/* All wait, and nothing can wake one of them. */
static _Noreturn void deadlock(void)
{
	printk("kernel: deadlock: the program waits for a signal, a futex or a pipe, and %s\n",
	       thread_has_others() ? "so do all its threads" : "has no other thread");
	process_kill(SIGKILL);
}

/* Ends the waits whose time is up. Returns the next deadline. */
static uint64_t expire(void)
{
	uint64_t next = CLOCK_FOREVER;
	uint64_t now = 0;
	struct thread *t = current;

	do {
		if (t->state != THREAD_READY && t->deadline != CLOCK_FOREVER) {
			if (!now)
				now = clock_monotonic();
			if (t->deadline <= now)
				t->state = THREAD_READY;
			else
				next = min(next, t->deadline);
		}
		t = t->next;
	} while (t != current);
	return next;
}

/* The thread whose turn it is. */
static struct thread *pick(void)
{
	for (;;) {
		uint64_t deadline = expire();
		struct thread *t = current;

		do {
			t = t->next;
			if (t->state == THREAD_READY)
				return t;
		} while (t != current);
		if (deadline == CLOCK_FOREVER)
			deadlock();
		clock_sleep_until(deadline);
	}
}

/* Makes another thread the current one. */
static _Noreturn void switch_to(struct thread *next, uint64_t save_fpu)
{
	current = next;
	attention = false; /* until it arrives: what faults on the way is not for it */
	wrmsr(MSR_FS_BASE, next->fs_base);
	wrmsr(MSR_GS_BASE, next->gs_base);
	trampoline_switch_fpu(save_fpu, next->fpu);
}

/* The current thread goes on: with its signals, or with the call that it makes again. */
static void resume(struct trap_frame *frame)
{
	signal_deliver(frame);
	/* When the call has come to an end, thread_attend() is to know. */
	attention = current->again;
}

void thread_arrive(void)
{
	struct trap_frame frame = current->frame;

	resume(&frame);
	trap_return(&frame);
}

void thread_attend(struct trap_frame *frame)
{
	struct thread *before = current;
	struct thread *next;

	if (current->state == THREAD_READY)
		current->again = false;
	if (current->state != THREAD_READY || yields) {
		yields = false;
		before->frame = *frame;
		if (!signal_interrupt_wait(before)) {
			next = pick();
			if (next != before) {
				before->fs_base = rdmsr(MSR_FS_BASE);
				before->gs_base = rdmsr(MSR_GS_BASE);
				switch_to(next, before->fpu);
			}
		}
		*frame = before->frame;
	}
	resume(frame);
}

/* Memory of the program where a thread's FPU state can wait. */
static int alloc_fpu(struct thread *thread)
{
	uint64_t bytes = page_up(cpu.xsave_size);
	uint64_t at;

	if (thread->fpu)
		return 0;
	at = vma_find_gap(current_space, bytes, USER_MIN, MMAP_TOP);
	if (!at || space_map(current_space, at, at + bytes, PROT_READ | PROT_WRITE, VMA_MEMORY) < 0)
		return -ENOMEM;
	thread->fpu = at;
	return 0;
}

static int store_tid(uint64_t to, int tid)
{
	return copy_to_user(to, &tid, sizeof(tid));
}

int64_t thread_clone(const struct clone_args *args, struct trap_frame *frame)
{
	uint64_t flags = args->flags;
	struct thread *t;
	int error = trampoline_map();

	if (flags & CLONE_SETTLS && args->tls >= USER_TOP)
		return -EPERM;
	if (!error)
		error = alloc_fpu(current);
	t = error ? NULL : kmalloc(sizeof(*t));
	if (!t)
		return error ? error : -ENOMEM;
	*t = (struct thread){
		.next = current->next,
		.tid = ++last_tid,
		.clear_tid = flags & CLONE_CHILD_CLEARTID ? args->child_tid : 0,
		.signals = {.blocked = current->signals.blocked},
		.nice = current->nice,
		.policy = current->policy & ~SCHED_RESET_ON_FORK,
		.timer_slack = current->timer_slack,
		.frame = *frame,
		.fs_base = flags & CLONE_SETTLS ? args->tls : rdmsr(MSR_FS_BASE),
		.gs_base = rdmsr(MSR_GS_BASE),
	};
	thread_set_name(t, current->name);
	error = alloc_fpu(t);
	if (error) {
		kfree(t);
		return error;
	}
	/* As on Linux, these may fail. */
	if (flags & CLONE_PARENT_SETTID)
		store_tid(args->parent_tid, t->tid);
	if (flags & CLONE_CHILD_SETTID)
		store_tid(args->child_tid, t->tid);
	t->frame.rax = 0;
	if (args->stack)
		t->frame.rsp = args->stack;
	current->next = t;
	/* The new thread starts with this one's FPU state; this one goes on. */
	frame->rax = t->tid;
	current->frame = *frame;
	attention = false;
	trampoline_switch_fpu(t->fpu, 0);
}

void thread_exit(int status)
{
	struct thread *t = current;
	struct thread *previous = t;
	uint64_t bytes = page_up(cpu.xsave_size);

	if (!thread_has_others())
		process_exit(status);
	t->state = THREAD_WAITS;
	t->deadline = CLOCK_FOREVER;
	t = pick();
	while (previous->next != current)
		previous = previous->next;
	previous->next = current->next;
	space_unmap(current_space, current->fpu, current->fpu + bytes);
	signal_forget(current);
	if (current != &first)
		kfree(current);
	switch_to(t, 0);
}
