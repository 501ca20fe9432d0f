/* SPDX-License-Identifier: MIT */
/*
 * The vsyscall page's three functions: the same as the system calls, and no other register
 * changes. With an argument, a jump or an access that has to fault.
 */
#include <linux/time.h>

#include "check.h"

#define PAGE	     0xffffffffff600000
#define GETTIMEOFDAY PAGE
#define TIME	     (PAGE + 0x400)
#define GETCPU	     (PAGE + 0x800)

static long call(unsigned long function, void *first, void *second)
{
	long result, rcx = 1, rdx = 0, r11 = 3;
	register long r11_now __asm__("r11") = r11;

	__asm__ volatile("call *%[function]"
			 : "=a"(result), "+c"(rcx), "+d"(rdx), "+r"(r11_now), "+D"(first),
			   "+S"(second)
			 : [function] "r"(function)
			 : "memory");
	EQUAL(rcx, 1);
	EQUAL(rdx, 0);
	EQUAL(r11_now, r11);
	return result;
}

static void fault(const char *name)
{
	if (same_text(name, "read"))
		*(volatile char *)PAGE;
	else if (same_text(name, "behind"))
		call(PAGE + 0xc00, NULL, NULL);
	else if (same_text(name, "inside"))
		call(PAGE + 1, NULL, NULL);
	else if (same_text(name, "pointer"))
		call(TIME, (void *)8, NULL);
	else if (same_text(name, "stack"))
		__asm__ volatile("mov $8, %%rsp; jmp *%0" : : "r"(TIME));
}

int main(int argc, char **argv)
{
	struct timeval time = {0, 0};
	unsigned cpu = 77, node = 77;
	long seconds = 0;

	if (argc > 1) {
		fault(argv[1]);
		return 1;
	}
	EQUAL(call(GETTIMEOFDAY, &time, NULL), 0);
	CHECK(time.tv_usec >= 0 && time.tv_usec < 1000000);
	EQUAL(call(TIME, &seconds, NULL), seconds);
	CHECK(seconds - time.tv_sec == 0 || seconds - time.tv_sec == 1);
	CHECK(call(TIME, NULL, NULL) - seconds < 2);
	EQUAL(call(GETCPU, &cpu, &node), 0);
	EQUAL(cpu, 0);
	EQUAL(node, 0);
	return pass();
}
