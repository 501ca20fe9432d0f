/* SPDX-License-Identifier: MIT */
/* The stack that a program starts on: System V ABI, x86-64 supplement, 3.4.1. */
#ifndef STACK_H
#define STACK_H

#include <stddef.h>
#include <stdint.h>

#define STACK_RANDOM_BYTES 16

struct stack_contents {
	uint64_t argc, envc;
	const char *(*string)(uint64_t vector, uint64_t index); /* reads argv and envp */
	uint64_t argv, envp;					/* given to string() */
	const uint8_t *random; /* STACK_RANDOM_BYTES, for AT_RANDOM */
	/* What the ELF file says. */
	uint64_t entry, phdr, phnum;
	uint64_t hwcap, hwcap2; /* see cpu.h */
	uint64_t signal_frame;	/* bytes of the largest frame of a handler */
	uint64_t vdso;		/* the address of its ELF header, or 0 */
};

/* Bytes that the stack takes, from its RSP to its end. */
size_t stack_size(const struct stack_contents *contents);

/*
 * Writes the stack to image[size], which is what the program will see below
 * `top`, 16-byte aligned. Returns the program's RSP; 0: there is no room.
 * flatten: a vector without strings costs no call.
 */
uint64_t stack_build(const struct stack_contents *contents, uint8_t *image, size_t size,
		     uint64_t top) __attribute__((flatten));

#endif
