# SPDX-License-Identifier: MIT
# What the hypervisor is tested with: flat kernels, programs of the host, fuzzers, proofs.

# Flat images, linked at 0.
FLATS  := article16 article64 article64nul protocol user_pages msrs cpuid ring3io calls metadata fdfull limit \
	overlimit flood evade timer output unclosed recore open0
STAGED += $(FLATS:%=$(STAGE)/tests/%.bin)

FLAT = $(CC) -nostdlib -static -Wl,--build-id=none -Wl,-Ttext=0 -Wl,-N -Wl,--no-warn-rwx-segments
FLAT_INCLUDES := hypervisor/tests/flat.inc kernel/abi.h

# A kernel for each way to break the rules: many in a file. $(call kernels,FILE): their names.
kernels = $(shell sed -n 's/.*defined(KERNEL_\([a-z0-9_]*\)).*/\1/p' $(1))
# $(call flat_kernels,KIND,FILE)
define flat_kernels
STAGED += $(patsubst %,$(STAGE)/tests/$(1)-%.bin,$(call kernels,$(2))) $(STAGE)/tests/$(1)/$(notdir $(2))
$(patsubst %,$(BUILD)/flat/$(1)-%.elf,$(call kernels,$(2))): $(BUILD)/flat/$(1)-%.elf: $(2) \
		$(FLAT_INCLUDES) $(wildcard hypervisor/tests/$(1)/*.inc)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(FLAT) -DKERNEL_$$* -o $$@ $$<
endef
KERNEL_FILES := $(wildcard hypervisor/tests/break/*.S hypervisor/tests/hostile/*.S)
$(foreach file,$(KERNEL_FILES),$(eval $(call flat_kernels,$(notdir $(patsubst %/,%,$(dir $(file)))),$(file))))

# Their heads tell hostile.sh how they end.
$(KERNEL_FILES:hypervisor/%=$(STAGE)/%): $(STAGE)/%: hypervisor/%
	$(Q)mkdir -p $(@D)
	$(Q)cp $< $@

$(BUILD)/flat/article64nul.elf: hypervisor/tests/article64.S $(FLAT_INCLUDES)
	$(Q)mkdir -p $(@D)
	$(Q)$(FLAT) -DONE_NUL_MORE -o $@ $<
$(BUILD)/flat/overlimit.elf: hypervisor/tests/limit.S $(FLAT_INCLUDES)
	$(Q)mkdir -p $(@D)
	$(Q)$(FLAT) -DOVER -o $@ $<
$(BUILD)/flat/%.elf: hypervisor/tests/%.S $(FLAT_INCLUDES)
	$(Q)mkdir -p $(@D)
	$(Q)$(FLAT) -o $@ $<
$(STAGE)/tests/%.bin: $(BUILD)/flat/%.elf
	$(call say,OBJCOPY,$@)
	$(Q)$(OBJCOPY) -O binary $< $@

# What is debugged, and the kernel's symbols.
DEBUGGEES := $(addprefix $(STAGE)/tests/gdb/,static dynamic)
STAGED    += $(DEBUGGEES) $(STAGE)/kernel/kernel.elf
$(STAGE)/tests/gdb/static: DEBUGGEE_LDFLAGS := -static
$(STAGE)/tests/gdb/dynamic: DEBUGGEE_LDFLAGS := -fPIE -pie
$(DEBUGGEES): hypervisor/tests/debuggee.c
	$(call say,CC,$@)
	$(Q)$(CC) -std=gnu11 -g -O0 $(WARN) -ffile-prefix-map=$(CURDIR)=. $(DEBUGGEE_LDFLAGS) -o $@ $<

$(STAGE)/kernel/kernel.elf: $(KERNEL_ELF)
	$(Q)mkdir -p $(@D)
	$(Q)cp $< $@

# Programs of the host: alone, with the hypervisor but for its command line, with all of it.
HELPERS  := $(addprefix $(STAGE)/tests/,original sigint inherit cputime nokvm nocall nobody chaos gdbclient)
WITH_LIB := $(addprefix $(STAGE)/tests/,pagetables sandbox)
REFUSED  := $(STAGE)/tests/refused
STAGED   += $(HELPERS) $(WITH_LIB) $(REFUSED)

$(HELPERS): kernel/abi.h
$(WITH_LIB): $(HYPERVISOR_LIB)
$(STAGE)/tests/sandbox: hypervisor/tests/sandbox_files.c hypervisor/tests/sandbox_output.c hypervisor/tests/sandbox_test.h
$(REFUSED): $(HYPERVISOR_OBJ)
refused_WRAPS := longmode_sregs
$(HELPERS) $(WITH_LIB) $(REFUSED): $(STAGE)/tests/%: hypervisor/tests/%.c
	$(call say,CC,$@)
	$(Q)$(CC) $(call at_once,$(HOST_CFLAGS)) $(HOST_LDFLAGS) $($*_WRAPS:%=-Wl,--wrap=%) -o $@ \
		$(filter %.c %.o,$^)

STAGED += $(addprefix $(STAGE)/tests/,debug.sh gdb.sh hostile.sh vtx.sh)
$(STAGE)/tests/debug.sh $(STAGE)/tests/gdb.sh $(STAGE)/tests/hostile.sh $(STAGE)/tests/vtx.sh: $(STAGE)/tests/%: hypervisor/tests/%
	$(Q)mkdir -p $(@D)
	$(Q)cp $< $@

HYPERVISOR_TESTS := $(addprefix $(BUILD)/tests/,hypervisor_test calls_test)
UNIT_TESTS       += $(HYPERVISOR_TESTS)
$(HYPERVISOR_TESTS): $(BUILD)/tests/%: hypervisor/tests/%.c $(addprefix hypervisor/,calls.c cpuid.c \
	fdtable.c guestmem.c hostcheck.c hostfile.c hypercall.c longmode.c msg.c timer.c)

# It stands in for syscall(2).
FILTER_TEST := $(BUILD)/tests/filter_test
UNIT_TESTS  += $(FILTER_TEST)
$(FILTER_TEST): hypervisor/tests/filter_test.c hypervisor/filter.c hypervisor/msg.c

DEBUG_TEST := $(BUILD)/tests/debug_test
UNIT_TESTS += $(DEBUG_TEST)
$(DEBUG_TEST): hypervisor/tests/debug_test.c hypervisor/guestmem.c $(addprefix hypervisor/debug/,breakpoints.c \
	memory.c pagewalk.c registers.c rsp.c symbols.c)

# The hypervisor with AddressSanitizer and UBSan. Their libraries want a dynamic program: its
# libraries go with it, for a machine that has none.
ASAN := $(STAGE)/asan/hypervisor.elf
$(ASAN): $(HYPERVISOR_SRC) $(wildcard hypervisor/*.h hypervisor/debug/*.h kernel/*.h)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)/lib
	$(Q)$(CC) $(SANITIZE_CFLAGS) -o $@ $(filter %.c,$^)
	$(Q)ldd $@ | sed -n 's/[^/]*\(\/[^ ]*\).*/\1/p' | xargs cp -L -t $(@D)/lib

.PHONY: fuzz prove
## make fuzz          fuzzes what a guest and a program can reach, FUZZ_SECONDS=60 long
# The headers of these files are inputs to begin with.
fuzz: $(STAGE)/user/hello.elf $(STAGE)/tests/elf/cases
	hypervisor/tests/fuzz.sh

## make prove         proves the range checks with Frama-C, and that they can't be loosened
prove:
	hypervisor/tests/prove.sh
