/* SPDX-License-Identifier: MIT */
/* The stack that a program starts on: System V ABI, x86-64 supplement, 3.4.1. */
#ifndef STACK_H
#define STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STACK_RANDOM_BYTES 16
#define STACK_STRING_MAX   0x20000 /* bytes of a string, NUL included: MAX_ARG_STRLEN of Linux */

struct stack_contents {
	uint64_t argc, envc;
	const char *(*string)(uint64_t vector, uint64_t index); /* reads argv and envp */
	uint64_t argv, envp;					/* given to string() */
	/* Strings in place of argv's first ones: of a script, the interpreter and its argument. */
	const char **lead;
	unsigned lead_count;
	unsigned replaced;     /* strings of argv that don't come, at most argc */
	const char *execfn;    /* the name of the file that is executed, for AT_EXECFN */
	const uint8_t *random; /* STACK_RANDOM_BYTES, for AT_RANDOM */
	/* What the ELF file says. */
	uint64_t entry, phdr, phnum;
	uint64_t base;		/* where the interpreter is loaded, 0: there is none */
	uint64_t vdso;		/* the address of the vDSO's ELF header, 0: there is none */
	uint64_t hwcap, hwcap2; /* see cpu.h */
	uint64_t signal_frame;	/* bytes of the largest frame of a handler */
	/* Set by stack_measure(). */
	size_t size;		    /* bytes, from RSP to the end */
	size_t args_size, env_size; /* of argv's strings, of envp's */
	bool execfn_is_arg;	    /* the first argument, of which one copy is enough */
};

/* Where a program's stack has what /proc tells of. */
struct stack_parts {
	uint64_t start;	       /* RSP */
	uint64_t args;	       /* the strings of argv, up to `env` */
	uint64_t env, env_end; /* those of envp */
	uint64_t auxv, auxv_end;
};

/*
 * Measures the strings, for stack_build(). Returns 0; or -E2BIG where Linux says so: for a string
 * of more than STACK_STRING_MAX bytes, or if execfn, all strings and a pointer to each of argv and
 * envp take more than `limit` bytes.
 */
int stack_measure(struct stack_contents *contents, size_t limit);

/*
 * Writes the stack, which has been measured and whose strings are the same, to
 * image[size]: what the program will see below `top`, 16-byte aligned. Returns
 * the program's RSP; 0: there is no room.
 * flatten: a vector without strings costs no call.
 */
uint64_t stack_build(const struct stack_contents *contents, uint8_t *image, size_t size,
		     uint64_t top) __attribute__((flatten));

/* Tells the parts of a stack that was measured, and that begins at `rsp`. */
void stack_find(struct stack_parts *parts, const struct stack_contents *contents, uint64_t rsp);

#endif
