/* SPDX-License-Identifier: MIT */
/* What the kernel in the guest tells a debugger. Each number is the guest's: not to be trusted. */
#include "kernelinfo.h"

#include "../../kernel/layout.h"

void kernelinfo_load(struct kernelinfo *info, const struct symbols *symbols,
		     const struct guestmem *mem)
{
	struct debug_table *table = &info->table;
	uint64_t address;

	info->known = symbols_find(symbols, DEBUG_TABLE_NAME, &address) &&
		      guestmem_read(mem, address - KERNEL_BASE, table, sizeof(*table)) == 0 &&
		      table->magic == DEBUG_TABLE_MAGIC && table->version == DEBUG_TABLE_VERSION &&
		      table->size == sizeof(*table) && table->self == address;
}

static bool read_word(const struct memory *memory, uint64_t address, uint64_t *word)
{
	return memory_read(memory, address, word, sizeof(*word)) == sizeof(*word);
}

bool kernelinfo_program(const struct kernelinfo *info, const struct memory *memory,
			struct program_info *program)
{
	const struct debug_table *table = &info->table;
	uint64_t process, its_program, exe;

	return info->known && read_word(memory, table->current_process, &process) &&
	       memory_read(memory, process + table->process_pid, &program->pid,
			   sizeof(program->pid)) == sizeof(program->pid) &&
	       read_word(memory, process + table->process_program, &its_program) &&
	       read_word(memory, its_program + table->program_exe, &exe) &&
	       memory_string(memory, exe, program->exe, sizeof(program->exe)) &&
	       read_word(memory, its_program + table->program_auxv, &program->auxv) &&
	       read_word(memory, its_program + table->program_auxv_end, &program->auxv_end);
}

bool kernelinfo_user_frame(const struct kernelinfo *info, const struct memory *memory,
			   struct trap_frame *frame)
{
	return info->known &&
	       memory_read(memory, info->table.user_frame, frame, sizeof(*frame)) == sizeof(*frame);
}
