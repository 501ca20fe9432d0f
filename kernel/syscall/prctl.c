/* SPDX-License-Identifier: MIT */
/* prctl(2) and arch_prctl(2). */
#include <asm/errno.h>
#include <asm/prctl.h>
#include <linux/capability.h>
#include <linux/prctl.h>

#include "../layout.h"
#include "../mm/uaccess.h"
#include "../proc/process.h"
#include "../x86/x86.h"
#include "syscall.h"

#define TIMER_SLACK UINT64_C(50000) /* nanoseconds, PR_SET_TIMERSLACK: no timer is that exact */

/* A base beyond the program's half would make wrmsr fault, or point into the kernel. */
int64_t sys_arch_prctl(unsigned option, uaddr_t address)
{
	uint64_t base;

	switch (option) {
	case ARCH_SET_FS:
	case ARCH_SET_GS:
		if (address >= USER_TOP)
			return -EPERM;
		wrmsr(option == ARCH_SET_FS ? MSR_FS_BASE : MSR_GS_BASE, address);
		return 0;
	case ARCH_GET_FS:
	case ARCH_GET_GS:
		base = rdmsr(option == ARCH_GET_FS ? MSR_FS_BASE : MSR_GS_BASE);
		return copy_to_user(address, &base, sizeof(base));
	default:
		return -EINVAL;
	}
}

/* Attributes that are kept and told, and have no effect. */
static const struct attribute {
	int set, get;	 /* options of prctl(2) */
	uint64_t max;	 /* the greatest value */
	size_t offset;	 /* of its uint32_t in struct process */
	bool by_address; /* PR_GET_* stores it, else returns it */
} attributes[] = {
	{PR_SET_PDEATHSIG, PR_GET_PDEATHSIG, SIGNAL_COUNT,
	 offsetof(struct process, parent_death_signal), true},
	{PR_SET_DUMPABLE, PR_GET_DUMPABLE, 1, offsetof(struct process, dumpable), false},
	{PR_SET_KEEPCAPS, PR_GET_KEEPCAPS, 1, offsetof(struct process, keep_capabilities), false},
	{PR_SET_TIMING, PR_GET_TIMING, PR_TIMING_STATISTICAL, offsetof(struct process, timing),
	 false},
	{PR_SET_CHILD_SUBREAPER, PR_GET_CHILD_SUBREAPER, UINT64_MAX,
	 offsetof(struct process, child_subreaper), true},
};

static int64_t use_attribute(int option, uint64_t argument)
{
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
		const struct attribute *a = &attributes[i];
		uint32_t *value = (uint32_t *)((uint8_t *)process_current() + a->offset);

		if (option == a->set) {
			if (argument > a->max)
				return -EINVAL;
			*value = a->max == UINT64_MAX ? argument != 0 : argument;
			return 0;
		}
		if (option == a->get)
			return a->by_address ? copy_to_user(argument, value, sizeof(*value))
					     : (int64_t)*value;
	}
	return -EINVAL;
}

static int64_t set_name(uaddr_t from)
{
	char name[TASK_COMM_BYTES] = "";
	/* What is longer is cut; the last byte stays 0. */
	int64_t length = string_from_user(name, from, sizeof(name) - 1);

	if (length < 0 && length != -ENAMETOOLONG)
		return length;
	task_set_comm(task_current(), name);
	return 0;
}

/* Once set it stays. It has no effect: no program gets more rights by execve(2). */
static int64_t no_new_privs(bool set, uint64_t value, bool others)
{
	if (value != set || others)
		return -EINVAL;
	if (!set)
		return process_current()->no_new_privs;
	process_current()->no_new_privs = true;
	return 0;
}

int64_t sys_prctl(int option, uint64_t argument, uint64_t third, uint64_t fourth, uint64_t fifth)
{
	const int tsc = PR_TSC_ENABLE;

	switch (option) {
	case PR_SET_NAME:
		return set_name(argument);
	case PR_GET_NAME:
		return copy_to_user(argument, task_comm(task_current()), TASK_COMM_BYTES);
	case PR_SET_NO_NEW_PRIVS:
	case PR_GET_NO_NEW_PRIVS:
		return no_new_privs(option == PR_SET_NO_NEW_PRIVS, argument,
				    third || fourth || fifth);
	case PR_SET_TIMERSLACK:
		current->timer_slack = argument ? argument : current->timer_slack_start;
		return 0;
	case PR_GET_TIMERSLACK:
		return current->timer_slack ? current->timer_slack : TIMER_SLACK;
	case PR_GET_TSC:
		return copy_to_user(argument, &tsc, sizeof(tsc));
	case PR_SET_TSC: /* rdtsc is always allowed */
		return argument == PR_TSC_ENABLE ? 0 : -EINVAL;
	case PR_CAPBSET_READ:
		return argument <= CAP_LAST_CAP ? 0 : -EINVAL;
	case PR_CAPBSET_DROP:
	case PR_SET_SECUREBITS:
		return -EPERM;
	case PR_GET_SECUREBITS:
	case PR_GET_SECCOMP:
		return 0;
	case PR_GET_TID_ADDRESS:
		return copy_to_user(argument, &task_current()->clear_tid,
				    sizeof(task_current()->clear_tid));
	default:
		return use_attribute(option, argument);
	}
}
