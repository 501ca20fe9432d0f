#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What needs no KVM: the unit tests, the hypervisor's hardening, the kernel's layers, the documents.
# Called by run.sh, at the top of the tree. UNIT_TESTS: those to run, all if not
# set.
set -u

build=${BUILD:-build}
for test in ${UNIT_TESTS:-"$build"/tests/*_test}; do
	"$test"
	[ $? -le 1 ] || echo "not ok unit: $test ended by a signal"
done
hypervisor/tests/hardening.sh "$build/stage/hypervisor/hypervisor.elf"
kernel/tests/layers.sh "$build"
user/tests/calls.sh -c kernel/README.md
hypervisor/tests/docs.sh "$build/stage/hypervisor/hypervisor.elf"
