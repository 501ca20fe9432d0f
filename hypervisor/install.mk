# SPDX-License-Identifier: MIT
# The installed command, vmrun: the hypervisor with the path of its kernel compiled in.

PREFIX     ?= /usr/local
BINDIR     ?= $(PREFIX)/bin
LIBEXECDIR ?= $(PREFIX)/libexec
MANDIR     ?= $(PREFIX)/share/man

INSTALLED      := $(BUILD)/install
INSTALL_KERNEL := $(LIBEXECDIR)/vmrun/kernel.bin

OBJECTS += $(INSTALLED)/options.c.o

# Rebuilt if the path has changed.
$(INSTALLED)/path: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo '$(INSTALL_KERNEL)' | cmp -s - $@ || echo '$(INSTALL_KERNEL)' >$@

# A relative path would be looked up from wherever the command is started.
$(INSTALLED)/options.c.o: hypervisor/options.c $(INSTALLED)/path
	$(if $(filter /%,$(INSTALL_KERNEL)),,$(error PREFIX must be absolute: $(PREFIX)))
	$(call say,CC,$<)
	$(Q)$(CC) $(HOST_CFLAGS) -DKERNEL_PATH='"$(INSTALL_KERNEL)"' -c -o $@ $<

$(INSTALLED)/vmrun: $(INSTALLED)/options.c.o $(BUILD)/hypervisor/main.c.o $(HYPERVISOR_LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(HOST_CFLAGS) $(HOST_LDFLAGS) -o $@ $^

$(INSTALLED)/vmrun.1: hypervisor/vmrun.1 $(INSTALLED)/path
	$(Q)mkdir -p $(@D)
	$(Q)sed 's|/usr/local/libexec/vmrun/kernel.bin|$(INSTALL_KERNEL)|' $< >$@

.PHONY: install uninstall
## make install [PREFIX=/usr/local] [DESTDIR=]
##                    the command vmrun, its kernel and its manual page
install: $(INSTALLED)/vmrun $(INSTALLED)/vmrun.1 $(KERNEL_BIN)
	$(Q)install -D -m 755 $(INSTALLED)/vmrun $(DESTDIR)$(BINDIR)/vmrun
	$(Q)install -D -m 644 $(KERNEL_BIN) $(DESTDIR)$(INSTALL_KERNEL)
	$(Q)install -D -m 644 $(INSTALLED)/vmrun.1 $(DESTDIR)$(MANDIR)/man1/vmrun.1

## make uninstall     removes them again
uninstall:
	$(Q)rm -f $(DESTDIR)$(BINDIR)/vmrun $(DESTDIR)$(INSTALL_KERNEL) $(DESTDIR)$(MANDIR)/man1/vmrun.1
	$(Q)rmdir $(dir $(DESTDIR)$(INSTALL_KERNEL)) 2>/dev/null || true
