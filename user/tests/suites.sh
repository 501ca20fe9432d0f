#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs the programs of another project's test suite on Linux and in the VM,
# both inside the emulated machine, and tells where the two differ.
#
#   suites.sh KIND DIRECTORY [PATTERN]
#
# KIND is libc-test (of musl), posix (the Open POSIX suite) or ltp (the system
# call tests of the Linux Test Project). DIRECTORY holds the built programs:
# every static ELF executable below it is a test, PATTERN (of grep -E) selects
# by the path below DIRECTORY. `NAME.args` beside a program are its arguments.
# Nothing is fetched, and nothing of the suites belongs into this repository.
# Runs at the top of the tree after `make stage`; the packages are those of
# hypervisor/tests/packages.sh.
#
# How the trees are built: libc-test's `functional`, `regression` and `math`
# and Open POSIX's `conformance/interfaces`, `conformance/behavior` and
# `functional`, each file linked with the suite's common files by
# `musl-gcc -static`; LTP by `./configure LDFLAGS=-static` and `make` in `lib`
# and in `testcases/kernel/syscalls`.
#
# A line for each test, its fields divided by tabs:
#   test NAME NATIVE VM REASON LINE
# NATIVE and VM are how the test ended (of ltp: with the number of TPASS, TFAIL,
# TBROK and TCONF); VM is "-" where it doesn't pass natively. REASON, of those
# that differ, is what the first call that this kernel lacks is about, as its
# trace shows it; "differs" is left for an answer that is wrong. LINE is what
# the VM's output has first that Linux's hasn't. The last lines are sums.
set -u

native_seconds=10
vm_seconds=20
batch_kib=250000 # what fits the machine's memory, unpacked
batch_tests=100  # the results of a batch are seen when it is done

# --- In the machine.

# ended STATUS OUTPUT: how a test ended, in the words of its suite.
ended()
{
	case $kind-$1 in
	*-124) echo "time" ;;
	ltp-*)
		awk -v status="$1" '
			/TPASS/ { pass++ } /TFAIL/ { fail++ } /TBROK/ { broken++ } /TCONF/ { conf++ }
			END {
				good = status == 0 && pass && !fail && !broken
				printf "%s P%d F%d B%d C%d\n", good ? "PASS" : "status " status,
					pass, fail, broken, conf
			}' "$2"
		;;
	*-0) echo PASS ;;
	posix-1) echo FAIL ;;
	posix-2) echo UNRESOLVED ;;
	posix-4) echo UNSUPPORTED ;;
	posix-5) echo UNTESTED ;;
	*) echo "status $1" ;;
	esac
}

# admitted OUTPUT: the same, where the test itself says it.
admitted()
{
	if grep -qE 'EROFS|Read-only file system' "$1"; then
		echo "a writable file system"
	elif grep -qiE 'fork.*(ENOSYS|not implemented|fail|did not|unable|error)|(error|unable|cannot|fail).* fork' "$1"; then
		echo "processes"
	fi
}

# reason TRACE ENDED: what the program asked for first that the kernel doesn't have. Of one with
# threads that came to no end, that one of them kept the others waiting.
reason()
{
	awk -v ended="$2" '
		function is(pattern) { return call ~ "^(" pattern ")$" }
		function tell(reason) { print reason; told = 1; exit }
		{ call = $0; sub(/\(.*/, "", call) }
		/ = -1 E/ && is("v?fork|clone3?|execve(at)?|wait4|waitid") { tell("processes") }
		/ = -1 EROFS|"\/dev\/shm\/.* = -1 ENOENT/ { tell("a writable file system") }
		/ = -1 E(NOSYS|AFNOSUPPORT|ACCES|PERM)/ && is("socket|socketpair") { tell("sockets") }
		/ = -1 EPERM/ && is("set.*[ug]id|setgroups|sched_set.*|clock_settime") { tell("capabilities") }
		is("clone") && !/ = -1/ { threads = 1 }
		/"\/(proc|sys)\/.* = -1 ENOENT/ && !/cpu\/online|\/proc\/stat|oom_score/ { pseudo = 1 }
		!/ = -1 ENOSYS/ || is("rseq") { next }
		is("alarm|[gs]etitimer|timer.*") { tell("timers") }
		is("epoll.*") { tell("epoll") }
		is("eventfd2?|signalfd4?") { tell("eventfd, signalfd") }
		is("mq_.*") { tell("message queues") }
		is("io_.*") { tell("asynchronous I/O") }
		is("shm.*|sem.*|msg.*") { tell("System V IPC") }
		is("getdents(64)?") { tell("directories") }
		{ tell("no call " call) }
		END {
			if (!told)
				print pseudo ? "/proc or /sys" : threads && ended == "time" ? "preemption" : "differs"
		}' "$1"
}

# The first line of the VM's output that tells a failure, or else that Linux's hasn't.
telling()
{
	if [ "$kind" = ltp ]; then
		grep -E -m1 'TFAIL|TBROK' "$1" || grep -E -m1 'TCONF' "$1" || tail -n 1 "$1"
	else
		awk -v native="$2" '
			BEGIN { while ((getline line <native) > 0) seen[line] }
			NF && !($0 in seen) { print; exit }' "$1"
	fi | sed 's/[^ -~]/?/g' | cut -c1-160
}

# one NAME: runs a test natively; where it passes, in the VM, too.
one()
{
	program=/t/bin/$1
	arguments=
	[ ! -f "$program.args" ] || arguments=$(cat "$program.args")
	echo "start $1"
	rm -rf /tmp/work && mkdir -p /tmp/work && cd /tmp/work || exit
	setsid sh -c 'echo $$ >/tmp/session; exec timeout -s KILL "$@"' - $native_seconds \
		env -i $environment $program $arguments </dev/null >/tmp/native 2>&1
	status=$?
	[ $status != 137 ] || status=124 # timeout's own signal
	native=$(ended $status /tmp/native)
	pkill -KILL -s "$(cat /tmp/session)"
	vm=-
	why=
	line=
	case $native in
	PASS*)
		rm -rf /tmp/work && mkdir -p /tmp/work && cd /tmp/work
		in_vm -q >/tmp/vm 2>&1
		vm=$(ended $? /tmp/vm)
		if [ "${vm%% *}" != PASS ] || [ "${vm##* }" != "${native##* }" ]; then
			why=$(admitted /tmp/vm)
			if [ ! "$why" ]; then
				in_vm --trace=syscalls 2>&1 | head -c 2000000 >/tmp/trace
				why=$(reason /tmp/trace "$vm")
			fi
			line=$(telling /tmp/vm /tmp/native)
		fi
		;;
	esac
	printf 'test\t%s\t%s\t%s\t%s\t%s\n' "$1" "$native" "$vm" "$why" "$line"
}

