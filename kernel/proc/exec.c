/* SPDX-License-Identifier: MIT */
/* Loads the program and its stack: carries out what elf.c has planned. */
#include "exec.h"

#include <asm/errno.h>
#include <linux/mman.h>

#include "../abi.h"
#include "../host/hypercall.h"
#include "../host/printk.h"
#include "../layout.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/frame.h"
#include "../mm/space.h"
#include "../x86/direct_map.h"
#include "elf.h"
#include "process.h"

static const char too_small[] = "guest memory is too small for it";

/*
 * The file that is being loaded. Its beginning is read at once, to frames
 * that become the program's where a page of it is a page of the file.
 */
struct file {
	const char *path;
	int fd;
	uint64_t size;
	uint64_t at;	   /* where the next read begins */
	uint64_t head;	   /* physical */
	uint64_t head_end; /* how much was read */
	uint64_t taken;	   /* up to here its frames are the program's, or free again */
};

#define HEAD_SIZE (16 * FRAME_SIZE)

/* There from the start: the program's arguments are no more than these pages hold. */
#define STACK_READY (BOOT_STACK_TOP - BOOT_STACK)

static _Noreturn void fail(const struct file *file, const char *problem)
{
	printk("kernel: %s: %s\n", file->path, problem);
	hypercall_exit(STATUS_NOEXEC);
}

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
		return too_small;
	default:
		return "can't be read";
	}
}

static _Noreturn void fail_io(const struct file *file, int error)
{
	printk("kernel: %s: %s\n", file->path, error_text(error));
	hypercall_exit(error == -ENOENT || error == -ENOTDIR ? STATUS_NOTFOUND : STATUS_NOEXEC);
}

/* Reads file bytes to a physical address, all of them. 0 or an errno; -ENODATA: there are fewer. */
static int read_at(struct file *file, uint64_t offset, uint64_t pa, uint64_t bytes)
{
	int64_t n = offset == file->at ? 0 : hypercall_lseek(file->fd, offset, SEEK_SET);

	file->at = offset + bytes;
	while (n >= 0 && bytes) {
		n = hypercall_read(file->fd, pa, bytes);
		if (n == 0)
			return -ENODATA;
		if (n > 0) {
			pa += n;
			bytes -= n;
		}
	}
	return n < 0 ? n : 0;
}

static void open_file(struct file *file)
{
	int64_t n;

	file->fd = hypercall_open(file->path);
	if (file->fd < 0)
		fail_io(file, file->fd);
	file->head = frame_alloc_run(HEAD_SIZE / FRAME_SIZE);
	if (!file->head)
		fail(file, too_small);
	n = hypercall_read(file->fd, file->head, HEAD_SIZE);
	file->head_end = n < 0 ? 0 : n;
	frame_return(file->head + page_up(file->head_end), file->head + HEAD_SIZE);
	if (file->head_end == HEAD_SIZE) /* there may be more */
		n = hypercall_lseek(file->fd, 0, SEEK_END);
	if (n < 0)
		fail_io(file, n);
	file->size = file->at = n;
}

/* Frees what the program hasn't got of the head, up to the page at `end`. */
static void drop_head(struct file *file, uint64_t end)
{
	for (; file->taken < end; file->taken += FRAME_SIZE)
		frame_put(file->head + file->taken);
}

static void make_plan(struct file *file, struct elf_plan *plan)
{
	static Elf64_Phdr phdrs[ELF_PHDRS_MAX];
	/* Where the file is too short for a header, the rest of it is zero. */
	const uint8_t *head = phys_to_virt(file->head);
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)head;
	const Elf64_Phdr *table = phdrs;
	uint64_t bytes;
	const char *problem;
	int error = 0;

	problem = elf_check_header(header, file->size);
	if (head[0] == '#' && head[1] == '!')
		problem = "a script: run its interpreter, with the script as its argument";
	if (problem)
		fail(file, problem);
	bytes = header->e_phnum * sizeof(phdrs[0]);
	if (header->e_phoff + bytes <= file->head_end && header->e_phoff % 8 == 0)
		table = (const Elf64_Phdr *)(head + header->e_phoff);
	else
		error = read_at(file, header->e_phoff, virt_to_phys(phdrs), bytes);
	if (error)
		fail_io(file, error);
	problem = elf_make_plan(plan, header, table, file->size);
	if (problem)
		fail(file, problem);
}

/* The end of the pages that hold a segment's file bytes. */
static uint64_t file_pages_end(const struct elf_segment *segment)
{
	return segment->filesz ? page_up(segment->start + segment->filesz)
			       : page_down(segment->start);
}

/*
 * Reads what the file has for the pages [at, end) of a segment, all of each
 * page as mmap(2) would, and clears them where the segment goes on with zeros.
 * Returns 0 or an errno.
 */
static int fill_pages(struct file *file, const struct elf_segment *segment, uint64_t at,
		      uint64_t end)
{
	uint64_t shift = segment->start - segment->offset; /* whole pages */
	uint64_t read_end = min(end, file->size + shift);
	uint64_t zeros = segment->start + segment->filesz;
	int64_t run = 0;
	uint64_t pa;

	for (; run >= 0 && at < read_end; at += run) {
		run = space_run(current_space, at, read_end - at, true, &pa);
		if (run > 0) {
			int error = read_at(file, at - shift, pa, run);

			run = error ? error : run;
		}
	}
	if (run >= 0 && segment->memsz > segment->filesz && zeros < end) {
		run = space_run(current_space, zeros, end - zeros, true, &pa);
		if (run >= 0)
			memset(phys_to_virt(pa), 0, run);
	}
	return run < 0 ? run : 0;
}

