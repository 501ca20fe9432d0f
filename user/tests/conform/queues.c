/* SPDX-License-Identifier: MIT */
/* Cases of POSIX message queues. */
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conform.h"

#define BAD ((void *)16) /* nothing is mapped there */

/* By the system call's own name for it, without a slash. */
#define OPEN(name, flags, attr) syscall(SYS_mq_open, name, flags, 0600, attr)

static char name[40];

/* A name that no other run has, with a slash as mq_open(3) wants it. */
static void make_name(void)
{
	snprintf(name, sizeof(name), "/conform-%d-%ld", (int)getpid(), (long)time(NULL));
	mq_unlink(name);
}

/* A queue of so many messages, open to be read and written. */
static mqd_t make_queue(long messages, int flags)
{
	struct mq_attr attr = {.mq_maxmsg = messages, .mq_msgsize = 2000};
	mqd_t queue;

	make_name();
	queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL | flags, 0640, &attr);
	MUST(queue >= 0);
	return queue;
}

static void names(int argc, char **argv)
{
	struct mq_attr none = {0}, odd = {.mq_maxmsg = 3, .mq_msgsize = 0};
	char longest[NAME_MAX + 2];
	struct rlimit limit;
	mqd_t queue;

	(void)argc, (void)argv;
	make_name();
	memset(longest, 'x', sizeof(longest) - 1);
	longest[NAME_MAX + 1] = 0;
	CALL(OPEN(name + 1, O_RDWR, NULL));
	CALL(OPEN("", O_RDWR | O_CREAT, NULL));
	CALL(OPEN(".", O_RDWR | O_CREAT, NULL));
	CALL(OPEN("..", O_RDWR, NULL));
	CALL(OPEN("/x", O_RDWR | O_CREAT, NULL));
	CALL(OPEN("x/y", O_RDWR, NULL));
	CALL(OPEN(longest, O_RDWR | O_CREAT, NULL));
	CALL(OPEN(BAD, O_RDWR, NULL));
	CALL(OPEN(name + 1, O_RDWR, BAD));
	CALL(OPEN(name + 1, O_RDWR | O_CREAT, &none));
	CALL(OPEN(name + 1, O_RDWR | O_CREAT, &odd));
	odd.mq_msgsize = 17 << 20;
	CALL(OPEN(name + 1, O_RDWR | O_CREAT, &odd));
	MUST(getrlimit(RLIMIT_MSGQUEUE, &limit) == 0);
	limit.rlim_cur = 1000;
	MUST(setrlimit(RLIMIT_MSGQUEUE, &limit) == 0);
	CALL(OPEN(name + 1, O_RDWR | O_CREAT, NULL));
	limit.rlim_cur = limit.rlim_max;
	MUST(setrlimit(RLIMIT_MSGQUEUE, &limit) == 0);
	queue = make_queue(4, 0);
	SHOW(fcntl(queue, F_GETFD));
	SHOW(fcntl(queue, F_GETFL) & (O_ACCMODE | O_NONBLOCK));
	CALL(OPEN(name + 1, O_RDWR | O_CREAT | O_EXCL, NULL));
	CALL(OPEN(name + 1, O_ACCMODE, NULL));
	CALL(close(OPEN(name + 1, O_RDWR | O_CREAT, &none)));
	CALL(syscall(SYS_mq_unlink, name + 1));
	CALL(syscall(SYS_mq_unlink, name + 1));
	CALL(syscall(SYS_mq_unlink, ".."));
	CALL(OPEN(name + 1, O_RDWR, NULL));
	CALL(mq_send(queue, "still there", 11, 0));
}

static void receive(mqd_t queue, size_t bytes)
{
	static char text[3000];
	unsigned priority = 77;
	ssize_t n;

	errno = 0;
	n = mq_receive(queue, text, bytes, &priority);
	if (n < 0)
		show_call("mq_receive", n);
	else
		printf("received %zd bytes, %.10s, of priority %u\n", n, text, priority);
}

