/* SPDX-License-Identifier: MIT */
/* The one process: its file and its end. */
#include "process.h"

#include <asm/signal.h>

#include "../abi.h"
#include "../fs/path.h"
#include "../host/hypercall.h"
#include "../host/printk.h"
#include "../mm/frame.h"
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
	if (!path.absolute[0] && path_make(&path, path_first_cwd(), name) < 0)
		return name;
	return path.absolute;
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
