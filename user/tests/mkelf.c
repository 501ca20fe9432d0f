/* SPDX-License-Identifier: MIT */
/*
 * Runs on the build host: from a good ELF file makes broken ones, each wrong
 * in one way, and odd ones that are in order.
 *
 *   mkelf GOOD.elf DIRECTORY
 *
 * DIRECTORY/cases gets a line for each: name, status, and (of a broken one)
 * what the kernel must say of it.
 */
#include <elf.h>
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_MAX (4 << 20)

static unsigned char good[FILE_MAX], bytes[FILE_MAX];
static size_t good_size, size;
static Elf64_Ehdr *header;
static Elf64_Phdr *phdr; /* the program headers */
static Elf64_Phdr *text; /* the first PT_LOAD that is executable */

static void begin(void)
{
	memcpy(bytes, good, good_size);
	size = good_size;
	header = (Elf64_Ehdr *)bytes;
	phdr = (Elf64_Phdr *)(bytes + header->e_phoff);
	for (int i = 0; i < header->e_phnum; i++)
		if (phdr[i].p_type == PT_LOAD && phdr[i].p_flags & PF_X)
			text = &phdr[i];
}

static void end(FILE *cases, const char *directory, const char *name, int status, const char *says)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.elf", directory, name);
	file = fopen(path, "w");
	if (!file || fwrite(bytes, 1, size, file) != size || fchmod(fileno(file), 0755) < 0 ||
	    fclose(file))
		err(1, "%s", path);
	fprintf(cases, "%s %d %s\n", name, status, says);
}

/* One case: what is done to the good file, in a statement. */
#define CASE(name, status, says, change)                                                           \
	do {                                                                                       \
		begin();                                                                           \
		change;                                                                            \
		end(cases, directory, name, status, says);                                         \
	} while (0)
#define BROKEN(name, says, change) CASE(name, 126, says, change)
#define FINE(name, change)	   CASE(name, 0, "", change)
/* It is loaded; its first instruction is a fault of the program's own. */
#define FAULTS(name, change) CASE(name, 139, "", change)

/* The program headers, with `count` of them, moved to the end of the file. */
static void move_phdrs(unsigned count)
{
	size = (size + 7) / 8 * 8;
	memcpy(bytes + size, phdr, header->e_phnum * sizeof(*phdr));
	memset(phdr, 0xff, header->e_phnum * sizeof(*phdr));
	header->e_phoff = size;
	phdr = (Elf64_Phdr *)(bytes + size);
	size += count * sizeof(*phdr);
	for (; header->e_phnum < count; header->e_phnum++)
		phdr[header->e_phnum] = (Elf64_Phdr){.p_type = PT_NULL};
}

/* Names an interpreter, in place of the last program header: so many bytes at the file's end. */
static void interpreter(const char *name, size_t length)
{
	phdr[header->e_phnum - 1] = (Elf64_Phdr){
		.p_type = PT_INTERP, .p_offset = size, .p_filesz = length, .p_memsz = length};
	memset(bytes + size, 0, 4097);
	strcpy((char *)bytes + size, name);
	size += length;
}

/* A segment of nothing in the file. */
static Elf64_Phdr zeros(uint64_t at, uint64_t length)
{
	return (Elf64_Phdr){.p_type = PT_LOAD, .p_flags = PF_R, .p_vaddr = at, .p_memsz = length};
}

static void many_segments(void)
{
	unsigned first = header->e_phnum;

	move_phdrs(73);
	for (unsigned i = first; i < 73; i++)
		phdr[i] = zeros(0x70000000 - 0x10000 * i, 0x1800);
}

static void descending(void)
{
	Elf64_Phdr first = *text;

	memmove(phdr + 1, phdr, (text - phdr) * sizeof(*phdr));
	*phdr = first;
}

