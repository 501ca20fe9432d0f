/* SPDX-License-Identifier: MIT */
/* The one process: its file, its break, and its end. */
#include "process.h"

#include <asm/signal.h>
#include <linux/mman.h>

#include "../abi.h"
#include "../fs/context.h"
#include "../host/hypercall.h"
#include "../host/printk.h"
#include "../layout.h"
#include "../lib/math.h"
#include "../mm/frame.h"
#include "../mm/space.h"
#include "limits.h"
#include "thread.h"

static const char *name; /* of the program's file, as the host gave it */

bool process_is(int pid)
{
	return pid == 0 || pid == THREAD_PID;
}

/* What follows the last slash. */
static const char *base_name(const char *path)
{
	const char *base = path;

	for (; *path; path++)
		if (*path == '/')
			base = path + 1;
	return base;
}

void process_set_name(const char *given)
{
	name = given;
	thread_set_name(current, base_name(given));
}

const char *process_name(void)
{
	return name;
}

const char *process_path(void)
{
	static struct path path;

	/* Too long to be told: as the host, whose working directory stays, can open it. */
	if (!path.absolute[0] && path_make(&path, current_fs->host_cwd, "", name) < 0)
		return name;
	return path.absolute;
}

static uint64_t brk_start, brk_now;

void process_set_brk(uint64_t start)
{
	brk_start = brk_now = start;
}

uint64_t process_brk(uint64_t wanted)
{
	uint64_t old_end = page_up(brk_now);
	uint64_t new_end;
	const struct vma *above;

	if (wanted < brk_start || wanted > MMAP_TOP)
		return brk_now;
	new_end = page_up(wanted);
	if (new_end > old_end) {
		above = vma_find(old_end);
		if ((above && above->start < new_end) ||
		    (new_end - old_end) / PAGE_SIZE > frame_count_total() ||
		    !limit_allows_memory(new_end - old_end, PROT_WRITE, VMA_MEMORY) ||
		    space_map(old_end, new_end, PROT_READ | PROT_WRITE, VMA_MEMORY) < 0)
			return brk_now;
	} else if (new_end < old_end && space_unmap(new_end, old_end) < 0) {
		return brk_now;
	}
	brk_now = wanted;
	return brk_now;
}

void process_exit(int status)
{
	hypercall_exit(status & 0xff);
}

void process_kill(int sig)
{
	hypercall_exit(EXIT_KILLED(sig));
}

void process_out_of_memory(void)
{
	printk("kernel: out of memory: all %lu KiB of the guest are in use; give it more with -m\n",
	       frame_count_total() * (FRAME_SIZE / 1024));
	process_kill(SIGKILL);
}
