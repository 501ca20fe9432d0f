/* SPDX-License-Identifier: MIT */
/* Cases of futexes: their order, those with an owner, and owners that end. */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "conform.h"

enum {
	WAIT,
	WAKE,
	REQUEUE = 3,
	CMP_REQUEUE,
	WAKE_OP,
	LOCK_PI,
	UNLOCK_PI,
	TRYLOCK_PI,
	WAIT_BITSET,
	WAKE_BITSET,
	LOCK_PI2 = 13,
	CLOCK_REALTIME_FLAG = 256,
};

#define WAITERS	   0x80000000U
#define OWNER_DIED 0x40000000U

#define FUTEX(word, operation, value, fourth, other, sixth)                                        \
	syscall(SYS_futex, word, operation, value, fourth, other, sixth)

static uint32_t word, other_word;
static int arrivals[8], arrived;

/* Do all other threads sleep? Where /proc can't tell, they have had ten turns. */
static int others_sleep(void)
{
	DIR *threads = opendir("/proc/self/task");
	struct dirent *entry;
	int sleep = 1;

	while (threads && sleep && (entry = readdir(threads))) {
		char path[300];

		if (entry->d_name[0] == '.' || atoi(entry->d_name) == syscall(SYS_gettid))
			continue;
		snprintf(path, sizeof(path), "/proc/self/task/%s/stat", entry->d_name);
		sleep = sleeps(path) != 0;
	}
	if (threads)
		closedir(threads);
	return sleep;
}

/* Lets all other threads get as far as they can, on a busy machine, too. */
static void settle(void)
{
	for (int turn = 0; turn < 10; turn++)
		usleep(1000);
	/* Two that look at each other must not do so in step: each would see the other run. */
	for (int turn = 1; !others_sleep(); turn++)
		usleep(1000 * turn * (1 + syscall(SYS_gettid) % 4));
}

/* Sleeps until the flag has another value, without a turn that settle() could see. */
static void wait_while(uint32_t *flag, uint32_t value)
{
	while (__atomic_load_n(flag, __ATOMIC_SEQ_CST) == value)
		FUTEX(flag, WAIT, value, NULL, NULL, 0);
}

static void set_flag(uint32_t *flag, uint32_t value)
{
	__atomic_store_n(flag, value, __ATOMIC_SEQ_CST);
	FUTEX(flag, WAKE, 1, NULL, NULL, 0);
}

static void arrive(int number)
{
	arrivals[__atomic_fetch_add(&arrived, 1, __ATOMIC_SEQ_CST)] = number;
}

static void show_arrivals(const char *when)
{
	printf("%s:", when);
	for (int i = 0; i < arrived; i++)
		printf(" %d", arrivals[i]);
	puts("");
}

static void *wait_in_line(void *number)
{
	MUST(FUTEX(&word, WAIT, word, NULL, NULL, 0) == 0);
	arrive((intptr_t)number);
	return NULL;
}

static pthread_t start(void *(*run)(void *), intptr_t number)
{
	pthread_t thread;

	MUST(pthread_create(&thread, NULL, run, (void *)number) == 0);
	settle();
	return thread;
}

/* Who waits first is woken first, also at the futex that it was moved to. */
static void order(int argc, char **argv)
{
	pthread_t threads[6];

	(void)argc, (void)argv;
	for (int i = 0; i < 6; i++)
		threads[i] = start(wait_in_line, i);
	CALL(FUTEX(&word, WAKE, 1, NULL, NULL, 0));
	settle();
	show_arrivals("one");
	CALL(FUTEX(&word, WAKE, 0, NULL, NULL, 0));
	settle();
	show_arrivals("none, which is one");
	CALL(FUTEX(&word, REQUEUE, 1, 2, &other_word, 0));
	settle();
	show_arrivals("one, and two move");
	CALL(FUTEX(&word, WAKE, -1, NULL, NULL, 0));
	settle();
	show_arrivals("fewer than none, which is one");
	CALL(FUTEX(&other_word, WAKE, 1, NULL, NULL, 0));
	settle();
	show_arrivals("one of those that moved");
	CALL(FUTEX(&other_word, WAKE, 100, NULL, NULL, 0));
	for (int i = 0; i < 6; i++)
		pthread_join(threads[i], NULL);
	show_arrivals("all");
}

