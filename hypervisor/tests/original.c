/* SPDX-License-Identifier: MIT */
/*
 * A hypervisor of the original protocol and nothing else, for tests of the
 * kernel: no CPUID, no boot info, 4 MiB, two exits a call, KVM's reset TR, and
 * in RDX the signature that this reset leaves. Of what the original does
 * besides, it lacks one thing: there the exit status is always 0.
 *
 *   original kernel.bin user.elf [args...]
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../kernel/abi.h"

#define MEMORY (4 << 20)
#define FDS    256
#define CLOSED (-1)

static char *memory;
static int vcpu;
static int host_fds[FDS]; /* the guest's fds */

static int check(int result, const char *what)
{
	if (result < 0)
		err(STATUS_FAILED, "%s", what);
	return result;
}

/* A guest-physical address in memory. */
static void *at(uint32_t gpa)
{
	if (gpa >= MEMORY)
		errx(STATUS_FAILED, "0x%x lies outside memory", gpa);
	return memory + gpa;
}

/* From the top of the boot stack down: strings, aligned to 16 bytes, then NULL, argv and argc. */
static uint64_t put_arguments(int argc, char **argv)
{
	uint64_t strings = BOOT_STACK_TOP;
	uint64_t *stack;

	for (int i = argc - 1; i >= 0; i--)
		strings -= strlen(argv[i]) + 1;
	stack = at((strings & ~UINT64_C(15)) - (argc + 2) * sizeof(*stack));
	stack[0] = argc;
	for (int i = 0; i < argc; i++) {
		stack[1 + i] = strings;
		strcpy(at(strings), argv[i]);
		strings += strlen(argv[i]) + 1;
	}
	stack[1 + argc] = 0;
	return (char *)stack - memory;
}

/* Data segments are as CS, the L bit included. */
static struct kvm_segment segment(int selector, int type)
{
	return (struct kvm_segment){.limit = 0xffffffff,
				    .selector = selector,
				    .type = type,
				    .present = 1,
				    .s = 1,
				    .l = 1,
				    .g = 1};
}

static void set_registers(uint64_t stack)
{
	struct kvm_sregs sregs;
	struct kvm_regs regs;

	check(ioctl(vcpu, KVM_GET_SREGS, &sregs), "KVM_GET_SREGS");
	check(ioctl(vcpu, KVM_GET_REGS, &regs), "KVM_GET_REGS");
	*(uint64_t *)at(0x1f7000) = 0x1f8007;
	*(uint64_t *)at(0x1f8000) = 0x1f9007;
	*(uint64_t *)at(0x1f9000) = 0x83;
	sregs.cr0 = 0x80050033;
	sregs.cr3 = 0x1f7000;
	sregs.cr4 = 0x620;
	sregs.efer = 0x501;
	sregs.cs = segment(8, 11);
	sregs.ds = sregs.es = sregs.fs = sregs.gs = sregs.ss = segment(16, 3);
	regs.rip = 0;
	regs.rflags = 2;
	regs.rdi = 0x200000;
	regs.rsi = MEMORY - 0x200000;
	regs.rsp = stack;
	check(ioctl(vcpu, KVM_SET_SREGS, &sregs), "KVM_SET_SREGS");
	check(ioctl(vcpu, KVM_SET_REGS, &regs), "KVM_SET_REGS");
}

static long open_lowest(const char *path)
{
	int fd = 0;
	int host;

	while (fd < FDS && host_fds[fd] != CLOSED)
		fd++;
	if (fd == FDS)
		return -ENFILE;
	host = open(path, O_RDONLY);
	if (host < 0)
		return -errno;
	host_fds[fd] = host;
	return fd;
}

/* The calls that take an fd. */
static long file_call(int port, uint32_t argument)
{
	const struct hc_rw *rw = port == PORT_CLOSE ? NULL : at(argument);
	const struct hc_lseek *seek = (const struct hc_lseek *)rw;
	int fd = port == PORT_CLOSE ? argument : port == PORT_LSEEK ? seek->fd : rw->fd;
	long result;

	if ((port == PORT_READ || port == PORT_WRITE) &&
	    (rw->buffer + rw->bytes < rw->buffer || rw->buffer + rw->bytes > MEMORY))
		return -EACCES;
	if (fd < 0 || fd >= FDS || host_fds[fd] == CLOSED)
		return -EBADF;
	if (port == PORT_READ) {
		result = read(host_fds[fd], memory + rw->buffer, rw->bytes);
	} else if (port == PORT_WRITE) {
		result = write(host_fds[fd], memory + rw->buffer, rw->bytes);
	} else if (port == PORT_LSEEK) {
		result = lseek(host_fds[fd], seek->offset, seek->whence);
	} else {
		result = close(host_fds[fd]);
		host_fds[fd] = CLOSED;
	}
	return result < 0 ? -errno : result;
}

static long hypercall(int port, uint32_t argument)
{
	switch (port) {
	case PORT_OPEN:
		return open_lowest(at(argument));
	case PORT_READ:
	case PORT_WRITE:
	case PORT_CLOSE:
	case PORT_LSEEK:
		return file_call(port, argument);
	case PORT_EXIT:
		dprintf(2, "+++ exited with %u +++\n", argument);
		_exit(argument);
	case PORT_PANIC:
		errx(1, "panic: %s", (char *)at(argument));
	default:
		errx(STATUS_FAILED, "a call of port 0x%x, which the original protocol lacks", port);
	}
}

/* Makes the VM, its vCPU in reset state. */
static struct kvm_run *create_vm(void)
{
	int kvm = check(open("/dev/kvm", O_RDWR), "/dev/kvm");
	int vm = check(ioctl(kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");
	struct kvm_userspace_memory_region region = {.memory_size = MEMORY};
	struct kvm_run *run;

	memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		err(STATUS_FAILED, "memory");
	region.userspace_addr = (uintptr_t)memory;
	check(ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region), "KVM_SET_USER_MEMORY_REGION");
	vcpu = check(ioctl(vm, KVM_CREATE_VCPU, 0), "KVM_CREATE_VCPU");
	run = mmap(NULL, ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), PROT_READ | PROT_WRITE, MAP_SHARED,
		   vcpu, 0);
	if (run == MAP_FAILED)
		err(STATUS_FAILED, "kvm_run");
	return run;
}

int main(int argc, char **argv)
{
	struct kvm_run *run;
	int result = 0;
	int image;

	if (argc < 3)
		errx(STATUS_FAILED, "usage: original kernel.bin user.elf [args...]");
	for (int fd = 0; fd < FDS; fd++)
		host_fds[fd] = fd <= STDERR_FILENO ? fd : CLOSED;
	run = create_vm();
	image = check(open(argv[1], O_RDONLY), argv[1]);
	check(read(image, memory, BOOT_IMAGE_LIMIT), argv[1]);
	close(image);
	set_registers(put_arguments(argc - 2, argv + 2));
	for (;;) {
		check(ioctl(vcpu, KVM_RUN, 0), "KVM_RUN");
		if (run->exit_reason != KVM_EXIT_IO)
			errx(STATUS_FAILED, "exit reason %u", run->exit_reason);
		if (run->io.direction == KVM_EXIT_IO_OUT)
			result = hypercall(run->io.port,
					   *(uint32_t *)((char *)run + run->io.data_offset));
		else
			memcpy((char *)run + run->io.data_offset, &result, sizeof(result));
	}
}
