/* SPDX-License-Identifier: MIT */
/*
 * Kernels of random bytes: whatever they do, the hypervisor ends with a
 * status and a message that are documented, never by a signal of its own.
 *
 *   chaos HYPERVISOR SEED COUNT PATIENCE
 *
 * The same seed makes the same images. One that still runs after PATIENCE ms
 * gets a SIGTERM. Tells of each failure, and keeps its image in /tmp, under a
 * name that begins with its kind and number: another run may have the same.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../kernel/abi.h"

#define IMAGE_MAX 65536
#define GRACE	  600000 /* ms that SIGTERM may take */
#define PIPE_SIZE 65536	 /* of a pipe, pipe(7): whoever writes more waits, and gets the SIGTERM */
#define GDT	  0x1f00
#define POINTERS  0x1f80
#define HANDLER	  0x1fc0 /* the exceptions' */
#define PATHS	  0x9000 /* a device's, and 16 bytes on a directory's */

static uint64_t state;

static uint64_t random_bits(void)
{
	/* xorshift64* */
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * UINT64_C(0x2545f4914f6cdd1d);
}

static unsigned below(unsigned limit)
{
	return random_bits() % limit;
}

/* --- code --- */

static uint8_t image[IMAGE_MAX];
static size_t at;

static void bytes(const void *from, size_t length)
{
	memcpy(image + at, from, length);
	at += length;
}

#define CODE(...) bytes((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static void word(uint64_t value, size_t length)
{
	bytes(&value, length);
}

/* A number where checks go wrong: the ends of memory, of widths, of tables; or any. */
static uint64_t odd_number(void)
{
	static const uint64_t edges[] = {
		0,	     0x1000,	     0x1f7000,	     0x200000,		 0x3fffff,
		0x400000,    0x7fffffff,     0x80000000,     0xfee00000,	 0xffffffff,
		0x100000000, 0x7fffffffffff, 0x800000000000, 0x7fffffffffffffff, UINT64_MAX,
	};
	uint64_t edge = edges[below(sizeof(edges) / sizeof(edges[0]))];

	switch (below(4)) {
	case 0:
		return random_bits() >> below(64);
	case 1:
		return UINT64_C(1) << below(64);
	default:
		return edge + below(65) - 32;
	}
}

/* mov $value, one of RAX, RCX, RDX, RBX, RSI, RDI */
static void load(unsigned reg, uint64_t value)
{
	CODE(0x48, 0xb8 + reg);
	word(value, 8);
}

enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI };

/* A block of odd numbers, or text, and a call with its address or an odd one. */
static void hypercall(void)
{
	unsigned port = below(16) ? PORT_OPEN + below(15) : PORT_LAST - below(3);
	uint64_t arg = below(4) ? 0x8000 + below(64) : odd_number();
	bool has_path = (port == PORT_STAT || port == PORT_READLINK) && below(4);

	if (port == PORT_EXIT)
		port = PORT_LSEEK;
	for (int i = 0; i < 4; i++) {
		if (i == 0 && has_path)
			load(RAX, PATHS + 16 * below(2));
		else
			load(RAX, i == 0 && below(4) ? below(5) : odd_number());
		CODE(0x48, 0x89, 0x04, 0x25); /* mov %rax, address */
		word(0x8000 + 8 * i, 4);
	}
	if (port == PORT_OPEN && below(2))
		arg = PATHS + 16 * below(2);
	if (port == PORT_CLOSE)
		arg = below(2) ? below(260) : arg;
	if (port == PORT_SLEEP)
		arg = below(1000);
	load(RAX, arg);
	load(RDX, port);
	CODE(0xef, 0xed); /* out %eax, %dx; in %dx, %eax */
}

