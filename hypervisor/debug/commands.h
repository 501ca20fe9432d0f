/* SPDX-License-Identifier: MIT */
/* Packets of gdb and their answers. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include <signal.h>

#include "stub.h"

/* Signals by Linux's numbers, by which gdb is told why the guest stands still. */
#define SIGNAL_TRAP	 SIGTRAP
#define SIGNAL_INTERRUPT SIGINT
#define SIGNAL_FAILED	 SIGABRT /* the kernel, or the vCPU */
#define SIGNAL_KILL	 SIGKILL

enum action { ACTION_NONE, ACTION_GO, ACTION_STEP, ACTION_DETACH, ACTION_KILL };

/* Does what a packet asks for; its answer is in stub->reply. `data` has a NUL behind it. */
enum action command_run(struct stub *stub, const char *data, size_t length);

/* Answers a packet that begins with q; `text` is what follows, up to `end`. */
void query_run(struct stub *stub, const char *text, const char *end);

/* Does the packet go on so? Then *text is set behind it. */
bool begins(const char **text, const char *start);

/* Takes "ADDRESS,LENGTH", in hex. */
bool take_range(const char **text, uint64_t *address, uint64_t *length);

/* Makes stub->of_program of what the program was left with. false: that can't be known. */
bool program_registers(struct stub *stub);

/* The registers that gdb is shown. */
const struct state *shown_state(const struct stub *stub);

/* A part of the answer; what has no room is cut. */
void reply(struct stub *stub, const char *format, ...) __attribute__((format(printf, 2, 3)));
void reply_hex(struct stub *stub, const void *bytes, size_t length);
void reply_bytes(struct stub *stub, const void *bytes, size_t length);

/* An error is the answer; gdb shows no more of it than its number. */
void reply_error(struct stub *stub, int error);

/* Sends text for the user of gdb at once. What there was of an answer is dropped. */
void reply_output(struct stub *stub, const char *text, size_t length);

/* The answer that tells why the guest stands still. */
void reply_stop(struct stub *stub);

/* The number that gdb has for a signal of Linux's. */
unsigned gdb_signal(unsigned sig);

#endif
