/* SPDX-License-Identifier: MIT */
/* What the fuzzer says when something does not hold. */
#include "fuzz.h"

const char *current_name = "none";
int report = 1;

static void print_hex(uint64_t value)
{
	char text[19] = "0x";

	for (int i = 0; i < 16; i++)
		text[2 + i] = "0123456789abcdef"[value >> (60 - 4 * i) & 15];
	text[18] = '\0';
	print(report, text);
}

void print_call(void)
{
	print(report, "call ");
	print_number(report, number);
	print(report, ": ");
	print(report, current_name);
	for (int i = 0; i < 6; i++) {
		print(report, i ? ", " : "(");
		print_hex(ARGUMENT(i));
	}
	print(report, ") rax=");
	print_hex(registers_in[AX]);
	print(report, " flags=");
	print_hex(registers_in[FLAGS]);
	print(report, "\n");
}

void fail(const char *what, uint64_t value, uint64_t wanted)
{
	print(report, "\nseed ");
	print_number(report, seed);
	print(report, ", ");
	print_call();
	print(report, what);
	print(report, " is ");
	print_hex(value);
	print(report, ", not ");
	print_hex(wanted);
	print(report, "\n");
	if (leader)
		syscall3(__NR_kill, leader, SIGKILL, 0);
	exit_group(1);
}

long need(const char *what, long result)
{
	if (result < 0)
		fail(what, result, 0);
	return result;
}

int is_kernel_address(uint64_t value)
{
	if (value >> 39 != KERNEL >> 39)
		return 0;
	for (int i = 0; i < REGISTERS; i++)
		if (registers_in[i] == value)
			return 0;
	return !is_corner(value);
}
