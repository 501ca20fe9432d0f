/* SPDX-License-Identifier: MIT */
/*
 * The vDSO: an ELF file with the names and versions that C libraries look for, whose
 * functions agree with the system calls; and what a program may try with its pages.
 */
#include <elf.h>
#include <linux/mman.h>
#include <linux/time.h>
#include <linux/time_types.h>

#include "check.h"

#define PAGE	     4096
#define CLOCK_BYTES  32	       /* what there is in the clock's page */
#define VERSION_HASH 0x3ae75f6 /* of "LINUX_2.6": System V ABI, figure 5-13 */
#define NSEC	     1000000000L

typedef struct __kernel_timespec timespec;

static const char *vdso; /* where it is mapped */
static const Elf64_Sym *symbols;
static const char *strings;
static const Elf64_Half *versions;
static const Elf64_Verdef *definitions;
static unsigned symbol_count;

static void find_vdso(char **envp)
{
	const Elf64_auxv_t *auxv;

	while (*envp)
		envp++;
	for (auxv = (Elf64_auxv_t *)(envp + 1); auxv->a_type != AT_NULL; auxv++)
		if (auxv->a_type == AT_SYSINFO_EHDR)
			vdso = (const char *)auxv->a_un.a_val;
	CHECK(vdso);
}

/* Checks the ELF header and the segments; returns the dynamic section. */
static const Elf64_Dyn *check_header(void)
{
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)vdso;
	const Elf64_Phdr *phdr = (const Elf64_Phdr *)(vdso + header->e_phoff);
	const Elf64_Dyn *dynamic = NULL;
	unsigned loads = 0;

	CHECK(vdso[0] == 0x7f && vdso[1] == 'E' && vdso[2] == 'L' && vdso[3] == 'F');
	EQUAL(header->e_ident[EI_CLASS], ELFCLASS64);
	EQUAL(header->e_type, ET_DYN);
	EQUAL(header->e_machine, EM_X86_64);
	for (unsigned i = 0; i < header->e_phnum; i++) {
		if (phdr[i].p_type == PT_DYNAMIC)
			dynamic = (const Elf64_Dyn *)(vdso + phdr[i].p_vaddr);
		if (phdr[i].p_type != PT_LOAD)
			continue;
		loads++;
		EQUAL(phdr[i].p_vaddr, 0);
		EQUAL(phdr[i].p_flags, PF_R | PF_X);
		CHECK(phdr[i].p_filesz == phdr[i].p_memsz && phdr[i].p_memsz <= PAGE);
	}
	EQUAL(loads, 1);
	CHECK(dynamic);
	/* Behind the file, which ends with its section headers, is nothing of the kernel's. */
	for (unsigned long at = header->e_shoff + header->e_shnum * sizeof(Elf64_Shdr); at < PAGE;
	     at++)
		EQUAL(vdso[at], 0);
	return dynamic;
}

static void check_dynamic(const Elf64_Dyn *dynamic)
{
	unsigned long soname = 0;

	for (; dynamic->d_tag != DT_NULL; dynamic++) {
		const void *at = vdso + dynamic->d_un.d_ptr;

		if (dynamic->d_tag == DT_SONAME)
			soname = dynamic->d_un.d_val;
		else if (dynamic->d_tag == DT_SYMTAB)
			symbols = at;
		else if (dynamic->d_tag == DT_STRTAB)
			strings = at;
		else if (dynamic->d_tag == DT_HASH)
			symbol_count = ((const Elf64_Word *)at)[1];
		else if (dynamic->d_tag == DT_VERSYM)
			versions = at;
		else if (dynamic->d_tag == DT_VERDEF)
			definitions = at;
		CHECK(dynamic->d_tag != DT_RELA && dynamic->d_tag != DT_REL);
	}
	CHECK(symbols && strings && symbol_count && versions && definitions);
	CHECK(same_text(strings + soname, "linux-vdso.so.1"));
}

static void check_version(unsigned index)
{
	const Elf64_Verdef *definition = definitions;
	const Elf64_Verdaux *name;

	while (definition->vd_ndx != index) {
		CHECK(definition->vd_next);
		definition = (const Elf64_Verdef *)((const char *)definition + definition->vd_next);
	}
	name = (const Elf64_Verdaux *)((const char *)definition + definition->vd_aux);
	EQUAL(definition->vd_flags, 0);
	EQUAL(definition->vd_hash, VERSION_HASH);
	CHECK(same_text(strings + name->vda_name, "LINUX_2.6"));
}

/* The function of this name, which must be there. */
static const void *function(const char *name)
{
	for (unsigned i = 1; i < symbol_count; i++) {
		if (!same_text(strings + symbols[i].st_name, name))
			continue;
		EQUAL(ELF64_ST_TYPE(symbols[i].st_info), STT_FUNC);
		check_version(versions[i]);
		return vdso + symbols[i].st_value;
	}
	print(1, name);
	CHECK(!"there");
	return NULL;
}

static long nsec(const timespec *time)
{
	CHECK(time->tv_nsec >= 0 && time->tv_nsec < NSEC);
	return time->tv_sec * NSEC + time->tv_nsec;
}

/* The call's time; it must be there. */
static long by_call(int clock)
{
	timespec time;

	EQUAL(syscall3(__NR_clock_gettime, clock, (long)&time, 0), 0);
	return nsec(&time);
}

