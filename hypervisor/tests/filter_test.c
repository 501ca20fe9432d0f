/* SPDX-License-Identifier: MIT */
/* The seccomp filter that is made of rules, run here, beside the rules themselves. */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/syscall.h>

#include "../../kernel/tests/unit.h"
#include "../filter.h"
#include "../msg.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define QUICK	     20

static struct sock_filter code[256];
static unsigned length;

/* Takes the place of syscall(2), in filter.c too. */
long syscall(long number, ...)
{
	const struct sock_fprog *program;
	va_list args;

	EQUAL(number, SYS_seccomp);
	va_start(args, number);
	EQUAL(va_arg(args, int), SECCOMP_SET_MODE_FILTER);
	EQUAL(va_arg(args, int), 0);
	program = va_arg(args, const struct sock_fprog *);
	va_end(args);
	CHECK(program->len <= COUNT(code));
	length = program->len;
	memcpy(code, program->filter, length * sizeof(*code));
	return 0;
}

/* As Linux runs it, bpf(4). No jump leads back or out. */
static uint32_t run(const struct seccomp_data *data)
{
	uint32_t a = 0;

	for (unsigned at = 0;;) {
		CHECK(at < length);
		const struct sock_filter *c = &code[at++];

		switch (c->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			CHECK(c->k % 4 == 0 && c->k < sizeof(*data));
			memcpy(&a, (const char *)data + c->k, sizeof(a));
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
			at += a == c->k ? c->jt : c->jf;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			at += a >= c->k ? c->jt : c->jf;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			at += a > c->k ? c->jt : c->jf;
			break;
		default:
			EQUAL(c->code, BPF_RET | BPF_K);
			return c->k;
		}
	}
}

static bool holds(const struct condition *condition, uint64_t value)
{
	const int *ints = condition->value;
	uint64_t offset = value - (uintptr_t)condition->value;

	if (condition->kind == POINTER_INTO)
		return offset < condition->count * condition->size;
	if (condition->kind == POINTER)
		return offset % condition->size == 0 && offset / condition->size < condition->count;
	for (size_t i = 0; i < condition->count; i++)
		if (ints[i] == (int)value)
			return condition->kind == ONE_OF;
	return condition->kind == NONE_OF;
}

static bool allowed(const struct rule *rules, size_t count, const struct seccomp_data *data)
{
	for (size_t i = 0; i < count; i++) {
		bool all = !rules[i].off && rules[i].call == data->nr;

		for (size_t n = 0; n < COUNT(rules[i].conditions); n++) {
			const struct condition *condition = &rules[i].conditions[n];

			if (condition->kind != ANY)
				all &= holds(condition, data->args[condition->argument]);
		}
		if (all)
			return true;
	}
	return false;
}

struct pair {
	uint64_t a, b, c;
};
static const struct pair pairs[2];
static const char names[30];

TEST(every_rule_is_kept)
{
	const struct rule rules[] = {
		ALLOW(0),
		ALLOW(1, IS(0, 0, 1, 2, 7)),
		ALLOW(3, IS_NOT(0, 7, 8, -100)),
		ALLOW_UNLESS(true, 4),
		ALLOW(5, IS_WITHIN(1, names)),
		ALLOW(QUICK, IS(0, 8), IS(1, 0xae80)),
		ALLOW(QUICK + 1),
		ALLOW(72, IS(1, 1030)),
		ALLOW(72, IS(1, 2), IS(2, 1)),
		ALLOW_UNLESS(true, 72, IS(1, 3)),
		ALLOW(231),
		ALLOW_UNLESS(true, 257, IS(0, 5)),
		ALLOW(257, IS(0, -100), IS_WITHIN(1, names), IS(2, 0x80100)),
		ALLOW(267, IS_POINTER(1, names)),
		ALLOW(332, IS_NOT(0, 3), IS_POINTER(1, names), IS(2, 4096)),
		ALLOW(437, IS(0, 5), IS_ONE(2, pairs, 2), IS(3, 24)),
	};
	const uint64_t interesting[] = {0,
					1,
					2,
					3,
					5,
					7,
					8,
					24,
					1030,
					4096,
					0x80100,
					0xae80,
					-100,
					0xffffff9c,
					1ull << 32,
					(uintptr_t)names,
					(uintptr_t)names - 1,
					(uintptr_t)names + 29,
					(uintptr_t)names + 30,
					(uintptr_t)names ^ 1ull << 40,
					(uintptr_t)pairs,
					(uintptr_t)(pairs + 1),
					(uintptr_t)(pairs + 2),
					(uintptr_t)pairs + 8,
					(uintptr_t)pairs ^ 1ull << 32};
	unsigned many = 0;

	filter_install(rules, COUNT(rules), QUICK);
	for (int i = 0; i < 1000000; i++) {
		struct seccomp_data data = {.arch = AUDIT_ARCH_X86_64, .nr = unit_random() % 460};

		if (unit_random() % 4)
			data.nr = rules[unit_random() % COUNT(rules)].call;
		if (unit_random() % 64 == 0)
			data.nr |= 0x40000000; /* x32 */
		for (int n = 0; n < 6; n++)
			data.args[n] = interesting[unit_random() % COUNT(interesting)];
		EQUAL(run(&data),
		      allowed(rules, COUNT(rules), &data) ? SECCOMP_RET_ALLOW : SECCOMP_RET_TRAP);
		many += allowed(rules, COUNT(rules), &data);
		data.arch = AUDIT_ARCH_I386;
		EQUAL(run(&data), SECCOMP_RET_KILL_PROCESS);
	}
	CHECK(many > 30000);
}

/* Whatever follows whatever: one rule, and so many that the tree has each shape. */
TEST(tables_of_any_length)
{
	struct rule rules[RULES_MAX];
	int values[COUNT(rules)];

	for (size_t count = 1; count <= COUNT(rules); count++)
		for (int twice = 0; twice < 3; twice++) {
			for (size_t i = 0; i < count; i++) {
				int call = twice ? i / 2 * (twice == 1 ? 3 : 20) : i * 7;

				values[i] = i;
				rules[i] = ALLOW(call, CONDITION(ONE_OF, i % 3 != 0, &values[i],
								 sizeof(values[i]), 1));
			}
			filter_install(rules, count, QUICK);
			for (int nr = 0; nr < 400; nr++)
				for (unsigned value = 0; value <= count; value++) {
					struct seccomp_data data = {.arch = AUDIT_ARCH_X86_64,
								    .nr = nr,
								    .args = {value, value / 2}};

					EQUAL(run(&data), allowed(rules, count, &data)
								  ? SECCOMP_RET_ALLOW
								  : SECCOMP_RET_TRAP);
				}
		}
}

int main(void)
{
	RUN(every_rule_is_kept);
	RUN(tables_of_any_length);
	return unit_failures != 0;
}
