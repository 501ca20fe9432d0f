/* SPDX-License-Identifier: MIT */
/*
 * Futexes. Threads run one at a time and none is preempted in ring 0, so
 * nothing comes between a read of a futex and the write that depends on it.
 * All threads have one priority, so nothing is left to be inherited: a futex
 * with an owner is handed over in the order in which threads came for it.
 */
#include "futex.h"

#include <asm/errno.h>
#include <linux/futex.h>
#include <linux/mman.h>

#include "../lib/math.h"
#include "../mm/frame.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "wait.h"

#define ANY FUTEX_BITSET_MATCH_ANY

/* All that wait for futexes, whichever. */
static struct wait_queue queue;

int futex_key(struct futex_key *key, uaddr_t futex, bool is_private)
{
	const struct vma *v = is_private ? NULL : vma_find(current_space, futex);
	paddr_t pa;
	int64_t run;

	*key = (struct futex_key){current_space, futex, futex};
	if (is_private)
		return 0;
	if (!v || v->start > futex)
		return -EFAULT;
	if (!(v->kind & VMA_SHARED))
		return 0;
	run = space_run(current_space, futex, sizeof(uint32_t), v->prot & PROT_WRITE, &pa);
	*key = (struct futex_key){NULL, pa, futex};
	return run < 0 ? run : 0;
}

/* The first that waits for the futex, from that entry of the queue on; or NULL. */
static struct thread *waiter(const struct wait_entry *entry, const struct futex_key *futex)
{
	while (entry &&
	       (entry->thread->futex != futex->at || entry->thread->futex_space != futex->space))
		entry = entry->next;
	return entry ? entry->thread : NULL;
}

/*
 * Who waits for a futex of shared memory keeps its page frame. Else, when that memory is unmapped
 * or cut, the frame may have another futex, whose wakes would go to this waiter. Returns 0 or
 * -ENOMEM; *frame is 0 where none is to be kept.
 */
static int keep_frame(const struct futex_key *futex, paddr_t *frame)
{
	*frame = futex->space ? 0 : page_down(futex->at);
	return !*frame || frame_get(*frame) ? 0 : -ENOMEM;
}

/*
 * Lets the current thread wait in the queue; `owner`: of a futex that it is to own, or NULL.
 * Returns 0 or -ENOMEM.
 */
static int join_queue(const struct futex_key *futex, uint32_t mask, struct thread *owner)
{
	paddr_t frame;
	int error = keep_frame(futex, &frame);

	if (error)
		return error;
	wait_on(&queue);
	current->futex_frame = frame;
	current->futex_space = futex->space;
	current->futex = futex->at;
	current->futex_user = futex->user;
	current->futex_mask = mask;
	current->futex_owner = owner;
	return 0;
}

int64_t futex_wait(const struct futex_key *futex, uint32_t expected, uint32_t mask,
		   uint64_t deadline)
{
	uint32_t value;
	int error;

	if (copy_from_user(&value, futex->user, sizeof(value)) < 0)
		return -EFAULT;
	if (value != expected)
		return -EAGAIN;
	error = join_queue(futex, mask, NULL);
	if (error)
		return error;
	/* Without a timeout, a handler with SA_RESTART lets it wait again. */
	if (deadline == CLOCK_FOREVER)
		return wait_restart(deadline, RESTART_BY_ACTION);
	wait_until(deadline);
	return -ETIMEDOUT;
}

int64_t futex_wake(const struct futex_key *futex, int count, uint32_t mask)
{
	int woken = 0;
	const struct wait_entry *next;

	for (struct thread *t = waiter(queue.first, futex); t; t = waiter(next, futex)) {
		next = t->wait.next;
		if (t->futex_owner)
			return -EINVAL;
		if (!(t->futex_mask & mask))
			continue;
		wait_finish(t);
		if (++woken >= count)
			break;
	}
	return woken;
}

int64_t futex_requeue(const struct futex_key *futex, int count, const struct futex_key *other)
{
	int moved = 0;
	const struct wait_entry *next;
	paddr_t frame;

	for (struct thread *t = waiter(queue.first, futex); t && moved < count;
	     t = waiter(next, futex)) {
		next = t->wait.next;
		if (t->futex_owner)
			return -EINVAL;
		moved++;
		if (other->at == futex->at && other->space == futex->space)
			continue;
		if (keep_frame(other, &frame) < 0)
			return -ENOMEM;
		if (t->futex_frame)
			frame_put(t->futex_frame);
		t->futex_frame = frame;
		t->futex_space = other->space;
		t->futex = other->at;
		wait_requeue(t, &queue);
	}
	return moved;
}

static int store(uaddr_t futex, uint32_t value)
{
	return copy_to_user(futex, &value, sizeof(value));
}

/* Makes the first waiter the owner, whose number the futex holds by now, and ends its wait. */
static void hand_over(const struct futex_key *futex, struct thread *heir)
{
	wait_finish(heir);
	for (struct thread *t = waiter(queue.first, futex); t; t = waiter(t->wait.next, futex))
		if (t->futex_owner) /* else it waits for a wake alone */
			t->futex_owner = heir;
}

/*
 * Writes to the futex that a thread waits for, in the thread's own space and by the address that
 * it gave. Not to the page frame that the futex was in: if the memory was unmapped meanwhile, that
 * may be anything by now. Then nothing is written.
 */
