/* SPDX-License-Identifier: MIT */
/* The names that --trace=syscalls shows, as strace(1) has them. */
#include "trace_names.h"

#include <asm/errno.h>
#include <asm/ioctls.h>
#include <asm/prctl.h>
#include <asm/signal.h>
#include <asm/termbits.h>
#include <linux/close_range.h>
#include <linux/fadvise.h>
#include <linux/falloc.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <linux/mman.h>
#include <linux/prctl.h>
#include <linux/random.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/stat.h>
#include <linux/time.h>
#include <linux/wait.h>
#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof(array[0]))

static const char *const errors[] = {
#define ERROR(name, text) [name] = #name " (" text ")",
#define SIGNAL(name)
#include "../names.def"
#undef ERROR
#undef SIGNAL
};

const char *trace_error(uint64_t error)
{
	return error < COUNT(errors) ? errors[error] : NULL;
}

#define NAME(name)                                                                                 \
	{                                                                                          \
		name, #name                                                                        \
	}

/* Of masks, names of several bits come before those of one of them. */
static const struct trace_name open_flags[] = {
	NAME(O_RDONLY),	 NAME(O_WRONLY),      NAME(O_RDWR),   NAME(O_CREAT),	 NAME(O_EXCL),
	NAME(O_NOCTTY),	 NAME(O_TRUNC),	      NAME(O_APPEND), NAME(O_NONBLOCK),	 NAME(O_SYNC),
	NAME(O_DSYNC),	 {FASYNC, "O_ASYNC"}, NAME(O_DIRECT), NAME(O_LARGEFILE), NAME(O_NOFOLLOW),
	NAME(O_NOATIME), NAME(O_CLOEXEC),     NAME(O_PATH),   NAME(O_TMPFILE),	 NAME(O_DIRECTORY),
};
static const struct trace_name prot_flags[] = {
	NAME(PROT_NONE), NAME(PROT_READ),      NAME(PROT_WRITE),
	NAME(PROT_EXEC), NAME(PROT_GROWSDOWN), NAME(PROT_GROWSUP),
};
static const struct trace_name map_flags[] = {
	{0, "MAP_FILE"},      NAME(MAP_SHARED_VALIDATE), NAME(MAP_SHARED),    NAME(MAP_PRIVATE),
	NAME(MAP_FIXED),      NAME(MAP_ANONYMOUS),	 NAME(MAP_32BIT),     NAME(MAP_NORESERVE),
	NAME(MAP_POPULATE),   NAME(MAP_NONBLOCK),	 NAME(MAP_GROWSDOWN), NAME(MAP_DENYWRITE),
	NAME(MAP_EXECUTABLE), NAME(MAP_LOCKED),		 NAME(MAP_STACK),     NAME(MAP_HUGETLB),
	NAME(MAP_SYNC),	      NAME(MAP_FIXED_NOREPLACE),
};
/* unistd.h, which only C libraries have. */
static const struct trace_name access_modes[] = {
	{0, "F_OK"},
	{4, "R_OK"},
	{2, "W_OK"},
	{1, "X_OK"},
};
static const struct trace_name whences[] = {
	{0, "SEEK_SET"}, {1, "SEEK_CUR"}, {2, "SEEK_END"}, {3, "SEEK_DATA"}, {4, "SEEK_HOLE"},
};
static const struct trace_name fcntls[] = {
	NAME(F_DUPFD),	    NAME(F_GETFD),     NAME(F_SETFD),	      NAME(F_GETFL),
	NAME(F_SETFL),	    NAME(F_GETLK),     NAME(F_SETLK),	      NAME(F_SETLKW),
	NAME(F_SETOWN),	    NAME(F_GETOWN),    NAME(F_SETSIG),	      NAME(F_GETSIG),
	NAME(F_OFD_GETLK),  NAME(F_OFD_SETLK), NAME(F_OFD_SETLKW),    NAME(F_SETLEASE),
	NAME(F_GETLEASE),   NAME(F_NOTIFY),    NAME(F_DUPFD_CLOEXEC), NAME(F_SETPIPE_SZ),
	NAME(F_GETPIPE_SZ), NAME(F_ADD_SEALS), NAME(F_GET_SEALS),
};
static const struct trace_name fd_flags[] = {NAME(FD_CLOEXEC)};
static const struct trace_name lock_types[] = {NAME(F_RDLCK), NAME(F_WRLCK), NAME(F_UNLCK)};
static const struct trace_name arch_prctls[] = {
	NAME(ARCH_SET_GS), NAME(ARCH_SET_FS),	 NAME(ARCH_GET_FS),
	NAME(ARCH_GET_GS), NAME(ARCH_GET_CPUID), NAME(ARCH_SET_CPUID),
};
static const struct trace_name resources[] = {
	NAME(RLIMIT_CPU),      NAME(RLIMIT_FSIZE), NAME(RLIMIT_DATA),	NAME(RLIMIT_STACK),
	NAME(RLIMIT_CORE),     NAME(RLIMIT_RSS),   NAME(RLIMIT_NPROC),	NAME(RLIMIT_NOFILE),
	NAME(RLIMIT_MEMLOCK),  NAME(RLIMIT_AS),	   NAME(RLIMIT_LOCKS),	NAME(RLIMIT_SIGPENDING),
	NAME(RLIMIT_MSGQUEUE), NAME(RLIMIT_NICE),  NAME(RLIMIT_RTPRIO), NAME(RLIMIT_RTTIME),
};
static const struct trace_name ioctls[] = {
	NAME(TCGETS),	 NAME(TCSETS),	   NAME(TCSETSW),    NAME(TCSETSF),   NAME(TIOCGPGRP),
	NAME(TIOCSPGRP), NAME(TIOCGWINSZ), NAME(TIOCSWINSZ), NAME(FIONREAD),  NAME(FIONBIO),
	NAME(FIOASYNC),	 NAME(FIOCLEX),	   NAME(FIONCLEX),   NAME(TCGETS2),   NAME(TCSETS2),
	NAME(TCSETSW2),	 NAME(TCSETSF2),   NAME(TIOCGSID),   NAME(TIOCSCTTY), NAME(TCSBRK),
	NAME(TCFLSH),	 NAME(TCXONC),
};
static const struct trace_name clocks[] = {
	NAME(CLOCK_REALTIME),	       NAME(CLOCK_MONOTONIC),	  NAME(CLOCK_PROCESS_CPUTIME_ID),
	NAME(CLOCK_THREAD_CPUTIME_ID), NAME(CLOCK_MONOTONIC_RAW), NAME(CLOCK_REALTIME_COARSE),
	NAME(CLOCK_MONOTONIC_COARSE),  NAME(CLOCK_BOOTTIME),	  NAME(CLOCK_REALTIME_ALARM),
	NAME(CLOCK_BOOTTIME_ALARM),    NAME(CLOCK_TAI),
};
static const struct trace_name advices[] = {
	NAME(MADV_NORMAL),     NAME(MADV_RANDOM),	 NAME(MADV_SEQUENTIAL),
	NAME(MADV_WILLNEED),   NAME(MADV_DONTNEED),	 NAME(MADV_FREE),
	NAME(MADV_REMOVE),     NAME(MADV_DONTFORK),	 NAME(MADV_DOFORK),
	NAME(MADV_MERGEABLE),  NAME(MADV_UNMERGEABLE),	 NAME(MADV_HUGEPAGE),
	NAME(MADV_NOHUGEPAGE), NAME(MADV_DONTDUMP),	 NAME(MADV_DODUMP),
	NAME(MADV_WIPEONFORK), NAME(MADV_KEEPONFORK),	 NAME(MADV_COLD),
	NAME(MADV_PAGEOUT),    NAME(MADV_POPULATE_READ), NAME(MADV_POPULATE_WRITE),
};
static const struct trace_name file_advices[] = {
	NAME(POSIX_FADV_NORMAL),   NAME(POSIX_FADV_RANDOM),   NAME(POSIX_FADV_SEQUENTIAL),
	NAME(POSIX_FADV_WILLNEED), NAME(POSIX_FADV_DONTNEED), NAME(POSIX_FADV_NOREUSE),
};
static const struct trace_name mask_hows[] = {NAME(SIG_BLOCK), NAME(SIG_UNBLOCK),
					      NAME(SIG_SETMASK)};
