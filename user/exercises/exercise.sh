#!/bin/sh
# SPDX-License-Identifier: MIT
#
# `make exercise N=number`, at the top of the tree: check.sh on this machine's
# /dev/kvm if that is hardware's, else in a machine that QEMU emulates.
set -u

stage=${BUILD:-build}/stage
number=${1:-}
case $number in
[1-6]) ;;
*)
	echo "make exercise N=number, 1 to 6; see user/exercises/README.md" >&2
	exit 2
	;;
esac
echo "exercise $number:"
if [ "$(hypervisor/tests/own_kvm.sh 2>/dev/null)" = hardware ]; then
	cd "$stage" && exec sh exercises/check.sh "$number"
fi
hypervisor/tests/packages.sh machine || exit
# What the machine starts with is small: the sooner it has come up.
work=$(mktemp -d "$stage.XXXXXX")
trap 'rm -rf "$work"' EXIT
for directory in hypervisor kernel exercises; do
	cp -al "$stage/$directory" "$work"
done
hypervisor/tests/nested.sh -t 600 "$work" sh exercises/check.sh "$number"
