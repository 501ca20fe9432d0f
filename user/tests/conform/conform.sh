#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The conformance suite: static programs as they are, first on Linux, then in
# the VM; stdout and exit status must be the same.
#
#   conform.sh native                 keeps in tests/conform/want what Linux makes of each case
#   conform.sh BACKEND [HYPERVISOR]   compares; prints a line for each case, "ok" or "not ok",
#                                     and for the table of what runs "row GROUP PASSED CASES"
#
# Runs in the directory that `make stage conform` fills. The name of a case is "GROUP: NAME";
# see suite.sh.
. tests/suite.sh
ulimit -c 0

# On both sides the usual limits, whatever the suite was started with: under `ulimit -s unlimited` a
# stack that overflows takes all memory that there is. Root may raise the hard ones.
ulimit -H -s unlimited 2>/dev/null && ulimit -S -s 8192 && ulimit -n 1024 2>/dev/null ||
	echo "not ok $backend: conform: too low: ulimit -H -s, not unlimited, or -n, less than 1024"

bin=tests/conform/bin
want=tests/conform/want
mkdir -p "$want"
input=/dev/null
on=
quiet=
place=

# Some shells, busybox's among them, start what isn't theirs to wait for with signals ignored.
defaults='tests/inherit signals 0 0'

# on_terminal PROMPT, off_terminal: the cases that follow are on a terminal, where "text" is typed
# when the program shows PROMPT; see inherit.c.
on_terminal()
{
	on="tests/inherit screen $1 text"
	quiet=-q
}

off_terminal()
{
	on=
	quiet=
}

# in_place, anywhere: what the cases that follow tell is this directory's own, its inodes say. So
# Linux runs them right before the VM does, and not when the suite is built.
in_place()
{
	place=$tmp
}

anywhere()
{
	place=
}

# on_linux COMMAND...: keeps what Linux makes of it.
on_linux()
{
	status=0
	env -i CONFORM=1 timeout $limit $defaults $on "$@" \
		<"$input" >"$file.out" 2>/dev/null || status=$?
	echo $status >"$file.status"
}

# same NAME COMMAND...: does Linux the same? Its stdin is $input; with on_terminal, stdin,
# stdout and stderr are one, where the hypervisor doesn't tell how the program ended.
same()
{
	file=${place:-$want}/$name_of_group-$1
	shift
	if [ "$backend" = native ]; then
		[ "$place" ] || on_linux "$@"
	else
		[ -z "$place" ] || on_linux "$@"
		status=0
		timeout $limit $defaults $on "$hypervisor" $quiet -e CONFORM=1 kernel/kernel.bin "$@" \
			<"$input" >"$tmp/out" 2>"$tmp/err" || status=$?
		read -r linux <"$file.status"
		[ "$status" = "$linux" ] && cmp -s "$tmp/out" "$file.out"
	fi
}

# t NAME COMMAND...: a case.
t()
{
	selected "$name_of_group: $1" || return 0
	total=$((total + 1))
	if ! same "$@"; then
		echo "not ok $backend: $name_of_group: $1: status $status, Linux has $linux"
		diff "$file.out" "$tmp/out" | head -n 10 | cut -c1-200 | sed 's/[^ -~]/?/g; s/^/  /'
		tail -n 4 "$tmp/err" | cut -c1-200 | sed 's/[^ -~]/?/g; s/^/  stderr: /'
	elif [ "$backend" != native ]; then
		passed=$((passed + 1))
		echo "ok $backend: $name_of_group: $1"
	fi
}

# cannot NAME REASON COMMAND...: a case that differs, and why.
cannot()
{
	name=$1
	reason=$2
	selected "$name_of_group: $name" || return 0
	shift 2
	same "$name" "$@"
	differs=$?
	[ "$backend" != native ] || return 0
	if [ $differs != 0 ]; then
		echo "ok $backend: $name can't be done"
		echo "cannot $name: $reason"
	else
		echo "not ok $backend: $name: can be done, after all"
	fi
}

# Not by ".", which leaves an fd open for them.
eval "$(cat tests/conform/cases.sh)"
row
[ "$backend" = native ] || end conform
