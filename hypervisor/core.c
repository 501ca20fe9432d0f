/* SPDX-License-Identifier: MIT */
/* --core: the file for a core, and the core of a machine whose kernel has failed. */
#include "core.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/procfs.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mappings.h"
#include "msg.h"
#include "vcpu.h"

#define PAGE 4096

/*
 * Behind the registers that debuggers know: those that they don't, and where in the file guest
 * memory begins, from gpa 0 on. The note's owner is "vmrun", its type 1.
 */
struct machine_note {
	uint64_t memory_offset, memory_bytes;
	uint64_t cr0, cr2, cr3, cr4, efer;
	uint64_t gdt_base, gdt_limit, idt_base, idt_limit;
};

#define OWNER_BYTES 8 /* "CORE" and "vmrun", with zeros up to a multiple of 4 */

#define NOTES_BYTES                                                                                \
	(2 * (sizeof(Elf64_Nhdr) + OWNER_BYTES) + sizeof(struct elf_prstatus) +                    \
	 sizeof(struct machine_note))
_Static_assert(sizeof(struct elf_prstatus) % 4 == 0, "notes are aligned");

/* For core_write(): there is no memory to be had once the sandbox has closed. */
static struct mappings *found;

int core_open(const char *path)
{
	char shown[4096];
	struct stat st;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);

	escape(shown, sizeof(shown), path, strlen(path));
	if (fd < 0 || fstat(fd, &st) < 0)
		die("%s: %m", shown);
	if (!S_ISREG(st.st_mode))
		die("%s: not a regular file", shown);
	found = malloc(sizeof(*found));
	if (!found)
		die("no memory for a core's page tables");
	return fd;
}

/* In the order of struct user_regs_struct. */
static void fill_registers(elf_gregset_t to, const struct kvm_regs *r, const struct kvm_sregs *s)
{
	const uint64_t registers[ELF_NGREG] = {
		r->r15,		r->r14,		r->r13,		r->r12,
		r->rbp,		r->rbx,		r->r11,		r->r10,
		r->r9,		r->r8,		r->rax,		r->rcx,
		r->rdx,		r->rsi,		r->rdi,		UINT64_MAX /* orig_rax */,
		r->rip,		s->cs.selector, r->rflags,	r->rsp,
		s->ss.selector, s->fs.base,	s->gs.base,	s->ds.selector,
		s->es.selector, s->fs.selector, s->gs.selector,
	};

	memcpy(to, registers, sizeof(registers));
}

static bool write_all(int fd, const void *from, size_t bytes)
{
	ssize_t n;

	for (size_t done = 0; done < bytes; done += n) {
		n = write(fd, (const char *)from + done, bytes - done);
		if (n < 0 && errno == EINTR)
			n = 0;
		if (n < 0)
			return false;
	}
	return true;
}

/* Writes a note, whose owner's name is as long as that of both. */
static bool write_note(int fd, const char *owner, unsigned type, const void *contents, size_t bytes)
{
	const Elf64_Nhdr head = {strlen(owner) + 1, bytes, type};
	char name[OWNER_BYTES] = "";

	strcpy(name, owner);
	return write_all(fd, &head, sizeof(head)) && write_all(fd, name, sizeof(name)) &&
	       write_all(fd, contents, bytes);
}

static bool write_notes(int fd, const struct vm *vm, uint64_t memory_offset)
{
	const struct kvm_sync_regs *state = &vm->run->s.regs;
	const struct kvm_sregs *s = &state->sregs;
	struct elf_prstatus status;
	const struct machine_note machine = {
		.memory_offset = memory_offset,
		.memory_bytes = vm->mem.size,
		.cr0 = s->cr0,
		.cr2 = s->cr2,
		.cr3 = s->cr3,
		.cr4 = s->cr4,
		.efer = s->efer,
		.gdt_base = s->gdt.base,
		.gdt_limit = s->gdt.limit,
		.idt_base = s->idt.base,
		.idt_limit = s->idt.limit,
	};

	memset(&status, 0, sizeof(status));
	status.pr_pid = 1;
	fill_registers(status.pr_reg, &state->regs, s);
	return write_note(fd, "CORE", NT_PRSTATUS, &status, sizeof(status)) &&
	       write_note(fd, "vmrun", 1, &machine, sizeof(machine));
}

static bool is_zero(const char *page)
{
	return page[0] == 0 && memcmp(page, page + 1, PAGE - 1) == 0;
}

/*
 * Guest memory, without the pages of zeros: they are a hole in the file, unless they end it, or lie
 * in its first `used` bytes, where the guest has written a program's core.
 */
static bool write_memory(int fd, const struct guestmem *mem, uint64_t offset, uint64_t used)
{
	const uint64_t stale = used > offset ? used - offset : 0;

	for (uint64_t at = 0, end; at < mem->size; at = end) {
		end = at + PAGE;
		if (at >= stale && end < mem->size && is_zero(mem->base + at))
			continue;
		while (end < mem->size && end - at < 1 << 20 &&
		       (end < stale || !is_zero(mem->base + end)))
			end += PAGE;
		if (lseek(fd, offset + at, SEEK_SET) < 0 ||
		    !write_all(fd, mem->base + at, end - at))
			return false;
	}
	return true;
}

static Elf64_Phdr load_header(const struct mapping *mapping, uint64_t memory_offset)
{
	return (Elf64_Phdr){
		.p_type = PT_LOAD,
		.p_flags = PF_R | (mapping->write ? PF_W : 0) | (mapping->execute ? PF_X : 0),
		.p_offset = memory_offset + mapping->physical,
		.p_vaddr = mapping->virtual,
		.p_paddr = mapping->physical,
		.p_filesz = mapping->bytes,
		.p_memsz = mapping->bytes,
		.p_align = PAGE,
	};
}

static bool write_core(int fd, const struct vm *vm, const struct mappings *mappings)
{
	const off_t used = lseek(fd, 0, SEEK_END);
	const size_t headers = sizeof(Elf64_Ehdr) + (1 + mappings->count) * sizeof(Elf64_Phdr);
	const uint64_t memory_offset = (headers + NOTES_BYTES + PAGE - 1) & ~(uint64_t)(PAGE - 1);
	const Elf64_Ehdr header = {
		.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			    EV_CURRENT},
		.e_type = ET_CORE,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_phoff = sizeof(header),
		.e_ehsize = sizeof(header),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 1 + mappings->count,
	};
	const Elf64_Phdr note_header = {
		.p_type = PT_NOTE, .p_offset = headers, .p_filesz = NOTES_BYTES, .p_align = 4};

	if (used < 0 || lseek(fd, 0, SEEK_SET) < 0 || !write_all(fd, &header, sizeof(header)) ||
	    !write_all(fd, &note_header, sizeof(note_header)))
		return false;
	for (size_t i = 0; i < mappings->count; i++) {
		const Elf64_Phdr load = load_header(&mappings->list[i], memory_offset);

		if (!write_all(fd, &load, sizeof(load)))
			return false;
	}
	return write_notes(fd, vm, memory_offset) &&
	       write_memory(fd, &vm->mem, memory_offset, used);
}

void core_write(const struct vm *vm, int fd)
{
	if (vcpu_fetch(vm, KVM_SYNC_X86_REGS | KVM_SYNC_X86_SREGS) < 0) {
		msg("hypervisor: no core: the registers can't be read\n");
		return;
	}
	mappings_find(found, &vm->mem, &vm->run->s.regs.sregs);
	if (!write_core(fd, vm, found))
		msg("hypervisor: the core isn't whole: %s\n", strerror(errno));
}
