/* SPDX-License-Identifier: MIT */
/*
 * Random and corner-case system calls, and what must hold after each: no
 * register changed but RAX, RCX and R11, a sane result, nothing written but
 * what the call is to write, nothing of the kernel's shown, new memory is
 * zero. At the end all frames are back.
 *
 *   fuzz SEED COUNT [FIRST [show]]
 *
 * Call number n depends on SEED and n, and on the files and memory that the
 * calls before have left. `show` tells each call before it is made. A tenth of
 * the calls is made with no free memory.
 *
 * Calls that would end or hang the program itself are changed, see tame().
 */
#include <linux/mman.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/sysinfo.h>

#include <asm/ioctls.h>
#include <asm/sigcontext.h>
#include <asm/ucontext.h>

#include "check.h"

#define PAGE	 4096L
#define RW	 (PROT_READ | PROT_WRITE)
#define ANON	 (MAP_PRIVATE | MAP_ANONYMOUS)
#define FIXED	 (ANON | MAP_FIXED)
#define USER_END 0x7ffffffff000UL
#define KERNEL	 0xffff800000000000UL

/* Fixed places. What calls do to memory they do to the sandbox or the waste. */
#define ARENA	      0x1000000000UL /* two pages of known content, then: */
#define READ_ONLY     (ARENA + 2 * PAGE)
#define NO_RIGHTS     (ARENA + 3 * PAGE)
#define ARENA_2	      (ARENA + 5 * PAGE) /* one page, holes around it */
#define EXECUTABLE    (ARENA + 7 * PAGE)
#define SANDBOX	      (ARENA + 0x100000)
#define SANDBOX_PAGES 64
#define WASTE	      0x2000000000UL /* nothing is here but what a call has just mapped */
#define WASTE_BYTES   0x1000000000UL
#define HOG	      0x4000000000UL
#define HOG_BYTES     (1L << 30)

#define REPORT_FD    250  /* the first stdout; 0 to 2 are anything's */
#define EPOCH	     256  /* calls after which files and limits are put right */
#define HUNGRY_EPOCH 4096 /* the same while there is no memory, which takes long to bring about */
#define PROGRESS     10	  /* lines of it */

enum { AX, BX, CX, DX, SI, DI, BP, R8, R9, R10, R11, R12, R13, R14, R15, SP, FLAGS, REGISTERS };

extern char __executable_start[], _end[]; /* from the linker */

/* fuzz_call.S */
extern uint64_t registers_in[REGISTERS], registers_out[REGISTERS];
extern uint64_t vectors_in[32], vectors_out[32];
extern int child_signals;
extern char fuzz_syscall[], fuzz_after[], fuzz_landing[];
void fuzz_call(void);
void fuzz_raise(void);
long fuzz_clone(uint64_t flags, void *stack, uint64_t parent_tid, uint64_t child_tid, uint64_t tls);
void fuzz_restorer(void);

static const int argument_registers[] = {DI, SI, DX, R10, R8, R9};
#define ARGUMENT(n) registers_in[argument_registers[n]]

/* --- the calls and what they write --- */

static const struct call {
	const char *name, *args; /* letters of --trace=syscalls */
	unsigned number;
} calls[] = {
#define CALL(number, name, handler, parameters, args) {#name, args, number},
#define NONE(number, name, args, reason)
#define UNUSED(first, last)
#define REASON(reason, text)
#include "../../kernel/syscall/syscalls.def"
};
#define CALLS (sizeof(calls) / sizeof(calls[0]))

/* At most so many bytes behind an argument; RESULT: as many as the result says. */
#define RESULT -1
static const struct {
	unsigned number;
	int argument;
	long bytes;
} outputs[] = {
	{__NR_read, 1, RESULT},
	{__NR_pread64, 1, RESULT},
	{__NR_readlink, 1, RESULT},
	{__NR_readlinkat, 2, RESULT},
	{__NR_getcwd, 0, RESULT},
	{__NR_getrandom, 0, RESULT},
	{__NR_stat, 1, 144},
	{__NR_lstat, 1, 144},
	{__NR_fstat, 1, 144},
	{__NR_newfstatat, 2, 144},
	{__NR_statx, 4, 256},
	{__NR_statfs, 1, 120},
	{__NR_fstatfs, 1, 120},
	{__NR_getdents, 1, RESULT},
	{__NR_getdents64, 1, RESULT},
	{__NR_poll, 0, 256 * 8},
	{__NR_ppoll, 0, 256 * 8},
	{__NR_select, 1, 32},
	{__NR_select, 2, 32},
	{__NR_select, 3, 32},
	{__NR_pselect6, 1, 32},
	{__NR_pselect6, 2, 32},
	{__NR_pselect6, 3, 32},
	{__NR_pipe, 0, 8},
	{__NR_pipe2, 0, 8},
	{__NR_clock_gettime, 1, 16},
	{__NR_clock_getres, 1, 16},
	{__NR_gettimeofday, 0, 16},
	{__NR_gettimeofday, 1, 8},
	{__NR_time, 0, 8},
	{__NR_nanosleep, 1, 16},
	{__NR_clock_nanosleep, 3, 16},
	{__NR_getrusage, 1, 144},
	{__NR_rt_sigaction, 2, 32},
	{__NR_rt_sigprocmask, 2, 8},
	{__NR_rt_sigpending, 0, 8},
	{__NR_rt_sigtimedwait, 1, 128},
	{__NR_sigaltstack, 1, 24},
	{__NR_arch_prctl, 1, 8},
	{__NR_uname, 0, 390},
	{__NR_prctl, 1, 16},
	{__NR_getrlimit, 1, 16},
	{__NR_prlimit64, 3, 16},
	{__NR_sysinfo, 0, 112},
	{__NR_sched_getaffinity, 2, 8},
	{__NR_fcntl, 2, 32},
	{__NR_ioctl, 2, 4},
	{__NR_mincore, 2, 4096},
	{__NR_getitimer, 1, 32},
	{__NR_times, 0, 32},
	{__NR_getresuid, 0, 4},
	{__NR_getresuid, 1, 4},
	{__NR_getresuid, 2, 4},
	{__NR_getresgid, 0, 4},
	{__NR_getresgid, 1, 4},
	{__NR_getresgid, 2, 4},
	{__NR_capget, 0, 4},
	{__NR_capget, 1, 24},
	{__NR_capset, 0, 4},
	{__NR_sched_getparam, 1, 4},
	{__NR_sched_rr_get_interval, 1, 16},
	{__NR_sched_setattr, 1, 4},
	{__NR_sched_getattr, 1, 56},
	{__NR_getcpu, 0, 4},
	{__NR_getcpu, 1, 4},
	{__NR_futex, 0, 4}, /* that passes from one owner to another */
	{__NR_futex, 4, 4}, /* FUTEX_WAKE_OP */
	{__NR_get_robust_list, 1, 8},
	{__NR_get_robust_list, 2, 8},
};

