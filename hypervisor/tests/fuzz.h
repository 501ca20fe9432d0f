/* SPDX-License-Identifier: MIT */
/*
 * Fuzzing the wall between guest and host. The files of the hypervisor that a
 * running guest reaches are compiled with the host calls below under another
 * name, so that a guest that the input describes meets a KVM and a host that
 * watch them:
 *
 *   fuzz_hypercall.c  the input: a guest's exits, as KVM would tell them
 *   fuzz_host.c       the host's calls, and who owns which host fd
 *   fuzz_model.c      what each port access must do, as hypervisor/README.md says it
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <linux/kvm.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statfs.h>
#include <sys/types.h>
#include <time.h>

#include "../../kernel/tests/fuzz_input.h"
#include "../fdtable.h"
#include "../guestmem.h"
#include "../hostfile.h"
#include "../hypercall.h"

/* The hypervisor's own fds: nobody but it may use them. */
#define MESSAGE_FD 3
#define VCPU_FD	   4

/* Bytes at gpa 0 that inputs write to; all of guest memory, but for a big one. */
#define MEMORY 8192

/* Of an `out` of EAX to the port in DX, and of its `in`. */
#define IO_BYTES 1

/* Does [gpa, gpa + bytes) lie in `size` bytes? In 128 bits nothing wraps. */
static inline bool fits(uint64_t size, uint64_t gpa, uint64_t bytes)
{
	return (unsigned __int128)gpa + bytes <= size;
}

/* --- fuzz_host.c --- */

/* Which kinds of files stand behind fds 0 and 1, and what the guest may open. */
struct host_setup {
	unsigned open_fds; /* a bit for each of 0, 1, 2 */
	unsigned stdin_kind;
	bool stdout_full;
	bool rooted, none, program; /* for hostfiles_init() */
	bool bad_program;	    /* one that can't be opened */
	bool old_kernel;	    /* without openat2 */
	bool no_proc;		    /* no /proc is mounted */
	bool outputs;		    /* OUTPUTS_MAX of --output */
};

struct host {
	const struct guestmem *mem;
	struct fdtable fds;
	int outputs[OUTPUTS_MAX]; /* 0: none */
	struct hostfiles files;
	struct host_setup setup;
	unsigned fail_times; /* so many calls fail next, */
	int fail_error;	     /* by this errno */
	/* What one port access made of the host; fuzz_model.c clears it. */
	const void *data;    /* in: of the access; the console's byte */
	unsigned transfers;  /* reads, writes, and what else moves bytes to memory */
	int64_t at;	     /* offset of the last of them, if it was a pread */
	int64_t moved;	     /* by the last of them, or -errno */
	unsigned polls;	     /* waits for files */
	uint64_t polled_for; /* microseconds, the last of them */
	unsigned polled;     /* files */
	int poll_result;
	unsigned timers;  /* how often the timer was set */
	uint32_t timer;	  /* microseconds, the last time */
	unsigned emptied; /* how often an output was */
	unsigned sleeps;
	struct timespec slept; /* in the last of them */
	unsigned messages;     /* since host_begin() */
	uint64_t told_ino;     /* of the file that the last statx(2) told of */
	bool told_forbidden;   /* of which the guest must not be told by a path */
};
extern struct host host;

/* Once, then around each input. host_end() finds fds that leaked. */
void host_init(void);
void host_begin(const struct guestmem *mem, const struct host_setup *setup);
void host_end(void);

/* Fills the guest's fd table but for one place. */
void host_crowd(void);

/* The fd is open for reading alone and of a file that the guest may have. */
void host_check_opened(int fd);

/* Is it the hypervisor's fd of an output? */
bool host_is_output(int fd);

/* Where the name of output `n` is, by which it is opened. */
#define OUTPUT_NAME(n) (((n) + 1) * 8u)

/* The fd of this process behind one of the hypervisor's. */
int host_real(int fd);

/* A path that is worth an open; `n` is any number. */
const char *host_path(unsigned n);

int fuzz_open(const char *path, int flags, ...);
long fuzz_syscall(long number, ...);
int fuzz_close(int fd);
ssize_t fuzz_read(int fd, void *buffer, size_t bytes);
ssize_t fuzz_pread(int fd, void *buffer, size_t bytes, off_t offset);
ssize_t fuzz_write(int fd, const void *buffer, size_t bytes);
int fuzz_ftruncate(int fd, off_t length);
off_t fuzz_lseek(int fd, off_t offset, int whence);
int fuzz_poll(struct pollfd *fds, nfds_t count, int timeout);
int fuzz_clock_nanosleep(clockid_t clock, int flags, const struct timespec *time,
			 struct timespec *left);
int fuzz_fstatfs(int fd, struct statfs *fs);
int fuzz_fcntl(int fd, int command, ...);

/* --- fuzz_model.c --- */

/* hypercall_io(), and what it does is as documented. */
enum hc_next model_io(struct hypercalls *hc, const struct port_io *io);

/* After that access, which ended nothing, the guest goes on with registers as documented. At its
 * exit they were `left`, which KVM told if `synced`. */
void model_resume(const struct hypercalls *hc, const struct kvm_regs *left,
		  const struct kvm_regs *now, bool synced);

/* --- fuzz_hypercall.c --- */

int fuzz_ioctl(int fd, unsigned long request, ...);
enum hc_next fuzz_hypercall_io(struct hypercalls *hc, const struct port_io *io);
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
