/* SPDX-License-Identifier: MIT */
/*
 * All system calls there are: CALL(name, handler, arguments), or WHOLE for a
 * handler that uses all registers in the frame, not the arguments alone. The
 * others are -ENOSYS. The arguments are for --trace=syscalls, a letter for
 * each, see trace.c.
 */
#ifndef CALLS_H
#define CALLS_H

/* clang-format off */
#define SYSCALLS(CALL, WHOLE)                                                                    \
	/* io.c */                                                                           \
	CALL(read, sys_read, "drn") CALL(write, sys_write, "dwn")                            \
	CALL(readv, sys_vector, "dpd") CALL(writev, sys_vector, "dpd")                       \
	CALL(pread64, sys_positioned, "drnl") CALL(pwrite64, sys_positioned, "dwnl")         \
	CALL(lseek, sys_lseek, "dlW")                                                        \
	/* file.c */                                                                         \
	CALL(close, sys_close, "d") CALL(close_range, sys_close_range, "uux")                \
	CALL(dup, sys_dup, "d") CALL(dup2, sys_dup2, "dd") CALL(dup3, sys_dup2, "ddx")       \
	CALL(fcntl, sys_fcntl, "dFx") CALL(ioctl, sys_ioctl, "dxp")                          \
	CALL(pipe, sys_pipe, "p") CALL(pipe2, sys_pipe, "px") CALL(flock, sys_flock, "dx")   \
	CALL(fsync, sys_fsync, "d") CALL(fdatasync, sys_fsync, "d")                          \
	CALL(sync, sys_constant, "") CALL(fadvise64, sys_constant, "dddd")                   \
	CALL(umask, sys_umask, "o") CALL(getpeername, sys_not_a_socket, "dpp")               \
	CALL(getsockname, sys_not_a_socket, "dpp")                                           \
	CALL(getsockopt, sys_not_a_socket, "dddpp")                                          \
	CALL(setsockopt, sys_not_a_socket, "dddpu") CALL(bind, sys_not_a_socket, "dpu")      \
	CALL(connect, sys_not_a_socket, "dpu") CALL(listen, sys_not_a_socket, "dd")          \
	CALL(accept, sys_not_a_socket, "dpp") CALL(sendto, sys_not_a_socket, "dwnxpu")       \
	CALL(recvfrom, sys_not_a_socket, "drnxpp") CALL(shutdown, sys_not_a_socket, "dd")    \
	/* name.c */                                                                         \
	CALL(open, sys_open, "sOo") CALL(openat, sys_open, "AsOo")                           \
	CALL(creat, sys_open, "so") CALL(stat, sys_stat, "sp") CALL(lstat, sys_stat, "sp")   \
	CALL(fstat, sys_stat, "dp") CALL(newfstatat, sys_stat, "Aspx")                       \
	CALL(access, sys_access, "sx") CALL(faccessat, sys_access, "Asx")                    \
	CALL(faccessat2, sys_access, "Asxx") CALL(readlink, sys_readlink, "spn")             \
	CALL(readlinkat, sys_readlink, "Aspn") CALL(getcwd, sys_getcwd, "pn")                \
	CALL(chdir, sys_chdir, "s") CALL(fchdir, sys_fchdir, "d")                            \
	CALL(unlink, sys_change, "s") CALL(unlinkat, sys_change, "Asx")                      \
	CALL(rmdir, sys_change, "s") CALL(rename, sys_change, "ss")                          \
	CALL(renameat, sys_change, "AsAs") CALL(renameat2, sys_change, "AsAsx")              \
	CALL(link, sys_change, "ss") CALL(linkat, sys_change, "AsAsx")                       \
	CALL(truncate, sys_change, "sd") CALL(chmod, sys_change, "so")                       \
	CALL(fchmodat, sys_change, "Aso") CALL(chown, sys_change, "sdd")                     \
	CALL(lchown, sys_change, "sdd") CALL(fchownat, sys_change, "Asddx")                  \
	CALL(utime, sys_change, "sp") CALL(utimes, sys_change, "sp")                         \
	CALL(utimensat, sys_change, "Aspx") CALL(mkdir, sys_create, "so")                    \
	CALL(mkdirat, sys_create, "Aso") CALL(mknod, sys_create, "sox")                      \
	CALL(mknodat, sys_create, "Asox") CALL(symlink, sys_create, "ss")                    \
	CALL(symlinkat, sys_create, "sAs") CALL(fchmod, sys_fchange, "do")                   \
	CALL(fchown, sys_fchange, "ddd") CALL(ftruncate, sys_fchange, "dd")                  \
	/* poll.c */                                                                         \
	CALL(poll, sys_poll, "pud") CALL(ppoll, sys_poll, "pupp")                            \
	CALL(select, sys_select, "dpppp") CALL(pselect6, sys_select, "dppppp")               \
	/* memory.c */                                                                       \
	CALL(mmap, sys_mmap, "PpnRMdx") CALL(munmap, sys_munmap, "pn")                       \
	CALL(mprotect, sys_mprotect, "pnR") CALL(mremap, sys_mremap, "Ppnnxp")               \
	CALL(madvise, sys_madvise, "pnd") CALL(brk, sys_brk, "Pp")                           \
	CALL(msync, sys_constant, "pnx") CALL(mlock, sys_constant, "pn")                     \
	CALL(munlock, sys_constant, "pn")                                                    \
	/* time.c */                                                                         \
	CALL(clock_gettime, sys_clock_gettime, "dp")                                         \
	CALL(clock_getres, sys_clock_getres, "dp")                                           \
	CALL(gettimeofday, sys_gettimeofday, "pp") CALL(time, sys_time, "p")                 \
	CALL(nanosleep, sys_nanosleep, "pp")                                                 \
	CALL(clock_nanosleep, sys_clock_nanosleep, "dxpp") CALL(alarm, sys_alarm, "u")       \
	CALL(getrusage, sys_getrusage, "dp")                                                 \
	/* signal.c */                                                                       \
	CALL(rt_sigaction, sys_rt_sigaction, "Sppd")                                         \
	CALL(rt_sigprocmask, sys_rt_sigprocmask, "dppd")                                     \
	WHOLE(rt_sigreturn, sys_rt_sigreturn, "")                                             \
	CALL(rt_sigpending, sys_rt_sigpending, "pd")                                         \
	CALL(rt_sigsuspend, sys_rt_sigsuspend, "pd")                                         \
	CALL(rt_sigtimedwait, sys_rt_sigtimedwait, "pppd")                                   \
	CALL(rt_sigqueueinfo, sys_rt_sigqueueinfo, "dSp")                                    \
	CALL(sigaltstack, sys_sigaltstack, "pp") CALL(kill, sys_kill, "dS")                  \
	CALL(tkill, sys_tkill, "dS") CALL(tgkill, sys_tkill, "ddS")                          \
	CALL(pause, sys_rt_sigsuspend, "")                                                   \
	/* thread.c */                                                                       \
	WHOLE(clone, sys_clone, "xpppp") CALL(futex, sys_futex, "pxupp")                      \
	CALL(set_tid_address, sys_set_tid_address, "p")                                      \
	CALL(set_robust_list, sys_set_robust_list, "pn") CALL(gettid, sys_gettid, "")        \
	CALL(sched_yield, sys_sched_yield, "") CALL(exit, sys_exit, "d")                     \
	CALL(exit_group, sys_exit_group, "d")                                                \
	/* process.c */                                                                      \
	CALL(arch_prctl, sys_arch_prctl, "xp") CALL(getpid, sys_getpid, "")                  \
	CALL(getppid, sys_constant, "") CALL(getpgrp, sys_getpid, "")                        \
	CALL(getpgid, sys_pgid, "d") CALL(getsid, sys_pgid, "d")                             \
	CALL(setpgid, sys_pgid, "dd") CALL(setsid, sys_constant, "")                         \
	CALL(getuid, sys_constant, "") CALL(geteuid, sys_constant, "")                       \
	CALL(getgid, sys_constant, "") CALL(getegid, sys_constant, "")                       \
	CALL(getgroups, sys_constant, "dp") CALL(setuid, sys_setid, "d")                     \
	CALL(setgid, sys_setid, "d") CALL(uname, sys_uname, "p")                             \
	CALL(prctl, sys_prctl, "dxxxx") CALL(getrlimit, sys_limit, "dp")                     \
	CALL(setrlimit, sys_limit, "dp") CALL(prlimit64, sys_limit, "ddpp")                  \
	CALL(sysinfo, sys_sysinfo, "p") CALL(getrandom, sys_getrandom, "pnx")                \
	CALL(sched_getaffinity, sys_sched_getaffinity, "dnp")                                \
	CALL(personality, sys_constant, "x") CALL(socket, sys_constant, "ddd")               \
	CALL(socketpair, sys_constant, "dddp") CALL(wait4, sys_constant, "dpdp")             \
	CALL(waitid, sys_constant, "ddpdp")
/* clang-format on */

#endif
