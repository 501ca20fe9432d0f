/* SPDX-License-Identifier: MIT */
/* What a trace shows of signals, and of calls with an argument that is a struct of many fields. */
#ifndef TRACE_SIGNAL_H
#define TRACE_SIGNAL_H

#include <asm/siginfo.h>

#include "trace_value.h"

/* A siginfo_t. */
void trace_siginfo(const siginfo_t *info);
void trace_siginfo_at(uaddr_t user);

/* The arguments of clone(2), clone3(2) and rt_sigreturn(2). */
void trace_clone(const struct trace_call *call);
void trace_clone3(const struct trace_call *call);
void trace_sigreturn(uaddr_t rsp);

#endif
