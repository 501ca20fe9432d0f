/* SPDX-License-Identifier: MIT */
/*
 * What hypervisor/README.md and kernel/abi.h say of each port access, against what
 * hypercall_io() makes of it.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

/* All of it that a call may change, as it was before. */
static struct {
	uint8_t memory[MEMORY];
	int fds[FDTABLE_SIZE];
	struct hypercalls hc;
} before;

static struct port_io done; /* the last access, */
static int32_t done_result; /* and what the guest gets from it, if it is a call's */
static uint32_t arg;	    /* of the `out` */
static uint64_t block[4];   /* what it points at, copied before the call */
static bool block_there;
static int bad_path; /* of a path that the block begins with: see path_error() */
static int64_t
	offset_before; /* of the lseek's regular file, or -1: devices and pipes do as they like */

static int host_of(uint64_t fd)
{
	return fd < FDTABLE_SIZE ? before.fds[fd] : -1;
}

static bool is_regular(int host_fd)
{
	struct stat st;

	return host_fd >= 0 && fstat(host_real(host_fd), &st) == 0 && S_ISREG(st.st_mode);
}

static int lowest_free(void)
{
	for (int fd = 0; fd < FDTABLE_SIZE; fd++)
		if (before.fds[fd] < 0)
			return fd;
	return -1;
}

/* The block of `words` words of `width` bytes at the address that the call was given. */
static void read_block(unsigned words, unsigned width)
{
	block_there = fits(host.mem->size, arg, words * width);
	memset(block, 0, sizeof(block));
	for (unsigned i = 0; block_there && i < words; i++)
		memcpy(&block[i], host.mem->base + arg + i * width, width);
}

/* What is wrong with the path there: 0, -EFAULT or -ENAMETOOLONG. */
static int path_error(uint64_t gpa)
{
	uint64_t left = gpa < host.mem->size ? host.mem->size - gpa : 0;
	uint64_t limit = left < PATH_MAX ? left : PATH_MAX;

	if (limit && memchr(host.mem->base + gpa, '\0', limit))
		return 0;
	return limit == PATH_MAX ? -ENAMETOOLONG : -EFAULT;
}

static void remember(const struct hypercalls *hc, const struct port_io *io)
{
	memcpy(before.memory, host.mem->base, MEMORY);
	memcpy(before.fds, host.fds.host, sizeof(before.fds));
	before.hc = *hc;
	host.data = io->data;
	host.transfers = 0;
	host.sleeps = 0;
	host.emptied = 0;
	host.polls = 0;
	host.timers = 0;
	host.told_forbidden = false;
	offset_before = -1;
	if (!io->out || io->width != 4 || io->count != 1)
		return;
	memcpy(&arg, io->data, sizeof(arg));
	switch (io->port) {
	case PORT_LSEEK:
		read_block(3, 4);
		break;
	case PORT_LSEEK64:
	case PORT_STAT:
	case PORT_PREAD:
		read_block(4, 8);
		break;
	case PORT_WAIT:
		read_block(2, 8);
		break;
	default:
		read_block(3, 8);
	}
	bad_path = path_error(block[0]);
	if ((io->port == PORT_LSEEK || io->port == PORT_LSEEK64 || io->port == PORT_PREAD) &&
	    is_regular(host_of(block[0])))
		offset_before = lseek(host_real(host_of(block[0])), 0, SEEK_CUR);
}

static enum hc_next wanted_next(const struct port_io *io)
{
	bool console = io->port == PORT_CONSOLE;

	if (!console && io->port != PORT_PANIC && (io->port < 0x8000 || io->port > 0x80ff))
		return HC_FAILED;
	if (io->count != 1 || io->width != (console ? 1 : 4))
		return HC_FAILED;
	if (console)
		return io->out && host_of(1) >= 0 && host.transfers && host.moved == 1 ? HC_CONTINUE
										       : HC_FAILED;
	if (!io->out)
		return before.hc.pending && before.hc.port == io->port ? HC_CONTINUE : HC_FAILED;
	if (io->port == PORT_EXIT)
		return HC_EXITED;
	if (io->port == PORT_PANIC)
		return HC_FAILED;
	return before.hc.pending ? HC_FAILED : HC_CONTINUE;
}

