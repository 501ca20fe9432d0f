/* SPDX-License-Identifier: MIT */
/* One VM with one vCPU, in the order that KVM asks for. */
#include "vm.h"

#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "../kernel/abi.h"
#include "cpuid.h"
#include "msg.h"

/*
 * On Intel CPUs that can't run real mode by themselves, KVM uses four pages of
 * guest-physical space below 4 GiB. The first holds a page table; this is KVM's
 * default place for it. The next three hold a TSS (KVM_SET_TSS_ADDR).
 */
#define IDENTITY_MAP_ADDRESS 0xfffbc000u
#define TSS_ADDRESS	     0xfffbd000ul

#define CPUID_80000007_EDX_INVARIANT_TSC (1u << 8)

#define HUGE_PAGE (UINT64_C(2) << 20)

/* ioctl(2), restarted when a signal interrupts it. */
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

/* Why /dev/kvm may not be opened, and what to do. */
static _Noreturn void no_permission(int error)
{
	static const char *const path = "/dev/kvm";
	struct statvfs fs;
	const char *reason = "join the group that owns it, as in: "
			     "sudo usermod -aG kvm \"$USER\", then log in again";

	if (error == EPERM) /* of the cgroup's list of devices */
		reason = "this container or service may not use the device; give it to it, as in: "
			 "docker run --device /dev/kvm";
	else if (statvfs(path, &fs) == 0 && fs.f_flag & ST_NODEV)
		reason = "the file system that it lies on is mounted with nodev; "
			 "mount a devtmpfs on /dev";
	else if (faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) == 0)
		reason = "its mode allows it, so a security module such as AppArmor or SELinux "
			 "forbids it";
	die("no permission for %s (%s): %s", path, strerror(error), reason);
}

static int open_kvm(void)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	int version;

	if (kvm < 0 && (errno == ENOENT || errno == ENODEV || errno == ENXIO))
		die("no /dev/kvm (%m): load the kvm module for this CPU, or turn on "
		    "virtualization in the firmware or (nested) in the cloud machine");
	if (kvm < 0 && (errno == EACCES || errno == EPERM))
		no_permission(errno);
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
	 * KVM would patch a `vmcall` or `vmmcall` into the one that this CPU has.
	 * Where the page can't be written, some KVMs try for ever. Without the
	 * quirk the wrong one is a #UD.
	 */
	if (ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_DISABLE_QUIRKS2) &
	    KVM_X86_QUIRK_FIX_HYPERCALL_INSN)
		VM_IOCTL(vm_fd, KVM_ENABLE_CAP, &quirks);
	return vm_fd;
}

/*
 * MSRs that the guest may read and write: EFER, STAR, LSTAR, CSTAR and SFMASK;
 * the bases of FS and GS, and that of swapgs (SDM 4, table 2-2). All others are
 * a #GP, KVM's own among them. Before Linux 5.10 KVM has no filter: then what
 * CPUID shows decides.
 *
 * The ioctl ends in synchronize_srcu(). That is quick unless the last grace
 * period ended less than 25 us ago (exp_holdoff in Linux's srcutree.c), when it
 * waits for some ticks. set_memory() ends in one, too: make the vCPU in between.
 */
static void restrict_msrs(int vm_fd)
{
	static const uint64_t all = UINT64_MAX; /* a bit for each MSR of a range */
	struct kvm_msr_filter filter = {
		.flags = KVM_MSR_FILTER_DEFAULT_DENY,
		.ranges = {{.base = 0xc0000080, .nmsrs = 5}, {.base = 0xc0000100, .nmsrs = 3}},
	};

	for (int i = 0; i < 2; i++) {
		filter.ranges[i].flags = KVM_MSR_FILTER_READ | KVM_MSR_FILTER_WRITE;
		filter.ranges[i].bitmap = (uint8_t *)&all;
	}
	if (kvm_ioctl(vm_fd, KVM_X86_SET_MSR_FILTER, &filter) < 0 && errno != ENOTTY)
		die("KVM_X86_SET_MSR_FILTER: %m");
}

/* Turns a capability on where this KVM has it; EINVAL: it doesn't. */
static void try_cap(int fd, uint32_t cap, uint64_t argument)
{
	struct kvm_enable_cap enable = {.cap = cap, .args = {argument}};

	if (kvm_ioctl(fd, KVM_ENABLE_CAP, &enable) < 0 && errno != EINVAL)
		die("KVM_ENABLE_CAP %u: %m", cap);
}

/*
 * Asks for huge pages. A nested page table maps one with one fault instead of
 * 512, if guest-physical and host addresses are aligned alike. kvm_pvm has no
 * nested page tables: there it gains nothing, and clearing 2 MiB takes time.
 */
void vm_map_memory(struct vm *vm, uint64_t size)
{
	char *base = mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (base == MAP_FAILED)
		die("can't map %llu MiB of guest memory: %m", (unsigned long long)size >> 20);
	base += -(uintptr_t)base % HUGE_PAGE;
	if (cpuid_host_virtualizes())
		madvise(base, size, MADV_HUGEPAGE);
	*vm = (struct vm){.mem = {.base = base, .size = size}};
}

/* One slot for all memory. To add one later would take an ioctl that the sandbox forbids. */
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

