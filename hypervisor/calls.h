/* SPDX-License-Identifier: MIT */
/* The hypercalls that have a result, as hypercall.c calls them. */
#ifndef CALLS_H
#define CALLS_H

#include "hypercall.h"
#include "msg.h"

/* Adds to the line that --trace shows of a call; does nothing where none is shown. */
#define TRACE(hc, ...) ((hc)->trace ? call_trace(hc, __VA_ARGS__) : (void)0)
void call_trace(struct hypercalls *hc, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* What a call gets: the value of its `out`, and one copy of the block that this points to. */
struct args {
	uint16_t port;
	uint32_t value;
	union {
		struct hc_rw rw;
		struct hc_lseek lseek;
		struct hc_lseek64 seek64; /* lseek64 is a macro of musl's, as are stat64, pread64 */
		struct hc_stat stat;
		struct hc_readlink readlink;
		struct hc_pread pread;
		struct hc_wait wait;
	} block;
};

/*
 * Each shows its arguments if hypercalls are traced, does what kernel/abi.h
 * says of its port, and returns its result: 0 or more, or -errno. Of a result
 * the guest gets the low 32 bits.
 */
int64_t call_open(struct hypercalls *hc, const struct args *args);
int64_t call_transfer(struct hypercalls *hc, const struct args *args); /* READ, WRITE, READDIR */
int64_t call_close(struct hypercalls *hc, const struct args *args);
int64_t call_lseek(struct hypercalls *hc, const struct args *args);
int64_t call_lseek64(struct hypercalls *hc, const struct args *args);
int64_t call_sleep(struct hypercalls *hc, const struct args *args);
int64_t call_stat(struct hypercalls *hc, const struct args *args);
int64_t call_readlink(struct hypercalls *hc, const struct args *args);
int64_t call_pread(struct hypercalls *hc, const struct args *args);
int64_t call_wait(struct hypercalls *hc, const struct args *args);
int64_t call_timer(struct hypercalls *hc, const struct args *args);

#endif