static const struct trace_name action_flags[] = {
	NAME(SA_RESTORER),  NAME(SA_ONSTACK), NAME(SA_RESTART),	  NAME(SA_NODEFER),
	NAME(SA_RESETHAND), NAME(SA_SIGINFO), NAME(SA_NOCLDSTOP), NAME(SA_NOCLDWAIT),
};
static const struct trace_name stack_flags[] = {NAME(SS_ONSTACK), NAME(SS_DISABLE)};
static const struct trace_name at_flags[] = {
	NAME(AT_SYMLINK_NOFOLLOW), NAME(AT_SYMLINK_FOLLOW),   NAME(AT_NO_AUTOMOUNT),
	NAME(AT_EMPTY_PATH),	   NAME(AT_STATX_FORCE_SYNC), NAME(AT_STATX_DONT_SYNC),
};
static const struct trace_name unlink_flags[] = {NAME(AT_REMOVEDIR)};
static const struct trace_name access_flags[] = {NAME(AT_SYMLINK_NOFOLLOW), NAME(AT_EACCESS),
						 NAME(AT_EMPTY_PATH)};
static const struct trace_name rename_flags[] = {NAME(RENAME_NOREPLACE), NAME(RENAME_EXCHANGE),
						 NAME(RENAME_WHITEOUT)};
