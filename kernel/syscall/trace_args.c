/* SPDX-License-Identifier: MIT */
/* The arguments of system calls, as strace(1) shows them. */
#include "trace_args.h"

#include <asm/ioctls.h>
#include <asm/prctl.h>
#include <asm/unistd_64.h>
#include <linux/fcntl.h>
#include <linux/futex.h>
#include <linux/mman.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <stddef.h>

#include "../fs/socket_abi.h"
#include "trace_line.h"
#include "trace_structs.h"

#define COUNT(array) (sizeof(array) / sizeof(array[0]))

/* NULL where a number isn't used. */
static const struct {
	const char *name, *letters;
} calls[] = {
#define CALL(number, name, handler, parameters, letters) [number] = {#name, letters},
#define NONE(number, name, letters, reason)		 [number] = {#name, letters},
#define UNUSED(first, last)
#define REASON(reason, text)
#include "syscalls.def"
};

/* Calls whose arguments depend on one of them. */
static const struct variant {
	uint16_t number;
	uint8_t argument;
	uint32_t value;
	const char *letters;
} variants[] = {
	{__NR_fcntl, 1, F_DUPFD, "dFd"},
	{__NR_fcntl, 1, F_DUPFD_CLOEXEC, "dFd"},
	{__NR_fcntl, 1, F_GETFD, "dF"},
	{__NR_fcntl, 1, F_SETFD, "dFc"},
	{__NR_fcntl, 1, F_GETFL, "dF"},
	{__NR_fcntl, 1, F_SETFL, "dFO"},
	{__NR_fcntl, 1, F_GETLK, "dF}l"},
	{__NR_fcntl, 1, F_SETLK, "dF{l"},
	{__NR_fcntl, 1, F_SETLKW, "dF{l"},
	{__NR_fcntl, 1, F_GETOWN, "dF"},
	{__NR_fcntl, 1, F_SETOWN, "dFd"},
	{__NR_fcntl, 1, F_GETPIPE_SZ, "dF"},
	{__NR_fcntl, 1, F_SETPIPE_SZ, "dFu"},
	{__NR_fcntl, 1, F_GET_SEALS, "dF"},
	{__NR_ioctl, 1, TCGETS, "dI}b"},
	{__NR_ioctl, 1, TCSETS, "dI{b"},
	{__NR_ioctl, 1, TCSETSW, "dI{b"},
	{__NR_ioctl, 1, TCSETSF, "dI{b"},
	{__NR_ioctl, 1, TIOCGWINSZ, "dI}W"},
	{__NR_ioctl, 1, TIOCSWINSZ, "dI{W"},
	{__NR_ioctl, 1, TIOCGPGRP, "dI}d"},
	{__NR_ioctl, 1, TIOCSPGRP, "dI{d"},
	{__NR_ioctl, 1, TIOCGSID, "dI}d"},
	{__NR_ioctl, 1, FIONREAD, "dI}d"},
	{__NR_ioctl, 1, FIONBIO, "dI{d"},
	{__NR_ioctl, 1, FIOASYNC, "dI{d"},
	{__NR_ioctl, 1, FIOCLEX, "dI"},
	{__NR_ioctl, 1, FIONCLEX, "dI"},
	{__NR_arch_prctl, 0, ARCH_GET_FS, "C}q"},
	{__NR_arch_prctl, 0, ARCH_GET_GS, "C}q"},
	{__NR_futex, 1, FUTEX_WAIT, "p1u{t"},
	{__NR_futex, 1, FUTEX_WAKE, "p1d"},
	{__NR_futex, 1, FUTEX_LOCK_PI, "p1{t"},
	{__NR_futex, 1, FUTEX_UNLOCK_PI, "p1"},
	{__NR_futex, 1, FUTEX_TRYLOCK_PI, "p1"},
	{__NR_prctl, 0, PR_SET_NAME, "2\""},
	{__NR_prctl, 0, PR_GET_NAME, "2}n"},
	{__NR_prctl, 0, PR_GET_DUMPABLE, "2"},
	{__NR_prctl, 0, PR_SET_DUMPABLE, "28"},
	{__NR_prctl, 0, PR_GET_PDEATHSIG, "2}z"},
	{__NR_prctl, 0, PR_SET_PDEATHSIG, "2S"},
	{__NR_prctl, 0, PR_GET_KEEPCAPS, "2"},
	{__NR_prctl, 0, PR_GET_TIMERSLACK, "2"},
	{__NR_prctl, 0, PR_SET_TIMERSLACK, "2n"},
	{__NR_prctl, 0, PR_SET_NO_NEW_PRIVS, "2nnnn"},
	{__NR_prctl, 0, PR_GET_NO_NEW_PRIVS, "2nnnn"},
	{__NR_prctl, 0, PR_SET_CHILD_SUBREAPER, "2n"},
	{__NR_prctl, 0, PR_GET_CHILD_SUBREAPER, "2}d"},
	{__NR_socket, 0, AF_INET, "@:9"},
	{__NR_socket, 0, AF_INET6, "@:9"},
};

const char *trace_call_name(uint32_t number)
{
	return number < COUNT(calls) ? calls[number].name : NULL;
}

const char *trace_letters(const struct trace_call *call)
{
	for (const struct variant *v = variants; v < variants + COUNT(variants); v++) {
		uint32_t value = call->args[v->argument];

		if (v->number == __NR_futex)
			value &= FUTEX_CMD_MASK;
		if (v->number == call->number && v->value == value)
			return v->letters;
	}
	return trace_call_name(call->number) ? calls[call->number].letters : "xxxxxx";
}

static void show_argument(const struct trace_call *call, const char *letter, unsigned i)
{
	uint64_t value = call->args[i];
	uint64_t next = i + 1 < COUNT(call->args) ? call->args[i + 1] : 0;

	if (*letter == '{' || *letter == '}')
		trace_struct(call, *letter == '}', letter[1], i);
	else if ((*letter == 'r' || *letter == '#') && trace_is_error(call->result))
		trace_address(value);
	else if (*letter == 'r' || *letter == '#')
		trace_bytes(value, call->result, *letter == '#');
	else if (*letter == 'w')
		trace_bytes(value, next, false);
	else
		trace_value(*letter, value);
}

/* Is the argument shown when the call has returned, and all after it? */
static bool is_output(char letter)
{
	return letter == '}' || letter == 'r' || letter == '#';
}

void trace_arguments(const struct trace_call *call)
{
	const char *letter = trace_letters(call);
	bool after = false; /* an argument that is an output, or after one */

	letter += *letter == 'P';
	for (unsigned i = 0; *letter && i < COUNT(call->args); i++) {
		bool is_first = !after && is_output(*letter);

		/* A mode says nothing where no file is made. */
		if (*letter == 'm' && !(call->args[i - 1] & O_CREAT))
			break;
		if (*letter == '7' && !(call->args[i - 1] & (MREMAP_FIXED | MREMAP_DONTUNMAP)))
			break;
		after |= is_first;
		/* The comma before the first output is shown with what comes before it. */
		if (i && (call->done ? after && !is_first : !after || is_first))
			trace_put(", ");
		if (after && !call->done)
			break;
		if (after == call->done)
			show_argument(call, letter, i);
		letter += *letter == '{' || *letter == '}' ? 2 : 1;
	}
}
