#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What kind of KVM is this machine's: pvm, hardware, or none that can run a
# guest; then the hypervisor's own message on stderr tells why. Called at the
# top of the tree, with the stage built.

stage=${BUILD:-build}/stage

if [ "$("$stage/hypervisor/hypervisor.elf" -q "$stage/tests/article64.bin")" != ABCD123 ]; then
	echo none
elif [ -e /sys/module/kvm_pvm ]; then
	echo pvm
else
	echo hardware
fi
