/* SPDX-License-Identifier: MIT */
/*
 * What an ELF file asks for, checked. Pure: no memory is mapped and no file
 * read here; every number is the file's own and not to be trusted before.
 */
#ifndef ELF_PLAN_H
#define ELF_PLAN_H

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>

#define ELF_SEGMENTS_MAX 16
#define ELF_PHDRS_MAX	 (4096 / sizeof(Elf64_Phdr)) /* in one page */

/* Something to map: file bytes, then zeros. */
struct elf_segment {
	uint64_t start;	 /* address, load bias included */
	uint64_t offset; /* in the file */
	uint64_t filesz; /* at most memsz */
	uint64_t memsz;	 /* not 0 */
	unsigned prot;	 /* PROT_READ | PROT_WRITE | PROT_EXEC */
};

/* Segments ascend and share no byte; start to start + memsz is in the program's half. */
struct elf_plan {
	uint64_t entry; /* in an executable segment */
	uint64_t phdr;	/* address of the program headers in memory, 0 if not there */
	uint64_t phnum;
	uint64_t brk; /* end of the last segment, page aligned */
	bool exec_stack;
	unsigned segment_count;
	struct elf_segment segments[ELF_SEGMENTS_MAX];
};

/*
 * Checks the header of a file of `file_size` bytes. NULL if it is in order:
 * then e_phnum program headers from e_phoff on lie in the file and are at
 * most ELF_PHDRS_MAX. Otherwise what is wrong, in words.
 */
const char *elf_check_header(const Elf64_Ehdr *header, uint64_t file_size);

/* Makes the plan from a checked header and its program headers. NULL, or what is wrong. */
const char *elf_make_plan(struct elf_plan *plan, const Elf64_Ehdr *header, const Elf64_Phdr *phdrs,
			  uint64_t file_size);

#endif
