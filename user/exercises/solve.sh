#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Builds a copy of the tree in which all exercises are done, by the patches in
# .ci/solutions, for suite.sh. Called by `make solved`, at the top of the tree.
#
#   solve.sh DIRECTORY
#
# DIRECTORY is what becomes of the copy's stage.
set -eu

to=$1
work=$(realpath -m "${BUILD:-build}/solved")

rm -rf "$work" "$to"
mkdir -p "$work/tree/.ci"
for file in Makefile hypervisor kernel user; do
	cp -R "$file" "$work/tree/"
done
for patch in .ci/solutions/*.patch; do
	patch -s -p1 --no-backup-if-mismatch -d "$work/tree" <"$patch"
done
make -s -C "$work/tree" O="$work" exercise-stage
mv "$work/build/stage" "$to"
rm -rf "$work"
