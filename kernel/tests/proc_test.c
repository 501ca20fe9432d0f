/* SPDX-License-Identifier: MIT */
/* ELF plans, the start-up stack, and the library's functions. */
#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <sys/mman.h>

#include "../fs/path.h"
#include "../layout.h"
#include "../lib/random.h"
#include "../proc/elf.h"
#include "../proc/script.h"
#include "../proc/stack.h"
#include "../x86/x86.h"
#include "unit.h"

#define KIB 1024

/* A good file's headers: text and data with bss. The tests change a copy. */
static Elf64_Ehdr header;
static Elf64_Phdr phdrs[ELF_PHDRS_MAX];
static struct elf_plan plan;

static void good(void)
{
	header = (Elf64_Ehdr){
		.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
		.e_type = ET_EXEC,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_entry = 0x401010,
		.e_phoff = 64,
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 4,
	};
	phdrs[0] = (Elf64_Phdr){PT_LOAD, PF_R, 0, 0x400000, 0, 0x200, 0x200, 0x1000};
	phdrs[1] = (Elf64_Phdr){PT_LOAD, PF_R | PF_X, 0x1000, 0x401000, 0, 0x800, 0x800, 0x1000};
	phdrs[2] = (Elf64_Phdr){PT_LOAD, PF_R | PF_W, 0x2e00, 0x403e00, 0, 0x300, 0x5000, 0x1000};
	phdrs[3] = (Elf64_Phdr){PT_GNU_STACK, PF_R | PF_W, 0, 0, 0, 0, 0, 16};
}

static const char *make_plan(uint64_t size)
{
	const char *problem = elf_check_header(&header, size);

	return problem ? problem
		       : elf_make_plan(&plan, &header, phdrs, size,
				       elf_program_bias(&header, phdrs));
}

TEST(elf_plan_of_a_good_file)
{
	good();
	EQUAL(make_plan(16 * KIB), NULL);
	EQUAL(plan.segment_count, 3);
	EQUAL(plan.entry, 0x401010);
	EQUAL(plan.phdr, 0x400040);
	EQUAL(plan.phnum, 4);
	EQUAL(plan.brk, 0x409000);
	EQUAL(plan.exec_stack, 0);
	EQUAL(plan.segments[2].start, 0x403e00);
	EQUAL(plan.segments[2].offset, 0x2e00);
	EQUAL(plan.segments[2].filesz, 0x300);
	EQUAL(plan.segments[2].memsz, 0x5000);
	EQUAL(plan.segments[1].prot, PROT_READ | PROT_EXEC);
	EQUAL(plan.segments[2].prot, PROT_READ | PROT_WRITE);
}

TEST(elf_plan_of_a_pie)
{
	good();
	header.e_type = ET_DYN;
	header.e_entry = 0x1010;
	for (int i = 0; i < 3; i++)
		phdrs[i].p_vaddr -= 0x400000;
	EQUAL(make_plan(16 * KIB), NULL);
	EQUAL(plan.entry, 0x555555555010);
	EQUAL(plan.phdr, 0x555555554040);
	/* A wide alignment is kept. */
	phdrs[1].p_align = 0x200000;
	EQUAL(make_plan(16 * KIB), NULL);
	EQUAL(plan.segments[0].start, 0x555555400000);
}

TEST(elf_program_headers_that_no_segment_shows)
{
	good();
	header.e_phoff = 0x3800;
	EQUAL(make_plan(16 * KIB), NULL);
	EQUAL(plan.phdr, 0);
}

TEST(elf_executable_stack)
{
	good();
	phdrs[3].p_flags |= PF_X;
	EQUAL(make_plan(16 * KIB), NULL);
	EQUAL(plan.exec_stack, 1);
}

