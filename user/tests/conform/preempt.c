/* SPDX-License-Identifier: MIT */
/* Threads and processes that compute and never wait: others have their turn all the same. */
#include <fenv.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conform.h"

#define THREADS 4
#define ROUNDS	5

/* Whose turn it is to move `turn` on; all spin. */
static volatile unsigned *turn;

static void take_turns(unsigned self, unsigned count)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		while (*turn % count != self)
			;
		++*turn;
	}
}

static void *spin(void *self)
{
	take_turns((uintptr_t)self, THREADS);
	return NULL;
}

static volatile unsigned *shared_turn(void)
{
	void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	MUST(memory != MAP_FAILED);
	return memory;
}

static void preempt_threads(int argc, char **argv)
{
	pthread_t threads[THREADS];

	turn = shared_turn();
	for (uintptr_t i = 0; i < THREADS; i++)
		MUST(pthread_create(&threads[i], NULL, spin, (void *)i) == 0);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	SHOW(*turn);
}

static void preempt_processes(int argc, char **argv)
{
	int status, sum = 0;

	turn = shared_turn();
	for (unsigned i = 0; i < THREADS; i++) {
		if (child() == 0) {
			take_turns(i, THREADS);
			leave(i);
		}
	}
	while (wait(&status) > 0)
		sum += WEXITSTATUS(status);
	SHOW(*turn);
	SHOW(sum);
}

/*
 * Fills all registers with numbers of this thread, computes until others have had their turn, and
 * looks at all of them again. Returns how many are others. RSP alone can't be tried so.
 */
uint64_t registers_spin(uint64_t seed, volatile uint64_t *rounds, uint64_t until);
__asm__(".text\n"
	".type registers_spin, @function\n"
	"registers_spin:\n"
	"	push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
	"	push %rdx; push %rsi\n" /* 8(%rsp): until; (%rsp): rounds */
	"	mov %rdi, %rax\n"
	".set n, 1\n"
	".irp r, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15\n"
	"	lea n(%rax), %\\r\n"
	".set n, n + 1\n"
	".endr\n"
	".irp r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
	"	lea n(%rax), %rbx\n"
	"	movq %rbx, %xmm\\r\n"
	"	movlhps %xmm\\r, %xmm\\r\n"
	".set n, n + 1\n"
	".endr\n"
	"	lea 1(%rax), %rbx\n"
	/* Eight numbers on the x87's stack, which are the seed's, too. */
	"	push %rax\n"
	".rept 8\n"
	"	fildll (%rsp)\n"
	"	incq (%rsp)\n"
	".endr\n"
	"	pop %rax\n"
	"	mov %rdi, %rax; sub $5, %rax\n" /* RDI is seed + 5 */
	"	push %rax\n"			/* seed; 8: rounds; 16: until */
	/* Only RAX is used here, and the flags. */
	"1:	mov 8(%rsp), %rax\n"
	"	mov (%rax), %rax\n"
	"	cmp 16(%rsp), %rax\n"
	"	jb 1b\n"
	"	xor %eax, %eax\n" /* how many are wrong */
	".set n, 1\n"
	".irp r, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15\n"
	"	sub $n, %\\r\n"
	"	cmp (%rsp), %\\r\n"
	"	je 2f\n"
	"	inc %rax\n"
	"2:\n"
	".set n, n + 1\n"
	".endr\n"
	".irp r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
	"	movq %xmm\\r, %rbx\n"
	"	movhlps %xmm\\r, %xmm\\r\n"
	"	movq %xmm\\r, %rcx\n"
	"	sub $n, %rbx\n"
	"	sub $n, %rcx\n"
	"	cmp (%rsp), %rbx\n"
	"	jne 3f\n"
	"	cmp (%rsp), %rcx\n"
	"	je 2f\n"
	"3:	inc %rax\n"
	"2:\n"
	".set n, n + 1\n"
	".endr\n"
	"	pop %rbx\n"
	"	add $7, %rbx\n"
	"	push %rbx\n"
	".rept 8\n"
	"	fistpll (%rsp)\n"
	"	cmp (%rsp), %rbx\n"
	"	je 2f\n"
	"	inc %rax\n"
	"2:	dec %rbx\n"
	".endr\n"
	"	add $24, %rsp\n"
	"	pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
	"	ret\n"
	".size registers_spin, . - registers_spin\n");