/* The fds are what they were, but for this one. */
static void check_fds(int changed)
{
	for (int fd = 0; fd < FDTABLE_SIZE; fd++)
		MUST(fd == changed || host.fds.host[fd] == before.fds[fd]);
}

/* Memory is what it was, but for [gpa, gpa + bytes). */
static void check_memory(uint64_t gpa, uint64_t bytes)
{
	const char *now = host.mem->base;

	if (gpa > MEMORY)
		gpa = MEMORY;
	if (bytes > MEMORY - gpa)
		bytes = MEMORY - gpa;
	MUST(memcmp(now, before.memory, gpa) == 0);
	MUST(memcmp(now + gpa + bytes, before.memory + gpa + bytes, MEMORY - gpa - bytes) == 0);
}

/* Which output the path's address names, or -1. */
static int output_named(void)
{
	for (int i = 0; i < OUTPUTS_MAX && host.outputs[i]; i++)
		if (arg == OUTPUT_NAME(i))
			return i;
	return -1;
}

/* It is open already, and empty then. */
static void check_output(int n, int32_t result)
{
	struct stat st;

	check_fds(-1);
	MUST(host.emptied == 1 && (result == FDTABLE_OUTPUT - n || result == -host.fail_error));
	MUST(fstat(host_real(host.outputs[n]), &st) == 0 && (result < 0 || st.st_size == 0));
}

static void check_open(int32_t result)
{
	if (!path_error(arg) && output_named() >= 0) {
		check_output(output_named(), result);
		return;
	}
	MUST(!host.emptied);
	check_fds(result);
	if (path_error(arg))
		MUST(result == path_error(arg));
	else if (lowest_free() < 0)
		MUST(result == -EMFILE);
	else if (result >= 0) {
		MUST(result == lowest_free());
		host_check_opened(host.fds.host[result]);
	} else
		MUST(result != -EFAULT && result > -4096);
}

static void check_transfer(int32_t result, bool is_write)
{
	if (!block_there)
		MUST(result == -EFAULT);
	else if (host_of(block[0]) < 0 || (is_write && host_of(block[0]) > STDERR_FILENO &&
					   !host_is_output(host_of(block[0]))))
		MUST(result == -EBADF);
	else if (!fits(host.mem->size, block[1], block[2]))
		MUST(result == -EFAULT);
	else
		MUST(host.transfers && result == host.moved);
	MUST(!host.transfers || (result != -EINTR && result == host.moved));
}

static void check_pread(int32_t result)
{
	check_transfer(result, false);
	MUST(!host.transfers || host.at == (int64_t)block[3]);
	if (offset_before >= 0)
		MUST(lseek(host_real(host_of(block[0])), 0, SEEK_CUR) == offset_before);
}

static void check_stat(int32_t result)
{
	struct hc_stat_result told;

	if (!block_there) {
		MUST(result == -EFAULT);
	} else if (block[2] & ~(uint64_t)HC_STAT_LINK) {
		MUST(result == -EINVAL);
	} else if (!block[0] && host_of(block[1]) < 0) {
		MUST(result == -EBADF);
	} else if (block[0] && bad_path) {
		MUST(result == bad_path);
	} else if (result == 0) {
		MUST(fits(host.mem->size, block[3], sizeof(told)));
		memcpy(&told, host.mem->base + block[3], sizeof(told));
		MUST(told.ino == host.told_ino && (!block[0] || !host.told_forbidden));
	} else {
		MUST(result > -4096 &&
		     (result != -EFAULT || !fits(host.mem->size, block[3], sizeof(told))));
	}
}

