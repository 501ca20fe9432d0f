/* SPDX-License-Identifier: MIT */
/*
 * The kernel's page of code in a program's memory (kernel/sched/trampoline.h) is the program's to
 * spoil. What it spoils so is itself: not the kernel, and no other process.
 *
 *   spoil call	a call that is to be made once its FPU state is saved makes no other one
 *   spoil loop	a page that never ends is the end of the process
 *   spoil leave	likewise one that leads to a loop of the program's,
 *   spoil yield	or to one with system calls
 *   spoil vfork	one that leaves vfork(2) before its child has ended, and makes another such
 *		call, wakes no other process when that child ends
 */
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "check.h"

#define PAGE		  4096
#define CLONE_OF_A_THREAD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD)

#define SIGCHLD 17
#define SIGKILL 9

/* Where it begins to switch: trampoline_switch. `test %r9,%r9; jz` */
static const unsigned char beginning[] = {0x4d, 0x85, 0xc9, 0x74};
static const unsigned char loop[] = {0xeb, 0xfe}; /* jmp . */

static unsigned char *code;	   /* where it begins */
static unsigned char original[16]; /* what is there */
static char other_stack[0x4000] __attribute__((aligned(16)));
static char thread_stack[0x4000] __attribute__((aligned(16)));

static void copy(void *to, const void *from, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		((volatile unsigned char *)to)[i] = ((const unsigned char *)from)[i];
}

static int begins(const unsigned char *at)
{
	for (unsigned i = 0; i < sizeof(beginning); i++)
		if (at[i] != beginning[i])
			return 0;
	return 1;
}

static long fork(void)
{
	return syscall6(__NR_clone, SIGCHLD, 0, 0, 0, 0, 0);
}

/* The first number of a line of /proc/self/maps. */
static unsigned char *start_of(const char *line)
{
	uint64_t value = 0;

	for (; *line != '-'; line++)
		value = value << 4 | (*line <= '9' ? *line - '0' : *line - 'a' + 10);
	return (unsigned char *)value;
}

/* Looks for it, in the only executable page without a name, and has that written to. */
static void find(void)
{
	static char maps[16384];
	int fd = open("/proc/self/maps", O_RDONLY);
	const char *line = maps;
	long bytes = 0, n;

	while ((n = read(fd, maps + bytes, sizeof(maps) - bytes)) > 0)
		bytes += n;
	close(fd);
	for (const char *at = maps; at < maps + bytes; at++) {
		if (*at != '\n')
			continue;
		if (line[28] == 'x' && at[-1] == ' ')
			code = start_of(line);
		line = at + 1;
	}
	CHECK(code);
	EQUAL(mprotect(code, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC), 0);
	for (n = 0; n < PAGE && !begins(code); n++)
		code++;
	CHECK(begins(code));
	copy(original, code, sizeof(original));
}

/* Has it lead to a function. */
static void lead_to(void (*function)(void))
{
	unsigned char jump[12] = {0x48, 0xb8, [10] = 0xff,
				  0xe0}; /* mov $function, %rax; jmp *%rax */

	copy(jump + 2, &function, sizeof(function));
	copy(code, jump, sizeof(jump));
}

/*
 * The state is about to be saved, for a fork(2). Now a call that ends in a switch, too: its result
 * must be its own, and not that of the call by the number which that result is.
 */
static void make_another_call(void)
{
	int tid = 0;
	long made;

	copy(code, original, sizeof(original));
	/* The thread is known by its stack, for its result is 0, and the other's may be. It ends.
	 */
	__asm__ volatile("syscall\n\t"
			 "cmp %%rsi, %%rsp\n\t"
			 "jne 1f\n\t"
			 "mov %[exit], %%eax\n\t"
			 "syscall\n"
			 "1:"
			 : "=a"(made)
			 : "a"(__NR_clone), "D"(CLONE_OF_A_THREAD | CLONE_PARENT_SETTID),
			   "S"(thread_stack + sizeof(thread_stack)),
			   "d"(&tid), [exit] "i"(__NR_exit)
			 : "rcx", "r11", "memory");
	EQUAL(made, tid);
	exit_group(pass());
}

/* There is no stack where the page leads from. */
static __attribute__((naked)) void on_another_stack(void)
{
	__asm__("mov %0, %%rsp\n\tcall %c1"
		:
		: "i"(other_stack + sizeof(other_stack)), "i"(make_another_call));
}

static void spin(void)
{
	__asm__ volatile("1: jmp 1b");
}

static __attribute__((naked)) void yield_for_ever(void)
{
	__asm__("1: mov %0, %%eax\n\tsyscall\n\tjmp 1b" : : "i"(__NR_sched_yield));
}

