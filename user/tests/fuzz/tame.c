/* SPDX-License-Identifier: MIT */
/* Keeping the program alive. */
#include <linux/ipc.h>
#include <linux/mman.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/time.h>

#include <asm/ioctls.h>

#include "fuzz.h"

#define SIGNAL_LAST 64

/* Could the kernel read a struct there? */
static int is_ours(uint64_t address)
{
	return address - (ARENA - PAGE) < 0x200000 ||
	       address - (uint64_t)__executable_start < (uint64_t)(_end - __executable_start);
}

/* A struct of which the program must know what it says: moves it to its slot. */
static void use_slot(int argument, uint64_t first, uint64_t second)
{
	ARGUMENT(argument) = SLOT + 64 * argument;
	put_words(SLOT + 64 * argument, first, second);
}

/* A timeout that isn't for ever: a short one, or none that Linux takes. */
static void tame_timeout(int argument, uint64_t unit, int may_be_null)
{
	if (!is_ours(ARGUMENT(argument)) && (ARGUMENT(argument) || may_be_null))
		return;
	if (one_in(4))
		use_slot(argument, any_corner() | 1UL << 63, random_bits());
	else if (one_in(4))
		use_slot(argument, 0, unit == 1 ? 1000000000 : 1000);
	else
		use_slot(argument, 0, below(20000) / unit);
}

/* A range that a call changes: leaves it if the kernel must refuse it, or nothing is hurt. */
static void tame_range(int argument, uint64_t bytes)
{
	uint64_t start = ARGUMENT(argument);
	uint64_t end = start + bytes;

	if (start % PAGE || bytes > USER_END || end > USER_END || end < start)
		return;
	if (start >= SANDBOX && end <= SANDBOX + SANDBOX_PAGES * PAGE)
		return;
	if (start >= WASTE && end <= WASTE + WASTE_BYTES)
		return;
	ARGUMENT(argument) = SANDBOX + below(SANDBOX_PAGES) * PAGE;
}

/* A length that fits behind the start of a range in the sandbox. */
static void tame_length(int start, int bytes)
{
	uint64_t at = ARGUMENT(start);
	uint64_t end = SANDBOX + SANDBOX_PAGES * PAGE;

	if (at >= SANDBOX && at < end && ARGUMENT(bytes) <= USER_END && ARGUMENT(bytes) > end - at)
		ARGUMENT(bytes) = end - at;
}

static void tame_signal(int argument)
{
	uint32_t sig = ARGUMENT(argument);

	if (sig == SIGKILL || sig == SIGSTOP)
		ARGUMENT(argument) = SIGUSR2;
}

/* A limit that the fuzzer can live with, given by these two arguments. */
static void tame_limit(int resource, int limit)
{
	if (!is_ours(ARGUMENT(limit)))
		return;
	switch ((uint32_t)ARGUMENT(resource)) {
	case RLIMIT_NOFILE:
		use_slot(limit, below(300), 256);
		break;
	case RLIMIT_CPU:
		use_slot(limit, 1000 + below(1000), -1);
		break;
	case RLIMIT_FSIZE: /* what is said of the run may go to a file */
		use_slot(limit, (1 << 28) + below(1 << 28), -1);
		break;
	case RLIMIT_STACK: /* the fuzzer's own stack grows, too */
		use_slot(limit, (1 << 20) + below(1 << 26), -1);
		break;
	}
}

