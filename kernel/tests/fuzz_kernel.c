/* SPDX-License-Identifier: MIT */
/*
 * A libFuzzer target: the kernel's pure parts that a program's bytes reach. An
 * input's first byte tells which:
 *
 *   'E'  an ELF file: its size in 8 bytes, then its beginning, zeros behind
 *   'I'  the same as an interpreter, where there is room for it
 *   'S'  a start-up stack: argc, envc, spare room, then the strings
 *   'T'  the same of a script: the strings that come in place of the first are 1 to 8
 *   '#'  a script's first line
 *   else names: the working directory, the base, the name
 */
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../fs/path.h"
#include "../layout.h"
#include "../proc/elf.h"
#include "../proc/script.h"
#include "../proc/stack.h"
#include "fuzz_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Does [offset, offset + length) lie in `size` bytes? In 128 bits nothing wraps. */
static bool fits(uint64_t size, uint64_t offset, uint64_t length)
{
	return (unsigned __int128)offset + length <= size;
}

/* --- the ELF planner --- */

static Elf64_Ehdr header;
static const Elf64_Phdr *phdrs;
static uint64_t file_size;
static struct elf_plan plan;
static uint64_t bias;

/* A copy of a part of the file, of just that size: ASan watches its ends. */
static void *part(uint64_t offset, size_t bytes)
{
	uint8_t *copy = calloc(1, bytes);
	size_t there = end - at;

	MUST(copy);
	if (offset < there)
		memcpy(copy, at + offset, bytes < there - offset ? bytes : there - offset);
	return copy;
}

/* Where a program goes. */
static uint64_t program_bias(void)
{
	uint64_t align = PAGE_SIZE;

	for (unsigned i = 0; i < header.e_phnum; i++)
		if (phdrs[i].p_type == PT_LOAD && phdrs[i].p_align > align &&
		    phdrs[i].p_align <= PIE_BIAS && __builtin_popcountll(phdrs[i].p_align) == 1)
			align = phdrs[i].p_align;
	return header.e_type == ET_DYN ? PIE_BIAS & -align : 0;
}

/* Where an interpreter goes, as high as may be: none of it is where the stack is. */
static uint64_t interpreter_bias(void)
{
	struct elf_span span = elf_span(&header, phdrs);
	uint64_t low = UINT64_MAX, high = 0;
	bool wild = false;

	for (unsigned i = 0; i < header.e_phnum; i++) {
		if (phdrs[i].p_type != PT_LOAD || !phdrs[i].p_memsz)
			continue;
		if (!fits(USER_TOP, phdrs[i].p_vaddr, phdrs[i].p_memsz)) {
			wild = true;
			continue;
		}
		if (low > phdrs[i].p_vaddr)
			low = phdrs[i].p_vaddr;
		if (high < phdrs[i].p_vaddr + phdrs[i].p_memsz)
			high = phdrs[i].p_vaddr + phdrs[i].p_memsz;
	}
	MUST(span.start % PAGE_SIZE == 0 && span.end % PAGE_SIZE == 0);
	if (wild || !high)
		MUST(!span.start && !span.end);
	else
		MUST(low - span.start < PAGE_SIZE && span.end - high < PAGE_SIZE);
	return span.end < MMAP_TOP ? MMAP_TOP - span.end : 0;
}