/* Instructions that only a kernel has, or that KVM has to emulate. */
static void instruction(void)
{
	static const struct {
		uint8_t length;
		uint8_t code[6];
	} list[] = {
		{2, {0x0f, 0x30}},		     /* wrmsr */
		{2, {0x0f, 0x32}},		     /* rdmsr */
		{2, {0x0f, 0xa2}},		     /* cpuid */
		{2, {0x0f, 0x33}},		     /* rdpmc */
		{2, {0x0f, 0x06}},		     /* clts */
		{2, {0x0f, 0x09}},		     /* wbinvd */
		{2, {0x0f, 0x0b}},		     /* ud2 */
		{2, {0x0f, 0x05}},		     /* syscall */
		{3, {0x48, 0x0f, 0x07}},	     /* sysretq */
		{2, {0x0f, 0x34}},		     /* sysenter */
		{3, {0x0f, 0x01, 0xc1}},	     /* vmcall */
		{3, {0x0f, 0x01, 0xd9}},	     /* vmmcall */
		{3, {0x0f, 0x01, 0xf8}},	     /* swapgs */
		{3, {0x0f, 0x01, 0x38}},	     /* invlpg (%rax) */
		{3, {0x0f, 0x01, 0x30}},	     /* lmsw (%rax) */
		{3, {0x0f, 0x01, 0x10}},	     /* lgdt (%rax) */
		{3, {0x0f, 0x00, 0xd8}},	     /* ltr %ax */
		{3, {0x0f, 0x00, 0xd0}},	     /* lldt %ax */
		{3, {0x0f, 0x22, 0xe0}},	     /* mov %rax, %cr4 */
		{4, {0x44, 0x0f, 0x22, 0xc0}},	     /* mov %rax, %cr8 */
		{3, {0x0f, 0x20, 0xd8}},	     /* mov %cr3, %rax */
		{2, {0x8e, 0xd8}},		     /* mov %eax, %ds */
		{2, {0x48, 0xcf}},		     /* iretq */
		{2, {0x48, 0xcb}},		     /* lretq */
		{2, {0xcd, 0x80}},		     /* int $0x80 */
		{1, {0xf1}},			     /* int1 */
		{1, {0xcc}},			     /* int3 */
		{1, {0xfa}},			     /* cli */
		{1, {0xfb}},			     /* sti */
		{1, {0x9d}},			     /* popfq */
		{3, {0xf3, 0x48, 0xa5}},	     /* rep movsq */
		{2, {0xf3, 0xaa}},		     /* rep stosb */
		{1, {0x6f}},			     /* outsl */
		{1, {0x6d}},			     /* insl */
		{3, {0x48, 0x8b, 0x00}},	     /* mov (%rax), %rax */
		{3, {0x48, 0x89, 0x00}},	     /* mov %rax, (%rax) */
		{5, {0xf0, 0x48, 0x0f, 0xc7, 0x08}}, /* lock cmpxchg16b (%rax) */
		{3, {0x0f, 0xae, 0x00}},	     /* fxsave (%rax) */
		{3, {0x0f, 0xae, 0x08}},	     /* fxrstor (%rax) */
		{3, {0x0f, 0x11, 0x00}},	     /* movups %xmm0, (%rax) */
		{2, {0xff, 0xe0}},		     /* jmp *%rax */
		{2, {0xff, 0x20}},		     /* jmp *(%rax) */
		{2, {0xff, 0x18}},		     /* lcall *(%rax) */
		{3, {0x48, 0x89, 0xc4}},	     /* mov %rax, %rsp */
	};
	unsigned n = below(sizeof(list) / sizeof(list[0]));

	load(RAX, odd_number());
	load(RDX, below(2) ? 0 : odd_number());
	load(RCX,
	     below(4) ? (uint64_t[]){0x10, 0xc0000080, 0xc0000082, 0x4b564d01}[below(4)] + below(4)
		      : below(0x2000));
	if (below(2))
		load(below(2) ? RSI : RDI, odd_number());
	bytes(list[n].code, list[n].length);
}

/*
 * Before the random part: an IDT whose handler counts and goes on at a place
 * that it draws, so that one fault is not the end. The 200th is, by exit.
 */
