/* SPDX-License-Identifier: MIT */
/* /proc: memory, time and load of this kernel. */
#include "../lib/math.h"
#include "../mm/frame.h"
#include "../mm/space.h"
#include "../sched/cpu_clock.h"
#include "process.h"
#include "procfs.h"
#include "uts.h"

static void put_kib(struct text *text, const char *name, uint64_t frames)
{
	uint64_t start = text->at;

	text_format(text, "%s:", name);
	text_pad(text, start, 16);
	text_format(text, "%8lu kB\n", frames * (FRAME_SIZE / 1024));
}

int procfs_meminfo(struct text *text, const struct tree_at *at)
{
	/* What there is none of: swap, buffers, huge pages that are set aside. */
	static const char *const none[] = {
		"Buffers",   "Cached",	     "SwapCached", "Active",	   "Inactive",
		"SwapTotal", "SwapFree",     "Dirty",	   "Writeback",	   "Mapped",
		"Shmem",     "KReclaimable", "Slab",	   "SReclaimable", "SUnreclaim"};
	uint64_t total = frame_count_total();
	uint64_t free = frame_count_free();

	(void)at;
	put_kib(text, "MemTotal", total);
	put_kib(text, "MemFree", free);
	put_kib(text, "MemAvailable", free);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		put_kib(text, none[i], 0);
	put_kib(text, "AnonPages", total - free);
	put_kib(text, "CommitLimit", total);
	put_kib(text, "Committed_AS", total - free);
	text_format(text, "HugePages_Total: %7u\nHugePages_Free:  %7u\n", 0, 0);
	put_kib(text, "Hugepagesize", FRAME_RUN_MAX);
	return 0;
}

int procfs_system_stat(struct text *text, const struct tree_at *at)
{
	uint64_t idle = cpu_idle() / NSEC_PER_TICK;
	uint64_t busy = clock_monotonic() / NSEC_PER_TICK - idle;
	uint64_t boot = (clock_realtime() - clock_monotonic()) / NSEC_PER_SEC;

	(void)at;
	text_format(text, "cpu  %lu 0 0 %lu 0 0 0 0 0 0\n", busy, idle);
	text_format(text, "cpu0 %lu 0 0 %lu 0 0 0 0 0 0\n", busy, idle);
	text_format(text, "intr 0\nctxt 0\nbtime %lu\nprocesses %u\n", boot, thread_count());
	text_string(text, "procs_running 1\nprocs_blocked 0\nsoftirq 0 0 0 0 0 0 0 0 0 0 0\n");
	return 0;
}

/* The load isn't averaged: shown are zeros. How many threads run, and there are, is true. */
int procfs_loadavg(struct text *text, const struct tree_at *at)
{
	(void)at;
	text_format(text, "0.00 0.00 0.00 1/%u %d\n", thread_count(), current->tid);
	return 0;
}

static void put_seconds(struct text *text, uint64_t nsec, char end)
{
	text_format(text, "%lu.%02lu%c", nsec / NSEC_PER_SEC, nsec % NSEC_PER_SEC / NSEC_PER_TICK,
		    end);
}

int procfs_uptime(struct text *text, const struct tree_at *at)
{
	uint64_t now = clock_monotonic();

	(void)at;
	put_seconds(text, now, ' ');
	put_seconds(text, cpu_idle(), '\n');
	return 0;
}

int procfs_version(struct text *text, const struct tree_at *at)
{
	(void)at;
	text_format(text, "%s version %s %s\n", uts.sysname, uts.release, uts.version);
	return 0;
}
