#!/bin/sh
# SPDX-License-Identifier: MIT
#
# One suite on one kind of KVM, for `make check-e2e` and the like, at the top
# of the tree:
#
#   check.sh e2e|hostile|conform
#
# In the environment: CASE, a shell pattern, chooses cases by name. KVM chooses
# where: own, this machine's /dev/kvm; tcg, AMD-V that QEMU emulates; vtx, VT-x
# that Bochs emulates; if not set, own where it is usable.
set -u

case $1 in
conform) script=tests/conform/conform.sh ;;
*) script=tests/$1.sh ;;
esac
results=$(mktemp)
trap 'rm -f "$results"' EXIT

own=$(hypervisor/tests/own_kvm.sh)
case ${KVM:-$own} in
tcg | none)
	hypervisor/tests/packages.sh || exit 1
	hypervisor/tests/nested.sh -t 3600 build/stage env "CASE=${CASE:-*}" sh "$script" tcg
	;;
vtx) hypervisor/tests/packages.sh && hypervisor/tests/intel.sh "$1" ;;
own | "$own")
	[ "$own" != none ] || { echo "check.sh: this machine has no usable /dev/kvm" >&2; exit 1; }
	(cd build/stage && sh "$script" "$own")
	;;
*)
	echo "check.sh: none of own, tcg, vtx: KVM=$KVM" >&2
	exit 1
	;;
esac 2>&1 | tee "$results" | grep -v '^row '
user/tests/count.sh <"$results"
