/* SPDX-License-Identifier: MIT */
/*
 * The guest's timer. It is one of Linux's, timer_create(2), whose signal gets the hypervisor out
 * of what it does: out of KVM_RUN, with EINTR, or of a wait for the guest's files.
 *
 * The signal may also come right before one of the two. So the handler has the next of each
 * end at once: by immediate_exit, and by a timeout of 0, which the system call reads after
 * its last chance to be interrupted. The timer runs once, so no second signal comes
 * before the guest sets it again.
 */
#include "timer.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../kernel/abi.h"
#include "msg.h"

/* Not the one of signals.c: that ends the process. */
#define TIMER_SIGNAL (SIGRTMIN + 1)

static int id = -1;
static struct kvm_run *vcpu;
static volatile bool armed;		 /* set, and hasn't ended */
static volatile bool is_due;		 /* has ended, and the guest hasn't had its interrupt */
static volatile struct timespec timeout; /* of timer_poll() */

static void end_of_time(int sig)
{
	(void)sig;
	armed = false;
	is_due = true;
	timeout.tv_sec = 0;
	timeout.tv_nsec = 0;
	*(volatile uint8_t *)&vcpu->immediate_exit = 1;
}

void timer_init(struct kvm_run *run)
{
	/* Reads and writes go on; KVM_RUN, poll(2) and sleeps never do (signal(7)). */
	struct sigaction action = {.sa_handler = end_of_time, .sa_flags = SA_RESTART};
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = TIMER_SIGNAL};

	if (!run->kvm_valid_regs)
		return;
	vcpu = run;
	if (sigaction(TIMER_SIGNAL, &action, NULL) < 0)
		die("timer: %m");
	/* By the kernel's own number, which the sandbox compares: a timer_t is the C library's. */
	if (syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id) < 0 && errno != EAGAIN &&
	    errno != ENOSYS)
		die("timer: %m");
}

int timer_id(void)
{
	return id;
}

const struct timespec *timer_timeout(void)
{
	return (const struct timespec *)&timeout;
}

static struct timespec to_timespec(uint64_t microseconds)
{
	return (struct timespec){microseconds / 1000000, microseconds % 1000000 * 1000};
}

static int set(uint32_t microseconds)
{
	const struct itimerspec time = {.it_value = to_timespec(microseconds)};

	return syscall(SYS_timer_settime, id, 0, &time, NULL) < 0 ? -errno : 0;
}

int timer_set(uint32_t microseconds)
{
	int error = 0;

	if (id < 0)
		return -ENOSYS;
	/* Without this the old end might come once the new time is set. */
	if (armed)
		error = set(0);
	is_due = false;
	vcpu->immediate_exit = 0;
	vcpu->request_interrupt_window = 0;
	armed = microseconds;
	return error || !microseconds ? error : set(microseconds);
}

void timer_raise(void)
{
	if (!is_due)
		return;
	vcpu->immediate_exit = 0;
	/* Events that are there already are an exception's: run.c. That goes first. */
	if (!vcpu->if_flag || !vcpu->ready_for_interrupt_injection ||
	    vcpu->kvm_dirty_regs & KVM_SYNC_X86_EVENTS) {
		vcpu->request_interrupt_window = 1;
		return;
	}
	is_due = false;
	vcpu->request_interrupt_window = 0;
	vcpu->s.regs.events = (struct kvm_vcpu_events){
		.interrupt = {.injected = 1, .nr = VECTOR_TIMER},
	};
	vcpu->kvm_dirty_regs |= KVM_SYNC_X86_EVENTS;
}

int timer_poll(struct pollfd *fds, unsigned count, uint64_t microseconds)
{
	const struct timespec time = to_timespec(microseconds);
	int ready;

	timeout.tv_sec = time.tv_sec;
	timeout.tv_nsec = time.tv_nsec;
	if (is_due)
		timeout.tv_sec = timeout.tv_nsec = 0;
	/* Not the C library's, which reads the timeout a little before the system call does. */
	ready = syscall(SYS_ppoll, fds, count, &timeout, NULL, 0);
	return ready < 0 ? errno == EINTR ? 0 : -errno : ready;
}
