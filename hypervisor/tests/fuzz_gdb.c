/* SPDX-License-Identifier: MIT */
/*
 * A libFuzzer target: what comes from gdb, against stub.c and all that it reaches but KVM
 * and the link itself. The guest's memory and registers are the input's, too. An input is one
 * operation after another: see enum operation.
 */
#include <string.h>

#include "../../kernel/layout.h"
#include "../../kernel/tests/fuzz_input.h"
#include "../../kernel/x86/pte.h"
#include "../debug/stub.h"

#define MEMORY 0x10000
#define PML4   0x1000

enum operation {
	OP_PACKET, /* bytes, as a good packet */
	OP_RAW,	   /* bytes, as they are */
	OP_MEMORY, /* bytes to a place in the guest's memory */
	OP_STATE,  /* bytes to a place among the vCPU's registers */
	OPERATIONS
};

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char memory[MEMORY];
static char table_before[sizeof(struct debug_table)];
static struct vm vm = {.mem = {.base = memory, .size = MEMORY}};
static struct hypercalls hc;
static struct stub *stub;
static unsigned answers, resumes;

/* --- what the stub is built on --- */

const char *hypercall_name(unsigned n)
{
	MUST(n < HYPERCALLS);
	return "call";
}

/* Bytes of an operation. */
static size_t take_bytes(char *to, size_t most)
{
	size_t bytes = take(1);

	if (bytes > most)
		bytes = most;
	for (size_t i = 0; i < bytes; i++)
		to[i] = take(1);
	return bytes;
}

size_t link_read(const struct link *link, void *buffer, size_t size)
{
	static char frame[RSP_FRAME_MAX];
	char bytes[256];
	size_t count = 0;
	uint64_t place;

	(void)link;
	while (at < end && !count) {
		enum operation operation = take(1) % OPERATIONS;

		place = operation >= OP_MEMORY ? take(2) : 0;
		count = take_bytes(bytes, sizeof(bytes));
		if (operation == OP_RAW) {
			memcpy(buffer, bytes, count);
			return count;
		}
		if (operation == OP_PACKET) {
			count = rsp_frame(frame, bytes, count);
			MUST(count <= size);
			memcpy(buffer, frame, count);
			return count;
		}
		if (operation == OP_MEMORY && place + count <= MEMORY)
			memcpy(memory + place, bytes, count);
		place %= sizeof(stub->machine.state);
		if (operation == OP_STATE && place + count <= sizeof(stub->machine.state))
			memcpy((char *)&stub->machine.state + place, bytes, count);
		count = 0;
	}
	return 0;
}

/* What goes out is acknowledgements and whole packets. */
bool link_write(const struct link *link, const void *data, size_t length)
{
	static struct rsp rsp;
	const char *byte = data;

	(void)link;
	answers++;
	if (length == 1) {
		MUST(*byte == '+' || *byte == '-');
		return true;
	}
	MUST(length <= RSP_FRAME_MAX);
	for (size_t i = 0; i < length; i++)
		MUST(rsp_take(&rsp, byte[i]) == (i + 1 < length ? RSP_NOTHING : RSP_PACKET));
	return true;
}

bool link_is_ready(const struct link *link)
{
	(void)link;
	return take(1) % 4 == 0;
}

void link_close(struct link *link)
{
	(void)link;
}

void machine_fetch(struct machine *machine)
{
	(void)machine;
}

/* The guest runs: breakpoints come and go, and then something has happened. */
struct stop machine_go(struct machine *machine, bool step)
{
	struct stop stop = {
		.kind = take(1) % (STOP_END + 1), .sig = take(1), .end = take(1) % 3 + 1};

	(void)step;
	resumes++;
	breakpoints_plant(&machine->breakpoints, &machine->memory, NULL);
	breakpoints_lift(&machine->breakpoints, &machine->memory);
	if (stop.kind == STOP_HARDWARE)
		stop.hardware = machine->breakpoints.hard[take(1) % HARDWARE_MAX];
	if (stop.kind == STOP_INTERRUPTED && !machine->is_interrupted(machine))
		stop.kind = STOP_STEPPED;
	if (at >= end)
		stop = (struct stop){.kind = STOP_END, .end = HC_EXITED};
	return stop;
}

void machine_release(struct machine *machine)
{
	(void)machine;
}

/* --- the input --- */

static void put(uint64_t table, unsigned index, uint64_t entry)
{
	memcpy(memory + table + 8 * index, &entry, sizeof(entry));
}

/* A page for ring 3 at 0x401000, and the kernel's direct map of all memory. */
static void make_guest(void)
{
	struct machine *machine = &stub->machine;

	memset(memory, 0, sizeof(memory));
	machine->state.sregs.cr0 = 1u << 31;
	machine->state.sregs.efer = 1u << 10;
	machine->state.sregs.cr3 = PML4;
	put(PML4, 0, 0x2000 | PTE_P | PTE_W | PTE_U);
	put(0x2000, 0, 0x3000 | PTE_P | PTE_W | PTE_U);
	put(0x3000, 2, 0x4000 | PTE_P | PTE_W | PTE_U);
	put(0x4000, 1, 0x8000 | PTE_P | PTE_U);
	put(PML4, KERNEL_SLOT, 0x5000 | PTE_P | PTE_W);
	put(0x5000, 0, 0x6000 | PTE_P | PTE_W);
	put(0x6000, 0, 0 | PTE_P | PTE_W | PTE_PS | PTE_NX);
	machine->kernel.table = (struct debug_table){
		.user_frame = KERNEL_BASE + 0x9000,
		.current_process = KERNEL_BASE + 0xa000,
		.process_program = 8,
		.program_auxv = 8,
		.program_auxv_end = 16,
	};
	/* A process, whose program follows. */
	put(0xa000, 0, KERNEL_BASE + 0xa100);
	put(0xa100, 1, KERNEL_BASE + 0xa200);
	put(0xa200, 0, KERNEL_BASE + 0xa300);
	put(0xa200, 1, 0x401000);
	put(0xa200, 2, 0x401140);
	strcpy(memory + 0xa300, "/bin/program");
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	stub = calloc(1, sizeof(*stub));
	return !stub;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct machine *machine = &stub->machine;
	enum hc_next result;
	unsigned setup;

	begin(data, size);
	memset(stub, 0, sizeof(*stub));
	make_guest();
	setup = take(1);
	machine->vm = &vm;
	machine->hc = &hc;
	machine->memory = (struct memory){&vm.mem, &machine->state, setup & 1};
	machine->kernel.known = setup & 1;
	machine->intercepts = setup & 2;
	machine->has_avx = setup & 4;
	machine->owner = (struct owner){.known = setup & 1, .cr3 = PML4};
	if (setup & 8)
		kernelinfo_program(&machine->kernel, &machine->memory, &machine->program);
	memcpy(table_before, &machine->kernel.table, sizeof(table_before));
	hc.exit_code = take(2);
	result = stub_run(stub);
	MUST(result <= HC_FAILED);
	MUST(machine->breakpoints.count <= BREAKPOINTS_MAX);
	/* Nothing that gdb says reaches what was there before it. */
	MUST(machine->vm == &vm && machine->hc == &hc && machine->memory.mem == &vm.mem);
	MUST(memcmp(table_before, &machine->kernel.table, sizeof(table_before)) == 0);
	return 0;
}
