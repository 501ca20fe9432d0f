/* SPDX-License-Identifier: MIT */
/*
 * A libFuzzer target: a guest against run.c and all that its port accesses
 * reach. An input is four bytes of set-up, then what the guest does between
 * its exits, one operation after another: see enum operation.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>

#include "../msg.h"
#include "../run.h"
#include "fuzz.h"

#define PAGE_SIZE  4096
#define BIG_MEMORY (UINT64_C(0x80000000) + MEMORY) /* more than one read(2) moves */
#define CODE	   0x1000			   /* where the guest's `out`s and `in`s are */

enum operation {
	OP_CALL,      /* a hypercall's `out` or `in` */
	OP_MEMORY,    /* bytes to a place in memory */
	OP_FILL,      /* one byte to many places */
	OP_PATH,      /* a path of host_path() */
	OP_WORDS,     /* numbers, 4 or 8 bytes each: an argument block */
	OP_REGISTERS, /* RSI and RCX at the next exit */
	OP_IO,	      /* any port access */
	OP_EXIT,      /* any other exit */
	OP_ERROR,     /* KVM_RUN fails */
	OP_FAIL,      /* the host's next calls fail */
	OP_CROWD,     /* the guest has opened as many files as it can, but one */
	OPERATIONS
};

static uint64_t previous_number; /* that was taken */

static struct guestmem memories[2];
static struct kvm_run *run; /* a page, and the page of the data of a port access */
static struct vm vm;
static struct hypercalls hc;
static uint64_t random_state;
static bool registers_fail;

/* The vCPU's registers, now and at the last exit; KVM tells them if `synced`. */
static struct kvm_regs guest, at_exit;
static uint64_t next_rsi, next_rcx;
static bool synced;

/* The port access of the last exit, and its data if they are an `out`'s. */
static struct port_io told;
static uint8_t told_data[8];
static bool is_told; /* there was one, */
static bool is_done; /* and run_vm() has done it */
static enum hc_next last_next;
static int run_error; /* of the last KVM_RUN, 0: none */

/* What KVM tells where it is asked who made that access: see ask_privilege(). */
static struct {
	uint8_t ring;
	bool more; /* a string instruction isn't over */
	bool fails;
	bool refused; /* it was ring 3's, and is to be its #GP */
} asked;

