/* SPDX-License-Identifier: MIT */
/* Which signals leave a core, and the order of one: what it has of the memory is in core_memory.c.
 */
#include "core.h"

#include <elf.h>

#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/space.h"
#include "../x86/cpu.h"
#include "../x86/x86.h"
#include "core_file.h"
#include "core_memory.h"
#include "core_notes.h"
#include "exit.h"
#include "limits.h"
#include "signal.h"
#include "switch.h"

static int core_fd; /* 0: none is wanted, or it is written */

/* What is being written, or is about to be when the FPU state is saved. */
static struct core core;

void core_init(int fd)
{
	core_fd = fd;
	process_current()->limits[RLIMIT_CORE].rlim_cur = RLIM64_INFINITY;
}

static bool is_wanted(int sig)
{
	/* A core of less than a page is none: fs/coredump.c of Linux, min_coredump. */
	return core_fd && SIGNAL_DUMPS & SIGNAL_BIT(sig) && limit_of(RLIMIT_CORE) >= PAGE_SIZE &&
	       process_current()->dumpable == 1;
}

/* The header, a program header for the notes and one for each area. */
static void put_headers(struct core_file *file, uint64_t notes_bytes)
{
	const uint64_t count = 1 + core_memory_count(current_space);
	const uint64_t headers = sizeof(Elf64_Ehdr) + count * sizeof(Elf64_Phdr);
	const Elf64_Ehdr header = {
		.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			    EV_CURRENT},
		.e_type = ET_CORE,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_phoff = sizeof(header),
		.e_ehsize = sizeof(header),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = min(count, PN_XNUM - 1), /* gdb takes no more, either */
	};
	const Elf64_Phdr notes = {.p_type = PT_NOTE, .p_offset = headers, .p_filesz = notes_bytes};

	core_put(file, &header, sizeof(header));
	core_put(file, &notes, sizeof(notes));
	core_put_areas(file, current_space, header.e_phnum - 1, page_up(headers + notes_bytes));
}

/* Writes the core. False: not all of it. */
static bool write_core(void)
{
	struct core_file counted = {.counts = true};
	struct core_file file = {.fd = core_fd, .limit = limit_of(RLIMIT_CORE)};

	core_put_notes(&counted, &core);
	put_headers(&file, counted.at);
	core_put_notes(&file, &core);
	core_put_memory(&file, current_space);
	return core_finish(&file);
}

/* The task that leaves the core has saved what it can. */
static _Noreturn void dump(void)
{
	int sig = core.info.si_signo;
	bool whole = write_core();

	core_fd = 0;
	process_kill(whole ? sig | CORE_FLAG : sig);
}

void core_arrive(void)
{
	core.has_fpu = true;
	dump();
}

void core_kill(const struct trap_frame *frame, const siginfo_t *info)
{
	/* One that has spoilt the code that saves its FPU state: a core without. */
	if (current->after_switch == SWITCH_DUMPS)
		dump();
	if (!is_wanted(info->si_signo))
		process_kill(info->si_signo);
	core.task = task_current();
	core.info = *info;
	current->frame = *frame;
	current->fs_base = rdmsr(MSR_FS_BASE);
	current->gs_base = rdmsr(MSR_GS_BASE);
	if (switch_prepare() < 0)
		dump();
	switch_save_and_dump();
}