/* Changes another word, and wakes those that wait there if its old value was as told. */
static void wake_op(int argc, char **argv)
{
	enum { SET, ADD, OR, ANDN, XOR, SHIFT = 8 };
	enum { EQ, NE, LT, GE, LE, GT };
	static const struct {
		unsigned op, cmp;
		int with, than;
	} tries[] = {
		{SET, EQ, 7, 3},	  {ADD, NE, -1, 7},   {OR, LT, 0x100, 7},
		{ANDN, GE, 3, 0x106},	  {XOR, LE, 0xff, 0}, {SET | SHIFT, GT, 31, -2048},
		{SET | SHIFT, GT, 33, 0}, {5, EQ, 1, 1},      {SET, 6, 1, 1},
	};

	(void)argc, (void)argv;
	other_word = 3;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		uint32_t code = tries[i].op << 28 | tries[i].cmp << 24 |
				(tries[i].with & 0xfff) << 12 | (tries[i].than & 0xfff);

		CALL(FUTEX(&word, WAKE_OP, 1, 1, &other_word, code));
		printf("0x%x\n", other_word);
	}
	CALL(FUTEX(&word, WAKE_OP, 1, 1, NULL, 0));
	CALL(FUTEX(&word, WAKE_OP, 1, 1, (char *)&other_word + 1, 0));
}

static void arguments(int argc, char **argv)
{
	struct timespec past = {1, 0}, bad = {0, 1000000000};

	(void)argc, (void)argv;
	CALL(FUTEX(&word, WAIT | CLOCK_REALTIME_FLAG, 0, &past, NULL, 0));
	CALL(FUTEX(&word, WAKE | CLOCK_REALTIME_FLAG, 0, NULL, NULL, 0));
	CALL(FUTEX(&word, WAIT_BITSET | CLOCK_REALTIME_FLAG, 0, &past, NULL, -1));
	CALL(FUTEX(&word, WAIT_BITSET, 0, &past, NULL, 0));
	CALL(FUTEX(&word, WAIT_BITSET, 0, &bad, NULL, -1));
	CALL(FUTEX(&word, WAKE_BITSET, 1, NULL, NULL, 0));
	CALL(FUTEX(&word, REQUEUE, -1, 1, &other_word, 0));
	CALL(FUTEX(&word, REQUEUE, 1, -1, &other_word, 0));
	CALL(FUTEX(&word, CMP_REQUEUE, 1, 1, &other_word, 1));
	CALL(FUTEX(&word, REQUEUE, 1, 1, (void *)8, 0));
	CALL(FUTEX((void *)8, WAKE, 1, NULL, NULL, 0));
	CALL(FUTEX((void *)-8L, WAKE, 1, NULL, NULL, 0));
	CALL(FUTEX(&word, 99, 1, NULL, NULL, 0));
}

/* The owner's number is the word's; a case prints no number of a thread. */
static void show_word(const char *what)
{
	uint32_t tid = word & ~(WAITERS | OWNER_DIED);

	printf("%s: %s%s%s\n", what,
	       !tid			   ? "free"
	       : tid == (uint32_t)getpid() ? "main"
					   : "other",
	       word & WAITERS ? ", waiters" : "", word & OWNER_DIED ? ", owner died" : "");
}

static void *lock_and_arrive(void *number)
{
	MUST(FUTEX(&word, LOCK_PI, 0, NULL, NULL, 0) == 0);
	arrive((intptr_t)number);
	settle();
	MUST(FUTEX(&word, UNLOCK_PI, 0, NULL, NULL, 0) == 0);
	return NULL;
}

static void *try_and_time(void *unused)
{
	struct timespec past = {1, 0}, soon;

	CALL(FUTEX(&word, TRYLOCK_PI, 0, NULL, NULL, 0));
	CALL(FUTEX(&word, UNLOCK_PI, 0, NULL, NULL, 0));
	CALL(FUTEX(&word, LOCK_PI, 0, &past, NULL, 0));
	clock_gettime(CLOCK_REALTIME, &soon);
	soon.tv_sec += 1;
	CALL(FUTEX(&word, LOCK_PI, 0, &soon, NULL, 0));
	CALL(FUTEX(&word, LOCK_PI2, 0, &past, NULL, 0));
	return unused;
}

static void *end_as_owner(void *unused)
{
	CALL(FUTEX(&word, LOCK_PI, 0, NULL, NULL, 0));
	while (!(*(volatile uint32_t *)&word & WAITERS))
		settle();
	return unused;
}

