/* SPDX-License-Identifier: MIT */
/* execve(2): replaces the program of the current process. */
#include "execve.h"

#include <asm/errno.h>

#include "../abi.h"
#include "../fs/context.h"
#include "../fs/fdtable.h"
#include "../fs/keep.h"
#include "../host/printk.h"
#include "../layout.h"
#include "../lib/random.h"
#include "../lib/string.h"
#include "../mm/frame.h"
#include "../mm/frame_row.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "../sched/futex.h"
#include "../sched/trampoline.h"
#include "../x86/cpu.h"
#include "../x86/direct_map.h"
#include "../x86/x86.h"
#include "debug.h"
#include "exec.h"
#include "exit.h"
#include "limits.h"
#include "posix_timer.h"
#include "sigframe.h"
#include "signal.h"
#include "tracer.h"

/*
 * A buffer of contiguous page frames, in two halves. The first one takes the strings from the old
 * space to the new: they grow up from its start, and pointers to them down from its end. In the
 * second, the stack is laid out. The buffer is kept for the next execve(2), when there may be no
 * contiguous frames.
 */
#define BUFFER_PAGES 32
#define BUFFER_MAX                                                                                 \
	(4 * BOOT_ARGS_MAX / FRAME_SIZE) /* pages, above all that stack_measure() takes */

static struct {
	paddr_t frames;
	uint64_t pages; /* of a half */
	char *free;
	const char **pointers;
} buffer;

/* Enlarges the buffer, perhaps less than that. Returns 0, -E2BIG or -ENOMEM. */
static int buffer_resize(uint64_t pages)
{
	unsigned count = 2 * pages;
	paddr_t frames;

	if (pages > BUFFER_MAX)
		return -E2BIG;
	frames = frame_alloc_run(count);
	/* Once memory was full there are no more of these. Most arguments need no long row. */
	if (!frames)
		frames = frame_alloc_row(&count);
	if (!frames)
		return -ENOMEM;
	pages = count / 2;
	if (pages <= buffer.pages) {
		frame_put_row(frames, frames + (uint64_t)count * FRAME_SIZE);
		return -ENOMEM;
	}
	if (count % 2)
		frame_put(frames + 2 * pages * FRAME_SIZE);
	if (buffer.pages)
		frame_put_row(buffer.frames, buffer.frames + 2 * buffer.pages * FRAME_SIZE);
	buffer.frames = frames;
	buffer.pages = pages;
	return 0;
}

static void buffer_clear(void)
{
	buffer.free = phys_to_virt(buffer.frames);
	buffer.pointers = phys_to_virt(buffer.frames + buffer.pages * FRAME_SIZE);
}

/* Bytes that the next string may take: the pointer to it needs room as well. */
static size_t buffer_room(void)
{
	return (char *)(buffer.pointers - 1) > buffer.free
		       ? (size_t)((char *)(buffer.pointers - 1) - buffer.free)
		       : 0;
}

/* The operation `string` of struct stack_contents. */
static const char *buffer_string(uint64_t vector, uint64_t index)
{
	const char *const *end = (const char *const *)vector;

	return *(end - 1 - index);
}

#define FULL 1

/* Adds a string of the program's. Returns 0, FULL, or a negative errno. */
static int take_string(uaddr_t user)
{
	size_t room = buffer_room();
	int64_t length;

	if (!room)
		return FULL;
	length = string_from_user(buffer.free, user,
				  room < STACK_STRING_MAX ? room : STACK_STRING_MAX);
	if (length == -ENAMETOOLONG)
		return room < STACK_STRING_MAX ? FULL : -E2BIG;
	if (length < 0)
		return length;
	*--buffer.pointers = buffer.free;
	buffer.free += length + 1;
	return 0;
}

/* Adds the strings of a vector. Sets *vector for buffer_string(). Returns how many, or as above. */
static int64_t take_vector(uaddr_t user, uint64_t *vector, uint64_t *count)
{
	uaddr_t string;

	*vector = (uint64_t)buffer.pointers;
	for (*count = 0; user; ++*count) {
		int error = copy_from_user(&string, user + *count * sizeof(string), sizeof(string));

		if (error || !string)
			return error;
		error = take_string(string);
		if (error)
			return error;
	}
	return 0;
}

/* Fills the buffer, which grows until all is there. Returns 0 or a negative errno. */
static int take_strings(struct stack_contents *contents, uaddr_t argv, uaddr_t envp)
{
	int error = buffer.pages ? 0 : buffer_resize(BUFFER_PAGES);

	while (!error) {
		buffer_clear();
		error = take_vector(argv, &contents->argv, &contents->argc);
		/* As on Linux, a program always has a first argument. */
		if (!error && !contents->argc) {
			*buffer.free = '\0';
			*--buffer.pointers = buffer.free++;
			contents->argc = 1;
		}
		if (!error)
			error = take_vector(envp, &contents->envp, &contents->envc);
		if (error != FULL)
			break;
		error = buffer_resize(2 * buffer.pages);
	}
	return error;
}

/* Copies of what the process shared with another. */
struct own {
	struct fdtable *files;
	struct handlers *handlers;
};

/* Copies what is shared with another process. Returns 0 or -ENOMEM. */
static int unshare(struct own *own)
{
	const struct process *process = process_current();

	own->files = process->files->refs > 1 ? fdtable_copy(process->files) : process->files;
	own->handlers = process->handlers;
	if (own->files && process->handlers->refs > 1)
		own->handlers = handlers_copy(process->handlers);
	if (own->files && own->handlers)
		return 0;
	if (own->files && own->files != process->files)
		fdtable_put(own->files);
	return -ENOMEM;
}

