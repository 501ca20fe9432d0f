/* SPDX-License-Identifier: MIT */
/* Step 0 of the tour: all that KVM needs to run ten bytes of 16-bit code. Prints "a". */
#include <err.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define MEMORY 0x1000 /* bytes of guest memory, from guest-physical 0 */

/* mov $'a', %al; mov $0x217, %dx; out %al, (%dx); mov $'\n', %al; out %al, (%dx); hlt */
static const unsigned char code[] = {0xb0, 'a', 0xba, 0x17, 0x02, 0xee, 0xb0, '\n', 0xee, 0xf4};

/* An ioctl of KVM's (Documentation/virt/kvm/api.rst) that must succeed. */
static int kvm(int fd, unsigned long request, const char *name, void *argument)
{
	int result = ioctl(fd, request, argument);

	if (result < 0)
		err(1, "%s", name);
	return result;
}
#define KVM(fd, request, argument) kvm(fd, request, #request, argument)

static void *map(size_t size, int flags, int fd)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | flags, fd, 0);

	if (memory == MAP_FAILED)
		err(1, "mmap");
	return memory;
}

int main(void)
{
	int kvm_fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	void *memory = map(MEMORY, MAP_ANONYMOUS, -1);
	struct kvm_userspace_memory_region region = {.memory_size = MEMORY,
						     .userspace_addr = (unsigned long)memory};
	struct kvm_regs regs = {.rflags = 2}; /* RIP 0; bit 1 of RFLAGS is always set */
	struct kvm_sregs sregs;
	struct kvm_run *run;
	int vm, vcpu;

	if (kvm_fd < 0)
		err(1, "/dev/kvm");
	if (KVM(kvm_fd, KVM_GET_API_VERSION, NULL) != KVM_API_VERSION)
		errx(1, "another version of KVM's API");
	vm = KVM(kvm_fd, KVM_CREATE_VM, NULL);
	memcpy(memory, code, sizeof(code));
	KVM(vm, KVM_SET_USER_MEMORY_REGION, &region);
	vcpu = KVM(vm, KVM_CREATE_VCPU, NULL);
	run = map(KVM(kvm_fd, KVM_GET_VCPU_MMAP_SIZE, NULL), 0, vcpu);

	/* A CPU starts in real mode, near the top of memory. This one is to start at 0000:0000. */
	KVM(vcpu, KVM_GET_SREGS, &sregs);
	sregs.cs.base = sregs.cs.selector = 0;
	KVM(vcpu, KVM_SET_SREGS, &sregs);
	KVM(vcpu, KVM_SET_REGS, &regs);

	for (;;) {
		KVM(vcpu, KVM_RUN, NULL);
		if (run->exit_reason == KVM_EXIT_HLT)
			return 0;
		if (run->exit_reason != KVM_EXIT_IO)
			errx(1, "exit reason %u", run->exit_reason);
		/* The byte that `out` wrote lies behind struct kvm_run. */
		putchar(*((char *)run + run->io.data_offset));
	}
}
