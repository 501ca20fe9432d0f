/* SPDX-License-Identifier: MIT */
/*
 * Counts the instructions that the guest's kernel takes, which on a KVM that
 * interprets ring 0 are most of its time. Runs a program in the VM step by
 * step and prints a line for its start, up to its first instruction, and one
 * for each kind of entry into the kernel that user/bench/steps.c makes:
 *
 *   steps kernel.bin steps.elf FILE
 *
 *   NAME INSTRUCTIONS
 *
 * A repeated string instruction counts as one. Only where KVM steps ring 0
 * to its end, as kvm_pvm does; else a line on stderr says so, and the status is 2.
 */
#include <err.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../../kernel/abi.h"
#include "../../user/bench/steps.h"
#include "../boot.h"
#include "../hypercall.h"
#include "../msg.h"
#include "../run.h"
#include "../vm.h"

#define KERNEL UINT64_C(0xffff800000000000) /* the direct map, where the kernel runs */

#define NAME(name) #name,
static const char *const names[] = {STEPS(NAME)};
#undef NAME

static struct vm vm;
static unsigned long boot, visits[STEP_NONE], steps[STEP_NONE];

/* A step is told of before the instruction at `pc`: is it the one of these bytes? */
static bool is_at(uint64_t pc, const void *code, size_t size)
{
	const void *there = guestmem_range(&vm.mem, pc - KERNEL, size);

	return there && memcmp(there, code, size) == 0;
}

/* The kernel's trees are balanced by chance, which the counter feeds: it stands still. */
static void skip_rdtsc(struct kvm_regs *regs)
{
	regs->rax = regs->rdx = 0;
	regs->rip += 2;
	if (ioctl(vm.vcpu_fd, KVM_SET_REGS, regs) < 0)
		err(1, "KVM_SET_REGS");
}

/* Takes a step: counts it, and on the way out the whole visit. */
static void stepped(uint64_t pc)
{
	static unsigned long count;
	static uint64_t last, marked = STEP_NONE, number;
	struct kvm_regs regs;

	if (pc == last)
		return; /* within a string instruction */
	last = pc;
	if (ioctl(vm.vcpu_fd, KVM_GET_REGS, &regs) < 0)
		err(1, "KVM_GET_REGS");
	if (count++ == 0)
		number = regs.rax - STEP_MARK;
	if (is_at(pc, "\x0f\x31", 2)) {
		skip_rdtsc(&regs);
		count++;
	}
	if (!is_at(pc, "\x48\x0f\x07", 3) && !is_at(pc, "\x48\xcf", 2))
		return; /* neither sysretq nor iretq */
	count++;
	if (!boot) {
		boot = count;
	} else if (number <= STEP_NONE) {
		marked = number;
	} else if (marked < STEP_NONE) {
		visits[marked]++;
		steps[marked] += count;
	}
	count = 0;
}

/* What run.c calls in ioctl's place, by the linker's --wrap: KVM_RUN goes on over the steps. */
int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	void *argument;
	va_list args;
	int result;

	va_start(args, request);
	argument = va_arg(args, void *);
	va_end(args);
	while ((result = __real_ioctl(fd, request, argument)) == 0 && request == KVM_RUN &&
	       vm.run->exit_reason == KVM_EXIT_DEBUG)
		stepped(vm.run->debug.arch.pc);
	return result;
}

/* So are those that boot.c calls: a run must be like any other, wherever it is. */
ssize_t __wrap_getrandom(void *to, size_t size, unsigned flags);
char *__wrap_getcwd(char *to, size_t size);

ssize_t __wrap_getrandom(void *to, size_t size, unsigned flags)
{
	(void)flags;
	memset(to, 0x5a, size);
	return size;
}

char *__wrap_getcwd(char *to, size_t size)
{
	return size > 1 ? strcpy(to, "/") : NULL;
}

/* Puts the vCPU before the kernel's first instruction, as main.c does, and has it step. */
static void set_up(const char *image, char *const *args)
{
	static const struct kvm_guest_debug debug = {.control = KVM_GUESTDBG_ENABLE |
								KVM_GUESTDBG_SINGLESTEP};
	static char *const environment[] = {NULL};

	boot_vm(&vm, &(struct boot_params){.memory = UINT64_C(512) << 20,
					   .image = image,
					   .args = args,
					   .env = environment,
					   .open_fds = 7});
	if (ioctl(vm.vcpu_fd, KVM_SET_GUEST_DEBUG, &debug) < 0)
		err(2, "KVM_SET_GUEST_DEBUG");
}

int main(int argc, char **argv)
{
	struct hostfiles files;
	struct fdtable fds;
	struct hypercalls hypercalls = {.mem = &vm.mem, .fds = &fds, .files = &files};
	unsigned open_fds = msg_init();
	FILE *out;

	if (argc != 4)
		errx(1, "usage: steps kernel.bin steps.elf FILE");
	/* What the program writes is not to be seen. */
	out = fdopen(dup(STDOUT_FILENO), "w");
	if (!out || !freopen("/dev/null", "w", stdout))
		err(1, "stdout");
	fdtable_init(&fds, open_fds);
	set_up(argv[1], argv + 2);
	hostfiles_init(&files, NULL, false, argv[2]);
	if (run_vm(&vm, &hypercalls, false) != HC_EXITED || hypercalls.exit_code)
		errx(1, "the program failed");

	for (unsigned i = 0; i < STEP_NONE; i++)
		if (visits[i] != 1)
			errx(2, "this KVM doesn't step ring 0 to its end (%s: %lu visits)",
			     names[i], visits[i]);
	fprintf(out, "boot %lu\n", boot);
	for (unsigned i = 0; i < STEP_NONE; i++)
		fprintf(out, "%s %lu\n", names[i], steps[i]);
	return 0;
}