/* --- chance --- */

static uint64_t seed, number, random_state;

/* Steele, Lea and Flood's splitmix64. */
static uint64_t random_bits(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static uint64_t below(uint64_t limit)
{
	return random_bits() % limit;
}

static int one_in(unsigned n)
{
	return below(n) == 0;
}

#define ANY_OF(list) list[below(sizeof(list) / sizeof(list[0]))]

/* --- failing --- */

static const char *current_name = "none";
static int report = 1;
static int starved;

static void print_hex(uint64_t value)
{
	char text[19] = "0x";

	for (int i = 0; i < 16; i++)
		text[2 + i] = "0123456789abcdef"[value >> (60 - 4 * i) & 15];
	text[18] = '\0';
	print(report, text);
}

static void print_call(void)
{
	print(report, "call ");
	print_number(report, number);
	print(report, ": ");
	print(report, current_name);
	for (int i = 0; i < 6; i++) {
		print(report, i ? ", " : "(");
		print_hex(ARGUMENT(i));
	}
	print(report, ") rax=");
	print_hex(registers_in[AX]);
	print(report, " flags=");
	print_hex(registers_in[FLAGS]);
	print(report, "\n");
}

static void __attribute__((noreturn)) fail(const char *what, uint64_t value, uint64_t wanted)
{
	print(report, "\nseed ");
	print_number(report, seed);
	print(report, ", ");
	print_call();
	print(report, what);
	print(report, " is ");
	print_hex(value);
	print(report, ", not ");
	print_hex(wanted);
	print(report, "\n");
	exit_group(1);
}

/* What the program must be able to rely on. */
static long need(const char *what, long result)
{
	if (result < 0)
		fail(what, result, 0);
	return result;
}

/* Arguments, and what a context is corrupted with. */
static const uint64_t corners[] = {
	0,
	1,
	2,
	3,
	7,
	8,
	9,
	255,
	256,
	4095,
	4096,
	4097,
	0xffff,
	0x10000,
	0x7fffffff,
	0x80000000,
	0xffffffff,
	0x100000000,
	0x100000001,
	0x7ffffffff000 - 1,
	0x7ffffffff000,
	0x7fffffffffff,
	0x800000000000,
	0xffff7fffffffffff,
	0xffff800000000000,
	0xffff800000001000,
	0xffff800000200000,
	0xffffffff80000000,
	0x7fffffffffffffff,
	0x8000000000000000,
	0xfffffffffffff000,
	0xfffffffffffff001,
	0xffffffffffffffff,
};

/* An address in the kernel's half that the program doesn't know from itself. */
static int is_kernel_address(uint64_t value)
{
	if (value >> 39 != KERNEL >> 39)
		return 0;
	for (int i = 0; i < REGISTERS; i++)
		if (registers_in[i] == value)
			return 0;
	for (size_t i = 0; i < sizeof(corners) / sizeof(corners[0]); i++)
		if (corners[i] == value)
			return 0;
	return 1;
}

/* --- the arena --- */

static uint64_t shadow[2 * 512], shadow_2[512];

static uint64_t *shadow_of(uint64_t address)
{
	address &= -8UL;
	if (address - ARENA < sizeof(shadow))
		return &shadow[(address - ARENA) / 8];
	return address - ARENA_2 < sizeof(shadow_2) ? &shadow_2[(address - ARENA_2) / 8] : NULL;
}

/* Writes to the arena, as far as it goes. */
static void put(uint64_t to, const void *from, size_t bytes)
{
	const char *at = from;

	for (; bytes && shadow_of(to); to++, at++, bytes--) {
		((char *)shadow_of(to))[to % 8] = *at;
		*(volatile char *)to = *at;
	}
}

static void put_words(uint64_t to, uint64_t first, uint64_t second)
{
	const uint64_t words[] = {first, second};

	put(to, words, sizeof(words));
}

/* May the call that has been made write the byte at `address`? */
static int may_write(uint64_t address)
{
	unsigned nr = registers_in[AX];
	int64_t result = registers_out[AX];

	if (nr == __NR_readv || nr == __NR_preadv || nr == __NR_preadv2)
		return result > 0;
	for (size_t i = 0; i < sizeof(outputs) / sizeof(outputs[0]); i++) {
		uint64_t start = ARGUMENT(outputs[i].argument);
		long bytes = outputs[i].bytes == RESULT ? result : outputs[i].bytes;

		if (outputs[i].number == nr && bytes > 0 && address - start < (uint64_t)bytes)
			return 1;
	}
	return 0;
}

static int shows_data(unsigned nr)
{
	return nr == __NR_read || nr == __NR_readv || nr == __NR_pread64 || nr == __NR_getrandom ||
	       nr == __NR_preadv || nr == __NR_preadv2;
}

/* Finds what has changed, and puts it back. */
static void check_arena(uint64_t start, uint64_t *words, size_t count)
{
	uint64_t *at = (uint64_t *)start;

	for (size_t i = 0; i < count; i++) {
		uint64_t changed = at[i] ^ words[i];

		if (!changed)
			continue;
		for (int byte = 0; byte < 8; byte++)
			if (changed >> 8 * byte & 255 && !may_write(start + 8 * i + byte))
				fail("a byte beyond the result", start + 8 * i + byte, at[i]);
		/* Its upper part must be new: the lower may lie over an address of ours. */
		if (changed >> 40 && !shows_data(registers_in[AX]) && is_kernel_address(at[i]))
			fail("a word in memory", at[i], 0);
		at[i] = words[i];
	}
}

/* --- arguments --- */

/* Where the structs of some calls lie that would end the program if they were wild. */
#define SLOT (ARENA + 0x400)

static uint64_t in_sandbox(void)
{
	uint64_t at = SANDBOX + below(SANDBOX_PAGES) * PAGE;

	return one_in(2) ? at : at + below(PAGE);
}

static uint64_t pointer(void)
{
	static const uint64_t edges[] = {ARENA_2 + PAGE, READ_ONLY, NO_RIGHTS, ARENA_2,
					 NO_RIGHTS + PAGE};
	static const uint64_t pages[] = {READ_ONLY, NO_RIGHTS, NO_RIGHTS + PAGE, EXECUTABLE};

	switch (below(16)) {
	case 0:
		return ANY_OF(corners);
	case 1:
		return 0;
	case 2:
		return ANY_OF(edges) - below(32);
	case 3:
		return ANY_OF(edges) - 8 * below(32);
	case 4:
		return ANY_OF(pages) + below(PAGE);
	case 5:
	case 6:
		return in_sandbox();
	case 7:
		return ARENA_2 + below(PAGE);
	case 8:
		return ARENA + below(2 * PAGE);
	default:
		return ARENA + 0x800 + 8 * below(512);
	}
}

static uint64_t length(void)
{
	switch (below(8)) {
	case 0:
		return ANY_OF(corners);
	case 1:
		return below(SANDBOX_PAGES) * PAGE;
	case 2:
	case 3:
		return below(2 * PAGE);
	default:
		return below(256);
	}
}

static uint64_t descriptor(void)
{
	return one_in(8) ? ANY_OF(corners) : one_in(8) ? below(256) : below(24);
}

/* Puts a path at an address, where that is in the arena. */
static uint64_t path(void)
{
	static const char *const paths[] = {
		"/etc/os-release",
		"/dev/null",
		"/dev/zero",
		"/dev/full",
		"/dev/urandom",
		"/dev/stdin",
		"/dev/fd/5",
		"/proc/self/fd/3",
		"/proc/self/exe",
		"/proc/self/maps",
		"/proc/self/comm",
		"/proc/self/fdinfo/0",
		"/proc/thread-self/status",
		"/proc/self/task",
		"/proc/100/cwd",
		"/proc/uptime",
		"/dev",
		"/etc/mtab",
		"/bin/../lib",
		"/etc",
		"/",
		".",
		"..",
		"",
		"none",
		"/etc/none",
		"/etc/passwd/x",
		"tests/files/ten",
		"//etc/./../etc",
		"/dev/none",
	};
	uint64_t to = pointer();
	const char *text = ANY_OF(paths);

	put(to, text, string_length(text) + 1);
	if (one_in(512)) /* without an end but the arena's */
		for (uint64_t at = to; shadow_of(at); at++)
			put(at, "a", 1);
	return to;
}

static uint64_t argument(char letter)
{
	static const unsigned protections[] = {0, PROT_READ, RW, PROT_READ | PROT_EXEC, 7};
	static const unsigned requests[] = {FIOCLEX, FIONCLEX, FIONREAD, TCGETS, TIOCGWINSZ};
	static const unsigned maps[] = {ANON,
					FIXED,
					MAP_PRIVATE,
					MAP_PRIVATE | MAP_FIXED,
					MAP_SHARED,
					MAP_SHARED | MAP_ANONYMOUS,
					ANON | MAP_FIXED_NOREPLACE,
					ANON | MAP_32BIT};

	if (one_in(16))
		return ANY_OF(corners);
	if (one_in(32))
		return random_bits();
	switch (letter) {
	case 'd':
	case 'A':
		return letter == 'A' && one_in(2) ? (uint32_t)AT_FDCWD : descriptor();
	case 's':
		return path();
	case 'r':
	case 'w':
	case 'p':
		return pointer();
	case 'P':
		return one_in(4) ? WASTE + below(WASTE_BYTES / PAGE) * PAGE : in_sandbox() & -PAGE;
	case 'n':
	case 'l':
		return length();
	case 'R':
		return ANY_OF(protections);
	case 'M':
		return ANY_OF(maps);
	case 'S':
		return below(66);
	case 'O':
		return one_in(4) ? random_bits() : one_in(4) ? O_RDWR : O_RDONLY;
	case 'F':
	case 'W':
	case 'a':
		return below(10);
	case 'C':
	case 'D':
	case 'L':
	case 'T':
		return below(20) | (letter == 'C' ? 0x1000 : 0);
	case 'I':
		return ANY_OF(requests);
	default:
		return one_in(4) ? random_bits() : 1UL << below(24);
	}
}

/* --- signals --- */

static char alternate_stack[8 * PAGE] __attribute__((aligned(16)));
static char child_stack[2 * PAGE] __attribute__((aligned(16)));
static uint64_t handler_count;
static enum { QUIET, CORRUPT, LANDING } episode;

#define NEVER_CHANGED                                                                              \
	(1UL << (SIGSEGV - 1) | 1UL << (SIGBUS - 1) | 1UL << (SIGTRAP - 1) | 1UL << (SIGFPE - 1) | \
	 1UL << (SIGILL - 1) | 1UL << (SIGUSR1 - 1))
#define MAY_BE_DEFAULT                                                                             \
	(1UL << (SIGCHLD - 1) | 1UL << (SIGCONT - 1) | 1UL << (SIGURG - 1) | 1UL << (SIGWINCH - 1))

struct action {
	void (*handler)(int, siginfo_t *, struct ucontext *);
	unsigned long flags;
	void (*restorer)(void);
	unsigned long mask;
};

static const stack_t own_stack = {.ss_sp = alternate_stack, .ss_size = sizeof(alternate_stack)};

/* Another context to return to: each register and flag any, FPU state any. */
static void corrupt(struct ucontext *context)
{
	uint64_t *registers = (uint64_t *)&context->uc_mcontext;
	uint64_t *fpu = (uint64_t *)context->uc_mcontext.fpstate;

	for (int i = 0; i < 16; i++)
		registers[i] = one_in(2) ? random_bits() : ANY_OF(corners);
	context->uc_mcontext.rip = (uint64_t)fuzz_landing;
	context->uc_mcontext.eflags = random_bits();
	context->uc_mcontext.cs = random_bits();
	context->uc_mcontext.ss = random_bits();
	context->uc_mcontext.cr2 = random_bits();
	context->uc_flags = random_bits();
	context->uc_sigmask = one_in(2) ? random_bits() & ~NEVER_CHANGED : 0;
	switch (below(8)) {
	case 0:
		context->uc_mcontext.rip = one_in(2) ? below(USER_END) | 1UL << 46 : WASTE;
		break;
	case 1:
		context->uc_mcontext.fpstate = NULL;
		break;
	case 2:
		context->uc_mcontext.fpstate = (void *)(ARENA + 64 * below(64));
		break;
	case 3: /* the header, MXCSR and what is in the area */
		fpu[24 / 8] = random_bits();
		fpu[512 / 8 + below(8)] = random_bits();
		break;
	case 4:
		fpu[below(64)] = random_bits();
		break;
	case 5:
		context->uc_stack.ss_sp = (void *)ANY_OF(corners);
		context->uc_stack.ss_size = ANY_OF(corners);
		context->uc_stack.ss_flags = below(4);
		context->uc_mcontext.eflags &= ~0x100; /* TF: its signal would have no stack */
		break;
	}
}

/* IOPL, VM, VIF, VIP: not the program's to set. IF: not to clear. */
static void check_system_flags(uint64_t flags)
{
	if ((flags & 0x1a3200) != 0x200)
		fail("rflags", flags, 0x200);
}

static void on_signal(int sig, siginfo_t *info, struct ucontext *context)
{
	uint64_t rip = context->uc_mcontext.rip;

	handler_count++;
	for (size_t i = 0; i < sizeof(*context) / 8; i++)
		if (is_kernel_address(((uint64_t *)context)[i]))
			fail("a word of a signal's context", ((uint64_t *)context)[i], i);
	for (size_t i = 0; i < sizeof(*info) / 8; i++)
		if (is_kernel_address(((uint64_t *)info)[i]) && info->si_code >= 0)
			fail("a word of a siginfo", ((uint64_t *)info)[i], i);
	context->uc_stack = own_stack;
	if (sig == SIGUSR1 && episode == CORRUPT) {
		episode = LANDING;
		corrupt(context);
	} else if (context->uc_mcontext.trapno == 0) {
		return; /* sent, whatever it says of itself */
	} else if (episode == LANDING) {
		check_system_flags(context->uc_mcontext.eflags);
		context->uc_mcontext.eflags &= ~0x100; /* TF */
		context->uc_mcontext.rip = (uint64_t)fuzz_landing;
		context->uc_mcontext.fpstate = NULL;
		context->uc_sigmask = 0;
	} else if (sig == SIGTRAP && rip >= (uint64_t)fuzz_call && rip < (uint64_t)fuzz_raise) {
		/* Up to the call and over it. */
		if (rip >= (uint64_t)fuzz_after)
			context->uc_mcontext.eflags &= ~0x100;
	} else {
		fail("a fault's address", rip, sig);
	}
}

static struct action action_of(void (*handler)(int, siginfo_t *, struct ucontext *))
{
	return (struct action){handler, SA_SIGINFO | SA_ONSTACK | 0x04000000 /* SA_RESTORER */,
			       fuzz_restorer, 0};
}

static void set_mask(uint64_t mask)
{
	need("rt_sigprocmask", syscall6(__NR_rt_sigprocmask, SIG_SETMASK, (long)&mask, 0, 8, 0, 0));
}

/* What is blocked is delivered, on the stack for it. */
static void calm_signals(void)
{
	syscall3(__NR_sigaltstack, (long)&own_stack, 0, 0);
	set_mask(0);
}

/* What may be given to rt_sigaction. */
static struct action any_action(unsigned sig)
{
	struct action action = action_of(on_signal);
	uint64_t bit = 1UL << (sig - 1);

	action.flags |= random_bits() & (SA_NODEFER | SA_RESTART | SA_NOCLDSTOP);
	action.mask = random_bits() & ~NEVER_CHANGED;
	if (one_in(4))
		action.handler = (void *)SIG_IGN;
	else if (one_in(4) && bit & MAY_BE_DEFAULT)
		action.handler = (void *)SIG_DFL;
	return action;
}

/* --- keeping the program alive --- */

/* Could the kernel read a struct there? */
static int is_ours(uint64_t address)
{
	return address - (ARENA - PAGE) < 0x200000 ||
	       address - (uint64_t)__executable_start < (uint64_t)(_end - __executable_start);
}

/* A struct of which the program must know what it says: moves it to its slot. */
static void use_slot(int argument, uint64_t first, uint64_t second)
{
	ARGUMENT(argument) = SLOT + 64 * argument;
	put_words(SLOT + 64 * argument, first, second);
}

/* A timeout that isn't for ever: a short one, or none that Linux takes. */
static void tame_timeout(int argument, uint64_t unit, int may_be_null)
{
	if (!is_ours(ARGUMENT(argument)) && (ARGUMENT(argument) || may_be_null))
		return;
	if (one_in(4))
		use_slot(argument, ANY_OF(corners) | 1UL << 63, random_bits());
	else if (one_in(4))
		use_slot(argument, 0, unit == 1 ? 1000000000 : 1000);
	else
		use_slot(argument, 0, below(20000) / unit);
}

/* A range that a call changes: leaves it if the kernel must refuse it, or nothing is hurt. */
static void tame_range(int argument, uint64_t bytes)
{
	uint64_t start = ARGUMENT(argument);
	uint64_t end = start + bytes;

	if (start % PAGE || bytes > USER_END || end > USER_END || end < start)
		return;
	if (start >= SANDBOX && end <= SANDBOX + SANDBOX_PAGES * PAGE)
		return;
	if (start >= WASTE && end <= WASTE + WASTE_BYTES)
		return;
	ARGUMENT(argument) = SANDBOX + below(SANDBOX_PAGES) * PAGE;
}

/* A length that fits behind the start of a range in the sandbox. */
static void tame_length(int start, int bytes)
{
	uint64_t at = ARGUMENT(start);
	uint64_t end = SANDBOX + SANDBOX_PAGES * PAGE;

	if (at >= SANDBOX && at < end && ARGUMENT(bytes) <= USER_END && ARGUMENT(bytes) > end - at)
		ARGUMENT(bytes) = end - at;
}

static void tame_signal(int argument)
{
	uint32_t sig = ARGUMENT(argument);

	if (sig == SIGKILL || sig == SIGSTOP)
		ARGUMENT(argument) = SIGUSR2;
}

/* Changes what would end the program, make it wait for ever, or harm what it needs. */
static void tame(void)
{
	unsigned nr = registers_in[AX]; /* the kernel looks at 32 bits */

	for (int i = 0; i < 6; i++)
		if ((uint32_t)ARGUMENT(i) == REPORT_FD)
			ARGUMENT(i)--;
	switch (nr) {
	case __NR_exit:
	case __NR_exit_group:
	case __NR_rt_sigreturn:
	case __NR_pause:
		registers_in[AX] = __NR_getpid; /* see run_episode() */
		break;
	case __NR_rt_sigsuspend:
		ARGUMENT(1) &= ~8UL;
		break;
	case __NR_clone:
		ARGUMENT(0) &= one_in(2) ? ~(uint64_t)CLONE_VM : ~(uint64_t)CLONE_THREAD;
		break;
	case __NR_close_range:
		if ((uint32_t)ARGUMENT(0) <= REPORT_FD && (uint32_t)ARGUMENT(1) >= REPORT_FD)
			ARGUMENT(1) = REPORT_FD - 1;
		break;
	case __NR_fcntl:
		if ((uint32_t)ARGUMENT(1) == F_SETFL)
			ARGUMENT(2) |= O_NONBLOCK;
		break;
	case __NR_pipe:
		registers_in[AX] = __NR_pipe2;
		/* fall through */
	case __NR_pipe2:
		ARGUMENT(1) |= O_NONBLOCK;
		break;
	case __NR_rt_sigaction:
		if (is_ours(ARGUMENT(1)) && (uint32_t)ARGUMENT(0) - 1 < 64) {
			struct action action;

			if (1UL << ((uint32_t)ARGUMENT(0) - 1) & NEVER_CHANGED)
				ARGUMENT(0) = SIGRTMIN + 1;
			action = any_action(ARGUMENT(0));
			put(SLOT, &action, sizeof(action));
			ARGUMENT(1) = SLOT;
		}
		break;
	case __NR_sigaltstack:
		if (is_ours(ARGUMENT(0))) {
			stack_t stack = own_stack;

			if (one_in(2))
				stack.ss_flags = one_in(2) ? SS_DISABLE : random_bits() | 4;
			if (one_in(2))
				stack.ss_size = below(MINSIGSTKSZ);
			put(SLOT, &stack, sizeof(stack));
			ARGUMENT(0) = SLOT;
		}
		break;
	case __NR_rt_sigqueueinfo:
	case __NR_kill:
	case __NR_tkill:
		tame_signal(1);
		break;
	case __NR_ioctl:
		if ((uint32_t)ARGUMENT(1) == FIONBIO)
			ARGUMENT(1) = FIONREAD;
		break;
	case __NR_tgkill:
	case __NR_rt_tgsigqueueinfo:
		tame_signal(2);
		break;
	case __NR_poll:
		ARGUMENT(2) = (ARGUMENT(2) & ~0xffffffffUL) | one_in(8);
		break;
	case __NR_ppoll:
	case __NR_rt_sigtimedwait:
		tame_timeout(2, 1, 0);
		break;
	case __NR_select:
		tame_timeout(4, 1000, 0);
		break;
	case __NR_pselect6:
		tame_timeout(4, 1, 0);
		break;
	case __NR_futex:
		tame_timeout(3, 1, 0);
		break;
	case __NR_nanosleep:
		tame_timeout(0, 1, 1);
		break;
	case __NR_clock_nanosleep:
		tame_timeout(2, 1, 1);
		break;
	case __NR_setrlimit:
	case __NR_prlimit64:
		if (!is_ours(ARGUMENT(nr == __NR_setrlimit ? 1 : 2)))
			break;
		if ((uint32_t)ARGUMENT(nr == __NR_setrlimit ? 0 : 1) == RLIMIT_NOFILE)
			use_slot(nr == __NR_setrlimit ? 1 : 2, below(300), 256);
		/* The fuzzer's own stack grows, too. */
		if ((uint32_t)ARGUMENT(nr == __NR_setrlimit ? 0 : 1) == RLIMIT_STACK)
			use_slot(nr == __NR_setrlimit ? 1 : 2, (1 << 20) + below(1 << 26), -1);
		break;
	case __NR_mmap:
		if (ARGUMENT(3) & (MAP_FIXED | MAP_FIXED_NOREPLACE)) {
			tame_range(0, ARGUMENT(1));
			tame_length(0, 1);
		}
		break;
	case __NR_mremap:
		tame_range(0, ARGUMENT(1));
		tame_length(0, 1);
		if (ARGUMENT(3) & MREMAP_FIXED) {
			tame_range(4, ARGUMENT(2));
			tame_length(4, 2);
		}
		break;
	case __NR_munmap:
	case __NR_mprotect:
	case __NR_pkey_mprotect:
	case __NR_madvise:
		tame_range(0, ARGUMENT(1));
		tame_length(0, 1);
		break;
	}
}

/* --- after a call --- */

static uint64_t first_brk;

/* New memory must be zero. Leaves it full of something, so that it can't be zero by chance. */
static void check_new_memory(uint64_t start, uint64_t bytes, unsigned prot)
{
	if (starved || !(prot & 7) || !start)
		return;
	for (uint64_t page = start; page < start + bytes && page < start + 4 * PAGE; page += PAGE)
		for (volatile uint64_t *at = (uint64_t *)page; at < (uint64_t *)(page + PAGE);
		     at++) {
			if (*at)
				fail("a word of new memory", *at, 0);
			if (prot & PROT_WRITE)
				*at = 0x5ec4e75ec4e75ec4;
		}
}

static int in_sandbox_range(uint64_t address)
{
	return address - SANDBOX < SANDBOX_PAGES * PAGE;
}

static void after_mapping(uint64_t nr, uint64_t result)
{
	uint64_t bytes = (ARGUMENT(nr == __NR_mmap ? 1 : 2) + PAGE - 1) & -PAGE;

	if (nr == __NR_brk) {
		if (result > first_brk)
			check_new_memory((first_brk + PAGE - 1) & -PAGE,
					 (result & -PAGE) - first_brk, RW);
		syscall3(__NR_brk, first_brk, 0, 0);
	} else if ((int64_t)result > 0) {
		if (nr == __NR_mmap && ARGUMENT(3) & MAP_ANONYMOUS)
			check_new_memory(result, bytes, ARGUMENT(2));
		if (!in_sandbox_range(result))
			munmap((void *)result, bytes);
	}
}

static void check_result(uint64_t nr, uint64_t result)
{
	int64_t value = result;

	if (value < 0 && value >= -4095)
		return;
	if (nr == __NR_lseek || nr == __NR_prctl || nr == __NR_personality)
		return; /* any offset, or what was set */
	if (value < 0 || result >= USER_END)
		fail("the result", result, 0);
	if (result >= 0xfffff000 && result <= 0xffffffff && nr != __NR_mmap && nr != __NR_mremap)
		fail("the result", result, (int)result);
}

static void check_registers(void)
{
	/* kvm_pvm loses NT. TF ends with the call. */
	uint64_t not_compared = 0x4000 | 0x100;

	for (int i = 0; i < FLAGS; i++)
		if (i != AX && i != CX && i != R11 && registers_out[i] != registers_in[i])
			fail("a register", registers_out[i], registers_in[i]);
	/* A call that is made again may meet the trap of TF between its two times. */
	if (registers_out[CX] != (uint64_t)fuzz_after &&
	    !(registers_out[CX] == (uint64_t)fuzz_syscall && registers_in[FLAGS] & 0x100))
		fail("rcx", registers_out[CX], (uint64_t)fuzz_after);
	if ((registers_out[FLAGS] ^ (registers_in[FLAGS] | 0x202)) & ~not_compared)
		fail("rflags", registers_out[FLAGS], registers_in[FLAGS] | 0x202);
	if ((registers_out[R11] ^ registers_out[FLAGS]) & ~not_compared)
		fail("r11", registers_out[R11], registers_out[FLAGS]);
	for (int i = 0; i < 32; i++)
		if (vectors_out[i] != vectors_in[i])
			fail("a word of an SSE register", vectors_out[i], vectors_in[i]);
}

/* --- the run --- */

static char first_directory[4096];
static int show;

/* Takes all memory that is free. */
static void starve(void)
{
	int zero = need("open /dev/zero", open("/dev/zero", O_RDONLY));

	need("a large area", mmap((void *)HOG, HOG_BYTES, RW, FIXED | MAP_NORESERVE, -1, 0));
	for (long at = 0, piece = 1 << 20; piece >= PAGE; piece /= 2)
		while (at < HOG_BYTES && read(zero, (void *)(HOG + at), piece) == piece)
			at += piece;
	close(zero);
}

static void feed(void)
{
	munmap((void *)HOG, HOG_BYTES);
}

/* Files, directory, limits, signals and the sandbox as at the start. */
static void begin_epoch(void)
{
	static const char *const files[] = {"/dev/zero", "/etc/os-release", "/dev/urandom", "/etc"};
	static const int memory_limits[] = {RLIMIT_AS, RLIMIT_DATA};
	const struct rlimit limit = {256, 256}, no_limit = {-1, -1};
	int fds[2];

	if (starved)
		feed();
	calm_signals();
	syscall3(__NR_setrlimit, RLIMIT_NOFILE, (long)&limit, 0);
	for (size_t i = 0; i < sizeof(memory_limits) / sizeof(memory_limits[0]); i++)
		need("setrlimit", syscall3(__NR_setrlimit, memory_limits[i], (long)&no_limit, 0));
	syscall3(__NR_close_range, 0, REPORT_FD - 1, 0);
	syscall3(__NR_close_range, REPORT_FD + 1, -1, 0);
	for (int i = 0; i < 3; i++)
		need("open /dev/null", open("/dev/null", O_RDWR));
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		need(files[i], open(files[i], O_RDONLY));
	need("a pipe", syscall3(__NR_pipe2, (long)fds, O_NONBLOCK, 0));
	/* What mremap has let grow, too. */
	need("munmap", munmap((void *)SANDBOX, WASTE - SANDBOX));
	need("chdir", syscall3(__NR_chdir, (long)first_directory, 0, 0));
	need("the sandbox", mmap((void *)SANDBOX, SANDBOX_PAGES * PAGE, RW, FIXED, -1, 0));
	if (starved)
		starve();
}

/* All that the calls have left behind goes. */
static void end_epochs(void)
{
	begin_epoch();
	if (starved)
		feed();
	starved = 0;
	syscall3(__NR_close_range, 0, REPORT_FD - 1, 0);
	need("munmap", munmap((void *)SANDBOX, WASTE - SANDBOX));
}

static long free_frames(void)
{
	struct sysinfo info;

	need("sysinfo", syscall3(__NR_sysinfo, (long)&info, 0, 0));
	return info.freeram;
}

/* What can't be a plain call: returns to any context, waits for a signal, a thread. */
static void run_episode(void)
{
	const uint64_t thread =
		CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
	const uint64_t flags[] = {0, CLONE_SETTLS, CLONE_PARENT_SETTID, CLONE_CHILD_SETTID,
				  CLONE_CHILD_CLEARTID};
	uint64_t mask = 1UL << (SIGUSR1 - 1);
	uint64_t before = handler_count;
	long tid;

	calm_signals();
	/* Without memory a new thread could only end the program. */
	switch (below(starved ? 2 : 3)) {
	case 0:
		current_name = "a signal's return";
		episode = CORRUPT;
		fuzz_raise();
		episode = QUIET;
		check_system_flags(registers_out[FLAGS]);
		/* Leaves an alternate stack that can't be used, but for a way out of it. */
		if (syscall3(__NR_sigaltstack, (long)&own_stack, 0, 0) < 0)
			fuzz_raise();
		break;
	case 1:
		current_name = "rt_sigsuspend";
		set_mask(mask);
		fuzz_raise();
		mask = random_bits() & ~NEVER_CHANGED;
		if (syscall3(__NR_rt_sigsuspend, (long)&mask, 8, 0) != -EINTR)
			fail("rt_sigsuspend", 0, -EINTR);
		break;
	default:
		current_name = "a thread";
		child_signals = one_in(2);
		/* Ids go to the sandbox: the thread writes there when it ends. */
		tid = fuzz_clone(thread | ANY_OF(flags) | ANY_OF(flags),
				 child_stack + sizeof(child_stack), in_sandbox(), in_sandbox(),
				 one_in(2) ? below(USER_END) : random_bits());
		if (tid > 0 && child_signals && syscall3(__NR_pause, 0, 0, 0) != -EINTR)
			fail("pause", 0, -EINTR);
		for (int i = 0; tid > 0 && i < 3; i++)
			syscall3(__NR_sched_yield, 0, 0, 0);
		if (tid > 0 && !child_signals)
			return;
	}
	if (handler_count == before && current_name[0] != 'a')
		fail("handlers run", 0, 1);
	calm_signals();
}

/* Flags and a stack pointer for the call: any, where that doesn't disturb a signal. */
static void choose_state(void)
{
	unsigned nr = registers_in[AX]; /* the kernel looks at 32 bits */
	/* CF PF AF ZF SF DF OF NT AC ID */
	uint64_t flags = random_bits() & 0x244cd5;

	registers_in[SP] = (uint64_t)child_stack + PAGE;
	registers_in[FLAGS] = one_in(4) ? 2 | flags : 2;
	if (one_in(16) && nr < 13 && nr != __NR_write)
		registers_in[SP] = one_in(2) ? random_bits() : ANY_OF(corners);
	else if (one_in(64) && nr != __NR_rt_sigprocmask) /* which may block SIGTRAP */
		registers_in[FLAGS] |= 0x100;		  /* TF */
}

static void run_call(void)
{
	const struct call *call = &ANY_OF(calls);
	const char *letters;
	unsigned nr;

	/* Calls with a path are many, much alike, and slow where ring 0 is interpreted. */
	for (letters = call->args; *letters && *letters != 's'; letters++)
		;
	if (*letters && !one_in(4))
		call = &ANY_OF(calls);
	letters = call->args;
	current_name = call->name;
	for (int i = 0; i < REGISTERS; i++)
		registers_in[i] = random_bits();
	registers_in[AX] = call->number;
	for (int i = 0; i < 6; i++)
		ARGUMENT(i) = argument(*letters ? *letters++ : 'x');
	if (one_in(16)) { /* one that isn't there, mostly */
		current_name = "any";
		registers_in[AX] = one_in(2)   ? below(512)
				   : one_in(2) ? random_bits()
					       : (random_bits() << 32 | call->number);
	}
	tame();
	choose_state();
	if (registers_in[FLAGS] & 0x100)
		calm_signals();
	if (show)
		print_call();
	fuzz_call();
	check_registers();
	check_result((uint32_t)registers_in[AX], registers_out[AX]);
	check_arena(ARENA, shadow, sizeof(shadow) / 8);
	check_arena(ARENA_2, shadow_2, sizeof(shadow_2) / 8);
	nr = registers_in[AX];
	if (nr == __NR_mmap || nr == __NR_mremap || nr == __NR_brk)
		after_mapping(nr, registers_out[AX]);
}

static void run(uint64_t first, uint64_t end, int hungry)
{
	if (first == end)
		return;
	starved = hungry;
	for (number = first; number < end; number++) {
		random_state = seed * 0xd1342543de82ef95 + number;
		if (number == first || number % (hungry ? HUNGRY_EPOCH : EPOCH) == 0)
			begin_epoch();
		random_bits();
		if (one_in(64))
			run_episode();
		else
			run_call();
	}
	end_epochs();
}

static uint64_t parse(const char *text)
{
	uint64_t value = 0;

	while (*text)
		value = value * 10 + *text++ - '0';
	return value;
}

static void set_up(void)
{
	const struct action action = action_of(on_signal);

	for (int sig = 1; sig <= 64; sig++)
		syscall6(__NR_rt_sigaction, sig, (long)&action, 0, 8, 0, 0);
	need("dup2", syscall3(__NR_dup2, 1, REPORT_FD, 0));
	report = REPORT_FD;
	need("getcwd", syscall3(__NR_getcwd, (long)first_directory, sizeof(first_directory), 0));
	first_brk = syscall3(__NR_brk, 0, 0, 0);
	need("the arena", mmap((void *)ARENA, 8 * PAGE, RW, FIXED, -1, 0));
	random_state = seed;
	for (uint64_t *at = (uint64_t *)ARENA; at < (uint64_t *)(ARENA + 8 * PAGE); at++)
		*at = random_bits() | 1UL << 63;
	for (int i = 0; i < 1024; i++)
		shadow[i] = ((uint64_t *)ARENA)[i];
	for (int i = 0; i < 512; i++)
		shadow_2[i] = ((uint64_t *)ARENA_2)[i];
	for (int i = 0; i < 32; i++)
		vectors_in[i] = random_bits();
	need("mprotect", mprotect((void *)READ_ONLY, PAGE, PROT_READ));
	need("mprotect", mprotect((void *)NO_RIGHTS, PAGE, PROT_NONE));
	need("munmap", munmap((void *)(NO_RIGHTS + PAGE), PAGE));
	need("munmap", munmap((void *)(ARENA_2 + PAGE), PAGE));
	need("mprotect", mprotect((void *)EXECUTABLE, PAGE, PROT_READ | PROT_EXEC));
	/* With no free memory a first touch would be the program's end. */
	for (size_t i = 0; i < sizeof(alternate_stack); i += PAGE)
		((volatile char *)alternate_stack)[i] = 0;
	for (size_t i = 0; i < sizeof(child_stack); i += PAGE)
		((volatile char *)child_stack)[i] = 0;
	for (int i = 0; i < 8; i++)
		((volatile char *)__builtin_frame_address(0))[-i * PAGE] = 0;
}

int main(int argc, char **argv)
{
	uint64_t first, end, warm;
	long frames, left;

	if (argc < 3)
		return 2;
	seed = parse(argv[1]);
	first = argc > 3 ? parse(argv[3]) : 0;
	end = first + parse(argv[2]);
	show = argc > 4;
	set_up();
	print(report, "seed ");
	print_number(report, seed);
	/* The first part takes what is kept for good: the trampoline, a slab of each size. */
	warm = first + (end - first) / PROGRESS;
	run(first, warm, 0);
	frames = free_frames();
	for (int i = 1; i < PROGRESS; i++) {
		print(report, " ");
		print_number(report, number);
		run(first + (end - first) * i / PROGRESS,
		    first + (end - first) * (i + 1) / PROGRESS, i == PROGRESS - 1);
	}
	left = free_frames();
	/* Slabs in use may be others than before, but not more and more. */
	if (left < frames - 8)
		fail("free frames at the end", left, frames);
	print(report, "\n");
	print(report, "PASS\n");
	return 0;
}
