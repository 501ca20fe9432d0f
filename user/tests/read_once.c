/* SPDX-License-Identifier: MIT */
/*
 * One read of stdin to a buffer whose pages don't lie together in physical
 * memory: a pipe that has less must not make it wait for more. Exits with
 * the count.
 */
#include "check.h"

static char buffer[8 * 4096] __attribute__((aligned(4096)));

int main(void)
{
	/* Touched out of order, the pages get frames out of order. */
	for (int i = 7; i >= 0; i--)
		buffer[i * 4096] = 1;
	return read(0, buffer, sizeof(buffer)) / 128;
}
