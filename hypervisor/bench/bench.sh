#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Measures the system on every KVM that this machine has or can start, and
# prints one table, or with BENCH_FORMAT=json the same as JSON. Called by
# `make bench`, at the top of the tree, with build/bench filled. Progress goes
# to stderr; the table stays in build/bench/table.md, for `make readme-bench`.
set -u
export LC_ALL=C

bench=${BUILD:-build}/bench
results=$bench/results
mkdir -p $results
rm -f $results/*
status=0

load=$(cut -d ' ' -f 1 /proc/loadavg)
own=$(hypervisor/tests/own_kvm.sh)
backends=
if [ "$own" != none ]; then
	echo "bench: $own, this machine's /dev/kvm" >&2
	(cd "$bench" && sh bench/rows.sh "$own") >$results/"$own" || status=1
	backends=$own
fi
if hypervisor/tests/packages.sh; then
	echo "bench: tcg, AMD-V in QEMU" >&2
	hypervisor/tests/nested.sh -t 420 "$bench" sh bench/rows.sh tcg >$results/tcg || status=1
	hypervisor/tests/nested.sh -c -t 120 "$bench" sh bench/rows.sh icount >>$results/tcg ||
		status=1
	backends="$backends tcg"
fi
cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
machine="$(date -u +%Y-%m-%d), $cpu, $(nproc) CPUs, load before it $load,\
 Linux $(uname -r | sed "s,-.*,,"); pvm and hardware: this\
 machine's /dev/kvm; tcg: AMD-V in $(qemu-system-x86_64 --version | sed -n '1s/ (.*//p'), 1 CPU"
# table FORMAT: exit status 1 if there is no row.
table()
{
	(cd $results && awk -v machine="$machine" -v format="$1" \
		-f "$OLDPWD/hypervisor/bench/table.awk" $backends)
}
table table >"$bench/table.md" || status=1
table "${BENCH_FORMAT:-table}"
exit $status
