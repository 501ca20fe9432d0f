/* SPDX-License-Identifier: MIT */
/* What of a run is traced, and where to: --trace, and the options that go with it. */
#include "trace.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fdtable.h"
#include "msg.h"

#define CALLS_MAX 512 /* numbers of system calls that have a bit */

static const struct {
	uint16_t number;
	const char *name, *letters;
} calls[] = {
#define CALL(number, name, handler, parameters, letters) {number, #name, letters},
#define NONE(number, name, letters, reason)		 {number, #name, letters},
#define UNUSED(first, last)
#define REASON(reason, text)
#include "../kernel/syscall/syscalls.def"
};

/* The sets that strace(1) has names for, but %file. */
static const struct {
	const char *set, *names;
} sets[] = {
	{"%clock", " adjtimex clock_adjtime clock_getres clock_gettime clock_settime gettimeofday "
		   "settimeofday time "},
	{"%creds", " capget capset getegid geteuid getgid getgroups getresgid getresuid getuid "
		   "setfsgid setfsuid setgid setgroups setregid setresgid setresuid setreuid "
		   "setuid prctl "},
	{"%ipc", " msgctl msgget msgrcv msgsnd semctl semget semop semtimedop shmat shmctl shmdt "
		 "shmget "},
	{"%memory", " brk get_mempolicy madvise mbind migrate_pages mincore mlock mlock2 mlockall "
		    "mmap move_pages mprotect mremap msync munlock munlockall munmap "
		    "pkey_mprotect process_madvise remap_file_pages set_mempolicy "
		    "set_mempolicy_home_node shmat shmdt "},
	{"%network", " accept accept4 bind connect getpeername getsockname getsockopt listen "
		     "recvfrom recvmmsg recvmsg sendfile sendmmsg sendmsg sendto setsockopt "
		     "shutdown socket socketpair "},
	{"%process", " arch_prctl clone clone3 execve execveat exit exit_group fork kill "
		     "pidfd_open pidfd_send_signal process_mrelease rt_sigqueueinfo "
		     "rt_tgsigqueueinfo tgkill tkill unshare vfork wait4 waitid "},
	{"%signal", " kill pause pidfd_send_signal rt_sigaction rt_sigpending rt_sigprocmask "
		    "rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait "
		    "rt_tgsigqueueinfo sigaltstack signalfd signalfd4 tgkill tkill "},
};

/* Is the name in the list, between blanks? */
static bool has_name(const char *list, const char *name)
{
	const size_t length = strlen(name);

	for (const char *at = list; (at = strstr(at, name)); at++)
		if (at[-1] == ' ' && at[length] == ' ')
			return true;
	return false;
}

static bool is_in_set(size_t call, const char *set, const char *names)
{
	if (names)
		return has_name(names, calls[call].name);
	if (strcmp(set, "%file") == 0)
		return strchr(calls[call].letters, 's');
	return strcmp(set, "syscalls") == 0 || strcmp(set, calls[call].name) == 0;
}

/* Adds a call or a set of them, or takes it away. False: there is none of that name. */
static bool change(struct boot_trace *wanted, const char *set, bool add)
{
	const char *names = NULL;
	bool found = false;

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		if (strcmp(sets[i].set, set) == 0)
			names = sets[i].names;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		const unsigned number = calls[i].number;
		const uint64_t bit = UINT64_C(1) << number % 64;

		if (number >= CALLS_MAX || !is_in_set(i, set, names))
			continue;
		found = true;
		if (add)
			wanted->calls[number / 64] |= bit;
		else
			wanted->calls[number / 64] &= ~bit;
	}
	return found;
}

static void take_all(struct trace *trace)
{
	trace->syscalls = true;
	memset(trace->wanted.calls, 0xff, sizeof(trace->wanted.calls));
}

const char *trace_take(struct trace *trace, const char *words)
{
	static char word[64];
	const bool add = !words || *words != '!';

	if (!words) {
		trace->hypercalls = true;
		return NULL;
	}
	if (!add) {
		words++;
		take_all(trace);
	}
	do {
		const size_t length = strcspn(words, ",");

		if (length >= sizeof(word))
			return words;
		memcpy(word, words, length);
		word[length] = '\0';
		if (strcmp(word, "hypercalls") == 0 && add)
			trace->hypercalls = true;
		else if (strcmp(word, "syscalls") == 0 && add)
			take_all(trace); /* with those that have no name */
		else if (change(&trace->wanted, word, add))
			trace->syscalls = true;
		else
			return word;
		words += length;
	} while (*words++);
	return NULL;
}

void trace_flag(struct trace *trace, uint64_t flag)
{
	trace->wanted.flags |= flag;
}

/* Seconds that local time is ahead of UTC. */
static int64_t utc_offset(void)
{
	time_t now = time(NULL);
	struct tm local;

	return localtime_r(&now, &local) ? local.tm_gmtoff : 0;
}

int trace_open(struct trace *trace)
{
	char shown[4096];
	int fd;

	if (!trace->hypercalls && !trace->syscalls && (trace->file || trace->wanted.flags))
		take_all(trace);
	if (trace->wanted.flags & BOOT_TRACE_TIME)
		trace->wanted.utc_offset = utc_offset();
	if (trace->hypercalls)
		trace->wanted.flags |= BOOT_TRACE_WHOLE;
	trace->wanted.fd = STDERR_FILENO;
	if (!trace->file)
		return -1;
	fd = open(trace->file, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOCTTY,
		  0666);
	if (fd < 0)
		die("%s: %m", escape(shown, sizeof(shown), trace->file, strlen(trace->file)));
	trace->wanted.fd = FDTABLE_TRACE;
	return fd;
}
