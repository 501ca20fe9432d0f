/* SPDX-License-Identifier: MIT */
/* What the parts of the fuzzer share. The sections are its files. */
#ifndef FUZZ_H
#define FUZZ_H

#include <linux/signal.h>

#include <asm/sigcontext.h>
#include <asm/ucontext.h>

#include "../check.h"

#define PAGE	 4096L
#define RW	 (PROT_READ | PROT_WRITE)
#define ANON	 (MAP_PRIVATE | MAP_ANONYMOUS)
#define FIXED	 (ANON | MAP_FIXED)
#define USER_END 0x7ffffffff000UL
#define KERNEL	 0xffff800000000000UL

/* Fixed places. What calls do to memory they do to the sandbox or the waste. */
#define ARENA	      0x1000000000UL /* two pages of known content, then: */
#define READ_ONLY     (ARENA + 2 * PAGE)
#define NO_RIGHTS     (ARENA + 3 * PAGE)
#define ARENA_2	      (ARENA + 5 * PAGE) /* one page, holes around it */
#define EXECUTABLE    (ARENA + 7 * PAGE)
#define SANDBOX	      (ARENA + 0x100000)
#define SANDBOX_PAGES 64
#define WASTE	      0x2000000000UL /* nothing is here but what a call has just mapped */
#define WASTE_BYTES   0x1000000000UL
#define HOG	      0x4000000000UL
#define HOG_BYTES     (1L << 30)

#define REPORT_FD 250 /* the first stdout; 0 to 2 are anything's */

/* Order of registers_in and registers_out, for call.S, too. */
enum { AX, BX, CX, DX, SI, DI, BP, R8, R9, R10, R11, R12, R13, R14, R15, SP, FLAGS, REGISTERS };

extern char __executable_start[], _end[]; /* from the linker */

/* --- call.S --- */

extern uint64_t registers_in[REGISTERS], registers_out[REGISTERS];
extern uint64_t vectors_in[32], vectors_out[32];
extern int child_signals;
extern int own_pid;
extern char fuzz_syscall[], fuzz_after[], fuzz_landing[];
void fuzz_call(void);
void fuzz_raise(void);
long fuzz_clone(uint64_t flags, void *stack, uint64_t parent_tid, uint64_t child_tid, uint64_t tls);
long fuzz_vfork(uint64_t flags, const char *path, const char *const *argv, const char *const *envp);
void fuzz_restorer(void);

/* --- main.c --- */

extern const int argument_registers[6];
#define ARGUMENT(n) registers_in[argument_registers[n]]

/* Of a thread or process that a call makes. */
extern char child_stack[2 * PAGE];

/* Numbers of calls; how many of them are made between two that put files and limits right. */
#define EPOCH 256

#define WNOHANG	 1	    /* wait(2), as the next */
#define WAIT_ALL 0x40000000 /* __WALL */

/* Files, directory, limits, signals and the sandbox as at the start. */
void begin_epoch(void);

/* Removes what outlives all fds: queues, semaphores and segments, the last one first. */
void forget_objects(void);

/* What they were used for goes. */
void end_epochs(void);

/* Makes the call of that `number`, or something of several calls. */
void run_number(void);

/* The machine: page frames that are free, processes and threads. */
long free_frames(void);
long count_threads(void);

/* --- family.c --- */

/* The process that began it all, when there are several; 0: there is but one. */
extern int leader;

/* As main.c, by `count` processes at once, and those that they make. Returns the exit status. */
int run_family(uint64_t calls, int count);

/* A process that is new, by fork or by execve: makes so many calls, and ends. */
_Noreturn void run_kin(uint64_t calls);

/* What only one of several processes does. */
void run_family_episode(void);

/* Like tame(), for what others would suffer from. */
void tame_for_family(void);

/* --- random.c --- */

extern uint64_t seed;	      /* of the run */
extern uint64_t number;	      /* of the call */
extern uint64_t random_state; /* of random_bits() */

uint64_t random_bits(void);
uint64_t below(uint64_t limit);
int one_in(unsigned n);
#define ANY_OF(list) list[below(sizeof(list) / sizeof(list[0]))]

/* A number that arguments, and contexts that a signal returns to, are often made of. */
uint64_t any_corner(void);
int is_corner(uint64_t value);

/* --- report.c --- */

extern const char *current_name; /* of the call */
extern int report;		 /* the fd for it */

void print_call(void);
void fail(const char *what, uint64_t value, uint64_t wanted) __attribute__((noreturn));

/* What the program must be able to rely on. Returns the result, which is no error. */
long need(const char *what, long result);

/* An address in the kernel's half that the program doesn't know from itself. */
int is_kernel_address(uint64_t value);

/* --- arena.c --- */

/* Where the structs of some calls lie that would end the program if they were wild. */
#define SLOT	   (ARENA + 0x400)
#define QUEUE_NAME 0x7a7a7566 /* "fuzz" */

void set_up_arena(void);

/* The arena's copy of the word there, or NULL: it is elsewhere. */
uint64_t *shadow_of(uint64_t address);

/* Writes to the arena, as far as it goes. */
void put(uint64_t to, const void *from, size_t bytes);
void put_words(uint64_t to, uint64_t first, uint64_t second);

/* Fails if the call that has been made wrote what it may not, or showed what it may not. */
void check_arena(void);

/* --- arguments.c --- */

uint64_t in_sandbox(void);

/* One for that letter of --trace=syscalls. */
uint64_t argument(char letter);

/* --- signals.c --- */

#define STACK_BYTES (8 * PAGE)

/* What a signal's handler is to do. */
enum episode { QUIET, CORRUPT, LANDING };

#define NEVER_CHANGED                                                                              \
	(1UL << (SIGSEGV - 1) | 1UL << (SIGBUS - 1) | 1UL << (SIGTRAP - 1) | 1UL << (SIGFPE - 1) | \
	 1UL << (SIGILL - 1) | 1UL << (SIGUSR1 - 1))
struct action {
	void (*handler)(int, siginfo_t *, struct ucontext *);
	unsigned long flags;
	void (*restorer)(void);
	unsigned long mask;
};

extern char alternate_stack[STACK_BYTES];
extern const stack_t own_stack;
extern uint64_t handler_count; /* handlers that have run */
extern enum episode episode;

void check_system_flags(uint64_t flags);
void on_signal(int sig, siginfo_t *info, struct ucontext *context);
struct action action_of(void (*handler)(int, siginfo_t *, struct ucontext *));
struct action any_action(unsigned sig);
void set_mask(uint64_t mask);

/* What is blocked is delivered, on the stack for it. */
void calm_signals(void);

/* What can't be a plain call: returns to any context, waits for a signal, a thread. */
void run_episode(void);

/* --- tame.c --- */

/* Changes what would end the program, make it wait for ever, or harm what it needs. */
void tame(void);

/* --- sockets.c --- */

/* The same for calls on sockets and on files that tell of events. */
void tame_sockets(unsigned nr);

/* Opens some of each. */
void make_event_files(void);

/* --- files.c --- */

/* Has a call that opens a file not wait for another end of it. */
void tame_files(unsigned nr);

/* Removes all that is in /tmp. */
void empty_tmp(void);

/* --- after.c --- */

extern int starved;	   /* there is no free memory */
extern uint64_t first_brk; /* where the heap ends at the start */

/* Each fails if the call that has been made left something else than it may. */
void check_registers(void);
void check_result(uint64_t nr, uint64_t result);
void after_mapping(uint64_t nr, uint64_t result);

#endif