/* A child spoils its page, then lets this process have its turn. */
static void outlive_child(const char *how)
{
	long pid = fork();
	int status = 0;
	long ended;

	if (pid == 0) {
		find();
		if (how[0] == 'y')
			lead_to(yield_for_ever);
		else if (how[1] == 'e')
			lead_to(spin);
		else
			copy(code, loop, sizeof(loop));
		syscall3(__NR_sched_yield, 0, 0, 0);
		exit_group(1);
	}
	while ((ended = syscall6(__NR_wait4, pid, (long)&status, WNOHANG, 0, 0, 0)) == 0)
		syscall3(__NR_sched_yield, 0, 0, 0);
	EQUAL(ended, pid);
	EQUAL(status, SIGKILL);
}

#define WAITING 6

enum pipe { ESCAPED, OTHERS, SECOND, TOLD, PIPES };
static int pipes[PIPES][2]; /* for those that wait to go on, and what they tell */
static char stacks[WAITING][0x1000] __attribute__((aligned(16)));

static void tell(enum pipe pipe)
{
	EQUAL(write(pipes[pipe][1], "", 1), 1);
}

static void wait_for(enum pipe pipe)
{
	char byte;

	EQUAL(read(pipes[pipe][0], &byte, 1), 1);
}

/* clone(2) of a task that runs a function, which doesn't return, on a stack of its own. */
static long start(long flags, char *stack, void (*function)(void))
{
	register void (*run)(void) __asm__("r12") = function;
	long made;

	__asm__ volatile("syscall\n\t"
			 "test %%eax, %%eax\n\t"
			 "jne 1f\n\t"
			 "call *%[run]\n"
			 "1:"
			 : "=a"(made)
			 : "a"(__NR_clone), "D"(flags), "S"(stack), [run] "r"(run)
			 : "rcx", "r11", "memory");
	return made;
}

static void end(void)
{
	exit_group(0);
}

static void end_when_told(void)
{
	wait_for(ESCAPED);
	exit_group(0);
}

static void tell_and_end_when_told(void)
{
	tell(TOLD);
	wait_for(SECOND);
	exit_group(0);
}

/* A thread, which tells that its child has ended. */
static void wait_for_child(void)
{
	char child_stack[256];

	wait_for(OTHERS);
	start(CLONE_VM | CLONE_VFORK | SIGCHLD, child_stack + sizeof(child_stack),
	      tell_and_end_when_told);
	tell(TOLD);
	syscall3(__NR_exit, 0, 0, 0);
}

/* The caller's first child is there, and should have ended before this is run. */
static void make_second_child(void)
{
	copy(code, original, sizeof(original));
	start(CLONE_VM | CLONE_VFORK | SIGCHLD, stacks[1], end);
	exit_group(0);
}

static __attribute__((naked)) void leave_vfork(void)
{
	__asm__("mov %0, %%rsp\n\tcall %c1"
		:
		: "i"(other_stack + sizeof(other_stack)), "i"(make_second_child));
}

/*
 * A process leaves vfork(2) before its child has ended, and ends. When the child ends, that wakes
 * none of those that wait for their own, which may be where that process was in the kernel.
 */
static void outlive_parent(void)
{
	struct {
		int fd;
		short events, revents;
	} told = {.events = 1 /* POLLIN */};
	int status = 1;
	long pid;

	for (int i = 0; i < PIPES; i++)
		EQUAL(syscall3(__NR_pipe, (long)pipes[i], 0, 0), 0);
	pid = fork();
	if (pid == 0) {
		find();
		lead_to(leave_vfork);
		start(CLONE_VM | CLONE_VFORK | CLONE_PARENT | SIGCHLD, stacks[2], end_when_told);
		exit_group(1);
	}
	EQUAL(syscall6(__NR_wait4, pid, (long)&status, 0, 0, 0, 0), pid);
	EQUAL(status, 0);
	for (int i = 0; i < WAITING; i++)
		CHECK(start(CLONE_OF_A_THREAD, stacks[i] + sizeof(stacks[i]), wait_for_child) > 0);
	for (int i = 0; i < WAITING; i++)
		tell(OTHERS);
	for (int i = 0; i < WAITING; i++)
		wait_for(TOLD);
	tell(ESCAPED);
	CHECK(syscall6(__NR_wait4, -1, 0, 0, 0, 0, 0) > 0);
	for (int i = 0; i < 20; i++)
		syscall3(__NR_sched_yield, 0, 0, 0);
	told.fd = pipes[TOLD][0];
	EQUAL(syscall3(__NR_poll, (long)&told, 1, 0), 0);
	for (int i = 0; i < WAITING; i++)
		tell(SECOND);
	for (int i = 0; i < WAITING; i++)
		wait_for(TOLD);
}

int main(int argc, char **argv)
{
	if (argc == 2 && same_text(argv[1], "call")) {
		/* The page is there once there was another process or thread. */
		if (fork() == 0)
			exit_group(0);
		find();
		lead_to(on_another_stack);
		fork();
		return 1;
	}
	if (argc == 2 && same_text(argv[1], "vfork"))
		outlive_parent();
	else if (argc == 2)
		outlive_child(argv[1]);
	return argc == 2 ? pass() : 1;
}
