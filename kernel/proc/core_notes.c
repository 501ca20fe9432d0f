/* SPDX-License-Identifier: MIT */
/* The notes of a core, as fs/binfmt_elf.c of Linux has them, in the same order. */
#include "core_notes.h"

#include <elf.h>

#include "../abi.h"
#include "../layout.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "../x86/cpu.h"
#include "../x86/direct_map.h"
#include "procfs.h"

/* What only C libraries have: struct elf_prstatus and elf_prpsinfo of sys/procfs.h. */
struct status {
	int si_signo, si_code, si_errno;
	int16_t cursig;
	uint64_t sigpend, sighold;
	int pid, ppid, pgrp, sid;
	uint64_t times[8];
	uint64_t r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi, orig_rax;
	uint64_t rip, cs, rflags, rsp, ss, fs_base, gs_base, ds, es, fs, gs;
	int has_fpu;
};
_Static_assert(sizeof(struct status) == 336, "struct elf_prstatus");

#define ARGUMENTS_BYTES 80

struct names {
	char state, state_letter, zombie, nice;
	uint64_t flags;
	uint32_t uid, gid;
	int pid, ppid, pgrp, sid;
	char name[TASK_COMM_BYTES];
	char arguments[ARGUMENTS_BYTES];
};
_Static_assert(sizeof(struct names) == 136, "struct elf_prpsinfo");

/* Begins a note, whose `bytes` of contents follow. */
static void put_head(struct core_file *file, const char *owner, unsigned type, uint64_t bytes)
{
	const Elf64_Nhdr head = {.n_namesz = strlen(owner) + 1, .n_descsz = bytes, .n_type = type};

	core_put(file, &head, sizeof(head));
	core_put(file, owner, head.n_namesz);
	core_align(file, 4);
}

static void put_note(struct core_file *file, unsigned type, const void *contents, uint64_t bytes)
{
	put_head(file, "CORE", type, bytes);
	core_put(file, contents, bytes);
	core_align(file, 4);
}

/* Memory of the program, zeros where it isn't there. */
static void put_user(struct core_file *file, uaddr_t from, uint64_t bytes)
{
	char piece[256];

	for (uint64_t done = 0, count; done < bytes; done += count) {
		count = min(bytes - done, sizeof(piece));
		if (copy_from_user(piece, from + done, count) < 0)
			memset(piece, 0, count);
		core_put(file, piece, count);
	}
}

static void put_status(struct core_file *file, const struct core *core, const struct task *task)
{
	const struct process *process = task->process;
	const struct trap_frame *f = &task->thread.frame;
	const struct status status = {
		.si_signo = core->info.si_signo,
		.si_code = core->info.si_code,
		.cursig = core->info.si_signo,
		.sigpend = task->signals.pending.set,
		.sighold = task->signals.blocked,
		.pid = task->thread.tid,
		.ppid = process->parent_pid,
		.pgrp = process->group,
		.sid = process->session,
		.r15 = f->r15,
		.r14 = f->r14,
		.r13 = f->r13,
		.r12 = f->r12,
		.rbp = f->rbp,
		.rbx = f->rbx,
		.r11 = f->r11,
		.r10 = f->r10,
		.r9 = f->r9,
		.r8 = f->r8,
		.rax = f->rax,
		.rcx = f->rcx,
		.rdx = f->rdx,
		.rsi = f->rsi,
		.rdi = f->rdi,
		.orig_rax = UINT64_MAX, /* no call is to be restarted */
		.rip = f->rip,
		.cs = SEL_USER_CODE,
		.rflags = f->rflags,
		.rsp = f->rsp,
		.ss = SEL_USER_DATA,
		.fs_base = task->thread.fs_base,
		.gs_base = task->thread.gs_base,
		.has_fpu = task->thread.fpu != 0,
	};

	put_note(file, NT_PRSTATUS, &status, sizeof(status));
}

