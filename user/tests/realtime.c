/* SPDX-License-Identifier: MIT */
/*
 * Processes of SCHED_FIFO: who goes first. Each notes a letter in shared memory when it gets to
 * run; the order of these is all that is looked at, and it doesn't depend on the machine's speed.
 */
#include <linux/futex.h>
#include <linux/mman.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/time.h>
#include <linux/time_types.h>
#include <linux/types.h>
#include <stdbool.h>

#include "check.h"

#define SIGCHLD 17

struct shared {
	volatile unsigned futex;
	volatile unsigned count;
	volatile char notes[64];
};

static struct shared *shared;

static void note(char letter)
{
	shared->notes[shared->count++] = letter;
}

/* Looks what was noted since the last time. */
static void check_notes(const char *wanted)
{
	unsigned i;

	for (i = 0; wanted[i]; i++)
		EQUAL(shared->notes[i], wanted[i]);
	EQUAL(shared->count, i);
	shared->count = 0;
}

static long set_policy(int policy, int priority)
{
	return syscall3(__NR_sched_setscheduler, 0, policy, (long)&priority);
}

/* Nanoseconds. */
static uint64_t now(void)
{
	struct __kernel_timespec time;

	EQUAL(syscall3(__NR_clock_gettime, CLOCK_MONOTONIC, (long)&time, 0), 0);
	return time.tv_sec * UINT64_C(1000000000) + time.tv_nsec;
}

/* Nanoseconds of a turn, of the own policy. */
static long turn(void)
{
	struct __kernel_timespec time = {0, -1};

	EQUAL(syscall3(__NR_sched_rr_get_interval, 0, (long)&time, 0), 0);
	return time.tv_nsec;
}

static void yield(void)
{
	syscall3(__NR_sched_yield, 0, 0, 0);
}

/* A child, which begins when this process yields. */
static long child(void)
{
	return syscall6(__NR_clone, SIGCHLD, 0, 0, 0, 0, 0);
}

static void wait_for_children(int count)
{
	int status;

	for (int i = 0; i < count; i++) {
		EQUAL(syscall6(__NR_wait4, -1, (long)&status, 0, 0, 0, 0) > 0, 1);
		EQUAL(status, 0);
	}
}

/* A child with this priority, higher than the own, that reads a byte of a pipe and notes it. */
static void reader(const int *pipe, int priority)
{
	char letter;

	if (child() == 0) {
		EQUAL(set_policy(SCHED_FIFO, priority), 0);
		EQUAL(read(pipe[0], &letter, 1), 1);
		note(letter);
		exit_group(0);
	}
	yield(); /* it goes as far as the pipe */
}

/* Who is woken goes before who wakes it, if its priority is higher. */
static void preemption(void)
{
	int pipe[2];

	EQUAL(syscall3(__NR_pipe, (long)pipe, 0, 0), 0);
	reader(pipe, 20);
	EQUAL(write(pipe[1], "a", 1), 1);
	note('b');
	check_notes("ab");
	/* The higher one gets the first byte, though the other waits for longer. */
	reader(pipe, 30);
	reader(pipe, 40);
	EQUAL(set_policy(SCHED_FIFO, 50), 0);
	EQUAL(write(pipe[1], "cd", 2), 2);
	note('e');
	EQUAL(set_policy(SCHED_FIFO, 10), 0);
	note('f');
	check_notes("ecdf");
	wait_for_children(3);
}

/* A child that waits for the futex with this priority. */
static void waiter(int priority, char letter)
{
	if (child() == 0) {
		EQUAL(set_policy(SCHED_RR, priority), 0);
		EQUAL(syscall6(__NR_futex, (long)&shared->futex, FUTEX_WAIT, 0, 0, 0, 0), 0);
		note(letter);
		exit_group(0);
	}
	yield();
}

/* Of those that wait for a futex the one with the highest priority is woken, or the first such. */
static void futexes(void)
{
	waiter(20, 'c');
	waiter(30, 'a');
	waiter(20, 'd');
	waiter(30, 'b');
	for (int i = 0; i < 4; i++)
		EQUAL(syscall6(__NR_futex, (long)&shared->futex, FUTEX_WAKE, 1, 0, 0, 0), 1);
	note('e');
	check_notes("abcde");
	wait_for_children(4);
}

/*
 * Two that compute, of the same policy and priority: the first one notes that it begins, and that
 * it ends when the time of several turns is over or, `both`, when the other has begun, too.
 */
static void compute(int policy, bool both)
{
	const uint64_t five_turns = 50000000;

	for (int i = 0; i < 2; i++) {
		if (child() == 0) {
			uint64_t end = now() + five_turns;

			EQUAL(set_policy(policy, 10), 0);
			note('(');
			while (both ? shared->count < 2 : now() < end)
				;
			note(')');
			exit_group(0);
		}
	}
	wait_for_children(2);
}

static void turns(void)
{
	compute(SCHED_FIFO, false);
	check_notes("()()");
	compute(SCHED_RR, true);
	check_notes("(())");
}

/* Normal processes have what is left; and what a child has of its parent. */
static void inheritance(void)
{
	if (child() == 0) {
		EQUAL(syscall3(__NR_sched_getscheduler, 0, 0, 0), SCHED_FIFO);
		note('a');
		EQUAL(turn(), 0);
		EQUAL(set_policy(SCHED_NORMAL, 0), 0);
		EQUAL(turn() > 0, 1);
		note('d');
		exit_group(0);
	}
	yield();
	note('b');
	yield();
	note('c');
	wait_for_children(1);
	check_notes("abcd");
	EQUAL(set_policy(SCHED_FIFO | SCHED_RESET_ON_FORK, 10), 0);
	EQUAL(set_policy(SCHED_FIFO, 10), -EPERM);
	if (child() == 0) {
		EQUAL(syscall3(__NR_sched_getscheduler, 0, 0, 0), SCHED_NORMAL);
		exit_group(0);
	}
	wait_for_children(1);
}

static void limits(void)
{
	const struct rlimit64 five = {5, 5};

	EQUAL(syscall6(__NR_prlimit64, 0, RLIMIT_RTPRIO, (long)&five, 0, 0, 0), 0);
	EQUAL(set_policy(SCHED_FIFO | SCHED_RESET_ON_FORK, 11), -EPERM);
	EQUAL(set_policy(SCHED_FIFO | SCHED_RESET_ON_FORK, 10), 0);
	EQUAL(set_policy(SCHED_RR | SCHED_RESET_ON_FORK, 5), 0);
	EQUAL(set_policy(SCHED_RR | SCHED_RESET_ON_FORK, 6), -EPERM);
}

int main(int argc, char **argv)
{
	(void)argc, (void)argv;
	shared = (void *)syscall6(__NR_mmap, 0, 4096, PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	EQUAL((long)shared > 0, 1);
	EQUAL(set_policy(SCHED_FIFO, 10), 0);
	preemption();
	futexes();
	turns();
	inheritance();
	limits();
	return pass();
}
