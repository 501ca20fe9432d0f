/* SPDX-License-Identifier: MIT */
/* System calls on signals: signal(7). A set of them has 8 bytes, bit n - 1 is signal n. */
#include "../proc/signal.h"

#include <asm/errno.h>
#include <asm/unistd_64.h>
#include <linux/signal.h>

#include "../mm/uaccess.h"
#include "../proc/thread.h"
#include "../proc/trampoline.h"
#include "syscall.h"

#define SET_BYTES 8

static bool is_signal(uint64_t sig)
{
	return (uint32_t)sig >= 1 && (uint32_t)sig <= SIGNAL_COUNT;
}

int64_t sys_rt_sigaction(struct trap_frame *frame)
{
	unsigned sig = frame->rdi;
	struct sigaction action, old;
	int error;

	if (frame->r10 != SET_BYTES || !is_signal(sig))
		return -EINVAL;
	if (frame->rsi && (sig == SIGKILL || sig == SIGSTOP))
		return -EINVAL;
	old = *signal_action(sig);
	if (frame->rsi) {
		if (copy_from_user(&action, frame->rsi, sizeof(action)) < 0)
			return -EFAULT;
		if (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN) {
			error = trampoline_map();
			if (error)
				return error;
		}
	}
	if (frame->rdx && copy_to_user(frame->rdx, &old, sizeof(old)) < 0)
		return -EFAULT;
	if (frame->rsi)
		signal_set_action(sig, &action);
	return 0;
}

int64_t sys_rt_sigprocmask(struct trap_frame *frame)
{
	uint64_t old = current->signals.blocked;
	uint32_t how = frame->rdi;
	uint64_t set;

	if (frame->r10 != SET_BYTES)
		return -EINVAL;
	if (frame->rsi) {
		if (copy_from_user(&set, frame->rsi, sizeof(set)) < 0)
			return -EFAULT;
		if (how == SIG_BLOCK)
			set |= old;
		else if (how == SIG_UNBLOCK)
			set = old & ~set;
		else if (how != SIG_SETMASK)
			return -EINVAL;
	}
	if (frame->rdx && copy_to_user(frame->rdx, &old, sizeof(old)) < 0)
		return -EFAULT;
	if (frame->rsi)
		signal_set_blocked(set);
	return 0;
}

int64_t sys_rt_sigreturn(struct trap_frame *frame)
{
	if (trampoline_has_switched(frame))
		thread_arrive();
	signal_return(frame);
}

int64_t sys_rt_sigpending(struct trap_frame *frame)
{
	uint64_t set = signal_pending() & current->signals.blocked;

	if (frame->rsi > SET_BYTES)
		return -EINVAL;
	return copy_to_user(frame->rdi, &set, frame->rsi);
}

/* rt_sigsuspend, and pause, which leaves the mask alone. */
int64_t sys_rt_sigsuspend(struct trap_frame *frame)
{
	int error = 0;

	if (frame->rax == __NR_rt_sigsuspend)
		error = frame->rdi ? signal_mask_for_call(frame->rdi, frame->rsi) : -EFAULT;
	if (error)
		return error;
	thread_wait(THREAD_WAITS, CLOCK_FOREVER);
	return -EINTR;
}

/* Takes a signal that is pending, or waits for one. */
int64_t sys_rt_sigtimedwait(struct trap_frame *frame)
{
	uint64_t nsec = CLOCK_FOREVER;
	uint64_t deadline;
	siginfo_t info;
	uint64_t set;
	int error;

	if (frame->r10 != SET_BYTES)
		return -EINVAL;
	if (copy_from_user(&set, frame->rdi, sizeof(set)) < 0)
		return -EFAULT;
	error = frame->rdx ? timespec_from_user(frame->rdx, &nsec) : 0;
	if (error)
		return error;
	if (signal_take(set, &info)) {
		if (frame->rsi && copy_to_user(frame->rsi, &info, sizeof(info)) < 0)
			return -EFAULT;
		return info.si_signo;
	}
	deadline = current->again ? current->deadline : deadline_after(nsec);
	if (deadline <= clock_monotonic())
		return -EAGAIN;
	current->signals.awaited = set;
	return thread_wait_again(frame, THREAD_WAITS_EVENT, deadline);
}

/* Sends what the program says it sends, to a thread or the process; or asks by 0 if it could. */
static int64_t send(struct thread *thread, const siginfo_t *info)
{
	if ((uint32_t)info->si_signo > SIGNAL_COUNT)
		return -EINVAL;
	return info->si_signo ? signal_send(thread, info) : 0;
}

int64_t sys_kill(struct trap_frame *frame)
{
	const siginfo_t info = signal_info(frame->rsi, SI_USER);
	int pid = frame->rdi;

	/* This process, its group, or all that it may send to. */
	if (pid != THREAD_PID && pid != -THREAD_PID && pid != 0 && pid != -1)
		return is_signal(frame->rsi) || (uint32_t)frame->rsi == 0 ? -ESRCH : -EINVAL;
	return send(NULL, &info);
}

/* tkill, and tgkill, which names the process, too. */
int64_t sys_tkill(struct trap_frame *frame)
{
	bool grouped = frame->rax == __NR_tgkill;
	int group = grouped ? frame->rdi : THREAD_PID;
	int tid = grouped ? frame->rsi : frame->rdi;
	const siginfo_t info = signal_info(grouped ? frame->rdx : frame->rsi, SI_TKILL);
	struct thread *thread = thread_find(tid);

	if (group <= 0 || (group == THREAD_PID && tid <= 0))
		return -EINVAL;
	return group == THREAD_PID && thread ? send(thread, &info) : -ESRCH;
}

int64_t sys_rt_sigqueueinfo(struct trap_frame *frame)
{
	siginfo_t info;

	if (copy_from_user(&info, frame->rdx, sizeof(info)) < 0)
		return -EFAULT;
	info.si_signo = (int)frame->rsi;
	return (int)frame->rdi == THREAD_PID ? send(NULL, &info) : -ESRCH;
}

int64_t sys_sigaltstack(struct trap_frame *frame)
{
	const stack_t old = signal_alt_stack(frame->rsp);
	stack_t stack;

	if (frame->rdi) {
		if (copy_from_user(&stack, frame->rdi, sizeof(stack)) < 0)
			return -EFAULT;
		if (old.ss_flags & SS_ONSTACK)
			return -EPERM;
		if (stack.ss_flags & ~(SS_DISABLE | SS_ONSTACK))
			return -EINVAL;
		if (!(stack.ss_flags & SS_DISABLE) && stack.ss_size < MINSIGSTKSZ)
			return -ENOMEM;
	}
	if (frame->rsi && copy_to_user(frame->rsi, &old, sizeof(old)) < 0)
		return -EFAULT;
	if (frame->rdi)
		signal_set_alt_stack(&stack);
	return 0;
}
