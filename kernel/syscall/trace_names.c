/* SPDX-License-Identifier: MIT */
/* The names that --trace=syscalls shows, as strace(1) has them. */
#include "trace_names.h"

#include <asm/errno.h>
#include <asm/ioctls.h>
#include <asm/prctl.h>
#include <asm/signal.h>
#include <asm/termbits.h>
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/resource.h>
#include <linux/time.h>
#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof(array[0]))

static const char *const errors[] = {
#define ERROR(name, text) [name] = #name " (" text ")",
#define SIGNAL(name)
#include "../names.def"
#undef ERROR
#undef SIGNAL
};

const char *trace_error(uint64_t error)
{
	return error < COUNT(errors) ? errors[error] : NULL;
}

#define NAME(name)                                                                                 \
	{                                                                                          \
		name, #name                                                                        \
	}
#define END(text)                                                                                  \
	{                                                                                          \
		0, text                                                                            \
	} /* what is shown where nothing is set */

static const struct trace_name open_flags[] = {
	NAME(O_WRONLY),	   NAME(O_RDWR),    NAME(O_CREAT),    NAME(O_EXCL),	 NAME(O_NOCTTY),
	NAME(O_TRUNC),	   NAME(O_APPEND),  NAME(O_NONBLOCK), NAME(O_LARGEFILE), NAME(O_NOFOLLOW),
	NAME(O_DIRECTORY), NAME(O_CLOEXEC), NAME(O_PATH),     END("O_RDONLY"),
};
static const struct trace_name prot_flags[] = {
	NAME(PROT_READ),
	NAME(PROT_WRITE),
	NAME(PROT_EXEC),
	END("PROT_NONE"),
};
static const struct trace_name map_flags[] = {
	NAME(MAP_SHARED), NAME(MAP_PRIVATE),   NAME(MAP_FIXED),	   NAME(MAP_ANONYMOUS),
	NAME(MAP_STACK),  NAME(MAP_NORESERVE), NAME(MAP_POPULATE), END("0"),
};
/* unistd.h, which only C libraries have. */
static const struct trace_name access_modes[] = {
	{4, "R_OK"},
	{2, "W_OK"},
	{1, "X_OK"},
	END("F_OK"),
};
static const struct trace_name whences[] = {
	{0, "SEEK_SET"},  {1, "SEEK_CUR"},  {2, "SEEK_END"},
	{3, "SEEK_DATA"}, {4, "SEEK_HOLE"}, END(NULL),
};
static const struct trace_name fcntls[] = {
	NAME(F_DUPFD),	    NAME(F_GETFD),     NAME(F_SETFD),	      NAME(F_GETFL),
	NAME(F_SETFL),	    NAME(F_GETLK),     NAME(F_SETLK),	      NAME(F_SETLKW),
	NAME(F_SETOWN),	    NAME(F_GETOWN),    NAME(F_DUPFD_CLOEXEC), NAME(F_SETPIPE_SZ),
	NAME(F_GETPIPE_SZ), NAME(F_ADD_SEALS), NAME(F_GET_SEALS),     END(NULL),
};
static const struct trace_name arch_prctls[] = {
	NAME(ARCH_SET_GS),    NAME(ARCH_SET_FS),    NAME(ARCH_GET_FS),		 NAME(ARCH_GET_GS),
	NAME(ARCH_GET_CPUID), NAME(ARCH_SET_CPUID), {0x3001, "ARCH_CET_STATUS"}, END(NULL),
};
static const struct trace_name resources[] = {
	NAME(RLIMIT_CPU),      NAME(RLIMIT_FSIZE),  NAME(RLIMIT_DATA),
	NAME(RLIMIT_STACK),    NAME(RLIMIT_CORE),   NAME(RLIMIT_RSS),
	NAME(RLIMIT_NPROC),    NAME(RLIMIT_NOFILE), NAME(RLIMIT_MEMLOCK),
	NAME(RLIMIT_AS),       NAME(RLIMIT_LOCKS),  NAME(RLIMIT_SIGPENDING),
	NAME(RLIMIT_MSGQUEUE), NAME(RLIMIT_NICE),   NAME(RLIMIT_RTPRIO),
	NAME(RLIMIT_RTTIME),   END(NULL),
};
static const struct trace_name ioctls[] = {
	NAME(TCGETS),	 NAME(TCSETS),	   NAME(TCSETSW),    NAME(TCSETSF),   NAME(TIOCGPGRP),
	NAME(TIOCSPGRP), NAME(TIOCGWINSZ), NAME(TIOCSWINSZ), NAME(FIONREAD),  NAME(FIONBIO),
	NAME(FIOASYNC),	 NAME(FIOCLEX),	   NAME(FIONCLEX),   NAME(TCGETS2),   NAME(TCSETS2),
	NAME(TCSETSW2),	 NAME(TCSETSF2),   NAME(TIOCGSID),   NAME(TIOCSCTTY), NAME(TCSBRK),
	NAME(TCFLSH),	 END(NULL),
};
static const struct trace_name clocks[] = {
	NAME(CLOCK_REALTIME),
	NAME(CLOCK_MONOTONIC),
	NAME(CLOCK_PROCESS_CPUTIME_ID),
	NAME(CLOCK_THREAD_CPUTIME_ID),
	NAME(CLOCK_MONOTONIC_RAW),
	NAME(CLOCK_REALTIME_COARSE),
	NAME(CLOCK_MONOTONIC_COARSE),
	NAME(CLOCK_BOOTTIME),
	NAME(CLOCK_TAI),
	END(NULL),
};
static const struct trace_name advices[] = {
	NAME(MADV_NORMAL),     NAME(MADV_RANDOM),   NAME(MADV_SEQUENTIAL), NAME(MADV_WILLNEED),
	NAME(MADV_DONTNEED),   NAME(MADV_FREE),	    NAME(MADV_DONTFORK),   NAME(MADV_HUGEPAGE),
	NAME(MADV_NOHUGEPAGE), NAME(MADV_DONTDUMP), NAME(MADV_DODUMP),	   END(NULL),
};
static const char *const signals[] = {
	"0",
#define ERROR(name, text)
#define SIGNAL(name) [name] = #name,
#include "../names.def"
#undef ERROR
#undef SIGNAL
};

const char *trace_signal(uint32_t sig)
{
	return sig < COUNT(signals) ? signals[sig] : NULL;
}

const struct trace_names *trace_names(char letter)
{
	static const struct trace_names kinds[] = {
		{'O', true, open_flags},   {'R', true, prot_flags}, {'M', true, map_flags},
		{'a', true, access_modes}, {'W', false, whences},   {'F', false, fcntls},
		{'C', false, arch_prctls}, {'L', false, resources}, {'I', false, ioctls},
		{'T', false, clocks},	   {'D', false, advices},
	};

	for (size_t i = 0; i < COUNT(kinds); i++)
		if (kinds[i].letter == letter)
			return &kinds[i];
	return NULL;
}