static void check_plan(void)
{
	const Elf64_Phdr *load = phdrs;
	uint64_t highest = 0;
	uint64_t phdr = 0;
	unsigned loads = 0;

	MUST(plan.segment_count >= 1 && plan.segment_count <= ELF_PHDRS_MAX);
	for (unsigned i = 0; i < header.e_phnum; i++)
		loads += phdrs[i].p_type == PT_LOAD && phdrs[i].p_memsz;
	MUST(loads == plan.segment_count && plan.phnum == header.e_phnum);
	for (unsigned i = 0; i < plan.segment_count; i++) {
		const struct elf_segment *s = &plan.segments[i];
		unsigned prot;

		while (load->p_type != PT_LOAD || !load->p_memsz)
			load++;
		prot = (load->p_flags & PF_R ? PROT_READ : 0) |
		       (load->p_flags & PF_W ? PROT_WRITE : 0) |
		       (load->p_flags & PF_X ? PROT_EXEC : 0);
		MUST(s->start == load->p_vaddr + bias);
		MUST(s->offset == (load->p_filesz ? load->p_offset : 0));
		MUST(s->filesz == load->p_filesz && s->memsz == load->p_memsz && s->prot == prot);
		load++;
		MUST(s->memsz > 0 && s->filesz <= s->memsz);
		MUST(s->start >= USER_MIN && fits(MMAP_TOP, s->start, s->memsz));
		MUST(fits(file_size, s->offset, s->filesz));
		MUST(!s->filesz || s->start % PAGE_SIZE == s->offset % PAGE_SIZE);
		if (highest < s->start + s->memsz)
			highest = s->start + s->memsz;
		if (!phdr && header.e_phoff >= s->offset &&
		    fits(s->offset + s->filesz, header.e_phoff, plan.phnum * sizeof(*phdrs)))
			phdr = s->start + (header.e_phoff - s->offset);
	}
	MUST(plan.entry == header.e_entry + bias && plan.entry < USER_TOP);
	MUST(plan.phdr == phdr);
	for (unsigned i = 0; i < header.e_phnum; i++)
		if (phdrs[i].p_type == PT_INTERP) {
			MUST(plan.interp_offset == phdrs[i].p_offset);
			MUST(plan.interp_bytes == phdrs[i].p_filesz);
			MUST(plan.interp_bytes >= 2 && plan.interp_bytes <= PATH_MAX);
			break;
		} else {
			MUST(i + 1 < header.e_phnum || plan.interp_bytes == 0);
		}
	MUST(plan.brk % PAGE_SIZE == 0 && plan.brk >= highest && plan.brk - highest < PAGE_SIZE);
}

/* What messages say of a segment, of which one must be true of some PT_LOAD. */
static bool too_much_file(const Elf64_Phdr *p)
{
	return p->p_filesz > p->p_memsz;
}

static bool behind_the_file(const Elf64_Phdr *p)
{
	return p->p_filesz && !fits(file_size, p->p_offset, p->p_filesz);
}

static bool not_congruent(const Elf64_Phdr *p)
{
	return p->p_filesz && p->p_vaddr % PAGE_SIZE != p->p_offset % PAGE_SIZE;
}

static bool not_the_programs(const Elf64_Phdr *p)
{
	return !fits(USER_TOP, p->p_vaddr, p->p_memsz);
}

static bool on_the_stack(const Elf64_Phdr *p)
{
	return !fits(MMAP_TOP, p->p_vaddr + bias, p->p_memsz);
}

static bool too_low(const Elf64_Phdr *p)
{
	return p->p_vaddr + bias < USER_MIN;
}

static bool bad_interpreter(const Elf64_Phdr *p)
{
	return p->p_filesz < 2 || p->p_filesz > PATH_MAX;
}

static void check_refusal(const char *problem)
{
	static const struct {
		const char *says;
		bool (*is_so)(const Elf64_Phdr *);
		uint32_t type;
	} reasons[] = {
		{"a segment is larger in the file", too_much_file, PT_LOAD},
		{"a segment lies behind the end of the file", behind_the_file, PT_LOAD},
		{"a segment's address and offset", not_congruent, PT_LOAD},
		{"a segment lies outside the program's half", not_the_programs, PT_LOAD},
		{"a segment lies where the stack is", on_the_stack, PT_LOAD},
		{"a segment lies in the lowest 64 KiB", too_low, PT_LOAD},
		{"the name of its interpreter", bad_interpreter, PT_INTERP},
	};
	bool is_so = false;

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (strncmp(problem, reasons[i].says, strlen(reasons[i].says)) != 0)
			continue;
		for (unsigned j = 0; j < header.e_phnum; j++)
			is_so |= phdrs[j].p_type == reasons[i].type && reasons[i].is_so(&phdrs[j]);
		MUST(is_so);
	}
}

