/* SPDX-License-Identifier: MIT */
/*
 * Runs a command to its end and prints how much of the host it took: numbers
 * that don't depend on how fast or busy the machine is. The command's stdout
 * goes to /dev/null, and it must end with status 0.
 *
 *   count calls COMMAND...   host_calls N   system calls, from behind execve to exit
 *                            kvm_ioctls N   those of them that are an ioctl of KVM's
 *                            kvm_runs N     and those that run the guest: exits to userspace
 *   count cpu COMMAND...     cpu_us N       CPU time, of the second of two runs, in microseconds:
 *                            where the clock counts instructions, thousands of these
 *   count kvm COMMAND...     exits N        of the guest to KVM, but for the host's interrupts
 *                            faults N       nested page faults, and others that KVM handled
 *
 * The last reads KVM's files in debugfs; where they aren't there it says so, and the status is 2.
 */
#include <asm/unistd_64.h>
#include <err.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t child;
static unsigned long host_calls, kvm_ioctls, kvm_runs;
static unsigned long exits, irq_exits, faults;

/* Starts the command, stopped behind its execve. */
static void start(char **command, long options)
{
	int status, null;

	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child == 0) {
		null = open("/dev/null", O_WRONLY);
		if (null < 0 || dup2(null, STDOUT_FILENO) < 0 ||
		    ptrace(PTRACE_TRACEME, 0, 0, 0) < 0)
			err(1, "child");
		close(null);
		execv(command[0], command);
		err(1, "%s", command[0]);
	}
	if (waitpid(child, &status, 0) < 0 || !WIFSTOPPED(status))
		errx(1, "%s didn't start", command[0]);
	if (ptrace(PTRACE_SETOPTIONS, child, 0, options | PTRACE_O_EXITKILL) < 0)
		err(1, "PTRACE_SETOPTIONS");
}

/* Has the child go on to its next stop, as `request` says. Returns false when it has ended. */
static bool next(enum __ptrace_request request, int *status)
{
	static int deliver;

	if (ptrace(request, child, 0, deliver) < 0)
		err(1, "ptrace");
	if (waitpid(child, status, 0) < 0)
		err(1, "waitpid");
	if (!WIFSTOPPED(*status)) {
		if (!WIFEXITED(*status) || WEXITSTATUS(*status))
			errx(1, "the command failed");
		return false;
	}
	deliver = WSTOPSIG(*status) & 0x80 || *status >> 16 ? 0 : WSTOPSIG(*status);
	return true;
}

static void count_calls(void)
{
	struct __ptrace_syscall_info info;
	int status;

	while (next(PTRACE_SYSCALL, &status)) {
		if (WSTOPSIG(status) != (SIGTRAP | 0x80))
			continue;
		if (ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof(info), &info) < 0)
			err(1, "PTRACE_GET_SYSCALL_INFO");
		if (info.op != PTRACE_SYSCALL_INFO_ENTRY)
			continue;
		/* Where the clock is the CPU's counter, it takes no system call. */
		host_calls += info.entry.nr != __NR_clock_gettime;
		if (info.entry.nr == __NR_ioctl && _IOC_TYPE(info.entry.args[1]) == KVMIO) {
			kvm_ioctls++;
			kvm_runs += info.entry.args[1] == KVM_RUN;
		}
	}
}

/* Runs it as it runs by itself, with nobody who traces it. */
static long cpu_time(char **command)
{
	struct rusage usage;
	int status;

	start(command, 0);
	if (ptrace(PTRACE_DETACH, child, 0, 0) < 0 || wait4(child, &status, 0, &usage) < 0)
		err(1, "%s", command[0]);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		errx(1, "the command failed");
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec +
	       usage.ru_stime.tv_usec;
}

/* The sum of a counter over the child's VMs. Ends the program if there is none. */
static unsigned long kvm_counter(const char *name)
{
	unsigned long sum = 0, value;
	char pattern[128];
	glob_t found;

	snprintf(pattern, sizeof(pattern), "/sys/kernel/debug/kvm/%d-*/%s", (int)child, name);
	if (glob(pattern, 0, NULL, &found) != 0)
		errx(2, "KVM's counters aren't there: no %s", pattern);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		FILE *file = fopen(found.gl_pathv[i], "r");

		if (!file || fscanf(file, "%lu", &value) != 1)
			err(1, "%s", found.gl_pathv[i]);
		sum += value;
		fclose(file);
	}
	globfree(&found);
	return sum;
}

/* They are gone with the VM, so they are read when the child is about to end. */
static void count_kvm(void)
{
	int status;

	while (next(PTRACE_CONT, &status)) {
		if (status >> 8 != (SIGTRAP | PTRACE_EVENT_EXIT << 8))
			continue;
		exits = kvm_counter("exits");
		irq_exits = kvm_counter("irq_exits");
		faults = kvm_counter("pf_taken");
	}
}

int main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "calls") == 0) {
		start(argv + 2, PTRACE_O_TRACESYSGOOD);
		count_calls();
		printf("host_calls %lu\nkvm_ioctls %lu\nkvm_runs %lu\n", host_calls, kvm_ioctls,
		       kvm_runs);
	} else if (argc > 2 && strcmp(argv[1], "cpu") == 0) {
		cpu_time(argv + 2); /* the first has yet to read its files */
		printf("cpu_us %ld\n", cpu_time(argv + 2));
	} else if (argc > 2 && strcmp(argv[1], "kvm") == 0) {
		start(argv + 2, PTRACE_O_TRACEEXIT);
		count_kvm();
		printf("exits %lu\nfaults %lu\n", exits - irq_exits, faults);
	} else {
		errx(1, "usage: count calls|cpu|kvm COMMAND...");
	}
	return 0;
}