void tame(void)
{
	unsigned nr = registers_in[AX]; /* the kernel looks at 32 bits */

	for (int i = 0; i < 6; i++)
		if ((uint32_t)ARGUMENT(i) == REPORT_FD)
			ARGUMENT(i)--;
	tame_sockets(nr);
	tame_files(nr);
	nr = registers_in[AX];
	switch (nr) {
	case __NR_exit:
	case __NR_exit_group:
	case __NR_rt_sigreturn:
	case __NR_pause:
		registers_in[AX] = __NR_getpid; /* they don't come back, or for a signal */
		break;
	case __NR_rt_sigsuspend:
		ARGUMENT(1) &= ~8UL;
		break;
	case __NR_fork:
	case __NR_vfork:
	case __NR_clone3:
		registers_in[AX] = __NR_clone;
		ARGUMENT(0) = 0;
		/* fall through */
	case __NR_clone:
		/* A process of its own, which tells nobody of its end; see after_clone(). */
		ARGUMENT(0) &= ~(uint64_t)(CLONE_VM | CLONE_FILES);
		if ((ARGUMENT(0) & CSIGNAL) <= SIGNAL_LAST)
			ARGUMENT(0) &= ~(uint64_t)CSIGNAL;
		if (starved)
			ARGUMENT(0) |= CLONE_THREAD;
		break;
	case __NR_execve:
	case __NR_execveat:
		/* Its last pointer can't be followed, so it comes back. */
		ARGUMENT(nr == __NR_execve ? 2 : 3) = any_corner() | 1UL << 63;
		break;
	case __NR_wait4:
		ARGUMENT(2) |= 1; /* WNOHANG */
		break;
	case __NR_waitid:
		ARGUMENT(3) |= 1;
		break;
	case __NR_mq_open: /* by a name that forget_objects() knows */
		use_slot(0, QUEUE_NAME, 0);
		break;
	case __NR_mq_timedsend:
	case __NR_mq_timedreceive:
		tame_timeout(4, 1, 0);
		break;
	case __NR_semop:
		registers_in[AX] = __NR_semtimedop;
		/* fall through */
	case __NR_semtimedop:
		tame_timeout(3, 1, 0);
		break;
	case __NR_msgsnd:
		ARGUMENT(3) |= IPC_NOWAIT;
		break;
	case __NR_msgrcv:
		ARGUMENT(4) |= IPC_NOWAIT;
		break;
	case __NR_shmat: /* behind the sandbox there is room for what is larger */
		ARGUMENT(1) = one_in(2) ? 0 : in_sandbox();
		break;
	case __NR_close_range:
		if ((uint32_t)ARGUMENT(0) <= REPORT_FD && (uint32_t)ARGUMENT(1) >= REPORT_FD)
			ARGUMENT(1) = REPORT_FD - 1;
		break;
	case __NR_flock:
		ARGUMENT(1) |= 4; /* LOCK_NB */
		break;
	case __NR_fcntl:
		if ((uint32_t)ARGUMENT(1) == F_SETLKW || (uint32_t)ARGUMENT(1) == F_OFD_SETLKW)
			ARGUMENT(1)--;
		if ((uint32_t)ARGUMENT(1) == F_SETFL)
			ARGUMENT(2) |= O_NONBLOCK;
		break;
	case __NR_pipe:
		registers_in[AX] = __NR_pipe2;
		/* fall through */
	case __NR_pipe2:
		ARGUMENT(1) |= O_NONBLOCK;
		break;
	case __NR_rt_sigaction:
		if (is_ours(ARGUMENT(1)) && (uint32_t)ARGUMENT(0) - 1 < 64) {
			struct action action;

			if (1UL << ((uint32_t)ARGUMENT(0) - 1) & NEVER_CHANGED)
				ARGUMENT(0) = SIGRTMIN + 1;
			action = any_action(ARGUMENT(0));
			put(SLOT, &action, sizeof(action));
			ARGUMENT(1) = SLOT;
		}
		break;
	case __NR_sigaltstack:
		if (is_ours(ARGUMENT(0))) {
			stack_t stack = own_stack;

			if (one_in(2))
				stack.ss_flags = one_in(2) ? SS_DISABLE : random_bits() | 4;
			if (one_in(2))
				stack.ss_size = below(MINSIGSTKSZ);
			put(SLOT, &stack, sizeof(stack));
			ARGUMENT(0) = SLOT;
		}
		break;
	case __NR_rt_sigqueueinfo:
	case __NR_kill:
	case __NR_tkill:
	case __NR_pidfd_send_signal:
		tame_signal(1);
		break;
	case __NR_ioctl:
		if ((uint32_t)ARGUMENT(1) == FIONBIO)
			ARGUMENT(1) = FIONREAD;
		break;
	case __NR_tgkill:
	case __NR_rt_tgsigqueueinfo:
		tame_signal(2);
		break;
	case __NR_poll:
		ARGUMENT(2) = (ARGUMENT(2) & ~0xffffffffUL) | one_in(8);
		break;
	case __NR_epoll_wait:
	case __NR_epoll_pwait:
		ARGUMENT(3) = (ARGUMENT(3) & ~0xffffffffUL) | one_in(8);
		break;
	case __NR_epoll_pwait2:
		tame_timeout(3, 1, 0);
		break;
	case __NR_ppoll:
	case __NR_rt_sigtimedwait:
		tame_timeout(2, 1, 0);
		break;
	case __NR_select:
		tame_timeout(4, 1000, 0);
		break;
	case __NR_pselect6:
		tame_timeout(4, 1, 0);
		break;
	case __NR_futex:
		tame_timeout(3, 1, 0);
		break;
	case __NR_alarm: /* whose result is no errno, however large */
		ARGUMENT(0) &= 0xffff;
		break;
	case __NR_timerfd_create:
		ARGUMENT(1) |= O_NONBLOCK;
		break;
	case __NR_nanosleep:
		tame_timeout(0, 1, 1);
		break;
	case __NR_clock_nanosleep:
		tame_timeout(2, 1, 1);
		/* Who sleeps uses no CPU time: a time of such a clock must have passed already. */
		if ((int)ARGUMENT(0) == CLOCK_PROCESS_CPUTIME_ID || (int)ARGUMENT(0) < 0)
			ARGUMENT(1) |= TIMER_ABSTIME;
		break;
	case __NR_setrlimit:
		tame_limit(0, 1);
		break;
	case __NR_prlimit64:
		tame_limit(1, 2);
		break;
	case __NR_mmap:
		if (ARGUMENT(3) & (MAP_FIXED | MAP_FIXED_NOREPLACE)) {
			tame_range(0, ARGUMENT(1));
			tame_length(0, 1);
		}
		break;
	case __NR_mremap:
		tame_range(0, ARGUMENT(1));
		tame_length(0, 1);
		if (ARGUMENT(3) & MREMAP_FIXED) {
			tame_range(4, ARGUMENT(2));
			tame_length(4, 2);
		}
		break;
	case __NR_munmap:
	case __NR_mprotect:
	case __NR_pkey_mprotect:
	case __NR_madvise:
		tame_range(0, ARGUMENT(1));
		tame_length(0, 1);
		break;
	}
	if (leader)
		tame_for_family();
}