/* As exec.c does it. */
static void fuzz_elf(uint64_t (*find_bias)(void))
{
	const char *problem;
	void *copy, *table;

	file_size = take(8);
	if (file_size > INT64_MAX) /* lseek told it */
		return;
	if (file_size < (uint64_t)(end - at))
		end = at + file_size;
	copy = part(0, sizeof(header));
	problem = elf_check_header(copy, file_size);
	memcpy(&header, copy, sizeof(header));
	free(copy);
	if (problem)
		return;
	MUST(header.e_phnum >= 1 && header.e_phnum <= ELF_PHDRS_MAX);
	MUST(fits(file_size, header.e_phoff, header.e_phnum * sizeof(*phdrs)));
	phdrs = table = part(header.e_phoff, header.e_phnum * sizeof(*phdrs));
	memset(&plan, 0xa5, sizeof(plan));
	bias = find_bias();
	if (find_bias == program_bias)
		MUST(elf_program_bias(&header, phdrs) == bias);
	problem = elf_make_plan(&plan, &header, phdrs, file_size, bias);
	if (problem)
		check_refusal(problem);
	else
		check_plan();
	free(table);
}

/* --- the stack --- */

#define STRINGS 512

static const char *strings[STRINGS];
static uint64_t string_count;

/* argv is vector 0; envp is the vector of what follows argv, told by argc. */
static const char *string(uint64_t vector, uint64_t index)
{
	MUST(vector + index < string_count);
	return strings[vector + index];
}

static const uint8_t *image_base;
static uint64_t image_bottom, image_top;

/* What the program sees at an address, of so many bytes. */
static const void *seen(uint64_t address, uint64_t bytes)
{
	MUST(address >= image_bottom && fits(image_top, address, bytes));
	return image_base + (address - image_bottom);
}

static void check_string(uint64_t address, const char *wanted)
{
	MUST(memcmp(seen(address, strlen(wanted) + 1), wanted, strlen(wanted) + 1) == 0);
}

static void check_stack(const struct stack_contents *c, uint64_t rsp)
{
	const uint64_t *word = seen(rsp, (1 + c->argc + 1 + c->envc + 1 + 2) * sizeof(*word));
	uint64_t aux[64] = {0};

	MUST(*word++ == c->lead_count + c->argc - c->replaced);
	for (uint64_t i = 0; i < c->lead_count; i++)
		check_string(*word++, c->lead[i]);
	for (uint64_t i = c->replaced; i < c->argc; i++)
		check_string(*word++, string(c->argv, i));
	MUST(*word++ == 0);
	for (uint64_t i = 0; i < c->envc; i++)
		check_string(*word++, string(c->envp, i));
	MUST(*word++ == 0);
	for (; *word != AT_NULL; word += 2) {
		MUST(*word < 64 &&
		     (const uint8_t *)(word + 4) <= image_base + (image_top - image_bottom));
		aux[*word] = word[1];
	}
	MUST(aux[AT_ENTRY] == c->entry && aux[AT_PHDR] == c->phdr && aux[AT_PHNUM] == c->phnum);
	MUST(aux[AT_PHENT] == sizeof(Elf64_Phdr) && aux[AT_PAGESZ] == PAGE_SIZE);
	MUST(aux[AT_BASE] == c->base && aux[AT_SYSINFO_EHDR] == c->vdso);
	MUST(aux[AT_HWCAP] == c->hwcap && aux[AT_HWCAP2] == c->hwcap2);
	MUST(memcmp(seen(aux[AT_RANDOM], STACK_RANDOM_BYTES), c->random, STACK_RANDOM_BYTES) == 0);
	check_string(aux[AT_PLATFORM], "x86_64");
	check_string(aux[AT_EXECFN], c->execfn);
}

