/* SPDX-License-Identifier: MIT */
/*
 * The contract between host and guest: hypercall ports and their argument
 * blocks, the state in which the kernel is entered, and the memory map. The
 * hypervisor, the kernel and every .S file read these values from here and
 * nowhere else.
 */
#ifndef ABI_H
#define ABI_H

/*
 * The kernel is entered at RIP 0 in 64-bit mode, ring 0, interrupts off:
 *
 *   CR0 = PE MP ET NE WP AM PG   CR4 = PAE OSFXSR OSXMMEXCPT
 *   EFER = SCE LME LMA           RFLAGS = 0x2
 *   CS = SEL_KERNEL_CODE, all other segments SEL_KERNEL_DATA, no GDT yet
 *   RDI = BOOT_FREE_MEMORY       RSI = bytes of free memory, whole pages
 *   RSP = boot stack: argc, argc pointers, NULL; argv[0] is the user ELF's path
 *   R8, R9: see BOOT_INFO_MAGIC  every other register: 0
 *
 * Guest-physical memory as the kernel finds it:
 *
 *   0x000000  the flat image, entered at its first byte
 *   0x1f7000  PML4, PDPT, PD: virtual 0-2 MiB -> physical 0-2 MiB. The PD's
 *             entry is the kernel's alone, those above it let ring 3 through:
 *             a kernel may map user pages below them
 *   0x1fa000  two spare pages, zero
 *   0x1fc000  boot stack, 16 KiB; RSP points at argc, strings lie above it
 *   0x200000  free memory (RDI), RSI bytes of it
 */
#define BOOT_IMAGE_LIMIT 0x1f7000
#define BOOT_PML4	 0x1f7000
#define BOOT_PDPT	 0x1f8000
#define BOOT_PD		 0x1f9000
#define BOOT_STACK	 0x1fc000
#define BOOT_STACK_TOP	 0x200000
#define BOOT_FREE_MEMORY 0x200000
#define BOOT_ARG_MAX	 0x3000 /* bytes of the boot stack that arguments may take */

/*
 * What an image takes beyond the original protocol it may say itself: by
 * IMAGE_MAGIC at IMAGE_HEADER, and IMAGE_* in the 64 bits behind that.
 *
 * With IMAGE_LARGE_ARGS, arguments and environment that don't fit the boot stack
 * come in a block of their own, of whole pages, at BOOT_FREE_MEMORY. It holds argv,
 * envp and their strings, and boot_info tells where. The boot stack then has argv[0]
 * alone, RDI and RSI are those of the memory behind the block, and the block is
 * the kernel's, too. They take at most BOOT_ARGS_MAX bytes, as execve(2) counts
 * them: the strings, that in argv[0] twice, and a pointer to each.
 */
#define IMAGE_HEADER	 8
#define IMAGE_MAGIC	 0x5244484547414d49 /* "IMAGEHDR" */
#define IMAGE_LARGE_ARGS 1
#define BOOT_ARGS_MAX	 0x200000

/* Selectors of the boot segments and of the kernel's GDT. */
#define SEL_KERNEL_CODE 0x08
#define SEL_KERNEL_DATA 0x10
#define SEL_USER_DATA	0x2b
#define SEL_USER_CODE	0x33
#define SEL_TSS		0x38

/*
 * Hypercalls: a 32-bit `out` to the port starts the call, a 32-bit `in` from
 * the same port fetches its result, 0 or more or a negative errno. EXIT and
 * PANIC do not return. CONSOLE takes 8-bit `out`s and has no result. Any
 * other port from OPEN to LAST answers -ENOSYS.
 *
 * With RSI = HC_RESULT_AT_ONCE at the `out`, the host may put the result into
 * EAX there and then and go on at the address in RCX, behind the `in`: that
 * saves an exit. A host that doesn't leaves both to the `in`.
 */
#define HC_RESULT_AT_ONCE 0x45434e4f5f54415f /* "_AT_ONCE" */

#define PORT_OPEN    0x8000 /* EAX: gpa of a NUL-terminated path */
#define PORT_READ    0x8001 /* EAX: gpa of struct hc_rw */
#define PORT_WRITE   0x8002 /* EAX: gpa of struct hc_rw */
#define PORT_CLOSE   0x8003 /* EAX: fd */
#define PORT_LSEEK   0x8004 /* EAX: gpa of struct hc_lseek */
#define PORT_EXIT    0x8005 /* EAX: status, see EXIT_KILLED */
#define PORT_PANIC   0xffff /* EAX: gpa of a NUL-terminated message */
#define PORT_CONSOLE 0x0217