/* A KVM that lacks the call doesn't need it. */
static void set_tss_address(int vm_fd)
{
	if (kvm_ioctl(vm_fd, KVM_SET_TSS_ADDR, (void *)TSS_ADDRESS) < 0 && errno != EINVAL &&
	    errno != ENOTTY)
		die("KVM_SET_TSS_ADDR: %m");
}

/*
 * Sets XCR0: what of AVX the guest may use once its kernel sets CR4.OSXSAVE. The
 * guest doesn't do it, because an emulated AMD-V may run its xsetbv without an
 * exit to KVM. Returns XCR0, or 0 where KVM can't set it.
 */
static uint64_t set_xcr0(int vcpu_fd, uint32_t xstate)
{
	uint64_t value = xstate & XCR0_AVX;
	struct kvm_xcrs xcrs = {.nr_xcrs = 1};

	if ((xstate & XCR0_AVX512) == XCR0_AVX512)
		value |= XCR0_AVX512;
	if (!value)
		return 0;
	xcrs.xcrs[0].value = value;
	if (kvm_ioctl(vcpu_fd, KVM_SET_XCRS, &xcrs) == 0)
		return value;
	if (errno != EINVAL && errno != ENOTTY)
		die("KVM_SET_XCRS: %m");
	return 0;
}

/* Does the time-stamp counter run at one rate, and on all CPUs alike? SDM 3, 17.17.1. */
static bool counter_is_invariant(void)
{
	unsigned eax, ebx, ecx, edx;

	return __get_cpuid(0x80000007, &eax, &ebx, &ecx, &edx) &&
	       edx & CPUID_80000007_EDX_INVARIANT_TSC;
}

/*
 * Do ring 3 and ring 0 read the same time-stamp counter? Where KVM needs no virtualization, ring 3
 * runs on the bare CPU, whose counter has no offset. Then ring 0's offset is set to 0 as well.
 */
static bool share_counter(int vcpu_fd)
{
	uint64_t offset = 0;
	struct kvm_device_attr attr = {
		.group = KVM_VCPU_TSC_CTRL,
		.attr = KVM_VCPU_TSC_OFFSET,
		.addr = (uintptr_t)&offset,
	};

	if (cpuid_host_virtualizes())
		return true;
	return counter_is_invariant() && ioctl(vcpu_fd, KVM_SET_DEVICE_ATTR, &attr) == 0;
}

void vm_create(struct vm *vm)
{
	union cpuid cpuid; /* 10 KiB, of which KVM fills few */
	int kvm = open_kvm();
	int vm_fd, run_size, khz;
	uint32_t xstate;

	/* Without a CPUID of its own a guest may not set EFER.NXE, and sees no feature at all. */
	cpuid.table = (struct kvm_cpuid2){.nent = CPUID_ENTRIES};
	VM_IOCTL(kvm, KVM_GET_SUPPORTED_CPUID, &cpuid);
	xstate = cpuid_cut(&cpuid);
	vm_fd = create_vm(kvm);
	if (vm->mem.size <= IDENTITY_MAP_ADDRESS)
		set_tss_address(vm_fd);
	try_cap(vm_fd, KVM_CAP_PMU_CAPABILITY, KVM_PMU_CAP_DISABLE);
	set_memory(&vm->mem, vm_fd);
	vm->vcpu_fd = kvm_ioctl(vm_fd, KVM_CREATE_VCPU, NULL);
	if (vm->vcpu_fd < 0 && errno == EEXIST)
		die("this CPU's guests can't have more than %u MiB", IDENTITY_MAP_ADDRESS >> 20);
	if (vm->vcpu_fd < 0)
		die("KVM_CREATE_VCPU: %m");
	/* Of KVM's own hypercalls and MSRs the guest gets those that CPUID shows: none. */
	try_cap(vm->vcpu_fd, KVM_CAP_ENFORCE_PV_FEATURE_CPUID, 1);
	VM_IOCTL(vm->vcpu_fd, KVM_SET_CPUID2, &cpuid);
	vm->xcr0 = set_xcr0(vm->vcpu_fd, xstate);
	khz = ioctl(vm->vcpu_fd, KVM_GET_TSC_KHZ);
	vm->tsc_khz = khz > 0 ? khz : 0;
	vm->shared_counter = share_counter(vm->vcpu_fd);
	run_size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	if (run_size < (int)sizeof(*vm->run))
		die("KVM_GET_VCPU_MMAP_SIZE: %s", run_size < 0 ? strerror(errno) : "too small");
	vm->run = mmap(NULL, run_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
		       vm->vcpu_fd, 0);
	if (vm->run == MAP_FAILED)
		die("can't map the vCPU's run structure: %m");
	restrict_msrs(vm_fd);
	/* KVM copies the general registers into vm->run at each exit, for exit_io() in run.c. */
	if (ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_SYNC_REGS) & KVM_SYNC_X86_REGS)
		vm->run->kvm_valid_regs = KVM_SYNC_X86_REGS;
	/* The first KVM_RUN starts a thread of KVM's own. The sandbox allows none: do it now. */
	vm->run->immediate_exit = 1;
	ioctl(vm->vcpu_fd, KVM_RUN, 0);
	vm->run->immediate_exit = 0;
	/* The vCPU's fd keeps the VM alive; the VM's own isn't needed any more. */
	close(vm_fd);
	close(kvm);
}