static volatile uint64_t rounds;
static uint64_t wrong;
static pthread_barrier_t barrier;

static void *check_registers(void *self)
{
	uint64_t bad = 0;

	pthread_barrier_wait(&barrier);
	for (uint64_t i = 1; i <= ROUNDS; i++)
		bad += registers_spin(((uintptr_t)self << 40) + i * 1000003, &rounds, 2 * i);
	__atomic_fetch_add(&wrong, bad, __ATOMIC_SEQ_CST);
	return NULL;
}

/* Each time that this thread has its turn, so have those that check. */
static void preempt_registers(int argc, char **argv)
{
	pthread_t threads[THREADS];

	pthread_barrier_init(&barrier, NULL, THREADS + 1);
	for (uintptr_t i = 0; i < THREADS; i++)
		MUST(pthread_create(&threads[i], NULL, check_registers, (void *)(i + 1)) == 0);
	pthread_barrier_wait(&barrier);
	for (unsigned i = 0; i < 2 * ROUNDS; i++) {
		nanosleep(&(struct timespec){0, 5000000}, NULL);
		rounds++;
	}
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	SHOW(wrong);
}

/* Rounding modes and exception masks are each thread's own. */
static void *check_modes(void *self)
{
	static const int modes[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
	uintptr_t n = (uintptr_t)self;
	uint64_t bad = 0;
	unsigned mxcsr;

	fesetround(modes[n % 4]);
	pthread_barrier_wait(&barrier);
	while (rounds < 5) {
		__asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
		bad += fegetround() != modes[n % 4] || (mxcsr >> 3 & 0xc00) != modes[n % 4];
	}
	__atomic_fetch_add(&wrong, bad, __ATOMIC_SEQ_CST);
	return NULL;
}

static void preempt_modes(int argc, char **argv)
{
	pthread_t threads[THREADS];

	pthread_barrier_init(&barrier, NULL, THREADS + 1);
	for (uintptr_t i = 0; i < THREADS; i++)
		MUST(pthread_create(&threads[i], NULL, check_modes, (void *)i) == 0);
	pthread_barrier_wait(&barrier);
	for (unsigned i = 0; i < 5; i++) {
		nanosleep(&(struct timespec){0, 5000000}, NULL);
		rounds++;
	}
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	SHOW(wrong);
}

static volatile sig_atomic_t hit;

static void hit_by(int sig)
{
	hit = 1;
}

static void *spin_until_hit(void *unused)
{
	while (!hit)
		;
	return NULL;
}

/* A signal gets to a thread or process that computes. */
static void preempt_signals(int argc, char **argv)
{
	pthread_t thread;
	int status;
	pid_t pid;

	signal(SIGUSR1, hit_by);
	MUST(pthread_create(&thread, NULL, spin_until_hit, NULL) == 0);
	MUST(pthread_kill(thread, SIGUSR1) == 0);
	SHOW(pthread_join(thread, NULL));
	pid = child();
	if (pid == 0)
		for (;;)
			;
	MUST(kill(pid, SIGSTOP) == 0);
	MUST(waitpid(pid, &status, WUNTRACED) == pid);
	SHOW(WIFSTOPPED(status));
	MUST(kill(pid, SIGCONT) == 0);
	MUST(waitpid(pid, &status, WCONTINUED) == pid);
	SHOW(WIFCONTINUED(status));
	MUST(kill(pid, SIGTERM) == 0);
	MUST(waitpid(pid, &status, 0) == pid);
	SHOW(WTERMSIG(status));
}

/* A timeout comes beside a thread that computes, and a wait in time or too late tells so. */
static void *compute(void *unused)
{
	while (!hit)
		;
	return NULL;
}

static void preempt_timeouts(int argc, char **argv)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
	struct timespec until;
	pthread_t thread;

	MUST(pthread_create(&thread, NULL, compute, NULL) == 0);
	MUST(clock_gettime(CLOCK_REALTIME, &until) == 0);
	until.tv_nsec += 20000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&mutex);
	SHOW(pthread_cond_timedwait(&cond, &mutex, &until) == ETIMEDOUT);
	SHOW(nanosleep(&(struct timespec){0, 20000000}, NULL));
	for (int i = 0; i < 100; i++)
		sched_yield();
	hit = 1;
	pthread_join(thread, NULL);
}