/* Those beyond the original protocol, which are there if boot info is. */
#define PORT_LSEEK64  0x8006 /* EAX: gpa of struct hc_lseek64 */
#define PORT_SLEEP    0x8007 /* EAX: microseconds */
#define PORT_READDIR  0x8008 /* EAX: gpa of struct hc_rw: a directory's fd */
#define PORT_STAT     0x8009 /* EAX: gpa of struct hc_stat */
#define PORT_READLINK 0x800a /* EAX: gpa of struct hc_readlink */
#define PORT_WAIT     0x800b /* EAX: gpa of struct hc_wait */
#define PORT_TIMER    0x800c /* EAX: microseconds until VECTOR_TIMER, 0: never */
#define PORT_PREAD    0x800d /* EAX: gpa of struct hc_pread */
#define PORT_LAST     0x80ff

/*
 * The interrupt that TIMER asks for comes once, when the time is up and the guest has
 * interrupts on. There is no interrupt controller: nothing masks or acknowledges it, and
 * `hlt` doesn't wait for it, but ends the VM.
 */
#define VECTOR_TIMER 32

/* The exit status is EAX & 0xff. A program that signal `sig` ended is told by this value. */
#define EXIT_KILLED(sig) ((sig) << 8 | STATUS_SIGNAL(sig))

/* Exit statuses that are not the program's own. */
#define STATUS_TIMEOUT	 124 /* a time limit of the user's ended it */
#define STATUS_FAILED	 125 /* the hypervisor or the kernel failed */
#define STATUS_NOEXEC	 126 /* the user file can't be executed */
#define STATUS_NOTFOUND	 127 /* the user file isn't there */
#define STATUS_SIGNAL(n) (128 + (n))

/* R8 at entry when R9 holds the gpa of a struct boot_info; any other value: there is none. */
#define BOOT_INFO_MAGIC 0x4f464e49544f4f42 /* "BOOTINFO" */

#ifndef __ASSEMBLER__
#include <stdint.h>

typedef uint64_t gpa_t; /* guest-physical address */

struct hc_rw {
	uint64_t fd;	/* IN  */
	gpa_t buffer;	/* IN  */
	uint64_t bytes; /* IN  */
};
_Static_assert(sizeof(struct hc_rw) == 24, "three packed u64");

struct hc_lseek {
	uint32_t fd;	 /* IN  */
	uint32_t offset; /* IN  signed, two's complement */
	uint32_t whence; /* IN  SEEK_SET, SEEK_CUR, SEEK_END */
};
_Static_assert(sizeof(struct hc_lseek) == 12, "three packed u32");

struct hc_lseek64 {
	uint64_t fd;	 /* IN  */
	uint64_t offset; /* IN  signed, two's complement */
	uint64_t whence; /* IN  */
	uint64_t result; /* OUT new offset, when the call returned 0 */
};
_Static_assert(sizeof(struct hc_lseek64) == 32, "four packed u64");

/* READDIR: whole records of struct linux_dirent64, as getdents64(2) gives them; 0 at the end. */

struct hc_pread {
	uint64_t fd;	 /* IN  its offset stays */
	gpa_t buffer;	 /* IN  */
	uint64_t bytes;	 /* IN  */
	uint64_t offset; /* IN  signed, two's complement: negative is -EINVAL */
};
_Static_assert(sizeof(struct hc_pread) == 32, "four packed u64");

struct hc_readlink {
	gpa_t path;	/* IN  of a NUL-terminated path, whose last link is not followed */
	gpa_t buffer;	/* IN  */
	uint64_t bytes; /* IN  what doesn't fit is cut off; the result has no NUL */
};
_Static_assert(sizeof(struct hc_readlink) == 24, "three packed u64");

struct hc_stat {
	gpa_t path;	/* IN  of a NUL-terminated path; 0: the fd */
	uint64_t fd;	/* IN  if there is no path */
	uint64_t flags; /* IN  HC_STAT_* */
	gpa_t buffer;	/* IN  of a struct hc_stat_result */
};
_Static_assert(sizeof(struct hc_stat) == 32, "four packed u64");

/* What WAIT waits for: a file of the guest's, as poll(2) has it. One that isn't open is ready. */
struct hc_wait_fd {
	uint32_t fd;	  /* IN  */
	uint16_t events;  /* IN  POLL*, as the next */
	uint16_t revents; /* OUT when the call returned 0 or more */
};
_Static_assert(sizeof(struct hc_wait_fd) == 8, "no padding");

#define HC_WAIT_FDS	8
#define HC_WAIT_FOREVER UINT64_MAX

/* WAIT returns how many are ready, 0: the time is up, or the timer's interrupt is due. */
struct hc_wait {
	uint64_t microseconds; /* IN  HC_WAIT_FOREVER: as long as it takes */
	uint64_t count;	       /* IN  of files, which follow: at most HC_WAIT_FDS */
};
_Static_assert(sizeof(struct hc_wait) == 16, "two packed u64");

#define HC_STAT_LINK 1 /* of a path that ends in a symbolic link: the link itself */

struct hc_time {
	int64_t seconds; /* since 1970 */
	uint64_t nanoseconds;
};

