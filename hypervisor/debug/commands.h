/* SPDX-License-Identifier: MIT */
/* Packets of gdb and their answers. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "stub.h"

enum action { ACTION_NONE, ACTION_GO, ACTION_STEP, ACTION_DETACH, ACTION_KILL };

/* Does what a packet asks for; its answer is in stub->reply. `data` has a NUL behind it. */
enum action command_run(struct stub *stub, const char *data, size_t length);

#endif
