# SPDX-License-Identifier: MIT
# Dynamic programs: ours, with interpreters of our own; and a few of this machine's, in a root
# with the libraries that they need.

INTERPS := interp fixed placed # where they go, see interp.c
interp_FLAGS := -DWHERE=0 -static-pie
fixed_FLAGS  := -DWHERE=1 -static -Wl,-Ttext-segment=0x20000000
placed_FLAGS := -DWHERE=2 -static-pie -Wl,-Ttext-segment=0x30000000
pie_FLAGS    := -static-pie
exec_FLAGS   := -static

DYNAMIC       := $(STAGE)/tests/dynamic
DYNAMIC_SO    := $(INTERPS:%=$(DYNAMIC)/%.so)
DYNAMIC_ELF   := $(foreach kind,pie exec,$(INTERPS:%=$(DYNAMIC)/$(kind)-%.elf))
DYNAMIC_CC     = $(CC) $(filter-out -fno-pie,$(call at_once,$(USER_CFLAGS))) -fPIE -nostdlib \
	-include kernel/hidden.h -Wl,-z,noexecstack -Wl,--build-id=none
STAGED        += $(DYNAMIC_SO) $(DYNAMIC_ELF)

$(DYNAMIC_SO): $(DYNAMIC)/%.so: user/tests/dynamic/interp.S user/tests/dynamic/interp.c
$(DYNAMIC_SO) $(DYNAMIC_ELF): user/tests/check.h user/syscall.h
$(DYNAMIC_SO): $(DYNAMIC)/%.so:
	$(call say,LD,$@)
	$(Q)$(DYNAMIC_CC) $($*_FLAGS) -o $@ $(filter %.S %.c,$^)

$(DYNAMIC_ELF): user/start.S user/tests/dynamic/name.S user/tests/dynamic/program.c
$(DYNAMIC_ELF): $(DYNAMIC)/%.elf:
	$(call say,LD,$@)
	$(Q)$(DYNAMIC_CC) $($(firstword $(subst -, ,$*))_FLAGS) -o $@ $(filter %.S %.c,$^) \
		'-DINTERPRETER="tests/dynamic/$(lastword $(subst -, ,$*)).so"'

# The root: programs that need no more than libc.
ROOT_PROGRAMS := /usr/bin/cat /usr/bin/echo /usr/bin/env /usr/bin/seq
STAGED        += $(STAGE)/root/done
$(STAGE)/root/done: $(wildcard $(ROOT_PROGRAMS))
	$(call say,COPY,$(@D))
	$(Q)rm -rf $(@D) && mkdir -p $(@D)/lib64
	$(Q)cp -L --parents $^ $$(ldd $^ | sed -n 's/[^/]*\(\/[^ :]*\) (0x.*/\1/p' | sort -u) $(@D)
	$(Q)printf '#!/usr/bin/echo one two\n' >$(@D)/script && chmod 755 $(@D)/script
	$(Q)touch $@
