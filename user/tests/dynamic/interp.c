/* SPDX-License-Identifier: MIT */
/*
 * An interpreter (PT_INTERP) that links nothing: it checks what it is told of
 * itself and of the program, and goes on with that.
 *
 *   WHERE 0: position-independent. It goes where mmap(2) would put it.
 *   WHERE 1: ET_EXEC
 *   WHERE 2: ET_DYN with addresses of its own, which are free
 */
#include <elf.h>

#include "../check.h"

/* From the linker. */
extern const Elf64_Ehdr __ehdr_start __attribute__((visibility("hidden")));

/* `stack` is RSP at the start. Returns the program's entry point. */
unsigned long interpret(const unsigned long *stack);

unsigned long interpret(const unsigned long *stack)
{
	const char *const *argv = (const char *const *)(stack + 1);
	const unsigned long *word = stack + 1 + stack[0] + 1;
	unsigned long self = (unsigned long)&__ehdr_start;
	static unsigned long aux[64];
	const Elf64_Phdr *phdr;
	unsigned interps = 0;

	while (*word)
		word++;
	for (word++; *word != AT_NULL; word += 2)
		if (*word < 64)
			aux[*word] = word[1];
	EQUAL((long)stack % 16, 0);
	EQUAL(aux[AT_BASE], WHERE == 0 ? self : 0);
	if (WHERE == 0)
		CHECK(self > aux[AT_PHDR] && self > 0x700000000000 && self < (unsigned long)stack);
	CHECK(same_text((const char *)aux[AT_EXECFN], argv[0]));
	CHECK(same_text((const char *)aux[AT_PLATFORM], "x86_64"));
	phdr = (const Elf64_Phdr *)aux[AT_PHDR];
	for (unsigned i = 0; i < aux[AT_PHNUM]; i++)
		interps += phdr[i].p_type == PT_INTERP;
	EQUAL(interps, 1);
	print(1, "interpreter\n");
	return aux[AT_ENTRY];
}
