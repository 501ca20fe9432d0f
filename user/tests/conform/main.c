/* SPDX-License-Identifier: MIT */
/* conform CASE [ARGUMENTS]: runs one case. */
#include "conform.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *errno_name(int error)
{
	static char number[16];
#define NAME(e)                                                                                    \
	case e:                                                                                    \
		return #e;
	switch (error) {
		NAME(EPERM)
		NAME(ENOENT)
		NAME(ESRCH)
		NAME(EINTR)
		NAME(EIO)
		NAME(ENXIO)
		NAME(EBADF)
		NAME(ECHILD)
		NAME(EAGAIN)
		NAME(ENOMEM)
		NAME(EACCES)
		NAME(EFAULT)
		NAME(EEXIST)
		NAME(ENODEV)
		NAME(ENOTDIR)
		NAME(EISDIR)
		NAME(EINVAL)
		NAME(EMFILE)
		NAME(ENOTTY)
		NAME(ENOSPC)
		NAME(ESPIPE)
		NAME(EROFS)
		NAME(EPIPE)
		NAME(E2BIG)
		NAME(EOPNOTSUPP)
		NAME(EAFNOSUPPORT)
		NAME(ENOTSOCK)
		NAME(EDOM)
		NAME(EMSGSIZE)
		NAME(EPROTOTYPE)
		NAME(ENOPROTOOPT)
		NAME(EPROTONOSUPPORT)
		NAME(ESOCKTNOSUPPORT)
		NAME(EADDRINUSE)
		NAME(ECONNRESET)
		NAME(ENOBUFS)
		NAME(EISCONN)
		NAME(ENOTCONN)
		NAME(ECONNREFUSED)
		NAME(ERANGE)
		NAME(ENAMETOOLONG)
		NAME(ENOSYS)
		NAME(EOVERFLOW)
		NAME(ETIMEDOUT)
		NAME(ELOOP)
		NAME(EXDEV)
		NAME(EBUSY)
		NAME(ENOTEMPTY)
		NAME(ENODATA)
		NAME(ENOEXEC)
		NAME(EFBIG)
		NAME(ETXTBSY)
		NAME(EADDRNOTAVAIL)
		NAME(ENETUNREACH)
		NAME(EINPROGRESS)
		NAME(EALREADY)
		NAME(EDESTADDRREQ)
		NAME(ECONNABORTED)
	}
#undef NAME
	snprintf(number, sizeof(number), "errno %d", error);
	return number;
}

void show_call(const char *what, long long result)
{
	if (result < 0)
		printf("%s = %s\n", what, errno_name(errno));
	else
		printf("%s = %lld\n", what, result);
}

void show_end(const char *what, pid_t pid)
{
	int status;

	MUST(waitpid(pid, &status, 0) == pid);
	if (WIFEXITED(status))
		printf("%s: exit %d\n", what, WEXITSTATUS(status));
	else
		printf("%s: signal %d\n", what, WTERMSIG(status));
}

void show_received(int fd, size_t bytes, int flags)
{
	char buffer[1000];
	ssize_t n;

	MUST(bytes <= sizeof(buffer));
	n = recv(fd, buffer, bytes, flags | MSG_DONTWAIT);
	if (n < 0)
		CALL(n);
	else
		printf("%d: %.*s\n", (int)n, (int)(n < (ssize_t)bytes ? n : (ssize_t)bytes),
		       buffer);
}

static struct {
	pthread_t from, to;
	volatile int done;
} interrupts;

static void *interrupt(void *unused)
{
	while (!interrupts.done) {
		pthread_kill(interrupts.to, SIGUSR1);
		sched_yield();
	}
	return unused;
}

void interrupts_begin(void)
{
	interrupts.done = 0;
	interrupts.to = pthread_self();
	MUST(pthread_create(&interrupts.from, NULL, interrupt, NULL) == 0);
}

void interrupts_end(void)
{
	interrupts.done = 1;
	MUST(pthread_join(interrupts.from, NULL) == 0);
}

/* proc_pid_stat(5): the state is behind the name, which is in brackets. */
int sleeps(const char *stat)
{
	char text[200] = "";
	int fd = open(stat, O_RDONLY);
	int bytes = read(fd, text, sizeof(text) - 1);

	close(fd);
	return bytes > 0 ? strstr(text, ") S ") != NULL : -1;
}

void until_it_sleeps(pid_t pid)
{
	char path[40];
	int is_asleep;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	do {
		usleep(1000);
		is_asleep = sleeps(path);
		MUST(is_asleep >= 0);
	} while (!is_asleep);
}

pid_t child(void)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	MUST(pid >= 0);
	return pid;
}

_Noreturn void leave(int status)
{
	fflush(stdout);
	_exit(status);
}

int main(int argc, char **argv)
{
	static const struct conform_case *const lists[] = {
		file_cases,	 memory_cases,	 buffer_cases,	 space_cases,
		process_cases,	 mapped_cases,	 signal_cases,	 thread_cases,
		lock_cases,	 call_cases,	 terminal_cases, directory_cases,
		child_cases,	 program_cases,	 proc_cases,	 name_cases,
		event_cases,	 job_cases,	 queue_cases,	 socket_cases,
		sysv_cases,	 sysv_shm_cases, tmpfs_cases,	 tmpfs_data_cases,
		tmpfs_map_cases, timer_cases,	 memfd_cases,	 socket_path_cases,
		preempt_cases,	 inet_cases,	 tcp_cases,	 udp_cases,
	};

	/* What a child writes comes before what its parent keeps in memory: musl writes a first
	 * line. */
	if (!isatty(STDOUT_FILENO))
		setvbuf(stdout, NULL, _IOFBF, BUFSIZ);
	/* What the shell has left open on Linux. */
	for (int fd = 3; fd < 256; fd++)
		close(fd);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		for (const struct conform_case *c = lists[i]; c->name; c++) {
			if (argc > 1 && strcmp(c->name, argv[1]) == 0) {
				c->run(argc - 1, argv + 1);
				return EXIT_SUCCESS;
			}
		}
	}
	fprintf(stderr, "no such case\n");
	return 98;
}
