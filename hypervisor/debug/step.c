/* SPDX-License-Identifier: MIT */
/* --step: each instruction of the guest, a line of the user's terminal. */
#include "step.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../../kernel/abi.h"
#include "../../kernel/layout.h"
#include "../msg.h"
#include "rsp.h"

#define CODE_MAX 15 /* bytes of an instruction: SDM 2, 2.3.11 */

/* A line that is put together. */
struct line {
	char text[1024];
	size_t length;
};

static void add(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct line *line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	line->length = text_add(line->text, sizeof(line->text), line->length, format, arguments);
	va_end(arguments);
}

/*
 * How many bytes a jump, call, return or interrupt has; 0: it is another instruction, whose length
 * RIP tells when it is done. SDM 2, appendix A.
 */
static unsigned jump_length(const uint8_t *code)
{
	unsigned prefix = 0;
	uint8_t mode;

	while ((code[prefix] & 0xf0) == 0x40 || code[prefix] == 0x66 || code[prefix] == 0xf2 ||
	       code[prefix] == 0xf3 || code[prefix] == 0x3e || code[prefix] == 0x2e)
		if (++prefix == CODE_MAX - 8)
			return 0;
	code += prefix;
	if ((code[0] & 0xf0) == 0x70 || (code[0] & 0xfc) == 0xe0 || code[0] == 0xeb ||
	    code[0] == 0xcd || (code[0] == 0x0f && (code[1] == 0x05 || code[1] == 0x07)))
		return prefix + 2; /* jcc, loop, jmp, int n, syscall, sysret */
	if (code[0] == 0xc3 || code[0] == 0xcb || code[0] == 0xcc || code[0] == 0xcf)
		return prefix + 1; /* ret, int3, iret */
	if (code[0] == 0xc2)
		return prefix + 3; /* ret n */
	if (code[0] == 0xe8 || code[0] == 0xe9)
		return prefix + 5; /* call, jmp */
	if (code[0] == 0x0f && (code[1] & 0xf0) == 0x80)
		return prefix + 6; /* jcc */
	/* Through a register or memory: call, jmp, near and far. */
	if (code[0] != 0xff || (code[1] >> 3 & 7) < 2 || (code[1] >> 3 & 7) > 5)
		return 0;
	mode = code[1] >> 6;
	prefix += 2;
	if (mode == 3)
		return prefix;
	if ((code[1] & 7) == 4) /* SIB */
		prefix += mode == 0 && (code[2] & 7) == 5 ? 5 : 1;
	else if (mode == 0 && (code[1] & 7) == 5)
		prefix += 4;
	return prefix + (mode == 1 ? 1 : mode == 2 ? 4 : 0);
}

/* The instruction's code: all of it where its length shows, else its first bytes. */
static void add_code(struct line *line, const uint8_t *code, size_t readable, uint64_t moved)
{
	unsigned known = readable >= CODE_MAX ? jump_length(code) : 0;
	size_t bytes = known ? known : moved - 1 < CODE_MAX ? moved : 8;
	char digits[2 * CODE_MAX + 4] = "";

	if (bytes > readable)
		bytes = readable;
	strcpy(rsp_to_hex(digits, code, bytes), known || moved - 1 < CODE_MAX ? "" : "..");
	add(line, "%-20s ", digits);
}

/* Our kernel begins where it is loaded, before it goes to where it is linked. */
static void add_symbol(struct line *line, const struct machine *machine, uint64_t address)
{
	const bool low = machine->kernel.known && address < BOOT_FREE_MEMORY;
	const struct symbol *symbol;
	char place[80] = "";

	address += low ? KERNEL_BASE : 0;
	symbol = symbols_at(&machine->symbols, address);

	if (symbol && address - symbol->address < (symbol->size ? symbol->size : 4096))
		snprintf(place, sizeof(place), "%.60s+0x%" PRIx64, symbol->name,
			 address - symbol->address);
	add(line, "%-28s", place);
}

/* A register of 64 bits, if it has changed. */
static void add_if_changed(struct line *line, const char *name, const void *before,
			   const void *after)
{
	uint64_t value;

	if (memcmp(before, after, sizeof(value)) == 0)
		return;
	memcpy(&value, after, sizeof(value));
	add(line, " %s=%" PRIx64, name, value);
}

/* Registers that have changed, but for RIP. */
static void add_changes(struct line *line, const struct state *before, const struct state *after)
{
	static const struct {
		const char *name;
		size_t offset;
	} regs[] = {
#define REG(name) {#name, offsetof(struct kvm_regs, name)}
		REG(rax), REG(rbx), REG(rcx), REG(rdx), REG(rsi),    REG(rdi),
		REG(rbp), REG(rsp), REG(r8),  REG(r9),	REG(r10),    REG(r11),
		REG(r12), REG(r13), REG(r14), REG(r15), REG(rflags),
#undef REG
	};
	static const struct {
		const char *name;
		size_t offset;
	} controls[] = {
#define CONTROL(name) {#name, offsetof(struct kvm_sregs, name)}
		CONTROL(cr0), CONTROL(cr2), CONTROL(cr3), CONTROL(cr4), CONTROL(efer),
#undef CONTROL
	};

	for (size_t i = 0; i < sizeof(regs) / sizeof(regs[0]); i++)
		add_if_changed(line, regs[i].name, (const char *)&before->regs + regs[i].offset,
			       (const char *)&after->regs + regs[i].offset);
	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++)
		add_if_changed(line, controls[i].name,
			       (const char *)&before->sregs + controls[i].offset,
			       (const char *)&after->sregs + controls[i].offset);
	if (before->sregs.cs.selector != after->sregs.cs.selector)
		add(line, " cs=%x", after->sregs.cs.selector);
}

enum hc_next step_run(struct machine *machine, uint64_t count)
{
	struct stop stop = {.kind = STOP_STEPPED};
	const struct state *after = &machine->state;

	machine_fetch(machine);
	for (uint64_t n = 0; stop.kind == STOP_STEPPED && n < count; n++) {
		const struct state before = machine->state;
		struct line line = {.length = 0};
		uint8_t code[CODE_MAX] = {0};
		const uint64_t at = before.sregs.cs.base + before.regs.rip;
		size_t readable = memory_read(&machine->memory, at, code, sizeof(code));

		stop = machine_go(machine, true);
		add(&line, "%016llx ", before.regs.rip);
		add_code(&line, code, readable, after->regs.rip - before.regs.rip);
		add_symbol(&line, machine, before.regs.rip);
		if (stop.kind == STOP_STEPPED)
			add_changes(&line, &before, after);
		while (line.text[line.length - 1] == ' ')
			line.length--;
		msg("%.*s\n", (int)line.length, line.text);
	}
	if (stop.kind == STOP_END)
		return stop.end;
	machine_release(machine);
	return HC_CONTINUE;
}
