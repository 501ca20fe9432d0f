/* SPDX-License-Identifier: MIT */
/* Cases of System V shared memory. */
#define _GNU_SOURCE
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conform.h"

#define PAGE 4096
#define BAD  ((void *)16) /* nothing is mapped there */

#ifndef SHM_EXEC
#define SHM_EXEC 0100000
#endif

/* A key that no other run has. */
static int make_key(void)
{
	return getpid() ^ (int)time(NULL) << 8 | 1;
}

/* What shmat(2) comes to: an errno, or 0. */
static int attach(int id, const void *at, int flags, char **where)
{
	char *result = shmat(id, at, flags);

	if (where)
		*where = result;
	return result == (char *)-1 ? -1 : 0;
}

static void show_state(int id)
{
	struct shmid_ds st;

	CALL(shmctl(id, IPC_STAT, &st));
	printf("mode %o, %ld bytes, %d attached, made by me %d, last me %d, times %d %d %d, key "
	       "%d\n",
	       st.shm_perm.mode, (long)st.shm_segsz, (int)st.shm_nattch, st.shm_cpid == getpid(),
	       st.shm_lpid == getpid(), st.shm_atime != 0, st.shm_dtime != 0, st.shm_ctime != 0,
	       st.shm_perm.__key != IPC_PRIVATE);
}

static void show_attached(int id)
{
	struct shmid_ds st;

	CALL(shmctl(id, IPC_STAT, &st));
	printf("mode %o, %d attached\n", st.shm_perm.mode, (int)st.shm_nattch);
}

static void segments(int argc, char **argv)
{
	int key = make_key(), id = shmget(key, 3 * PAGE + 5, IPC_CREAT | 0640);
	struct shmid_ds st;
	char *at;

	(void)argc, (void)argv;
	MUST(id >= 0);
	show_state(id);
	SHOW(shmget(key, 0, 0) == id);
	SHOW(shmget(key, PAGE, IPC_CREAT | 0600) == id);
	CALL(shmget(key, 4 * PAGE, 0));
	CALL(shmget(key, PAGE, IPC_CREAT | IPC_EXCL | 0600));
	CALL(shmget(key + 1, PAGE, 0600));
	CALL(shmget(IPC_PRIVATE, 0, 0600));
	CALL(shmget(IPC_PRIVATE, -1UL, 0600));
	CALL(shmget(IPC_PRIVATE, (size_t)1 << 50, 0600));
	CALL(attach(id, NULL, 0, &at));
	SHOW(at[0] + at[3 * PAGE + 4] + at[4 * PAGE - 1]);
	at[3 * PAGE] = 's';
	show_state(id);
	MUST(shmctl(id, IPC_STAT, &st) == 0);
	st.shm_perm.mode = 0400;
	CALL(shmctl(id, IPC_SET, &st));
	CALL(shmctl(id, SHM_LOCK, NULL));
	show_state(id);
	CALL(shmctl(id, SHM_UNLOCK, NULL));
	CALL(shmdt(at));
	show_state(id);
	CALL(shmdt(at));
	CALL(shmdt(at + 1));
	CALL(attach(id, NULL, SHM_RDONLY, &at));
	SHOW(at[3 * PAGE]); /* it has kept that */
	CALL(shmdt(at));
	CALL(shmctl(id, 99, NULL));
	CALL(shmctl(-1, IPC_STAT, &st));
	CALL(shmctl(INT_MAX, IPC_STAT, &st));
	CALL(shmctl(id, IPC_STAT, BAD));
	CALL(shmctl(id, IPC_SET, BAD));
	CALL(shmctl(0, IPC_INFO, (void *)&(struct shminfo){0}) >= 0);
	CALL(shmctl(0, SHM_INFO, (void *)&(struct shm_info){0}) >= 0);
	CALL(shmctl(id, IPC_RMID, NULL));
	CALL(shmctl(id, IPC_RMID, NULL));
	CALL(attach(id, NULL, 0, NULL));
	CALL(shmget(key, 0, 0));
}

