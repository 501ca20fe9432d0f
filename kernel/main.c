/* SPDX-License-Identifier: MIT */
/* The kernel's set-up, in order. */
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "abi.h"
#include "fs/devfs.h"
#include "fs/fdtable.h"
#include "fs/hostfs.h"
#include "fs/hoststream.h"
#include "fs/mount.h"
#include "fs/output.h"
#include "fs/path.h"
#include "fs/sysfs.h"
#include "fs/terminal.h"
#include "fs/tmpfs.h"
#include "host/clock.h"
#include "host/hypercall.h"
#include "host/printk.h"
#include "ipc/sysv_sem.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/direct_map.h"
#include "mm/frame.h"
#include "mm/paging.h"
#include "mm/reclaim.h"
#include "mm/space.h"
#include "mm/vma_tree.h"
#include "proc/core.h"
#include "proc/exec.h"
#include "proc/jobs.h"
#include "proc/process.h"
#include "proc/procfs.h"
#include "proc/sigframe.h"
#include "proc/signal.h"
#include "proc/tracer.h"
#include "syscall/syscall.h"
#include "syscall/trace.h"
#include "x86/cpu.h"
#include "x86/direct_map.h"
#include "x86/x86.h"

/* From kernel.ld. */
extern char kernel_end[];

#define GOLDEN_RATIO UINT64_C(0x9e3779b97f4a7c15) /* 2^64 / 1.618...: Knuth, 6.4 */

/* The address space of the first program. */
static struct space first_space;

/* The boot stack's vectors of strings are lists of physical addresses. */
static const char *boot_string(uint64_t vector, uint64_t index)
{
	const uint64_t *strings = phys_to_virt(vector);

	return phys_to_virt(strings[index]);
}

/* Reads what the host hands over beyond the original protocol, or makes do without. */
static void take_boot_info(struct stack_contents *contents, const struct boot_info *info)
{
	static uint8_t random[BOOT_RANDOM_BYTES];
	uint64_t clock = rdtsc() | 1;

	if (info) {
		hypercall_set_extended();
		if (info->args_bytes) {
			frame_show(BOOT_FREE_MEMORY + info->args_bytes);
			contents->argc = info->argc;
			contents->argv = info->argv;
		}
		contents->envc = info->envc;
		contents->envp = info->envp;
		contents->random = info->random;
		random_seed(info->random); /* its second half is told to nobody */
		clock_init(info->tsc_khz, info->realtime, info->flags & BOOT_SHARED_COUNTER);
		if (info->xcr0)
			cpu_enable_xsave(info->xcr0);
		if (info->core_fd) {
			core_init(info->core_fd);
			syscall_slow();
		}
		if (info->flags & BOOT_TRACE_SYSCALLS)
			trace_init(info->trace ? phys_to_virt(info->trace) : NULL);
	} else {
		clock_init(0, 0, false);
		/* Not secret, but different each time: for stack protectors it has to do. */
		for (unsigned i = 0; i < BOOT_RANDOM_BYTES; i++)
			random[i] = (clock *= GOLDEN_RATIO) >> 56;
		contents->random = random;
	}
}

/* The file systems, searched in this order. */
static const struct mount mounts[] = {
	{"/var/tmp", &tmpfs}, {"/dev/shm", &tmpfs}, {"/dev", &devfs}, {"/tmp", &tmpfs},
	{"/run", &tmpfs},     {"/proc", &procfs},   {"/sys", &sysfs}, {"", &hostfs},
};

/* A copy of a path that stays: the block of large arguments is given back. NULL: no memory. */
static const char *copy_path(const char *path)
{
	const uint64_t bytes = strlen(path) + 1;
	const paddr_t frame = bytes > PAGE_SIZE ? 0 : frame_alloc_uncleared();

	return frame ? memcpy(phys_to_virt(frame), path, bytes) : NULL;
}

/*
 * What the host has at a path where a tmpfs hides it stays to be seen, if the command line names
 * it: the working directory, and arguments. But no mount point itself.
 */
static void show_named(const char *path, bool exists)
{
	struct hc_stat_result st;
	const char *rest;

	if (!path || path[0] != '/' || mount_at(path, &rest)->type != &tmpfs ||
	    !path_is_plain(path) || mount_is_point(path))
		return;
	if (!exists && hostfs.stat(path, true, &st) == 0)
		exists = (path = copy_path(path));
	if (exists)
		mount_add(path, &hostfs);
}

static _Noreturn void fail_output(const char *name, int error)
{
	printk("kernel: --output: %s can't be mounted: error %d\n", name, -error);
	hypercall_exit(STATUS_FAILED);
}

/* Mounts file systems of this type where --tmpfs wants them. */
static __attribute__((noinline)) void mount_more(const struct boot_info *info,
						 const struct fs_type *type)
{
	const char *point = phys_to_virt(info->tmpfs);

	for (uint64_t i = 0; i < info->tmpfs_count; i++, point += strlen(point) + 1)
		mount_add(point, type);
}

