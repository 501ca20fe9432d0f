#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds as they are made elsewhere: in another directory, with flags of the
# user's, older headers, another C library. Called by .ci/run, at the top of the
# tree. The last line counts.
set -u
export LC_ALL=C

passed=0
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
product="hypervisor/hypervisor.elf kernel/kernel.bin"

# verdict NAME COMMAND...: the command must succeed; what it says is shown if not.
verdict()
{
	local name=$1
	shift
	if "$@" >"$work/log" 2>&1; then
		passed=$((passed + 1))
		echo "ok builds: $name"
	else
		failed=$((failed + 1))
		echo "not ok builds: $name"
		tail -n 20 "$work/log"
	fi
}

# build DIRECTORY ARGUMENT...: makes the tree's sources there, with make's arguments.
build()
{
	mkdir -p "$work/$1"
	git ls-files -z -co --exclude-standard hypervisor kernel user Makefile |
		xargs -0 cp --parents -t "$work/$1" && make -s -C "$work/$1" "${@:2}"
}

same()
{
	local file
	for file in $product; do
		cmp "$work/$1/$file" "$work/$2/$file" || return
	done
}

# The user's flags are the host side's alone.
flags_are_seen()
{
	local elf=$work/flags/hypervisor/hypervisor.elf kernel=$work/flags/kernel/kernel.elf
	readelf --debug-dump=info "$elf" | grep -q 'DW_AT_producer.*-fno-omit-frame-pointer' &&
		nm "$elf" | grep -q ' user_ldflags$' &&
		! readelf --debug-dump=info "$kernel" | grep -q 'DW_AT_producer.*-fno-omit-frame-pointer' &&
		! nm "$kernel" | grep -q ' user_ldflags$'
}

# linux/kvm.h and asm/kvm.h as they were before what hypervisor/kvm.h defines.
older_headers()
{
	local names header
	names=$(sed -n 's/^#ifndef \(KVM_[A-Z0-9]*_.*\)/\1/p' hypervisor/kvm.h | paste -sd '|')
	mkdir -p "$work/include/linux" "$work/include/asm"
	for header in linux/kvm.h asm/kvm.h; do
		grep -Ev "^#define[[:space:]]+($names)\b" "$(echo "#include <$header>" | cpp -M |
			tr ' ' '\n' | grep "/$header$")" >"$work/include/$header" || return
	done
	! echo '#include <linux/kvm.h>' | cpp -I"$work/include" -dM | grep -E "($names)\b"
}

# make 4.4 warns of a pattern rule of several targets whose recipe makes one.
one_target_a_pattern()
{
	! sed -e ':more; /\\$/{N; s/\\\n//; b more}' Makefile $(git ls-files '*.mk') |
		grep -E '^[^	#:=]*%[^	#:=]*[[:space:]][^	#:=]*%[^	#:=]*:[^:=]*$'
}

# The C library musl. Its wrapper for gcc finds no header of Linux's, and makes no static PIE.
musl()
{
	build musl CC="musl-gcc -idirafter /usr/include -idirafter /usr/include/$(gcc -print-multiarch)" \
		LDFLAGS="-static -no-pie" $product user/orw.elf &&
		! grep -q GLIBC "$work/musl/hypervisor/hypervisor.elf" || return
	rm -rf "$work/musl/build"
	hypervisor/tests/nested.sh -t 600 "$work/musl" hypervisor/hypervisor.elf kernel/kernel.bin \
		user/orw.elf /etc/os-release >"$work/out" && cmp "$work/out" /etc/os-release
}

verdict "a directory" build a $product
verdict "another, of a longer name" build an/other/directory $product
verdict "the same bytes from both" same a an/other/directory
verdict "headers without the numbers of hypervisor/kvm.h" older_headers
verdict "with these, and flags of the user's" build flags CPPFLAGS="-I$work/include" \
	CFLAGS=-fno-omit-frame-pointer LDFLAGS=-Wl,--defsym=user_ldflags=1 $product
verdict "the flags are the host side's" flags_are_seen
# -mstringop-strategy: that calls of memcpy and memset come late, whatever the compiler's version.
verdict "calls that only the linking compiler makes" build calls \
	KCFLAGS=-mstringop-strategy=libcall CC=gcc kernel/kernel.bin
verdict "no pattern rule has several targets" one_target_a_pattern
verdict "musl, and orw.elf runs on it" musl

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