/* The FPU state that a thread has left in its area, as fxsave stores it, and as xsave does. */
static void put_fpu(struct core_file *file, const struct core *core, const struct task *task)
{
	const uint64_t xcr0 = cpu.xfeatures;
	const uaddr_t area = task->thread.fpu;

	if (!area || (task == core->task && !core->has_fpu))
		return;
	put_head(file, "CORE", NT_PRFPREG, FXSAVE_BYTES);
	put_user(file, area, FXSAVE_BYTES);
	if (!cpu.xfeatures)
		return;
	/* Debuggers find XCR0 in the bytes that the CPU leaves to software: SDM 1, 10.5.1. */
	put_head(file, "LINUX", NT_X86_XSTATE, cpu.xsave_size);
	put_user(file, area, FXSAVE_SOFTWARE);
	core_put(file, &xcr0, sizeof(xcr0));
	put_user(file, area + FXSAVE_SOFTWARE + sizeof(xcr0),
		 cpu.xsave_size - FXSAVE_SOFTWARE - sizeof(xcr0));
	core_align(file, 4);
}

static void put_names(struct core_file *file)
{
	const struct process *process = process_current();
	const struct stack_parts *stack = &process->program->stack;
	struct names names = {
		.state_letter = 'R',
		.pid = process->pid,
		.ppid = process->parent_pid,
		.pgrp = process->group,
		.sid = process->session,
	};
	uint64_t bytes = min(stack->env - stack->args, ARGUMENTS_BYTES - 1);

	memcpy(names.name, task_comm(task_current()), sizeof(names.name));
	if (copy_from_user(names.arguments, stack->args, bytes) < 0)
		bytes = 0;
	for (uint64_t i = 0; i < bytes; i++)
		if (!names.arguments[i])
			names.arguments[i] = ' ';
	put_note(file, NT_PRPSINFO, &names, sizeof(names));
}

/* Areas of files: a table of where, and then their names. */
static void put_table(struct core_file *file, const uint64_t counted[2])
{
	struct space *space = current_space;
	struct area_file of;

	core_put(file, counted, 2 * sizeof(counted[0]));
	for (const struct vma *v = vma_find(space, 0); v; v = vma_find(space, v->end)) {
		of = procfs_area_file(task_current(), v);
		if (!of.name || *of.name != '/')
			continue;
		const uint64_t row[] = {v->start, v->end, of.offset / PAGE_SIZE};

		core_put(file, row, sizeof(row));
	}
	for (const struct vma *v = vma_find(space, 0); v; v = vma_find(space, v->end)) {
		of = procfs_area_file(task_current(), v);
		if (of.name && *of.name == '/')
			core_put(file, of.name, strlen(of.name) + 1);
	}
}

static void put_files(struct core_file *file)
{
	struct core_file table = {.counts = true};
	uint64_t counted[2] = {0, PAGE_SIZE};
	struct space *space = current_space;

	for (const struct vma *v = vma_find(space, 0); v; v = vma_find(space, v->end)) {
		struct area_file of = procfs_area_file(task_current(), v);

		counted[0] += of.name && *of.name == '/';
	}
	put_table(&table, counted);
	put_head(file, "CORE", NT_FILE, table.at);
	put_table(file, counted);
	core_align(file, 4);
}

void core_put_notes(struct core_file *file, const struct core *core)
{
	const struct stack_parts *stack = &process_current()->program->stack;
	const uint64_t auxv_bytes = stack->auxv_end - stack->auxv;

	put_status(file, core, core->task);
	put_names(file);
	put_note(file, NT_SIGINFO, &core->info, sizeof(core->info));
	put_head(file, "CORE", NT_AUXV, auxv_bytes);
	put_user(file, stack->auxv, auxv_bytes);
	put_files(file);
	put_fpu(file, core, core->task);
	for (struct task *t = process_task(process_current(), NULL); t;
	     t = process_task(process_current(), t)) {
		if (t == core->task)
			continue;
		put_status(file, core, t);
		put_fpu(file, core, t);
	}
}
