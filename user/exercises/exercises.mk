# SPDX-License-Identifier: MIT
# The exercises: README.md has the text, check.sh the tests.

EXERCISES := $(addprefix $(STAGE)/exercises/,check.sh suite.sh kcmp.elf int33.elf clock.bin tick.bin \
	$(patsubst %,walk-%.bin,1 2 3 4 5 6))
OBJECTS   += $(patsubst %,$(BUILD)/user/exercises/%.o,kcmp.c int33.S)

.PHONY: exercise exercise-stage solved check-exercises
## make exercise [N=1]
##                    has that exercise of user/exercises/README.md been done?
exercise: exercise-stage
	@user/exercises/exercise.sh $(N)

exercise-stage: stage-products $(EXERCISES)

## make check-exercises [CASE=pattern] [KVM=kind]
##                    is each to be done in this tree, and does its test see a solution?
check-exercises: exercise-stage solved
	@user/tests/check.sh exercises

# A copy of the tree with the solutions.
SOLVED := $(STAGE)/solved
solved: $(SOLVED)/done
$(SOLVED)/done: $(wildcard .ci/solutions/* user/exercises/* Makefile *.mk */*.mk */*/*.mk hypervisor/*.[ch] \
		hypervisor/tour/* kernel/*.* kernel/*/*.[chS] kernel/*/*.def user/*.[chS])
	$(call say,BUILD,$(SOLVED))
	$(Q)+user/exercises/solve.sh $(SOLVED)
	$(Q)touch $@

$(STAGE)/exercises/%.sh: user/exercises/%.sh
	$(Q)mkdir -p $(@D)
	$(Q)cp $< $@

$(STAGE)/exercises/kcmp.elf: $(START) $(BUILD)/user/exercises/kcmp.c.o
$(STAGE)/exercises/int33.elf: $(BUILD)/user/exercises/int33.S.o
$(STAGE)/exercises/%.elf:
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(USER_LDFLAGS) -o $@ $^

$(BUILD)/flat/exercises/walk-%.elf: user/exercises/walk.S $(FLAT_INCLUDES) kernel/x86/pte.h
	$(Q)mkdir -p $(@D)
	$(Q)$(FLAT) -DWALK=$* -o $@ $<
$(BUILD)/flat/exercises/%.elf: user/exercises/%.S $(FLAT_INCLUDES)
	$(Q)mkdir -p $(@D)
	$(Q)$(FLAT) -o $@ $<
$(STAGE)/exercises/%.bin: $(BUILD)/flat/exercises/%.elf
	$(call say,OBJCOPY,$@)
	$(Q)$(OBJCOPY) -O binary $< $@
