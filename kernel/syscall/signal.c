/* SPDX-License-Identifier: MIT */
/* System calls on signals: signal(7). A set of them has 8 bytes, bit n - 1 is signal n. */
#include <asm/errno.h>
#include <linux/signal.h>

#include "../entry/return.h"
#include "../mm/uaccess.h"
#include "../proc/deliver.h"
#include "../proc/process.h"
#include "../proc/sigframe.h"
#include "../sched/timespec.h"
#include "../sched/trampoline.h"
#include "../sched/wait.h"
#include "syscall.h"

#define SET_BYTES 8

static bool is_signal(int sig)
{
	return sig >= 1 && sig <= SIGNAL_COUNT;
}

int64_t sys_rt_sigaction(int sig, uaddr_t new, uaddr_t old, size_t set_bytes)
{
	struct sigaction action, before;
	int error;

	if (set_bytes != SET_BYTES || !is_signal(sig))
		return -EINVAL;
	if (new && (sig == SIGKILL || sig == SIGSTOP))
		return -EINVAL;
	before = *signal_action(sig);
	if (new) {
		if (copy_from_user(&action, new, sizeof(action)) < 0)
			return -EFAULT;
		if (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN) {
			error = trampoline_map();
			if (error)
				return error;
		}
	}
	if (old && copy_to_user(old, &before, sizeof(before)) < 0)
		return -EFAULT;
	if (new)
		signal_set_action(sig, &action);
	return 0;
}

int64_t sys_rt_sigprocmask(unsigned how, uaddr_t new, uaddr_t old, size_t set_bytes)
{
	uint64_t before = task_current()->signals.blocked;
	uint64_t set;

	if (set_bytes != SET_BYTES)
		return -EINVAL;
	if (new) {
		if (copy_from_user(&set, new, sizeof(set)) < 0)
			return -EFAULT;
		if (how == SIG_BLOCK)
			set |= before;
		else if (how == SIG_UNBLOCK)
			set = before & ~set;
		else if (how != SIG_SETMASK)
			return -EINVAL;
	}
	if (old && copy_to_user(old, &before, sizeof(before)) < 0)
		return -EFAULT;
	if (new)
		signal_set_blocked(set);
	return 0;
}

int64_t sys_rt_sigreturn(void)
{
	if (trampoline_has_switched(&user_frame))
		return_arrive();
	signal_return(&user_frame);
	return_resume(&user_frame);
}

int64_t sys_rt_sigpending(uaddr_t to, size_t set_bytes)
{
	uint64_t set = signal_pending() & task_current()->signals.blocked;

	if (set_bytes > SET_BYTES)
		return -EINVAL;
	return copy_to_user(to, &set, set_bytes);
}

int64_t sys_pause(void)
{
	wait_until(CLOCK_FOREVER);
	return -EINTR;
}

int64_t sys_rt_sigsuspend(uaddr_t set, size_t set_bytes)
{
	int error = set ? signal_mask_for_call(set, set_bytes) : -EFAULT;

	return error ? error : sys_pause();
}

/* Takes a signal that is pending, or waits for one. */
int64_t sys_rt_sigtimedwait(uaddr_t user_set, uaddr_t user_info, uaddr_t timeout, size_t set_bytes)
{
	uint64_t nsec = CLOCK_FOREVER;
	uint64_t deadline;
	siginfo_t info;
	uint64_t set;
	int error;

	if (set_bytes != SET_BYTES)
		return -EINVAL;
	if (copy_from_user(&set, user_set, sizeof(set)) < 0)
		return -EFAULT;
	set &= ~SIGNAL_UNBLOCKABLE; /* these are for nobody to take */
	error = timeout ? timespec_from_user(timeout, &nsec) : 0;
	if (error)
		return error;
	if (signal_take(set, &info)) {
		if (user_info && copy_to_user(user_info, &info, sizeof(info)) < 0)
			return -EFAULT;
		return info.si_signo;
	}
	deadline = current->restart ? current->deadline : deadline_after(nsec);
	if (deadline <= clock_monotonic())
		return -EAGAIN;
	task_current()->signals.awaited = set;
	return wait_restart(deadline, RESTART_NEVER);
}

