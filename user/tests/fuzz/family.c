/* SPDX-License-Identifier: MIT */
/*
 * Several processes that make random calls at once, fork and execute others, and send signals to
 * each other. The leader makes none: it replaces those that end, until all calls are made. Then
 * no process is left, and all page frames are back.
 *
 * A process may end by any signal, for others send them; but not by a fault, nor with a status.
 */
#include <linux/mman.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/time_types.h>

#include "fuzz.h"

#define FAMILY	    (ARENA - 16 * PAGE) /* shared by all that no execve lies between */
#define MEMBERS	    64
#define MOST	    48 /* threads; no more processes are made then */
#define PIECE	    64 /* calls of a process that is made by one of the others, at most */
#define SPAWNED_MAX 16

struct family {
	int64_t left;	      /* calls */
	int members[MEMBERS]; /* numbers of processes; some are gone */
};

static struct family *const family = (struct family *)FAMILY;

int leader;

static void set_up_family(int64_t calls)
{
	need("the family", mmap(family, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	family->left = calls;
}

/* A process, the leader excepted; perhaps it has ended. */
static int any_member(void)
{
	int pid = family->members[below(MEMBERS)];

	return pid ? pid : own_pid;
}

static long make_process(uint64_t flags)
{
	return syscall6(__NR_clone, flags, 0, 0, 0, 0, 0);
}

void run_kin(uint64_t calls)
{
	const struct action action = action_of(on_signal);

	own_pid = syscall3(__NR_getpid, 0, 0, 0);
	if (syscall3(__NR_msync, FAMILY, PAGE, 0) < 0) /* it was executed */
		set_up_family(calls);
	family->members[own_pid % MEMBERS] = own_pid;
	for (int sig = 1; sig <= 64; sig++)
		syscall6(__NR_rt_sigaction, sig, (long)&action, 0, 8, 0, 0);
	number = (uint64_t)own_pid << 32;
	for (uint64_t i = 0; i < calls; i++, number++) {
		if (__atomic_sub_fetch(&family->left, 1, __ATOMIC_SEQ_CST) < 0)
			break;
		if (i % EPOCH == 0)
			begin_epoch();
		run_number();
		if (one_in(4))
			syscall3(__NR_sched_yield, 0, 0, 0);
	}
	exit_group(0);
}

/* --- what its processes do --- */

static void write_decimal(char *to, uint64_t value)
{
	uint64_t power = 1;

	while (value / power >= 10)
		power *= 10;
	for (; power; power /= 10)
		*to++ = '0' + value / power % 10;
	*to = '\0';
}

/* Executes this program, in a process that shares its memory until then, or in this one. */
static void execute(int here)
{
	static char pid[12], calls[12], seeds[24];
	const char *const argv[] = {"fuzz", "kin", seeds, calls, pid, NULL};

	write_decimal(pid, leader);
	write_decimal(calls, below(PIECE));
	write_decimal(seeds, random_bits() >> 32);
	if (here)
		syscall3(__NR_execve, (long)"/proc/self/exe", (long)argv, 0);
	else
		fuzz_vfork(CLONE_VM | CLONE_VFORK | SIGCHLD, "/proc/self/exe", argv, NULL);
}

static void send_any(void)
{
	static const int signals[] = {SIGKILL, SIGSTOP, SIGCONT, SIGTSTP,
				      SIGCHLD, SIGSEGV, SIGTERM};

	syscall3(__NR_kill, any_member(), one_in(2) ? ANY_OF(signals) : 1 + (int)below(64), 0);
}

/* A group of its own or another's; a session. */
static void change_group(void)
{
	if (one_in(8))
		syscall3(__NR_setsid, 0, 0, 0);
	else
		syscall3(__NR_setpgid, one_in(2) ? 0 : any_member(), one_in(2) ? 0 : any_member(),
			 0);
}

void run_family_episode(void)
{
	static const uint64_t flags[] = {0, CLONE_PARENT, CLONE_FILES, CLONE_FS,
					 CLONE_CLEAR_SIGHAND};
	int may_fork = count_threads() < MOST;

	current_name = "several processes";
	switch (below(8)) {
	case 0:
	case 1:
		if (may_fork && make_process(SIGCHLD | ANY_OF(flags) | ANY_OF(flags)) == 0)
			run_kin(below(PIECE));
		break;
	case 2:
		if (may_fork)
			execute(one_in(8));
		break;
	case 3:
	case 4:
		send_any();
		break;
	case 5:
		change_group();
		break;
	case 6:
		if (one_in(8))
			exit_group(0);
		break;
	}
	while (syscall6(__NR_wait4, -1, 0, WAIT_ALL | WNOHANG, 0, 0, 0) > 0)
		;
}

void tame_for_family(void)
{
	unsigned nr = registers_in[AX];

	switch (nr) {
	case __NR_clone:
		ARGUMENT(0) |= one_in(2) ? SIGCHLD : 0;
		ARGUMENT(0) |= one_in(4) ? CLONE_FILES : 0;
		break;
	case __NR_sigaltstack: /* signals may come at any time */
		if (ARGUMENT(0) < USER_END)
			ARGUMENT(0) = (uint64_t)&own_stack;
		break;
	case __NR_prlimit64: /* others need theirs */
		ARGUMENT(0) = 0;
		break;
	case __NR_kill:
	case __NR_tkill:
	case __NR_rt_sigqueueinfo:
	case __NR_setpgid:
	case __NR_getpgid:
	case __NR_getsid:
	case __NR_wait4:
	case __NR_get_robust_list:
	case __NR_pidfd_open:
		if (one_in(2))
			ARGUMENT(0) = any_member();
		break;
	case __NR_tgkill:
	case __NR_rt_tgsigqueueinfo:
	case __NR_waitid:
		if (one_in(2))
			ARGUMENT(0) = ARGUMENT(1) = any_member();
		break;
	}
}

/* --- the leader --- */

static int spawn(void)
{
	long pid = make_process(SIGCHLD);

	if (pid == 0) {
		syscall3(__NR_setpgid, 0, 0, 0);
		run_kin(UINT64_MAX);
	}
	return need("fork", pid);
}

/* By a signal, or with status 0: what fails says so and ends the leader, too. */
static void check_status(int status)
{
	if ((status & 0x7f) == 0 && status != 0)
		fail("the status of a process", status, 0);
}

/* Makes the calls. */
static void run_round(int64_t calls, int count)
{
	const struct __kernel_timespec pause = {0, 100000};
	int spawned[SPAWNED_MAX];
	int live = count;

	family->left = calls;
	for (int i = 0; i < count; i++)
		spawned[i] = spawn();
	for (unsigned turn = 0; live; turn++) {
		int status;
		long pid = need("wait4", syscall6(__NR_wait4, -1, (long)&status, WNOHANG | WAIT_ALL,
						  0, 0, 0));

		/* Those that were stopped go on, some time. */
		if (!pid && turn % 8 == 0)
			syscall3(__NR_kill, -1, SIGCONT, 0);
		if (!pid)
			syscall3(__NR_nanosleep, (long)&pause, 0, 0);
		else
			check_status(status);
		for (int i = 0; pid && i < count; i++)
			if (spawned[i] == pid && family->left > 0)
				spawned[i] = spawn();
			else if (spawned[i] == pid)
				live--;
	}
	syscall3(__NR_kill, -1, SIGKILL, 0);
	while (syscall6(__NR_wait4, -1, 0, WAIT_ALL, 0, 0, 0) > 0)
		;
	forget_objects();
	if (count_threads() != 1)
		fail("threads at the end", count_threads(), 1);
}

int run_family(uint64_t calls, int count)
{
	const struct action ignore = {.handler = (void *)1 /* SIG_IGN */};
	const struct action standard = {0};
	long frames;

	leader = own_pid;
	for (int sig = 1; sig <= 64; sig++)
		syscall6(__NR_rt_sigaction, sig, (long)&ignore, 0, 8, 0, 0);
	/* Those that are ignored here would be reaped before they are seen. */
	need("rt_sigaction", syscall6(__NR_rt_sigaction, SIGCHLD, (long)&standard, 0, 8, 0, 0));
	need("prctl", syscall3(__NR_prctl, PR_SET_CHILD_SUBREAPER, 1, 0));
	set_up_family(0);
	print(report, "seed ");
	print_number(report, seed);
	run_round(calls / 4, count);
	frames = free_frames();
	for (int i = 0; i < 3; i++) {
		run_round(calls / 4, count);
		print(report, " ");
		print_number(report, free_frames() - frames);
	}
	/* Slabs in use may be others than before, but not more and more. */
	if (free_frames() < frames - 16)
		fail("free frames at the end", free_frames(), frames);
	print(report, "\nPASS\n");
	return 0;
}
