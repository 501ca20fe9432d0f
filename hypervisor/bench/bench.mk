# SPDX-License-Identifier: MIT
# The bench: its tools, which run on the host, and its programs, which run in the VM and natively.

BENCH          := $(BUILD)/bench
BENCH_TOOLS    := $(addprefix $(BENCH)/bench/,runner many count steps minvm)
BENCH_PROGRAMS := $(addprefix $(BENCH)/bench/,calls copy compute scale processes held steps.elf hello-glibc \
	hello-musl)
BENCH_CFLAGS   := -std=gnu11 -g -O2 -D_GNU_SOURCE $(WARN)

.PHONY: bench bench-stage readme-bench
## make bench         measures the speed, on every KVM that this machine has or can start
bench:
	$(Q)hypervisor/tests/packages.sh
	$(Q)$(MAKE) --no-print-directory bench-stage >&2
	$(Q)hypervisor/bench/bench.sh

## make readme-bench  puts the table that the last `make bench` has made into hypervisor/bench/README.md
readme-bench: $(BENCH)/table.md
	sed -i -e '/^<!-- bench:/r $<' -e '/^<!-- bench:/,/^<!-- end of bench/{//!d}' hypervisor/bench/README.md

bench-stage: $(BENCH_TOOLS) $(BENCH_PROGRAMS) stage-products
	$(Q)cp -R $(STAGE)/hypervisor $(STAGE)/kernel $(STAGE)/user $(BENCH)
	$(Q)cp hypervisor/bench/rows.sh $(STAGE)/tests/article64.bin $(BENCH)/bench

# What ceilings.sh needs, for the tests.
STAGED += $(addprefix $(STAGE)/bench/,count steps steps.elf calls ceilings.sh)

$(STAGE)/bench/ceilings.sh: hypervisor/bench/ceilings.sh
	$(Q)mkdir -p $(@D)
	$(Q)cp $< $@

$(STAGE)/bench/%: $(BENCH)/bench/%
	$(Q)mkdir -p $(@D)
	$(Q)cp $< $@

$(BENCH)/bench/runner $(BENCH)/bench/many $(BENCH)/bench/count: $(BENCH)/bench/%: hypervisor/bench/%.c
	$(call say,CC,$@)
	$(Q)$(CC) $(BENCH_CFLAGS) -static -o $@ $<

# The hypervisor without its command line; some of its calls go to the tool instead.
$(BENCH)/bench/steps: hypervisor/bench/steps.c user/bench/steps.h $(HYPERVISOR_LIB)
	$(call say,CC,$@)
	$(Q)$(CC) $(call at_once,$(HOST_CFLAGS)) $(HOST_LDFLAGS) \
		$(addprefix -Wl$(comma)--wrap=,ioctl getrandom getcwd) -o $@ $(filter %.c %.o,$^)

$(BENCH)/bench/minvm: hypervisor/bench/minvm.c
$(BENCH)/bench/steps.elf: user/bench/steps.c user/bench/steps.h
$(BENCH)/bench/held: user/bench/held.c
$(BENCH)/bench/minvm $(BENCH)/bench/steps.elf $(BENCH)/bench/held: user/start.S user/syscall.h
	$(call say,CC,$@)
	$(Q)$(CC) $(call at_once,$(USER_CFLAGS)) $(USER_LDFLAGS) -o $@ user/start.S \
		$(filter %.c,$^)

$(BENCH)/bench/hello-%: user/bench/hello.c
	$(call say,CC,$@)
	$(Q)$(if $(filter musl,$*),musl-gcc,$(CC)) -O2 -static -s -o $@ $<

$(BENCH)/bench/%: user/bench/%.c user/bench/bench.h
	$(call say,CC,$@)
	$(Q)$(CC) $(BENCH_CFLAGS) -static -o $@ $<
