/* SPDX-License-Identifier: MIT */
/* A seccomp filter from a table of rules: see seccomp(2). */
#include "filter.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "msg.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The filter's language: linux/filter.h. The call's number is in A where a rule begins. */
struct filter {
	struct sock_filter code[250]; /* so few that a jump reaches every answer */
	unsigned length;
};

/* Targets of jumps that aren't known yet: the next rule, and the answers. place() sets them. */
enum { NEXT_RULE = 252, TRAPPED, ALLOWED, KILLED };

static void emit(struct filter *filter, uint16_t code, uint32_t k, unsigned jt, unsigned jf)
{
	if (filter->length == COUNT(filter->code))
		die("sandbox: too many rules");
	filter->code[filter->length++] = (struct sock_filter)BPF_JUMP(code, k, jt, jf);
}

static void emit_load(struct filter *filter, size_t offset)
{
	emit(filter, BPF_LD | BPF_W | BPF_ABS, offset, 0, 0);
}

/* Sets the jumps to this target, from instruction `from` on, to what is emitted next. */
static void place(struct filter *filter, unsigned from, unsigned place)
{
	for (unsigned i = from; i < filter->length; i++) {
		struct sock_filter *code = &filter->code[i];
		unsigned distance = filter->length - i - 1;

		if (code->jt == place)
			code->jt = distance;
		if (code->jf == place)
			code->jf = distance;
	}
}

/* Jumps to `yes` if A is one of these values, else to `no`. 0 is what is emitted next. */
static void emit_is(struct filter *filter, const uint32_t *values, size_t count, unsigned yes,
		    unsigned no)
{
	for (size_t i = 0; i < count; i++) {
		size_t left = count - 1 - i;

		emit(filter, BPF_JMP | BPF_JEQ | BPF_K, values[i], yes ? yes : left, left ? 0 : no);
	}
}

/* Jumps to `yes` if the condition holds, else to `no`, likewise. */
static void emit_condition(struct filter *filter, const struct condition *condition, unsigned yes,
			   unsigned no)
{
	const size_t low = offsetof(struct seccomp_data, args[condition->argument]);
	const uintptr_t start = (uintptr_t)condition->value;
	const uintptr_t end = start + condition->count * condition->size;
	const uint32_t high = start >> 32;
	uint32_t elements[2];

	if (condition->kind == ONE_OF || condition->kind == NONE_OF) {
		bool one_of = condition->kind == ONE_OF;

		emit_load(filter, low);
		emit_is(filter, condition->value, condition->count, one_of ? yes : no,
			one_of ? no : yes);
		return;
	}
	if (high != end >> 32)
		die("sandbox: memory across 4 GiB");
	emit_load(filter, low + sizeof(uint32_t));
	emit_is(filter, &high, 1, 0, no);
	emit_load(filter, low);
	if (condition->kind == POINTER_INTO) {
		emit(filter, BPF_JMP | BPF_JGE | BPF_K, start, 0, no);
		emit(filter, BPF_JMP | BPF_JGE | BPF_K, end, no, yes);
		return;
	}
	if (condition->count > COUNT(elements))
		die("sandbox: a rule with too many places");
	for (size_t i = 0; i < condition->count; i++)
		elements[i] = start + i * condition->size;
	emit_is(filter, elements, condition->count, yes, no);
}

/* How many conditions the rule has. */
static size_t conditions(const struct rule *rule)
{
	size_t count = 0;

	while (count < COUNT(rule->conditions) && rule->conditions[count].kind != ANY)
		count++;
	return count;
}

/* If the rule doesn't hold, `next` is tried if it is for the same call. */
static void emit_rule(struct filter *filter, const struct rule *rule, const struct rule *next)
{
	const size_t count = conditions(rule);
	const unsigned start = filter->length;
	const bool more = next && next->call == rule->call;

	emit(filter, BPF_JMP | BPF_JEQ | BPF_K, rule->call, count ? 0 : ALLOWED,
	     next ? NEXT_RULE : TRAPPED);
	for (size_t i = 0; i < count; i++)
		emit_condition(filter, &rule->conditions[i], i == count - 1 ? ALLOWED : 0,
			       more ? NEXT_RULE : TRAPPED);
	place(filter, start, NEXT_RULE);
	if (more)
		emit_load(filter, offsetof(struct seccomp_data, nr));
}

/* The rules, which are in the order of their calls, as a tree. */
static void emit_rules(struct filter *filter, const struct rule *const *rules, size_t count)
{
	const unsigned start = filter->length;
	size_t middle = count / 2;

	while (middle > 0 && middle < count && rules[middle]->call == rules[middle - 1]->call)
		middle++;
	if (count < 4 || middle == count) {
		for (size_t i = 0; i < count; i++)
			emit_rule(filter, rules[i], i + 1 < count ? rules[i + 1] : NULL);
		return;
	}
	emit(filter, BPF_JMP | BPF_JGE | BPF_K, rules[middle]->call, NEXT_RULE, 0);
	emit_rules(filter, rules, middle);
	place(filter, start, NEXT_RULE);
	emit_rules(filter, rules + middle, count - middle);
}

static void emit_answer(struct filter *filter, unsigned jumps, uint32_t answer)
{
	place(filter, 0, jumps);
	emit(filter, BPF_RET | BPF_K, answer, 0, 0);
}

void filter_install(const struct rule *rules, size_t count, int last_quick)
{
	struct filter filter = {.length = 0};
	struct sock_fprog program = {.filter = filter.code};
	const struct rule *used[RULES_MAX];
	size_t used_count = 0;

	for (size_t i = 0; i < count; i++) {
		if (i > 0 && rules[i - 1].call > rules[i].call)
			die("sandbox: rules out of order");
		if (used_count == COUNT(used))
			die("sandbox: too many rules");
		if (!rules[i].off)
			used[used_count++] = &rules[i];
	}
	/*
	 * Linux tries each number when it takes the filter, to keep the answers
	 * that depend on no argument: for the numbers above `last_quick` this
	 * load of an argument ends that at once. It has no other effect.
	 */
	emit_load(&filter, offsetof(struct seccomp_data, nr));
	emit(&filter, BPF_JMP | BPF_JGT | BPF_K, last_quick, 0, 1);
	emit_load(&filter, offsetof(struct seccomp_data, args[0]));
	emit_load(&filter, offsetof(struct seccomp_data, arch));
	emit(&filter, BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 0, KILLED);
	emit_load(&filter, offsetof(struct seccomp_data, nr));
	emit_rules(&filter, used, used_count);
	emit_answer(&filter, TRAPPED, SECCOMP_RET_TRAP);
	emit_answer(&filter, ALLOWED, SECCOMP_RET_ALLOW);
	emit_answer(&filter, KILLED, SECCOMP_RET_KILL_PROCESS);
	program.len = filter.length;
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
		die("sandbox: seccomp: %m; --no-sandbox runs without it");
}
