/* SPDX-License-Identifier: MIT */
/* One VM with one vCPU, in the order that KVM asks for. */
#include "vm.h"

#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../kernel/abi.h"
#include "msg.h"

/*
 * For Intel CPUs that can't run real mode natively KVM wants four pages of
 * guest-physical space below 4 GiB: one for a page table, where its default
 * puts it, and the next three for a TSS (KVM_SET_TSS_ADDR).
 */
#define IDENTITY_MAP_ADDRESS 0xfffbc000u
#define TSS_ADDRESS	     0xfffbd000ul

/* CPUID bits of a CPU that can be a hypervisor itself: Intel's, leaf 1 ECX; AMD's, leaf 0x80000001
 * ECX. */
#define CPUID_1_ECX_VMX	       (1u << 5)
#define CPUID_80000001_ECX_SVM (1u << 2)

#define HUGE_PAGE (UINT64_C(2) << 20)

/* XCR0 (SDM 1, 13.3): x87, SSE and AVX; all of AVX-512, or nothing of it. */
#define XCR0_AVX    0x7u
#define XCR0_AVX512 0xe0u

/* That a signal, SIGCONT say, doesn't fail. */
static int kvm_ioctl(int fd, unsigned long request, void *argument)
{
	int result;

	do {
		result = ioctl(fd, request, argument);
	} while (result < 0 && errno == EINTR);
	return result;
}

int vm_ioctl(int fd, unsigned long request, const char *name, void *argument)
{
	int result = kvm_ioctl(fd, request, argument);

	if (result < 0)
		die("%s: %m", name);
	return result;
}

static int open_kvm(void)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	int version;

	if (kvm < 0 && (errno == ENOENT || errno == ENODEV || errno == ENXIO))
		die("no /dev/kvm (%m): load the kvm module for this CPU, or turn on "
		    "virtualization in the firmware or (nested) in the cloud machine");
	if (kvm < 0 && (errno == EACCES || errno == EPERM))
		die("no permission for /dev/kvm (%m): join the group that owns it, "
		    "as in: sudo usermod -aG kvm \"$USER\", then log in again");
	if (kvm < 0)
		die("can't open /dev/kvm: %m");
	version = VM_IOCTL(kvm, KVM_GET_API_VERSION, NULL);
	if (version != KVM_API_VERSION)
		die("/dev/kvm speaks API version %d, this program %d", version, KVM_API_VERSION);
	return kvm;
}

static int create_vm(int kvm)
{
	int vm_fd = kvm_ioctl(kvm, KVM_CREATE_VM, NULL);
	struct kvm_enable_cap quirks = {
		.cap = KVM_CAP_DISABLE_QUIRKS2,
		.args = {KVM_X86_QUIRK_FIX_HYPERCALL_INSN},
	};

	if (vm_fd < 0)
		die("this KVM can't make a VM: KVM_CREATE_VM: %m");
	/*
	 * KVM would patch a `vmcall` into this CPU's own instruction. Where that
	 * can't be written, some KVMs try for ever; without it, it is a #UD.
	 */
	if (ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_DISABLE_QUIRKS2) &
	    KVM_X86_QUIRK_FIX_HYPERCALL_INSN)
		VM_IOCTL(vm_fd, KVM_ENABLE_CAP, &quirks);
	return vm_fd;
}

/* Can the host's CPU run guests by itself? */
static bool cpu_virtualizes(void)
{
	unsigned eax, ebx, ecx, edx;

	return (__get_cpuid(1, &eax, &ebx, &ecx, &edx) && ecx & CPUID_1_ECX_VMX) ||
	       (__get_cpuid(0x80000001, &eax, &ebx, &ecx, &edx) && ecx & CPUID_80000001_ECX_SVM);
}

/*
 * Nested page tables map 2 MiB at once where the host has memory in such
 * pieces, aligned alike on both sides: one fault, not 512. That is where the
 * CPU virtualizes; kvm_pvm is for those that don't, and has page tables of its
 * own, which gain nothing by it, while a page costs the time to clear it.
 */
void vm_map_memory(struct vm *vm, uint64_t size)
{
	char *base = mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (base == MAP_FAILED)
		die("can't map %llu MiB of guest memory: %m", (unsigned long long)size >> 20);
	base += -(uintptr_t)base % HUGE_PAGE;
	if (cpu_virtualizes())
		madvise(base, size, MADV_HUGEPAGE);
	*vm = (struct vm){.mem = {.base = base, .size = size}};
}

/* One slot, whatever its size: several cost KVM as much, and more of them later, an ioctl. */
static void set_memory(const struct guestmem *mem, int vm_fd)
{
	struct kvm_userspace_memory_region region = {
		.memory_size = mem->size,
		.userspace_addr = (uintptr_t)mem->base,
	};

	if (kvm_ioctl(vm_fd, KVM_SET_USER_MEMORY_REGION, &region) < 0)
		die("KVM_SET_USER_MEMORY_REGION of %llu MiB: %m",
		    (unsigned long long)mem->size >> 20);
}