static void messages(int argc, char **argv)
{
	mqd_t queue = make_queue(4, O_NONBLOCK);
	mqd_t reader = mq_open(name, O_RDONLY), writer = mq_open(name, O_WRONLY | O_NONBLOCK);
	static char big[2001];
	struct mq_attr attr;
	char line[100];

	(void)argc, (void)argv;
	mq_unlink(name);
	memset(big, 'b', sizeof(big));
	receive(queue, 2000);
	CALL(mq_send(queue, "low", 4, 1));
	CALL(mq_send(queue, "high", 5, 32767));
	CALL(mq_send(writer, "low too", 8, 1));
	CALL(mq_send(queue, big, 2000, 7));
	CALL(mq_send(queue, "no room", 8, 0));
	CALL(mq_send(queue, "too urgent", 11, 32768));
	CALL(mq_send(queue, big, 2001, 0));
	CALL(mq_send(reader, "wrong", 6, 0));
	CALL(mq_send(0, "wrong", 6, 0));
	CALL(mq_send(-1, "wrong", 6, 0));
	CALL(syscall(SYS_mq_timedsend, queue, BAD, 1, 0, NULL));
	CALL(mq_getattr(queue, &attr));
	printf("%ld %ld %ld %d\n", attr.mq_maxmsg, attr.mq_msgsize, attr.mq_curmsgs,
	       attr.mq_flags == O_NONBLOCK);
	memset(line, 0, sizeof(line));
	SHOW(read(queue, line, sizeof(line)) > 0);
	SHOW(strncmp(line, "QSIZE:2017 ", 11));
	CALL(write(queue, "x", 1));
	receive(queue, 1999);
	receive(writer, 2000);
	receive(queue, 2000);
	receive(reader, 3000);
	receive(queue, 2000);
	receive(queue, 2000);
	CALL(mq_send(queue, "", 0, 0));
	receive(queue, 2000);
	CALL(mq_send(queue, "lost", 4, 0));
	CALL(syscall(SYS_mq_timedreceive, queue, BAD, 2000, NULL, NULL));
	receive(queue, 2000);
}

static void files(int argc, char **argv)
{
	mqd_t queue = make_queue(1, 0);
	struct pollfd poll_queue = {.fd = queue, .events = POLLIN | POLLOUT};
	struct mq_attr attr = {.mq_flags = O_NONBLOCK};
	struct mq_attr old;
	struct stat st;
	int status;

	(void)argc, (void)argv;
	MUST(fstat(queue, &st) == 0);
	printf("%o %ld\n", st.st_mode, (long)st.st_size);
	CALL(poll(&poll_queue, 1, 0));
	SHOW(poll_queue.revents);
	if (child() == 0) {
		CALL(mq_send(queue, "child", 6, 3));
		leave(0);
	}
	CALL(poll(&poll_queue, 1, -1));
	MUST(wait(&status) > 0);
	CALL(poll(&poll_queue, 1, 0));
	SHOW(poll_queue.revents);
	CALL(mq_setattr(queue, &attr, &old));
	SHOW(old.mq_flags);
	SHOW(fcntl(queue, F_GETFL) & O_NONBLOCK);
	CALL(mq_send(queue, "full", 5, 0));
	receive(queue, 2000);
	receive(queue, 2000);
	attr.mq_flags = O_APPEND;
	CALL(mq_setattr(queue, &attr, NULL));
	CALL(syscall(SYS_mq_getsetattr, queue, NULL, BAD));
	CALL(syscall(SYS_mq_getsetattr, 0, NULL, &old));
	CALL(syscall(SYS_mq_getsetattr, queue, BAD, NULL));
	mq_unlink(name);
	CALL(mq_close(queue));
	CALL(mq_send(queue, "x", 1, 0));
}

static mqd_t shared;

static void *receive_one(void *text)
{
	return (void *)mq_receive(shared, text, 2000, NULL);
}

static void *send_one(void *text)
{
	return (void *)(long)mq_send(shared, text, 7, 2);
}

static void on_signal(int sig)
{
	(void)sig;
}

static void *receive_of(void *queue)
{
	char text[2000];

	return (void *)mq_receive((intptr_t)queue, text, sizeof(text), NULL);
}

/* A queue goes while a thread waits for it. Whoever waits for the next one isn't concerned. */
static void closed(int argc, char **argv)
{
	pthread_t threads[2];
	void *results[2];
	mqd_t queue;

	sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_signal}, NULL);
	for (int i = 0; i < 2; i++) {
		queue = make_queue(1, 0);
		mq_unlink(name);
		MUST(pthread_create(&threads[i], NULL, receive_of, (void *)(intptr_t)queue) == 0);
		nanosleep(&(struct timespec){0, 20000000}, NULL);
		if (i == 0)
			MUST(mq_close(queue) == 0);
	}
	pthread_kill(threads[0], SIGUSR1);
	pthread_join(threads[0], &results[0]);
	MUST(mq_send(queue, "text", 5, 1) == 0);
	pthread_join(threads[1], &results[1]);
	SHOW((intptr_t)results[0]);
	SHOW((intptr_t)results[1]);
}

