/* SPDX-License-Identifier: MIT */
/* Start, identity, time, and the C library's own. */
#include <ctype.h>
#include <elf.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "conform.h"

extern char **environ;
static int constructed;

static __attribute__((constructor)) void construct(void)
{
	constructed = 7;
}

static void start(int argc, char **argv)
{
	uintptr_t stack = (uintptr_t)__builtin_frame_address(0);

	for (int i = 0; i < argc; i++)
		printf("argv[%d] = %s\n", i, argv[i]);
	SHOW(argv[argc] == NULL);
	for (char **e = environ; *e; e++)
		printf("env %s\n", *e);
	SHOW(stack % 16);
	SHOW(constructed);
	SHOW(getauxval(AT_PAGESZ));
	SHOW(getauxval(AT_PHENT));
	SHOW(getauxval(AT_PHNUM) > 0);
	SHOW(getauxval(AT_SECURE));
	SHOW(getauxval(AT_CLKTCK));
	SHOW(getauxval(AT_UID) == getuid());
	SHOW(getauxval(AT_RANDOM) != 0);
	SHOW(getauxval(AT_ENTRY) != 0);
	SHOW(((Elf64_Phdr *)getauxval(AT_PHDR))->p_type != 0);
	puts((const char *)getauxval(AT_PLATFORM));
	SHOW(strstr((const char *)getauxval(AT_EXECFN), "tests/conform/") != NULL);
}

static __thread int tls_zero;
static __thread int tls_value = 77;
static __thread char tls_text[] = "thread-local";
static __thread char tls_aligned[64] __attribute__((aligned(64))) = "aligned";

static void tls(int argc, char **argv)
{
	(void)argc, (void)argv;
	SHOW(tls_zero++);
	SHOW(tls_value += tls_zero);
	puts(tls_text);
	SHOW((uintptr_t)tls_aligned % 64);
	puts(tls_aligned);
	errno = 0;
	SHOW(close(-1));
	SHOW(errno == EBADF);
}

static void identity(int argc, char **argv)
{
	struct utsname name;

	(void)argc, (void)argv;
	SHOW(getpid() == syscall(SYS_gettid));
	SHOW(getpid() > 0 && getppid() >= 0);
	SHOW(getuid() == geteuid() && getgid() == getegid());
	CALL(uname(&name));
	puts(name.sysname);
	puts(name.machine);
	SHOW(atoi(name.release) >= 3);
	CALL(uname((void *)8));
	CALL(getpgid(0) > 0);
	CALL(setuid(getuid()));
	CALL(wait(NULL));
	CALL(syscall(9999));
	CALL(sysconf(_SC_PAGESIZE));
	CALL(sysconf(_SC_CLK_TCK));
	mode_t mask = umask(027);
	SHOW(umask(mask));
}

static void limits(int argc, char **argv)
{
	struct rlimit limit, old;
	struct rusage usage;
	struct sysinfo info;

	(void)argc, (void)argv;
	CALL(getrlimit(RLIMIT_STACK, &limit));
	SHOW(limit.rlim_cur >= 8 << 20);
	CALL(getrlimit(RLIMIT_NOFILE, &old));
	limit = old;
	limit.rlim_cur = 100;
	CALL(setrlimit(RLIMIT_NOFILE, &limit));
	CALL(getrlimit(RLIMIT_NOFILE, &limit));
	SHOW(limit.rlim_cur);
	CALL(dup2(1, 100));
	CALL(dup2(1, 99));
	CALL(setrlimit(RLIMIT_NOFILE, &old));
	limit.rlim_cur = old.rlim_max;
	limit.rlim_max = 0;
	CALL(setrlimit(RLIMIT_NOFILE, &limit));
	CALL(getrlimit(99, &limit));
	CALL(getrusage(RUSAGE_SELF, &usage));
	CALL(getrusage(99, &usage));
	CALL(sysinfo(&info));
	SHOW(info.totalram > 0 && info.mem_unit > 0);
}

