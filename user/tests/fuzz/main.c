/* SPDX-License-Identifier: MIT */
/*
 * Random and corner-case system calls, and what must hold after each: no
 * register changed but RAX, RCX and R11, a sane result, nothing written but
 * what the call is to write, nothing of the kernel's shown, new memory is
 * zero. At the end all frames are back.
 *
 *   fuzz SEED COUNT [FIRST [show]]
 *   fuzz family SEED COUNT [show]
 *
 * Call number n depends on SEED and n, and on the files and memory that the
 * calls before have left. `show` tells each call before it is made. A tenth of
 * the calls is made with no free memory.
 *
 * With "family", several processes make them at once, see family.c.
 *
 * Calls that would end or hang the program itself are changed, see tame().
 */
#include <linux/ipc.h>
#include <linux/mman.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/sysinfo.h>

#include "fuzz.h"

#define HUNGRY_EPOCH 4096 /* as EPOCH while there is no memory, which takes long to bring about */
#define PROGRESS     10	  /* lines of it */

static const struct call {
	const char *name, *args; /* letters of --trace=syscalls */
	unsigned number;
} calls[] = {
#define CALL(number, name, handler, parameters, args) {#name, args, number},
#define NONE(number, name, args, reason)
#define UNUSED(first, last)
#define REASON(reason, text)
#include "../../../kernel/syscall/syscalls.def"
};

const int argument_registers[6] = {DI, SI, DX, R10, R8, R9};

char child_stack[2 * PAGE] __attribute__((aligned(16)));
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

static void reset_limits(void)
{
	static const int memory_limits[] = {RLIMIT_AS, RLIMIT_DATA};
	const struct rlimit limit = {256, 256}, no_limit = {-1, -1};

	syscall3(__NR_setrlimit, RLIMIT_NOFILE, (long)&limit, 0);
	for (size_t i = 0; i < sizeof(memory_limits) / sizeof(memory_limits[0]); i++)
		need("setrlimit", syscall3(__NR_setrlimit, memory_limits[i], (long)&no_limit, 0));
}

void begin_epoch(void)
{
	static const char *const files[] = {"/dev/zero", "/etc/os-release", "/dev/urandom", "/etc"};
	/* What it is of a family, those that it makes share. */
	int kind = leader && one_in(2) ? MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED : FIXED;
	int fds[2];

	if (starved)
		feed();
	calm_signals();
	reset_limits();
	/* Another of the family could close what is opened here, in the middle of it. */
	if (leader)
		need("unshare", syscall3(__NR_unshare, CLONE_FILES, 0, 0));
	syscall3(__NR_close_range, 0, REPORT_FD - 1, 0);
	syscall3(__NR_close_range, REPORT_FD + 1, -1, 0);
	for (int i = 0; i < 3; i++)
		need("open /dev/null", open("/dev/null", O_RDWR));
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		need(files[i], open(files[i], O_RDONLY));
	need("a pipe", syscall3(__NR_pipe2, (long)fds, O_NONBLOCK, 0));
	make_event_files();
	/* What mremap has let grow, too. */
	need("munmap", munmap((void *)SANDBOX, WASTE - SANDBOX));
	need("chdir", syscall3(__NR_chdir, (long)first_directory, 0, 0));
	need("the sandbox", mmap((void *)SANDBOX, SANDBOX_PAGES * PAGE, RW, kind, -1, 0));
	if (starved)
		starve();
}

void forget_objects(void)
{
	static char info[128];
	const uint64_t name = QUEUE_NAME;

	empty_tmp();
	syscall3(__NR_mq_unlink, (long)&name, 0, 0);
	while (syscall3(__NR_msgctl, syscall3(__NR_msgctl, 0, IPC_INFO, (long)info), IPC_RMID, 0) ==
	       0)
		;
	while (syscall3(__NR_semctl, syscall6(__NR_semctl, 0, 0, IPC_INFO, (long)info, 0, 0), 0,
			IPC_RMID) == 0)
		;
	while (syscall3(__NR_shmctl, syscall3(__NR_shmctl, 0, IPC_INFO, (long)info), IPC_RMID, 0) ==
	       0)
		;
}

void end_epochs(void)
{
	begin_epoch();
	if (starved)
		feed();
	starved = 0;
	syscall3(__NR_close_range, 0, REPORT_FD - 1, 0);
	forget_objects();
	need("munmap", munmap((void *)SANDBOX, WASTE - SANDBOX));
}

long free_frames(void)
{
	struct sysinfo info;

	need("sysinfo", syscall3(__NR_sysinfo, (long)&info, 0, 0));
	return info.freeram;
}

