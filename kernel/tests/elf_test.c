/* SPDX-License-Identifier: MIT */
/* ELF plans, and the first lines of scripts. */
#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <sys/mman.h>

#include "../layout.h"
#include "../proc/elf.h"
#include "../proc/script.h"
#include "unit.h"

#define KIB 1024

/* A good file's headers: text and data with bss. The tests change a copy. */
static Elf64_Ehdr header;
static Elf64_Phdr phdrs[ELF_PHDRS_MAX];
static struct elf_plan plan;

static void good(void)
{
	header = (Elf64_Ehdr){
		.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
		.e_type = ET_EXEC,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_entry = 0x401010,
		.e_phoff = 64,
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 4,
	};
	phdrs[0] = (Elf64_Phdr){PT_LOAD, PF_R, 0, 0x400000, 0, 0x200, 0x200, 0x1000};
	phdrs[1] = (Elf64_Phdr){PT_LOAD, PF_R | PF_X, 0x1000, 0x401000, 0, 0x800, 0x800, 0x1000};
	phdrs[2] = (Elf64_Phdr){PT_LOAD, PF_R | PF_W, 0x2e00, 0x403e00, 0, 0x300, 0x5000, 0x1000};
	phdrs[3] = (Elf64_Phdr){PT_GNU_STACK, PF_R | PF_W, 0, 0, 0, 0, 0, 16};
}

static const char *make_plan(uint64_t size)
{
	const char *problem = elf_check_header(&header, size);

	return problem ? problem
		       : elf_make_plan(&plan, &header, phdrs, size,
				       elf_program_bias(&header, phdrs));
}

TEST(elf_plan_of_a_good_file)
{
	good();
	EQUAL(make_plan(16 * KIB), NULL);
	EQUAL(plan.segment_count, 3);
	EQUAL(plan.entry, 0x401010);
	EQUAL(plan.phdr, 0x400040);
	EQUAL(plan.phnum, 4);
	EQUAL(plan.brk, 0x409000);
	EQUAL(plan.exec_stack, 0);
	EQUAL(plan.segments[2].start, 0x403e00);
	EQUAL(plan.segments[2].offset, 0x2e00);
	EQUAL(plan.segments[2].filesz, 0x300);
	EQUAL(plan.segments[2].memsz, 0x5000);
	EQUAL(plan.segments[1].prot, PROT_READ | PROT_EXEC);
	EQUAL(plan.segments[2].prot, PROT_READ | PROT_WRITE);
}

TEST(elf_plan_of_a_pie)
{
	good();
	header.e_type = ET_DYN;
	header.e_entry = 0x1010;
	for (int i = 0; i < 3; i++)
		phdrs[i].p_vaddr -= 0x400000;
	EQUAL(make_plan(16 * KIB), NULL);
	EQUAL(plan.entry, 0x555555555010);
	EQUAL(plan.phdr, 0x555555554040);
	/* A wide alignment is kept. */
	phdrs[1].p_align = 0x200000;
	EQUAL(make_plan(16 * KIB), NULL);
	EQUAL(plan.segments[0].start, 0x555555400000);
}

TEST(elf_program_headers_that_no_segment_shows)
{
	good();
	header.e_phoff = 0x3800;
	EQUAL(make_plan(16 * KIB), NULL);
	EQUAL(plan.phdr, 0);
}

TEST(elf_executable_stack)
{
	good();
	phdrs[3].p_flags |= PF_X;
	EQUAL(make_plan(16 * KIB), NULL);
	EQUAL(plan.exec_stack, 1);
}