/* A table of CPUID. KVM never has more entries: KVM_MAX_CPUID_ENTRIES. */
union cpuid {
	struct kvm_cpuid2 table;
	char room[sizeof(struct kvm_cpuid2) + 256 * sizeof(struct kvm_cpuid_entry2)];
};

/*
 * Without a CPUID of its own a guest may not set EFER.NXE, and sees no feature
 * at all. It gets what KVM has but virtualization: a kernel that can't use
 * KVM's nested part can't attack it. Returns what XCR0 can have of features,
 * 0: there is none.
 */
static uint32_t get_cpuid(int kvm, union cpuid *cpuid)
{
	uint32_t xstate = 0;

	cpuid->table = (struct kvm_cpuid2){.nent = 256};
	VM_IOCTL(kvm, KVM_GET_SUPPORTED_CPUID, cpuid);
	for (unsigned i = 0; i < cpuid->table.nent; i++) {
		if (cpuid->table.entries[i].function == 1)
			cpuid->table.entries[i].ecx &= ~CPUID_1_ECX_VMX;
		if (cpuid->table.entries[i].function == 0xd && cpuid->table.entries[i].index == 0)
			xstate = cpuid->table.entries[i].eax;
		if (cpuid->table.entries[i].function == 0x80000001)
			cpuid->table.entries[i].ecx &= ~CPUID_80000001_ECX_SVM;
	}
	return xstate;
}

/*
 * What of AVX the guest may use once its kernel sets CR4.OSXSAVE. From here,
 * for where KVM itself is emulated, a guest's own xsetbv may go past it.
 * Returns XCR0, or 0 where KVM can't set it.
 */
static uint64_t set_xcr0(int kvm, int vcpu_fd, uint32_t xstate)
{
	uint64_t value = xstate & XCR0_AVX;
	struct kvm_xcrs xcrs = {.nr_xcrs = 1};

	if ((xstate & XCR0_AVX512) == XCR0_AVX512)
		value |= XCR0_AVX512;
	if (!value || ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_XCRS) <= 0)
		return 0;
	xcrs.xcrs[0].value = value;
	VM_IOCTL(vcpu_fd, KVM_SET_XCRS, &xcrs);
	return value;
}

void vm_create(struct vm *vm)
{
	union cpuid cpuid;
	int kvm = open_kvm();
	uint32_t xstate = get_cpuid(kvm, &cpuid);
	int vm_fd = create_vm(kvm);
	int run_size;
	int khz;

	if (vm->mem.size <= IDENTITY_MAP_ADDRESS &&
	    ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_SET_TSS_ADDR) > 0)
		VM_IOCTL(vm_fd, KVM_SET_TSS_ADDR, (void *)TSS_ADDRESS);
	set_memory(&vm->mem, vm_fd);
	vm->vcpu_fd = kvm_ioctl(vm_fd, KVM_CREATE_VCPU, NULL);
	if (vm->vcpu_fd < 0 && errno == EEXIST)
		die("this CPU's guests can't have more than %u MiB", IDENTITY_MAP_ADDRESS >> 20);
	if (vm->vcpu_fd < 0)
		die("KVM_CREATE_VCPU: %m");
	VM_IOCTL(vm->vcpu_fd, KVM_SET_CPUID2, &cpuid);
	vm->xcr0 = set_xcr0(kvm, vm->vcpu_fd, xstate);
	khz = ioctl(vm->vcpu_fd, KVM_GET_TSC_KHZ);
	vm->tsc_khz = khz > 0 ? khz : 0;
	run_size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	if (run_size < (int)sizeof(*vm->run))
		die("KVM_GET_VCPU_MMAP_SIZE: %s", run_size < 0 ? strerror(errno) : "too small");
	vm->run = mmap(NULL, run_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
		       vm->vcpu_fd, 0);
	if (vm->run == MAP_FAILED)
		die("can't map the vCPU's run structure: %m");
	/* At each exit the general registers are to be in vm->run, for exit_io() in run.c. */
	if (ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_SYNC_REGS) & KVM_SYNC_X86_REGS)
		vm->run->kvm_valid_regs = KVM_SYNC_X86_REGS;
	/* KVM starts a thread of its own at the first KVM_RUN: now, for the sandbox allows none. */
	vm->run->immediate_exit = 1;
	ioctl(vm->vcpu_fd, KVM_RUN, 0);
	vm->run->immediate_exit = 0;
	/* The vCPU keeps the VM alive, and nothing more is to be asked of it. */
	close(vm_fd);
	close(kvm);
}
