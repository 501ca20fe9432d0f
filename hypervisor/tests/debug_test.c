/* SPDX-License-Identifier: MIT */
/* The parts of --gdb that need no KVM: packets, registers, page tables, breakpoints. */
#include <errno.h>

#include "../../kernel/layout.h"
#include "../../kernel/tests/unit.h"
#include "../../kernel/x86/pte.h"
#include "../debug/breakpoints.h"
#include "../debug/memory.h"
#include "../debug/pagewalk.h"
#include "../debug/registers.h"
#include "../debug/rsp.h"

#define SIZE	 0x20000
#define PML4	 0x1000
#define CODE	 0x8000	  /* where a page of code lies, */
#define CODE_AT	 0x401000 /* and where it is mapped */
#define CR0_PG	 0x80000000
#define EFER_LMA 0x400

static char bytes[SIZE];
static struct guestmem guest = {.base = bytes, .size = SIZE};
static struct state state;
static struct memory memory = {.mem = &guest, .state = &state};

/* Takes all bytes but the last, which must tell nothing, and returns what that one tells. */
static enum rsp_event take_all(struct rsp *rsp, const char *text, size_t length)
{
	for (size_t i = 0; i + 1 < length; i++)
		EQUAL(rsp_take(rsp, text[i]), RSP_NOTHING);
	return rsp_take(rsp, text[length - 1]);
}

static enum rsp_event take_text(struct rsp *rsp, const char *text)
{
	return take_all(rsp, text, strlen(text));
}

TEST(packets_come)
{
	static struct rsp rsp;

	EQUAL(take_text(&rsp, "$m0,4#fd"), RSP_PACKET);
	EQUAL(strcmp(rsp.data, "m0,4"), 0);
	EQUAL(take_text(&rsp, "noise$#00"), RSP_PACKET);
	EQUAL(rsp.length, 0);
	EQUAL(take_text(&rsp, "$m0,4#fe"), RSP_BAD);
	EQUAL(take_text(&rsp, "$m0,4#fx"), RSP_BAD);
	EQUAL(take_text(&rsp, "+"), RSP_ACK);
	EQUAL(take_text(&rsp, "-"), RSP_NAK);
	EQUAL(take_text(&rsp, "\x03"), RSP_INTERRUPT);
	/* One that was cut, and the next. */
	EQUAL(take_text(&rsp, "$m0,$m0,4#FD"), RSP_PACKET);
	EQUAL(strcmp(rsp.data, "m0,4"), 0);
	/* Within a packet there is no Ctrl-C. */
	EQUAL(take_text(&rsp, "$\x03#03"), RSP_PACKET);
	EQUAL(rsp.data[0], 3);
}

TEST(packets_that_are_too_long)
{
	static struct rsp rsp;

	rsp_take(&rsp, '$');
	for (int i = 0; i < RSP_DATA_MAX; i++)
		EQUAL(rsp_take(&rsp, 'a'), RSP_NOTHING);
	EQUAL(take_text(&rsp, "#00"), RSP_PACKET);
	EQUAL(rsp.length, RSP_DATA_MAX);
	rsp_take(&rsp, '$');
	for (int i = 0; i < 5 * RSP_DATA_MAX; i++)
		EQUAL(rsp_take(&rsp, 'a'), RSP_NOTHING);
	EQUAL(take_text(&rsp, "#00"), RSP_BAD);
}

/* What is framed is what comes, whatever bytes it has. */
TEST(packets_go_and_come)
{
	static char data[RSP_DATA_MAX], frame[RSP_FRAME_MAX];
	static struct rsp rsp;

	for (int round = 0; round < 200; round++) {
		size_t length = unit_random() % (round % 10 ? 50 : sizeof(data) + 1);

		for (size_t i = 0; i < length; i++)
			data[i] = round % 2 ? "$#}*\x03+-"[unit_random() % 7] : (char)unit_random();
		EQUAL(take_all(&rsp, frame, rsp_frame(frame, data, length)), RSP_PACKET);
		EQUAL(rsp.length, length);
		EQUAL(memcmp(rsp.data, data, length), 0);
	}
}