/* Another image, which goes where there is room for all its pages. */
TEST(elf_plan_of_an_interpreter)
{
	struct elf_span span;
	uint64_t bias;

	good();
	header.e_type = ET_DYN;
	header.e_entry = 0x1010;
	for (int i = 0; i < 3; i++)
		phdrs[i].p_vaddr -= 0x400000;
	span = elf_span(&header, phdrs);
	EQUAL(span.start, 0);
	EQUAL(span.end, 0x9000);
	bias = MMAP_TOP - span.end;
	EQUAL(elf_make_plan(&plan, &header, phdrs, 16 * KIB, bias), NULL);
	EQUAL(plan.entry, bias + 0x1010);
	EQUAL(plan.phdr, bias + 64);
	EQUAL(plan.segments[0].start, bias);
	EQUAL(plan.segments[2].start, bias + 0x3e00);
	EQUAL(plan.brk, MMAP_TOP);
	/* A page higher it is where the stack is. */
	CHECK(elf_make_plan(&plan, &header, phdrs, 16 * KIB, bias + PAGE_SIZE) != NULL);
}

TEST(elf_span_of_odd_segments)
{
	struct elf_span span;

	good();
	/* In any order, with one of nothing far away. */
	phdrs[3] = phdrs[0];
	phdrs[0] = phdrs[2];
	phdrs[2] = (Elf64_Phdr){PT_LOAD, PF_R, 0, 0x70000000, 0, 0, 0, 0x1000};
	span = elf_span(&header, phdrs);
	EQUAL(span.start, 0x400000);
	EQUAL(span.end, 0x409000);
	phdrs[1].p_vaddr = UINT64_MAX - 10;
	EQUAL(elf_span(&header, phdrs).end, 0);
	for (int i = 0; i < 4; i++)
		phdrs[i].p_type = PT_NOTE;
	EQUAL(elf_span(&header, phdrs).start, 0);
	EQUAL(elf_span(&header, phdrs).end, 0);
}

TEST(elf_interpreter_of_a_program)
{
	good();
	phdrs[3] = (Elf64_Phdr){PT_INTERP, PF_R, 0x238, 0x400238, 0, 28, 28, 1};
	EQUAL(make_plan(16 * KIB), NULL);
	EQUAL(plan.interp_offset, 0x238);
	EQUAL(plan.interp_bytes, 28);
	/* The first counts. */
	phdrs[2] = (Elf64_Phdr){PT_INTERP, PF_R, 0x300, 0x400300, 0, 5, 5, 1};
	EQUAL(make_plan(16 * KIB), NULL);
	EQUAL(plan.interp_offset, 0x300);
	phdrs[2].p_filesz = PATH_MAX;
	EQUAL(make_plan(16 * KIB), NULL);
	phdrs[2].p_filesz = PATH_MAX + 1;
	CHECK(make_plan(16 * KIB) != NULL);
	phdrs[2].p_filesz = 1;
	CHECK(make_plan(16 * KIB) != NULL);
}

/* Whatever the headers say: a plan that is made keeps its promises. */
TEST(elf_plans_of_random_headers_keep_their_promises)
{
	int made = 0;

	for (int round = 0; round < 2000000; round++) {
		uint64_t size = round % 2 ? 16 * KIB : unit_random() % (32 * KIB);
		uint8_t *bytes = round % 3 ? (uint8_t *)phdrs : (uint8_t *)&header;
		size_t count = round % 3 ? 4 * sizeof(phdrs[0]) : sizeof(header);
		uint64_t highest = 0;

		good();
		for (uint64_t n = unit_random() % 4; n; n--) {
			/* A byte, or a whole word of an interesting value. */
			static const uint64_t words[] = {0,
							 1,
							 0xfff,
							 0x1000,
							 0x7ffffffff000,
							 0x7fffffffffff,
							 0x800000000000,
							 0xffff800000000000,
							 -4096,
							 -1,
							 INT64_MAX};
			size_t at = unit_random() % count;

			if (unit_random() % 2)
				bytes[at] = unit_random();
			else
				memcpy(bytes + at / 8 * 8, &words[unit_random() % 11], 8);
		}
		if (make_plan(size))
			continue;
		made++;
		CHECK(plan.segment_count >= 1 && plan.segment_count <= ELF_PHDRS_MAX);
		CHECK(header.e_phnum <= ELF_PHDRS_MAX);
		for (unsigned i = 0; i < plan.segment_count; i++) {
			const struct elf_segment *s = &plan.segments[i];

			CHECK(s->memsz > 0 && s->filesz <= s->memsz);
			CHECK(s->start >= USER_MIN);
			CHECK(s->start < USER_TOP && s->memsz <= USER_TOP - s->start);
			CHECK(s->offset <= size && s->filesz <= size - s->offset);
			CHECK(!s->filesz || s->start % PAGE_SIZE == s->offset % PAGE_SIZE);
			if (highest < s->start + s->memsz)
				highest = s->start + s->memsz;
		}
		CHECK(plan.entry < USER_TOP);
		CHECK(plan.brk >= highest && plan.brk < highest + PAGE_SIZE);
	}
	CHECK(made > 1000);
}

