/* SPDX-License-Identifier: MIT */
/* Cases of System V message queues and semaphores. */
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conform.h"

#define BAD ((void *)16) /* nothing is mapped there */

struct text {
	long type;
	char bytes[9000];
};

/* A key that no other run has. */
static int make_key(void)
{
	return getpid() ^ (int)time(NULL) << 8 | 1;
}

static void send(int queue, long type, const char *bytes)
{
	struct text text = {.type = type};

	strcpy(text.bytes, bytes);
	if (msgsnd(queue, &text, strlen(bytes) + 1, IPC_NOWAIT) < 0)
		show_call(bytes, -1);
}

static void receive(int queue, long type, size_t bytes, int flags)
{
	struct text text = {.type = 77};
	ssize_t n;

	errno = 0;
	n = msgrcv(queue, &text, bytes, type, flags | IPC_NOWAIT);
	if (n < 0)
		show_call("msgrcv", n);
	else
		printf("type %ld, %zd bytes: %.*s\n", text.type, n, (int)n, text.bytes);
}

static void messages(int argc, char **argv)
{
	int key = make_key(), queue = msgget(key, IPC_CREAT | 0640);
	struct text text = {.type = 1};
	struct msqid_ds st;

	(void)argc, (void)argv;
	MUST(queue >= 0);
	SHOW(msgget(key, 0) == queue);
	CALL(msgget(key, IPC_CREAT | IPC_EXCL | 0600));
	CALL(msgget(key + 1, 0));
	receive(queue, 0, 100, 0);
	send(queue, 5, "five");
	send(queue, 3, "three");
	send(queue, 4, "four");
	send(queue, 3, "three again");
	CALL(msgctl(queue, IPC_STAT, &st));
	printf("%lu %lu %lu %o %d %d %d\n", st.msg_cbytes, st.msg_qnum, st.msg_qbytes,
	       st.msg_perm.mode, st.msg_lspid == getpid(), st.msg_lrpid, st.msg_rtime == 0);
	receive(queue, 4, 3, 0);
	receive(queue, 4, 3, MSG_NOERROR);
	receive(queue, -4, 100, 0);
	receive(queue, 3, 100, MSG_EXCEPT);
	receive(queue, LONG_MIN, 100, 0);
	receive(queue, 0, 100, 0);
	CALL(msgsnd(queue, &text, 0, 0));
	CALL(msgsnd(queue, &text, 8193, 0));
	text.type = 0;
	CALL(msgsnd(queue, &text, 1, 0));
	text.type = 1;
	CALL(msgsnd(queue, BAD, 1, 0));
	CALL(msgsnd(-1, &text, 1, 0));
	CALL(msgsnd(INT_MAX, &text, 1, 0));
	CALL(msgrcv(queue, &text, -1, 0, 0));
	CALL(msgsnd(queue, &text, 8192, IPC_NOWAIT));
	CALL(msgsnd(queue, &text, 8192, IPC_NOWAIT));
	CALL(msgsnd(queue, &text, 1, IPC_NOWAIT));
	MUST(msgctl(queue, IPC_STAT, &st) == 0);
	st.msg_qbytes = 100;
	st.msg_perm.mode = 0600;
	CALL(msgctl(queue, IPC_SET, &st));
	CALL(msgctl(queue, IPC_STAT, &st));
	printf("%lu %o\n", st.msg_qbytes, st.msg_perm.mode);
	CALL(msgctl(queue, 99, NULL));
	CALL(msgctl(queue, IPC_STAT, BAD));
	CALL(msgctl(queue, IPC_RMID, NULL));
	CALL(msgctl(queue, IPC_RMID, NULL));
	CALL(msgget(key, 0));
}

static int operate(int set, int number, int operation, int flags)
{
	struct sembuf one = {number, operation, flags};

	return semop(set, &one, 1);
}

static void show_values(int set, int count)
{
	printf("values");
	for (int i = 0; i < count; i++)
		printf(" %d", semctl(set, i, GETVAL));
	printf("\n");
}