static int64_t nanoseconds(struct timespec t)
{
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void clocks(int argc, char **argv)
{
	static const clockid_t ids[] = {CLOCK_REALTIME,		  CLOCK_MONOTONIC,
					CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID,
					CLOCK_MONOTONIC_RAW,	  CLOCK_REALTIME_COARSE,
					CLOCK_MONOTONIC_COARSE,	  CLOCK_BOOTTIME};
	struct timespec t, u;
	struct timeval v;

	(void)argc, (void)argv;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		CALL(clock_gettime(ids[i], &t));
		CALL(clock_getres(ids[i], &u));
		MUST(t.tv_nsec >= 0 && t.tv_nsec < 1000000000 && u.tv_sec == 0);
	}
	CALL(clock_gettime(12345, &t));
	CALL(clock_gettime(CLOCK_REALTIME, &t));
	CALL(gettimeofday(&v, NULL));
	/* Bounds for a machine that is as slow as may be. */
	SHOW(v.tv_sec - t.tv_sec <= 1000 && v.tv_sec >= t.tv_sec);
	SHOW(time(NULL) - t.tv_sec <= 1000);
	SHOW(t.tv_sec > 1600000000);
	clock_gettime(CLOCK_MONOTONIC, &t);
	int back = 0;
	for (int i = 0; i < 1000; i++) {
		clock_gettime(CLOCK_MONOTONIC, &u);
		back += nanoseconds(u) < nanoseconds(t);
		t = u;
	}
	SHOW(back);
	SHOW(clock() >= 0);
	time_t epoch = 86400 * 365;
	fputs(asctime(gmtime(&epoch)), stdout);
	setenv("TZ", "CET-1CEST", 1);
	fputs(ctime(&epoch), stdout);
}

static void sleeping(int argc, char **argv)
{
	struct timespec t, u, pause = {0, 30000000};

	(void)argc, (void)argv;
	clock_gettime(CLOCK_MONOTONIC, &t);
	CALL(nanosleep(&pause, NULL));
	clock_gettime(CLOCK_MONOTONIC, &u);
	SHOW(nanoseconds(u) - nanoseconds(t) >= 30000000);
	SHOW(nanoseconds(u) - nanoseconds(t) < 1000000000000);
	u.tv_nsec += 20000000;
	u.tv_sec += u.tv_nsec / 1000000000;
	u.tv_nsec %= 1000000000;
	CALL(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &u, NULL));
	clock_gettime(CLOCK_MONOTONIC, &t);
	SHOW(nanoseconds(t) >= nanoseconds(u));
	CALL(usleep(1000));
	pause.tv_nsec = 1000000000;
	CALL(nanosleep(&pause, NULL));
	pause.tv_nsec = -1;
	CALL(nanosleep(&pause, NULL));
	CALL(nanosleep((void *)8, NULL));
	SHOW(sleep(0));
	SHOW(alarm(0));
}

static void randomness(int argc, char **argv)
{
	unsigned char a[64], b[64];
	int bits = 0;

	(void)argc, (void)argv;
	CALL(getrandom(a, sizeof(a), 0));
	CALL(getrandom(b, sizeof(b), GRND_NONBLOCK));
	SHOW(memcmp(a, b, sizeof(a)) != 0);
	for (size_t i = 0; i < sizeof(a); i++)
		bits += __builtin_popcount(a[i]);
	SHOW(bits > 150 && bits < 362);
	CALL(getrandom(a, 0, 0));
	CALL(getrandom(a, 1, 0x100));
	CALL(getrandom((void *)8, 1, 0));
	SHOW(memcmp((void *)getauxval(AT_RANDOM), a, 16) != 0);
}

static void formats(int argc, char **argv)
{
	char text[100];

	(void)argc, (void)argv;
	printf("%d %5d|%-5d|%05d %x %#X %o %c %s %.3s %%\n", -42, 42, 42, 42, 255, 255, 8, 'c',
	       "string", "string");
	printf("%f %.10f %e %g %g %a\n", 3.14159265358979, 1.0 / 3, 12345.678, 1e-10, 1e20, 1.5);
	printf("%Lf %.20Lg\n", 1.0L / 3, 1.0L / 3);
	printf("%f %f %f\n", INFINITY, -INFINITY, NAN);
	printf("%lld %zu %hhd\n", 1LL << 40, sizeof(text), (char)300);
	SHOW(snprintf(text, 5, "%s", "overlong"));
	puts(text);
	int a, b;
	SHOW(sscanf("12 0x1f rest", "%d %i %99s", &a, &b, text));
	printf("%d %d %s\n", a, b, text);
	printf("%.15g %ld\n", strtod("2.718281828459045e3", NULL), strtol("-123abc", NULL, 10));
	printf("%.3f %.3f\n", atof("1e308") * 10, atof("nan"));
}

