/* SPDX-License-Identifier: MIT */
/* Memory of known content, and what a call may write there. */
#include <linux/mman.h>

#include "fuzz.h"

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
	{__NR_clone, 2, 4},
	{__NR_clone, 3, 4},
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
	{__NR_wait4, 1, 4},
	{__NR_wait4, 3, 144},
	{__NR_waitid, 2, 32},
	{__NR_waitid, 4, 144},
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
	{__NR_mq_timedreceive, 1, RESULT},
	{__NR_mq_timedreceive, 3, 4},
	{__NR_mq_getsetattr, 2, 64},
	{__NR_msgrcv, 1, 8 + 8192},
	{__NR_msgctl, 2, 120},
	{__NR_semctl, 3, 2 * 480},
	{__NR_shmctl, 2, 112},
	{__NR_getitimer, 1, 32},
	{__NR_setitimer, 2, 32},
	{__NR_timer_create, 2, 4},
	{__NR_timer_settime, 3, 32},
	{__NR_timer_gettime, 1, 32},
	{__NR_timerfd_settime, 3, 32},
	{__NR_timerfd_gettime, 1, 32},
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
	{__NR_epoll_wait, 1, 256 * 12},
	{__NR_epoll_pwait, 1, 256 * 12},
	{__NR_epoll_pwait2, 1, 256 * 12},
	{__NR_sendmmsg, 1, 2 * 64},
	{__NR_socketpair, 3, 8},
	{__NR_accept, 1, 111},
	{__NR_accept, 2, 4},
	{__NR_accept4, 1, 111},
	{__NR_accept4, 2, 4},
	{__NR_getsockname, 1, 111},
	{__NR_getsockname, 2, 4},
	{__NR_getpeername, 1, 111},
	{__NR_getpeername, 2, 4},
	{__NR_getsockopt, 3, 16},
	{__NR_getsockopt, 4, 4},
	{__NR_get_robust_list, 1, 8},
	{__NR_get_robust_list, 2, 8},
};

static uint64_t shadow[2 * 512], shadow_2[512];

uint64_t *shadow_of(uint64_t address)
{
	address &= -8UL;
	if (address - ARENA < sizeof(shadow))
		return &shadow[(address - ARENA) / 8];
	return address - ARENA_2 < sizeof(shadow_2) ? &shadow_2[(address - ARENA_2) / 8] : NULL;
}

void put(uint64_t to, const void *from, size_t bytes)
{
	const char *at = from;

	for (; bytes && shadow_of(to); to++, at++, bytes--) {
		((char *)shadow_of(to))[to % 8] = *at;
		*(volatile char *)to = *at;
	}
}

void put_words(uint64_t to, uint64_t first, uint64_t second)
{
	const uint64_t words[] = {first, second};

	put(to, words, sizeof(words));
}

/* May the call that has been made write the byte at `address`? */
static int may_write(uint64_t address)
{
	unsigned nr = registers_in[AX];
	int64_t result = registers_out[AX];

	/* Of a message or a pipe's buffer, the first bytes may have had room in writable memory. */
	if ((nr == __NR_read || nr == __NR_readv) && result == -EFAULT)
		return 1;
	if (nr == __NR_readv || nr == __NR_preadv || nr == __NR_preadv2)
		return result > 0;
	/* The data may be there when the address or the header turns out to be read-only. */
	if (nr == __NR_recvfrom || nr == __NR_recvmsg || nr == __NR_recvmmsg)
		return 1;
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
	       nr == __NR_preadv || nr == __NR_preadv2 || nr == __NR_recvfrom ||
	       nr == __NR_recvmsg || nr == __NR_recvmmsg || nr == __NR_epoll_wait ||
	       nr == __NR_epoll_pwait || nr == __NR_epoll_pwait2;
}

/* Finds what has changed, and puts it back. */
static void check_words(uint64_t start, uint64_t *words, size_t count)
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

void check_arena(void)
{
	check_words(ARENA, shadow, sizeof(shadow) / 8);
	check_words(ARENA_2, shadow_2, sizeof(shadow_2) / 8);
}

void set_up_arena(void)
{
	need("the arena", mmap((void *)ARENA, 8 * PAGE, RW, FIXED, -1, 0));
	random_state = seed;
	for (uint64_t *at = (uint64_t *)ARENA; at < (uint64_t *)(ARENA + 8 * PAGE); at++)
		*at = random_bits() | 1UL << 63;
	for (int i = 0; i < 1024; i++)
		shadow[i] = ((uint64_t *)ARENA)[i];
	for (int i = 0; i < 512; i++)
		shadow_2[i] = ((uint64_t *)ARENA_2)[i];
	need("mprotect", mprotect((void *)READ_ONLY, PAGE, PROT_READ));
	need("mprotect", mprotect((void *)NO_RIGHTS, PAGE, PROT_NONE));
	need("munmap", munmap((void *)(NO_RIGHTS + PAGE), PAGE));
	need("munmap", munmap((void *)(ARENA_2 + PAGE), PAGE));
	need("mprotect", mprotect((void *)EXECUTABLE, PAGE, PROT_READ | PROT_EXEC));
}
