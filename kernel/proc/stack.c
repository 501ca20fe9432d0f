/* SPDX-License-Identifier: MIT */
/*
 * The stack that a program starts on. From RSP upwards: argc, argv, NULL,
 * envp, NULL, the auxiliary vector, 16 random bytes, the strings.
 */
#include "stack.h"

#include <asm/errno.h>
#include <elf.h>
#include <linux/auxvec.h>

#include "../layout.h"
#include "../lib/string.h"

#define AUXV_MAX 21 /* entries, AT_NULL among them */

static const char platform[] = "x86_64";

static uint64_t argument_count(const struct stack_contents *c)
{
	return c->lead_count + c->argc - c->replaced;
}

static size_t vector_bytes(const struct stack_contents *c)
{
	return (1 + argument_count(c) + 1 + c->envc + 1) * sizeof(uint64_t) +
	       AUXV_MAX * sizeof(Elf64_auxv_t);
}

/* What strings take, and whether one of them is too long. */
struct sum {
	size_t bytes;
	bool too_long;
};

static void add_string(struct sum *sum, const char *string)
{
	size_t bytes = strlen(string) + 1;

	sum->bytes += bytes;
	if (bytes > STACK_STRING_MAX)
		sum->too_long = true;
}

int stack_measure(struct stack_contents *c, size_t limit)
{
	size_t execfn = strlen(c->execfn) + 1;
	struct sum sum = {0, false};

	for (unsigned i = 0; i < c->lead_count; i++)
		add_string(&sum, c->lead[i]);
	for (uint64_t i = c->replaced; i < c->argc; i++)
		add_string(&sum, c->string(c->argv, i));
	c->args_size = sum.bytes;
	for (uint64_t i = 0; i < c->envc; i++)
		add_string(&sum, c->string(c->envp, i));
	c->env_size = sum.bytes - c->args_size;
	/* Counted as by Linux's bprm_stack_limits(), before a script's interpreter is added. */
	if (sum.too_long || sum.bytes + execfn + (c->argc + c->envc) * sizeof(uint64_t) > limit)
		return -E2BIG;
	c->execfn_is_arg = !c->lead_count && c->argc && c->string(c->argv, 0) == c->execfn;
	if (!c->execfn_is_arg)
		sum.bytes += execfn;
	c->size = vector_bytes(c) + STACK_RANDOM_BYTES + sizeof(platform) + sum.bytes;
	c->size = (c->size + 15) & -(size_t)16;
	return 0;
}

/* Where the next string goes. */
struct cursor {
	uint8_t *image; /* what the program sees at `bottom` */
	uint64_t bottom;
	uint64_t at; /* a program's address */
};

/* Stores a string of so many bytes; returns its address. */
static uint64_t put_bytes(struct cursor *cursor, const char *string, size_t bytes)
{
	uint64_t address = cursor->at;

	memcpy(cursor->image + (address - cursor->bottom), string, bytes);
	cursor->at += bytes;
	return address;
}

static uint64_t put_string(struct cursor *cursor, const char *string)
{
	return put_bytes(cursor, string, strlen(string) + 1);
}

/* Stores strings of a vector and a NULL; returns where the next word goes. */
static uint64_t *put_vector(uint64_t *word, struct cursor *cursor, const struct stack_contents *c,
			    uint64_t vector, uint64_t from, uint64_t count)
{
	for (uint64_t i = from; i < count; i++)
		*word++ = put_string(cursor, c->string(vector, i));
	*word++ = 0;
	return word;
}

static uint64_t *put_aux(uint64_t *word, uint64_t type, uint64_t value)
{
	*word++ = type;
	*word++ = value;
	return word;
}

/* The auxiliary vector: getauxval(3). `random`, `execfn` and `name` are addresses. */
static void put_auxv(uint64_t *word, const struct stack_contents *c, uint64_t random,
		     uint64_t execfn, uint64_t name)
{
	if (c->vdso)
		word = put_aux(word, AT_SYSINFO_EHDR, c->vdso);
	word = put_aux(word, AT_MINSIGSTKSZ, c->signal_frame);
	word = put_aux(word, AT_HWCAP, c->hwcap);
	word = put_aux(word, AT_PAGESZ, PAGE_SIZE);
	word = put_aux(word, AT_CLKTCK, 100);
	word = put_aux(word, AT_PHDR, c->phdr);
	word = put_aux(word, AT_PHENT, sizeof(Elf64_Phdr));
	word = put_aux(word, AT_PHNUM, c->phnum);
	word = put_aux(word, AT_BASE, c->base);
	word = put_aux(word, AT_FLAGS, 0);
	word = put_aux(word, AT_ENTRY, c->entry);
	word = put_aux(word, AT_UID, 0);
	word = put_aux(word, AT_EUID, 0);
	word = put_aux(word, AT_GID, 0);
	word = put_aux(word, AT_EGID, 0);
	word = put_aux(word, AT_SECURE, 0);
	word = put_aux(word, AT_RANDOM, random);
	word = put_aux(word, AT_HWCAP2, c->hwcap2);
	word = put_aux(word, AT_EXECFN, execfn);
	word = put_aux(word, AT_PLATFORM, name);
	put_aux(word, AT_NULL, 0);
}

uint64_t stack_build(const struct stack_contents *c, uint8_t *image, size_t size, uint64_t top)
{
	uint64_t rsp = top - c->size;
	uint64_t random = rsp + vector_bytes(c);
	struct cursor cursor = {image, top - size, random + STACK_RANDOM_BYTES};
	uint64_t execfn = cursor.at; /* of the first argument */
	uint64_t name;

	if (c->size > size)
		return 0;
	uint64_t *word = (uint64_t *)(image + (rsp - cursor.bottom));

	*word++ = argument_count(c);
	for (unsigned i = 0; i < c->lead_count; i++)
		*word++ = put_string(&cursor, c->lead[i]);
	word = put_vector(word, &cursor, c, c->argv, c->replaced, c->argc);
	word = put_vector(word, &cursor, c, c->envp, 0, c->envc);
	memcpy(image + (random - cursor.bottom), c->random, STACK_RANDOM_BYTES);
	if (!c->execfn_is_arg)
		execfn = put_string(&cursor, c->execfn);
	name = put_bytes(&cursor, platform, sizeof(platform));
	put_auxv(word, c, random, execfn, name);
	return rsp;
}

void stack_find(struct stack_parts *parts, const struct stack_contents *c, uint64_t rsp)
{
	parts->start = rsp;
	parts->auxv_end = rsp + vector_bytes(c);
	parts->auxv = parts->auxv_end - AUXV_MAX * sizeof(Elf64_auxv_t);
	parts->args = parts->auxv_end + STACK_RANDOM_BYTES;
	parts->env = parts->args + c->args_size;
	parts->env_end = parts->env + c->env_size;
}