/* Threads that sleep and hardly ever run: a tick mostly finds the CPU between two of them. */
static void *sleep_often(void *unused)
{
	for (int i = 0; i < 300; i++)
		nanosleep(&(struct timespec){0, 1000000}, NULL);
	return NULL;
}

static void preempt_sleepers(int argc, char **argv)
{
	pthread_t thread;

	MUST(pthread_create(&thread, NULL, sleep_often, NULL) == 0);
	sleep_often(NULL);
	SHOW(pthread_join(thread, NULL));
}

/*
 * Fills the upper halves of the AVX registers with numbers of this thread, and tells how many are
 * others. What is done between the two must leave them alone, as SSE's instructions do.
 */
void upper_fill(uint64_t seed);
uint64_t upper_wrong(uint64_t seed);
__asm__(".text\n"
	".type upper_fill, @function\n"
	"upper_fill:\n"
	".irp r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
	"	inc %rdi\n"
	"	vmovq %rdi, %xmm\\r\n"
	"	vinsertf128 $1, %xmm\\r, %ymm\\r, %ymm\\r\n"
	".endr\n"
	"	ret\n"
	".size upper_fill, . - upper_fill\n"
	".type upper_wrong, @function\n"
	"upper_wrong:\n"
	"	xor %eax, %eax\n"
	".irp r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
	"	inc %rdi\n"
	"	vextractf128 $1, %ymm\\r, %xmm\\r\n"
	"	vmovq %xmm\\r, %rdx\n"
	"	cmp %rdi, %rdx\n"
	"	je 2f\n"
	"	inc %rax\n"
	"2:\n"
	".endr\n"
	"	vzeroupper\n"
	"	ret\n"
	".size upper_wrong, . - upper_wrong\n");

static uint64_t all_registers_spin(uint64_t seed, uint64_t until)
{
	bool avx = __builtin_cpu_supports("avx");
	uint64_t bad;

	if (avx)
		upper_fill(~seed);
	bad = registers_spin(seed, &rounds, until);
	return bad + (avx ? upper_wrong(~seed) : 0);
}

/*
 * Many threads that compute: each is preempted, and finds all its registers as they were.
 *   preempt-crowd [THREADS SECONDS]
 */
static volatile bool over;

static void *check_in_crowd(void *self)
{
	uint64_t bad = 0;

	pthread_barrier_wait(&barrier);
	for (uint64_t i = 1; !over || i == 1; i++)
		bad += all_registers_spin(((uintptr_t)self << 40) + i * 1000003, i);
	__atomic_fetch_add(&wrong, bad, __ATOMIC_SEQ_CST);
	return NULL;
}

static void preempt_crowd(int argc, char **argv)
{
	unsigned count = argc > 1 ? atoi(argv[1]) : 100;
	time_t seconds = argc > 2 ? atoi(argv[2]) : 0;
	pthread_t *threads = calloc(count, sizeof(*threads));
	struct timespec now, end;

	MUST(threads && pthread_barrier_init(&barrier, NULL, count + 1) == 0);
	for (uintptr_t i = 0; i < count; i++)
		MUST(pthread_create(&threads[i], NULL, check_in_crowd, (void *)(i + 1)) == 0);
	MUST(clock_gettime(CLOCK_MONOTONIC, &end) == 0);
	end.tv_sec += seconds;
	pthread_barrier_wait(&barrier);
	/* With one CPU, this one's turn comes when all others have had theirs. */
	do {
		nanosleep(&(struct timespec){0, 5000000}, NULL);
		rounds++;
		MUST(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	} while (seconds && now.tv_sec < end.tv_sec);
	over = true;
	rounds = UINT64_MAX;
	for (unsigned i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	SHOW(wrong);
}

const struct conform_case preempt_cases[] = {
	{"preempt-threads", preempt_threads},
	{"preempt-processes", preempt_processes},
	{"preempt-registers", preempt_registers},
	{"preempt-modes", preempt_modes},
	{"preempt-signals", preempt_signals},
	{"preempt-timeouts", preempt_timeouts},
	{"preempt-sleepers", preempt_sleepers},
	{"preempt-crowd", preempt_crowd},
	{NULL, NULL},
};
