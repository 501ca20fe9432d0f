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

#include "trace_value.h"

/* The name of a call, or NULL; and the letters for its arguments. */
const char *trace_call_name(uint32_t number);
const char *trace_letters(const struct trace_call *call);

/*
 * Shows what is known of the arguments before the call is made; when it is done, what is
 * known then.
 */
void trace_arguments(const struct trace_call *call);

#endif