/* Makes an area for the FPU state in a new space, with the state of a new program; or 0. */
static uaddr_t make_fpu(struct space *space)
{
	struct space *before = space_visit(space);
	uaddr_t area;

	area = trampoline_map() < 0 ? 0 : trampoline_alloc_area();
	if (area && trampoline_init_area(area) < 0)
		area = 0;
	space_visit(before);
	return area;
}

/* Moves the task to the space. It is the last of its process, and gets the process's number. */
static void leave_space(struct task *task, struct space *space, uaddr_t fpu)
{
	struct thread *thread = &task->thread;
	struct space *before = thread->space;
	bool is_shared = before->refs > 1;

	futex_thread_ends(thread, task->robust_list, is_shared ? task->clear_tid : 0);
	task->robust_list = task->clear_tid = 0;
	if (is_shared && thread->fpu)
		trampoline_free_area(before, thread->fpu);
	thread->tid = task->process->pid;
	thread->space = space;
	thread->fpu = fpu;
	space_switch(space);
	space_put(before);
}

/* The point of no return. */
static void replace_program(struct program *program, const char *name, const struct own *own)
{
	struct process *process = process_current();
	struct task *task = task_current();

	if (process->files != own->files)
		fdtable_put(process->files);
	process->files = current_files = own->files;
	fdtable_close_on_exec(process->files);
	if (process->handlers != own->handlers)
		handlers_put(process->handlers);
	process->handlers = own->handlers;
	signal_reset_handlers();
	task->signals.alt_start = task->signals.alt_size = 0;
	program_put(process->program);
	process->program = program;
	process_set_name(program->exe, name);
	process->exit_signal = SIGCHLD;
	process->has_execed = true;
	process->dumpable = 1;
	process->keep_capabilities = 0;
	process->private_barriers = false;
	task_end_vfork(task);
}

/* Keeps the name of the program's file for /proc/self/exe. Returns 0 or an errno. */
static int keep_exe(struct program *program, const struct exec *exec, const char *host)
{
	static struct path path;
	const char *exe = exec->loaded;

	if (exe == exec->name && host)
		exe = host;
	else if (current_fs->cwd && fs_path(&path, exe) == 0)
		exe = path.absolute;
	program->exe = path_keep(exe);
	program->owns_exe = program->exe;
	return program->exe ? 0 : -ENOMEM;
}

static _Noreturn void start(const struct exec *exec)
{
	current->frame = (struct trap_frame){
		.rip = exec->entry,
		.rsp = exec->rsp,
		.rflags = RFLAGS_IF | RFLAGS_1,
		.cs = SEL_USER_CODE,
		.ss = SEL_USER_DATA,
	};
	current->restart = false;
	if (current->traced)
		tracer->done(&current->frame);
	wrmsr(MSR_FS_BASE, 0);
	wrmsr(MSR_GS_BASE, 0);
	work_pending = false;
	debug_program_starts();
	trampoline_switch_fpu(0, current->fpu, SWITCH_ARRIVES);
}

/* For stack protectors. Without a seed of the host's not secret, but different each time. */
static void make_random(uint8_t random[STACK_RANDOM_BYTES])
{
	uint64_t clock = rdtsc();

	if (random_seeded())
		random_bytes(random, STACK_RANDOM_BYTES);
	else
		memcpy(random, &clock, sizeof(clock));
}

/* Loads the program into a new space. Returns 0 or a negative errno. */
static int load(struct exec *exec, struct stack_contents *contents, struct program *program,
		uaddr_t *fpu, struct own *own)
{
	const char *host = exec->host;
	struct space *space = space_new();
	int error = space ? exec_load(exec, space, &program->image, contents, true) : -ENOMEM;

	if (!space)
		return error;
	program->file = error ? NULL : exec->kept;
	if (!error)
		error = keep_exe(program, exec, host);
	if (!error) {
		program->image_bytes = exec->file.size;
		program->stack = exec->parts;
		if (limit_of(RLIMIT_STACK) != STACK_SIZE)
			space_limit_stack(space, limit_of(RLIMIT_STACK));
		*fpu = make_fpu(space);
		error = *fpu ? unshare(own) : -ENOMEM;
	}
	if (error)
		space_put(space);
	return error;
}

int64_t process_exec(const char *name, const char *host, struct file *opened, uaddr_t argv,
		     uaddr_t envp)
{
	static uint8_t random[STACK_RANDOM_BYTES];
	struct stack_contents contents = {
		.string = buffer_string,
		.execfn = name,
		.random = random,
		.hwcap = cpu.hwcap,
		.hwcap2 = cpu.hwcap2,
		.signal_frame = sigframe_size(),
	};
	struct program *program;
	struct exec exec = {.host = host, .opened = opened};
	struct own own;
	uaddr_t fpu;
	int error = take_strings(&contents, argv, envp);

	program = error ? NULL : program_new();
	if (!program) {
		if (opened)
			file_put(opened);
		return error ? error : -ENOMEM;
	}
	make_random(random);
	exec.scratch = phys_to_virt(buffer.frames + buffer.pages * FRAME_SIZE);
	exec.scratch_bytes = buffer.pages * FRAME_SIZE;
	error = load(&exec, &contents, program, &fpu, &own);
	if (error) {
		if (exec.opened)
			file_put(exec.opened);
		program_put(program);
		return error;
	}
	task_end_others();
	posix_timer_delete_all(process_current());
	leave_space(task_current(), exec.space, fpu);
	replace_program(program, name, &own);
	start(&exec);
}
