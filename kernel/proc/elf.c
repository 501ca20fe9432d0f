/* SPDX-License-Identifier: MIT */
/*
 * What an ELF file asks for, checked: System V ABI, chapters 4 and 5, and its
 * x86-64 supplement. What Linux (fs/binfmt_elf.c) doesn't look at isn't looked at here.
 */
#include "elf.h"

#include <linux/mman.h>
#include <stddef.h>

#include "../layout.h"
#include "../lib/math.h"
#include "../lib/string.h"

/* Does [offset, offset + length) lie in `size` bytes? No sum wraps. */
/*@
  assigns \nothing;
  ensures \result <==> offset + length <= size;
*/
static bool inside(uint64_t size, uint64_t offset, uint64_t length)
{
	return offset <= size && length <= size - offset;
}

const char *elf_check_header(const Elf64_Ehdr *header, uint64_t file_size)
{
	if (file_size < SELFMAG || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
		return "not an ELF file";
	if (file_size < sizeof(*header))
		return "truncated ELF header";
	if (header->e_machine != EM_X86_64)
		return "not for x86-64";
	if (header->e_type != ET_EXEC && header->e_type != ET_DYN)
		return "not an executable (neither ET_EXEC nor ET_DYN)";
	if (header->e_phentsize != sizeof(Elf64_Phdr))
		return "program headers of an unknown size";
	if (header->e_phnum == 0)
		return "no program headers";
	if (header->e_phnum > ELF_PHDRS_MAX)
		return "too many program headers";
	if (!inside(file_size, header->e_phoff, header->e_phnum * sizeof(Elf64_Phdr)))
		return "program headers behind the end of the file (truncated?)";
	return NULL;
}

/*@
  predicate load_ok(Elf64_Phdr *phdr, integer file_size) =
    phdr->p_filesz <= phdr->p_memsz && phdr->p_vaddr + phdr->p_memsz <= USER_TOP &&
    (phdr->p_filesz > 0 ==> phdr->p_offset + phdr->p_filesz <= file_size &&
      phdr->p_vaddr % PAGE_SIZE == phdr->p_offset % PAGE_SIZE);
*/

/* Checks one PT_LOAD on its own, with its address as the file has it. */
/*@
  requires \valid_read(phdr);
  assigns \nothing;
  ensures \result == \null <==> load_ok(phdr, file_size);
*/
static const char *check_load(const Elf64_Phdr *phdr, uint64_t file_size)
{
	if (phdr->p_filesz > phdr->p_memsz)
		return "a segment is larger in the file than in memory";
	if (phdr->p_filesz && !inside(file_size, phdr->p_offset, phdr->p_filesz))
		return "a segment lies behind the end of the file (truncated?)";
	if (phdr->p_filesz && phdr->p_vaddr % PAGE_SIZE != phdr->p_offset % PAGE_SIZE)
		return "a segment's address and offset differ within the page";
	if (!inside(USER_TOP, phdr->p_vaddr, phdr->p_memsz))
		return "a segment lies outside the program's half of memory";
	return NULL;
}

/*@
  assigns \nothing;
  ensures \result == ((flags & PF_R) != 0 ? PROT_READ : 0) +
    ((flags & PF_W) != 0 ? PROT_WRITE : 0) + ((flags & PF_X) != 0 ? PROT_EXEC : 0);
*/
static unsigned prot_of(uint32_t flags)
{
	return (flags & PF_R ? PROT_READ : 0) + (flags & PF_W ? PROT_WRITE : 0) +
	       (flags & PF_X ? PROT_EXEC : 0);
}

/* Adds a segment behind those that are there. */
/*@
  requires \valid(plan) && \valid_read(phdr) && \separated(plan, phdr);
  requires plan->segment_count < ELF_PHDRS_MAX;
  requires each_placed(plan) && brk_ok(plan);
  requires phdr->p_vaddr + phdr->p_memsz <= USER_TOP && bias <= USER_TOP;
  requires phdr->p_filesz <= phdr->p_memsz && phdr->p_memsz > 0;
  assigns plan->segments[0 .. ELF_PHDRS_MAX - 1], plan->segment_count, plan->brk;
  ensures plan->segment_count <= \old(plan->segment_count) + 1;
  ensures brk_ok(plan);
  ensures each_placed(plan);
  ensures \forall integer size;
    \old(each_in_file(plan, size)) && 0 <= size &&
    (phdr->p_filesz > 0 ==> phdr->p_offset + phdr->p_filesz <= size) ==>
      each_in_file(plan, size);
*/
static const char *add_segment(struct elf_plan *plan, const Elf64_Phdr *phdr, uint64_t bias)
{
	uint64_t start = phdr->p_vaddr + bias; /* each is below 2^47 */
	struct elf_segment *s;

	if (!inside(MMAP_TOP, start, phdr->p_memsz))
		return "a segment lies where the stack is";
	if (page_down(start) < USER_MIN)
		return "a segment lies in the lowest 64 KiB, which stay unmapped";
	s = &plan->segments[plan->segment_count];
	s->start = start;
	s->offset = phdr->p_filesz ? phdr->p_offset : 0;
	s->filesz = phdr->p_filesz;
	s->memsz = phdr->p_memsz;
	s->prot = prot_of(phdr->p_flags);
	plan->segment_count++;
	plan->brk = max(plan->brk, page_up(start + phdr->p_memsz));
	/*@
	  assert \forall integer i; 0 <= i < plan->segment_count - 1 ==>
	    plan->segments[i].start == \at(plan->segments[i].start, Pre) &&
	    plan->segments[i].memsz == \at(plan->segments[i].memsz, Pre) &&
	    plan->segments[i].filesz == \at(plan->segments[i].filesz, Pre) &&
	    plan->segments[i].offset == \at(plan->segments[i].offset, Pre);
	*/
	/*@
	  assert \let last = &plan->segments[plan->segment_count - 1];
	    last->start >= USER_MIN && last->memsz > 0 && last->filesz <= last->memsz &&
	    last->start + last->memsz <= MMAP_TOP &&
	    last->start + last->memsz <= plan->brk && last->filesz == phdr->p_filesz &&
	    last->offset == (phdr->p_filesz > 0 ? phdr->p_offset : 0);
	*/
	//@ assert plan->segment_count <= ELF_PHDRS_MAX;
	//@ assert each_placed(plan);
	//@ assert brk_ok(plan);
	/*@
	  assert \forall integer size;
	    \at(each_in_file(plan, size), Pre) && 0 <= size &&
	    (phdr->p_filesz > 0 ==> phdr->p_offset + phdr->p_filesz <= size) ==>
	      each_in_file(plan, size);
	*/
	return NULL;
}

/* Where the program headers can be seen in memory: in the segment that has them in the file. */
/*@
  requires \valid_read(plan) && \valid_read(header);
  requires plan->segment_count <= ELF_PHDRS_MAX;
  requires each_placed(plan);
  assigns \nothing;
  ensures phdr_ok(plan, \result, header->e_phnum);
*/
static uint64_t phdr_address(const struct elf_plan *plan, const Elf64_Ehdr *header)
{
	/*@
	  loop assigns i;
	  loop variant plan->segment_count - i;
	*/
	for (unsigned i = 0; i < plan->segment_count; i++) {
		const struct elf_segment *s = &plan->segments[i];

		if (header->e_phoff >= s->offset && inside(s->filesz, header->e_phoff - s->offset,
							   header->e_phnum * sizeof(Elf64_Phdr)))
			return s->start + (header->e_phoff - s->offset);
	}
	return 0;
}

/* One that is no power of two is no alignment. */
uint64_t elf_program_bias(const Elf64_Ehdr *header, const Elf64_Phdr *phdrs)
{
	uint64_t align = PAGE_SIZE;

	if (header->e_type == ET_EXEC)
		return 0;
	/*@
	  loop invariant 0 <= i <= header->e_phnum;
	  loop assigns i, align;
	  loop variant header->e_phnum - i;
	*/
	for (unsigned i = 0; i < header->e_phnum; i++)
		if (phdrs[i].p_type == PT_LOAD && phdrs[i].p_align > align &&
		    phdrs[i].p_align <= PIE_BIAS &&
		    (phdrs[i].p_align & (phdrs[i].p_align - 1)) == 0)
			align = phdrs[i].p_align;
	return PIE_BIAS & -align;
}

struct elf_span elf_span(const Elf64_Ehdr *header, const Elf64_Phdr *phdrs)
{
	struct elf_span span = {USER_TOP, 0};

	/*@
	  loop invariant 0 <= i <= header->e_phnum;
	  loop invariant span.start <= USER_TOP && span.end <= USER_TOP;
	  loop invariant span.start % PAGE_SIZE == 0 && span.end % PAGE_SIZE == 0;
	  loop invariant span.end == 0 || span.start <= span.end;
	  loop invariant \forall integer k; 0 <= k < i ==>
	    phdrs[k].p_type == PT_LOAD && phdrs[k].p_memsz > 0 ==>
	      span.start <= phdrs[k].p_vaddr && phdrs[k].p_vaddr + phdrs[k].p_memsz <= span.end;
	  loop assigns i, span;
	  loop variant header->e_phnum - i;
	*/
	for (unsigned i = 0; i < header->e_phnum; i++) {
		const Elf64_Phdr *phdr = &phdrs[i];

		if (phdr->p_type != PT_LOAD || !phdr->p_memsz)
			continue;
		if (!inside(USER_TOP, phdr->p_vaddr, phdr->p_memsz))
			return (struct elf_span){0, 0};
		span.start = min(span.start, page_down(phdr->p_vaddr));
		span.end = max(span.end, page_up(phdr->p_vaddr + phdr->p_memsz));
	}
	return span.end ? span : (struct elf_span){0, 0};
}

/* Takes from a PT_INTERP where the interpreter's name is; all but the first are ignored. */
/*@
  requires \valid(plan) && \valid_read(phdr) && \separated(plan, phdr);
  requires interp_ok(plan);
  assigns plan->interp_offset, plan->interp_bytes;
  ensures interp_ok(plan);
*/
static const char *take_interp(struct elf_plan *plan, const Elf64_Phdr *phdr)
{
	if (plan->interp_bytes)
		return NULL;
	if (phdr->p_filesz < 2 || phdr->p_filesz > PATH_MAX)
		return "the name of its interpreter is empty or too long";
	plan->interp_offset = phdr->p_offset;
	plan->interp_bytes = phdr->p_filesz;
	return NULL;
}

const char *elf_make_plan(struct elf_plan *plan, const Elf64_Ehdr *header, const Elf64_Phdr *phdrs,
			  uint64_t file_size, uint64_t bias)
{
	const char *problem;

	plan->phnum = header->e_phnum;
	plan->exec_stack = false;
	plan->interp_offset = 0;
	plan->interp_bytes = 0;
	plan->segment_count = 0;
	plan->brk = 0;
	/*@
	  loop invariant 0 <= i <= header->e_phnum;
	  loop invariant plan->segment_count <= i;
	  loop invariant each_placed(plan);
	  loop invariant each_in_file(plan, file_size);
	  loop invariant brk_ok(plan);
	  loop invariant interp_ok(plan);
	  loop invariant plan->phnum == header->e_phnum;
	  loop assigns i, problem, *plan;
	  loop variant header->e_phnum - i;
	*/
	for (unsigned i = 0; i < header->e_phnum; i++) {
		const Elf64_Phdr *phdr = &phdrs[i];

		problem = NULL;
		if (phdr->p_type == PT_GNU_STACK)
			plan->exec_stack = phdr->p_flags & PF_X;
		if (phdr->p_type == PT_INTERP)
			problem = take_interp(plan, phdr);
		if (phdr->p_type == PT_LOAD)
			problem = check_load(phdr, file_size);
		if (phdr->p_type == PT_LOAD && !problem && phdr->p_memsz)
			problem = add_segment(plan, phdr, bias);
		if (problem)
			return problem;
	}
	if (!plan->segment_count)
		return "no segment to load";
	if (!inside(USER_TOP - bias, header->e_entry, 1))
		return "the entry point is outside the program's half of memory";
	plan->entry = header->e_entry + bias;
	plan->phdr = phdr_address(plan, header);
	return NULL;
}