/* Another image, which goes where there is room for all its pages. */
TEST(elf_plan_of_an_interpreter)
{
	struct elf_span span;
	uint64_t bias;

	good();
	header.e_type = ET_DYN;
	header.e_entry = 0x1010;
	for (int i = 0; i < 3; i++)
		phdrs[i].p_vaddr -= 0x400000;
	span = elf_span(&header, phdrs);
	EQUAL(span.start, 0);
	EQUAL(span.end, 0x9000);
	bias = MMAP_TOP - span.end;
	EQUAL(elf_make_plan(&plan, &header, phdrs, 16 * KIB, bias), NULL);
	EQUAL(plan.entry, bias + 0x1010);
	EQUAL(plan.phdr, bias + 64);
	EQUAL(plan.segments[0].start, bias);
	EQUAL(plan.segments[2].start, bias + 0x3e00);
	EQUAL(plan.brk, MMAP_TOP);
	/* A page higher it is where the stack is. */
	CHECK(elf_make_plan(&plan, &header, phdrs, 16 * KIB, bias + PAGE_SIZE) != NULL);
}

TEST(elf_span_of_odd_segments)
{
	struct elf_span span;

	good();
	/* In any order, with one of nothing far away. */
	phdrs[3] = phdrs[0];
	phdrs[0] = phdrs[2];
	phdrs[2] = (Elf64_Phdr){PT_LOAD, PF_R, 0, 0x70000000, 0, 0, 0, 0x1000};
	span = elf_span(&header, phdrs);
	EQUAL(span.start, 0x400000);
	EQUAL(span.end, 0x409000);
	phdrs[1].p_vaddr = UINT64_MAX - 10;
	EQUAL(elf_span(&header, phdrs).end, 0);
	for (int i = 0; i < 4; i++)
		phdrs[i].p_type = PT_NOTE;
	EQUAL(elf_span(&header, phdrs).start, 0);
	EQUAL(elf_span(&header, phdrs).end, 0);
}

TEST(elf_interpreter_of_a_program)
{
	good();
	phdrs[3] = (Elf64_Phdr){PT_INTERP, PF_R, 0x238, 0x400238, 0, 28, 28, 1};
	EQUAL(make_plan(16 * KIB), NULL);
	EQUAL(plan.interp_offset, 0x238);
	EQUAL(plan.interp_bytes, 28);
	/* The first counts. */
	phdrs[2] = (Elf64_Phdr){PT_INTERP, PF_R, 0x300, 0x400300, 0, 5, 5, 1};
	EQUAL(make_plan(16 * KIB), NULL);
	EQUAL(plan.interp_offset, 0x300);
	phdrs[2].p_filesz = PATH_MAX;
	EQUAL(make_plan(16 * KIB), NULL);
	phdrs[2].p_filesz = PATH_MAX + 1;
	CHECK(make_plan(16 * KIB) != NULL);
	phdrs[2].p_filesz = 1;
	CHECK(make_plan(16 * KIB) != NULL);
}

/* Whatever the headers say: a plan that is made keeps its promises. */
TEST(elf_plans_of_random_headers_keep_their_promises)
{
	int made = 0;

	for (int round = 0; round < 2000000; round++) {
		uint64_t size = round % 2 ? 16 * KIB : unit_random() % (32 * KIB);
		uint8_t *bytes = round % 3 ? (uint8_t *)phdrs : (uint8_t *)&header;
		size_t count = round % 3 ? 4 * sizeof(phdrs[0]) : sizeof(header);
		uint64_t highest = 0;

		good();
		for (uint64_t n = unit_random() % 4; n; n--) {
			/* A byte, or a whole word of an interesting value. */
			static const uint64_t words[] = {0,
							 1,
							 0xfff,
							 0x1000,
							 0x7ffffffff000,
							 0x7fffffffffff,
							 0x800000000000,
							 0xffff800000000000,
							 -4096,
							 -1,
							 INT64_MAX};
			size_t at = unit_random() % count;

			if (unit_random() % 2)
				bytes[at] = unit_random();
			else
				memcpy(bytes + at / 8 * 8, &words[unit_random() % 11], 8);
		}
		if (make_plan(size))
			continue;
		made++;
		CHECK(plan.segment_count >= 1 && plan.segment_count <= ELF_PHDRS_MAX);
		CHECK(header.e_phnum <= ELF_PHDRS_MAX);
		for (unsigned i = 0; i < plan.segment_count; i++) {
			const struct elf_segment *s = &plan.segments[i];

			CHECK(s->memsz > 0 && s->filesz <= s->memsz);
			CHECK(s->start >= USER_MIN);
			CHECK(s->start < USER_TOP && s->memsz <= USER_TOP - s->start);
			CHECK(s->offset <= size && s->filesz <= size - s->offset);
			CHECK(!s->filesz || s->start % PAGE_SIZE == s->offset % PAGE_SIZE);
			if (highest < s->start + s->memsz)
				highest = s->start + s->memsz;
		}
		CHECK(plan.entry < USER_TOP);
		CHECK(plan.brk >= highest && plan.brk < highest + PAGE_SIZE);
	}
	CHECK(made > 1000);
}