/* Sends a signal to a task; signal 0 only checks that it can be sent. */
static int64_t send(struct task *task, const siginfo_t *info)
{
	if ((uint32_t)info->si_signo > SIGNAL_COUNT)
		return -EINVAL;
	return info->si_signo ? signal_send(task, info) : 0;
}

/* The same to a process, NULL: there is none. */
static int64_t send_process(struct process *process, const siginfo_t *info)
{
	if ((uint32_t)info->si_signo > SIGNAL_COUNT)
		return -EINVAL;
	if (!process)
		return -ESRCH;
	return info->si_signo ? signal_send_process(process, info) : 0;
}

/* The process with this number, or that has a task with it. */
static struct process *find_by_tid(int tid)
{
	struct process *process = process_find(tid);
	struct task *task = process ? NULL : task_find(tid);

	return task ? task->process : process;
}

int64_t sys_kill(int pid, int sig)
{
	const siginfo_t info = signal_info(sig, SI_USER);

	if (!is_signal(sig) && sig != 0)
		return -EINVAL;
	if (pid > 0)
		return send_process(find_by_tid(pid), &info);
	if (pid == INT32_MIN)
		return -ESRCH;
	if (pid == -1)
		return signal_send_group(0, &info);
	return signal_send_group(pid ? -pid : process_current()->group, &info);
}

int64_t sys_tgkill(int group, int tid, int sig)
{
	const siginfo_t info = signal_info(sig, SI_TKILL);
	struct task *task = task_find(tid);

	if (group <= 0 || tid <= 0)
		return -EINVAL;
	return task && task->process->pid == group ? send(task, &info) : -ESRCH;
}

int64_t sys_tkill(int tid, int sig)
{
	const siginfo_t info = signal_info(sig, SI_TKILL);
	struct task *task = task_find(tid);

	if (tid <= 0)
		return -EINVAL;
	return task ? send(task, &info) : -ESRCH;
}

/* Does the siginfo claim to come from the kernel, or from kill(2) or tgkill(2)? */
static bool says_kernel(const siginfo_t *info)
{
	return info->si_code >= 0 || info->si_code == SI_TKILL;
}

int64_t sys_rt_sigqueueinfo(int pid, int sig, uaddr_t user_info)
{
	siginfo_t info;

	if (copy_from_user(&info, user_info, sizeof(info)) < 0)
		return -EFAULT;
	if (says_kernel(&info) && pid != process_current()->pid)
		return -EPERM;
	info.si_signo = sig;
	return send_process(pid > 0 ? find_by_tid(pid) : NULL, &info);
}

int64_t sys_rt_tgsigqueueinfo(int group, int tid, int sig, uaddr_t user_info)
{
	struct task *task = task_find(tid);
	siginfo_t info;

	if (copy_from_user(&info, user_info, sizeof(info)) < 0)
		return -EFAULT;
	if (group <= 0 || tid <= 0)
		return -EINVAL;
	if (says_kernel(&info) && tid != current->tid)
		return -EPERM;
	info.si_signo = sig;
	return task && task->process->pid == group ? send(task, &info) : -ESRCH;
}

int64_t sys_sigaltstack(uaddr_t new, uaddr_t old)
{
	const stack_t before = sigframe_alt_stack(user_frame.rsp);
	stack_t stack;

	if (new) {
		if (copy_from_user(&stack, new, sizeof(stack)) < 0)
			return -EFAULT;
		if (before.ss_flags & SS_ONSTACK)
			return -EPERM;
		if (stack.ss_flags & ~(SS_DISABLE | SS_ONSTACK))
			return -EINVAL;
		if (!(stack.ss_flags & SS_DISABLE) && stack.ss_size < MINSIGSTKSZ)
			return -ENOMEM;
	}
	if (old && copy_to_user(old, &before, sizeof(before)) < 0)
		return -EFAULT;
	if (new)
		sigframe_set_alt_stack(&stack);
	return 0;
}
