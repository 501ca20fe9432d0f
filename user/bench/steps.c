/* SPDX-License-Identifier: MIT */
/* One system call, or page fault, of each kind, for hypervisor/bench/steps.c to count. */
#include "steps.h"

#include <linux/mman.h>

#include "../syscall.h"

static char page[4096] __attribute__((aligned(4096)));
static char *area;
static long fd;

static long map(void)
{
	return syscall6(__NR_mmap, 0, sizeof(page), PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void step(enum step step, const char *file)
{
	switch (step) {
	case STEP_getppid:
		syscall3(__NR_getppid, 0, 0, 0);
		break;
	case STEP_write1:
		write(1, page, 1);
		break;
	case STEP_pread4k:
		syscall6(__NR_pread64, fd, (long)page, sizeof(page), 1, 0, 0); /* not where it is */
		break;
	case STEP_mmap1:
		area = (char *)map();
		break;
	case STEP_touch:
		*(volatile char *)area = 1;
		break;
	case STEP_munmap1:
		syscall3(__NR_munmap, (long)area, sizeof(page), 0);
		break;
	case STEP_close:
		close(fd);
		break;
	case STEP_open:
		fd = open(file, O_RDONLY);
		break;
	default:
		syscall3(-1, 0, 0, 0);
	}
}

int main(int argc, char **argv)
{
	const char *file = argv[argc - 1];

	page[0] = '\n'; /* so that its first use is none of the system calls' */
	fd = open(file, O_RDONLY);
	for (int marked = 0; marked < 2; marked++) {
		for (enum step s = 0; s < STEP_NONE; s++) {
			syscall3(STEP_MARK + (marked ? s : STEP_NONE), 0, 0, 0);
			step(s, file);
		}
	}
	return fd < 0;
}
