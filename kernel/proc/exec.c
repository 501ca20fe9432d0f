/* SPDX-License-Identifier: MIT */
/* Executes a program: carries out what elf.c, script.c and stack.c have planned. */
#include "exec.h"

#include <asm/errno.h>
#include <linux/mman.h>

#include "../abi.h"
#include "../fs/context.h"
#include "../fs/hostcache.h"
#include "../host/hypercall.h"
#include "../layout.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/frame.h"
#include "../mm/frame_row.h"
#include "../mm/space.h"
#include "../x86/direct_map.h"
#include "limits.h"
#include "map_vdso.h"

/* Bytes at the end of the stack that are populated from the start: enough for few arguments. */
#define STACK_READY (BOOT_STACK_TOP - BOOT_STACK)

/* The name by which the host finds a file; NULL: it is too long. */
static const char *host_name(const char *name)
{
	static struct path path;

	if (!current_fs->cwd)
		return name;
	return fs_path(&path, name) == -ENAMETOOLONG ? NULL : path.host;
}

/* `host` is the file's name for the host; NULL: it is still to be made of `name`. */
static int open_file(struct exec *exec, struct exec_file *file, const char *name, const char *host,
		     bool check_mode)
{
	int error;

	if (!host)
		host = host_name(name);
	exec->name = name;
	error = host ? exec_file_open(file, host, check_mode) : -ENAMETOOLONG;
	if (error != -EISDIR)
		return error;
	exec->problem = "is a directory";
	return -EACCES;
}

/* The interpreter of a program or a script. */
static int open_interpreter(struct exec *exec, struct exec_file *file, const char *name)
{
	/* For Linux, an empty name is that of the working directory. */
	return open_file(exec, file, *name ? name : ".", NULL, true);
}

static void add_lead(struct stack_contents *contents, const char *string)
{
	*--contents->lead = string;
	contents->lead_count++;
}

/* The file is a script: goes on with its interpreter. Returns 0 or an errno. */
static int follow_script(struct exec *exec, struct stack_contents *contents)
{
	struct script script;
	char *line;

	if (exec->levels == SCRIPT_LEVELS) {
		exec->problem = "too many scripts whose interpreters are scripts";
		return -ELOOP;
	}
	line = exec->lines[exec->levels];
	memcpy(line, exec_file_head(&exec->file), SCRIPT_LINE);
	exec_file_close(&exec->file);
	exec->problem = script_parse(&script, line);
	if (exec->problem)
		return -ENOEXEC;
	if (exec->levels++ == 0)
		add_lead(contents, contents->execfn);
	contents->replaced = contents->argc ? 1 : 0;
	if (script.argument)
		add_lead(contents, script.argument);
	add_lead(contents, script.interpreter);
	return open_interpreter(exec, &exec->file, script.interpreter);
}

static int open_program(struct exec *exec, struct stack_contents *contents, bool check_mode)
{
	struct file *opened = exec->opened;
	int error;

	exec->name = contents->execfn;
	exec->opened = NULL;
	error = opened ? exec_file_take(&exec->file, opened)
		       : open_file(exec, &exec->file, contents->execfn, exec->host, check_mode);
	while (!error && script_is(exec_file_head(&exec->file)))
		error = follow_script(exec, contents);
	return error;
}

/* Checks a file's headers, and sets *table to its program headers. Returns 0 or an errno. */
static int read_headers(struct exec *exec, struct exec_file *file, const Elf64_Phdr **table)
{
	static Elf64_Phdr phdrs[ELF_PHDRS_MAX];
	/* Where the file is too short for a header, the rest of it is zero. */
	const Elf64_Ehdr *header = exec_file_head(file);
	uint64_t bytes;

	exec->problem = elf_check_header(header, file->size);
	if (exec->problem)
		return -ENOEXEC;
	bytes = header->e_phnum * sizeof(phdrs[0]);
	if (header->e_phoff + bytes <= file->head_end && header->e_phoff % 8 == 0) {
		*table = (const Elf64_Phdr *)((const char *)header + header->e_phoff);
		return 0;
	}
	*table = phdrs;
	return exec_file_read(file, header->e_phoff, virt_to_phys(phdrs), bytes);
}

