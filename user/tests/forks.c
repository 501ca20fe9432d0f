/* SPDX-License-Identifier: MIT */
/*
 * forks COUNT [TREE [bomb]]
 *
 * Many processes: COUNT one after the other, and a tree of TREE, 300 if not given, that are all
 * there at once. With "bomb" as many as there may be, made by one process, and by each that was
 * made. What they took of memory comes back.
 */
#include <asm/errno.h>
#include <linux/sched.h>
#include <linux/sysinfo.h>
#include <linux/types.h>

#include "check.h"

#define WAIT_ALL 0x40000000 /* __WALL, wait(2) */
#define SIGKILL	 9
#define SIGCHLD	 17
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

static struct sysinfo system_info(void)
{
	struct sysinfo info;

	EQUAL(syscall3(__NR_sysinfo, (long)&info, 0, 0), 0);
	return info;
}

static long free_memory(void)
{
	struct sysinfo info = system_info();

	EQUAL(info.procs, 1);
	return info.freeram;
}

static void make_pipe(int *ends)
{
	EQUAL(syscall3(__NR_pipe2, (long)ends, 0, 0), 0);
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

/* Each process of the tree tells that it is there, and waits for all of `go` to be closed. */
static int born[2], go[2];

static void reap(const long *pids)
{
	int status;

	for (int i = 0; i < 2; i++) {
		if (!pids[i])
			continue;
		EQUAL(wait_for(pids[i], &status), pids[i]);
		EQUAL(status, 7 << 8);
	}
}

static _Noreturn void branch(int below);

/* Makes `count` processes below this one, in two branches: pids[2] are their first, 0: none. */
static void grow(int count, long *pids)
{
	int counts[2] = {count / 2, count - count / 2};

	for (int i = 0; i < 2; i++) {
		pids[i] = counts[i] ? do_fork() : 0;
		if (counts[i] && pids[i] == 0)
			branch(counts[i] - 1);
		EQUAL(pids[i] >= 0, 1);
	}
}

static _Noreturn void branch(int below)
{
	long pids[2];
	char c;

	close(go[1]);
	grow(below, pids);
	EQUAL(write(born[1], "", 1), 1);
	EQUAL(read(go[0], &c, 1), 0);
	reap(pids);
	end(7);
}

/* A tree of `count` processes, of which this is the root. */
static void tree(int count)
{
	long pids[2];
	char c;

	make_pipe(born);
	make_pipe(go);
	grow(count - 1, pids);
	for (int i = 1; i < count; i++)
		EQUAL(read(born[0], &c, 1), 1);
	EQUAL(system_info().procs, count);
	close(go[1]);
	reap(pids);
	close(go[0]);
	close(born[0]);
	close(born[1]);
}

/* As many as there may be; all wait for a pipe to close. */
static void bomb(void)
{
	int fds[2], status, made = 0;
	long pid;
	char c;

	make_pipe(fds);
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

/*
 * A fork bomb: each process makes others, and goes on when it can't. Others of the system have
 * their turn all the same, and a signal ends it.
 */
static void wild_bomb(void)
{
	int refused[2], status;
	long first;
	char c;

	make_pipe(refused);
	first = do_fork();
	if (first == 0) {
		EQUAL(syscall3(__NR_setpgid, 0, 0, 0), 0);
		for (;;) {
			long pid = do_fork();

			if (pid < 0)
				write(refused[1], pid == -EAGAIN ? "y" : "n", 1);
		}
	}
	for (int i = 0; i < 2 * MOST; i++) {
		EQUAL(read(refused[0], &c, 1), 1);
		EQUAL(c, 'y');
	}
	EQUAL(system_info().procs, MOST);
	EQUAL(do_fork(), -EAGAIN);
	EQUAL(syscall3(__NR_kill, -first, SIGKILL, 0), 0);
	EQUAL(wait_for(-1, &status), first);
	EQUAL(status, SIGKILL);
	close(refused[0]);
	close(refused[1]);
	/* The others are orphans, which the kernel reaps. */
	while (system_info().procs > 1)
		syscall3(__NR_sched_yield, 0, 0, 0);
}

static int number(const char *text)
{
	int value = 0;

	for (; *text; text++)
		value = value * 10 + *text - '0';
	return value;
}

int main(int argc, char **argv)
{
	int count = argc > 1 ? number(argv[1]) : 10;
	int size = argc > 2 ? number(argv[2]) : 300;
	long before, after;

	for (int k = 0; k < 64; k++)
		pages[k][0] = 5;
	one(0);
	tree(size);
	before = free_memory();
	for (int i = 0; i < count; i++)
		one(i);
	tree(size);
	after = free_memory();
	/*
	 * A slab of each size may be half used that wasn't before, and a frame for each 2048 that
	 * were ever shared, see frame.c, keeps the counts.
	 */
	EQUAL(before - after <= 8 + (long)system_info().totalram / 2048, 1);
	if (argc > 3) {
		bomb();
		wild_bomb();
	}
	EQUAL(before - free_memory() <= 64, 1);
	return pass();
}