TEST(numbers_in_packets)
{
	const char *text = "fFff,10000000000000000,g";
	uint64_t number;

	CHECK(rsp_number(&text, &number));
	EQUAL(number, 0xffff);
	CHECK(!rsp_skip(&text, ';') && rsp_skip(&text, ','));
	CHECK(!rsp_number(&text, &number)); /* 65 bits */
	text = "g";
	CHECK(!rsp_number(&text, &number));
	text = "ffffffffffffffff";
	CHECK(rsp_number(&text, &number));
	EQUAL(number, UINT64_MAX);
	EQUAL(rsp_from_hex(&number, "0g", 1), false);
	EQUAL(rsp_from_hex(&number, "0", 1), false); /* the NUL is no digit */
}

/* Each register keeps what it is set to, and is the only one that changes. */
TEST(registers_keep_values)
{
	uint8_t before[REGISTERS_MAX], after[REGISTERS_MAX], value[16], got[16];
	size_t total, offset = 0, size;

	memset(&state, 0, sizeof(state));
	total = registers_get_all(&state, true, before);
	CHECK(total <= REGISTERS_MAX);
	CHECK(registers_set_all(&state, true, before, total));
	CHECK(!state.regs_changed && !state.sregs_changed && !state.xsave_changed);
	CHECK(!registers_set_all(&state, true, before, total - 1));
	for (unsigned n = 0; (size = registers_get(&state, true, n, got)); n++, offset += size) {
		registers_get_all(&state, true, before);
		memset(value, 0x5a, sizeof(value));
		CHECK(registers_set(&state, true, n, value, size));
		CHECK(!registers_set(&state, true, n, value, size - 1));
		EQUAL(registers_get_all(&state, true, after), total);
		EQUAL(memcmp(before, after, offset), 0);
		EQUAL(memcmp(before + offset + size, after + offset + size, total - offset - size),
		      0);
	}
	EQUAL(offset, total);
	CHECK(state.regs_changed && state.sregs_changed && state.xsave_changed);
	EQUAL(state.regs.rax, 0x5a5a5a5a5a5a5a5a);
	EQUAL(state.sregs.cr3, 0x5a5a5a5a5a5a5a5a);
	EQUAL(state.sregs.cs.selector, 0x5a5a);
	EQUAL(state.xsave.words[512 / 8], XSTATE_X87 | XSTATE_SSE | XSTATE_AVX);
	/* Without AVX there are sixteen less. */
	EQUAL(registers_get_all(&state, false, after), total - 16 * 16);
}

/* The x87 tag word: SDM 1, 8.1.7 and 10.5.1.1. */
TEST(registers_tag_word)
{
	const unsigned ftag = 34;
	uint32_t tags;

	memset(&state, 0, sizeof(state));
	EQUAL(registers_get(&state, true, ftag, &tags), sizeof(tags));
	EQUAL(tags, 0xffff);
	state.xsave.bytes[4] = 0x81;
	registers_get(&state, true, ftag, &tags);
	EQUAL(tags, 0x3ffc);
	tags = 0xfffc;
	CHECK(registers_set(&state, true, ftag, &tags, sizeof(tags)));
	EQUAL(state.xsave.bytes[4], 1);
}

static void put(uint64_t table, unsigned index, uint64_t entry)
{
	memcpy(bytes + table + 8 * index, &entry, sizeof(entry));
}

/* A program's page of code at CODE_AT, and a large page in the high half that leads outside. */
static void make_tables(void)
{
	memset(bytes, 0, sizeof(bytes));
	memset(&state, 0, sizeof(state));
	state.sregs.cr0 = CR0_PG;
	state.sregs.efer = EFER_LMA;
	state.sregs.cr3 = PML4 | 0x18; /* flags of CR3 */
	put(PML4, 0, 0x2000 | PTE_P | PTE_W | PTE_U);
	put(0x2000, 0, 0x3000 | PTE_P | PTE_W | PTE_U);
	put(0x3000, 2, 0x4000 | PTE_P | PTE_W | PTE_U);
	put(0x4000, 1, CODE | PTE_P | PTE_U);
	put(0x4000, 2, 0x7fffffff000 | PTE_P | PTE_U);
	put(PML4, 256, 0x5000 | PTE_P | PTE_W);
	put(0x5000, 0, 0x6000 | PTE_P | PTE_W);
	put(0x6000, 0, 0 | PTE_P | PTE_W | PTE_PS | PTE_NX);
	put(0x6000, 1, UINT64_C(0x000ffffffff00000) | PTE_P); /* a table outside memory */
}

