/* SPDX-License-Identifier: MIT */
/* The names that --trace=syscalls shows, as strace(1) has them. */
#include "trace_names.h"

#include <asm/errno.h>
#include <asm/ioctls.h>
#include <asm/prctl.h>
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/resource.h>
#include <linux/time.h>
#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof(array[0]))

static const char *const errors[] = {
	[EPERM] = "EPERM (Operation not permitted)",
	[ENOENT] = "ENOENT (No such file or directory)",
	[ESRCH] = "ESRCH (No such process)",
	[EINTR] = "EINTR (Interrupted system call)",
	[EIO] = "EIO (Input/output error)",
	[ENXIO] = "ENXIO (No such device or address)",
	[E2BIG] = "E2BIG (Argument list too long)",
	[ENOEXEC] = "ENOEXEC (Exec format error)",
	[EBADF] = "EBADF (Bad file descriptor)",
	[ECHILD] = "ECHILD (No child processes)",
	[EAGAIN] = "EAGAIN (Resource temporarily unavailable)",
	[ENOMEM] = "ENOMEM (Cannot allocate memory)",
	[EACCES] = "EACCES (Permission denied)",
	[EFAULT] = "EFAULT (Bad address)",
	[ENOTBLK] = "ENOTBLK (Block device required)",
	[EBUSY] = "EBUSY (Device or resource busy)",
	[EEXIST] = "EEXIST (File exists)",
	[EXDEV] = "EXDEV (Invalid cross-device link)",
	[ENODEV] = "ENODEV (No such device)",
	[ENOTDIR] = "ENOTDIR (Not a directory)",
	[EISDIR] = "EISDIR (Is a directory)",
	[EINVAL] = "EINVAL (Invalid argument)",
	[ENFILE] = "ENFILE (Too many open files in system)",
	[EMFILE] = "EMFILE (Too many open files)",
	[ENOTTY] = "ENOTTY (Inappropriate ioctl for device)",
	[ETXTBSY] = "ETXTBSY (Text file busy)",
	[EFBIG] = "EFBIG (File too large)",
	[ENOSPC] = "ENOSPC (No space left on device)",
	[ESPIPE] = "ESPIPE (Illegal seek)",
	[EROFS] = "EROFS (Read-only file system)",
	[EMLINK] = "EMLINK (Too many links)",
	[EPIPE] = "EPIPE (Broken pipe)",
	[EDOM] = "EDOM (Numerical argument out of domain)",
	[ERANGE] = "ERANGE (Numerical result out of range)",
	[EDEADLK] = "EDEADLK (Resource deadlock avoided)",
	[ENAMETOOLONG] = "ENAMETOOLONG (File name too long)",
	[ENOLCK] = "ENOLCK (No locks available)",
	[ENOSYS] = "ENOSYS (Function not implemented)",
	[ENOTEMPTY] = "ENOTEMPTY (Directory not empty)",
	[ELOOP] = "ELOOP (Too many levels of symbolic links)",
	[ENOMSG] = "ENOMSG (No message of desired type)",
	[EIDRM] = "EIDRM (Identifier removed)",
	[ECHRNG] = "ECHRNG (Channel number out of range)",
	[EL2NSYNC] = "EL2NSYNC (Level 2 not synchronized)",
	[EL3HLT] = "EL3HLT (Level 3 halted)",
	[EL3RST] = "EL3RST (Level 3 reset)",
	[ELNRNG] = "ELNRNG (Link number out of range)",
	[EUNATCH] = "EUNATCH (Protocol driver not attached)",
	[ENOCSI] = "ENOCSI (No CSI structure available)",
	[EL2HLT] = "EL2HLT (Level 2 halted)",
	[EBADE] = "EBADE (Invalid exchange)",
	[EBADR] = "EBADR (Invalid request descriptor)",
	[EXFULL] = "EXFULL (Exchange full)",
	[ENOANO] = "ENOANO (No anode)",
	[EBADRQC] = "EBADRQC (Invalid request code)",
	[EBADSLT] = "EBADSLT (Invalid slot)",
	[EBFONT] = "EBFONT (Bad font file format)",
	[ENOSTR] = "ENOSTR (Device not a stream)",
	[ENODATA] = "ENODATA (No data available)",
	[ETIME] = "ETIME (Timer expired)",
	[ENOSR] = "ENOSR (Out of streams resources)",
	[ENONET] = "ENONET (Machine is not on the network)",
	[ENOPKG] = "ENOPKG (Package not installed)",
	[EREMOTE] = "EREMOTE (Object is remote)",
	[ENOLINK] = "ENOLINK (Link has been severed)",
	[EADV] = "EADV (Advertise error)",
	[ESRMNT] = "ESRMNT (Srmount error)",
	[ECOMM] = "ECOMM (Communication error on send)",
	[EPROTO] = "EPROTO (Protocol error)",
	[EMULTIHOP] = "EMULTIHOP (Multihop attempted)",
	[EDOTDOT] = "EDOTDOT (RFS specific error)",
	[EBADMSG] = "EBADMSG (Bad message)",
	[EOVERFLOW] = "EOVERFLOW (Value too large for defined data type)",
	[ENOTUNIQ] = "ENOTUNIQ (Name not unique on network)",
	[EBADFD] = "EBADFD (File descriptor in bad state)",
	[EREMCHG] = "EREMCHG (Remote address changed)",
	[ELIBACC] = "ELIBACC (Can not access a needed shared library)",
	[ELIBBAD] = "ELIBBAD (Accessing a corrupted shared library)",
	[ELIBSCN] = "ELIBSCN (.lib section in a.out corrupted)",
	[ELIBMAX] = "ELIBMAX (Attempting to link in too many shared libraries)",
	[ELIBEXEC] = "ELIBEXEC (Cannot exec a shared library directly)",
	[EILSEQ] = "EILSEQ (Invalid or incomplete multibyte or wide character)",
	[ERESTART] = "ERESTART (Interrupted system call should be restarted)",
	[ESTRPIPE] = "ESTRPIPE (Streams pipe error)",
	[EUSERS] = "EUSERS (Too many users)",
	[ENOTSOCK] = "ENOTSOCK (Socket operation on non-socket)",
	[EDESTADDRREQ] = "EDESTADDRREQ (Destination address required)",
	[EMSGSIZE] = "EMSGSIZE (Message too long)",
	[EPROTOTYPE] = "EPROTOTYPE (Protocol wrong type for socket)",
	[ENOPROTOOPT] = "ENOPROTOOPT (Protocol not available)",
	[EPROTONOSUPPORT] = "EPROTONOSUPPORT (Protocol not supported)",
	[ESOCKTNOSUPPORT] = "ESOCKTNOSUPPORT (Socket type not supported)",
	[EOPNOTSUPP] = "EOPNOTSUPP (Operation not supported)",
	[EPFNOSUPPORT] = "EPFNOSUPPORT (Protocol family not supported)",
	[EAFNOSUPPORT] = "EAFNOSUPPORT (Address family not supported by protocol)",
	[EADDRINUSE] = "EADDRINUSE (Address already in use)",
	[EADDRNOTAVAIL] = "EADDRNOTAVAIL (Cannot assign requested address)",
	[ENETDOWN] = "ENETDOWN (Network is down)",
	[ENETUNREACH] = "ENETUNREACH (Network is unreachable)",
	[ENETRESET] = "ENETRESET (Network dropped connection on reset)",
	[ECONNABORTED] = "ECONNABORTED (Software caused connection abort)",
	[ECONNRESET] = "ECONNRESET (Connection reset by peer)",
	[ENOBUFS] = "ENOBUFS (No buffer space available)",
	[EISCONN] = "EISCONN (Transport endpoint is already connected)",
	[ENOTCONN] = "ENOTCONN (Transport endpoint is not connected)",
	[ESHUTDOWN] = "ESHUTDOWN (Cannot send after transport endpoint shutdown)",
	[ETOOMANYREFS] = "ETOOMANYREFS (Too many references: cannot splice)",
	[ETIMEDOUT] = "ETIMEDOUT (Connection timed out)",
	[ECONNREFUSED] = "ECONNREFUSED (Connection refused)",
	[EHOSTDOWN] = "EHOSTDOWN (Host is down)",
	[EHOSTUNREACH] = "EHOSTUNREACH (No route to host)",
	[EALREADY] = "EALREADY (Operation already in progress)",
	[EINPROGRESS] = "EINPROGRESS (Operation now in progress)",
	[ESTALE] = "ESTALE (Stale file handle)",
	[EUCLEAN] = "EUCLEAN (Structure needs cleaning)",
	[ENOTNAM] = "ENOTNAM (Not a XENIX named type file)",
	[ENAVAIL] = "ENAVAIL (No XENIX semaphores available)",
	[EISNAM] = "EISNAM (Is a named type file)",
	[EREMOTEIO] = "EREMOTEIO (Remote I/O error)",
	[EDQUOT] = "EDQUOT (Disk quota exceeded)",
	[ENOMEDIUM] = "ENOMEDIUM (No medium found)",
	[EMEDIUMTYPE] = "EMEDIUMTYPE (Wrong medium type)",
	[ECANCELED] = "ECANCELED (Operation canceled)",
	[ENOKEY] = "ENOKEY (Required key not available)",
	[EKEYEXPIRED] = "EKEYEXPIRED (Key has expired)",
	[EKEYREVOKED] = "EKEYREVOKED (Key has been revoked)",
	[EKEYREJECTED] = "EKEYREJECTED (Key was rejected by service)",
	[EOWNERDEAD] = "EOWNERDEAD (Owner died)",
	[ENOTRECOVERABLE] = "ENOTRECOVERABLE (State not recoverable)",
	[ERFKILL] = "ERFKILL (Operation not possible due to RF-kill)",
	[EHWPOISON] = "EHWPOISON (Memory page has hardware error)",
};