/* As of a script: other strings in place of the first argument, maybe one that is too long. */
static void replace_first(struct stack_contents *contents, const char *text)
{
	static char longest[STACK_STRING_MAX + 1];
	static const char *lead[8];

	contents->replaced = contents->argc ? 1 : 0;
	contents->lead = lead;
	contents->lead_count = 1 + contents->phnum / 4 % 8;
	for (unsigned i = 0; i < contents->lead_count; i++)
		lead[i] = text;
	if (!(contents->phnum & 1))
		return;
	lead[0] = longest;
	memset(longest, 'x', STACK_STRING_MAX);
	MUST(stack_measure(contents, SIZE_MAX) == -E2BIG);
	longest[STACK_STRING_MAX - 1] = '\0';
}

static void fuzz_stack(bool script)
{
	uint8_t random[STACK_RANDOM_BYTES];
	struct stack_contents contents = {.argc = take(1), .envc = take(1), .string = string};
	size_t spare = take(1) * 16;
	char *text;
	size_t left, bytes;
	uint8_t *image;
	uint64_t rsp;

	contents.envp = contents.argc;
	contents.random = random;
	contents.entry = take(8);
	contents.phdr = take(8);
	contents.base = take(1) << 12;
	contents.vdso = take(1) << 12;
	contents.phnum = contents.hwcap = take(1);
	contents.hwcap2 = contents.signal_frame = take(1);
	for (int i = 0; i < STACK_RANDOM_BYTES; i++)
		random[i] = take(1);
	/* Each string ends at a NUL of the input; of those behind the last nothing is left. */
	left = end - at;
	text = calloc(1, left + 1);
	MUST(text);
	memcpy(text, at, left);
	string_count = contents.argc + contents.envc;
	for (uint64_t i = 0, from = 0; i < string_count; i++) {
		strings[i] = text + from;
		from += strlen(text + from);
		from += from < left;
	}

	contents.execfn = string_count && !(contents.phnum & 2) ? strings[0] : "another";
	if (script)
		replace_first(&contents, text);
	MUST(stack_measure(&contents, SIZE_MAX) == 0);
	/* The name counts again, though it may be an argument, too. */
	MUST(stack_measure(&contents, contents.size + strlen(contents.execfn) + 1) == 0);
	MUST(stack_measure(&contents, strlen(contents.execfn)) == -E2BIG);
	bytes = contents.size;
	MUST(bytes % 16 == 0);
	image = aligned_alloc(16, bytes + spare);
	MUST(image);
	memset(image, 0xa5, bytes + spare);
	image_base = image;
	image_top = USER_TOP;
	image_bottom = image_top - bytes - spare;
	rsp = stack_build(&contents, image, bytes + spare, image_top);
	MUST(rsp == image_top - bytes && rsp % 16 == 0);
	for (size_t i = 0; i < spare; i++)
		MUST(image[i] == 0xa5);
	check_stack(&contents, rsp);
	MUST(stack_build(&contents, image, bytes - 16, image_top) == 0);
	free(image);
	free(text);
}

/* --- scripts --- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* A word of a line, which ends at a blank, a NUL, or `end`. */
static size_t word_length(const char *from, const char *limit)
{
	size_t length = 0;

	while (from + length < limit && from[length] && !is_blank(from[length]))
		length++;
	return length;
}

static void fuzz_script(void)
{
	char *line = calloc(1, SCRIPT_LINE); /* of just that size: ASan watches its ends */
	char was[SCRIPT_LINE];
	size_t there = end - at;
	const char *limit, *name;
	struct script script;
	bool cut;

	MUST(line);
	memcpy(line, "#!", 2);
	memcpy(line + 2, at, there < SCRIPT_LINE - 2 ? there : SCRIPT_LINE - 2);
	memcpy(was, line, sizeof(was));
	MUST(script_is(line));
	was[0] = ' ';
	MUST(!script_is(was));
	memcpy(was, "# ", 2);
	MUST(!script_is(was));
	/* What can be looked at ends at the newline, or before the last byte. */
	limit = memchr(was + 2, '\n', SCRIPT_LINE - 3);
	limit = limit ? limit : was + SCRIPT_LINE - 1;
	cut = *limit != '\n' && *limit && !is_blank(*limit);
	for (name = was + 2; name < limit && is_blank(*name); name++)
		;
	if (script_parse(&script, line)) {
		MUST(name == limit || (cut && name + word_length(name, limit) == limit));
	} else {
		size_t length = word_length(name, limit);

		MUST(name < limit && strlen(script.interpreter) == length);
		MUST(memcmp(script.interpreter, name, length) == 0);
		MUST(!script.argument || !is_blank(script.argument[0]));
		MUST(!script.argument || (script.argument > script.interpreter + length &&
					  script.argument < line + SCRIPT_LINE));
		MUST(!script.argument || memcmp(script.argument, was + (script.argument - line),
						strlen(script.argument)) == 0);
	}
	free(line);
}

