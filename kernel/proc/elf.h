/* SPDX-License-Identifier: MIT */
/*
 * What an ELF file asks for, checked. Pure: no memory is mapped and no file
 * read here; every number is the file's own and not to be trusted before.
 */
#ifndef ELF_PLAN_H
#define ELF_PLAN_H

#include <elf.h>
#include <linux/limits.h>
#include <stdbool.h>
#include <stdint.h>

#define ELF_PHDRS_MAX (4096 / sizeof(Elf64_Phdr)) /* in one page, as on Linux */

/* Something to map: file bytes, then zeros. */
struct elf_segment {
	uint64_t start;	 /* address, load bias included */
	uint64_t offset; /* in the file; equal to start within the page, or 0 if filesz is 0 */
	uint64_t filesz; /* at most memsz */
	uint64_t memsz;	 /* not 0 */
	unsigned prot;	 /* PROT_READ | PROT_WRITE | PROT_EXEC */
};

/*
 * Segments are mapped in this order, whole pages of each, and may overlap: the
 * later one wins. start to start + memsz is in the program's half.
 */
struct elf_plan {
	uint64_t entry; /* in the program's half; whether it can be executed will show */
	uint64_t phdr;	/* address of the program headers in memory, 0 if not there */
	uint64_t phnum;
	uint64_t brk; /* end of the highest segment, page aligned */
	bool exec_stack;
	/* The bytes of the file that name its interpreter, NUL included; 0 bytes: it has none. */
	uint64_t interp_offset; /* as the file has it */
	uint64_t interp_bytes;	/* else 2 to PATH_MAX */
	unsigned segment_count;
	struct elf_segment segments[ELF_PHDRS_MAX];
};

/*
 * The contracts are ACSL, whose sums are those of mathematics and don't wrap.
 * `make prove` proves them for all files.
 */
/*@
  predicate header_ok(Elf64_Ehdr *header, integer file_size) =
    header->e_phentsize == sizeof(Elf64_Phdr) && 1 <= header->e_phnum <= ELF_PHDRS_MAX &&
    header->e_phoff + header->e_phnum * sizeof(Elf64_Phdr) <= file_size;

  predicate each_placed(struct elf_plan *plan) =
    \forall integer i; 0 <= i < plan->segment_count ==>
      USER_MIN <= plan->segments[i].start && 0 < plan->segments[i].memsz &&
      plan->segments[i].start + plan->segments[i].memsz <= MMAP_TOP &&
      plan->segments[i].filesz <= plan->segments[i].memsz;

  predicate each_in_file(struct elf_plan *plan, integer file_size) =
    \forall integer i; 0 <= i < plan->segment_count ==>
      plan->segments[i].offset + plan->segments[i].filesz <= file_size;

  predicate brk_ok(struct elf_plan *plan) =
    plan->brk % PAGE_SIZE == 0 && plan->brk <= MMAP_TOP &&
    \forall integer i; 0 <= i < plan->segment_count ==>
      plan->segments[i].start + plan->segments[i].memsz <= plan->brk;

  predicate in_segment(struct elf_segment *s, integer address, integer length) =
    s->start <= address && address + length <= s->start + s->memsz;

  predicate interp_ok(struct elf_plan *plan) =
    plan->interp_bytes == 0 || 2 <= plan->interp_bytes <= PATH_MAX;

  predicate phdr_ok(struct elf_plan *plan, integer phdr, integer phnum) =
    phdr == 0 || \exists integer i; 0 <= i < plan->segment_count &&
      in_segment(&plan->segments[i], phdr, phnum * sizeof(Elf64_Phdr));
*/

/*
 * Checks the header of a file of `file_size` bytes. NULL if it is in order:
 * then e_phnum program headers from e_phoff on lie in the file and are at
 * most ELF_PHDRS_MAX. Otherwise what is wrong, in words.
 */
/*@
  requires \valid_read(header);
  assigns \nothing;
  ensures \result == \null ==> header_ok(header, file_size);
*/
const char *elf_check_header(const Elf64_Ehdr *header, uint64_t file_size);

/*
 * Where a program goes, as what is to be added to its addresses: 0 for ET_EXEC, else
 * PIE_BIAS, lowered to the widest alignment.
 */
/*@
  requires \valid_read(header) && \valid_read(phdrs + (0 .. header->e_phnum - 1));
  assigns \nothing;
  ensures \result <= PIE_BIAS;
*/
uint64_t elf_program_bias(const Elf64_Ehdr *header, const Elf64_Phdr *phdrs);

/* The pages from the first segment's first to the last one's last, at the file's own addresses. */
struct elf_span {
	uint64_t start, end; /* both 0: there is no segment, or one that is out of bounds */
};

/*@
  requires \valid_read(header) && \valid_read(phdrs + (0 .. header->e_phnum - 1));
  assigns \nothing;
  ensures \result.start <= \result.end <= USER_TOP;
  ensures \result.start % PAGE_SIZE == 0 && \result.end % PAGE_SIZE == 0;
  ensures \result.end > 0 ==> \forall integer i; 0 <= i < header->e_phnum ==>
    phdrs[i].p_type == PT_LOAD && phdrs[i].p_memsz > 0 ==>
      \result.start <= phdrs[i].p_vaddr &&
      phdrs[i].p_vaddr + phdrs[i].p_memsz <= \result.end;
*/
struct elf_span elf_span(const Elf64_Ehdr *header, const Elf64_Phdr *phdrs);

/*
 * Makes the plan from a checked header and its program headers, with `bias` added
 * to the file's addresses. NULL, or what is wrong.
 */
/*@
  requires \valid(plan) && \valid_read(header) && header->e_phnum <= ELF_PHDRS_MAX;
  requires bias <= USER_TOP;
  requires \valid_read(phdrs + (0 .. header->e_phnum - 1));
  requires \separated(plan, header, phdrs + (0 .. header->e_phnum - 1));
  assigns *plan;
  ensures \result == \null ==> 1 <= plan->segment_count <= ELF_PHDRS_MAX;
  ensures \result == \null ==> each_placed(plan) && each_in_file(plan, file_size);
  ensures \result == \null ==> brk_ok(plan) && plan->entry < USER_TOP && interp_ok(plan);
  ensures \result == \null ==> plan->phnum == header->e_phnum &&
    phdr_ok(plan, plan->phdr, plan->phnum);
*/
const char *elf_make_plan(struct elf_plan *plan, const Elf64_Ehdr *header, const Elf64_Phdr *phdrs,
			  uint64_t file_size, uint64_t bias);

#endif