TEST(memory_translates)
{
	struct mapping mapping;
	char buffer[64];

	make_tables();
	CHECK(memory_translate(&memory, CODE_AT + 5, &mapping));
	EQUAL(mapping.gpa, CODE + 5);
	EQUAL(mapping.bytes, 4096 - 5);
	EQUAL(mapping.rights, PTE_U);
	CHECK(memory_translate(&memory, KERNEL_BASE + 0x1234, &mapping));
	EQUAL(mapping.gpa, 0x1234);
	EQUAL(mapping.rights, PTE_W | PTE_NX);
	CHECK(!memory_translate(&memory, KERNEL_BASE + 0x200000, &mapping));
	CHECK(!memory_translate(&memory, CODE_AT - 1, &mapping));
	CHECK(!memory_translate(&memory, UINT64_C(1) << 47, &mapping)); /* not canonical */
	/* A copy ends where memory does, or where nothing is mapped. */
	EQUAL(memory_read(&memory, CODE_AT + 4096 - 10, buffer, sizeof(buffer)), 10);
	EQUAL(memory_read(&memory, KERNEL_BASE + SIZE - 10, buffer, sizeof(buffer)), 0);
	EQUAL(memory_write(&memory, UINT64_MAX - 5, buffer, sizeof(buffer)), 0);
	/* Tables that lead to themselves are a mapping as well. */
	put(PML4, 0, PML4 | PTE_P);
	CHECK(memory_translate(&memory, 0, &mapping));
	EQUAL(mapping.gpa, PML4);
	state.sregs.cr3 = UINT64_MAX;
	CHECK(!memory_translate(&memory, CODE_AT, &mapping));
	state.sregs.cr0 = 0;
	CHECK(memory_translate(&memory, 0x123, &mapping));
	EQUAL(mapping.gpa, 0x123);
	CHECK(!memory_translate(&memory, SIZE, &mapping));
}

/* Each entry of a table leads to that table: what is printed has an end. */
TEST(tables_that_lead_to_themselves_are_printed)
{
	static struct machine machine;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	make_tables();
	for (unsigned i = 0; i < PT_ENTRIES; i++)
		put(PML4, i, PML4 | PTE_P | (i % 2 ? PTE_W : 0));
	machine.memory.mem = &guest;
	machine.state = state;
	pagewalk_print(&machine, out);
	fclose(out);
	CHECK(strstr(text, "\nand more"));
	free(text);
}

TEST(breakpoints_are_planted_and_lifted)
{
	static struct breakpoints all;
	const struct owner owner = {.known = true, .cr3 = PML4 | 0x18};
	const uint64_t here = CODE_AT + 16;

	make_tables();
	memset(bytes + CODE, 0x90, 4096);
	EQUAL(breakpoint_add(&all, here, OF_GDB, true, owner), 0);
	EQUAL(breakpoint_add(&all, here, OF_STEP, true, owner), 0);
	EQUAL(breakpoint_add(&all, KERNEL_BASE + CODE + 32, OF_GDB, false, (struct owner){0}), 0);
	breakpoints_plant(&all, &memory, NULL);
	EQUAL((uint8_t)bytes[CODE + 16], OPCODE_INT3);
	EQUAL((uint8_t)bytes[CODE + 32], OPCODE_HLT);
	breakpoint_remove(&all, here, OF_STEP);
	breakpoints_lift(&all, &memory);
	for (int i = 0; i < 4096; i++)
		EQUAL((uint8_t)bytes[CODE + i], 0x90);
	/* Not where RIP is, and what the guest has written meanwhile stays. */
	breakpoints_plant(&all, &memory, &here);
	EQUAL((uint8_t)bytes[CODE + 16], 0x90);
	bytes[CODE + 32] = 0x55;
	breakpoints_lift(&all, &memory);
	EQUAL(bytes[CODE + 32], 0x55);
	/* While another program runs, in the page where it was, as long as that is the same. */
	state.sregs.cr3 = PML4;
	breakpoints_plant(&all, &memory, NULL);
	EQUAL((uint8_t)bytes[CODE + 16], OPCODE_INT3);
	breakpoints_lift(&all, &memory);
	bytes[CODE + 20] = 0x55;
	breakpoints_plant(&all, &memory, NULL);
	EQUAL((uint8_t)bytes[CODE + 16], 0x90);
	breakpoints_lift(&all, &memory);
	bytes[CODE + 20] = (char)0x90;
	/* Not before ring 3 may execute what is there. */
	state.sregs.cr3 = owner.cr3;
	put(0x4000, 1, CODE | PTE_P);
	breakpoints_plant(&all, &memory, NULL);
	EQUAL((uint8_t)bytes[CODE + 16], 0x90);
	breakpoints_lift(&all, &memory);
	/* When its page has come. */
	put(0x4000, 1, CODE | PTE_P | PTE_U);
	breakpoints_plant(&all, &memory, NULL);
	EQUAL((uint8_t)bytes[CODE + 16], OPCODE_INT3);
	breakpoints_lift(&all, &memory);
	breakpoints_remove_all(&all, OF_GDB);
	EQUAL(all.count, 0);
}

