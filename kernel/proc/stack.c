/* SPDX-License-Identifier: MIT */
/*
 * The stack that a program starts on. From RSP upwards: argc, argv, NULL,
 * envp, NULL, the auxiliary vector, 16 random bytes, the strings.
 */
#include "stack.h"

#include <elf.h>
#include <linux/auxvec.h>

#include "../layout.h"
#include "../lib/string.h"

struct auxv {
	Elf64_auxv_t entries[21];
};

static const char platform[] = "x86_64";

static size_t string_bytes(const struct stack_contents *c)
{
	size_t bytes = sizeof(platform);

	for (uint64_t i = 0; i < c->argc; i++)
		bytes += strlen(c->string(c->argv, i)) + 1;
	for (uint64_t i = 0; i < c->envc; i++)
		bytes += strlen(c->string(c->envp, i)) + 1;
	return bytes;
}

static size_t vector_bytes(const struct stack_contents *c)
{
	return (1 + c->argc + 1 + c->envc + 1) * sizeof(uint64_t) + sizeof(struct auxv);
}

size_t stack_size(const struct stack_contents *c)
{
	return (vector_bytes(c) + STACK_RANDOM_BYTES + string_bytes(c) + 15) & -(size_t)16;
}

/* Where the next string goes. */
struct cursor {
	uint8_t *image; /* what the program sees at `bottom` */
	uint64_t bottom;
	uint64_t at; /* a program's address */
};

/* Stores a string of so many bytes; returns its address. */
static uint64_t put_string(struct cursor *cursor, const char *string, size_t bytes)
{
	uint64_t address = cursor->at;

	memcpy(cursor->image + (address - cursor->bottom), string, bytes);
	cursor->at += bytes;
	return address;
}

/* Stores a vector of strings and its NULL; returns where the next word goes. */
static uint64_t *put_vector(uint64_t *word, struct cursor *cursor, const struct stack_contents *c,
			    uint64_t vector, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		const char *string = c->string(vector, i);

		*word++ = put_string(cursor, string, strlen(string) + 1);
	}
	*word++ = 0;
	return word;
}

uint64_t stack_build(const struct stack_contents *c, uint8_t *image, size_t size, uint64_t top)
{
	size_t used = stack_size(c);
	uint64_t rsp = top - used;
	uint64_t random = rsp + vector_bytes(c);
	struct cursor cursor = {image, top - size, random + STACK_RANDOM_BYTES};
	uint64_t execfn = cursor.at; /* argv[0] */

	if (used > size)
		return 0;
	uint64_t *word = (uint64_t *)(image + (rsp - cursor.bottom));

	*word++ = c->argc;
	word = put_vector(word, &cursor, c, c->argv, c->argc);
	word = put_vector(word, &cursor, c, c->envp, c->envc);
	memcpy(image + (random - cursor.bottom), c->random, STACK_RANDOM_BYTES);
	*(struct auxv *)word = (struct auxv){{
		/* clang-format off */
		{AT_HWCAP, {c->hwcap}}, {AT_PAGESZ, {PAGE_SIZE}}, {AT_CLKTCK, {100}},
		{AT_PHDR, {c->phdr}}, {AT_PHENT, {sizeof(Elf64_Phdr)}}, {AT_PHNUM, {c->phnum}},
		{AT_BASE, {0}}, /* no interpreter */
		{AT_FLAGS, {0}}, {AT_ENTRY, {c->entry}},
		{AT_UID, {0}}, {AT_EUID, {0}}, {AT_GID, {0}}, {AT_EGID, {0}}, {AT_SECURE, {0}},
		{AT_RANDOM, {random}}, {AT_HWCAP2, {c->hwcap2}},
		{AT_SYSINFO_EHDR, {c->vdso}}, {AT_MINSIGSTKSZ, {c->signal_frame}}, {AT_EXECFN, {execfn}},
		{AT_PLATFORM, {put_string(&cursor, platform, sizeof(platform))}}, {AT_NULL, {0}},
		/* clang-format on */
	}};
	return rsp;
}