/* --- scripts --- */

/* What becomes of a first line: "interpreter" or "interpreter|argument"; "?" if it is refused. */
static const char *parsed(const char *text, size_t length)
{
	static char out[2 * SCRIPT_LINE];
	char line[SCRIPT_LINE + 1] = "";
	struct script script;

	memcpy(line, text, length < SCRIPT_LINE ? length : SCRIPT_LINE);
	line[SCRIPT_LINE] = 'x'; /* isn't read */
	CHECK(script_is(line));
	if (script_parse(&script, line))
		return "?";
	snprintf(out, sizeof(out), "%s%s%s", script.interpreter, script.argument ? "|" : "",
		 script.argument ? script.argument : "");
	EQUAL(line[SCRIPT_LINE], 'x');
	return out;
}

#define PARSED(text, wanted) EQUAL(strcmp(parsed(text, sizeof(text) - 1), wanted), 0)

TEST(scripts)
{
	char line[2 * SCRIPT_LINE];

	PARSED("#!/bin/sh\n", "/bin/sh");
	PARSED("#!/bin/sh", "/bin/sh");
	PARSED("#! \t/bin/sh \t\nrest", "/bin/sh");
	PARSED("#!/bin/sh -e  -u \t\n-x", "/bin/sh|-e  -u");
	PARSED("#!/bin/sh \0\n", "/bin/sh|");
	PARSED("#!/bin/sh\0-x\n", "/bin/sh");
	PARSED("#!\0", "");
	PARSED("#!\n/bin/sh", "?");
	PARSED("#!", "");
	PARSED("#! \t \n", "?");
	memset(line, ' ', sizeof(line));
	memcpy(line, "#!", 2);
	EQUAL(strcmp(parsed(line, sizeof(line)), "?"), 0);
	/* The last byte that is looked at ends the name, or else more of it may follow. */
	memset(line + 2, 'n', sizeof(line) - 2);
	EQUAL(strcmp(parsed(line, SCRIPT_LINE), "?"), 0);
	EQUAL(strlen(parsed(line, SCRIPT_LINE - 1)), SCRIPT_LINE - 3);
	line[SCRIPT_LINE - 1] = ' ';
	EQUAL(strlen(parsed(line, sizeof(line))), SCRIPT_LINE - 3);
	/* An argument is cut off. */
	line[10] = ' ';
	line[SCRIPT_LINE - 1] = 'n';
	EQUAL(strlen(parsed(line, sizeof(line))), SCRIPT_LINE - 3);
	EQUAL(parsed(line, sizeof(line))[8], '|');
	CHECK(script_is(line));
	line[1] = ' ';
	CHECK(!script_is(line));
}

int main(void)
{
	RUN(elf_plan_of_a_good_file);
	RUN(elf_plan_of_a_pie);
	RUN(elf_program_headers_that_no_segment_shows);
	RUN(elf_executable_stack);
	RUN(elf_plan_of_an_interpreter);
	RUN(elf_span_of_odd_segments);
	RUN(elf_interpreter_of_a_program);
	RUN(elf_plans_of_random_headers_keep_their_promises);
	RUN(scripts);
	return unit_failures != 0;
}