static const struct trace_name clone_flags[] = {
	NAME(CLONE_VM),
	NAME(CLONE_FS),
	NAME(CLONE_FILES),
	NAME(CLONE_SIGHAND),
	NAME(CLONE_PIDFD),
	NAME(CLONE_PTRACE),
	NAME(CLONE_VFORK),
	NAME(CLONE_PARENT),
	NAME(CLONE_THREAD),
	NAME(CLONE_NEWNS),
	NAME(CLONE_SYSVSEM),
	NAME(CLONE_SETTLS),
	NAME(CLONE_PARENT_SETTID),
	NAME(CLONE_CHILD_CLEARTID),
	NAME(CLONE_DETACHED),
	NAME(CLONE_UNTRACED),
	NAME(CLONE_CHILD_SETTID),
	NAME(CLONE_NEWCGROUP),
	NAME(CLONE_NEWUTS),
	NAME(CLONE_NEWIPC),
	NAME(CLONE_NEWUSER),
	NAME(CLONE_NEWPID),
	NAME(CLONE_NEWNET),
	NAME(CLONE_IO),
};
static const struct trace_name wait_flags[] = {
	NAME(WNOHANG),		NAME(WSTOPPED),
	NAME(WEXITED),		NAME(WCONTINUED),
	NAME(WNOWAIT),		{0x20000000, "__WNOTHREAD"},
	{0x40000000, "__WALL"}, {0x80000000, "__WCLONE"},
};
static const struct trace_name wait_ids[] = {NAME(P_ALL), NAME(P_PID), NAME(P_PGID), NAME(P_PIDFD)};
static const struct trace_name lock_operations[] = {NAME(LOCK_SH), NAME(LOCK_EX), NAME(LOCK_UN),
						    NAME(LOCK_NB)};
static const struct trace_name random_flags[] = {NAME(GRND_NONBLOCK), NAME(GRND_RANDOM),
						 NAME(GRND_INSECURE)};
static const struct trace_name remap_flags[] = {NAME(MREMAP_MAYMOVE), NAME(MREMAP_FIXED),
						NAME(MREMAP_DONTUNMAP)};
static const struct trace_name sync_flags[] = {NAME(MS_ASYNC), NAME(MS_INVALIDATE), NAME(MS_SYNC)};
static const struct trace_name lock_all_flags[] = {NAME(MCL_CURRENT), NAME(MCL_FUTURE),
						   NAME(MCL_ONFAULT)};
