#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The rows of the bench, measured on the /dev/kvm of this machine.
#
#   rows.sh BACKEND
#
# "icount": those rows alone that need a machine whose clock counts instructions.
# Runs in the directory that `make bench-stage` fills. Prints the lines that
# runner.c describes; the exit status is 1 if any of them couldn't be had.
# A target is "ratio <= X", "ratio >= X", "beyond <= X" (more than the baseline) or, of the figure
# itself, "<= X". Plain sh: busybox runs it, too.
set -u
export LC_ALL=C

backend=$1
hv="hypervisor/hypervisor.elf -q"
vm="$hv kernel/kernel.bin"
runner=bench/runner
status=0
data=bench/data
sparse=bench/sparse

# only BACKEND TEXT: a target that holds there alone.
only()
{
	[ "$backend" != "$1" ] || echo "$2"
}

# hardware TEXT: one for KVM on hardware, emulated or not.
hardware()
{
	[ "$backend" = pvm ] || echo "$1"
}

# Where the machine is busy with other things, what comes late has two rounds.
begin=$(date +%s)
measure()
{
	hurry=
	[ $(($(date +%s) - begin)) -lt 150 ] || hurry='-s 0'
	$runner "$@" $hurry || status=1
}

# counted GROUP NAME UNIT TARGET AGAINST FIGURE [BASELINE]: a row of numbers that don't vary.
counted()
{
	if [ -z "$6" ]; then
		echo "rows.sh: no count for: $2" >&2
		status=1
		return
	fi
	awk -v OFS='\t' -v base="${7:-}" -v row="$1|$2|$3|$4|$5" -v figure="$6" 'BEGIN {
		gsub(/\|/, OFS, row)
		ratio = base == "" ? "-" : sprintf("%.3f", figure / base)
		print row, "exact", figure, base == "" ? "-" : base, ratio, ratio, ratio
	}'
}

# unavailable STATUS: a tool that says so with 2 has no rows; anything else is a failure.
unavailable()
{
	[ "$1" = 2 ] && return
	cat "$tmp/err" >&2
	status=1
}

# value NAME FILE: of a line "NAME VALUE".
value()
{
	sed -n "s/^$1 //p" "$2"
}

# How much, so that all of it takes some minutes: an exit is slow on an emulated CPU, and the
# kernel's own instructions are where they are interpreted.
rounds=40
few=5
burst=50
bursts=20
areas='10 100 1000 10000 100000'
most_areas=100000
small=8
medium=64
large=256
largest=1024
case $backend in
tcg)
	rounds=20
	burst=10
	bursts=10
	;;
pvm)
	areas='10 100 1000'
	most_areas=1000
	small=4
	medium=32
	large=128
	largest=128
	;;
esac
tmp=$(mktemp -d)
trap 'rm -rf "$tmp" $data $sparse' EXIT

# small_pages COMMAND...: without huge pages, in the emulated machine, which is the bench's own.
small_pages()
{
	thp=/sys/kernel/mm/transparent_hugepage/enabled
	before=$(sed 's/.*\[//; s/].*//' $thp)
	echo never >$thp
	"$@"
	echo "$before" >$thp
}

# In a machine whose clock counts instructions: those of the host, in user and kernel mode, of the
# guest and of what the VM's making and end take, until the process is reaped.
instructions()
{
	bench/count cpu bench/minvm >"$tmp/minvm"
	floor=$(value cpu_us "$tmp/minvm")
	bench/count cpu $vm user/hello.elf >"$tmp/hello"
	counted start 'hello, no library: instructions' thousands 'ratio <= 1.35' minvm \
		"$(value cpu_us "$tmp/hello")" "$floor"
	bench/count cpu $hv --no-sandbox kernel/kernel.bin user/hello.elf >"$tmp/hello"
	counted start 'hello, --no-sandbox: instructions' thousands '' minvm \
		"$(value cpu_us "$tmp/hello")" "$floor"
	small_pages bench/count cpu $vm user/hello.elf >"$tmp/hello"
	counted start 'hello, no huge pages: instructions' thousands '' minvm \
		"$(value cpu_us "$tmp/hello")" "$floor"
	bench/count cpu $hv bench/article64.bin >"$tmp/hello"
	counted start 'a flat image: instructions' thousands '' minvm \
		"$(value cpu_us "$tmp/hello")" "$floor"
	bench/count cpu $hv --help >"$tmp/hello"
	counted start 'hypervisor.elf --help: instructions' thousands '' minvm \
		"$(value cpu_us "$tmp/hello")" "$floor"
}

