#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The dynamic suite: Debian's own dynamic programs as they are installed, first
# on Linux, then in the VM; stdout, stderr and exit status must be the same.
#
#   dynamic.sh BACKEND [HYPERVISOR]   prints a line for each case, "ok" or "not ok", and for the
#                                     table of what runs "row GROUP PASSED CASES"
#
# Runs in the directory that `make stage` fills, where the packages that
# packages.sh names are installed, or in a root directory that root.sh has
# made of them; tests/dynamic/data is what data.py makes. The name of a case is "GROUP: NAME"; see suite.sh.
. tests/suite.sh

top=$PWD
data=$top/tests/dynamic/data
variables='PATH=/usr/bin LC_ALL=C HOME=/ PYTHONDONTWRITEBYTECODE=1'

# on_linux COMMAND..., on_vm COMMAND...: keep stdout, stderr and the status, in $tmp/linux.* and
# $tmp/vm.*.
on_linux()
{
	status=0
	(cd "$data" && exec env -i $variables timeout $limit "$@" <"$input") \
		>"$tmp/linux.out" 2>"$tmp/linux.err" || status=$?
	echo $status >"$tmp/linux.status"
}

on_vm()
{
	status=0
	(cd "$data" && exec env -i $variables timeout $limit "$top/$hypervisor" -q $options \
		"$top/$kernel" "$@" <"$input") >"$tmp/vm.out" 2>"$tmp/vm.err" || status=$?
	echo $status >"$tmp/vm.status"
}

# different: which of the three differ.
different()
{
	for what in status out err; do
		cmp -s "$tmp/linux.$what" "$tmp/vm.$what" || echo $what
	done
}

# t NAME COMMAND...: a case, with an empty stdin. from FILE NAME COMMAND...: with that one.
t()
{
	from /dev/null "$@"
}

from()
{
	input=$1
	selected "$name_of_group: $2" || return 0
	name=$2
	command=$3
	shift 3
	case $command in
	*/*) ;;
	*) command=/usr/bin/$command ;; # which the hypervisor doesn't search for
	esac
	total=$((total + 1))
	on_linux "$command" "$@"
	on_vm "$command" "$@"
	differs=$(different)
	if [ -z "$differs" ]; then
		passed=$((passed + 1))
		echo "ok $backend: $name_of_group: $name"
		return
	fi
	echo "not ok $backend: $name_of_group: $name: $(echo $differs) differ; status $(cat "$tmp/vm.status"), Linux has $(cat "$tmp/linux.status")"
	for what in out err; do
		diff "$tmp/linux.$what" "$tmp/vm.$what" | head -n 6 | cut -c1-200 |
			sed "s/[^ -~]/?/g; s/^/  std$what: /"
	done
}

# at_most COUNT NAME COMMAND...: in the VM it takes that many hypercalls, start and end included.
at_most()
{
	ceiling=$1
	name=$2
	selected "$name_of_group: $name" || return 0
	shift 2
	status=0
	(cd "$data" && exec timeout $limit "$top/$hypervisor" --stats $options "$top/$kernel" "$@") \
		</dev/null >"$tmp/out" 2>"$tmp/err" || status=$?
	# "open 2, read 4, ..." as a sum.
	count=$((0 $(sed -n 's/^hypercalls: //p' "$tmp/err" | sed 's/[a-z0-9]* \([0-9]*\),*/+ \1/g')))
	if [ "$status" = 0 ] && [ "$count" -gt 0 ] && [ "$count" -le "$ceiling" ]; then
		echo "ok $backend: $name_of_group: $name: $count, at most $ceiling"
	else
		echo "not ok $backend: $name_of_group: $name: $count, at most $ceiling; $(tail -n 1 "$tmp/err")"
	fi
}

options=
for variable in $variables; do
	options="$options -e $variable"
done
# Not by ".", which leaves an fd open for the programs.
eval "$(cat tests/dynamic/cases.sh)"
row
programs=
end dynamic