/* A futex with an owner is handed over, in order. */
static void pi(int argc, char **argv)
{
	void *read_only = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pthread_t threads[3];

	(void)argc, (void)argv;
	CALL(FUTEX(&word, LOCK_PI, 0, NULL, NULL, 0));
	show_word("taken");
	CALL(FUTEX(&word, LOCK_PI, 0, NULL, NULL, 0));
	CALL(FUTEX(&word, TRYLOCK_PI, 0, NULL, NULL, 0));
	pthread_join(start(try_and_time, 0), NULL);
	show_word("tried");
	for (int i = 0; i < 3; i++)
		threads[i] = start(lock_and_arrive, i);
	show_word("waited for");
	CALL(FUTEX(&word, WAKE, 1, NULL, NULL, 0));
	CALL(FUTEX(&word, UNLOCK_PI, 0, NULL, NULL, 0));
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	show_arrivals("order");
	show_word("in the end");
	CALL(FUTEX(&word, UNLOCK_PI, 0, NULL, NULL, 0));
	CALL(FUTEX((void *)8, LOCK_PI, 0, NULL, NULL, 0));
	CALL(FUTEX(read_only, LOCK_PI, 0, NULL, NULL, 0));
	CALL(FUTEX(read_only, UNLOCK_PI, 0, NULL, NULL, 0));
	word = 0x3ffffff0; /* nobody's */
	CALL(FUTEX(&word, LOCK_PI, 0, NULL, NULL, 0));
	word = OWNER_DIED;
	CALL(FUTEX(&word, LOCK_PI, 0, NULL, NULL, 0));
	show_word("after one that died");
	word = 0;
	threads[0] = start(end_as_owner, 0);
	while (!*(volatile uint32_t *)&word)
		settle();
	CALL(FUTEX(&word, LOCK_PI, 0, NULL, NULL, 0));
	pthread_join(threads[0], NULL);
	show_word("of one that ended");
}

static uint32_t words[2];

static int results[2];

static void *lock_in_turn(void *unused)
{
	MUST(FUTEX(&words[1], LOCK_PI, 0, NULL, NULL, 0) == 0);
	results[0] = FUTEX(&words[0], LOCK_PI, 0, NULL, NULL, 0);
	FUTEX(&words[0], UNLOCK_PI, 0, NULL, NULL, 0);
	results[1] = FUTEX(&words[1], UNLOCK_PI, 0, NULL, NULL, 0);
	return unused;
}

static void ignore(int sig)
{
	(void)sig;
	write(1, "handled\n", 8);
}

/* Owns the futex, lets a signal come to another that waits for it, and lets go. */
static void *own_and_signal(void *thread)
{
	MUST(FUTEX(&word, LOCK_PI, 0, NULL, NULL, 0) == 0);
	while (!(*(volatile uint32_t *)&word & WAITERS))
		settle();
	pthread_kill(*(pthread_t *)thread, SIGUSR1);
	settle();
	write(1, "let go\n", 7);
	MUST(FUTEX(&word, UNLOCK_PI, 0, NULL, NULL, 0) == 0);
	return NULL;
}

/* Two that wait for each other; and a signal, whatever its action, ends no wait for an owner. */
static void pi_waits(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = ignore};
	pthread_t self = pthread_self();
	pthread_t thread;

	(void)argc, (void)argv;
	setvbuf(stdout, NULL, _IONBF, 0);
	CALL(FUTEX(&words[0], LOCK_PI, 0, NULL, NULL, 0));
	thread = start(lock_in_turn, 0);
	CALL(FUTEX(&words[1], LOCK_PI, 0, NULL, NULL, 0));
	CALL(FUTEX(&words[0], UNLOCK_PI, 0, NULL, NULL, 0));
	pthread_join(thread, NULL);
	SHOW(results[0]);
	SHOW(results[1]);
	sigaction(SIGUSR1, &action, NULL);
	MUST(pthread_create(&thread, NULL, own_and_signal, &self) == 0);
	while (!*(volatile uint32_t *)&word)
		settle();
	CALL(FUTEX(&word, LOCK_PI, 0, NULL, NULL, 0));
	pthread_join(thread, NULL);
}

static uint32_t *shared_word;

/* Owns the futex until it is told, and ends as its owner. */
static void *own_until_told(void *unused)
{
	MUST(FUTEX(shared_word, LOCK_PI, 0, NULL, NULL, 0) == 0);
	__atomic_store_n(&word, 1, __ATOMIC_SEQ_CST);
	wait_while(&word, 1);
	return unused;
}

static void *wait_to_own(void *unused)
{
	FUTEX(shared_word, LOCK_PI, 0, NULL, NULL, 0);
	return unused;
}

/*
 * The owner of a futex ends when the shared memory that it was in is somebody else's: what is
 * mapped since then stays as it is.
 */
