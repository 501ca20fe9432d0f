/* SPDX-License-Identifier: MIT */
/* futex(2): what its arguments mean. */
#include "../sched/futex.h"

#include <asm/errno.h>
#include <linux/futex.h>

#include "../mm/uaccess.h"
#include "../sched/timespec.h"
#include "syscall.h"

/*
 * Finds the key of a futex. The page of one that isn't private to the process must be mapped, even
 * if the operation doesn't read it. Returns 0 or a negative errno.
 */
static int find_futex(struct futex_key *key, uaddr_t futex, unsigned operation)
{
	if (futex % sizeof(uint32_t))
		return -EINVAL;
	if (!user_range(futex, sizeof(uint32_t)) ||
	    (!(operation & FUTEX_PRIVATE_FLAG) && user_extent(futex, sizeof(uint32_t), false) == 0))
		return -EFAULT;
	return futex_key(key, futex, operation & FUTEX_PRIVATE_FLAG);
}

/* Reads a timeout, 0: there is none, and converts it to a time of clock_monotonic(). */
static int read_deadline(uaddr_t timeout, bool absolute, bool realtime, uint64_t *deadline)
{
	uint64_t now, nsec;
	int error;

	*deadline = CLOCK_FOREVER;
	if (!timeout)
		return 0;
	error = timespec_from_user(timeout, &nsec);
	if (error)
		return error;
	now = realtime ? clock_realtime() : clock_monotonic();
	if (absolute && nsec != CLOCK_FOREVER)
		nsec = nsec > now ? nsec - now : 0;
	*deadline = deadline_after(nsec);
	return 0;
}

static int64_t wait(const struct futex_key *futex, uint32_t expected, uint32_t mask,
		    uint64_t deadline)
{
	return mask ? futex_wait(futex, expected, mask, deadline) : -EINVAL;
}

/*
 * Wakes `wake` waiters, and moves `move` others to `other`. Only if the futex holds *expected;
 * NULL: whatever it holds.
 */
static int64_t requeue(const struct futex_key *futex, int wake, int move,
		       const struct futex_key *other, const uint32_t *expected)
{
	int64_t woken, moved;
	uint32_t value;

	if (wake < 0 || move < 0)
		return -EINVAL;
	if (expected && copy_from_user(&value, futex->user, sizeof(value)) < 0)
		return -EFAULT;
	if (expected && value != *expected)
		return -EAGAIN;
	woken = wake ? futex_wake(futex, wake, FUTEX_BITSET_MATCH_ANY) : 0;
	moved = woken < 0 ? woken : futex_requeue(futex, move, other);
	return moved < 0 ? moved : woken + moved;
}

/* The signed 12-bit number at bit `bit` of FUTEX_WAKE_OP's code. */
static int signed_field(uint32_t code, int bit)
{
	return (int32_t)(code << (20 - bit)) >> 20;
}

/* Changes `other` as the code says. Returns -errno, or its old value in *old. */
static int change(uaddr_t other, uint32_t code, int32_t *old)
{
	int operand = signed_field(code, 12);
	int32_t value;

	if (other % sizeof(value))
		return -EINVAL;
	if (copy_from_user(&value, other, sizeof(value)) < 0)
		return -EFAULT;
	*old = value;
	if (code >> 28 & FUTEX_OP_OPARG_SHIFT)
		operand = (int)(1U << (operand & 31));
	switch (code >> 28 & ~FUTEX_OP_OPARG_SHIFT) {
	case FUTEX_OP_SET:
		value = operand;
		break;
	case FUTEX_OP_ADD:
		value = (int32_t)((uint32_t)value + (uint32_t)operand);
		break;
	case FUTEX_OP_OR:
		value |= operand;
		break;
	case FUTEX_OP_ANDN:
		value &= ~operand;
		break;
	case FUTEX_OP_XOR:
		value ^= operand;
		break;
	default:
		return -ENOSYS;
	}
	return copy_to_user(other, &value, sizeof(value));
}

