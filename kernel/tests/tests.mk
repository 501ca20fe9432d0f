# SPDX-License-Identifier: MIT
# Kernels that are built for tests, and the kernel's unit tests.

# The linker puts functions of these files around the kernel's own.
WRAPPED        := poison overflow no_stack
poison_WRAPS   := kmalloc kfree frame_alloc frame_alloc_run frame_put
overflow_WRAPS := sys_exit_group
no_stack_WRAPS := exec_program

OBJECTS += $(WRAPPED:%=$(BUILD)/kernel/tests/%.c.o)
STAGED  += $(WRAPPED:%=$(STAGE)/kernel/%.bin)

$(BUILD)/wrapped/%.elf: $(KERNEL_LD) $(KERNEL_OBJ) $(BUILD)/kernel/tests/%.c.o
	$(call say,LD,$@)
	$(Q)$(CC) -fno-lto $(KERNEL_LDFLAGS) $($*_WRAPS:%=-Wl,--wrap=%) -Wl,-T,$< -o $@ $(filter %.o,$^)

$(WRAPPED:%=$(STAGE)/kernel/%.bin): $(STAGE)/kernel/%.bin: $(BUILD)/wrapped/%.elf
	$(call say,OBJCOPY,$@)
	$(Q)$(OBJCOPY) -O binary $< $@

# They lack the check of RIP before an instruction that returns to ring 3.
UNCHECKED         := sysretq iretq
unchecked_sysretq := syscall_bad_return
unchecked_iretq   := bad_return

STAGED += $(UNCHECKED:%=$(STAGE)/kernel/unchecked-%.bin)

$(BUILD)/unchecked/%/trap.S: kernel/x86/trap.S
	$(Q)mkdir -p $(@D)
	$(Q)sed '/^\tjnz $(unchecked_$*)$$/d' $< >$@
	$(Q)! cmp -s $< $@

$(BUILD)/unchecked/%/trap.S.o: $(BUILD)/unchecked/%/trap.S
	$(Q)$(CC) $(call at_once,$(KERNEL_ASFLAGS)) -Ikernel/x86 -c -o $@ $<

$(BUILD)/unchecked/%.elf: $(KERNEL_LD) $(BUILD)/unchecked/%/trap.S.o $(KERNEL_OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) -fno-lto $(KERNEL_LDFLAGS) -Wl,-T,$< -o $@ \
		$(filter-out $(BUILD)/kernel/x86/trap.S.o,$(filter %.o,$^))

$(STAGE)/kernel/unchecked-%.bin: $(BUILD)/unchecked/%.elf
	$(call say,OBJCOPY,$@)
	$(Q)$(OBJCOPY) -O binary $< $@

# The pages below the kernel's stacks, and the address that `syscall` enters at.
STAGED += $(addprefix $(STAGE)/tests/,guards lstar $(UNCHECKED:%=lstar-unchecked-%))

$(STAGE)/tests/guards: $(KERNEL_ELF)
	$(Q)mkdir -p $(@D)
	$(Q)nm $< | sed -n 's/ . [a-z]*_stack_guard$$//p' >$@

$(STAGE)/tests/lstar: $(KERNEL_ELF)
$(UNCHECKED:%=$(STAGE)/tests/lstar-unchecked-%): $(STAGE)/tests/lstar-unchecked-%: $(BUILD)/unchecked/%.elf
$(STAGE)/tests/lstar $(UNCHECKED:%=$(STAGE)/tests/lstar-unchecked-%):
	$(Q)mkdir -p $(@D)
	$(Q)nm $< | sed -n 's/ . syscall_entry$$//p' >$@

.PHONY: check-layers
## make check-layers  no circle of the kernel's files, and no arrow from a directory to one above it
check-layers: $(KERNEL_OBJ)
	@kernel/tests/layers.sh $(BUILD) | awk '{ print } /^not ok/ { failed = 1 } END { exit failed }'

# Unit tests, on the build host under sanitizers. The kernel's string functions get names of
# their own beside libc's.
UNIT_CFLAGS := $(filter-out -Wmissing-prototypes,$(SANITIZE_CFLAGS)) -DHOST_TEST
MM_TESTS    := $(addprefix $(BUILD)/tests/,frame_test vma_test space_test pagecache_test)
UNIT_TESTS  := $(MM_TESTS) $(addprefix $(BUILD)/tests/,elf_test stack_test lib_test)
RENAMED     := $(foreach f,memcpy memset memcmp strcmp strlen strnlen,-D$(f)=kernel_$(f))

$(MM_TESTS): $(addprefix kernel/mm/,frame.c frame_row.c direct_map.c paging.c kmalloc.c vma.c \
	vma_tree.c pagecache.c cache_chunk.c cache_keys.c space.c fault.c reclaim.c uaccess.c)
$(BUILD)/tests/elf_test: $(addprefix kernel/proc/,elf.c script.c)
$(BUILD)/tests/stack_test: $(addprefix kernel/proc/,elf.c script.c stack.c)
$(BUILD)/tests/lib_test: kernel/fs/path.c kernel/lib/random.c $(BUILD)/tests/string.o
$(UNIT_TESTS): $(BUILD)/tests/%: kernel/tests/%.c

# Of any directory.
$(BUILD)/tests/%_test: kernel/tests/unit.h $(wildcard hypervisor/*.h kernel/*.h kernel/*/*.h)
	$(call say,CC,$@)
	$(Q)$(CC) $(UNIT_CFLAGS) -o $@ $(filter %.c %.o,$^)

$(BUILD)/tests/string.o: kernel/lib/string.c kernel/x86/x86.h
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(UNIT_CFLAGS) -fno-builtin $(RENAMED) -c -o $@ $<