static const struct trace_name priorities[] = {NAME(PRIO_PROCESS), NAME(PRIO_PGRP),
					       NAME(PRIO_USER)};
static const struct trace_name policies[] = {
	{0, "SCHED_OTHER"}, NAME(SCHED_FIFO), NAME(SCHED_RR),
	NAME(SCHED_BATCH),  NAME(SCHED_IDLE), NAME(SCHED_DEADLINE),
};
static const struct trace_name usages[] = {NAME(RUSAGE_SELF), NAME(RUSAGE_CHILDREN),
					   NAME(RUSAGE_THREAD)};
static const struct trace_name timers[] = {NAME(ITIMER_REAL), NAME(ITIMER_VIRTUAL),
					   NAME(ITIMER_PROF)};
static const struct trace_name timer_flags[] = {NAME(TIMER_ABSTIME)};
static const struct trace_name statx_masks[] = {
	NAME(STATX_ALL),    NAME(STATX_BASIC_STATS), NAME(STATX_TYPE),	 NAME(STATX_MODE),
	NAME(STATX_NLINK),  NAME(STATX_UID),	     NAME(STATX_GID),	 NAME(STATX_ATIME),
	NAME(STATX_MTIME),  NAME(STATX_CTIME),	     NAME(STATX_INO),	 NAME(STATX_SIZE),
	NAME(STATX_BLOCKS), NAME(STATX_BTIME),	     NAME(STATX_MNT_ID),
};
static const struct trace_name transfer_flags[] = {NAME(RWF_HIPRI), NAME(RWF_DSYNC), NAME(RWF_SYNC),
						   NAME(RWF_NOWAIT), NAME(RWF_APPEND)};
static const struct trace_name close_range_flags[] = {NAME(CLOSE_RANGE_UNSHARE),
						      NAME(CLOSE_RANGE_CLOEXEC)};
static const struct trace_name futex_operations[] = {
	NAME(FUTEX_WAIT),
	NAME(FUTEX_WAKE),
	NAME(FUTEX_REQUEUE),
	NAME(FUTEX_CMP_REQUEUE),
	NAME(FUTEX_WAKE_OP),
	NAME(FUTEX_LOCK_PI),
	NAME(FUTEX_UNLOCK_PI),
	NAME(FUTEX_TRYLOCK_PI),
	NAME(FUTEX_WAIT_BITSET),
	NAME(FUTEX_WAKE_BITSET),
	NAME(FUTEX_WAIT_REQUEUE_PI),
	NAME(FUTEX_CMP_REQUEUE_PI),
	NAME(FUTEX_LOCK_PI2),
};
static const struct trace_name prctls[] = {
	NAME(PR_SET_PDEATHSIG),
	NAME(PR_GET_PDEATHSIG),
	NAME(PR_GET_DUMPABLE),
	NAME(PR_SET_DUMPABLE),
	NAME(PR_GET_KEEPCAPS),
	NAME(PR_SET_KEEPCAPS),
	NAME(PR_GET_TIMING),
	NAME(PR_SET_TIMING),
	NAME(PR_SET_NAME),
	NAME(PR_GET_NAME),
	NAME(PR_GET_SECCOMP),
	NAME(PR_SET_SECCOMP),
	NAME(PR_CAPBSET_READ),
	NAME(PR_CAPBSET_DROP),
	NAME(PR_GET_SECUREBITS),
	NAME(PR_SET_TIMERSLACK),
	NAME(PR_GET_TIMERSLACK),
	NAME(PR_SET_CHILD_SUBREAPER),
	NAME(PR_GET_CHILD_SUBREAPER),
	NAME(PR_SET_NO_NEW_PRIVS),
	NAME(PR_GET_NO_NEW_PRIVS),
	NAME(PR_GET_TID_ADDRESS),
	NAME(PR_SET_THP_DISABLE),
	NAME(PR_GET_THP_DISABLE),
	NAME(PR_CAP_AMBIENT),
	{0x53564d41, "PR_SET_VMA"},
};
static const struct trace_name dumpables[] = {
	{0, "SUID_DUMP_DISABLE"}, {1, "SUID_DUMP_USER"}, {2, "SUID_DUMP_ROOT"}};