static void broken_headers(FILE *cases, const char *directory)
{
	BROKEN("empty", "not an ELF file", size = 0);
	BROKEN("one-byte", "not an ELF file", size = 1);
	BROKEN("text-file", "not an ELF file", memcpy(bytes, "echo text\n", 10));
	BROKEN("script", "a script that names no interpreter", memcpy(bytes, "#! \n", 4));
	BROKEN("magic", "not an ELF file", bytes[1] = 'e');
	BROKEN("cut-in-header", "truncated ELF header", size = 63);
	BROKEN("machine-386", "not for x86-64", header->e_machine = EM_386);
	BROKEN("machine-aarch64", "not for x86-64", header->e_machine = EM_AARCH64);
	BROKEN("type-rel", "not an executable", header->e_type = ET_REL);
	BROKEN("type-core", "not an executable", header->e_type = ET_CORE);
	BROKEN("phentsize-0", "program headers of an unknown size", header->e_phentsize = 0);
	BROKEN("phentsize-57", "program headers of an unknown size", header->e_phentsize = 57);
	BROKEN("phnum-0", "no program headers", header->e_phnum = 0);
	BROKEN("phnum-many", "too many program headers", header->e_phnum = 0xffff);
	BROKEN("phnum-lies", "program headers behind the end of the file",
	       (header->e_phnum = 73, header->e_phoff = good_size - 1000));
	BROKEN("phoff-end", "program headers behind the end of the file",
	       header->e_phoff = good_size);
	BROKEN("phoff-wraps", "program headers behind the end of the file",
	       header->e_phoff = UINT64_MAX - 10);
	BROKEN("phoff-4g", "program headers behind the end of the file",
	       header->e_phoff += UINT64_C(1) << 32);
}

static void broken_segments(FILE *cases, const char *directory)
{
	BROKEN("no-load", "no segment to load",
	       for (int i = 0; i < header->e_phnum; i++) phdr[i].p_type = PT_NOTE);
	BROKEN("interp-empty", "the name of its interpreter is empty or too long",
	       interpreter("", 1));
	BROKEN("interp-long", "the name of its interpreter is empty or too long",
	       interpreter("/", 4097));
	BROKEN("interp-endless", "the name of its interpreter has no end", interpreter("/lib", 4));
	BROKEN("interp-behind", "the name of its interpreter can't be read",
	       (interpreter("/lib", 5), phdr[header->e_phnum - 1].p_offset++));
	BROKEN("interp-wraps", "the name of its interpreter can't be read",
	       (interpreter("/lib", 5), phdr[header->e_phnum - 1].p_offset = UINT64_MAX - 2));
	CASE("interp-none", 127, "its interpreter none: no such file", interpreter("none", 5));
	BROKEN("interp-directory", "its interpreter /: is a directory", interpreter("/", 2));
	BROKEN("interp-no-elf", "its interpreter tests/elf/text-file.elf: not an ELF file",
	       interpreter("tests/elf/text-file.elf", 24));
	BROKEN("interp-no-x", "its interpreter /etc/os-release: permission denied",
	       interpreter("/etc/os-release", 16));
	BROKEN("interp-bad", "its interpreter tests/elf/vaddr-kernel.elf: a segment lies outside",
	       interpreter("tests/elf/vaddr-kernel.elf", 27));
	BROKEN("filesz-over-memsz", "a segment is larger in the file than in memory",
	       text->p_memsz = text->p_filesz - 1);
	BROKEN("offset-end", "a segment lies behind the end of the file",
	       text->p_offset = (good_size + 4095) / 4096 * 4096 + text->p_offset % 4096);
	BROKEN("offset-wraps", "a segment lies behind the end of the file",
	       text->p_offset = -UINT64_C(4096) + text->p_offset % 4096);
	BROKEN("filesz-huge", "a segment lies behind the end of the file",
	       text->p_filesz = text->p_memsz = UINT64_C(1) << 40);
	BROKEN("filesz-wraps", "a segment lies behind the end of the file",
	       text->p_filesz = text->p_memsz = UINT64_MAX);
	BROKEN("truncated", "a segment lies behind the end of the file",
	       size = text->p_offset + text->p_filesz - 1);
	BROKEN("congruence", "a segment's address and offset differ", text->p_vaddr += 16);
	BROKEN("vaddr-kernel", "a segment lies outside the program's half",
	       text->p_vaddr += 0xffff800000000000);
	BROKEN("vaddr-wraps", "a segment lies outside the program's half",
	       text->p_vaddr = -UINT64_C(4096));
	BROKEN("vaddr-last-page", "a segment lies outside the program's half",
	       text->p_vaddr = 0x7ffffffff000);
	BROKEN("memsz-wraps", "a segment lies outside the program's half",
	       text->p_memsz = UINT64_MAX - 10);
	BROKEN("memsz-over-top", "a segment lies outside the program's half",
	       text->p_memsz = UINT64_C(1) << 47);
	BROKEN("vaddr-stack", "a segment lies where the stack is", text->p_vaddr = 0x7fffffff0000);
	BROKEN("vaddr-0", "a segment lies in the lowest 64 KiB", text->p_vaddr = 0);
	BROKEN("vaddr-60k", "a segment lies in the lowest 64 KiB", text->p_vaddr = 0xf000);
}

