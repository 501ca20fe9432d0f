/* SPDX-License-Identifier: MIT */
/*
 * How an argument is shown, a letter of syscalls.def for each:
 *
 *   d l  number of 32 or 64 bits, with a sign    u n  the same, without
 *   x o  hexadecimal, octal                      p    address
 *   s    path                                    "    other string
 *   w    buffer of as many bytes as the next argument
 *   r    buffer of as many bytes as the result   #    the same, in hexadecimal
 *   S    signal                                  A    directory's fd
 *   m    mode of a file that the argument before, of open, may make
 *   7    address for mremap(2), if its flags, the argument before, say that it counts
 *   1    operation on a futex                    $    limit of a resource
 *   (    signal's handler                        %    64 bits of signals, as a set
 *
 * and those of trace_names.c for flags and names. A P before all: the result is an address. {
 * stands before a letter of trace_structs.c: what lies at the address; } likewise, when the
 * call has returned.
 */
#ifndef TRACE_ARGS_H
#define TRACE_ARGS_H

#include <asm/siginfo.h>
#include <stdbool.h>

#include "../types.h"

#define TRACE_STRING_MAX 32 /* bytes of a string or a buffer, as strace has it */

struct trace_call {
	uint32_t number;
	uint64_t args[6];
	bool done;
	int64_t result; /* if it is done */
};

/* Is the result none, but an errno? */
bool trace_is_error(int64_t result);

/* The name of a call, or NULL; and the letters for its arguments. */
const char *trace_call_name(uint32_t number);
const char *trace_letters(const struct trace_call *call);

/*
 * Shows what is known of the arguments before the call is made; when it is done, what is
 * known then.
 */
void trace_arguments(const struct trace_call *call);

/* Shows a value for a letter. */
void trace_value(char letter, uint64_t value);

/* Shows what lies at an address: so many bytes, or up to a NUL. */
void trace_bytes(uaddr_t user, uint64_t bytes, bool hex);
void trace_string(uaddr_t user, uint64_t most);

/* Shows an address, NULL if it is 0. */
void trace_address(uaddr_t address);

/* Shows what lies at an argument, by a letter of trace_structs.c. A call that fails has no output.
 */
void trace_struct(const struct trace_call *call, bool output, char letter, unsigned argument);

/* Shows what is behind the result of some calls, which is no error. */
void trace_result_note(const struct trace_call *call);

/* trace_signal.c: a siginfo_t; the arguments of clone(2), clone3(2) and rt_sigreturn(2). */
void trace_siginfo(const siginfo_t *info);
void trace_siginfo_at(uaddr_t user);
void trace_clone(const struct trace_call *call);
void trace_clone3(const struct trace_call *call);
void trace_sigreturn(uaddr_t rsp);

#endif