static const struct trace_name barriers[] = {
	NAME(MEMBARRIER_CMD_QUERY),
	NAME(MEMBARRIER_CMD_GLOBAL),
	NAME(MEMBARRIER_CMD_PRIVATE_EXPEDITED),
	NAME(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED),
};
static const struct trace_name poll_events[] = {
	{1, "POLLIN"},	      {2, "POLLPRI"},	     {4, "POLLOUT"},	    {0x40, "POLLRDNORM"},
	{0x80, "POLLRDBAND"}, {0x100, "POLLWRNORM"}, {0x200, "POLLWRBAND"}, {8, "POLLERR"},
	{0x10, "POLLHUP"},    {0x20, "POLLNVAL"},    {0x2000, "POLLRDHUP"},
};
static const struct trace_name file_types[] = {
	NAME(S_IFSOCK), NAME(S_IFLNK), NAME(S_IFREG), NAME(S_IFBLK),
	NAME(S_IFDIR),	NAME(S_IFCHR), NAME(S_IFIFO),
};

/* sys/socket.h and sys/epoll.h, which only C libraries have. */
static const struct trace_name families[] = {
	{0, "AF_UNSPEC"}, {1, "AF_UNIX"},     {2, "AF_INET"},
	{10, "AF_INET6"}, {16, "AF_NETLINK"}, {17, "AF_PACKET"},
};
static const struct trace_name socket_types[] = {
	{5, "SOCK_SEQPACKET"},	     {3, "SOCK_RAW"},
	{2, "SOCK_DGRAM"},	     {1, "SOCK_STREAM"},
	{O_CLOEXEC, "SOCK_CLOEXEC"}, {O_NONBLOCK, "SOCK_NONBLOCK"},
};
static const struct trace_name protocols[] = {
	{0, "IPPROTO_IP"}, {6, "IPPROTO_TCP"}, {17, "IPPROTO_UDP"}};
static const struct trace_name shutdowns[] = {{0, "SHUT_RD"}, {1, "SHUT_WR"}, {2, "SHUT_RDWR"}};
static const struct trace_name epoll_operations[] = {
	{1, "EPOLL_CTL_ADD"},
	{2, "EPOLL_CTL_DEL"},
	{3, "EPOLL_CTL_MOD"},
};
static const struct trace_name epoll_flags[] = {{O_CLOEXEC, "EPOLL_CLOEXEC"}};
static const struct trace_name epoll_events[] = {
	{1, "EPOLLIN"},
	{2, "EPOLLPRI"},
	{4, "EPOLLOUT"},
	{0x40, "EPOLLRDNORM"},
	{0x80, "EPOLLRDBAND"},
	{0x100, "EPOLLWRNORM"},
	{0x200, "EPOLLWRBAND"},
	{0x400, "EPOLLMSG"},
	{8, "EPOLLERR"},
	{0x10, "EPOLLHUP"},
	{0x2000, "EPOLLRDHUP"},
	{1u << 28, "EPOLLEXCLUSIVE"},
	{1u << 29, "EPOLLWAKEUP"},
	{1u << 30, "EPOLLONESHOT"},
	{1u << 31, "EPOLLET"},
};
static const struct trace_name eventfd_flags[] = {
	{1, "EFD_SEMAPHORE"}, {O_CLOEXEC, "EFD_CLOEXEC"}, {O_NONBLOCK, "EFD_NONBLOCK"}};
static const struct trace_name signalfd_flags[] = {{O_CLOEXEC, "SFD_CLOEXEC"},
						   {O_NONBLOCK, "SFD_NONBLOCK"}};

static const char *const signals[] = {
	"0",
#define ERROR(name, text)
#define SIGNAL(name) [name] = #name,
#include "../names.def"
#undef ERROR
#undef SIGNAL
};