static void mathematics(int argc, char **argv)
{
	volatile double x = 0.7;
	double sum = 0;

	(void)argc, (void)argv;
	printf("%.12f %.12f %.12f %.12f\n", sin(x), cos(x), tan(x), atan2(x, 2));
	printf("%.12f %.12f %.12f %.12f\n", exp(x), log(x), pow(x, 3.3), sqrt(x));
	printf("%.12f %.12f %.12f\n", cbrt(x), hypot(x, 1), fmod(7.5, x));
	printf("%.6f %.6f %.1f %.1f %ld\n", tgamma(4.5), erf(x), floor(-x), round(2.5), lrint(3.5));
	for (int i = 1; i < 1000; i++)
		sum += 1.0 / i / i;
	printf("%.12f\n", sum);
	printf("%Lf\n", sqrtl(2.0L));
}

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void library(int argc, char **argv)
{
	int numbers[1000];
	unsigned sum = 0;
	wchar_t wide[10];
	jmp_buf jump;
	char words[] = "a,b;c";

	(void)argc, (void)argv;
	for (int i = 0; i < 1000; i++)
		numbers[i] = i * 7919 % 1000;
	qsort(numbers, 1000, sizeof(int), compare);
	for (int i = 0; i < 1000; i++)
		sum = sum * 3 + numbers[i];
	printf("%u\n", sum);
	SHOW(*(int *)bsearch(&numbers[500], numbers, 1000, sizeof(int), compare));
	for (char *word = strtok(words, ",;"); word; word = strtok(NULL, ",;"))
		puts(word);
	volatile int round = 0;
	if (setjmp(jump) < 3)
		longjmp(jump, ++round);
	SHOW(round);
	SHOW(setlocale(LC_ALL, "C") != NULL);
	SHOW(mbstowcs(wide, "wide", 10));
	printf("%ls\n", wide);
	SHOW(toupper('x'));
	srand(1);
	SHOW(rand() == rand());
	SHOW(setenv("NAME", "value", 1));
	puts(getenv("NAME"));
	char big[5000], other[5000];
	for (int i = 0; i < 5000; i++)
		big[i] = i;
	for (int n = 0; n < 300; n++) {
		memcpy(other + n, big, 4000 + n);
		memmove(other, other + n, 4000);
		MUST(memcmp(other, big, 4000) == 0);
	}
	memset(big, 'x', 4999);
	big[4999] = '\0';
	SHOW(strlen(big) + (strchr(big, 'y') == NULL) + (strstr(big, "xxx") == big));
}

static void at_exit(void)
{
	puts("at exit");
}

static void exiting(int argc, char **argv)
{
	atexit(at_exit);
	printf("not flushed yet");
	exit(argc > 1 ? atoi(argv[1]) : 3);
}

static void exit_at_once(int argc, char **argv)
{
	atexit(at_exit);
	_exit(argc > 1 ? atoi(argv[1]) : 3);
}

/* Vector registers over system calls that do things. */
static void vectors(int argc, char **argv)
{
	int wrong = 0;

	(void)argc, (void)argv;
	__builtin_cpu_init();
	for (int i = 0; i < 100; i++) {
		unsigned char before[32], after[32];

		for (int j = 0; j < 32; j++)
			before[j] = i * 7 + j;
		if (__builtin_cpu_supports("avx2"))
			__asm__ volatile("vmovdqu (%0), %%ymm7\n\tsyscall\n\tvmovdqu %%ymm7, "
					 "(%1)\n\tvzeroupper"
					 :
					 : "r"(before), "r"(after),
					   "a"(i % 2 ? SYS_getpid : SYS_sched_yield)
					 : "rcx", "r11", "xmm7", "memory");
		else
			__asm__ volatile("movdqu (%0), %%xmm7\n\tsyscall\n\tmovdqu %%xmm7, (%1)"
					 :
					 : "r"(before), "r"(after), "a"(SYS_getpid)
					 : "rcx", "r11", "xmm7", "memory");
		wrong += memcmp(before, after, __builtin_cpu_supports("avx2") ? 32 : 16) != 0;
	}
	SHOW(wrong);
}

const struct conform_case process_cases[] = {
	{"start", start},	{"tls", tls},	     {"identity", identity},
	{"limits", limits},	{"clocks", clocks},  {"sleep", sleeping},
	{"random", randomness}, {"printf", formats}, {"math", mathematics},
	{"library", library},	{"exit", exiting},   {"_exit", exit_at_once},
	{"vectors", vectors},	{NULL, NULL},
};