static void broken_entry(FILE *cases, const char *directory)
{
	FAULTS("entry-0", header->e_entry = 0);
	FAULTS("entry-data", header->e_entry = phdr[0].p_vaddr);
	BROKEN("entry-kernel", "the entry point is outside the program's half",
	       header->e_entry = 0xffff800000000000);
	BROKEN("entry-noncanonical", "the entry point is outside the program's half",
	       header->e_entry = 0x800000000000);
	FAULTS("entry-behind", header->e_entry = 0x70000000);
}

static void fine(FILE *cases, const char *directory)
{
	FINE("good", (void)0);
	FINE("osabi-gnu", bytes[EI_OSABI] = ELFOSABI_GNU);
	FINE("no-sections", (header->e_shoff = UINT64_MAX, header->e_shnum = 0xffff));
	FINE("empty-load", /* a PT_LOAD of nothing, in place of the note or stack header */
	     (phdr[header->e_phnum - 1] = (Elf64_Phdr){.p_type = PT_LOAD, .p_flags = PF_R}));
	FINE("phoff-elsewhere", move_phdrs(header->e_phnum));
	/* What Linux never reads, or takes as it comes. */
	FINE("class32", bytes[EI_CLASS] = ELFCLASS32);
	FINE("class0", bytes[EI_CLASS] = 0);
	FINE("big-endian", bytes[EI_DATA] = ELFDATA2MSB);
	FINE("version", bytes[EI_VERSION] = 2);
	FINE("align-3", text->p_align = 3);
	FINE("many-segments", many_segments());
	FINE("descending", descending());
	FINE("overlap-same", phdr[header->e_phnum - 1] = *text);
	FINE("overlap-bss", /* the second begins in the first's last page */
	     (move_phdrs(header->e_phnum + 2),
	      phdr[header->e_phnum - 2] = zeros(0x70000000, 0x1800),
	      phdr[header->e_phnum - 1] = zeros(0x70001800, 0x1000)));
	FINE("bss-offset", /* of which nothing is read: neither in the file nor congruent */
	     (phdr[header->e_phnum - 1] = zeros(0x70000000, 0x1800),
	      phdr[header->e_phnum - 1].p_offset = UINT64_MAX - 1));
	/* The later one wins: zeros, and not to be executed. */
	FAULTS("overlap-zeros",
	       phdr[header->e_phnum - 1] = zeros(text->p_vaddr & -4096, text->p_memsz + 4096));
	FAULTS("overlap-rights",
	       (phdr[header->e_phnum - 1] = *text, phdr[header->e_phnum - 1].p_flags = PF_R));
	FINE("bss-alone", /* a segment with no byte in the file, far away */
	     (phdr[header->e_phnum - 1] = (Elf64_Phdr){.p_type = PT_LOAD,
						       .p_flags = PF_R | PF_W,
						       .p_vaddr = 0x70000000,
						       .p_memsz = UINT64_C(8) << 30}));
	/* Almost 4 MiB in the file; e2e.sh gives it 4 MiB of memory. */
	CASE("big", 139, "",
	     (text->p_filesz = text->p_memsz = FILE_MAX - text->p_offset, text[1].p_type = PT_NULL,
	      size = FILE_MAX));
}

int main(int argc, char **argv)
{
	const char *directory;
	char path[4096];
	FILE *file;

	if (argc != 3)
		errx(1, "usage: mkelf GOOD.elf DIRECTORY");
	file = fopen(argv[1], "r");
	if (!file)
		err(1, "%s", argv[1]);
	good_size = fread(good, 1, FILE_MAX / 2, file);
	fclose(file);
	directory = argv[2];
	snprintf(path, sizeof(path), "%s/cases", directory);
	file = fopen(path, "w");
	if (!file)
		err(1, "%s", path);
	broken_headers(file, directory);
	broken_segments(file, directory);
	broken_entry(file, directory);
	fine(file, directory);
	if (fclose(file))
		err(1, "%s", path);
	return 0;
}