# per_process WHAT FIGURE COMMAND...: what each of 40 processes takes that `processes count` makes.
per_process()
{
	what=$1
	figure=$2
	shift 2
	bench/count $what "$@" bench/processes count 10 $program >"$tmp/few"
	bench/count $what "$@" bench/processes count 50 $program >"$tmp/many"
	echo "$(value $figure "$tmp/many") $(value $figure "$tmp/few")" |
		awk 'NF == 2 { print ($1 - $2) / 40 }'
}

# A process of a small program, which exits at once or executes another one.
processes()
{
	for row in 'fork + exit|' 'fork + exec of hello|user/hello.elf'; do
		program=${row#*|}
		counted process "${row%|*}: ioctls of KVM" '' '' '' "$(per_process calls kvm_ioctls $vm)"
		counted process "${row%|*}: instructions" thousands '' native \
			"$(per_process cpu cpu_us $vm)" "$(per_process cpu cpu_us)"
	done
}

if [ "$backend" = icount ]; then
	echo 0 >/proc/sys/kernel/randomize_va_space
	instructions
	processes
	exit $status
fi

dd if=/dev/zero of=$data bs=1048576 count=256 2>/dev/null
dd if=/dev/zero of=$sparse bs=1 count=0 seek=1073741824 2>/dev/null

# --- start ---

# An emulated CPU translates code anew at each address that it meets it at: without this, the row
# would compare address-space randomization, which a program linked to a fixed address hasn't got.
[ "$backend" != tcg ] || echo 0 >/proc/sys/kernel/randomize_va_space

# start NAME TARGET PROGRAM [ARGS]
start()
{
	measure -n $rounds -s 30 -c "vm=$vm $3" -c "minvm=bench/minvm" -c "native=$3" \
		-r "start|$1|ms|$2|minvm|vm:time/minvm:time" \
		-r "start|$1|ms||native|vm:time/native:time"
}
start 'hello, no library' "$(hardware 'ratio <= 1.15')$(only pvm 'ratio <= 2')" user/hello.elf
start 'hello, static musl' "$(hardware 'ratio <= 1.20')" bench/hello-musl
start 'hello, static glibc' '' bench/hello-glibc
start 'busybox true' '' '/bin/busybox true'
# What of it is the hypervisor's own, before and without our kernel.
measure -n $rounds -s 20 -c "minvm=bench/minvm" -c "help=hypervisor/hypervisor.elf --help" \
	-c "flat=$hv bench/article64.bin" \
	-r 'start|hypervisor.elf --help|ms||minvm|help:time/minvm:time' \
	-r 'start|a flat image|ms||minvm|flat:time/minvm:time'
# What KVM takes for the end of a VM that isn't over at once.
measure -n $rounds -s 20 -c "minvm=bench/minvm" -c "linger=bench/minvm linger 5" \
	-r 'start|minvm that lingers for 5 ms|ms||minvm|linger:time/minvm:time'
if hypervisor/hypervisor.elf --help | grep -q -e --no-sandbox; then
	measure -n $rounds -s 30 -c "with=$vm user/hello.elf" \
		-c "without=$hv --no-sandbox kernel/kernel.bin user/hello.elf" \
		-r 'start|hello, no library|ms||--no-sandbox|with:time/without:time'
fi

# --- exits ---

bench/count calls $vm user/hello.elf >"$tmp/hello"
bench/count calls bench/minvm >"$tmp/minvm"
for row in 'kvm_runs|KVM_RUNs, one before the guest runs' 'kvm_ioctls|ioctls of KVM' 'host_calls|host system calls'; do
	counted exits "hello: ${row#*|}" '' '' minvm "$(value "${row%|*}" "$tmp/hello")" \
		"$(value "${row%|*}" "$tmp/minvm")"
done
if bench/count kvm $vm user/hello.elf >"$tmp/hello" 2>"$tmp/err"; then
	bench/count kvm bench/minvm >"$tmp/minvm"
	counted exits 'hello: exits to KVM' '' '' minvm "$(value exits "$tmp/hello")" \
		"$(value exits "$tmp/minvm")"
	counted exits 'hello: nested page faults' '' "$(hardware '<= 12')" minvm \
		"$(value faults "$tmp/hello")" "$(value faults "$tmp/minvm")"
else
	unavailable $?
fi
if [ "$backend" = tcg ]; then
	small_pages bench/count kvm $vm user/hello.elf >"$tmp/hello"
	counted exits 'hello: nested page faults, no huge pages' '' '' minvm \
		"$(value faults "$tmp/hello")" "$(value faults "$tmp/minvm")"
fi
# What 1,000 writes more take.
bench/count calls $vm bench/calls count 0 >"$tmp/none"
bench/count calls $vm bench/calls count 1000 >"$tmp/thousand"
for row in 'kvm_ioctls|ioctls of KVM|<= 1' 'host_calls|host system calls|<= 2'; do
	name=${row%%|*}
	counted exits "1-byte write: $(echo "$row" | cut -d'|' -f2)" '' "${row##*|}" '' \
		"$(echo "$(value "$name" "$tmp/thousand") $(value "$name" "$tmp/none")" |
			awk '{ print ($1 - $2) / 1000 }')"
