/* SPDX-License-Identifier: MIT */
/*
 * The floor that every KVM program stands on: opens /dev/kvm, makes a VM with
 * one slot of 4 MiB and one vCPU, puts it into long mode, runs an instruction,
 * a hlt, and ends. No C library, nothing that this can do without.
 *
 *   minvm            just that
 *   minvm exits      20,000 exits of an `out` before it: prints the nanoseconds of one
 *   minvm hold       says so when the guest has run, and ends when stdin does
 *   minvm linger MS  lets so many milliseconds pass before it ends
 *   minvm slot MIB   with a slot of that size
 */
#include <linux/kvm.h>
#include <linux/mman.h>
#include <linux/time.h>

#include "../../user/syscall.h"

#define EXITS	 20000
#define SLOT	 4 /* MiB */
#define PML4	 0x1000
#define PDPT	 0x2000
#define PD	 0x3000
#define TYPE_TSS 11 /* busy, 64-bit: what VM entry demands */

static const uint8_t hlt[] = {0xf4};
/* 1: out %al, (%dx); dec %ecx; jnz 1b; hlt */
static const uint8_t outs[] = {0xee, 0xff, 0xc9, 0x75, 0xfb, 0xf4};

/* A call that fails ends the program: there is nothing to measure. */
static long check(long result)
{
	if (result < 0) {
		print(2, "minvm: a system call failed\n");
		syscall3(__NR_exit_group, 1, 0, 0);
	}
	return result;
}

static long ioctl(int fd, unsigned long request, const void *argument)
{
	return check(syscall3(__NR_ioctl, fd, request, (long)argument));
}

static void *map(size_t size, int flags, int fd)
{
	return (void *)check(syscall6(__NR_mmap, 0, size, PROT_READ | PROT_WRITE, flags, fd, 0));
}

/* Long mode: one 2 MiB page, flat segments. */
static void enter_long_mode(int vcpu, uint64_t *memory)
{
	const struct kvm_segment data = {
		.limit = ~0u, .selector = 16, .type = 3, .present = 1, .s = 1, .db = 1, .g = 1};
	struct kvm_sregs sregs;

	memory[PML4 / 8] = PDPT | 3;
	memory[PDPT / 8] = PD | 3;
	memory[PD / 8] = 0x83;
	ioctl(vcpu, KVM_GET_SREGS, &sregs);
	sregs.cr0 = 0x80000011; /* PG ET PE */
	sregs.cr3 = PML4;
	sregs.cr4 = 0x20;   /* PAE */
	sregs.efer = 0x500; /* LMA LME */
	sregs.ds = sregs.es = sregs.fs = sregs.gs = sregs.ss = sregs.cs = data;
	sregs.cs.selector = 8;
	sregs.cs.type = 11;
	sregs.cs.db = 0;
	sregs.cs.l = 1;
	sregs.tr.type = TYPE_TSS;
	ioctl(vcpu, KVM_SET_SREGS, &sregs);
}

static int64_t now(void)
{
	struct __kernel_timespec t;

	check(syscall3(__NR_clock_gettime, CLOCK_MONOTONIC, (long)&t, 0));
	return t.tv_sec * 1000000000 + t.tv_nsec;
}

/* "exit NANOSECONDS", as runner.c wants it. */
static void tell_exits(int64_t nanoseconds)
{
	char digits[24] = "\n";
	char *at = digits + sizeof(digits) - 1;

	*--at = '\n';
	do {
		*--at = '0' + nanoseconds % 10;
	} while (nanoseconds /= 10);
	print(2, "exit ");
	print(2, at);
}

static long number(const char *digits)
{
	long n = 0;

	for (; *digits; digits++)
		n = 10 * n + *digits - '0';
	return n;
}

int main(int argc, char **argv)
{
	char mode = argc > 1 ? *argv[1] : 0;
	long value = argc > 2 ? number(argv[2]) : 0;
	size_t slot = (size_t)(mode == 's' ? value : SLOT) << 20;
	int kvm = check(open("/dev/kvm", O_RDWR));
	int vm = ioctl(kvm, KVM_CREATE_VM, NULL);
	int vcpu;
	char *memory = map(slot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
	const struct kvm_userspace_memory_region region = {.memory_size = slot,
							   .userspace_addr = (uintptr_t)memory};
	const struct kvm_regs regs = {.rflags = 2, .rcx = EXITS, .rdx = 0x8000};
	const uint8_t *code = mode == 'e' ? outs : hlt;
	size_t size = mode == 'e' ? sizeof(outs) : sizeof(hlt);
	struct kvm_run *run;
	int64_t start;

	ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region);
	vcpu = ioctl(vm, KVM_CREATE_VCPU, NULL);
	run = map(ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, NULL), MAP_SHARED, vcpu);
	for (size_t i = 0; i < size; i++)
		memory[i] = code[i];
	enter_long_mode(vcpu, (uint64_t *)memory);
	ioctl(vcpu, KVM_SET_REGS, &regs);

	start = mode == 'e' || mode == 'l' ? now() : 0;
	do {
		ioctl(vcpu, KVM_RUN, NULL);
	} while (run->exit_reason == KVM_EXIT_IO);
	if (mode == 'e')
		tell_exits((now() - start) / EXITS);
	while (mode == 'l' && now() - start < value * 1000000)
		;
	if (mode == 'h') {
		print(1, "minvm\n");
		read(0, memory, 1);
	}
	return run->exit_reason != KVM_EXIT_HLT;
}