long count_threads(void)
{
	struct sysinfo info;

	need("sysinfo", syscall3(__NR_sysinfo, (long)&info, 0, 0));
	return info.procs;
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
		registers_in[SP] = one_in(2) ? random_bits() : any_corner();
	else if (one_in(64) && nr != __NR_rt_sigprocmask) /* which may block SIGTRAP */
		registers_in[FLAGS] |= 0x100;		  /* TF */
}

/* The end of a process that a call has made; of the others, what has ended is reaped. */
static void after_clone(void)
{
	if (syscall3(__NR_getpid, 0, 0, 0) != own_pid) {
		/* Its number may be there: CLONE_CHILD_SETTID. */
		check_arena();
		if (leader && one_in(2))
			run_kin(below(64));
		exit_group(0);
	}
	while (syscall6(__NR_wait4, -1, 0, WAIT_ALL | (leader ? WNOHANG : 0), 0, 0, 0) > 0)
		;
}

/* For the next letter; two of them tell of what an address leads to. */
static uint64_t next_argument(const char **letters)
{
	char letter = **letters ? **letters : 'x';
	int leads = letter == '{' || letter == '}';

	*letters += leads ? 2 : **letters != '\0';
	return argument(leads ? 'p' : letter);
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
		ARGUMENT(i) = next_argument(&letters);
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
	if ((uint32_t)registers_in[AX] == __NR_clone)
		after_clone();
	check_registers();
	check_result((uint32_t)registers_in[AX], registers_out[AX]);
	check_arena();
	nr = registers_in[AX];
	if (nr == __NR_mmap || nr == __NR_mremap || nr == __NR_brk || nr == __NR_shmat)
		after_mapping(nr, registers_out[AX]);
}

void run_number(void)
{
	random_state = seed * 0xd1342543de82ef95 + number;
	random_bits();
	if (leader && one_in(16))
		run_family_episode();
	else if (one_in(64))
		run_episode();
	else
		run_call();
}

static void run(uint64_t first, uint64_t end, int hungry)
{
	if (first == end)
		return;
	starved = hungry;
	for (number = first; number < end; number++) {
		if (number == first || number % (hungry ? HUNGRY_EPOCH : EPOCH) == 0)
			begin_epoch();
		run_number();
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

/* `kin`: it was executed by another, which has set up where to report. */
static void set_up(int kin)
{
	const struct action action = action_of(on_signal);

	reset_limits();

	for (int sig = 1; sig <= 64; sig++)
		syscall6(__NR_rt_sigaction, sig, (long)&action, 0, 8, 0, 0);
	own_pid = syscall3(__NR_getpid, 0, 0, 0);
	if (!kin)
		need("dup2", syscall3(__NR_dup2, 1, REPORT_FD, 0));
	report = REPORT_FD;
	if (kin) /* it may have been executed where nothing is any more */
		first_directory[0] = '/';
	else
		need("getcwd",
		     syscall3(__NR_getcwd, (long)first_directory, sizeof(first_directory), 0));
	first_brk = syscall3(__NR_brk, 0, 0, 0);
	set_up_arena();
	/* Has the kernel keep what it copies arguments with. */
	syscall3(__NR_execve, (long)".", (long)&first_brk, 8);
	for (int i = 0; i < 32; i++)
		vectors_in[i] = random_bits();
	/* With no free memory a first touch would be the program's end. */
	for (size_t i = 0; i < sizeof(alternate_stack); i += PAGE)
		((volatile char *)alternate_stack)[i] = 0;
	for (size_t i = 0; i < sizeof(child_stack); i += PAGE)
		((volatile char *)child_stack)[i] = 0;
	for (int i = 0; i < 8; i++)
		((volatile char *)__builtin_frame_address(0))[-i * PAGE] = 0;
}

/* fuzz family SEED COUNT, fuzz kin SEED COUNT LEADER: the latter is executed by one of the former.
 */
static int several(int argc, char **argv)
{
	int kin = argv[1][0] == 'k';

	seed = parse(argv[2]);
	if (kin)
		leader = parse(argv[4]);
	else
		show = argc > 4;
	set_up(kin);
	if (kin)
		run_kin(parse(argv[3]));
	return run_family(parse(argv[3]), 8);
}

int main(int argc, char **argv)
{
	uint64_t first, end, warm;
	long frames, left;

	if (argc < 3)
		return 2;
	if (argc > 3 && argv[1][0] >= 'a')
		return several(argc, argv);
	seed = parse(argv[1]);
	first = argc > 3 ? parse(argv[3]) : 0;
	end = first + parse(argv[2]);
	show = argc > 4;
	set_up(0);
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