/* Does the code's comparison hold? Negative: there is no such comparison. */
static int compare(int32_t old, uint32_t code)
{
	int operand = signed_field(code, 0);

	switch (code >> 24 & 0xf) {
	case FUTEX_OP_CMP_EQ:
		return old == operand;
	case FUTEX_OP_CMP_NE:
		return old != operand;
	case FUTEX_OP_CMP_LT:
		return old < operand;
	case FUTEX_OP_CMP_LE:
		return old <= operand;
	case FUTEX_OP_CMP_GT:
		return old > operand;
	case FUTEX_OP_CMP_GE:
		return old >= operand;
	default:
		return -ENOSYS;
	}
}

static int64_t wake_op(const struct futex_key *futex, int count, int other_count,
		       const struct futex_key *other, uint32_t code)
{
	int64_t woken, more = 0;
	int32_t old;
	int holds = change(other->user, code, &old);

	if (holds == 0)
		holds = compare(old, code);
	if (holds < 0)
		return holds;
	woken = futex_wake(futex, count, FUTEX_BITSET_MATCH_ANY);
	if (woken >= 0 && holds)
		more = futex_wake(other, other_count, FUTEX_BITSET_MATCH_ANY);
	return woken < 0 || more < 0 ? -EINVAL : woken + more;
}

/* `fourth` is the address of a timeout, or how many are to be requeued or woken. */
int64_t sys_futex(uaddr_t address, unsigned operation, uint32_t value, uint64_t fourth,
		  uaddr_t other_address, uint32_t sixth)
{
	unsigned command = operation & FUTEX_CMD_MASK;
	bool waits = command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET ||
		     command == FUTEX_LOCK_PI || command == FUTEX_LOCK_PI2;
	bool realtime = operation & FUTEX_CLOCK_REALTIME;
	bool takes_two = command == FUTEX_REQUEUE || command == FUTEX_CMP_REQUEUE ||
			 command == FUTEX_WAKE_OP;
	struct futex_key key, other_key = {0};
	const struct futex_key *futex = &key, *other = &other_key;
	uint64_t deadline = CLOCK_FOREVER;
	int error = 0;

	if (realtime && command != FUTEX_WAIT_BITSET && command != FUTEX_LOCK_PI2)
		return -ENOSYS;
	if (waits)
		error = read_deadline(fourth, command != FUTEX_WAIT,
				      realtime || command == FUTEX_LOCK_PI, &deadline);
	if (!error)
		error = find_futex(&key, address, operation);
	if (!error && takes_two)
		error = find_futex(&other_key, other_address, operation);
	if (error)
		return error;
	switch (command) {
	case FUTEX_WAIT:
		return wait(futex, value, FUTEX_BITSET_MATCH_ANY, deadline);
	case FUTEX_WAIT_BITSET:
		return wait(futex, value, sixth, deadline);
	case FUTEX_WAKE:
		return futex_wake(futex, value, FUTEX_BITSET_MATCH_ANY);
	case FUTEX_WAKE_BITSET:
		return sixth ? futex_wake(futex, value, sixth) : -EINVAL;
	case FUTEX_REQUEUE:
	case FUTEX_CMP_REQUEUE:
		return requeue(futex, value, fourth, other,
			       command == FUTEX_CMP_REQUEUE ? &sixth : NULL);
	case FUTEX_WAKE_OP:
		return wake_op(futex, value, fourth, other, sixth);
	case FUTEX_LOCK_PI:
	case FUTEX_LOCK_PI2:
		return futex_lock_pi(futex, deadline, true);
	case FUTEX_TRYLOCK_PI:
		return futex_lock_pi(futex, deadline, false);
	case FUTEX_UNLOCK_PI:
		return futex_unlock_pi(futex);
	default:
		return -ENOSYS;
	}
}