/* As after fork(2), when the child has a copy of the page. */
TEST(breakpoints_in_copies_of_a_page)
{
	static struct breakpoints all;

	make_tables();
	memset(bytes + CODE, 0x90, 4096);
	EQUAL(breakpoint_add(&all, CODE_AT, OF_GDB, false, (struct owner){0}), 0);
	breakpoints_plant(&all, &memory, NULL);
	memcpy(bytes + CODE + 4096, bytes + CODE, 4096);
	put(0x4000, 1, (CODE + 4096) | PTE_P | PTE_U);
	breakpoints_lift(&all, &memory);
	EQUAL((uint8_t)bytes[CODE], 0x90);
	EQUAL((uint8_t)bytes[CODE + 4096], 0x90);
}

TEST(breakpoints_have_a_limit)
{
	static struct breakpoints all;

	for (uint64_t i = 0; i < BREAKPOINTS_MAX; i++)
		EQUAL(breakpoint_add(&all, i, OF_GDB, false, (struct owner){0}), 0);
	EQUAL(breakpoint_add(&all, 0, OF_GDB, false, (struct owner){0}), 0);
	EQUAL(breakpoint_add(&all, BREAKPOINTS_MAX, OF_GDB, false, (struct owner){0}), -ENOSPC);
}

TEST(hardware_breakpoints)
{
	static struct breakpoints all;
	__u64 dr[8] = {0};

	EQUAL(hardware_add(&all, WATCH_WRITE, 0x1004, 12), 0); /* 4 and 8 */
	EQUAL(hardware_add(&all, WATCH_EXECUTE, 0x2001, 1), 0);
	hardware_registers(&all, dr);
	EQUAL(dr[0], 0x1004);
	EQUAL(dr[1], 0x1008);
	EQUAL(dr[2], 0x2001);
	/* SDM 3, 17.2.4: L0 to L2, LE, GE, bit 10; RW 1 LEN 3, RW 1 LEN 2, RW 0 LEN 0. */
	EQUAL(dr[7], 0x15 | 0x300 | 0x400 | 0xd << 16 | 0x9 << 20);
	EQUAL(hardware_add(&all, WATCH_ACCESS, 0x3001, 2), -ENOSPC); /* would take two */
	EQUAL(hardware_add(&all, WATCH_ACCESS, 0x3001, 1), 0);
	EQUAL(hardware_remove(&all, WATCH_WRITE, 0x1004, 12), 0);
	EQUAL(hardware_remove(&all, WATCH_WRITE, 0x1004, 12), -ENOENT);
	EQUAL(hardware_add(&all, WATCH_WRITE, 0, UINT64_MAX), -ENOSPC);
	EQUAL(hardware_add(&all, WATCH_WRITE, 0, 0), -ENOSPC);
}

int main(void)
{
	RUN(packets_come);
	RUN(packets_that_are_too_long);
	RUN(packets_go_and_come);
	RUN(numbers_in_packets);
	RUN(registers_keep_values);
	RUN(registers_tag_word);
	RUN(memory_translates);
	RUN(tables_that_lead_to_themselves_are_printed);
	RUN(breakpoints_are_planted_and_lifted);
	RUN(breakpoints_in_copies_of_a_page);
	RUN(breakpoints_have_a_limit);
	RUN(hardware_breakpoints);
	return unit_failures != 0;
}