static void attached(int argc, char **argv)
{
	int id = shmget(IPC_PRIVATE, 2 * PAGE, 0700);
	char *at, *again, *place;

	(void)argc, (void)argv;
	MUST(id >= 0);
	place = mmap(NULL, 8 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(place != MAP_FAILED && munmap(place + 2 * PAGE, 4 * PAGE) == 0);
	CALL(attach(id, place + 2 * PAGE, 0, &at));
	SHOW(at == place + 2 * PAGE);
	at[1] = 'x';
	CALL(attach(id, place + 3 * PAGE, 0, NULL));
	CALL(attach(id, place + 4 * PAGE + 1, 0, NULL));
	CALL(attach(id, place + 4 * PAGE + 1, SHM_RND, &again));
	SHOW(again == place + 4 * PAGE);
	SHOW(again[1]);
	CALL(attach(id, place, SHM_REMAP, &again));
	SHOW(again[1]);
	CALL(attach(id, NULL, SHM_REMAP, NULL));
	CALL(attach(-1, NULL, 0, NULL));
	CALL(attach(id, (void *)(1UL << 47), 0, NULL));
	CALL(attach(id, (void *)(1UL << 63), 0, NULL));
	CALL(attach(id, (void *)-(1L << 47), SHM_REMAP, NULL));
	show_state(id);
	/* Parts of it may go before. */
	CALL(munmap(at, PAGE));
	CALL(shmdt(at));
	CALL(mprotect(again, PAGE, PROT_READ));
	show_state(id);
	CALL(shmdt(again));
	SHOW(mincore(again, 2 * PAGE, (unsigned char[2]){0}) < 0);
	CALL(shmdt(place + 4 * PAGE));
	show_state(id);
	CALL(attach(id, NULL, SHM_RDONLY, &at));
	CALL(mprotect(at, PAGE, PROT_READ | PROT_WRITE));
	CALL(attach(id, NULL, SHM_EXEC, &at));
	at[0] = '\xc3'; /* ret */
	((void (*)(void))at)();
	CALL(shmctl(id, IPC_RMID, NULL));
}

/* A segment goes with the last that has it, however that ends. */
static void removed(int argc, char **argv)
{
	int key = make_key(), id = shmget(key, PAGE, IPC_CREAT | 0600);
	int status, asks[2];
	volatile char *at;
	char *again;
	pid_t pid;

	(void)argc, (void)argv;
	MUST(id >= 0 && pipe(asks) == 0);
	MUST((at = shmat(id, NULL, 0)) != (char *)-1);
	at[0] = 'p';
	if (!child()) {
		show_attached(id);
		at[0] = 'c';
		CALL(shmdt((char *)at));
		show_attached(id);
		leave(0);
	}
	wait(&status);
	SHOW(at[0]);
	show_attached(id);
	if (!(pid = child())) {
		close(asks[0]);
		(void)write(asks[1], "x", 1);
		pause();
	}
	MUST(read(asks[0], &status, 1) == 1);
	CALL(shmctl(id, IPC_RMID, NULL));
	show_attached(id);
	CALL(shmget(key, 0, 0));
	CALL(shmctl(id, IPC_RMID, NULL));
	CALL(attach(id, NULL, 0, &again)); /* still */
	again[1] = 'a';
	SHOW(at[1]);
	CALL(shmdt(again));
	CALL(shmdt((char *)at));
	show_attached(id);
	kill(pid, SIGKILL);
	wait(&status);
	CALL(shmctl(id, IPC_STAT, &(struct shmid_ds){0}));
	CALL(attach(id, NULL, 0, NULL));
	MUST((id = shmget(key, PAGE, IPC_CREAT | 0600)) >= 0);
	MUST((at = shmat(id, NULL, 0)) != (char *)-1);
	SHOW(at[0]); /* a new one */
	MUST(shmctl(id, IPC_RMID, NULL) == 0);
	if (!child()) {
		execl("/proc/self/exe", "x", "exit", "3", NULL);
		leave(99);
	}
	wait(&status);
	SHOW(WEXITSTATUS(status));
	show_attached(id);
}

const struct conform_case sysv_shm_cases[] = {
	{"sysv-segments", segments},
	{"sysv-attached", attached},
	{"sysv-removed", removed},
	{NULL, NULL},
};