/* As statx(2) describes a file. A number that a host doesn't know is 0. */
struct hc_stat_result {
	uint64_t dev; /* hc_device(), as is rdev */
	uint64_t ino;
	uint64_t mode;
	uint64_t nlink;
	uint64_t uid;
	uint64_t gid;
	uint64_t rdev;
	uint64_t size;
	uint64_t blocks;  /* of 512 bytes */
	uint64_t blksize; /* bytes */
	struct hc_time atime, mtime, ctime, btime;
};
_Static_assert(sizeof(struct hc_stat_result) == 144, "no padding");

static inline uint64_t hc_device(uint32_t major, uint32_t minor)
{
	return (uint64_t)major << 32 | minor;
}

#define BOOT_RANDOM_BYTES 32
#define BOOT_FDS	  3 /* fds that the guest starts with */
#define BOOT_OUTPUTS	  8 /* paths of boot_info.outputs, at most */

/* Bits of boot_info.flags. */
#define BOOT_TRACE_SYSCALLS 1 /* show the program's system calls: boot_info.trace */
#define BOOT_SHARED_COUNTER 2 /* ring 3 reads the same time-stamp counter as ring 0 */
#define BOOT_NO_FILES	    4 /* no file but the program can be opened */

/* Bits of boot_trace.flags. */
#define BOOT_TRACE_COUNT    1 /* no lines, but at the end how many calls of each there were */
#define BOOT_TRACE_RELATIVE 2 /* a line begins with the time since the one before */
#define BOOT_TRACE_TIME	    4 /* with the time of day */
#define BOOT_TRACE_WHOLE    8 /* lines are written whole: the host writes others between */

/* How the program's system calls are shown. */
struct boot_trace {
	uint64_t calls[8];  /* bit n of them all: calls with number n are shown */
	uint64_t fd;	    /* where to */
	uint64_t flags;	    /* BOOT_TRACE_* */
	int64_t utc_offset; /* seconds that local time is ahead of UTC */
};

/* One of them, as fstat(2) and fcntl(2) describe it; both 0: it is not open. */
struct boot_fd {
	uint32_t mode;	/* st_mode: the file's type, a terminal's rights, too */
	uint32_t flags; /* of F_GETFL */
};

/* One of them that is a terminal, as ioctl_tty(2) and fstat(2) describe it. */
struct boot_terminal {
	uint8_t termios[44];  /* struct termios2 */
	uint16_t winsize[4];  /* struct winsize: rows, columns, both in pixels */
	uint32_t rdev;	      /* st_rdev; 0: it is no terminal */
	uint32_t controlling; /* 1: of the hypervisor's session, else 0 */
};
_Static_assert(sizeof(struct boot_terminal) == 60, "no padding");

/* Which file one of them is, as struct hc_stat_result has it; both 0: it is not open. */
struct boot_file {
	uint64_t dev;
	uint64_t ino;
};

/* What this hypervisor hands over beyond the original protocol. Fields are only ever appended. */
struct boot_info {
	uint64_t size;			   /* of this struct, in bytes */
	uint64_t envc;			   /* environment strings */
	gpa_t envp;			   /* of envc pointers and a NULL */
	uint64_t flags;			   /* BOOT_* */
	uint8_t random[BOOT_RANDOM_BYTES]; /* from the host's random source */
	struct boot_fd fds[BOOT_FDS];
	gpa_t cwd;	   /* of the working directory's path, 0: not known */
	uint64_t tsc_khz;  /* of the guest's time-stamp counter, 0: not known */
	uint64_t xcr0;	   /* what the vCPU's XCR0 holds, 0: not set up */
	uint64_t realtime; /* nanoseconds since 1970, just before the guest's first instruction */
	/* What execve(2) hands on; signal n is bit n - 1. */
	uint64_t ignored; /* signals that the hypervisor found ignored */
	uint64_t blocked; /* and blocked */
	gpa_t terminals;  /* of BOOT_FDS struct boot_terminal, 0: none of the fds is one */
	/* If arguments and environment have a block of their own, see IMAGE_LARGE_ARGS; else 0. */
	uint64_t args_bytes; /* of the block */
	uint64_t argc;	     /* arguments */
	gpa_t argv;	     /* of argc pointers and a NULL */
	struct boot_file files[BOOT_FDS];
	gpa_t trace;	  /* of a struct boot_trace, if BOOT_TRACE_SYSCALLS is set; else 0 */
	uint64_t core_fd; /* for the core of a program that a signal ends; 0: there is none */
	/* Where file systems in guest memory are to be mounted beside the usual places. */
	uint64_t tmpfs_count;
	gpa_t tmpfs; /* of so many paths, one after the other, each with its NUL */
	/*
	 * Files that may be written to, by what the program calls them. An OPEN of one of these
	 * very strings, known by its address, empties that file. Its result is the file's fd,
	 * always the same, open for reading and writing. It stays open: CLOSE of it has no effect.
	 */
	uint64_t output_count;
	gpa_t outputs; /* of so many paths, likewise */
};
_Static_assert(sizeof(struct boot_info) == 264, "no padding");
#endif

#endif