static void pi_gone(int argc, char **argv)
{
	enum { PAGES = 64, WORDS = PAGES * 4096 / 4 };
	pthread_t owner, waiter;
	uint32_t *fresh;
	int changed = 0;

	(void)argc, (void)argv;
	shared_word = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	MUST(shared_word != MAP_FAILED);
	MUST(pthread_create(&owner, NULL, own_until_told, NULL) == 0);
	while (!__atomic_load_n(&word, __ATOMIC_SEQ_CST))
		usleep(1000);
	waiter = start(wait_to_own, 0);
	/* Its address isn't used again: there Linux itself may write for the waiter. */
	MUST(mmap(shared_word, 4096, PROT_NONE, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
	     shared_word);
	fresh = mmap(NULL, WORDS * 4, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(fresh != MAP_FAILED);
	for (int i = 0; i < WORDS; i++)
		fresh[i] = 5;
	set_flag(&word, 2);
	pthread_join(owner, NULL);
	settle();
	for (int i = 0; i < WORDS; i++)
		changed += fresh[i] != 5;
	SHOW(changed);
	(void)waiter; /* on Linux it may wait for ever */
}

static pthread_mutex_t mutex;

static uint32_t may_end;

static void *lock_and_end(void *unused)
{
	SHOW(pthread_mutex_lock(&mutex));
	wait_while(&may_end, 0);
	settle();
	return unused;
}

static void owner_ends(int protocol)
{
	pthread_mutexattr_t attributes;
	struct timespec soon;

	pthread_mutexattr_init(&attributes);
	SHOW(pthread_mutexattr_setprotocol(&attributes, protocol));
	SHOW(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST));
	SHOW(pthread_mutex_init(&mutex, &attributes));
	may_end = 1;
	pthread_join(start(lock_and_end, 0), NULL);
	SHOW(pthread_mutex_lock(&mutex));
	SHOW(pthread_mutex_consistent(&mutex));
	SHOW(pthread_mutex_unlock(&mutex));
	may_end = 0;
	pthread_t thread = start(lock_and_end, 0);
	SHOW(pthread_mutex_trylock(&mutex));
	set_flag(&may_end, 1);
	clock_gettime(CLOCK_REALTIME, &soon);
	soon.tv_sec += 600; /* it comes long before that */
	SHOW(pthread_mutex_timedlock(&mutex, &soon));
	pthread_join(thread, NULL);
	SHOW(pthread_mutex_unlock(&mutex));
	SHOW(pthread_mutex_lock(&mutex));
	SHOW(pthread_mutex_destroy(&mutex));
}

/* A robust mutex tells that its owner has ended. */
static void robust(int argc, char **argv)
{
	(void)argc, (void)argv;
	owner_ends(PTHREAD_PRIO_NONE);
	owner_ends(PTHREAD_PRIO_INHERIT);
}

struct list_head {
	void *next;
	long offset;
	void *pending;
};

static struct list_head own_list;

static void *end_with_list(void *unused)
{
	static struct {
		void *next;
		uint32_t futex;
	} entries[3];
	uint32_t tid = syscall(SYS_gettid);

	if (unused) {
		/* A ring that doesn't come back to its head, and a futex that isn't there. */
		own_list = (struct list_head){&entries[0], 8, (void *)0x1000};
		entries[0].next = &entries[0];
	} else {
		own_list = (struct list_head){&entries[0], 8, &entries[2]};
		entries[0].next = &entries[1];
		entries[1].next = &own_list;
	}
	entries[0].futex = tid | WAITERS;
	entries[1].futex = tid + 1;
	entries[2].futex = tid;
	MUST(syscall(SYS_set_robust_list, &own_list, sizeof(own_list)) == 0);
	/* The C library has nothing more to do for this thread. */
	words[0] = (uintptr_t)entries;
	return entries;
}

static void robust_list(int argc, char **argv)
{
	struct {
		void *next;
		uint32_t futex;
	} * entries;
	void *head;
	size_t bytes = 0;

	(void)argc, (void)argv;
	CALL(syscall(SYS_set_robust_list, &own_list, sizeof(own_list) - 1));
	CALL(syscall(SYS_set_robust_list, &own_list, sizeof(own_list)));
	CALL(syscall(SYS_get_robust_list, 0, &head, &bytes));
	SHOW(bytes);
	SHOW(head == &own_list);
	CALL(syscall(SYS_get_robust_list, getpid(), &head, &bytes));
	CALL(syscall(SYS_get_robust_list, 0x3ffffff0, &head, &bytes));
	CALL(syscall(SYS_get_robust_list, 0, NULL, &bytes));
	CALL(syscall(SYS_get_robust_list, 0, &head, NULL));
	own_list.next = &own_list;
	for (intptr_t i = 0; i < 2; i++) {
		MUST(pthread_join(start(end_with_list, i), (void **)&entries) == 0);
		printf("0x%x %d 0x%x\n", entries[0].futex, entries[1].futex > 1,
		       entries[2].futex >> 30);
	}
}

const struct conform_case lock_cases[] = {
	{"futex-order", order}, {"futex-wake-op", wake_op},   {"futex-arguments", arguments},
	{"futex-pi", pi},	{"futex-pi-waits", pi_waits}, {"futex-pi-gone", pi_gone},
	{"robust", robust},	{"robust-list", robust_list}, {NULL, NULL},
};
