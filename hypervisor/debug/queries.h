/* SPDX-License-Identifier: MIT */
/* What gdb asks. */
#ifndef QUERIES_H
#define QUERIES_H

#include "stub.h"

/* Answers a packet that begins with q; `text` is what follows, up to `end`. */
void query_run(struct stub *stub, const char *text, const char *end);

#endif
