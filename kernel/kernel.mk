# SPDX-License-Identifier: MIT
# The kernel: kernel.elf, which keeps the symbols for a debugger, and of that the flat kernel.bin.

KERNEL_ELF := $(out)kernel/kernel.elf
KERNEL_BIN := $(out)kernel/kernel.bin
VDSO       := $(BUILD)/kernel/vdso/vdso.so
VDSO_SRC   := kernel/vdso/vdso.c
KERNEL_LD  := $(BUILD)/kernel/kernel.ld
KERNEL_SRC := $(filter-out kernel/tests/% $(VDSO_SRC),$(wildcard kernel/*.c kernel/*/*.[cS]))
KERNEL_OBJ := $(KERNEL_SRC:%=$(BUILD)/%.o)

OBJECTS    += $(KERNEL_OBJ) $(BUILD)/kernel/vdso/vdso.o
PRODUCTS   += $(KERNEL_BIN)

# Ring 0 uses general registers only: FP and SIMD state is the program's alone.
KERNEL_CFLAGS := $(COMMON) -O2 -ffreestanding -fPIE -include kernel/hidden.h -mno-red-zone \
	-mgeneral-regs-only -fno-stack-protector -fcf-protection=none \
	-fno-asynchronous-unwind-tables -fno-jump-tables -ffunction-sections -fdata-sections $(KCFLAGS)
KERNEL_ASFLAGS := $(filter-out -include kernel/hidden.h,$(KERNEL_CFLAGS))

# Optimized as one, where the compiler can: an interpreted ring 0 pays for each call. The objects
# hold ordinary code, too, for kernels whose functions a test replaces.
KERNEL_LTO := $(if $(findstring clang,$(CC)),,-flto -flto-partition=one -ffat-lto-objects)

KERNEL_LDFLAGS := -nostdlib -static -Wl,-z,max-page-size=4096 -Wl,--build-id=none -Wl,-z,noexecstack

$(BUILD)/kernel/lib/string.c.o: KERNEL_CFLAGS += \
	$(if $(findstring clang,$(CC)),-fno-builtin,-fno-tree-loop-distribute-patterns)

$(BUILD)/kernel/%.c.o: kernel/%.c
	$(call say,CC,$<)
	$(Q)$(CC) $(KERNEL_CFLAGS) $(KERNEL_LTO) -c -o $@ $<

# Nothing waits for a trace: it had better be small.
$(BUILD)/kernel/syscall/trace%.c.o: KERNEL_CFLAGS += -Os

$(BUILD)/kernel/%.S.o: kernel/%.S
	$(call say,AS,$<)
	$(Q)$(CC) $(KERNEL_ASFLAGS) -c -o $@ $<

# Code for ring 3: an object of its own, which the kernel's image holds.
VDSO_CFLAGS := $(COMMON) -O2 -ffreestanding -fPIC -fno-stack-protector -fcf-protection=none \
	-fasynchronous-unwind-tables
VDSO_LDFLAGS := -nostdlib -shared -s -Wl,-soname=linux-vdso.so.1 -Wl,--hash-style=both \
	-Wl,--build-id=none -Wl,--eh-frame-hdr -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack

$(BUILD)/kernel/vdso/vdso.o: $(VDSO_SRC)
	$(call say,CC,$<)
	$(Q)$(CC) $(VDSO_CFLAGS) -c -o $@ $<

$(VDSO): kernel/vdso/vdso.ld $(BUILD)/kernel/vdso/vdso.o
	$(call say,LD,$@)
	$(Q)$(CC) $(call at_once,$(VDSO_CFLAGS)) $(VDSO_LDFLAGS) -Wl,-T,$^ -o $@

$(BUILD)/kernel/vdso/image.S.o: KERNEL_ASFLAGS += -Wa,-I$(dir $(VDSO))
$(BUILD)/kernel/vdso/image.S.o: $(VDSO)

$(KERNEL_LD): kernel/kernel.ld
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -E -P -MMD -MP -MT $@ -MF $@.d -D__ASSEMBLER__ -x c -o $@ $<

$(KERNEL_ELF): $(KERNEL_LD) $(KERNEL_OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) $(call at_once,$(KERNEL_CFLAGS)) $(KERNEL_LTO) $(KERNEL_LDFLAGS) -Wl,-T,$< \
		-o $@ $(KERNEL_OBJ)

$(KERNEL_BIN): $(KERNEL_ELF)
	$(call say,OBJCOPY,$@)
	$(Q)$(OBJCOPY) -O binary $< $@