const char *trace_signal(uint32_t sig)
{
	return sig < COUNT(signals) ? signals[sig] : NULL;
}

#define MASK(letter, list, unknown)                                                                \
	{                                                                                          \
		letter, true, COUNT(list), unknown, list                                           \
	}
#define VALUE(letter, list, unknown)                                                               \
	{                                                                                          \
		letter, false, COUNT(list), unknown, list                                          \
	}
static const struct trace_names kinds[] = {
	MASK('O', open_flags, "O_???"),
	{'6', true, COUNT(open_flags) - 1, "O_???", open_flags + 1}, /* 0 is no name then */
	MASK('R', prot_flags, "PROT_???"),
	MASK('M', map_flags, "MAP_???"),
	MASK('a', access_modes, "?_OK"),
	VALUE('W', whences, "SEEK_???"),
	VALUE('F', fcntls, "F_???"),
	MASK('c', fd_flags, "FD_???"),
	VALUE('k', lock_types, "F_???"),
	VALUE('C', arch_prctls, "ARCH_???"),
	VALUE('L', resources, "RLIMIT_???"),
	VALUE('I', ioctls, "_IOC_???"),
	VALUE('T', clocks, "CLOCK_???"),
	VALUE('D', advices, "MADV_???"),
	VALUE('V', file_advices, "POSIX_FADV_???"),
	VALUE('B', mask_hows, "SIG_???"),
	MASK('f', action_flags, "SA_???"),
	MASK('K', stack_flags, "SS_???"),
	MASK('t', at_flags, "AT_???"),
	MASK('U', unlink_flags, "AT_???"),
	MASK('E', access_flags, "AT_???"),
	MASK('N', rename_flags, "RENAME_???"),
	MASK('e', clone_flags, "CLONE_???"),
	MASK('y', wait_flags, "W???"),
	VALUE('i', wait_ids, "P_???"),
	MASK('g', lock_operations, "LOCK_???"),
	MASK('G', random_flags, "GRND_???"),
	MASK('v', remap_flags, "MREMAP_???"),
	MASK('z', sync_flags, "MS_???"),
	MASK('Z', lock_all_flags, "MCL_???"),
	VALUE('q', priorities, "PRIO_???"),
	VALUE('Q', policies, "SCHED_???"),
	VALUE('j', usages, "RUSAGE_???"),
	VALUE('J', timers, "ITIMER_???"),
	MASK('b', timer_flags, "TIMER_???"),
	MASK('X', statx_masks, "STATX_???"),
	MASK('h', transfer_flags, "RWF_???"),
	MASK('H', close_range_flags, "CLOSE_RANGE_???"),
	VALUE('1', futex_operations, "FUTEX_???"),
	VALUE('2', prctls, "PR_???"),
	VALUE('8', dumpables, "SUID_DUMP_???"),
	VALUE('3', barriers, "MEMBARRIER_CMD_???"),
	MASK('4', poll_events, "POLL???"),
	VALUE('@', families, "AF_???"),
	MASK(':', socket_types, "SOCK_???"),
	VALUE('9', protocols, "IPPROTO_???"),
	VALUE('_', shutdowns, "SHUT_???"),
	VALUE('+', epoll_operations, "EPOLL_CTL_???"),
	MASK('=', epoll_flags, "EPOLL_???"),
	MASK('|', epoll_events, "EPOLL???"),
	MASK('*', eventfd_flags, "EFD_???"),
	MASK('~', signalfd_flags, "SFD_???"),
	VALUE('5', file_types, "S_IF???"),
};

const struct trace_names *trace_names(char letter)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (kinds[i].letter == letter)
			return &kinds[i];
	return NULL;
}

const char *trace_name(char letter, uint32_t value)
{
	const struct trace_names *names = trace_names(letter);

	for (unsigned i = 0; names && i < names->count; i++)
		if (names->names[i].value == value)
			return names->names[i].name;
	return NULL;
}
