# SPDX-License-Identifier: MIT
# make            builds the hypervisor, the kernel and the programs
# make run        prints /etc/os-release from inside the virtual machine
# make test       all tests, on every KVM that this machine has or can start
# make check-e2e check-hostile check-conform [CASE=pattern] [KVM=kind]
#                 one suite, or those of its cases whose name matches the shell pattern, on one
#                 kind of KVM: own (this machine's), tcg (AMD-V in QEMU) or vtx (VT-x in Bochs)
# make test-asan  the end-to-end suite with a hypervisor under AddressSanitizer and UBSan
# make fuzz-kernel [SEED=n] [COUNT=n] [FIRST=n] [KERNEL=poison.bin]
#                 random system calls, as many as you like, on emulated AMD-V
# make fuzz       fuzzes what a guest and a program can reach, FUZZ_SECONDS=60 long
# make bench      measures the speed, on every KVM that this machine has or can start
# make prove      proves the range checks with Frama-C, and that they can't be loosened
# make readme     puts the table of what runs, as `make test` found it, into the README
# make clean      removes all that was built
#
# CPPFLAGS, CFLAGS and LDFLAGS are added to what the host side is built with, KCFLAGS to what the
# kernel is: flags for programs seldom suit ring 0.

ifeq ($(origin CC),default)
CC      := gcc
endif
OBJCOPY ?= objcopy
V       ?= 0
Q       := $(if $(filter 0,$(V)),@)
say      = $(if $(filter 0,$(V)),@printf '  %-7s %s\n' $(1) $(2))

WARN    := -Wall -Wextra -Wmissing-prototypes -Wstrict-prototypes -Wshadow -Wvla -Werror
# The same bytes, whatever directory they are built in.
COMMON  := -std=gnu11 -g -ffile-prefix-map=$(CURDIR)=. -MMD -MP $(WARN)

# The host side: a static PIE with the hardening that the compiler and the linker have.
FORTIFY      := $(if $(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS)),,-D_FORTIFY_SOURCE=2)
HOST_CFLAGS  := $(COMMON) -O2 -D_GNU_SOURCE $(FORTIFY) -fPIE -fstack-protector-strong \
	-fcf-protection $(CPPFLAGS) $(CFLAGS)
HOST_LDFLAGS := -static-pie -Wl,-z,relro,-z,now $(LDFLAGS)

# Ring 0 uses general registers only: FP and SIMD state is the program's alone.
KERNEL_CFLAGS := $(COMMON) -O2 -ffreestanding -fPIE -include kernel/hidden.h -mno-red-zone \
	-mgeneral-regs-only -fno-stack-protector -fcf-protection=none \
	-fno-asynchronous-unwind-tables -fno-jump-tables -ffunction-sections -fdata-sections $(KCFLAGS)
KERNEL_ASFLAGS := $(filter-out -include kernel/hidden.h,$(KERNEL_CFLAGS))

# Optimized as one, where the compiler can: an interpreted ring 0 pays for each call. The objects
# hold ordinary code, too, for kernels whose functions a test replaces.
KERNEL_LTO := $(if $(findstring clang,$(CC)),,-flto -flto-partition=one -ffat-lto-objects)

KERNEL_LDFLAGS  := -nostdlib -static -Wl,-z,max-page-size=4096 -Wl,--build-id=none \
	-Wl,-z,noexecstack

USER_CFLAGS  := $(COMMON) -O2 -ffreestanding -fno-pie -fno-stack-protector \
	-fcf-protection=none -fno-asynchronous-unwind-tables
USER_LDFLAGS := -nostdlib -static -Wl,-z,noexecstack -Wl,--build-id=none

HYPERVISOR_SRC := $(wildcard hypervisor/*.c)
KERNEL_SRC     := $(filter-out kernel/tests/%,$(wildcard kernel/*.c kernel/*/*.[cS]))
USER_ELF       := $(patsubst %,user/%.elf,orw hello cat args)

STAGE          := build/stage
STAGE_MAIN     := $(addprefix $(STAGE)/,hypervisor/hypervisor.elf kernel/kernel.bin $(USER_ELF))