/* --- scripts --- */

/* What becomes of a first line: "interpreter" or "interpreter|argument"; "?" if it is refused. */
static const char *parsed(const char *text, size_t length)
{
	static char out[2 * SCRIPT_LINE];
	char line[SCRIPT_LINE + 1] = "";
	struct script script;

	memcpy(line, text, length < SCRIPT_LINE ? length : SCRIPT_LINE);
	line[SCRIPT_LINE] = 'x'; /* isn't read */
	CHECK(script_is(line));
	if (script_parse(&script, line))
		return "?";
	snprintf(out, sizeof(out), "%s%s%s", script.interpreter, script.argument ? "|" : "",
		 script.argument ? script.argument : "");
	EQUAL(line[SCRIPT_LINE], 'x');
	return out;
}

#define PARSED(text, wanted) EQUAL(strcmp(parsed(text, sizeof(text) - 1), wanted), 0)

TEST(scripts)
{
	char line[2 * SCRIPT_LINE];

	PARSED("#!/bin/sh\n", "/bin/sh");
	PARSED("#!/bin/sh", "/bin/sh");
	PARSED("#! \t/bin/sh \t\nrest", "/bin/sh");
	PARSED("#!/bin/sh -e  -u \t\n-x", "/bin/sh|-e  -u");
	PARSED("#!/bin/sh \0\n", "/bin/sh|");
	PARSED("#!/bin/sh\0-x\n", "/bin/sh");
	PARSED("#!\0", "");
	PARSED("#!\n/bin/sh", "?");
	PARSED("#!", "");
	PARSED("#! \t \n", "?");
	memset(line, ' ', sizeof(line));
	memcpy(line, "#!", 2);
	EQUAL(strcmp(parsed(line, sizeof(line)), "?"), 0);
	/* The last byte that is looked at ends the name, or else more of it may follow. */
	memset(line + 2, 'n', sizeof(line) - 2);
	EQUAL(strcmp(parsed(line, SCRIPT_LINE), "?"), 0);
	EQUAL(strlen(parsed(line, SCRIPT_LINE - 1)), SCRIPT_LINE - 3);
	line[SCRIPT_LINE - 1] = ' ';
	EQUAL(strlen(parsed(line, sizeof(line))), SCRIPT_LINE - 3);
	/* An argument is cut off. */
	line[10] = ' ';
	line[SCRIPT_LINE - 1] = 'n';
	EQUAL(strlen(parsed(line, sizeof(line))), SCRIPT_LINE - 3);
	EQUAL(parsed(line, sizeof(line))[8], '|');
	CHECK(script_is(line));
	line[1] = ' ';
	CHECK(!script_is(line));
}

/* --- the stack --- */

#define STACK_LIMIT 0x200000

static const char *argv[] = {"program", "", "two words"};
static const char *envp[] = {"A=1", "LONG=abcdefghijklmnopqrstuvwxyz"};

static const char *string(uint64_t vector, uint64_t index)
{
	return (vector ? envp : argv)[index];
}

