/* SPDX-License-Identifier: MIT */
/*
 * The kernel's page of code in a program's memory (kernel/sched/trampoline.h) is the program's to
 * spoil. What it spoils so is itself: not the kernel, and no other process. It is ended for
 *
 *   spoil loop	a page that never ends,
 *   spoil leave	one that leads to a loop of the program's,
 *   spoil call	or to a system call,
 *   spoil end	be it by the page's own last instruction. Nothing comes of the call.
 *
 *   spoil core	one that makes a call instead of leaving its core keeps no other process from that
 */
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "check.h"

#define PAGE 4096

#define SIGCHLD 17
#define SIGKILL 9

/* Where it begins to switch: trampoline_switch. `test %r9,%r9; jz` */
static const unsigned char beginning[] = {0x4d, 0x85, 0xc9, 0x74};
static const unsigned char loop[] = {0xeb, 0xfe}; /* jmp . */
static const unsigned char call[] = {0x0f, 0x05}; /* syscall */

static unsigned char *code;	  /* where it begins */
static const unsigned char *last; /* where it makes its call, at its end */

static void copy(void *to, const void *from, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		((volatile unsigned char *)to)[i] = ((const unsigned char *)from)[i];
}

static int is_at(const unsigned char *at, const unsigned char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (at[i] != bytes[i])
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
	for (n = 0; n < PAGE && !is_at(code, beginning, sizeof(beginning)); n++)
		code++;
	CHECK(n < PAGE);
	for (last = code; !is_at(last, call, sizeof(call)); last++)
		;
}

/* Has it lead to a function. */
static void lead_to(void (*function)(void))
{
	unsigned char jump[12] = {0x48, 0xb8, [10] = 0xff,
				  0xe0}; /* mov $function, %rax; jmp *%rax */

	copy(jump + 2, &function, sizeof(function));
	copy(code, jump, sizeof(jump));
}

static void spin(void)
{
	__asm__ volatile("1: jmp 1b");
}

static __attribute__((naked)) void exit_by_call(void)
{
	__asm__("mov %0, %%eax\n\txor %%edi, %%edi\n\tsyscall" : : "i"(__NR_exit_group));
}

static __attribute__((naked)) void exit_by_last_call(void)
{
	__asm__("mov %0, %%eax\n\txor %%edi, %%edi\n\tmov %1, %%rbx\n\tjmp *%%rbx"
		:
		: "i"(__NR_exit_group), "m"(last));
}

/* A child spoils its page, then lets this process have its turn. */
static void outlive_child(const char *how)
{
	long pid = fork();
	int status = 0;
	long ended;

	if (pid == 0) {
		find();
		if (same_text(how, "call"))
			lead_to(exit_by_call);
		else if (same_text(how, "end"))
			lead_to(exit_by_last_call);
		else if (same_text(how, "leave"))
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

static void crash(void)
{
	__asm__ volatile("ud2");
}

static void leave_no_core(void)
{
	long pid = fork();
	int status = 0;

	if (pid == 0) {
		find();
		lead_to(exit_by_call);
		crash();
	}
	EQUAL(syscall6(__NR_wait4, pid, (long)&status, 0, 0, 0, 0), pid);
	EQUAL(status, SIGKILL);
	crash();
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 1;
	if (same_text(argv[1], "core"))
		leave_no_core();
	else
		outlive_child(argv[1]);
	return pass();
}