USER_OBJ       := $(patsubst %,build/%.o,$(filter-out user/tests/mkelf.c,$(wildcard user/*.c \
	user/*.S user/tests/*.c user/tests/*.S)))
HYPERVISOR_OBJ := $(HYPERVISOR_SRC:%=build/%.o)
KERNEL_OBJ     := $(KERNEL_SRC:%=build/%.o)
WRAPPED        := poison overflow no_stack
UNCHECKED      := sysretq iretq

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all run test check-e2e check-hostile check-conform test-asan prove fuzz fuzz-kernel conform readme clean FORCE
all: hypervisor/hypervisor.elf kernel/kernel.bin $(USER_ELF)

MAIN_JOB := hypervisor/hypervisor.elf kernel/kernel.bin user/orw.elf /etc/os-release

# Without a /dev/kvm that can run a guest, in a machine that has one.
run: all $(STAGE_MAIN) $(STAGE)/tests/article64.bin
	@if [ "$$(hypervisor/tests/own_kvm.sh)" != none ]; then \
		echo '$(MAIN_JOB)'; $(MAIN_JOB); \
	else \
		echo 'No usable /dev/kvm here: the same in a machine that QEMU emulates, with AMD-V.'; \
		hypervisor/tests/packages.sh machine && \
		echo 'Starting it; this takes some 10 seconds.' && \
		echo '$(MAIN_JOB)' && \
		hypervisor/tests/nested.sh -t 600 $(STAGE) $(MAIN_JOB); \
	fi

test: stage
	user/tests/run.sh

check-e2e check-hostile: stage
	@user/tests/check.sh $(@:check-%=%)
check-conform: stage conform
	@user/tests/check.sh conform

SEED   ?= $(shell date +%s)
COUNT  ?= 1000000
FIRST  ?= 0
KERNEL ?= kernel.bin
fuzz-kernel: stage
	hypervisor/tests/nested.sh -t 86400 build/stage hypervisor/hypervisor.elf -m 6M \
		kernel/$(KERNEL) tests/fuzz.elf $(SEED) $(COUNT) $(FIRST)

# Puts the table that the last `make test` has made into the README.
readme: build/conformance.md
	user/tests/conform/table.sh README.md <$<
	user/tests/calls.sh README.md

# The hypervisor with AddressSanitizer and UBSan, through the suites that show it. What it
# allocates it keeps to its end.
test-asan: stage $(STAGE)/asan/hypervisor.elf
	ASAN_OPTIONS=detect_leaks=0 user/tests/run.sh asan/hypervisor.elf

# The headers of these files are inputs to begin with.
fuzz: user/hello.elf $(STAGE)/tests/elf/cases
	hypervisor/tests/fuzz.sh

prove:
	hypervisor/tests/prove.sh

comma := ,

# Another compiler or other flags make other objects.
BUILT_WITH := $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(KCFLAGS)
build/compiler: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo '$(BUILT_WITH)' | cmp -s - $@ || echo '$(BUILT_WITH)' >$@
FORCE:
$(HYPERVISOR_OBJ) $(KERNEL_OBJ) $(WRAPPED:%=build/kernel/tests/%.c.o) $(USER_OBJ): Makefile build/compiler

hypervisor/hypervisor.elf: $(HYPERVISOR_OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) $(HOST_CFLAGS) $(HOST_LDFLAGS) -o $@ $^

build/hypervisor/%.c.o: hypervisor/%.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(HOST_CFLAGS) -c -o $@ $<

build/kernel/lib/string.c.o: KERNEL_CFLAGS += \
	$(if $(findstring clang,$(CC)),-fno-builtin,-fno-tree-loop-distribute-patterns)

build/kernel/%.c.o: kernel/%.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(KERNEL_CFLAGS) $(KERNEL_LTO) -c -o $@ $<

build/kernel/%.S.o: kernel/%.S
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(KERNEL_ASFLAGS) -c -o $@ $<

build/kernel/kernel.ld: kernel/kernel.ld kernel/abi.h kernel/layout.h kernel/x86/trap_frame.h \
		kernel/x86/pte.h
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -E -P -D__ASSEMBLER__ -x c -o $@ $<

# kernel.elf keeps the symbols for a debugger.
kernel/kernel.elf: build/kernel/kernel.ld $(KERNEL_OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) $(filter-out -MMD -MP,$(KERNEL_CFLAGS)) $(KERNEL_LTO) $(KERNEL_LDFLAGS) -Wl,-T,$< \
		-o $@ $(KERNEL_OBJ)

kernel/kernel.bin: kernel/kernel.elf
	$(call say,OBJCOPY,$@)
	$(Q)$(OBJCOPY) -O binary $< $@

# Kernels for tests: the linker puts functions of kernel/tests around the kernel's own.
poison_WRAPS     := kmalloc kfree frame_alloc frame_alloc_run frame_put
overflow_WRAPS   := sys_exit_group
no_stack_WRAPS   := exec_program
build/wrapped/%.elf: build/kernel/kernel.ld $(KERNEL_OBJ) build/kernel/tests/%.c.o
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -fno-lto $(KERNEL_LDFLAGS) $($*_WRAPS:%=-Wl,--wrap=%) -Wl,-T,$< -o $@ $(filter %.o,$^)

$(WRAPPED:%=$(STAGE)/kernel/%.bin): $(STAGE)/kernel/%.bin: build/wrapped/%.elf
	$(call say,OBJCOPY,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(OBJCOPY) -O binary $< $@

# Kernels that lack the check of RIP before an instruction that returns to ring 3.
unchecked_sysretq := syscall_bad_return
unchecked_iretq   := bad_return
build/unchecked/%/trap.S: kernel/x86/trap.S
	$(Q)mkdir -p $(@D)
	$(Q)sed '/^\tjnz $(unchecked_$*)$$/d' $< >$@
	$(Q)! cmp -s $< $@

build/unchecked/%/trap.S.o: build/unchecked/%/trap.S
	$(Q)$(CC) $(filter-out -MMD -MP,$(KERNEL_ASFLAGS)) -Ikernel/x86 -c -o $@ $<

build/unchecked/%.elf: build/kernel/kernel.ld build/unchecked/%/trap.S.o $(KERNEL_OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) -fno-lto $(KERNEL_LDFLAGS) -Wl,-T,$< -o $@ \
		$(filter-out build/kernel/x86/trap.S.o,$(filter %.o,$^))

$(STAGE)/kernel/unchecked-%.bin: build/unchecked/%.elf
	$(call say,OBJCOPY,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(OBJCOPY) -O binary $< $@

# Tests that fault on purpose look like mistakes to the compiler.
build/user/tests/%.o: USER_CFLAGS += -Wno-array-bounds -fno-delete-null-pointer-checks

build/user/%.c.o: user/%.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(USER_CFLAGS) -c -o $@ $<

build/user/%.S.o: user/%.S
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(USER_CFLAGS) -c -o $@ $<

user/%.elf: build/user/start.S.o build/user/%.c.o
	$(call say,LD,$@)
	$(Q)$(CC) $(USER_LDFLAGS) -o $@ $^

# --- tests ---

# What e2e.sh needs, in one directory that can be carried into another machine.
USER_TESTS    := $(patsubst user/tests/%.c,%,$(filter-out user/tests/mkelf.c,$(wildcard user/tests/*.c)))
FLAT_TESTS    := article16 article64 protocol user_pages msrs cpuid ring3io calls limit overlimit flood evade
BREAKS        := $(shell sed -n 's/.*defined(BREAK_\([a-z0-9_]*\)).*/\1/p' hypervisor/tests/break.S)
HOSTILES      := $(shell sed -n 's/.*defined(HOSTILE_\([a-z0-9_]*\)).*/\1/p' hypervisor/tests/hostile.S)
HOST_HELPERS  := original sigint inherit cputime nokvm nocall nobody chaos
STAGED        := $(STAGE_MAIN) $(addprefix $(STAGE)/, $(USER_TESTS:%=tests/%.elf) tests/registers.elf tests/startup-pie.elf \
	tests/fault-execstack.elf $(FLAT_TESTS:%=tests/%.bin) $(BREAKS:%=tests/break-%.bin) \
	$(HOSTILES:%=tests/hostile-%.bin) tests/hostile.sh tests/vtx.sh $(HOST_HELPERS:%=tests/%) \
	tests/pagetables tests/sandbox tests/refused tests/guards tests/lstar tests/elf/cases tests/e2e.sh \
	tests/suite.sh $(WRAPPED:%=kernel/%.bin) $(UNCHECKED:%=kernel/unchecked-%.bin) \
	$(UNCHECKED:%=tests/lstar-unchecked-%))

$(STAGE_MAIN): $(STAGE)/%: %
	$(Q)mkdir -p $(@D)
	$(Q)cp $< $@

$(STAGE)/tests/e2e.sh $(STAGE)/tests/suite.sh: $(STAGE)/tests/%: user/tests/%
	$(Q)mkdir -p $(@D)
	$(Q)cp $< $@

$(STAGE)/tests/hostile.sh $(STAGE)/tests/vtx.sh: $(STAGE)/tests/%: hypervisor/tests/%
	$(Q)mkdir -p $(@D)
	$(Q)cp $< $@

$(STAGE)/tests/registers.elf: build/user/tests/registers.S.o
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(USER_LDFLAGS) -o $@ $^

$(STAGE)/tests/startup-pie.elf: user/start.S user/tests/startup.c
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(filter-out -fno-pie -MMD -MP,$(USER_CFLAGS)) -fPIE -include kernel/hidden.h \
		-x assembler-with-cpp user/start.S -x c user/tests/startup.c -nostdlib -static-pie -o $@

$(STAGE)/tests/fault-execstack.elf: build/user/start.S.o build/user/tests/fault.c.o
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(filter-out -Wl$(comma)-z$(comma)noexecstack,$(USER_LDFLAGS)) -Wl,-z,execstack -o $@ $^

$(STAGE)/tests/shared.elf: USER_LDFLAGS += -Wl,-T,user/tests/shared.ld
$(STAGE)/tests/shared.elf: user/tests/shared.ld
$(STAGE)/tests/%.elf: build/user/start.S.o build/user/tests/%.c.o
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(USER_LDFLAGS) -o $@ $(filter %.o,$^)

$(STAGE)/tests/fuzz.elf: build/user/tests/fuzz_call.S.o
$(STAGE)/tests/traps.elf: build/user/tests/traps_cases.S.o

# Flat images, linked at 0.
FLAT = $(CC) -nostdlib -static -Wl,--build-id=none -Wl,-Ttext=0 -Wl,-N -Wl,--no-warn-rwx-segments
build/flat/overlimit.elf: FLAT += -DOVER
build/flat/overlimit.elf: hypervisor/tests/limit.S
build/flat/break-%.elf: hypervisor/tests/break.S hypervisor/tests/flat.inc kernel/abi.h
	$(Q)mkdir -p $(@D)
	$(Q)$(FLAT) -DBREAK_$* -o $@ $<
build/flat/hostile-%.elf: hypervisor/tests/hostile.S hypervisor/tests/flat.inc kernel/abi.h
	$(Q)mkdir -p $(@D)
	$(Q)$(FLAT) -DHOSTILE_$* -o $@ $<
build/flat/%.elf: hypervisor/tests/%.S hypervisor/tests/flat.inc kernel/abi.h
	$(Q)mkdir -p $(@D)
	$(Q)$(FLAT) -o $@ $<
build/flat/overlimit.elf:
	$(Q)mkdir -p $(@D)
	$(Q)$(FLAT) -o $@ $<
$(STAGE)/tests/%.bin: build/flat/%.elf
	$(call say,OBJCOPY,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(OBJCOPY) -O binary $< $@

$(HOST_HELPERS:%=$(STAGE)/tests/%): $(STAGE)/tests/%: hypervisor/tests/%.c kernel/abi.h
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(filter-out -MMD -MP,$(HOST_CFLAGS)) $(HOST_LDFLAGS) -o $@ $<

$(STAGE)/tests/pagetables $(STAGE)/tests/sandbox: $(STAGE)/tests/%: hypervisor/tests/%.c \
		$(filter-out %/main.c.o,$(HYPERVISOR_OBJ))
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(filter-out -MMD -MP,$(HOST_CFLAGS)) $(HOST_LDFLAGS) -o $@ $(filter-out %.h,$^)
$(STAGE)/tests/sandbox: hypervisor/tests/sandbox_files.c hypervisor/tests/sandbox_test.h

$(STAGE)/tests/refused: hypervisor/tests/refused.c $(HYPERVISOR_OBJ)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(filter-out -MMD -MP,$(HOST_CFLAGS)) $(HOST_LDFLAGS) -Wl,--wrap=longmode_sregs -o $@ $^

# The pages below the kernel's stacks, and the address that `syscall` enters at.
$(STAGE)/tests/guards: kernel/kernel.elf
	$(Q)mkdir -p $(@D)
	$(Q)nm $< | sed -n 's/ . [a-z]*_stack_guard$$//p' >$@

$(STAGE)/tests/lstar: kernel/kernel.elf
$(UNCHECKED:%=$(STAGE)/tests/lstar-unchecked-%): $(STAGE)/tests/lstar-unchecked-%: build/unchecked/%.elf
$(STAGE)/tests/lstar $(UNCHECKED:%=$(STAGE)/tests/lstar-unchecked-%):
	$(Q)mkdir -p $(@D)
	$(Q)nm $< | sed -n 's/ . syscall_entry$$//p' >$@

build/tests/mkelf: user/tests/mkelf.c
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(filter-out -MMD -MP,$(HOST_CFLAGS)) -o $@ $<

$(STAGE)/tests/elf/cases: build/tests/mkelf user/hello.elf
	$(Q)mkdir -p $(@D)
	$(Q)build/tests/mkelf user/hello.elf $(@D)

# Unit tests, on the build host under sanitizers. The kernel's string functions get names of
# their own beside libc's.
SANITIZE    := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
UNIT_CFLAGS := $(filter-out -MMD -MP -Wmissing-prototypes,$(COMMON)) -O1 -D_GNU_SOURCE -DHOST_TEST \
	$(SANITIZE)
UNIT_TESTS  := mm_test proc_test hypervisor_test
RENAMED     := $(foreach f,memcpy memset memcmp strcmp strlen,-D$(f)=kernel_$(f))

build/tests/mm_test: kernel/tests/mm_test.c $(addprefix kernel/mm/,frame.c direct_map.c paging.c kmalloc.c \
	vma.c vma_tree.c space.c uaccess.c)
build/tests/proc_test: kernel/tests/proc_test.c kernel/proc/elf.c kernel/proc/stack.c kernel/fs/path.c kernel/lib/random.c \
	build/tests/string.o
build/tests/hypervisor_test: hypervisor/tests/hypervisor_test.c $(addprefix hypervisor/,guestmem.c \
	cpuid.c fdtable.c hostfile.c hypercall.c longmode.c msg.c)
$(UNIT_TESTS:%=build/tests/%): kernel/tests/unit.h $(wildcard hypervisor/*.h kernel/*.h kernel/*/*.h)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(UNIT_CFLAGS) -o $@ $(filter %.c %.o,$^)

# The sanitizers' libraries want a dynamic program: its libraries go with it, for a machine that
# has none.
$(STAGE)/asan/hypervisor.elf: $(HYPERVISOR_SRC) $(wildcard hypervisor/*.h kernel/*.h)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)/lib
	$(Q)$(CC) $(filter-out -MMD -MP,$(COMMON)) -O1 -D_GNU_SOURCE $(SANITIZE) -o $@ \
		$(filter %.c,$^)
	$(Q)ldd $@ | sed -n 's/[^/]*\(\/[^ ]*\).*/\1/p' | xargs cp -L -t $(@D)/lib

build/tests/string.o: kernel/lib/string.c kernel/x86/x86.h
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(UNIT_CFLAGS) -fno-builtin $(RENAMED) -c -o $@ $<

# Programs of C libraries and of the distribution, and what Linux makes of each case.
CONFORM := $(STAGE)/tests/conform
conform: $(CONFORM)/done
$(CONFORM)/done: $(wildcard user/tests/conform/*) user/tests/suite.sh | stage
	$(call say,BUILD,$(CONFORM))
	$(Q)rm -rf $(CONFORM)
	$(Q)user/tests/conform/build.sh $(CONFORM)
	$(Q)cp user/tests/conform/conform.sh user/tests/conform/cases.sh $(CONFORM)
	$(Q)cd $(STAGE) && sh tests/conform/conform.sh native
	$(Q)touch $@

include hypervisor/bench/bench.mk

.PHONY: stage
stage: $(STAGED) $(UNIT_TESTS:%=build/tests/%)

clean:
	rm -rf build hypervisor/*.elf kernel/kernel.elf kernel/kernel.bin user/*.elf

-include $(HYPERVISOR_OBJ:.o=.d) $(KERNEL_OBJ:.o=.d) $(USER_OBJ:.o=.d)