TEST(stack_is_as_the_psabi_says)
{
	static uint8_t image[8192];
	static const uint8_t random[] = "0123456789abcdef";
	struct stack_contents contents = {.argc = 3,
					  .envc = 2,
					  .string = string,
					  .argv = 0,
					  .envp = 1,
					  .execfn = argv[0],
					  .random = random,
					  .entry = 0x401000,
					  .phdr = 0x400040,
					  .phnum = 5,
					  .hwcap = 0x1234};
	uint64_t top = 0x7ffffffff000;
	uint64_t bottom = top - sizeof(image);
	int error = stack_measure(&contents, STACK_LIMIT);
	uint64_t rsp = stack_build(&contents, image, sizeof(image), top);
	const uint64_t *words = (uint64_t *)(image + (rsp - bottom));
	uint64_t aux[64] = {0};

#define AT(address) ((const char *)image + ((address)-bottom))
	EQUAL(rsp % 16, 0);
	EQUAL(error, 0);
	EQUAL(rsp, top - contents.size);
	EQUAL(words[0], 3);
	for (int i = 0; i < 3; i++)
		CHECK(strcmp(AT(words[1 + i]), argv[i]) == 0);
	EQUAL(words[4], 0);
	for (int i = 0; i < 2; i++)
		CHECK(strcmp(AT(words[5 + i]), envp[i]) == 0);
	EQUAL(words[7], 0);
	for (const uint64_t *a = words + 8; a[0] != AT_NULL; a += 2)
		aux[a[0]] = a[1];
	EQUAL(aux[AT_PHDR], 0x400040);
	EQUAL(aux[AT_PHENT], 56);
	EQUAL(aux[AT_PHNUM], 5);
	EQUAL(aux[AT_ENTRY], 0x401000);
	EQUAL(aux[AT_PAGESZ], 4096);
	EQUAL(aux[AT_HWCAP], 0x1234);
	CHECK(memcmp(AT(aux[AT_RANDOM]), random, 16) == 0);
	CHECK(strcmp(AT(aux[AT_EXECFN]), "program") == 0);
	CHECK(strcmp(AT(aux[AT_PLATFORM]), "x86_64") == 0);
	/* Nothing below RSP was written, nothing above the end. */
	for (uint64_t at = bottom; at < rsp; at++)
		EQUAL(image[at - bottom], 0);
}

TEST(stack_of_any_size_fits_what_it_says)
{
	static char text[4096];
	static uint8_t image[16384];
	static const uint8_t random[16];

	for (int bytes = 0; bytes < 4000; bytes += 13) {
		struct stack_contents contents = {.argc = 1, .string = string, .random = random};
		size_t size;

		memset(text, 'x', bytes);
		text[bytes] = '\0';
		argv[0] = text;
		contents.execfn = text;
		EQUAL(stack_measure(&contents, STACK_LIMIT), 0);
		size = contents.size;
		EQUAL(size % 16, 0);
		/* An image of just that size: ASan watches its ends. */
		uint8_t *exact = aligned_alloc(16, size);
		EQUAL(stack_build(&contents, exact, size, 0x7ffffffff000), 0x7ffffffff000 - size);
		EQUAL(stack_build(&contents, exact, size - 16, 0x7ffffffff000), 0);
		free(exact);
		EQUAL(stack_build(&contents, image, sizeof(image), 0x7ffffffff000),
		      0x7ffffffff000 - size);
	}
}

/* The auxiliary vector of a stack, by type. */
static void read_auxv(const uint64_t *word, uint64_t aux[64])
{
	for (uint64_t n = *word++; n; n--)
		word++;
	for (word++; *word; word++)
		;
	for (word++; *word != AT_NULL; word += 2)
		aux[*word] = word[1];
}

TEST(stack_of_a_script)
{
	static uint8_t image[4096];
	static const uint8_t random[16];
	const char *lead[] = {"/bin/sh", "-e", "/a/script"};
	struct stack_contents contents = {.argc = 3,
					  .string = string,
					  .lead = lead,
					  .lead_count = 3,
					  .execfn = lead[2],
					  .random = random,
					  .base = 0x7fff0000,
					  .vdso = 0x7ffe0000};
	uint64_t top = 0x7ffffffff000;
	uint64_t bottom = top - sizeof(image);
	uint64_t aux[64] = {0};
	const uint64_t *words;

	argv[0] = "not seen";
	EQUAL(stack_measure(&contents, STACK_LIMIT), 0);
	words = (uint64_t *)(image + (stack_build(&contents, image, sizeof(image), top) - bottom));
	EQUAL(words[0], 5);
	for (int i = 0; i < 3; i++)
		CHECK(strcmp(AT(words[1 + i]), lead[i]) == 0);
	for (int i = 1; i < 3; i++)
		CHECK(strcmp(AT(words[3 + i]), argv[i]) == 0);
	EQUAL(words[6], 0);
	read_auxv(words, aux);
	CHECK(strcmp(AT(aux[AT_EXECFN]), "/a/script") == 0);
	EQUAL(aux[AT_BASE], 0x7fff0000);
	EQUAL(aux[AT_SYSINFO_EHDR], 0x7ffe0000);
	/* Without a vDSO there is no entry. */
	contents.vdso = 0;
	EQUAL(stack_measure(&contents, STACK_LIMIT), 0);
	words = (uint64_t *)(image + (stack_build(&contents, image, sizeof(image), top) - bottom));
	memset(aux, 0xff, sizeof(aux));
	read_auxv(words, aux);
	EQUAL(aux[AT_SYSINFO_EHDR], UINT64_MAX);
}