/* Read one way and the other in turn, no clock ever goes back. */
static void check_clocks(void)
{
	static const int clocks[] = {CLOCK_MONOTONIC,
				     CLOCK_REALTIME,
				     CLOCK_MONOTONIC_RAW,
				     CLOCK_REALTIME_COARSE,
				     CLOCK_BOOTTIME,
				     CLOCK_MONOTONIC_COARSE,
				     CLOCK_TAI,
				     CLOCK_PROCESS_CPUTIME_ID,
				     CLOCK_THREAD_CPUTIME_ID};
	int (*gettime)(int, timespec *) = function("__vdso_clock_gettime");
	int (*getres)(int, timespec *) = function("__vdso_clock_getres");
	timespec time, want;

	CHECK(function("clock_gettime") == (const void *)gettime);
	for (unsigned i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		for (unsigned round = 0; round < (i ? 20 : 1000); round++) {
			long before = by_call(clocks[i]), now;

			EQUAL(gettime(clocks[i], &time), 0);
			now = nsec(&time);
			CHECK(before <= now);
			CHECK(now <= by_call(clocks[i]));
		}
		EQUAL(getres(clocks[i], &time), 0);
		EQUAL(getres(clocks[i], NULL), 0);
		EQUAL(syscall3(__NR_clock_getres, clocks[i], (long)&want, 0), 0);
		EQUAL(nsec(&time), nsec(&want));
	}
	EQUAL(gettime(12, &time), -EINVAL);
	EQUAL(gettime(32, &time), -EINVAL);
	EQUAL(getres(99, &time), -EINVAL);
	EQUAL(gettime(CLOCK_PROCESS_CPUTIME_ID, (timespec *)8), -EFAULT);
}

static void check_others(void)
{
	int (*timeofday)(struct __kernel_old_timeval *, struct timezone *) =
		function("__vdso_gettimeofday");
	long (*seconds)(long *) = function("__vdso_time");
	int (*getcpu)(unsigned *, unsigned *, void *) = function("__vdso_getcpu");
	struct __kernel_old_timeval time;
	struct timezone zone = {7, 7};
	unsigned cpu = 7, node = 7;
	long before = by_call(CLOCK_REALTIME) / 1000, now, kept;

	EQUAL(timeofday(&time, &zone), 0);
	now = time.tv_sec * 1000000 + time.tv_usec;
	CHECK(before <= now && now <= by_call(CLOCK_REALTIME) / 1000);
	EQUAL(zone.tz_minuteswest, 0);
	EQUAL(zone.tz_dsttime, 0);
	EQUAL(timeofday(NULL, NULL), 0);
	now = seconds(&kept);
	EQUAL(now, kept);
	CHECK(before / 1000000 <= now && now <= seconds(NULL));
	EQUAL(getcpu(&cpu, &node, NULL), 0);
	EQUAL(cpu, 0);
	EQUAL(node, 0);
	EQUAL(getcpu(NULL, NULL, NULL), 0);
	CHECK(function("gettimeofday") == (const void *)timeofday);
	CHECK(function("time") == (const void *)seconds);
	CHECK(function("getcpu") == (const void *)getcpu);
	CHECK(function("clock_getres"));
}

/* The pages are the kernel's: the program may read them, move them and unmap them. */
static void check_pages(void)
{
	char *clock_page = (char *)vdso - PAGE, *to;
	unsigned char copy[PAGE];
	int fd = open("/dev/zero", O_RDONLY);

	for (unsigned i = CLOCK_BYTES; i < PAGE; i++)
		EQUAL(clock_page[i], 0);
	for (unsigned i = 0; i < 2; i++) {
		char *page = clock_page + i * PAGE;

		EQUAL(mprotect(page, PAGE, PROT_READ | PROT_WRITE), -EACCES);
		EQUAL(read(fd, page, PAGE), -EFAULT);
		EQUAL(mprotect(page, PAGE, PROT_READ), 0);
		EQUAL(syscall3(__NR_madvise, (long)page, PAGE, MADV_DONTNEED), 0);
	}
	/* Alike now, they are one area; and go on being two pages. */
	EQUAL(syscall6(__NR_mremap, (long)clock_page, 2 * PAGE, 3 * PAGE, MREMAP_MAYMOVE, 0, 0),
	      -ENOMEM);
	for (unsigned i = 0; i < PAGE; i++)
		copy[i] = vdso[i];
	to = (char *)mmap(NULL, 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (unsigned i = 0; i < 2; i++)
		EQUAL(syscall6(__NR_mremap, (long)clock_page + i * PAGE, PAGE, PAGE,
			       MREMAP_MAYMOVE | MREMAP_FIXED, (long)to + i * PAGE, 0),
		      to + i * PAGE);
	EQUAL(mprotect(to, 2 * PAGE, PROT_READ | PROT_WRITE), -EACCES);
	for (unsigned i = 0; i < PAGE; i++)
		EQUAL((unsigned char)to[PAGE + i], copy[i]);
	EQUAL(munmap(to, 2 * PAGE), 0);
	/* What is mapped where they were is memory like any other. */
	EQUAL(mmap(clock_page, 2 * PAGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0),
	      clock_page);
	for (unsigned i = 0; i < 2 * PAGE; i++) {
		EQUAL(clock_page[i], 0);
		clock_page[i] = 1;
	}
	CHECK(by_call(CLOCK_MONOTONIC) > 0);
}

int main(int argc, char **argv, char **envp)
{
	(void)argc, (void)argv;
	find_vdso(envp);
	check_dynamic(check_header());
	check_clocks();
	check_others();
	check_pages();
	return pass();
}
