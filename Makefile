# SPDX-License-Identifier: MIT
# `make help` tells what can be made. The fragment (.mk) beside a thing says how it is built.

ifeq ($(origin CC),default)
CC      := gcc
endif
OBJCOPY ?= objcopy
V       ?= 0

# What is built goes into the tree, or below O.
out     := $(if $(O),$(O:/=)/)
BUILD   := $(out)build
STAGE   := $(BUILD)/stage
export BUILD # for the scripts
$(if $(word 2,$(O)),$(error O is a directory whose name has a space: $(O)))

# $(call say,WHAT,FILE) begins a recipe. It makes the target's directory.
Q       := $(if $(filter 0,$(V)),@)
quiet   := $(findstring s,$(firstword -$(MAKEFLAGS)))$(filter-out 0,$(V))
say      = $(Q)mkdir -p $(@D)$(if $(quiet),, && printf '  %-7s %s\n' $(1) $(2))
comma   := ,

WARN    := -Wall -Wextra -Wmissing-prototypes -Wstrict-prototypes -Wshadow -Wvla -Werror
# -ffile-prefix-map: the same bytes, whatever directory they are built in.
COMMON  := -std=gnu11 -g -ffile-prefix-map=$(CURDIR)=. -MMD -MP $(WARN)
# For what is compiled and linked in one step: its rule names its headers.
at_once  = $(filter-out -MMD -MP,$(1))

# The host side: a static PIE with the hardening that the compiler and the linker have.
FORTIFY      := $(if $(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS)),,-D_FORTIFY_SOURCE=2)
HOST_CFLAGS  := $(COMMON) -O2 -D_GNU_SOURCE $(FORTIFY) -fPIE -fstack-protector-strong \
	-fcf-protection $(CPPFLAGS) $(CFLAGS)
HOST_LDFLAGS := -static-pie -Wl,-z,relro,-z,now $(LDFLAGS)

# The host side under sanitizers, and unit tests. They don't take the user's flags.
SANITIZE        := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
SANITIZE_CFLAGS := $(call at_once,$(COMMON)) -O1 -D_GNU_SOURCE $(SANITIZE)

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all stage stage-products clean help tags FORCE

## make               builds the hypervisor, the kernel and the programs
all:

# What each fragment adds to: objects that are rebuilt with another compiler or other flags, what
# `make` is to make, and what goes with it into the stage, the directory that tests carry into a
# machine.
OBJECTS  :=
PRODUCTS :=
STAGED   :=

include hypervisor/hypervisor.mk kernel/kernel.mk user/user.mk
STAGE_PRODUCTS := $(PRODUCTS:$(out)%=$(STAGE)/%)
include kernel/tests/tests.mk hypervisor/tests/tests.mk user/tests/tests.mk
include user/exercises/exercises.mk hypervisor/bench/bench.mk hypervisor/install.mk
FRAGMENTS := $(MAKEFILE_LIST)

all: $(PRODUCTS)

## make stage         all that the suites need, in build/stage
stage: stage-products $(STAGED) $(UNIT_TESTS)

# What own_kvm.sh needs is among them.
stage-products: $(STAGE_PRODUCTS) $(STAGE)/tests/article64.bin

# New files: a suite that runs has links to those before.
$(STAGE_PRODUCTS): $(STAGE)/%: $(out)%
	$(Q)mkdir -p $(@D)
	$(Q)rm -f $@
	$(Q)cp $< $@

BUILT_WITH := $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(KCFLAGS)
$(BUILD)/compiler: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo '$(BUILT_WITH)' | cmp -s - $@ || echo '$(BUILT_WITH)' >$@
$(OBJECTS): $(FRAGMENTS) $(BUILD)/compiler

## make clean         removes all that was built
clean:
	rm -rf $(BUILD) $(out)hypervisor/*.elf $(out)hypervisor/tour/*.elf $(out)kernel/kernel.elf \
		$(out)kernel/kernel.bin $(out)user/*.elf $(out)tags $(out)compile_commands.json \
		$(out).gdbinit

## make tags          an index of the source for editors, by ctags
tags:
	$(Q)mkdir -p $(or $(out),.)
	$(Q)ctags -R --languages=C,Asm --exclude=build -o $(out)tags hypervisor kernel user

## make compile_commands.json
##                    how each file is compiled, for clangd: what a build of all would run
$(out)compile_commands.json: FORCE
	$(call say,GEN,$@)
	$(Q)$(MAKE) -nB --no-print-directory all stage | awk -v compiler='$(CC)' \
		-v directory='$(CURDIR)' -f .ci/compile_commands.awk >$@
ifneq ($(out),)
.PHONY: compile_commands.json
compile_commands.json: $(out)compile_commands.json
endif

## make help          this
help:
	@sed -n 's/^## //p' $(FRAGMENTS)
	@sed -n 's/^###//p' Makefile

###
### O=DIR builds below DIR and leaves the tree as it is; V=1 shows the commands, -s nothing.
### CPPFLAGS, CFLAGS and LDFLAGS are added to what the host side is built with, KCFLAGS to what the
### kernel is: flags for programs seldom suit ring 0.

-include $(OBJECTS:.o=.d) $(KERNEL_LD).d
