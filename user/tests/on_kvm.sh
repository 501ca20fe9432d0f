#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs suites, one after the other, on one kind of KVM; at the top of the tree.
#
#   on_kvm.sh KIND SUITE...
#
# KIND: tcg or vtx, a machine that is emulated, with AMD-V or VT-x; or what
# own_kvm.sh calls this machine's KVM. SUITE: e2e, hostile, debug, conform, exercises, ceilings, or
# dynamic or gdb alone. In the environment: CASE, see suite.sh; HYPERVISOR, another build of the
# hypervisor, by its path in build/stage.
set -u

build=${BUILD:-build}
kind=$1
shift
script=
for suite in "$@"; do
	case $suite in
	conform | dynamic) file=tests/$suite/$suite.sh ;;
	ceilings) file=bench/ceilings.sh ;;
	exercises) file=exercises/suite.sh ;;
	*) file=tests/$suite.sh ;;
	esac
	script="$script sh $file $kind ${HYPERVISOR:-};"
done
machine=
case $kind:$* in
vtx:*) machine=-i ;;
*:ceilings) machine=-c ;; # counts want a clock that counts
# A guest that waits, and is there while others come and go: KVM patches its code when the first one
# comes and when the last one goes, and TCG translates it again, which was a fifth of a suite's time.
tcg:*) script="sleep 86400 | hypervisor/hypervisor.elf -q kernel/kernel.bin user/cat.elf & $script" ;;
esac
case $kind in
tcg | vtx)
	# The libraries of a hypervisor that isn't static go where its loader looks for them.
	case ${HYPERVISOR:-} in
	asan/*) script="ln -s /t/asan/lib /lib64; ln -s /t/asan/lib /lib; $script" ;;
	esac
	directory=$build/stage
	case $* in
	dynamic | gdb)
		directory=$(mktemp -d "$build/on_kvm.XXXXXX")
		trap 'rm -rf "$directory"' EXIT
		root=$kind
		files="tests/dynamic user/cat.elf"
		if [ "$*" = gdb ]; then
			root=gdb
			files="tests/gdb tests/gdb.sh tests/break-triple.bin tests/crash-static.elf
				tests/crash-dynamic.elf user/hello.elf user/cat.elf"
		fi
		user/tests/dynamic/root.sh $root "$directory/root"
		to=$(realpath "$directory/root/t")
		(cd "$build/stage" && cp -al --parents hypervisor kernel tests/suite.sh tests/vtx.sh \
			$files "$to")
		cp user/tests/dynamic/in_root.sh "$directory/"
		script="sh in_root.sh root '$script'"
		;;
	esac
	hypervisor/tests/nested.sh -t 7200 $machine "$directory" env "CASE=${CASE:-*}" \
		"ASAN_OPTIONS=${ASAN_OPTIONS:-}" sh -c "$script"
	;;
*)
	# A copy, for the suites make files of gigabytes in there, and others run beside.
	work=$(mktemp -d "$build/on_kvm.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	chmod 755 "$work"
	cp -al "$build/stage/." "$work"
	# A case tells how many links its files have.
	if [ -d "$work/tests/conform/tree" ]; then
		rm -rf "$work/tests/conform/tree"
		cp -a "$build/stage/tests/conform/tree" "$work/tests/conform/"
	fi
	(cd "$work" && sh -c "$script")
	;;
esac
