/* SPDX-License-Identifier: MIT */
/*
 * forks COUNT: many processes, one after the other and as a tree of 300; then as many as there may
 * be. What they took of memory comes back.
 */
#include <asm/errno.h>
#include <linux/sched.h>
#include <linux/sysinfo.h>
#include <linux/types.h>

#include "check.h"

#define WAIT_ALL 0x40000000 /* __WALL, wait(2) */
#define SIGCHLD	 17
#define TREE	 300
#define MOST	 1000 /* PROCESSES_MAX of the kernel */

/* The word that each process writes to: pages that must be its own. */
static volatile long word = 1;
static char pages[64][4096];

static long do_fork(void)
{
	return syscall6(__NR_clone, SIGCHLD, 0, 0, 0, 0, 0);
}

static long wait_for(long pid, int *status)
{
	return syscall6(__NR_wait4, pid, (long)status, WAIT_ALL, 0, 0, 0);
}

static long free_memory(void)
{
	struct sysinfo info;

	EQUAL(syscall3(__NR_sysinfo, (long)&info, 0, 0), 0);
	EQUAL(info.procs, 1);
	return info.freeram;
}

static _Noreturn void end(int status)
{
	syscall3(__NR_exit_group, status, 0, 0);
	__builtin_unreachable();
}

/* A process that has written to memory, and whose status says what it read before. */
static void one(int i)
{
	int status = 0;
	long pid = do_fork();

	if (pid == 0) {
		int sum = 0;

		word += i;
		for (int k = 0; k < 64; k += 8)
			sum += pages[k][0]++;
		end(word == 1 + i && sum == 8 * 5 ? 42 : 1);
	}
	EQUAL(pid > 0, 1);
	EQUAL(wait_for(pid, &status), pid);
	EQUAL(status, 42 << 8);
	EQUAL(word, 1);
}

/* Makes a child that makes the rest of the tree: two branches each. Returns how many it became. */
static int tree(int count)
{
	int status = 0, half = (count - 1) / 2, made = 1;
	int counts[2];
	long pids[2];

	counts[0] = half;
	counts[1] = count - 1 - half;
	for (int i = 0; i < 2; i++) {
		pids[i] = counts[i] ? do_fork() : 0;
		if (counts[i] && pids[i] == 0)
			end(tree(counts[i]) == counts[i] ? 7 : 8);
		EQUAL(pids[i] >= 0, 1);
	}
	for (int i = 0; i < 2; i++) {
		if (!counts[i])
			continue;
		EQUAL(wait_for(pids[i], &status), pids[i]);
		EQUAL(status, 7 << 8);
		made += counts[i];
	}
	return made;
}

/* As many as there may be; all wait for a pipe to close. */
static void bomb(void)
{
	int fds[2], status, made = 0;
	long pid;
	char c;

	EQUAL(syscall3(__NR_pipe2, (long)fds, 0, 0), 0);
	while ((pid = do_fork()) > 0)
		made++;
	if (pid == 0) {
		close(fds[1]);
		end(read(fds[0], &c, 1) == 0 ? 0 : 1);
	}
	EQUAL(pid, -EAGAIN);
	EQUAL(made, MOST - 1);
	close(fds[1]);
	for (; made; made--) {
		EQUAL(wait_for(-1, &status) > 0, 1);
		EQUAL(status, 0);
	}
	EQUAL(wait_for(-1, &status), -ECHILD);
	close(fds[0]);
}

int main(int argc, char **argv)
{
	int count = 0;
	long before, after;

	for (const char *digit = argc > 1 ? argv[1] : "10"; *digit; digit++)
		count = count * 10 + *digit - '0';
	for (int k = 0; k < 64; k++)
		pages[k][0] = 5;
	one(0);
	EQUAL(tree(TREE), TREE);
	before = free_memory();
	for (int i = 0; i < count; i++)
		one(i);
	EQUAL(tree(TREE), TREE);
	after = free_memory();
	/* A slab of each size may be half used that wasn't before. */
	EQUAL(before - after <= 8, 1);
	if (argc > 2)
		bomb();
	EQUAL(before - free_memory() <= 64, 1);
	return pass();
}