static void prologue(void)
{
	static const uint64_t gdt[] = {0, 0x00209b0000000000, 0x00cf93000000ffff};

	CODE(0x0f, 0x01, 0x14, 0x25); /* lgdt POINTERS */
	word(POINTERS, 4);
	CODE(0x31, 0xff); /* xor %edi, %edi */
	/* 1: */
	CODE(0xc7, 0x87), word(0x10000, 4), word(SEL_KERNEL_CODE << 16 | HANDLER, 4);
	CODE(0xc7, 0x87), word(0x10004, 4), word(0x8e00, 4);
	CODE(0x83, 0xc7, 16); /* add $16, %edi */
	CODE(0x81, 0xff), word(4096, 4);
	CODE(0x75, (uint8_t)-31);     /* jne 1b */
	CODE(0x0f, 0x01, 0x1c, 0x25); /* lidt POINTERS + 16 */
	word(POINTERS + 16, 4);
	memcpy(image + GDT, gdt, sizeof(gdt));
	memcpy(image + POINTERS, &(uint16_t){sizeof(gdt) - 1}, 2);
	memcpy(image + POINTERS + 2, &(uint64_t){GDT}, 8);
	memcpy(image + POINTERS + 16, &(uint16_t){4095}, 2);
	memcpy(image + POINTERS + 18, &(uint64_t){0x10000}, 8);
}

/* The handler: RSP anew, one fault less, a place in the image at random. */
static void handler(void)
{
	size_t here = at;

	at = HANDLER;
	CODE(0xbc), word(BOOT_STACK_TOP - 0x1000, 4);	/* mov $..., %esp */
	CODE(0xff, 0x0c, 0x25), word(POINTERS + 32, 4); /* decl count */
	CODE(0x75, 11);					/* jne 1f */
	CODE(0xba), word(PORT_EXIT, 4);			/* mov $PORT_EXIT, %edx */
	CODE(0xb8), word(7, 4);				/* mov $7, %eax */
	CODE(0xef);					/* out %eax, %dx */
	CODE(0x69, 0x04, 0x25), word(POINTERS + 36, 4), word(1103515245, 4); /* 1: imul */
	CODE(0x05), word(12345, 4);					     /* add $12345, %eax */
	CODE(0x89, 0x04, 0x25), word(POINTERS + 36, 4);			     /* mov %eax, seed */
	CODE(0xc1, 0xe8, 17);						     /* shr $17, %eax */
	CODE(0x05), word(0x2000, 4);					     /* add $0x2000, %eax */
	CODE(0xff, 0xe0);						     /* jmp *%rax */
	at = here;
	memcpy(image + POINTERS + 32, &(uint32_t){200}, 4);
	memcpy(image + POINTERS + 36, &(uint32_t){random_bits()}, 4);
}

enum kind { BYTES, BYTES_GO_ON, INSTRUCTIONS, HYPERCALLS, REAL_MODE, KINDS };

static size_t make_image(enum kind kind)
{
	for (at = 0; at < sizeof(image); at++)
		image[at] = random_bits();
	at = 0;
	if (kind == BYTES || kind == REAL_MODE)
		return sizeof(image);
	prologue();
	handler();
	if (kind == BYTES_GO_ON)
		return sizeof(image);
	/* Over the tables above, to where there is room. */
	CODE(0xe9);
	word(0x2000 - (at + 4), 4);
	at = 0x2000;
	memcpy(image + PATHS, "/dev/zero", sizeof("/dev/zero"));
	memcpy(image + PATHS + 16, "/", sizeof("/"));
	for (int i = 0; i < 100; i++) {
		if (kind == HYPERCALLS)
			hypercall();
		else
			instruction();
	}
	load(RDX, PORT_EXIT);
	CODE(0xef);
	return sizeof(image);
}

/* --- runs --- */

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* Waits for the process that long. Returns whether it ended. */
static bool ended(pid_t pid, int *status, int64_t patience)
{
	int64_t start = milliseconds();

	do {
		if (waitpid(pid, status, WNOHANG) == pid)
			return true;
		usleep(1000);
	} while (milliseconds() - start < patience);
	return false;
}