/* Reads what the program names as its interpreter. Returns 0 or an errno. */
static int read_interpreter_name(struct exec *exec, char name[PATH_MAX])
{
	const struct elf_plan *plan = exec->plan;
	const char *head = exec_file_head(&exec->file);
	uint64_t bytes = plan->interp_bytes;
	int error = 0;

	if (bytes <= exec->file.head_end && plan->interp_offset <= exec->file.head_end - bytes)
		memcpy(name, head + plan->interp_offset, bytes);
	else
		error = exec_file_read(&exec->file, plan->interp_offset, virt_to_phys(name), bytes);
	if (error) {
		exec->problem = "the name of its interpreter can't be read";
		return error == -ENODATA ? -EIO : error;
	}
	if (name[bytes - 1]) {
		exec->problem = "the name of its interpreter has no end";
		return -ENOEXEC;
	}
	return 0;
}

/*
 * Places an interpreter that spans these pages: where its addresses are, if that is free; else
 * where mmap(2) would. Sets *bias to what is added to its addresses. Returns 0 or -ENOMEM.
 */
static int place_interpreter(const struct exec *exec, struct elf_span span, uint64_t *bias)
{
	const struct vma *above = vma_find(exec->space, span.start);
	uaddr_t gap;

	*bias = 0;
	if (span.start >= USER_MIN && span.end <= MMAP_TOP && (!above || above->start >= span.end))
		return 0;
	gap = vma_find_gap(exec->space, span.end - span.start, USER_MIN, MMAP_TOP);
	*bias = gap - span.start;
	return gap > span.start ? 0 : -ENOMEM;
}

/*
 * Maps the program and reads its interpreter's name, if it has one; or maps the interpreter, if
 * `plan` isn't the program's. Sets *bias to what was added to the file's addresses. Returns 0 or an
 * errno.
 */
static int load_image(struct exec *exec, struct exec_file *file, struct elf_plan *plan,
		      uint64_t *bias, char name[PATH_MAX])
{
	const bool interpreter = plan != exec->plan;
	const Elf64_Ehdr *header = exec_file_head(file);
	const Elf64_Phdr *table;
	uaddr_t top = exec->plan->brk;
	int error = read_headers(exec, file, &table);

	if (error)
		return error;
	*bias = 0;
	if (!interpreter)
		*bias = elf_program_bias(header, table);
	else if (header->e_type == ET_DYN)
		error = place_interpreter(exec, elf_span(header, table), bias);
	if (error)
		return error;
	exec->problem = elf_make_plan(plan, header, table, file->size, *bias);
	if (exec->problem)
		return -ENOEXEC;
	/* Before the program's other segments may map over it. */
	if (!interpreter && plan->interp_bytes)
		error = read_interpreter_name(exec, name);
	if (!error && !interpreter)
		error = map_vdso(exec->space, exec->plan, &exec->vdso, &top);
	if (error)
		return error;
	return exec_file_map(file, exec->space, plan, top, interpreter ? VMA_KEEP : VMA_IMAGE);
}

/* Maps the program, which is opened, and its interpreter. Returns 0 or an errno. */
static int load_images(struct exec *exec, struct stack_contents *contents)
{
	/* Static: the kernel's stack is too small for two plans. */
	static struct elf_plan interpreter_plan;
	static char name[PATH_MAX];
	struct exec_file *file = &exec->file;
	struct elf_plan *plan = exec->plan;
	uint64_t bias;
	int error;

	for (;;) {
		error = load_image(exec, file, plan, &bias, name);
		if (error || plan != exec->plan || !plan->interp_bytes)
			break;
		file = &exec->interpreter;
		plan = &interpreter_plan;
		error = open_interpreter(exec, file, name);
		if (error)
			return error;
	}
	/* The errno that Linux has for a bad interpreter. */
	if (error)
		return error == -ENOEXEC && plan != exec->plan ? -ELIBBAD : error;
	exec->entry = plan->entry;
	contents->base = plan != exec->plan ? bias : 0;
	contents->vdso = exec->vdso;
	contents->entry = exec->plan->entry;
	contents->phdr = exec->plan->phdr;
	contents->phnum = exec->plan->phnum;
	space_start_brk(exec->space, exec->plan->brk);
	return 0;
}

/* What arguments and environment may take: execve(2). */
static uint64_t arguments_limit(void)
{
	return max(min(limit_of(RLIMIT_STACK) / 4, BOOT_ARGS_MAX), STACK_STRING_MAX);
}

