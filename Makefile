# SPDX-License-Identifier: MIT
# make          builds the hypervisor, the kernel and the programs
# make run      prints /etc/os-release from inside the virtual machine
# make test     all tests, on every KVM that this machine has or can start
# make asan     the hypervisor with AddressSanitizer and UBSan, and the tests through it
# make clean

CC      ?= gcc
OBJCOPY ?= objcopy
V       ?= 0
Q       := $(if $(filter 0,$(V)),@)
say      = $(if $(filter 0,$(V)),@printf '  %-7s %s\n' $(1) $(2))

WARN    := -Wall -Wextra -Wmissing-prototypes -Wstrict-prototypes -Wshadow -Wvla -Werror
COMMON  := -std=gnu11 -g -MMD -MP $(WARN)

# The host side: a static PIE with the hardening that the compiler and the linker have.
HOST_CFLAGS  := $(COMMON) -O2 -D_GNU_SOURCE -D_FORTIFY_SOURCE=2 -fPIE -fstack-protector-strong \
	-fcf-protection
HOST_LDFLAGS := -static-pie -Wl,-z,relro,-z,now

# Ring 0 uses general registers only: FP and SIMD state is the program's alone.
KERNEL_CFLAGS := $(COMMON) -O2 -ffreestanding -fPIE -include kernel/hidden.h -mno-red-zone \
	-mgeneral-regs-only -fno-stack-protector -fcf-protection=none \
	-fno-asynchronous-unwind-tables -fno-jump-tables
KERNEL_ASFLAGS := $(filter-out -include kernel/hidden.h,$(KERNEL_CFLAGS))

USER_CFLAGS  := $(COMMON) -O2 -ffreestanding -fno-pie -fno-stack-protector \
	-fcf-protection=none -fno-asynchronous-unwind-tables
USER_LDFLAGS := -nostdlib -static -no-pie -Wl,-z,noexecstack -Wl,--build-id=none

HYPERVISOR_SRC := $(wildcard hypervisor/*.c)
KERNEL_SRC     := $(wildcard kernel/*.c kernel/*.S kernel/mm/*.c kernel/proc/*.c \
	kernel/syscall/*.c kernel/lib/*.c)
PROGRAMS       := orw hello cat args

HYPERVISOR_OBJ := $(HYPERVISOR_SRC:%=build/%.o)
KERNEL_OBJ     := $(KERNEL_SRC:%=build/%.o)
USER_ELF       := $(PROGRAMS:%=user/%.elf)

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all run clean
all: hypervisor/hypervisor.elf kernel/kernel.bin $(USER_ELF)

run: all
	hypervisor/hypervisor.elf kernel/kernel.bin user/orw.elf /etc/os-release

# Other flags make other objects.
$(HYPERVISOR_OBJ) $(KERNEL_OBJ): Makefile

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
	$(Q)$(CC) $(KERNEL_CFLAGS) -c -o $@ $<

build/kernel/%.S.o: kernel/%.S
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(KERNEL_ASFLAGS) -c -o $@ $<

build/kernel/kernel.ld: kernel/kernel.ld kernel/layout.h
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -E -P -D__ASSEMBLER__ -x c -o $@ $<

# kernel.elf keeps the symbols for a debugger.
kernel/kernel.elf: build/kernel/kernel.ld $(KERNEL_OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) -nostdlib -static -no-pie -Wl,-z,max-page-size=4096 -Wl,--build-id=none \
		-Wl,-z,noexecstack -Wl,-T,$< -o $@ $(KERNEL_OBJ)

kernel/kernel.bin: kernel/kernel.elf
	$(call say,OBJCOPY,$@)
	$(Q)$(OBJCOPY) -O binary $< $@

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

clean:
	rm -rf build hypervisor/*.elf kernel/kernel.elf kernel/kernel.bin user/*.elf

-include $(HYPERVISOR_OBJ:.o=.d) $(KERNEL_OBJ:.o=.d) $(wildcard build/user/*.d)