done

# --- syscall ---

measure -n $few -s 20 -c "vm=$vm bench/calls getppid $data" -c "native=bench/calls getppid $data" \
	-r "syscall|getppid|ns|$(hardware 'ratio <= 1.2')|native|vm:getppid/native:getppid"
measure -n $few -s 20 -c "vm=$vm bench/calls clock $data" -c "native=bench/calls clock $data" \
	-r "syscall|clock_gettime, by the vDSO|ns|ratio <= 1.3|native|vm:clock/native:clock"
if bench/steps kernel/kernel.bin bench/steps.elf /etc/os-release >"$tmp/steps" 2>"$tmp/err"; then
	while read -r name steps; do
		target=
		[ "$name" != getppid ] || target='<= 60'
		counted syscall "kernel instructions: $name" '' "$target" '' "$steps"
	done <"$tmp/steps"
else
	unavailable $?
fi

# --- process ---

# process NAME FIGURE [PROGRAM]
process()
{
	measure -n $few -s 20 -c "vm=$vm bench/processes $2 ${3:-}" \
		-c "native=bench/processes $2 ${3:-}" -r "process|$1|ns||native|vm:$2/native:$2"
}
process 'fork + exit' fork
process 'fork + exec of hello' exec user/hello.elf

# --- hypercall ---

# hypercall NAME CALL TARGET
hypercall()
{
	measure -n $few -s 20 -c "vm=$vm bench/calls $2 $data" \
		-c "native=bench/calls $2 $data" -c "minvm=bench/minvm exits" \
		-r "hypercall|$1|ns|$3|an exit + native|vm:$2/minvm:exit+native:$2"
}
hypercall '1-byte write' write "$(hardware 'ratio <= 1.15')"
hypercall '4 KiB pread, cached' pread ''

# --- throughput ---

# copy NAME FILE KIB MIB TARGET
copy()
{
	measure -n $few -s 8 -c "vm=$vm bench/copy $2 $3 $4" -c "native=bench/copy $2 $3 $4" \
		-r "throughput|$4 MiB of a $1 file by $3 KiB|MiB/s|$5|native|vm:copy/native:copy"
}
# Read and not written: what read-ahead saves.
for kib in 4 64; do
	target=
	[ $kib != 4 ] || target=$(hardware 'ratio >= 0.5')
	measure -n $few -s 8 -c "vm=$vm bench/copy $data $kib $medium -" \
		-c "native=bench/copy $data $kib $medium -" \
		-r "throughput|$medium MiB of a cached file, read by $kib KiB|MiB/s|$target|native|vm:copy/native:copy"
