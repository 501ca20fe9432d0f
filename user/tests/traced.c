/* SPDX-License-Identifier: MIT */
/* System calls whose arguments --trace=syscalls shows by name. */
#include <linux/fcntl.h>
#include <linux/resource.h>
#include <linux/signal.h>
#include <linux/time.h>

#include <asm/ioctls.h>
#include <asm/prctl.h>

#include "check.h"

static void on_signal(int sig)
{
	(void)sig;
}

static __attribute__((naked)) void restorer(void)
{
	__asm__("mov %0, %%eax\n\tsyscall" : : "i"(__NR_rt_sigreturn));
}

int main(void)
{
	const struct sigaction action = {
		.sa_handler = on_signal, .sa_flags = SA_RESTORER, .sa_restorer = restorer};
	long place[2];

	syscall3(__NR_arch_prctl, ARCH_GET_FS, (long)place, 0);
	syscall6(__NR_prlimit64, 0, RLIMIT_NOFILE, 0, 0, 0, 0);
	syscall3(__NR_ioctl, 0, TCGETS, 0);
	syscall3(__NR_access, (long)"tests/files", 5, 0);
	syscall3(__NR_access, (long)"tests/files", 0, 0);
	syscall6(__NR_openat, AT_FDCWD, (long)"a\tb\033\0011", O_RDONLY, 0777, 0, 0);
	syscall6(__NR_openat, AT_FDCWD, (long)"none", O_CREAT, 0644, 0, 0);
	syscall3(__NR_clock_gettime, CLOCK_MONOTONIC, (long)place, 0);
	syscall3(__NR_getdents64, 0, 0, 0);
	syscall6(__NR_rt_sigaction, 34, 0, 0, 8, 0, 0);
	syscall6(__NR_rt_sigaction, SIGUSR1, (long)&action, 0, 8, 0, 0);
	syscall3(__NR_tkill, 100, SIGUSR1, 0);
	return 0;
}