/*
 * Makes frames of the file's head the first pages of a segment that has bytes
 * in the file. Returns the end of the pages that it could.
 */
static uint64_t take_pages(struct file *file, const struct elf_segment *segment)
{
	uint64_t start = page_down(segment->start);
	uint64_t shift = segment->start - segment->offset; /* whole pages */
	uint64_t from = start - shift;			   /* in the file, as the next */
	uint64_t to = page_up(min(segment->offset + segment->filesz, file->head_end));
	uint64_t end;

	if (from < file->taken || from >= to)
		return start;
	drop_head(file, from);
	end = space_map_frames(current_space, start, to + shift, file->head + from, segment->prot);
	file->taken = end - shift;
	return end;
}

/*
 * Maps a part of the program at pages above `top`, the end of all that is
 * mapped, or over others. Returns 0 or -ENOMEM.
 */
static inline int map_part(uint64_t start, uint64_t end, uint64_t top, unsigned prot, unsigned kind)
{
	int error;

	if (start >= top)
		return space_append(current_space, start, end, prot, kind);
	error = space_unmap(current_space, start, end);
	return error ? error : space_map(current_space, start, end, prot, kind);
}

/*
 * Maps a segment, as Linux does: pages of the file, then writable ones of
 * zeros. `top` is the end of all segments before it. Returns 0 or an errno.
 */
static int load_segment(struct file *file, const struct elf_segment *segment, uint64_t top)
{
	uint64_t start = page_down(segment->start);
	uint64_t zeros = file_pages_end(segment);
	uint64_t end = page_up(segment->start + segment->memsz);
	uint64_t at;
	int error = 0;

	if (start < zeros) {
		error = map_part(start, zeros, top, segment->prot, VMA_IMAGE);
		if (error)
			return error;
		at = take_pages(file, segment);
		/* Most often there is nothing left to read, and no zeros follow in the last page.
		 */
		if (at < zeros || segment->memsz > segment->filesz)
			error = fill_pages(file, segment, at, zeros);
	}
	if (!error && zeros < end)
		error = map_part(zeros, end, top,
				 PROT_READ | PROT_WRITE | (segment->prot & PROT_EXEC), VMA_MEMORY);
	return error;
}

/* Lays out the stack in frames that lie in one piece. Returns the program's RSP. */
static uint64_t make_stack(const struct file *file, const struct stack_contents *contents,
			   bool executable)
{
	unsigned prot = PROT_READ | PROT_WRITE | (executable ? PROT_EXEC : 0);
	uint64_t frames = frame_alloc_run(STACK_READY / FRAME_SIZE);
	uint64_t rsp;

	if (!frames ||
	    space_append(current_space, USER_TOP - STACK_SIZE, USER_TOP, prot, VMA_STACK) < 0 ||
	    space_map_frames(current_space, USER_TOP - STACK_READY, USER_TOP, frames, prot) !=
		    USER_TOP)
		fail(file, too_small);
	rsp = stack_build(contents, phys_to_virt(frames), STACK_READY, USER_TOP);
	if (!rsp)
		fail(file, "too many arguments");
	return rsp;
}

void exec_program(struct stack_contents *contents, struct trap_frame *frame)
{
	struct file file = {.path = contents->string(contents->argv, 0)};
	struct process *process = process_current();
	const struct elf_plan *plan = &process->image;
	uint64_t top = 0;
	int error = 0;

	process_set_name(file.path);
	open_file(&file);
	make_plan(&file, &process->image);
	process->image_bytes = file.size;
	for (unsigned i = 0; !error && i < plan->segment_count; i++) {
		const struct elf_segment *segment = &plan->segments[i];

		error = load_segment(&file, segment, top);
		top = max(top, page_up(segment->start + segment->memsz));
	}
	if (error)
		fail_io(&file, error);
	contents->entry = plan->entry;
	contents->phdr = plan->phdr;
	contents->phnum = plan->phnum;
	space_start_brk(current_space, plan->brk);
	frame->rip = plan->entry;
	frame->cs = SEL_USER_CODE;
	frame->rflags = RFLAGS_IF | RFLAGS_1;
	frame->rsp = make_stack(&file, contents, plan->exec_stack);
	frame->ss = SEL_USER_DATA;
	hypercall_close(file.fd);
	/* Not before: these frames aren't clear, and would be the next to be given out. */
	drop_head(&file, file.head_end);
}

void exec_restore(uint64_t start, uint64_t end)
{
	const struct elf_plan *plan = &process_current()->image;
	uint64_t bytes = process_current()->image_bytes;
	struct file file = {.fd = hypercall_open(process_current()->exe)};
	int64_t size = file.fd < 0 ? file.fd : hypercall_lseek(file.fd, 0, SEEK_END);
	int error = size == (int64_t)bytes ? 0 : -ENODATA;

	file.size = file.at = bytes;
	for (unsigned i = 0; !error && i < plan->segment_count; i++) {
		const struct elf_segment *segment = &plan->segments[i];
		uint64_t from = max(start, page_down(segment->start));
		uint64_t to = min(end, file_pages_end(segment));

		if (from < to)
			error = fill_pages(&file, segment, from, to);
	}
	if (file.fd >= 0)
		hypercall_close(file.fd);
}
