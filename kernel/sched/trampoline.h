/* SPDX-License-Identifier: MIT */
/* The page of ring-3 code that saves and restores a program's FPU state. See trampoline.S. */
#ifndef TRAMPOLINE_H
#define TRAMPOLINE_H

#include <stdbool.h>

#include "../types.h"
#include "../x86/trap_frame.h"
#include "thread.h"

struct space;

/*
 * Maps the page, once in a space. Returns 0 or -ENOMEM. Before that no function
 * that changes a trap frame may be called.
 */
int trampoline_map(void);

/* Maps memory of the program where a thread's FPU state can wait. Returns its address, or 0. */
uaddr_t trampoline_alloc_area(void);

/* Unmaps it, in this space. */
void trampoline_free_area(struct space *space, uaddr_t area);

/* Makes the state that the area will restore that of a program that begins. Returns 0 or -ENOMEM.
 */
int trampoline_init_area(uaddr_t area);

/* Lets the frame, which is set to enter a handler, save the FPU state to `area` first. */
void trampoline_enter_handler(struct trap_frame *frame, uint64_t area, uint32_t features);

/* Lets the frame restore the state and come back as rt_sigreturn. */
void trampoline_restore_fpu(struct trap_frame *frame, uint64_t area, uint32_t features);

/* Saves and restores states, where not 0, then return_arrive() does for the current thread `after`.
 */
void trampoline_switch_fpu(uint64_t save, uint64_t restore, enum after_switch after)
	__attribute__((noreturn));

/*
 * Does this system call come from the end of what the functions above began?
 * A program can look like the first, but not like the second.
 */
bool trampoline_has_restored(const struct trap_frame *frame);
bool trampoline_has_switched(const struct trap_frame *frame);

/*
 * The program makes the call of the frame while trampoline_switch_fpu() is on its way: it has
 * spoilt its trampoline.
 */
bool trampoline_is_spoilt(const struct trap_frame *frame);

/* Is trampoline_switch_fpu() on its way: are the registers of ring 3 not the thread's? */
bool trampoline_is_switching(void);

/*
 * For trap.S: handlers are called straight for numbers below it. Other calls go to
 * syscall_dispatch(), and so do all while trampoline_switch_fpu() is on its way: it is 0 then.
 */
extern uint64_t syscall_limit;

/* Sets what it is at other times. */
void trampoline_set_syscall_limit(uint64_t limit);

/*
 * The timer's interrupt has come meanwhile. False: so often that the program must have made its
 * trampoline one that doesn't end.
 */
bool trampoline_goes_on(void);

/* Has the trampoline, not the program, made the system call of the frame? */
bool trampoline_makes_call(const struct trap_frame *frame);

#endif