TEST(stack_refuses_what_linux_refuses)
{
	static char text[STACK_STRING_MAX + 1];
	struct stack_contents contents = {.argc = 2, .envc = 1, .string = string, .envp = 1};
	/* argv[0] twice, argv[1], envp[0], and pointers to three. */
	size_t bytes = 2 * sizeof("program") + STACK_STRING_MAX + sizeof("A=1") + 3 * 8;

	memset(text, 'x', STACK_STRING_MAX);
	text[STACK_STRING_MAX - 1] = '\0';
	argv[0] = contents.execfn = "program";
	argv[1] = text;
	EQUAL(stack_measure(&contents, bytes), 0);
	EQUAL(stack_measure(&contents, bytes - 1), -E2BIG);
	text[STACK_STRING_MAX - 1] = 'x';
	EQUAL(stack_measure(&contents, STACK_LIMIT), -E2BIG);
	argv[1] = "";
}

/* --- the library --- */

void *kernel_memcpy(void *to, const void *from, size_t bytes);
void *kernel_memset(void *to, int byte, size_t bytes);
int kernel_memcmp(const void *a, const void *b, size_t bytes);
size_t kernel_strlen(const char *text);

TEST(string_functions)
{
	uint8_t a[200], b[200];

	for (int round = 0; round < 20000; round++) {
		unsigned from = unit_random() % 100, to = unit_random() % 100,
			 n = unit_random() % 100;
		int order, wanted;

		for (int i = 0; i < 200; i++)
			a[i] = b[i] = unit_random();
		kernel_memset(a + to, round, n);
		memset(b + to, round, n);
		CHECK(memcmp(a, b, 200) == 0);
		kernel_memcpy(a, b + from, n);
		CHECK(memcmp(a, b + from, n) == 0);
		order = kernel_memcmp(a, b, n);
		wanted = memcmp(a, b, n);
		CHECK((order < 0) == (wanted < 0) && (order > 0) == (wanted > 0));
		a[n] = 0;
		EQUAL(kernel_strlen((char *)a), strlen((char *)a));
	}
}

/* Inlined, with as many words as bytes behind them: the compiler sees two numbers that are one. */
TEST(string_instructions)
{
	static const char text[] = "0123456789abcdefghi";
	char copy[20] = "", bytes[20] = "";

	rep_movs(copy, text, 18);
	CHECK(memcmp(copy, text, 18) == 0 && copy[18] == 0);
	rep_stos(bytes, 0, 0);
	rep_stos(bytes, UINT64_C(0x7878787878787878), 18);
	EQUAL(strspn(bytes, "x"), 18);
	EQUAL(repne_scasb(text, 'i') - text, 18);
}

/* The working directory, which is the host's, too. */
static const char cwd[] = "/home/me";

static const char *named(const char *base, const char *text)
{
	static struct path path;
	int error = path_make(&path, base ? base : cwd, base ? base : "", true, text);

	return error == -ENOENT		? "ENOENT"
	       : error == -ENAMETOOLONG ? "ENAMETOOLONG"
	       : error			? "?"
					: path.absolute;
}

static void same_name(const char *base, const char *text, const char *wanted)
{
	const char *found = named(base, text);

	if (strcmp(found, wanted) != 0)
		printf("  %s from %s: %s, not %s\n", text, base, found, wanted);
	CHECK(strcmp(found, wanted) == 0);
}

