/* SPDX-License-Identifier: MIT */
/* The host's services, each an `out` of the argument and an `in` of the result. */
#include "hypercall.h"

#include <asm/errno.h>
#include <stdbool.h>

#include "abi.h"
#include "mm/direct_map.h"
#include "x86.h"

static bool extended;

void hypercall_set_extended(void)
{
	extended = true;
}

/* Argument blocks, paths and messages lie in the kernel image or on a stack: in the low 2 MiB. */
static int32_t call(uint16_t port, uint32_t argument)
{
	return outl_inl(port, argument);
}

int hypercall_open(const char *path)
{
	return call(PORT_OPEN, virt_to_phys(path));
}

int hypercall_close(int fd)
{
	return call(PORT_CLOSE, fd);
}

int64_t hypercall_read(int fd, uint64_t pa, uint64_t bytes)
{
	struct hc_rw block = {.fd = fd, .buffer = pa, .bytes = bytes};

	return call(PORT_READ, virt_to_phys(&block));
}

int64_t hypercall_write(int fd, uint64_t pa, uint64_t bytes)
{
	struct hc_rw block = {.fd = fd, .buffer = pa, .bytes = bytes};

	return call(PORT_WRITE, virt_to_phys(&block));
}

static int64_t lseek64(int fd, int64_t offset, int whence)
{
	struct hc_lseek64 block = {.fd = fd, .offset = offset, .whence = whence};
	int32_t error = call(PORT_LSEEK64, virt_to_phys(&block));

	return error < 0 ? error : (int64_t)block.result;
}

int64_t hypercall_lseek(int fd, int64_t offset, int whence)
{
	struct hc_lseek block = {.fd = fd, .offset = offset, .whence = whence};

	if (extended)
		return lseek64(fd, offset, whence);
	if (offset != (int32_t)offset)
		return -EOVERFLOW;
	return call(PORT_LSEEK, virt_to_phys(&block));
}

int hypercall_sleep(uint32_t microseconds)
{
	return extended ? call(PORT_SLEEP, microseconds) : -ENOSYS;
}

void hypercall_exit(uint32_t code)
{
	outl(PORT_EXIT, code);
	for (;;)
		hlt();
}

void hypercall_panic(const char *message)
{
	outl(PORT_PANIC, virt_to_phys(message));
	for (;;)
		hlt();
}