/* --- names --- */

#define TEXT (2 * PATH_MAX)

/* A text of the input, many times: names are long where things go wrong. */
static void take_text(char *text, char first)
{
	unsigned times = take(1) + 1;
	size_t length = 0;
	size_t unit;

	if (first)
		text[length++] = first;
	for (unit = 0; at + unit < end && at[unit] && unit < PATH_MAX; unit++)
		;
	for (; times && length + unit < TEXT; times--, length += unit)
		memcpy(text + length, at, unit);
	text[length] = '\0';
	at += unit;
	take(1);
}

/* The name without ".", ".." and needless slashes, from right to left. */
static void wanted_name(char *name, const char *text)
{
	const char *right = text + strlen(text);
	char reversed[2 * TEXT];
	char *out = reversed + sizeof(reversed);
	unsigned dropped = 0;

	*--out = '\0';
	while (right > text) {
		const char *left = right;

		while (left > text && left[-1] != '/')
			left--;
		if (right - left == 2 && memcmp(left, "..", 2) == 0) {
			dropped++;
		} else if (right > left && !(right - left == 1 && *left == '.')) {
			if (dropped) {
				dropped--;
			} else {
				out -= right - left;
				memcpy(out, left, right - left);
				*--out = '/';
			}
		}
		right = left > text ? left - 1 : text;
	}
	strcpy(name, *out ? out : "/");
}

static void fuzz_path(void)
{
	static char cwd[TEXT + 1], base[TEXT + 1], text[TEXT + 1], whole[2 * TEXT + 3],
		name[2 * TEXT];
	static struct path path;
	bool has_base = take(1) & 1;
	const char *from;
	int error;

	take_text(cwd, '/');
	take_text(base, '/');
	take_text(text, '\0');
	if (strlen(base) >= PATH_MAX) /* path.h promises nothing of such a base */
		return;
	if (path_make(&path, "", "", true, cwd) != 0 || strlen(path.absolute) >= PATH_MAX)
		return;
	strcpy(cwd, path.absolute);

	from = has_base ? base : cwd;
	snprintf(whole, sizeof(whole), "%s%s%s", text[0] == '/' ? "" : from,
		 text[0] == '/' ? "" : "/", text);
	memset(&path, 0xa5, sizeof(path));
	error = path_make(&path, from, from, true, text);
	if (!text[0]) {
		MUST(error == -ENOENT);
	} else if (error) {
		MUST(error == -ENAMETOOLONG && strlen(whole) >= PATH_MAX);
	} else {
		MUST(strlen(path.host) < PATH_MAX);
		if (strlen(whole) < PATH_MAX) {
			MUST(strcmp(path.host, whole) == 0);
		} else {
			wanted_name(name, path.host);
			MUST(strcmp(path.absolute, name) == 0);
		}
		wanted_name(name, whole);
		MUST(strcmp(path.absolute, name) == 0);
		MUST((path_below(path.absolute, "/proc") != NULL) ==
		     (strcmp(name, "/proc") == 0 || strncmp(name, "/proc/", 6) == 0));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	begin(data, size);
	switch (take(1)) {
	case 'E':
		fuzz_elf(program_bias);
		break;
	case 'I':
		fuzz_elf(interpreter_bias);
		break;
	case 'S':
	case 'T':
		fuzz_stack(data[0] == 'T');
		break;
	case '#':
		fuzz_script();
		break;
	default:
		fuzz_path();
	}
	return 0;
}
