# SPDX-License-Identifier: MIT
# The hypervisor, and the tour's first program.

HYPERVISOR     := $(out)hypervisor/hypervisor.elf
HYPERVISOR_SRC := $(wildcard hypervisor/*.c hypervisor/debug/*.c)
HYPERVISOR_OBJ := $(HYPERVISOR_SRC:%=$(BUILD)/%.o)
# All but what makes a command of it, for programs that are another.
HYPERVISOR_LIB := $(filter-out %/main.c.o %/options.c.o,$(HYPERVISOR_OBJ))
TOUR           := $(out)hypervisor/tour/kvm.elf
TOUR_OBJ       := $(BUILD)/hypervisor/tour/kvm.c.o

OBJECTS  += $(HYPERVISOR_OBJ) $(TOUR_OBJ)
PRODUCTS += $(HYPERVISOR) $(TOUR)

$(BUILD)/hypervisor/%.c.o: hypervisor/%.c
	$(call say,CC,$<)
	$(Q)$(CC) $(HOST_CFLAGS) -c -o $@ $<

$(HYPERVISOR): $(HYPERVISOR_OBJ)
$(TOUR): $(TOUR_OBJ)
$(HYPERVISOR) $(TOUR):
	$(call say,LD,$@)
	$(Q)$(CC) $(HOST_CFLAGS) $(HOST_LDFLAGS) -o $@ $^

# $(call in_vm,JOB): runs the command $(call JOB,DIRECTORY), whose files lie below DIRECTORY. It runs
# here if /dev/kvm can run a guest, or else in a machine that has one.
define in_vm
	@if [ "$$(hypervisor/tests/own_kvm.sh)" != none ]; then \
		echo '$(call $(1),$(out))'; $(call $(1),$(out)); \
	else \
		echo 'No usable /dev/kvm here: the same in a machine that QEMU emulates, with AMD-V.'; \
		hypervisor/tests/packages.sh machine && \
		echo 'Starting it; this takes some 10 seconds.' && \
		echo '$(call $(1))' && \
		hypervisor/tests/nested.sh -t 600 $(STAGE) $(call $(1)); \
	fi
endef

.PHONY: run tour
## make run           prints /etc/os-release from inside the virtual machine
RUN_JOB = $(1)hypervisor/hypervisor.elf $(1)kernel/kernel.bin $(1)user/orw.elf /etc/os-release
run: all stage-products
	$(call in_vm,RUN_JOB)

## make tour          runs step 0 of the tour, hypervisor/tour/kvm.c
TOUR_JOB = $(1)hypervisor/tour/kvm.elf
tour: all stage-products
	$(call in_vm,TOUR_JOB)

.PHONY: gdb
## make gdb [PROGRAM='file arguments']
##                    gdb at the first instruction of the virtual machine, with the symbols of the
##                    kernel, and of the program as soon as that starts
PROGRAM ?= $(out)user/orw.elf /etc/os-release
gdb: all $(out).gdbinit
	gdb -q -x $(out).gdbinit

# gdb reads constants and code from the files, for the guest's pages come when they are touched.
# A main stays pending until a program is there. The kernel's symbols are loaded twice: what is
# loaded first goes when a program starts.
$(out).gdbinit: FORCE
	$(Q)mkdir -p $(or $(out),.)
	$(Q)printf '%s\n' \
		'set breakpoint pending on' \
		'set trust-readonly-sections on' \
		'set sysroot /' \
		'set confirm off' \
		'file $(KERNEL_ELF)' \
		'add-symbol-file $(KERNEL_ELF)' \
		'set confirm on' \
		'target remote | $(HYPERVISOR) --gdb - $(KERNEL_BIN) $(subst ','\'',$(PROGRAM))' >$@
