/* SPDX-License-Identifier: MIT */
/* The symbols of an ELF file beside the image. */
#include "symbols.h"

#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../guestmem.h"

struct file {
	const char *bytes;
	uint64_t size;
};

/* Maps the file. false: it can't be, or is empty. */
static bool map_file(struct file *file, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	void *bytes = MAP_FAILED;
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		bytes = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (fd >= 0)
		close(fd);
	if (bytes == MAP_FAILED)
		return false;
	file->bytes = bytes;
	file->size = st.st_size;
	return true;
}

/* A part of the file, NULL: it has none there. */
static const void *part(const struct file *file, uint64_t offset, uint64_t bytes)
{
	return guestmem_contains(file->size, offset, bytes) ? file->bytes + offset : NULL;
}

static const Elf64_Shdr *section(const struct file *file, const Elf64_Ehdr *header, unsigned n)
{
	if (n >= header->e_shnum || header->e_shentsize != sizeof(Elf64_Shdr) ||
	    header->e_shoff % _Alignof(Elf64_Shdr) != 0 || header->e_shoff > file->size)
		return NULL;
	return part(file, header->e_shoff + n * sizeof(Elf64_Shdr), sizeof(Elf64_Shdr));
}

static int by_address(const void *a, const void *b)
{
	const struct symbol *left = a, *right = b;

	return left->address < right->address ? -1 : left->address > right->address;
}

/* Takes what has a name and lies somewhere; section symbols and files don't. */
static void take_table(struct symbols *symbols, const struct file *file, const Elf64_Shdr *table,
		       const Elf64_Shdr *strings)
{
	const Elf64_Sym *symbol = part(file, table->sh_offset, table->sh_size);
	const char *names = part(file, strings->sh_offset, strings->sh_size);
	size_t count = table->sh_size / sizeof(*symbol);

	/* So that each name has an end. */
	if (!symbol || table->sh_offset % _Alignof(Elf64_Sym) != 0 || !names || !strings->sh_size ||
	    names[strings->sh_size - 1])
		return;
	symbols->all = calloc(count, sizeof(*symbols->all));
	for (size_t i = 0; symbols->all && i < count; i++, symbol++) {
		if (ELF64_ST_TYPE(symbol->st_info) > STT_FUNC || symbol->st_shndx == SHN_UNDEF ||
		    symbol->st_shndx == SHN_ABS || symbol->st_name >= strings->sh_size ||
		    !names[symbol->st_name])
			continue;
		symbols->all[symbols->count++] =
			(struct symbol){symbol->st_value, symbol->st_size, names + symbol->st_name};
	}
	qsort(symbols->all, symbols->count, sizeof(*symbols->all), by_address);
}

void symbols_load(struct symbols *symbols, const char *image)
{
	static const char bin[] = ".bin";
	size_t stem = strlen(image);
	const Elf64_Ehdr *header;
	const Elf64_Shdr *table, *strings;
	struct file file;
	char *path;

	*symbols = (struct symbols){NULL, 0};
	if (stem >= strlen(bin) && strcmp(image + stem - strlen(bin), bin) == 0)
		stem -= strlen(bin);
	if (asprintf(&path, "%.*s.elf", (int)stem, image) < 0)
		return;
	if (map_file(&file, path)) {
		header = part(&file, 0, sizeof(*header));
		if (!header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
		    header->e_ident[EI_CLASS] != ELFCLASS64)
			header = NULL;
		for (unsigned n = 0; header && n < header->e_shnum; n++) {
			table = section(&file, header, n);
			strings = table ? section(&file, header, table->sh_link) : NULL;
			if (strings && table->sh_type == SHT_SYMTAB && !symbols->all)
				take_table(symbols, &file, table, strings);
		}
	}
	free(path);
}

bool symbols_find(const struct symbols *symbols, const char *name, uint64_t *address)
{
	for (size_t i = 0; i < symbols->count; i++) {
		if (strcmp(symbols->all[i].name, name) == 0) {
			*address = symbols->all[i].address;
			return true;
		}
	}
	return false;
}

const struct symbol *symbols_at(const struct symbols *symbols, uint64_t address)
{
	size_t low = 0, high = symbols->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (symbols->all[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &symbols->all[low - 1] : NULL;
}
