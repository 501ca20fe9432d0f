/* SPDX-License-Identifier: MIT */
/* gdb's `monitor` commands. */
#include "monitor.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../hypercall.h"
#include "pagewalk.h"
#include "shown.h"

static void info_tlb(struct stub *stub, const char *argument, FILE *out)
{
	(void)argument;
	pagewalk_print(&stub->machine, out);
}

static void print_segment(FILE *out, const char *name, const struct kvm_segment *s)
{
	fprintf(out,
		"%-4s %04x base %016llx limit %08x type %2u s %u dpl %u present %u l %u db %u g "
		"%u%s\n",
		name, s->selector, s->base, s->limit, s->type, s->s, s->dpl, s->present, s->l,
		s->db, s->g, s->unusable ? " unusable" : "");
}

static void sregs(struct stub *stub, const char *argument, FILE *out)
{
	const struct kvm_sregs *s = &shown_state(stub)->sregs;

	(void)argument;
	print_segment(out, "cs", &s->cs);
	print_segment(out, "ss", &s->ss);
	print_segment(out, "ds", &s->ds);
	print_segment(out, "es", &s->es);
	print_segment(out, "fs", &s->fs);
	print_segment(out, "gs", &s->gs);
	print_segment(out, "tr", &s->tr);
	print_segment(out, "ldt", &s->ldt);
	fprintf(out, "gdt  base %016llx limit %04x\n", s->gdt.base, s->gdt.limit);
	fprintf(out, "idt  base %016llx limit %04x\n", s->idt.base, s->idt.limit);
	fprintf(out, "cr0 %llx cr2 %llx cr3 %llx cr4 %llx cr8 %llx efer %llx\n", s->cr0, s->cr2,
		s->cr3, s->cr4, s->cr8, s->efer);
}

static void hypercalls(struct stub *stub, const char *argument, FILE *out)
{
	const struct hypercalls *hc = stub->machine.hc;

	(void)argument;
	for (unsigned n = 0; n < HYPERCALLS; n++)
		fprintf(out, "%-9s %" PRIu64 "\n", hypercall_name(n), hc->calls[n]);
}

/* "ADDRESS [BYTES]", physical. */
static void xp(struct stub *stub, const char *argument, FILE *out)
{
	char *end;
	uint64_t address = strtoull(argument, &end, 0);
	uint64_t bytes = *end ? strtoull(end, &end, 0) : 64;
	const size_t row = 16;
	uint8_t byte;

	if (end == argument || *end) {
		fputs("not a physical address, or not a number of bytes\n", out);
		return;
	}
	for (uint64_t i = 0; i < bytes; i++) {
		if (guestmem_read(stub->machine.memory.mem, address + i, &byte, sizeof(byte)) < 0) {
			fprintf(out, "%sguest memory ends at %" PRIx64 "\n", i % row ? "\n" : "",
				stub->machine.memory.mem->size);
			return;
		}
		if (i % row == 0)
			fprintf(out, "%09" PRIx64 ":", address + i);
		fprintf(out, " %02x%s", byte, i % row == row - 1 || i == bytes - 1 ? "\n" : "");
	}
}

static void program(struct stub *stub, const char *argument, FILE *out)
{
	struct machine *machine = &stub->machine;
	struct program_info current;

	(void)argument;
	if (!machine->kernel.known)
		fputs("The kernel tells nothing of programs: there is no kernel.elf beside the "
		      "image, or it isn't that image's.\n",
		      out);
	else if (!kernelinfo_program(&machine->kernel, &machine->memory, &current) || !current.auxv)
		fputs("There is none yet.\n", out);
	else
		fprintf(out,
			"process %d, %s, page tables at %llx, auxiliary vector at %" PRIx64 "%s\n",
			current.pid, current.exe, machine->state.sregs.cr3, current.auxv,
			machine->state.sregs.cr3 == machine->owner.cr3
				? ""
				: "; breakpoints are another process's");
}

static void show_ring3(struct stub *stub, const char *argument, FILE *out)
{
	(void)argument;
	stub->shows_program = shown_take_program(stub);
	fputs(stub->shows_program
		      ? "Registers are those that ring 3 was left with, and for reading, until the "
			"guest goes on. Of a system call on its short way in, RBX, RBP and R12 to "
			"R15 may be old. Then: maintenance flush register-cache\n"
		      : "These registers aren't known.\n",
	      out);
}

static void show_vcpu(struct stub *stub, const char *argument, FILE *out)
{
	(void)argument;
	stub->shows_program = false;
	fputs("Registers are the vCPU's. Then: maintenance flush register-cache\n", out);
}

static void follow(struct stub *stub, const char *argument, FILE *out)
{
	if (strcmp(argument, "all") == 0)
		stub->machine.follow_all = true;
	else if (strcmp(argument, "first") == 0)
		stub->machine.follow_all = false;
	else
		fputs("all, or first\n", out);
}

static void help(struct stub *stub, const char *argument, FILE *out);

static const struct {
	const char *name;
	void (*run)(struct stub *stub, const char *argument, FILE *out);
	const char *text;
} commands[] = {
	{"info tlb", info_tlb, "page tables: addresses, rights, where they lead, what lies there"},
	{"sregs", sregs, "segments, descriptor tables, control registers"},
	{"hypercalls", hypercalls, "how often each was made"},
	{"xp", xp, "ADDRESS [BYTES]: physical memory"},
	{"program", program, "the program of the current process"},
	{"follow", follow,
	 "all: tell gdb of each program that starts; first: of the first process's"},
	{"ring3", show_ring3, "show the registers that ring 3 was left with"},
	{"vcpu", show_vcpu, "show the vCPU's again"},
	{"help", help, "this"},
};

static void help(struct stub *stub, const char *argument, FILE *out)
{
	(void)stub;
	(void)argument;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(out, "%-10s  %s\n", commands[i].name, commands[i].text);
}

void monitor_run(struct stub *stub, const char *command, FILE *out)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		size_t length = strlen(commands[i].name);

		if (strncmp(command, commands[i].name, length) != 0 ||
		    (command[length] && command[length] != ' '))
			continue;
		command += length;
		while (isspace((unsigned char)*command))
			command++;
		commands[i].run(stub, command, out);
		return;
	}
	fputs("There is no such command:\n", out);
	help(stub, command, out);
}
