#!/bin/sh
# SPDX-License-Identifier: MIT
#
# One suite on one kind of KVM, for `make check-e2e` and the like, at the top
# of the tree:
#
#   check.sh e2e|hostile|conform|dynamic|debug|gdb|exercises
#
# In the environment: CASE, a shell pattern, chooses cases by name. KVM chooses
# where: own, this machine's /dev/kvm; tcg, AMD-V that QEMU emulates; vtx, VT-x
# that Bochs emulates. If it isn't set, own where that is usable, or else tcg.
set -u

results=$(mktemp)
trap 'rm -f "$results"' EXIT

own=$(hypervisor/tests/own_kvm.sh)
case ${KVM:-$own} in
tcg | none)
	hypervisor/tests/packages.sh machine && user/tests/on_kvm.sh tcg "$1"
	;;
vtx)
	hypervisor/tests/packages.sh && user/tests/on_kvm.sh vtx "$1"
	;;
own | "$own")
	if [ "$own" = none ]; then
		echo "check.sh: this machine has no usable /dev/kvm" >&2
	else
		user/tests/on_kvm.sh "$own" "$1"
	fi
	;;
*)
	echo "check.sh: neither own, tcg nor vtx: KVM=$KVM" >&2
	;;
esac 2>&1 | tee "$results" | grep -v '^row '
user/tests/count.sh <"$results"