static void check_readlink(int32_t result)
{
	if (!block_there)
		MUST(result == -EFAULT);
	else if (bad_path)
		MUST(result == bad_path);
	else if (!fits(host.mem->size, block[1], block[2]))
		MUST(result == -EFAULT);
	else
		MUST(result > -4096 && result != -EFAULT && result <= (int64_t)block[2]);
	MUST(result < 0 || (host.transfers == 1 && result == host.moved && !host.told_forbidden));
}

static void check_lseek(int64_t result, uint64_t fd, int64_t offset, uint64_t whence)
{
	int64_t now, wanted;

	if (!block_there) {
		MUST(result == -EFAULT);
	} else if (host_of(fd) < 0) {
		MUST(result == -EBADF);
	} else if (whence > SEEK_END) {
		MUST(result == -EINVAL);
	} else if (offset_before >= 0) {
		/* A failure leaves the offset alone. */
		now = lseek(host_real(host_of(fd)), 0, SEEK_CUR);
		MUST(now == (result < 0 ? offset_before : result));
		/* An offset that every result has room for is never refused. */
		if (__builtin_add_overflow(offset, whence == SEEK_SET ? 0 : offset_before, &wanted))
			wanted = -1;
		if (whence != SEEK_END && (result >= 0 || (wanted >= 0 && wanted <= INT32_MAX)))
			MUST(result == wanted);
	}
}

/* The files that a wait names, and what becomes of each. */
static void check_wait(int32_t result)
{
	struct hc_wait_fd asked, told;
	uint64_t bytes = block[1] * sizeof(asked);
	unsigned closed = 0;

	if (!block_there) {
		MUST(result == -EFAULT);
	} else if (block[1] > HC_WAIT_FDS) {
		MUST(result == -EINVAL);
	} else if (!fits(host.mem->size, arg + UINT64_C(16), bytes)) {
		MUST(result == -EFAULT);
	} else {
		MUST(host.polls == 1 && host.polled == block[1]);
		for (unsigned i = 0; i < block[1]; i++) {
			uint64_t gpa = arg + 16 + i * sizeof(asked);

			memcpy(&told, host.mem->base + gpa, sizeof(told));
			memcpy(&asked,
			       gpa + sizeof(asked) <= MEMORY ? (char *)before.memory + gpa
							     : host.mem->base + gpa,
			       sizeof(asked));
			MUST(told.fd == asked.fd && told.events == asked.events);
			closed += host_of(asked.fd) < 0;
			if (result >= 0)
				MUST(told.revents == (host_of(asked.fd) < 0
							      ? POLLNVAL
							      : asked.events & (POLLIN | POLLOUT)));
		}
		MUST(host.polled_for == (closed ? 0 : block[0]));
		MUST(result ==
		     (host.poll_result < 0 ? host.poll_result : host.poll_result + (int)closed));
	}
	MUST(host.polls == 0 || host.polls == 1);
}

static void check_close(int32_t result)
{
	if (host_is_output(host_of(arg))) {
		check_fds(-1);
		MUST(result == 0);
		return;
	}
	check_fds(arg < FDTABLE_SIZE ? (int)arg : -1);
	MUST(result == (host_of(arg) < 0 ? -EBADF : 0));
	MUST(arg >= FDTABLE_SIZE || host.fds.host[arg] < 0);
}

