/* SPDX-License-Identifier: MIT */
/* Loads the program and its stack: carries out what elf.c has planned. */
#include "load.h"

#include <asm/errno.h>
#include <linux/mman.h>

#include "../abi.h"
#include "../hypercall.h"
#include "../layout.h"
#include "../lib/math.h"
#include "../lib/printk.h"
#include "../lib/string.h"
#include "../mm/direct_map.h"
#include "../mm/frame.h"
#include "../mm/space.h"
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
	default:
		return "can't be read";
	}
}

static _Noreturn void fail_io(const struct file *file, int error)
{
	printk("kernel: %s: %s\n", file->path, error_text(error));
	hypercall_exit(error == -ENOENT || error == -ENOTDIR ? STATUS_NOTFOUND : STATUS_NOEXEC);
}

/* Reads file bytes to a physical address, all of them. */
static void read_at(struct file *file, uint64_t offset, uint64_t pa, uint64_t bytes)
{
	int64_t n = offset == file->at ? 0 : hypercall_lseek(file->fd, offset, SEEK_SET);

	file->at = offset + bytes;
	while (n >= 0 && bytes) {
		n = hypercall_read(file->fd, pa, bytes);
		if (n == 0)
			fail(file, "the file became shorter while it was read");
		if (n > 0) {
			pa += n;
			bytes -= n;
		}
	}
	if (n < 0)
		fail_io(file, n);
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
		frame_free(file->head + file->taken);
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

	problem = elf_check_header(header, file->size);
	if (head[0] == '#' && head[1] == '!')
		problem = "a script: run its interpreter, with the script as its argument";
	if (problem)
		fail(file, problem);
	bytes = header->e_phnum * sizeof(phdrs[0]);
	if (header->e_phoff + bytes <= file->head_end && header->e_phoff % 8 == 0)
		table = (const Elf64_Phdr *)(head + header->e_phoff);
	else
		read_at(file, header->e_phoff, virt_to_phys(phdrs), bytes);
	problem = elf_make_plan(plan, header, table, file->size);
	if (problem)
		fail(file, problem);
}

/*
 * Reads the bytes of a segment from the address `at` to `end` into its frames.
 * The first pages of .bss come in one piece with .data: a buffer may lie in both.
 */
static void read_pages(struct file *file, const struct elf_segment *segment, uint64_t at,
		       uint64_t end)
{
	uint64_t pa;

	while (at < end) {
		int64_t run = space_run(at, end - at + HEAD_SIZE, &pa);

		if (run < 0)
			fail(file, too_small);
		run = min(run, end - at);
		read_at(file, segment->offset + (at - segment->start), pa, run);
		at += run;
	}
}

/*
 * Makes frames of the file's head the pages of a segment, from that at `start`
 * on, below `limit`. Returns the end of the pages that it could.
 */
static uint64_t take_pages(struct file *file, const struct elf_segment *segment, uint64_t start,
			   uint64_t limit)
{
	uint64_t shift = segment->start - segment->offset; /* whole pages */
	uint64_t from = start - shift;			   /* in the file, as the next two */
	uint64_t file_end = segment->offset + segment->filesz;
	uint64_t to = min(page_up(min(file_end, file->head_end)), limit - shift);
	uint64_t end;

	if (from < file->taken || from >= to || !segment->filesz)
		return start;
	drop_head(file, from);
	end = space_give(start, to + shift, file->head + from, segment->prot);
	file->taken = end - shift;
	/* What the file has behind the segment may stay there, as on Linux, but where zeros go on.
	 */
	if (segment->memsz > segment->filesz && file->taken >= file_end)
		memset(phys_to_virt(file->head + file_end), 0, file->taken - file_end);
	return end;
}

/*
 * Maps a segment and reads its file bytes straight into its frames.
 * `mapped_end` is the end of the segments before it, `next` where the one after it begins.
 */
static void load_segment(struct file *file, const struct elf_segment *segment, uint64_t mapped_end,
			 uint64_t next)
{
	uint64_t first = page_down(segment->start);
	uint64_t start = max(first, mapped_end);
	uint64_t end = page_up(segment->start + segment->memsz);
	uint64_t file_end = segment->start + segment->filesz;
	uint64_t taken;

	/* A page that two segments share gets the later one's rights, as on Linux. */
	if ((first < start && space_protect(first, start, segment->prot) < 0) ||
	    (start < end && space_append(start, end, segment->prot, VMA_KEEP) < 0))
		fail(file, too_small);
	if (first < start)
		read_pages(file, segment, segment->start, min(start, file_end));
	/* Only where no other segment has bytes in the same page. */
	taken = take_pages(file, segment, start, page_down(next));
	if (taken < file_end)
		read_pages(file, segment, max(taken, segment->start), file_end);
}

/* Lays out the stack in frames that lie in one piece. Returns the program's RSP. */
static uint64_t make_stack(const struct file *file, const struct stack_contents *contents,
			   bool executable)
{
	unsigned prot = PROT_READ | PROT_WRITE | (executable ? PROT_EXEC : 0);
	uint64_t frames = frame_alloc_run(STACK_READY / FRAME_SIZE);
	uint64_t rsp;

	if (!frames || space_append(USER_TOP - STACK_SIZE, USER_TOP, prot, VMA_MEMORY) < 0 ||
	    space_give(USER_TOP - STACK_READY, USER_TOP, frames, prot) != USER_TOP)
		fail(file, too_small);
	rsp = stack_build(contents, phys_to_virt(frames), STACK_READY, USER_TOP);
	if (!rsp)
		fail(file, "too many arguments");
	return rsp;
}

void load_program(struct stack_contents *contents, struct trap_frame *frame)
{
	struct file file = {.path = contents->string(contents->argv, 0)};
	struct elf_plan plan;
	uint64_t mapped_end = 0;

	process_set_name(file.path);
	open_file(&file);
	make_plan(&file, &plan);
	for (unsigned i = 0; i < plan.segment_count; i++) {
		const struct elf_segment *segment = &plan.segments[i];

		load_segment(&file, segment, mapped_end,
			     i + 1 < plan.segment_count ? segment[1].start : USER_TOP);
		mapped_end = page_up(segment->start + segment->memsz);
	}
	contents->entry = plan.entry;
	contents->phdr = plan.phdr;
	contents->phnum = plan.phnum;
	process_set_brk(plan.brk);
	frame->rip = plan.entry;
	frame->cs = SEL_USER_CODE;
	frame->rflags = RFLAGS_IF | RFLAGS_1;
	frame->rsp = make_stack(&file, contents, plan.exec_stack);
	frame->ss = SEL_USER_DATA;
	hypercall_close(file.fd);
	/* Not before: these frames aren't clear, and would be the next to be given out. */
	drop_head(&file, file.head_end);
}
