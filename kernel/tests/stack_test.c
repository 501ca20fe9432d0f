/* SPDX-License-Identifier: MIT */
/* The stack that a program starts with. */
#include <elf.h>
#include <errno.h>
#include <sys/mman.h>

#include "../layout.h"
#include "../proc/elf.h"
#include "../proc/script.h"
#include "../proc/stack.h"
#include "unit.h"

#define STACK_LIMIT 0x200000

static const char *argv[] = {"program", "", "two words"};
static const char *envp[] = {"A=1", "LONG=abcdefghijklmnopqrstuvwxyz"};

static const char *string(uint64_t vector, uint64_t index)
{
	return (vector ? envp : argv)[index];
}

TEST(stack_is_as_the_psabi_says)
{
	static uint8_t image[8192];
	static const uint8_t random[] = "0123456789abcdef";
	struct stack_contents contents = {.argc = 3,
					  .envc = 2,
					  .string = string,
					  .argv = 0,
					  .envp = 1,
					  .execfn = argv[0],
					  .random = random,
					  .entry = 0x401000,
					  .phdr = 0x400040,
					  .phnum = 5,
					  .hwcap = 0x1234};
	uint64_t top = 0x7ffffffff000;
	uint64_t bottom = top - sizeof(image);
	int error = stack_measure(&contents, STACK_LIMIT);
	uint64_t rsp = stack_build(&contents, image, sizeof(image), top);
	const uint64_t *words = (uint64_t *)(image + (rsp - bottom));
	uint64_t aux[64] = {0};

#define AT(address) ((const char *)image + ((address)-bottom))
	EQUAL(rsp % 16, 0);
	EQUAL(error, 0);
	EQUAL(rsp, top - contents.size);
	EQUAL(words[0], 3);
	for (int i = 0; i < 3; i++)
		CHECK(strcmp(AT(words[1 + i]), argv[i]) == 0);
	EQUAL(words[4], 0);
	for (int i = 0; i < 2; i++)
		CHECK(strcmp(AT(words[5 + i]), envp[i]) == 0);
	EQUAL(words[7], 0);
	for (const uint64_t *a = words + 8; a[0] != AT_NULL; a += 2)
		aux[a[0]] = a[1];
	EQUAL(aux[AT_PHDR], 0x400040);
	EQUAL(aux[AT_PHENT], 56);
	EQUAL(aux[AT_PHNUM], 5);
	EQUAL(aux[AT_ENTRY], 0x401000);
	EQUAL(aux[AT_PAGESZ], 4096);
	EQUAL(aux[AT_HWCAP], 0x1234);
	CHECK(memcmp(AT(aux[AT_RANDOM]), random, 16) == 0);
	CHECK(strcmp(AT(aux[AT_EXECFN]), "program") == 0);
	CHECK(strcmp(AT(aux[AT_PLATFORM]), "x86_64") == 0);
	/* Nothing below RSP was written, nothing above the end. */
	for (uint64_t at = bottom; at < rsp; at++)
		EQUAL(image[at - bottom], 0);
}

TEST(stack_of_any_size_fits_what_it_says)
{
	static char text[4096];
	static uint8_t image[16384];
	static const uint8_t random[16];

	for (int bytes = 0; bytes < 4000; bytes += 13) {
		struct stack_contents contents = {.argc = 1, .string = string, .random = random};
		size_t size;

		memset(text, 'x', bytes);
		text[bytes] = '\0';
		argv[0] = text;
		contents.execfn = text;
		EQUAL(stack_measure(&contents, STACK_LIMIT), 0);
		size = contents.size;
		EQUAL(size % 16, 0);
		/* An image of just that size: ASan watches its ends. */
		uint8_t *exact = aligned_alloc(16, size);
		EQUAL(stack_build(&contents, exact, size, 0x7ffffffff000), 0x7ffffffff000 - size);
		EQUAL(stack_build(&contents, exact, size - 16, 0x7ffffffff000), 0);
		free(exact);
		EQUAL(stack_build(&contents, image, sizeof(image), 0x7ffffffff000),
		      0x7ffffffff000 - size);
	}
}

/* The auxiliary vector of a stack, by type. */
static void read_auxv(const uint64_t *word, uint64_t aux[64])
{
	for (uint64_t n = *word++; n; n--)
		word++;
	for (word++; *word; word++)
		;
	for (word++; *word != AT_NULL; word += 2)
		aux[*word] = word[1];
}

TEST(stack_of_a_script)
{
	static uint8_t image[4096];
	static const uint8_t random[16];
	const char *lead[] = {"/bin/sh", "-e", "/a/script"};
	struct stack_contents contents = {.argc = 3,
					  .string = string,
					  .lead = lead,
					  .lead_count = 3,
					  .replaced = 1,
					  .execfn = lead[2],
					  .random = random,
					  .base = 0x7fff0000,
					  .vdso = 0x7ffe0000};
	uint64_t top = 0x7ffffffff000;
	uint64_t bottom = top - sizeof(image);
	uint64_t aux[64] = {0};
	const uint64_t *words;

	argv[0] = "not seen";
	EQUAL(stack_measure(&contents, STACK_LIMIT), 0);
	words = (uint64_t *)(image + (stack_build(&contents, image, sizeof(image), top) - bottom));
	EQUAL(words[0], 5);
	for (int i = 0; i < 3; i++)
		CHECK(strcmp(AT(words[1 + i]), lead[i]) == 0);
	for (int i = 1; i < 3; i++)
		CHECK(strcmp(AT(words[3 + i]), argv[i]) == 0);
	EQUAL(words[6], 0);
	read_auxv(words, aux);
	CHECK(strcmp(AT(aux[AT_EXECFN]), "/a/script") == 0);
	EQUAL(aux[AT_BASE], 0x7fff0000);
	EQUAL(aux[AT_SYSINFO_EHDR], 0x7ffe0000);
	/* Without a vDSO there is no entry. */
	contents.vdso = 0;
	EQUAL(stack_measure(&contents, STACK_LIMIT), 0);
	words = (uint64_t *)(image + (stack_build(&contents, image, sizeof(image), top) - bottom));
	memset(aux, 0xff, sizeof(aux));
	read_auxv(words, aux);
	EQUAL(aux[AT_SYSINFO_EHDR], UINT64_MAX);
}

TEST(stack_refuses_what_linux_refuses)
{
	static char text[STACK_STRING_MAX + 1];
	struct stack_contents contents = {.argc = 2, .envc = 1, .string = string, .envp = 1};
	/* argv[0] twice, argv[1], envp[0], and pointers to three. */
	size_t bytes = 2 * sizeof("program") + STACK_STRING_MAX + sizeof("A=1") + 3 * 8;

	memset(text, 'x', STACK_STRING_MAX);
	text[STACK_STRING_MAX - 1] = '\0';
	argv[0] = contents.execfn = "program";
	argv[1] = text;
	EQUAL(stack_measure(&contents, bytes), 0);
	EQUAL(stack_measure(&contents, bytes - 1), -E2BIG);
	text[STACK_STRING_MAX - 1] = 'x';
	EQUAL(stack_measure(&contents, STACK_LIMIT), -E2BIG);
	argv[1] = "";
}

int main(void)
{
	RUN(stack_is_as_the_psabi_says);
	RUN(stack_of_any_size_fits_what_it_says);
	RUN(stack_of_a_script);
	RUN(stack_refuses_what_linux_refuses);
	return unit_failures != 0;
}
