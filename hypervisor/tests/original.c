/* SPDX-License-Identifier: MIT */
/*
 * A hypervisor of the original protocol and nothing else, for tests of the
 * kernel: no CPUID, no boot info, 4 MiB, two exits a call, KVM's reset TR. It
 * trusts its guest.
 *
 *   original kernel.bin user.elf [args...]
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../kernel/abi.h"

#define MEMORY (4 << 20)

static char *memory;
static int vcpu;

static int check(int result, const char *what)
{
	if (result < 0)
		err(STATUS_FAILED, "%s", what);
	return result;
}

static struct kvm_segment segment(int selector, int type, int code)
{
	return (struct kvm_segment){.limit = 0xffffffff,
				    .selector = selector,
				    .type = type,
				    .present = 1,
				    .s = 1,
				    .l = code,
				    .db = !code,
				    .g = 1};
}

static void set_registers(int argc, char **argv)
{
	struct kvm_sregs sregs;
	struct kvm_regs regs;
	unsigned long *stack = (unsigned long *)(memory + 0x1fe000);
	unsigned long strings = 0x1ff000;

	check(ioctl(vcpu, KVM_GET_SREGS, &sregs), "KVM_GET_SREGS");
	check(ioctl(vcpu, KVM_GET_REGS, &regs), "KVM_GET_REGS");
	*(unsigned long *)(memory + 0x1f7000) = 0x1f8003;
	*(unsigned long *)(memory + 0x1f8000) = 0x1f9003;
	*(unsigned long *)(memory + 0x1f9000) = 0x83;
	sregs.cr0 = 0x80050033;
	sregs.cr3 = 0x1f7000;
	sregs.cr4 = 0x620;
	sregs.efer = 0x501;
	sregs.cs = segment(8, 11, 1);
	sregs.ds = sregs.es = sregs.fs = sregs.gs = sregs.ss = segment(16, 3, 0);
	regs.rip = 0;
	regs.rflags = 2;
	regs.rdi = 0x200000;
	regs.rsi = MEMORY - 0x200000;
	regs.rsp = 0x1fe000;
	*stack++ = argc;
	for (int i = 0; i < argc; i++) {
		*stack++ = strings;
		strcpy(memory + strings, argv[i]);
		strings += strlen(argv[i]) + 1;
	}
	*stack = 0;
	check(ioctl(vcpu, KVM_SET_SREGS, &sregs), "KVM_SET_SREGS");
	check(ioctl(vcpu, KVM_SET_REGS, &regs), "KVM_SET_REGS");
}

static int hypercall(int port, unsigned argument)
{
	const struct hc_rw *rw = (struct hc_rw *)(memory + argument);
	const struct hc_lseek *seek = (struct hc_lseek *)(memory + argument);
	long result;

	switch (port) {
	case PORT_OPEN:
		result = open(memory + argument, O_RDONLY);
		break;
	case PORT_READ:
		result = read(rw->fd, memory + rw->buffer, rw->bytes);
		break;
	case PORT_WRITE:
		result = write(rw->fd, memory + rw->buffer, rw->bytes);
		break;
	case PORT_CLOSE:
		result = close(argument);
		break;
	case PORT_LSEEK:
		result = lseek(seek->fd, seek->offset, seek->whence);
		break;
	case PORT_EXIT:
		dprintf(2, "+++ exited with %u +++\n", argument);
		_exit(argument);
	default:
		errx(STATUS_FAILED, "a call of port 0x%x, which the original protocol lacks", port);
	}
	return result < 0 ? -errno : result;
}

int main(int argc, char **argv)
{
	int kvm = check(open("/dev/kvm", O_RDWR), "/dev/kvm");
	int vm = check(ioctl(kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");
	struct kvm_userspace_memory_region region = {.memory_size = MEMORY};
	struct kvm_run *run;
	int result = 0;
	int image;

	if (argc < 3)
		errx(STATUS_FAILED, "usage: original kernel.bin user.elf [args...]");
	memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	region.userspace_addr = (unsigned long)memory;
	check(ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region), "KVM_SET_USER_MEMORY_REGION");
	vcpu = check(ioctl(vm, KVM_CREATE_VCPU, 0), "KVM_CREATE_VCPU");
	run = mmap(NULL, ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), PROT_READ | PROT_WRITE, MAP_SHARED,
		   vcpu, 0);
	image = check(open(argv[1], O_RDONLY), argv[1]);
	check(read(image, memory, BOOT_IMAGE_LIMIT), argv[1]);
	/* So that the guest's fds are the host's, as they were there: its first file is 3. */
	close(image);
	set_registers(argc - 2, argv + 2);
	for (;;) {
		check(ioctl(vcpu, KVM_RUN, 0), "KVM_RUN");
		if (run->exit_reason != KVM_EXIT_IO)
			errx(STATUS_FAILED, "exit reason %u", run->exit_reason);
		if (run->io.direction == KVM_EXIT_IO_OUT)
			result = hypercall(run->io.port,
					   *(unsigned *)((char *)run + run->io.data_offset));
		else
			memcpy((char *)run + run->io.data_offset, &result, sizeof(result));
	}
}