in_vm()
{
	setsid /t/hypervisor/hypervisor.elf --timeout $vm_seconds "$@" $options \
		/t/kernel/kernel.bin $program $arguments </dev/null
}

inside()
{
	kind=$1
	# KCONFIG_SKIP_CHECK: ltp finds no configuration of the kernel in here.
	environment="PATH=/bin HOME=/tmp TMPDIR=/tmp LC_ALL=C KCONFIG_SKIP_CHECK=1"
	options=
	for variable in $environment; do options="$options -e $variable"; done
	mkdir -p /dev/shm
	mount -t tmpfs none /dev/shm
	ulimit -c 0
	while read -r name; do
		one "$name"
	done <list
}

if [ "$1" = --inside ]; then
	inside "$2"
	exit
fi

# --- On this machine.

kind=$1
directory=$2
pattern=${3:-.}
case $kind in
ltp | posix | libc-test) ;;
*) echo "suites.sh: KIND is ltp, posix or libc-test" >&2 && exit 2 ;;
esac
hypervisor/tests/packages.sh || exit
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
results=$work/results
: >"$results"

# A test is a static executable.
(cd "$directory" && find . -type f -perm -100 -size +4k | sed 's,^\./,,' | sort) | grep -E -- "$pattern" |
	while read -r name; do
		headers=$(readelf -lW "$directory/$name" 2>/dev/null) || continue
		case $headers in *INTERP*) continue ;; esac
		echo "$name"
	done >"$work/todo"

# Copies the first of those that are left into a stage for the machine, as many as fit.
stage()
{
	rm -rf "$work/stage"
	mkdir -p "$work/stage/bin"
	cp -R build/stage/hypervisor build/stage/kernel "$work/stage/"
	cp "$0" "$work/stage/suites.sh"
	used=0
	tests=0
	while read -r name; do
		mkdir -p "$work/stage/bin/$(dirname "$name")"
		strip -o "$work/stage/bin/$name" "$directory/$name"
		[ ! -f "$directory/$name.args" ] || cp "$directory/$name.args" "$work/stage/bin/$name.args"
		echo "$name"
		used=$((used + ($(stat -c %s "$work/stage/bin/$name") + 1023) / 1024))
		tests=$((tests + 1))
		[ $used -lt $batch_kib ] && [ $tests -lt $batch_tests ] || break
	done <"$work/todo" >"$work/stage/list"
}

while [ -s "$work/todo" ]; do
	stage
	hypervisor/tests/nested.sh -t 3600 "$work/stage" sh suites.sh --inside "$kind" \
		>"$work/out" 2>"$work/err"
	grep '^test' "$work/out" | tee -a "$results"
	# What was started is done. A test that took the machine down has a line, too.
	sed -n 's/^start //p' "$work/out" >"$work/started"
	if [ ! -s "$work/started" ]; then
		tail -n 5 "$work/err" >&2
		exit 125
	fi
	last=$(tail -n 1 "$work/started")
	cut -f2 "$work/out" | grep -qxF -- "$last" ||
		printf 'test\t%s\tended the machine\t-\t\t\n' "$last" | tee -a "$results"
	grep -vxF -f "$work/started" "$work/todo" >"$work/rest"
	mv "$work/rest" "$work/todo"
done

awk -F '\t' '
	{ total++ }
	$3 ~ /^PASS/ { native++; if ($5 == "") vm++; else reasons[$5]++ }
	END {
		for (reason in reasons)
			printf "differs\t%d\t%s\n", reasons[reason], reason
		printf "sum\t%d tests, %d pass on Linux, %d of these in the VM\n", total, native, vm
	}' "$results" | sort -t "$(printf '\t')" -k1,1 -k2,2nr
