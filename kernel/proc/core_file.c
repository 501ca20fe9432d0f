/* SPDX-License-Identifier: MIT */
/* The file of a core, which is written from its start to its end. */
#include "core_file.h"

#include "../host/hypercall.h"
#include "../layout.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../x86/direct_map.h"

/* Small pieces are written together. There is one core. */
static char buffer[PAGE_SIZE];

/* Writes, as far as the limit reaches. */
static void write_out(struct core_file *file, paddr_t from, uint64_t bytes)
{
	uint64_t most = min(bytes, file->limit - file->written);
	int64_t n = 1;

	for (uint64_t done = 0; done < most && n > 0; done += n)
		n = hypercall_write(file->fd, from + done, most - done);
	file->written += most;
	file->failed |= n <= 0 || most < bytes;
}

static void flush(struct core_file *file)
{
	if (file->buffered && !file->failed)
		write_out(file, virt_to_phys(buffer), file->buffered);
	file->buffered = 0;
}

/* Before anything is written that lies behind a hole. */
static void end_hole(struct core_file *file)
{
	if (file->seeks && !file->failed)
		file->failed |= hypercall_lseek(file->fd, file->at, SEEK_SET) < 0;
	file->seeks = false;
}

void core_put(struct core_file *file, const void *bytes, uint64_t count)
{
	const char *from = bytes;

	if (!file->counts)
		end_hole(file);
	for (uint64_t piece; count; count -= piece, from += piece) {
		piece = min(count, PAGE_SIZE - file->buffered);
		file->at += piece;
		if (file->counts)
			continue;
		memcpy(buffer + file->buffered, from, piece);
		file->buffered += piece;
		if (file->buffered == PAGE_SIZE)
			flush(file);
	}
}

void core_align(struct core_file *file, uint64_t multiple)
{
	static const char zeros[64];

	while (file->at % multiple)
		core_put(file, zeros, min(multiple - file->at % multiple, sizeof(zeros)));
}

void core_put_frames(struct core_file *file, paddr_t frames, uint64_t bytes)
{
	flush(file);
	end_hole(file);
	if (!file->failed)
		write_out(file, frames, bytes);
	file->at += bytes;
}

void core_skip(struct core_file *file, uint64_t bytes)
{
	flush(file);
	file->at += bytes;
	file->seeks |= bytes != 0;
}

bool core_finish(struct core_file *file)
{
	/* A file that ends with a hole gets its size by its last byte. */
	if (file->seeks) {
		file->at--;
		core_put(file, "", 1);
	}
	flush(file);
	return !file->failed;
}