static void waits(int argc, char **argv)
{
	struct timespec past = {1, 0}, wrong = {0, 1000000000}, soon;
	pthread_t thread;
	char text[2000];
	void *result;

	(void)argc, (void)argv;
	shared = make_queue(1, 0);
	mq_unlink(name);
	MUST(pthread_create(&thread, NULL, receive_one, text) == 0);
	CALL(mq_send(shared, "first", 6, 1));
	MUST(pthread_join(thread, &result) == 0);
	printf("%ld: %s\n", (long)result, text);
	CALL(mq_send(shared, "one", 4, 0));
	CALL(mq_timedsend(shared, "two", 4, 0, &past));
	CALL(mq_timedsend(shared, "two", 4, 0, &wrong));
	MUST(pthread_create(&thread, NULL, send_one, "second") == 0);
	receive(shared, 2000);
	receive(shared, 2000);
	MUST(pthread_join(thread, &result) == 0);
	printf("%ld\n", (long)result);
	MUST(clock_gettime(CLOCK_REALTIME, &soon) == 0);
	soon.tv_sec += (soon.tv_nsec += 20000000) >= 1000000000;
	soon.tv_nsec %= 1000000000;
	CALL(mq_timedreceive(shared, text, 2000, NULL, &soon));
	CALL(mq_timedreceive(shared, text, 1, NULL, &wrong));
	CALL(mq_timedreceive(shared, text, 1, NULL, &past));
	CALL(syscall(SYS_mq_timedreceive, shared, text, 2000, NULL, BAD));
	MUST(sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_signal}, NULL) == 0);
	interrupts_begin();
	CALL(mq_receive(shared, text, 2000, NULL));
	interrupts_end();
}

static volatile int told;
static siginfo_t what;

static void on_message(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	what = *info;
	told++;
}

static void show_told(void)
{
	printf("told %d\n", told);
	if (told)
		printf("code %d, value %d, from itself %d\n", what.si_code, what.si_value.sival_int,
		       what.si_pid == getpid());
	told = 0;
}

static void notify(int argc, char **argv)
{
	struct sigevent by_signal = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2};
	struct sigevent by_nothing = {.sigev_notify = SIGEV_NONE};
	struct sigevent wrong = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = 65};
	mqd_t queue = make_queue(2, 0), second = mq_open(name, O_RDWR);
	int status;

	(void)argc, (void)argv;
	mq_unlink(name);
	by_signal.sigev_value.sival_int = 1234;
	MUST(sigaction(SIGUSR2,
		       &(struct sigaction){.sa_sigaction = on_message, .sa_flags = SA_SIGINFO},
		       NULL) == 0);
	CALL(mq_notify(queue, NULL));
	CALL(mq_notify(queue, &wrong));
	wrong.sigev_notify = 77;
	CALL(mq_notify(queue, &wrong));
	CALL(syscall(SYS_mq_notify, queue, BAD));
	CALL(mq_notify(0, &by_signal));
	CALL(mq_notify(queue, &by_signal));
	CALL(mq_notify(second, &by_nothing));
	if (child() == 0) {
		CALL(mq_notify(queue, &by_signal));
		CALL(mq_notify(queue, NULL));
		leave(0);
	}
	MUST(wait(&status) > 0);
	CALL(mq_send(queue, "a", 1, 0));
	show_told();
	CALL(mq_notify(queue, &by_signal));
	CALL(mq_send(queue, "b", 1, 0)); /* it wasn't empty */
	show_told();
	receive(queue, 2000);
	receive(queue, 2000);
	CALL(mq_send(second, "c", 1, 0));
	show_told();
	receive(queue, 2000);
	CALL(mq_send(second, "d", 1, 0)); /* once only */
	show_told();
	receive(queue, 2000);
	CALL(mq_notify(queue, &by_signal));
	CALL(mq_close(second)); /* any of its fds ends it */
	CALL(mq_send(queue, "e", 1, 0));
	show_told();
	receive(queue, 2000);
	CALL(mq_notify(queue, &by_nothing));
	CALL(mq_notify(queue, &by_signal));
	CALL(mq_send(queue, "f", 1, 0));
	CALL(mq_notify(queue, &by_signal));
}

const struct conform_case queue_cases[] = {{"mq-names", names},
					   {"mq-messages", messages},
					   {"mq-files", files},
					   {"mq-waits", waits},
					   {"mq-closed", closed},
					   {"mq-notify", notify},
					   {0}};
