/* SPDX-License-Identifier: MIT */
/* Directories of the host. Their records go to the program's pages as the host gives them. */
#include "hostdir.h"

#include <asm/errno.h>
#include <stdbool.h>

#include "../host/hypercall.h"
#include "../lib/math.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "../x86/direct_map.h"
#include "hostfile.h"

/*
 * For a buffer of less than a page, or of page frames that aren't contiguous: reads to a page
 * frame of the kernel's, and copies. The program may use `extent` bytes of the buffer, and gets
 * the records that fit those, as on Linux. If the program's pages were populated before, the copy
 * can't fail; else the host's offset is restored.
 */
static int64_t copy_records(int host, uaddr_t buffer, uint64_t bytes, uint64_t extent)
{
	static uint8_t page[PAGE_SIZE];
	uint64_t most = min(bytes, PAGE_SIZE);
	bool sure =
		extent >= most && space_populate(current_space, buffer, buffer + most, true) == 0;
	int64_t before = sure ? 0 : hypercall_lseek(host, 0, SEEK_CUR);
	int64_t n = before < 0 ? before : hypercall_readdir(host, virt_to_phys(page), most);

	if (n > (int64_t)extent) {
		hypercall_lseek(host, before, SEEK_SET);
		n = hypercall_readdir(host, virt_to_phys(page), extent);
		if (n < 0)
			return -EFAULT;
	}
	if (n > 0 && copy_to_user(buffer, page, n) < 0) {
		if (!sure)
			hypercall_lseek(host, before, SEEK_SET);
		return -EFAULT;
	}
	return n;
}

static int64_t getdents(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	uint64_t extent = user_extent(buffer, bytes, true);
	int64_t run = 0;
	paddr_t pa;

	if (extent >= PAGE_SIZE)
		run = space_run(current_space, buffer, extent, true, &pa);
	if (run < 0)
		return run;
	if (run < PAGE_SIZE)
		return copy_records(hostfile_fd(file), buffer, bytes, extent);
	return hypercall_readdir(hostfile_fd(file), pa, run);
}

const struct file_ops hostdir_ops = {
	.read = file_read_directory,
	.transfer_at = file_transfer_directory,
	.seek = hostfile_seek,
	.stat = hostfile_stat,
	.getdents = getdents,
	.release = hostfile_release,
};
