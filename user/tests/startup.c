/* SPDX-License-Identifier: MIT */
/* What the psABI promises a program at its first instruction: stack, auxiliary vector. */
#include <elf.h>

#include "check.h"

extern const char _start[];

static unsigned long aux[64];

static void check_auxv(const Elf64_auxv_t *auxv, char **argv)
{
	const unsigned char *random;
	const Elf64_Phdr *phdr;
	int nonzero = 0;

	for (; auxv->a_type != AT_NULL; auxv++)
		if (auxv->a_type < 64)
			aux[auxv->a_type] = auxv->a_un.a_val;
	EQUAL(aux[AT_PAGESZ], 4096);
	EQUAL(aux[AT_PHENT], sizeof(Elf64_Phdr));
	EQUAL(aux[AT_ENTRY], _start);
	EQUAL(aux[AT_BASE], 0);
	EQUAL(aux[AT_SECURE], 0);
	EQUAL(aux[AT_UID], aux[AT_EUID]);
	EQUAL(aux[AT_GID], aux[AT_EGID]);
	EQUAL(aux[AT_CLKTCK], 100);
	CHECK(same_text((char *)aux[AT_EXECFN], argv[0]));
	CHECK(same_text((char *)aux[AT_PLATFORM], "x86_64"));
	random = (unsigned char *)aux[AT_RANDOM];
	for (int i = 0; i < 16; i++)
		nonzero |= random[i];
	CHECK(nonzero);
	/* The program headers that it shows are this program's. */
	phdr = (const Elf64_Phdr *)aux[AT_PHDR];
	CHECK(phdr != NULL && aux[AT_PHNUM] > 0);
	for (unsigned i = 0; i < aux[AT_PHNUM]; i++)
		CHECK(phdr[i].p_type != PT_INTERP);
	EQUAL(phdr[0].p_type == PT_LOAD || phdr[0].p_type == PT_PHDR, 1);
}

int main(int argc, char **argv, char **envp)
{
	long *words = (long *)argv;

	EQUAL(words[-1], argc);
	EQUAL((long)(words - 1) % 16, 0);
	EQUAL(argv[argc], NULL);
	EQUAL(envp, argv + argc + 1);
	CHECK((unsigned long)argv < 0x7ffffffff000 && (unsigned long)argv > 0x7fffff7ff000);
	while (*envp)
		envp++;
	check_auxv((Elf64_auxv_t *)(envp + 1), argv);
	return pass();
}
