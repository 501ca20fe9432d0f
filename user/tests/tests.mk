# SPDX-License-Identifier: MIT
# The suites, and the programs that they run.

.PHONY: test check-e2e check-hostile check-conform check-dynamic check-docs test-asan fuzz-kernel
.PHONY: conform dynamic readme
## make test          all tests, on every KVM that this machine has or can start
test: stage
	UNIT_TESTS="$(UNIT_TESTS)" user/tests/run.sh

## make check-e2e check-hostile check-conform check-dynamic [CASE=pattern] [KVM=kind]
##                    one suite, or those of its cases whose name matches the shell pattern, on one
##                    kind of KVM: own (this machine's), tcg (AMD-V in QEMU) or vtx (VT-x in Bochs)
check-e2e check-hostile: stage
	@user/tests/check.sh $(@:check-%=%)
check-conform: stage conform
	@user/tests/check.sh conform
check-dynamic: stage dynamic
	@user/tests/check.sh dynamic

## make check-docs    the documents' maps, tables, names and links against the source
check-docs: $(STAGE)/hypervisor/hypervisor.elf
	@{ user/tests/calls.sh -c kernel/README.md; hypervisor/tests/docs.sh $<; } | \
		awk '{ print } /^not ok/ { failed = 1 } END { exit failed }'

## make test-asan     the suites that show the hypervisor, with one under AddressSanitizer and UBSan
# What it allocates it keeps to its end.
test-asan: stage $(ASAN)
	ASAN_OPTIONS=detect_leaks=0 user/tests/run.sh asan/hypervisor.elf

## make fuzz-kernel [SEED=n] [COUNT=n] [FIRST=n] [KERNEL=poison.bin]
##                    random system calls, as many as you like, on emulated AMD-V
SEED   ?= $(shell date +%s)
COUNT  ?= 1000000
FIRST  ?= 0
KERNEL ?= kernel.bin
fuzz-kernel: stage
	hypervisor/tests/nested.sh -t 86400 $(STAGE) hypervisor/hypervisor.elf -m 6M \
		kernel/$(KERNEL) tests/fuzz.elf $(SEED) $(COUNT) $(FIRST)

## make readme        puts the tables of what runs, as the last `make test` found it, into the documents
readme: $(BUILD)/conformance.md
	user/tests/conform/table.sh user/tests/README.md <$<
	user/tests/calls.sh kernel/README.md

# Programs of one file each, but for start.S. mkelf is the host's.
TEST_SRC := $(filter-out user/tests/mkelf.c,$(wildcard user/tests/*.c))
TEST_ELF := $(TEST_SRC:user/tests/%.c=$(STAGE)/tests/%.elf)
SPECIAL  := $(addprefix $(STAGE)/tests/,registers.elf startup-pie.elf fault-execstack.elf)
OBJECTS  += $(patsubst %,$(BUILD)/%.o,$(TEST_SRC) $(wildcard user/tests/*.S))
STAGED   += $(TEST_ELF) $(SPECIAL)

# Tests that fault on purpose look like mistakes to the compiler.
$(BUILD)/user/tests/%.o: USER_CFLAGS += -Wno-array-bounds -fno-delete-null-pointer-checks

# The fuzzer, of several files.
FUZZ_OBJ := $(patsubst %,$(BUILD)/%.o,$(wildcard user/tests/fuzz/*.[cS]))
OBJECTS  += $(FUZZ_OBJ)
STAGED   += $(STAGE)/tests/fuzz.elf
$(STAGE)/tests/fuzz.elf: $(START) $(FUZZ_OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) $(USER_LDFLAGS) -o $@ $^

$(STAGE)/tests/traps.elf: $(BUILD)/user/tests/traps_cases.S.o
$(STAGE)/tests/shared.elf: USER_LDFLAGS += -Wl,-T,user/tests/shared.ld
$(STAGE)/tests/shared.elf: user/tests/shared.ld
$(TEST_ELF): $(STAGE)/tests/%.elf: $(START) $(BUILD)/user/tests/%.c.o
	$(call say,LD,$@)
	$(Q)$(CC) $(USER_LDFLAGS) -o $@ $(filter %.o,$^)

# What strace(1) of this machine shows of it.
STAGED += $(STAGE)/tests/traced.strace
$(STAGE)/tests/traced.strace: $(STAGE)/tests/traced.elf
	$(Q)cd $(STAGE) && strace -o tests/traced.strace tests/traced.elf </dev/null >/dev/null 2>&1 || \
		[ $$? = 3 ]

$(STAGE)/tests/registers.elf: $(BUILD)/user/tests/registers.S.o
	$(call say,LD,$@)
	$(Q)$(CC) $(USER_LDFLAGS) -o $@ $^

$(STAGE)/tests/startup-pie.elf: user/start.S user/tests/startup.c
	$(call say,LD,$@)
	$(Q)$(CC) $(filter-out -fno-pie,$(call at_once,$(USER_CFLAGS))) -fPIE -include kernel/hidden.h \
		-x assembler-with-cpp user/start.S -x c user/tests/startup.c -nostdlib -static-pie -o $@

$(STAGE)/tests/fault-execstack.elf: $(START) $(BUILD)/user/tests/fault.c.o
	$(call say,LD,$@)
	$(Q)$(CC) $(filter-out -Wl$(comma)-z$(comma)noexecstack,$(USER_LDFLAGS)) -Wl,-z,execstack -o $@ $^

# ELF files with one thing each wrong.
STAGED += $(STAGE)/tests/elf/cases
$(BUILD)/tests/mkelf: user/tests/mkelf.c
	$(call say,CC,$@)
	$(Q)$(CC) $(call at_once,$(HOST_CFLAGS)) -o $@ $<

$(STAGE)/tests/elf/cases: $(BUILD)/tests/mkelf $(out)user/hello.elf
	$(Q)mkdir -p $(@D)
	$(Q)$^ $(@D)

include user/tests/dynamic/dynamic.mk

STAGED += $(addprefix $(STAGE)/tests/,e2e.sh suite.sh)
$(STAGE)/tests/e2e.sh $(STAGE)/tests/suite.sh: $(STAGE)/tests/%: user/tests/%
	$(Q)mkdir -p $(@D)
	$(Q)cp $< $@

## make conform       builds the conformance suite, and keeps what Linux makes of each case
CONFORM := $(STAGE)/tests/conform
conform: $(CONFORM)/done
$(CONFORM)/done: $(wildcard user/tests/conform/*) user/tests/suite.sh | stage
	$(call say,BUILD,$(CONFORM))
	$(Q)rm -rf $(CONFORM)
	$(Q)user/tests/conform/build.sh $(CONFORM)
	$(Q)cp user/tests/conform/conform.sh user/tests/conform/cases.sh $(CONFORM)
	$(Q)cd $(STAGE) && CASE= sh tests/conform/conform.sh native
	$(Q)touch $@

## make dynamic       copies the dynamic suite, and makes the files that its programs read
dynamic: $(DYNAMIC)/done
$(DYNAMIC)/done: $(wildcard user/tests/dynamic/*.sh user/tests/dynamic/*.py)
	$(call say,BUILD,$(DYNAMIC))
	$(Q)rm -rf $(DYNAMIC)/data
	$(Q)mkdir -p $(DYNAMIC)
	$(Q)cp user/tests/dynamic/*.sh $(DYNAMIC)
	$(Q)/usr/bin/python3 user/tests/dynamic/data.py $(DYNAMIC)/data
	$(Q)touch $@
