/* SPDX-License-Identifier: MIT */
/* The host's services, each an `out` of the argument and an `in` of the result. */
#include "hypercall.h"

#include <asm/errno.h>
#include <stdbool.h>

#include "../abi.h"
#include "../lib/hot.h"
#include "../x86/direct_map.h"
#include "../x86/x86.h"

static bool extended;
static uint64_t epoch = 1, count;

uint64_t hypercall_epoch(void)
{
	return epoch;
}

uint64_t hypercall_count(void)
{
	return count;
}

void hypercall_set_extended(void)
{
	extended = true;
}

static inline int32_t call(uint16_t port, uint32_t argument)
{
	count++;
	return outl_inl(port, argument);
}

/* Argument blocks, paths and messages lie in the kernel image or on a stack: in the low 2 MiB. */
static uint32_t low_address(const void *object)
{
	/* Cut to 32 bits, it is no pointer for the compiler, which would drop what is stored there.
	 */
	compiler_escape(object);
	return virt_to_phys(object);
}

int hypercall_open(const char *path)
{
	return call(PORT_OPEN, low_address(path));
}

int hypercall_close(int fd)
{
	return call(PORT_CLOSE, fd);
}

__hot int64_t hypercall_read(int fd, paddr_t pa, uint64_t bytes)
{
	struct hc_rw block = {.fd = fd, .buffer = pa, .bytes = bytes};

	if (fd < BOOT_FDS)
		epoch++;
	return call(PORT_READ, low_address(&block));
}

__hot int64_t hypercall_write(int fd, paddr_t pa, uint64_t bytes)
{
	struct hc_rw block = {.fd = fd, .buffer = pa, .bytes = bytes};

	epoch++;
	return call(PORT_WRITE, low_address(&block));
}

static __hot int64_t lseek64(int fd, int64_t offset, int whence)
{
	struct hc_lseek64 block = {.fd = fd, .offset = offset, .whence = whence};
	int32_t error = call(PORT_LSEEK64, low_address(&block));

	return error < 0 ? error : (int64_t)block.result;
}

__hot int64_t hypercall_lseek(int fd, int64_t offset, int whence)
{
	struct hc_lseek block = {.fd = fd, .offset = offset, .whence = whence};

	if (extended)
		return lseek64(fd, offset, whence);
	if (offset != (int32_t)offset)
		return -EOVERFLOW;
	return call(PORT_LSEEK, low_address(&block));
}

static __attribute__((noinline)) int64_t pread_by_seeking(int fd, paddr_t pa, uint64_t bytes,
							  int64_t offset)
{
	int64_t before = hypercall_lseek(fd, 0, SEEK_CUR);
	int64_t n = before < 0 ? before : hypercall_lseek(fd, offset, SEEK_SET);

	if (n < 0)
		return n;
	n = hypercall_read(fd, pa, bytes);
	hypercall_lseek(fd, before, SEEK_SET);
	return n;
}

__hot int64_t hypercall_pread(int fd, paddr_t pa, uint64_t bytes, int64_t offset)
{
	struct hc_pread block = {.fd = fd, .buffer = pa, .bytes = bytes, .offset = offset};

	if (extended)
		return call(PORT_PREAD, low_address(&block));
	return pread_by_seeking(fd, pa, bytes, offset);
}

int64_t hypercall_readdir(int fd, paddr_t pa, uint64_t bytes)
{
	struct hc_rw block = {.fd = fd, .buffer = pa, .bytes = bytes};

	return extended ? call(PORT_READDIR, low_address(&block)) : -ENOSYS;
}

static int stat(struct hc_stat *block, struct hc_stat_result *result)
{
	block->buffer = virt_to_phys(result);
	return extended ? call(PORT_STAT, low_address(block)) : -ENOSYS;
}

int hypercall_stat(const char *path, unsigned flags, struct hc_stat_result *result)
{
	struct hc_stat block = {.path = virt_to_phys(path), .flags = flags};

	return stat(&block, result);
}

int hypercall_fstat(int fd, struct hc_stat_result *result)
{
	struct hc_stat block = {.fd = fd};

	return stat(&block, result);
}

int hypercall_readlink(const char *path, paddr_t pa, uint64_t bytes)
{
	struct hc_readlink block = {.path = virt_to_phys(path), .buffer = pa, .bytes = bytes};

	return extended ? call(PORT_READLINK, low_address(&block)) : -ENOSYS;
}

int hypercall_sleep(uint32_t microseconds)
{
	epoch++;
	return extended ? call(PORT_SLEEP, microseconds) : -ENOSYS;
}

int hypercall_wait(struct hc_wait_list *list)
{
	epoch++;
	return extended ? call(PORT_WAIT, low_address(list)) : -ENOSYS;
}

int hypercall_timer(uint32_t microseconds)
{
	return extended ? call(PORT_TIMER, microseconds) : -ENOSYS;
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