static void semaphores(int argc, char **argv)
{
	int key = make_key(), set = semget(key, 3, IPC_CREAT | 0600);
	unsigned short values[3] = {4, 5, 6}, big[3] = {0, 32768, 0};
	struct sembuf mixed[] = {{0, -1, 0}, {1, 2, 0}, {2, -7, IPC_NOWAIT}};
	struct sembuf twice[] = {{0, 2, 0}, {0, -5, 0}, {0, 0, IPC_NOWAIT}};
	struct timespec soon = {0, 1000000}, wrong = {0, 1000000000};
	struct semid_ds st;

	(void)argc, (void)argv;
	MUST(set >= 0);
	SHOW(semget(key, 2, 0) == set);
	CALL(semget(key, 4, 0));
	CALL(semget(key, 3, IPC_CREAT | IPC_EXCL));
	CALL(semget(IPC_PRIVATE, 0, 0600));
	CALL(semget(IPC_PRIVATE, -1, 0600));
	CALL(semctl(set, 0, IPC_STAT, &st));
	printf("%lu %o %d\n", (unsigned long)st.sem_nsems, st.sem_perm.mode, st.sem_otime == 0);
	show_values(set, 3);
	CALL(semctl(set, 0, SETALL, values));
	CALL(semctl(set, 0, SETALL, big));
	CALL(semctl(set, 1, SETVAL, 32768));
	CALL(semctl(set, 1, SETVAL, -1));
	CALL(semctl(set, 3, SETVAL, 1));
	CALL(semctl(set, -1, GETVAL));
	show_values(set, 3);
	CALL(semop(set, mixed, 3)); /* all or none */
	show_values(set, 3);
	CALL(semop(set, mixed, 2));
	CALL(semop(set, twice, 3));
	show_values(set, 3);
	CALL(operate(set, 1, 32767, 0));
	CALL(operate(set, 3, 1, 0));
	CALL(operate(set, 0, 0, IPC_NOWAIT));
	CALL(semctl(set, 0, GETPID) == getpid());
	CALL(semop(set, mixed, 0));
	CALL(semop(set, mixed, 501));
	CALL(semop(set, BAD, 1));
	CALL(semop(-1, mixed, 1));
	CALL(semop(INT_MAX, mixed, 1));
	CALL(semtimedop(set, &(struct sembuf){0, -30, 0}, 1, &soon));
	CALL(semtimedop(set, &(struct sembuf){0, -30, 0}, 1, &wrong));
	CALL(syscall(SYS_semtimedop, set, mixed, 1, BAD));
	CALL(semctl(set, 0, GETALL, values));
	printf("%u %u %u\n", values[0], values[1], values[2]);
	CALL(semctl(set, 0, GETALL, BAD));
	CALL(semctl(set, 0, 99));
	CALL(semctl(set, 0, IPC_RMID));
	CALL(semctl(set, 0, GETVAL));
	CALL(semget(key, 3, 0));
}

/* What a process has done with SEM_UNDO is undone when it ends. */
static void undo(int argc, char **argv)
{
	int set = semget(IPC_PRIVATE, 2, 0600);
	unsigned short values[2] = {10, 10};

	(void)argc, (void)argv;
	MUST(set >= 0 && semctl(set, 0, SETALL, values) == 0);
	CALL(operate(set, 0, 1, SEM_UNDO));
	if (child() == 0) {
		operate(set, 0, -5, SEM_UNDO);
		operate(set, 0, 2, 0);
		operate(set, 1, 3, SEM_UNDO);
		operate(set, 1, -12, 0);
		show_values(set, 2);
		leave(0);
	}
	wait(NULL);
	show_values(set, 2);
	if (child() == 0) {
		operate(set, 0, -5, SEM_UNDO);
		CALL(semctl(set, 0, SETVAL, 7)); /* forgets it */
		leave(0);
	}
	wait(NULL);
	show_values(set, 2);
	CALL(semctl(set, 0, IPC_RMID));
}

static void on_signal(int sig)
{
	(void)sig;
}

/* Those that wait: woken by what they wait for, by a signal, by the end of the object. */
static void waits(int argc, char **argv)
{
	int set = semget(IPC_PRIVATE, 2, 0600), queue = msgget(IPC_PRIVATE, 0600);
	struct text text = {.type = 2};
	int status;

	(void)argc, (void)argv;
	MUST(set >= 0 && queue >= 0);
	if (child() == 0) {
		CALL(operate(set, 0, -2, 0));
		CALL(operate(set, 1, 0, 0));
		CALL(msgrcv(queue, &text, 10, 2, 0));
		CALL(operate(set, 0, -1, 0));
		leave(0);
	}
	while (semctl(set, 0, GETNCNT) == 0)
		sched_yield();
	SHOW(semctl(set, 0, GETZCNT));
	MUST(semctl(set, 1, SETVAL, 1) == 0);
	CALL(operate(set, 0, 2, 0));
	while (semctl(set, 1, GETZCNT) == 0)
		sched_yield();
	SHOW(semctl(set, 1, GETNCNT));
	CALL(operate(set, 1, -1, 0));
	text.type = 1;
	CALL(msgsnd(queue, &text, 1, 0));
	text.type = 2;
	CALL(msgsnd(queue, &text, 5, 0));
	while (semctl(set, 0, GETNCNT) == 0)
		sched_yield();
	MUST(sigaction(SIGUSR1,
		       &(struct sigaction){.sa_handler = on_signal, .sa_flags = SA_RESTART},
		       NULL) == 0);
	interrupts_begin();
	CALL(operate(set, 0, -3, 0)); /* never restarted */
	CALL(msgrcv(queue, &text, 10, 5, 0));
	interrupts_end();
	CALL(semctl(set, 0, IPC_RMID));
	MUST(wait(&status) > 0);
	CALL(msgctl(queue, IPC_RMID, NULL));
}

const struct conform_case sysv_cases[] = {{"sysv-messages", messages},
					  {"sysv-semaphores", semaphores},
					  {"sysv-undo", undo},
					  {"sysv-waits", waits},
					  {0}};