static void store_for(const struct thread *waiter, uint32_t value)
{
	struct space *before = space_visit(waiter->space);
	struct futex_key key;

	if (futex_key(&key, waiter->futex_user, waiter->futex_space) == 0 &&
	    key.at == waiter->futex && key.space == waiter->futex_space)
		(void)store(waiter->futex_user, value);
	space_visit(before);
}

/* Does the thread, or that which it waits for in the end, wait for the current one? */
static bool waits_for_current(const struct thread *thread)
{
	while (thread != current && thread->wait.queue == &queue && thread->futex_owner)
		thread = thread->futex_owner;
	return thread == current;
}

int64_t futex_lock_pi(const struct futex_key *futex, uint64_t deadline, bool waits)
{
	const struct thread *first = waiter(queue.first, futex);
	struct thread *owner;
	uint32_t value, tid;
	int error;

	if (copy_from_user(&value, futex->user, sizeof(value)) < 0)
		return -EFAULT;
	tid = value & FUTEX_TID_MASK;
	if (tid == (uint32_t)current->tid)
		return -EDEADLK;
	/* What the program wrote into it must agree with what those that wait have seen. */
	if (first && (!first->futex_owner || tid != (uint32_t)first->futex_owner->tid))
		return -EINVAL;
	if (tid == 0)
		return store(futex->user, (value & FUTEX_OWNER_DIED) | current->tid);
	if (store(futex->user, value | FUTEX_WAITERS) < 0)
		return -EFAULT;
	owner = thread_find(tid);
	if (!owner)
		return -ESRCH;
	if (!waits)
		return -EAGAIN;
	if (waits_for_current(owner))
		return -EDEADLK;
	if (deadline != CLOCK_FOREVER && deadline <= clock_monotonic())
		return -ETIMEDOUT;
	error = join_queue(futex, ANY, owner);
	return error ? error : wait_restart(deadline, RESTART_ALWAYS);
}

int64_t futex_unlock_pi(const struct futex_key *futex)
{
	struct thread *heir = waiter(queue.first, futex);
	uint32_t value;

	if (copy_from_user(&value, futex->user, sizeof(value)) < 0)
		return -EFAULT;
	if ((value & FUTEX_TID_MASK) != (uint32_t)current->tid)
		return -EPERM;
	if (!heir)
		return store(futex->user, 0);
	if (!heir->futex_owner)
		return -EINVAL;
	if (store(futex->user, heir->tid | FUTEX_WAITERS) < 0)
		return -EFAULT;
	hand_over(futex, heir);
	return 0;
}

/* Wakes one that waits for the futex, wherever. */
static void wake_one(uaddr_t futex)
{
	struct futex_key key;

	if (futex_key(&key, futex, false) == 0)
		futex_wake(&key, 1, ANY);
}

/* Marks a futex of a thread's robust list; false: the list ends here. */
static bool mark_owner_died(const struct thread *owner, uaddr_t futex, bool pi, bool pending)
{
	uint32_t value;

	if (futex % sizeof(value) || copy_from_user(&value, futex, sizeof(value)) < 0)
		return false;
	/* It was let go of, but the wake that is due then may not have been made. */
	if (pending && !pi && value == 0) {
		wake_one(futex);
		return true;
	}
	if ((value & FUTEX_TID_MASK) != (uint32_t)owner->tid)
		return true;
	if (store(futex, (value & FUTEX_WAITERS) | FUTEX_OWNER_DIED) < 0)
		return false;
	if (!pi && value & FUTEX_WAITERS)
		wake_one(futex);
	return true;
}

/* Bit 0 of a link tells that it is one to a futex with priority inheritance. */
#define PI_LINK UINT64_C(1)

static void walk_robust_list(const struct thread *owner, uaddr_t head)
{
	struct robust_list_head list; /* its pointers are the program's */
	uaddr_t link, next, pending;

	if (!head || copy_from_user(&list, head, sizeof(list)) < 0)
		return;
	pending = (uaddr_t)list.list_op_pending;
	link = (uaddr_t)list.list.next;
	for (int i = 0; i < ROBUST_LIST_LIMIT && (link & ~PI_LINK) != head; i++, link = next) {
		uaddr_t entry = link & ~PI_LINK;
		int error = copy_from_user(&next, entry, sizeof(next));

		if (entry != (pending & ~PI_LINK) &&
		    !mark_owner_died(owner, entry + list.futex_offset, link & PI_LINK, false))
			return;
		if (error)
			return;
	}
	if (pending & ~PI_LINK)
		mark_owner_died(owner, (pending & ~PI_LINK) + list.futex_offset, pending & PI_LINK,
				true);
}

void futex_thread_ends(struct thread *thread, uaddr_t robust_list, uaddr_t clear_tid)
{
	const struct wait_entry *next;

	walk_robust_list(thread, robust_list);
	for (const struct wait_entry *entry = queue.first; entry; entry = next) {
		struct thread *t = entry->thread;

		next = entry->next;
		if (t->futex_owner == thread) {
			const struct futex_key key = {t->futex_space, t->futex, t->futex_user};

			store_for(t, t->tid | FUTEX_WAITERS | FUTEX_OWNER_DIED);
			hand_over(&key, t);
		}
	}
	if (clear_tid && store(clear_tid, 0) == 0)
		wake_one(clear_tid);
}