const char *trace_error(uint64_t error)
{
	return error < COUNT(errors) ? errors[error] : NULL;
}

#define NAME(name)                                                                                 \
	{                                                                                          \
		name, #name                                                                        \
	}
#define END(text)                                                                                  \
	{                                                                                          \
		0, text                                                                            \
	} /* what is shown where nothing is set */

static const struct trace_name open_flags[] = {
	NAME(O_WRONLY),	   NAME(O_RDWR),    NAME(O_CREAT),    NAME(O_EXCL),	 NAME(O_NOCTTY),
	NAME(O_TRUNC),	   NAME(O_APPEND),  NAME(O_NONBLOCK), NAME(O_LARGEFILE), NAME(O_NOFOLLOW),
	NAME(O_DIRECTORY), NAME(O_CLOEXEC), NAME(O_PATH),     END("O_RDONLY"),
};
static const struct trace_name prot_flags[] = {
	NAME(PROT_READ),
	NAME(PROT_WRITE),
	NAME(PROT_EXEC),
	END("PROT_NONE"),
};
static const struct trace_name map_flags[] = {
	NAME(MAP_SHARED), NAME(MAP_PRIVATE),   NAME(MAP_FIXED),	   NAME(MAP_ANONYMOUS),
	NAME(MAP_STACK),  NAME(MAP_NORESERVE), NAME(MAP_POPULATE), END("0"),
};
/* unistd.h, which only C libraries have. */
static const struct trace_name access_modes[] = {
	{4, "R_OK"},
	{2, "W_OK"},
	{1, "X_OK"},
	END("F_OK"),
};
static const struct trace_name whences[] = {
	{0, "SEEK_SET"},  {1, "SEEK_CUR"},  {2, "SEEK_END"},
	{3, "SEEK_DATA"}, {4, "SEEK_HOLE"}, END(NULL),
};
static const struct trace_name fcntls[] = {
	NAME(F_DUPFD),	    NAME(F_GETFD),     NAME(F_SETFD),	      NAME(F_GETFL),
	NAME(F_SETFL),	    NAME(F_GETLK),     NAME(F_SETLK),	      NAME(F_SETLKW),
	NAME(F_SETOWN),	    NAME(F_GETOWN),    NAME(F_DUPFD_CLOEXEC), NAME(F_SETPIPE_SZ),
	NAME(F_GETPIPE_SZ), NAME(F_ADD_SEALS), NAME(F_GET_SEALS),     END(NULL),
};
static const struct trace_name arch_prctls[] = {
	NAME(ARCH_SET_GS),    NAME(ARCH_SET_FS),    NAME(ARCH_GET_FS),		 NAME(ARCH_GET_GS),
	NAME(ARCH_GET_CPUID), NAME(ARCH_SET_CPUID), {0x3001, "ARCH_CET_STATUS"}, END(NULL),
};
static const struct trace_name resources[] = {
	NAME(RLIMIT_CPU),      NAME(RLIMIT_FSIZE),  NAME(RLIMIT_DATA),
	NAME(RLIMIT_STACK),    NAME(RLIMIT_CORE),   NAME(RLIMIT_RSS),
	NAME(RLIMIT_NPROC),    NAME(RLIMIT_NOFILE), NAME(RLIMIT_MEMLOCK),
	NAME(RLIMIT_AS),       NAME(RLIMIT_LOCKS),  NAME(RLIMIT_SIGPENDING),
	NAME(RLIMIT_MSGQUEUE), NAME(RLIMIT_NICE),   NAME(RLIMIT_RTPRIO),
	NAME(RLIMIT_RTTIME),   END(NULL),
};
static const struct trace_name ioctls[] = {
	NAME(TCGETS),	 NAME(TCSETS),	   NAME(TCSETSW),    NAME(TCSETSF),  NAME(TIOCGPGRP),
	NAME(TIOCSPGRP), NAME(TIOCGWINSZ), NAME(TIOCSWINSZ), NAME(FIONREAD), NAME(FIONBIO),
	NAME(FIOASYNC),	 NAME(FIOCLEX),	   NAME(FIONCLEX),   END(NULL),
};
static const struct trace_name clocks[] = {
	NAME(CLOCK_REALTIME),
	NAME(CLOCK_MONOTONIC),
	NAME(CLOCK_PROCESS_CPUTIME_ID),
	NAME(CLOCK_THREAD_CPUTIME_ID),
	NAME(CLOCK_MONOTONIC_RAW),
	NAME(CLOCK_REALTIME_COARSE),
	NAME(CLOCK_MONOTONIC_COARSE),
	NAME(CLOCK_BOOTTIME),
	NAME(CLOCK_TAI),
	END(NULL),
};
static const struct trace_name advices[] = {
	NAME(MADV_NORMAL),     NAME(MADV_RANDOM),   NAME(MADV_SEQUENTIAL), NAME(MADV_WILLNEED),
	NAME(MADV_DONTNEED),   NAME(MADV_FREE),	    NAME(MADV_DONTFORK),   NAME(MADV_HUGEPAGE),
	NAME(MADV_NOHUGEPAGE), NAME(MADV_DONTDUMP), NAME(MADV_DODUMP),	   END(NULL),
};
static const char *const signals[] = {
	"0",	     "SIGHUP",	"SIGINT",    "SIGQUIT", "SIGILL",   "SIGTRAP", "SIGABRT", "SIGBUS",
	"SIGFPE",    "SIGKILL", "SIGUSR1",   "SIGSEGV", "SIGUSR2",  "SIGPIPE", "SIGALRM", "SIGTERM",
	"SIGSTKFLT", "SIGCHLD", "SIGCONT",   "SIGSTOP", "SIGTSTP",  "SIGTTIN", "SIGTTOU", "SIGURG",
	"SIGXCPU",   "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO",   "SIGPWR",  "SIGSYS",
};

const char *trace_signal(uint32_t sig)
{
	return sig < COUNT(signals) ? signals[sig] : NULL;
}

const struct trace_names *trace_names(char letter)
{
	static const struct trace_names kinds[] = {
		{'O', true, open_flags},   {'R', true, prot_flags}, {'M', true, map_flags},
		{'a', true, access_modes}, {'W', false, whences},   {'F', false, fcntls},
		{'C', false, arch_prctls}, {'L', false, resources}, {'I', false, ioctls},
		{'T', false, clocks},	   {'D', false, advices},
	};

	for (size_t i = 0; i < COUNT(kinds); i++)
		if (kinds[i].letter == letter)
			return &kinds[i];
	return NULL;
}