/*
 * Finds the files of --output, by the host's links alone: its file system is mounted everywhere.
 * noinline: most often there are none.
 */
static __attribute__((noinline)) void find_outputs(const struct boot_info *info)
{
	struct mount host_alone[sizeof(mounts) / sizeof(mounts[0])];
	const char *name = phys_to_virt(info->outputs);
	int error;

	for (unsigned i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++)
		host_alone[i] = (struct mount){mounts[i].point, &hostfs};
	mount_init(host_alone);
	mount_more(info, &hostfs);
	for (uint64_t i = 0; i < info->output_count; i++, name += strlen(name) + 1) {
		error = output_find(name);
		if (error)
			fail_output(name, error);
	}
}

static __attribute__((noinline)) void mount_outputs(void)
{
	const char *name;
	int error = output_mount_all(&name);

	if (error)
		fail_output(name, error);
}

static void mount_file_systems(const struct stack_contents *contents, const struct boot_info *info)
{
	const bool to_write = info && info->output_count;

	if (to_write)
		find_outputs(info);
	mount_init(mounts);
	if (info && info->tmpfs_count)
		mount_more(info, &tmpfs);
	if (info && info->cwd)
		show_named(phys_to_virt(info->cwd), true);
	if (to_write)
		mount_outputs();
	for (uint64_t i = 0; i < contents->argc; i++)
		show_named(boot_string(contents->argv, i), false);
}

/* The files that the program starts with. A host that doesn't tell has all three fds open. */
static void open_first_files(const struct boot_info *info)
{
	for (int fd = 0; fd < BOOT_FDS; fd++) {
		uint32_t mode = info ? info->fds[fd].mode : S_IFIFO;
		unsigned flags = info ? info->fds[fd].flags : O_RDWR;

		if (!info && hypercall_lseek(fd, 0, SEEK_CUR) >= 0)
			mode = S_IFREG;
		if (mode)
			fd_replace(fd,
				   hoststream_first(fd, mode | S_IRUSR | S_IWUSR, flags,
						    info ? &info->files[fd] : NULL),
				   false);
	}
}

/* Called by entry.S with what the boot protocol has in RDI, RSI, RSP, R8 and R9. */
void kmain(uint64_t free_memory, uint64_t free_bytes, uint64_t boot_stack, uint64_t magic,
	   uint64_t boot_info) __attribute__((noreturn));

void kmain(uint64_t free_memory, uint64_t free_bytes, uint64_t boot_stack, uint64_t magic,
	   uint64_t boot_info)
{
	struct stack_contents contents = {
		.string = boot_string,
		.argv = boot_stack + sizeof(uint64_t),
	};
	const struct boot_info *info = phys_to_virt(boot_info);
	static struct trap_frame frame; /* zeros */
	uint32_t seed;

	if (magic != BOOT_INFO_MAGIC || info->size < sizeof(*info))
		info = NULL;

	cpu_init();
	syscall_init();
	direct_map_init(cpu.nx);
	paging_init(cpu.nx);
	space_init(&first_space, BOOT_PML4);
	process_init(&first_space, info && info->cwd ? phys_to_virt(info->cwd) : NULL);
	/* First what the image leaves of the low 2 MiB: the host has that in memory already. */
	frame_init((struct frame_range[]){
		{virt_to_phys(kernel_end), BOOT_PML4 - virt_to_phys(kernel_end)},
		{free_memory, free_bytes},
	});
	frame_set_reclaim(reclaim_frames);
	contents.argc = *(const uint64_t *)phys_to_virt(boot_stack);
	contents.execfn = boot_string(contents.argv, 0);
	contents.hwcap = cpu.hwcap;
	contents.hwcap2 = cpu.hwcap2;
	take_boot_info(&contents, info);
	contents.signal_frame = sigframe_size();
	mount_file_systems(&contents, info);
	sem_init();
	terminal_init(info && info->terminals ? phys_to_virt(info->terminals) : NULL,
		      process_current()->pid, &jobs_of_terminal);
	open_first_files(info);
	signal_init(info ? info->ignored : 0, info ? info->blocked : 0);
	__builtin_memcpy(&seed, contents.random + STACK_RANDOM_BYTES, sizeof(seed));
	vma_tree_seed(seed);
	if (contents.argc == 0) {
		printk("kernel: no program given\n");
		hypercall_exit(STATUS_FAILED);
	}
	exec_program(&contents, info && info->flags & BOOT_NO_FILES, &frame);
	if (info && info->args_bytes) /* the program has a copy */
		frame_add(BOOT_FREE_MEMORY, BOOT_FREE_MEMORY + info->args_bytes);
	if (tracer)
		trace_first_program(&contents, frame.rsp);
	trap_return(&frame);
}