done
# The least that a buffer can take: a read and a write.
measure -n $few -s 8 -c "vm=$vm bench/copy $data 64 $medium" \
	-c "native=bench/copy $data 64 $medium" -c "minvm=bench/minvm exits" \
	-r "throughput|64 KiB, read and written|ns||2 exits + native|vm:buffer/minvm:exit+minvm:exit+native:buffer"
for file in cached sparse; do
	path=$data
	[ $file = cached ] || path=$sparse large=$largest
	copy $file $path 4 $small ''
	copy $file $path 64 $medium "$(hardware 'ratio >= 0.95')"
	copy $file $path 1024 $large ''
done

# --- compute ---

set --
for kind in 'integer|a step of integers' 'float|a step of floating point' \
	'chase|an access, at random in 64 MiB' 'memcpy|memcpy of a page, through 64 MiB' \
	'touch|first touch of a page, of 128 MiB'; do
	target="$(hardware 'ratio <= 1.03')"
	[ "${kind%|*}" != touch ] || target=
	set -- "$@" -r "compute|${kind#*|}|ns|$target|native|vm:${kind%|*}/native:${kind%|*}"
done
measure -n $few -s 25 -c "vm=$vm bench/compute 128" -c "native=bench/compute 128" "$@"

# --- memory ---

measure -n 3 -c "vm=bench/many hold 1 $vm bench/held" -c "minvm=bench/many hold 1 bench/minvm hold" \
	-c "native=bench/many hold 1 bench/held" \
	-r "memory|hello: resident|KiB||minvm|vm:rss/minvm:rss" \
	-r "memory|hello: resident|KiB||native|vm:rss/native:rss" \
	-r "memory|hello: private|KiB|beyond <= 1024|minvm|vm:private/minvm:private"
[ "$backend" != tcg ] || small_pages measure -n 3 -c "vm=bench/many hold 1 $vm bench/held" \
	-c "minvm=bench/many hold 1 bench/minvm hold" \
	-r "memory|hello: private, no huge pages|KiB|beyond <= 1024|minvm|vm:private/minvm:private"
measure -n 1 -c "vm=bench/many hold 200 $vm bench/held" \
	-c "minvm=bench/many hold 200 bench/minvm hold" \
	-r "memory|200 at once: private of each|KiB|beyond <= 1024|minvm|vm:private/minvm:private"

# --- rate ---

for jobs in 1 2; do
	many="bench/many rate $jobs $burst"
	name="bursts of $burst hello, $jobs at a time, none lost"
	measure -n $bursts -c "vm=$many $vm user/hello.elf" -c "minvm=$many bench/minvm" \
		-c "native=$many user/hello.elf" \
		-r "rate|$name|/s||minvm|vm:rate/minvm:rate" -r "rate|$name|/s||native|vm:rate/native:rate"
done

# --- scale ---

set --
for size in 4M 64M 512M 4G 16G; do
	set -- "$@" -c "$size=$hv -m $size kernel/kernel.bin user/hello.elf"
	[ $size = 4M ] || set -- "$@" \
		-r "scale|hello, -m $size|ms|ratio <= 1.05|-m 4M|$size:time/4M:time"
done
measure -n $rounds -s 30 "$@"
# What of it is KVM's: it sets up tables for each page of a slot.
set --
for size in 512 4096 16384; do
	set -- "$@" -c "$size=bench/minvm slot $size" \
		-r "scale|minvm, a slot of $size MiB|ms||4 MiB|$size:time/4:time"
done
measure -n $rounds -s 20 -c "4=bench/minvm" "$@"
# Its shape: how much slower than with 10.
measure -n 2 -c "vm=$vm bench/scale areas $areas" \
	-r "scale|mmap + munmap beside $most_areas areas|ns||10 areas|vm:$most_areas/vm:10"
measure -n 2 -c "native=bench/scale areas 10 60000" \
	-r "scale|natively: beside 60000 areas|ns||10 areas|native:60000/native:10"
measure -n $few -s 20 -c "vm=$vm bench/scale fds 8 64 240" -c "native=bench/scale fds 8 64 240" \
	-r 'scale|open + close with 240 fds open|ns||8 fds|vm:240/vm:8' \
	-r 'scale|natively: with 240 fds open|ns||8 fds|native:240/native:8'
exit $status
