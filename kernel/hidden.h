/* SPDX-License-Identifier: MIT */
/* Included before every kernel source: all symbols are the image's own and reached RIP-relative. */
#pragma GCC visibility push(hidden)