/* Maps contiguous page frames at the end of the stack, or frees them. Returns 0 or -ENOMEM. */
static int map_stack(struct space *space, paddr_t frames, uint64_t bytes, unsigned prot)
{
	uaddr_t at = USER_TOP - bytes;
	uaddr_t end = at;
	int error = 0;

	for (; !error && at < USER_TOP; at = end) {
		end = space_map_frames(space, at, USER_TOP, frames, prot);
		error = end == at ? -ENOMEM : 0;
		frames += end - at;
	}
	frame_put_row(frames, frames + (USER_TOP - at));
	return error;
}

/* Copies what lies at the end of the stack to it. Returns 0 or -ENOMEM. */
static int copy_stack(struct space *space, const uint8_t *image, uint64_t bytes)
{
	int64_t run;
	paddr_t pa;

	for (; bytes; bytes -= run, image += run) {
		run = space_run(space, USER_TOP - bytes, bytes, true, &pa);
		if (run < 0)
			return run;
		memcpy(phys_to_virt(pa), image, run);
	}
	return 0;
}

/* Lays out the stack. Returns 0 or an errno. */
static int load_stack(struct exec *exec, struct stack_contents *contents)
{
	unsigned prot = PROT_READ | PROT_WRITE | (exec->plan->exec_stack ? PROT_EXEC : 0);
	int error = stack_measure(contents, arguments_limit());
	uint8_t *image = exec->scratch;
	uint64_t bytes;
	paddr_t frames;

	if (error)
		return error;
	bytes = max(page_up(contents->size), STACK_READY);
	frames = frame_alloc_run(bytes / FRAME_SIZE);
	if (frames)
		image = phys_to_virt(frames);
	else
		bytes = page_up(contents->size);
	if (!frames && bytes > exec->scratch_bytes)
		return -ENOMEM;
	if (!frames) /* the program gets whole pages: not with what others had for a stack */
		memset(image, 0, bytes);
	exec->rsp = stack_build(contents, image, bytes, USER_TOP);
	stack_find(&exec->parts, contents, exec->rsp);
	error = space_append(exec->space, USER_TOP - STACK_SIZE, USER_TOP, prot, VMA_STACK);
	if (!error)
		return frames ? map_stack(exec->space, frames, bytes, prot)
			      : copy_stack(exec->space, image, bytes);
	if (frames)
		frame_put_row(frames, frames + bytes);
	return error;
}

int exec_load(struct exec *exec, struct space *space, struct elf_plan *plan,
	      struct stack_contents *contents, bool check_mode)
{
	int error;

	exec->space = space;
	exec->plan = plan;
	exec->file.fd = exec->interpreter.fd = -1;
	exec->file.opened = exec->interpreter.opened = NULL;
	exec->problem = NULL;
	exec->levels = 0;
	contents->lead = exec->lead + EXEC_LEAD_MAX;
	contents->lead_count = contents->replaced = 0;
	error = open_program(exec, contents, check_mode);
	exec->loaded = exec->name;
	if (!error)
		error = load_images(exec, contents);
	if (!error)
		error = load_stack(exec, contents);
	exec->kept = error ? NULL : exec_file_keep(&exec->file);
	exec_file_close(&exec->file);
	if (exec_file_is_open(&exec->interpreter))
		exec_file_close(&exec->interpreter);
	return error;
}

void exec_restore(uint64_t start, uint64_t end)
{
	const struct program *program = process_current()->program;
	const struct elf_plan *plan = &program->image;
	uint64_t bytes = program->image_bytes;
	struct exec_file file = {.fd = hostcache_open(program->exe)};
	int64_t size = file.fd < 0 ? file.fd : hypercall_lseek(file.fd, 0, SEEK_END);
	int error = size == (int64_t)bytes ? 0 : -ENODATA;

	file.size = bytes;
	for (unsigned i = 0; !error && i < plan->segment_count; i++) {
		const struct elf_segment *segment = &plan->segments[i];
		uint64_t from = max(start, page_down(segment->start));
		uint64_t to = min(end, exec_file_pages_end(segment));

		if (from < to)
			error = exec_file_fill(&file, current_space, segment, from, to);
	}
	exec_file_close(&file);
}