/* A call has been done, and its result waits. */
static void check_call(const struct hypercalls *hc, uint16_t port)
{
	uint64_t written_at = 0;
	uint64_t written = 0;
	int64_t result = hc->result;

	MUST(hc->pending && hc->port == port);
	switch (port) {
	case PORT_OPEN:
		check_open(result);
		break;
	case PORT_READ:
	case PORT_READDIR:
		check_transfer(result, false);
		written_at = block[1];
		written = result > 0 ? result : 0;
		break;
	case PORT_WRITE:
		check_transfer(result, true);
		break;
	case PORT_CLOSE:
		check_close(result);
		break;
	case PORT_LSEEK:
		check_lseek(result, block[0], (int32_t)block[1], block[2]);
		break;
	case PORT_LSEEK64:
		MUST(result <= 0);
		if (result == 0) {
			memcpy(&result, host.mem->base + arg + 24, sizeof(result));
			MUST(result >= 0);
			written_at = arg + UINT64_C(24);
			written = sizeof(result);
		}
		check_lseek(result, block[0], block[1], block[2]);
		break;
	case PORT_SLEEP:
		MUST(result == 0 && host.sleeps == 1);
		MUST(host.slept.tv_sec * 1000000 + host.slept.tv_nsec / 1000 == arg);
		break;
	case PORT_WAIT:
		check_wait(result);
		written_at = arg + UINT64_C(16);
		written = result >= 0 ? block[1] * sizeof(struct hc_wait_fd) : 0;
		break;
	case PORT_TIMER:
		MUST(host.timers == 1 && host.timer == arg && result <= 0);
		break;
	case PORT_PREAD:
		check_pread(result);
		written_at = block[1];
		written = result > 0 ? result : 0;
		break;
	case PORT_STAT:
		check_stat(result);
		written_at = block[3];
		written = result == 0 ? sizeof(struct hc_stat_result) : 0;
		break;
	case PORT_READLINK:
		check_readlink(result);
		written_at = block[1];
		written = result > 0 ? result : 0;
		break;
	default:
		MUST(result == -ENOSYS);
	}
	if (port != PORT_OPEN && port != PORT_CLOSE)
		check_fds(-1);
	check_memory(written_at, written);
	MUST(host.transfers == 0 || port == PORT_READ || port == PORT_WRITE ||
	     port == PORT_READDIR || port == PORT_PREAD || port == PORT_READLINK);
	MUST(host.sleeps == 0 || port == PORT_SLEEP);
	MUST(host.emptied == 0 || port == PORT_OPEN);
	MUST(host.polls == 0 || port == PORT_WAIT);
	MUST(host.timers == 0 || port == PORT_TIMER);
}

static bool is_call(uint16_t port)
{
	return port >= 0x8000 && port <= 0x800d;
}

enum hc_next model_io(struct hypercalls *hc, const struct port_io *io)
{
	enum hc_next next;
	unsigned messages = host.messages;
	uint64_t calls = 0;
	int32_t result;

	remember(hc, io);
	next = hypercall_io(hc, io);
	MUST(next == wanted_next(io));

	for (size_t i = 0; i < sizeof(hc->calls) / sizeof(hc->calls[0]); i++)
		calls += hc->calls[i] - before.hc.calls[i];
	MUST(calls == (io->out && (next == HC_CONTINUE || next == HC_EXITED) && is_call(io->port)));
	done = *io;
	done_result = hc->result;
	if (next == HC_CONTINUE && io->out && io->port != PORT_CONSOLE) {
		check_call(hc, io->port);
		return next;
	}
	check_fds(-1);
	check_memory(0, 0);
	MUST(!host.transfers || io->port == PORT_CONSOLE);
	if (next == HC_CONTINUE && !io->out) {
		memcpy(&result, io->data, sizeof(result));
		MUST(result == before.hc.result && !hc->pending);
	} else if (next == HC_FAILED) {
		MUST(host.messages > messages);
	} else if (next == HC_EXITED) {
		MUST(hc->exit_code == arg);
	}
	return next;
}

void model_resume(const struct hypercalls *hc, const struct kvm_regs *left,
		  const struct kvm_regs *now, bool synced)
{
	bool call = done.out && done.port != PORT_CONSOLE;
	bool at_once = call && synced && left->rsi == UINT64_C(0x45434e4f5f54415f);
	struct kvm_regs wanted = *left;

	if (at_once || !done.out)
		wanted.rax = (uint32_t)done_result;
	/* An `out` that is to go on at itself is one that KVM has yet to complete. */
	wanted.rip = at_once && left->rcx != left->rip ? left->rcx : left->rip + IO_BYTES;
	MUST(memcmp(now, &wanted, sizeof(wanted)) == 0);
	if (call)
		MUST(hc->pending == !at_once && hc->port == done.port);
	else
		MUST(hc->pending == (done.out && before.hc.pending));
	MUST(!hc->pending || hc->result == done_result);
}