TEST(names)
{
	static char text[PATH_MAX + 1];
	struct path path;

	same_name(NULL, "", "ENOENT");
	same_name(NULL, "file", "/home/me/file");
	same_name(NULL, "../you/./file/", "/home/you/file");
	same_name(NULL, "/a//b/../c/.", "/a/c");
	same_name(NULL, "/../../..", "/");
	same_name(NULL, "../../../../proc", "/proc");
	same_name("/base", "file", "/base/file");
	same_name("/base", "..", "/");
	same_name("/base", "/file", "/file");
	same_name(NULL, "...", "/home/me/...");
	memset(text, 'x', PATH_MAX);
	same_name(NULL, text, "ENAMETOOLONG");
	text[PATH_MAX - 1] = '\0';
	EQUAL(path_make(&path, cwd, "", true, text), 0);
	/* What the host gets is the program's own text, until there is another directory. */
	EQUAL(strcmp(path.host, text), 0);
	same_name("/base", text, "ENAMETOOLONG");
	EQUAL(path_make(&path, cwd, "", true, "/proc"), 0);
	EQUAL(strcmp(path_below(path.absolute, ""), "/proc"), 0);
	EQUAL(strcmp(path_below(path.absolute, "/proc"), ""), 0);
	EQUAL(path_below(path.absolute, "/pro"), NULL);
	EQUAL(path_below(path.absolute, "/proc/self"), NULL);
	EQUAL(path_make(&path, cwd, "", true, "/process"), 0);
	EQUAL(path_below(path.absolute, "/proc"), NULL);
	EQUAL(path_make(&path, "/etc", "/etc", true, "passwd"), 0);
	EQUAL(strcmp(path.host, "/etc/passwd"), 0);
}

/* RFC 8439, 2.3.2. */
TEST(chacha20_block)
{
	static const uint32_t in[16] = {
		0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, 0x03020100, 0x07060504,
		0x0b0a0908, 0x0f0e0d0c, 0x13121110, 0x17161514, 0x1b1a1918, 0x1f1e1d1c,
		0x00000001, 0x09000000, 0x4a000000, 0x00000000,
	};
	static const uint32_t want[16] = {
		0xe4e7f110, 0x15593bd1, 0x1fdd0f50, 0xc47120a3, 0xc7f4d1c7, 0x0368c033,
		0x9aaa2204, 0x4e6cd4c3, 0x466482d2, 0x09aa9f07, 0x05d7c214, 0xa2028bd9,
		0xd19c12b5, 0xb94e16de, 0xe883d0cb, 0x4e3c50a2,
	};
	uint32_t out[16];

	random_block(out, in);
	EQUAL(memcmp(out, want, sizeof(out)), 0);
}

TEST(random_bytes_never_come_again)
{
	const uint8_t seed[RANDOM_SEED_BYTES] = {1};
	static uint8_t pieces[1000][32];
	uint8_t first[97], again[97];

	CHECK(!random_seeded());
	random_seed(seed);
	CHECK(random_seeded());
	random_bytes(first, sizeof(first));
	for (int i = 0; i < 1000; i++)
		random_bytes(pieces[i], sizeof(pieces[i]));
	for (int i = 0; i < 1000; i++)
		for (int j = 0; j < i; j++)
			CHECK(memcmp(pieces[i], pieces[j], sizeof(pieces[i])) != 0);
	/* The same seed gives the same, so all of it comes from the seed. */
	random_seed(seed);
	random_bytes(again, sizeof(again));
	EQUAL(memcmp(first, again, sizeof(first)), 0);
}

int main(void)
{
	RUN(elf_plan_of_a_good_file);
	RUN(elf_plan_of_a_pie);
	RUN(elf_program_headers_that_no_segment_shows);
	RUN(elf_executable_stack);
	RUN(elf_plan_of_an_interpreter);
	RUN(elf_span_of_odd_segments);
	RUN(elf_interpreter_of_a_program);
	RUN(elf_plans_of_random_headers_keep_their_promises);
	RUN(scripts);
	RUN(stack_is_as_the_psabi_says);
	RUN(stack_of_any_size_fits_what_it_says);
	RUN(stack_of_a_script);
	RUN(stack_refuses_what_linux_refuses);
	RUN(string_functions);
	RUN(string_instructions);
	RUN(names);
	RUN(chacha20_block);
	RUN(random_bytes_never_come_again);
	return unit_failures != 0;
}
