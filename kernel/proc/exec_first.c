/* SPDX-License-Identifier: MIT */
/* Executes the first program, or tells the user why it can't be. */
#include <asm/errno.h>

#include "../abi.h"
#include "../fs/keep.h"
#include "../host/hypercall.h"
#include "../host/printk.h"
#include "debug.h"
#include "exec.h"
#include "process.h"

/* The errors that an open or a read of a program is likely to meet. */
static const char *error_text(int error)
{
	switch (error) {
	case -ENOENT:
		return "no such file";
	case -ENOTDIR:
		return "a part of the path is not a directory";
	case -EACCES:
		return "permission denied";
	case -EISDIR:
		return "is a directory";
	case -ENAMETOOLONG:
		return "the path is too long";
	case -ELOOP:
		return "too many symbolic links";
	case -ENODATA:
		return "the file became shorter while it was read";
	case -ENOMEM:
		return "guest memory is too small for it";
	case -E2BIG:
		return "too many arguments";
	default:
		return "can't be read";
	}
}

/* Tells why the first program can't be executed, and ends. */
static _Noreturn void refuse(const struct exec *exec, const char *program, int error, bool no_files)
{
	const char *problem = exec->problem ? exec->problem : error_text(error);

	printk_part("kernel: %s: ", program);
	if (exec->name != program) {
		printk_part("its interpreter %s: ", exec->name);
		if (no_files && error == -EACCES)
			problem = "--no-files lets it open none: it must be a static program";
	}
	printk("%s\n", problem);
	hypercall_exit(error == -ENOENT || error == -ENOTDIR ? STATUS_NOTFOUND : STATUS_NOEXEC);
}

void exec_program(struct stack_contents *contents, bool no_files, struct trap_frame *frame)
{
	struct process *process = process_current();
	const char *program = contents->execfn;
	const char *loaded = NULL;
	struct exec exec;
	int error;

	exec.host = NULL;
	exec.opened = NULL;
	exec.scratch_bytes = 0;
	error = exec_load(&exec, current->space, &process->program->image, contents, false);

	if (!error) {
		/* A script's line, which may hold the name, isn't kept. */
		loaded = exec.loaded == program ? program : path_keep(exec.loaded);
		error = loaded ? 0 : -ENOMEM;
	}
	if (error)
		refuse(&exec, program, error, no_files);
	process->program->file = exec.kept;
	process->program->image_bytes = exec.file.size;
	process->program->exe = loaded;
	process->program->owns_exe = loaded != program;
	process->program->stack = exec.parts;
	process_set_name(loaded, program);
	frame->rip = exec.entry;
	frame->cs = SEL_USER_CODE;
	frame->rflags = RFLAGS_IF | RFLAGS_1;
	frame->rsp = exec.rsp;
	frame->ss = SEL_USER_DATA;
	debug_program_starts();
}
