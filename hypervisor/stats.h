/* SPDX-License-Identifier: MIT */
/* --stats: what a run has come to. */
#ifndef STATS_H
#define STATS_H

#include "hypercall.h"
#include "vm.h"

enum stats_form { STATS_NONE, STATS_TEXT, STATS_JSON };

/* Tells the user, in lines or as one object of JSON. Works in the sandbox that allows it. */
void stats_report(enum stats_form form, const struct vm *vm, const struct hypercalls *hc);

#endif