/* The last place of `what` in the text, or its end if it is nowhere. */
static const char *last(const char *text, const char *what)
{
	const char *found = text + strlen(text);

	for (const char *next = text; (next = strstr(next, what)) != NULL; next++)
		found = next;
	return found;
}

/*
 * Is this how the hypervisor may end? `asked`: SIGTERM was sent. Its message
 * is the last thing that was said: a kernel may have written before it.
 */
static bool documented(int status, bool asked, const char *said)
{
	unsigned number;
	char name[16];

	if (strstr(said, "Sanitizer") || strstr(said, "runtime error"))
		return false;
	if (WIFSIGNALED(status))
		return asked && WTERMSIG(status) == SIGTERM;
	if (WEXITSTATUS(status) == STATUS_FAILED && *last(said, "hypervisor: ") != '\0')
		return true;
	if (sscanf(last(said, "+++ exited with "), "+++ exited with %u +++", &number) == 1)
		return number == (unsigned)WEXITSTATUS(status);
	if (sscanf(last(said, "+++ killed by "), "+++ killed by SIG%15s +++", name) == 1)
		return WEXITSTATUS(status) > 128;
	return WEXITSTATUS(status) == 0 && *last(said, "KVM_EXIT_HLT\n") != '\0';
}

/* Reads what the pipe holds, as a string: NULs, which a kernel may write, as spaces. */
static void read_all(int fd, char *said, size_t size)
{
	size_t length = 0;
	ssize_t more;

	while (length < size - 1 && (more = read(fd, said + length, size - 1 - length)) > 0)
		length += more;
	said[length] = '\0';
	for (size_t i = 0; i < length; i++)
		if (said[i] == '\0')
			said[i] = ' ';
}

/* Runs one image. Returns whether its end was a documented one. */
static bool run(const char *hypervisor, const char *path, bool real_mode, int patience)
{
	static char said[PIPE_SIZE + 1];
	int err_pipe[2];
	bool asked = false;
	int status;
	pid_t pid;

	if (pipe(err_pipe) < 0)
		err(2, "pipe");
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(err_pipe[1], STDERR_FILENO);
		close(err_pipe[0]);
		close(err_pipe[1]);
		if (real_mode)
			execl(hypervisor, hypervisor, "-m", "4M", "--real-mode", path,
			      (char *)NULL);
		else
			execl(hypervisor, hypervisor, "-m", "4M", path, (char *)NULL);
		err(2, "%s", hypervisor);
	}
	close(err_pipe[1]);
	if (!ended(pid, &status, patience)) {
		asked = true;
		kill(pid, SIGTERM);
		if (!ended(pid, &status, GRACE)) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
		}
	}
	read_all(err_pipe[0], said, sizeof(said));
	close(err_pipe[0]);
	if (documented(status, asked, said))
		return true;
	printf("not ok chaos: %s: wait status 0x%x, it said: %.300s\n", path, status, said);
	return false;
}

int main(int argc, char **argv)
{
	static const char *const names[] = {"bytes", "bytes-go-on", "instructions", "hypercalls",
					    "real"};
	unsigned failures = 0;
	uint64_t seed;
	unsigned count;

	if (argc != 5)
		errx(2, "usage: chaos HYPERVISOR SEED COUNT PATIENCE");
	seed = strtoull(argv[2], NULL, 0);
	count = atoi(argv[3]);
	for (unsigned i = 0; i < count; i++) {
		enum kind kind = (seed + i) % KINDS;
		char path[64];
		size_t size;
		int fd;

		/* Each image is of its own number, so that one can be made again alone. */
		state = (seed + i + 1) * UINT64_C(0x9e3779b97f4a7c15);
		size = make_image(kind);
		snprintf(path, sizeof(path), "/tmp/chaos-%s-%llu-XXXXXX", names[kind],
			 (unsigned long long)seed + i);
		fd = mkstemp(path);
		if (fd < 0 || write(fd, image, size) != (ssize_t)size || close(fd) < 0)
			err(2, "%s", path);
		if (run(argv[1], path, kind == REAL_MODE, atoi(argv[4])))
			unlink(path);
		else
			failures++;
	}
	return failures != 0;
}