/* Memory with nothing mapped around it. */
static void *guarded(size_t size)
{
	uint8_t *base = mmap(NULL, size + 2 * PAGE_SIZE, PROT_NONE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	MUST(base != MAP_FAILED && mprotect(base + PAGE_SIZE, size, PROT_READ | PROT_WRITE) == 0);
	return base + PAGE_SIZE;
}

/* A number of any size, in few bytes if it is one of those where things go wrong. */
static uint64_t take_number(void)
{
	uint8_t kind = take(1);

	switch (kind % 8) {
	case 0:
		previous_number = take(2);
		break;
	case 1:
		previous_number = take(4);
		break;
	case 2:
		previous_number = take(8);
		break;
	case 3:
		previous_number = host.mem->size - take(1);
		break;
	case 4:
		previous_number = -take(1);
		break;
	case 5:
		previous_number = (UINT64_C(1) << kind / 8 * 2) + (int8_t)take(1);
		break;
	case 6: /* with the one before, a sum that wraps */
		previous_number = kind / 8 - previous_number;
		break;
	default:
		previous_number = kind / 8;
	}
	return previous_number;
}

/* A width as instructions have it. */
static uint8_t take_width(void)
{
	return 1 << take(1) % 3;
}

/* splitmix64 */
static uint64_t next_random(void)
{
	uint64_t z = random_state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void random_bytes(void *to, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		((uint8_t *)to)[i] = next_random();
}

/* --- what the guest does without an exit --- */

static void store(uint64_t gpa, const void *bytes, size_t count)
{
	gpa %= MEMORY;
	memcpy(host.mem->base + gpa, bytes, count < MEMORY - gpa ? count : MEMORY - gpa);
}

static void store_bytes(void)
{
	uint64_t gpa = take(2);
	size_t count = take(1);

	if (count > (size_t)(end - at))
		count = end - at;
	store(gpa, at, count);
	at += count;
}

static void fill(void)
{
	uint64_t gpa = take(2) % MEMORY;
	size_t count = take(2) % (MEMORY - gpa + 1);

	memset(host.mem->base + gpa, take(1), count);
}

static void store_path(void)
{
	uint64_t gpa = take(2);
	const char *path = host_path(take(1));

	store(gpa, path, strlen(path) + 1);
}

static void store_words(void)
{
	uint64_t gpa = take(2);
	uint8_t shape = take(1);
	size_t width = shape & 1 ? 8 : 4;

	for (unsigned i = 0; i <= shape / 2 % 4; i++) {
		uint64_t word = take_number();

		store(gpa + i * width, &word, width);
	}
}

/* --- what KVM tells --- */

/* As HC_RESULT_AT_ONCE has them: RSI says it, or not quite; RCX is anywhere. */
static void choose_registers(void)
{
	next_rsi = HC_RESULT_AT_ONCE ^ take_number();
	next_rcx = take_number();
}

/* The data end where their page does, and the next isn't mapped. */
static void exit_io(bool out, uint16_t port, uint8_t width, uint32_t count, uint32_t value)
{
	uint8_t *data;

	count %= PAGE_SIZE / width + 1;
	data = (uint8_t *)run + 2 * PAGE_SIZE - count * width;
	memset(data, 0xa5, count * width);
	if (out && count)
		memcpy(data, &value, width);
	run->exit_reason = KVM_EXIT_IO;
	run->io.direction = out ? KVM_EXIT_IO_OUT : KVM_EXIT_IO_IN;
	run->io.port = port;
	run->io.size = width;
	run->io.count = count;
	run->io.data_offset = data - (uint8_t *)run;
	told = (struct port_io){out, port, width, count, data};
	if (out && count == 1)
		memcpy(told_data, data, width);
	is_told = true;
	if (out)
		memcpy(&guest.rax, &value, width);
	guest.rdx = (guest.rdx & ~UINT64_C(0xffff)) | port;
}

/* A hypercall as kernels make it; if KVM doesn't tell registers, its `in` is an operation of its
 * own. */
static bool exit_call(void)
{
	static const uint16_t ports[] = {PORT_OPEN,	PORT_READ, PORT_WRITE,	 PORT_CLOSE,
					 PORT_LSEEK,	PORT_EXIT, PORT_LSEEK64, PORT_SLEEP,
					 PORT_PANIC,	PORT_LAST, PORT_READDIR, PORT_STAT,
					 PORT_READLINK, PORT_PREAD};
	static const uint16_t timer_ports[] = {PORT_WAIT, PORT_TIMER};
	uint8_t selector = take(1);
	uint16_t port = (selector & 0x7f) >= 0x70
				? timer_ports[selector & 1]
				: ports[selector % (sizeof(ports) / sizeof(ports[0]))];
	uint32_t value = take_number();

	exit_io(selector < 0x80, port, 4, 1, value);
	return true;
}

static bool exit_any_io(void)
{
	uint8_t shape = take(1);
	uint16_t port = shape & 2 ? PORT_CONSOLE : shape & 0x10 ? PORT_OPEN + take(1) : take(2);
	uint8_t width = shape & 4 ? (port == PORT_CONSOLE ? 1 : 4) : take_width();
	uint32_t count = shape & 8 ? 1 : take(2);

	exit_io(shape & 1, port, width, count, take(4));
	asked.ring = shape & 0x20 ? 3 : 0;
	asked.more = shape & 0x40;
	asked.fails = shape & 0x80;
	return true;
}

static bool exit_other(void)
{
	run->exit_reason = take(1);
	if (run->exit_reason == 0xff)
		run->exit_reason = take(4);
	for (unsigned i = 0; i < 24; i++)
		run->padding[i] = take(1);
	/* An access of no port: KVM_EXIT_IO has its own operation. */
	if (run->exit_reason == KVM_EXIT_IO)
		run->exit_reason = KVM_EXIT_INTERNAL_ERROR;
	return true;
}

static bool exit_error(void)
{
	static const int errors[] = {EINTR, EINTR, EFAULT, EINVAL};

	run_error = errors[take(1) % 4];
	return true;
}

static void fail_next(void)
{
	static const int errors[] = {EINTR, EAGAIN, EIO, EMFILE};
	uint8_t shape = take(1);

	host.fail_times = shape / 4 * 2;
	host.fail_error = errors[shape % 4];
}

/* Does one operation. Returns whether it ends in an exit. */
static bool operate(void)
{
	switch (take(1) % OPERATIONS) {
	case OP_CALL:
		return exit_call();
	case OP_MEMORY:
		store_bytes();
		return false;
	case OP_FILL:
		fill();
		return false;
	case OP_PATH:
		store_path();
		return false;
	case OP_WORDS:
		store_words();
		return false;
	case OP_REGISTERS:
		choose_registers();
		return false;
	case OP_IO:
		return exit_any_io();
	case OP_EXIT:
		return exit_other();
	case OP_ERROR:
		return exit_error();
	case OP_FAIL:
		fail_next();
		return false;
	default:
		host_crowd();
		return false;
	}
}

/* As complete_fast_pio_in() and _out() do it, if RIP is still where the access was. */
static void complete_access(void)
{
	if (guest.rip != at_exit.rip)
		return;
	guest.rip += IO_BYTES;
	if (told.out || told.count != 1)
		return;
	if (told.width == 4)
		guest.rax = 0;
	memcpy(&guest.rax, told.data, told.width);
}

/* An access that was ring 3's leaves its registers, and a #GP with the error code 0. */
static void check_fault(void)
{
	const struct kvm_vcpu_events *events = &run->s.regs.events;

	MUST(run->kvm_dirty_regs == (KVM_SYNC_X86_REGS | KVM_SYNC_X86_EVENTS));
	MUST(memcmp(&run->s.regs.regs, &at_exit, sizeof(at_exit)) == 0);
	MUST(events->exception.injected == 1 && events->exception.nr == 13);
	MUST(events->exception.has_error_code == 1 && events->exception.error_code == 0);
	MUST(events->exception.pending == 0);
	run->kvm_dirty_regs = 0;
	asked.refused = false;
}

/* What KVM does before it enters the guest, and what the guest then finds. */
static void enter(void)
{
	MUST(is_told == is_done);
	if (asked.refused) {
		check_fault();
		return;
	}
	MUST(run->kvm_dirty_regs == 0 ||
	     (synced && run->kvm_dirty_regs == KVM_SYNC_X86_REGS && last_next == HC_CONTINUE));
	if (run->kvm_dirty_regs)
		guest = run->s.regs.regs;
	run->kvm_dirty_regs = 0;
	if (!is_told)
		return;
	complete_access();
	if (last_next == HC_CONTINUE)
		model_resume(&hc, &at_exit, &guest, synced);
	is_told = is_done = false;
}

/* The guest runs to its next exit; at the input's end it halts. */
static int kvm_run(void)
{
	MUST(last_next == HC_CONTINUE && run->kvm_valid_regs == (synced ? KVM_SYNC_X86_REGS : 0));
	random_bytes(&guest, sizeof(guest));
	guest.rip = CODE;
	next_rsi = HC_RESULT_AT_ONCE;
	next_rcx = CODE + 2 * IO_BYTES;
	run_error = 0;
	run->exit_reason = KVM_EXIT_HLT;
	while (at < end && !operate())
		;
	guest.rsi = next_rsi;
	guest.rcx = next_rcx;
	at_exit = guest;
	if (synced)
		run->s.regs.regs = guest;
	errno = run_error;
	return run_error ? -1 : 0;
}

/* Without entering the guest, who made the access, to a port that no hypercall has. */
static int ask_privilege(void)
{
	MUST(is_told && !is_done && synced && last_next == HC_CONTINUE);
	MUST(told.port != PORT_CONSOLE && told.port != PORT_PANIC &&
	     (told.port < PORT_OPEN || told.port > PORT_LAST));
	random_bytes(&run->s.regs, sizeof(run->s.regs));
	run->s.regs.sregs.ss.dpl = asked.ring;
	if (asked.more) {
		asked.more = false;
		run->exit_reason = KVM_EXIT_IO;
		return 0;
	}
	run->exit_reason = KVM_EXIT_INTR;
	errno = asked.fails ? EINVAL : EINTR;
	if (!asked.fails && asked.ring == 3) {
		asked.refused = true;
		is_told = false;
	}
	return -1;
}

/* Without entering the guest, its registers; the other ones: anything. */
static int get_registers(void)
{
	MUST(run->kvm_valid_regs == (KVM_SYNC_X86_REGS | KVM_SYNC_X86_SREGS));
	run->s.regs.regs = guest;
	random_bytes(&run->s.regs.sregs, sizeof(run->s.regs.sregs));
	errno = registers_fail ? EFAULT : EINTR;
	return -1;
}

int fuzz_ioctl(int fd, unsigned long request, ...)
{
	/* The sandbox leaves no other. */
	MUST(fd == VCPU_FD && request == KVM_RUN);
	if (run->kvm_valid_regs & KVM_SYNC_X86_EVENTS && run->immediate_exit)
		return ask_privilege();
	enter();
	return run->immediate_exit ? get_registers() : kvm_run();
}

/* Each access is done once. */
enum hc_next fuzz_hypercall_io(struct hypercalls *calls, const struct port_io *io)
{
	MUST(is_told && !is_done && calls == &hc && last_next == HC_CONTINUE);
	MUST(io->out == told.out && io->port == told.port);
	MUST(io->width == told.width && io->count == told.count);
	MUST(io->data == told.data);
	MUST(!io->out || io->count != 1 || memcmp(io->data, told_data, io->width) == 0);
	is_done = true;
	last_next = model_io(calls, io);
	return last_next;
}

static void check_end(enum hc_next run_end, bool hlt_is_exit)
{
	enum hc_next wanted = last_next;

	if (wanted == HC_CONTINUE)
		wanted = run->exit_reason == KVM_EXIT_HLT && !run_error && hlt_is_exit ? HC_HALTED
										       : HC_FAILED;
	MUST(is_told == is_done && run->kvm_dirty_regs == 0);
	/* A signal that was caught ends nothing. */
	MUST(last_next != HC_CONTINUE || run_error != EINTR);
	MUST(run_end == wanted && (wanted != HC_FAILED || host.messages));
}

/* escape() of any text into any room: nothing wild, and what isn't cut can be read back. */
static void check_escape(const uint8_t *text, size_t length, size_t size)
{
	char *out = malloc(size);
	size_t i = 0;
	char *c;

	MUST(out && escape(out, size, (const char *)text, length) == out && strlen(out) < size);
	for (c = out; *c && i < length; i++) {
		unsigned byte = (uint8_t)*c;

		MUST(byte >= 0x20 && byte < 0x7f);
		if (strcmp(c, "...") == 0)
			break;
		if (c[0] == '\\' && c[1] == 'x')
			MUST(sscanf(c, "\\x%2x", &byte) == 1);
		else if (c[0] == '\\')
			byte = c[1] == 'n' ? '\n' : (uint8_t)c[1];
		MUST(byte == text[i]);
		c += c[0] != '\\' ? 1 : c[1] == 'x' ? 4 : 2;
	}
	MUST(i == length ? *c == '\0' : strcmp(c, "...") == 0);
	free(out);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	memories[0] = (struct guestmem){guarded(MEMORY), MEMORY};
	memories[1] = (struct guestmem){guarded(BIG_MEMORY), BIG_MEMORY};
	run = guarded(2 * PAGE_SIZE);
	host_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct host_setup setup;
	uint8_t flags, files;
	enum hc_next run_end;

	at = data;
	end = data + size;
	previous_number = 0;
	flags = take(1);
	files = take(1);
	random_state = take(2);
	synced = flags & 0x20;
	registers_fail = flags & 0x80;
	setup = (struct host_setup){
		.open_fds = flags & 7,
		.stdin_kind = files & 3,
		.stdout_full = files & 4,
		.rooted = files & 8,
		.none = files & 0x10,
		.program = files & 0x20,
		.old_kernel = files & 0x40,
		.bad_program = files & 0x80,
		.no_proc = random_state >> 12 == 0xf,
		.outputs = (random_state >> 8 & 7) == 7,
	};
	vm = (struct vm){
		.vcpu_fd = VCPU_FD,
		.run = run,
		.mem = memories[flags >> 6 & 1],
	};
	memset(run, 0, 2 * PAGE_SIZE);
	/* What KVM doesn't tell must tempt nobody. */
	run->s.regs.regs.rsi = HC_RESULT_AT_ONCE;
	run->kvm_valid_regs = synced ? KVM_SYNC_X86_REGS : 0;
	memset(vm.mem.base, 0, MEMORY);
	is_told = is_done = false;
	memset(&asked, 0, sizeof(asked));
	last_next = HC_CONTINUE;
	host_begin(&vm.mem, &setup);
	hc = (struct hypercalls){
		.mem = &vm.mem, .fds = &host.fds, .files = &host.files, .trace = flags & 8};
	for (unsigned i = 0; i < OUTPUTS_MAX; i++) {
		hc.outputs[OUTPUT_FIRST + i] = host.outputs[i];
		hc.output_names[i] = OUTPUT_NAME(i);
	}

	run_end = run_vm(&vm, &hc, flags & 0x10);
	check_end(run_end, flags & 0x10);
	host_end();
	if (vm.mem.size == BIG_MEMORY)
		MUST(madvise(vm.mem.base, BIG_MEMORY, MADV_DONTNEED) == 0);
	check_escape(data, size < 64 ? size : 64, 8 + random_state % 64);
	return 0;
}
