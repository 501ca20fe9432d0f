/* SPDX-License-Identifier: MIT */
/* A program whose interpreter is interp.c. */
#include <elf.h>

#include "../check.h"

extern const char _start[];
extern const Elf64_Ehdr __ehdr_start __attribute__((visibility("hidden")));

int main(int argc, char **argv, char **envp)
{
	static unsigned long aux[64];
	char *heap = brk(0);

	(void)argc;
	while (*envp)
		envp++;
	for (const Elf64_auxv_t *auxv = (Elf64_auxv_t *)(envp + 1); auxv->a_type; auxv++)
		if (auxv->a_type < 64)
			aux[auxv->a_type] = auxv->a_un.a_val;
	EQUAL(aux[AT_ENTRY], _start);
	EQUAL(aux[AT_PHDR], (unsigned long)&__ehdr_start + __ehdr_start.e_phoff);
	EQUAL(aux[AT_PHNUM], __ehdr_start.e_phnum);
	CHECK(same_text((char *)aux[AT_EXECFN], argv[0]));
	/* The heap is the program's, not the interpreter's. */
	CHECK((unsigned long)heap > aux[AT_PHDR] &&
	      (unsigned long)heap < aux[AT_PHDR] + (1ul << 35));
	EQUAL(brk(heap + 8192), heap + 8192);
	heap[8191] = 1;
	return pass();
}
