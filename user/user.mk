# SPDX-License-Identifier: MIT
# The programs that come with the kernel. start.S and syscall.h stand in for a C library.

USER_ELF := $(patsubst %,$(out)user/%.elf,orw hello cat args)
START    := $(BUILD)/user/start.S.o

OBJECTS  += $(patsubst %,$(BUILD)/%.o,$(wildcard user/*.[cS]))
PRODUCTS += $(USER_ELF)

USER_CFLAGS  := $(COMMON) -O2 -ffreestanding -fno-pie -fno-stack-protector -fcf-protection=none \
	-fno-asynchronous-unwind-tables
USER_LDFLAGS := -nostdlib -static -Wl,-z,noexecstack -Wl,--build-id=none

$(BUILD)/user/%.c.o: user/%.c
	$(call say,CC,$<)
	$(Q)$(CC) $(USER_CFLAGS) -c -o $@ $<

$(BUILD)/user/%.S.o: user/%.S
	$(call say,AS,$<)
	$(Q)$(CC) $(USER_CFLAGS) -c -o $@ $<

$(USER_ELF): $(out)user/%.elf: $(START) $(BUILD)/user/%.c.o
	$(call say,LD,$@)
	$(Q)$(CC) $(USER_LDFLAGS) -o $@ $^
