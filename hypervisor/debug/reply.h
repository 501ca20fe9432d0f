/* SPDX-License-Identifier: MIT */
/* What is sent to gdb: answers, and why the guest stands still. */
#ifndef REPLY_H
#define REPLY_H

#include <signal.h>

#include "stub.h"

/* Signals by Linux's numbers, by which gdb is told why the guest stands still. */
#define SIGNAL_TRAP	 SIGTRAP
#define SIGNAL_INTERRUPT SIGINT
#define SIGNAL_FAILED	 SIGABRT /* the kernel, or the vCPU */
#define SIGNAL_KILL	 SIGKILL

/* A part of the answer; what has no room is cut. */
void reply(struct stub *stub, const char *format, ...) __attribute__((format(printf, 2, 3)));
void reply_hex(struct stub *stub, const void *bytes, size_t length);
void reply_bytes(struct stub *stub, const void *bytes, size_t length);

/* An error is the answer; gdb shows no more of it than its number. */
void reply_error(struct stub *stub, int error);

/* The answer that tells why the guest stands still. */
void reply_stop(struct stub *stub);

/* The answer that tells how the guest ended. */
void reply_end(struct stub *stub);

/* Sends the answer. It can be sent again. */
void reply_send(struct stub *stub);

/* Sends text for the user of gdb at once. What there was of an answer is dropped. */
void reply_output(struct stub *stub, const char *text, size_t length);

#endif
